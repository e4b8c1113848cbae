//! Records in the words of others: FHIR and schema.org.
//!
//! In: the records of a run directory, one after the other. Out: one JSON document, in pieces. It says what
//! pages say, not what is true: a page is not a clinical source, and no export makes it one. Never changes
//! a record.

mod fhir;
mod schema_org;

use crate::emit::manifest::read_manifest;
use crate::error::{Error, ErrorKind, Result};
use crate::records::{WholeRecords, record_file};
use std::io;
use std::path::Path;

/// In whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportTarget {
    /// HL7 FHIR R4: a `CodeSystem` fragment of the codes that pages are about.
    Fhir,
    /// schema.org: a JSON-LD graph of `MedicalCondition`s, each with its page.
    SchemaOrg,
}

/// What became of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// Records that are in the document.
    pub exported: u64,
    /// Records that are not, since they have no code, or one that the target has not.
    pub left_out: u64,
}

/// Writes the records of a run directory, or of a file of NDJSON, JSON or Parquet, in the words of `target`; `print` takes the
/// document in pieces.
///
/// # Errors
/// [`ErrorKind::Input`] if the records cannot be read, or were made with different references where the
/// target can name only one; [`ErrorKind::Output`] with what `print` says.
pub fn export(
    path: &Path,
    target: ExportTarget,
    print: &mut dyn FnMut(&str) -> io::Result<()>,
) -> Result<ExportSummary> {
    let manifest = read_manifest(path).unwrap_or_default();
    let path = record_file(path)?;
    let mut file = WholeRecords::open(&path)?;
    let records =
        std::iter::from_fn(|| file.next_value().map(|next| next.map(|(_, record)| record)).transpose());
    match target {
        ExportTarget::Fhir => {
            fhir::export(&path, manifest["reference"].as_str().map(str::to_owned), records, print)
        }
        ExportTarget::SchemaOrg => schema_org::export(records, print),
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::new(ErrorKind::Output, "the document cannot be written").source(error)
}

/// Name and release of a reference such as `ICD-10-CM 2026-04`.
fn name_and_release(reference: &str) -> (&str, Option<&str>) {
    reference.split_once(' ').map_or((reference, None), |(name, release)| (name, Some(release)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The document of these lines.
    pub(super) fn exported(lines: &[Value], target: ExportTarget) -> Result<(Value, ExportSummary)> {
        let folder = tempfile::tempdir().unwrap();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(folder.path().join("records.ndjson"), text).unwrap();
        let mut document = String::new();
        let mut print = |piece: &str| {
            document.push_str(piece);
            Ok(())
        };
        let summary = export(folder.path(), target, &mut print)?;
        assert!(document.ends_with('\n'));
        Ok((serde_json::from_str(&document).unwrap(), summary))
    }

    pub(super) fn record(uri: &str, code: &str, title: &str) -> Value {
        let mut record = serde_json::to_value(crate::emit::tests::full_record()).unwrap();
        record["source"]["uri"] = uri.into();
        record["code"] = code.into();
        record["title"] = title.into();
        record
    }

    #[test]
    fn a_line_that_is_no_record_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.ndjson");
        std::fs::write(&path, "\n{}\n").unwrap();
        let error = export(&path, ExportTarget::SchemaOrg, &mut |_| Ok(())).unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Input, Some(&*path)));
        assert!(error.to_string().contains(":2:"), "{error}");
    }

    #[test]
    fn no_records_give_a_document_too() {
        for target in [ExportTarget::Fhir, ExportTarget::SchemaOrg] {
            let (_, summary) = exported(&[], target).unwrap();
            assert_eq!(summary, ExportSummary::default());
        }
    }
}
