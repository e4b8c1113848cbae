//! The list of a run's files, packed.
//!
//! In: entries in uri byte order. Out: the same, by number or one after the other. Neighbors have most of
//! their uri in common, so each entry holds only what differs from the one before (front coding, as in
//! Witten, Moffat and Bell, "Managing Gigabytes", section 4.1; where all else is the same, the end is left out
//! too), with a whole uri now and then to start from: about 3 bytes a file for numbered names, so that a
//! million files need 3 MB. Never looks at a file.

use super::{SkipReason, uri};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// Entries from one whole uri to the next.
const RESTART: usize = 64;

/// What a whole entry starts with; a short one starts with the number of its own bytes, which is not 0.
const WHOLE: u8 = 0;

/// A file under the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `source.uri`: unique in the listing.
    pub uri: String,
    /// Why it is no page, if that is known without reading it.
    pub skip: Option<SkipReason>,
    pub(super) input: u32,
}

/// Where the bytes of an entry are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this file.
    File(PathBuf),
    /// In what stdin gives.
    Stdin,
}

/// A path that the user named.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) place: Place,
    /// What its uris start with: empty, or the name of the input, with `/` if it is a folder.
    pub(super) prefix: String,
    pub(super) is_folder: bool,
}

/// The files under the inputs, in byte order of their uris.
#[derive(Debug)]
pub struct Listing {
    inputs: Vec<Input>,
    packed: Packed,
}

/// Entries, packed.
#[derive(Debug, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    /// Where each entry with a whole uri starts.
    restarts: Vec<usize>,
    len: usize,
    pages: usize,
    last: String,
    /// The parts of the last entry beside its uri.
    last_parts: Parts,
}

/// What a short entry has in common with the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Parts {
    /// Bytes that the uri shares with the one before it.
    shared: usize,
    skip: Option<SkipReason>,
    input: u32,
}

impl Listing {
    pub(super) fn new(inputs: Vec<Input>, mut packed: Packed) -> Self {
        packed.bytes.shrink_to_fit();
        Self { inputs, packed }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.packed.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.packed.len == 0
    }

    /// How many of them are to be read.
    pub fn pages(&self) -> usize {
        self.packed.pages
    }

    /// Whether one of them is stdin.
    pub fn has_stdin(&self) -> bool {
        self.inputs.iter().any(|input| input.place == Place::Stdin)
    }

    /// The files from number `at` on.
    pub fn entries_from(&self, at: usize) -> impl Iterator<Item = Entry> + Clone + '_ {
        let restart = at / RESTART;
        let cursor = Cursor {
            packed: &self.packed,
            offset: self.packed.restarts.get(restart).copied().unwrap_or(self.packed.bytes.len()),
            uri: Vec::new(),
            parts: Parts::default(),
        };
        cursor.skip(at % RESTART)
    }

    /// All files.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + Clone + '_ {
        self.entries_from(0)
    }

    /// The file of a uri.
    pub fn find(&self, uri: &str) -> Option<Entry> {
        let whole = |restart: usize| self.entries_from(restart * RESTART).next();
        let (mut low, mut high) = (0, self.packed.restarts.len());
        // The last stretch whose first uri is not behind the one that is looked for.
        while high - low > 1 {
            let middle = low.midpoint(high);
            if whole(middle).is_some_and(|entry| entry.uri.as_str() <= uri) {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.entries_from(low * RESTART).take(RESTART).find(|entry| entry.uri == uri)
    }

    /// Where to read an entry from.
    pub fn place(&self, entry: &Entry) -> Place {
        let input = &self.inputs[entry.input as usize];
        match &input.place {
            Place::File(folder) if input.is_folder => {
                let below = uri::decode(&entry.uri[input.prefix.len()..]);
                Place::File(folder.join(OsString::from_vec(below)))
            }
            place => place.clone(),
        }
    }
}

impl Packed {
    /// Adds an entry; `uri` comes after that of the entry before.
    pub(super) fn push(&mut self, uri: &str, skip: Option<SkipReason>, input: u32) {
        let is_restart = self.len.is_multiple_of(RESTART);
        let shared = if is_restart { 0 } else { shared_prefix(&self.last, uri) };
        let parts = Parts { shared, skip, input };
        let differing = uri.len() - shared_suffix(&self.last, uri).min(uri.len() - shared) - shared;
        let is_short = !is_restart
            && parts == self.last_parts
            && uri.len() == self.last.len()
            && (1..256).contains(&differing);
        if is_restart {
            self.restarts.push(self.bytes.len());
        }
        if is_short {
            self.bytes.push(differing as u8);
            self.bytes.extend_from_slice(&uri.as_bytes()[shared..shared + differing]);
        } else {
            self.bytes.push(WHOLE);
            self.number(shared as u32);
            self.number((uri.len() - shared) as u32);
            self.bytes.extend_from_slice(&uri.as_bytes()[shared..]);
            self.bytes.push(skip.map_or(0, |reason| reason as u8 + 1));
            self.number(input);
        }
        self.last.truncate(shared);
        self.last.push_str(&uri[shared..]);
        self.last_parts = parts;
        self.len += 1;
        self.pages += usize::from(skip.is_none());
    }

    /// Seven bits a byte, lowest first; the eighth tells that more follow.
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// Bytes that both start with, up to a boundary between characters.
fn shared_prefix(a: &str, b: &str) -> usize {
    let mut shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while !b.is_char_boundary(shared) || !a.is_char_boundary(shared) {
        shared -= 1;
    }
    shared
}

/// Bytes that both end with, down to a boundary between characters.
fn shared_suffix(a: &str, b: &str) -> usize {
    let mut shared = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !b.is_char_boundary(b.len() - shared) || !a.is_char_boundary(a.len() - shared) {
        shared -= 1;
    }
    shared
}

#[derive(Clone)]
struct Cursor<'l> {
    packed: &'l Packed,
    offset: usize,
    /// Told to be UTF-8 only where it is taken.
    uri: Vec<u8>,
    parts: Parts,
}

impl<'l> Cursor<'l> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.packed.bytes.get(self.offset).copied();
        self.offset += usize::from(byte.is_some());
        byte
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(number)
    }

    fn bytes(&mut self, len: usize) -> Option<&'l [u8]> {
        let bytes = self.packed.bytes.get(self.offset..self.offset + len)?;
        self.offset += len;
        Some(bytes)
    }

    /// Goes to the next entry.
    fn advance(&mut self) -> Option<()> {
        match self.byte()? {
            WHOLE => {
                let shared = self.number()? as usize;
                let own = self.number()? as usize;
                let suffix = self.bytes(own)?;
                self.uri.truncate(shared);
                self.uri.extend_from_slice(suffix);
                let skip = self.byte()?.checked_sub(1).and_then(SkipReason::from_number);
                self.parts = Parts { shared, skip, input: self.number()? };
            }
            differing => {
                let own = self.bytes(differing.into())?;
                let start = self.parts.shared;
                self.uri.get_mut(start..start + own.len())?.copy_from_slice(own);
            }
        }
        Some(())
    }
}

impl Iterator for Cursor<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.nth(0)
    }

    // The names of entries that are passed over are not copied.
    fn nth(&mut self, at: usize) -> Option<Entry> {
        (0..=at).try_for_each(|_| self.advance())?;
        let Parts { skip, input, .. } = self.parts;
        Some(Entry { uri: String::from_utf8(self.uri.clone()).ok()?, skip, input })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_come_back_from_any_number_on(uris in proptest::collection::btree_set("[a-bèé]{3,5}|[a-c/é]{0,9}", 0..90)) {
            let mut packed = Packed::default();
            let mut expected = Vec::new();
            for (at, uri) in uris.into_iter().enumerate() {
                let skip = (at / 3 % 3 == 0).then_some(SkipReason::WebAsset);
                let input = at as u32 / 8 * 100;
                packed.push(&uri, skip, input);
                expected.push(Entry { uri, skip, input });
            }
            let listing = Listing::new(Vec::new(), packed);
            prop_assert_eq!(listing.len(), expected.len());
            prop_assert_eq!(listing.pages(), expected.iter().filter(|entry| entry.skip.is_none()).count());
            for at in 0..=expected.len() {
                prop_assert_eq!(listing.entries_from(at).collect::<Vec<_>>(), &expected[at..]);
                let uri = expected.get(at).map_or("nowhere", |entry| &entry.uri);
                prop_assert_eq!(listing.find(uri), expected.get(at).cloned());
            }
        }
    }
}
