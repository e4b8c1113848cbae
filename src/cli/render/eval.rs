//! How well records agree with labels, as text for people.

use crate::cli::printer::one_line;
use crate::cli::summary::counted;
use crate::eval::{Evaluation, FieldScore};
use std::fmt::Write;

/// The scores, a line a field.
pub(crate) fn table(evaluation: &Evaluation) -> String {
    let mut text = format!(
        "{:<16} {:>8} {:>6} {:>6} {:>9} {:>7} {:>7}\n",
        "field", "labelled", "found", "right", "precision", "recall", "F1"
    );
    for score in &evaluation.fields {
        let FieldScore { field, labelled, found, right, .. } = score;
        let [precision, recall, f1] = [score.precision, score.recall, score.f1].map(share);
        let _ = writeln!(
            text,
            "{field:<16} {labelled:>8} {found:>6} {right:>6} {precision:>9} {recall:>7} {f1:>7}"
        );
    }
    let pages = counted(evaluation.pages as u64, "page");
    let _ = writeln!(text, "{} of {pages} wholly right", evaluation.pages_right);
    text
}

/// `0.9500`; `-` for a share of nothing.
fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.4}"))
}

/// Every miss of a field, a line each: page, line, and what was wanted or found.
pub(crate) fn misses(score: &FieldScore) -> String {
    let count = score.misses.len();
    let mut text = format!("\n{}: {count} {}\n", score.field, if count == 1 { "miss" } else { "misses" });
    for miss in &score.misses {
        let line = miss.line.map(|line| format!(":{line}")).unwrap_or_default();
        let (what, value) = match (&miss.wanted, &miss.found) {
            (Some(wanted), _) => ("missed", wanted),
            (None, found) => ("found, but not labelled", found.as_ref().unwrap_or(&miss.page)),
        };
        let _ = writeln!(text, "{}{line}: {what}: {}", one_line(&miss.page), one_line(value));
    }
    text
}
