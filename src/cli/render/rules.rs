//! What the rules of a profile did in a run: coverage in, a table for people out.

use crate::cli::summary::{counted, thousands};
use crate::rule_coverage::RuleCoverage;
use std::fmt::Write;
use std::path::Path;

/// The table, with what stands out below it.
pub(crate) fn rules_table(coverage: &RuleCoverage, folder: &Path) -> String {
    let RuleCoverage { run_profile, is_same, pages, rules } = coverage;
    let changed = if *is_same { "" } else { ", whose text is another one" };
    let width = |least: usize, lens: &mut dyn Iterator<Item = usize>| lens.fold(least, usize::max);
    let rule = width(4, &mut rules.iter().map(|(id, _)| id.chars().count()));
    let counts = || rules.iter().filter_map(|(_, count)| count.as_ref());
    let field = width(5, &mut counts().map(|count| count.field.chars().count()));
    let mut text = format!(
        "{}: {}, made with {run_profile}{changed}\n\n{:<rule$}  {:<field$}  {:>9} {:>9} {:>9} {:>9}\n",
        folder.display(),
        counted(*pages, "page"),
        "rule",
        "field",
        "tried",
        "hit",
        "won",
        "shadowed"
    );
    for (id, count) in rules {
        let Some(count) = count else {
            let _ = writeln!(text, "{id:<rule$}  is not in the run");
            continue;
        };
        let [tried, hit, won, shadowed] = [count.tried, count.hit, count.won, count.shadowed].map(thousands);
        let line = format!(
            "{id:<rule$}  {:<field$}  {tried:>9} {hit:>9} {won:>9} {shadowed:>9}  {}",
            count.field,
            count.why_silent().unwrap_or_default()
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let never: Vec<&str> = coverage.never_fired().map(|count| count.rule.as_str()).collect();
    let _ = match never.as_slice() {
        [] => writeln!(text, "\nevery rule fired"),
        _ => writeln!(text, "\n{} of {} rules never fired: {}", never.len(), rules.len(), never.join(", ")),
    };
    text
}
