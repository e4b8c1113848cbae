//! HTML to blocks, straight from the bytes.
//!
//! In: a [`Page`] of HTML. Out: a [`Document`] of the blocks that a reader sees, each with its bytes. One
//! pass: tags are found with `memchr`, a stack of open elements mends the markup by the rules of the WHATWG
//! HTML Standard, blocks come out of it; there is no tree, which costs several times as much and
//! has no byte positions. The tests hold it against a real tree, [`parse::tree`](crate::parse::tree).
//! Never reads style sheets or runs scripts, and never fails.

mod attributes;
mod blocks;
mod entity;
mod line;
mod list;
mod memo;
mod numbered;
mod place;
mod row;
mod scanner;
mod source;
mod tag;
mod tokenizer;
pub(super) mod walk;

pub(super) use entity::Place;
pub use source::{escaped_span, fragment_text, source_span};
pub(super) use source::{escaped_text, fragment_text_without_cells, plain_text};

use crate::catalogue;
use crate::diagnostic::{Diagnostic, DiagnosticId, Severity};
use crate::document::{Block, Document, Markup};
use crate::limits::PageLimits;
use crate::page::Page;
use crate::span::LineIndex;
use line::Run;
use scanner::Scanner;

/// Reads the HTML of `page`. Limits that were met are among the document's diagnostics.
pub fn parse(page: &Page) -> Document<'_> {
    let text = page.text();
    let mut scanner = Scanner::new(text, page.limits);
    scanner.run();
    scanner.builder.close_all();
    let place =
        |block: &Block<'_>, words: usize, _: &[Run]| source_span(text, block, words..block.text.len()).start;
    scanner.builder.number_paragraphs(place);
    scanner.builder.tell_headings();
    let diagnostics = limits_met(&scanner, page.limits);
    let builder = scanner.builder;
    Document {
        blocks: builder.blocks,
        containers: builder.containers,
        metadata: builder.metadata,
        markup: Markup::Html,
        lines: LineIndex::new(text),
        left_out: builder.blocks_left_out as u32,
        diagnostics,
    }
}

/// The largest number of attributes on one tag of `text`.
pub(super) fn most_attributes(text: &str) -> usize {
    let mut scanner = Scanner::new(text, PageLimits::default());
    scanner.run();
    scanner.attributes_met
}

fn limits_met(scanner: &Scanner<'_>, limits: PageLimits) -> Vec<Diagnostic> {
    let PageLimits { depth, blocks, attributes, .. } = limits;
    let mut found = Vec::new();
    if scanner.depth > depth {
        let message = format!(
            "elements are nested {} deep, {depth} are followed; check that the page closes its elements, or raise \
             `--max-depth`",
            scanner.depth
        );
        found.push(limit(catalogue::DEPTH_LIMIT, Severity::Warning, message));
    }
    let left_out = scanner.builder.blocks_left_out;
    if left_out > 0 {
        found.push(super::too_many_blocks("blocks", blocks + left_out, blocks));
    }
    if scanner.attributes_met > attributes {
        let message = format!(
            "a tag has {} attributes, the first {attributes} are read; check that its quotes are closed, or raise \
             `--max-attributes`",
            scanner.attributes_met
        );
        found.push(limit(catalogue::ATTRIBUTE_LIMIT, Severity::Info, message));
    }
    found
}

fn limit(id: DiagnosticId, severity: Severity, message: String) -> Diagnostic {
    Diagnostic { id, severity, field: None, line: None, span: None, message }
}

#[cfg(test)]
mod tests;
