//! The values of a run by page: records, and what rejects hold.

use crate::error::{Error, ErrorKind, Position, Result};
use crate::record::{Partial, Record, Reject};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What was extracted from a page.
pub(super) struct Extracted {
    pub(super) uri: String,
    pub(super) values: Partial,
}

/// The pages of a run directory (records and rejects) or of an NDJSON file of records, by the name of the
/// page without folders and extension.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Extracted>> {
    let mut pages = BTreeMap::new();
    let mut add = |uri: String, values: Partial| {
        let name = uri.rsplit('/').next().unwrap_or(&uri);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        pages.insert(stem.to_owned(), Extracted { uri, values });
    };
    let records = if path.is_dir() { path.join("records.ndjson") } else { path.to_owned() };
    each_line(&records, |record: Record| add(record.source.uri.clone(), values(record)))?;
    if path.is_dir() {
        each_line(&path.join("rejects.ndjson"), |reject: Reject| add(reject.source.uri, reject.partial))?;
    }
    Ok(pages)
}

fn values(record: Record) -> Partial {
    Partial {
        title: record.title,
        code: record.code,
        code_system: record.code_system,
        chapter: record.chapter,
        sections: record.sections,
        key_points: record.key_points,
        diagnosis_codes: record.diagnosis_codes,
        extra: record.extra,
        coverage: record.coverage,
        provenance: record.provenance,
    }
}

fn each_line<T: DeserializeOwned>(path: &Path, mut each: impl FnMut(T)) -> Result<()> {
    let unreadable = |error: std::io::Error| {
        let hint = "name a run directory or an NDJSON file of records";
        Error::new(ErrorKind::Input, "the records cannot be read").at(path).source(error).hint(hint)
    };
    let file = File::open(path).map_err(unreadable)?;
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        each(serde_json::from_str(&line).map_err(|error| {
            let column = error.column() as u32;
            Error::new(ErrorKind::Input, "not a record")
                .at(path)
                .position(Position { line: number, column })
                .source(error)
        })?);
    }
    Ok(())
}
