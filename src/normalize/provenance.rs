//! Rule, line and bytes of every value, in the order of the record's fields.

use super::classification::Classification;
use crate::extraction::{ExtraField, Extraction, Found, Multiplicity};
use crate::page::Page;
use crate::record::{FieldPath, Origin, Provenance, SmolStr};
use crate::span::{LineIndex, Span};

/// What turns spans of the page's text into lines and bytes of the file.
pub(super) struct Places<'a> {
    pub(super) page: &'a Page,
    pub(super) lines: &'a LineIndex,
}

impl Places<'_> {
    pub(super) fn provenance<'r>(
        &self,
        extraction: &Extraction<'r>,
        classification: &Classification<'_>,
    ) -> Provenance<'r> {
        let list = Vec::with_capacity(expected(extraction));
        let mut entries = Entries { places: self, list, path: String::with_capacity(LONG_PATH) };
        entries.found(FieldPath::Field("title"), extraction.title.as_ref());
        entries.found(FieldPath::Field("code"), extraction.code.as_ref());
        entries.found(FieldPath::Field("code_system"), extraction.code_system.as_ref());
        entries.reference(FieldPath::Field("code_status"), classification.status.is_some());
        entries.reference(FieldPath::Field("code_kind"), classification.kind.is_some());
        entries.reference(FieldPath::Field("code_title"), classification.title.is_some());
        entries.reference(FieldPath::Field("billable"), classification.billable.is_some());
        // The words are the value; a bare number on the page leaves them to the reference.
        let worded = extraction.chapter.as_ref().filter(|chapter| chapter.value.title.is_some());
        entries.either(FieldPath::Field("chapter"), worded, classification.chapter.is_some());
        if worded.is_none() {
            let number = extraction.chapter.as_ref().filter(|chapter| chapter.value.number.is_some());
            entries.found(FieldPath::Field("chapter.number"), number);
        }
        entries.either(FieldPath::Field("block"), extraction.block.as_ref(), classification.block.is_some());
        entries.either(
            FieldPath::Field("category"),
            extraction.category.as_ref(),
            classification.category.is_some(),
        );
        for (index, section) in extraction.sections.iter().enumerate() {
            entries.found(FieldPath::Heading(index), section.heading.as_ref());
            let parts = section.paragraphs.iter().map(|&(_, span)| span);
            entries.page(FieldPath::Text(index), section.rule, parts);
            for (position, item) in section.items.iter().enumerate() {
                entries.page(FieldPath::Item(index, position), section.rule, [item.span]);
            }
        }
        for (index, point) in extraction.key_points.iter().enumerate() {
            entries.found(FieldPath::KeyPoint(index), Some(point));
        }
        for (index, listed) in extraction.diagnosis_codes.iter().enumerate() {
            entries.found(FieldPath::ListedCode(index), Some(listed));
            if let Some((_, span)) = &listed.value.title {
                entries.page(FieldPath::ListedTitle(index), listed.rule, [*span]);
            }
        }
        for ExtraField { name, values, multiplicity } in &extraction.extra {
            for (index, value) in values.iter().enumerate() {
                match multiplicity {
                    Multiplicity::One => entries.found(FieldPath::Extra(name), Some(value)),
                    Multiplicity::Many => entries.found(FieldPath::ExtraItem(name, index), Some(value)),
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

/// How many entries there will be, but for a few.
fn expected(extraction: &Extraction<'_>) -> usize {
    const SINGLE: usize = 12;
    let of_sections = extraction.sections.iter().map(|section| 2 + section.items.len()).sum::<usize>();
    SINGLE + of_sections + extraction.key_points.len() + 2 * extraction.diagnosis_codes.len()
}

/// Bytes that hardly any path has.
const LONG_PATH: usize = 64;

struct Entries<'a, 'r> {
    places: &'a Places<'a>,
    list: Vec<(SmolStr, Origin<'r>)>,
    /// Where paths are put together.
    path: String,
}

impl<'r> Entries<'_, 'r> {
    fn found<T>(&mut self, path: FieldPath<'_>, found: Option<&Found<'r, T>>) {
        if let Some(found) = found {
            self.page(path, found.rule, [found.span]);
        }
    }

    fn either<T>(&mut self, path: FieldPath<'_>, found: Option<&Found<'r, T>>, known: bool) {
        match found {
            Some(_) => self.found(path, found),
            None => self.reference(path, known),
        }
    }

    fn reference(&mut self, path: FieldPath<'_>, known: bool) {
        if known {
            self.push(path, Origin::Reference);
        }
    }

    fn page(
        &mut self,
        path: FieldPath<'_>,
        rule: &'r str,
        parts: impl IntoIterator<Item = Span, IntoIter: ExactSizeIterator + Clone>,
    ) {
        let parts = parts.into_iter();
        let Some(hull) = parts.clone().reduce(Span::join) else { return };
        let origin = Origin::Page {
            rule: rule.into(),
            line: self.places.lines.line(hull.start).get(),
            bytes: self.places.raw(hull),
            parts: if parts.len() > 1 {
                parts.map(|part| self.places.raw(part)).collect()
            } else {
                Vec::new()
            },
        };
        self.push(path, origin);
    }

    fn push(&mut self, path: FieldPath<'_>, origin: Origin<'r>) {
        self.path.clear();
        // A `String` takes any text.
        let _ = path.write_to(&mut self.path);
        self.list.push((SmolStr::new(&self.path), origin));
    }
}
