//! From the text of a block back to the bytes of the page, and from bytes to text.
//!
//! In: a slice of HTML, or a block and a part of its text. Out: the text that a reader sees of the slice; the
//! bytes that the part came from. This is how a source is proved: slice, read, compare. Reads the slice with
//! the same scanner that made the block, so that the two cannot disagree.

use super::attributes::Attributes;
use super::blocks::Builder;
use super::entity::{self, Place};
use super::line::{Line, Run};
use super::scanner::Scanner;
use super::tag::Tag;
use super::tokenizer::{self, Markup};
use crate::document::{Block, BlockKind, TableRow};
use crate::span::Span;
use std::borrow::Cow;
use std::ops::Range;

/// The visible text of a slice of HTML: references decoded, tags, hidden elements, scripts and styles gone,
/// white space collapsed. Blocks are parted by an empty line, cells of a row by a tab, `br` is a space.
///
/// Of the bytes of a block it gives the block's text, save that the line ends of preformatted text, whose
/// `pre` is not in the slice, are spaces.
///
/// ```
/// use nosograph::parse::html::fragment_text;
/// assert_eq!(fragment_text("ICD-10&nbsp;code: <b>K29</b>"), "ICD-10 code: K29");
/// assert_eq!(fragment_text("Code</th> <td>K29"), "Code\tK29");
/// ```
pub fn fragment_text(html: &str) -> String {
    fragment(html, starts_in_cell(html))
}

/// The same of a slice in which tags of cells stand outside a table, and mean nothing.
pub(in crate::parse) fn fragment_text_without_cells(html: &str) -> String {
    fragment(html, false)
}

fn fragment(html: &str, in_cell: bool) -> String {
    let mut scanner = Scanner::for_fragment(Builder::for_fragment(), html, 0);
    if in_cell {
        scanner.open_row();
    }
    scanner.run();
    scanner.builder.close_all();
    let blocks = &scanner.builder.blocks;
    let mut text = String::with_capacity(blocks.iter().map(|block| block.text.len() + 2).sum());
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 {
            text.push_str("\n\n");
        }
        text.push_str(&block.text);
    }
    text
}

/// Whether the first tag of a table in the slice is one of a cell whose row began before it.
fn starts_in_cell(html: &str) -> bool {
    let mut attributes = Attributes::none();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        at += found;
        at = match tokenizer::markup(html, at, &mut attributes, &mut 0) {
            Markup::Start { name, end, .. } | Markup::End { name, end } => match name.tag {
                Tag::Td | Tag::Th => return true,
                Tag::Table => return false,
                _ => end,
            },
            Markup::Nothing { end } => end,
            Markup::Cdata { start } => start,
            Markup::Text => at + 1,
        };
    }
    false
}

/// The bytes of `page` that `part`, a byte range of the text of `block`, came from.
///
/// `page` is the text of the page that the block was parsed from. White space, tags and comments inside the
/// part are inside the bytes; a character reference is whole. A part that reaches past the text ends with it.
pub fn source_span(page: &str, block: &Block<'_>, part: Range<usize>) -> Span {
    let part = part.start.min(block.text.len())..part.end.min(block.text.len());
    match &block.kind {
        BlockKind::TableRow(row) => {
            let start = in_cell(page, block, row, part.start).map_or(block.span.start, |span| span.start);
            let end = match part.end.checked_sub(1).filter(|_| part.end > part.start) {
                Some(last) => in_cell(page, block, row, last).map_or(block.span.end, |span| span.end),
                None => start,
            };
            Span { start, end: end.max(start) }
        }
        kind if matches!(block.text, Cow::Borrowed(_)) && block.text.len() == block.span.len() => {
            let _ = kind;
            let start = block.span.start as usize;
            Span::new(start + part.start, start + part.end)
        }
        kind => within(page, block.span, &block.text, matches!(kind, BlockKind::Preformatted), part),
    }
}

/// The bytes of the character of a row that starts at or covers byte `at` of its text; `None` in a tab.
fn in_cell(page: &str, block: &Block<'_>, row: &TableRow, at: usize) -> Option<Span> {
    let cell = row.cells.iter().find(|cell| cell.text.range().contains(&at))?;
    let at = at - cell.text.start as usize;
    Some(within(page, cell.span, &block.text[cell.text.range()], false, at..at + 1))
}

/// The bytes of `part` of `text`, which the bytes `span` give in one of the ways that HTML has text.
fn within(page: &str, span: Span, text: &str, preserve: bool, part: Range<usize>) -> Span {
    let (source, at) = (&page[span.range()], span.start as usize);
    let with_tags = || {
        let builder = Builder::for_one_line(preserve);
        let mut scanner = Scanner::for_fragment(builder, &page[..span.end as usize], at);
        scanner.run();
        scanner.builder.into_line()
    };
    let with_references = || {
        let mut line = Line::traced();
        escaped(&mut line, source, at, Place::Text);
        line
    };
    let of_letters = || {
        let mut line = Line::traced();
        letters(&mut line, source, at, preserve);
        line
    };
    bytes_in(with_tags(), text, part.clone())
        .or_else(|| bytes_in(with_references(), text, part.clone()))
        .or_else(|| bytes_in(of_letters(), text, part.clone()))
        // What is open round the slice may have parted its words otherwise.
        .or_else(|| bytes_of(&with_tags().into_trace(), part))
        .unwrap_or(span)
}

/// The bytes that `part` of a line came from, if the line has that text.
fn bytes_in(mut line: Line<'_>, text: &str, part: Range<usize>) -> Option<Span> {
    let is_same = line.take().0 == text;
    is_same.then(|| bytes_of(&line.into_trace(), part)).flatten()
}

/// The text of a slice of HTML in which tags are letters, as in a `title` or an attribute: references decoded,
/// white space collapsed.
pub(in crate::parse) fn escaped_text(html: &str, place: Place) -> String {
    let mut line = Line::default();
    escaped(&mut line, html, 0, place);
    line.take().0.into_owned()
}

/// The bytes of `page` that `part` of `text` came from, which is the text of a `title` or an attribute whose
/// bytes are `span`; all of them if they do not give that text.
pub fn escaped_span(page: &str, span: Span, text: &str, part: Range<usize>) -> Span {
    [Place::Text, Place::Attribute]
        .into_iter()
        .find_map(|place| {
            let mut line = Line::traced();
            escaped(&mut line, &page[span.range()], span.start as usize, place);
            bytes_in(line, text, part.clone())
        })
        .unwrap_or(span)
}

/// The text of a slice of HTML in which every character is a letter, as in `xmp`; white space collapsed.
pub(in crate::parse) fn plain_text(html: &str) -> String {
    let mut line = Line::default();
    letters(&mut line, html, 0, false);
    line.take().0.into_owned()
}

/// Adds `raw`, which stands at byte `at` and has neither tags nor references. The HTML Standard drops NUL from
/// other text, but not from this.
fn letters<'p>(line: &mut Line<'p>, raw: &'p str, at: usize, preserve: bool) {
    let mut next = at;
    for (number, run) in raw.split('\0').enumerate() {
        if number > 0 {
            line.character(char::REPLACEMENT_CHARACTER, Span::new(next - 1, next), preserve);
        }
        if preserve {
            line.preserve(run, next);
        } else {
            line.collapse(run, next);
        }
        next += run.len() + 1;
    }
}

/// Adds the text of `html`, which stands at byte `at` and has references but no tags.
fn escaped<'p>(line: &mut Line<'p>, html: &'p str, at: usize, place: Place) {
    let mut next = 0;
    while next < html.len() {
        let rest = &html[next..];
        let length = match entity::reference(rest, place).filter(|_| rest.starts_with('&')) {
            Some(reference) => {
                let span = Span::new(at + next, at + next + reference.len);
                reference.chars().for_each(|character| line.character(character, span, false));
                reference.len
            }
            None => {
                let end = memchr::memchr(b'&', &rest.as_bytes()[1..]).map_or(rest.len(), |run| run + 1);
                match place {
                    Place::Text => letters(line, &rest[..end], at + next, false),
                    Place::Attribute => line.collapse(&rest[..end], at + next),
                }
                end
            }
        };
        next += length;
    }
}

/// The bytes that `part` of a line came from, whose letters came in these runs.
fn bytes_of(runs: &[Run], part: Range<usize>) -> Option<Span> {
    let start = runs.partition_point(|run| run.text.start <= part.start).checked_sub(1);
    let start = start.map(|at| source_of(&runs[at], part.start, |source| source.start));
    let end = runs.partition_point(|run| run.text.start < part.end).checked_sub(1);
    let end = end.map(|at| source_of(&runs[at], part.end, |source| source.end));
    match (start, end) {
        (Some(start), _) if part.is_empty() => Some(Span::new(start, start)),
        (Some(start), Some(end)) if start <= end => Some(Span::new(start, end)),
        _ => None,
    }
}

/// The byte of the page that offset `text` of a line came from, given the run it lies in. In the middle of a
/// character reference it is the `edge` of that.
fn source_of(run: &Run, text: usize, edge: impl Fn(&Range<usize>) -> usize) -> usize {
    if text >= run.text.end {
        run.source.end
    } else if run.text.len() == run.source.len() {
        run.source.start + (text - run.text.start)
    } else {
        edge(&run.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_text_with_references_has_its_bytes() {
        let check = |html: &str, text: &str, part: &str, expected: &str| {
            let at = text.find(part).unwrap();
            let span = escaped_span(html, Span::new(0, html.len()), text, at..at + part.len());
            assert_eq!(&html[span.range()], expected, "{part:?} of {html:?}");
        };
        let title = "Gastritis &amp; <i> &ndash; The \n Site";
        check(title, "Gastritis & <i> \u{2013} The Site", "Gastritis & <i>", "Gastritis &amp; <i>");
        check(title, "Gastritis & <i> \u{2013} The Site", "The Site", "The \n Site");
        check("a&copy=1 b", "a&copy=1 b", "copy=1", "copy=1");
        check("other", "not its text", "text", "other");
    }
}
