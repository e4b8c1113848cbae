//! What earlier runs made of pages, kept in `DIR/.nosograph/`.
//!
//! In: entries of pages at their end, in uri order. Out: for a page of a later run, entries that may still be
//! true of it. Plain journals, read and written in uri order from one end to the other, so that a run needs
//! no memory for them, a killed run leaves one that is good up to its last whole entry, and no store with
//! pages and locks of its own is needed. A run that finds nearly all pages in the large journal leaves it as
//! it is and writes what it lacks into a small one. Entries count only for the program, profile, reference
//! and limits that made them, and only if the file's stamp is the same; whatever does not fit is passed over.
//! Never an error: without it a run is slower.

use super::entry::{Entry, Head, Stored};
use crate::emit::Line;
use crate::emit::background::Background;
use crate::limits::PageLimits;
use crate::pipeline::Pipeline;
use crate::read::Stamp;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a journal starts with: the form it has.
const MAGIC: [u8; 16] = *b"nosograph pages5";

/// The large journal.
const WHOLE: &str = "pages";

/// What the large journal lacks.
const LATER: &str = "pages.later";

/// The longest journal that a stopped run left since then.
const CUT: &str = "pages.cut";

/// The journal under way.
const NEW: &str = "pages.new";

/// What the name of a journal ends with for the file that the texts of its records stand in: the run's
/// `records.ndjson` under a second name, so that they are kept once.
const TEXTS: &str = ".texts";

const BUFFER_BYTES: usize = 256 * 1024;

/// The large journal is written anew once all others have this part of its size.
const LATER_PART: u64 = 4;

/// The large journal is written anew once it has so many times more entries than there are pages.
const DEAD_TIMES: u64 = 2;

/// What outcomes depend on beside the page: a digest of the program, the profile, the reference and limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Basis([u8; 32]);

impl Basis {
    pub(super) fn of(pipeline: &Pipeline<'_>, limits: PageLimits) -> Self {
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
        let PageLimits { bytes, depth, blocks, attributes, tree_nodes, findings } = limits;
        part(&bytes.to_le_bytes());
        for count in [depth, blocks, attributes, tree_nodes, findings] {
            part(&(count as u64).to_le_bytes());
        }
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

/// The journals of earlier runs, read side by side.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// The newest first.
    journals: Vec<Journal>,
    /// Whether the last of them is the large one, and goes on.
    keeps_whole: bool,
}

/// What a journal has of a page.
#[derive(Debug)]
pub(super) struct Kept {
    stored: Stored,
    texts: Option<Arc<File>>,
    /// Whether it stands in a journal that goes on, and need not be written again.
    pub(super) stays: bool,
}

impl Kept {
    /// Bytes of memory that the entry takes.
    pub(super) fn len(&self) -> u64 {
        self.stored.len()
    }

    /// The entry, if it is whole and of the file with this stamp.
    pub(super) fn entry(self, stamp: &Stamp) -> Option<Entry> {
        self.stored.entry(stamp, self.texts.as_deref())
    }
}

impl Cache {
    /// Opens what `folder` has of this basis for a run over so many pages; nothing if it `is_fresh`.
    ///
    /// Brings the folder in order for [`CacheWriter::create`]: the journal of a stopped run becomes the cut
    /// one, unless an earlier one got farther.
    pub(super) fn open(folder: &Path, basis: Basis, pages: usize, is_fresh: bool) -> Self {
        let path = |name: &str| folder.join(name);
        let len = |name: &str| fs::metadata(path(name)).map_or(0, |data| data.len());
        if len(NEW) > len(CUT) {
            rename(folder, NEW, CUT);
        } else {
            remove(folder, NEW);
        }
        if is_fresh {
            return Self::default();
        }
        let open = |name: &&str| Journal::open(folder, name, basis);
        let mut journals: Vec<Journal> = [CUT, LATER].iter().filter_map(open).collect();
        let whole = open(&WHOLE);
        let keeps_whole = whole.as_ref().is_some_and(|whole| {
            (len(CUT) + len(LATER)) * LATER_PART <= len(WHOLE) && whole.entries / DEAD_TIMES <= pages as u64
        });
        journals.extend(whole);
        Self { journals, keeps_whole }
    }

    /// The entries of a uri, the newest first. Uris ascend from call to call.
    pub(super) fn take(&mut self, uri: &str) -> Vec<Kept> {
        let whole = if self.keeps_whole { self.journals.len() - 1 } else { usize::MAX };
        let journals = self.journals.iter_mut().enumerate();
        let kept = |(at, journal): (usize, &mut Journal)| {
            let stored = journal.take(uri.as_bytes())?;
            Some(Kept { stored, texts: journal.texts.clone(), stays: at == whole })
        };
        journals.filter_map(kept).collect()
    }
}

#[derive(Debug)]
struct Journal {
    file: BufReader<File>,
    /// How many entries it has; 0 if the run was stopped.
    entries: u64,
    /// Bytes not read yet.
    left: u64,
    texts: Option<Arc<File>>,
    next: Option<Stored>,
}

impl Journal {
    fn open(folder: &Path, name: &str, basis: Basis) -> Option<Self> {
        let file = File::open(folder.join(name)).ok()?;
        let texts = File::open(folder.join(name.to_owned() + TEXTS)).ok().map(Arc::new);
        let left = file.metadata().ok()?.len();
        let file = BufReader::with_capacity(BUFFER_BYTES, file);
        let mut journal = Self { file, entries: 0, left, texts, next: None };
        if journal.array()? != MAGIC || journal.array()? != *basis.as_bytes() {
            return None;
        }
        journal.entries = u64::from_le_bytes(journal.array()?);
        journal.next = journal.entry();
        Some(journal)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.left = self.left.checked_sub(N as u64)?;
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn entry(&mut self) -> Option<Stored> {
        let head = Head::from_bytes(&self.array()?)?;
        self.left = self.left.checked_sub(head.following())?;
        let mut body = vec![0; usize::try_from(head.following()).ok()?];
        self.file.read_exact(&mut body).ok()?;
        Stored::new(head, body)
    }

    fn take(&mut self, uri: &[u8]) -> Option<Stored> {
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
    /// The name it gets at the end.
    name: &'static str,
    entries: u64,
    /// Whether records stand in a file that has the name of their texts.
    has_texts: bool,
    /// `None` once something could not be written: the cache is given up, the run is not.
    file: Option<Background<File>>,
}

impl CacheWriter {
    /// Starts the journal in `folder`, of what `cache` will not keep. `link` gives the file that records are
    /// written to, as the outputs' lines, a second name; if it cannot, texts stand in the journal.
    pub(super) fn create(
        folder: &Path,
        basis: Basis,
        cache: &Cache,
        link: impl FnOnce(&Path) -> bool,
    ) -> Self {
        let file = File::create(folder.join(NEW)).ok();
        let mut writer = Self {
            folder: folder.to_owned(),
            name: if cache.keeps_whole { LATER } else { WHOLE },
            entries: 0,
            has_texts: file.is_some() && link(&folder.join(NEW.to_owned() + TEXTS)),
            file: file.map(Background::new),
        };
        writer.write(&[&MAGIC, basis.as_bytes(), &[0; 8]]);
        writer
    }

    /// Adds an entry that has a stamp and does not stay where it is; uris ascend. `line` is where its record stands
    /// in the outputs' lines.
    pub(super) fn add(&mut self, entry: &Entry, line: Option<Line>) {
        if let Some((head, body)) = entry.stored(line.filter(|_| self.has_texts)) {
            self.entries += 1;
            self.write(&[&head, body]);
        }
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
        self.file = None;
        remove(&self.folder, NEW);
    }

    /// Makes the journal one that the next run reads.
    pub(super) fn finish(mut self) {
        let Some(file) = self.file.take() else { return };
        let entries = self.entries.to_le_bytes();
        let at = (MAGIC.len() + size_of::<Basis>()) as u64;
        if file.finish().and_then(|file| file.write_all_at(&entries, at)).is_err() {
            return self.give_up();
        }
        // Without the rename the next run reads it as a cut one.
        if rename(&self.folder, NEW, self.name) {
            let passed: &[&str] = if self.name == WHOLE { &[CUT, LATER] } else { &[CUT] };
            passed.iter().for_each(|name| remove(&self.folder, name));
        }
    }
}

/// Gives a journal and its texts another name; whether the journal has it. The texts of another journal would
/// cost entries and not make a wrong one.
fn rename(folder: &Path, from: &str, to: &str) -> bool {
    let path = |name: &str, end: &str| folder.join(name.to_owned() + end);
    let _ = fs::remove_file(path(to, TEXTS));
    let _ = fs::rename(path(from, TEXTS), path(to, TEXTS));
    fs::rename(path(from, ""), path(to, "")).is_ok()
}

/// Removes a journal and its texts; what cannot be removed is found again by the next run.
fn remove(folder: &Path, name: &str) {
    for end in ["", TEXTS] {
        let _ = fs::remove_file(folder.join(name.to_owned() + end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;
    use crate::extraction::RuleUses;
    use crate::read::{SkipReason, Stamp};
    use crate::record::{Partial, Record, Reject, Source, Status};
    use crate::run::entry::{End, Made};

    const BASIS: Basis = Basis([7; 32]);

    fn stamp() -> Stamp {
        Stamp::of(&File::open("/").unwrap().metadata().unwrap())
    }

    /// An entry that has a letter: `s` is a skip, vowels are records, others rejects.
    fn entry(uri: &str, letter: char) -> Entry {
        let uses = RuleUses([1, 7].into());
        let record = Record { record_id: letter.to_string().into(), status: Status::Ok, ..full_record() };
        let reject = Reject {
            record_id: letter.to_string().into(),
            source: Source::unread(uri, None),
            profile: "".into(),
            reference: "".into(),
            partial: Partial::default(),
            diagnostics: Vec::new(),
        };
        let made = match letter {
            's' => Made::Skip(SkipReason::Image),
            'a' | 'e' | 'i' | 'A' | 'E' | 'I' => {
                Made::Record { record: &record, uses: &uses, with_rows: true }
            }
            _ => Made::Reject { reject: &reject, uses: &uses },
        };
        Entry::new(uri, Some(&stamp()), made)
    }

    fn letter(entry: &Entry) -> char {
        #[derive(serde::Deserialize)]
        struct Lettered {
            record_id: char,
        }
        let of = |json: &[u8]| serde_json::from_slice::<Lettered>(json).unwrap().record_id;
        match entry.end().unwrap() {
            End::Record { page, .. } => of(&page.json()),
            End::Reject { json, .. } => of(json),
            End::Skip(_) => 's',
        }
    }

    /// What a run over these pages finds and writes: each is a uri and the letter it has, if it changed or is
    /// not found. The letters it ends with; `finish` tells whether the run is not stopped. Every record gets a
    /// later finding on its way to the lines of the outputs.
    fn run(folder: &Path, basis: Basis, pages: &[(&str, char)], finish: bool) -> String {
        let mut cache = Cache::open(folder, basis, pages.len(), false);
        let mut lines = tempfile::NamedTempFile::new_in(folder).unwrap();
        let link = |path: &Path| fs::hard_link(lines.path(), path).is_ok();
        let mut writer = CacheWriter::create(folder, basis, &cache, link);
        let mut letters = String::new();
        let mut at = 0;
        for (uri, new) in pages {
            let found =
                cache.take(uri).into_iter().find_map(|kept| Some((kept.stays, kept.entry(&stamp())?)));
            let found = found.filter(|_| !new.is_uppercase());
            letters.push(found.as_ref().map_or('-', |(_, entry)| letter(entry)));
            let (stays, entry) = found.unwrap_or_else(|| (false, entry(uri, *new)));
            let mut line = None;
            if let End::Record { mut page, .. } = entry.end().unwrap() {
                page.add_findings(&full_record().diagnostics);
                lines.write_all(&page.json()).unwrap();
                line = Some(Line { at, len: page.json().len() as u64 });
                at += page.json().len() as u64;
            }
            if !stays {
                writer.add(&entry, line);
            }
        }
        if finish {
            writer.finish();
        }
        letters
    }

    fn len(folder: &Path, name: &str) -> u64 {
        fs::metadata(folder.join(name)).map_or(0, |data| data.len())
    }

    #[test]
    fn pages_are_found_whatever_lies_between() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(run(folder, BASIS, &[("b", 'b'), ("d", 'd'), ("e", 's'), ("g", 'g')], true), "----");
        let pages = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|uri| (uri, 'x'));
        assert_eq!(run(folder, BASIS, &pages, false), "-b-ds-g-");
        assert_eq!(run(folder, BASIS, &[("d", 'x'), ("g", 'x')], false), "dg");
        let take = || Cache::open(folder, BASIS, 1, false).take("b").remove(0);
        assert!(take().entry(&stamp()).is_some(), "the file it was");
        assert!(take().entry(&Stamp::of(&fs::metadata(folder).unwrap())).is_none(), "another file");
        assert!(Cache::open(folder, BASIS, 1, true).take("b").is_empty(), "fresh");
        assert_eq!(run(folder, Basis([8; 32]), &[("b", 'x')], false), "-", "another basis");
    }

    #[test]
    fn a_stopped_run_leaves_what_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        run(folder, BASIS, &[("a", '1'), ("c", '1')], true);
        let pages = |[a, b, c]: [char; 3]| [("a", a), ("b", b), ("c", c)];
        assert_eq!(run(folder, BASIS, &[("a", 'A'), ("b", 'B')], false), "--");
        assert_eq!(run(folder, BASIS, &pages(['x'; 3]), false), "AB1");
        // A shorter one does not take its place; one that ends does.
        assert_eq!(run(folder, BASIS, &[("a", 'D')], false), "-");
        assert_eq!(run(folder, BASIS, &pages(['x'; 3]), false), "AB1");
        assert_eq!(run(folder, BASIS, &[("c", 'E')], true), "-");
        assert_eq!(run(folder, BASIS, &pages(['x'; 3]), false), "--E");
    }

    #[test]
    fn the_large_journal_stays_until_too_much_of_it_is_dead() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let uris: Vec<String> = (0..40).map(|number| format!("{number:03}")).collect();
        let pages = |of: std::ops::Range<usize>, changed: &[usize], letter: char| -> Vec<(&str, char)> {
            of.map(|at| (uris[at].as_str(), if changed.contains(&at) { letter } else { 'x' })).collect()
        };
        run(folder, BASIS, &pages(0..40, &[], 'x'), true);
        let whole = fs::read(folder.join(WHOLE)).unwrap();
        for (round, letter) in ('A'..='E').enumerate() {
            let found = run(folder, BASIS, &pages(0..40, &[round], letter), true);
            assert_eq!(found, format!("{}-{}", &"ABCDE"[..round], "x".repeat(39 - round)));
            assert!(fs::read(folder.join(WHOLE)).unwrap() == whole, "one page more was written");
        }
        assert!(len(folder, LATER) > 0);
        let found = run(folder, BASIS, &pages(0..40, &(0..15).collect::<Vec<_>>(), 'F'), true);
        assert_eq!(found, format!("{}{}", "-".repeat(15), "x".repeat(25)));
        assert_eq!(run(folder, BASIS, &pages(0..40, &[], 'x'), true), "F".repeat(15) + &"x".repeat(25));
        assert_eq!(len(folder, LATER), 0, "much has changed");
        assert_eq!(run(folder, BASIS, &pages(0..20, &[], 'x'), true), "F".repeat(15) + "xxxxx");
        assert_eq!(run(folder, BASIS, &pages(0..19, &[], 'x'), true), "F".repeat(15) + "xxxx");
        assert!(len(folder, WHOLE) < whole.len() as u64, "most pages are gone");
    }

    #[test]
    fn damage_costs_entries_and_never_gives_wrong_ones() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        run(folder, BASIS, &[("a", 'a'), ("b", 'b'), ("c", 'c')], true);
        for (name, step) in [(WHOLE.to_owned(), 1), (WHOLE.to_owned() + TEXTS, 7)] {
            let path = folder.join(name);
            let whole = fs::read(&path).unwrap();
            let check = |bytes: &[u8]| {
                fs::write(&path, bytes).unwrap();
                let found = run(folder, BASIS, &[("a", 'x'), ("b", 'x'), ("c", 'x')], false);
                remove(folder, NEW);
                let is_right =
                    found.chars().zip("abc".chars()).all(|(got, right)| got == right || got == '-');
                assert!(is_right, "{found}");
                found
            };
            let mut lost = 0;
            for at in (0..whole.len()).step_by(step) {
                check(&whole[..at]);
                for bit in [1, 0x80] {
                    let mut damaged = whole.clone();
                    damaged[at] ^= bit;
                    lost += usize::from(check(&damaged).contains('-'));
                }
            }
            assert!(lost * step > whole.len(), "{lost}");
            assert_eq!(check(&whole), "abc");
        }
    }
}
