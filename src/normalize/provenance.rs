//! Rule, line and bytes of every value, in the order of the record's fields.

use super::classification::Classification;
use crate::extraction::{ExtraField, Extraction, Found, Multiplicity};
use crate::page::Page;
use crate::record::{Origin, Provenance};
use crate::span::{LineIndex, Span};

/// What turns spans of the page's text into lines and bytes of the file.
pub(super) struct Places<'a> {
    pub(super) page: &'a Page,
    pub(super) lines: &'a LineIndex,
}

impl Places<'_> {
    pub(super) fn provenance(
        &self,
        extraction: &Extraction<'_>,
        classification: &Classification,
    ) -> Provenance {
        let mut entries = Entries { places: self, list: Vec::new() };
        entries.found("title", extraction.title.as_ref());
        entries.found("code", extraction.code.as_ref());
        entries.found("code_system", extraction.code_system.as_ref());
        entries.reference("code_status", classification.status.is_some());
        entries.reference("code_kind", classification.kind.is_some());
        entries.reference("code_title", classification.title.is_some());
        entries.reference("billable", classification.billable.is_some());
        // The words are the value; a bare number on the page leaves them to the reference.
        let worded = extraction.chapter.as_ref().filter(|chapter| chapter.value.title.is_some());
        entries.either("chapter", worded, classification.chapter.is_some());
        if worded.is_none() {
            let number = extraction.chapter.as_ref().filter(|chapter| chapter.value.number.is_some());
            entries.found("chapter.number", number);
        }
        entries.either("block", extraction.block.as_ref(), classification.block.is_some());
        entries.either("category", extraction.category.as_ref(), classification.category.is_some());
        for (index, section) in extraction.sections.iter().enumerate() {
            if section.heading.is_some() {
                entries.found(&format!("sections[{index}].heading"), section.heading.as_ref());
            }
            let parts: Vec<Span> = section.paragraphs.iter().map(|&(_, span)| span).collect();
            if !parts.is_empty() {
                entries.page(format!("sections[{index}].text"), section.rule, &parts);
            }
            for (position, item) in section.items.iter().enumerate() {
                entries.page(format!("sections[{index}].items[{position}]"), section.rule, &[item.span]);
            }
        }
        for (index, point) in extraction.key_points.iter().enumerate() {
            entries.found(&format!("key_points[{index}]"), Some(point));
        }
        for (index, listed) in extraction.diagnosis_codes.iter().enumerate() {
            entries.found(&format!("diagnosis_codes.codes[{index}].code"), Some(listed));
            if let Some((_, span)) = &listed.value.title {
                entries.page(format!("diagnosis_codes.codes[{index}].title"), listed.rule, &[*span]);
            }
        }
        for ExtraField { name, values, multiplicity } in &extraction.extra {
            for (index, value) in values.iter().enumerate() {
                match multiplicity {
                    Multiplicity::One => entries.found(&format!("extra.{name}"), Some(value)),
                    Multiplicity::Many => entries.found(&format!("extra.{name}[{index}]"), Some(value)),
                }
            }
        }
        Provenance(entries.list)
    }

    fn raw(&self, span: Span) -> [u32; 2] {
        let raw = self.page.raw_span(span);
        [raw.start, raw.end]
    }
}

struct Entries<'a> {
    places: &'a Places<'a>,
    list: Vec<(String, Origin)>,
}

impl Entries<'_> {
    fn found<T>(&mut self, path: &str, found: Option<&Found<'_, T>>) {
        if let Some(found) = found {
            self.page(path.to_owned(), found.rule, &[found.span]);
        }
    }

    fn either<T>(&mut self, path: &str, found: Option<&Found<'_, T>>, known: bool) {
        match found {
            Some(_) => self.found(path, found),
            None => self.reference(path, known),
        }
    }

    fn reference(&mut self, path: &str, known: bool) {
        if known {
            self.list.push((path.to_owned(), Origin::Reference));
        }
    }

    fn page(&mut self, path: String, rule: &str, parts: &[Span]) {
        let Some(hull) = parts.iter().copied().reduce(Span::join) else { return };
        let origin = Origin::Page {
            rule: rule.to_owned(),
            line: self.places.lines.line(hull.start).get(),
            bytes: self.places.raw(hull),
            parts: if parts.len() > 1 {
                parts.iter().map(|&part| self.places.raw(part)).collect()
            } else {
                Vec::new()
            },
        };
        self.list.push((path, origin));
    }
}
