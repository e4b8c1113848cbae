//! Lists that a page writes with paragraphs: `<p>1. Rest</p>`, `<p>• Rest</p>`, or a number in a `span` of its own.
//!
//! In: the blocks of a page, and where inline elements held a number alone. Out: such paragraphs in a row as items of
//! a list, without their numbers and bullets.

use crate::document::{Block, BlockKind, ListItem};
use std::borrow::Cow;

/// A paragraph that starts with a number in an element of its own: which block it is, and the bytes of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) block: usize,
    pub(super) len: usize,
}

/// Makes items of the paragraphs in a row that count up from 1, or start with the same bullet. `lists` is how many
/// lists the page has, `place` where in the page the text of a block from one of its bytes on starts.
pub(super) fn number_paragraphs(
    place: impl Fn(&Block<'_>, usize) -> u32,
    blocks: &mut [Block<'_>],
    apart: &[Numbered],
    mut lists: u32,
) {
    let mut at = 0;
    while at < blocks.len() {
        let start = at;
        let Some((own, _)) = mark(blocks, apart, at) else {
            at += 1;
            continue;
        };
        let goes_on = |at: usize| {
            mark(blocks, apart, at).filter(|(mark, _)| match (own, mark) {
                (Mark::Number(1), Mark::Number(number)) => *number == at - start + 1,
                (Mark::Bullet(own), Mark::Bullet(bullet)) => own == *bullet,
                _ => false,
            })
        };
        let marks: Vec<(Mark, usize)> = (start..blocks.len()).map_while(goes_on).collect();
        at += marks.len();
        if marks.len() >= 2 {
            for (block, (mark, words)) in blocks[start..at].iter_mut().zip(marks) {
                block.span.start = place(block, words);
                take_mark(block, mark, words, lists);
            }
            lists += 1;
        }
        at = at.max(start + 1);
    }
}

/// What stands before the words of an item.
#[derive(Clone, Copy)]
enum Mark {
    Number(usize),
    Bullet(char),
}

/// The mark with which a paragraph starts, and where its words do.
fn mark(blocks: &[Block<'_>], apart: &[Numbered], at: usize) -> Option<(Mark, usize)> {
    let text = blocks[at].text.as_bytes();
    match text.first()? {
        b'0'..=b'9' => number(blocks, apart, at).map(|(number, words)| (Mark::Number(number), words)),
        b'-' | b'*' | 0xC2 | 0xE2 => bullet(&blocks[at]).map(|(bullet, words)| (Mark::Bullet(bullet), words)),
        _ => None,
    }
}

/// The bullet with which a paragraph starts, and where its words do.
fn bullet(block: &Block<'_>) -> Option<(char, usize)> {
    let text: &str = &block.text;
    let bullet =
        text.chars().next().filter(|c| matches!(c, '-' | '*' | '·' | '•' | '●' | '○' | '▪' | '■' | '‣'))?;
    let words = text[bullet.len_utf8()..].strip_prefix(' ')?;
    (block.kind == BlockKind::Paragraph && !words.is_empty()).then(|| (bullet, text.len() - words.len()))
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
fn take_mark(block: &mut Block<'_>, mark: Mark, words: usize, list: u32) {
    block.text = match &block.text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[words..]),
        Cow::Owned(text) => Cow::Owned(text[words..].to_owned()),
    };
    block.link_bytes = block.link_bytes.min(block.text.len() as u32);
    let (marker, number) = match mark {
        Mark::Number(number) => (format!("{number}."), Some(number as u32)),
        Mark::Bullet(bullet) => (bullet.to_string(), None),
    };
    block.kind = BlockKind::ListItem(ListItem { marker: Some(Cow::Owned(marker)), number, depth: 1, list });
}
