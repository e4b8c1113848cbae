//! Records as schema.org JSON-LD: a `MedicalCondition` each, and the page that it is about.
//!
//! In: records. Out: a document with a `@graph` of one node a line, made record by record. The condition
//! has the name and the code; what the page says stands in its `subjectOf`, a `MedicalWebPage` with its
//! headings as `WebPageElement`s and its key points as `abstract`. Terms of schema.org 29. A record without
//! a code is left out.

use super::{ExportSummary, name_and_release, unwritable};
use crate::error::Result;
use crate::record::{Record, Section};
use serde_json::{Map, Value, json};
use std::io;

pub(super) fn export(
    records: impl Iterator<Item = Result<Record<'static>>>,
    print: &mut dyn FnMut(&str) -> io::Result<()>,
) -> Result<ExportSummary> {
    let mut summary = ExportSummary::default();
    print("{\"@context\":\"https://schema.org\",\"@graph\":[").map_err(unwritable)?;
    for record in records {
        let record = record?;
        match &record.code {
            Some(code) => {
                let lead = if summary.exported == 0 { "\n" } else { ",\n" };
                print(&format!("{lead}{}", condition(&record, code))).map_err(unwritable)?;
                summary.exported += 1;
            }
            None => summary.left_out += 1,
        }
    }
    print("\n]}\n").map_err(unwritable)?;
    Ok(summary)
}

fn condition(record: &Record<'_>, code: &str) -> Value {
    let system = record.code_system.as_deref().unwrap_or(name_and_release(&record.reference).0);
    let name = record.title.as_deref().or(record.code_title.as_deref());
    let alternate = record.code_title.as_deref().filter(|title| Some(*title) != name);
    node(
        "MedicalCondition",
        [
            ("@id", Some(format!("urn:uuid:{}", record.record_id).into())),
            ("name", name.map(Value::from)),
            ("alternateName", alternate.map(Value::from)),
            ("code", Some(json!({"@type": "MedicalCode", "codeValue": code, "codingSystem": system}))),
            ("subjectOf", Some(page(record))),
        ],
    )
}

fn page(record: &Record<'_>) -> Value {
    let points: Vec<&str> = record.key_points.iter().map(|point| &*point.text).collect();
    node(
        "MedicalWebPage",
        [
            ("name", record.title.as_deref().map(Value::from)),
            ("url", record.source.url.as_deref().map(Value::from)),
            ("identifier", Some(record.source.uri.as_str().into())),
            ("abstract", (!points.is_empty()).then(|| points.join("\n").into())),
            ("hasPart", list(record.sections.iter().map(part).collect())),
        ],
    )
}

fn part(section: &Section<'_>) -> Value {
    let items = section.items.iter().map(|item| &*item.text);
    let texts: Vec<&str> =
        [&*section.text].into_iter().chain(items).filter(|text| !text.is_empty()).collect();
    node(
        "WebPageElement",
        [
            ("position", Some(section.position.into())),
            ("headline", section.heading.as_deref().map(Value::from)),
            ("text", (!texts.is_empty()).then(|| texts.join("\n").into())),
        ],
    )
}

fn list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then_some(Value::Array(values))
}

/// A node of this type with those of the properties that there are.
fn node<const N: usize>(of_type: &str, properties: [(&str, Option<Value>); N]) -> Value {
    let mut node = Map::from_iter([("@type".to_owned(), Value::from(of_type))]);
    let present = properties.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    node.extend(present);
    Value::Object(node)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{exported, record};
    use super::super::{ExportSummary, ExportTarget};
    use serde_json::json;

    #[test]
    fn a_record_is_a_condition_with_its_page() {
        let mut without_code = record("b.txt", "", "No code");
        without_code["code"] = json!(null);
        let lines = [record("a.txt", "M61", "Title"), without_code];
        let (document, summary) = exported(&lines, ExportTarget::SchemaOrg).unwrap();
        assert_eq!(summary, ExportSummary { exported: 1, left_out: 1 });
        assert_eq!(document["@context"], "https://schema.org");
        assert_eq!(
            document["@graph"],
            json!([{
                "@type": "MedicalCondition",
                "@id": format!("urn:uuid:{}", crate::record::record_id("m61.txt")),
                "name": "Title",
                "alternateName": "Code title",
                "code": {"@type": "MedicalCode", "codeValue": "M61", "codingSystem": "ICD-10"},
                "subjectOf": {
                    "@type": "MedicalWebPage",
                    "name": "Title",
                    "url": "https://example.org/m61",
                    "identifier": "a.txt",
                    "abstract": "Point",
                    "hasPart": [
                        {"@type": "WebPageElement", "position": 1, "headline": "Heading", "text": "Text\nitem"},
                    ],
                },
            }])
        );
    }
}
