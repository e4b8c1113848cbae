//! The tables as CSV: `records.csv` and its child tables.
//!
//! In: records. Out: RFC 4180: UTF-8, a header row, CRLF line ends (the RFC's own; every reader that was
//! tried takes them), quotes only where needed. A missing value is an empty cell, an empty text is `""`, as
//! PostgreSQL and DuckDB tell them apart. A spreadsheet takes a cell that starts with `=`, `+`, `-`, `@`, a
//! tab or a carriage return as a formula or worse, also behind spaces and quotes and in full-width forms;
//! such a cell gets a `'` in front (OWASP, "CSV Injection"), and [`undo_pattern`] tells how it is taken away
//! again. Never changes a number or any other text.

use super::atomic::AtomicFile;
use super::columns::{Cell, TABLE_COUNT, TABLES, Table, finding_cells};
use super::packed::{self, Parts};
use super::{Emitter, FinishedFormat, FinishedTable, Rendered, TableForm};
use crate::error::Result;
use crate::record::{Finding, Record, Status};
use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

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
    tables: Vec<TableFile>,
}

#[derive(Debug)]
struct TableFile {
    table: &'static Table,
    file: AtomicFile,
    longest_row: usize,
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
    fn emit(&mut self, page: &Rendered<'_>) -> Result<()> {
        let rows = page.rows()?;
        self.tables.iter_mut().zip(&rows.0).try_for_each(|(file, rows)| file.write(rows))
    }

    fn finish(self: Box<Self>) -> Result<FinishedFormat> {
        let tables = self.tables.into_iter().map(TableFile::finish).collect::<Result<_>>()?;
        Ok(FinishedFormat { files: Vec::new(), tables })
    }
}

impl TableFile {
    fn create(folder: &Path, table: &'static Table) -> Result<Self> {
        let file = AtomicFile::create(folder, &format!("{}.csv", table.name))?;
        let mut file = Self { table, file, longest_row: 0 };
        let mut header = TableRows::default();
        header.push(table.columns.iter().map(|column| Cell::from(&column.name)));
        file.write(&header)?;
        Ok(file)
    }

    fn write(&mut self, rows: &TableRows<'_>) -> Result<()> {
        self.longest_row = self.longest_row.max(rows.longest as usize);
        self.file.write_all(&rows.text).map_err(|error| self.file.failed(error))
    }

    fn finish(self) -> Result<FinishedTable> {
        let form = TableForm::Csv { longest_row: self.longest_row };
        Ok(FinishedTable { table: self.table, file: self.file.finish()?, form })
    }
}

/// The rows that a record gives to each table of [`TABLES`], as CSV.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows<'a>([TableRows<'a>; TABLE_COUNT]);

/// Rows of one table.
#[derive(Clone, Debug, Default, PartialEq)]
struct TableRows<'a> {
    text: Cow<'a, [u8]>,
    /// Bytes of the longest.
    longest: u32,
}

impl Rows<'static> {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let mut all = [const { TableRows { text: Cow::Borrowed(b""), longest: 0 } }; TABLE_COUNT];
        for (table, rows) in TABLES.iter().zip(&mut all) {
            for row in 0..(table.rows)(record) {
                rows.push(table.columns.iter().map(|column| (column.cell)(record, row)));
            }
        }
        Self(all)
    }
}

impl<'a> Rows<'a> {
    /// Adds later findings to a record that has `own` of them and had the status `before`.
    pub(super) fn add_findings(
        &mut self,
        own: usize,
        findings: &[Finding],
        (before, status): (Status, Status),
    ) {
        let [records, .., diagnostics] = &mut self.0;
        // The id of a record has no comma, so it ends where the first one stands.
        let id = memchr::memchr(b',', &records.text).map_or(&[][..], |end| &records.text[..end]);
        let id = String::from_utf8_lossy(id).into_owned();
        for (finding, position) in findings.iter().zip(own + 1..) {
            diagnostics.push(finding_cells(&id, position, finding).into_iter());
        }
        if before != status {
            records.replace_status(before, status);
        }
    }

    pub(super) fn pack(&self, into: &mut Vec<u8>) {
        for rows in &self.0 {
            into.extend_from_slice(&rows.longest.to_le_bytes());
            packed::put(&rows.text, into);
        }
    }

    pub(super) fn unpack(parts: &mut Parts<'a>) -> Option<Self> {
        let mut all = [const { TableRows { text: Cow::Borrowed(b""), longest: 0 } }; TABLE_COUNT];
        for rows in &mut all {
            *rows = TableRows { longest: parts.u32()?, text: Cow::Borrowed(parts.bytes()?) };
        }
        Some(Self(all))
    }
}

impl TableRows<'_> {
    fn push<'r>(&mut self, cells: impl Iterator<Item = Cell<'r>>) {
        let text = self.text.to_mut();
        let start = text.len();
        for cell in cells {
            if text.len() > start {
                text.push(b',');
            }
            add_field(cell, text);
        }
        text.extend_from_slice(b"\r\n");
        self.longest = self.longest.max((text.len() - start) as u32);
    }

    /// In the row of a record.
    fn replace_status(&mut self, before: Status, status: Status) {
        let column = TABLES[0].columns.iter().position(|column| column.name == "status");
        let (mut commas, mut is_quoted) = (0, false);
        let is_before_status = |byte: &u8| {
            is_quoted ^= *byte == b'"';
            commas += usize::from(*byte == b',' && !is_quoted);
            Some(commas) == column
        };
        if let Some(comma) = self.text.iter().position(is_before_status) {
            let cell = comma + 1..comma + 1 + before.as_str().len();
            self.text.to_mut().splice(cell, status.as_str().bytes());
            self.longest = self.text.len() as u32;
        }
    }
}

fn add_field(cell: Cell<'_>, row: &mut Vec<u8>) {
    match cell {
        Cell::Null => {}
        Cell::Text(text) => add_text(&text, row),
        // Writing to memory cannot fail.
        Cell::Integer(number) => drop(write!(row, "{number}")),
        Cell::Boolean(truth) => row.extend_from_slice(if truth { b"true" } else { b"false" }),
    }
}

fn add_text(text: &str, row: &mut Vec<u8>) {
    let escape: &[u8] = if starts_formula(text) { b"'" } else { b"" };
    let text = text.as_bytes();
    let is_plain = memchr::memchr3(b',', b'"', b'\n', text).is_none() && !text.contains(&b'\r');
    if is_plain && !text.is_empty() {
        row.extend_from_slice(escape);
        row.extend_from_slice(text);
        return;
    }
    row.push(b'"');
    row.extend_from_slice(escape);
    let mut written = 0;
    for quote in memchr::memchr_iter(b'"', text) {
        row.extend_from_slice(&text[written..=quote]);
        written = quote;
    }
    row.extend_from_slice(&text[written..]);
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
    // Nearly every text; the rest of this only costs time then.
    if text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return false;
    }
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
    use crate::emit::tests::{full_record, published};
    use crate::extraction::RuleUses;

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
        let mut emitter = Box::new(CsvEmitter::create(folder.path()).unwrap());
        emitter.emit(&Rendered::of(&record, &RuleUses::default())).unwrap();
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
