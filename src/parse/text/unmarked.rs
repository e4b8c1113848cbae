//! Headings that no mark tells: by the look of lines and what stands round them.
//!
//! In: the blocks of a page that does not mark its headings. Out: some of its paragraphs as headings. The scores are
//! those of [`headings`]; what a line's neighbors say for certain goes before them.

use super::contents::{contents, heads_text};
use crate::count::{any, count};
use crate::document::{Block, BlockKind, HeadingEvidence, Label, Markup, Place};
use crate::parse::headings;
use crate::word::strip_start;
use std::collections::BTreeSet;

/// Makes headings of the paragraphs that look like them, unless the page marks its headings itself.
pub(super) fn tell_headings(blocks: &mut [Block<'_>], markup: Markup) {
    if blocks.iter().filter(|block| block.heading().is_some()).nth(1).is_some() {
        return;
    }
    let marks: Vec<Marks> = blocks.iter().map(|block| Marks::of(&block.text)).collect();
    let dashed = |at: usize| marks[at] == Marks::LabelDash;
    let labelled = |at: usize, block: &Block<'_>| {
        block.label().is_some_and(|label| {
            !label.value.is_empty()
                && (!block.text.ends_with('?') || starts_like_code(&block.text[label.value.range()]))
                && !names_page(&blocks[..at], &block.text[label.label.range()])
        }) || dashed(at)
            && ((!block.gap_before && at > 0 && dashed(at - 1))
                || blocks.get(at + 1).is_some_and(|next| !next.gap_before && dashed(at + 1)))
    };
    let contents = contents(blocks);
    let lines: Vec<headings::Line<'_>> = blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let text = without_bracket(&block.text);
            let has_marks = marks[at] != Marks::None;
            headings::Line {
                text,
                gap_before: block.gap_before,
                gap_after: blocks.get(at + 1).is_none_or(|next| next.gap_before),
                list_mark: block.list_item().is_some()
                    || contents.has_entry(at)
                    || lists_codes(blocks, at)
                    || is_byline(blocks, at)
                    || has_marks && is_joined(text)
                    || block.is_row_of_links(markup),
                // Of longer lines it makes no difference.
                labelled: has_marks && text.len() <= headings::LONGEST && labelled(at, block),
            }
        })
        .collect();
    let mut scores = headings::scores(&lines);
    for (at, score) in scores.iter_mut().enumerate() {
        if asks(blocks, at) || is_answered(blocks, at) || (at > 0 && dashed(at - 1) && opens_text(blocks, at))
        {
            *score = score.max(ASKS);
        }
    }
    // Parts that are numbered alike stand or fall together: `2.1`, `2.2`, `3.1`.
    let depth = |(at, block): (usize, &Block<'_>)| decimal_depth(&block.text).map(|depth| (at, depth));
    let numbered: Vec<(usize, usize)> = blocks.iter().enumerate().filter_map(depth).collect();
    let told: BTreeSet<usize> =
        numbered.iter().filter(|&&(at, _)| scores[at] > 0.0).map(|&(_, depth)| depth).collect();
    for (at, depth) in numbered {
        if scores[at] > headings::NEVER && told.contains(&depth) {
            scores[at] = scores[at].max(ASKS);
        }
    }
    for &at in &contents.headings {
        scores[at] = scores[at].max(ASKS);
    }
    tell_alike_parts(blocks, &mut scores);
    for at in asked_parts(blocks, &scores) {
        scores[at] = scores[at].max(ASKS);
    }
    for at in counted_parts(blocks, &scores) {
        scores[at] = ASKS;
    }
    for at in above_headings(blocks, &scores) {
        scores[at] = ASKS;
    }
    for at in behind_rows(blocks, &scores) {
        scores[at] = ASKS;
    }
    for (block, score) in blocks.iter_mut().zip(scores) {
        if score > 0.0 && is_paragraph(block) && block.units == 1 && !block.place.any(Place::ROW) {
            block.kind = BlockKind::Heading { level: None, evidence: HeadingEvidence::Look { score } };
        }
    }
}

fn is_paragraph(block: &Block<'_>) -> bool {
    matches!(block.kind, BlockKind::Paragraph)
}

/// What a short line has of the marks that may part a label from its value, or several things.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// None, as most lines, which need not be asked what stands around them.
    None,
    Some,
    /// A dash that parts a label from its value.
    LabelDash,
}

impl Marks {
    fn of(text: &str) -> Self {
        // The first bytes of the marks.
        let is_mark = |byte| b":.-|\xC2\xE2".iter().fold(u8::MAX, |least, mark| least.min(byte ^ mark)) == 0;
        if without_bracket(text).len() > Label::MAX_DASHED_LINE || !any(text.as_bytes(), is_mark) {
            Self::None
        } else if Label::split_at_dash(text).is_some() {
            Self::LabelDash
        } else {
            Self::Some
        }
    }
}

/// A form in which lines start parts of a page.
struct PartForm {
    /// Whether a line has it, and the block right below.
    has: fn(&Block<'_>, &Block<'_>) -> bool,
    /// Whether a blank line stands below.
    gap_below: bool,
    /// Lines that the scorer has to tell at least.
    least: usize,
    /// 1 where half of the lines of the form have to be told by the scorer, 0 where more than half.
    less: usize,
}

/// `Causes:` with its part right below. It may announce a list as well.
const WITH_COLON: PartForm = PartForm {
    has: |line, _| line.text.ends_with(':') && words(&line.text) <= MAX_PART_WORDS,
    gap_below: false,
    least: 2,
    less: 0,
};

/// `Causes:` with its part behind a blank line, where `The signs are:` leads on.
const WITH_COLON_APART: PartForm = PartForm {
    has: |line, next| {
        let last = || line.text.trim_end_matches(':').rsplit(' ').next().unwrap_or_default();
        (WITH_COLON.has)(line, next) && !LEADS_ON.contains(&last())
    },
    gap_below: true,
    least: 2,
    less: 0,
};

/// Words at the end of a line that announces what follows.
const LEADS_ON: [&str; 12] =
    ["are", "is", "include", "includes", "following", "be", "of", "to", "with", "sind", "son", "sont"];

/// A short line with items or sentences right below.
const NAMED: PartForm = PartForm {
    has: |line, next| {
        let is_text = || {
            next.text.starts_with(char::is_uppercase)
                && next.text.len() >= line.text.len()
                && next.text.ends_with(['.', '!', '?', ':', ')', '"', '”'])
                && next.label().is_none()
        };
        !line.text.ends_with(['.', ',', ';', ':'])
            && words(&line.text) <= MAX_NAME_WORDS
            && (next.list_item().is_some() || is_text())
    },
    gap_below: false,
    least: 2,
    less: 1,
};

/// A short line with items behind a blank line.
const NAMED_APART: PartForm = PartForm {
    has: |line, next| {
        !line.text.ends_with(['.', ',', ';', ':'])
            && words(&line.text) <= MAX_NAME_WORDS
            && next.list_item().is_some()
    },
    gap_below: true,
    least: 1,
    less: 1,
};

/// Makes headings of the lines that start a part of the page in one form, where the scorer takes enough of them for
/// headings.
fn tell_alike_parts(blocks: &[Block<'_>], scores: &mut [f32]) {
    let starts_part = |block: &Block<'_>| {
        block.gap_before && is_paragraph(block) && block.text.starts_with(char::is_uppercase)
    };
    let mut starts = Vec::with_capacity(blocks.len());
    starts.extend(
        (1..blocks.len())
            .map(|next| next - 1)
            .filter(|&at| scores[at] > headings::NEVER && starts_part(&blocks[at])),
    );
    let mut parts = Vec::with_capacity(starts.len());
    for form in [WITH_COLON, WITH_COLON_APART, NAMED, NAMED_APART] {
        let has_form = |&at: &usize| {
            let (block, next) = (&blocks[at], &blocks[at + 1]);
            next.gap_before == form.gap_below && (form.has)(block, next)
        };
        parts.clear();
        parts.extend(starts.iter().copied().filter(has_form));
        let told = parts.iter().filter(|&&at| scores[at] > 0.0).count();
        if told >= form.least && told * 2 + form.less > parts.len() {
            for &at in &parts {
                scores[at] = scores[at].max(ASKS);
            }
        }
    }
}

/// Words of a line: one more than spaces.
fn words(line: &str) -> usize {
    count(line.as_bytes(), |byte| byte == b' ') + 1
}

/// The questions of text without blank lines, where there are three at least and most have text below.
fn asked_parts(blocks: &[Block<'_>], scores: &[f32]) -> Vec<usize> {
    let next = |at: usize| blocks.get(at + 1).filter(|next| !next.gap_before && !next.text.ends_with('?'));
    let is_asked = |&at: &usize| {
        let text: &str = &blocks[at].text;
        !blocks[at].gap_before
            && text.ends_with('?')
            && scores[at] > headings::NEVER
            && is_paragraph(&blocks[at])
            && text.starts_with(char::is_uppercase)
            && next(at).is_some()
            && words(text) <= MAX_ASKED_WORDS
            && !text.contains(". ")
    };
    let parts: Vec<usize> = (0..blocks.len()).filter(is_asked).collect();
    let answered = parts.iter().filter(|&&at| heads_text(next(at))).count();
    if parts.len() >= MIN_ASKED && answered * 2 > parts.len() { parts } else { Vec::new() }
}

/// Questions that are parts of a page at least.
const MIN_ASKED: usize = 3;
/// Words of a question that starts a part at most.
const MAX_ASKED_WORDS: usize = 14;

/// Words of a short line that starts a part.
pub(super) const MAX_NAME_WORDS: usize = 9;

/// The lines that count on from one part to the next, `3 Outlook` between `2 Causes` and `4 Care`, and stand alone
/// as those do.
fn counted_parts(blocks: &[Block<'_>], scores: &[f32]) -> Vec<usize> {
    let told: BTreeSet<u32> =
        (0..blocks.len()).filter(|&at| scores[at] > 0.0).filter_map(|at| part_number(&blocks[at])).collect();
    if told.len() < 2 {
        return Vec::new();
    }
    let counts_on = |at: &usize| {
        let missed = scores[*at] <= 0.0 && scores[*at] > headings::NEVER && stands_alone(blocks, *at);
        let number = part_number(&blocks[*at]).filter(|number| missed && !told.contains(number));
        number.is_some_and(|number| {
            let before = number.checked_sub(1);
            told.contains(&(number + 1)) && before.is_some_and(|before| before == 0 || told.contains(&before))
        })
    };
    (0..blocks.len()).filter(counts_on).collect()
}

/// The lines of a word or two that stand alone, behind text or lines in a row, before a heading right above its text.
fn above_headings(blocks: &[Block<'_>], scores: &[f32]) -> Vec<usize> {
    let is_above = |&at: &usize| {
        let (block, before) = (&blocks[at], &blocks[at - 1]);
        let is_alone = || before.gap_before && !before.text.ends_with('.') && before.list_item().is_none();
        scores[at] <= 0.0
            && scores[at] > headings::NEVER
            && scores[at + 1] > 0.0
            && !blocks[at + 2].gap_before
            && heads_text(blocks.get(at + 2))
            && stands_alone(blocks, at)
            && is_paragraph(block)
            && block.text.starts_with(char::is_uppercase)
            && block.text.ends_with(char::is_alphanumeric)
            && block.text.split(' ').count() <= MAX_ABOVE_WORDS
            && !is_alone()
    };
    (1..blocks.len().saturating_sub(2)).filter(is_above).collect()
}

/// The lines below a heading that stand alone between lines in a row and text or more lines in a row, where headings
/// stand alone: the scorer takes them for one more of the lines above.
fn behind_rows(blocks: &[Block<'_>], scores: &[f32]) -> Vec<usize> {
    let is_told = |at: &usize| scores[*at] > 0.0;
    let told = (0..blocks.len()).filter(is_told).count();
    let alone = (0..blocks.len()).filter(is_told).filter(|&at| stands_alone(blocks, at)).count();
    if alone < MIN_ALONE || alone * 4 < told * 3 {
        return Vec::new();
    }
    let first = (0..blocks.len()).find(is_told).map_or(0, |at| at + 1);
    let in_row = |at: usize| blocks.get(at).is_some_and(|block| !block.gap_before);
    let is_behind = |&at: &usize| {
        let block = &blocks[at];
        scores[at] <= 0.0
            && scores[at] > headings::NEVER
            && in_row(at - 1)
            && stands_alone(blocks, at)
            && is_paragraph(block)
            && block.text.starts_with(char::is_uppercase)
            && block.text.ends_with(|c: char| c.is_alphabetic() || c == '?')
            && words(&block.text) <= MAX_NAME_WORDS
            && block.label().is_none()
            && (heads_text(blocks.get(at + 1)) || in_row(at + 2))
    };
    (first..blocks.len().saturating_sub(1)).filter(is_behind).collect()
}

/// Headings that stand alone at least, for other lines to be taken for headings since they do.
const MIN_ALONE: usize = 2;

/// Words of a line above a heading that is one as well.
const MAX_ABOVE_WORDS: usize = 2;

/// The whole number with which a paragraph starts that is named with a capital.
fn part_number(block: &Block<'_>) -> Option<u32> {
    if block.kind != BlockKind::Paragraph || !block.text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let (number, words) = block.text.split_once(' ')?;
    let number = number.strip_suffix(['.', ')']).unwrap_or(number);
    (number.len() <= 2 && words.starts_with(char::is_uppercase)).then(|| number.parse().ok()).flatten()
}

/// Whether blank lines stand around a line.
fn stands_alone(blocks: &[Block<'_>], at: usize) -> bool {
    blocks[at].gap_before && blocks.get(at + 1).is_some_and(|next| next.gap_before)
}

/// Words of the name of a part at most: a longer line announces what follows.
pub(super) const MAX_PART_WORDS: usize = 5;

/// How many dots a decimal number of a part has inside, from one on: 1 for `2.1 History`.
pub(super) fn decimal_depth(text: &str) -> Option<usize> {
    let (b'0'..=b'9', [b'.', b'0'..=b'9', ..] | [b'0'..=b'9', b'.', b'0'..=b'9', ..]) =
        text.as_bytes().split_first()?
    else {
        return None;
    };
    let (number, words) = text.split_once(' ')?;
    let number = number.trim_end_matches('.');
    let parts = number.split('.').count();
    let decimal = number
        .split('.')
        .all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
    (parts > 1 && decimal && words.starts_with(char::is_uppercase)).then_some(parts - 1)
}

/// Whether a line is one of several that start with codes: a list without marks. One of two has more than the
/// three characters that `Q10` and `B12` have as well.
pub(super) fn lists_codes(blocks: &[Block<'_>], at: usize) -> bool {
    let is_code = |block: &Block<'_>| starts_like_code(&block.text) && is_paragraph(block);
    let is_long = |block: &Block<'_>| block.text.as_bytes().get(3).is_some_and(|&byte| byte != b' ');
    let block = &blocks[at];
    if !is_code(block) {
        return false;
    }
    let above = at.checked_sub(1).filter(|_| !block.gap_before).map(|at| &blocks[at]);
    let below = blocks.get(at + 1).filter(|next| !next.gap_before);
    let mut beside = above.into_iter().chain(below);
    beside.any(|other| is_code(other) && (is_long(block) || is_long(other)))
}

/// Whether a line starts with a word of the shape of a code, as the lines of a list of codes do.
pub(super) fn starts_like_code(line: &str) -> bool {
    if !matches!(line.as_bytes(), [b'A'..=b'Z', b'0'..=b'9', ..]) {
        return false;
    }
    let word = line.split([' ', ':']).next().unwrap_or_default().as_bytes();
    let dot = word.get(3).is_none_or(|&byte| byte == b'.');
    (3..=8).contains(&word.len())
        && dot
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
}

/// Whether a line says who wrote the page: `By Jonas Keller`, or, with the date below, `By Staff of the Clinic`.
fn is_byline(blocks: &[Block<'_>], at: usize) -> bool {
    let is_name = |word: &str| word.starts_with(char::is_uppercase);
    let Some(by) = strip_start(&blocks[at].text, "by ").filter(|by| is_name(by)) else { return false };
    let below = || blocks.get(at + 1).filter(|next| !next.gap_before && next.text.len() <= MAX_DATE_BYTES);
    by.contains(' ') && by.split(' ').all(is_name)
        || below().is_some_and(|next| next.text.ends_with(|c: char| c.is_ascii_digit()))
}

/// Bytes of a line with a date at most.
const MAX_DATE_BYTES: usize = 40;

/// Whether a line is three things or more with a mark between them: an address, a row of links.
pub(super) fn is_joined(text: &str) -> bool {
    // The first bytes of the marks: nearly all lines have none of them.
    text.len() <= headings::LONGEST
        && any(text.as_bytes(), |byte| (byte == b'|') | (byte == 0xC2) | (byte == 0xE2))
        && [" · ", " | ", " • "].iter().any(|mark| text.matches(mark).count() >= 2)
}

/// A line without a label in brackets at its end: `Causes[edit]`.
pub(super) fn without_bracket(text: &str) -> &str {
    let open = text.strip_suffix(']').and_then(|rest| rest.rfind('['));
    open.map_or(text, |open| text[..open].trim_end())
}

/// Blocks at the start of a page in which its title stands.
pub(super) const TITLE_BLOCKS: usize = 12;

/// Whether the words before a colon are a line of their own at the start of the page, as its title is: then
/// `Psoriasis: more than skin deep` is a heading with a subtitle and no label.
pub(super) fn names_page(before: &[Block<'_>], words: &str) -> bool {
    before
        .iter()
        .take(TITLE_BLOCKS)
        .any(|block| strip_start(&block.text, words).is_some_and(|rest| rest.split_whitespace().count() <= 1))
}

/// Whether a short line stands alone before a paragraph: behind a card of facts it opens the text.
pub(super) fn opens_text(blocks: &[Block<'_>], at: usize) -> bool {
    let block = &blocks[at];
    let text = blocks.get(at + 1).filter(|next| is_paragraph(next) && next.gap_before);
    is_paragraph(block)
        && block.gap_before
        && block.text.starts_with(char::is_uppercase)
        && !block.text.ends_with(['.', ',', ';', ':'])
        && block.text.split(' ').count() <= 8
        && Label::split_at_dash(&block.text).is_none()
        && text.is_some_and(|next| next.text.len() >= 80 && next.text.ends_with('.'))
}

/// Log-odds of a line that its neighbors alone tell: a question with its answer, the first line behind a card, one that a
/// table of contents names.
pub(super) const ASKS: f32 = 0.5;

/// Whether a line is a question of its own with its answer below.
pub(super) fn asks(blocks: &[Block<'_>], at: usize) -> bool {
    let block = &blocks[at];
    let answer = || blocks.get(at + 1).filter(|next| is_paragraph(next) && next.gap_before);
    block.text.ends_with('?')
        && block.gap_before
        && is_paragraph(block)
        && !block.text.trim_end_matches('?').contains(['!', '?', ';', '"', '“'])
        && !block.text.contains(". ")
        && block.text.starts_with(char::is_uppercase)
        && block.text.split(' ').count() <= MAX_ASKED_WORDS
        && answer().is_some_and(|next| ["Yes", "No"].iter().any(|word| next.text.starts_with(word)))
}

/// Whether a line starts with `Q.` or `Q:` and the text below with `A` and the same mark.
pub(super) fn is_answered(blocks: &[Block<'_>], at: usize) -> bool {
    let marked = |text: &str, letter: u8| match text.as_bytes() {
        [first, mark @ (b'.' | b':'), b' ', ..] if *first == letter => Some(*mark),
        _ => None,
    };
    let block = &blocks[at];
    let asked = marked(&block.text, b'Q').filter(|_| is_paragraph(block) && block.units == 1);
    asked.is_some() && blocks.get(at + 1).is_some_and(|next| marked(&next.text, b'A') == asked)
}
