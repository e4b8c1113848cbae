//! Blocks of a text page: [`Page`] in, [`Document`] out.
//!
//! One pass over the lines. List marks, Markdown marks (CommonMark 0.31, GitHub's tables, a YAML head) and
//! indentation are evidence of what a block is, never part of its text. Lines that were cut by hand or by a
//! program at a fixed width are joined to paragraphs. Headings that no mark tells are told by their look:
//! see [`unmarked`]. Decides nothing about fields.

mod cells;
mod contents;
mod line;
mod list;
mod marks;
#[cfg(test)]
mod tests;
mod unmarked;

pub(super) use line::is_margin;

use super::dump;
use super::markdown::{self, Plain};
use crate::document::{
    Block, BlockKind, Cell, Document, HeadingEvidence, Label, ListItem, Markup, Metadata, Place, TableRow,
};
use crate::page::Page;
use crate::span::Span;
use cells::{has_wide_space, is_row_of_names, is_tabbed, row_cells, spaced_cells, wiki_parameter};
use line::{PageBytes, TextLine, is_collapsed, split_lines, wrap_width};
use list::{Lists, Marker, MarkerKind, roman_number, single_numbers_to_paragraphs};
use marks::{
    atx, has_markdown, is_delimiter_row, is_fence, is_marks_only, is_page_number, is_template, is_uniform,
    unquoted, wiki_heading,
};
use std::borrow::Cow;
use unmarked::{decimal_depth, starts_like_code, tell_headings};

/// Parses a text page.
pub(super) fn parse(page: &Page) -> Document<'_> {
    let text = page.text();
    let limit = page.limits.blocks;
    let (index, lines, left_out) = split_lines(text, limit);
    let diagnostics =
        if left_out == 0 { vec![] } else { vec![super::too_many_blocks("lines", limit + left_out, limit)] };
    let bytes = PageBytes::of(text);
    let addresses = dump::addresses(lines.iter().map(|line| line.text));
    let markup = match addresses {
        _ if has_markdown(bytes, &lines) => Markup::Markdown,
        Some(_) => Markup::Dump,
        None => Markup::Plain,
    };
    let mut builder = Builder {
        text,
        has_plain_lines: bytes.has_plain_lines(text),
        has_bars: bytes.has_bars(),
        wrap: wrap_width(&lines),
        blocks: Vec::with_capacity(lines.len()),
        lines,
        markup,
        metadata: Vec::new(),
        lists: Lists::default(),
        tables: 0,
        underlines: Vec::new(),
        underlined: Vec::new(),
    };
    builder.build(addresses.filter(|_| markup == Markup::Dump));
    let mut blocks = builder.blocks;
    single_numbers_to_paragraphs(text, &mut blocks);
    tell_headings(&mut blocks, markup);
    Document {
        blocks,
        containers: Vec::new(),
        metadata: builder.metadata,
        markup,
        lines: index,
        left_out: left_out as u32,
        diagnostics,
    }
}

/// The text of a span of a text page as [`Block::text`] has it, with the way back to the page.
pub(super) fn visible(source: &str, markup: Markup) -> Plain {
    match markup {
        Markup::Markdown => markdown::strip(source),
        Markup::Dump => dump::strip(source),
        _ => markdown::collapse(source),
    }
}

/// The cells of a row, as they are seen, with a space between them.
pub(super) fn cells(source: &str, markup: Markup) -> String {
    // The bar of a line of an infobox stands before the bytes of its cells.
    let barred = format!("|{source}");
    let cells = wiki_parameter(&barred).map_or_else(|| row_cells(source), Vec::from);
    let seen = cells.into_iter().map(|(_, cell)| visible(cell, markup).text);
    seen.collect::<Vec<_>>().join(" ")
}

struct Builder<'p> {
    text: &'p str,
    /// Whether each line of the page shows as it stands.
    has_plain_lines: bool,
    has_bars: bool,
    lines: Vec<TextLine<'p>>,
    wrap: Option<usize>,
    markup: Markup,
    blocks: Vec<Block<'p>>,
    metadata: Vec<Metadata<'p>>,
    lists: Lists,
    tables: u32,
    /// The marks that underline headings, in the order in which they came.
    underlines: Vec<u8>,
    /// The headings that are underlined, each with its mark.
    underlined: Vec<(usize, u8)>,
}

impl<'p> Builder<'p> {
    /// Makes blocks of all lines; those from `addresses` on show where links lead and nothing of the page.
    fn build(&mut self, addresses: Option<usize>) {
        let mut at = self.front_matter();
        while at < self.lines.len() {
            if addresses.is_some_and(|addresses| at >= addresses) {
                self.separator(self.lines[at]);
                at += 1;
                continue;
            }
            let line = self.lines[at];
            at = if let Some(next) = self.marked(at) {
                next
            } else if is_page_number(line.text) {
                self.separator(line);
                at + 1
            } else if self.is_row(at) {
                self.row(at);
                at + 1
            } else if let Some(marker) = self.marker(at) {
                self.item(at, marker)
            } else {
                let in_list = || self.blocks.last().is_some_and(|block| block.list_item().is_some());
                if line.indent <= 1 || !in_list() {
                    self.lists.close();
                }
                self.paragraph(at)
            };
        }
        self.order_underlines();
    }

    /// Makes a block of what its marks alone tell, and says which line is next.
    fn marked(&mut self, at: usize) -> Option<usize> {
        let line = self.lines[at];
        if !line.starts_with_mark() {
            return None;
        }
        if let Some(level) = self.underline(line) {
            self.underlined_heading(line, level);
        } else if is_fence(line.text) {
            return Some(self.fence(at));
        } else if let Some((level, inner)) = atx(line.text).or_else(|| wiki_heading(line.text)) {
            self.marked_heading(line, level, inner);
        } else if is_marks_only(line.text) || is_template(line.text) {
            self.separator(line);
        } else {
            return None;
        }
        Some(at + 1)
    }

    /// One heading that `-` underlines, before several with `=`, is the page's own: the marks are the author's and
    /// not those of Markdown.
    fn order_underlines(&mut self) {
        let count = |mark: u8| self.underlined.iter().filter(|&&(_, of)| of == mark).count();
        if self.underlines.first() != Some(&b'-') || count(b'-') > 1 || count(b'=') < 2 {
            return;
        }
        for &(at, mark) in &self.underlined {
            let level = match mark {
                b'-' => 1,
                b'=' => 2,
                _ => continue,
            };
            self.blocks[at].kind = BlockKind::Heading { level: Some(level), evidence: HeadingEvidence::Mark };
        }
    }

    /// `key: value` lines between two `---` at the very start.
    fn front_matter(&mut self) -> usize {
        const MAX_LINES: usize = 200;
        if self.lines.first().is_none_or(|line| line.text != "---") {
            return 0;
        }
        let close =
            self.lines.iter().skip(1).take(MAX_LINES).position(|line| matches!(line.text, "---" | "..."));
        let Some(close) = close.map(|at| at + 1) else { return 0 };
        if !self.lines[1..close].iter().any(|line| Label::split(line.text).is_some()) {
            return 0;
        }
        for at in 0..=close {
            let line = self.lines[at];
            if at == 0 || at == close {
                self.separator(line);
                continue;
            }
            self.push(BlockKind::FrontMatter, line.span(), line.span(), 1, line.gap_before);
            if let Some(Label { label, value }) = Label::split(line.text) {
                let value = unquoted(line.text, value);
                if !value.is_empty() && line.indent == 0 {
                    self.metadata.push(Metadata {
                        key: Cow::Borrowed(&line.text[label.range()]),
                        value: Cow::Borrowed(&line.text[value.range()]),
                        span: Span::new(line.start + value.start as usize, line.start + value.end as usize),
                    });
                }
            }
        }
        close + 1
    }

    fn fence(&mut self, open: usize) -> usize {
        let mark = &self.lines[open].text[..3];
        let close = self.lines[open + 1..].iter().position(|line| line.text.starts_with(mark));
        let Some(close) = close.map(|at| open + 1 + at) else {
            return self.paragraph(open);
        };
        self.lists.close();
        self.separator(self.lines[open]);
        for at in open + 1..close {
            let line = self.lines[at];
            self.push(BlockKind::Preformatted, line.span(), line.span(), 1, line.gap_before);
        }
        self.separator(self.lines[close]);
        close + 1
    }

    fn marked_heading(&mut self, line: TextLine<'p>, level: u8, inner: Span) {
        self.lists.close();
        let span = Span::new(line.start + inner.start as usize, line.start + inner.end as usize);
        let kind = BlockKind::Heading { level: Some(level), evidence: HeadingEvidence::Mark };
        self.push(kind, span, line.span(), 1, line.gap_before);
    }

    /// The level of the heading that a line underlines. Marks other than those of Markdown have to be as long as
    /// the heading, and the order in which they come tells their level (reStructuredText).
    fn underline(&mut self, line: TextLine<'p>) -> Option<u8> {
        let mark = line.text.as_bytes()[0];
        let above = self.blocks.last().filter(|block| {
            matches!(block.kind, BlockKind::Paragraph)
                && block.units == 1
                && !line.gap_before
                && block.text.len() <= 120
        })?;
        let fits = match mark {
            b'=' | b'-' => line.text.len() >= 3,
            b'~' | b'^' | b'*' | b'+' | b'#' | b'"' => {
                line.text.len() >= 4 && above.text.chars().count().abs_diff(line.text.len()) <= 2
            }
            _ => false,
        };
        // Words at both margins are the head of a form.
        let is_form = || self.text[above.span.range()].contains("   ");
        if !fits || line.text.bytes().any(|byte| byte != mark) || is_form() {
            return None;
        }
        let order = self.underlines.iter().position(|of| *of == mark).unwrap_or_else(|| {
            self.underlines.push(mark);
            self.underlines.len() - 1
        });
        Some(match mark {
            b'=' => 1,
            b'-' => 2,
            _ => order.max(1) as u8 + 1,
        })
    }

    fn underlined_heading(&mut self, line: TextLine<'p>, level: u8) {
        self.underlined.push((self.blocks.len() - 1, line.text.as_bytes()[0]));
        if let Some(block) = self.blocks.last_mut() {
            block.kind = BlockKind::Heading { level: Some(level), evidence: HeadingEvidence::Mark };
            block.outer = block.outer.join(line.span());
            block.units += 1;
        }
    }

    /// A line of marks that separates.
    fn separator(&mut self, line: TextLine<'p>) {
        self.push(BlockKind::Separator, line.span(), line.span(), 1, line.gap_before);
    }

    /// Whether a line is a row: cells between bars, or cells with a tab between them.
    fn is_row(&self, at: usize) -> bool {
        if self.has_plain_lines && !self.has_bars {
            return false;
        }
        let line = self.lines[at].text;
        if wiki_parameter(line).is_some() {
            return true;
        }
        // Most lines have neither mark.
        if memchr::memchr2(b'|', b'\t', line.as_bytes()).is_none() {
            return self.is_aligned(at);
        }
        if line.trim_matches(['|', ' ', '\t']).is_empty() {
            return false;
        }
        let bars = line.starts_with('|') && line.len() > 1 && line[1..].contains('|');
        let next_is_delimiter =
            || self.lines.get(at + 1).is_some_and(|next| !next.gap_before && is_delimiter_row(next.text));
        bars || (line.contains('|') && next_is_delimiter()) || is_tabbed(line)
    }

    /// Whether a line has two cells with spaces between, the second under or over that of a neighbor.
    fn is_aligned(&self, at: usize) -> bool {
        let column = |at: usize| {
            let line = self.lines.get(at)?;
            spaced_cells(line.text).map(|(_, second)| line.indent + line.text[..second].chars().count())
        };
        let Some(own) = column(at) else { return false };
        let next = self.lines.get(at + 1).is_some_and(|next| !next.gap_before) && column(at + 1) == Some(own);
        next || (at > 0 && !self.lines[at].gap_before && column(at - 1) == Some(own))
    }

    fn row(&mut self, at: usize) {
        self.lists.close();
        let line = self.lines[at];
        let next = self.lines.get(at + 1).filter(|next| !next.gap_before);
        let header = next.is_some_and(|next| is_delimiter_row(next.text));
        let is_row = |block: &&Block<'_>| matches!(block.kind, BlockKind::TableRow(_));
        let mut before = self.blocks.iter().rev().skip_while(|block| block.kind == BlockKind::Separator);
        let goes_on = !line.gap_before && before.next().as_ref().is_some_and(is_row);
        if !goes_on {
            self.tables += 1;
        }
        let mut text = String::with_capacity(line.text.len());
        let mut cells = Vec::new();
        for (start, cell) in row_cells(line.text) {
            if !cells.is_empty() {
                text.push('\t');
            }
            let from = text.len();
            text.push_str(&visible(cell, self.markup).text);
            cells.push(Cell {
                text: Span::new(from, text.len()),
                span: Span::new(line.start + start, line.start + start + cell.len()),
                header,
            });
        }
        let kind = BlockKind::TableRow(TableRow { cells, table: self.tables - 1, header });
        self.blocks.push(Block {
            kind,
            text: Cow::Owned(text),
            span: line.span(),
            outer: line.span(),
            units: 1,
            gap_before: line.gap_before,
            link_bytes: 0,
            place: Place::default(),
            container: None,
        });
    }

    /// The list marker of a line, if it has one that its neighbors do not speak against.
    fn marker(&self, at: usize) -> Option<Marker<'p>> {
        let line = self.lines[at];
        let Some(marker) = Marker::read(line.text) else { return self.empty_point(at) };
        // `A. Smith` is a name, `a. first` with a `b.` near is a list.
        if marker.kind == MarkerKind::Bullet('o') {
            let is_bullet = |at: usize| self.lines.get(at).is_some_and(|line| line.text.starts_with("o "));
            return (is_bullet(at + 1) || at > 0 && is_bullet(at - 1)).then_some(marker);
        }
        let marker = self.as_roman(at, marker);
        if matches!(marker.kind, MarkerKind::LetterDot | MarkerKind::NumberDash) {
            let sibling = |other: usize, step: i64| {
                let read = self.lines.get(other).and_then(|line| Marker::read(line.text));
                read.map(|read| self.as_roman(other, read)).is_some_and(|other| {
                    other.kind == marker.kind
                        && other.number.map(i64::from) == marker.number.map(|number| i64::from(number) + step)
                })
            };
            if !(sibling(at + 1, 1) || at > 0 && sibling(at - 1, -1)) {
                return None;
            }
        }
        Some(marker)
    }

    /// The number of a point that lost its text: it stands alone on its line, and its list goes on with the next number
    /// or, where it is no first point, ends with it.
    fn empty_point(&self, at: usize) -> Option<Marker<'p>> {
        let marker = Marker::bare_number(self.lines[at].text)?;
        let number = marker.number?;
        let is_number = |read: Option<Marker<'p>>, wanted: u32| {
            read.is_some_and(|read| read.kind == MarkerKind::Number && read.number == Some(wanted))
        };
        let before = number.checked_sub(1)?;
        let follows =
            self.blocks.last().and_then(Block::list_item).is_some_and(|item| item.number == Some(before))
                || at > 0 && is_number(Marker::read(self.lines[at - 1].text), before);
        let next = self.lines.get(at + 1);
        let has_text = next.is_some_and(|next| is_number(Marker::read(next.text), number + 1));
        if !follows {
            return (number == 1 && has_text).then_some(marker);
        }
        let is_last = next.is_none_or(|next| next.gap_before);
        let is_next = || next.is_some_and(|next| is_number(Marker::bare_number(next.text), number + 1));
        (has_text || is_last || is_next()).then_some(marker)
    }

    /// `i`, `v` and `x` are numbers where a line next to them has one of more letters.
    fn as_roman(&self, at: usize, marker: Marker<'p>) -> Marker<'p> {
        if !matches!(marker.kind, MarkerKind::Letter | MarkerKind::LetterDot) {
            return marker;
        }
        let inside = |text: &'p str| text.trim_matches(['(', ')', '.']);
        let own = inside(marker.text);
        if !matches!(own, "i" | "v" | "x") {
            return marker;
        }
        let Some(number) = roman_number(own) else { return marker };
        let beside = |other: usize, wanted: u32| {
            let read = self.lines.get(other).and_then(|line| Marker::read(line.text));
            read.is_some_and(|read| {
                read.kind == marker.kind && inside(read.text).len() > 1 && read.number == Some(wanted)
            })
        };
        let is_roman = beside(at + 1, number + 1) || at > 0 && beside(at - 1, number - 1);
        Marker { number: if is_roman { Some(number) } else { marker.number }, ..marker }
    }

    fn item(&mut self, at: usize, marker: Marker<'p>) -> usize {
        let line = self.lines[at];
        let (list, depth) = self.lists.place(line.indent, &marker);
        let body = line.start + marker.len;
        let mut last = at;
        while let Some(next) = self.lines.get(last + 1).filter(|next| !next.gap_before) {
            let indented = next.indent > line.indent + 1 && !is_tabbed(next.text);
            let belongs = indented || self.is_cut(last, next.text);
            if !belongs || self.opens_block(last + 1) {
                break;
            }
            last += 1;
        }
        let end = self.lines[last].span().end as usize;
        let kind = BlockKind::ListItem(ListItem {
            marker: Some(Cow::Borrowed(marker.text)),
            number: marker.number,
            depth,
            list,
        });
        let outer = Span::new(line.start, end);
        self.push(kind, Span::new(body, end), outer, (last - at + 1) as u32, line.gap_before);
        last + 1
    }

    fn paragraph(&mut self, at: usize) -> usize {
        let line = self.lines[at];
        let mut last = at;
        while let Some(next) = self.lines.get(last + 1).filter(|next| !next.gap_before) {
            if !self.is_cut(last, next.text) || self.opens_block(last + 1) {
                break;
            }
            last += 1;
        }
        let outer = Span::new(line.start, self.lines[last].span().end as usize);
        let quoted = line.text.strip_prefix('>').filter(|_| self.markup == Markup::Markdown);
        let start = quoted.map_or(line.start, |rest| line.start + line.text.len() - rest.trim_start().len());
        let span = Span::new(start, outer.end as usize);
        self.push(BlockKind::Paragraph, span, outer, (last - at + 1) as u32, line.gap_before);
        if last == at && self.is_spaced_row(at) {
            self.blocks.last_mut().into_iter().for_each(|block| block.place = Place::ROW);
        }
        last + 1
    }

    /// Whether a line is names with wide spaces between, and no row of a table: those beside it are none, or names too.
    fn is_spaced_row(&self, at: usize) -> bool {
        if self.has_plain_lines || !is_row_of_names(self.lines[at].text) {
            return false;
        }
        let is_table = |line: &TextLine<'_>| has_wide_space(line.text) && !is_row_of_names(line.text);
        let above = at.checked_sub(1).map(|at| &self.lines[at]).filter(|_| !self.lines[at].gap_before);
        let below = self.lines.get(at + 1).filter(|next| !next.gap_before);
        !above.into_iter().chain(below).any(is_table)
    }

    /// Whether a line opens a block by its own marks.
    fn opens_block(&self, at: usize) -> bool {
        let line = self.lines[at].text;
        let is_mark = || {
            atx(line).or_else(|| wiki_heading(line)).is_some()
                || is_marks_only(line)
                || is_uniform(line)
                || is_fence(line)
                || (line.starts_with('>') && self.markup == Markup::Markdown)
        };
        self.lines[at].starts_with_mark() && is_mark() || self.is_row(at) || self.marker(at).is_some()
    }

    /// Whether the line at `at` was cut and goes on in `next`: the first word of `next` had no room in it.
    fn is_cut(&self, at: usize, next: &str) -> bool {
        let line = self.lines[at].text;
        let goes_on_small = next.starts_with(|c: char| c.is_lowercase() || matches!(c, ',' | ')' | ';'));
        let ends_open = || !line.ends_with(['.', '!', '?', ':', ';']);
        let is_cut = match self.wrap {
            Some(width) => {
                let has_no_room = || {
                    let word = next.split(' ').next().map_or(0, str::len);
                    line.len() + 1 + word > width && line.len() * 3 >= width * 2
                };
                let is_label =
                    |text: &str| Label::split(text).or_else(|| Label::split_at_dash(text)).is_some();
                goes_on_small && line.len() * 2 >= width && ends_open()
                    || has_no_room() && !(is_label(line) && is_label(next))
            }
            None => goes_on_small && line.len() >= 40 && ends_open(),
        };
        let is_part = || decimal_depth(next).is_some() || starts_like_code(line) && starts_like_code(next);
        is_cut && !is_part()
    }

    fn push(&mut self, kind: BlockKind<'p>, span: Span, outer: Span, units: u32, gap_before: bool) {
        let source = &self.text[span.range()];
        let may_have_marks = match self.markup {
            Markup::Markdown => markdown::may_have_marks(source),
            Markup::Dump => memchr::memchr(b'[', source.as_bytes()).is_some(),
            _ => false,
        };
        let marks = may_have_marks
            && !matches!(kind, BlockKind::Separator | BlockKind::Preformatted | BlockKind::FrontMatter);
        let (text, link_bytes) = if marks {
            let plain = visible(source, self.markup);
            (Cow::Owned(plain.text), plain.link_bytes)
        } else if units == 1 && self.has_plain_lines || is_collapsed(source) {
            (Cow::Borrowed(source), 0)
        } else {
            (Cow::Owned(markdown::collapse(source).text), 0)
        };
        self.blocks.push(Block {
            kind,
            text,
            span,
            outer,
            units,
            gap_before,
            link_bytes,
            place: Place::default(),
            container: None,
        });
    }
}
