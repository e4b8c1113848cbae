//! Works off the rejects of an earlier run: a run with a mended profile, which is kept only if no record that
//! was accepted before comes out in another way.
//!
//! In: the options of a run and an earlier run directory. Out: a run like any other, so its outputs are those
//! that the mended profile gives for the whole input. Every page is read again: that is what proves that the
//! accepted ones are as they were. `profile` in the records may name another version, and what is found across
//! pages (N6xx) may come and go with the pages that were rejects; all else has to be the same.

use crate::diagnostic::counted;
use crate::diff::{Page, Side, changes, unread};
use crate::emit::manifest::{GateVerdict, Manifest};
use crate::error::{Error, ErrorKind, Result};
use crate::record::{Finding, Record, Reject, Status};
use crate::records::no_provenance;
use crate::run::{Conclusion, EndedPage, PageEnd, Progress, RunOptions, RunSummary, run};
use std::cmp::Ordering;
use std::path::Path;

/// Names of fields in a [`Difference`] at most.
const MAX_FIELDS: usize = 5;

/// What became of the pages of the earlier run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retried {
    /// Rejects that were tried again.
    pub rejects: u64,
    /// Those of them that give a record now.
    pub accepted: u64,
    /// Records that were accepted before, all of which are as they were.
    pub same: u64,
}

/// A page that would not be as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its `source.uri`.
    pub uri: String,
    /// In what it would differ.
    pub what: String,
}

/// Does a run that only the rejects of `earlier` may change; `tell` is called for each page that speaks against
/// it, in uri order.
///
/// # Errors
/// [`ErrorKind::Profile`] if a page would change that gave a record: then nothing is written.
/// [`ErrorKind::Input`] if the earlier run cannot be read; as [`run`].
pub fn retry(
    options: &RunOptions<'_>,
    earlier: &Path,
    progress: &mut dyn Progress,
    tell: &mut dyn FnMut(&Difference),
) -> Result<(RunSummary, Retried)> {
    let mut side = Side::open(earlier)?;
    if !side.has_provenance() {
        return Err(no_provenance(earlier));
    }
    let next = side.next()?;
    let mut guard = Guard {
        earlier,
        side,
        next,
        retried: Retried::default(),
        differing: 0,
        trouble: Ok(()),
        progress,
        tell,
    };
    let summary = run(options, &mut guard)?;
    Ok((summary, guard.retried))
}

/// Holds each page against the earlier run as it ends.
struct Guard<'a> {
    earlier: &'a Path,
    side: Side,
    /// The first page of the earlier run that was not met yet.
    next: Option<Page>,
    retried: Retried,
    differing: u64,
    /// The first trouble with reading the earlier run.
    trouble: Result<()>,
    progress: &'a mut dyn Progress,
    tell: &'a mut dyn FnMut(&Difference),
}

impl Guard<'_> {
    fn differ(&mut self, uri: &str, what: String) {
        self.differing += 1;
        (self.tell)(&Difference { uri: uri.to_owned(), what });
    }

    /// The page of the earlier run with this uri; those before it are not in the input. `None` is the end.
    fn earlier(&mut self, uri: Option<&str>) -> Result<Option<Page>> {
        while let Some(page) = self.next.take() {
            let order = uri.map_or(Ordering::Less, |uri| page.uri().cmp(uri));
            if order.is_gt() {
                self.next = Some(page);
                break;
            }
            self.next = self.side.next()?;
            if order.is_eq() {
                return Ok(Some(page));
            }
            if let Page::Record(record) = page {
                self.differ(&record.source.uri, "is not in the input, or is no page any more".into());
            }
        }
        Ok(None)
    }

    fn record(&mut self, record: &Record<'_>) -> Result<()> {
        let uri = &record.source.uri;
        match self.earlier(Some(uri))? {
            None => self.differ(uri, "is not in the earlier run".into()),
            Some(Page::Reject(_)) => {
                self.retried.rejects += 1;
                self.retried.accepted += 1;
            }
            Some(Page::Record(old)) => match what_differs(&old, record) {
                Some(what) => self.differ(uri, what),
                None => self.retried.same += 1,
            },
        }
        Ok(())
    }

    fn reject(&mut self, reject: &Reject<'_>) -> Result<()> {
        let uri = &reject.source.uri;
        match self.earlier(Some(uri))? {
            None => self.differ(uri, "is not in the earlier run".into()),
            Some(Page::Reject(_)) => self.retried.rejects += 1,
            Some(Page::Record(_)) => {
                let reason = reject.diagnostics.first();
                let reason =
                    reason.map_or(String::new(), |reason| format!(": {} {}", reason.id, reason.message));
                self.differ(uri, format!("would be a reject{reason}"));
            }
        }
        Ok(())
    }
}

impl Progress for Guard<'_> {
    fn started(&mut self, files: u64) {
        self.progress.started(files);
    }

    fn advanced(&mut self) {
        self.progress.advanced();
    }

    fn ended(&mut self, page: &EndedPage<'_>) {
        if self.trouble.is_ok() {
            self.trouble = match page.end {
                PageEnd::Record(record) => self.record(record),
                PageEnd::Reject(reject) => self.reject(reject),
                // Has no uri of its own: if it gave a record, the next page finds that it is missing.
                PageEnd::Skip(_) => Ok(()),
            };
        }
        if self.progress.wants_pages() {
            self.progress.ended(page);
        }
    }

    fn outputs(&self) -> &'static [&'static str] {
        self.progress.outputs()
    }

    fn conclude(&mut self, manifest: &Manifest<'_>) -> Result<Conclusion> {
        std::mem::replace(&mut self.trouble, Ok(()))?;
        self.earlier(None)?;
        if let Some(bad) = self.side.bad.first.first() {
            return Err(unread(bad));
        }
        if self.differing > 0 {
            let were = if self.differing == 1 { "it was" } else { "they were" };
            let pages = counted(self.differing, "page");
            let message = format!("{pages} would not be as {were}; nothing was written");
            return Err(Error::new(ErrorKind::Profile, message)
                .at(self.earlier)
                .hint("mend the profile so that it changes rejects alone, or run without `--only-rejects`"));
        }
        let verdict = GateVerdict {
            gate: "accepted.same".to_owned(),
            count: self.retried.same,
            of: self.retried.same,
            limit: "all".to_owned(),
            passed: true,
        };
        // What concludes behind this is to know of it.
        let gates = [manifest.gates, std::slice::from_ref(&verdict)].concat();
        let mut conclusion = self.progress.conclude(&Manifest { gates: &gates, ..manifest.clone() })?;
        conclusion.verdicts.push(verdict);
        Ok(conclusion)
    }
}

/// In what a page differs from its earlier record; `None` if it does not.
fn what_differs(old: &Record<'_>, new: &Record<'_>) -> Option<String> {
    if old.source.hash != new.source.hash {
        return Some("the page itself is another one".into());
    }
    let (old, new) = (alone(old), alone(new));
    if old == new {
        return None;
    }
    let changes = changes(&old, &new);
    let mut paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    if paths.is_empty() {
        paths.push("provenance");
    }
    let more = paths.len().saturating_sub(MAX_FIELDS);
    paths.truncate(MAX_FIELDS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("would differ in {}{more}", paths.join(", ")))
}

/// A record as its page alone gives it, whatever the version of the profile.
fn alone<'r>(record: &Record<'r>) -> Record<'r> {
    let mut record = record.clone();
    record.profile = "".into();
    record.diagnostics.retain(|finding: &Finding| !finding.id.starts_with("N6"));
    record.status = Status::of(record.diagnostics.iter().map(|finding| finding.severity));
    record
}
