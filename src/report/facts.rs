//! What a report tells of a run: pages in, one at a time, numbers and a few pages to look at out.

use super::pages::Pages;
use super::view::Viewed;
use crate::diagnostic::Severity;
use crate::rates::Tally;
use crate::record::{Finding, Record, Reject};
use std::collections::BTreeMap;
use std::path::Path;

/// What is known of a run so far.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) tally: Tally,
    /// Records by the number of their chapter.
    pub(super) chapters: BTreeMap<u8, u64>,
    /// Records by how many headings they have.
    pub(super) headings: BTreeMap<u64, u64>,
    /// Records by how many key points they have.
    pub(super) points: BTreeMap<u64, u64>,
    /// The worst severity of each diagnostic: a profile may change it.
    pub(super) severities: BTreeMap<String, Severity>,
    pub(super) pages: Pages,
}

impl Facts {
    /// Counts a record; `path` is where its page was read from, if that is known.
    pub(super) fn record(&mut self, record: &Record<'_>, path: Option<&Path>) {
        self.tally.add_record(record);
        if let Some(number) = record.chapter.as_ref().and_then(|chapter| chapter.number) {
            *self.chapters.entry(number).or_default() += 1;
        }
        let headings = record.sections.iter().filter(|section| section.heading.is_some()).count() as u64;
        *self.headings.entry(headings).or_default() += 1;
        *self.points.entry(record.key_points.len() as u64).or_default() += 1;
        self.severities(&record.diagnostics);
        self.pages.record(record, || Viewed::of_record(record, path));
    }

    /// Counts a reject.
    pub(super) fn reject(&mut self, reject: &Reject<'_>, path: Option<&Path>) {
        self.tally.add_reject(reject);
        self.severities(&reject.diagnostics);
        self.pages.reject(reject, || Viewed::of_reject(reject, path));
    }

    fn severities(&mut self, findings: &[Finding]) {
        for Finding { id, severity, .. } in findings {
            match self.severities.get_mut(id) {
                Some(worst) => *worst = (*worst).max(*severity),
                None => drop(self.severities.insert(id.clone(), *severity)),
            }
        }
    }
}
