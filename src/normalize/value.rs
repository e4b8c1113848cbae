//! The final form of a text value.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text in Unicode normalization form C (UAX #15): what looks the same compares the same. Without U+0000,
/// which no text of PostgreSQL can hold and at which many readers of CSV end; HTML has lost it in parsing.
///
/// White space was collapsed by parsing; nothing else of the page's words is changed.
pub fn normal(text: &str) -> Cow<'_, str> {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Cow::Owned(text.chars().filter(|&character| character != '\0').nfc().collect());
    }
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}
