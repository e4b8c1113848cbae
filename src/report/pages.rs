//! Which pages a report shows: the worst of each kind, and a few taken as they come. Holds no more than these.

use super::view::Viewed;
use crate::diagnostic::Severity;
use crate::record::{Finding, Record, Reject};
use std::collections::BTreeMap;

/// Pages that are bad in the same way: more of them say nothing new.
const MAX_ALIKE: usize = 4;

/// Bad pages in all.
const MAX_WORST: usize = 30;

/// Pages taken as they come.
const MAX_SAMPLE: usize = 10;

/// The pages kept so far.
#[derive(Default)]
pub(super) struct Pages {
    /// By the worst finding, the worst page first.
    worst: BTreeMap<String, Vec<(u64, Viewed)>>,
    /// By id: ids are digests of uris, so the smallest are a sample that nobody chose.
    sample: BTreeMap<String, Viewed>,
}

impl Pages {
    pub(super) fn record(&mut self, record: &Record<'_>, view: impl Fn() -> Viewed) {
        let badness =
            record.diagnostics.iter().map(weight).sum::<u64>() + u64::from(record.coverage.unassigned);
        if let Some(worst) = worst(&record.diagnostics) {
            self.keep(&worst.id, badness, &view);
        }
        let is_early = self.sample.last_key_value().is_none_or(|(last, _)| *record.record_id < **last);
        if self.sample.len() < MAX_SAMPLE || is_early {
            self.sample.insert(record.record_id.to_string(), view());
            if self.sample.len() > MAX_SAMPLE {
                self.sample.pop_last();
            }
        }
    }

    pub(super) fn reject(&mut self, reject: &Reject<'_>, view: impl Fn() -> Viewed) {
        let reason = worst(&reject.diagnostics).map_or("", |worst| worst.id.as_str());
        // Any reject is worse than any record.
        self.keep(&format!("reject {reason}"), u64::MAX, &view);
    }

    /// Keeps a page if it is among the worst of its kind; of two as bad the first.
    fn keep(&mut self, kind: &str, badness: u64, view: &dyn Fn() -> Viewed) {
        if !self.worst.contains_key(kind) {
            self.worst.insert(kind.to_owned(), Vec::new());
        }
        let Some(pages) = self.worst.get_mut(kind) else { return };
        let at = pages.partition_point(|(of, _)| *of >= badness);
        if at < MAX_ALIKE {
            pages.insert(at, (badness, view()));
            pages.truncate(MAX_ALIKE);
        }
    }

    /// All pages kept.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Viewed> {
        self.worst.values_mut().flatten().map(|(_, page)| page).chain(self.sample.values_mut())
    }

    /// The bad pages, the worst first, and behind them those of the sample that are not among them.
    pub(super) fn shown(&self) -> (Vec<&Viewed>, Vec<&Viewed>) {
        let mut worst: Vec<&(u64, Viewed)> = self.worst.values().flatten().collect();
        worst.sort_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.uri().cmp(right.uri())));
        worst.truncate(MAX_WORST);
        let worst: Vec<&Viewed> = worst.into_iter().map(|(_, page)| page).collect();
        let is_new = |page: &&Viewed| worst.iter().all(|bad| bad.uri() != page.uri());
        let mut sample: Vec<&Viewed> = self.sample.values().filter(is_new).collect();
        sample.sort_by(|a, b| a.uri().cmp(b.uri()));
        (worst, sample)
    }
}

fn worst(findings: &[Finding]) -> Option<&Finding> {
    // Of several as bad the first.
    findings.iter().rev().max_by_key(|finding| finding.severity)
}

fn weight(finding: &Finding) -> u64 {
    match finding.severity {
        Severity::Error => 1_000_000,
        Severity::Warning => 1_000,
        Severity::Info => 1,
    }
}
