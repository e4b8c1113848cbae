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

impl Reference {
    /// The release that comes with the program.
    pub fn embedded() -> &'static Self {
        &Self {}
    }

    /// Reads a reference file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn load(path: &std::path::Path) -> crate::error::Result<Self> {
        use crate::error::{Error, ErrorKind};
        Err(Error::new(ErrorKind::Reference, "no such reference").at(path))
    }

    /// Its name and date.
    pub fn release(&self) -> &str {
        "ICD-10-CM 2026-04"
    }
}
