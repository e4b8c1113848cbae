//! `datapackage.json`: the CSV tables for machines.
//!
//! In: the tables of a run whose files are on the disk. Out: a Frictionless Data Package (version 2,
//! datapackage.org): each table with its columns, types, constraints, keys, size and digest, and the escape
//! of cells. All of it comes from [`TABLES`](super::columns::TABLES). Never says when it was made.

use super::RunFacts;
use super::atomic::{AtomicFile, FinishedFile};
use super::csv::{FinishedTable, undo_pattern};
use super::schema::{SCHEMA_VERSION, table_schema};
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
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nosograph-run",
        "title": "Disease pages as records",
        "description": "The records of a run of nosograph as tables. A cell that a spreadsheet could take for a \
            formula has a `'` in front; `escape` says how to take it away. An empty cell is a missing value, `\"\"` \
            an empty text.",
        "version": SCHEMA_VERSION,
        "nosograph": facts,
        "escape": {
            "pattern": undo_pattern(|number| format!("\\u{number:04x}")),
            "replacement": "$1",
            "columns": "all of type string",
        },
        "resources": tables.iter().map(resource).collect::<Vec<_>>(),
    })
}

fn resource(table: &FinishedTable) -> Value {
    let written = table.file.written();
    let mut schema = table_schema(table.table);
    let description = schema.as_object_mut().and_then(|schema| {
        schema.remove("name");
        schema.remove("description")
    });
    json!({
        "name": table.table.name,
        "type": "table",
        "path": written.path,
        "description": description,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.bytes,
        "hash": format!("sha256:{}", written.sha256),
        "dialect": {
            "header": true,
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": "\"",
            "doubleQuote": true,
        },
        "schema": schema,
    })
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{facts, full_record, published};
    use crate::emit::{CsvEmitter, Emitter, Rendered};
    use crate::extraction::RuleUses;
    use serde_json::Value;

    #[test]
    fn it_tells_of_each_table_as_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = Box::new(CsvEmitter::create(folder.path(), &facts()).unwrap());
        emitter.emit(&Rendered::of(&full_record(), &RuleUses::default())).unwrap();
        published(emitter);
        let text = std::fs::read(folder.path().join(super::DATAPACKAGE_NAME)).unwrap();
        let package: Value = serde_json::from_slice(&text).unwrap();
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
}
