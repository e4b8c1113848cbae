//! Records as a FHIR R4 `CodeSystem` of content `fragment`: the codes that pages are about.
//!
//! In: records. Out: the resource (hl7.org/fhir/R4/codesystem.html): one concept a code, in order of the
//! codes, with the reference's title as its display, the pages' titles as designations, and the pages
//! themselves as properties. The system's URI is HL7's (hl7.org/fhir/R4/terminologies-systems.html). A code
//! that the reference does not have is left out, since the system does not have it either. Holds codes,
//! titles and addresses of all pages, but no text.

use super::{ExportSummary, name_and_release, unwritable};
use crate::error::{Error, ErrorKind, Result};
use crate::record::{CodeStatus, Record};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

#[derive(Default)]
struct Concept {
    display: Option<String>,
    billable: Option<bool>,
    category: Option<String>,
    titles: BTreeSet<String>,
    pages: BTreeSet<String>,
}

/// `reference` is what the run says it was made with, if it says so.
pub(super) fn export(
    path: &Path,
    mut reference: Option<String>,
    records: impl Iterator<Item = Result<Record<'static>>>,
    print: &mut dyn FnMut(&str) -> io::Result<()>,
) -> Result<ExportSummary> {
    let mut summary = ExportSummary::default();
    let mut concepts: BTreeMap<String, Concept> = BTreeMap::new();
    for record in records {
        let record = record?;
        let of_all = reference.get_or_insert_with(|| record.reference.to_string());
        if *of_all != record.reference {
            let found =
                format!("records of `{of_all}` and of `{}`, but a code system is of one", record.reference);
            return Err(Error::new(ErrorKind::Input, found).at(path).hint("export each run by itself"));
        }
        let is_known = matches!(record.code_status, Some(CodeStatus::Valid | CodeStatus::Header));
        let Some(code) = record.code.filter(|_| is_known) else {
            summary.left_out += 1;
            continue;
        };
        summary.exported += 1;
        let concept = concepts.entry(code.to_string()).or_default();
        concept.display = concept.display.take().or(record.code_title.map(Cow::into_owned));
        concept.billable = concept.billable.or(record.billable);
        let category =
            record.category.and_then(|category| category.code).filter(|category| *category != code);
        concept.category = category.map(Cow::into_owned);
        concept.titles.extend(record.title.map(Cow::into_owned));
        concept.pages.insert(record.source.url.unwrap_or(record.source.uri));
    }
    let document = code_system(reference.as_deref(), concepts);
    print(&format!("{document:#}\n")).map_err(unwritable)?;
    Ok(summary)
}

fn code_system(reference: Option<&str>, concepts: BTreeMap<String, Concept>) -> Value {
    let (name, release) = name_and_release(reference.unwrap_or("ICD-10"));
    let (id, url) = if name.starts_with("ICD-10-CM") {
        ("icd-10-cm", "http://hl7.org/fhir/sid/icd-10-cm")
    } else {
        ("icd-10", "http://hl7.org/fhir/sid/icd-10")
    };
    let mut resource = json!({
        "resourceType": "CodeSystem",
        "id": id,
        "url": url,
    });
    if let Some(release) = release {
        resource["version"] = string(release);
    }
    resource["name"] = "PagesByCode".into();
    resource["title"] = string(&format!("{name} codes that pages are about"));
    resource["status"] = "draft".into();
    resource["experimental"] = true.into();
    resource["description"] =
        "Which codes scraped pages are about, and under which titles. Content of pages, not clinical truth."
            .into();
    resource["content"] = "fragment".into();
    let property = |code: &str, description: &str, of_type: &str| json!({"code": code, "description": description, "type": of_type});
    resource["property"] = json!([
        property(
            "category",
            "The three-character category that the code is in, where it is not the code itself.",
            "code"
        ),
        property("billable", "Whether the code has no codes below it.", "boolean"),
        property("page", "Address of a page about the code, or its path below the input.", "string"),
    ]);
    if !concepts.is_empty() {
        resource["concept"] = concepts.into_iter().map(concept).collect();
    }
    resource
}

/// FHIR has no empty arrays: what has no elements is left out.
fn concept((code, concept): (String, Concept)) -> Value {
    let mut value = json!({"code": code});
    if let Some(display) = &concept.display {
        value["display"] = string(display);
    }
    if !concept.titles.is_empty() {
        value["designation"] = concept.titles.iter().map(|title| json!({"value": string(title)})).collect();
    }
    let category = concept.category.map(|category| json!({"code": "category", "valueCode": category}));
    let billable = concept.billable.map(|billable| json!({"code": "billable", "valueBoolean": billable}));
    let pages = concept.pages.iter().map(|page| json!({"code": "page", "valueString": string(page)}));
    value["property"] = category.into_iter().chain(billable).chain(pages).collect();
    value
}

/// A FHIR string has no control characters but tab and line ends (hl7.org/fhir/R4/datatypes.html#string).
fn string(text: &str) -> Value {
    text.chars().filter(|&c| c >= ' ' || matches!(c, '\t' | '\n' | '\r')).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{exported, record};
    use super::super::{ExportSummary, ExportTarget};
    use serde_json::json;

    #[test]
    fn pages_of_one_code_are_one_concept() {
        let mut unknown = record("c.txt", "Q99.99", "Nothing");
        unknown["code_status"] = "unknown".into();
        let mut other = record("b.txt", "M61", "Other\u{7}");
        other["source"]["url"] = json!(null);
        let lines = [record("a.txt", "M61", "Title"), other, unknown];
        let (document, summary) = exported(&lines, ExportTarget::Fhir).unwrap();
        assert_eq!(summary, ExportSummary { exported: 2, left_out: 1 });
        assert_eq!(document["url"], "http://hl7.org/fhir/sid/icd-10-cm");
        assert_eq!(document["version"], "2026-04");
        assert_eq!(
            document["concept"],
            json!([{
                "code": "M61",
                "display": "Code title",
                "designation": [{"value": "Other"}, {"value": "Title"}],
                "property": [
                    {"code": "billable", "valueBoolean": false},
                    {"code": "page", "valueString": "b.txt"},
                    {"code": "page", "valueString": "https://example.org/m61"},
                ],
            }])
        );
    }

    #[test]
    fn a_code_system_is_of_one_reference() {
        let mut other = record("b.txt", "M62", "Other");
        other["reference"] = "ICD-10 2019".into();
        let error =
            exported(&[record("a.txt", "M61", "Title"), other.clone()], ExportTarget::Fhir).unwrap_err();
        assert!(error.to_string().contains("`ICD-10-CM 2026-04` and of `ICD-10 2019`"), "{error}");
        let (document, _) = exported(&[other], ExportTarget::Fhir).unwrap();
        assert_eq!(document["url"], "http://hl7.org/fhir/sid/icd-10");
    }
}
