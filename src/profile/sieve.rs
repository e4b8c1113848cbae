//! What a text must have for a regular expression to match it.
//!
//! In: an expression. Out: whether a digit is in every match, and the bytes it can start with, where it is bound to the
//! start of a text. Most lines of a page are told by it, at a fiftieth of what asking the expression takes. Never asks it.

use regex_syntax::ast::{self, Ast, ClassSet, ClassSetItem, RepetitionKind, RepetitionRange};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// What is known of the texts that an expression matches.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    has_digit: bool,
    first: Option<FirstBytes>,
}

impl Sieve {
    /// What is known of those of `pattern`. Its first bytes take longer to tell: they are worth it where many texts are
    /// asked about.
    pub(super) fn of(pattern: &str, asks_many: bool) -> Self {
        let Ok(ast) = ast::parse::Parser::new().parse(pattern) else {
            return Self { has_digit: false, first: None };
        };
        let hir = asks_many.then(|| Translator::new().translate(pattern, &ast).ok()).flatten();
        Self { has_digit: has_digit(&ast), first: hir.and_then(|hir| FirstBytes::of(&hir)) }
    }

    /// Whether the expression may match a text; `has_digit` says whether the text may have an ASCII digit.
    pub(super) fn lets_through(&self, text: &str, has_digit: bool) -> bool {
        (has_digit || !self.has_digit) && self.first.as_ref().is_none_or(|first| first.start(text))
    }
}

/// Whether every match has an ASCII digit.
fn has_digit(ast: &Ast) -> bool {
    match ast {
        Ast::Literal(literal) => literal.c.is_ascii_digit(),
        Ast::ClassBracketed(class) => {
            matches!(&class.kind, ClassSet::Item(item) if !class.negated && are_digits(item))
        }
        Ast::Repetition(repetition) => {
            let least = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
                RepetitionKind::OneOrMore => 1,
                RepetitionKind::Range(
                    RepetitionRange::Exactly(least)
                    | RepetitionRange::AtLeast(least)
                    | RepetitionRange::Bounded(least, _),
                ) => *least,
            };
            least > 0 && has_digit(&repetition.ast)
        }
        Ast::Group(group) => has_digit(&group.ast),
        Ast::Concat(parts) => parts.asts.iter().any(has_digit),
        Ast::Alternation(parts) => parts.asts.iter().all(has_digit),
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Dot(_)
        | Ast::Assertion(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_) => false,
    }
}

/// Whether a match is all of a group: nothing stands beside that but what takes no character.
pub(super) fn is_group(pattern: &str) -> bool {
    let Ok(ast) = ast::parse::Parser::new().parse(pattern) else { return false };
    let parts = match &ast {
        Ast::Concat(concat) => &concat.asts[..],
        one => std::slice::from_ref(one),
    };
    let mut taking = parts.iter().filter(|part| !matches!(part, Ast::Flags(_) | Ast::Assertion(_)));
    matches!((taking.next(), taking.next()), (Some(Ast::Group(group)), None) if group.is_capturing())
}

/// Whether all characters of a class are ASCII digits.
fn are_digits(item: &ClassSetItem) -> bool {
    match item {
        ClassSetItem::Literal(literal) => literal.c.is_ascii_digit(),
        ClassSetItem::Range(range) => range.start.c.is_ascii_digit() && range.end.c.is_ascii_digit(),
        ClassSetItem::Union(union) => union.items.iter().all(are_digits),
        _ => false,
    }
}

/// A set of bytes.
#[derive(Clone, Debug)]
struct FirstBytes(Box<[bool; 256]>);

impl FirstBytes {
    /// Those of an expression; `None` if a match can start elsewhere, or have no byte.
    fn of(hir: &Hir) -> Option<Self> {
        let mut bytes = Box::new([false; 256]);
        let is_bound = hir.properties().look_set_prefix().contains(Look::Start);
        (is_bound && !add(hir, &mut bytes)).then_some(Self(bytes))
    }

    /// Whether a text starts with one of them.
    fn start(&self, text: &str) -> bool {
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
            let bytes = FirstBytes::of(&regex_syntax::parse(pattern).unwrap());
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
            let bytes = FirstBytes::of(&regex_syntax::parse(pattern).unwrap()).unwrap();
            let is_match = regex::Regex::new(pattern).unwrap().is_match(text);
            assert!(!is_match || bytes.start(text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_digit_that_every_match_has_is_known() {
        let check = |pattern: &str, expected: bool| {
            assert_eq!(Sieve::of(pattern, false).has_digit, expected, "{pattern}");
        };
        check("(?i)a[0-9]?b1", true);
        check("a[0-9]?|b1", false);
        check("a[0-9]+|b1", true);
        check("(?:[3-5]x){1,2}", true);
        check("(?:[3-5]x){0,2}", false);
        check("(?P<value>[A-Z][0-9]{2})", true);
        check(r"\d", false);
        check("[0-9A]", false);
        check("[^0-9]", false);
        check("[0-9&&[a-z]]", false);
        check("(?x) 1", true);
        check("(?x) a # 1", false);
    }
}
