//! What is counted in a run.
//!
//! In: each record, reject and skip, once. Out: [`Counts`], which go into the manifest and to the user. All
//! maps are sorted, so that the same run gives the same text.

use super::columns::{Cell, TABLES};
use crate::diagnostic::Severity;
use crate::extraction::RuleUses;
use crate::profile::{Field, Profile};
use crate::read::SkipReason;
use crate::record::{Coverage, Finding, Record, Reject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was counted in a run: `seen == records + rejects + skipped`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Files under the input.
    pub seen: u64,
    /// Pages that gave a record.
    pub records: u64,
    /// Pages that gave none.
    pub rejects: u64,
    /// Files that are no page, all reasons together.
    pub skipped: u64,
    /// Files that are no page, by reason.
    pub skipped_by_reason: BTreeMap<&'static str, u64>,
    /// Rejects by the first diagnostic of severity error.
    pub rejects_by_diagnostic: BTreeMap<String, u64>,
    /// Records by status.
    pub records_by_status: BTreeMap<&'static str, u64>,
    /// Diagnostics of records and rejects by id.
    pub diagnostics: BTreeMap<String, u64>,
    /// Where the lines of records and rejects went.
    pub lines: LineCounts,
    /// Records in which a field is filled, by column of `records.csv`, name of a child table, or `extra.NAME`.
    pub fields: BTreeMap<String, u64>,
    /// What each rule of the profile did, in the profile's order.
    pub rules: Vec<RuleCount>,
}

/// On how many pages a rule was tried and what came of it.
///
/// What another rule of the field keeps from giving the value is not looked for, but for `code` and `sections`,
/// whose rules are all tried. So a rule with `hit` above `won + shadowed` found what was not fit for its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    /// Id of the rule.
    pub rule: String,
    /// The field it finds, as a profile names it, or `chrome`.
    pub field: String,
    /// It was looked for.
    pub tried: u64,
    /// What it describes is on the page.
    pub hit: u64,
    /// It gave a value of the record, or told chrome.
    pub won: u64,
    /// A more trusted rule gave the value of its field.
    pub shadowed: u64,
}

impl RuleCount {
    fn new(rule: &str, field: String) -> Self {
        Self { rule: rule.to_owned(), field, tried: 0, hit: 0, won: 0, shadowed: 0 }
    }

    /// Why it gave nothing on any page; `None` if it did.
    pub fn why_silent(&self) -> Option<&'static str> {
        match self {
            Self { won: 1.., .. } => None,
            Self { tried: 0, shadowed: 0, .. } => Some("never tried"),
            Self { tried: 0, .. } => Some("always shadowed"),
            Self { hit: 0, .. } => Some("found nothing"),
            Self { hit, shadowed, .. } if hit <= shadowed => Some("always shadowed"),
            _ => Some("found nothing that fits"),
        }
    }
}

/// Where the lines of all pages went; the first is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the sum of the field of `Coverage` with the same name")]
pub struct LineCounts {
    pub lines: u64,
    pub assigned: u64,
    pub chrome: u64,
    pub unassigned: u64,
}

impl LineCounts {
    fn add(&mut self, coverage: Coverage) {
        self.lines += u64::from(coverage.lines);
        self.assigned += u64::from(coverage.assigned);
        self.chrome += u64::from(coverage.chrome);
        self.unassigned += u64::from(coverage.unassigned);
    }
}

impl Counts {
    /// Nothing counted yet, of pages read by the rules of this profile.
    pub fn of(profile: &Profile) -> Self {
        let rules = profile.rules.iter().map(|rule| RuleCount::new(&rule.id, rule.field.path()));
        let chrome = profile.chrome.iter().map(|rule| RuleCount::new(&rule.id, "chrome".to_owned()));
        let extra = profile.extra_fields().into_iter().map(Field::path);
        Self {
            fields: Self::field_names().map(str::to_owned).chain(extra).map(|name| (name, 0)).collect(),
            rules: rules.chain(chrome).collect(),
            ..Self::default()
        }
    }

    /// Counts what the rules of the profile did on a page.
    pub fn add_uses(&mut self, uses: &RuleUses) {
        for (rule, &uses) in self.rules.iter_mut().zip(&uses.0) {
            rule.tried += u64::from(uses & RuleUses::TRIED != 0);
            rule.hit += u64::from(uses & RuleUses::HIT != 0);
            rule.won += u64::from(uses & RuleUses::WON != 0);
            rule.shadowed += u64::from(uses & RuleUses::SHADOWED != 0);
        }
    }

    /// The names in [`Counts::fields`] that do not depend on the profile.
    pub fn field_names() -> impl Iterator<Item = &'static str> {
        let [records, children @ ..] = &*TABLES;
        let columns = records.columns.iter().map(|column| column.name.as_str());
        columns.chain(children.iter().map(|table| table.name))
    }

    /// Counts a page that gave a record.
    pub fn add_record(&mut self, record: &Record) {
        self.seen += 1;
        self.records += 1;
        *self.records_by_status.entry(record.status.as_str()).or_default() += 1;
        self.lines.add(record.coverage);
        self.add_diagnostics(&record.diagnostics);
        let [records, children @ ..] = &*TABLES;
        for column in &records.columns {
            self.add_field(&column.name, (column.cell)(record, 0) != Cell::Null);
        }
        for table in children {
            self.add_field(table.name, (table.rows)(record) > 0);
        }
        for name in record.extra.keys() {
            self.add_field(&format!("extra.{name}"), true);
        }
    }

    /// Counts a page that gave none.
    pub fn add_reject(&mut self, reject: &Reject) {
        self.seen += 1;
        self.rejects += 1;
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let reason = reject.diagnostics.iter().find(is_error).or(reject.diagnostics.first());
        if let Some(reason) = reason {
            *self.rejects_by_diagnostic.entry(reason.id.clone()).or_default() += 1;
        }
        self.lines.add(reject.partial.coverage);
        self.add_diagnostics(&reject.diagnostics);
    }

    /// Counts files that are no page.
    pub fn add_skips(&mut self, reason: SkipReason, files: u64) {
        if files > 0 {
            self.seen += files;
            self.skipped += files;
            *self.skipped_by_reason.entry(reason.as_str()).or_default() += files;
        }
    }

    /// Reads back what serde made of counts; `None` if it is anything else.
    pub(crate) fn from_json(json: &serde_json::Value) -> Option<Self> {
        let number = |name: &str| json.get(name)?.as_u64();
        let entries = |name: &str| -> Option<Vec<(String, u64)>> {
            let map = json.get(name)?.as_object()?;
            map.iter().map(|(name, count)| Some((name.clone(), count.as_u64()?))).collect()
        };
        let known = |name: &str, names: &[&'static str]| -> Option<BTreeMap<&'static str, u64>> {
            let find = |name: &str| names.iter().copied().find(|known| *known == name);
            entries(name)?.into_iter().map(|(name, count)| Some((find(&name)?, count))).collect()
        };
        Some(Self {
            seen: number("seen")?,
            records: number("records")?,
            rejects: number("rejects")?,
            skipped: number("skipped")?,
            skipped_by_reason: known("skipped_by_reason", &SkipReason::ALL.map(SkipReason::as_str))?,
            rejects_by_diagnostic: entries("rejects_by_diagnostic")?.into_iter().collect(),
            records_by_status: known("records_by_status", &["ok", "warning", "error"])?,
            diagnostics: entries("diagnostics")?.into_iter().collect(),
            lines: serde_json::from_value(json.get("lines")?.clone()).ok()?,
            fields: entries("fields")?.into_iter().collect(),
            rules: serde_json::from_value(json.get("rules")?.clone()).ok()?,
        })
    }

    fn add_diagnostics(&mut self, findings: &[Finding]) {
        for finding in findings {
            add(&mut self.diagnostics, &finding.id, 1);
        }
    }

    fn add_field(&mut self, name: &str, is_filled: bool) {
        add(&mut self.fields, name, u64::from(is_filled));
    }
}

/// Adds to a count without a copy of a name that is there.
fn add(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += more,
        None => drop(counts.insert(name.to_owned(), more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;

    #[test]
    fn the_counts_add_up() {
        let mut counts = Counts::default();
        counts.add_record(&full_record());
        counts.add_skips(SkipReason::Image, 2);
        counts.add_skips(SkipReason::Hidden, 0);
        counts.rules = vec![RuleCount::new("a", "title".into()), RuleCount::new("b", "title".into())];
        counts.add_uses(&RuleUses(Box::new([
            RuleUses::TRIED | RuleUses::HIT | RuleUses::WON,
            RuleUses::SHADOWED,
        ])));
        let numbers = |rule: &RuleCount| [rule.tried, rule.hit, rule.won, rule.shadowed];
        assert_eq!(counts.rules.iter().map(numbers).collect::<Vec<_>>(), [[1, 1, 1, 0], [0, 0, 0, 1]]);
        assert_eq!((counts.seen, counts.records, counts.rejects, counts.skipped), (3, 1, 0, 2));
        assert_eq!(counts.skipped_by_reason, BTreeMap::from([("image", 2)]));
        assert_eq!(counts.diagnostics, BTreeMap::from([("N203".to_owned(), 1)]));
        let json = serde_json::to_value(&counts).unwrap();
        assert_eq!(Counts::from_json(&json), Some(counts.clone()));
        assert_eq!(Counts::from_json(&serde_json::json!({"seen": 1})), None);
        assert!(counts.fields.values().all(|&filled| filled == 1), "{:?}", counts.fields);
    }
}
