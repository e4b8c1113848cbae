//! The rates of a run: records and rejects in, numbers that can be held against those of another run out.
//!
//! Every rate is a share of pages, of lines, or an average a page, under a name that stays the same from run
//! to run: `title` (pages in which the field is filled), `N203` (pages with the diagnostic), `rule.ID` (pages
//! in which the rule gave a value or told chrome), `hit.ID` (pages that have what the rule describes, whether it
//! gave the value or another did), `heading.TEXT` (pages with the heading), `left.TEXT` (pages on which a line with this
//! label, or of this text, is left over), and those of [`Tally::rates`].
//! Memory does not grow with the pages: of headings only the frequent ones are kept (lossy counting, Manku
//! and Motwani, VLDB 2002). Judges nothing.

use crate::catalogue::{TEXT_UNASSIGNED, parse_id};
use crate::diagnostic::{cut, quoted};
use crate::emit::columns::{Cell, TABLES};
use crate::emit::{Counts, RuleCount};
use crate::record::{Coverage, Finding, Origin, Provenance, Record, Reject};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many pages a bucket of lossy counting has: a heading on over one page in so many is never lost.
const BUCKET_PAGES: u64 = 2_000;

/// Share of pages, in percent, from which on a heading has a rate of its own.
const FREQUENT_PERCENT: f64 = 1.0;

/// Pages below which no heading is called frequent.
const FEW_PAGES: u64 = 3;

/// Bytes of a heading in the name of its rate.
const MAX_HEADING_BYTES: usize = 80;

/// What the number of a rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Percent.
    Share,
    /// So many a page.
    Mean,
    /// So many.
    Count,
}

/// A number of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// How often.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// What [`Rate::value`] is.
    pub unit: Unit,
}

impl Rate {
    /// The number, in its unit; 0 of nothing is 0.
    pub fn value(self) -> f64 {
        let per = |factor: f64| if self.of == 0 { 0.0 } else { self.count as f64 * factor / self.of as f64 };
        match self.unit {
            Unit::Share => per(100.0),
            Unit::Mean => per(1.0),
            Unit::Count => self.count as f64,
        }
    }
}

/// Counts over the pages of a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Records.
    pub records: u64,
    /// Rejects.
    pub rejects: u64,
    coverage: [u64; 3],
    headings: u64,
    points: u64,
    codes: u64,
    filled: BTreeMap<&'static str, u64>,
    named: BTreeMap<String, u64>,
    frequent: Frequent,
    left: Frequent,
    /// What the manifest of the run says of each rule; empty if there is none.
    pub rules: Vec<RuleCount>,
    /// Whether records do not tell where values came from, so that nothing is known of what rules gave.
    pub lacks_provenance: bool,
}

impl Tally {
    /// Nothing counted yet, of a run whose manifest says this of its rules.
    pub fn with_rules(rules: Vec<RuleCount>) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Counts a record.
    pub fn add_record(&mut self, record: &Record<'_>) {
        self.records += 1;
        let [records, children @ ..] = &*TABLES;
        let columns = records
            .columns
            .iter()
            .map(|column| (column.name.as_str(), (column.cell)(record, 0) != Cell::Null));
        let tables = children.iter().map(|table| (table.name, (table.rows)(record) > 0));
        for (name, is_filled) in columns.chain(tables) {
            *self.filled.entry(name).or_default() += u64::from(is_filled);
        }
        for name in record.extra.keys() {
            self.add_name("extra.", name);
        }
        self.add_name("status.", record.status.as_str());
        self.add_page(&record.diagnostics, record.coverage, &record.provenance);
        let headings: BTreeSet<&str> =
            record.sections.iter().filter_map(|section| section.heading.as_deref()).collect();
        self.headings += record.sections.iter().filter(|section| section.heading.is_some()).count() as u64;
        self.points += record.key_points.len() as u64;
        self.codes += record.diagnosis_codes.codes.len() as u64;
        self.frequent.add_page(&headings);
    }

    /// Counts a reject.
    pub fn add_reject(&mut self, reject: &Reject<'_>) {
        self.rejects += 1;
        self.add_page(&reject.diagnostics, reject.partial.coverage, &reject.partial.provenance);
    }

    fn add_page(&mut self, findings: &[Finding], coverage: Coverage, provenance: &Provenance<'_>) {
        let rules: BTreeSet<&str> = provenance
            .0
            .iter()
            .filter_map(|(_, origin)| match origin {
                Origin::Page { rule, .. } => Some(&**rule),
                Origin::Reference => None,
            })
            .collect();
        for rule in rules {
            self.add_name("rule.", rule);
        }
        let ids: BTreeSet<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
        for id in ids {
            self.add_name("", id);
        }
        let left_id = TEXT_UNASSIGNED.to_string();
        let left = findings.iter().filter(|finding| finding.id == left_id);
        self.left.add_page(&left.filter_map(|finding| quoted(&finding.message).map(label)).collect());
        let lines = [coverage.lines, coverage.chrome, coverage.unassigned];
        for (sum, lines) in self.coverage.iter_mut().zip(lines) {
            *sum += u64::from(lines);
        }
    }

    fn add_name(&mut self, prefix: &str, name: &str) {
        *self.named.entry(format!("{prefix}{name}")).or_default() += 1;
    }

    /// All rates by name. Beside those named in the module's description: `pages`, `rejects` (share of pages),
    /// `unassigned` and `chrome` (share of lines), `headings_per_page`, `points_per_page`, `codes_per_page`,
    /// `status.ok`, `status.warning`, `status.error`, `extra.NAME`.
    pub fn rates(&self) -> BTreeMap<String, Rate> {
        let pages = self.records + self.rejects;
        let share = |count, of| Rate { count, of, unit: Unit::Share };
        let mean = |count| Rate { count, of: self.records, unit: Unit::Mean };
        let [lines, chrome, unassigned] = self.coverage;
        let mut rates = BTreeMap::from([
            ("pages".to_owned(), Rate { count: pages, of: 1, unit: Unit::Count }),
            ("rejects".to_owned(), share(self.rejects, pages)),
            ("unassigned".to_owned(), share(unassigned, lines)),
            ("chrome".to_owned(), share(chrome, lines)),
            ("headings_per_page".to_owned(), mean(self.headings)),
            ("points_per_page".to_owned(), mean(self.points)),
            ("codes_per_page".to_owned(), mean(self.codes)),
        ]);
        rates.extend(self.filled.iter().map(|(&name, &count)| (name.to_owned(), share(count, self.records))));
        rates.extend(self.named.iter().map(|(name, &count)| {
            // Rejects have findings and what rules gave, too.
            let of_all = !name.contains('.') || name.starts_with("rule.");
            (name.clone(), share(count, if of_all { pages } else { self.records }))
        }));
        rates.extend(
            self.frequent
                .counts(self.records)
                .map(|(heading, count)| (format!("heading.{heading}"), share(count, self.records))),
        );
        rates.extend(
            self.left.counts(pages).map(|(text, count)| (format!("left.{text}"), share(count, pages))),
        );
        for RuleCount { rule, field, hit, won, .. } in &self.rules {
            rates.insert(format!("hit.{rule}"), share(*hit, pages));
            // Provenance tells of all others.
            if field == "chrome" {
                rates.insert(format!("rule.{rule}"), share(*won, pages));
            }
        }
        rates
    }
}

/// Rates that every run has, beside one for each column of `records.csv` and each table.
const FIXED: [&str; 7] =
    ["pages", "rejects", "unassigned", "chrome", "headings_per_page", "points_per_page", "codes_per_page"];

/// The names of rates that every run has.
pub fn fixed_names() -> impl Iterator<Item = &'static str> {
    FIXED.into_iter().chain(Counts::field_names())
}

/// Whether a run can have a rate of this name.
pub fn is_rate(name: &str) -> bool {
    let kinds = ["rule.", "hit.", "left.", "heading.", "extra.", "status."];
    kinds.iter().any(|kind| name.starts_with(kind))
        || parse_id(name).is_some_and(|id| id.to_string() == name)
        || fixed_names().any(|of| of == name)
}

/// The label of a line, or the line if it has none.
fn label(line: &str) -> &str {
    let label = line.split_once(": ").map_or(line, |(label, _)| label);
    label.trim_end_matches(['…', ':'])
}

/// Texts that stand on many pages.
#[derive(Clone, Debug, Default)]
struct Frequent {
    pages: u64,
    /// Pages seen with the text, and how many may have been missed before.
    seen: BTreeMap<String, (u64, u64)>,
}

impl Frequent {
    fn add_page(&mut self, texts: &BTreeSet<&str>) {
        let bucket = self.pages / BUCKET_PAGES;
        for text in texts {
            let text = cut(text, MAX_HEADING_BYTES);
            match self.seen.get_mut(text) {
                Some((count, _)) => *count += 1,
                None => drop(self.seen.insert(text.to_owned(), (1, bucket))),
            }
        }
        self.pages += 1;
        if self.pages.is_multiple_of(BUCKET_PAGES) {
            let bucket = self.pages / BUCKET_PAGES;
            self.seen.retain(|_, (count, missed)| *count + *missed > bucket);
        }
    }

    fn counts(&self, pages: u64) -> impl Iterator<Item = (&str, u64)> {
        let least = (pages as f64 * FREQUENT_PERCENT / 100.0).ceil().max(FEW_PAGES as f64) as u64;
        self.seen
            .iter()
            .filter(move |(_, (count, _))| *count >= least)
            .map(|(text, &(count, _))| (text.as_str(), count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;

    #[test]
    fn rates_are_shares_of_what_they_name() {
        let mut tally = Tally::default();
        for _ in 0..3 {
            tally.add_record(&full_record());
        }
        let mut bare = full_record();
        bare.title = None;
        bare.sections.clear();
        tally.add_record(&bare);
        let rates = tally.rates();
        let check =
            |name: &str, value: f64| assert_eq!(rates[name].value(), value, "{name} {:?}", rates[name]);
        check("pages", 4.0);
        check("title", 75.0);
        check("sections", 75.0);
        check("headings_per_page", 0.75);
        check("N203", 100.0);
        check("status.warning", 100.0);
        check("extra.synonyms", 100.0);
        check("heading.Heading", 75.0);
        check("rejects", 0.0);
        assert!(rates.keys().all(|name| is_rate(name)), "{rates:?}");
        assert!(fixed_names().all(|name| rates.contains_key(name)));
        assert!(!is_rate("nonsense") && !is_rate("N999") && !is_rate("code-missing"));
    }

    #[test]
    fn rare_headings_are_forgotten_and_frequent_ones_kept() {
        let mut frequent = Frequent::default();
        for page in 0..3 * BUCKET_PAGES {
            let rare = format!("rare {page}");
            frequent.add_page(&BTreeSet::from([rare.as_str(), "often"]));
        }
        assert!(frequent.seen.len() <= 2, "{}", frequent.seen.len());
        assert_eq!(frequent.counts(frequent.pages).collect::<Vec<_>>(), [("often", 3 * BUCKET_PAGES)]);
    }
}
