//! Tags, comments and raw text, straight from the bytes.
//!
//! In: the text of a page and a position. Out: where the next tag stands and what it says, where a comment
//! or raw text ends. Follows the WHATWG HTML Standard, section 13.2.5, jumping with `memchr` where the
//! standard steps by characters. Everything here moves forward only, so the whole costs one pass. Does not
//! decode text, and knows nothing of open elements.

use super::attributes::{Attribute, Attributes};
use super::tag::Name;
use memchr::{memchr, memchr2, memmem};
use std::ops::Range;

/// What stands at a `<`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// A start tag; its attributes are in the buffer handed in.
    Start { name: Name, self_closing: bool, end: usize },
    /// An end tag.
    End { name: Name, end: usize },
    /// A comment, a document type, a tag cut off by the end of the page: nothing to see.
    Nothing { end: usize },
    /// `<![CDATA[`; the text starts at `start`.
    Cdata { start: usize },
    /// A `<` that is text.
    Text,
}

/// Reads what stands at byte `at` of `text`, a `<`. `attributes` is filled for a start tag;
/// `most_attributes` takes the largest number of attributes met on one tag.
#[inline]
pub(super) fn markup<'p>(
    text: &'p str,
    at: usize,
    attributes: &mut Attributes<'p>,
    most_attributes: &mut usize,
) -> Markup {
    let bytes = text.as_bytes();
    match bytes.get(at + 1) {
        Some(byte) if byte.is_ascii_alphabetic() => {
            attributes.clear();
            let name_end = name_end(bytes, at + 1);
            let name = Name::at(bytes, at + 1, name_end);
            if bytes.get(name_end) == Some(&b'>') {
                return Markup::Start { name, self_closing: false, end: name_end + 1 };
            }
            match attribute_list(text, name_end, attributes, most_attributes) {
                Some((end, self_closing)) => Markup::Start { name, self_closing, end },
                None => Markup::Nothing { end: bytes.len() },
            }
        }
        Some(b'/') => end_tag(text, at, attributes, most_attributes),
        Some(b'!') => declaration(bytes, at),
        Some(b'?') => Markup::Nothing { end: after(bytes, at, b'>') },
        _ => Markup::Text,
    }
}

fn end_tag<'p>(
    text: &'p str,
    at: usize,
    attributes: &mut Attributes<'p>,
    most_attributes: &mut usize,
) -> Markup {
    let bytes = text.as_bytes();
    match bytes.get(at + 2) {
        Some(byte) if byte.is_ascii_alphabetic() => {
            let name_end = name_end(bytes, at + 2);
            let name = Name::at(bytes, at + 2, name_end);
            if bytes.get(name_end) == Some(&b'>') {
                return Markup::End { name, end: name_end + 1 };
            }
            attributes.clear();
            match attribute_list(text, name_end, attributes, most_attributes) {
                Some((end, _)) => Markup::End { name, end },
                None => Markup::Nothing { end: bytes.len() },
            }
        }
        Some(_) => Markup::Nothing { end: after(bytes, at + 2, b'>') },
        None => Markup::Text,
    }
}

fn declaration(bytes: &[u8], at: usize) -> Markup {
    if bytes[at..].starts_with(b"<!--") {
        Markup::Nothing { end: comment_end(bytes, at + 4) }
    } else if bytes[at..].starts_with(b"<![CDATA[") {
        Markup::Cdata { start: at + 9 }
    } else {
        Markup::Nothing { end: after(bytes, at, b'>') }
    }
}

/// One past the next `needle` at or after `at`, or the end.
pub(super) fn after(bytes: &[u8], at: usize, needle: u8) -> usize {
    memchr(needle, &bytes[at..]).map_or(bytes.len(), |found| at + found + 1)
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0C' | b'\r')
}

/// Whether each byte ends the name of a tag or an attribute.
static ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        ends[byte] = is_space(byte as u8) || matches!(byte as u8, b'/' | b'>' | b'=');
        byte += 1;
    }
    ends
};

/// Where the name of a tag that starts at `at` ends, of which a `=` is part.
fn name_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while bytes.get(end).is_some_and(|&byte| !ENDS_NAME[usize::from(byte)] || byte == b'=') {
        end += 1;
    }
    end
}

/// `at` is just past `<!--`.
fn comment_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    if rest.starts_with(b">") {
        return at + 1;
    }
    if rest.starts_with(b"->") {
        return at + 2;
    }
    memmem::find_iter(rest, b"--")
        .flat_map(|found| [found, found + 1])
        .find_map(|found| match rest.get(found..)? {
            [b'-', b'-', b'>', ..] => Some(at + found + 3),
            [b'-', b'-', b'!', b'>', ..] => Some(at + found + 4),
            _ => None,
        })
        .unwrap_or(bytes.len())
}

/// Reads attributes from `at` to the `>` of the tag: one past it, and whether it is `/>`. `None` if the page
/// ends first.
fn attribute_list<'p>(
    text: &'p str,
    mut at: usize,
    attributes: &mut Attributes<'p>,
    most_attributes: &mut usize,
) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let mut count = 0;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'>' => return Some((at + 1, false)),
            b'/' if bytes.get(at + 1) == Some(&b'>') => return Some((at + 2, true)),
            b'/' => at += 1,
            _ if is_space(byte) => at += 1,
            _ => {
                count += 1;
                *most_attributes = count.max(*most_attributes);
                let known = if count <= attributes.limit { Some(&mut *attributes) } else { None };
                at = attribute(text, at, known)?;
            }
        }
    }
}

/// Reads one attribute from `at`, the first byte of its name; returns where it ends.
fn attribute<'p>(text: &'p str, at: usize, attributes: Option<&mut Attributes<'p>>) -> Option<usize> {
    let bytes = text.as_bytes();
    // A `=` that starts a name is part of it.
    let mut name_end = at + 1;
    while !ENDS_NAME[usize::from(*bytes.get(name_end)?)] {
        name_end += 1;
    }
    let next = name_end + bytes[name_end..].iter().position(|&byte| !is_space(byte))?;
    let (value, end) = if bytes[next] == b'=' { value(bytes, next + 1)? } else { (next..next, next) };
    if let Some(attributes) = attributes
        && let Some(attribute) = Attribute::at(bytes, at, name_end)
    {
        attributes.push(attribute, &text[value.clone()], value.start);
    }
    Some(end)
}

/// Reads a value from `at`, just past the `=`: its bytes, and where to go on.
fn value(bytes: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let start = at + bytes[at..].iter().position(|&byte| !is_space(byte))?;
    match bytes[start] {
        quote @ (b'"' | b'\'') => {
            let end = start + 1 + memchr(quote, &bytes[start + 1..])?;
            Some((start + 1..end, end + 1))
        }
        b'>' => Some((start..start, start)),
        _ => {
            let end = start + bytes[start..].iter().position(|&byte| is_space(byte) || byte == b'>')?;
            Some((start..end, end))
        }
    }
}

/// Where the raw text that starts at `at` ends: the `<` of the end tag `name`, or the end of the page.
pub(super) fn raw_text_end(bytes: &[u8], at: usize, name: &[u8]) -> usize {
    memchr::memchr_iter(b'<', &bytes[at..])
        .map(|found| at + found)
        .find(|&found| closes(bytes, found, name))
        .unwrap_or(bytes.len())
}

/// Whether `</name` and the end of a name stand at `at`.
fn closes(bytes: &[u8], at: usize, name: &[u8]) -> bool {
    bytes.get(at + 1) == Some(&b'/') && names(bytes, at + 2, name)
}

fn names(bytes: &[u8], at: usize, name: &[u8]) -> bool {
    let end = at + name.len();
    bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(name))
        && bytes.get(end).is_some_and(|&byte| is_space(byte) || byte == b'/' || byte == b'>')
}

/// Where the script that starts at `at` ends: as [`raw_text_end`], but `<!--<script>` hides one end tag
/// (the escaped and double escaped states of the standard).
pub(super) fn script_end(bytes: &[u8], at: usize) -> usize {
    #[derive(PartialEq)]
    enum State {
        Plain,
        Escaped,
        DoubleEscaped,
    }
    const SCRIPT: &[u8] = b"script";
    let mut state = State::Plain;
    let mut at = at;
    loop {
        let needle = if state == State::Plain { b'<' } else { b'-' };
        let Some(found) = memchr2(b'<', needle, &bytes[at..]) else { return bytes.len() };
        at += found;
        let rest = &bytes[at..];
        match state {
            State::Plain if rest.starts_with(b"<!--") => {
                state = State::Escaped;
                // Its dashes may be those of the `-->` that ends it.
                at += 2;
                continue;
            }
            State::Plain | State::Escaped if closes(bytes, at, SCRIPT) => return at,
            State::Escaped if rest[0] == b'<' && names(bytes, at + 1, SCRIPT) => state = State::DoubleEscaped,
            State::DoubleEscaped if closes(bytes, at, SCRIPT) => state = State::Escaped,
            State::Escaped | State::DoubleEscaped if rest.starts_with(b"-->") => state = State::Plain,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::attributes::Writing;
    use super::super::tag::Tag;
    use super::*;

    fn read(text: &str) -> (Markup, Attributes<'_>) {
        let mut attributes = Attributes::new(Writing::Source);
        let markup = markup(text, 0, &mut attributes, &mut 0);
        (markup, attributes)
    }

    fn check_tag(text: &str, attribute: Attribute, value: &str, rest: &str) {
        let (markup, attributes) = read(text);
        let Markup::Start { end, .. } = markup else { panic!("{text}: {markup:?}") };
        assert_eq!(attributes.get(attribute).as_deref(), Some(value), "{text}");
        assert_eq!(&text[end..], rest, "{text}");
    }

    #[test]
    fn attributes_are_read_in_every_writing() {
        check_tag("<p class=a>x", Attribute::Class, "a", "x");
        check_tag("<p class='a > b'>x", Attribute::Class, "a > b", "x");
        check_tag("<p CLASS = \"a\"id=b>x", Attribute::Id, "b", "x");
        check_tag("<p hidden/>x", Attribute::Hidden, "", "x");
        check_tag("<p hidden=>x", Attribute::Hidden, "", "x");
        check_tag("<p class=a/>x", Attribute::Class, "a/", "x");
        check_tag("<p =class id=x>", Attribute::Id, "x", "");
        check_tag("<p id=a&amp;b>", Attribute::Id, "a&b", "");
    }

    fn check_nothing(text: &str, rest: &str) {
        let Markup::Nothing { end } = read(text).0 else { panic!("{text}") };
        assert_eq!(&text[end..], rest, "{text}");
    }

    #[test]
    fn comments_end_where_browsers_end_them() {
        check_nothing("<!-- a -- b -->x", "x");
        check_nothing("<!-->x", "x");
        check_nothing("<!--->x", "x");
        check_nothing("<!---->x", "x");
        check_nothing("<!--a--!>x", "x");
        check_nothing("<!--a--- >b--->x", "x");
        check_nothing("<!--a", "");
        check_nothing("<!doctype html>x", "x");
        check_nothing("<?xml version='1.0'?>x", "x");
        check_nothing("</ p>x", "x");
        check_nothing("</>x", "x");
        check_nothing("<p class='a", "");
    }

    #[test]
    fn a_lone_angle_bracket_is_text() {
        assert_eq!(read("< 5").0, Markup::Text);
        assert_eq!(read("<").0, Markup::Text);
        assert_eq!(read("</").0, Markup::Text);
        assert_eq!(read("<3").0, Markup::Text);
    }

    #[test]
    fn end_tags_may_have_attributes() {
        assert_eq!(read("</P class='>'>x").0, Markup::End { name: Name::of(Tag::P), end: 14 });
    }

    fn check_script(text: &str, script: &str) {
        assert_eq!(&text[..script_end(text.as_bytes(), 0)], script, "{text}");
    }

    #[test]
    fn scripts_end_where_browsers_end_them() {
        check_script("a<b</script>c", "a<b");
        check_script("a</SCRIPT >c", "a");
        check_script("a</scripty></script>", "a</scripty>");
        check_script("<!--<script></script>--></script>", "<!--<script></script>-->");
        check_script("<!--<script></script></script>", "<!--<script></script>");
        check_script("<!--></script>", "<!-->");
        check_script("<!--</script>", "<!--");
        check_script("<!--<script>-->a</script>", "<!--<script>-->a");
        check_script("a", "a");
    }

    #[test]
    fn raw_text_ends_at_its_own_end_tag() {
        assert_eq!(raw_text_end(b"a</b></Title>c", 0, b"title"), 5);
        assert_eq!(raw_text_end(b"a</titles>", 0, b"title"), 10);
    }
}
