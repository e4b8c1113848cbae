//! Blocks of a text page: [`Page`] in, [`Document`] out.
//!
//! One pass over the lines. List marks, Markdown marks (CommonMark 0.31, GitHub's tables, a YAML head) and
//! indentation are evidence of what a block is, never part of its text. Lines that were cut by hand or by a
//! program at a fixed width are joined to paragraphs. Headings that no mark tells are told by their look:
//! see [`headings`]. Decides nothing about fields.

use super::markdown::{self, Plain};
use super::{dump, headings};
use crate::count::any;
use crate::document::{
    Block, BlockKind, Cell, Document, HeadingEvidence, Label, ListItem, Markup, Metadata, Place, TableRow,
};
use crate::page::Page;
use crate::span::{LineIndex, Span};
use std::borrow::Cow;

/// Parses a text page.
pub(super) fn parse(page: &Page) -> Document<'_> {
    let text = page.text();
    let limit = page.limits.blocks;
    let (index, lines, left_out) = split_lines(text, limit);
    let diagnostics =
        if left_out == 0 { vec![] } else { vec![super::too_many_blocks("lines", limit + left_out, limit)] };
    let addresses = dump::addresses(lines.iter().map(|line| line.text));
    let markup = match addresses {
        _ if has_markdown(text, &lines) => Markup::Markdown,
        Some(_) => Markup::Dump,
        None => Markup::Plain,
    };
    let mut builder = Builder {
        text,
        has_plain_lines: is_collapsed_but_for_ends(text),
        has_bars: memchr::memchr(b'|', text.as_bytes()).is_some(),
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
    let cells = row_cells(source).into_iter().map(|(_, cell)| visible(cell, markup).text);
    cells.collect::<Vec<_>>().join(" ")
}

/// A line that is not blank, without the white space around it.
#[derive(Clone, Copy, Debug)]
struct TextLine<'p> {
    text: &'p str,
    start: usize,
    /// Columns of white space before it; a tab reaches to the next multiple of four.
    indent: usize,
    gap_before: bool,
}

impl TextLine<'_> {
    fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }
}

/// The lines that are not blank, at most `limit`, and how many more there are.
fn split_lines(text: &str, limit: usize) -> (LineIndex, Vec<TextLine<'_>>, usize) {
    let index = LineIndex::new(text);
    let mut lines = Vec::with_capacity(index.len().min(limit));
    let mut left_out = 0;
    let mut gap_before = true;
    for range in index.ranges(text.len()) {
        let whole = &text[range.range()];
        let body = whole.trim_start_matches(is_margin);
        let trimmed = body.trim_end_matches(is_margin);
        if trimmed.is_empty() {
            gap_before = true;
            continue;
        }
        if lines.len() == limit {
            left_out += 1;
            continue;
        }
        let margin = &whole[..whole.len() - body.len()];
        let indent =
            margin.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 });
        lines.push(TextLine {
            text: trimmed,
            start: range.start as usize + margin.len(),
            indent,
            gap_before,
        });
        gap_before = false;
    }
    (index, lines, left_out)
}

/// White space, and the marks that show nothing: zero-width space, joiner and byte order mark.
pub(super) fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200d}' | '\u{feff}' | '\u{ad}')
}

/// Whether the marks of a page are Markdown: a head, a fence, a table, or two marks of other kinds.
fn has_markdown(text: &str, lines: &[TextLine<'_>]) -> bool {
    if memchr::memchr3(b'#', b'*', b'`', text.as_bytes()).is_none() && !text.contains("](") {
        return false;
    }
    let mut weight = 0;
    for line in lines {
        weight += match line.text.as_bytes()[0] {
            b'#' if atx(line.text).is_some() => 2,
            b'`' | b'~' if is_fence(line.text) => 2,
            b'|' if is_delimiter_row(line.text) => 2,
            _ if line.text.contains("](") => 1,
            _ => 0,
        };
        if line.text.contains("**") && markdown::strip(line.text).text.len() < line.text.len() {
            weight += 1;
        }
        if weight >= 2 {
            return true;
        }
    }
    false
}

/// Width at which the lines of a page were cut, in bytes; `None` if they were not.
///
/// Text cut at a width has no line far over it; 50 to 132 columns are what programs and people cut at.
fn wrap_width(lines: &[TextLine<'_>]) -> Option<usize> {
    let longest_of_all = lines.iter().map(|line| line.text.len()).max()?;
    let width = lines.windows(2).filter(|pair| !pair[1].gap_before).map(|pair| pair[0].text.len()).max()?;
    let over = lines.iter().filter(|line| line.text.len() > width + 8).count();
    let is_cut = longest_of_all <= 160 && (50..=140).contains(&width) && over * 20 <= lines.len();
    is_cut.then_some(width)
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
            let in_list = self.blocks.last().is_some_and(|block| block.list_item().is_some());
            at = if let Some(level) = self.underline(line) {
                self.underlined_heading(line, level);
                at + 1
            } else if is_fence(line.text) {
                self.fence(at)
            } else if let Some((level, inner)) = atx(line.text).or_else(|| wiki_heading(line.text)) {
                self.marked_heading(line, level, inner);
                at + 1
            } else if is_marks_only(line.text) || is_page_number(line.text) || is_template(line.text) {
                self.separator(line);
                at + 1
            } else if self.is_row(at) {
                self.row(at);
                at + 1
            } else if let Some(marker) = self.marker(at) {
                self.item(at, marker)
            } else {
                if !(in_list && line.indent > 1) {
                    self.lists.close();
                }
                self.paragraph(at)
            };
        }
        self.order_underlines();
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
            block.kind == BlockKind::Paragraph
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
        let marker = Marker::read(line.text)?;
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

    /// `i`, `v` and `x` are numbers where a line next to them has one of more letters.
    fn as_roman(&self, at: usize, marker: Marker<'p>) -> Marker<'p> {
        let inside = |text: &'p str| text.trim_matches(['(', ')', '.']);
        let own = inside(marker.text);
        if !matches!(marker.kind, MarkerKind::Letter | MarkerKind::LetterDot)
            || !matches!(own, "i" | "v" | "x")
        {
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
        last + 1
    }

    /// Whether a line opens a block by its own marks.
    fn opens_block(&self, at: usize) -> bool {
        let line = self.lines[at].text;
        atx(line).or_else(|| wiki_heading(line)).is_some()
            || is_marks_only(line)
            || is_uniform(line)
            || is_fence(line)
            || self.is_row(at)
            || self.marker(at).is_some()
            || (line.starts_with('>') && self.markup == Markup::Markdown)
    }

    /// Whether the line at `at` was cut and goes on in `next`: the first word of `next` had no room in it.
    fn is_cut(&self, at: usize, next: &str) -> bool {
        let line = self.lines[at].text;
        let is_part = decimal_depth(next).is_some() || starts_like_code(line) && starts_like_code(next);
        if is_part {
            return false;
        }
        let goes_on_small = next.starts_with(|c: char| c.is_lowercase() || matches!(c, ',' | ')' | ';'));
        let ends_open = !line.ends_with(['.', '!', '?', ':', ';']);
        match self.wrap {
            Some(width) => {
                let word = next.split(' ').next().map_or(0, str::len);
                let no_room = line.len() + 1 + word > width && line.len() * 3 >= width * 2;
                let is_label =
                    |text: &str| Label::split(text).or_else(|| Label::split_at_dash(text)).is_some();
                let labels = is_label(line) && is_label(next);
                (no_room && !labels) || (goes_on_small && ends_open && line.len() * 2 >= width)
            }
            None => goes_on_small && ends_open && line.len() >= 40,
        }
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

/// Whether white space in `text` is single spaces only.
fn is_collapsed(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Folds without an early end, which the compiler turns into vector instructions.
    let has_other = bytes.iter().fold(false, |any, byte| any | (b'\t'..=b'\r').contains(byte));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let has_double = pairs.fold(false, |any, (one, next)| any | (*one == b' ') & (*next == b' '));
    !has_other && !has_double && (text.is_ascii() || !has_wide_space(text))
}

/// The same of each line of `text`.
fn is_collapsed_but_for_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3(b'\t', b'\r', b'\x0b', bytes).is_none()
        && memchr::memchr(b'\x0c', bytes).is_none()
        && memchr::memmem::find(bytes, b"  ").is_none()
        && (text.is_ascii() || !has_wide_space(text))
}

/// Whether `text` has white space or a mark that shows nothing outside ASCII.
fn has_wide_space(text: &str) -> bool {
    // The bytes in UTF-8 with which all of them start.
    let starts = |byte| matches!(byte, 0xc2 | 0xe1..=0xe3 | 0xef);
    text.bytes().enumerate().any(|(at, byte)| starts(byte) && text[at..].starts_with(is_margin))
}

/// The value without the quotes of YAML around it.
fn unquoted(text: &str, value: Span) -> Span {
    let inside = &text[value.range()];
    let quoted = |quote: char| inside.len() > 1 && inside.starts_with(quote) && inside.ends_with(quote);
    if quoted('"') || quoted('\'') { Span { start: value.start + 1, end: value.end - 1 } } else { value }
}

/// Level and inner text of `## heading ##`.
fn atx(line: &str) -> Option<(u8, Span)> {
    let level = line.bytes().take_while(|&byte| byte == b'#').count();
    let inner = &line[level..];
    if !(1..=6).contains(&level) || !inner.starts_with([' ', '\t']) {
        return None;
    }
    let closed = inner.trim_end_matches('#');
    let inner = if closed.ends_with([' ', '\t']) { closed } else { inner };
    let start = level + inner.len() - inner.trim_start().len();
    let text = inner.trim();
    (!text.is_empty()).then(|| (level as u8, Span::new(start, start + text.len())))
}

/// Level and inner text of `== heading ==`, as wikis write it.
fn wiki_heading(line: &str) -> Option<(u8, Span)> {
    if !line.starts_with("==") {
        return None;
    }
    let level = line.bytes().take_while(|&byte| byte == b'=').count();
    let inner = line.get(level..line.len().checked_sub(level)?)?;
    let closes = line.ends_with(&line[..level]) && !inner.starts_with('=') && !inner.ends_with('=');
    let text = inner.trim();
    if level > 6 || !closes || !text.contains(char::is_alphabetic) {
        return None;
    }
    let start = level + inner.len() - inner.trim_start().len();
    Some((level as u8, Span::new(start, start + text.len())))
}

fn is_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

/// Three or more marks and nothing else: `---`, `* * *`, `=====`, a delimiter row.
fn is_marks_only(line: &str) -> bool {
    let mark = |byte: u8| matches!(byte, b'-' | b'=' | b'_' | b'*' | b'~' | b'+' | b'|' | b':' | b'.');
    line.len() >= 3
        && line.bytes().all(|byte| mark(byte) || byte == b' ')
        && line.bytes().filter(|&byte| mark(byte)).count() >= 3
        && line != "..."
}

/// Four or more of one mark that underlines headings.
fn is_uniform(line: &str) -> bool {
    let mark = line.as_bytes()[0];
    line.len() >= 4 && matches!(mark, b'^' | b'#' | b'"') && line.bytes().all(|byte| byte == mark)
}

/// The number of a printed page: `- 2 -`, `Page 2 of 3`.
fn is_page_number(line: &str) -> bool {
    let is_number =
        |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = line.strip_prefix("Page ").or_else(|| line.strip_prefix("page ")) {
        return rest.split(" of ").all(is_number);
    }
    let dashes = ['-', '–', '—'];
    line.starts_with(dashes)
        && line.ends_with(dashes)
        && is_number(line.trim_matches(|c| dashes.contains(&c) || c == ' '))
}

/// `|---|:--:|`
fn is_delimiter_row(line: &str) -> bool {
    is_marks_only(line)
        && line.contains('|')
        && line.contains('-')
        && line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' '))
}

/// Cells with tabs between them, as browsers copy tables. Runs of tabs are one.
fn is_tabbed(line: &str) -> bool {
    line.contains('\t') && Marker::read(line).is_none()
}

/// The cells of a row: by tabs, else by bars, else by a run of spaces.
fn row_cells(line: &str) -> Vec<(usize, &str)> {
    if let Some(cells) = wiki_parameter(line) {
        return cells.into();
    }
    if is_tabbed(line) {
        return split_cells(line, '\t');
    }
    match spaced_cells(line) {
        Some((first, second)) => vec![(0, &line[..first]), (second, &line[second..])],
        None => split_cells(line, '|'),
    }
}

/// Name and value of a line of an infobox: `| ICD10 = {{ICD10|K90.0}}`, `| name = [[Gout]]`.
fn wiki_parameter(line: &str) -> Option<[(usize, &str); 2]> {
    let (name, value) = line.strip_prefix('|')?.split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-'));
    let (name, value) = (name.trim(), value.trim());
    let pairs = [("{{", "}}"), ("[[", "]]")];
    let inside =
        |(open, close)| value.strip_prefix(open)?.strip_suffix(close).filter(|rest| !rest.contains(open));
    let value = match pairs.into_iter().find_map(inside) {
        Some(inside) => inside.rsplit('|').next().unwrap_or(inside).trim(),
        // Bars part cells.
        None if value.contains('|') => return None,
        None => value,
    };
    let usable = is_name && (1..=MAX_FIRST_CELL).contains(&name.len()) && !value.is_empty();
    let place = |part: &str| part.as_ptr() as usize - line.as_ptr() as usize;
    usable.then(|| [(place(name), name), (place(value), value)])
}

/// A line that is a template of a wiki, or opens or closes one: `{{Reflist}}`, `{{Infobox disease`, `}}`.
fn is_template(line: &str) -> bool {
    let opens =
        line.strip_prefix("{{").is_some_and(|rest| rest.find("}}").is_none_or(|at| at + 2 == rest.len()));
    opens || line == "}}"
}

/// Where the first of two cells with two spaces or more between them ends, and where the second starts.
fn spaced_cells(line: &str) -> Option<(usize, usize)> {
    let head = &line.as_bytes()[..line.len().min(MAX_FIRST_CELL + 2)];
    let first = head.windows(2).position(|pair| pair == b"  ")?;
    let rest = line[first..].trim_start();
    let usable = !line[..first].ends_with(['.', '!', '?'])
        && !rest.contains("  ")
        && !line.contains(['|', '\t'])
        && Marker::read(line).is_none();
    usable.then_some((first, line.len() - rest.len()))
}

/// Bytes of the first of two cells with spaces between them at most: it names what the second holds.
const MAX_FIRST_CELL: usize = 40;

/// The cells of a row, trimmed, with the byte at which each starts.
fn split_cells(line: &str, separator: char) -> Vec<(usize, &str)> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in line.char_indices().chain([(line.len(), separator)]) {
        if c == separator && (!escaped || at == line.len()) && (separator == '\t' || at > 0) {
            let cell = &line[start..at];
            let inner = cell.trim_start();
            let from = at - inner.len();
            let inner = inner.trim_end();
            let outside = (at == line.len() || start == 0) && inner.is_empty();
            if !(outside || separator == '\t' && inner.is_empty()) {
                cells.push((from, inner));
            }
            start = at + 1;
        } else if c == separator && at == 0 {
            start = 1;
        }
        escaped = c == '\\' && !escaped;
    }
    cells
}

/// What stands before the text of a list item.
#[derive(Clone, Debug, PartialEq)]
struct Marker<'p> {
    text: &'p str,
    number: Option<u32>,
    kind: MarkerKind,
    /// Bytes from the marker to the text.
    len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkerKind {
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
    fn read(line: &'p str) -> Option<Self> {
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
        (spaced && !body.is_empty()).then(|| Self { text, number, kind, len: line.len() - body.len() })
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
        let word = line[open..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (inside, close) = (&line[open..open + word], line.as_bytes().get(open + word)?);
        let closed = *close == b')' || (*close == b'.' && open == 0);
        if !closed || inside.is_empty() || inside.len() > 4 {
            return None;
        }
        let text = &line[..open + word + 1];
        if inside.bytes().all(|byte| byte.is_ascii_digit()) {
            return (inside.len() <= 3).then(|| (text, inside.parse().ok(), MarkerKind::Number));
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
fn roman_number(text: &str) -> Option<u32> {
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
struct Lists {
    open: Vec<(usize, MarkerKind, u32)>,
    count: u32,
}

impl Lists {
    /// Which list an item belongs to, and its depth.
    fn place(&mut self, indent: usize, marker: &Marker<'_>) -> (u32, u8) {
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

    fn close(&mut self) {
        self.open.clear();
    }
}

/// A numbered line that has no sibling and stands before prose is a numbered heading or a sentence.
fn single_numbers_to_paragraphs<'p>(text: &'p str, blocks: &mut [Block<'p>]) {
    let mut members: Vec<u32> = Vec::new();
    for item in blocks.iter().filter_map(Block::list_item) {
        let list = item.list as usize;
        members.resize(members.len().max(list + 1), 0);
        members[list] += 1;
    }
    let asked = asked_lists(blocks, members.len());
    for at in 0..blocks.len() {
        let Some(item) = blocks[at].list_item() else { continue };
        let alone = item.number.is_some()
            && (members.get(item.list as usize) == Some(&1) || asked[item.list as usize]);
        let is_later = item.number > Some(1);
        let before_prose = asked[item.list as usize]
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

/// Which lists are numbered questions with something else below each: those are headings.
fn asked_lists(blocks: &[Block<'_>], count: usize) -> Vec<bool> {
    let mut asked = vec![true; count];
    for (at, block) in blocks.iter().enumerate() {
        let Some(item) = block.list_item() else { continue };
        let answered = blocks.get(at + 1).is_some_and(|next| {
            next.list_item().map_or(next.kind == BlockKind::Paragraph, |next| next.list != item.list)
        });
        asked[item.list as usize] &= item.number.is_some() && block.text.ends_with('?') && answered;
    }
    asked
}

/// Makes headings of the paragraphs that look like them, unless the page marks its headings itself.
fn tell_headings(blocks: &mut [Block<'_>], markup: Markup) {
    if blocks.iter().filter(|block| block.heading().is_some()).nth(1).is_some() {
        return;
    }
    let dashed: Vec<bool> = blocks.iter().map(|block| Label::split_at_dash(&block.text).is_some()).collect();
    let labelled = |at: usize, block: &Block<'_>| {
        block.label().is_some_and(|label| {
            !label.value.is_empty()
                && !block.text.ends_with('?')
                && !names_page(&blocks[..at], &block.text[label.label.range()])
        }) || dashed[at]
            && ((!block.gap_before && at > 0 && dashed[at - 1])
                || blocks.get(at + 1).is_some_and(|next| !next.gap_before && dashed[at + 1]))
    };
    let lines: Vec<headings::Line<'_>> = blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let text = without_bracket(&block.text);
            headings::Line {
                text,
                gap_before: block.gap_before,
                gap_after: blocks.get(at + 1).is_none_or(|next| next.gap_before),
                list_mark: block.list_item().is_some()
                    || lists_codes(blocks, at)
                    || is_joined(text)
                    || block.is_row_of_links(markup),
                // Of longer lines it makes no difference.
                labelled: text.len() <= headings::LONGEST && labelled(at, block),
            }
        })
        .collect();
    let mut scores = headings::scores(&lines);
    for (at, score) in scores.iter_mut().enumerate() {
        if asks(blocks, at) || is_answered(blocks, at) || (at > 0 && dashed[at - 1] && opens_text(blocks, at))
        {
            *score = score.max(ASKS);
        }
    }
    let depths: Vec<Option<usize>> = blocks.iter().map(|block| decimal_depth(&block.text)).collect();
    let told: Vec<Option<usize>> =
        depths.iter().zip(&scores).filter(|&(_, &score)| score > 0.0).map(|(depth, _)| *depth).collect();
    for (at, score) in scores.iter_mut().enumerate() {
        // Parts that are numbered alike stand or fall together: `2.1`, `2.2`, `3.1`.
        if *score > headings::NEVER && depths[at].is_some() && told.contains(&depths[at]) {
            *score = score.max(ASKS);
        }
    }
    for at in parts_with_colons(blocks, &scores) {
        scores[at] = scores[at].max(ASKS);
    }
    for (block, score) in blocks.iter_mut().zip(scores) {
        if score > 0.0 && block.kind == BlockKind::Paragraph && block.units == 1 {
            block.kind = BlockKind::Heading { level: None, evidence: HeadingEvidence::Look { score } };
        }
    }
}

/// The lines that end in a colon and start a part of the page as others of that form do: behind a blank line, with
/// the part right below. Where the scorer takes most of them for headings, two at least, all are.
fn parts_with_colons(blocks: &[Block<'_>], scores: &[f32]) -> Vec<usize> {
    let starts_part = |at: usize| {
        let is_part = blocks[at].gap_before
            && blocks[at].kind == BlockKind::Paragraph
            && blocks[at].text.ends_with(':')
            && blocks[at].text.starts_with(char::is_uppercase)
            && blocks[at].text.split(' ').count() <= MAX_PART_WORDS;
        is_part && blocks.get(at + 1).is_some_and(|next| !next.gap_before)
    };
    let parts: Vec<usize> =
        (0..blocks.len()).filter(|&at| scores[at] > headings::NEVER && starts_part(at)).collect();
    let told = parts.iter().filter(|&&at| scores[at] > 0.0).count();
    if told >= 2 && told * 2 > parts.len() { parts } else { Vec::new() }
}

/// Words of the name of a part at most: a longer line announces what follows.
const MAX_PART_WORDS: usize = 5;

/// How many dots a decimal number of a part has inside, from one on: 1 for `2.1 History`.
fn decimal_depth(text: &str) -> Option<usize> {
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
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
fn lists_codes(blocks: &[Block<'_>], at: usize) -> bool {
    let is_code = |block: &Block<'_>| block.kind == BlockKind::Paragraph && starts_like_code(&block.text);
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
fn starts_like_code(line: &str) -> bool {
    if !matches!(line.as_bytes(), [b'A'..=b'Z', b'0'..=b'9', ..]) {
        return false;
    }
    let word = line.split([' ', ':']).next().unwrap_or_default().as_bytes();
    let dot = word.get(3).is_none_or(|&byte| byte == b'.');
    (3..=8).contains(&word.len())
        && dot
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
}

/// Whether a line is three things or more with a mark between them: an address, a row of links.
fn is_joined(text: &str) -> bool {
    // The first bytes of the marks: nearly all lines have none of them.
    text.len() <= headings::LONGEST
        && any(text.as_bytes(), |byte| matches!(byte, b'|' | 0xC2 | 0xE2))
        && [" · ", " | ", " • "].iter().any(|mark| text.matches(mark).count() >= 2)
}

/// A line without a label in brackets at its end: `Causes[edit]`.
fn without_bracket(text: &str) -> &str {
    let open = text.strip_suffix(']').and_then(|rest| rest.rfind('['));
    open.map_or(text, |open| text[..open].trim_end())
}

/// Blocks at the start of a page in which its title stands.
const TITLE_BLOCKS: usize = 12;

/// Whether the words before a colon are a line of their own at the start of the page, as its title is: then
/// `Psoriasis: more than skin deep` is a heading with a subtitle and no label.
fn names_page(before: &[Block<'_>], words: &str) -> bool {
    before.iter().take(TITLE_BLOCKS).any(|block| {
        block.text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
            && block.text[words.len()..].split_whitespace().count() <= 1
    })
}

/// Whether a short line stands alone before a paragraph: behind a card of facts it opens the text.
fn opens_text(blocks: &[Block<'_>], at: usize) -> bool {
    let block = &blocks[at];
    let text = blocks.get(at + 1).filter(|next| next.kind == BlockKind::Paragraph && next.gap_before);
    block.kind == BlockKind::Paragraph
        && block.gap_before
        && block.text.starts_with(char::is_uppercase)
        && !block.text.ends_with(['.', ',', ';', ':'])
        && block.text.split(' ').count() <= 8
        && Label::split_at_dash(&block.text).is_none()
        && text.is_some_and(|next| next.text.len() >= 80 && next.text.ends_with('.'))
}

/// Log-odds of a line that its neighbors alone tell: a question with its answer, the first line behind a card.
const ASKS: f32 = 0.5;

/// Whether a line is a question of its own with its answer below.
fn asks(blocks: &[Block<'_>], at: usize) -> bool {
    let block = &blocks[at];
    let answer = blocks.get(at + 1).filter(|next| next.kind == BlockKind::Paragraph && next.gap_before);
    block.kind == BlockKind::Paragraph
        && block.gap_before
        && block.text.ends_with('?')
        && !block.text.trim_end_matches('?').contains(['!', '?', ';', '"', '“'])
        && !block.text.contains(". ")
        && block.text.starts_with(char::is_uppercase)
        && block.text.split(' ').count() <= 14
        && answer.is_some_and(|next| ["Yes", "No"].iter().any(|word| next.text.starts_with(word)))
}

/// Whether a line starts with `Q.` or `Q:` and the text below with `A` and the same mark.
fn is_answered(blocks: &[Block<'_>], at: usize) -> bool {
    let marked = |text: &str, letter: u8| match text.as_bytes() {
        [first, mark @ (b'.' | b':'), b' ', ..] if *first == letter => Some(*mark),
        _ => None,
    };
    let block = &blocks[at];
    let asked = marked(&block.text, b'Q').filter(|_| block.kind == BlockKind::Paragraph && block.units == 1);
    asked.is_some() && blocks.get(at + 1).is_some_and(|next| marked(&next.text, b'A') == asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{EncodingSource, Format};

    fn kinds(text: &str) -> Vec<String> {
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
        let document = parse(&page);
        document
            .blocks
            .iter()
            .map(|block| {
                let kind = match &block.kind {
                    BlockKind::Heading { level: Some(level), .. } => format!("h{level}"),
                    BlockKind::Heading { level: None, .. } => "h".into(),
                    BlockKind::Paragraph => "p".into(),
                    BlockKind::ListItem(item) => {
                        format!("{}{}", "-".repeat(item.depth.into()), item.marker.as_deref().unwrap_or(""))
                    }
                    BlockKind::TableRow(row) => format!("row{}", row.cells.len()),
                    BlockKind::FrontMatter => "meta".into(),
                    BlockKind::Separator => "sep".into(),
                    other => format!("{other:?}"),
                };
                format!("{kind} {}", block.text)
            })
            .collect()
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(kinds(text), expected, "{text:?}");
    }

    #[test]
    fn marks_are_evidence_and_not_text() {
        check("# A\n\n**B:** c `d`\n", &["h1 A", "p B: c d"]);
        check("A\n===\n\nB\n---\n", &["h1 A", "h2 B"]);
        check("# A #\n\n> quoted\n", &["h1 A", "p quoted"]);
        check("# A\n\n---\n\nb.\n", &["h1 A", "sep ---", "p b."]);
    }

    #[test]
    fn underlines_of_any_mark_tell_levels_by_their_order() {
        check("A title\n=======\n\nPart\n~~~~\n\nb.\n", &["h1 A title", "h2 Part", "p b."]);
        check("One\n---\n\nThree\n^^^^^\n\nb.\n", &["h2 One", "h2 Three", "p b."]);
        check("A long line of text\n****\n", &["p A long line of text", "sep ****"]);
        check(
            "Form             44-B.\n======================\n",
            &["p Form 44-B.", "sep ======================"],
        );
    }

    #[test]
    fn equals_signs_on_both_sides_mark_headings_of_wikis() {
        check("== Causes ==\nText.\n===Rare ones===\n", &["h2 Causes", "p Text.", "h3 Rare ones"]);
        check("== a = b\n", &["p == a = b"]);
        check("x\n\n==  ==\n", &["p x", "sep == =="]);
    }

    #[test]
    fn one_dashed_heading_before_several_with_equals_signs_is_the_pages() {
        check("A\n---\n\nB\n===\n\nb.\n\nC\n===\n", &["h1 A", "h2 B", "p b.", "h2 C"]);
        check("A\n---\n\nB\n===\n", &["h2 A", "h1 B"]);
    }

    #[test]
    fn roman_numbers_are_told_from_letters_by_their_neighbors() {
        let number = |text: &str| -> Vec<Option<u32>> {
            let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
            parse(&page).blocks.iter().map(|block| block.list_item().and_then(|item| item.number)).collect()
        };
        assert_eq!(number("i. a\nii. b\niii. c\n"), [Some(1), Some(2), Some(3)]);
        assert_eq!(number("(i) a\n(ii) b\n"), [Some(1), Some(2)]);
        assert_eq!(number("(h) a\n(i) b\n(j) c\n"), [Some(8), Some(9), Some(10)]);
        assert_eq!(number("R1. a\nR2. b\n"), [Some(1), Some(2)]);
        assert_eq!(number("K29. a\nK30. b\n"), [None, None]);
        assert_eq!(number("iv. was put in\nthe arm.\n"), [None, None]);
    }

    #[test]
    fn numbered_questions_with_answers_are_headings() {
        let answer = "Nobody knows it for certain, but genes and habits both have a part in it.";
        let page = format!(
            "1) What sets it off?\n\n{answer}\n\n2) What helps?\n\n- rest\n- water\n\n3) And then?\n\n{answer}\n"
        );
        let heads: Vec<String> = kinds(&page).into_iter().filter(|kind| kind.starts_with('h')).collect();
        assert_eq!(
            heads,
            ["h 1) What sets it off?", "h 2) What helps?", "h 3) And then?"],
            "{:?}",
            kinds(&page)
        );
        check("Ask:\n1. Why?\n2. How?\n", &["p Ask:", "-1. Why?", "-2. How?"]);
    }

    #[test]
    fn a_question_and_an_answer_with_the_same_mark_belong_together() {
        let answer = "In most people it lasts for two weeks, and then the skin heals by itself.";
        for mark in [".", ":"] {
            let page = format!("Q{mark} How long does it last?\n\nA{mark} {answer}\n");
            check(&page, &[&format!("h Q{mark} How long does it last?"), &format!("p A{mark} {answer}")]);
        }
    }

    #[test]
    fn numbers_and_addresses_of_links_in_a_dump_are_not_text() {
        check(
            "[1]Home [2]Help\n\nThe [3]heart beats.\n\nReferences\n\n  1. https://a.example/\n  2. https://a.example/h\n",
            &[
                "p Home Help",
                "p The heart beats.",
                "sep References",
                "sep 1. https://a.example/",
                "sep 2. https://a.example/h",
            ],
        );
    }

    #[test]
    fn lines_of_an_infobox_are_rows() {
        check(
            "{{Infobox disease\n| name = Gout\n| field = [[Rheumatology|Joints]]\n| ICD10 = {{ICD10|M10.9}}\n}}\n",
            &[
                "sep {{Infobox disease",
                "row2 name\tGout",
                "row2 field\tJoints",
                "row2 ICD10\tM10.9",
                "sep }}",
            ],
        );
        check("| a = b | c |\n|---|---|\n", &["row2 a = b\tc", "sep |---|---|"]);
        check("{{gout}} hurts.\n", &["p {{gout}} hurts."]);
    }

    #[test]
    fn columns_of_spaces_are_cells() {
        check("ICD-10    K51\nSpread    None\n", &["row2 ICD-10\tK51", "row2 Spread\tNone"]);
        check(
            "He said so.  And then.\nShe was ill.  So he.\n",
            &["p He said so. And then.", "p She was ill. So he."],
        );
        check("Form 1        44-B.\n\nText.\n", &["p Form 1 44-B.", "p Text."]);
    }

    #[test]
    fn lines_of_a_list_of_codes_are_not_joined() {
        let line = "Gestational diabetes mellitus in pregnancy, with a name that fills the line";
        check(
            &format!("O24.410 {line}\nO24.414 {line}\n"),
            &[&format!("p O24.410 {line}"), &format!("p O24.414 {line}")],
        );
    }

    #[test]
    fn page_numbers_separate() {
        check("Text of a page.\n\n- 2 -\n", &["p Text of a page.", "sep - 2 -"]);
        check("Text of a page.\n\nPage 2 of 3\n", &["p Text of a page.", "sep Page 2 of 3"]);
        check("- 2 mg\n", &["-- 2 mg"]);
        check("Page 9 has a line of its own.\n", &["p Page 9 has a line of its own."]);
    }

    #[test]
    fn front_matter_is_metadata() {
        check("---\ntitle: \"A b\"\n---\n# A\n", &["sep ---", "meta title: \"A b\"", "sep ---", "h1 A"]);
        check("---\nA line.\n\n---\n", &["sep ---", "p A line.", "sep ---"]);
    }

    #[test]
    fn tables_give_rows_and_cells() {
        check(
            "| a | b |\n|---|:-:|\n| **c** | d \\| e |\n",
            &["row2 a\tb", "sep |---|:-:|", "row2 c\td | e"],
        );
        check("ICD-10\tK29\nChapter\tXI\n", &["row2 ICD-10\tK29", "row2 Chapter\tXI"]);
    }

    #[test]
    fn lists_nest_by_indent_and_by_mark() {
        check("1. a\n2. b\n", &["-1. a", "-2. b"]);
        check("  1. a\n  2. b\n 10. c\n", &["-1. a", "-2. b", "-10. c"]);
        check("- a\n  - b\n- c\n", &["-- a", "--- b", "-- c"]);
        check("• a\n◦ b\n• c\n", &["-• a", "--◦ b", "-• c"]);
        check("(a) x\n(b) y\n", &["-(a) x", "-(b) y"]);
        check("a. x\nb. y\n", &["-a. x", "-b. y"]);
        check("A. Smith wrote it.\n", &["p A. Smith wrote it."]);
        check("o one\no two\n", &["-o one", "-o two"]);
        check("o for one.\n", &["p o for one."]);
        check("1 – x\n2 – y\n", &["-1 – x", "-2 – y"]);
        check("10 – 20 mg are enough.\n", &["p 10 – 20 mg are enough."]);
        check("- a b\n  c d\n", &["-- a b c d"]);
    }

    #[test]
    fn a_lone_number_before_prose_is_no_item() {
        check(
            "1. Rest\n\nRest helps most people to get well again soon.\n",
            &["h 1. Rest", "p Rest helps most people to get well again soon."],
        );
    }

    #[test]
    fn cut_lines_are_joined_and_short_ones_are_not() {
        let cut = "The bacterium makes a toxin that pours water and salts into\nthe gut within hours, and the loss can\nkill.\n";
        check(
            cut,
            &[
                "p The bacterium makes a toxin that pours water and salts into the gut within hours, and the loss can kill.",
            ],
        );
        check("Status:\nBillable.\nChapter:\n6.\n", &["p Status:", "p Billable.", "p Chapter:", "p 6."]);
    }

    #[test]
    fn every_line_is_in_one_block() {
        for text in
            ["a\n\n b\n c\n- d\n# e\n|f|g|\n---\n", "---\na: b\n---\n", "```\nx\n\ny\n```\n", "1. a\nb\n2. c"]
        {
            let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
            let units: u32 = parse(&page).blocks.iter().map(|block| block.units).sum();
            assert_eq!(
                units as usize,
                text.lines().filter(|line| !line.trim().is_empty()).count(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn lone_numbers_before_prose_are_no_items() {
        let prose = "Grain bowls are versatile and give a base of whole grains to which much can be added.";
        let text = format!("1. Soup\n\n{prose}\n\n- Cheap\n- Warm\n\n2. Bowls\n\n{prose}\n");
        let prose = format!("p {prose}");
        let heads: Vec<String> = kinds(&text).into_iter().filter(|kind| kind.starts_with('h')).collect();
        assert_eq!(heads, ["h 1. Soup", "h 2. Bowls"], "{:?} {prose}", kinds(&text));
    }

    #[test]
    fn parts_of_one_form_stand_together() {
        let prose = "Diet and exercise are enough for four out of five women, and the others need insulin for some weeks.";
        let part = |name: &str| format!("{name}:\n{prose}\n\n");
        let text = part("Overview")
            + &part("Treatment")
            + "Risks for the baby:\n- large weight\n- jaundice\n\n"
            + &part("Outlook");
        let heads: Vec<String> = kinds(&text).into_iter().filter(|kind| kind.starts_with('h')).collect();
        assert_eq!(heads, ["h Overview:", "h Treatment:", "h Risks for the baby:", "h Outlook:"]);
        let numbered = format!("2.1 History\n{prose}\n2.2 Examination\n{prose}\n2.3 Tests\n{prose}\n");
        let heads: Vec<String> = kinds(&numbered).into_iter().filter(|kind| kind.starts_with('h')).collect();
        assert_eq!(heads, ["h 2.1 History", "h 2.2 Examination", "h 2.3 Tests"]);
    }

    #[test]
    fn a_question_with_its_answer_is_a_heading() {
        let answer =
            "Yes. It belongs to the group of diabetes without complications in the model of this year.";
        check(&format!("Is E11.9 a code?\n\n{answer}\n"), &["h Is E11.9 a code?", &format!("p {answer}")]);
    }
}
