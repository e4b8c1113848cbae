//! How one file ended, packed: what the journal keeps of it and all that the outputs take.
//!
//! In: what a thread [`Made`] of a file. Out: an [`Entry`]: uri, stamp, and the end as bytes with a
//! checksum, so that a page of this run and one of an earlier run are the same thing from here on, and
//! neither needs its record again. Never looks at a page.

use crate::emit::packed::{self, Parts};
use crate::emit::{PageCounts, Rendered, json};
use crate::extraction::RuleUses;
use crate::read::{SkipReason, Stamp};
use crate::record::{Record, Reject};
use crate::validate::across::PageFacts;
use twox_hash::XxHash3_64;

/// What was made of a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made<'a> {
    /// A record; whether its rows as CSV are wanted.
    Record { record: &'a Record, uses: &'a RuleUses, with_rows: bool },
    /// A reject.
    Reject { reject: &'a Reject, uses: &'a RuleUses },
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
}

impl Entry {
    /// Bytes before the body of an entry: its length and checksum.
    pub(super) const HEAD_BYTES: usize = 12;

    /// Packs what was made of a file. Without a stamp the entry is worth nothing to a later run.
    pub(super) fn new(uri: &str, stamp: Option<&Stamp>, made: Made<'_>) -> Self {
        let mut body = Vec::new();
        packed::put(uri.as_bytes(), &mut body);
        let uri_end = body.len();
        body.extend_from_slice(&stamp.map_or([0; Stamp::BYTES], |stamp| stamp.to_bytes()));
        match made {
            Made::Record { record, uses, with_rows } => {
                body.push(0);
                body.extend_from_slice(&PageFacts::of(record).to_bytes());
                Rendered::pack(record, uses, with_rows, &mut body);
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
        Self { checksum, body, uri_end }
    }

    /// An entry as it was read, not yet looked at but for its uri.
    pub(super) fn read(head: [u8; Self::HEAD_BYTES], body: Vec<u8>) -> Option<Self> {
        let [_, _, _, _, checksum @ ..] = head;
        let uri_end = Parts(&body).bytes()?.len() + 4;
        Some(Self { checksum: u64::from_le_bytes(checksum), body, uri_end })
    }

    /// Bytes of the body behind this head.
    pub(super) fn body_len(head: [u8; Self::HEAD_BYTES]) -> u32 {
        let [a, b, c, d, ..] = head;
        u32::from_le_bytes([a, b, c, d])
    }

    /// What [`Entry::read`] reads again: head and body; `None` if it is too large for that.
    pub(super) fn written(&self) -> Option<([u8; Self::HEAD_BYTES], &[u8])> {
        let mut head = [0; Self::HEAD_BYTES];
        head[..4].copy_from_slice(&u32::try_from(self.body.len()).ok()?.to_le_bytes());
        head[4..].copy_from_slice(&self.checksum.to_le_bytes());
        Some((head, &self.body))
    }

    /// Whether it is whole, and of the file with this stamp.
    pub(super) fn is_of(&self, stamp: &Stamp) -> bool {
        self.body[self.uri_end..].starts_with(&stamp.to_bytes()) && checksum(&self.body) == self.checksum
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

    pub(super) fn uri(&self) -> &[u8] {
        &self.body[4..self.uri_end]
    }

    /// Bytes of memory that it takes.
    pub(super) fn len(&self) -> u64 {
        self.body.len() as u64
    }
}

/// Guards against damage; whoever can write the journal can write anything.
fn checksum(body: &[u8]) -> u64 {
    XxHash3_64::oneshot(body)
}
