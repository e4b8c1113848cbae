//! From a page to its blocks: [`Page`] in, [`Document`] out. Never fails: a broken page still has blocks.

mod dump;
pub mod headings;
pub mod html;
mod markdown;
mod text;
pub mod tree;

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::document::{Block, BlockKind, Cell, Document, Markup};
use crate::page::{Format, Page};
use crate::span::Span;
use std::borrow::Cow;

/// Parses a page by its format.
pub fn parse(page: &Page) -> Document<'_> {
    match page.format {
        Format::Text => text::parse(page),
        Format::Html => html::parse(page),
    }
}

/// That a page has more blocks, or lines that make them, than are kept.
fn too_many_blocks(what: &str, met: usize, kept: usize) -> Diagnostic {
    let message =
        format!("the page has {met} {what}, {kept} are kept; split the page, or raise `--max-blocks`");
    catalogue::about_page(catalogue::BLOCK_LIMIT, message)
}

/// Whether nothing of a line of a text page is seen.
pub fn is_blank(line: &str) -> bool {
    line.trim_start_matches(text::is_margin).is_empty()
}

/// The bytes of [`Page::text`] that the range `within` of a block's text was made from.
pub fn locate(page: &Page, document: &Document<'_>, block: &Block<'_>, within: Span) -> Span {
    if page.format == Format::Html {
        return html::source_span(page.text(), block, within.range());
    }
    if let BlockKind::TableRow(row) = &block.kind {
        let in_cell = |cell: &Cell| {
            let start = within.start.max(cell.text.start);
            let end = within.end.min(cell.text.end).max(start);
            let inside = Span { start: start - cell.text.start, end: end - cell.text.start };
            locate_in(page, document, cell.span, &block.text[cell.text.range()], inside)
        };
        let touched = |cell: &&Cell| cell.text.start <= within.end && within.start <= cell.text.end;
        return row.cells.iter().filter(touched).map(in_cell).reduce(Span::join).unwrap_or(block.span);
    }
    if matches!(block.text, Cow::Borrowed(_)) {
        let start = block.span.start;
        return Span { start: start + within.start, end: start + within.end };
    }
    locate_in(page, document, block.span, &block.text, within)
}

/// The part `within` of `text`, which is what a reader sees of the bytes `span` of a text page.
fn locate_in(page: &Page, document: &Document<'_>, span: Span, text: &str, within: Span) -> Span {
    let source = &page.text()[span.range()];
    if within.len() == text.len() {
        return span;
    }
    let start = span.start;
    if source == text {
        return Span { start: start + within.start, end: start + within.end };
    }
    let stripped = text::visible(source, document.markup);
    // Preformatted text keeps what looks like marks.
    let points = if stripped.text == text { stripped.points } else { markdown::collapse(source).points };
    let back = |offset: u32| {
        let next = points.partition_point(|&(at, _)| at <= offset);
        next.checked_sub(1).map_or(0, |point| points[point].1 + (offset - points[point].0))
    };
    let from = back(within.start);
    let last = text[..within.end as usize].chars().next_back().map_or(0, |c| c.len_utf8() as u32);
    let to = if within.is_empty() { from } else { (back(within.end - last) + last).max(from) };
    let reads = |from: u32, to: u32| {
        let slice = source.get(from as usize..to as usize);
        slice.is_some_and(|slice| text::visible(slice, document.markup).text == text[within.range()])
    };
    // A pair of marks of which one stands in the bytes goes with them.
    let stretch = points.partition_point(|&(at, _)| at < within.start);
    let before = match stretch.checked_sub(1).map(|before| points[before]) {
        _ if points.get(stretch).is_none_or(|&(at, _)| at != within.start) => from,
        Some((at, source)) => source + (within.start - at),
        None => 0,
    };
    let next = points.partition_point(|&(at, _)| at < within.end);
    let behind = points.get(next).map_or(source.len() as u32, |&(_, source)| source);
    let whole = [(from, to), (from, behind), (before, to), (before, behind)];
    // Of several marks in a row some may belong to pairs round the part.
    let starts = (before..from).rev().take(MAX_MARKS);
    let some = starts.flat_map(|from| (to..=behind).take(MAX_MARKS).map(move |to| (from, to)));
    let (from, to) = whole.into_iter().chain(some).find(|&(from, to)| reads(from, to)).unwrap_or((from, to));
    Span { start: start + from, end: start + to }
}

/// Marks in a row that are tried one by one.
const MAX_MARKS: usize = 16;

/// A way in which a stretch of a page gives a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Marks of Markdown, tags and references are taken off.
    Marked,
    /// Bars part cells, whose marks are taken off: a row of a table.
    Cells,
    /// Bars part cells, in a text without Markdown.
    PlainCells,
    /// Tags of cells stand outside a table and part nothing.
    StrayCells,
    /// Tags are letters, references are not: a `title`, a text area.
    Escaped,
    /// The same in an attribute, where fewer names are references.
    Attribute,
    /// Numbers before links are taken off: text that a browser dumped.
    Dumped,
    /// Marks whose partner stands outside the stretch are taken off too.
    StrayMarks,
    /// Every character is a letter: text without Markdown, `xmp`, `plaintext`.
    Plain,
}

impl Reading {
    /// The ways of a format, the most common first.
    pub fn of(format: Format) -> &'static [Self] {
        match format {
            Format::Text => {
                &[Self::Marked, Self::Cells, Self::PlainCells, Self::Plain, Self::Dumped, Self::StrayMarks]
            }
            Format::Html => &[Self::Marked, Self::StrayCells, Self::Escaped, Self::Attribute, Self::Plain],
        }
    }
}

/// What a reader sees of a stretch of a page, white space as single spaces: the way from bytes back to a
/// value, for whoever wants to prove where a value came from.
///
/// `source` is decoded text of the page, cut where a provenance says. A reading that the format does not have is
/// [`Reading::Plain`].
pub fn shown(format: Format, reading: Reading, source: &str) -> String {
    let text = match (format, reading) {
        (Format::Text, Reading::Marked) => markdown::strip(source).text,
        (Format::Text, Reading::Cells) => text::cells(source, Markup::Markdown),
        (Format::Text, Reading::PlainCells) => text::cells(source, Markup::Plain),
        (Format::Text, Reading::Dumped) => dump::strip(source).text,
        (Format::Text, Reading::StrayMarks) => markdown::strip(source).text.replace(['*', '_', '`'], ""),
        (Format::Text, _) => markdown::collapse(source).text,
        (Format::Html, Reading::Marked) => html::fragment_text(source),
        (Format::Html, Reading::StrayCells) => html::fragment_text_without_cells(source),
        (Format::Html, Reading::Escaped) => html::escaped_text(source, html::Place::Text),
        (Format::Html, Reading::Attribute) => html::escaped_text(source, html::Place::Attribute),
        (Format::Html, _) => html::plain_text(source),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::EncodingSource;

    #[test]
    fn a_pair_of_marks_goes_with_the_part_that_ends_in_it() {
        let check = |text: &str, part: &str, expected: &str| {
            // A page with two headings of marks is Markdown.
            let text = format!("# A\n\n{text}\n\n# B\n");
            let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text);
            let document = parse(&page);
            let block = document.blocks.iter().find(|block| block.text.contains(part)).expect(part);
            let start = block.text.find(part).expect(part);
            let span = locate(&page, &document, block, Span::new(start, start + part.len()));
            assert_eq!(&page.text()[span.range()], expected);
            assert_eq!(shown(Format::Text, Reading::Marked, expected), part);
        };
        check("Chapter: V **(F)** of it", "V (F)", "V **(F)**");
        check("Chapter: V [of it](**)", "V of it", "V [of it](**)");
        check("Code: **F32** of it", "F32", "F32");
        check("Code: **F32** of it", "F32 of", "**F32** of");
        check("Code: *F32 of it", "F32", "F32");
        check("**`ICD`10 of it** now", "ICD10", "`ICD`10");
    }

    #[test]
    fn a_mark_whose_partner_stands_before_the_part_is_none_of_it() {
        let source = "ICD-`10";
        assert_eq!(shown(Format::Text, Reading::Marked, source), "ICD-`10");
        assert_eq!(shown(Format::Text, Reading::StrayMarks, source), "ICD-10");
    }
}
