//! A finding about a page or its record: plain data that travels with the record.
//!
//! What each id means stands once, in [`catalogue`](crate::catalogue). A diagnostic is never an error of
//! the program.

use crate::limits::MAX_QUOTE_BYTES;
use crate::span::{Line, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a finding means for the record.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the record is good.
    Info,
    /// Use the record with care.
    Warning,
    /// The record should not be used.
    Error,
}

impl Severity {
    /// The word used in records and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Stable id of a kind of finding: `N` and three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiagnosticId(pub u16);

impl fmt::Display for DiagnosticId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the machinery of formats, since a record has some of these.
        match self.0 {
            number @ 0..1000 => {
                let digit = |unit: u16| b'0' + (number / unit % 10) as u8;
                f.write_str(std::str::from_utf8(&[b'N', digit(100), digit(10), digit(1)]).unwrap_or_default())
            }
            number => write!(f, "N{number}"),
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its entry in the catalogue.
    pub id: DiagnosticId,
    /// The catalogue's severity, or the profile's where that says otherwise.
    pub severity: Severity,
    /// The field of the record it is about, such as `code` or `sections`.
    pub field: Option<&'static str>,
    /// Where: 1-based line of the file.
    pub line: Option<Line>,
    /// Where: bytes of [`Page::text`](crate::page::Page::text).
    pub span: Option<Span>,
    /// What was found and what to do, one line; text of the page in it is quoted, escaped and cut.
    pub message: String,
}

/// Text of a page as a message shows it: in backticks, invisible characters escaped, cut after
/// [`MAX_QUOTE_BYTES`] with `…`, so that no byte of a page can steer a terminal or flood a report.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().min(MAX_QUOTE_BYTES) + "`…`".len());
    quoted.push('`');
    // Nearly always all of it.
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'`';
    let plain = text.bytes().take(MAX_QUOTE_BYTES).take_while(is_plain).count();
    quoted.push_str(&text[..plain]);
    for (at, character) in text[plain..].char_indices() {
        if plain + at + character.len_utf8() > MAX_QUOTE_BYTES {
            quoted.push('…');
            break;
        }
        match character {
            '`' => quoted.push_str("\\`"),
            '\n' | '\r' | '\t' => quoted.extend(character.escape_default()),
            _ if is_invisible(character) => quoted.extend(character.escape_unicode()),
            _ => quoted.push(character),
        }
    }
    quoted.push('`');
    quoted
}

/// The first text that [`quote`] put into a message, as it stands there.
pub fn quoted(message: &str) -> Option<&str> {
    let start = message.find('`')? + 1;
    let mut is_escaped = false;
    let end = message[start..].find(|character| {
        let ends = character == '`' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        ends
    })?;
    Some(&message[start..start + end])
}

/// The beginning of a text: whole characters of at most so many bytes.
pub fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or_default()]
}

/// A number with what it counts: `1 file`, `2,000 files`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// A number with a comma before each group of three digits.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Controls, line and paragraph separators, and format characters that hide or reorder text.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_one_line_that_cannot_steer_a_terminal() {
        let check = |text: &str, expected: &str| assert_eq!(quote(text), expected, "{text:?}");
        check("M61", "`M61`");
        check("a\nb\u{1b}[31m", "`a\\nb\\u{1b}[31m`");
        check("a\u{202e}b", "`a\\u{202e}b`");
        check("a`b", "`a\\`b`");
        check(&"x".repeat(60), &format!("`{}`", "x".repeat(60)));
        check(&"x".repeat(61), &format!("`{}…`", "x".repeat(60)));
        check(&"é".repeat(31), &format!("`{}…`", "é".repeat(30)));
    }

    #[test]
    fn what_is_quoted_is_found_again() {
        let check = |text: &str| {
            let quote = quote(text);
            assert_eq!(
                quoted(&format!("found {quote}, not `other`")),
                Some(quote.trim_matches('`')),
                "{text:?}"
            );
        };
        check("Our ref: M61");
        check("a`b c");
        check("");
        assert_eq!(quoted("nothing"), None);
        assert_eq!(quoted("no `end"), None);
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        let check = |number: u64, expected: &str| assert_eq!(thousands(number), expected);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(1_234_567, "1,234,567");
    }
}
