//! What a release of ICD-10 says of a code.
//!
//! In: a [`Code`], a title. Out: an [`Entry`], a [`Verdict`], chapters and blocks. Built by the loaders or
//! read from the data that is built in; after that it never changes, asks nothing of the file system, and
//! can be shared between threads. A look-up cannot fail: a code that is not there is an answer.

use super::chapter::{IcdBlock, IcdChapter, Titles};
use super::fold::{same_title, shares_words_with_any};
use super::shelf::{Rows, Shelf};
use super::{Code, CodeRange};
use crate::record::{CodeKind, CodeStatus};
use std::fmt;
use std::sync::OnceLock;

/// A release of ICD-10.
///
/// ```
/// use nosograph::icd::{Code, Reference, Verdict};
/// let reference = Reference::embedded();
/// let Verdict::Header(entry) = reference.verdict(&Code::parse("M61").unwrap()) else { panic!() };
/// assert_eq!(entry.title(), "Calcification and ossification of muscle");
/// assert_eq!(entry.block().unwrap().range.to_string(), "M60-M63");
/// assert_eq!(entry.chapter().unwrap().roman(), "XIII");
/// ```
pub struct Reference {
    pub(super) system: String,
    pub(super) release: String,
    /// Tells files apart that call themselves the same release; empty for the built-in one.
    pub(super) fingerprint: String,
    /// By number.
    pub(super) chapters: Vec<IcdChapter>,
    /// In the order of the file; those that hold others stand before them.
    pub(super) blocks: Vec<IcdBlock>,
    /// Sorted categories, each with its place in `blocks`. Ranges do not do: `C7A` is not of `C76-C80`.
    pub(super) block_of_category: Vec<(Code, u16)>,
    /// Sorted by first code; a category never spans two.
    pub(super) shelves: Vec<Shelf>,
    /// Sorted by code.
    pub(super) retired: Vec<Retired>,
    /// Folded when a title is first looked up.
    pub(super) chapter_titles: OnceLock<Titles>,
}

/// A code that an earlier release had.
#[derive(Debug)]
pub(super) struct Retired {
    pub code: Code,
    pub title: String,
    pub last_release: String,
}

/// What a release says of a code.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'a> {
    /// In the release and billable.
    Valid(Entry<'a>),
    /// In the release, with codes below it: not billable.
    Header(Entry<'a>),
    /// In an earlier release, not in this one.
    Retired {
        /// Its title then.
        title: &'a str,
        /// The last release that had it, such as `2025`.
        last_release: &'a str,
    },
    /// Well formed, but in no release known here: perhaps of another edition.
    Unknown,
}

impl<'a> Verdict<'a> {
    /// The verdict in the word that records have for it.
    pub fn status(&self) -> CodeStatus {
        match self {
            Self::Valid(_) => CodeStatus::Valid,
            Self::Header(_) => CodeStatus::Header,
            Self::Retired { .. } => CodeStatus::Retired,
            Self::Unknown => CodeStatus::Unknown,
        }
    }

    /// The entry of a code that is in the release.
    pub fn entry(&self) -> Option<Entry<'a>> {
        match *self {
            Self::Valid(entry) | Self::Header(entry) => Some(entry),
            Self::Retired { .. } | Self::Unknown => None,
        }
    }
}

impl Reference {
    /// A release without codes, to be filled.
    pub(super) fn empty(system: &str, release: &str) -> Self {
        Self {
            system: system.to_owned(),
            release: release.to_owned(),
            fingerprint: String::new(),
            chapters: Vec::new(),
            blocks: Vec::new(),
            block_of_category: Vec::new(),
            shelves: Vec::new(),
            retired: Vec::new(),
            chapter_titles: OnceLock::new(),
        }
    }

    /// The classification: `ICD-10-CM`.
    pub fn system(&self) -> &str {
        &self.system
    }

    /// The classification and its release: `ICD-10-CM 2026-04`.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// Hex digest of the files it was read from; empty for the built-in release.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What the release holds under `code`.
    pub fn entry(&self, code: &Code) -> Option<Entry<'_>> {
        let rows = self.shelf_of(code)?.rows();
        let row = rows.find(*code)?;
        Some(Entry { reference: self, rows, row })
    }

    /// Whether the release has `code`, and as what.
    pub fn verdict(&self, code: &Code) -> Verdict<'_> {
        if let Some(entry) = self.entry(code) {
            return if entry.billable() { Verdict::Valid(entry) } else { Verdict::Header(entry) };
        }
        match self.retired.binary_search_by(|retired| retired.code.cmp(code)) {
            Ok(at) => {
                let Retired { title, last_release, .. } = &self.retired[at];
                Verdict::Retired { title, last_release }
            }
            Err(_) => Verdict::Unknown,
        }
    }

    /// All entries in the order of their codes.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.shelves.iter().flat_map(move |shelf| {
            let rows = shelf.rows();
            (0..rows.len()).map(move |row| Entry { reference: self, rows, row })
        })
    }

    /// The chapters by number.
    pub fn chapters(&self) -> &[IcdChapter] {
        &self.chapters
    }

    /// The chapter of a number, 1 to 22.
    pub fn chapter(&self, number: u8) -> Option<&IcdChapter> {
        self.chapters.iter().find(|chapter| chapter.number == number)
    }

    /// The chapter that a title names: compared without case, marks, punctuation and US or UK spelling;
    /// a title worded differently names the only chapter that has all its words, or the clearly nearest.
    pub fn chapter_by_title(&self, title: &str) -> Option<&IcdChapter> {
        let titles = self.chapter_titles.get_or_init(|| Titles::new(&self.chapters));
        titles.find(title).and_then(|at| self.chapters.get(at))
    }

    /// The chapter that a range of categories names, as printed: editions begin and end chapters differently,
    /// so it is the one that holds the last category.
    pub fn chapter_by_range(&self, range: &str) -> Option<&IcdChapter> {
        let range = CodeRange::parse(range)?;
        self.chapters.iter().find(|chapter| chapter.range.contains(&range.last))
    }

    /// The chapter in which `code` lies; by its range if the release has not the code.
    pub fn chapter_of(&self, code: &Code) -> Option<&IcdChapter> {
        let by_block = self.block_of(code).and_then(|block| self.chapter(block.chapter));
        by_block.or_else(|| self.chapters.iter().find(|chapter| chapter.range.contains(code)))
    }

    /// The blocks in the order of the classification.
    pub fn blocks(&self) -> &[IcdBlock] {
        &self.blocks
    }

    /// The innermost block in which `code` lies; by ranges if the release has not its category.
    pub fn block_of(&self, code: &Code) -> Option<&IcdBlock> {
        let category = code.category();
        match self.block_of_category.binary_search_by(|(known, _)| known.cmp(&category)) {
            Ok(at) => self.blocks.get(usize::from(self.block_of_category[at].1)),
            Err(_) => self.blocks.iter().rev().find(|block| block.range.contains(code)),
        }
    }

    fn shelf_of(&self, code: &Code) -> Option<&Shelf> {
        let after = self.shelves.partition_point(|shelf| shelf.first <= *code);
        self.shelves.get(after.checked_sub(1)?)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").field("release", &self.release).finish_non_exhaustive()
    }
}

/// A code that a release holds, with all that the release says of it.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    reference: &'a Reference,
    rows: &'a Rows,
    row: usize,
}

impl<'a> Entry<'a> {
    /// The code.
    pub fn code(&self) -> Code {
        self.rows.code(self.row)
    }

    /// Its title.
    pub fn title(&self) -> &'a str {
        self.rows.title(self.row)
    }

    /// Other names that the release files under the code.
    pub fn inclusion_terms(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.rows.terms(self.row)
    }

    /// Whether `title` is the code's title or one of its inclusion terms, as
    /// [`same_title`](super::same_title) compares.
    pub fn is_named(&self, title: &str) -> bool {
        same_title(title, self.title()) || self.inclusion_terms().any(|term| same_title(title, term))
    }

    /// Whether `title` shares a telling word with the code's title or one of its inclusion terms, as
    /// [`titles_share_words`](super::titles_share_words) compares.
    pub fn shares_words(&self, title: &str) -> bool {
        shares_words_with_any(title, std::iter::once(self.title()).chain(self.inclusion_terms()))
    }

    /// Three characters, or below a category with or without codes below itself.
    pub fn kind(&self) -> CodeKind {
        if self.code().is_category() {
            CodeKind::Category
        } else if self.billable() {
            CodeKind::Code
        } else {
            CodeKind::Subcategory
        }
    }

    /// Whether no codes stand below it.
    pub fn billable(&self) -> bool {
        !self.rows.has_children(self.row)
    }

    /// The code directly above: of `S30.1XXA` that is `S30.1`. `None` for a category.
    pub fn parent(&self) -> Option<Self> {
        let row = self.rows.parent(self.row)?;
        Some(Self { row, ..*self })
    }

    /// The codes directly below, in order.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<'a> {
        let Self { reference, rows, row } = *self;
        rows.children(row).map(move |row| Self { reference, rows, row })
    }

    /// The category in which it lies, which may be itself; `None` if the file left it out.
    pub fn category(&self) -> Option<Self> {
        self.reference.entry(&self.code().category())
    }

    /// The chapter in which it lies; `None` if the file tells of no chapters.
    pub fn chapter(&self) -> Option<&'a IcdChapter> {
        self.reference.chapter_of(&self.code())
    }

    /// The block in which it lies; `None` if the file tells of no blocks.
    pub fn block(&self) -> Option<&'a IcdBlock> {
        self.reference.block_of(&self.code())
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_shared_between_threads() {
        let title = |code: &str| Reference::embedded().entry(&Code::parse(code)?).map(|entry| entry.title());
        let codes = ["M61", "A00", "S72001B", "Z992"];
        let from_threads = std::thread::scope(|scope| {
            let threads = codes.map(|code| scope.spawn(move || title(code)));
            threads.map(|thread| thread.join().unwrap())
        });
        assert_eq!(from_threads, codes.map(title));
    }

    #[test]
    fn a_code_that_is_not_there_still_has_its_place() {
        let check = |code: &str, wanted: &str| {
            let code = Code::parse(code).unwrap();
            let chapter = Reference::embedded().chapter_of(&code).map_or(0, |chapter| chapter.number);
            let block = Reference::embedded().block_of(&code).map(|block| block.range.to_string());
            assert_eq!(format!("{chapter} {}", block.unwrap_or_default()), wanted, "{code}");
        };
        check("M61.99", "13 M60-M63");
        check("C7A", "2 C7A");
        check("C78", "2 C76-C80");
        check("A10", "1 ");
        check("U99", "0 ");
    }

    #[test]
    fn a_title_is_compared_with_inclusion_terms_too() {
        let check = |code: &str, title: &str, wanted: (bool, bool)| {
            let entry = Reference::embedded().entry(&Code::parse(code).unwrap()).unwrap();
            assert_eq!((entry.is_named(title), entry.shares_words(title)), wanted, "{code} {title:?}");
        };
        check("A00.0", "Classical cholera", (true, true));
        check("D50", "Iron deficiency anaemia", (true, true));
        check("D50", "Anaemias", (false, true));
        check("D50", "Cataract", (false, false));
    }
}
