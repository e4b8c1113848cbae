//! Two records of a page field by field: [`FieldChange`]s out, in the order of the fields.
//!
//! Sections, key points, codes and findings are set beside each other before they are compared, so that one
//! more at the top does not change all below it. Provenance is left out: it follows the values.

use super::align::side_by_side;
use crate::record::{ExtraValue, Finding, Record, Section};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// A field that changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its path in the new record; of what is gone, that in the old one.
    pub path: String,
    /// Its old value as text.
    pub old: Option<String>,
    /// Its new value as text.
    pub new: Option<String>,
}

/// What changed between two records of a page.
pub(crate) fn changes(old: &Record<'_>, new: &Record<'_>) -> Vec<FieldChange> {
    let mut changes = Changes(Vec::new());
    let (before, after) = (scalars(old), scalars(new));
    for ((path, old), (_, new)) in before.into_iter().zip(after) {
        changes.add(path, old, new);
    }
    changes.sections(&old.sections, &new.sections);
    let points = |record: &Record| -> Vec<String> {
        let numbered = record.key_points.iter().map(|point| {
            point.number.map_or_else(|| point.text.to_string(), |number| format!("{number}. {}", point.text))
        });
        numbered.collect()
    };
    changes.list("key_points", &points(old), &points(new));
    let codes = |record: &Record| -> Vec<String> {
        let listed = record.diagnosis_codes.codes.iter();
        listed
            .map(|listed| format!("{} {}", listed.code, listed.title.as_deref().unwrap_or_default()))
            .collect()
    };
    changes.list("diagnosis_codes.codes", &codes(old), &codes(new));
    let names: std::collections::BTreeSet<&str> =
        old.extra.keys().chain(new.extra.keys()).map(|name| &**name).collect();
    for name in names {
        changes.add(&format!("extra.{name}"), old.extra.get(name).map(extra), new.extra.get(name).map(extra));
    }
    changes.0.extend(finding_changes(&old.diagnostics, &new.diagnostics));
    changes.0
}

/// What changed among the findings of a page; their lines may have moved.
pub(super) fn finding_changes(old: &[Finding], new: &[Finding]) -> Vec<FieldChange> {
    let of = |findings: &[Finding]| -> Vec<String> {
        findings.iter().map(|finding| format!("{}: {}", finding.id, finding.message)).collect()
    };
    let mut changes = Changes(Vec::new());
    changes.list("diagnostics", &of(old), &of(new));
    changes.0
}

/// The fields with one value.
fn scalars(record: &Record<'_>) -> Vec<(&'static str, Option<String>)> {
    let text = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    let chapter = record.chapter.as_ref();
    let (block, category) = (record.block.as_ref(), record.category.as_ref());
    vec![
        ("profile", Some(record.profile.to_string())),
        ("reference", Some(record.reference.to_string())),
        ("status", Some(record.status.as_str().to_owned())),
        ("source.url", record.source.url.clone()),
        ("title", text(&record.title)),
        ("code", text(&record.code)),
        ("code_system", text(&record.code_system)),
        ("code_status", record.code_status.map(|status| status.as_str().to_owned())),
        ("code_kind", record.code_kind.map(|kind| kind.as_str().to_owned())),
        ("code_title", text(&record.code_title)),
        ("billable", record.billable.map(|billable| billable.to_string())),
        ("chapter.number", chapter.and_then(|chapter| chapter.number).map(|number| number.to_string())),
        ("chapter.roman", chapter.and_then(|chapter| text(&chapter.roman))),
        ("chapter.range", chapter.and_then(|chapter| text(&chapter.range))),
        ("chapter.title", chapter.and_then(|chapter| text(&chapter.title))),
        ("block.range", block.and_then(|block| text(&block.range))),
        ("block.title", block.and_then(|block| text(&block.title))),
        ("category.code", category.and_then(|category| text(&category.code))),
        ("category.title", category.and_then(|category| text(&category.title))),
        ("diagnosis_codes.status", Some(record.diagnosis_codes.status.as_str().to_owned())),
        ("coverage.unassigned", Some(record.coverage.unassigned.to_string())),
    ]
}

fn extra(value: &ExtraValue<'_>) -> String {
    match value {
        ExtraValue::Text(text) => text.to_string(),
        ExtraValue::List(list) => list.join("; "),
    }
}

struct Changes(Vec<FieldChange>);

impl Changes {
    fn add(&mut self, path: &str, old: Option<String>, new: Option<String>) {
        if old != new {
            self.0.push(FieldChange { path: path.to_owned(), old, new });
        }
    }

    fn list(&mut self, path: &str, old: &[String], new: &[String]) {
        for (left, right) in side_by_side(old, new) {
            let index = right.or(left).unwrap_or_default();
            self.add(
                &format!("{path}[{index}]"),
                left.map(|at| old[at].clone()),
                right.map(|at| new[at].clone()),
            );
        }
    }

    fn sections(&mut self, old: &[Section<'_>], new: &[Section<'_>]) {
        let heading = |section: &Section<'_>| section.heading.as_deref().map(str::to_owned);
        let headings =
            |sections: &[Section<'_>]| -> Vec<Option<String>> { sections.iter().map(heading).collect() };
        for (left, right) in side_by_side(&headings(old), &headings(new)) {
            let index = right.or(left).unwrap_or_default();
            let (Some(left), Some(right)) = (left, right) else {
                let whole = |at: Option<usize>, of: &[Section<'_>]| at.map(|at| whole(&of[at]));
                self.add(&format!("sections[{index}]"), whole(left, old), whole(right, new));
                continue;
            };
            let (left, right) = (&old[left], &new[right]);
            let path = |part: &str| format!("sections[{index}].{part}");
            self.add(&path("heading"), heading(left), heading(right));
            let level = |section: &Section| section.level.map(|level| level.to_string());
            self.add(&path("level"), level(left), level(right));
            self.add(&path("text"), Some(left.text.to_string()), Some(right.text.to_string()));
            self.add(&path("items"), Some(items(left)), Some(items(right)));
        }
    }
}

fn whole(section: &Section<'_>) -> String {
    let mut text = section.heading.as_deref().unwrap_or_default().to_owned();
    for part in [&*section.text, &items(section)] {
        if !part.is_empty() {
            let _ = write!(text, "\n{part}");
        }
    }
    text
}

fn items(section: &Section<'_>) -> String {
    let item = |item: &crate::record::Item| {
        let margin = "  ".repeat(usize::from(item.depth.saturating_sub(1)));
        match &item.marker {
            Some(marker) => format!("{margin}{marker} {}", item.text),
            None => format!("{margin}{}", item.text),
        }
    };
    section.items.iter().map(item).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;
    use crate::record::KeyPoint;

    fn paths(change: impl FnOnce(&mut Record<'_>)) -> Vec<String> {
        let old = full_record();
        let mut new = full_record();
        change(&mut new);
        changes(&old, &new).into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn only_what_changed_is_told() {
        assert_eq!(paths(|_| {}), Vec::<String>::new());
        assert_eq!(paths(|record| record.title = None), ["title"]);
        assert_eq!(paths(|record| record.sections[0].text = "other".into()), ["sections[0].text"]);
        assert_eq!(
            paths(|record| record.chapter = None),
            ["chapter.number", "chapter.roman", "chapter.range", "chapter.title"]
        );
        assert_eq!(paths(|record| record.chapter.as_mut().unwrap().roman = None), ["chapter.roman"]);
        assert_eq!(paths(|record| record.sections[0].items[0].depth += 1), ["sections[0].items"]);
        assert_eq!(paths(|record| record.diagnostics.clear()), ["diagnostics[0]"]);
        let first = KeyPoint { number: None, text: "first".into() };
        assert_eq!(paths(|record| record.key_points.insert(0, first)), ["key_points[0]"]);
        let mut more = full_record().sections[0].clone();
        more.heading = Some("More".into());
        assert_eq!(paths(|record| record.sections.insert(0, more)), ["sections[0]"]);
    }
}
