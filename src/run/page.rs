//! One file of a run to its end: record, reject or skip.
//!
//! In: an entry of the listing. Out: an [`Ended`] with the JSON text already made, since that is work for
//! many threads. A file that vanishes or cannot be read, and a failure of this program on a page, cost that
//! page only.

use super::ordered::{Ticket, guarded};
use crate::catalogue;
use crate::pipeline::Pipeline;
use crate::read::{self, Bytes, Place, ReadOptions, ReadOutcome, SkipReason, Unread};
use crate::record::{Finding, Outcome, Partial, Record, Reject, Source, record_id};
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

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
    Record { record: Box<Record>, json: Vec<u8> },
    Reject { reject: Box<Reject>, json: Vec<u8> },
    Skip(SkipReason),
}

/// Takes a file to its end.
pub(super) fn finish_page(
    uri: &str,
    place: &Place,
    options: &ReadOptions,
    pipeline: &Pipeline<'_>,
    ticket: &mut Ticket<'_>,
) -> Ended {
    let bytes = match read_place(uri, place, options, ticket) {
        Bytes::Whole(bytes) => bytes,
        Bytes::Reject(unread) => return reject_unread(*unread, pipeline),
    };
    let page = match read::read_page(uri, bytes, options) {
        ReadOutcome::Page(page) => page,
        ReadOutcome::Skip(reason) => return Ended::Skip(reason),
        ReadOutcome::Reject(unread) => return reject_unread(*unread, pipeline),
    };
    match guarded(|| pipeline.process(&page)) {
        Ok(Outcome::Record(record)) => Ended::Record { json: json(&*record), record },
        Ok(Outcome::Reject(reject)) => Ended::Reject { json: json(&*reject), reject },
        Err(panic) => failed(Source::of(&page, None), &panic, pipeline),
    }
}

/// The end of a page on which this program failed before it knew anything of the page.
pub(super) fn failed_unread(uri: &str, panic: &str, pipeline: &Pipeline<'_>) -> Ended {
    failed(Source::unread(uri, None), panic, pipeline)
}

fn read_place(uri: &str, place: &Place, options: &ReadOptions, ticket: &mut Ticket<'_>) -> Bytes {
    match place {
        Place::Stdin => {
            ticket.hold(HELD_AT_LEAST);
            read::read_bytes(io::stdin().lock(), None, uri, options)
        }
        Place::File(path) => match open(path) {
            Ok((file, size)) => {
                let read = size.min(options.max_bytes);
                ticket.hold(read.saturating_mul(HELD_PER_BYTE) + HELD_AT_LEAST);
                read::read_bytes(file, Some(size), uri, options)
            }
            Err(error) => Bytes::Reject(Box::new(read::unreadable(uri, &error))),
        },
    }
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
