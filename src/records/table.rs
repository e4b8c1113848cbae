//! Records from tables: rows of CSV, or of a flat Parquet file, with columns of [`TABLES`] in, [`Row`]s out.
//!
//! `records.csv` gives a record a row with the scalar fields; a child table gives a record for each run of
//! rows with the same `record_id`. The columns may stand in any order; those that are not ours are told once.
//! The `'` by which the writer keeps a cell from being a formula is taken off.

use super::lenient::empty_record;
use super::{Content, FIELDS, Fault, Reading, Row};
use crate::diagnostic::quote;
use crate::emit::columns::{TABLES, Table};
use crate::emit::unescaped;
use crate::error::{Error, ErrorKind, Result};
use crate::record::{Category, Chapter, DiagnosisCode, Finding, IcdBlock, KeyPoint, Section};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

/// Calls `visit` for each record of a CSV file.
pub(super) fn each_row(
    path: &Path,
    input: impl BufRead,
    visit: &mut dyn FnMut(Row) -> Result<()>,
) -> Result<()> {
    let Some(mut csv) = CsvTable::open(path, input)? else { return Ok(()) };
    let mut table = TableRows::new(path, &csv.names)?;
    if let Some(message) = foreign(table.table, &csv.names) {
        visit(Row { line: 1, content: Content::Columns(message) })?;
    }
    while let Some((line, row)) = csv.next()? {
        match row {
            Ok(()) => table.row(line, &|name| csv.cell(name), visit)?,
            Err(message) => table.malformed(line, message, visit)?,
        }
    }
    table.end(visit)
}

/// A CSV file with a header, row by row.
pub(super) struct CsvTable<R> {
    path: PathBuf,
    reader: csv::Reader<R>,
    names: Vec<String>,
    /// Those of the row that was read last.
    cells: csv::ByteRecord,
    /// By how much the reader's lines are too few.
    late: u64,
}

impl<R: BufRead> CsvTable<R> {
    /// Reads the header; `None` if there is nothing at all.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it cannot be read.
    pub(super) fn open(path: &Path, mut input: R) -> Result<Option<Self>> {
        // The reader ends a row at the `\r` and counts the `\n` behind it only with the next one.
        let late = u64::from(has_crlf(path, &mut input)?);
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(input);
        let mut cells = csv::ByteRecord::new();
        if !read(path, &mut reader, &mut cells)? {
            return Ok(None);
        }
        let names = cells.iter().map(name_of).collect();
        Ok(Some(Self { path: path.to_owned(), reader, names, cells, late }))
    }

    /// The names of its columns.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads the next row: its line, and why it is none where it is none; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Result<(), String>)>> {
        if !read(&self.path, &mut self.reader, &mut self.cells)? {
            return Ok(None);
        }
        let line = self.cells.position().map_or(0, csv::Position::line) + self.late;
        let (found, wanted) = (self.cells.len(), self.names.len());
        let row = if found != wanted {
            Err(format!(
                "the row has {found} cells, the header {wanted}; mend the row, or write the file anew"
            ))
        } else if std::str::from_utf8(self.cells.as_slice()).is_err() {
            Err("the row is not UTF-8; save the file as UTF-8".to_owned())
        } else {
            Ok(())
        };
        Ok(Some((line, row)))
    }

    /// The cell of a column as the record had it; empty where there is no such column.
    pub(super) fn cell(&self, name: &str) -> Cow<'_, str> {
        let at = self.names.iter().position(|of| of == name);
        let cell = at.and_then(|at| self.cells.get(at)).map(String::from_utf8_lossy).unwrap_or_default();
        match cell {
            Cow::Borrowed(text) => Cow::Borrowed(unescaped(text)),
            Cow::Owned(text) => Cow::Owned(unescaped(&text).to_owned()),
        }
    }
}

fn name_of(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_owned()
}

/// A cell as CSV would have it.
#[cfg(feature = "parquet")]
pub(super) fn cell_of_json(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None | Some(Value::Null) => Cow::Borrowed(""),
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// What to say of columns that the table should not have.
pub(super) fn foreign(table: &Table, names: &[String]) -> Option<String> {
    let is_ours = |name: &&String| table.columns.iter().any(|column| column.name == **name);
    let foreign: Vec<String> = names.iter().filter(|name| !is_ours(name)).map(|name| quote(name)).collect();
    (!foreign.is_empty()).then(|| {
        let (table, names) = (table.name, foreign.join(", "));
        format!("no columns of the table `{table}`: {names}; they are not judged")
    })
}

fn has_crlf(path: &Path, input: &mut impl BufRead) -> Result<bool> {
    let head = input.fill_buf().map_err(|error| unreadable(path, error.into()))?;
    Ok(memchr::memchr(b'\n', head).is_some_and(|at| head[..at].ends_with(b"\r")))
}

fn unreadable(path: &Path, error: csv::Error) -> Error {
    Error::new(ErrorKind::Input, "the table cannot be read").at(path).source(error)
}

fn read(path: &Path, reader: &mut csv::Reader<impl Read>, cells: &mut csv::ByteRecord) -> Result<bool> {
    reader.read_byte_record(cells).map_err(|error| unreadable(path, error))
}

/// Rows of a table on their way to records.
pub(super) struct TableRows {
    table: &'static Table,
    /// Fields of a record that no column has.
    missing: Vec<&'static str>,
    /// The record to which more rows of a child table may come, and the line of its first.
    open: Option<(u64, Box<Reading>)>,
}

impl TableRows {
    /// A table with these columns: of those of a run the one that has most of them.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it is none of them.
    pub(super) fn new(path: &Path, names: &[String]) -> Result<Self> {
        let has = |name: &str| names.iter().any(|of| of == name);
        let known = |table: &&Table| table.columns.iter().filter(|column| has(&column.name)).count();
        let keyed = |table: &&&Table| table.primary_key.iter().all(|key| has(key));
        // Of two that fit as well the first is meant: the records.
        let table = TABLES.iter().rev().filter(|table| keyed(&table)).max_by_key(known);
        let Some(table) = table else {
            return Err(Error::new(ErrorKind::Input, "the table has no column `record_id`")
                .at(path)
                .hint("name a file of records; `nosograph schema tables` lists the columns of each table"));
        };
        let missing = FIELDS.into_iter().filter(|field| !has_field(table, field, &has)).collect();
        Ok(Self { table, missing, open: None })
    }

    /// Takes a row; `visit` is called for the record before it, if that has come to its end.
    pub(super) fn row<'c>(
        &mut self,
        line: u64,
        cell: &impl Fn(&str) -> Cow<'c, str>,
        visit: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let is_child = self.table.name != TABLES[0].name;
        if let Some((_, reading)) = &mut self.open
            && is_child
            && cell("record_id") == reading.record.record_id
        {
            add_child(reading, self.table.name, cell);
            return Ok(());
        }
        self.end(visit)?;
        let missing = self.missing.clone();
        let mut reading = Box::new(Reading { record: empty_record(), missing, faults: Vec::new() });
        if is_child {
            reading.record.record_id = cell("record_id").into_owned().into();
            add_child(&mut reading, self.table.name, cell);
        } else {
            fill(&mut reading, cell);
        }
        self.open = Some((line, reading));
        Ok(())
    }

    /// Tells of a row that is none.
    pub(super) fn malformed(
        &mut self,
        line: u64,
        message: String,
        visit: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        self.end(visit)?;
        visit(Row { line, content: Content::Malformed(message) })
    }

    /// Calls `visit` for the last record.
    pub(super) fn end(&mut self, visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let open = self.open.take();
        open.map_or(Ok(()), |(line, reading)| visit(Row { line, content: Content::Record(reading) }))
    }
}

/// Whether columns that `has` knows hold a field of a record.
pub(super) fn has_field(table: &Table, field: &str, has: &impl Fn(&str) -> bool) -> bool {
    if table.name != TABLES[0].name {
        return field == "record_id" || field == table.name;
    }
    match field {
        "source" => has("source_uri"),
        "chapter" => has("chapter_number") || has("chapter_title") || has("chapter_range"),
        "block" => has("block_range") || has("block_title"),
        "category" => has("category_code") || has("category_title"),
        "coverage" => {
            ["lines", "assigned", "chrome", "unassigned"].iter().all(|part| has(&format!("coverage_{part}")))
        }
        // Their children stand in tables of their own.
        "sections" | "key_points" | "diagnosis_codes" | "provenance" | "diagnostics" => false,
        name => has(name),
    }
}

/// Fills the scalar fields from the cells of a row.
pub(super) fn fill<'c>(reading: &mut Reading, cell: &impl Fn(&str) -> Cow<'c, str>) {
    let whole = |name: &str| Cow::<str>::Owned(cell(name).into_owned());
    let text = |name: &str| Some(whole(name)).filter(|text| !text.is_empty());
    let Reading { record, faults, .. } = reading;
    record.record_id = whole("record_id");
    record.source.uri = cell("source_uri").into_owned();
    record.source.url = text("source_url").map(Cow::into_owned);
    record.source.format = parsed(cell, "source_format", faults);
    record.source.encoding = text("source_encoding").map(Cow::into_owned);
    record.source.bytes = parsed(cell, "source_bytes", faults);
    record.source.hash = text("source_hash").map(Cow::into_owned);
    record.profile = whole("profile");
    record.reference = whole("reference");
    record.status = parsed(cell, "status", faults).unwrap_or(record.status);
    record.title = text("title");
    record.code = text("code");
    record.code_system = text("code_system");
    record.code_status = parsed(cell, "code_status", faults);
    record.code_kind = parsed(cell, "code_kind", faults);
    record.code_title = text("code_title");
    record.billable = parsed(cell, "billable", faults);
    let chapter = Chapter {
        number: parsed(cell, "chapter_number", faults),
        roman: text("chapter_roman"),
        range: text("chapter_range"),
        title: text("chapter_title"),
    };
    let has_chapter = chapter.number.is_some() || chapter.range.is_some() || chapter.title.is_some();
    record.chapter = has_chapter.then_some(chapter);
    let block = IcdBlock { range: text("block_range"), title: text("block_title") };
    record.block = (block.range.is_some() || block.title.is_some()).then_some(block);
    let category = Category { code: text("category_code"), title: text("category_title") };
    record.category = (category.code.is_some() || category.title.is_some()).then_some(category);
    record.diagnosis_codes.status = parsed(cell, "diagnosis_codes_status", faults).unwrap_or_default();
    record.extra = parsed(cell, "extra", faults).unwrap_or_default();
    for (name, part) in [
        ("coverage_lines", &mut record.coverage.lines),
        ("coverage_assigned", &mut record.coverage.assigned),
        ("coverage_chrome", &mut record.coverage.chrome),
        ("coverage_unassigned", &mut record.coverage.unassigned),
    ] {
        *part = parsed(cell, name, faults).unwrap_or_default();
    }
}

/// Adds a row of a child table.
pub(super) fn add_child<'c>(reading: &mut Reading, table: &str, cell: &impl Fn(&str) -> Cow<'c, str>) {
    let whole = |name: &str| Cow::<str>::Owned(cell(name).into_owned());
    let text = |name: &str| Some(whole(name)).filter(|text| !text.is_empty());
    let Reading { record, faults, .. } = reading;
    match table {
        "sections" => record.sections.push(Section {
            position: parsed(cell, "position", faults).unwrap_or_default(),
            level: parsed(cell, "level", faults),
            heading: text("heading"),
            text: whole("text"),
            items: parsed(cell, "items", faults).unwrap_or_default(),
        }),
        "key_points" => {
            let number = parsed(cell, "number", faults);
            record.key_points.push(KeyPoint { number, text: whole("text") });
        }
        "diagnosis_codes" => {
            let listed = DiagnosisCode { code: whole("code"), title: text("title") };
            record.diagnosis_codes.codes.push(listed);
        }
        "diagnostics" => {
            let line = parsed(cell, "line", faults);
            let severity = parsed(cell, "severity", faults);
            record.diagnostics.extend(severity.map(|severity| Finding {
                id: cell("id").into_owned(),
                severity,
                field: text("field").map(Cow::into_owned),
                line,
                message: cell("message").into_owned(),
            }));
        }
        _ => {}
    }
}

/// A cell as JSON has it: a number, a truth value, a list, or a word; `None` for an empty cell and, with a
/// fault, for one that is none of these.
fn parsed<'c, T: DeserializeOwned>(
    cell: &impl Fn(&str) -> Cow<'c, str>,
    name: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let text = cell(name);
    if text.is_empty() {
        return None;
    }
    // Spreadsheets write truth values in capitals.
    let json = if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        text.clone()
    };
    let value =
        serde_json::from_str::<T>(&json).or_else(|_| serde_json::from_value(Value::String(text.to_string())));
    match value {
        Ok(value) => Some(value),
        Err(error) => {
            let message =
                format!("`{name}` is {}: {error}; `nosograph schema tables` describes it", quote(&text));
            faults.push(Fault { field: name.to_owned(), message });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::{full_record, published};
    use crate::emit::{CsvEmitter, Emitter, Rendered};
    use crate::extraction::RuleUses;
    use crate::record::Record;

    /// The records of each table of a run with this record.
    fn read_back(record: &Record<'_>) -> Vec<(String, Vec<Reading>)> {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = Box::new(CsvEmitter::create(folder.path()).unwrap());
        emitter.emit(&Rendered::of(record, &RuleUses::default())).unwrap();
        let mut names = published(emitter);
        names.retain(|name| name.ends_with(".csv"));
        let read = |name: &String| {
            let bytes = std::fs::read(folder.path().join(name)).unwrap();
            (name.clone(), readings(&bytes))
        };
        names.iter().map(read).collect()
    }

    fn readings(bytes: &[u8]) -> Vec<Reading> {
        let mut readings = Vec::new();
        each_row(Path::new("t.csv"), bytes, &mut |row| {
            if let Content::Record(reading) = row.content {
                readings.push(*reading);
            }
            Ok(())
        })
        .unwrap();
        readings
    }

    #[test]
    fn columns_that_are_not_ours_are_told_once() {
        let mut told = Vec::new();
        each_row(Path::new("t.csv"), &b"record_id,mine\na,1\nb,2\n"[..], &mut |row| {
            if let Content::Columns(message) = row.content {
                told.push(message);
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(told, ["no columns of the table `records`: `mine`; they are not judged"]);
    }

    #[test]
    fn tables_come_back_as_written() {
        let mut record = full_record();
        record.title = Some("=1+1".into());
        for (name, readings) in read_back(&record) {
            let [Reading { record: got, faults, .. }] = readings.as_slice() else {
                panic!("{name} {readings:?}")
            };
            assert_eq!(faults, &[], "{name}");
            assert_eq!(got.record_id, record.record_id, "{name}");
            match name.as_str() {
                "records.csv" => {
                    assert_eq!(
                        (&got.title, &got.chapter, &got.extra),
                        (&record.title, &record.chapter, &record.extra)
                    );
                    assert_eq!(
                        (&got.source, got.billable, got.coverage),
                        (&record.source, record.billable, record.coverage)
                    );
                }
                "sections.csv" => assert_eq!(got.sections, record.sections),
                "key_points.csv" => assert_eq!(got.key_points, record.key_points),
                "diagnosis_codes.csv" => assert_eq!(got.diagnosis_codes.codes, record.diagnosis_codes.codes),
                _ => {}
            }
        }
    }

    #[test]
    fn a_wrong_cell_costs_only_itself() {
        let readings = readings(b"record_id,source_uri,billable,mine\nx,a.txt,perhaps,1\n");
        let faults: Vec<&str> =
            readings.iter().flat_map(|r| &r.faults).map(|fault| fault.field.as_str()).collect();
        assert_eq!(faults, ["billable"]);
        assert_eq!(readings[0].record.source.uri, "a.txt");
        assert!(readings[0].missing.contains(&"title") && !readings[0].missing.contains(&"billable"));
    }
}
