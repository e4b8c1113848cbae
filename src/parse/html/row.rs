//! Rows of tables: whether the blocks read in a row are one row of data.
//!
//! In: the cells of a `tr` and the blocks read inside it. Out: those blocks made one
//! [`BlockKind::TableRow`], if each cell has at most one paragraph; a row of a layout table, whose cells hold
//! headings, lists or several paragraphs, keeps its blocks. Does not lay out columns that span.

use crate::document::{Block, BlockKind, Cell, TableRow};
use crate::span::Span;
use std::borrow::Cow;

/// An open row.
#[derive(Debug)]
pub(super) struct Row {
    /// The first block read inside it.
    pub(super) first_block: usize,
    /// First byte of its tag.
    pub(super) start: usize,
    /// Which table of the page, counted from 0.
    pub(super) table: u32,
    cells: Vec<OpenCell>,
    layout: bool,
}

#[derive(Debug)]
struct OpenCell {
    at: usize,
    header: bool,
    /// Blocks read in it: lines that only `br` parts.
    blocks: usize,
}

impl Row {
    /// A row without cells.
    pub(super) fn new(first_block: usize, start: usize, table: u32) -> Self {
        Self { first_block, start, table, cells: Vec::new(), layout: false }
    }

    /// Adds a cell whose content starts at byte `at`.
    pub(super) fn cell(&mut self, at: usize, header: bool) {
        self.cells.push(OpenCell { at, header, blocks: 0 });
    }

    /// Takes note of a paragraph directly in the last cell. `apart` tells whether an element's boundary, and
    /// not only a `br`, stands before it.
    pub(super) fn paragraph(&mut self, apart: bool) {
        match self.cells.last_mut() {
            Some(cell) if cell.blocks == 0 || !apart => cell.blocks += 1,
            _ => self.layout = true,
        }
    }

    /// Takes note of any other block in the row.
    pub(super) fn other(&mut self) {
        self.layout = true;
    }

    /// Makes the row's own `blocks`, all that were read inside it, one block; `None` leaves them as they are.
    /// `end` is one past the row's end tag.
    pub(super) fn merge<'p>(&self, blocks: &mut Vec<Block<'p>>, end: usize) -> Option<Block<'p>> {
        let own = blocks.get(self.first_block..)?;
        let (first, last) = (own.first()?, own.last()?);
        if self.layout || self.only_cell_is_layout(first) {
            return None;
        }
        let span = first.span.join(last.span);
        let outer = Span::new(self.start.min(span.start as usize), end.max(span.end as usize));
        let (text, cells) = self.cells(own);
        let mut row = first.clone();
        row.link_bytes = own.iter().map(|block| block.link_bytes).sum();
        row.kind = BlockKind::TableRow(TableRow {
            header: cells.iter().all(|cell| cell.header),
            cells,
            table: self.table,
        });
        if let Some(text) = text {
            row.text = Cow::Owned(text);
        }
        row.span = span;
        row.outer = outer;
        blocks.truncate(self.first_block);
        Some(row)
    }

    /// A lone cell with an element of its own inside it only frames that element.
    fn only_cell_is_layout(&self, first: &Block<'_>) -> bool {
        matches!(self.cells.as_slice(), [cell] if first.outer.start as usize >= cell.at)
    }

    /// The joined text, `None` if that is the text of the only block, and the cells.
    fn cells(&self, blocks: &[Block<'_>]) -> (Option<String>, Vec<Cell>) {
        let mut text = String::new();
        let mut cells = Vec::with_capacity(self.cells.len());
        let mut rest = blocks;
        for cell in &self.cells {
            let (own, next) = rest.split_at(cell.blocks.min(rest.len()));
            // Tabs stand between the first and the last cell that have text, so that the text starts and
            // ends with what is seen.
            if !text.is_empty() && !rest.is_empty() {
                text.push('\t');
            }
            let start = text.len();
            for (at, block) in own.iter().enumerate() {
                if at > 0 {
                    text.push(' ');
                }
                text.push_str(&block.text);
            }
            let span = match own {
                [first, .., last] => first.span.join(last.span),
                [only] => only.span,
                [] => Span::new(cell.at, cell.at),
            };
            cells.push(Cell { text: Span::new(start, text.len()), span, header: cell.header });
            rest = next;
        }
        ((blocks.len() > 1).then_some(text), cells)
    }
}
