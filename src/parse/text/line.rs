//! Lines of a text page, and what their white space tells.
//!
//! In: the text of a page. Out: its lines that are not blank, where they were cut, whether they show as they stand.

use crate::count::{all_of_page, any, has_double_space};
use crate::span::{LineIndex, Span};

/// A line that is not blank, without the white space around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextLine<'p> {
    pub(super) text: &'p str,
    pub(super) start: usize,
    /// Columns of white space before it; a tab reaches to the next multiple of four.
    pub(super) indent: usize,
    pub(super) gap_before: bool,
}

impl TextLine<'_> {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// Whether the first character may be a mark of Markdown, of a wiki or of a rule: none of them is a letter or digit.
    pub(super) fn starts_with_mark(&self) -> bool {
        !self.text.as_bytes()[0].is_ascii_alphanumeric()
    }
}

/// The lines that are not blank, at most `limit`, and how many more there are.
pub(super) fn split_lines(text: &str, limit: usize) -> (LineIndex, Vec<TextLine<'_>>, usize) {
    let index = LineIndex::new(text);
    let mut lines = Vec::with_capacity(index.len().min(limit));
    let mut left_out = 0;
    let mut gap_before = true;
    for range in index.ranges(text.len()) {
        let whole = &text[range.range()];
        let (margin, trimmed) = trim_margins(whole);
        if trimmed.is_empty() {
            gap_before = true;
            continue;
        }
        if lines.len() == limit {
            left_out += 1;
            continue;
        }
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

/// The margin before a line, and the line without those around it.
fn trim_margins(line: &str) -> (&str, &str) {
    let body = line.trim_ascii_end();
    // Most lines have letters at both ends.
    if matches!(body.as_bytes(), [b'!'..=b'~', .., b'!'..=b'~']) {
        return ("", body);
    }
    let body = line.trim_start_matches(is_margin);
    (&line[..line.len() - body.len()], body.trim_end_matches(is_margin))
}

/// White space, and the marks that show nothing: zero-width space, joiner and byte order mark.
pub(in crate::parse) fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200d}' | '\u{feff}' | '\u{ad}')
}

/// Width at which the lines of a page were cut, in bytes; `None` if they were not.
///
/// Text cut at a width has no line far over it; 50 to 132 columns are what programs and people cut at.
pub(super) fn wrap_width(lines: &[TextLine<'_>]) -> Option<usize> {
    let longest_of_all = lines.iter().map(|line| line.text.len()).max()?;
    let width = lines.windows(2).filter(|pair| !pair[1].gap_before).map(|pair| pair[0].text.len()).max()?;
    let over = lines.iter().filter(|line| line.text.len() > width + 8).count();
    let is_cut = longest_of_all <= 160 && (50..=140).contains(&width) && over * 20 <= lines.len();
    is_cut.then_some(width)
}

/// Whether white space in `text` is single spaces only.
pub(super) fn is_collapsed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_other = |byte: u8| byte.wrapping_sub(b'\t') <= b'\r' - b'\t';
    !any(bytes, is_other) && !has_double_space(bytes) && (text.is_ascii() || !has_wide_space(text))
}

/// What kinds of bytes a page has: most have few of them, and no line of those need be asked.
#[derive(Clone, Copy)]
pub(super) struct PageBytes(u8);

impl PageBytes {
    /// White space other than single spaces and line ends.
    const SPACES: u8 = 1;
    /// The bar between cells.
    const BAR: u8 = 1 << 1;
    /// Marks of Markdown, `](` among them.
    const MARKDOWN: u8 = 1 << 2;
    /// What is not ASCII has this bit.
    const WIDE: u8 = 0x80;

    pub(super) fn of(text: &str) -> Self {
        Self(all_of_page(text.as_bytes(), |byte, next| {
            let is = |kind, answer| if answer { kind } else { 0 };
            let is_space = (byte.wrapping_sub(b'\t') <= b'\r' - b'\t') & (byte != b'\n');
            let is_mark = (byte == b'#') | (byte == b'*') | (byte == b'`');
            is(Self::SPACES, is_space | (byte == b' ') & (next == b' '))
                | is(Self::BAR, byte == b'|')
                | is(Self::MARKDOWN, is_mark | (byte == b']') & (next == b'('))
                | byte & Self::WIDE
        }))
    }

    /// Whether white space in each line of `text`, whose bytes they are, is single spaces only.
    pub(super) fn has_plain_lines(self, text: &str) -> bool {
        self.0 & Self::SPACES == 0 && (self.0 & Self::WIDE == 0 || !has_wide_space(text))
    }

    pub(super) fn has_bars(self) -> bool {
        self.0 & Self::BAR != 0
    }

    pub(super) fn may_be_markdown(self) -> bool {
        self.0 & Self::MARKDOWN != 0
    }
}

/// Whether `text` has white space or a mark that shows nothing outside ASCII.
pub(super) fn has_wide_space(text: &str) -> bool {
    // The bytes in UTF-8 with which all of them start.
    let starts = |byte| matches!(byte, 0xc2 | 0xe1..=0xe3 | 0xef);
    text.bytes().enumerate().any(|(at, byte)| starts(byte) && text[at..].starts_with(is_margin))
}
