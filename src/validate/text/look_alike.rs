//! Words that mix Latin letters with letters of another script that look the same: text in, the first such
//! word out.
//!
//! The pairs are those of Unicode's confusables (UTS 39) in which the two are the same in common typefaces.
//! A word counts only if *all* its Cyrillic and Greek letters have a Latin look-alike: `TNFα` and `SMSка`
//! are written so on purpose. Of lower-case Greek only omicron counts, since medicine uses the rest as
//! symbols.

use crate::count::any;

/// A word of two scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixedWord<'t> {
    /// The word as it stands in the text.
    pub word: &'t str,
    /// Its first letter that is not Latin.
    pub letter: char,
    /// The Latin letter it looks like.
    pub latin: char,
}

/// The first word of `text` that mixes Latin letters with look-alikes.
pub fn find_mixed_word(text: &str) -> Option<MixedWord<'_>> {
    if !has_greek_or_cyrillic(text.as_bytes()) {
        return None;
    }
    text.split(|character: char| !character.is_alphanumeric()).find_map(mixed)
}

/// Whether a byte starts a letter of U+0380 to U+053F in UTF-8, where all of [`TWINS`] stand.
fn has_greek_or_cyrillic(bytes: &[u8]) -> bool {
    any(bytes, |byte| byte.wrapping_sub(0xce) <= 0xd4 - 0xce)
}

fn mixed(word: &str) -> Option<MixedWord<'_>> {
    let mut first = None;
    let mut has_latin = false;
    for letter in word.chars() {
        match latin_twin(letter) {
            Some(latin) => first = first.or(Some((letter, latin))),
            None if is_greek_or_cyrillic(letter) => return None,
            None => has_latin |= is_latin(letter),
        }
    }
    first.filter(|_| has_latin).map(|(letter, latin)| MixedWord { word, letter, latin })
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn is_greek_or_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{370}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{1f00}'..='\u{1fff}')
}

/// The Latin letter that a Greek or Cyrillic one cannot be told from.
fn latin_twin(letter: char) -> Option<char> {
    let at = TWINS.binary_search_by_key(&letter, |&(twin, _)| twin).ok()?;
    Some(TWINS[at].1)
}

/// Greek and Cyrillic letters with their Latin look-alikes, ascending.
#[rustfmt::skip]
const TWINS: &[(char, char)] = &[
    ('Α', 'A'), ('Β', 'B'), ('Ε', 'E'), ('Ζ', 'Z'), ('Η', 'H'), ('Ι', 'I'), ('Κ', 'K'), ('Μ', 'M'),
    ('Ν', 'N'), ('Ο', 'O'), ('Ρ', 'P'), ('Τ', 'T'), ('Υ', 'Y'), ('Χ', 'X'), ('ο', 'o'), ('Ѕ', 'S'),
    ('І', 'I'), ('Ј', 'J'), ('А', 'A'), ('В', 'B'), ('Е', 'E'), ('К', 'K'), ('М', 'M'), ('Н', 'H'),
    ('О', 'O'), ('Р', 'P'), ('С', 'C'), ('Т', 'T'), ('У', 'Y'), ('Х', 'X'), ('а', 'a'), ('е', 'e'),
    ('о', 'o'), ('р', 'p'), ('с', 'c'), ('у', 'y'), ('х', 'x'), ('ѕ', 's'), ('і', 'i'), ('ј', 'j'),
    ('һ', 'h'), ('ԁ', 'd'), ('ԛ', 'q'), ('ԝ', 'w'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, char, char)>) {
        let got = find_mixed_word(text).map(|found| (found.word, found.letter, found.latin));
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn a_word_of_two_scripts_is_found() {
        check("Calcification of Мuscle", Some(("Мuscle", 'М', 'M')));
        check("the cоde", Some(("cоde", 'о', 'o')));
        check("Ρain", Some(("Ρain", 'Ρ', 'P')));
    }

    #[test]
    fn words_of_one_script_and_symbols_pass() {
        check("Ménière’s disease", None);
        check("Болезнь мышц", None);
        check("TNFα, IFNγ, μg, NF-κB, Ω3, β-blocker", None);
        check("SMSка", None);
        check("М61", None);
        check("гипертония (ACE)", None);
    }

    #[test]
    fn the_table_ascends() {
        assert!(TWINS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
