//! The first page of each key, for any number of keys in bounded memory.
//!
//! In: keys with numbers of pages. Out: the page that had a key first. The newest keys stand in a table; when
//! it is full they are written to a file, sorted, with a Bloom filter (1970) in memory that tells nearly all
//! keys the file does not have. Two files of a size become one (O'Neil and others, "The log-structured
//! merge-tree", 1996), so that a key is looked for in few of them.

use super::signature::mix;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Slots of the full-grown table: 800 KB.
const MOST_SLOTS: usize = 1 << 16;

/// Slots of the first table.
const FEWEST_SLOTS: usize = 1 << 10;

/// Entries of a file that are read at once: 3 KB.
const STRIDE: usize = 256;

const ENTRY_BYTES: usize = 12;

/// Bits of the filter for each key, and how many of them a key sets: 1 in 7 keys passes wrongly.
const FILTER_BITS: usize = 4;
const FILTER_PROBES: u64 = 3;

/// The key of a value of one kind.
pub(super) fn key(kind: u64, value: u64) -> u64 {
    // An empty slot has key 0.
    mix(value ^ mix(kind)).max(1)
}

#[derive(Debug)]
pub(super) struct FirstPages {
    folder: PathBuf,
    table: Table,
    most_slots: usize,
    shelves: Vec<Shelf>,
}

impl FirstPages {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            table: Table::new(FEWEST_SLOTS),
            most_slots: MOST_SLOTS,
            shelves: Vec::new(),
        }
    }

    /// The page that had the key first; if none had, this one has it now.
    pub(super) fn or_insert(&mut self, key: u64, page: u32) -> io::Result<Option<u32>> {
        if let Some(first) = self.table.get(key) {
            return Ok(Some(first));
        }
        for shelf in &self.shelves {
            if let Some(first) = shelf.get(key)? {
                return Ok(Some(first));
            }
        }
        if self.table.is_full() {
            let slots = self.table.keys.len();
            if slots < self.most_slots {
                self.table = self.table.grown();
            } else {
                self.shelve()?;
            }
        }
        self.table.insert(key, page);
        Ok(None)
    }

    /// Writes the table to a file, together with the files that are no larger, and empties it.
    fn shelve(&mut self) -> io::Result<()> {
        let slots = self.table.sorted();
        let entries = slots.iter().map(|&slot| Ok(self.table.entry(slot)));
        let mut newest = Shelf::write(slots.len(), entries, &self.folder)?;
        drop(slots);
        self.table.clear();
        while let Some(mut shelf) = self.shelves.pop_if(|shelf| shelf.len <= newest.len) {
            // Never asked again, and as large as the one to come.
            (shelf.filter, newest.filter) = (Vec::new(), Vec::new());
            let entries = merged(&shelf, &newest)?;
            newest = Shelf::write(shelf.len + newest.len, entries, &self.folder)?;
        }
        self.shelves.push(newest);
        Ok(())
    }
}

/// The entries of two files, in order; no key is in both.
fn merged<'s>(a: &'s Shelf, b: &'s Shelf) -> io::Result<impl Iterator<Item = io::Result<(u64, u32)>> + 's> {
    let (mut a, mut b) = (a.entries()?.peekable(), b.entries()?.peekable());
    Ok(std::iter::from_fn(move || match (a.peek(), b.peek()) {
        (Some(Ok(first)), Some(Ok(second))) if first > second => b.next(),
        (Some(_), _) => a.next(),
        (None, _) => b.next(),
    }))
}

/// Keys and pages by open addressing.
#[derive(Debug)]
struct Table {
    keys: Vec<u64>,
    pages: Vec<u32>,
    len: usize,
}

impl Table {
    /// `slots` is a power of two.
    fn new(slots: usize) -> Self {
        Self { keys: vec![0; slots], pages: vec![0; slots], len: 0 }
    }

    /// The slot that has the key, or the empty one where it belongs.
    fn slot(&self, key: u64) -> usize {
        let mask = self.keys.len() - 1;
        let mut slot = key as usize & mask;
        while self.keys[slot] != key && self.keys[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn get(&self, key: u64) -> Option<u32> {
        let slot = self.slot(key);
        (self.keys[slot] == key).then(|| self.pages[slot])
    }

    fn insert(&mut self, key: u64, page: u32) {
        let slot = self.slot(key);
        self.len += usize::from(self.keys[slot] == 0);
        (self.keys[slot], self.pages[slot]) = (key, page);
    }

    /// Seven slots in eight are taken: past that, searches grow long.
    fn is_full(&self) -> bool {
        self.len >= self.keys.len() / 8 * 7
    }

    fn entry(&self, slot: u32) -> (u64, u32) {
        (self.keys[slot as usize], self.pages[slot as usize])
    }

    /// The slots that are taken.
    fn taken(&self) -> impl Iterator<Item = u32> {
        (0..self.keys.len() as u32).filter(|&slot| self.keys[slot as usize] != 0)
    }

    /// The slots that are taken, in the order of their keys: a quarter of the memory that entries would take.
    fn sorted(&self) -> Vec<u32> {
        let mut slots = Vec::with_capacity(self.len);
        slots.extend(self.taken());
        slots.sort_unstable_by_key(|&slot| self.keys[slot as usize]);
        slots
    }

    fn clear(&mut self) {
        self.keys.fill(0);
        self.len = 0;
    }

    fn grown(&self) -> Self {
        let mut table = Self::new(self.keys.len() * 2);
        for (key, page) in self.taken().map(|slot| self.entry(slot)) {
            table.insert(key, page);
        }
        table
    }
}

/// Sorted keys and pages in a file.
#[derive(Debug)]
struct Shelf {
    file: File,
    len: usize,
    /// The first key of each stride.
    fences: Vec<u64>,
    filter: Vec<u64>,
}

impl Shelf {
    /// Writes `len` entries, which come sorted.
    fn write(
        len: usize,
        mut entries: impl Iterator<Item = io::Result<(u64, u32)>>,
        folder: &Path,
    ) -> io::Result<Self> {
        let mut shelf = Self {
            file: tempfile::tempfile_in(folder)?,
            len,
            fences: Vec::with_capacity(len / STRIDE + 1),
            filter: vec![0; (len * FILTER_BITS).div_ceil(64).max(1)],
        };
        let mut bytes = Vec::with_capacity(STRIDE * ENTRY_BYTES);
        for start in (0..len).step_by(STRIDE) {
            bytes.clear();
            for entry in entries.by_ref().take(STRIDE) {
                let (key, page) = entry?;
                if bytes.is_empty() {
                    shelf.fences.push(key);
                }
                bytes.extend_from_slice(&key.to_le_bytes());
                bytes.extend_from_slice(&page.to_le_bytes());
                for bit in shelf.bits(key) {
                    shelf.filter[bit / 64] |= 1 << (bit % 64);
                }
            }
            shelf.file.write_all_at(&bytes, (start * ENTRY_BYTES) as u64)?;
        }
        Ok(shelf)
    }

    /// All entries from the first on; one reader at a time.
    fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<(u64, u32)>> + '_> {
        let mut file = &self.file;
        file.rewind()?;
        let mut file = BufReader::with_capacity(64 * 1024, file);
        Ok((0..self.len).map(move |_| {
            let mut entry = [0; ENTRY_BYTES];
            file.read_exact(&mut entry)?;
            Ok((key_of(&entry), page_of(&entry)))
        }))
    }

    /// Bits of the filter that a key sets (Kirsch and Mitzenmacher, "Less hashing, same performance", 2006).
    fn bits(&self, key: u64) -> impl Iterator<Item = usize> + use<> {
        let bits = self.filter.len() as u64 * 64;
        let (start, step) = (mix(key), key >> 32 | 1);
        (0..FILTER_PROBES).map(move |probe| (start.wrapping_add(probe.wrapping_mul(step)) % bits) as usize)
    }

    fn get(&self, key: u64) -> io::Result<Option<u32>> {
        if self.bits(key).any(|bit| self.filter[bit / 64] >> (bit % 64) & 1 == 0) {
            return Ok(None);
        }
        let Some(stride) = self.fences.partition_point(|&fence| fence <= key).checked_sub(1) else {
            return Ok(None);
        };
        let start = stride * STRIDE;
        let mut bytes = [0; STRIDE * ENTRY_BYTES];
        let bytes = &mut bytes[..(self.len - start).min(STRIDE) * ENTRY_BYTES];
        self.file.read_exact_at(bytes, (start * ENTRY_BYTES) as u64)?;
        let (entries, _) = bytes.as_chunks::<ENTRY_BYTES>();
        Ok(entries.binary_search_by_key(&key, key_of).ok().map(|at| page_of(&entries[at])))
    }
}

fn key_of(&[a, b, c, d, e, f, g, h, ..]: &[u8; ENTRY_BYTES]) -> u64 {
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn page_of(&[.., a, b, c, d]: &[u8; ENTRY_BYTES]) -> u32 {
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_first_page_is_found_in_the_table_and_on_every_shelf() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = FirstPages::new(folder.path());
        first.most_slots = 1 << 10;
        let mut expected = BTreeMap::new();
        for page in 0..40_000u32 {
            let key = key(u64::from(page % 3), u64::from(page.wrapping_mul(2_654_435_761) % 15_000));
            let wanted = expected.get(&key).copied();
            expected.entry(key).or_insert(page);
            assert_eq!(first.or_insert(key, page).unwrap(), wanted, "page {page}");
        }
        assert!((2..8).contains(&first.shelves.len()), "{}", first.shelves.len());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the files have no names");
    }
}
