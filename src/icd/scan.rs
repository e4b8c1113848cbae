//! Finds code-shaped words in running text.
//!
//! In: any text. Out: byte ranges of words with the shape of a [`Code`], in order. One pass over the bytes,
//! no regular expression: those that know of Unicode see no word end between a Cyrillic letter and a digit,
//! and cost thirty times as much. Says nothing of meaning: `B12` and `H1N1` have the shape too.

use super::Code;
use std::ops::Range;

/// The byte ranges of the code-shaped words of `text`, upper case only, in order.
///
/// A word counts when no letter, digit or underscore of any script touches it. A dot belongs to it when
/// what follows completes the code: in `M61.` and `M61.Then` the word is `M61`; `B12.5mg` has none.
///
/// ```
/// use nosograph::icd::find_codes;
/// let text = "M61.0 (see M60-M63)";
/// let words: Vec<&str> = find_codes(text).map(|range| &text[range]).collect();
/// assert_eq!(words, ["M61.0", "M60", "M63"]);
/// ```
pub fn find_codes(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(start) = next_word(text, at) {
            let end = word_end(text, start);
            at = end;
            if let Some(found) = code_at(text, start, end) {
                at = found.end;
                return Some(found);
            }
        }
        None
    })
}

/// Where the next word begins that starts with an ASCII capital.
fn next_word(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if is_word_byte(bytes[at]) {
            let glued = text[..at].chars().next_back().is_some_and(is_word_char);
            if bytes[at].is_ascii_uppercase() && !glued {
                return Some(at);
            }
            at = word_end(text, at);
        } else {
            at += 1;
        }
    }
    None
}

/// The code that the word `start..end` is or begins.
fn code_at(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    if !closes(text, end) {
        return None;
    }
    let word = &text[start..end];
    Code::parse(word)?;
    if word.len() > 3 || !text[end..].starts_with('.') {
        return Some(start..end);
    }
    let tail_end = word_end(text, end + 1);
    let tail = &text[end + 1..tail_end];
    if closes(text, tail_end) && Code::parse(&text[start..tail_end]).is_some() {
        return Some(start..tail_end);
    }
    let is_number = tail.starts_with(|char: char| char.is_ascii_digit());
    (!is_number).then_some(start..end)
}

/// The end of the run of ASCII letters, digits and underscores at `at`.
fn word_end(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    at + rest.iter().position(|&byte| !is_word_byte(byte)).unwrap_or(rest.len())
}

/// Whether no word character of another script follows at `at`.
fn closes(text: &str, at: usize) -> bool {
    !text[at..].chars().next().is_some_and(is_word_char)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_word_char(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, wanted: &[&str]) {
        let found: Vec<&str> = find_codes(text).map(|range| &text[range]).collect();
        assert_eq!(found, wanted, "{text:?}");
    }

    #[test]
    fn code_shaped_words_are_found_where_nothing_touches_them() {
        check("M61", &["M61"]);
        check("ICD-10 code M61.0.", &["M61.0"]);
        check("M61. Then", &["M61"]);
        check("M61.Then", &["M61"]);
        check("M61.-", &["M61"]);
        check("(M60-M63)", &["M60", "M63"]);
        check("M60–M63", &["M60", "M63"]);
        check("M6120 and S30.1XXA", &["M6120", "S30.1XXA"]);
        check("B12.5mg", &[]);
        check("M61.01234", &[]);
        check("xM61 M61x M61_a _M61", &[]);
        check("жM61 M61ж", &[]);
        check("M61０", &[]);
        check("é M61 é", &["M61"]);
        check("COVID-19 T4 A1C", &["A1C"]);
        check("m61 OCD", &[]);
        check("", &[]);
    }

    proptest! {
        #[test]
        fn each_range_is_a_code_and_they_stand_in_order(text in "([A-Z0-9. _é-]|M61|\\PC){0,60}") {
            let mut end = 0;
            for range in find_codes(&text) {
                prop_assert!(range.start >= end);
                prop_assert!(Code::parse(&text[range.clone()]).is_some());
                end = range.end;
            }
        }
    }
}
