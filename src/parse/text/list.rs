//! List marks, and which list an item belongs to.
//!
//! In: a line, or all blocks. Out: its mark with its number; list and depth; items that are none after all.

use super::line::is_collapsed;
use super::unmarked::MAX_NAME_WORDS;
use crate::document::{Block, BlockKind};
use std::borrow::Cow;

/// What stands before the text of a list item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Marker<'p> {
    pub(super) text: &'p str,
    pub(super) number: Option<u32>,
    pub(super) kind: MarkerKind,
    /// Bytes from the marker to the text.
    pub(super) len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkerKind {
    Bullet(char),
    Number,
    /// `1 –`: the same as the start of a range or a line of figures.
    NumberDash,
    /// `(a)`, `a)`, and lower Roman numbers in the same form.
    Letter,
    /// `a.`, `ii.`, `R1.`: the same as a name's initial, or as a word.
    LetterDot,
}

impl<'p> Marker<'p> {
    pub(super) fn read(line: &'p str) -> Option<Self> {
        // Most lines start with a letter, and no mark of the few bytes of a marker ends it.
        if let Some([b'a'..=b'z' | b'A'..=b'Z', rest @ ..]) = line.as_bytes().first_chunk::<5>()
            && !rest
                .iter()
                .fold(line.starts_with("o "), |ends, byte| ends | (*byte == b'.') | (*byte == b')'))
        {
            return None;
        }
        let first = line.chars().next()?;
        let (text, number, kind) = match first {
            '•' | '●' | '○' | '◦' | '▪' | '▫' | '■' | '□' | '‣' | '⁃' | '∙' | '·' | '➤' | '►' | '▸' | '✓'
            | '✔' | '☐' | '☑' | '➢' | '❖' | '\u{f0b7}' => {
                (&line[..first.len_utf8()], None, MarkerKind::Bullet(first))
            }
            '-' | '–' | '—' | '*' | '+' => (&line[..first.len_utf8()], None, MarkerKind::Bullet(first)),
            // What a bullet in a symbol font becomes in plain text.
            'o' if line.starts_with("o ") => (&line[..1], None, MarkerKind::Bullet(first)),
            '①'..='⑳' => {
                (&line[..first.len_utf8()], Some(first as u32 - '①' as u32 + 1), MarkerKind::Number)
            }
            _ => Self::ordinal(line)?,
        };
        let rest = &line[text.len()..];
        let body = rest.trim_start();
        let spaced = body.len() < rest.len()
            || matches!(kind, MarkerKind::Bullet(c) if !matches!(c, '-' | '–' | '—' | '*' | '+' | 'o'));
        // A page that marks its items itself was copied with the marks of a browser before those.
        let own = |c: char| matches!(c, '•' | '●' | '▪' | '■' | '·');
        let body = if matches!(first, '-' | '*') { body.trim_start_matches(own).trim_start() } else { body };
        (spaced && !body.is_empty()).then(|| Self { text, number, kind, len: line.len() - body.len() })
    }

    /// A number that is all of its line: `2.`, `2)`, `(2)`.
    pub(super) fn bare_number(line: &'p str) -> Option<Self> {
        // Most lines do not end so.
        let is_short = line.len() <= 5 && line.ends_with(['.', ')']);
        let (text, number, kind) = is_short.then(|| Self::ordinal(line))??;
        let is_all = kind == MarkerKind::Number && text.len() == line.len();
        is_all.then_some(Self { text, number, kind, len: line.len() })
    }

    /// `1.`, `1)`, `(1)`, `a)`, `(a)`, `a.`, `iv)`, `1 –`.
    fn ordinal(line: &'p str) -> Option<(&'p str, Option<u32>, MarkerKind)> {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=2).contains(&digits)
            && let Some(dash) = [" - ", " – ", " — "].iter().find(|dash| line[digits..].starts_with(**dash))
        {
            let text = &line[..digits + dash.len() - 1];
            return Some((text, line[..digits].parse().ok(), MarkerKind::NumberDash));
        }
        let open = usize::from(line.starts_with('('));
        let word = line[open..].bytes().take(5).take_while(u8::is_ascii_alphanumeric).count();
        let (inside, close) = (&line[open..open + word], line.as_bytes().get(open + word)?);
        let closed = *close == b')' || (*close == b'.' && open == 0);
        if !closed || inside.is_empty() || inside.len() > 4 {
            return None;
        }
        let text = &line[..open + word + 1];
        if inside.bytes().all(|byte| byte.is_ascii_digit()) {
            // Three figures in brackets start a telephone number.
            return (inside.len() + open <= 3).then(|| (text, inside.parse().ok(), MarkerKind::Number));
        }
        if inside.len() == 1 && inside.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let number = u32::from(inside.as_bytes()[0].to_ascii_lowercase() - b'a') + 1;
            let kind = if *close == b'.' { MarkerKind::LetterDot } else { MarkerKind::Letter };
            return Some((text, Some(number), kind));
        }
        let kind = if *close == b'.' { MarkerKind::LetterDot } else { MarkerKind::Letter };
        // Two figures behind a letter are a code.
        if let [b'A'..=b'Z', figure @ b'1'..=b'9'] = inside.as_bytes() {
            return Some((text, Some(u32::from(figure - b'0')), MarkerKind::LetterDot));
        }
        let roman = inside.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'));
        roman.then(|| (text, roman_number(inside), kind))
    }
}

/// The value of a Roman number below 40; `None` if it is not written as it should be.
pub(super) fn roman_number(text: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let ones = text.trim_start_matches('x');
    let tens = text.len() - ones.len();
    let (tens, ones) = match ones {
        "" if tens > 0 => (tens, 0),
        ones => (tens, ONES.iter().position(|one| *one == ones)?),
    };
    (tens < 4).then_some((10 * tens + ones) as u32).filter(|&number| number > 0)
}

/// The lists that are open at a line.
#[derive(Default)]
pub(super) struct Lists {
    open: Vec<(usize, MarkerKind, u32)>,
    count: u32,
}

impl Lists {
    /// Which list an item belongs to, and its depth.
    pub(super) fn place(&mut self, indent: usize, marker: &Marker<'_>) -> (u32, u8) {
        while self.open.last().is_some_and(|&(of, _, _)| of > indent + 1) {
            self.open.pop();
        }
        let level =
            |&(of, kind, _): &(usize, MarkerKind, u32)| of.abs_diff(indent) <= 1 && kind == marker.kind;
        match self.open.iter().position(level) {
            Some(at) => self.open.truncate(at + 1),
            None => {
                self.open.push((indent, marker.kind, self.count));
                self.count += 1;
            }
        }
        let list = self.open.last().map_or(0, |&(_, _, list)| list);
        (list, self.open.len().min(u8::MAX as usize) as u8)
    }

    pub(super) fn close(&mut self) {
        self.open.clear();
    }
}

/// A numbered line that has no sibling and stands before prose is a numbered heading or a sentence.
pub(super) fn single_numbers_to_paragraphs<'p>(text: &'p str, blocks: &mut [Block<'p>]) {
    let mut members: Vec<u32> = Vec::new();
    for item in blocks.iter().filter_map(Block::list_item) {
        let list = item.list as usize;
        members.resize(members.len().max(list + 1), 0);
        members[list] += 1;
    }
    let headings = heading_lists(blocks, members.len());
    for at in 0..blocks.len() {
        let Some(item) = blocks[at].list_item() else { continue };
        let alone = item.number.is_some()
            && (members.get(item.list as usize) == Some(&1) || headings[item.list as usize]);
        let is_later = item.number > Some(1);
        let before_prose = headings[item.list as usize]
            || blocks.get(at + 1).is_some_and(|next| {
                next.kind == BlockKind::Paragraph
                    || (is_later
                        && next.gap_before
                        && next.list_item().is_some_and(|next| next.list != item.list))
            });
        if alone && before_prose && blocks[at].units == 1 {
            let block = &mut blocks[at];
            block.kind = BlockKind::Paragraph;
            let marker = &text[block.outer.start as usize..block.span.start as usize];
            block.text = match &block.text {
                Cow::Borrowed(_) if is_collapsed(&text[block.outer.range()]) => {
                    Cow::Borrowed(&text[block.outer.range()])
                }
                inner => Cow::Owned(format!("{} {inner}", marker.trim_end())),
            };
            block.span = block.outer;
        }
    }
}

/// Which lists are numbered questions, or names that stand alone, with something else below each: those are headings.
pub(super) fn heading_lists(blocks: &[Block<'_>], count: usize) -> Vec<bool> {
    let mut headings = vec![true; count];
    for (at, block) in blocks.iter().enumerate() {
        let Some(item) = block.list_item() else { continue };
        let answered = || {
            blocks.get(at + 1).is_some_and(|next| {
                next.list_item().map_or(next.kind == BlockKind::Paragraph, |next| next.list != item.list)
            })
        };
        let next_is_apart = || blocks.get(at + 1).is_some_and(|next| next.gap_before);
        let is_title = || block.text.ends_with('?') || is_name(block) && block.gap_before && next_is_apart();
        let heading = &mut headings[item.list as usize];
        *heading = *heading && item.number.is_some() && answered() && is_title();
    }
    headings
}

/// Whether a block is a few words with a capital, as the name of a part is.
fn is_name(block: &Block<'_>) -> bool {
    block.text.starts_with(char::is_uppercase)
        && !block.text.ends_with(['.', '!', ':', ';', ','])
        && block.text.split(' ').count() <= MAX_NAME_WORDS
}
