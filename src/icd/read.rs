//! Reads a code as pages print it, and tells of everything that had to be mended.
//!
//! In: a word of a page. Out: a [`ReadCode`]: the code with its [`Repair`]s, or `None`. Scraped pages carry
//! letters of other scripts, `O` for `0`, lower case and the marks of the dagger system (ICD-10 volume 2,
//! 3.1.3). A digit is put for a letter only if the reference then has the code and had not before; no other
//! reading is guessed.

use super::{Code, Reference, Verdict};
use unicode_normalization::UnicodeNormalization;

/// A code read from print, and what had to be mended to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCode {
    /// The code.
    pub code: Code,
    /// What was mended, in the order of the characters; empty if the print was right.
    pub repairs: Vec<Repair>,
}

/// Something mended while reading a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// A letter of another script that looks like a Latin one, such as Cyrillic `М`.
    LookAlike(char),
    /// `O` where only `0` gives a code, or `I`/`l` for `1`.
    LetterForDigit(char),
    /// The dot after the third character was missing.
    MissingDot,
    /// Lower case.
    LowerCase,
    /// A dagger, asterisk or other mark behind the code was dropped.
    Mark(char),
}

/// Most characters looked at: a code with its dot has eight, the rest may be marks.
const LONGEST_PRINT: usize = 16;

impl Reference {
    /// Reads `printed`, one word with white space around it at most, as a code. Every mend is in
    /// [`ReadCode::repairs`]; `None` if it has no code's shape even when mended. The code may still be
    /// unknown to the release.
    ///
    /// ```
    /// use nosograph::icd::{Reference, Repair};
    /// let read = Reference::embedded().read_code("m61.O†").unwrap();
    /// assert_eq!(read.code.to_string(), "M61.0");
    /// assert_eq!(read.repairs, [Repair::LowerCase, Repair::LetterForDigit('O'), Repair::Mark('†')]);
    /// ```
    pub fn read_code(&self, printed: &str) -> Option<ReadCode> {
        let printed = printed.trim();
        if let Some(code) = Code::parse(printed).filter(|code| self.knows(code)) {
            // Nearly every code of a page is printed right, but perhaps for its dot.
            let repairs = if code.as_bytes().len() == printed.len() && printed.len() > 3 {
                vec![Repair::MissingDot]
            } else {
                Vec::new()
            };
            return Some(ReadCode { code, repairs });
        }
        if printed.chars().nth(LONGEST_PRINT).is_some() {
            return None;
        }
        let (body, marks) = split_marks(printed);
        let literal = latin(body);
        let mended = with_digits(&literal);
        let chosen = match (self.code_of(&literal), self.code_of(&mended)) {
            (Some((code, true)), _) | (Some((code, false)), None | Some((_, false))) => (code, &literal),
            (_, Some((code, true))) => (code, &mended),
            (None, _) => return None,
        };
        let (code, letters) = chosen;
        let mut repairs = repairs(letters);
        repairs.extend(marks.map(Repair::Mark));
        Some(ReadCode { code, repairs })
    }

    /// The code that the letters spell, and whether it is known.
    fn code_of(&self, letters: &[Letter]) -> Option<(Code, bool)> {
        let text: String = letters.iter().map(|letter| letter.read).collect();
        let code = Code::parse(&text)?;
        Some((code, self.knows(&code)))
    }

    /// Whether any release known here has a code.
    fn knows(&self, code: &Code) -> bool {
        !matches!(self.verdict(code), Verdict::Unknown)
    }
}

/// A printed character and what it is read as.
#[derive(Clone, Copy)]
struct Letter {
    printed: char,
    read: char,
    is_look_alike: bool,
    is_digit_for_letter: bool,
}

/// Splits off what may stand behind a code: dagger, asterisk, `+`, `!`, `#`, and `.-` for any 4th character.
fn split_marks(printed: &str) -> (&str, impl Iterator<Item = char>) {
    let is_mark = |char| matches!(char, '†' | '‡' | '*' | '＊' | '+' | '!' | '#' | '-' | '–' | '.');
    let body = printed.trim_end_matches(is_mark);
    // The dot of `.-` goes with its hyphen and is no mark of its own; full stops alone are.
    let marks = &printed[body.len()..];
    let only_dots = marks.chars().all(|char| char == '.');
    (body, marks.chars().filter(move |&char| only_dots || char != '.'))
}

/// Puts a Latin capital or an ASCII digit for each character that is or looks like one.
fn latin(body: &str) -> Vec<Letter> {
    body.chars()
        .map(|printed| {
            let upper = printed.to_uppercase().next().unwrap_or(printed);
            let read = look_alike(upper).unwrap_or(upper);
            Letter { printed, read, is_look_alike: read != upper, is_digit_for_letter: false }
        })
        .collect()
}

/// The ASCII character that a capital of another script, a full-width or a mathematical form looks like.
/// Pairs from Unicode's confusables (UTS #39) of Cyrillic and Greek capitals.
fn look_alike(upper: char) -> Option<char> {
    const PAIRS: &str = "АAВBЕEНHІIЈJКKМMОOРPСCТTХXЅSԌGҮYΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϹC․.·.";
    if upper.is_ascii() {
        return None;
    }
    let mut pairs = PAIRS.chars();
    while let (Some(looks), Some(like)) = (pairs.next(), pairs.next()) {
        if looks == upper {
            return Some(like);
        }
    }
    let mut plain = std::iter::once(upper).nfkc();
    match (plain.next(), plain.next()) {
        (Some(char), None) if char.is_ascii_alphanumeric() || char == '.' => Some(char.to_ascii_uppercase()),
        _ => None,
    }
}

/// The letters with digits for those that are taken for digits; the first character is always a letter.
fn with_digits(letters: &[Letter]) -> Vec<Letter> {
    let mut mended = letters.to_vec();
    for letter in mended.iter_mut().skip(1) {
        let digit = match (letter.printed, letter.read) {
            (_, 'O') => '0',
            ('l', _) | (_, 'I') => '1',
            _ => continue,
        };
        letter.read = digit;
        letter.is_digit_for_letter = true;
    }
    mended
}

fn repairs(letters: &[Letter]) -> Vec<Repair> {
    let mut repairs = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        if at == 3 && letter.read != '.' {
            repairs.push(Repair::MissingDot);
        }
        if letter.is_look_alike {
            repairs.push(Repair::LookAlike(letter.printed));
        }
        if letter.is_digit_for_letter {
            repairs.push(Repair::LetterForDigit(letter.printed));
        } else if letter.printed.is_lowercase() && !repairs.contains(&Repair::LowerCase) {
            repairs.push(Repair::LowerCase);
        }
    }
    repairs
}

#[cfg(test)]
mod tests {
    use super::Repair::{LetterForDigit, LookAlike, LowerCase, Mark, MissingDot};
    use super::*;
    use proptest::prelude::*;

    fn check(printed: &str, wanted: Option<(&str, &[Repair])>) {
        let read = Reference::embedded().read_code(printed);
        let got = read.as_ref().map(|read| (read.code.to_string(), read.repairs.as_slice()));
        assert_eq!(got, wanted.map(|(code, repairs)| (code.to_owned(), repairs)), "{printed:?}");
    }

    #[test]
    fn right_print_needs_no_repair() {
        check("M61", Some(("M61", &[])));
        check(" M61.0 ", Some(("M61.0", &[])));
        check("C4A", Some(("C4A", &[])));
        check("S30.1XXA", Some(("S30.1XXA", &[])));
        check("Y93.I1", Some(("Y93.I1", &[])));
    }

    #[test]
    fn each_mend_is_told_in_the_order_of_the_characters() {
        check("M610", Some(("M61.0", &[MissingDot])));
        check("m61.0", Some(("M61.0", &[LowerCase])));
        check("М61.0", Some(("M61.0", &[LookAlike('М')])));
        check("м610", Some(("M61.0", &[LookAlike('м'), LowerCase, MissingDot])));
        check("Ｍ61", Some(("M61", &[LookAlike('Ｍ')])));
        check("M6１", Some(("M61", &[LookAlike('１')])));
        check("M61†", Some(("M61", &[Mark('†')])));
        check("M61.-", Some(("M61", &[Mark('-')])));
        check("M61.", Some(("M61", &[Mark('.')])));
        check("M61.0*", Some(("M61.0", &[Mark('*')])));
    }

    #[test]
    fn a_digit_stands_for_a_letter_only_where_the_reference_then_has_the_code() {
        check("M6I", Some(("M61", &[LetterForDigit('I')])));
        check("M6l", Some(("M61", &[LetterForDigit('l')])));
        check("M61.O", Some(("M61.0", &[LetterForDigit('O')])));
        check("AOO", Some(("A00", &[LetterForDigit('O'), LetterForDigit('O')])));
        check("Y93.I9", Some(("Y93.I9", &[])));
        check("U9O", Some(("U9O", &[])));
        check("UOI", None);
    }

    #[test]
    fn what_has_no_shape_is_no_code() {
        check("Muscle", None);
        check("61", None);
        check("ICD-10", None);
        check("M60-M63", None);
        check("", None);
        check("†", None);
        check("M61 M62", None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(printed in "\\PC{0,20}") {
            let _ = Reference::embedded().read_code(&printed);
        }

        #[test]
        fn without_repairs_the_print_was_the_code(printed in "[A-Zl][0-9OIl]{2}(\\.?[0-9OIAX]{1,4})?[†*.-]{0,2}") {
            if let Some(read) = Reference::embedded().read_code(&printed) {
                prop_assert_eq!(read.repairs.is_empty(), read.code.to_string() == printed);
            }
        }
    }
}
