//! From blocks to values: [`Document`] and [`Profile`] in, [`Extraction`] out.
//!
//! One file a field. Each asks the profile's rules in their order of trust and takes the first that finds
//! something; what a block became is noted, so that every line of the page ends as a field, as chrome or as
//! left over. Nothing is mended here, and the reference is asked only what it says of the page's own words.

mod chapter;
mod chrome;
mod code;
mod code_system;
pub mod content;
mod coverage;
mod diagnosis_codes;
mod extra;
mod finder;
mod group;
mod key_points;
mod sections;
mod title;

pub use coverage::coverage;

use crate::document::Document;
use crate::extraction::Extraction;
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use finder::Finder;

/// Finds the values of a page.
pub fn extract<'a>(
    page: &'a Page,
    document: &'a Document<'a>,
    profile: &'a Profile,
    reference: &'a Reference,
) -> Extraction<'a> {
    let mut finder = Finder::new(page, document, profile, reference);
    chrome::mark(&mut finder);
    let mut extraction = Extraction::default();
    code::find(&mut finder, &mut extraction);
    title::find(&mut finder, &mut extraction);
    code_system::find(&mut finder, &mut extraction);
    chapter::find(&mut finder, &mut extraction);
    group::find(&mut finder, &mut extraction);
    extra::find(&mut finder, &mut extraction);
    diagnosis_codes::find(&mut finder, &mut extraction);
    key_points::find(&mut finder, &mut extraction);
    sections::find(&mut finder, &mut extraction);
    extraction.diagnostics = std::mem::take(&mut finder.diagnostics);
    extraction.uses = finder.uses();
    extraction.roles = finder.into_roles();
    extraction
}
