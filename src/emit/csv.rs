//! The tables as CSV: `records.csv` and its child tables.
//!
//! In: records. Out: RFC 4180: UTF-8, a header row, CRLF line ends (the RFC's own; every reader that was
//! tried takes them), quotes only where needed, a missing value as an empty cell. A spreadsheet takes a cell
//! that starts with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula or worse, also behind spaces
//! and quotes and in full-width forms; such a cell gets a `'` in front (OWASP, "CSV Injection"). To undo it:
//! take the `'` away where what follows it starts so. Never changes a number or any other text.

use super::Emitter;
use super::atomic::{AtomicFile, FinishedFile};
use super::columns::{Cell, Column, TABLES, Table};
use crate::error::{Error, Result};
use crate::record::Record;
use std::borrow::Cow;
use std::path::Path;

/// Writes all tables as CSV.
#[derive(Debug)]
pub struct CsvEmitter {
    tables: Vec<TableFile>,
}

#[derive(Debug)]
struct TableFile {
    table: &'static Table,
    rows: csv::Writer<AtomicFile>,
}

impl CsvEmitter {
    /// Opens a file for each table in `folder` and writes the header rows.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn create(folder: &Path) -> Result<Self> {
        let tables = TABLES.iter().map(|table| TableFile::create(folder, table)).collect::<Result<_>>()?;
        Ok(Self { tables })
    }
}

impl Emitter for CsvEmitter {
    fn emit(&mut self, record: &Record, _json: &[u8]) -> Result<()> {
        self.tables.iter_mut().try_for_each(|file| file.emit(record))
    }

    fn finish(self: Box<Self>) -> Result<Vec<FinishedFile>> {
        self.tables.into_iter().map(TableFile::finish).collect()
    }
}

impl TableFile {
    fn create(folder: &Path, table: &'static Table) -> Result<Self> {
        let file = AtomicFile::create(folder, &format!("{}.csv", table.name))?;
        let rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
        let mut file = Self { table, rows };
        file.row(|column| Cell::from(column.name))?;
        Ok(file)
    }

    fn emit(&mut self, record: &Record) -> Result<()> {
        (0..(self.table.rows)(record)).try_for_each(|row| self.row(|column| (column.cell)(record, row)))
    }

    fn row<'r>(&mut self, cell: impl Fn(&Column) -> Cell<'r>) -> Result<()> {
        for column in self.table.columns {
            let field = field(cell(column));
            self.rows.write_field(field.as_bytes()).map_err(|error| self.failed(error))?;
        }
        self.rows.write_record(None::<&[u8]>).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: csv::Error) -> Error {
        self.rows.get_ref().failed(error.into())
    }

    fn finish(self) -> Result<FinishedFile> {
        match self.rows.into_inner() {
            Ok(file) => file.finish(),
            Err(unflushed) => {
                let error = std::io::Error::new(unflushed.error().kind(), unflushed.error().to_string());
                Err(unflushed.into_inner().get_ref().failed(error))
            }
        }
    }
}

fn field(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Text(text) if starts_formula(&text) => Cow::Owned(format!("'{text}")),
        Cell::Text(text) => text,
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Boolean(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
    }
}

/// The text of a cell, without the `'` that keeps it from being a formula.
pub fn unescaped(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| starts_formula(text)).unwrap_or(cell)
}

/// Whether a spreadsheet may take the cell as more than text.
fn starts_formula(text: &str) -> bool {
    let is_passed_over = |character: char| character.is_whitespace() || matches!(character, '"' | '\'');
    text.starts_with(['\t', '\r'])
        || text.trim_start_matches(is_passed_over).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::{full_record, published};

    #[test]
    fn no_cell_starts_a_formula() {
        let check = |text: &str, expected: &str| assert_eq!(field(Cell::from(text)), expected, "{text:?}");
        check("=1+1", "'=1+1");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "'\tx");
        check("\rx", "'\rx");
        check(" =1", "' =1");
        check("\"=1", "'\"=1");
        check("'=1", "''=1");
        check("\u{a0}＝1", "'\u{a0}＝1");
        check("a=1", "a=1");
        check("'quoted'", "'quoted'");
        check("", "");
    }

    #[test]
    fn an_escape_is_undone() {
        for text in ["=1", "'=1", "'quoted'", "-", "plain", ""] {
            assert_eq!(unescaped(&field(Cell::from(text))), text);
        }
    }

    #[test]
    fn rows_come_back_from_a_csv_reader() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = full_record();
        record.title = Some("a \"b\",\nc".into());
        let mut emitter = Box::new(CsvEmitter::create(folder.path()).unwrap());
        emitter.emit(&record, b"").unwrap();
        let names: Vec<String> = published(emitter);
        assert_eq!(
            names,
            ["records.csv", "sections.csv", "key_points.csv", "diagnosis_codes.csv", "diagnostics.csv"]
        );
        let bytes = std::fs::read(folder.path().join("records.csv")).unwrap();
        assert!(bytes.ends_with(b"\r\n"));
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let title = reader.headers().unwrap().iter().position(|name| name == "title").unwrap();
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[title], "a \"b\",\nc");
        assert_eq!(&row[0], record.record_id);
    }
}
