//! The QA report of a run: a run directory in, one HTML text out that stands alone.
//!
//! Verdict, counts, charts, the pages that need a look with their sources, and what changed since another run.
//! Text of pages is escaped wherever it stands and never part of an attribute, a style or the script; a
//! Content-Security-Policy lets nothing be loaded and no script run but the one whose digest it names. Records
//! are read one at a time; of pages only the [`MAX_VIEWS`] worst are kept.

mod chart;
mod html;
mod view;

use crate::diff::{Drift, drift};
use crate::emit::manifest::read_manifest;
use crate::error::Result;
use crate::icd::Reference;
use crate::rates::{Rate, Tally, Unit};
use crate::read::{Listing, WalkOptions, walk};
use crate::record::{Record, Reject};
use crate::records::{WholeRecords, fullest_records};
use html::{escaped, policy};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use view::Viewed;

/// Pages shown with their source and record: more would be read by nobody, and 30 of 20 KB keep the file small.
pub const MAX_VIEWS: usize = 30;

/// Rows of a table of rates at most.
const MAX_ROWS: usize = 40;

const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/filter.js");

/// What to report.
#[derive(Debug)]
pub struct ReportOptions {
    /// A run directory.
    pub run: PathBuf,
    /// The inputs of that run, for the sources of the pages shown. Default: none, records only.
    pub inputs: Vec<PathBuf>,
    /// An earlier run to compare the rates with.
    pub baseline: Option<PathBuf>,
}

/// Writes the report of a run as HTML.
///
/// # Errors
/// [`ErrorKind::Input`](crate::error::ErrorKind::Input) if a run or an input cannot be read.
pub fn report(options: &ReportOptions) -> Result<String> {
    let facts = Facts::read(&options.run)?;
    let drifts = match &options.baseline {
        Some(baseline) => Some(drift(&crate::diff::tally(baseline)?, &facts.tally, &[])),
        None => None,
    };
    let listing =
        if options.inputs.is_empty() { None } else { Some(walk(&options.inputs, &WalkOptions::default())?) };
    Ok(facts.html(drifts.as_deref(), listing.as_ref()))
}

/// What is known of a run.
struct Facts {
    manifest: Value,
    tally: Tally,
    chapters: BTreeMap<u8, u64>,
    headings: BTreeMap<u64, u64>,
    points: BTreeMap<u64, u64>,
    /// The worst first.
    worst: Vec<(u64, Viewed)>,
}

impl Facts {
    fn read(run: &Path) -> Result<Self> {
        let mut facts = Self {
            manifest: read_manifest(run)?,
            tally: Tally::default(),
            chapters: BTreeMap::new(),
            headings: BTreeMap::new(),
            points: BTreeMap::new(),
            worst: Vec::new(),
        };
        let mut records = WholeRecords::open(&fullest_records(run)?)?;
        while let Some((_, record)) = records.next_value::<Record>()? {
            facts.record(record);
        }
        let rejects = run.join("rejects.ndjson");
        if rejects.is_file() {
            let mut rejects = WholeRecords::open(&rejects)?;
            while let Some((_, reject)) = rejects.next_value::<Reject>()? {
                facts.tally.add_reject(&reject);
                // Any reject is worse than any record.
                facts.keep(u64::MAX, || Viewed::of_reject(reject));
            }
        }
        Ok(facts)
    }

    fn record(&mut self, record: Record) {
        self.tally.add_record(&record);
        if let Some(number) = record.chapter.as_ref().and_then(|chapter| chapter.number) {
            *self.chapters.entry(number).or_default() += 1;
        }
        let headings = record.sections.iter().filter(|section| section.heading.is_some()).count() as u64;
        *self.headings.entry(headings).or_default() += 1;
        *self.points.entry(record.key_points.len() as u64).or_default() += 1;
        let weight = |severity| match severity {
            crate::diagnostic::Severity::Error => 1_000_000,
            crate::diagnostic::Severity::Warning => 1_000,
            crate::diagnostic::Severity::Info => 1,
        };
        let badness = record.diagnostics.iter().map(|finding| weight(finding.severity)).sum::<u64>();
        self.keep(badness + u64::from(record.coverage.unassigned), || Viewed::of_record(record));
    }

    /// Keeps a page if it is among the worst; of two as bad the first.
    fn keep(&mut self, badness: u64, page: impl FnOnce() -> Viewed) {
        let at = self.worst.partition_point(|(of, _)| *of >= badness);
        if at < MAX_VIEWS {
            self.worst.insert(at, (badness, page()));
            self.worst.truncate(MAX_VIEWS);
        }
    }

    fn html(&self, drifts: Option<&[Drift]>, listing: Option<&Listing>) -> String {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Nosograph report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
            policy(SCRIPT)
        );
        self.head(&mut out);
        self.charts(&mut out);
        if let Some(drifts) = drifts {
            drift_table(&mut out, drifts);
        }
        self.views(&mut out, listing);
        let _ = write!(out, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
        out
    }

    /// The verdict, what it rests on, and the counts.
    fn head(&self, out: &mut String) {
        let gates: &[Value] = self.manifest["gates"].as_array().map_or(&[], Vec::as_slice);
        let failed = gates.iter().filter(|gate| gate["passed"] == false).count();
        let (class, verdict) = match failed {
            _ if gates.is_empty() => ("dim", "No gate was set".to_owned()),
            0 => ("pass", "Passed: every gate holds".to_owned()),
            failed => ("fail", format!("Failed: {failed} of {} gates", gates.len())),
        };
        let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
        let _ = write!(
            out,
            "<header><p class=\"dim\">Nosograph {} · {} · {}</p>\n<h1 class=\"{class}\">{verdict}</h1></header>\n<main>\n",
            text(&self.manifest["nosograph"]),
            text(&self.manifest["profile"]["label"]),
            text(&self.manifest["reference"]),
        );
        let _ = write!(
            out,
            "<h2>Gates and counts</h2>\n<table><thead><tr><th>what</th><th class=\"n\">count</th><th class=\"n\">of</th><th>has to be</th><th>verdict</th></tr></thead><tbody>\n"
        );
        for gate in gates {
            let passed = gate["passed"] == true;
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"{}\">{}</td></tr>",
                text(&gate["gate"]),
                gate["count"],
                gate["of"],
                text(&gate["limit"]),
                if passed { "pass" } else { "fail" },
                if passed { "holds" } else { "does not hold" },
            );
        }
        for name in ["seen", "records", "rejects", "skipped"] {
            let count = self.manifest["counts"][name].as_u64().unwrap_or_default();
            let _ = writeln!(
                out,
                "<tr><td>{name}</td><td class=\"n\">{count}</td><td></td><td></td><td></td></tr>"
            );
        }
        out.push_str("</tbody></table>\n");
    }

    fn charts(&self, out: &mut String) {
        let rates = self.tally.rates();
        let shares = |wanted: &dyn Fn(&str) -> Option<String>| -> Vec<(String, f64, String)> {
            let rows = rates.iter().filter_map(|(name, rate)| {
                Some((wanted(name)?, rate.value(), format!("{:.1}%", rate.value())))
            });
            rows.take(MAX_ROWS).collect()
        };
        let counts = |map: &BTreeMap<u64, u64>| -> Vec<(String, f64, String)> {
            map.iter()
                .take(MAX_ROWS)
                .map(|(key, &count)| (key.to_string(), count as f64, count.to_string()))
                .collect()
        };
        let fields = [
            "title",
            "code",
            "code_system",
            "chapter_title",
            "block_title",
            "sections",
            "key_points",
            "diagnosis_codes",
            "source_url",
            "extra",
        ];
        let chapters: Vec<_> = self
            .chapters
            .iter()
            .map(|(&number, &count)| {
                let roman = Reference::embedded().chapter(number).map_or("?", |chapter| chapter.roman());
                (roman.to_owned(), count as f64, count.to_string())
            })
            .collect();
        out.push_str("<h2>Rates</h2>\n<div class=\"charts\">\n");
        chart::bars(
            out,
            "Records in which a field is filled",
            &shares(&|name| fields.contains(&name).then(|| name.to_owned())),
        );
        chart::bars(
            out,
            "Pages with a diagnostic",
            &shares(&|name| {
                crate::catalogue::parse_id(name)
                    .and_then(crate::catalogue::entry)
                    .filter(|entry| entry.id.to_string() == name)
                    .map(|entry| format!("{name} {}", entry.name))
            }),
        );
        chart::bars(
            out,
            "Pages in which a rule gave a value",
            &shares(&|name| name.strip_prefix("rule.").map(str::to_owned)),
        );
        chart::bars(out, "Records by chapter", &chapters);
        chart::bars(out, "Records by number of headings", &counts(&self.headings));
        chart::bars(out, "Records by number of key points", &counts(&self.points));
        out.push_str("</div>\n");
    }

    fn views(&self, out: &mut String, listing: Option<&Listing>) {
        let _ = write!(
            out,
            "<h2>Pages that need a look</h2>\n<p>The {} worst: rejects, then by their diagnostics and the lines left over.</p>\n\
             <p><label for=\"filter\">Show pages with </label><input id=\"filter\" type=\"search\"> <span id=\"shown\" class=\"dim\" aria-live=\"polite\"></span></p>\n",
            self.worst.len()
        );
        for (_, page) in &self.worst {
            page.draw(out, listing);
        }
        out.push_str("</main>\n");
    }
}

fn drift_table(out: &mut String, drifts: &[Drift]) {
    out.push_str("<h2>Drift since the baseline</h2>\n");
    if drifts.is_empty() {
        out.push_str("<p>No rate changed.</p>\n");
        return;
    }
    out.push_str("<table><thead><tr><th>rate</th><th class=\"n\">old</th><th class=\"n\">new</th><th class=\"n\">drift</th></tr></thead><tbody>\n");
    let number = |rate: Option<Rate>| match rate {
        None => "none".to_owned(),
        Some(rate) if rate.unit == Unit::Share => format!("{:.1}%", rate.value()),
        Some(rate) => format!("{:.2}", rate.value()),
    };
    for drift in drifts.iter().take(MAX_ROWS) {
        let (old, new) = (number(drift.old), number(drift.new));
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{old}</td><td class=\"n\">{new}</td><td class=\"n\">{:+}</td></tr>",
            escaped(&drift.rate),
            drift.drift
        );
    }
    out.push_str("</tbody></table>\n");
    if drifts.len() > MAX_ROWS {
        let _ = writeln!(
            out,
            "<p>{} more in <code>nosograph diff --format json</code>.</p>",
            drifts.len() - MAX_ROWS
        );
    }
}
