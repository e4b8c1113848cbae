//! Lists that a page writes with paragraphs: `<p>1. Rest</p>`, or a number in a `span` of its own.
//!
//! In: the blocks of a page, and where inline elements held a number alone. Out: such paragraphs in a row as items of
//! a list, without their numbers.

use crate::document::{Block, BlockKind, ListItem};
use std::borrow::Cow;

/// A paragraph that starts with a number in an element of its own: which block it is, and the bytes of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) block: usize,
    pub(super) len: usize,
}

/// Makes items of the paragraphs in a row that count up from 1. `lists` is how many lists the page has, `place` where
/// in the page the text of a block from one of its bytes on starts.
pub(super) fn number_paragraphs(
    place: impl Fn(&Block<'_>, usize) -> u32,
    blocks: &mut [Block<'_>],
    apart: &[Numbered],
    mut lists: u32,
) {
    let mut at = 0;
    while at < blocks.len() {
        let start = at;
        while at < blocks.len()
            && number(blocks, apart, at).is_some_and(|(number, _)| number == at - start + 1)
        {
            at += 1;
        }
        if at - start >= 2 {
            for index in start..at {
                let Some((number, words)) = number(blocks, apart, index) else { continue };
                blocks[index].span.start = place(&blocks[index], words);
                take_number(&mut blocks[index], number as u32, words, lists);
            }
            lists += 1;
        }
        at = at.max(start + 1);
    }
}

/// The number with which a paragraph starts, and where its words do.
fn number(blocks: &[Block<'_>], apart: &[Numbered], at: usize) -> Option<(usize, usize)> {
    let block = &blocks[at];
    let text: &str = &block.text;
    let digits = match text.as_bytes() {
        [b'0'..=b'9', b'.' | b')', ..] => 1,
        [b'0'..=b'9', b'0'..=b'9', b'.' | b')', ..] => 2,
        [b'0'..=b'9', ..] => {
            let found = apart.binary_search_by_key(&at, |numbered| numbered.block).ok()?;
            apart[found].len
        }
        _ => return None,
    };
    if block.kind != BlockKind::Paragraph {
        return None;
    }
    let (number, rest) = text.split_at_checked(digits)?;
    let words = match rest.strip_prefix(['.', ')']) {
        Some(rest) => rest.strip_prefix(' ')?,
        None => Some(rest.trim_start()).filter(|words| words.starts_with(char::is_alphabetic))?,
    };
    Some((number.parse().ok()?, text.len() - words.len()))
}

/// Makes a paragraph an item whose words start at `words`.
fn take_number(block: &mut Block<'_>, number: u32, words: usize, list: u32) {
    block.text = match &block.text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[words..]),
        Cow::Owned(text) => Cow::Owned(text[words..].to_owned()),
    };
    block.link_bytes = block.link_bytes.min(block.text.len() as u32);
    let marker = Some(Cow::Owned(format!("{number}.")));
    block.kind = BlockKind::ListItem(ListItem { marker, number: Some(number), depth: 1, list });
}
