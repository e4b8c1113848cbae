//! Tables of contents in text without marks.
//!
//! In: the blocks of a page. Out: the lines that list its parts, and the lines further down that they name, which are
//! headings then, whatever they look like.

use crate::document::{Block, BlockKind};
use crate::parse::headings;
use std::collections::HashMap;

/// The tables of contents of a page.
#[derive(Default)]
pub(super) struct Contents {
    /// Whether each block is a line of one; empty on a page without.
    is_entry: Vec<bool>,
    /// The blocks they name.
    pub(super) headings: Vec<usize>,
}

impl Contents {
    /// Whether the block `at` is a line of one.
    pub(super) fn has_entry(&self, at: usize) -> bool {
        self.is_entry.get(at) == Some(&true)
    }
}

/// Lines of a table of contents from which on it is one.
const LEAST: usize = 3;
/// Bytes of text below a heading.
const TEXT_BYTES: usize = 60;

/// Finds short lines in a row that stand further down too, but for their numbers, and there most have text below.
pub(super) fn contents(blocks: &[Block<'_>]) -> Contents {
    let names: Vec<&str> = blocks.iter().map(|block| name(&block.text)).collect();
    if !may_repeat(&names) {
        return Contents::default();
    }
    let mut last = HashMap::new();
    let mut named = vec![None; blocks.len()];
    for (at, &name) in names.iter().enumerate().rev().filter(|(_, name)| !name.is_empty()) {
        named[at] = last.get(name).copied();
        if blocks[at].kind == BlockKind::Paragraph {
            last.entry(name).or_insert(at);
        }
    }
    let mut contents = Contents { is_entry: vec![false; blocks.len()], headings: Vec::new() };
    let mut start = 0;
    while start < blocks.len() {
        let headings: Vec<usize> = named[start..].iter().map_while(|named| *named).collect();
        let end = start + headings.len();
        // Short lines that stand further down among others are a list that comes twice.
        let parts = headings.iter().filter(|&&at| heads_text(blocks.get(at + 1))).count();
        if headings.len() >= LEAST && parts * 3 > headings.len() * 2 && headings.iter().all(|&at| at >= end) {
            contents.is_entry[start..end].fill(true);
            contents.headings.extend(headings);
        }
        start = end + 1;
    }
    contents
}

/// Whether what stands below a line is text or items: so it is with most headings.
pub(super) fn heads_text(below: Option<&Block<'_>>) -> bool {
    below.is_some_and(|below| below.list_item().is_some() || below.text.len() >= TEXT_BYTES)
}

/// Whether enough lines may stand twice: most pages have hardly two that are as long and start and end alike.
fn may_repeat(names: &[&str]) -> bool {
    let mut seen = [false; 1 << 10];
    let repeated = names.iter().filter(|name| {
        let ([first, ..], [.., last]) = (name.as_bytes(), name.as_bytes()) else { return false };
        let look = name.len() * 67 + usize::from(*first) * 31 + usize::from(*last);
        std::mem::replace(&mut seen[look % seen.len()], true)
    });
    repeated.take(LEAST).count() == LEAST
}

/// A short line without its number.
fn name(line: &str) -> &str {
    if line.len() > headings::LONGEST {
        return "";
    }
    let name = line.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    if name.starts_with(char::is_alphabetic) { name } else { "" }
}
