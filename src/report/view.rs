//! One page of the report: its source with every value marked where it came from, beside its record.

use super::html::escaped;
use crate::catalogue::{TEXT_UNASSIGNED, parse_id};
use crate::diagnostic::cut;
use crate::limits::{MAX_PAGE_BYTES_CEILING, PageLimits};
use crate::page::Page;
use crate::read::{self, Bytes, ReadOptions, ReadOutcome};
use crate::record::{ExtraValue, Finding, Origin, Partial, Provenance, Record, Reject, Source};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Bytes of a source that are shown. With this and what follows, 40 HTML pages take less than 1 MB.
const MAX_SOURCE_BYTES: u32 = 8_000;

/// Bytes that are shown before the first value: what an HTML page has before is scripts and styles for many KB.
const LEAD_BYTES: u32 = 1_000;

/// Bytes of a value that are shown.
const MAX_VALUE_BYTES: usize = 240;

/// Values of a page that are shown.
const MAX_VALUES: usize = 60;

/// Findings of a page that are shown.
const MAX_FINDINGS: usize = 40;

/// A page of which the report shows more than its counts.
pub(super) struct Viewed {
    source: Source,
    /// Where its file is, if that is known.
    pub(super) path: Option<PathBuf>,
    status: &'static str,
    values: Vec<Shown>,
    provenance: Provenance<'static>,
    unassigned: u32,
    findings: Vec<Finding>,
}

/// A value as the report shows it.
struct Shown {
    name: String,
    text: String,
    /// Its path in the record.
    path: String,
}

impl Viewed {
    pub(super) fn of_record(record: &Record<'_>, path: Option<&Path>) -> Self {
        let partial = record.clone().into_owned().into_partial();
        Self {
            source: record.source.clone(),
            path: path.map(Path::to_owned),
            status: record.status.as_str(),
            findings: record.diagnostics.clone(),
            values: values(&partial),
            provenance: partial.provenance,
            unassigned: record.coverage.unassigned,
        }
    }

    pub(super) fn of_reject(reject: &Reject<'_>, path: Option<&Path>) -> Self {
        let Reject { source, partial, diagnostics, .. } = reject.clone().into_owned();
        Self {
            source,
            path: path.map(Path::to_owned),
            status: "reject",
            values: values(&partial),
            unassigned: partial.coverage.unassigned,
            provenance: partial.provenance,
            findings: diagnostics,
        }
    }

    pub(super) fn uri(&self) -> &str {
        &self.source.uri
    }

    pub(super) fn status(&self) -> &'static str {
        self.status
    }

    /// Ids of its findings, each once.
    pub(super) fn ids(&self) -> Vec<&str> {
        // What is no id of the catalogue may be anything, and this goes into an attribute.
        let known =
            self.findings.iter().map(|finding| finding.id.as_str()).filter(|id| parse_id(id).is_some());
        let mut ids: Vec<&str> = known.collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Draws the page, number `number` of the report; its source only where it is as it was read.
    pub(super) fn draw(&self, out: &mut String, number: usize) {
        let page = self.path.as_deref().and_then(|path| page(path, &self.source));
        let marks = page.as_ref().map(|page| marks(page, &self.provenance)).unwrap_or_default();
        let ids = self.ids().join(" ");
        let _ = write!(
            out,
            "<details class=\"page\"{2} data-status=\"{0}\" data-ids=\"{ids}\"><summary><span class=\"badge {0}\">{0}</span> \
             <span class=\"uri\">{1}</span> <span class=\"dim\">{ids}</span></summary>\n<div class=\"view\">\n<section aria-label=\"Source\"><h4>Source</h4>\n",
            self.status,
            escaped(&self.source.uri),
            // The worst page of all is seen without a click.
            if number == 0 { " open" } else { "" },
        );
        match &page {
            Some(page) => {
                let _ = writeln!(
                    out,
                    "<pre tabindex=\"0\" aria-label=\"Source of the page\">{}</pre>",
                    self.marked(page, &marks, number)
                );
            }
            None => out.push_str(
                "<p class=\"dim\">There is no source to show: the file is not at hand, is not as it was read, or cannot be read as a page.</p>\n",
            ),
        }
        out.push_str("</section>\n<section aria-label=\"Record\"><h4>Record</h4>\n");
        self.findings(out);
        self.values(out, &marks, number);
        out.push_str("</section>\n</div>\n</details>\n");
    }

    fn findings(&self, out: &mut String) {
        if self.findings.is_empty() {
            return;
        }
        out.push_str("<ul class=\"findings\">\n");
        for finding in self.findings.iter().take(MAX_FINDINGS) {
            let line = finding.line.map_or(String::new(), |line| format!(" line {line}"));
            let _ = writeln!(
                out,
                "<li><span class=\"badge {}\">{}</span>{line}: {}</li>",
                finding.severity,
                escaped(&finding.id),
                escaped(&finding.message)
            );
        }
        out.push_str("</ul>\n");
        more(out, self.findings.len(), MAX_FINDINGS, "diagnostics");
    }

    fn values(&self, out: &mut String, marks: &[Mark<'_>], number: usize) {
        out.push_str("<dl>\n");
        for Shown { name, text, path } in self.values.iter().take(MAX_VALUES) {
            let value = escaped(text);
            let mark = marks.iter().position(|mark| mark.path == path);
            let value = mark.map_or(value.clone(), |at| format!("<a href=\"#p{number}m{at}\">{value}</a>"));
            let rule = match self.provenance.get(path) {
                Some(Origin::Page { rule, .. }) => rule,
                Some(Origin::Reference) => "reference",
                None => "",
            };
            let _ = writeln!(
                out,
                "<div><dt>{} <span class=\"dim\">{}</span></dt><dd class=\"{}\">{value}</dd></div>",
                escaped(name),
                escaped(rule),
                class(path)
            );
        }
        out.push_str("</dl>\n");
        more(out, self.values.len(), MAX_VALUES, "values");
    }

    /// The source with the places of values in `mark`, and of lines that are left over in `span`.
    fn marked(&self, page: &Page, marks: &[Mark<'_>], number: usize) -> String {
        let total = page.bytes().len() as u32;
        let mut left = LeftOver::of(&self.findings, self.unassigned);
        // A byte order mark is not part of the text.
        let begin = if page.text_of([0, total]).is_some() { 0 } else { 3.min(total) };
        let first = marks.first().map_or(begin, |mark| mark.start);
        let lead = begin.max(first.saturating_sub(LEAD_BYTES))..first;
        // The next place where a character starts.
        let mut at = lead.into_iter().find(|&at| page.text_of([at, total]).is_some()).unwrap_or(first);
        let last = total.min(at + MAX_SOURCE_BYTES);
        let mut html = String::new();
        if at > begin {
            left.pass(page.text_of([begin, at]).unwrap_or_default());
            html.push('…');
        }
        for (index, mark) in marks.iter().enumerate() {
            if mark.start >= last {
                break;
            }
            let (Some(before), Some(inside)) =
                (page.text_of([at, mark.start]), page.text_of([mark.start, mark.end]))
            else {
                continue;
            };
            left.draw(&mut html, before);
            left.pass(inside);
            // A value may be as long as its page.
            let shown = cut(inside, (last - mark.start) as usize);
            let _ = write!(
                html,
                "<mark id=\"p{number}m{index}\" class=\"{}\" title=\"{}\">{}{}</mark>",
                class(mark.path),
                escaped(&mark.title()),
                escaped(shown),
                if shown.len() < inside.len() { "…" } else { "" }
            );
            at = mark.end;
        }
        let rest = page.text_of([at, total]).unwrap_or_default();
        let room = last.saturating_sub(at) as usize;
        left.draw(&mut html, cut(rest, room));
        html + if rest.len() > room { "…" } else { "" }
    }
}

fn more(out: &mut String, all: usize, shown: usize, what: &str) {
    if all > shown {
        let _ = writeln!(out, "<p class=\"dim\">{} more {what}.</p>", all - shown);
    }
}

/// The values of a record or reject, cut to what is shown.
fn values(of: &Partial<'_>) -> Vec<Shown> {
    let mut shown = Vec::new();
    let mut add = |name: &str, text: &str, path: String| {
        if !text.trim().is_empty() {
            let cut_text = cut(text, MAX_VALUE_BYTES);
            let dots = if cut_text.len() < text.len() { "…" } else { "" };
            shown.push(Shown { name: name.to_owned(), text: format!("{cut_text}{dots}"), path });
        }
    };
    let mut scalar = |name: &str, text: Option<&str>| add(name, text.unwrap_or_default(), name.to_owned());
    scalar("title", of.title.as_deref());
    scalar("code", of.code.as_deref());
    scalar("code_system", of.code_system.as_deref());
    scalar("chapter", of.chapter.as_ref().and_then(|chapter| chapter.title.as_deref()));
    for (name, value) in &of.extra {
        match value {
            ExtraValue::Text(text) => add(name, text, format!("extra.{name}")),
            ExtraValue::List(list) => {
                list.iter().enumerate().for_each(|(at, text)| add(name, text, format!("extra.{name}[{at}]")));
            }
        }
    }
    for (at, section) in of.sections.iter().enumerate() {
        add("heading", section.heading.as_deref().unwrap_or_default(), format!("sections[{at}].heading"));
        add("text", &section.text, format!("sections[{at}].text"));
        for (item, of) in section.items.iter().enumerate() {
            add("item", &of.text, format!("sections[{at}].items[{item}]"));
        }
    }
    for (at, point) in of.key_points.iter().enumerate() {
        let name = point.number.map_or("key point".to_owned(), |number| format!("key point {number}"));
        add(&name, &point.text, format!("key_points[{at}]"));
    }
    for (at, listed) in of.diagnosis_codes.codes.iter().enumerate() {
        let text = format!("{} {}", listed.code, listed.title.as_deref().unwrap_or_default());
        add("listed code", text.trim_end(), format!("diagnosis_codes.codes[{at}].code"));
    }
    shown
}

/// The class of a value in the style sheet, by its path.
fn class(path: &str) -> &'static str {
    let field = path.split(['.', '[']).next().unwrap_or_default();
    match field {
        "title" => "f-title",
        "code" | "code_system" => "f-code",
        "chapter" | "block" | "category" => "f-class",
        "sections" if path.ends_with(".heading") => "f-heading",
        "sections" => "f-text",
        "key_points" => "f-point",
        "diagnosis_codes" => "f-listed",
        _ => "f-extra",
    }
}

/// A place in a source from which a value came.
struct Mark<'a> {
    start: u32,
    end: u32,
    path: &'a str,
    rule: &'a str,
}

impl Mark<'_> {
    fn title(&self) -> String {
        format!("{} ({})", self.path, self.rule)
    }
}

/// The places of values in page order; of two that overlap the first, or the longer.
fn marks<'a>(page: &Page, provenance: &'a Provenance<'_>) -> Vec<Mark<'a>> {
    let mut marks = Vec::new();
    for (path, origin) in &provenance.0 {
        let Origin::Page { bytes, parts, rule, .. } = origin else { continue };
        let parts = if parts.is_empty() { std::slice::from_ref(bytes) } else { parts };
        marks.extend(parts.iter().map(|&[start, end]| Mark { start, end, path, rule }));
    }
    marks.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut end = 0;
    marks.retain(|mark| {
        let fits = mark.start >= end && mark.end > mark.start && mark.end as usize <= page.bytes().len();
        end = if fits { mark.end } else { end };
        fits
    });
    marks
}

/// Which lines of a source are left over. Findings tell where each stretch of them starts, and coverage how many
/// there are, so a stretch goes on over lines without a value while more are left than stretches to come.
struct LeftOver {
    /// Lines on which a stretch starts, with how many do.
    starts: BTreeMap<u32, u32>,
    lines: u32,
    line: u32,
    is_inside: bool,
}

impl LeftOver {
    fn of(findings: &[Finding], lines: u32) -> Self {
        let id = TEXT_UNASSIGNED.to_string();
        let mut starts = BTreeMap::new();
        for line in findings.iter().filter(|finding| finding.id == id).filter_map(|finding| finding.line) {
            *starts.entry(line).or_insert(0) += 1;
        }
        Self { starts, lines, line: 1, is_inside: false }
    }

    /// Passes over text that is a value.
    fn pass(&mut self, text: &str) {
        self.line += text.matches('\n').count() as u32;
        self.is_inside = false;
    }

    /// Draws text between values.
    fn draw(&mut self, html: &mut String, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                html.push('\n');
                self.line += 1;
            }
            if self.takes(line) {
                let _ = write!(html, "<span class=\"left\" title=\"left over\">{}</span>", escaped(line));
            } else {
                html.push_str(&escaped(line));
            }
        }
    }

    fn takes(&mut self, line: &str) -> bool {
        if line.trim().is_empty() {
            return false;
        }
        self.is_inside |= self.starts.remove(&self.line).is_some();
        let is_left = self.is_inside && self.lines > self.starts.values().sum();
        self.lines -= u32::from(is_left);
        is_left
    }
}

/// The page as it was read, if it still is.
fn page(path: &Path, source: &Source) -> Option<Page> {
    let limits = PageLimits { bytes: MAX_PAGE_BYTES_CEILING, ..PageLimits::default() };
    let options = ReadOptions { format: source.format, limits };
    let Bytes::Whole(bytes) = read::open(path).ok()?.read(&source.uri, &options) else { return None };
    if source.hash.as_ref() != Some(&format!("blake3:{}", blake3::hash(&bytes))) {
        return None;
    }
    match read::read_page(&source.uri, bytes, &options) {
        ReadOutcome::Page(page) => Some(*page),
        ReadOutcome::Skip(_) | ReadOutcome::Reject(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    /// The lines that are marked, of a text without values.
    fn left(text: &str, starts: &[u32], lines: u32) -> Vec<String> {
        let finding = |&line: &u32| Finding {
            id: "N501".into(),
            severity: Severity::Warning,
            field: None,
            line: Some(line),
            message: String::new(),
        };
        let findings: Vec<Finding> = starts.iter().map(finding).collect();
        let mut html = String::new();
        LeftOver::of(&findings, lines).draw(&mut html, text);
        let marked = html.split("left over\">").skip(1);
        marked.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn lines_left_over_are_marked_as_far_as_they_go() {
        assert_eq!(left("a\nb\nc", &[], 0), Vec::<String>::new());
        assert_eq!(left("a\nb\n\nc\nd", &[2], 2), ["b", "c"]);
        assert_eq!(left("a\nb\nc\nd", &[1, 3], 2), ["a", "c"]);
        assert_eq!(left("a\nb\nc\nd", &[2], 9), ["b", "c", "d"]);
    }
}
