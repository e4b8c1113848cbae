//! The shape of a code and of a range of codes.
//!
//! In: text. Out: [`Code`], [`CodeRange`] or `None`. A code is a letter, two characters of which at least
//! one is a digit (`C4A`, `QA0`), then up to four characters behind a dot that lists leave out (ICD-10-CM
//! April 2026: 98,186 codes, all of this shape). Mends nothing and asks no reference.

use std::cmp::Ordering;
use std::fmt;

const LONGEST: usize = 7;

/// A well-formed ICD-10 code: 3 to 7 characters, upper case, kept without its dot.
///
/// Codes sort by their characters, so that each code stands directly before the codes below it. `Display`
/// writes the dot: `M61.0`.
///
/// ```
/// use nosograph::icd::Code;
/// let code = Code::parse("M6120").unwrap();
/// assert_eq!(code.to_string(), "M61.20");
/// assert_eq!(code.category().to_string(), "M61");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    /// Upper-case ASCII letters and digits, then NUL up to the end: the longest code has one, so that a code
    /// is a number too.
    chars: [u8; LONGEST + 1],
}

impl Code {
    /// Reads `text` if it is exactly a code, with or without the dot after the third character.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (stem, tail) = bytes.split_at_checked(3)?;
        let tail = match tail {
            [b'.'] => return None,
            [b'.', tail @ ..] => tail,
            tail => tail,
        };
        let of_code = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let stem_fits = stem[0].is_ascii_uppercase()
            && stem[1..].iter().all(of_code)
            && stem[1..].iter().any(u8::is_ascii_digit);
        if !stem_fits || tail.len() > LONGEST - 3 || !tail.iter().all(of_code) {
            return None;
        }
        let mut chars = [0; LONGEST + 1];
        chars[..3].copy_from_slice(stem);
        chars[3..3 + tail.len()].copy_from_slice(tail);
        Some(Self { chars })
    }

    /// The characters without the dot.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The characters without the dot, as ASCII bytes.
    pub fn as_bytes(&self) -> &[u8] {
        let len = self.chars.iter().position(|&byte| byte == 0).unwrap_or(LONGEST);
        &self.chars[..len]
    }

    /// Its first three characters.
    pub fn category(&self) -> Self {
        self.first(3)
    }

    /// Whether it has three characters.
    pub fn is_category(&self) -> bool {
        self.chars[3] == 0
    }

    /// The code one character shorter; `None` for a category. Whether a release has it is another
    /// question: above `S30.1XXA` stands `S30.1`.
    pub fn shortened(&self) -> Option<Self> {
        let len = self.as_bytes().len();
        (len > 3).then(|| self.first(len - 1))
    }

    /// Whether it is `other` or stands below it by its characters.
    pub fn is_within(&self, other: &Self) -> bool {
        // As numbers: what the other has is the same, whatever stands where it has NUL.
        let open_bits = other.number().trailing_zeros() / u8::BITS * u8::BITS;
        (self.number() ^ other.number()) >> open_bits == 0
    }

    /// The seven-character code that ICD-10-CM forms with a 7th character: short codes are filled up with
    /// the placeholder `X`. `None` if the character is not one of codes or the code has seven already.
    pub(super) fn with_seventh(&self, seventh: u8) -> Option<Self> {
        let fits = seventh.is_ascii_uppercase() || seventh.is_ascii_digit();
        if !fits || self.chars[LONGEST - 1] != 0 {
            return None;
        }
        let mut chars = self.chars.map(|byte| if byte == 0 { b'X' } else { byte });
        chars[LONGEST - 1..].copy_from_slice(&[seventh, 0]);
        Some(Self { chars })
    }

    /// Writes what `Display` does, without the machinery of formats.
    fn write_to(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let (stem, tail) = self.as_str().split_at_checked(3).unwrap_or_default();
        f.write_str(stem)?;
        if !tail.is_empty() {
            f.write_str(".")?;
            f.write_str(tail)?;
        }
        Ok(())
    }

    fn first(&self, len: usize) -> Self {
        let mut chars = [0; LONGEST + 1];
        chars[..len].copy_from_slice(&self.chars[..len]);
        Self { chars }
    }

    /// The characters as a number: look-ups compare codes by the dozen, and comparing bytes is a call each time.
    fn number(&self) -> u64 {
        u64::from_be_bytes(self.chars)
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stem, tail) = self.as_str().split_at_checked(3).unwrap_or_default();
        match tail {
            "" => f.pad(stem),
            tail => f.pad(&format!("{stem}.{tail}")),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A range of codes, both ends included: `M60-M63`. A block of one category has the same code at both
/// ends and is written as that code: `B10`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeRange {
    /// First code.
    pub first: Code,
    /// Last code; never before `first`.
    pub last: Code,
}

impl CodeRange {
    /// Reads `text` if it is a range: two codes with a hyphen, minus or dash between, or one code. White
    /// space around the parts and brackets around the whole are passed over. `None` for anything else,
    /// and if the last code stands before the first.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let inner = match (text.chars().next()?, text.chars().next_back()?) {
            ('(', ')') | ('[', ']') => text.get(1..text.len() - 1)?.trim(),
            _ => text,
        };
        let (first, last) = inner.split_once(is_dash).unwrap_or((inner, inner));
        let range = Self { first: Code::parse(first.trim())?, last: Code::parse(last.trim())? };
        (range.first <= range.last).then_some(range)
    }

    /// Whether `code` lies in the range; codes below the last one do.
    pub fn contains(&self, code: &Code) -> bool {
        self.first <= *code && (*code <= self.last || code.is_within(&self.last))
    }
}

impl fmt::Display for CodeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return fmt::Display::fmt(&self.first, f);
        }
        self.first.write_to(f)?;
        f.write_str("-")?;
        self.last.write_to(f)
    }
}

impl fmt::Debug for CodeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Hyphen-minus and its kin: U+2010 to U+2015, the minus sign, the small and the full-width hyphen.
fn is_dash(char: char) -> bool {
    matches!(char, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_by_its_shape_alone() {
        let check = |text: &str, wanted: Option<&str>| {
            assert_eq!(Code::parse(text).map(|code| code.to_string()).as_deref(), wanted, "{text:?}");
        };
        check("M61", Some("M61"));
        check("M61.0", Some("M61.0"));
        check("M610", Some("M61.0"));
        check("C4A", Some("C4A"));
        check("QA0", Some("QA0"));
        check("S301XXA", Some("S30.1XXA"));
        check("COD", None);
        check("M6", None);
        check("M61.", None);
        check("M61.01234", None);
        check("M6.10", None);
        check("m61", None);
        check(" M61", None);
        check("М61", None);
        check("M６1", None);
        check("", None);
    }

    #[test]
    fn a_range_is_read_with_any_dash() {
        let check = |text: &str, wanted: Option<&str>| {
            assert_eq!(CodeRange::parse(text).map(|range| range.to_string()).as_deref(), wanted, "{text:?}");
        };
        check("M60-M63", Some("M60-M63"));
        check("(M60–M63)", Some("M60-M63"));
        check(" M60 — M63 ", Some("M60-M63"));
        check("[B10]", Some("B10"));
        check("O00-O9A", Some("O00-O9A"));
        check("M63-M60", None);
        check("M60-", None);
        check("-", None);
        check("(", None);
        check("", None);
    }

    #[test]
    fn a_range_holds_the_codes_below_its_last() {
        let check = |range: &str, code: &str, wanted: bool| {
            let (range, code) = (CodeRange::parse(range).unwrap(), Code::parse(code).unwrap());
            assert_eq!(range.contains(&code), wanted, "{range} {code}");
        };
        check("M60-M63", "M60", true);
        check("M60-M63", "M63.89", true);
        check("M60-M63", "M64", false);
        check("M60-M63", "M59.9", false);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(text in "[A-Z][0-9A-Z]{2}(\\.?[0-9A-Z]{1,4})?") {
            if let Some(code) = Code::parse(&text) {
                prop_assert_eq!(Code::parse(&code.to_string()), Some(code));
                prop_assert_eq!(Code::parse(code.as_str()), Some(code));
            }
        }

        #[test]
        fn any_text_is_a_code_or_not(text in "\\PC*") {
            let _ = (Code::parse(&text), CodeRange::parse(&text));
        }
    }
}
