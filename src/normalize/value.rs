//! The final form of a text value.

use crate::count::any;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text in Unicode normalization form C (UAX #15): what looks the same compares the same. Without U+0000,
/// which no text of PostgreSQL can hold and at which many readers of CSV end; HTML has lost it in parsing.
///
/// White space was collapsed by parsing; nothing else of the page's words is changed.
pub fn normal(text: &str) -> Cow<'_, str> {
    // Nearly all of it: ASCII without NUL.
    if !any(text.as_bytes(), |byte| byte.wrapping_sub(1) >= 0x7f) {
        return Cow::Borrowed(text);
    }
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Cow::Owned(without_nul(text).nfc().collect());
    }
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// The text without U+0000, and without the spaces that would then stand at its ends or behind another.
fn without_nul(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for piece in text.split('\0') {
        let is_spaced = kept.is_empty() || kept.ends_with(' ');
        kept.push_str(if is_spaced { piece.trim_start_matches(' ') } else { piece });
    }
    kept.truncate(kept.trim_end_matches(' ').len());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_goes_with_the_space_it_stood_in() {
        let check = |text: &str, expected: &str| assert_eq!(normal(text), expected, "{text:?}");
        check("a\0b", "ab");
        check("a \0 b", "a b");
        check("\0 a \0\0 b\0 \0", "a b");
        check("\0", "");
        check("a  b", "a  b");
    }
}
