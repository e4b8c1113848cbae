//! What earlier runs made of pages, kept in `DIR/.nosograph/`.
//!
//! In: pages at their end, in uri order. Out: for a page of a later run, what may still be true of it. A
//! plain journal: each entry has its length, a checksum, the uri, the stamp of the file, what each rule did, and the JSON text. It
//! is read and written in uri order from one end to the other, so a run needs no memory for it, a killed run
//! leaves a journal that is good up to its last whole entry, and no store with pages and locks of its own is
//! needed. An entry counts only for the program, profile, reference and limits that made it, and only if the
//! file's stamp is the same; whatever does not fit is passed over. Never an error: without it a run is slower.

use crate::extraction::RuleUses;
use crate::pipeline::Pipeline;
use crate::read::{SkipReason, Stamp};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a journal starts with: the form it has.
const MAGIC: [u8; 16] = *b"nosograph pages2";

/// The journal of the last run that ended well.
const WHOLE: &str = "pages";

/// The longest journal that a stopped run left since then.
const CUT: &str = "pages.cut";

/// The journal under way.
const NEW: &str = "pages.new";

const BUFFER_BYTES: usize = 256 * 1024;

/// Length and checksum before each entry.
const HEAD_BYTES: usize = 12;

/// What outcomes depend on beside the page: a digest of the program, the profile, the reference and limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Basis([u8; 32]);

impl Basis {
    pub(super) fn of(pipeline: &Pipeline<'_>, max_page_bytes: u64) -> Self {
        let mut digest = blake3::Hasher::new();
        let mut part = |bytes: &[u8]| {
            digest.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        };
        part(env!("CARGO_PKG_VERSION").as_bytes());
        // Two builds of one version may differ.
        if let Ok(data) = std::env::current_exe().and_then(fs::metadata) {
            part(
                &[data.size().to_le_bytes(), data.mtime().to_le_bytes(), data.mtime_nsec().to_le_bytes()]
                    .concat(),
            );
        }
        part(pipeline.profile.label().as_bytes());
        part(pipeline.profile.hash.as_bytes());
        part(pipeline.reference.release().as_bytes());
        part(pipeline.reference.fingerprint().as_bytes());
        part(&max_page_bytes.to_le_bytes());
        Self(*digest.finalize().as_bytes())
    }

    /// A digest of this and more.
    pub(super) fn with(self, more: &[u8]) -> Self {
        Self(*blake3::Hasher::new().update(&self.0).update(more).finalize().as_bytes())
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// How a page ended, as the journal keeps it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept<'a> {
    /// With a record; its JSON text.
    Record(&'a [u8]),
    /// With a reject; its JSON text.
    Reject(&'a [u8]),
    Skip(SkipReason),
}

/// An entry as it was read, not yet looked at.
#[derive(Debug)]
pub(super) struct Entry {
    checksum: u64,
    body: Vec<u8>,
    /// Where the uri ends in the body.
    uri_end: usize,
}

impl Entry {
    /// What it says of the file with this stamp, and what each rule did on it; `None` if the file changed or the entry is damaged.
    pub(super) fn kept(&self, stamp: &Stamp) -> Option<(Kept<'_>, &[u8])> {
        let rest = &self.body[self.uri_end..];
        let (of, rest) = rest.split_at_checked(Stamp::BYTES)?;
        if of != stamp.to_bytes() || checksum(&self.body) != self.checksum {
            return None;
        }
        let ([kind, a, b], rest) = rest.split_first_chunk()?;
        let (uses, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([*a, *b])))?;
        let kept = match kind {
            0 => Kept::Record(rest),
            1 => Kept::Reject(rest),
            2 => Kept::Skip(SkipReason::from_number(*rest.first()?)?),
            _ => return None,
        };
        Some((kept, uses))
    }

    fn uri(&self) -> &[u8] {
        &self.body[4..self.uri_end]
    }
}

fn checksum(body: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(body).as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// The journals of earlier runs, read side by side.
#[derive(Debug, Default)]
pub(super) struct Cache {
    journals: Vec<Journal>,
}

impl Cache {
    /// Opens what `folder` has of this basis; nothing if it `is_fresh`.
    ///
    /// Brings the folder in order for [`CacheWriter::create`]: the journal of a stopped run becomes the cut
    /// one, unless an earlier one got farther.
    pub(super) fn open(folder: &Path, basis: Basis, is_fresh: bool) -> Self {
        let path = |name: &str| folder.join(name);
        let len = |name: &str| fs::metadata(path(name)).map_or(0, |data| data.len());
        // What cannot be moved or removed is found again by the next run.
        let _ =
            if len(NEW) > len(CUT) { fs::rename(path(NEW), path(CUT)) } else { fs::remove_file(path(NEW)) };
        if is_fresh {
            return Self::default();
        }
        let journals = [CUT, WHOLE].into_iter().filter_map(|name| Journal::open(&path(name), basis));
        Self { journals: journals.collect() }
    }

    /// The entries of a uri, the newest first. Uris ascend from call to call.
    pub(super) fn take(&mut self, uri: &str) -> Vec<Entry> {
        self.journals.iter_mut().filter_map(|journal| journal.take(uri.as_bytes())).collect()
    }
}

#[derive(Debug)]
struct Journal {
    file: BufReader<File>,
    /// Bytes not read yet.
    left: u64,
    next: Option<Entry>,
}

impl Journal {
    fn open(path: &Path, basis: Basis) -> Option<Self> {
        let file = File::open(path).ok()?;
        let left = file.metadata().ok()?.len();
        let mut journal = Self { file: BufReader::with_capacity(BUFFER_BYTES, file), left, next: None };
        let head: [u8; MAGIC.len() + 32] = journal.array()?;
        if head[..MAGIC.len()] != MAGIC || head[MAGIC.len()..] != *basis.as_bytes() {
            return None;
        }
        journal.next = journal.entry();
        Some(journal)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.left = self.left.checked_sub(N as u64)?;
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn entry(&mut self) -> Option<Entry> {
        let [a, b, c, d, checksum @ ..]: [u8; HEAD_BYTES] = self.array()?;
        let len = u32::from_le_bytes([a, b, c, d]);
        self.left = self.left.checked_sub(u64::from(len))?;
        let mut body = vec![0; len as usize];
        self.file.read_exact(&mut body).ok()?;
        let uri_end = u32::from_le_bytes(*body.first_chunk()?) as usize + 4;
        let is_whole = uri_end <= body.len();
        is_whole.then(|| Entry { checksum: u64::from_le_bytes(checksum), body, uri_end })
    }

    fn take(&mut self, uri: &[u8]) -> Option<Entry> {
        while self.next.as_ref()?.uri() < uri {
            self.next = self.entry();
        }
        if self.next.as_ref()?.uri() != uri {
            return None;
        }
        let following = self.entry();
        std::mem::replace(&mut self.next, following)
    }
}

/// Writes the journal of a run.
#[derive(Debug)]
pub(super) struct CacheWriter {
    folder: PathBuf,
    /// `None` once something could not be written: the cache is given up, the run is not.
    file: Option<BufWriter<File>>,
}

impl CacheWriter {
    /// Starts the journal in `folder`, behind [`Cache::open`].
    pub(super) fn create(folder: &Path, basis: Basis) -> Self {
        let file = File::create(folder.join(NEW)).ok();
        let mut writer = Self {
            folder: folder.to_owned(),
            file: file.map(|file| BufWriter::with_capacity(BUFFER_BYTES, file)),
        };
        writer.write(&[&MAGIC, basis.as_bytes()]);
        writer
    }

    /// Adds a page; uris ascend.
    pub(super) fn add(&mut self, uri: &str, stamp: &Stamp, kept: &Kept<'_>, uses: &RuleUses) {
        if self.file.is_none() {
            return;
        }
        let (kind, rest): (u8, &[u8]) = match kept {
            Kept::Record(json) => (0, json),
            Kept::Reject(json) => (1, json),
            Kept::Skip(reason) => (2, &[*reason as u8]),
        };
        let uses = &*uses.0;
        let Ok(used) = u16::try_from(uses.len()) else { return };
        let mut body = Vec::with_capacity(4 + uri.len() + Stamp::BYTES + 3 + uses.len() + rest.len());
        body.extend_from_slice(&(uri.len() as u32).to_le_bytes());
        body.extend_from_slice(uri.as_bytes());
        body.extend_from_slice(&stamp.to_bytes());
        body.push(kind);
        body.extend_from_slice(&used.to_le_bytes());
        body.extend_from_slice(uses);
        body.extend_from_slice(rest);
        let Ok(len) = u32::try_from(body.len()) else { return };
        self.write(&[&len.to_le_bytes(), &checksum(&body).to_le_bytes(), &body]);
    }

    fn write(&mut self, parts: &[&[u8]]) {
        let Some(file) = &mut self.file else { return };
        let written: io::Result<()> = parts.iter().try_for_each(|part| file.write_all(part));
        if written.is_err() {
            self.give_up();
        }
    }

    /// Frees the space: what is left may do for the outputs.
    fn give_up(&mut self) {
        // What is buffered could not be written either.
        drop(self.file.take().map(BufWriter::into_parts));
        let _ = fs::remove_file(self.folder.join(NEW));
    }

    /// Makes the journal the one that the next run reads.
    pub(super) fn finish(mut self) {
        if self.file.as_mut().is_some_and(|file| file.flush().is_err()) {
            self.give_up();
        }
        if self.file.is_some() {
            // Without the rename the next run reads it as a cut one.
            let _ = fs::rename(self.folder.join(NEW), self.folder.join(WHOLE));
            let _ = fs::remove_file(self.folder.join(CUT));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASIS: Basis = Basis([7; 32]);

    fn stamp(folder: &Path) -> Stamp {
        Stamp::of(&fs::metadata(folder).unwrap())
    }

    fn write(folder: &Path, pages: &[(&str, Kept<'_>)]) -> CacheWriter {
        Cache::open(folder, BASIS, false);
        let mut writer = CacheWriter::create(folder, BASIS);
        let stamp = Stamp::of(&File::open("/").unwrap().metadata().unwrap());
        let uses = RuleUses(Box::new([1, 7]));
        pages.iter().for_each(|(uri, kept)| writer.add(uri, &stamp, kept, &uses));
        writer
    }

    /// What is found of these uris, one letter each: the first of the JSON text, or `-`.
    fn found(folder: &Path, basis: Basis, uris: &[&str]) -> String {
        let mut cache = Cache::open(folder, basis, false);
        let stamp = Stamp::of(&File::open("/").unwrap().metadata().unwrap());
        let letter = |uri: &&str| {
            let entries = cache.take(uri);
            let kept = entries.iter().find_map(|entry| entry.kept(&stamp));
            match kept {
                Some((_, uses)) if uses != [1, 7] => '!',
                Some((Kept::Record(json) | Kept::Reject(json), _)) => char::from(json[0]),
                Some((Kept::Skip(_), _)) => 's',
                None => '-',
            }
        };
        uris.iter().map(letter).collect()
    }

    #[test]
    fn pages_are_found_whatever_lies_between() {
        let folder = tempfile::tempdir().unwrap();
        let pages = [
            ("b", Kept::Record(b"b")),
            ("d", Kept::Reject(b"d")),
            ("e", Kept::Skip(SkipReason::Image)),
            ("g", Kept::Record(b"g")),
        ];
        write(folder.path(), &pages).finish();
        assert_eq!(found(folder.path(), BASIS, &["a", "b", "c", "d", "e", "f", "g", "h"]), "-b-ds-g-");
        assert_eq!(found(folder.path(), BASIS, &["d", "g"]), "dg");
        assert_eq!(found(folder.path(), Basis([8; 32]), &["b"]), "-", "another basis");
        let entry = &Cache::open(folder.path(), BASIS, false).take("b")[0];
        assert_eq!(entry.kept(&stamp(folder.path())), None, "another stamp");
    }

    #[test]
    fn a_stopped_run_leaves_what_it_had() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[("a", Kept::Record(b"1")), ("c", Kept::Record(b"1"))]).finish();
        drop(write(folder.path(), &[("a", Kept::Record(b"2")), ("b", Kept::Record(b"2"))]));
        assert_eq!(found(folder.path(), BASIS, &["a", "b", "c"]), "221");
        // A shorter one does not take its place; one that ends does.
        drop(write(folder.path(), &[("a", Kept::Record(b"3"))]));
        assert_eq!(found(folder.path(), BASIS, &["a", "b", "c"]), "221");
        write(folder.path(), &[("c", Kept::Record(b"4"))]).finish();
        assert_eq!(found(folder.path(), BASIS, &["a", "b", "c"]), "--4");
    }

    #[test]
    fn damage_costs_entries_and_never_gives_wrong_ones() {
        let folder = tempfile::tempdir().unwrap();
        let pages = [("a", Kept::Record(b"a")), ("b", Kept::Record(b"b")), ("c", Kept::Record(b"c"))];
        write(folder.path(), &pages).finish();
        let path = folder.path().join(WHOLE);
        let whole = fs::read(&path).unwrap();
        let check = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            let found = found(folder.path(), BASIS, &["a", "b", "c"]);
            assert!(
                found.chars().zip("abc".chars()).all(|(got, right)| got == right || got == '-'),
                "{found}"
            );
        };
        for at in 0..whole.len() {
            check(&whole[..at]);
            for bit in [1, 0x80] {
                let mut damaged = whole.clone();
                damaged[at] ^= bit;
                check(&damaged);
            }
        }
    }
}
