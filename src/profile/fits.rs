//! Whether a rule makes sense: which ways of finding go with which field, and what no rule can mean.

use super::model::Field;
use super::raw::{RawChrome, RawRule};

/// The keys by which each field can be found; `extra` stands for all fields of a profile's own.
const WAYS: [(&str, &[&str]); 10] = [
    (
        "title",
        &[
            "label",
            "pattern",
            "selector",
            "metadata",
            "before",
            "after",
            "reference",
            "headings",
            "likely",
            "first",
        ],
    ),
    ("code", &["label", "pattern", "selector", "metadata", "under", "before", "after"]),
    ("code_system", &["label", "pattern", "selector", "metadata", "under", "before", "after"]),
    ("chapter", &["label", "pattern", "selector", "metadata", "under", "before", "after", "reference"]),
    ("block", &["label", "pattern", "selector", "metadata", "under", "before", "after", "reference"]),
    ("category", &["label", "pattern", "selector", "metadata", "under", "before", "after"]),
    ("sections", &["headings", "pattern", "selector"]),
    ("key_points", &["list", "under", "selector"]),
    ("diagnosis_codes", &["label", "under", "list", "selector"]),
    ("extra", &["label", "pattern", "selector", "metadata", "under", "list", "before", "after", "first"]),
];

/// A key, and what is wrong with its value.
type Misfit = (&'static str, String);

/// What a rule says that no rule of its field can mean.
pub(super) fn misfit(field: &Field, rule: &RawRule) -> Option<Misfit> {
    let is_extra = matches!(field, Field::Extra(_));
    let name = if is_extra { "extra" } else { field.name() };
    let ways = WAYS.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, ways)| ways);
    let found = keys(rule).into_iter().find(|key| !ways.contains(key));
    if let Some(key) = found {
        return Some((
            "rules",
            format!("`{key}` does not find `{}`; use one of {}", rule.field.get_ref(), ways.join(", ")),
        ));
    }
    for (key, words) in
        [("rules.label", &rule.label), ("rules.metadata", &rule.metadata), ("rules.under", &rule.under)]
    {
        if words.as_deref().is_some_and(is_void) {
            return Some((key, VOID.to_owned()));
        }
    }
    for (key, near) in [("rules.before", &rule.before), ("rules.after", &rule.after)] {
        if near.as_ref().is_some_and(|near| near.get_ref() == rule.field.get_ref()) {
            return Some((key, "no value stands next to itself; name another field".to_owned()));
        }
    }
    let of_extra = "only a field `extra.NAME` has several values";
    let of_codes = "only `diagnosis_codes` has words for none";
    let only = [
        ("rules.many", rule.many && !is_extra, of_extra),
        ("rules.split", rule.split.is_some() && !is_extra, of_extra),
        ("rules.none", !rule.none.is_empty() && name != "diagnosis_codes", of_codes),
    ];
    only.into_iter().find(|(_, is_wrong, _)| *is_wrong).map(|(key, _, message)| (key, message.to_owned()))
}

/// What an entry of chrome says that none can mean.
pub(super) fn chrome_misfit(chrome: &RawChrome) -> Option<Misfit> {
    let lists = [
        ("chrome.line", &chrome.line),
        ("chrome.below", &chrome.below),
        ("chrome.trailing", &chrome.trailing),
    ];
    let (key, _) = lists.into_iter().find(|(_, words)| words.as_deref().is_some_and(is_void))?;
    Some((key, VOID.to_owned()))
}

const VOID: &str = "expected at least one text, and none of them empty";

fn is_void(words: &[String]) -> bool {
    words.is_empty() || words.iter().any(|word| word.trim().is_empty())
}

/// The ways of finding that a rule names.
fn keys(rule: &RawRule) -> Vec<&'static str> {
    let keys = [
        ("label", rule.label.is_some()),
        ("pattern", rule.pattern.is_some()),
        ("selector", rule.selector.is_some()),
        ("metadata", rule.metadata.is_some()),
        ("under", rule.under.is_some()),
        ("list", rule.list.is_some()),
        ("before", rule.before.is_some()),
        ("after", rule.after.is_some()),
        ("reference", rule.reference.is_some()),
        ("headings", rule.headings.is_some()),
        ("likely", rule.likely.is_some()),
        ("first", rule.first.is_some()),
    ];
    keys.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use super::*;
    use std::path::Path;

    fn error(rule: &str) -> String {
        let text = format!("name = \"x\"\nversion = 1\ndescription = \"d\"\n{rule}");
        Profile::from_toml(&text, Path::new("p")).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn what_no_rule_can_mean_is_told() {
        let check = |field: &str, keys: &str, expected: &str| {
            let found = error(&format!("[[rules]]\nid = \"r\"\nfield = \"{field}\"\n{keys}\n"));
            assert!(
                found.contains(expected) && found.is_empty() == expected.is_empty(),
                "{field} {keys}: {found}"
            );
        };
        check(
            "code",
            "list = \"any\"",
            "key `rules`: `list` does not find `code`; use one of label, pattern, selector",
        );
        check(
            "sections",
            "label = [\"a\"]",
            "`label` does not find `sections`; use one of headings, pattern, selector",
        );
        check("code", "label = []", "key `rules.label`: expected at least one text");
        check("code", "label = [\"a\", \" \"]", "key `rules.label`: expected at least one text");
        check("title", "first = true\nmany = true", "key `rules.many`: only a field `extra.NAME`");
        check("title", "first = true\nsplit = \",\"", "key `rules.split`: only a field `extra.NAME`");
        check("title", "first = true\nnone = [\"none\"]", "key `rules.none`: only `diagnosis_codes`");
        check("extra.a", "after = \"extra.a\"", "key `rules.after`: no value stands next to itself");
        check("extra.a", "after = \"code\"\nmany = true", "");
        let rule = "[[rules]]\nid = \"r\"\nfield = \"title\"\nfirst = true\n";
        let chrome = error(&format!("{rule}[[chrome]]\nid = \"c\"\nline = []\n"));
        assert!(chrome.contains("p:8:1: key `chrome.line`: expected at least one text"), "{chrome}");
        assert!(error("").contains("p:1:1: key `rules`: expected at least one"));
    }

    #[test]
    fn every_field_has_its_ways_in_the_docs() {
        let docs = include_str!("../../docs/profiles.md");
        let names: Vec<&str> = Field::BUILTIN.iter().map(|(name, _)| *name).chain(["extra"]).collect();
        assert_eq!(names.len(), WAYS.len());
        for (name, ways) in WAYS {
            assert!(names.contains(&name), "{name}");
            let shown = if name == "extra" { "extra.NAME" } else { name };
            let row = docs.lines().find(|line| {
                line.starts_with("| ")
                    && line.split(" | ").next().is_some_and(|cell| cell.contains(&format!("`{shown}`")))
                    && ways.iter().all(|way| line.contains(&format!("`{way}`")))
            });
            assert!(row.is_some(), "{name}");
        }
    }
}
