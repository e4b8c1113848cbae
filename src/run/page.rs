//! One file of a run to its end: record, reject or skip.
//!
//! In: an entry of the listing, and what the cache has of it. Out: a [`Finished`] with the JSON text already
//! made, since that is work for many threads. A file that vanishes or cannot be read, and a failure of this
//! program on a page, cost that page only.

use super::cache::{self, Kept};
use super::ordered::{Ticket, guarded};
use crate::catalogue;
use crate::extraction::RuleUses;
use crate::pipeline::Pipeline;
use crate::read::{self, Bytes, Place, ReadOptions, ReadOutcome, SkipReason, Stamp, Unread};
use crate::record::{Finding, Outcome, Partial, Record, Reject, Source, Status, record_id};
use crate::validate::across::PageFacts;
use std::fs::{self, File};
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

/// A file at its end.
#[derive(Debug)]
pub(super) enum Ended {
    Record { record: Box<Record>, json: Vec<u8>, facts: Box<PageFacts> },
    Reject { reject: Box<Reject>, json: Vec<u8> },
    Skip(SkipReason),
}

/// A file at its end, and what is known of how it came there.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) ended: Ended,
    /// What any later change of the file will change; `None` if there is no such thing.
    pub(super) stamp: Option<Stamp>,
    /// What each rule did on the page.
    pub(super) uses: RuleUses,
    /// Whether the cache had it.
    pub(super) is_reused: bool,
    /// Seconds of this thread for reading, and for making the record.
    pub(super) seconds: (f64, f64),
}

/// What pages are made into records with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maker<'a> {
    pub(super) reading: ReadOptions,
    pub(super) pipeline: Pipeline<'a>,
}

impl Maker<'_> {
    /// Takes a file to its end; `kept` is what the cache has of it.
    pub(super) fn finish(
        &self,
        uri: &str,
        place: &Place,
        kept: &[cache::Entry],
        ticket: &mut Ticket<'_>,
    ) -> Finished {
        if let (Place::File(path), false) = (place, kept.is_empty())
            && let Some(finished) = reuse(uri, path, kept, ticket)
        {
            return finished;
        }
        let started = Instant::now();
        let (bytes, stamp) = self.read(uri, place, ticket);
        let read = started.elapsed().as_secs_f64();
        let (ended, uses) = match bytes {
            Bytes::Whole(bytes) => self.ended(uri, bytes),
            Bytes::Reject(unread) => (reject_unread(*unread, &self.pipeline), RuleUses::default()),
        };
        let made = started.elapsed().as_secs_f64() - read;
        Finished { ended, stamp, uses, is_reused: false, seconds: (read, made) }
    }

    fn ended(&self, uri: &str, bytes: Vec<u8>) -> (Ended, RuleUses) {
        let unused = |ended| (ended, RuleUses::default());
        let page = match read::read_page(uri, bytes, &self.reading) {
            ReadOutcome::Page(page) => page,
            ReadOutcome::Skip(reason) => return unused(Ended::Skip(reason)),
            ReadOutcome::Reject(unread) => return unused(reject_unread(*unread, &self.pipeline)),
        };
        let (outcome, uses) = match guarded(|| self.pipeline.process_counted(&page)) {
            Ok(processed) => processed,
            Err(panic) => return unused(failed(Source::of(&page, None), &panic, &self.pipeline)),
        };
        let ended = match outcome {
            Outcome::Record(record) => {
                Ended::Record { json: json(&*record), facts: Box::new(PageFacts::of(&record)), record }
            }
            Outcome::Reject(reject) => Ended::Reject { json: json(&*reject), reject },
        };
        (ended, uses)
    }

    /// The bytes of a place, with the stamp of the file if it had settled and did not change meanwhile.
    fn read(&self, uri: &str, place: &Place, ticket: &mut Ticket<'_>) -> (Bytes, Option<Stamp>) {
        let path = match place {
            Place::Stdin => {
                ticket.hold(HELD_AT_LEAST);
                return (read::read_bytes(io::stdin().lock(), None, uri, &self.reading), None);
            }
            Place::File(path) => path,
        };
        let (mut file, size) = match open(path) {
            Ok(opened) => opened,
            Err(error) => return (Bytes::Reject(Box::new(read::unreadable(uri, &error))), None),
        };
        let stamp = |file: &File| file.metadata().ok().map(|data| Stamp::of(&data));
        let before = stamp(&file).filter(|stamp| stamp.is_settled(SystemTime::now()));
        ticket.hold(held(size.min(self.reading.max_bytes)));
        let bytes = read::read_bytes(&mut file, Some(size), uri, &self.reading);
        // What could not be read now may be read the next time.
        let is_lasting = match &bytes {
            Bytes::Whole(_) => true,
            Bytes::Reject(unread) => unread.diagnostic.id == catalogue::PAGE_TOO_LARGE,
        };
        let after = before.and_then(|_| stamp(&file));
        (bytes, before.filter(|_| is_lasting && before == after))
    }
}

/// Memory that a page of this size takes.
fn held(size: u64) -> u64 {
    size.saturating_mul(HELD_PER_BYTE).saturating_add(HELD_AT_LEAST)
}

/// The end that an earlier run brought the file to, if the file is still the same.
fn reuse(uri: &str, path: &Path, kept: &[cache::Entry], ticket: &mut Ticket<'_>) -> Option<Finished> {
    let started = Instant::now();
    let data = fs::metadata(path).ok()?;
    let stamp = Stamp::of(&data);
    let (kept, uses) = kept.iter().find_map(|entry| entry.kept(&stamp))?;
    let read = started.elapsed().as_secs_f64();
    let ended = match kept {
        Kept::Record(json) => {
            ticket.hold(held(json.len() as u64));
            let record: Box<Record> = serde_json::from_slice(json).ok()?;
            (record.source.uri == uri).then_some(())?;
            Ended::Record { facts: Box::new(PageFacts::of(&record)), record, json: json.to_vec() }
        }
        Kept::Reject(json) => {
            ticket.hold(held(json.len() as u64));
            let reject: Box<Reject> = serde_json::from_slice(json).ok()?;
            (reject.source.uri == uri).then_some(())?;
            Ended::Reject { reject, json: json.to_vec() }
        }
        Kept::Skip(reason) => Ended::Skip(reason),
    };
    let made = started.elapsed().as_secs_f64() - read;
    let uses = RuleUses(uses.into());
    Some(Finished { ended, stamp: Some(stamp), uses, is_reused: true, seconds: (read, made) })
}

/// The end of a page on which this program failed before it knew anything of the page.
pub(super) fn failed_unread(uri: &str, panic: &str, pipeline: &Pipeline<'_>) -> Finished {
    let ended = failed(Source::unread(uri, None), panic, pipeline);
    Finished { ended, stamp: None, uses: RuleUses::default(), is_reused: false, seconds: (0.0, 0.0) }
}

/// Opens a file; where all descriptors are in use, waits for one of another page.
fn open(path: &Path) -> io::Result<(File, u64)> {
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

fn failed(source: Source, panic: &str, pipeline: &Pipeline<'_>) -> Ended {
    let message =
        format!("the program failed on this page ({}); please report it with the page", panic.escape_debug());
    let diagnostic = catalogue::about_page(catalogue::PAGE_FAILED, message);
    reject_unread(Unread { source, diagnostic }, pipeline)
}

fn reject_unread(unread: Unread, pipeline: &Pipeline<'_>) -> Ended {
    let reject = Box::new(Reject {
        record_id: record_id(&unread.source.uri),
        source: unread.source,
        profile: pipeline.profile.label(),
        reference: pipeline.reference.release().to_owned(),
        partial: Partial::default(),
        diagnostics: vec![Finding::from(&unread.diagnostic)],
    });
    Ended::Reject { json: json(&*reject), reject }
}

/// JSON text of a record or reject on one line. Their types have only what JSON has, so nothing can fail.
fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The JSON text of a record whose findings from number `own` on came after `json` was made of it, and with
/// them its status: what [`json`] makes of the record, without making it anew.
pub(super) fn with_findings(json: &[u8], own: usize, record: &Record) -> Vec<u8> {
    // No text of a page can hold this: a quote in a JSON string is escaped.
    const STATUS: &[u8] = b",\"status\":\"";
    let parts = memchr::memmem::find(json, STATUS).and_then(|at| {
        let (head, rest) = json.split_at(at + STATUS.len());
        let rest = &rest[memchr::memchr(b'"', rest)?..];
        // The findings are the record's last field.
        Some((head, rest.strip_suffix(b"]}")?))
    });
    let Some((head, rest)) = parts else { return self::json(record) };
    let status: &[u8] = match record.status {
        Status::Ok => b"ok",
        Status::Warning => b"warning",
        Status::Error => b"error",
    };
    let mut text = [head, status, rest].concat();
    for (at, finding) in record.diagnostics.iter().enumerate().skip(own) {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(&self::json(finding));
    }
    text.extend_from_slice(b"]}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;

    #[test]
    fn later_findings_are_put_into_the_text_as_if_it_were_made_anew() {
        for own in 0..2 {
            let mut record = full_record();
            record.source.uri = "a,\"status\":\"b".into();
            let finding = record.diagnostics[0].clone();
            record.diagnostics.truncate(own);
            record.status = Status::Ok;
            let before = json(&record);
            for more in 0..3 {
                record.status = if more == 0 { Status::Ok } else { Status::Error };
                record.diagnostics = vec![finding.clone(); own + more];
                let text = String::from_utf8(with_findings(&before, own, &record)).unwrap();
                assert_eq!(text, String::from_utf8(json(&record)).unwrap());
            }
        }
    }
}
