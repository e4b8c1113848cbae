//! Words of titles: when two are the same, and which name a disease.

use crate::word::words;

/// Bytes of the name of a page at least, for its text to take it up.
pub(super) const MIN_NAME_BYTES: usize = 4;

/// Bytes of a word at least that names a disease.
const MIN_SHARED_BYTES: usize = 5;

/// Long words that name none.
const COMMON: [&str; 11] = [
    "acute",
    "chronic",
    "disease",
    "diseases",
    "disorder",
    "disorders",
    "other",
    "specified",
    "syndrome",
    "unspecified",
    "without",
];

/// Whether two words are the same but for their case.
#[inline(always)]
pub(super) fn same_word(one: &str, other: &str) -> bool {
    // Most differ in their first letters.
    let differ = match (one.as_bytes(), other.as_bytes()) {
        ([one, ..], [other, ..]) => one.is_ascii() && other.is_ascii() && (one ^ other) & !0x20 != 0,
        _ => false,
    };
    !differ && same_letters(one, other)
}

fn same_letters(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    lower(one).eq(lower(other))
}

/// The letters in lower case; both small forms of sigma are one letter.
fn lower(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter })
}

/// Whether two lines have a long word in common.
pub(super) fn shares_word(one: &str, other: &str) -> bool {
    names(one).any(|word| names(other).any(|of| same_word(of, word)))
}

/// The long words of a line that say what it is about.
pub(super) fn names(line: &str) -> impl Iterator<Item = &str> {
    words(line).filter(|word| is_name(word))
}

/// Whether a word is four figures.
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is long and says what a line is about.
pub(super) fn is_name(word: &str) -> bool {
    word.len() >= MIN_SHARED_BYTES && !COMMON.iter().any(|common| same_word(common, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_but_for_their_case() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(same_word(one, other), expected, "{one:?} {other:?}");
            assert_eq!(same_word(other, one), expected, "{other:?} {one:?}");
        };
        check("hôpital", "HÔPITAL", true);
        check("hôpital", "hopital", false);
        check("gout", "Gouty", false);
        check("ΝΌΣΟΣ", "νόσος", true);
        check("\u{212A}linik", "klinik", true);
        check("\u{130}", "i\u{307}", true);
        check("", "a", false);
    }
}
