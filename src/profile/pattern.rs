//! A regular expression of a rule.
//!
//! In: an expression. Out: what tells most texts without asking it, and the expression, compiled once.

use super::sieve::Sieve;
use regex::{Regex, RegexBuilder};
use std::sync::OnceLock;

/// Bytes a compiled regular expression may take; the default of `regex` is ten times that.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// An expression that is known to compile.
#[derive(Debug)]
pub struct Pattern {
    expression: String,
    /// What a text must have for it to match.
    pub(crate) sieve: Sieve,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// That of a user; `asks_many` says whether it is for texts all over a page.
    ///
    /// # Errors
    /// If it is no expression, or too large.
    pub(super) fn compiled(expression: &str, asks_many: bool) -> Result<Self, regex::Error> {
        let compiled = OnceLock::from(compile(expression)?);
        Ok(Self { compiled, ..Self::trusted(expression, asks_many) })
    }

    /// One that comes with the program: compiled when it is first asked, which on most pages few are, for compiling
    /// all of them was half of what a single page took.
    pub(super) fn trusted(expression: &str, asks_many: bool) -> Self {
        let sieve = Sieve::of(expression, asks_many);
        Self { expression: expression.to_owned(), sieve, compiled: OnceLock::new() }
    }

    /// The expression, compiled with a limit of size.
    ///
    /// # Panics
    /// Never: expressions of users were compiled when they were read, tests compile all others.
    pub fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| compile(&self.expression).expect("an expression that compiles"))
    }
}

fn compile(expression: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(expression).size_limit(MAX_REGEX_BYTES).build()
}

#[cfg(test)]
mod tests {
    use crate::profile::{Find, Profile, builtin_names};

    #[test]
    fn all_expressions_that_come_with_the_program_compile() {
        let mut patterns = 0;
        for profile in builtin_names().map(|name| Profile::builtin(name).unwrap().unwrap()) {
            for rule in &profile.rules {
                if let Find::Pattern { pattern, .. } = &rule.find {
                    assert!(pattern.regex().captures_len() > 0, "{}", rule.id);
                    patterns += 1;
                }
            }
        }
        assert!(patterns > 5, "{patterns}");
    }
}
