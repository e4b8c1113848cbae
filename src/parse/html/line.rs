//! The text of one block while it is being read.
//!
//! In: pieces of text with their place in the page. Out: the text as a reader sees it. Runs of HTML white
//! space and no-break spaces become one space; soft hyphens, zero-width spaces, byte order marks and NUL go.
//! The text stays borrowed as long as the page has it letter for letter, which most blocks of real pages do.

use crate::count::any_pair;
use crate::span::Span;
use std::borrow::Cow;
use std::ops::Range;

/// Text in the making, and where it stands.
#[derive(Debug, Default)]
pub(super) struct Line<'p> {
    text: Cow<'p, str>,
    start: usize,
    end: usize,
    /// A space is due before the next letter.
    space: bool,
    /// Where each run of letters came from, if someone asks.
    trace: Option<Vec<Run>>,
}

/// Letters of a line that stand together in the page.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Its bytes in the text of its line.
    pub(super) text: Range<usize>,
    /// Its bytes in the page: the same letters, or a character reference.
    pub(super) source: Range<usize>,
}

impl<'p> Line<'p> {
    /// A line that notes where its letters come from.
    pub(super) fn traced() -> Self {
        Self { trace: Some(Vec::new()), ..Self::default() }
    }

    /// Whether nothing visible was read yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of text so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text and its place, first to last visible byte; the line is empty again.
    pub(super) fn take(&mut self) -> (Cow<'p, str>, Span) {
        self.space = false;
        let text = match std::mem::take(&mut self.text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii_end()),
            Cow::Owned(mut text) => {
                text.truncate(text.trim_ascii_end().len());
                Cow::Owned(text)
            }
        };
        (text, Span::new(self.start, self.end))
    }

    /// The runs of this line and those before it, if they are noted.
    pub(super) fn trace(&self) -> &[Run] {
        self.trace.as_deref().unwrap_or_default()
    }

    /// The runs of this line and those before it.
    pub(super) fn into_trace(self) -> Vec<Run> {
        self.trace.unwrap_or_default()
    }

    /// Adds white space.
    pub(super) fn space(&mut self) {
        self.space = !self.text.is_empty();
    }

    /// Adds text that stands at byte `at`, white space collapsed.
    pub(super) fn collapse(&mut self, raw: &'p str, at: usize) {
        let trimmed = raw.trim_ascii_start();
        let at = at + (raw.len() - trimmed.len());
        if trimmed.len() < raw.len() {
            self.space();
        }
        let body = trimmed.trim_ascii_end();
        if body.is_empty() {
            return;
        }
        if is_plain(body.as_bytes()) {
            self.run(body, at);
        } else {
            self.pieces(body, at);
        }
        if body.len() < trimmed.len() {
            self.space();
        }
    }

    /// Adds text that stands at byte `at` with its white space; line ends become LF.
    pub(super) fn preserve(&mut self, raw: &'p str, at: usize) {
        let bytes = raw.as_bytes();
        let mut start = 0;
        let mut next = 0;
        while next < bytes.len() {
            let (length, stand_in) = match bytes[next] {
                b'\r' if bytes.get(next + 1) == Some(&b'\n') => (1, ""),
                b'\r' => (1, "\n"),
                _ => match unseen(bytes, next) {
                    Some(Unseen { length, space: true }) if length > 1 => (length, " "),
                    Some(Unseen { length, space: false }) => (length, ""),
                    _ => {
                        next += 1;
                        continue;
                    }
                },
            };
            self.preserved_run(&raw[start..next], at + start);
            self.preserved_run(stand_in, at + next);
            next += length;
            start = next;
        }
        self.preserved_run(&raw[start..], at + start);
    }

    /// Adds a decoded character whose reference stands at `span`.
    pub(super) fn character(&mut self, character: char, span: Span, preserve: bool) {
        match character {
            '\0' | '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
            '\u{a0}' | ' ' | '\t' | '\n' | '\r' | '\x0C' if !preserve => self.space(),
            '\u{a0}' | ' ' | '\t' | '\n' | '\r' | '\x0C' => self.preserved_space(character, span),
            _ => {
                self.start_run(span.range(), character.len_utf8());
                self.owned().push(character);
                self.end = span.end as usize;
            }
        }
    }

    /// Adds a decoded white space of preformatted text.
    pub(super) fn preserved_space(&mut self, character: char, span: Span) {
        if !self.is_empty() {
            self.note(span.range(), 1);
            self.owned().push(if character == '\u{a0}' { ' ' } else { character });
        }
    }

    fn pieces(&mut self, body: &'p str, at: usize) {
        let bytes = body.as_bytes();
        let mut start = 0;
        let mut next = 0;
        while next < bytes.len() {
            let Some(first) = unseen(bytes, next) else {
                next += 1;
                continue;
            };
            let gap = next;
            let mut spaced = first.space;
            next += first.length;
            while let Some(more) = unseen(bytes, next) {
                spaced |= more.space;
                next += more.length;
            }
            if &bytes[gap..next] == b" " && gap > start {
                continue;
            }
            self.run(&body[start..gap], at + start);
            if spaced {
                self.space();
            }
            start = next;
        }
        self.run(&body[start..], at + start);
    }

    /// Adds letters as they are.
    fn run(&mut self, run: &'p str, at: usize) {
        if run.is_empty() {
            return;
        }
        if self.is_empty() && self.trace.is_none() {
            self.text = Cow::Borrowed(run);
            self.start = at;
        } else {
            self.start_run(at..at + run.len(), run.len());
            self.owned().push_str(run);
        }
        self.end = at + run.len();
    }

    fn preserved_run(&mut self, run: &'p str, at: usize) {
        let (run, at) = if self.is_empty() {
            let trimmed = run.trim_ascii_start();
            (trimmed, at + run.len() - trimmed.len())
        } else {
            (run, at)
        };
        let visible = run.trim_ascii_end().len();
        let end = self.end;
        self.run(run, at);
        self.end = if visible > 0 { at + visible } else { end };
    }

    fn start_run(&mut self, source: Range<usize>, letters: usize) {
        if self.is_empty() {
            self.start = source.start;
        } else if self.space {
            self.note(self.end..self.end, 1);
            self.owned().push(' ');
        }
        self.space = false;
        self.note(source, letters);
    }

    fn note(&mut self, source: Range<usize>, letters: usize) {
        let start = self.text.len();
        if let Some(trace) = &mut self.trace {
            trace.push(Run { text: start..start + letters, source });
        }
    }

    fn owned(&mut self) -> &mut String {
        if let Cow::Borrowed(text) = self.text {
            let mut owned = String::with_capacity(2 * text.len() + 32);
            owned.push_str(text);
            self.text = Cow::Owned(owned);
        }
        self.text.to_mut()
    }
}

/// `text` with white space collapsed as in a line.
pub(super) fn collapsed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => collapsed_borrowed(text),
        Cow::Owned(text) => Cow::Owned(collapsed_borrowed(&text).into_owned()),
    }
}

fn collapsed_borrowed(text: &str) -> Cow<'_, str> {
    let mut line = Line::default();
    line.collapse(text, 0);
    line.take().0
}

/// A character that is not seen as a letter.
struct Unseen {
    length: usize,
    /// White space; otherwise nothing at all.
    space: bool,
}

fn unseen(bytes: &[u8], at: usize) -> Option<Unseen> {
    let (length, space) = match *bytes.get(at)? {
        b' ' | b'\t' | b'\n' | b'\r' | b'\x0C' => (1, true),
        0 => (1, false),
        0xC2 => match bytes.get(at + 1)? {
            0xA0 => (2, true),
            0xAD => (2, false),
            _ => return None,
        },
        0xE2 if bytes[at..].starts_with("\u{200b}".as_bytes()) => (3, false),
        0xEF if bytes[at..].starts_with("\u{feff}".as_bytes()) => (3, false),
        _ => return None,
    };
    Some(Unseen { length, space })
}

/// Whether text without white space at its ends is already as a reader sees it.
fn is_plain(bytes: &[u8]) -> bool {
    let is_odd = |byte: u8, next: u8| (byte.wrapping_sub(b' ') >= 0x60) | (byte == b' ') & (next == b' ');
    let is_gap = |byte: u8, next: u8| (byte < b' ') | (byte == b' ') & (next == b' ');
    !any_pair(bytes, is_odd) || !any_pair(bytes, is_gap) && !has_unseen_beyond_ascii(bytes)
}

fn has_unseen_beyond_ascii(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(|at| unseen(bytes, at).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], expected: &str, borrowed: bool) {
        let page = pieces.concat();
        let mut line = Line::default();
        let mut at = 0;
        for piece in pieces {
            line.collapse(&page[at..at + piece.len()], at);
            at += piece.len();
        }
        let (text, span) = line.take();
        assert_eq!(text, expected, "{pieces:?}");
        assert_eq!(matches!(text, Cow::Borrowed(_)), borrowed, "{pieces:?}");
        if borrowed {
            assert_eq!(&page[span.range()], expected, "{pieces:?}");
        }
    }

    #[test]
    fn white_space_is_collapsed() {
        check(&["a b"], "a b", true);
        check(&["  a b\n"], "a b", true);
        check(&["a  b"], "a b", false);
        check(&["a\n\tb c"], "a b c", false);
        check(&["a", " ", "b"], "a b", false);
        check(&["a ", " b"], "a b", false);
        check(&["a", "b"], "ab", false);
        check(&[" ", "\u{a0}", ""], "", false);
        check(&["a\u{a0}\u{a0} b"], "a b", false);
        check(&["soft\u{ad}hy\u{200b}phen\u{feff}"], "softhyphen", false);
        check(&["é — ü"], "é — ü", true);
        check(&["\u{a0}a"], "a", true);
        check(&["a\u{200b} b"], "a b", false);
        check(&["a\0b"], "ab", false);
    }

    fn check_preserved(page: &str, expected: &str, source: &str) {
        let mut line = Line::default();
        line.preserve(page, 0);
        let (text, span) = line.take();
        assert_eq!(text, expected, "{page:?}");
        assert_eq!(&page[span.range()], source, "{page:?}");
    }

    #[test]
    fn preformatted_text_keeps_its_lines() {
        check_preserved("\n  a  b\n c \n", "a  b\n c", "a  b\n c");
        check_preserved("a\r\nb\rc", "a\nb\nc", "a\r\nb\rc");
        check_preserved("a\u{a0}b\u{ad}c", "a bc", "a\u{a0}b\u{ad}c");
        check_preserved(" \r\n ", "", "");
    }
}
