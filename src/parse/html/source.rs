//! From the text of a block back to the bytes of the page, and from bytes to text.
//!
//! In: a slice of HTML, or a block and a part of its text. Out: the text that a reader sees of the slice; the
//! bytes that the part came from. This is how a source is proved: slice, read, compare. Reads the slice with
//! the same scanner that made the block, so that the two cannot disagree.

use super::attributes::Attributes;
use super::blocks::Builder;
use super::line::Run;
use super::scanner::Scanner;
use super::tag::Tag;
use super::tokenizer::{self, Markup};
use crate::document::{Block, BlockKind, Cell};
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
    let mut scanner = Scanner::for_fragment(Builder::for_fragment(), html, 0);
    if starts_in_cell(html) {
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
            let start = in_cell(page, &row.cells, part.start).map_or(block.span.start, |span| span.start);
            let end = match part.end.checked_sub(1).filter(|_| part.end > part.start) {
                Some(last) => in_cell(page, &row.cells, last).map_or(block.span.end, |span| span.end),
                None => start,
            };
            Span { start, end: end.max(start) }
        }
        kind if matches!(block.text, Cow::Borrowed(_)) && block.text.len() == block.span.len() => {
            let _ = kind;
            let start = block.span.start as usize;
            Span::new(start + part.start, start + part.end)
        }
        kind => within(page, block.span, matches!(kind, BlockKind::Preformatted), part),
    }
}

/// The bytes of the character of a row that starts at or covers byte `at` of its text; `None` in a tab.
fn in_cell(page: &str, cells: &[Cell], at: usize) -> Option<Span> {
    let cell = cells.iter().find(|cell| cell.text.range().contains(&at))?;
    let at = at - cell.text.start as usize;
    Some(within(page, cell.span, false, at..at + 1))
}

fn within(page: &str, span: Span, preserve: bool, part: Range<usize>) -> Span {
    let builder = Builder::for_one_line(preserve);
    let mut scanner = Scanner::for_fragment(builder, &page[..span.end as usize], span.start as usize);
    scanner.run();
    let runs = scanner.builder.into_line().into_trace();
    let start = runs.partition_point(|run| run.text.start <= part.start).checked_sub(1);
    let start = start.map(|at| source_of(&runs[at], part.start, |source| source.start));
    let end = runs.partition_point(|run| run.text.start < part.end).checked_sub(1);
    let end = end.map(|at| source_of(&runs[at], part.end, |source| source.end));
    match (start, end) {
        (Some(start), _) if part.is_empty() => Span::new(start, start),
        (Some(start), Some(end)) if start <= end => Span::new(start, end),
        _ => span,
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
