//! Which bytes a text can start with for a regular expression to match it.
//!
//! In: an expression. Out: the set, where the expression is bound to the start of a text. Most lines of a page are told
//! by it, at a fiftieth of what asking the expression takes. Never asks it.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// A set of bytes.
#[derive(Clone, Debug)]
pub struct FirstBytes(Box<[bool; 256]>);

impl FirstBytes {
    /// Those of `pattern`; `None` if a match can start elsewhere, or have no byte.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::parse(pattern).ok()?;
        let mut bytes = Box::new([false; 256]);
        let is_bound = hir.properties().look_set_prefix().contains(Look::Start);
        (is_bound && !add(&hir, &mut bytes)).then_some(Self(bytes))
    }

    /// Whether a text starts with one of them.
    pub(crate) fn start(&self, text: &str) -> bool {
        text.bytes().next().is_some_and(|byte| self.0[usize::from(byte)])
    }
}

/// Adds the bytes that a match can start with; whether it can have none, so that what follows counts, too.
fn add(hir: &Hir, bytes: &mut [bool; 256]) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            literal.0.first().iter().for_each(|&&byte| bytes[usize::from(byte)] = true);
            false
        }
        HirKind::Class(Class::Bytes(class)) => {
            class
                .ranges()
                .iter()
                .for_each(|range| bytes[range.start().into()..=range.end().into()].fill(true));
            false
        }
        HirKind::Class(Class::Unicode(class)) => {
            // UTF-8 keeps the order of characters.
            let first = |character: char| usize::from(character.encode_utf8(&mut [0; 4]).as_bytes()[0]);
            class
                .ranges()
                .iter()
                .for_each(|range| bytes[first(range.start())..=first(range.end())].fill(true));
            false
        }
        HirKind::Repetition(repetition) => add(&repetition.sub, bytes) || repetition.min == 0,
        HirKind::Capture(capture) => add(&capture.sub, bytes),
        HirKind::Concat(parts) => parts.iter().all(|part| add(part, bytes)),
        HirKind::Alternation(parts) => parts.iter().fold(false, |is_empty, part| add(part, bytes) | is_empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_bound_to_the_start_has_them() {
        let check = |pattern: &str, expected: Option<&str>| {
            let bytes = FirstBytes::of(pattern);
            let ascii =
                |bytes: FirstBytes| (' '..='~').filter(|&byte| bytes.start(&byte.to_string())).collect();
            assert_eq!(bytes.map(ascii), expected.map(str::to_owned), "{pattern}");
        };
        check("^a", Some("a"));
        check("(?i)^(?:dx|code)", Some("CDcd"));
        check("^(?:b?c*)?[0-2]x", Some("012bc"));
        check("^(?P<value>[A-C]|z)?-", Some("-ABCz"));
        check(r"^\bq", Some("q"));
        check("^a|b", None);
        check("(?m)^a", None);
        check("^a?", None);
        check("a", None);
    }

    #[test]
    fn a_text_that_starts_with_none_of_them_is_no_match() {
        let patterns = [r"(?i)^k", "^[À-ÿ]+", "^(?:é|ab)c?", r"^[^a]", r"^\w", "(?i)^ſt"];
        let texts = ["k", "K", "\u{212A}", "é", "ab", "b", "ſt", "st", "St", "Ω", "1", "😀", ""];
        for (pattern, text) in patterns.iter().flat_map(|pattern| texts.map(|text| (pattern, text))) {
            let bytes = FirstBytes::of(pattern).unwrap();
            let is_match = regex::Regex::new(pattern).unwrap().is_match(text);
            assert!(!is_match || bytes.start(text), "{pattern} {text}");
        }
    }
}
