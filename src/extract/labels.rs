//! Finds what a page labels: blocks in, each label with the value behind it, below it or in the next cell out.

use super::facts::Known;
use super::marks::Marks;
use crate::document::{Block, BlockKind, Label, TableRow};
use crate::icd::Code;
use crate::page::Format;
use crate::span::Span;

/// Bytes of a label at most.
const MAX_LABEL_BYTES: usize = 80;
/// Cells of a row that can be labels: further ones are data.
const MAX_LABEL_CELLS: usize = 8;

/// A block and a stretch of its text.
pub(super) type Part = (usize, Span);

/// What the labels of a page are told by.
pub(super) struct Labels<'a> {
    pub(super) blocks: &'a [Block<'a>],
    /// What is known of each block.
    pub(super) known: &'a [Known],
    pub(super) format: Format,
}

impl Labels<'_> {
    /// All labels with their values, in page order.
    pub(super) fn find(&self) -> Vec<(Part, Part)> {
        let mut found = Vec::with_capacity(self.blocks.len());
        for (at, block) in self.blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::TableRow(row) => self.in_row(at, row, &mut found),
                BlockKind::Term => {
                    let value = self.blocks.get(at + 1).filter(|next| next.kind == BlockKind::Definition);
                    found.extend(value.map(|_| (self.all(at), self.all(at + 1))));
                }
                BlockKind::FrontMatter => found.extend(self.in_front_matter(at)),
                BlockKind::Control | BlockKind::Separator | BlockKind::Preformatted => {}
                _ => found.extend(self.in_line(at)),
            }
        }
        found
    }

    fn all(&self, at: usize) -> Part {
        (at, Span::new(0, self.blocks[at].text.len()))
    }

    /// The first cell of a row labels the second, a header cell the one behind it, a head the cell below.
    fn in_row(&self, at: usize, row: &TableRow, found: &mut Vec<(Part, Part)>) {
        let below = if row.header { self.row_below(at) } else { None };
        for (column, cell) in row.cells.iter().enumerate().take(MAX_LABEL_CELLS) {
            let value = if row.header {
                below.and_then(|(below, values)| Some((below, values.cells.get(column)?.text)))
            } else {
                let beside = row.cells.get(column + 1).filter(|_| column == 0 || cell.header);
                beside.map(|value| (at, value.text))
            };
            if let Some(value) = value.filter(|_| cell.text.len() <= MAX_LABEL_BYTES) {
                found.push(((at, cell.text), value));
            }
        }
    }

    fn row_below(&self, at: usize) -> Option<(usize, &TableRow)> {
        let next = self.blocks.get(at + 1)?;
        let below = if next.kind == BlockKind::Separator { at + 2 } else { at + 1 };
        match &self.blocks.get(below)?.kind {
            BlockKind::TableRow(row) => Some((below, row)),
            _ => None,
        }
    }

    /// A line of front matter labels what it says, or the first entry of a list below it.
    fn in_front_matter(&self, at: usize) -> Option<(Part, Part)> {
        let text: &str = &self.blocks[at].text;
        let Label { label, value } = Label::split(text)?;
        let value = match value.is_empty() {
            true => self.first_entry(at + 1)?,
            false => (at, unquoted(text, value)),
        };
        (label.len() <= MAX_LABEL_BYTES).then_some(((at, label), value))
    }

    /// The first entry of a list of front matter, `- G56.0`, if a line is one.
    fn first_entry(&self, at: usize) -> Option<Part> {
        let entry = self.blocks.get(at).filter(|block| block.kind == BlockKind::FrontMatter)?;
        let value = entry.text.strip_prefix("- ")?;
        Some((at, unquoted(&entry.text, Span::new(entry.text.len() - value.len(), entry.text.len()))))
    }

    /// The label that a line has, or is.
    fn in_line(&self, at: usize) -> Option<(Part, Part)> {
        let block = &self.blocks[at];
        if let Some(Label { label, value }) = self.known[at].label {
            let value = if value.is_empty() { self.below(at)? } else { (at, value) };
            return (label.len() <= MAX_LABEL_BYTES).then_some(((at, label), value));
        }
        if let Some(Label { label, value }) = self.dashed(at) {
            return Some(((at, label), (at, value)));
        }
        if block.text.len() > MAX_LABEL_BYTES {
            return None;
        }
        // A code alone is a value wherever it stands.
        let is_code = |next: usize| Code::parse(&self.blocks[next].text).is_some();
        let is_adjacent =
            |next: usize| !self.blocks[next].gap_before || self.format == Format::Html || is_code(next);
        self.below(at).filter(|&(next, _)| is_adjacent(next)).map(|value| (self.all(at), value))
    }

    /// The block below, if it can be a value.
    fn below(&self, at: usize) -> Option<Part> {
        let is_line = |block: &Block<'_>| {
            matches!(
                block.kind,
                BlockKind::Paragraph
                    | BlockKind::Heading { .. }
                    | BlockKind::ListItem(_)
                    | BlockKind::Definition
            )
        };
        let next = at + 1;
        (is_line(self.blocks.get(next)?) && !self.known[next].is_running).then(|| self.all(next))
    }

    /// The label of a line such as `Spread - Coughing`, if a line next to it has that form, too.
    fn dashed(&self, at: usize) -> Option<Label> {
        let split = |at: usize| {
            self.known.get(at).filter(|known| known.marks.any(Marks::DASH))?;
            Label::split_at_dash(&self.blocks[at].text)
        };
        let label = split(at)?;
        let beside = split(at + 1).or_else(|| split(at.checked_sub(1)?));
        beside.is_some().then_some(label)
    }
}

/// A value of front matter without the quotes around it.
fn unquoted(text: &str, value: Span) -> Span {
    let inside = text[value.range()].trim_matches(['"', '\'']);
    let start = value.start as usize + text[value.range()].find(inside).unwrap_or(0);
    Span::new(start, start + inside.len())
}
