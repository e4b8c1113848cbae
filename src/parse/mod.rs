//! From a page to its blocks: [`Page`] in, [`Document`] out. Never fails: a broken page still has blocks.

pub mod headings;
pub mod html;
mod markdown;
mod text;
pub mod tree;

use crate::document::{Block, BlockKind, Document};
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

/// The bytes of [`Page::text`] that the range `within` of a block's text was made from.
pub fn locate(page: &Page, document: &Document<'_>, block: &Block<'_>, within: Span) -> Span {
    if page.format == Format::Html {
        return html::source_span(page.text(), block, within.range());
    }
    if let BlockKind::TableRow(row) = &block.kind {
        let cell = row.cells.iter().find(|cell| cell.text.contains(within));
        return cell.map_or(block.span, |cell| {
            let inside = Span { start: within.start - cell.text.start, end: within.end - cell.text.start };
            locate_in(page, document, cell.span, &block.text[cell.text.range()], inside)
        });
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
    let points = text::visible(source, document.markup).points;
    let back = |offset: u32| {
        let next = points.partition_point(|&(at, _)| at <= offset);
        next.checked_sub(1).map_or(0, |point| points[point].1 + (offset - points[point].0))
    };
    let last = text[..within.end as usize].chars().next_back().map_or(0, |c| c.len_utf8() as u32);
    let end = if within.is_empty() { back(within.start) } else { back(within.end - last) + last };
    Span { start: start + back(within.start), end: start + end.max(back(within.start)) }
}

/// What a reader sees of a stretch of a page, white space as single spaces: the way from bytes back to a
/// value, for whoever wants to prove where a value came from.
///
/// `source` is decoded text of the page, cut where a provenance says. Marks of Markdown are taken off only
/// if `markdown` says so.
pub fn shown(format: Format, markdown: bool, source: &str) -> String {
    let text = match format {
        Format::Text if markdown => {
            let bars_only = source.trim_matches(['|', ' ', '\t']).is_empty();
            let cells = source.starts_with('|') && !bars_only && !source.contains(['\n', '\r']);
            if cells { text::cells(source) } else { markdown::strip(source).text }
        }
        Format::Text => markdown::collapse(source).text,
        Format::Html => html::fragment_text(source),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
