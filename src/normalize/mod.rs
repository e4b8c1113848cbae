//! From findings to the record: [`Extraction`] and diagnostics in, [`Outcome`] out.
//!
//! Values get their final form, what the page leaves open is completed from the reference, and every value
//! keeps the rule and the bytes it came from. Nothing is judged here: the diagnostics are final.

mod classification;
mod provenance;
mod value;

pub use value::normal;

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::extract;
use crate::extraction::{ExtraField, Extraction, Multiplicity};
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use crate::record::{
    Coverage, DiagnosisCode, DiagnosisCodes, ExtraValue, Finding, Item, KeyPoint, Outcome, Record, Reject,
    Section, Source, Status, record_id,
};
use crate::span::Span;
use classification::Classification;
use provenance::Places;
use std::borrow::Cow;

/// Makes the record of a page, or its reject if a field that the profile requires is missing.
pub fn normalize<'a>(
    page: &'a Page,
    document: &'a Document<'_>,
    extraction: Extraction<'a>,
    diagnostics: Vec<Diagnostic>,
    (profile, reference): (&'a Profile, &'a Reference),
) -> Outcome<'a> {
    let classification = Classification::new(&extraction, reference);
    let places = Places { page, lines: &document.lines };
    let provenance = places.provenance(&extraction, &classification);
    let mut record = Record {
        record_id: record_id(&page.uri).into(),
        source: Source::of(page, address(document)),
        profile: profile.label().into(),
        reference: reference.release().into(),
        status: Status::of(diagnostics.iter().map(|diagnostic| diagnostic.severity)),
        title: extraction.title.as_ref().map(|title| in_form(title.value.clone())),
        code: classification.code.map(|code| code.to_string().into()),
        code_system: extraction.code_system.as_ref().map(|system| code_system(&system.value).into()),
        code_status: classification.status,
        code_kind: classification.kind,
        code_title: classification.title,
        billable: classification.billable,
        chapter: classification.chapter,
        block: classification.block,
        category: classification.category,
        provenance,
        coverage: extract::coverage(document, &extraction.roles),
        diagnostics: diagnostics.into_iter().map(Finding::from).collect(),
        sections: Vec::new(),
        key_points: Vec::new(),
        diagnosis_codes: DiagnosisCodes::default(),
        extra: Default::default(),
    };
    fill_lists(&mut record, extraction);
    if missing(&record, profile) {
        Outcome::Reject(Box::new(reject(record)))
    } else {
        Outcome::Record(Box::new(record))
    }
}

/// The address that a page gives for itself.
pub fn address(document: &Document<'_>) -> Option<String> {
    let metadata =
        |key: &str| document.metadata.iter().find(|of| of.key == key).map(|of| of.value.to_string());
    metadata("canonical").or_else(|| metadata("og:url"))
}

fn fill_lists<'a>(record: &mut Record<'a>, extraction: Extraction<'a>) {
    record.sections = extraction
        .sections
        .into_iter()
        .enumerate()
        .map(|(index, section)| Section {
            position: index as u32 + 1,
            level: section.level,
            heading: section.heading.map(|heading| in_form(heading.value)),
            text: joined(section.paragraphs),
            items: section
                .items
                .into_iter()
                .map(|item| Item { marker: item.marker, text: in_form(item.text), depth: item.depth })
                .collect(),
        })
        .collect();
    record.key_points = extraction
        .key_points
        .into_iter()
        .map(|point| KeyPoint { number: point.value.number, text: in_form(point.value.text) })
        .collect();
    record.diagnosis_codes = DiagnosisCodes {
        status: extraction.diagnosis_codes_status,
        codes: extraction
            .diagnosis_codes
            .into_iter()
            .map(|listed| DiagnosisCode {
                code: match listed.value.code.read {
                    Some(read) => read.code.to_string().into(),
                    None => listed.value.code.printed,
                },
                title: listed.value.title.map(|(title, _)| in_form(title)),
            })
            .collect(),
    };
    record.extra = extraction
        .extra
        .into_iter()
        .map(|ExtraField { name, values, multiplicity }| {
            let mut values = values.into_iter().map(|value| in_form(value.value));
            let value = match multiplicity {
                Multiplicity::One => ExtraValue::Text(values.next().unwrap_or_default()),
                Multiplicity::Many => ExtraValue::List(values.collect()),
            };
            (name.into(), value)
        })
        .collect();
}

/// A text in its final form, where it stands if it has that form.
fn in_form(text: Cow<'_, str>) -> Cow<'_, str> {
    match normal(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(normal) => Cow::Owned(normal),
    }
}

/// The paragraphs with an empty line between two.
fn joined<'a>(mut paragraphs: Vec<(Cow<'a, str>, Span)>) -> Cow<'a, str> {
    if paragraphs.len() <= 1 {
        return paragraphs.pop().map_or(Cow::Borrowed(""), |(text, _)| in_form(text));
    }
    let mut text = String::with_capacity(paragraphs.iter().map(|(text, _)| text.len() + 2).sum());
    for (paragraph, _) in &paragraphs {
        let paragraph = normal(paragraph);
        if !text.is_empty() && !paragraph.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&paragraph);
    }
    text.into()
}

/// The name of a classification as records write it: `icd10`, `ICD 10 CM` → `ICD-10`, `ICD-10-CM`; anything
/// else as printed.
pub fn code_system(printed: &str) -> String {
    let upper = normal(printed).to_uppercase().replace([' ', '‑', '–'], "-");
    match upper.strip_prefix("ICD").map(|rest| rest.trim_start_matches('-')) {
        Some(rest) if rest.starts_with("10") => format!("ICD-{rest}"),
        _ => normal(printed).into_owned(),
    }
}

/// Whether a field that the profile requires is empty.
fn missing(record: &Record<'_>, profile: &Profile) -> bool {
    let empty = [
        ("title", record.title.is_none()),
        ("code", record.code.is_none()),
        ("code_system", record.code_system.is_none()),
        ("chapter", record.chapter.is_none()),
        ("block", record.block.is_none()),
        ("category", record.category.is_none()),
        ("sections", record.sections.is_empty()),
        ("key_points", record.key_points.is_empty()),
        ("diagnosis_codes", record.diagnosis_codes.codes.is_empty()),
    ];
    // A page without visible text is no record under any profile.
    record.coverage == Coverage::default()
        || empty.iter().any(|&(field, empty)| empty && profile.requires(field))
        || profile.required_extra().any(|name| !record.extra.contains_key(name))
}

fn reject(mut record: Record<'_>) -> Reject<'_> {
    Reject {
        record_id: std::mem::take(&mut record.record_id),
        source: record.source.clone(),
        profile: std::mem::take(&mut record.profile),
        reference: std::mem::take(&mut record.reference),
        diagnostics: std::mem::take(&mut record.diagnostics),
        partial: record.into_partial(),
    }
}
