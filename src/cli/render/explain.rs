//! A page line by line with what each line became: [`Explanation`] in, text for a terminal or a pipe out.

use crate::cli::printer::printable;
use crate::explain::{Explanation, Row, RowRole};
use crate::record::{Coverage, Finding, Outcome};
use std::borrow::Cow;
use std::fmt::Write;

/// Columns of the field and of the rule at most, where a terminal has no room for more.
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
    let rows: Vec<Drawn<'_>> = explanation.rows.iter().map(Drawn::of).collect();
    let columns = Columns::of(&rows, style);
    let Columns { digits, field, rule, .. } = columns;
    let paint = Paint(style.color);
    let head = format!("{:>digits$}   {:field$} {:rule$} text", "line", "field", "rule");
    let _ = writeln!(out, "{}", paint.dim(&head));
    rows.iter().for_each(|row| row.draw(&mut out, columns, paint));
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

/// How wide the columns are.
#[derive(Clone, Copy)]
struct Columns {
    digits: usize,
    field: usize,
    rule: usize,
    /// `None` where text is not cut.
    text: Option<usize>,
}

impl Columns {
    /// As wide as the rows need, but on a terminal text has its room.
    fn of(rows: &[Drawn<'_>], style: Style) -> Self {
        let digits = rows.last().map_or(1, |row| row.line.ilog10() as usize + 1).max(4);
        let widest = |width: fn(&Drawn<'_>) -> usize| rows.iter().map(width).max().unwrap_or_default();
        let field = widest(|row| row.field.chars().count()).max("field".len());
        let rule = widest(|row| row.rule.chars().count()).max("rule".len());
        let whole = Self { digits, field, rule, text: None };
        let Some(width) = style.width else { return whole };
        let taken = |columns: Self| columns.digits + columns.field + columns.rule + 6;
        let columns = if taken(whole) + MIN_TEXT_WIDTH <= width {
            whole
        } else {
            Self { field: field.min(FIELD_WIDTH), rule: rule.min(RULE_WIDTH), ..whole }
        };
        Self { text: Some(width.saturating_sub(taken(columns)).max(MIN_TEXT_WIDTH)), ..columns }
    }
}

/// A row in words.
struct Drawn<'a> {
    row: &'a Row,
    line: u32,
    mark: char,
    field: Cow<'a, str>,
    rule: &'a str,
}

impl<'a> Drawn<'a> {
    fn of(row: &'a Row) -> Self {
        let (mark, field, rule) = match &row.role {
            RowRole::Blank => ('│', Cow::Borrowed(""), ""),
            RowRole::Field { path, rule } => ('│', Cow::Borrowed(path.as_str()), rule.as_str()),
            RowRole::Chrome { rule, evidence: Some(evidence) } => {
                ('·', Cow::Owned(format!("chrome: {evidence}")), rule.as_str())
            }
            RowRole::Chrome { rule, evidence: None } => ('·', Cow::Borrowed("chrome"), rule.as_str()),
            RowRole::Unassigned => ('?', Cow::Borrowed("left over"), ""),
        };
        Self { row, line: row.line.get(), mark, field, rule }
    }

    fn draw(&self, out: &mut String, columns: Columns, paint: Paint) {
        let Columns { digits, field: field_width, rule: rule_width, text: room } = columns;
        let gutter = format!("{:>digits$} {}", self.line, self.mark);
        let text = cut(&escaped(&self.row.text), room);
        let field = format!("{:field_width$}", cut(&self.field, Some(field_width)));
        let rule = format!("{:rule_width$}", cut(self.rule, Some(rule_width)));
        let kind = self.row.kind.as_deref().unwrap_or_default();
        let _ = match &self.row.role {
            RowRole::Blank => writeln!(out, "{}", paint.dim(&gutter)),
            RowRole::Unassigned => {
                writeln!(out, "{}", paint.alarm(&format!("{gutter} {field} {rule} {text}")))
            }
            RowRole::Chrome { .. } => {
                writeln!(out, "{}", paint.dim(&format!("{gutter} {field} {rule} {text}")))
            }
            RowRole::Field { .. } => {
                let text = if kind.starts_with("heading") { paint.strong(&text) } else { text };
                writeln!(out, "{} {} {} {text}", paint.dim(&gutter), paint.field(&field), paint.dim(&rule))
            }
        };
        let is_weighed = kind.starts_with("heading by look") || kind.contains(", title ");
        if matches!(self.row.role, RowRole::Field { .. }) && is_weighed {
            let _ = writeln!(out, "{}", paint.dim(&format!("{:>digits$} │ {:field_width$} {kind}", "", "")));
        }
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
        let drawn = [Drawn::of(&row)];
        let columns = Columns::of(&drawn, Style { color: false, width: Some(90) });
        drawn[0].draw(&mut out, columns, Paint(false));
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
    fn columns_are_cut_only_where_a_terminal_is_narrow() {
        let rule = "a-rule-with-a-long-name-of-its-own";
        let role = RowRole::Chrome { rule: rule.into(), evidence: Some("in article's container") };
        let row = Row { line: Line::new(7).unwrap(), text: "Home".into(), kind: None, role };
        let line = |width| {
            let drawn = [Drawn::of(&row)];
            let mut out = String::new();
            drawn[0].draw(&mut out, Columns::of(&drawn, Style { color: false, width }), Paint(false));
            out
        };
        for width in [None, Some(120)] {
            assert_eq!(line(width), format!("   7 · chrome: in article's container {rule} Home\n"));
        }
        assert!(
            line(Some(80)).contains("chrome: in article's cont… a-rule-with-a-long-na… Home"),
            "{}",
            line(Some(80))
        );
    }

    #[test]
    fn nothing_of_a_page_commands_the_terminal() {
        assert_eq!(escaped("a\x1b[2Jb\u{202e}"), "a\\u{1b}[2Jb\\u{202e}");
    }
}
