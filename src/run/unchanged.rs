//! Whether a run would only write again what stands.
//!
//! In: the listing, the stamp of each file, the stamps of the outputs. Out: yes, with the counts of that run,
//! or no. `DIR/.nosograph/last` holds one digest over all of them; it is written after the run it tells of
//! and taken away before another changes an output. Never reads a page.

use super::cache::Basis;
use crate::emit::Counts;
use crate::emit::atomic::WrittenFile;
use crate::read::{Listing, Place, Stamp};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

const NAME: &str = "last";

/// Files of which a run is worth the wait for their outputs to settle.
const WORTH_FILES: usize = 500;

/// How long the outputs may take to settle: their stamps are fine, or the next run looks at each page.
const SETTLING: Duration = Duration::from_millis(60);

/// What the last run wrote.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Last {
    /// Over the basis, the options, and uri and stamp of each file.
    input: String,
    counts: serde_json::Value,
    pub(super) bytes_read: u64,
    pub(super) outputs: Vec<WrittenFile>,
    /// Over the stamps of the outputs.
    standing: String,
}

/// The digest of an input while its files are read, in uri order.
#[derive(Debug)]
pub(super) struct InputDigest {
    digest: blake3::Hasher,
    is_known: bool,
}

impl InputDigest {
    pub(super) fn new(basis: Basis, listing: &Listing) -> Self {
        let mut digest = blake3::Hasher::new();
        digest.update(basis.as_bytes());
        for entry in listing.entries() {
            digest.update(entry.uri.as_bytes());
            digest.update(&[0, entry.skip.map_or(0, |reason| reason as u8 + 1)]);
        }
        Self { digest, is_known: !listing.has_stdin() }
    }

    /// Adds the next file that was read; `None` if its stamp is worth nothing.
    pub(super) fn add(&mut self, stamp: Option<&Stamp>) {
        self.is_known &= stamp.is_some();
        self.digest.update(&stamp.map_or([0; Stamp::BYTES], |stamp| stamp.to_bytes()));
    }

    fn finish(&self) -> Option<String> {
        self.is_known.then(|| self.digest.finalize().to_hex().to_string())
    }
}

/// What the last run wrote, if this one would write the same.
pub(super) fn unchanged(
    state: &Path,
    folder: &Path,
    basis: Basis,
    listing: &Listing,
) -> Option<(Last, Counts)> {
    let text = fs::read(state.join(NAME)).ok()?;
    let (text, checksum) = text.split_last_chunk::<64>()?;
    if blake3::hash(text).to_hex().as_bytes() != checksum {
        return None;
    }
    let last: Last = serde_json::from_slice(text).ok()?;
    if standing(folder, &last.outputs)?.0 != last.standing {
        return None;
    }
    let mut input = InputDigest::new(basis, listing);
    let mut taken = last.counts.get("taken")?.as_u64()?;
    for entry in listing.entries().filter(|entry| entry.skip.is_none()) {
        if taken == 0 {
            break;
        }
        taken -= 1;
        let Place::File(path) = listing.place(&entry) else { return None };
        input.add(Some(&Stamp::of(&fs::metadata(path).ok()?)));
    }
    let counts = Counts::from_json(last.counts.get("counts")?)?;
    (input.finish()? == last.input).then_some((last, counts))
}

/// Forgets the last run: outputs are about to change.
pub(super) fn forget(state: &Path) {
    // A file that cannot be removed tells of outputs whose stamps are about to change.
    let _ = fs::remove_file(state.join(NAME));
}

/// Keeps what a run wrote, of which `taken` files were read; whatever fails costs only the next run's time.
pub(super) fn keep(
    (state, folder): (&Path, &Path),
    input: &InputDigest,
    taken: usize,
    counts: &Counts,
    (bytes_read, outputs): (u64, &[WrittenFile]),
) {
    let Some(input) = input.finish() else { return };
    if taken < WORTH_FILES {
        return;
    }
    let Some((standing, newest)) = standing(folder, outputs) else { return };
    // A change in the tick in which the outputs were named would not be seen.
    let settled = || newest.iter().all(|stamp| stamp.is_settled(SystemTime::now()));
    if !settled() {
        thread::sleep(SETTLING);
    }
    let counts = serde_json::json!({ "taken": taken, "counts": counts });
    let last = Last { input, counts, bytes_read, outputs: outputs.to_vec(), standing };
    if let (true, Ok(mut text)) = (settled(), serde_json::to_vec(&last)) {
        let checksum = blake3::hash(&text).to_hex();
        text.extend_from_slice(checksum.as_bytes());
        // Half of it has the wrong checksum.
        let _ = fs::write(state.join(NAME), text);
    }
}

/// A digest over the stamps of the outputs, and the stamps; `None` if one is missing.
fn standing(folder: &Path, outputs: &[WrittenFile]) -> Option<(String, Vec<Stamp>)> {
    let paths = outputs.iter().map(|output| folder.join(PathBuf::from(&output.path)));
    let stamps = paths.map(|path| Some(Stamp::of(&fs::metadata(path).ok()?))).collect::<Option<Vec<_>>>()?;
    let mut digest = blake3::Hasher::new();
    for stamp in &stamps {
        digest.update(&stamp.to_bytes());
    }
    Some((digest.finalize().to_hex().to_string(), stamps))
}
