//! A reference that is being read.
//!
//! In: chapters, blocks and codes in any order, as the readers of the formats meet them. Out: a
//! [`Reference`], checked once for all formats: no code twice, ranges of chapters and blocks that the file
//! leaves out taken from what lies in them. Knows no format.

use crate::error::{Error, ErrorKind, Result};
use crate::icd::shelf::{Rows, Shelf};
use crate::icd::{Code, CodeRange, IcdBlock, IcdChapter, Reference};
use crate::limits::MAX_REFERENCE_BYTES;
use std::collections::BTreeMap;

/// Blocks of an edition: ICD-10-CM has 297. Tables are placed by looking through all of them.
const MAX_BLOCKS: usize = 4096;

/// What was read so far of the file `name`.
pub(super) struct Draft<'a> {
    name: &'a str,
    chapters: Vec<Group>,
    /// By number, from the first to the last category met.
    held_by_chapter: BTreeMap<u8, CodeRange>,
    blocks: Vec<Group>,
    codes: BTreeMap<Code, (String, Vec<String>)>,
    block_of_category: BTreeMap<Code, usize>,
    text_bytes: u64,
}

/// A chapter or block.
#[derive(Default)]
struct Group {
    /// The number of the chapter that it is or lies in.
    chapter: u8,
    title: String,
    /// As the file states it.
    stated: Option<CodeRange>,
    /// From the first to the last category met in it; only of blocks.
    held: Option<CodeRange>,
}

/// The range that also holds `code`.
fn widened(range: Option<CodeRange>, code: Code) -> CodeRange {
    range.map_or(CodeRange { first: code, last: code }, |range| CodeRange {
        first: range.first.min(code),
        last: range.last.max(code),
    })
}

impl<'a> Draft<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        Self {
            name,
            chapters: Vec::new(),
            held_by_chapter: BTreeMap::new(),
            blocks: Vec::new(),
            codes: BTreeMap::new(),
            block_of_category: BTreeMap::new(),
            text_bytes: 0,
        }
    }

    /// Adds a chapter; of a range behind the title, `(A00-B99)`, the title is freed.
    ///
    /// # Errors
    /// If the number was there before.
    pub(super) fn chapter(&mut self, number: u8, title: &str) -> Result<()> {
        if self.chapters.iter().any(|chapter| chapter.chapter == number) {
            let message =
                format!("the chapter {number} stands here a second time, expected each chapter once");
            return Err(Error::new(ErrorKind::Reference, message)
                .at(self.name)
                .hint("remove one of the two"));
        }
        let (title, stated) = split_range(title);
        self.chapters.push(Group { chapter: number, title: title.to_owned(), stated, held: None });
        Ok(())
    }

    /// Makes room for a block whose title is not read yet, so that outer blocks stand before inner ones.
    ///
    /// # Errors
    /// If there are more blocks than any edition has.
    pub(super) fn reserve_block(&mut self) -> Result<usize> {
        if self.blocks.len() == MAX_BLOCKS {
            let message = format!("more than {MAX_BLOCKS} blocks, expected some hundreds");
            return Err(Error::new(ErrorKind::Reference, message).at(self.name));
        }
        self.blocks.push(Group::default());
        Ok(self.blocks.len() - 1)
    }

    /// Fills in a block; `name` is its range.
    pub(super) fn block(&mut self, block: usize, chapter: u8, name: &str, title: &str) {
        let (title, in_title) = split_range(title);
        let group = &mut self.blocks[block];
        group.chapter = chapter;
        group.title = title.to_owned();
        group.stated = CodeRange::parse(name).or(in_title);
    }

    /// Adds a code.
    ///
    /// # Errors
    /// If it stands in the file twice, or all titles and terms together are over the limit.
    pub(super) fn code(&mut self, code: Code, title: &str, terms: Vec<String>) -> Result<()> {
        let bytes = title.len() + terms.iter().map(String::len).sum::<usize>();
        self.text_bytes += bytes as u64;
        if self.text_bytes > MAX_REFERENCE_BYTES {
            return Err(super::too_large(self.text_bytes).at(self.name));
        }
        if self.codes.insert(code, (title.to_owned(), terms)).is_some() {
            let message = format!("the code `{code}` stands here a second time, expected each code once");
            return Err(Error::new(ErrorKind::Reference, message)
                .at(self.name)
                .hint("remove one of the two"));
        }
        Ok(())
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.codes.contains_key(&code)
    }

    /// Puts a category into a block, or straight into a chapter.
    pub(super) fn place(&mut self, category: Code, block: Option<usize>, chapter: u8) {
        if let Some(block) = block {
            self.block_of_category.insert(category, block);
            self.blocks[block].held = Some(widened(self.blocks[block].held, category));
        }
        let held = self.held_by_chapter.get(&chapter).copied();
        self.held_by_chapter.insert(chapter, widened(held, category));
    }

    /// Puts every category that has no place into the narrowest block, and every block into the chapter,
    /// whose range holds it: for files that state ranges and do not nest.
    pub(super) fn place_by_range(&mut self) {
        for block in &mut self.blocks {
            let Some(range) = block.stated else { continue };
            let holds = |chapter: &&Group| chapter.stated.is_some_and(|of| of.contains(&range.first));
            block.chapter = self.chapters.iter().find(holds).map_or(0, |chapter| chapter.chapter);
        }
        // Outer blocks first: from the same start, the longer range.
        self.blocks
            .sort_by_key(|block| block.stated.map(|range| (range.first, std::cmp::Reverse(range.last))));
        let categories: Vec<Code> = self.codes.keys().filter(|code| code.is_category()).copied().collect();
        let ranges: Vec<Option<CodeRange>> = self.blocks.iter().map(|block| block.stated).collect();
        for category in categories {
            let holds = |range: &Option<CodeRange>| range.is_some_and(|range| range.contains(&category));
            if let Some(block) = ranges.iter().rposition(holds) {
                self.place(category, Some(block), self.blocks[block].chapter);
            }
        }
    }

    /// The reference that the file gives.
    ///
    /// # Errors
    /// If there is no code in it.
    pub(super) fn finish(self, system: &str, release: &str) -> Result<Reference> {
        if self.codes.is_empty() {
            let message = "no code was found, expected ICD-10-CM tabular XML, ClaML, an XML tree of `chapter`, \
                           `block`, `category`, `subcategory`, or CSV with the columns `code` and `title`";
            return Err(Error::new(ErrorKind::Reference, message).at(self.name));
        }
        let mut reference = Reference::empty(system, release);
        for group in self.chapters {
            let held = self.held_by_chapter.get(&group.chapter).copied();
            if let Some(range) = group.stated.or(held) {
                reference.chapters.push(IcdChapter { number: group.chapter, range, title: group.title });
            }
        }
        reference.chapters.sort_by_key(|chapter| chapter.number);
        // Blocks without a range hold no category: dropped, and the places of the others counted anew.
        let mut kept: Vec<Option<u16>> = Vec::with_capacity(self.blocks.len());
        for group in self.blocks {
            let range = group.stated.or(group.held);
            kept.push(range.map(|_| reference.blocks.len() as u16));
            let block = |range| IcdBlock { range, title: group.title, chapter: group.chapter };
            reference.blocks.extend(range.map(block));
        }
        let places = self.block_of_category.into_iter();
        reference.block_of_category = places.filter_map(|(code, block)| Some((code, kept[block]?))).collect();
        let mut rows = Rows::default();
        for (code, (title, terms)) in &self.codes {
            rows.push(*code, title, terms.iter().map(String::as_str));
        }
        reference.shelves.extend(Shelf::unpacked(rows));
        Ok(reference)
    }
}

/// Whether a range stands in brackets at the end of a title.
pub(super) fn has_range(title: &str) -> bool {
    split_range(title).1.is_some()
}

/// A title and the range in brackets at its end.
fn split_range(title: &str) -> (&str, Option<CodeRange>) {
    let title = title.trim();
    let range = title.rfind('(').and_then(|at| Some((at, CodeRange::parse(&title[at..])?)));
    match range {
        Some((at, range)) => (title[..at].trim_end(), Some(range)),
        None => (title, None),
    }
}
