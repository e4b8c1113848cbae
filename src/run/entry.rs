//! How one file ended, packed: what the journal keeps of it and all that the outputs take.
//!
//! In: what a thread [`Made`] of a file. Out: an [`Entry`]: uri, stamp, and the end as bytes with a
//! checksum, so that a page of this run and one of an earlier run are the same thing from here on, and
//! neither needs its record again. Never looks at a page.

use crate::emit::packed::{self, Parts};
use crate::emit::{Line, PageCounts, Rendered, json, without_findings};
use crate::extraction::RuleUses;
use crate::read::{SkipReason, Stamp};
use crate::record::{Record, Reject, Status};
use crate::validate::across::PageFacts;
use std::fs::File;
use std::os::unix::fs::FileExt;
use twox_hash::XxHash3_64;

/// What was made of a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made<'a> {
    /// A record; whether its rows as CSV are wanted.
    Record { record: &'a Record<'a>, uses: &'a RuleUses, with_rows: bool },
    /// A reject.
    Reject { reject: &'a Reject<'a>, uses: &'a RuleUses },
    /// It is no page.
    Skip(SkipReason),
}

/// How a file ended, as it is kept.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time on the stack, and nearly all are the large one")]
pub(super) enum End<'a> {
    /// With a record.
    Record { facts: PageFacts, page: Rendered<'a> },
    /// With a reject; its JSON text.
    Reject { counts: PageCounts<'a>, json: &'a [u8] },
    /// It is no page.
    Skip(SkipReason),
}

/// A file at its end, packed.
#[derive(Debug)]
pub(super) struct Entry {
    checksum: u64,
    body: Vec<u8>,
    /// Where the uri ends in the body.
    uri_end: usize,
    /// Where the JSON text of a record starts, which is the last part of the body; the body's end without one.
    text_start: usize,
}

/// What stands before an entry in a journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    checksum: u64,
    /// Bytes of the body without the JSON text.
    body: u32,
    /// Bytes of the JSON text.
    text: u32,
    /// Where the record stands in the file of texts; `None` if its text follows.
    line: Option<Line>,
}

impl Head {
    pub(super) const BYTES: usize = 40;

    /// `None` if it was damaged: its lengths could ask for any memory.
    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let mut parts = Parts(bytes);
        let guard = parts.u64()?;
        if guard != checksum(parts.0) {
            return None;
        }
        let (checksum, body, text) = (parts.u64()?, parts.u32()?, parts.u32()?);
        let line = Line { at: parts.u64()?, len: parts.u64()? };
        Some(Self { checksum, body, text, line: (line.len > 0).then_some(line) })
    }

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let Self { checksum, body, text, line } = self;
        let Line { at, len } = line.unwrap_or(Line { at: 0, len: 0 });
        let mut bytes = [0; Self::BYTES];
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        bytes[16..20].copy_from_slice(&body.to_le_bytes());
        bytes[20..24].copy_from_slice(&text.to_le_bytes());
        bytes[24..32].copy_from_slice(&at.to_le_bytes());
        bytes[32..].copy_from_slice(&len.to_le_bytes());
        let guard = self::checksum(&bytes[8..]);
        bytes[..8].copy_from_slice(&guard.to_le_bytes());
        bytes
    }

    /// How many bytes of the entry follow in the journal.
    pub(super) fn following(&self) -> u64 {
        u64::from(self.body) + if self.line.is_some() { 0 } else { u64::from(self.text) }
    }
}

/// An entry of a journal, not yet looked at but for its uri.
#[derive(Debug)]
pub(super) struct Stored {
    head: Head,
    /// Without the JSON text, if that stands elsewhere.
    body: Vec<u8>,
    uri_end: usize,
}

impl Stored {
    /// What follows a head.
    pub(super) fn new(head: Head, body: Vec<u8>) -> Option<Self> {
        let uri_end = Parts(&body).bytes()?.len() + 4;
        Some(Self { head, body, uri_end })
    }

    pub(super) fn uri(&self) -> &[u8] {
        &self.body[4..self.uri_end]
    }

    /// Bytes of memory that the entry takes.
    pub(super) fn len(&self) -> u64 {
        let Head { body, text, line, .. } = self.head;
        u64::from(body) + line.map_or(text.into(), |line| line.len)
    }

    /// The entry, if it is whole and of the file with this stamp; `texts` are what texts of records stand in.
    pub(super) fn entry(self, stamp: &Stamp, texts: Option<&File>) -> Option<Entry> {
        let Self { head, mut body, uri_end } = self;
        if !body[uri_end..].starts_with(&stamp.to_bytes()) {
            return None;
        }
        let text_start = head.body as usize;
        if let Some(Line { at, len }) = head.line {
            let status = status(body.get(uri_end + Stamp::BYTES..)?)?;
            body.resize(text_start + usize::try_from(len).ok()?, 0);
            texts?.read_exact_at(&mut body[text_start..], at).ok()?;
            without_findings(&mut body, text_start, head.text as usize, status);
        }
        let Head { checksum, .. } = head;
        (self::checksum(&body) == checksum).then_some(Entry { checksum, body, uri_end, text_start })
    }
}

/// The status of the record that is packed in this part of a body, of which the text may lack.
fn status(packed: &[u8]) -> Option<Status> {
    let mut parts = Parts(packed);
    let _: ([u8; 1], [u8; PageFacts::BYTES]) = (parts.array()?, parts.array()?);
    PageCounts::unpack(&mut parts)?.status()
}

impl Entry {
    /// Packs what was made of a file. Without a stamp the entry is worth nothing to a later run.
    pub(super) fn new(uri: &str, stamp: Option<&Stamp>, made: Made<'_>) -> Self {
        let mut body = Vec::with_capacity(room(&made));
        packed::put(uri.as_bytes(), &mut body);
        let uri_end = body.len();
        body.extend_from_slice(&stamp.map_or([0; Stamp::BYTES], |stamp| stamp.to_bytes()));
        let mut text = 0;
        match made {
            Made::Record { record, uses, with_rows } => {
                body.push(0);
                body.extend_from_slice(&PageFacts::of(record).to_bytes());
                text = Rendered::pack(record, uses, with_rows, &mut body);
            }
            Made::Reject { reject, uses } => {
                body.push(1);
                PageCounts::of_reject(reject, uses).pack(&mut body);
                packed::put(&json(reject), &mut body);
            }
            Made::Skip(reason) => body.extend_from_slice(&[2, reason as u8]),
        }
        body.shrink_to_fit();
        let checksum = if stamp.is_some() { checksum(&body) } else { 0 };
        let text_start = body.len() - text;
        Self { checksum, body, uri_end, text_start }
    }

    /// What a journal has of it: the head, and what follows. `line` is where a record stands in the file of texts,
    /// if there is such a file. `None` if it is too large.
    pub(super) fn stored(&self, line: Option<Line>) -> Option<([u8; Head::BYTES], &[u8])> {
        let line = line.filter(|_| self.text_start < self.body.len());
        let head = Head {
            checksum: self.checksum,
            body: self.text_start.try_into().ok()?,
            text: (self.body.len() - self.text_start).try_into().ok()?,
            line,
        };
        Some((head.to_bytes(), if line.is_some() { &self.body[..self.text_start] } else { &self.body }))
    }

    /// How the file ended; `None` only if the entry is not as it was packed.
    pub(super) fn end(&self) -> Option<End<'_>> {
        let mut parts = Parts(self.body.get(self.uri_end + Stamp::BYTES..)?);
        Some(match parts.byte()? {
            0 => End::Record {
                facts: PageFacts::from_bytes(parts.array()?)?,
                page: Rendered::unpack(&mut parts)?,
            },
            1 => End::Reject { counts: PageCounts::unpack(&mut parts)?, json: parts.bytes()? },
            2 => End::Skip(SkipReason::from_number(parts.byte()?)?),
            _ => return None,
        })
    }

    /// Bytes of memory that it takes.
    pub(super) fn len(&self) -> u64 {
        self.body.len() as u64
    }
}

/// Room for about all that is packed of what was made: the page's text, and some more to say of it, so that the
/// whole is hardly ever moved while it grows.
fn room(made: &Made<'_>) -> usize {
    const LEAST: usize = 4 * 1024;
    const MOST_OF_PAGE: u64 = 1 << 20;
    match made {
        Made::Record { record, with_rows, .. } => {
            let text = record.source.bytes.unwrap_or(0).min(MOST_OF_PAGE) as usize / 4 * 5;
            LEAST + if *with_rows { 2 * text } else { text }
        }
        Made::Reject { .. } => LEAST,
        Made::Skip(_) => 0,
    }
}

/// Guards against damage; whoever can write the journal can write anything.
fn checksum(body: &[u8]) -> u64 {
    XxHash3_64::oneshot(body)
}
