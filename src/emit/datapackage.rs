//! `datapackage.json`: the tables for machines, as CSV or, where there is none, as Parquet.
//!
//! In: the tables of a run whose files are on the disk. Out: a Frictionless Data Package (version 2,
//! datapackage.org): each table with its columns, types, constraints, keys, size and digest, and the escape
//! of cells. All of it comes from [`TABLES`](super::columns::TABLES). Never says when it was made.

use super::atomic::{AtomicFile, FinishedFile};
use super::csv::undo_pattern;
use super::schema::SCHEMA_VERSION;
#[cfg(feature = "parquet")]
use super::table_schema::nested_fields;
use super::table_schema::table_schema;
use super::{FinishedTable, RunFacts, TableForm};
use crate::error::Result;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Its name in a run directory.
pub(super) const DATAPACKAGE_NAME: &str = "datapackage.json";

/// Writes the description of `tables` in `folder`.
///
/// # Errors
/// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if it cannot be written.
pub(super) fn write(folder: &Path, facts: &RunFacts, tables: &[FinishedTable]) -> Result<FinishedFile> {
    let mut file = AtomicFile::create(folder, DATAPACKAGE_NAME)?;
    let text = format!("{:#}\n", datapackage(facts, tables));
    file.write_all(text.as_bytes()).map_err(|error| file.failed(error))?;
    file.finish()
}

fn datapackage(facts: &RunFacts, tables: &[FinishedTable]) -> Value {
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nosograph-run",
        "title": "Disease pages as records",
        "description": "The records of a run of nosograph as tables.",
        "version": SCHEMA_VERSION,
        "nosograph": facts,
    });
    if tables.iter().any(|table| table.form.is_csv()) {
        package["description"] = "The records of a run of nosograph as tables. A cell that a spreadsheet could take \
            for a formula has a `'` in front; `escape` says how to take it away. An empty cell is a missing value, \
            `\"\"` an empty text."
            .into();
        package["escape"] = json!({
            "pattern": undo_pattern(|number| format!("\\u{number:04x}")),
            "replacement": "$1",
            "columns": "all of type string",
        });
    }
    package["resources"] = tables.iter().map(resource).collect();
    package
}

fn resource(finished: &FinishedTable) -> Value {
    let written = finished.file.written();
    let mut schema = table_schema(finished.table);
    let description = schema.as_object_mut().and_then(|schema| {
        schema.remove("name");
        schema.remove("description")
    });
    let mut resource = json!({
        "name": finished.table.name,
        "type": "table",
        "path": written.path,
        "description": description,
        "scheme": "file",
    });
    match finished.form {
        TableForm::Csv { .. } => {
            resource["format"] = "csv".into();
            resource["mediatype"] = "text/csv".into();
            resource["encoding"] = "utf-8".into();
            resource["dialect"] = json!({
                "header": true,
                "delimiter": ",",
                "lineTerminator": "\r\n",
                "quoteChar": "\"",
                "doubleQuote": true,
            });
        }
        #[cfg(feature = "parquet")]
        TableForm::Parquet => {
            resource["format"] = "parquet".into();
            resource["mediatype"] = "application/vnd.apache.parquet".into();
            if finished.table.has_nested_rows() {
                schema["fields"] = nested_fields();
            }
        }
    }
    resource["bytes"] = written.bytes.into();
    resource["hash"] = format!("sha256:{}", written.sha256).into();
    resource["schema"] = schema;
    resource
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{facts, full_record};
    use crate::emit::{OutputFormat, Outputs, Rendered};
    use crate::extraction::RuleUses;
    use serde_json::Value;

    /// A run of one record in these formats, and its description.
    fn described(formats: &[OutputFormat]) -> (tempfile::TempDir, Value) {
        let folder = tempfile::tempdir().unwrap();
        let mut outputs = Outputs::create(folder.path(), formats, &facts()).unwrap();
        outputs.record(&Rendered::of(&full_record(), &RuleUses::default())).unwrap();
        outputs.finish().unwrap().publish(&[], b"{}").unwrap();
        let text = std::fs::read(folder.path().join(super::DATAPACKAGE_NAME)).unwrap();
        (folder, serde_json::from_slice(&text).unwrap())
    }

    #[test]
    fn it_tells_of_each_table_as_it_stands() {
        let (folder, package) = described(&OutputFormat::DEFAULT);
        let resources = package["resources"].as_array().unwrap();
        assert_eq!(resources.len(), 5);
        for resource in resources {
            let bytes = std::fs::read(folder.path().join(resource["path"].as_str().unwrap())).unwrap();
            assert_eq!(resource["bytes"], bytes.len() as u64);
            let mut reader = csv::Reader::from_reader(&bytes[..]);
            let header: Vec<&str> = reader.headers().unwrap().iter().collect();
            let fields = resource["schema"]["fields"].as_array().unwrap();
            let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
            assert_eq!(names, header);
        }
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn without_csv_it_tells_of_parquet() {
        let (folder, package) = described(&[OutputFormat::Parquet]);
        let names: Vec<&str> =
            package["resources"].as_array().unwrap().iter().map(|of| of["path"].as_str().unwrap()).collect();
        assert_eq!(names[0], "records.parquet");
        let fields = package["resources"][0]["schema"]["fields"].as_array().unwrap();
        let kind = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap()["type"].clone();
        assert_eq!(
            (kind("sections"), kind("source"), kind("billable")),
            ("array".into(), "object".into(), "boolean".into())
        );
        assert!(package.get("escape").is_none() && package["resources"][0].get("dialect").is_none());
        let load = folder.path().join("load");
        assert!(load.join("duckdb.sql").is_file() && !load.join("postgres.sql").exists());
    }
}
