//! What changed since another run: both runs in, a part of the report out.

use super::html::escaped;
use super::sections::number;
use crate::catalogue::{self, parse_id};
use crate::diagnostic::thousands;
use crate::diff::{Change, DiffSummary, Drift, diff};
use crate::error::Result;
use std::fmt::Write;
use std::path::Path;

/// Rates shown of those that drifted furthest, and behind them at most.
const FIRST_DRIFTS: usize = 12;
const MAX_DRIFTS: usize = 60;

/// Pages named of each kind of change.
const MAX_PAGES: usize = 50;

/// Fields named of a page.
const MAX_FIELDS: usize = 6;

/// The kinds of change in the order in which a reader wants to know of them.
const CHANGES: [(Change, &str); 5] = [
    (Change::Rejected, "now rejected"),
    (Change::Accepted, "now accepted"),
    (Change::Changed, "changed"),
    (Change::Added, "added"),
    (Change::Removed, "removed"),
];

/// What changed.
pub(super) struct Since {
    summary: DiffSummary,
    /// The first pages of each of [`CHANGES`], with the fields that changed.
    pages: [Vec<(String, Vec<String>)>; CHANGES.len()],
}

impl Since {
    /// Compares a run with an earlier one.
    pub(super) fn of(baseline: &Path, run: &Path) -> Result<Self> {
        let mut pages: [Vec<(String, Vec<String>)>; CHANGES.len()] = Default::default();
        let summary = diff(baseline, run, &[], &mut |page| {
            let kind = CHANGES.iter().position(|(change, _)| *change == page.change);
            if let Some(kept) = kind.map(|kind| &mut pages[kind]).filter(|kept| kept.len() < MAX_PAGES) {
                let paths = page.fields.into_iter().take(MAX_FIELDS).map(|field| field.path);
                kept.push((page.uri, paths.collect()));
            }
            Ok(())
        })?;
        Ok(Self { summary, pages })
    }

    pub(super) fn draw(&self, out: &mut String) {
        let DiffSummary {
            unchanged,
            added,
            removed,
            changed,
            rejected,
            accepted,
            drift: drifts,
            malformed,
            ..
        } = &self.summary;
        let counts = [rejected, accepted, changed, added, removed];
        out.push_str("<section id=\"drift\">\n<h2>Since the baseline</h2>\n");
        let told: Vec<String> = CHANGES
            .iter()
            .zip(counts)
            .filter(|(_, count)| **count > 0)
            .map(|((_, what), count)| format!("{} {what}", thousands(*count)))
            .collect();
        let unchanged = thousands(*unchanged);
        let _ = match told.as_slice() {
            [] => writeln!(out, "<p>All {unchanged} pages are as they were.</p>"),
            _ => writeln!(out, "<p>{unchanged} pages are as they were, {}.</p>", told.join(", ")),
        };
        if *malformed > 0 {
            let _ = writeln!(out, "<p class=\"fail\">{} rows could not be read.</p>", thousands(*malformed));
        }
        for (((_, what), count), pages) in CHANGES.iter().zip(counts).zip(&self.pages) {
            if *count > 0 {
                changed_pages(out, what, *count, pages);
            }
        }
        drift(out, drifts);
        out.push_str("</section>\n");
    }
}

fn changed_pages(out: &mut String, what: &str, count: u64, pages: &[(String, Vec<String>)]) {
    let _ = writeln!(out, "<details class=\"changes\"><summary>{} {what}</summary>\n<ul>", thousands(count));
    for (uri, paths) in pages {
        let paths: Vec<String> = paths.iter().map(|path| escaped(path)).collect();
        let _ = writeln!(out, "<li>{} <span class=\"dim\">{}</span></li>", escaped(uri), paths.join(", "));
    }
    let more = count - pages.len() as u64;
    if more > 0 {
        let _ = writeln!(
            out,
            "<li class=\"dim\">and {} more, which <code>nosograph diff</code> names</li>",
            thousands(more)
        );
    }
    out.push_str("</ul></details>\n");
}

/// How the rates moved.
fn drift(out: &mut String, drifts: &[Drift]) {
    out.push_str("<h3>Rates</h3>\n");
    if drifts.is_empty() {
        out.push_str("<p>No rate changed.</p>\n");
        return;
    }
    out.push_str("<p>Shares drift in percentage points, averages and the number of pages in percent of what they were.</p>\n");
    let (first, rest) = drifts.split_at(drifts.len().min(FIRST_DRIFTS));
    drift_table(out, first);
    if !rest.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>{} rates that drifted less</summary>",
            thousands(rest.len() as u64)
        );
        drift_table(out, &rest[..rest.len().min(MAX_DRIFTS)]);
        if rest.len() > MAX_DRIFTS {
            out.push_str(
                "<p class=\"dim\">All of them are in <code>nosograph diff --format json</code>.</p>\n",
            );
        }
        out.push_str("</details>\n");
    }
}

fn drift_table(out: &mut String, drifts: &[Drift]) {
    out.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Drift\"><table>\n<thead><tr><th>rate</th><th class=\"n\">was</th>\
         <th class=\"n\">is</th><th class=\"n\">drift</th></tr></thead><tbody>\n",
    );
    for drift in drifts {
        let (old, new) = (number(drift.old), number(drift.new));
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{} <span class=\"dim wide\">{}</span></th><td class=\"n\">{old}</td><td class=\"n\">{new}</td><td class=\"n\">{:+.2}</td></tr>",
            escaped(&drift.rate),
            if drift.has_stopped() { "stopped firing" } else { meaning(&drift.rate) },
            drift.drift
        );
    }
    out.push_str("</tbody></table></div>\n");
}

/// What a rate is a share of, or an average of.
fn meaning(rate: &str) -> &'static str {
    let kind = rate.split_once('.').map_or("", |(kind, _)| kind);
    match (kind, rate) {
        ("rule", _) => "pages in which the rule gave a value",
        ("hit", _) => "pages that have what the rule describes",
        ("heading", _) => "records with this heading",
        ("left", _) => "pages on which such a line is left over",
        ("status", _) => "records of this status",
        (_, "pages") => "number of pages",
        (_, "rejects") => "pages that gave no record",
        (_, "unassigned") => "lines left over",
        (_, "chrome") => "lines of site furniture",
        (_, "headings_per_page" | "points_per_page" | "codes_per_page") => "average",
        _ => match parse_id(rate).and_then(catalogue::entry).filter(|entry| entry.id.to_string() == rate) {
            Some(entry) => entry.name,
            None => "records in which it is filled",
        },
    }
}
