//! Records in the words of others: FHIR and schema.org.
//!
//! In: the records of a run directory, one after the other. Out: one JSON document, in pieces. It says what
//! pages say, not what is true: a page is not a clinical source, and no export makes it one. Never changes
//! a record.

mod fhir;
mod schema_org;

use crate::error::{Error, ErrorKind, Position, Result};
use crate::record::Record;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

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

/// Writes the records of a run directory, or of an NDJSON file, in the words of `target`; `print` takes the
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
    let file = if path.is_dir() { path.join("records.ndjson") } else { path.to_owned() };
    let records = records(&file)?;
    match target {
        ExportTarget::Fhir => fhir::export(&file, records, print),
        ExportTarget::SchemaOrg => schema_org::export(records, print),
    }
}

fn records(path: &Path) -> Result<impl Iterator<Item = Result<Record>>> {
    let path: PathBuf = path.to_owned();
    let file = File::open(&path).map_err(|error| unreadable(&path, error))?;
    let lines = (1..).zip(BufReader::new(file).lines());
    Ok(lines.filter_map(move |(number, line)| match line {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => Some(serde_json::from_str(&line).map_err(|error| {
            Error::new(ErrorKind::Input, "not a record")
                .at(&path)
                .position(Position { line: number, column: error.column() as u32 })
                .source(error)
                .hint("name a run directory, or an NDJSON file of records of this version")
        })),
        Err(error) => Some(Err(unreadable(&path, error))),
    }))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Input, "the records cannot be read").at(path).source(error).hint(
        "name a run directory with `records.ndjson` (`run --formats ndjson`), or an NDJSON file of records",
    )
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
