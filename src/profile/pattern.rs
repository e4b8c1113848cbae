//! A regular expression of a rule, compiled once: a text in, the value that it gives out.

use super::sieve::{self, Sieve};
use regex::{Regex, RegexBuilder};
use std::ops::Range;
use std::sync::OnceLock;

/// Bytes a compiled regular expression may take; the default of `regex` is ten times that.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// An expression that is known to compile.
#[derive(Debug)]
pub struct Pattern {
    expression: String,
    sieve: Sieve,
    compiled: OnceLock<Compiled>,
}

/// What a match says.
#[derive(Debug)]
pub struct Value<'t> {
    /// The value: the group `value`, else the first group, else all of the match.
    pub range: Range<usize>,
    /// The group `of`: what the value is said of.
    pub of: Option<&'t str>,
}

#[derive(Debug)]
struct Compiled {
    regex: Regex,
    /// Numbers of the groups `value` and `of`.
    value: Option<usize>,
    of: Option<usize>,
    /// Whether there is one group, and a match is all of it.
    is_value: bool,
}

impl Pattern {
    /// That of a user; `asks_many` says whether it is for texts all over a page.
    ///
    /// # Errors
    /// If it is no expression, or too large.
    pub(super) fn compiled(expression: &str, asks_many: bool) -> Result<Self, regex::Error> {
        let compiled = OnceLock::from(Compiled::of(expression)?);
        Ok(Self { compiled, ..Self::trusted(expression, asks_many) })
    }

    /// One that comes with the program: compiled when it is first asked, which on most pages few are, for compiling
    /// all of them was half of what a single page took.
    pub(super) fn trusted(expression: &str, asks_many: bool) -> Self {
        let sieve = Sieve::of(expression, asks_many);
        Self { expression: expression.to_owned(), sieve, compiled: OnceLock::new() }
    }

    /// Whether it may match a text, of which is known whether it may have an ASCII digit: most texts are told by it,
    /// at a fiftieth of what asking the expression takes.
    pub fn may_match(&self, text: &str, has_digit: bool) -> bool {
        self.sieve.lets_through(text, has_digit)
    }

    /// The value in the first match in a text.
    ///
    /// # Panics
    /// Never: expressions of users were compiled when they were read, tests compile all others.
    pub fn find<'t>(&self, text: &'t str) -> Option<Value<'t>> {
        let compile = || Compiled::of(&self.expression).expect("an expression that compiles");
        self.compiled.get_or_init(compile).find(text)
    }
}

impl Compiled {
    /// With a limit of size.
    fn of(expression: &str) -> Result<Self, regex::Error> {
        let regex = RegexBuilder::new(expression).size_limit(MAX_REGEX_BYTES).build()?;
        let group = |name: &str| regex.capture_names().position(|of| of == Some(name));
        let (value, of) = (group("value"), group("of"));
        let is_value = regex.captures_len() == 2 && of.is_none() && sieve::is_group(expression);
        Ok(Self { regex, value, of, is_value })
    }

    fn find<'t>(&self, text: &'t str) -> Option<Value<'t>> {
        // Groups cost several times what telling where something matches does.
        if self.is_value {
            return Some(Value { range: self.regex.find(text)?.range(), of: None });
        }
        let groups = self.regex.is_match(text).then(|| self.regex.captures(text)).flatten()?;
        let value = self.value.and_then(|value| groups.get(value));
        let value = value.or_else(|| groups.get(1)).or_else(|| groups.get(0))?;
        let of = self.of.and_then(|of| groups.get(of)).map(|of| of.as_str());
        Some(Value { range: value.range(), of })
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Value};
    use crate::profile::{Find, Profile, builtin_names};

    #[test]
    fn the_value_is_a_group_or_the_match() {
        let check = |pattern: &str, text: &str, expected: Option<(&str, Option<&str>)>| {
            let pattern = Pattern::compiled(pattern, false).unwrap();
            let found = pattern.find(text).map(|Value { range, of }| (&text[range], of));
            assert_eq!(found, expected, "{pattern:?}");
        };
        check("b+", "abbc", Some(("bb", None)));
        check(r"\b(?P<value>b+)$", "b bb", Some(("bb", None)));
        check("a(b+)", "abbc", Some(("bb", None)));
        check("(?i)(a)(?P<value>b+)", "ABBc", Some(("BB", None)));
        check("(?P<of>a)(?P<value>b+)", "abbc", Some(("bb", Some("a"))));
        check("(?P<of>a)", "abbc", Some(("a", Some("a"))));
        check("((?P<of>a)b)", "abbc", Some(("ab", Some("a"))));
        check("a(?:(?P<value>x)|b)", "abbc", Some(("ab", None)));
        check("(?P<value>x)?b", "abbc", Some(("b", None)));
        check("(b)|c", "cb", Some(("c", None)));
        check("x", "abbc", None);
    }

    #[test]
    fn all_expressions_that_come_with_the_program_compile() {
        let mut patterns = 0;
        for profile in builtin_names().map(|name| Profile::builtin(name).unwrap().unwrap()) {
            for rule in &profile.rules {
                if let Find::Pattern { pattern, .. } = &rule.find {
                    assert!(pattern.find("").is_none(), "{}", rule.id);
                    patterns += 1;
                }
            }
        }
        assert!(patterns > 5, "{patterns}");
    }
}
