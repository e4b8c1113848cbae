//! Reads records that exist already: what a run wrote, edited or not, or another program with the same fields.
//!
//! In: a run directory, or a file of NDJSON, JSON, CSV or Parquet. Out: [`Row`]s one at a time, in the order of the
//! file, so that the size of a file does not matter. What a file is, is told by its extension, else by its
//! first bytes. A line that is no record is a row that says so, and a field that is wrong is left empty with
//! a [`Fault`]: the rest is read all the same. Judges no value.

mod framing;
mod joined;
mod lenient;
#[cfg(feature = "parquet")]
mod parquet;
mod table;

pub use framing::{Framing, Piece, Values};
#[cfg(feature = "parquet")]
pub use parquet::is_guarded;

/// Whether a panic of this thread becomes a finding: only where Parquet is read.
#[cfg(not(feature = "parquet"))]
pub fn is_guarded() -> bool {
    false
}

use crate::error::{Error, ErrorKind, Position, Result};
use crate::record::{Finding, Record};
use joined::JoinedTables;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// A row of a record file.
#[derive(Debug)]
pub struct Row {
    /// 1-based line of the file on which it starts; of a Parquet file, which has no lines, its number.
    pub line: u64,
    /// What it holds.
    pub content: Content,
}

/// What a row of a record file holds.
#[derive(Debug)]
pub enum Content {
    /// A record, or as much of one as could be read.
    Record(Box<Reading>),
    /// No record: what was found and what was expected.
    Malformed(String),
    /// Nothing: what is wrong with the columns of the file. Comes first, and once.
    Columns(String),
}

/// A record as read.
#[derive(Debug)]
pub struct Reading {
    /// Its fields; what is missing or wrong is empty.
    pub record: Record<'static>,
    /// Fields of [`Record`] that the row does not have.
    pub missing: Vec<&'static str>,
    /// Fields that are wrong.
    pub faults: Vec<Fault>,
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name.
    pub field: String,
    /// What was found and what was expected.
    pub message: String,
}

/// A finding about a record, with its place.
#[derive(Clone, Copy, Debug)]
pub struct RecordFinding<'a> {
    /// The file of records.
    pub path: &'a Path,
    /// 1-based line of that file on which the record starts; `None` if it is about the file.
    pub line: Option<u64>,
    /// `source.uri` of the record, where it has one.
    pub uri: Option<&'a str>,
    /// The finding; its own line is that of the page.
    pub finding: &'a Finding,
}

/// How records stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON values.
    Json(Framing),
    /// A table of a run, or one with the same columns.
    Csv,
    /// Records with their fields, or a table, in columns.
    Parquet,
}

/// The fields of a record.
const FIELDS: [&str; 22] = [
    "record_id",
    "source",
    "profile",
    "reference",
    "status",
    "title",
    "code",
    "code_system",
    "code_status",
    "code_kind",
    "code_title",
    "billable",
    "chapter",
    "block",
    "category",
    "sections",
    "key_points",
    "diagnosis_codes",
    "extra",
    "coverage",
    "provenance",
    "diagnostics",
];

/// The names that a run gives to record files, the fullest first; of a run directory the first that is there
/// is read, of `records.csv` with the tables beside it.
const NAMES: [&str; 4] = ["records.ndjson", "records.json", "records.parquet", "records.csv"];

/// The record file that `path` stands for: itself, or of a run directory the one that holds most.
///
/// # Errors
/// [`ErrorKind::Input`] if it is missing, or a folder without record files.
pub fn record_file(path: &Path) -> Result<PathBuf> {
    if path.as_os_str() == "-" {
        return Ok(path.to_owned());
    }
    let data = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if !data.is_dir() {
        return Ok(path.to_owned());
    }
    NAMES.iter().map(|name| path.join(name)).find(|file| file.is_file()).ok_or_else(|| {
        Error::new(ErrorKind::Input, "the folder has no records of a run")
            .at(path)
            .hint("name a folder that `nosograph run` wrote, or a file of records")
    })
}

/// Calls `visit` for each row of a record file; `-` is stdin.
///
/// # Errors
/// [`ErrorKind::Input`] if the file cannot be read or is of a kind that has no records, and the first error
/// of `visit`.
pub fn each_row(path: &Path, visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
    let mut input = open(path)?;
    match form(path, &mut input)? {
        Form::Json(framing) => each_json_row(path, Values::new(input, framing), visit),
        Form::Csv => match JoinedTables::open(path)? {
            None => table::each_row(path, input, visit),
            Some(mut tables) => {
                while let Some(row) = tables.next()? {
                    visit(row)?;
                }
                Ok(())
            }
        },
        Form::Parquet => each_parquet_row(path, visit),
    }
}

fn each_json_row(
    path: &Path,
    mut values: Values<impl BufRead>,
    visit: &mut dyn FnMut(Row) -> Result<()>,
) -> Result<()> {
    while let Some(piece) = values.next().map_err(|error| unreadable(path, error))? {
        match piece {
            Piece::Value { line, json } => match lenient::read(json, &[]) {
                content @ Content::Malformed(_) if json.contains(&b'\n') => {
                    each_line_of_broken(line, json, content, visit)?;
                }
                content => visit(Row { line, content })?,
            },
            Piece::Broken { line, message } => visit(Row { line, content: Content::Malformed(message) })?,
        }
    }
    Ok(())
}

#[cfg(feature = "parquet")]
fn each_parquet_row(path: &Path, visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
    use parquet::{Layout, ParquetRows, Piece};
    let mut rows = ParquetRows::open(path)?;
    let mut table = match rows.layout() {
        Layout::Records => None,
        Layout::Table => Some(table::TableRows::new(path, &rows.names())?),
    };
    while let Some(piece) = rows.next() {
        match (piece, &mut table) {
            (Piece::Columns(message), _) => visit(Row { line: 1, content: Content::Columns(message) })?,
            (Piece::Broken { number, message }, Some(table)) => table.malformed(number, message, visit)?,
            (Piece::Broken { number, message }, None) => {
                visit(Row { line: number, content: Content::Malformed(message) })?;
            }
            (Piece::Row { number, json, absent }, None) => {
                visit(Row { line: number, content: lenient::read(json, absent) })?;
            }
            (Piece::Row { number, json, .. }, Some(table)) => {
                let cells: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_slice(json).unwrap_or_default();
                table.row(number, &|name| table::cell_of_json(cells.get(name)), visit)?;
            }
        }
    }
    table.map_or(Ok(()), |mut table| table.end(visit))
}

#[cfg(not(feature = "parquet"))]
fn each_parquet_row(path: &Path, _visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
    Err(without_parquet(path))
}

#[cfg(not(feature = "parquet"))]
fn without_parquet(path: &Path) -> Error {
    Error::new(ErrorKind::Input, "this build reads no Parquet")
        .at(path)
        .hint("build with the feature `parquet`, or name the `records.ndjson` of the same run")
}

/// A value of several lines that is no JSON: one bracket too few takes all that follows into it. What stands
/// on lines of its own is read all the same, and the rest is told once.
fn each_line_of_broken(
    first: u64,
    json: &[u8],
    whole: Content,
    visit: &mut dyn FnMut(Row) -> Result<()>,
) -> Result<()> {
    let mut told = Some(whole);
    for (line, text) in (first..).zip(json.split(|&byte| byte == b'\n')) {
        let text = text.trim_ascii();
        let text = text.strip_suffix(b",").unwrap_or(text);
        if text.is_empty() {
            continue;
        }
        match lenient::read(text, &[]) {
            Content::Malformed(_) => {
                if let Some(content) = told.take() {
                    visit(Row { line, content })?;
                }
            }
            content => visit(Row { line, content })?,
        }
    }
    told.map_or(Ok(()), |content| visit(Row { line: first, content }))
}

/// Reads a file of records or rejects, each of them whole and of type `T`.
#[derive(Debug)]
pub struct WholeRecords {
    path: PathBuf,
    source: Source,
    /// Rows that were read and not given out yet.
    waiting: VecDeque<Row>,
}

#[derive(Debug)]
enum Source {
    Json(Values<BufReader<File>>),
    Tables(Box<JoinedTables>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::ParquetRows>),
}

impl WholeRecords {
    /// Opens a file of NDJSON or JSON, of Parquet that is nested as they are, or `records.csv` with the tables of its
    /// run beside it; `-` is stdin.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it cannot be read or is none of these.
    pub fn open(path: &Path) -> Result<Self> {
        let mut input = open(path)?;
        let source = match form(path, &mut input)? {
            Form::Json(framing) => Source::Json(Values::new(input, framing)),
            #[cfg(feature = "parquet")]
            Form::Parquet => {
                let rows = parquet::ParquetRows::open(path)?;
                if rows.layout() == parquet::Layout::Table {
                    return Err(no_whole_records(path));
                }
                Source::Parquet(Box::new(rows))
            }
            #[cfg(not(feature = "parquet"))]
            Form::Parquet => return Err(without_parquet(path)),
            Form::Csv => {
                Source::Tables(Box::new(JoinedTables::open(path)?.ok_or_else(|| no_whole_records(path))?))
            }
        };
        Ok(Self { path: path.to_owned(), source, waiting: VecDeque::new() })
    }

    /// Opens a file that tells of each value where it came from, which tables do not.
    ///
    /// # Errors
    /// As [`WholeRecords::open`]; [`ErrorKind::Input`] for tables.
    pub fn open_with_provenance(path: &Path) -> Result<Self> {
        let records = Self::open(path)?;
        if records.has_provenance() { Ok(records) } else { Err(no_provenance(path)) }
    }

    /// Whether its records tell of each value where it came from.
    pub fn has_provenance(&self) -> bool {
        !matches!(self.source, Source::Tables(_))
    }

    /// The next row, whole or not; `None` at the end. As [`each_row`], one at a time.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if the file cannot be read.
    pub fn next_row(&mut self) -> Result<Option<Row>> {
        if let Some(row) = self.waiting.pop_front() {
            return Ok(Some(row));
        }
        let path = &self.path;
        let row = match &mut self.source {
            Source::Json(values) => match values.next().map_err(|error| unreadable(path, error))? {
                None => return Ok(None),
                Some(Piece::Broken { line, message }) => Row { line, content: Content::Malformed(message) },
                Some(Piece::Value { line, json }) => match lenient::read(json, &[]) {
                    content @ Content::Malformed(_) if json.contains(&b'\n') => {
                        let waiting = &mut self.waiting;
                        each_line_of_broken(line, json, content, &mut |row| {
                            waiting.push_back(row);
                            Ok(())
                        })?;
                        return Ok(self.waiting.pop_front());
                    }
                    content => Row { line, content },
                },
            },
            Source::Tables(tables) => return tables.next(),
            #[cfg(feature = "parquet")]
            Source::Parquet(rows) => match rows.next() {
                None => return Ok(None),
                Some(parquet::Piece::Columns(message)) => Row { line: 1, content: Content::Columns(message) },
                Some(parquet::Piece::Broken { number, message }) => {
                    Row { line: number, content: Content::Malformed(message) }
                }
                Some(parquet::Piece::Row { number, json, absent }) => {
                    Row { line: number, content: lenient::read(json, absent) }
                }
            },
        };
        Ok(Some(row))
    }

    /// The next value with its line, or its number in a Parquet file; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] with line and column if the file cannot be read or a value is no `T`.
    pub fn next_value<T: DeserializeOwned>(&mut self) -> Result<Option<(u64, T)>> {
        let path = &self.path;
        let of_tables;
        let (line, json) = match &mut self.source {
            Source::Tables(tables) => match tables.next()? {
                None => return Ok(None),
                Some(Row { line, content }) => {
                    of_tables =
                        whole_json(content).map_err(|message| no_record(path, line, 1).source(message))?;
                    (line, of_tables.as_slice())
                }
            },
            Source::Json(values) => match values.next().map_err(|error| unreadable(path, error))? {
                None => return Ok(None),
                Some(Piece::Broken { line, message }) => return Err(no_record(path, line, 1).source(message)),
                Some(Piece::Value { line, json }) => (line, json),
            },
            #[cfg(feature = "parquet")]
            Source::Parquet(rows) => match rows.next() {
                None => return Ok(None),
                Some(parquet::Piece::Columns(message)) => {
                    let what = "the columns are not those of records";
                    return Err(Error::new(ErrorKind::Input, what).at(path).source(message));
                }
                Some(parquet::Piece::Broken { number, message }) => {
                    return Err(no_record(path, number, 1).source(message));
                }
                Some(parquet::Piece::Row { number, json, .. }) => (number, json),
            },
        };
        match serde_json::from_slice(json) {
            Ok(value) => Ok(Some((line, value))),
            Err(error) => {
                let column = u32::try_from(error.column()).unwrap_or(u32::MAX);
                Err(no_record(path, line + error.line() as u64 - 1, column).source(error))
            }
        }
    }
}

/// The JSON text of a record that is whole, or what it lacks.
fn whole_json(content: Content) -> Result<Vec<u8>, String> {
    match content {
        Content::Malformed(message) | Content::Columns(message) => Err(message),
        Content::Record(reading) => match reading.faults.into_iter().next() {
            Some(fault) => Err(fault.message),
            None => serde_json::to_vec(&reading.record).map_err(|error| error.to_string()),
        },
    }
}

/// That tables do not say where a value came from.
pub fn no_provenance(path: &Path) -> Error {
    Error::new(ErrorKind::Input, "tables do not tell where a value came from, which is needed here")
        .at(path)
        .hint("run with `--formats ndjson` too, and name the run directory")
}

fn no_record(path: &Path, line: u64, column: u32) -> Error {
    let position = Position { line: u32::try_from(line).unwrap_or(u32::MAX), column };
    Error::new(ErrorKind::Input, "not a record")
        .at(path)
        .position(position)
        .hint("`nosograph check` tells all that is wrong with a file of records")
}

fn no_whole_records(path: &Path) -> Error {
    Error::new(ErrorKind::Input, "expected whole records, found a single table or something else")
        .at(path)
        .hint("name a run directory, its `records.ndjson`, `.json` or `.parquet`, or `records.csv` with the other tables beside it")
}

/// Bytes read at once: fewer calls than the default, still small beside a record.
const BUFFER_BYTES: usize = 256 * 1024;

/// The file; `-` is stdin.
fn open(path: &Path) -> Result<BufReader<File>> {
    let file = if path.as_os_str() == "-" {
        std::io::stdin().as_fd().try_clone_to_owned().map(File::from)
    } else {
        File::open(path)
    };
    Ok(BufReader::with_capacity(BUFFER_BYTES, file.map_err(|error| unreadable(path, error))?))
}

/// How records stand in a file, by its extension, else by its first bytes.
fn form(path: &Path, input: &mut impl BufRead) -> Result<Form> {
    let head = input.fill_buf().map_err(|error| unreadable(path, error))?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if extension == "parquet" || head.starts_with(b"PAR1") {
        if path.as_os_str() == "-" {
            return Err(Error::new(ErrorKind::Input, "Parquet cannot be read from stdin")
                .hint("its end comes first: name the file"));
        }
        return Ok(Form::Parquet);
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let first_line = text.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    Ok(match (extension.as_str(), text.first()) {
        ("ndjson" | "jsonl", _) => Form::Json(Framing::Lines),
        ("csv", _) => Form::Csv,
        (_, Some(b'[')) => Form::Json(Framing::Array),
        // An object that is not whole on its first line stands on several.
        (_, Some(b'{')) if !first_line.ends_with(b"}") && first_line.len() < text.len() => {
            Form::Json(Framing::Sequence)
        }
        (_, Some(b'{') | None) | ("json", _) => Form::Json(Framing::Lines),
        _ => Form::Csv,
    })
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Input, "the records cannot be read")
        .at(path)
        .source(error)
        .hint("name a run directory, or a file of records")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;

    /// The rows of a file of this name: line, and the title of the record or `!`.
    fn rows(name: &str, text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut rows = Vec::new();
        each_row(&path, &mut |row| {
            rows.push(match row.content {
                Content::Record(reading) => {
                    format!("{} {}", row.line, reading.record.title.unwrap_or_default())
                }
                Content::Malformed(_) => format!("{} !", row.line),
                Content::Columns(_) => format!("{} ?", row.line),
            });
            Ok(())
        })
        .unwrap();
        rows
    }

    fn record(title: &str) -> String {
        serde_json::to_string(&Record { title: Some(title.into()), ..full_record() }).unwrap()
    }

    #[test]
    fn a_bad_line_never_costs_its_neighbors() {
        let (a, b) = (record("a"), record("b"));
        for bad in ["{", "garbage", "{\"title\": \"x", "[1,2]", "\u{0}", "{\"a\": [{"] {
            let lines = format!("{a}\n{bad}\n{b}\n");
            assert_eq!(rows("r.ndjson", &lines), ["1 a", "2 !", "3 b"], "{bad:?}");
            let array = format!("[\n{a},\n{bad},\n{b}\n]\n");
            assert_eq!(rows("r.json", &array), ["2 a", "3 !", "4 b"], "{bad:?}");
        }
    }

    #[test]
    fn every_form_of_json_is_read() {
        let (a, b) = (record("a"), record("b"));
        let pretty = |json: &str| {
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap()
        };
        assert_eq!(rows("r.json", &format!("[{a},{b}]")), ["1 a", "1 b"]);
        assert_eq!(rows("r.json", &format!("{a}\n{b}")), ["1 a", "2 b"]);
        assert_eq!(rows("r", &format!("\u{feff}{a}\r\n\r\n{b}\r\n")), ["1 a", "3 b"]);
        let (pa, pb) = (pretty(&a), pretty(&b));
        let second = pa.lines().count() + 1;
        assert_eq!(rows("r.json", &format!("{pa}\n{pb}\n")), ["1 a".to_owned(), format!("{second} b")]);
        assert_eq!(rows("r.json", &format!("[{pa},\n{pb}]")), ["1 a".to_owned(), format!("{second} b")]);
        assert_eq!(rows("r.json", "[]"), Vec::<String>::new());
        assert_eq!(rows("r.ndjson", ""), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_ends_too_early_is_told() {
        let a = record("a");
        assert_eq!(rows("r.json", &format!("[\n{a},\n")), ["2 a", "3 !"]);
        assert_eq!(rows("r.ndjson", &format!("{a}\n{}", &a[..50])), ["1 a", "2 !"]);
    }
}
