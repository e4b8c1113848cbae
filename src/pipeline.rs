//! One page through the stages: the only place where their order is written.

use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use crate::record::Outcome;

/// The stages with what they need: a profile and a reference.
#[derive(Debug, Clone, Copy)]
pub struct Pipeline<'a> {
    /// The rules.
    pub profile: &'a Profile,
    /// The ICD-10 release that codes are checked against.
    pub reference: &'a Reference,
}

impl Pipeline<'_> {
    /// Takes a page to its record or reject. Never fails and never panics on any page.
    pub fn process(&self, page: &Page) -> Outcome {
        let _ = page;
        unreachable!("written next")
    }
}
