//! Inline marks of Markdown (CommonMark 0.31, sections 6.1 to 6.5): what a reader sees of a line.
//!
//! In: a stretch of a text page. Out: the text without `**`, `*`, `__`, `_`, backticks, link and image
//! syntax and backslash escapes, with runs of white space as one space. Only paired marks go; a lone `*`
//! is content. Blocks (headings, lists, tables) are [`text`](super::text)'s work.

/// Whether `text` may hold inline marks at all; most text does not.
pub(super) fn may_have_marks(text: &str) -> bool {
    memchr::memchr3(b'*', b'_', b'`', text.as_bytes()).is_some()
        || memchr::memchr3(b'[', b'\\', b'<', text.as_bytes()).is_some()
}

/// A text without its marks.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Plain {
    /// What a reader sees.
    pub(super) text: String,
    /// Where the stretches of `text` come from: offset in `text`, offset in the source; both ascend.
    pub(super) points: Vec<(u32, u32)>,
    /// Bytes of `text` inside links.
    pub(super) link_bytes: u32,
}

impl Plain {
    /// Appends the character at byte `at` of the source; white space collapses.
    pub(super) fn push(&mut self, character: char, at: usize) {
        let character = if character.is_whitespace() { ' ' } else { character };
        if character == ' ' && (self.text.is_empty() || self.text.ends_with(' ')) {
            return;
        }
        let in_step = self.points.last().is_some_and(|&(text, source)| {
            self.text.len() - text as usize == at.wrapping_sub(source as usize)
        });
        if !in_step {
            self.points.push((self.text.len() as u32, at as u32));
        }
        self.text.push(character);
    }
}

/// Strips the inline marks of `source`.
pub(super) fn strip(source: &str) -> Plain {
    let mut plain = Plain::default();
    inline(source, 0, source.len(), &mut plain, 0, &mut Missed::default());
    if plain.text.ends_with(' ') {
        plain.text.pop();
    }
    plain
}

/// Only collapses the white space of `source`.
pub(super) fn collapse(source: &str) -> Plain {
    let mut plain = Plain::default();
    source.char_indices().for_each(|(at, character)| plain.push(character, at));
    if plain.text.ends_with(' ') {
        plain.text.pop();
    }
    plain
}

/// Nested marks looked into; deeper ones stay as they are. Real text nests three at most.
const MAX_NESTING: u8 = 8;

/// Backticks of a code span on each side at most.
const MAX_BACKTICKS: usize = 32;

/// Searches for a closing mark that found none, so that none is made twice and the work stays linear: behind
/// and within the same stretch there is none for a later opening mark either.
#[derive(Default)]
struct Missed {
    /// Of `*` and `_`, by the width less one: the stretch.
    emphasis: [[Option<(usize, usize)>; 3]; 2],
    /// The stretch, and the fewest backticks.
    code: Option<(usize, usize, usize)>,
}

fn inline(source: &str, mut at: usize, end: usize, plain: &mut Plain, nesting: u8, missed: &mut Missed) {
    while at < end {
        let rest = &source[at..end];
        let Some(character) = rest.chars().next() else { break };
        let mark = match character {
            '*' | '_' if nesting < MAX_NESTING => emphasis(source, at, end, missed),
            '`' => code(source, at, end, missed),
            '[' | '!' if nesting < MAX_NESTING => link(rest),
            '<' => autolink(rest),
            '\\' => rest[1..].chars().next().filter(char::is_ascii_punctuation).map(|escaped| Mark {
                inner: (1, 1 + escaped.len_utf8()),
                len: 1 + escaped.len_utf8(),
                kind: MarkKind::Literal,
            }),
            _ => None,
        };
        let Some(mark) = mark else {
            plain.push(character, at);
            at += character.len_utf8();
            continue;
        };
        let (from, to) = (at + mark.inner.0, at + mark.inner.1);
        let before = plain.text.len();
        match mark.kind {
            MarkKind::Literal => {
                source[from..to].char_indices().for_each(|(offset, c)| plain.push(c, from + offset));
            }
            MarkKind::Emphasis => inline(source, from, to, plain, nesting + 1, missed),
            MarkKind::Link => {
                inline(source, from, to, plain, nesting + 1, missed);
                plain.link_bytes += (plain.text.len() - before) as u32;
            }
        }
        at += mark.len;
    }
}

/// A mark at the start of a stretch: what it encloses and how long it is.
struct Mark {
    inner: (usize, usize),
    len: usize,
    kind: MarkKind,
}

enum MarkKind {
    Literal,
    Emphasis,
    Link,
}

/// `**strong**`, `*emphasis*` and the same with `_`, by the flanking rules in short: the opening mark has no
/// space behind it, the closing one none before it, and `_` never opens or closes inside a word.
fn emphasis(source: &str, at: usize, end: usize, missed: &mut Missed) -> Option<Mark> {
    let rest = &source[at..end];
    let mark = rest.as_bytes()[0];
    let width = rest.bytes().take(3).take_while(|&byte| byte == mark).count();
    let inner = &rest[width..];
    let in_word = mark == b'_' && source[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    if in_word || inner.is_empty() || inner.starts_with(char::is_whitespace) {
        return None;
    }
    let missed = &mut missed.emphasis[usize::from(mark == b'_')][width - 1];
    if missed.is_some_and(|(from, to)| from <= at && end <= to) {
        return None;
    }
    let mut from = 0;
    while let Some(found) = memchr::memchr(mark, &inner.as_bytes()[from..]) {
        let close = from + found;
        let run = inner[close..].bytes().take_while(|&byte| byte == mark).count();
        let after = inner[close + run..].chars().next();
        let closes = run >= width
            && close > 0
            && !inner[..close].ends_with(char::is_whitespace)
            && !(mark == b'_' && after.is_some_and(char::is_alphanumeric));
        if closes {
            return Some(Mark {
                inner: (width, width + close),
                len: width + close + width,
                kind: MarkKind::Emphasis,
            });
        }
        from = close + run;
    }
    *missed = Some((at, end));
    None
}

/// A code span: as many backticks behind as before.
fn code(source: &str, at: usize, end: usize, missed: &mut Missed) -> Option<Mark> {
    let rest = &source[at..end];
    let width = rest.bytes().take(MAX_BACKTICKS + 1).take_while(|&byte| byte == b'`').count();
    let is_missed = missed.code.is_some_and(|(from, to, fewest)| from <= at && end <= to && fewest <= width);
    if width > MAX_BACKTICKS || is_missed {
        return None;
    }
    let Some(close) = rest[width..].find(&rest[..width]) else {
        missed.code = Some((at, end, width));
        return None;
    };
    Some(Mark { inner: (width, width + close), len: width + close + width, kind: MarkKind::Literal })
}

/// `[text](address)` and `![text](address)`.
fn link(rest: &str) -> Option<Mark> {
    let open = if rest.starts_with("![") { 2 } else { 1 };
    if !rest[open - 1..].starts_with('[') {
        return None;
    }
    let bytes = rest.as_bytes();
    let close = memchr::memchr3_iter(b']', b'[', b'\n', &bytes[open..])
        .map(|found| open + found)
        .find(|&at| bytes[at] != b']' || bytes.get(at + 1) == Some(&b'('))
        .filter(|&at| bytes[at] == b']')?;
    let address = close + 2;
    let end = address + memchr::memchr3(b')', b'(', b'\n', &bytes[address..])?;
    if bytes[end] != b')' {
        return None;
    }
    Some(Mark { inner: (open, close), len: end + 1, kind: MarkKind::Link })
}

/// `<https://…>`: the address is what a reader sees.
fn autolink(rest: &str) -> Option<Mark> {
    let end = 1 + rest[1..].find(|c: char| matches!(c, '<' | '>') || c.is_whitespace())?;
    if !rest[end..].starts_with('>') {
        return None;
    }
    let address = &rest[1..end];
    address.contains("://").then_some(Mark { inner: (1, end), len: end + 1, kind: MarkKind::Link })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(strip(source).text, expected, "{source:?}");
    }

    #[test]
    fn paired_marks_go_and_lone_ones_stay() {
        check("**ICD-10:** G90.A (POTS)", "ICD-10: G90.A (POTS)");
        check("a *b* c _d_ __e__ ***f***", "a b c d e f");
        check("2 * 3 * 4", "2 * 3 * 4");
        check("snake_case_name", "snake_case_name");
        check("**open", "**open");
        check("*", "*");
        check("**", "**");
    }

    #[test]
    fn marks_that_are_never_closed_are_looked_for_once() {
        for shape in
            ["*", "*a ", "_a*b`c[", "`", "``a` ", "[", "[a](", "[a ]", "<", "<http:", "![a", "***a **b *c "]
        {
            let source = shape.repeat(1_000_000 / shape.len());
            assert!(strip(&source).text.len() <= source.len());
        }
    }

    #[test]
    fn links_show_their_text() {
        check("see [the page](https://x.example/a) now", "see the page now");
        check("![alt](i.png)", "alt");
        check("[1] no link", "[1] no link");
        check("<https://x.example/>", "https://x.example/");
        check("5 < 6 > 3", "5 < 6 > 3");
        assert_eq!(strip("[ab](c) d").link_bytes, 2);
    }

    #[test]
    fn code_and_escapes_are_literal() {
        check("`a*b*c`", "a*b*c");
        check(r"\*not\* strong", "*not* strong");
    }

    #[test]
    fn white_space_collapses_across_lines() {
        check("a\n  b\u{a0} c", "a b c");
    }

    #[test]
    fn points_lead_back_to_the_source() {
        let plain = strip("**a** b");
        assert_eq!(plain.text, "a b");
        assert_eq!(plain.points, [(0, 2), (1, 5)]);
    }
}
