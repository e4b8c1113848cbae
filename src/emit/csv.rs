//! The tables as CSV: `records.csv` and its child tables, with what it takes to load them.
//!
//! In: records. Out: RFC 4180: UTF-8, a header row, CRLF line ends (the RFC's own; every reader that was
//! tried takes them), quotes only where needed. A missing value is an empty cell, an empty text is `""`, as
//! PostgreSQL and DuckDB tell them apart. A spreadsheet takes a cell that starts with `=`, `+`, `-`, `@`, a
//! tab or a carriage return as a formula or worse, also behind spaces and quotes and in full-width forms;
//! such a cell gets a `'` in front (OWASP, "CSV Injection"), and [`undo_pattern`] tells how it is taken away
//! again. Beside the tables stand `datapackage.json` and `load/`. Never changes a number or any other text.

use super::atomic::{AtomicFile, FinishedFile};
use super::columns::{Cell, Column, TABLES, Table};
use super::{Emitter, RunFacts, datapackage, load_sql};
use crate::error::Result;
use crate::record::Record;
use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Characters behind which a spreadsheet still finds a formula, besides quotes: the property White_Space of
/// Unicode 16, as ranges. A set of our own, since regular expressions differ in what they take for a space.
const SPACES: [(char, char); 10] = [
    ('\t', '\r'),
    (' ', ' '),
    ('\u{85}', '\u{85}'),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
];

const QUOTES: [char; 2] = ['\'', '"'];

/// What starts a formula, or moves it to another cell.
const FORMULA_STARTS: [char; 10] = ['\t', '\r', '=', '+', '@', '＝', '＋', '－', '＠', '-'];

/// Writes all tables as CSV.
#[derive(Debug)]
pub struct CsvEmitter {
    folder: PathBuf,
    facts: RunFacts,
    tables: Vec<TableFile>,
}

#[derive(Debug)]
struct TableFile {
    table: &'static Table,
    file: AtomicFile,
    row: Vec<u8>,
    longest_row: usize,
}

/// A table whose file is on the disk.
#[derive(Debug)]
pub(super) struct FinishedTable {
    /// What it holds.
    pub(super) table: &'static Table,
    /// Where it stands.
    pub(super) file: FinishedFile,
    /// Bytes of its longest row.
    pub(super) longest_row: usize,
}

impl CsvEmitter {
    /// Opens a file for each table in `folder` and writes the header rows.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn create(folder: &Path, facts: &RunFacts) -> Result<Self> {
        let tables = TABLES.iter().map(|table| TableFile::create(folder, table)).collect::<Result<_>>()?;
        Ok(Self { folder: folder.to_owned(), facts: facts.clone(), tables })
    }
}

impl Emitter for CsvEmitter {
    fn emit(&mut self, record: &Record, _json: &[u8]) -> Result<()> {
        self.tables.iter_mut().try_for_each(|file| file.emit(record))
    }

    fn finish(self: Box<Self>) -> Result<Vec<FinishedFile>> {
        let tables: Vec<FinishedTable> =
            self.tables.into_iter().map(TableFile::finish).collect::<Result<_>>()?;
        let mut files = vec![datapackage::write(&self.folder, &self.facts, &tables)?];
        files.extend(load_sql::write(&self.folder, &self.facts, &tables)?);
        files.extend(tables.into_iter().map(|table| table.file));
        Ok(files)
    }
}

impl TableFile {
    fn create(folder: &Path, table: &'static Table) -> Result<Self> {
        let file = AtomicFile::create(folder, &format!("{}.csv", table.name))?;
        let mut file = Self { table, file, row: Vec::new(), longest_row: 0 };
        file.row(|column| Cell::from(&column.name))?;
        Ok(file)
    }

    fn emit(&mut self, record: &Record) -> Result<()> {
        (0..(self.table.rows)(record)).try_for_each(|row| self.row(|column| (column.cell)(record, row)))
    }

    fn row<'r>(&mut self, cell: impl Fn(&'static Column) -> Cell<'r>) -> Result<()> {
        self.row.clear();
        for column in &self.table.columns {
            if !self.row.is_empty() {
                self.row.push(b',');
            }
            add_field(cell(column), &mut self.row);
        }
        self.row.extend(b"\r\n");
        self.longest_row = self.longest_row.max(self.row.len());
        self.file.write_all(&self.row).map_err(|error| self.file.failed(error))
    }

    fn finish(self) -> Result<FinishedTable> {
        Ok(FinishedTable { table: self.table, file: self.file.finish()?, longest_row: self.longest_row })
    }
}

fn add_field(cell: Cell<'_>, row: &mut Vec<u8>) {
    match cell {
        Cell::Null => {}
        Cell::Text(text) => add_text(&text, row),
        Cell::Integer(number) => row.extend(number.to_string().as_bytes()),
        Cell::Boolean(truth) => row.extend(if truth { &b"true"[..] } else { b"false" }),
    }
}

fn add_text(text: &str, row: &mut Vec<u8>) {
    let text = if starts_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if !text.is_empty() && !text.contains([',', '"', '\r', '\n']) {
        row.extend(text.as_bytes());
        return;
    }
    row.push(b'"');
    row.extend(text.replace('"', "\"\"").as_bytes());
    row.push(b'"');
}

/// The text of a cell, without the `'` that keeps it from being a formula.
pub fn unescaped(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| starts_formula(text)).unwrap_or(cell)
}

/// Whether a spreadsheet may take the cell as more than text.
///
/// A `'` in front of such a text gives such a text again, so that no text that was written as it is looks
/// like an escaped one.
fn starts_formula(text: &str) -> bool {
    for character in text.chars() {
        if FORMULA_STARTS.contains(&character) {
            return true;
        }
        let is_space = SPACES.iter().any(|&(first, last)| (first..=last).contains(&character));
        if !is_space && !QUOTES.contains(&character) {
            return false;
        }
    }
    false
}

/// A regular expression for a cell that was escaped; what is to stay is its first group. `code_point` writes
/// a character by its number, in which dialects differ.
pub(super) fn undo_pattern(code_point: impl Fn(u32) -> String) -> String {
    let spelled = |character: char| match character {
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        ' '..='~' => character.to_string(),
        _ => code_point(character.into()),
    };
    let mut passed_over: String = QUOTES.iter().collect();
    for (first, last) in SPACES {
        passed_over += &spelled(first);
        if first != last {
            passed_over += "-";
            passed_over += &spelled(last);
        }
    }
    let starts: String = FORMULA_STARTS.iter().map(|&character| spelled(character)).collect();
    format!("^'([{passed_over}]*[{starts}])")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::{facts, full_record, published};

    fn field(text: &str) -> String {
        let mut row = Vec::new();
        add_text(text, &mut row);
        String::from_utf8(row).unwrap()
    }

    #[test]
    fn no_cell_starts_a_formula() {
        let check = |text: &str, expected: &str| assert_eq!(field(text), expected, "{text:?}");
        check("=1+1", "'=1+1");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "'\tx");
        check("\rx", "\"'\rx\"");
        check(" =1", "' =1");
        check("\"=1", "\"'\"\"=1\"");
        check("'=1", "''=1");
        check("'\tx", "''\tx");
        check("\u{a0}＝1", "'\u{a0}＝1");
        check("a=1", "a=1");
        check("'quoted'", "'quoted'");
    }

    #[test]
    fn an_empty_text_is_not_a_missing_one() {
        let check = |cell: Cell<'_>, expected: &str| {
            let mut row = Vec::new();
            add_field(cell, &mut row);
            assert_eq!(row, expected.as_bytes());
        };
        check(Cell::Null, "");
        check(Cell::from(""), "\"\"");
    }

    #[test]
    fn the_pattern_undoes_the_escape_and_nothing_else() {
        let pattern = regex::Regex::new(&undo_pattern(|number| format!("\\x{{{number:x}}}"))).unwrap();
        for text in [
            "",
            "'",
            "''",
            "'a",
            "a",
            "=1",
            "'=1",
            "''=1",
            "' x",
            "'\tx",
            "\tx",
            " \r",
            "\u{2003}-",
            "\u{3000}x",
            "'\u{85}＠",
            "\"quoted\"",
            "'tis",
            "\u{2009}'＋1",
            "1-1",
        ] {
            let written = if starts_formula(text) { format!("'{text}") } else { text.to_owned() };
            assert_eq!(pattern.replace(&written, "$1"), text, "{written:?}");
        }
    }

    #[test]
    fn an_escape_is_undone() {
        for text in ["=1", "'=1", "'quoted'", "-", "plain"] {
            assert_eq!(unescaped(&field(text)), text);
        }
    }

    #[test]
    fn rows_come_back_from_a_csv_reader() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = full_record();
        record.title = Some("a \"b\",\nc".into());
        let mut emitter = Box::new(CsvEmitter::create(folder.path(), &facts()).unwrap());
        emitter.emit(&record, b"").unwrap();
        let names: Vec<String> = published(emitter);
        for table in &*TABLES {
            assert!(names.contains(&format!("{}.csv", table.name)), "{names:?}");
        }
        let bytes = std::fs::read(folder.path().join("records.csv")).unwrap();
        assert!(bytes.ends_with(b"\r\n"));
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let title = reader.headers().unwrap().iter().position(|name| name == "title").unwrap();
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[title], "a \"b\",\nc");
        assert_eq!(&row[0], record.record_id);
    }
}
