//! The text of a page in sixteen numbers, such that like texts have like numbers.

use crate::record::Record;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Numbers in a signature.
pub(super) const SAMPLES: usize = 16;

/// Numbers that are looked up together.
const BAND: usize = 4;

/// Sentences that a text must have: of fewer, one more or less would be too much of it.
const FEWEST_SENTENCES: usize = 16;

/// Bytes that a sentence must have; what is shorter is an abbreviation or a mark.
const SHORTEST_SENTENCE: usize = 8;

/// Signatures kept in memory before they are written, and read back a page at a time.
const BUFFERED: usize = 1024;

/// The least of the hashed sentences of each of sixteen classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature([u32; SAMPLES]);

impl Signature {
    /// Bytes of [`Signature::to_bytes`].
    pub(super) const BYTES: usize = SAMPLES * 4;

    /// The signature of a record's sections and key points; `None` if there is too little text.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        let sections = record.sections.iter().flat_map(|section| {
            std::iter::once(&*section.text).chain(section.items.iter().map(|item| &*item.text))
        });
        Self::of_texts(sections.chain(record.key_points.iter().map(|point| &*point.text)))
    }

    pub(super) fn of_texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let mut least = [u32::MAX; SAMPLES];
        let mut sentences = 0;
        for text in texts {
            let bytes = text.as_bytes();
            let mut start = 0;
            for end in memchr::memchr3_iter(b'.', b'?', b'\n', bytes).chain([bytes.len()]) {
                let sentence = bytes[start..end].trim_ascii();
                start = (end + 1).min(bytes.len());
                if sentence.len() < SHORTEST_SENTENCE {
                    continue;
                }
                sentences += 1;
                let hash = hash(sentence);
                let least = &mut least[(hash >> 60) as usize];
                *least = (*least).min(hash as u32);
            }
        }
        (sentences >= FEWEST_SENTENCES).then(|| Self(filled(least)))
    }

    /// A number for each four samples.
    pub(super) fn bands(&self) -> [u64; SAMPLES / BAND] {
        let mut bands = [0; SAMPLES / BAND];
        for (band, samples) in bands.iter_mut().zip(self.0.chunks_exact(BAND)) {
            *band = samples.iter().fold(0, |hash, &sample| mix(hash ^ u64::from(sample)));
        }
        bands
    }

    /// How many samples two texts share.
    pub(super) fn agreeing(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count()
    }

    pub(super) fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (place, sample) in bytes.chunks_exact_mut(4).zip(self.0) {
            place.copy_from_slice(&sample.to_le_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut samples = [0; SAMPLES];
        for (sample, place) in samples.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *sample = u32::from_le_bytes(*place);
        }
        Self(samples)
    }
}

/// An empty class takes the sample of the next one that is not (Shrivastava and Li, 2014), made another by
/// its distance.
fn filled(least: [u32; SAMPLES]) -> [u32; SAMPLES] {
    let mut samples = least;
    for (at, sample) in samples.iter_mut().enumerate() {
        let next = (0..SAMPLES).find(|distance| least[(at + distance) % SAMPLES] != u32::MAX);
        if let Some(distance) = next {
            *sample =
                least[(at + distance) % SAMPLES].wrapping_add(0x9E37_79B1u32.wrapping_mul(distance as u32));
        }
    }
    samples
}

/// Eight bytes at a step; the last ones once more where they fill no step.
fn hash(bytes: &[u8]) -> u64 {
    let (steps, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for step in steps {
        hash = (hash ^ u64::from_le_bytes(*step)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }
    let last = match bytes.last_chunk() {
        // The end of the last eight bytes: in half the steps what the loop gives.
        Some(chunk) => u64::from_be_bytes(*chunk) & ((1 << (8 * rest.len())) - 1),
        None => rest.iter().fold(0, |last, &byte| last << 8 | u64::from(byte)),
    };
    mix(hash ^ last)
}

/// The finisher of SplitMix64 (Steele, Lea and Flood, 2014): a bijection that leaves no bit in its place.
pub(super) fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// The signatures of all pages by number: the latest in memory, the others in a file.
#[derive(Debug)]
pub(super) struct Signatures {
    folder: PathBuf,
    file: Option<File>,
    latest: VecDeque<(u32, Signature)>,
}

impl Signatures {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), file: None, latest: VecDeque::new() }
    }

    /// Keeps the signature of a page; numbers ascend.
    pub(super) fn push(&mut self, page: u32, signature: &Signature) -> io::Result<()> {
        self.latest.push_back((page, signature.clone()));
        if self.latest.len() >= 2 * BUFFERED { self.write() } else { Ok(()) }
    }

    /// Moves the older half to the file; pages between that have no signature leave a hole.
    fn write(&mut self) -> io::Result<()> {
        let mut bytes: Vec<u8> = Vec::with_capacity(BUFFERED * Signature::BYTES);
        let mut start = 0;
        for (page, signature) in self.latest.drain(..BUFFERED) {
            let place = u64::from(page) * Signature::BYTES as u64;
            if bytes.is_empty() || place != start + bytes.len() as u64 {
                write_at(&mut self.file, &self.folder, &bytes, start)?;
                bytes.clear();
                start = place;
            }
            bytes.extend_from_slice(&signature.to_bytes());
        }
        write_at(&mut self.file, &self.folder, &bytes, start)
    }

    /// The signature of a page that was kept.
    pub(super) fn get(&self, page: u32) -> io::Result<Signature> {
        let (front, back) = self.latest.as_slices();
        for slice in [front, back] {
            if let Ok(at) = slice.binary_search_by_key(&page, |&(page, _)| page) {
                return Ok(slice[at].1.clone());
            }
        }
        let mut bytes = [0; Signature::BYTES];
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        file.read_exact_at(&mut bytes, u64::from(page) * Signature::BYTES as u64)?;
        Ok(Signature::from_bytes(&bytes))
    }
}

fn write_at(file: &mut Option<File>, folder: &Path, bytes: &[u8], start: u64) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let file = match file {
        Some(file) => file,
        None => file.insert(tempfile::tempfile_in(folder)?),
    };
    file.write_all_at(bytes, start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(numbers: impl Iterator<Item = usize>) -> Signature {
        let text: String = numbers.map(|number| format!("The sentence with number {number}. ")).collect();
        Signature::of_texts([text.as_str()]).unwrap()
    }

    #[test]
    fn like_texts_share_most_samples_and_others_none() {
        let first = text(0..100);
        assert_eq!(first.agreeing(&text((0..100).rev())), SAMPLES);
        assert!(first.agreeing(&text(3..100)) >= 13);
        assert!(first.agreeing(&text(50..150)) <= 10);
        assert!(first.agreeing(&text(200..300)) <= 1);
    }

    #[test]
    fn signatures_come_back_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut signatures = Signatures::new(folder.path());
        let of = |page: u32| Signature([page; SAMPLES]);
        for page in (0..9_000).filter(|page| page % 7 != 3) {
            signatures.push(page, &of(page)).unwrap();
        }
        for page in (0..9_000).filter(|page| page % 7 != 3) {
            assert_eq!(signatures.get(page).unwrap(), of(page));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the file has no name");
    }
}
