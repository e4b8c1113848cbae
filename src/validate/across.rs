//! Judges pages against each other: N6xx.
//!
//! In: [`PageFacts`] of each record, in uri order. Out: [`Match`]es with earlier pages, each naming the first
//! it is a match of. A page's own record is not needed again. Memory is bounded: about 1.5 MB, and 3 bytes a
//! page past 10,000 of them; the rest lies in unnamed files of a folder that the caller gives. Nearly the
//! same text is told by minima of hashed sentences (Broder, "On the resemblance and containment of
//! documents", 1997), all from one pass (Li, Owen and Zhang, "One permutation hashing", 2012), looked up by
//! bands of four (Indyk and Motwani, 1998). Never reads a page, never changes a value.

mod index;
mod signature;

pub use signature::Signature;

use crate::catalogue::{self, CODE_REPEATED, PAGE_NEARLY_REPEATED, PAGE_REPEATED};
use crate::diagnostic::{DiagnosticId, Severity, quote};
use crate::profile::Profile;
use crate::record::{Finding, Record};
use index::FirstPages;
use signature::{SAMPLES, Signatures};
use std::io;
use std::path::Path;

/// Samples of 16 that must agree for two pages to be nearly the same: about four sentences in five.
const NEARLY: usize = 13;

/// What is held against other pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// The first bytes of the digest of the file.
    bytes: Option<u64>,
    /// The code; eight characters are the longest.
    code: Option<u64>,
    signature: Option<Signature>,
}

/// A page that an earlier one is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// In what.
    pub id: DiagnosticId,
    /// Number of the first page that is so.
    pub first: u32,
    /// How many of 16 samples of the text agree; only for [`PAGE_NEARLY_REPEATED`].
    pub agreeing: usize,
}

/// The pages so far.
#[derive(Debug)]
pub struct Across {
    first: FirstPages,
    signatures: Signatures,
}

impl PageFacts {
    /// The facts of a record.
    pub fn of(record: &Record<'_>) -> Self {
        let digest = record.source.hash.as_deref().and_then(|hash| hash.strip_prefix("blake3:"));
        Self {
            bytes: digest.and_then(|hex| u64::from_str_radix(hex.get(..16)?, 16).ok()),
            code: record.code.as_deref().and_then(packed),
            signature: Signature::of(record),
        }
    }
}

impl PageFacts {
    /// Bytes of [`PageFacts::to_bytes`].
    pub const BYTES: usize = 17 + Signature::BYTES;

    /// Its values, little-endian, behind a byte that tells which of them there are.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let Self { bytes, code, signature } = self;
        let mut packed = [0; Self::BYTES];
        packed[0] =
            u8::from(bytes.is_some()) | u8::from(code.is_some()) << 1 | u8::from(signature.is_some()) << 2;
        packed[1..9].copy_from_slice(&bytes.unwrap_or(0).to_le_bytes());
        packed[9..17].copy_from_slice(&code.unwrap_or(0).to_le_bytes());
        if let Some(signature) = signature {
            packed[17..].copy_from_slice(&signature.to_bytes());
        }
        packed
    }

    /// What [`PageFacts::to_bytes`] gave; `None` for anything else.
    pub fn from_bytes(packed: [u8; Self::BYTES]) -> Option<Self> {
        let [known, rest @ ..] = packed;
        let (numbers, signature) = rest.split_first_chunk::<16>()?;
        let [bytes, code] = [0, 8].map(|at| numbers[at..].first_chunk().copied().map(u64::from_le_bytes));
        let is_known = |bit: u8| known >> bit & 1 == 1;
        (known < 8).then_some(Self {
            bytes: bytes.filter(|_| is_known(0)),
            code: code.filter(|_| is_known(1)),
            signature: if is_known(2) { Some(Signature::from_bytes(signature.first_chunk()?)) } else { None },
        })
    }

    /// The code.
    fn code(&self) -> String {
        let bytes = self.code.unwrap_or(0).to_le_bytes();
        String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned()
    }
}

/// A code as a number.
fn packed(code: &str) -> Option<u64> {
    let bytes = code.as_bytes();
    let mut number = [0; 8];
    number.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(u64::from_le_bytes(number))
}

impl Across {
    /// No page yet; what memory does not hold goes to unnamed files in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { first: FirstPages::new(folder), signatures: Signatures::new(folder) }
    }

    /// Holds a page against those before it, and keeps its facts for those after it. `page` is its number,
    /// more than that of any page before.
    ///
    /// A page that is an earlier one byte for byte, or nearly in its text, is told so and not that its code
    /// is that page's too.
    ///
    /// # Errors
    /// If a file cannot be written or read.
    pub fn judge(&mut self, page: u32, facts: &PageFacts) -> io::Result<Vec<Match>> {
        let mut matches = Vec::new();
        if let Some(bytes) = facts.bytes
            && let Some(first) = self.first.or_insert(index::key(0, bytes), page)?
        {
            matches.push(Match { id: PAGE_REPEATED, first, agreeing: SAMPLES });
        }
        // The text of a page that is a copy has been seen with the first of them.
        if let (Some(signature), true) = (&facts.signature, matches.is_empty()) {
            matches.extend(self.nearest(page, signature)?);
        }
        if let Some(code) = facts.code
            && let Some(first) = self.first.or_insert(index::key(1, code), page)?
            && matches.iter().all(|found| found.first != first)
        {
            matches.push(Match { id: CODE_REPEATED, first, agreeing: 0 });
        }
        matches.sort_by_key(|found| found.id);
        Ok(matches)
    }

    fn nearest(&mut self, page: u32, signature: &Signature) -> io::Result<Option<Match>> {
        let mut candidates = Vec::new();
        for (band, value) in signature.bands().into_iter().enumerate() {
            candidates.extend(self.first.or_insert(index::key(2 + band as u64, value), page)?);
        }
        candidates.sort_unstable();
        candidates.dedup();
        self.signatures.push(page, signature)?;
        for first in candidates {
            let agreeing = self.signatures.get(first)?.agreeing(signature);
            // A band may hold this page's own number, when two of its bands are the same.
            if first != page && agreeing >= NEARLY {
                return Ok(Some(Match { id: PAGE_NEARLY_REPEATED, first, agreeing }));
            }
        }
        Ok(None)
    }
}

impl Match {
    /// The finding as a record lists it, with the severity that the profile gives it; `None` if the profile
    /// turns it off. `uri` is that of the first page, `page` tells of the later one.
    pub fn finding(&self, uri: &str, page: &PageFacts, profile: &Profile) -> Option<Finding> {
        let default = catalogue::entry(self.id).map_or(Severity::Info, |entry| entry.severity);
        let severity = profile.severity(self.id, default)?;
        let first = quote(uri);
        let (field, message) = match self.id {
            PAGE_REPEATED => (None, format!("{first} has the same bytes; keep one of the two")),
            PAGE_NEARLY_REPEATED => {
                let agreeing = self.agreeing;
                let message = format!(
                    "{first} has nearly the same text ({agreeing} of {SAMPLES} samples agree); compare the \
                     two and keep the better one"
                );
                (None, message)
            }
            _ => {
                let code = quote(&page.code());
                let message =
                    format!("{first} has the code {code} too; check that both are meant to be under it");
                (Some("code".to_owned()), message)
            }
        };
        Some(Finding { id: self.id.to_string(), severity, field, line: None, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(bytes: u64, code: &str, text: &str) -> PageFacts {
        PageFacts {
            bytes: Some(bytes),
            code: packed(code).filter(|_| !code.is_empty()),
            signature: Signature::of_texts([text]),
        }
    }

    fn sentences(from: usize, to: usize) -> String {
        (from..to).map(|number| format!("This is sentence number {number} of the page. ")).collect()
    }

    fn judge(pages: &[PageFacts]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let mut across = Across::new(folder.path());
        let mut told = Vec::new();
        for (number, facts) in pages.iter().enumerate() {
            for found in across.judge(number as u32, facts).unwrap() {
                told.push(format!("{number} {} {}", found.id, found.first));
            }
        }
        told
    }

    #[test]
    fn a_later_page_names_the_first_that_is_like_it() {
        let long = sentences(0, 60);
        let edited = sentences(2, 61);
        let other = sentences(100, 160);
        let pages = [
            facts(1, "A00", &long),
            facts(2, "A00", &other),
            facts(1, "A00", &long),
            facts(3, "B00", &edited),
            facts(4, "A00", "Short. Text. Is. No. Evidence."),
            facts(5, "", "Short. Text. Is. No. Evidence."),
        ];
        assert_eq!(judge(&pages), ["1 N601 0", "2 N602 0", "3 N603 0", "4 N601 0"]);
    }

    #[test]
    fn a_message_quotes_the_name_of_the_first_page() {
        let profile = Profile::default_profile().unwrap();
        let found = Match { id: CODE_REPEATED, first: 0, agreeing: 0 };
        let finding = found.finding("a\u{1b}.txt", &facts(1, "A00", ""), &profile).unwrap();
        assert_eq!(finding.field.as_deref(), Some("code"));
        assert!(finding.message.contains("`A00`") && !finding.message.contains('\u{1b}'), "{finding:?}");
    }

    #[test]
    fn a_code_is_a_number_of_its_own() {
        assert_ne!(packed("A00"), packed("A00.0"));
        assert!(packed("S72.0011").is_some() && packed("S72.00111").is_none());
        assert_eq!(facts(1, "S72.0011", "").code(), "S72.0011");
    }

    #[test]
    fn facts_are_read_back() {
        let whole = facts(7, "A00", &sentences(0, 60));
        let parts = [
            PageFacts::default(),
            PageFacts { bytes: None, ..whole.clone() },
            PageFacts { code: None, ..whole.clone() },
            PageFacts { signature: None, ..whole.clone() },
            whole,
        ];
        for facts in parts {
            assert_eq!(PageFacts::from_bytes(facts.to_bytes()), Some(facts));
        }
    }
}
