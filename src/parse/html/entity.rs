//! Character references: `&amp;`, `&#8211;`, `&#x2013;`.
//!
//! In: text that starts with `&`. Out: the characters it stands for and its length. The rules are those of
//! the WHATWG HTML Standard, section 13.2.5.72 and on: the longest of its 2,231 names wins, some need no
//! semicolon, numbers 128 to 159 mean windows-1252. The table of names is html5ever's copy of the
//! standard's `entities.json`. Never fails: what is no reference is text.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::borrow::Cow;

/// Where a reference stands: in an attribute, `&copy=1` is text and not `©=1`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Place {
    Text,
    Attribute,
}

/// A decoded reference: one or two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    first: char,
    second: Option<char>,
    /// Bytes of the page it takes, `&` and `;` included.
    pub(super) len: usize,
}

impl Reference {
    /// The characters it stands for.
    pub(super) fn chars(self) -> impl Iterator<Item = char> {
        std::iter::once(self.first).chain(self.second)
    }
}

/// The reference at the start of `text`, which starts with `&`; `None` if that is a plain ampersand.
pub(super) fn reference(text: &str, place: Place) -> Option<Reference> {
    match text.as_bytes().get(1)? {
        b'#' => numeric(text),
        byte if byte.is_ascii_alphanumeric() => named(text, place),
        _ => None,
    }
}

/// `text` with all references of an attribute value decoded.
pub(super) fn decode_attribute(text: &str) -> Cow<'_, str> {
    decode(text, Place::Attribute)
}

/// `text` with all references decoded.
pub(super) fn decode(text: &str, place: Place) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let after = match reference(rest, place) {
            Some(reference) => {
                decoded.extend(reference.chars());
                reference.len
            }
            None => {
                decoded.push('&');
                1
            }
        };
        rest = &rest[after..];
        let run = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        decoded.push_str(&rest[..run]);
        rest = &rest[run..];
    }
    Cow::Owned(decoded)
}

fn numeric(text: &str) -> Option<Reference> {
    let bytes = text.as_bytes();
    let (radix, start) = match bytes.get(2)? {
        b'x' | b'X' => (16, 3),
        _ => (10, 2),
    };
    let digits = bytes[start..].iter().take_while(|&&byte| (byte as char).is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let end = start + digits;
    let number = bytes[start..end].iter().fold(0u32, |number, &byte| {
        let digit = (byte as char).to_digit(radix).unwrap_or(0);
        number.saturating_mul(radix).saturating_add(digit)
    });
    let semicolon = usize::from(bytes.get(end) == Some(&b';'));
    Some(Reference { first: numbered(number), second: None, len: end + semicolon })
}

fn numbered(number: u32) -> char {
    match number {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9F => {
            let replacement = C1_REPLACEMENTS[(number - 0x80) as usize];
            replacement.or(char::from_u32(number)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

fn named(text: &str, place: Place) -> Option<Reference> {
    let bytes = text.as_bytes();
    let name = bytes[1..].iter().take(LONGEST_NAME).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if bytes.get(name + 1) == Some(&b';')
        && let Some(found) = look_up(text, name + 2)
    {
        return Some(found);
    }
    let found = (2..=name).rev().find_map(|letters| look_up(text, letters + 1))?;
    let next = bytes.get(found.len);
    let text_in_attribute =
        place == Place::Attribute && next.is_some_and(|&byte| byte == b'=' || byte.is_ascii_alphanumeric());
    (!text_in_attribute).then_some(found)
}

/// `CounterClockwiseContourIntegral`, without its semicolon.
const LONGEST_NAME: usize = 31;

fn look_up(text: &str, end: usize) -> Option<Reference> {
    let &(first, second) = NAMED_ENTITIES.get(&text[1..end])?;
    // The table holds every prefix of a name too, with 0 for "not yet a name".
    let first = char::from_u32(first).filter(|&first| first != '\0')?;
    let second = char::from_u32(second).filter(|&second| second != '\0');
    Some(Reference { first, second, len: end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, text: &str, attribute: &str) {
        assert_eq!(decode(input, Place::Text), text, "{input} in text");
        assert_eq!(decode(input, Place::Attribute), attribute, "{input} in an attribute");
    }

    #[test]
    fn references_are_decoded_as_browsers_do() {
        check("a &amp; b", "a & b", "a & b");
        check("&lt;p&gt;&quot;", "<p>\"", "<p>\"");
        check("&copy 2024", "© 2024", "© 2024");
        check("&copy=1", "©=1", "&copy=1");
        check("&notit;", "¬it;", "&notit;");
        check("&notin;", "∉", "∉");
        check("&NotEqualTilde;", "≂̸", "≂̸");
        check("&CounterClockwiseContourIntegral;", "∳", "∳");
        check("&nosuch;", "&nosuch;", "&nosuch;");
        check("&", "&", "&");
        check("&&amp", "&&", "&&");
        check("&é", "&é", "&é");
    }

    #[test]
    fn numbers_are_decoded_as_browsers_do() {
        check("&#8211;&#x2013;&#X2013", "–––", "–––");
        check("&#150;", "–", "–");
        check(
            "&#0;&#xD800;&#x110000;&#99999999999;",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        );
        check("&#;&#x;&#xg", "&#;&#x;&#xg", "&#;&#x;&#xg");
    }
}
