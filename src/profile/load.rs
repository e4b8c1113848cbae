//! TOML text to [`Profile`]: every key is checked, and an error names line, column and key.

use super::buttons::Buttons;
use super::fits::{chrome_misfit, misfit};
use super::gates::{FillFloor, Gates, MaxRejects, parse_percent};
use super::lexicon::{Lexicon, Wordings};
use super::model::{
    ChromeFind, ChromeRule, Field, Find, HeadingKind, ListPlace, Profile, ProfileTest, Rule, Scope, Side,
    TestEnd, TestPage,
};
use super::pattern::Pattern;
use super::raw::{RawChrome, RawGates, RawProfile, RawRule, RawTest};
use crate::catalogue;
use crate::diagnostic::{DiagnosticId, Severity, quote};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::page::Format;
use scraper::error::SelectorErrorKind;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

pub(super) fn file(path: &Path) -> Result<Profile> {
    let source = std::fs::read_to_string(path).map_err(|error| {
        Error::new(ErrorKind::Input, "the profile cannot be read")
            .at(path)
            .source(error)
            .hint("name a TOML file, or a built-in profile: `nosograph profile list`")
    })?;
    profile(&source, path)
}

/// One that comes with the program.
pub(super) fn builtin(name: &str, source: &str) -> Result<Profile> {
    compile(source, Path::new(name), true)
}

pub(super) fn profile(source: &str, path: &Path) -> Result<Profile> {
    compile(source, path, false)
}

fn compile(source: &str, path: &Path, is_builtin: bool) -> Result<Profile> {
    let raw: RawProfile = toml::from_str(source).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Error::new(ErrorKind::Profile, one_line(error.message()))
            .at(path)
            .position(position(source, at))
            .hint("`nosograph schema profile` lists every key")
    })?;
    Loader { source, path, is_builtin, lists: Vec::new() }.profile(raw)
}

/// Whether a profile can have this name.
pub fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(is_plain)
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn position(source: &str, offset: usize) -> Position {
    let before = source.get(..offset).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position {
        line: before.matches('\n').count() as u32 + 1,
        column: before[line_start..].chars().count() as u32 + 1,
    }
}

/// Compiles what was read; knows the text for messages.
struct Loader<'a> {
    source: &'a str,
    path: &'a Path,
    is_builtin: bool,
    /// The wordings met so far.
    lists: Vec<Vec<String>>,
}

impl Loader<'_> {
    fn error(&self, key: &str, span: Range<usize>, message: &str) -> Error {
        Error::new(ErrorKind::Profile, format!("key `{key}`: {message}"))
            .at(self.path)
            .position(position(self.source, span.start))
    }

    fn profile(mut self, raw: RawProfile) -> Result<Profile> {
        let name = raw.name.get_ref();
        if !is_name(name) {
            let message = "expected lower-case letters, digits and `-`, such as `my-site`";
            return Err(self.error("name", raw.name.span(), message));
        }
        let mut ids = HashSet::new();
        let mut rules = Vec::with_capacity(raw.rules.len());
        for rule in raw.rules {
            let span = rule.span();
            let rule = rule.into_inner();
            self.unique(&mut ids, "rules.id", &rule.id)?;
            rules.push(self.rule(rule, rules.len(), span)?);
        }
        let mut chrome = Vec::with_capacity(raw.chrome.len());
        for rule in raw.chrome {
            let span = rule.span();
            let rule = rule.into_inner();
            self.unique(&mut ids, "chrome.id", &rule.id)?;
            chrome.push(self.chrome(rule, rules.len() + chrome.len(), span)?);
        }
        let mut requires = Vec::new();
        for field in &raw.requires {
            requires.push(self.field("requires", field)?);
        }
        let mut severities = Vec::new();
        for (id, severity) in &raw.severity {
            severities.push((self.diagnostic(id)?, self.severity(severity)?));
        }
        let mut tests = Vec::with_capacity(raw.tests.len());
        for (number, test) in (1..).zip(raw.tests) {
            let span = test.span();
            tests.push(self.test(test.into_inner(), span, number)?);
        }
        let gates = self.gates(raw.gates)?;
        if rules.is_empty() {
            return Err(self.error(
                "rules",
                0..0,
                "expected at least one, `[[rules]]`: without them nothing is found",
            ));
        }
        Ok(Profile {
            name: raw.name.into_inner(),
            version: raw.version,
            description: raw.description,
            hash: format!("sha256:{}", hex(&Sha256::digest(self.source.as_bytes()))),
            requires,
            rules,
            chrome,
            severities,
            tests,
            gates,
            lexicon: Lexicon::new(&self.lists),
        })
    }

    fn wordings(&mut self, list: Vec<String>) -> Wordings {
        self.lists.push(list);
        Wordings(self.lists.len() - 1)
    }

    fn unique(&self, ids: &mut HashSet<String>, key: &str, id: &Spanned<String>) -> Result<()> {
        if id.get_ref().is_empty() || !ids.insert(id.get_ref().clone()) {
            return Err(self.error(key, id.span(), "expected an id that no other rule of the profile has"));
        }
        Ok(())
    }

    fn field(&self, key: &str, name: &Spanned<String>) -> Result<Field> {
        let text = name.get_ref().as_str();
        if let Some((_, field)) = Field::BUILTIN.iter().find(|(of, _)| *of == text) {
            return Ok(field.clone());
        }
        let extra = text.strip_prefix("extra.").filter(|extra| {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            extra.starts_with(|c: char| c.is_ascii_lowercase()) && extra.chars().all(plain)
        });
        extra.map(|extra| Field::Extra(extra.to_owned())).ok_or_else(|| {
            let names: Vec<&str> = Field::BUILTIN.iter().map(|(of, _)| *of).collect();
            let expected = format!(
                "`{}` is no field; expected one of {} or `extra.name`",
                text.escape_debug(),
                names.join(", ")
            );
            self.error(key, name.span(), &expected)
        })
    }

    fn rule(&mut self, raw: RawRule, number: usize, span: Range<usize>) -> Result<Rule> {
        let field = self.field("rules.field", &raw.field)?;
        let mut finds = Vec::new();
        if let Some(labels) = &raw.label {
            finds.push(Find::Label(self.wordings(labels.clone())));
        }
        if let Some(pattern) = &raw.pattern {
            finds.push(self.pattern(pattern, raw.scope.as_ref())?);
        } else if let Some(scope) = &raw.scope {
            return Err(self.error("rules.scope", scope.span(), "only a rule with `pattern` has a scope"));
        }
        if let Some(selector) = &raw.selector {
            finds.push(Find::Selector(self.selector("rules.selector", selector)?));
        }
        if let Some(keys) = &raw.metadata {
            finds.push(Find::Metadata(keys.clone()));
        }
        if let Some(headings) = &raw.under {
            finds.push(Find::Under(self.wordings(headings.clone())));
        }
        let is_codes = field == Field::DiagnosisCodes;
        if let Some(list) = raw.list.as_ref().filter(|_| is_codes) {
            self.choice("rules.list", list, &[("codes", ())])?;
            finds.push(Find::CodeLines);
        }
        if let Some(list) = raw.list.as_ref().filter(|_| !is_codes) {
            let numbered = self.choice("rules.list", list, &[("numbered", true), ("any", false)])?;
            let place = match &raw.place {
                Some(place) => self.choice(
                    "rules.place",
                    place,
                    &[
                        ("first", ListPlace::First),
                        ("closing", ListPlace::Closing),
                        ("opening", ListPlace::Opening),
                    ],
                )?,
                None => ListPlace::First,
            };
            finds.push(Find::List { numbered, place });
        } else if let Some(place) = &raw.place {
            return Err(self.error("rules.place", place.span(), "only a rule with `list` has a place"));
        }
        for (key, near, side) in
            [("rules.before", &raw.before, Side::Before), ("rules.after", &raw.after, Side::After)]
        {
            if let Some(near) = near {
                finds.push(Find::Near { field: self.field(key, near)?, side });
            }
        }
        for (key, flag, find) in [
            ("rules.reference", &raw.reference, Find::Reference),
            ("rules.likely", &raw.likely, Find::Likely),
            ("rules.first", &raw.first, Find::First),
        ] {
            match flag {
                Some(flag) if *flag.get_ref() => finds.push(find),
                Some(flag) => return Err(self.error(key, flag.span(), "expected `true`, or no such key")),
                None => {}
            }
        }
        if let Some(headings) = &raw.headings {
            let kinds = [("marked", HeadingKind::Marked), ("look", HeadingKind::Look)];
            finds.push(Find::Headings(self.choice("rules.headings", headings, &kinds)?));
        }
        let one = "expected exactly one of label, pattern, selector, metadata, under, list, before, after, \
                   reference, headings, likely, first";
        if finds.len() > 1 {
            return Err(self.error("rules", span, one));
        }
        let find = finds.pop().ok_or_else(|| self.error("rules", span.clone(), one))?;
        if let Some((key, message)) = misfit(&field, &raw) {
            return Err(self.error(key, span, &message));
        }
        Ok(Rule {
            id: raw.id.into_inner(),
            number,
            field,
            find,
            many: raw.many,
            none: (!raw.none.is_empty()).then(|| self.wordings(raw.none)),
            split: raw.split,
            strip_prefix: raw.strip_prefix,
            strip_suffix: raw.strip_suffix,
        })
    }

    fn chrome(&mut self, raw: RawChrome, number: usize, span: Range<usize>) -> Result<ChromeRule> {
        if let Some((key, message)) = chrome_misfit(&raw) {
            return Err(self.error(key, span, &message));
        }
        let find = match (raw.line, raw.below, raw.trailing, raw.surroundings, raw.selector) {
            (Some(lines), None, None, None, None) => ChromeFind::Line(self.wordings(lines)),
            (None, Some(headings), None, None, None) => ChromeFind::Below(self.wordings(headings)),
            (None, None, Some(labels), None, None) => ChromeFind::Trailing(Buttons::new(labels)),
            (None, None, None, Some(true), None) => ChromeFind::Surroundings,
            (None, None, None, None, Some(selector)) => {
                ChromeFind::Selector(self.selector("chrome.selector", &selector)?)
            }
            _ => {
                let message = "expected exactly one of line, below, trailing, surroundings = true, selector";
                return Err(self.error("chrome", span, message));
            }
        };
        Ok(ChromeRule { id: raw.id.into_inner(), number, find })
    }

    fn test(&self, raw: RawTest, span: Range<usize>, number: usize) -> Result<ProfileTest> {
        if raw.expect.is_empty() && raw.absent.is_empty() && raw.ends.is_none() {
            return Err(self.error("tests", span, "expected something to hold: expect, absent or ends"));
        }
        let named = raw.page.as_ref().map(|page| page.display().to_string());
        let page = match (raw.page, raw.text, raw.html) {
            (Some(file), None, None) => {
                TestPage::File(self.path.parent().unwrap_or(Path::new("")).join(file))
            }
            (None, Some(text), None) => TestPage::Inline(Format::Text, text),
            (None, None, Some(html)) => TestPage::Inline(Format::Html, html),
            _ => return Err(self.error("tests", span, "expected exactly one of page, text, html")),
        };
        let ends = [("record", TestEnd::Record), ("reject", TestEnd::Reject)];
        Ok(ProfileTest {
            name: raw.name.or(named).unwrap_or_else(|| format!("test {number}")),
            page,
            ends: raw.ends.map_or(Ok(TestEnd::Record), |end| self.choice("tests.ends", &end, &ends))?,
            expected: Value::Object(raw.expect),
            absent: raw.absent,
        })
    }

    fn pattern(&self, pattern: &Spanned<String>, scope: Option<&Spanned<String>>) -> Result<Find> {
        let scopes = [
            ("page", Scope::Page),
            ("opening", Scope::Opening),
            ("headings", Scope::Headings),
            ("items", Scope::Items),
        ];
        let scope = scope.map_or(Ok(Scope::Page), |scope| self.choice("rules.scope", scope, &scopes))?;
        let (expression, asks_many) = (pattern.get_ref(), scope == Scope::Page);
        if self.is_builtin {
            return Ok(Find::Pattern { pattern: Pattern::trusted(expression, asks_many), scope });
        }
        let pattern = Pattern::compiled(expression, asks_many).map_err(|error| {
            let reason = one_line(error.to_string().lines().last().unwrap_or_default());
            self.error("rules.pattern", pattern.span(), &format!("not a regular expression: {reason}"))
        })?;
        Ok(Find::Pattern { pattern, scope })
    }

    fn selector(&self, key: &str, selector: &Spanned<String>) -> Result<String> {
        scraper::Selector::parse(selector.get_ref()).map_err(|error| {
            let reason = match error {
                // Of these the crate has no words for people.
                SelectorErrorKind::UnexpectedSelectorParseError(_) => {
                    "a part of it is empty, or is of no kind known here".to_owned()
                }
                error => one_line(&error.to_string()),
            };
            self.error(key, selector.span(), &format!("not a CSS selector: {reason}"))
        })?;
        Ok(selector.get_ref().clone())
    }

    fn choice<T: Copy>(&self, key: &str, value: &Spanned<String>, choices: &[(&str, T)]) -> Result<T> {
        choices.iter().find(|(name, _)| name == value.get_ref()).map(|&(_, choice)| choice).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let message = format!("found {}, expected one of {}", quote(value.get_ref()), names.join(", "));
            self.error(key, value.span(), &message)
        })
    }

    fn gates(&self, raw: RawGates) -> Result<Gates> {
        let max_rejects = raw.max_rejects.as_ref().map(|most| {
            let wrong = "expected a whole number such as `\"5\"`, or a percentage such as `\"2.5%\"`";
            MaxRejects::parse(most.get_ref())
                .ok_or_else(|| self.error("gates.max_rejects", most.span(), wrong))
        });
        let max_unassigned =
            raw.max_unassigned.as_ref().map(|most| self.percent("gates.max_unassigned", most));
        let floor = |(field, percent): (&Spanned<String>, &Spanned<String>)| {
            let place = Some((self.path.to_owned(), position(self.source, field.span().start)));
            let percent = self.percent("gates.min_fill", percent)?;
            Ok(FillFloor { field: field.get_ref().clone(), percent, place })
        };
        Ok(Gates {
            max_rejects: max_rejects.transpose()?,
            max_unassigned: max_unassigned.transpose()?,
            min_fill: raw.min_fill.iter().map(floor).collect::<Result<_>>()?,
        })
    }

    fn percent(&self, key: &str, text: &Spanned<String>) -> Result<f64> {
        parse_percent(text.get_ref())
            .ok_or_else(|| self.error(key, text.span(), "expected a percentage from `\"0%\"` to `\"100%\"`"))
    }

    fn diagnostic(&self, id: &Spanned<String>) -> Result<DiagnosticId> {
        catalogue::parse_id(id.get_ref()).ok_or_else(|| {
            let message = format!("`{}` is no diagnostic; `nosograph rules` lists them", id.get_ref());
            self.error("severity", id.span(), &message)
        })
    }

    fn severity(&self, value: &Spanned<String>) -> Result<Option<Severity>> {
        let choices = [
            ("error", Some(Severity::Error)),
            ("warning", Some(Severity::Warning)),
            ("info", Some(Severity::Info)),
            ("off", None),
        ];
        self.choice("severity", value, &choices)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = \"x\"\nversion = 1\ndescription = \"d\"\n";

    fn check(body: &str, line: u32, expected: &str) {
        let source = format!("{HEAD}{body}");
        let error = profile(&source, Path::new("p.toml")).expect_err(body).to_string();
        assert!(error.starts_with(&format!("p.toml:{line}:")), "{body:?}: {error}");
        assert!(error.contains(expected), "{body:?}: {error}");
    }

    #[test]
    fn builtin_profiles_are_whole() {
        for (name, source) in super::super::BUILTIN {
            let profile = profile(source, Path::new(name)).unwrap();
            assert_eq!(profile.name, name);
        }
    }

    #[test]
    fn errors_point_at_line_and_key() {
        check("colour = 1\n", 4, "unknown field `colour`");
        check(
            "[[rules]]\nid = \"a\"\nfield = \"titel\"\nlabel = [\"a\"]\n",
            6,
            "`rules.field`: `titel` is no field",
        );
        check("[[rules]]\nid = \"a\"\nfield = \"title\"\n", 4, "expected exactly one of");
        check("[[rules]]\nid = \"a\"\nfield = \"code\"\npattern = \"(\"\n", 7, "not a regular expression");
        check("[[rules]]\nid = \"a\"\nfield = \"code\"\nselector = \"a >\"\n", 7, "not a CSS selector");
        check(
            "[[rules]]\nid = \"a\"\nfield = \"code\"\nselector = \">>\"\n",
            7,
            "not a CSS selector: a part of it is empty",
        );
        check("[[rules]]\nid = \"a\"\nfield = \"sections\"\nlabel = [\"x\"]\n", 4, "use one of headings");
        check("[severity]\nN999 = \"error\"\n", 5, "`N999` is no diagnostic");
        check("[severity]\nN501 = \"loud\"\n", 5, "found `loud`, expected one of error, warning, info, off");
        check("requires = [\"codes\"]\n", 4, "`codes` is no field");
        check("[[tests]]\ntext = \"a\"\n", 4, "expected something to hold");
        check("[[tests]]\nabsent = [\"code\"]\n", 4, "expected exactly one of page, text, html");
        check(
            "[[tests]]\ntext = \"a\"\nends = \"skip\"\n",
            6,
            "found `skip`, expected one of record, reject",
        );
        check("[gates]\nmax_rejects = \"many\"\n", 5, "`gates.max_rejects`: expected a whole number");
        check("[gates]\nmax_unassigned = \"5\"\n", 5, "`gates.max_unassigned`: expected a percentage");
        check("[gates.min_fill]\ntitle = \"101%\"\n", 5, "`gates.min_fill`: expected a percentage");
        check("[gates]\nmin_rejects = \"5\"\n", 5, "unknown field `min_rejects`");
    }
}
