//! What is counted in a run.
//!
//! In: each record, reject and skip, once. Out: [`Counts`], which go into the manifest and to the user. All
//! maps are sorted, so that the same run gives the same text.

use super::columns::{Cell, TABLES};
use super::packed::{self, Parts};
use crate::diagnostic::Severity;
use crate::extraction::RuleUses;
use crate::profile::{Field, Profile};
use crate::read::SkipReason;
use crate::record::{Coverage, Finding, Record, Reject, Status};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
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

    /// The names in [`Counts::fields`] that do not depend on the profile.
    pub fn field_names() -> impl Iterator<Item = &'static str> {
        let [records, children @ ..] = &*TABLES;
        let columns = records.columns.iter().map(|column| column.name.as_str());
        columns.chain(children.iter().map(|table| table.name))
    }

    fn add_uses(&mut self, uses: &[u8]) {
        for (rule, &uses) in self.rules.iter_mut().zip(uses) {
            rule.tried += u64::from(uses & RuleUses::TRIED != 0);
            rule.hit += u64::from(uses & RuleUses::HIT != 0);
            rule.won += u64::from(uses & RuleUses::WON != 0);
            rule.shadowed += u64::from(uses & RuleUses::SHADOWED != 0);
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
}

/// What one page adds to [`Counts`].
#[derive(Clone, Debug, PartialEq)]
pub struct PageCounts<'a> {
    /// The status of its record; `None` of a page that gave none.
    status: Option<Status>,
    /// Bytes of the page.
    bytes: u64,
    lines: Coverage,
    /// A bit for each of [`Counts::field_names`], in their order.
    filled: u64,
    /// The fields that the profile adds and that are filled, each name ended as [`ended`] does.
    extra: Cow<'a, str>,
    /// Ids of its diagnostics, each ended so too.
    ids: Cow<'a, str>,
    /// Id of the diagnostic for which it was rejected.
    reason: &'a str,
    /// What each rule did; see [`RuleUses`].
    uses: &'a [u8],
}

impl<'a> PageCounts<'a> {
    /// Of a page that gave this record.
    pub fn of_record(record: &Record<'_>, uses: &'a RuleUses) -> Self {
        let [records, children @ ..] = &*TABLES;
        let columns = records.columns.iter().map(|column| (column.cell)(record, 0) != Cell::Null);
        let tables = children.iter().map(|table| (table.rows)(record) > 0);
        let filled = columns.chain(tables).enumerate().map(|(bit, is_filled)| u64::from(is_filled) << bit);
        Self {
            status: Some(record.status),
            bytes: record.source.bytes.unwrap_or(0),
            lines: record.coverage,
            filled: filled.sum(),
            extra: ended(record.extra.keys().map(|name| &**name)).into(),
            ids: ids(&record.diagnostics).into(),
            reason: "",
            uses: &uses.0,
        }
    }

    /// Of a page that gave none.
    pub fn of_reject(reject: &'a Reject<'_>, uses: &'a RuleUses) -> Self {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let reason = reject.diagnostics.iter().find(is_error).or(reject.diagnostics.first());
        Self {
            status: None,
            bytes: reject.source.bytes.unwrap_or(0),
            lines: reject.partial.coverage,
            filled: 0,
            extra: "".into(),
            ids: ids(&reject.diagnostics).into(),
            reason: reason.map_or("", |finding| finding.id.as_str()),
            uses: &uses.0,
        }
    }

    /// Bytes of the page.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The status of its record; `None` of a page that gave none.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// How many diagnostics it has.
    pub fn diagnostics(&self) -> usize {
        memchr::memchr_iter(END as u8, self.ids.as_bytes()).count()
    }

    /// Adds later findings of a record, and with them its status.
    pub(super) fn add_findings(&mut self, findings: &[Finding], status: Status) {
        self.status = Some(status);
        let ids = self.ids.to_mut();
        ids.reserve(findings.len() * NAME_BYTES);
        findings.iter().for_each(|finding| end(&finding.id, ids));
        let table = Counts::field_names().position(|name| name == "diagnostics");
        self.filled |= table.map_or(0, |bit| 1 << bit);
    }

    pub(crate) fn pack(&self, into: &mut Vec<u8>) {
        into.push(self.status.map_or(0, |status| status as u8 + 1));
        into.extend_from_slice(&self.bytes.to_le_bytes());
        let Coverage { lines, assigned, chrome, unassigned } = self.lines;
        [lines, assigned, chrome, unassigned].iter().for_each(|lines| into.extend(lines.to_le_bytes()));
        into.extend_from_slice(&self.filled.to_le_bytes());
        packed::put(self.extra.as_bytes(), into);
        packed::put(self.ids.as_bytes(), into);
        packed::put(self.reason.as_bytes(), into);
        packed::put(self.uses, into);
    }

    pub(crate) fn unpack(parts: &mut Parts<'a>) -> Option<Self> {
        let status = match parts.byte()? {
            0 => None,
            1 => Some(Status::Ok),
            2 => Some(Status::Warning),
            3 => Some(Status::Error),
            _ => return None,
        };
        Some(Self {
            status,
            bytes: parts.u64()?,
            lines: Coverage {
                lines: parts.u32()?,
                assigned: parts.u32()?,
                chrome: parts.u32()?,
                unassigned: parts.u32()?,
            },
            filled: parts.u64()?,
            extra: parts.text()?.into(),
            ids: parts.text()?.into(),
            reason: parts.text()?,
            uses: parts.bytes()?,
        })
    }

    /// What each rule did.
    pub(crate) fn uses(&self) -> RuleUses {
        RuleUses(self.uses.into())
    }
}

fn ids(findings: &[Finding]) -> String {
    ended(findings.iter().map(|finding| finding.id.as_str()))
}

/// Names in one text, each with [`END`] behind it.
fn ended<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let mut all = String::with_capacity(names.len() * NAME_BYTES);
    names.for_each(|name| end(name, &mut all));
    all
}

fn end(name: &str, all: &mut String) {
    all.push_str(name);
    all.push(END);
}

/// Bytes of a name, its end with it, if it is the id of a diagnostic.
const NAME_BYTES: usize = "N000\0".len();
/// Stands in no name.
const END: char = '\0';

/// Counts pages as they come to their end.
#[derive(Debug)]
pub struct Counter {
    counts: Counts,
    /// By the place in [`Counts::field_names`].
    filled: [u64; u64::BITS as usize],
}

impl Counter {
    /// Nothing counted yet, of pages read by the rules of this profile.
    pub fn new(profile: &Profile) -> Self {
        Self { counts: Counts::of(profile), filled: [0; u64::BITS as usize] }
    }

    /// Records and rejects so far.
    pub fn pages(&self) -> u64 {
        self.counts.records + self.counts.rejects
    }

    /// Counts a page.
    pub fn add(&mut self, page: &PageCounts<'_>) {
        let counts = &mut self.counts;
        counts.seen += 1;
        match page.status {
            Some(status) => {
                counts.records += 1;
                *counts.records_by_status.entry(status.as_str()).or_default() += 1;
            }
            None => {
                counts.rejects += 1;
                if !page.reason.is_empty() {
                    add(&mut counts.rejects_by_diagnostic, page.reason, 1);
                }
            }
        }
        counts.lines.add(page.lines);
        page.ids.split_terminator(END).for_each(|id| add(&mut counts.diagnostics, id, 1));
        for name in page.extra.split_terminator(END) {
            add(&mut counts.fields, &format!("extra.{name}"), 1);
        }
        counts.add_uses(page.uses);
        for (bit, filled) in self.filled.iter_mut().enumerate() {
            *filled += page.filled >> bit & 1;
        }
    }

    /// Counts files that are no page.
    pub fn add_skips(&mut self, reason: SkipReason, files: u64) {
        if files > 0 {
            self.counts.seen += files;
            self.counts.skipped += files;
            *self.counts.skipped_by_reason.entry(reason.as_str()).or_default() += files;
        }
    }

    /// All counts.
    pub fn finish(mut self) -> Counts {
        for (name, filled) in Counts::field_names().zip(self.filled) {
            add(&mut self.counts.fields, name, filled);
        }
        self.counts
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

    fn full_counts(uses: &RuleUses) -> Counts {
        let mut counter = Counter { counts: Counts::default(), filled: [0; 64] };
        counter.counts.rules = ["a", "b"].map(|rule| RuleCount::new(rule, "title".into())).into();
        counter.add(&PageCounts::of_record(&full_record(), uses));
        counter.add_skips(SkipReason::Image, 2);
        counter.add_skips(SkipReason::Hidden, 0);
        counter.finish()
    }

    #[test]
    fn the_counts_add_up() {
        let uses = RuleUses([RuleUses::TRIED | RuleUses::HIT | RuleUses::WON, RuleUses::SHADOWED].into());
        let counts = full_counts(&uses);
        let numbers = |rule: &RuleCount| [rule.tried, rule.hit, rule.won, rule.shadowed];
        assert_eq!(counts.rules.iter().map(numbers).collect::<Vec<_>>(), [[1, 1, 1, 0], [0, 0, 0, 1]]);
        assert_eq!((counts.seen, counts.records, counts.rejects, counts.skipped), (3, 1, 0, 2));
        assert_eq!(counts.skipped_by_reason, BTreeMap::from([("image", 2)]));
        assert_eq!(counts.diagnostics, BTreeMap::from([("N203".to_owned(), 1)]));
        assert!(Counts::field_names().count() <= 64, "a bit for each field");
        assert!(counts.fields.values().all(|&filled| filled == 1), "{:?}", counts.fields);
    }

    #[test]
    fn counts_are_read_back() {
        let counts = full_counts(&RuleUses::default());
        let json = serde_json::to_value(&counts).unwrap();
        assert_eq!(Counts::from_json(&json), Some(counts));
        assert_eq!(Counts::from_json(&serde_json::json!({"seen": 1})), None);
    }

    #[test]
    fn what_a_page_adds_is_read_back() {
        let uses = RuleUses([1, 2].into());
        let reject = Reject {
            record_id: "".into(),
            source: full_record().source,
            profile: "".into(),
            reference: "".into(),
            partial: full_record().into_partial(),
            diagnostics: full_record().diagnostics,
        };
        for page in [PageCounts::of_record(&full_record(), &uses), PageCounts::of_reject(&reject, &uses)] {
            let mut bytes = Vec::new();
            page.pack(&mut bytes);
            assert_eq!(PageCounts::unpack(&mut Parts(&bytes)), Some(page));
            for end in 0..bytes.len() {
                assert_eq!(PageCounts::unpack(&mut Parts(&bytes[..end])), None);
            }
        }
    }
}
