//! What a run did, for people: a few lines on stderr.

use crate::catalogue;
use crate::check::{CheckSummary, Unlike};
use crate::diagnostic::quote;
pub(crate) use crate::diagnostic::{counted, thousands};
use crate::emit::manifest::{ManifestSeconds, ManifestSpeed};
use crate::retry::Retried;
use crate::run::RunSummary;
use crate::verify::VerifySummary;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

/// The lines of the summary.
pub(crate) fn summary(run: &RunSummary, folder: &Path) -> Vec<String> {
    let counts = &run.counts;
    let ManifestSeconds { walk, pages, read, make, write, finish, total } = run.seconds;
    let speed = ManifestSpeed::of(counts, run.bytes_read, total);
    let mut lines = vec![
        format!(
            "{} in {total:.2} s ({} pages/s, {:.1} MB/s)",
            counted(counts.seen, "file"),
            thousands(speed.pages_per_second as u64),
            speed.megabytes_per_second
        ),
        format!(
            "  seconds: walk {walk:.2}, pages {pages:.2} (all threads: read {read:.2}, make {make:.2}, write \
             {write:.2}), finish {finish:.2}"
        ),
        count_line("records", counts.records, &counts.records_by_status),
        count_line("rejects", counts.rejects, &counts.rejects_by_diagnostic),
        count_line("skipped", counts.skipped, &counts.skipped_by_reason),
    ];
    if run.reused > 0 {
        lines.push(format!("  unchanged {:>8}  taken over from the last run", thousands(run.reused)));
    }
    lines.extend(diagnostic_lines(&counts.diagnostics));
    lines.extend(failed_gates(run));
    lines.extend(next_step(run, folder));
    let names: Vec<&str> = run.outputs.iter().map(|output| output.path.as_str()).collect();
    lines.push(format!("written to {}: {}, run.json", folder.display(), names.join(", ")));
    if !run.removed.is_empty() {
        lines.push(format!("removed, since this run does not write them: {}", run.removed.join(", ")));
    }
    lines
}

/// What to do about pages that gave no record, if there is something.
fn next_step(run: &RunSummary, folder: &Path) -> Option<String> {
    let counts = &run.counts;
    if counts.records + counts.rejects == 0 {
        return Some("no page was read; `-v` says of each file why it was skipped".to_owned());
    }
    // Of several as frequent the first.
    let (id, _) = counts.rejects_by_diagnostic.iter().rev().max_by_key(|(_, count)| **count)?;
    let mut step =
        format!("why: {}, a line a reject; `nosograph rules {id}`", folder.join("rejects.ndjson").display());
    if catalogue::parse_id(id) == Some(catalogue::CODE_MISSING) {
        step += "; `--profile article` needs no code";
    }
    Some(step)
}

/// Each gate that does not hold, on a line.
pub(crate) fn failed_gates(run: &RunSummary) -> impl Iterator<Item = String> + '_ {
    let failed = run.gates.iter().filter(|verdict| !verdict.passed);
    failed.map(|verdict| format!("gate {}: {}", verdict.gate, verdict.in_words()))
}

/// What became of the rejects of an earlier run.
pub(crate) fn retried_line(retried: &Retried) -> String {
    let (rejects, records) = (counted(retried.rejects, "reject"), counted(retried.same, "record"));
    format!("{rejects} tried again, {} with a record now; {records} as before", thousands(retried.accepted))
}

/// The lines of the summary of a check.
pub(crate) fn check_summary(check: &CheckSummary) -> Vec<String> {
    let records = counted(check.records, "record");
    let what = match check.parts {
        0 => records,
        parts if parts == check.records => format!("parts of {records}"),
        parts => format!("{records}, of {} of them a part,", thousands(parts)),
    };
    let mut lines = vec![
        format!("{what} in {}", counted(check.files, "file")),
        count_line("records", check.records, &check.records_by_status),
        count_line("malformed", check.malformed, &BTreeMap::<&str, u64>::new()),
    ];
    lines.extend(diagnostic_lines(&check.diagnostics));
    lines
}

/// Which records were judged by something else than what they were made with, a line each.
pub(crate) fn unlike_lines(check: &CheckSummary, release: &str) -> Vec<String> {
    let line = |(kind, &count): (&Unlike, &u64)| {
        let records = counted(count, "record");
        match kind {
            Unlike::Reference(made) => format!(
                "{records} made with the reference {} and held against {release}: give that with `--reference`",
                quote(made)
            ),
            Unlike::Profile(made) => format!(
                "{records} made with the profile {} and judged by another: give that with `--profile`",
                quote(made)
            ),
            Unlike::ProfileText(made) => format!(
                "{records} made with another text of the profile {}: give that with `--profile`",
                quote(made)
            ),
        }
    };
    check.unlike.iter().map(line).collect()
}

/// The lines of the summary of a verification.
pub(crate) fn verify_summary(verify: &VerifySummary) -> Vec<String> {
    let VerifySummary { pages, values, proved, outputs, unproved, .. } = verify;
    let mut lines = vec![
        format!("{}, {} as `run.json` tells of them", counted(*pages, "page"), counted(*outputs, "output")),
        count_line("values ", *values, &BTreeMap::<&str, u64>::new()),
        count_line("proved ", *proved, &BTreeMap::<&str, u64>::new()),
        count_line("not    ", values.saturating_sub(*proved), unproved),
    ];
    lines.extend(diagnostic_lines(&verify.diagnostics));
    lines
}

/// Each id with its count, below a head; nothing for no diagnostics.
pub(super) fn diagnostic_lines(diagnostics: &BTreeMap<String, u64>) -> Vec<String> {
    let head = (!diagnostics.is_empty()).then(|| "diagnostics".to_owned());
    head.into_iter().chain(diagnostics.iter().map(|(id, &count)| diagnostic_line(id, count))).collect()
}

/// `  N203 12  chapter-contradicts-code`
fn diagnostic_line(id: &str, count: u64) -> String {
    let name = catalogue::parse_id(id).and_then(catalogue::entry).map_or("", |entry| entry.name);
    format!("  {id}    {:>9}  {name}", thousands(count)).trim_end().to_owned()
}

/// `  records    12  ok 10, warning 2`
pub(super) fn count_line<K: Display + Ord>(what: &str, count: u64, parts: &BTreeMap<K, u64>) -> String {
    let parts: Vec<String> =
        parts.iter().map(|(name, &part)| format!("{name} {}", thousands(part))).collect();
    format!("  {what} {:>9}  {}", thousands(count), parts.join(", ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_names_its_parts() {
        let parts = BTreeMap::from([("image", 2u64), ("hidden", 1)]);
        assert_eq!(count_line("skipped", 3, &parts), "  skipped         3  hidden 1, image 2");
        assert_eq!(diagnostic_line("N103", 1), "  N103            1  page-empty");
        assert_eq!(count_line("rejects", 0, &BTreeMap::<&str, u64>::new()), "  rejects         0");
    }
}
