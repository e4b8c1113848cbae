//! Places in a page: half-open byte ranges and 1-based lines.
//!
//! In: the text of a page. Out: [`Span`], a range of bytes, and [`LineIndex`], which turns a byte offset
//! into a line number. The line terminators are LF, CRLF and a lone CR, as in the WHATWG and CommonMark
//! definitions of a line. Knows nothing of blocks or fields.

use std::num::NonZeroU32;
use std::ops::Range;

/// A half-open range of bytes, `start <= byte < end`.
///
/// Inside the pipeline the bytes are those of [`Page::text`](crate::page::Page::text); what a record shows
/// are bytes of the file as read, after [`Page::raw_span`](crate::page::Page::raw_span).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; never less than `start`.
    pub end: u32,
}

impl Span {
    /// The range `start..end` in bytes.
    ///
    /// # Panics
    /// If `end < start`, or an offset is over 4 GiB (pages are limited far below).
    pub fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span ends before it starts: {start}..{end}");
        let offset = |byte: usize| u32::try_from(byte).expect("a page is below 4 GiB");
        Self { start: offset(start), end: offset(end) }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest range that holds both.
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether every byte of `other` lies in `self`.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A 1-based line number.
pub type Line = NonZeroU32;

/// Byte offsets at which the lines of a text start.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`; one pass over the bytes.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        // Most lines of the web's text are longer.
        let mut starts = Vec::with_capacity(bytes.len() / 64 + 1);
        starts.push(0);
        if memchr::memchr(b'\r', bytes).is_none() {
            starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        } else {
            for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                    starts.push(at as u32 + 1);
                }
            }
        }
        Self { starts }
    }

    /// The 1-based line that holds the byte at `offset`; offsets past the end lie on the last line.
    pub fn line(&self, offset: u32) -> Line {
        let before = self.starts.partition_point(|&start| start <= offset);
        Line::new(before as u32).unwrap_or(Line::MIN)
    }

    /// The byte range of each line, its line end included.
    pub fn ranges(&self, text_len: usize) -> impl Iterator<Item = Span> + '_ {
        let ends = self.starts[1..].iter().copied().chain([text_len as u32]);
        self.starts.iter().zip(ends).map(|(&start, end)| Span { start, end })
    }

    /// How many lines there are; a text that ends in a line end has an empty last line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: an empty text has one empty line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The byte range of the 1-based `line`, its line end included; `None` past the last line.
    pub fn range(&self, line: Line, text_len: usize) -> Option<Span> {
        let at = line.get() as usize - 1;
        let start = *self.starts.get(at)? as usize;
        let end = self.starts.get(at + 1).map_or(text_len, |&next| next as usize);
        Some(Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, lines: &[u32]) {
        let index = LineIndex::new(text);
        let got: Vec<u32> = (0..text.len() as u32).map(|offset| index.line(offset).get()).collect();
        assert_eq!(got, lines, "{text:?}");
    }

    #[test]
    fn each_kind_of_line_end_ends_one_line() {
        check("a\nb", &[1, 1, 2]);
        check("a\r\nb", &[1, 1, 1, 2]);
        check("a\rb", &[1, 1, 2]);
        check("\n\r\r\nb", &[1, 2, 3, 3, 4]);
    }

    #[test]
    fn a_line_range_includes_its_end() {
        let index = LineIndex::new("a\r\nbc");
        assert_eq!(index.range(Line::new(1).unwrap(), 5), Some(Span::new(0, 3)));
        assert_eq!(index.range(Line::new(2).unwrap(), 5), Some(Span::new(3, 5)));
        assert_eq!(index.range(Line::new(3).unwrap(), 5), None);
    }
}
