//! One page of the report: its source with every value marked where it came from, beside its record.

use super::html::escaped;
use crate::diagnostic::cut;
use crate::limits::MAX_PAGE_BYTES_CEILING;
use crate::page::Page;
use crate::read::{self, Bytes, Listing, Place, ReadOptions, ReadOutcome};
use crate::record::{Finding, Origin, Partial, Record, Reject, Source};
use std::fmt::Write;

/// Bytes of a source that are shown.
const MAX_SOURCE_BYTES: usize = 20_000;

/// Bytes of a value that are shown.
const MAX_VALUE_BYTES: usize = 400;

/// A page of which the report shows more than its counts.
pub(super) struct Viewed {
    source: Source,
    status: &'static str,
    values: Partial,
    findings: Vec<Finding>,
}

impl Viewed {
    pub(super) fn of_record(mut record: Record) -> Self {
        Self {
            source: record.source.clone(),
            status: record.status.as_str(),
            findings: std::mem::take(&mut record.diagnostics),
            values: record.into_partial(),
        }
    }

    pub(super) fn of_reject(reject: Reject) -> Self {
        Self { source: reject.source, status: "reject", values: reject.partial, findings: reject.diagnostics }
    }

    /// Draws the page; its source only where `listing` has it as it was read.
    pub(super) fn draw(&self, out: &mut String, listing: Option<&Listing>) {
        let class = if self.status == "warning" {
            "warning"
        } else if self.status == "ok" {
            "dim"
        } else {
            "error"
        };
        let _ = write!(
            out,
            "<details class=\"page\"><summary><span class=\"{class}\">{}</span> {} <span class=\"dim\">{} diagnostics</span></summary>\n<div class=\"view\">\n",
            self.status,
            escaped(&self.source.uri),
            self.findings.len()
        );
        match listing.and_then(|listing| page(listing, &self.source)) {
            Some(page) => {
                let _ =
                    writeln!(out, "<pre tabindex=\"0\" aria-label=\"source\">{}</pre>", self.marked(&page));
            }
            None => out.push_str("<p class=\"dim\">The source is not here, or is not as it was read.</p>\n"),
        }
        out.push_str("<div>\n");
        for finding in &self.findings {
            let line = finding.line.map_or(String::new(), |line| format!(" line {line}"));
            let _ = writeln!(
                out,
                "<p class=\"{}\">{}{line}: {}</p>",
                finding.severity,
                escaped(&finding.id),
                escaped(&finding.message)
            );
        }
        out.push_str("<dl>\n");
        let mut value = |name: &str, text: Option<&str>| {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                let _ = writeln!(
                    out,
                    "<dt>{}</dt><dd>{}</dd>",
                    escaped(name),
                    escaped(cut(text, MAX_VALUE_BYTES))
                );
            }
        };
        let values = &self.values;
        value("title", values.title.as_deref());
        value("code", values.code.as_deref());
        value("code_system", values.code_system.as_deref());
        value("chapter", values.chapter.as_ref().and_then(|chapter| chapter.title.as_deref()));
        for section in &values.sections {
            value(section.heading.as_deref().unwrap_or("(no heading)"), Some(&section.text));
        }
        for point in &values.key_points {
            value("key point", Some(&point.text));
        }
        for listed in &values.diagnosis_codes.codes {
            value("listed code", Some(&listed.code));
        }
        out.push_str("</dl>\n</div>\n</div>\n</details>\n");
    }

    /// The source with the places of values in `mark`, each with the path of its value as a title.
    fn marked(&self, page: &Page) -> String {
        let mut places: Vec<(u32, u32, &str)> = Vec::new();
        for (path, origin) in &self.values.provenance.0 {
            let Origin::Page { bytes, parts, .. } = origin else { continue };
            let parts = if parts.is_empty() { std::slice::from_ref(bytes) } else { parts };
            places.extend(parts.iter().map(|&[start, end]| (start, end, path.as_str())));
        }
        places.sort_unstable();
        let total = page.bytes().len() as u32;
        let last = total.min(MAX_SOURCE_BYTES as u32);
        // A byte order mark is not part of the text.
        let mut at = if page.text_of([0, total]).is_some() { 0 } else { 3.min(total) };
        let mut html = String::new();
        for (start, end, path) in places {
            if start < at || start >= last {
                continue;
            }
            let (Some(before), Some(inside)) = (page.text_of([at, start]), page.text_of([start, end])) else {
                continue;
            };
            // A path is made of names of the profile and numbers; escaped all the same.
            let _ = write!(
                html,
                "{}<mark title=\"{}\">{}</mark>",
                escaped(before),
                escaped(path),
                escaped(inside)
            );
            at = end;
        }
        let rest = page.text_of([at, total]).unwrap_or_default();
        let room = (last as usize).saturating_sub(at as usize);
        html + &escaped(cut(rest, room)) + if rest.len() > room { "…" } else { "" }
    }
}

/// The page as it was read, if it still is.
fn page(listing: &Listing, source: &Source) -> Option<Page> {
    let entry = listing.find(&source.uri)?;
    let Place::File(path) = listing.place(&entry) else { return None };
    let options = ReadOptions { format: source.format, max_bytes: MAX_PAGE_BYTES_CEILING };
    let (file, size) = read::open(&path).ok()?;
    let Bytes::Whole(bytes) = read::read_bytes(file, Some(size), &source.uri, &options) else { return None };
    if source.hash.as_ref() != Some(&format!("blake3:{}", blake3::hash(&bytes))) {
        return None;
    }
    match read::read_page(&source.uri, bytes, &options) {
        ReadOutcome::Page(page) => Some(*page),
        ReadOutcome::Skip(_) | ReadOutcome::Reject(_) => None,
    }
}
