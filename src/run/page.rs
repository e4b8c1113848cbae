//! One file of a run to its end: record, reject or skip.
//!
//! In: a file of the listing, and what the cache has of it. Out: a [`Finished`] with all that the outputs take
//! already made, since that is work for many threads. A file that vanishes or cannot be read, and a failure of
//! this program on a page, cost that page only.

use super::cache::Kept;
use super::entry::{End, Entry, Made};
use super::ordered::{Ticket, guarded};
use crate::catalogue;
use crate::extraction::RuleUses;
use crate::pipeline::Pipeline;
use crate::read::{self, Bytes, OpenedFile, Place, ReadOptions, ReadOutcome, Stamp, Unread};
use crate::record::{Finding, Outcome, Partial, Record, Reject, Source, record_id};
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// Memory that a page takes for each of its bytes, from reading to the JSON text of its record: the page
/// itself, its text where that differs, the record and its JSON.
const HELD_PER_BYTE: u64 = 5;

/// Memory that the smallest page takes.
const HELD_AT_LEAST: u64 = 32 * 1024;

/// How long to wait for a file descriptor that another thread gives back.
const DESCRIPTOR_WAIT: Duration = Duration::from_millis(1);

/// How often to wait for one: 10 seconds in all.
const DESCRIPTOR_WAITS: u32 = 10_000;

/// A file at its end, and what is known of how it came there.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) entry: Entry,
    /// The record, where it is wanted.
    pub(super) record: Option<Box<Record<'static>>>,
    /// What any later change of the file will change; `None` if there is no such thing.
    pub(super) stamp: Option<Stamp>,
    /// Whether the cache had it.
    pub(super) is_reused: bool,
    /// Whether the cache will have it without its being written.
    pub(super) stays: bool,
    /// Seconds of this thread for reading, and for making the record.
    pub(super) seconds: (f64, f64),
}

impl Finished {
    fn new(uri: &str, stamp: Option<Stamp>, made: Made<'_>) -> Self {
        let entry = Entry::new(uri, stamp.as_ref(), made);
        Self { entry, record: None, stamp, is_reused: false, stays: false, seconds: (0.0, 0.0) }
    }
}

/// What pages are made into records with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maker<'a> {
    pub(super) reading: ReadOptions,
    pub(super) pipeline: Pipeline<'a>,
    /// Whether rows as CSV are wanted.
    pub(super) with_rows: bool,
    /// Whether records themselves are wanted.
    pub(super) with_records: bool,
}

impl Maker<'_> {
    /// Takes a file to its end; `kept` is what the cache has of it.
    pub(super) fn finish(
        &self,
        uri: &str,
        place: &Place,
        kept: Vec<Kept>,
        ticket: &mut Ticket<'_, Finished>,
    ) -> Finished {
        let finished = match place {
            Place::File(path) if !kept.is_empty() => self.reuse(uri, path, kept, ticket),
            _ => None,
        };
        let finished = finished.unwrap_or_else(|| self.make(uri, place, ticket));
        ticket.keep(finished.entry.len());
        finished
    }

    fn make(&self, uri: &str, place: &Place, ticket: &mut Ticket<'_, Finished>) -> Finished {
        let started = Instant::now();
        let (bytes, stamp) = self.read(uri, place, ticket);
        let read = started.elapsed().as_secs_f64();
        let finished = match bytes {
            Bytes::Whole(bytes) => self.process(uri, stamp, bytes),
            Bytes::Reject(unread) => reject_unread(uri, stamp, *unread, &self.pipeline),
        };
        let made = started.elapsed().as_secs_f64() - read;
        Finished { seconds: (read, made), ..finished }
    }

    fn process(&self, uri: &str, stamp: Option<Stamp>, bytes: Vec<u8>) -> Finished {
        let page = match read::read_page(uri, bytes, &self.reading) {
            ReadOutcome::Page(page) => page,
            ReadOutcome::Skip(reason) => return Finished::new(uri, stamp, Made::Skip(reason)),
            ReadOutcome::Reject(unread) => return reject_unread(uri, stamp, *unread, &self.pipeline),
        };
        let take = |outcome: Outcome<'_>, uses: &RuleUses| match outcome {
            Outcome::Record(record) => self.record(uri, stamp, *record, uses),
            Outcome::Reject(reject) => rejected(uri, stamp, &reject, uses),
        };
        match guarded(|| self.pipeline.process_with(&page, take)) {
            Ok(finished) => finished,
            Err(panic) => failed(uri, stamp, Source::of(&page, None), &panic, &self.pipeline),
        }
    }

    fn record(&self, uri: &str, stamp: Option<Stamp>, record: Record<'_>, uses: &RuleUses) -> Finished {
        let made = Made::Record { record: &record, uses, with_rows: self.with_rows };
        let finished = Finished::new(uri, stamp, made);
        Finished { record: self.with_records.then(|| Box::new(record.into_owned())), ..finished }
    }

    /// The end that an earlier run brought the file to, if the file is still the same.
    fn reuse(
        &self,
        uri: &str,
        path: &Path,
        kept: Vec<Kept>,
        ticket: &mut Ticket<'_, Finished>,
    ) -> Option<Finished> {
        let started = Instant::now();
        let stamp = Stamp::of(&fs::metadata(path).ok()?);
        ticket.hold(kept.iter().map(Kept::len).max()?);
        let found = |kept: Kept| Some((kept.stays, kept.entry(&stamp)?));
        let (stays, entry) = kept.into_iter().find_map(found)?;
        let read = started.elapsed().as_secs_f64();
        let mut record = None;
        if let End::Record { page, .. } = entry.end()? {
            let lacks_rows = self.with_rows && !page.has_rows();
            if lacks_rows || self.with_records {
                let read_back = page.record().ok()?.into_owned();
                if lacks_rows {
                    let made = self.record(uri, Some(stamp), read_back, &page.counts().uses());
                    let seconds = (read, started.elapsed().as_secs_f64() - read);
                    return Some(Finished { is_reused: true, seconds, ..made });
                }
                record = Some(Box::new(read_back.into_owned()));
            }
        }
        let seconds = (read, started.elapsed().as_secs_f64() - read);
        Some(Finished { entry, record, stamp: Some(stamp), is_reused: true, stays, seconds })
    }

    /// The bytes of a place, with the stamp of the file if it had settled: any change since gives it another one, so
    /// that a change while it is read needs no look of its own.
    fn read(&self, uri: &str, place: &Place, ticket: &mut Ticket<'_, Finished>) -> (Bytes, Option<Stamp>) {
        let path = match place {
            Place::Stdin => {
                ticket.hold(HELD_AT_LEAST);
                return (read::read_bytes(io::stdin().lock(), None, uri, &self.reading), None);
            }
            Place::File(path) => path,
        };
        let now = SystemTime::now();
        let file = match open(path) {
            Ok(opened) => opened,
            Err(error) => return (Bytes::Reject(Box::new(read::unreadable(uri, &error))), None),
        };
        let stamp = Some(file.stamp()).filter(|stamp| stamp.is_settled(now));
        ticket.hold(held(file.size().min(self.reading.limits.bytes)));
        let bytes = file.read(uri, &self.reading);
        // What could not be read now may be read the next time.
        let is_lasting = match &bytes {
            Bytes::Whole(_) => true,
            Bytes::Reject(unread) => unread.diagnostic.id == catalogue::PAGE_TOO_LARGE,
        };
        (bytes, stamp.filter(|_| is_lasting))
    }
}

/// Memory that a page of this size takes.
fn held(size: u64) -> u64 {
    size.saturating_mul(HELD_PER_BYTE).saturating_add(HELD_AT_LEAST)
}

/// The end of a page on which this program failed before it knew anything of the page.
pub(super) fn failed_unread(uri: &str, panic: &str, pipeline: &Pipeline<'_>) -> Finished {
    failed(uri, None, Source::unread(uri, None), panic, pipeline)
}

/// Opens a file; where all descriptors are in use, waits for one of another page.
fn open(path: &Path) -> io::Result<OpenedFile> {
    for _ in 0..DESCRIPTOR_WAITS {
        match read::open(path) {
            Err(error) if is_out_of_descriptors(&error) => std::thread::sleep(DESCRIPTOR_WAIT),
            opened => return opened,
        }
    }
    read::open(path)
}

/// `ENFILE` and `EMFILE`, which have the same numbers on every Unix.
fn is_out_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24))
}

fn failed(uri: &str, stamp: Option<Stamp>, source: Source, panic: &str, pipeline: &Pipeline<'_>) -> Finished {
    let message =
        format!("the program failed on this page ({}); please report it with the page", panic.escape_debug());
    let diagnostic = catalogue::about_page(catalogue::PAGE_FAILED, message);
    reject_unread(uri, stamp, Unread { source, diagnostic }, pipeline)
}

fn reject_unread(uri: &str, stamp: Option<Stamp>, unread: Unread, pipeline: &Pipeline<'_>) -> Finished {
    let reject = Reject {
        record_id: record_id(&unread.source.uri).into(),
        source: unread.source,
        profile: pipeline.profile.label().into(),
        reference: pipeline.reference.release().into(),
        partial: Partial::default(),
        diagnostics: vec![Finding::from(unread.diagnostic)],
    };
    rejected(uri, stamp, &reject, &RuleUses::default())
}

fn rejected(uri: &str, stamp: Option<Stamp>, reject: &Reject<'_>, uses: &RuleUses) -> Finished {
    Finished::new(uri, stamp, Made::Reject { reject, uses })
}
