//! The ICD-10 classification: the shape of codes and the look-up of what a release says of them.

use std::fmt;

/// A well-formed ICD-10 code: 3 to 7 characters, upper case, kept without its dot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    chars: [u8; 7],
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = std::str::from_utf8(&self.chars).unwrap_or_default().trim_end_matches('\0');
        f.write_str(text)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

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

/// A release of ICD-10.
#[derive(Debug)]
pub struct Reference {}

/// The value of a Roman number.
pub fn roman_number(text: &str) -> Option<u32> {
    let value = |c: char| match c.to_ascii_lowercase() {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        _ => None,
    };
    let values: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    let signed = |at: usize| {
        let subtracted = values.get(at + 1).is_some_and(|&next| next > values[at]);
        if subtracted { -i64::from(values[at]) } else { i64::from(values[at]) }
    };
    let total: i64 = (0..values.len()).map(signed).sum();
    u32::try_from(total).ok().filter(|&total| total > 0)
}
