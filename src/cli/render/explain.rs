//! A page line by line with what each line became: [`Explanation`] in, text for a terminal or a pipe out.

use crate::cli::printer::printable;
use crate::explain::{Explanation, Row, RowRole};
use crate::record::{Coverage, Finding, Outcome};
use std::fmt::Write;

/// Columns of the field and of the rule.
const FIELD_WIDTH: usize = 26;
const RULE_WIDTH: usize = 22;
/// Columns of page text shown at least, however narrow the terminal.
const MIN_TEXT_WIDTH: usize = 24;

/// How an explanation is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Whether ANSI colors are used.
    pub(crate) color: bool,
    /// Columns of the terminal; `None` writes whole lines.
    pub(crate) width: Option<usize>,
}

/// Draws an explanation; page text in it is escaped.
pub(crate) fn explain(explanation: &Explanation, style: Style) -> String {
    let mut out = String::new();
    let digits = explanation.rows.last().map_or(1, |row| row.line.get().ilog10() as usize + 1).max(4);
    let paint = Paint(style.color);
    let _ = writeln!(
        out,
        "{}",
        paint.dim(&format!("{:>digits$}   {:FIELD_WIDTH$} {:RULE_WIDTH$} text", "line", "field", "rule"))
    );
    for row in &explanation.rows {
        draw_row(&mut out, row, digits, style);
    }
    let (coverage, findings) = match &explanation.outcome {
        Outcome::Record(record) => (record.coverage, &record.diagnostics),
        Outcome::Reject(reject) => (reject.partial.coverage, &reject.diagnostics),
    };
    let Coverage { lines, assigned, chrome, unassigned } = coverage;
    let verdict = match &explanation.outcome {
        Outcome::Record(record) => format!("record, status {:?}", record.status).to_lowercase(),
        Outcome::Reject(_) => "reject".to_owned(),
    };
    let left = format!("{unassigned} left over");
    let left = if unassigned > 0 { paint.alarm(&left) } else { left };
    let _ = writeln!(out, "\n{verdict}: {lines} lines, {assigned} assigned, {chrome} chrome, {left}");
    for finding in findings {
        draw_finding(&mut out, finding, paint);
    }
    out
}

fn draw_row(out: &mut String, row: &Row, digits: usize, style: Style) {
    let paint = Paint(style.color);
    let line = row.line.get();
    let by_evidence;
    let (mark, field, rule) = match &row.role {
        RowRole::Blank => {
            let _ = writeln!(out, "{}", paint.dim(&format!("{line:>digits$} │")));
            return;
        }
        RowRole::Field { path, rule } => ('│', path.as_str(), rule.as_str()),
        RowRole::Chrome { rule, evidence: Some(evidence) } => {
            by_evidence = format!("chrome: {evidence}");
            ('·', by_evidence.as_str(), rule.as_str())
        }
        RowRole::Chrome { rule, evidence: None } => ('·', "chrome", rule.as_str()),
        RowRole::Unassigned => ('?', "left over", ""),
    };
    let taken = digits + FIELD_WIDTH + RULE_WIDTH + 6;
    let room = style.width.map(|width| width.saturating_sub(taken).max(MIN_TEXT_WIDTH));
    let text = cut(&escaped(&row.text), room);
    let field = format!("{:FIELD_WIDTH$}", cut(field, Some(FIELD_WIDTH)));
    let rule = format!("{:RULE_WIDTH$}", cut(rule, Some(RULE_WIDTH)));
    let gutter = format!("{line:>digits$} {mark}");
    let is_heading = row.kind.as_deref().is_some_and(|kind| kind.starts_with("heading"));
    let _ = match &row.role {
        RowRole::Unassigned => writeln!(out, "{}", paint.alarm(&format!("{gutter} {field} {rule} {text}"))),
        RowRole::Chrome { .. } => writeln!(out, "{}", paint.dim(&format!("{gutter} {field} {rule} {text}"))),
        _ => {
            let text = if is_heading { paint.strong(&text) } else { text };
            writeln!(out, "{} {} {} {text}", paint.dim(&gutter), paint.field(&field), paint.dim(&rule))
        }
    };
    if let (RowRole::Field { .. }, Some(kind)) = (&row.role, &row.kind)
        && kind.starts_with("heading by look")
    {
        let _ = writeln!(out, "{}", paint.dim(&format!("{:>digits$} │ {:FIELD_WIDTH$} {kind}", "", "")));
    }
}

fn draw_finding(out: &mut String, finding: &Finding, paint: Paint) {
    let place = finding.line.map_or(String::new(), |line| format!(" line {line}:"));
    let severity = format!("{}[{}]", finding.severity, finding.id);
    let severity = match finding.severity {
        crate::diagnostic::Severity::Info => paint.dim(&severity),
        _ => paint.alarm(&severity),
    };
    let _ = writeln!(out, "{severity}{place} {}", escaped(&finding.message));
}

/// The text on one line, with nothing in it that commands the terminal.
fn escaped(text: &str) -> String {
    printable(text).replace('\t', "  ").replace('\n', "\\u{a}")
}

/// At most `room` characters, the last one an ellipsis where something was cut.
fn cut(text: &str, room: Option<usize>) -> String {
    match room {
        Some(room) if text.chars().count() > room => {
            text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
        }
        _ => text.to_owned(),
    }
}

/// ANSI SGR codes, or none.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn field(self, text: &str) -> String {
        self.wrap("36", text)
    }

    fn alarm(self, text: &str) -> String {
        self.wrap("1;31", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Line;

    fn check(role: RowRole, text: &str, expected: &str) {
        let row =
            Row { line: Line::new(7).unwrap(), text: text.into(), kind: Some("paragraph".into()), role };
        let mut out = String::new();
        draw_row(&mut out, &row, 4, Style { color: false, width: Some(90) });
        assert_eq!(out.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn each_role_is_told_apart_without_color() {
        let field = RowRole::Field { path: "code".into(), rule: "code-labelled".into() };
        check(field, "ICD-10 code: M61", "7 │ code code-labelled ICD-10 code: M61");
        check(
            RowRole::Chrome { rule: "chrome-line".into(), evidence: None },
            "Home",
            "7 · chrome chrome-line Home",
        );
        check(RowRole::Unassigned, "x", "7 ? left over x");
        check(RowRole::Blank, "", "7 │");
    }

    #[test]
    fn nothing_of_a_page_commands_the_terminal() {
        assert_eq!(escaped("a\x1b[2Jb\u{202e}"), "a\\u{1b}[2Jb\\u{202e}");
    }
}
