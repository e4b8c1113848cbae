//! What changed between two runs: pages and drift in; text, JSON or Markdown out.

use crate::cli::args::DiffFormat;
use crate::cli::printer::{one_line, printable_json};
use crate::diff::{BadRow, Change, DiffSummary, Drift, FieldChange, PageChange, Word, words};
use crate::rates::{Rate, Unit};
use serde_json::json;

/// Words shown on either side of a change.
const CONTEXT_WORDS: usize = 5;

/// Bytes of a value shown on one side at most.
const MAX_VALUE_BYTES: usize = 2_000;

/// Rates shown at most; JSON has all.
const MAX_DRIFTS: usize = 30;

/// Writes changes as they come: [`DiffRender::begin`] once, [`DiffRender::page`] for each, [`DiffRender::end`].
pub(crate) struct DiffRender {
    format: DiffFormat,
    color: bool,
    has_some: bool,
}

impl DiffRender {
    pub(crate) fn new(format: DiffFormat, color: bool) -> Self {
        Self { format, color, has_some: false }
    }

    pub(crate) fn begin(&self) -> String {
        match self.format {
            DiffFormat::Text => String::new(),
            DiffFormat::Json => "{\"pages\":[".to_owned(),
            DiffFormat::Markdown => "# What changed\n".to_owned(),
        }
    }

    pub(crate) fn page(&mut self, page: &PageChange) -> String {
        let has_some = std::mem::replace(&mut self.has_some, true);
        match self.format {
            DiffFormat::Json => {
                let mut value = serde_json::to_value(page).unwrap_or_default();
                for (of, field) in value["fields"].as_array_mut().into_iter().flatten().zip(&page.fields) {
                    of["words"] = json!(words(
                        field.old.as_deref().unwrap_or_default(),
                        field.new.as_deref().unwrap_or_default()
                    ));
                }
                format!("{}\n{}", if has_some { "," } else { "" }, printable_json(&value.to_string()))
            }
            DiffFormat::Text => {
                let head =
                    format!("{:<9} {}{}\n", page.change.as_str(), one_line(&page.uri), source_note(page));
                let fields = page
                    .fields
                    .iter()
                    .map(|field| format!("    {}: {}\n", one_line(&field.path), self.words(field)));
                std::iter::once(head).chain(fields).collect()
            }
            DiffFormat::Markdown => {
                let head =
                    format!("\n- **{}** {}{}\n", page.change.as_str(), code(&page.uri), source_note(page));
                let fields = page
                    .fields
                    .iter()
                    .map(|field| format!("  - {}: {}\n", code(&field.path), self.words(field)));
                std::iter::once(head).chain(fields).collect()
            }
        }
    }

    /// The changes of one value, with a few of the words around them.
    fn words(&self, field: &FieldChange) -> String {
        let cut = |value: &Option<String>| {
            crate::diagnostic::cut(value.as_deref().unwrap_or_default(), MAX_VALUE_BYTES).to_owned()
        };
        let words = words(&cut(&field.old), &cut(&field.new));
        let last = words.len().saturating_sub(1);
        let shown = words.iter().enumerate().map(|(at, word)| match word {
            Word::Same(text) => self.escaped(&context(text, at == 0, at == last)),
            Word::Removed(text) => self.marked(text, "31", ["[-", "-]"], ["~~", "~~"]),
            Word::Added(text) => self.marked(text, "32", ["{+", "+}"], ["**", "**"]),
        });
        let shown: Vec<String> = shown.collect();
        // White space that changed shows in no word.
        if shown.is_empty() { "white space".to_owned() } else { shown.join(" ") }
    }

    fn marked(&self, text: &str, color: &str, plain: [&str; 2], markdown: [&str; 2]) -> String {
        let [open, close] = if self.format == DiffFormat::Markdown { markdown } else { plain };
        let marked = format!("{open}{}{close}", self.escaped(text));
        if self.color { format!("\x1b[{color}m{marked}\x1b[0m") } else { marked }
    }

    /// Text of a page on one line that can neither steer a terminal nor become Markdown or HTML.
    fn escaped(&self, text: &str) -> String {
        let text = one_line(text);
        if self.format != DiffFormat::Markdown {
            return text;
        }
        text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '!' | '@')
            {
                escaped.push('\\');
            }
            escaped.push(c);
            escaped
        })
    }

    pub(crate) fn end(&self, summary: &DiffSummary, left_out: u64) -> String {
        match self.format {
            DiffFormat::Json => {
                let value = json!({"summary": summary, "exceeded": summary.is_exceeded()});
                format!("\n],{}\n", &printable_json(&value.to_string())[1..])
            }
            DiffFormat::Text => {
                let more = if left_out > 0 {
                    format!("… {left_out} more pages; --show shows them\n")
                } else {
                    String::new()
                };
                let drift =
                    summary.drift.iter().take(MAX_DRIFTS).map(|drift| format!("    {}\n", drift_line(drift)));
                let head = if summary.drift.is_empty() { "" } else { "drift\n" };
                format!(
                    "{more}{}pages: {}\n{head}{}{}",
                    self.malformed(summary),
                    counts(summary),
                    drift.collect::<String>(),
                    self.verdict(summary)
                )
            }
            DiffFormat::Markdown => {
                let more = if left_out > 0 {
                    format!("\n{left_out} more pages are not shown.\n")
                } else {
                    String::new()
                };
                let row = |drift: &Drift| {
                    let limit = drift.max.map_or(String::new(), |max| format!("{max}"));
                    let mark = if drift.is_exceeded() { " ❌" } else { "" };
                    let (old, new) = (number(drift.old), number(drift.new));
                    format!(
                        "| {}{} | {old} | {new} | {:+.2}{mark} | {limit} |\n",
                        self.escaped(&drift.rate),
                        if drift.has_stopped() { " (stopped firing)" } else { "" },
                        drift.drift
                    )
                };
                let rows: String = summary.drift.iter().take(MAX_DRIFTS).map(row).collect();
                let head = if rows.is_empty() {
                    ""
                } else {
                    "\n## Drift\n\n| rate | old | new | drift | limit |\n|---|---|---|---|---|\n"
                };
                format!(
                    "{more}\nPages: {}.\n{}{head}{rows}\n{}",
                    counts(summary),
                    self.malformed(summary),
                    self.verdict(summary)
                )
            }
        }
    }

    /// Rows that could not be read, one a line.
    fn malformed(&self, summary: &DiffSummary) -> String {
        let is_markdown = self.format == DiffFormat::Markdown;
        let line = |row: &BadRow| {
            let BadRow { file, line, id, message } = row;
            if is_markdown {
                format!("- {}: {id} {}\n", code(&format!("{file}:{line}")), self.escaped(message))
            } else {
                format!("{}:{line}: error[{id}]: {}\n", one_line(file), one_line(message))
            }
        };
        let lines: String = summary.malformed_rows.iter().map(line).collect();
        let more = summary.malformed - summary.malformed_rows.len() as u64;
        let more = if more > 0 { format!("{more} more rows could not be read\n") } else { String::new() };
        let head = if is_markdown && !lines.is_empty() { "\n## Rows that could not be read\n\n" } else { "" };
        format!("{head}{lines}{more}")
    }

    fn verdict(&self, summary: &DiffSummary) -> String {
        let over = summary.drift.iter().filter(|drift| drift.is_exceeded()).count();
        let hidden = summary.drift.len().saturating_sub(MAX_DRIFTS);
        let hidden =
            if hidden > 0 { format!("… {hidden} more rates in --format json\n") } else { String::new() };
        let verdict = match over {
            0 => String::new(),
            over => format!("{over} rates went further than --max-drift lets them\n"),
        };
        hidden + &verdict
    }
}

fn source_note(page: &PageChange) -> &'static str {
    match (page.change, page.source_changed) {
        (Change::Added | Change::Removed, _) => "",
        (_, Some(false)) => " (the page itself did not change)",
        _ => "",
    }
}

/// Text as a code span of Markdown, whatever it holds.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// The first and last words of a stretch that did not change.
fn context(text: &str, is_first: bool, is_last: bool) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let (head, tail) = (if is_first { 0 } else { CONTEXT_WORDS }, if is_last { 0 } else { CONTEXT_WORDS });
    if words.len() <= head + tail + 1 {
        return text.to_owned();
    }
    let (start, end) = (words[..head].join(" "), words[words.len() - tail..].join(" "));
    [start.as_str(), "…", end.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn counts(summary: &DiffSummary) -> String {
    let DiffSummary { unchanged, added, removed, changed, rejected, accepted, .. } = summary;
    format!(
        "{unchanged} as before, {changed} changed, {added} added, {removed} removed, {rejected} now rejected, \
         {accepted} now accepted"
    )
}

fn drift_line(drift: &Drift) -> String {
    let mark = if drift.is_exceeded() { "!" } else { " " };
    let limit = drift.max.map_or(String::new(), |max| format!("  (limit {max})"));
    format!(
        "{mark} {:<32} {:>9} → {:<9} {:+.2}{limit}{}",
        one_line(&drift.rate),
        number(drift.old),
        number(drift.new),
        drift.drift,
        if drift.has_stopped() { "  stopped firing" } else { "" }
    )
}

fn number(rate: Option<Rate>) -> String {
    match rate {
        None => "none".to_owned(),
        Some(rate) if rate.unit == Unit::Share => format!("{:.1}%", rate.value()),
        Some(rate) if rate.unit == Unit::Count => rate.count.to_string(),
        Some(rate) => format!("{:.2}", rate.value()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(format: DiffFormat, old: &str, new: &str) -> String {
        let field = FieldChange { path: "title".into(), old: Some(old.into()), new: Some(new.into()) };
        DiffRender::new(format, false).words(&field)
    }

    #[test]
    fn long_stretches_that_did_not_change_are_cut() {
        let text = "a b c d e f g h i j k l m n o p";
        let shown = words_of(DiffFormat::Text, text, &format!("x {text} y"));
        assert_eq!(shown, "{+x+} a b c d e … l m n o p {+y+}");
        assert_eq!(words_of(DiffFormat::Text, text, &format!("{text} z")), "… l m n o p {+z+}");
    }

    #[test]
    fn nothing_of_a_page_becomes_markup_or_steers_a_terminal() {
        let shown = words_of(DiffFormat::Markdown, "a", "<script> **b** @team");
        assert_eq!(shown, "~~a~~ **\\<script\\> \\*\\*b\\*\\* \\@team**");
        assert_eq!(words_of(DiffFormat::Text, "", "\u{1b}[31m"), "{+\\u{1b}[31m+}");
        assert_eq!(code("a`b\nc"), "`a'b\\nc`");
    }
}
