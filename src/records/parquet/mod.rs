//! Rows of a Parquet file as the JSON of records.
//!
//! In: `records.parquet` of a run, or one that another program wrote with the same columns; also a flat table
//! with the columns of a table of a run. Out: the JSON text of each row, in order. Some rows of each column
//! are held at a time, and of the file one page a column. What is wrong with the columns is told once. A
//! column that cannot be read costs its field until the row group ends, a row whose columns do not fit
//! together costs that row. Nothing that the file says of itself becomes memory before it was looked at.

mod footer;
mod guard;
mod leaf;
mod node;

pub use guard::is_guarded;

use super::unreadable;
use crate::diagnostic::quote;
use crate::emit::columns::{ColumnKind, TABLES};
use crate::emit::field::{Field, FieldKind, record_model};
use crate::error::{Error, ErrorKind, Result};
use guard::{GuardedFile, GuardedPages, guarded};
use leaf::Leaf;
use node::{Binder, Column, Mismatch, Node, RowWriter};
use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::Type;
use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// Bytes of values after which a batch of rows ends, as the row group tells the mean of them.
const BATCH_BYTES: u64 = 1024 * 1024;

/// Rows of a batch at most.
const BATCH_ROWS: u64 = 1024;

/// A piece of a Parquet file.
#[derive(Debug)]
pub(super) enum Piece<'r> {
    /// A row.
    Row {
        /// 1-based number in the file.
        number: u64,
        /// Its JSON.
        json: &'r [u8],
        /// Fields that it does not have, as was told before.
        absent: &'r [String],
    },
    /// Rows that cannot be read.
    Broken {
        /// 1-based number of the first.
        number: u64,
        /// What was found and what to do.
        message: String,
    },
    /// What is wrong with the columns; comes first.
    Columns(String),
}

/// What stands in the rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Records as in JSON.
    Records,
    /// Rows of a table of a run.
    Table,
}

/// Reads the rows of a file.
pub(super) struct ParquetRows {
    file: Arc<GuardedFile>,
    metadata: ParquetMetaData,
    layout: Layout,
    columns: Vec<Column>,
    nodes: Vec<Node>,
    /// Fields that the file does not have, or has as something else.
    missing: Vec<String>,
    told: VecDeque<Told>,
    /// The next row group.
    group: usize,
    open: Option<Group>,
    /// Number of the next row.
    number: u64,
    json: Vec<u8>,
}

/// A piece that waits to be given out.
enum Told {
    Broken { number: u64, message: String },
    Columns(String),
}

/// A row group under way.
struct Group {
    /// `None` where a column was lost.
    readers: Vec<Option<ColumnReader>>,
    /// Fields that can be read no more, besides those missing.
    absent: Vec<String>,
    /// Rows that are not in a batch yet.
    left: u64,
    batch_rows: u64,
    batch: Vec<Leaf>,
    /// The next row of the batch, and how many it has.
    row: usize,
    rows: usize,
}

impl std::fmt::Debug for ParquetRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetRows").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl ParquetRows {
    /// Opens a file and finds the columns of records, or of a table, in it.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it cannot be read or has no such columns.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let broken = |message: String| {
            Error::new(ErrorKind::Input, "the Parquet file cannot be read").at(path).source(message)
        };
        let mut file = File::open(path).map_err(|error| unreadable(path, error))?;
        let footer = footer::read(&mut file).map_err(|error| unreadable(path, error))?.map_err(broken)?;
        let metadata = guarded(|| ParquetMetaDataReader::decode_metadata(&footer)).map_err(broken)?;
        let schema = metadata.file_metadata().schema();
        let layout = layout(schema);
        let mut binder = Binder::default();
        let (nodes, missing) = bind(schema, layout, &mut binder);
        if nodes.is_empty() {
            return Err(Error::new(ErrorKind::Input, "the file has no columns of records").at(path).hint(
                "name a file of records; `nosograph schema record` and `schema tables` tell their columns",
            ));
        }
        if let Some(codec) = unreadable_codec(&metadata, &binder.columns) {
            return Err(broken(format!(
                "it is compressed as {codec}; write it with zstd, snappy, lz4 or gzip"
            )));
        }
        let columns = std::mem::take(&mut binder.columns);
        let told = binder.faults().map(Told::Columns).into_iter().collect();
        Ok(Self {
            file: Arc::new(GuardedFile(file)),
            metadata,
            layout,
            columns,
            nodes,
            missing,
            told,
            group: 0,
            open: None,
            number: 1,
            json: Vec::new(),
        })
    }

    /// What stands in the rows.
    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// The columns that can be read.
    pub(super) fn names(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.name().to_owned()).collect()
    }

    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Piece<'_>> {
        loop {
            match self.told.pop_front() {
                Some(Told::Columns(message)) => return Some(Piece::Columns(message)),
                Some(Told::Broken { number, message }) => return Some(Piece::Broken { number, message }),
                None => {}
            }
            let Some(mut group) = self.open.take().or_else(|| self.next_group()) else {
                // What is told last comes out before the end.
                if self.told.is_empty() {
                    return None;
                }
                continue;
            };
            if group.row < group.rows {
                return Some(self.row(group));
            }
            if group.left > 0 {
                self.fill(&mut group);
                self.open = Some(group);
            }
        }
    }

    fn row(&mut self, mut group: Group) -> Piece<'_> {
        let number = self.number;
        let nodes: Vec<&Node> =
            self.nodes.iter().filter(|node| !group.absent.iter().any(|name| name == node.name())).collect();
        let writer = RowWriter::new(&group.batch, group.row, std::mem::take(&mut self.json));
        let (json, written) = writer.object(&nodes);
        self.json = json;
        self.number += 1;
        group.row += 1;
        let absent = &self.open.insert(group).absent;
        match written {
            Ok(()) => Piece::Row { number, json: &self.json, absent },
            Err(message) => {
                Piece::Broken { number, message: format!("{message}; mend the row, or write the file anew") }
            }
        }
    }

    /// Opens the next row group that has rows.
    fn next_group(&mut self) -> Option<Group> {
        loop {
            let at = self.group;
            let metadata = self.metadata.row_groups().get(at)?;
            self.group += 1;
            let rows = u64::try_from(metadata.num_rows()).unwrap_or(0);
            if rows == 0 {
                continue;
            }
            let bytes: u64 = (self.columns.iter())
                .filter_map(|column| metadata.columns().get(column.number))
                .map(|chunk| u64::try_from(chunk.uncompressed_size()).unwrap_or(0))
                .fold(0, u64::saturating_add);
            let held = Arc::new(AtomicUsize::new(0));
            let opened: Vec<_> =
                self.columns.iter().map(|column| self.open_column(at, column.number, &held)).collect();
            let mut group = Group {
                readers: Vec::with_capacity(opened.len()),
                absent: self.missing.clone(),
                left: rows,
                batch_rows: (BATCH_BYTES / (bytes / rows).max(1)).clamp(1, BATCH_ROWS),
                batch: Vec::new(),
                row: 0,
                rows: 0,
            };
            for (at, opened) in opened.into_iter().enumerate() {
                if let Err(message) = &opened {
                    self.lose(&mut group, at, message);
                }
                group.readers.push(opened.ok());
            }
            return Some(group);
        }
    }

    fn open_column(
        &self,
        group: usize,
        number: usize,
        held: &Arc<AtomicUsize>,
    ) -> std::result::Result<ColumnReader, String> {
        guarded(|| {
            let group = self.metadata.row_group(group);
            let rows = usize::try_from(group.num_rows()).unwrap_or(0);
            let pages = SerializedPageReader::new(Arc::clone(&self.file), group.column(number), rows, None)?;
            let pages = Box::new(GuardedPages::new(Box::new(pages), Arc::clone(held)));
            let schema = self.metadata.file_metadata().schema_descr();
            Ok(get_column_reader(schema.column(number), pages))
        })
    }

    /// Reads the next batch of each column.
    fn fill(&mut self, group: &mut Group) {
        let rows = group.batch_rows.min(group.left);
        group.left -= rows;
        (group.row, group.rows) = (0, rows as usize);
        group.batch.clear();
        for at in 0..self.columns.len() {
            let levels = self.columns[at].levels;
            let levels = (levels.definition, levels.repetition);
            let read = group.readers[at].as_mut().map(|reader| Leaf::read(reader, levels, rows as usize));
            match read {
                Some(Ok(leaf)) => group.batch.push(leaf),
                Some(Err(message)) => {
                    group.batch.push(Leaf::default());
                    group.readers[at] = None;
                    self.lose(group, at, &message);
                }
                None => group.batch.push(Leaf::default()),
            }
        }
        let is_lost = self.nodes.iter().all(|node| group.absent.iter().any(|name| name == node.name()));
        if is_lost {
            // Nothing is left of these rows.
            self.number = self.number.saturating_add(rows).saturating_add(group.left);
            (group.left, group.rows) = (0, 0);
        }
    }

    /// Gives up the field of a column for the rest of the row group, and tells so once.
    fn lose(&mut self, group: &mut Group, column: usize, message: &str) {
        let Some(node) = self.nodes.iter().find(|node| node.has_column(column)) else { return };
        if group.absent.iter().any(|name| name == node.name()) {
            return;
        }
        group.absent.push(node.name().to_owned());
        let (number, last) =
            (self.number, self.number.saturating_add(group.left + group.rows as u64).saturating_sub(1));
        let column = self.columns[column].number;
        let path = self.metadata.file_metadata().schema_descr().column(column).path().string();
        let message = format!(
            "the column {} cannot be read from row {number} to row {last}: {message}; `{}` is not judged there",
            quote(&path),
            node.name()
        );
        self.told.push_back(Told::Broken { number, message });
    }
}

/// The name of a compression that this build cannot undo.
fn unreadable_codec(metadata: &ParquetMetaData, columns: &[Column]) -> Option<&'static str> {
    let chunks = metadata.row_groups().iter().flat_map(|group| {
        columns
            .iter()
            .filter_map(|column| group.columns().get(column.number))
            .map(|chunk| chunk.compression())
    });
    chunks.into_iter().find_map(|compression| match compression {
        Compression::BROTLI(_) => Some("brotli"),
        Compression::LZO => Some("LZO"),
        _ => None,
    })
}

/// A file with a group of columns has records as in JSON.
fn layout(schema: &Type) -> Layout {
    let is_flat = node::fields_of(schema).iter().all(|field| field.is_primitive());
    if is_flat { Layout::Table } else { Layout::Records }
}

/// The nodes of the fields that the file has, and the names of those that it has not.
fn bind(schema: &Type, layout: Layout, binder: &mut Binder) -> (Vec<Node>, Vec<String>) {
    let of_tables;
    let fields = match layout {
        Layout::Records => record_model().fields(),
        Layout::Table => {
            of_tables = table_fields(schema);
            &of_tables
        }
    };
    let (mut nodes, mut missing) = (Vec::new(), Vec::new());
    for field in fields {
        let bound = match node::child(schema, &field.name) {
            Some((of_type, first)) => binder.top(field, of_type, first),
            None => Err(Mismatch::Missing(field.name.clone())),
        };
        match bound {
            Ok(node) => {
                nodes.push(node);
                continue;
            }
            Err(Mismatch::Missing(path)) => binder.missing.push(path),
            Err(Mismatch::Type(message)) => binder.told.push(message),
        }
        missing.push(field.name.clone());
    }
    let what = if layout == Layout::Records { "field of a record" } else { "column of a table" };
    for of_type in node::fields_of(schema) {
        if !fields.iter().any(|field| field.name == of_type.name()) {
            binder.told.push(format!("{} is no {what}", quote(of_type.name())));
        }
    }
    (nodes, missing)
}

/// The columns that a flat file shares with the tables of a run, of which it may be any.
fn table_fields(schema: &Type) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for column in TABLES.iter().flat_map(|table| &table.columns) {
        let is_new = !fields.iter().any(|field| field.name == column.name);
        if is_new && node::child(schema, &column.name).is_some() {
            let kind = match column.kind {
                ColumnKind::Integer => FieldKind::Integer,
                ColumnKind::Boolean => FieldKind::Boolean,
                _ => FieldKind::Text { words: Vec::new() },
            };
            fields.push(Field {
                name: column.name.clone(),
                description: String::new(),
                is_nullable: true,
                kind,
            });
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::super::{Content, Row, each_row};
    use super::*;
    use crate::emit::tests::{facts, full_record, published};
    use crate::emit::{Emitter, ParquetEmitter, Rendered};
    use crate::extraction::RuleUses;
    use crate::record::{Origin, Provenance, Record};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use std::path::PathBuf;

    /// Records with lists of all lengths, and every kind of provenance.
    fn records(number: usize) -> Vec<Record<'static>> {
        let record = |at: usize| {
            let mut record = full_record();
            record.title = (!at.is_multiple_of(3)).then(|| format!("title {at} \"quoted\" \n 🤒").into());
            record.chapter = record.chapter.filter(|_| !at.is_multiple_of(4));
            record.sections = vec![record.sections[0].clone(); at % 3];
            for section in &mut record.sections {
                section.items = vec![section.items[0].clone(); at % 4];
            }
            record.key_points.truncate(at % 2);
            let page =
                Origin::Page { rule: "rule".into(), line: 1, bytes: [1, 2], parts: vec![[1, 2]; at % 3] };
            let origins = [("code".into(), page), ("block".into(), Origin::Reference)];
            record.provenance = Provenance(origins.into_iter().take(at % 3).collect());
            record
        };
        (0..number).map(record).collect()
    }

    fn written(records: &[Record<'_>]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = Box::new(ParquetEmitter::create(folder.path(), &facts()).unwrap());
        for record in records {
            emitter.emit(&Rendered::of(record, &RuleUses::default())).unwrap();
        }
        published(emitter);
        let path = folder.path().join("records.parquet");
        (folder, path)
    }

    fn rows(path: &Path) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        each_row(path, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn records_come_back_as_written() {
        // More than a batch.
        let wanted = records(2500);
        let (_folder, path) = written(&wanted);
        let rows = rows(&path).unwrap();
        assert_eq!(rows.len(), wanted.len());
        for (at, (row, wanted)) in rows.into_iter().zip(wanted).enumerate() {
            let Content::Record(reading) = row.content else { panic!("{:?}", row.content) };
            assert_eq!((row.line, reading.faults.as_slice()), (at as u64 + 1, &[][..]));
            assert_eq!(reading.record, wanted);
        }
    }

    #[test]
    fn tables_are_read_too() {
        let (folder, _) = written(&records(5));
        let read = rows(&folder.path().join("sections.parquet")).unwrap();
        let sections: Vec<usize> = read
            .iter()
            .map(|row| match &row.content {
                Content::Record(reading) => reading.record.sections.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        // All records have the same id here, so that their sections run on.
        assert_eq!(sections.iter().sum::<usize>(), 4);
    }

    #[test]
    fn no_records_are_no_rows() {
        let (_folder, path) = written(&[]);
        assert!(rows(&path).unwrap().is_empty());
    }

    /// Bytes of a small file are changed one by one, and the file cut before them.
    #[test]
    fn damage_costs_no_more_than_what_is_damaged_and_never_panics() {
        let (folder, path) = written(&records(3));
        let whole = std::fs::read(&path).unwrap();
        let damaged = folder.path().join("damaged.parquet");
        let (mut read, mut tried) = (0, 0);
        // The footer, and some of the pages.
        let places = (0..whole.len()).filter(|&at| at > whole.len() - 100 || at.is_multiple_of(67));
        for at in places {
            tried += 1;
            let mut bytes = whole.clone();
            bytes[at] ^= if at % 2 == 0 { 0xFF } else { 0x11 };
            std::fs::write(&damaged, &bytes).unwrap();
            read += usize::from(rows(&damaged).is_ok_and(|rows| !rows.is_empty()));
            if at.is_multiple_of(5) {
                std::fs::write(&damaged, &whole[..at]).unwrap();
                assert!(rows(&damaged).is_err(), "cut at {at}");
            }
        }
        assert!(read > tried / 4, "{read} of {tried} could be read");
    }

    #[test]
    fn a_damaged_column_costs_its_field_only() {
        let wanted = records(4);
        let (_folder, path) = written(&wanted);
        let file = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let schema = file.metadata().file_metadata().schema_descr();
        let column = (0..schema.num_columns())
            .find(|&at| schema.column(at).path().string().starts_with("key_points.list.element.text"))
            .unwrap();
        let (start, length) = file.metadata().row_group(0).column(column).byte_range();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[start as usize..(start + length) as usize].fill(0xFF);
        std::fs::write(&path, bytes).unwrap();
        let rows = rows(&path).unwrap();
        let Content::Malformed(message) = &rows[0].content else { panic!("{rows:?}") };
        assert!(message.contains("from row 1 to row 4") && message.contains("key_points"), "{message}");
        assert_eq!(rows.len(), 5);
        for (row, wanted) in rows[1..].iter().zip(wanted) {
            let Content::Record(reading) = &row.content else { panic!("{row:?}") };
            assert_eq!(
                (reading.missing.as_slice(), reading.faults.as_slice()),
                (&["key_points"][..], &[][..])
            );
            assert_eq!(reading.record, Record { key_points: Vec::new(), ..wanted });
        }
    }

    #[test]
    fn what_is_no_parquet_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let check = |bytes: &[u8], expected: &str| {
            std::fs::write(&path, bytes).unwrap();
            let error = rows(&path).unwrap_err();
            assert_eq!((error.kind(), error.path()), (ErrorKind::Input, Some(&*path)));
            assert!(error.to_string().contains(expected), "{error}");
        };
        check(b"", "too few");
        check(b"PAR1", "too few");
        check(b"PAR1 and then something else", "cut off");
        check(b"PAR1\x00\x00\x00\x00\xFF\xFF\xFF\x7FPAR1", "limit");
        check(b"PAR1\x00\x00\x00\x00\xFF\x00\x00\x00PAR1", "longer than the file");
        check(b"PAR1\x00\x00\x00\x00\x04\x00\x00\x00PARE", "encrypted");
    }
}
