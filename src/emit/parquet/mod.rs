//! The tables as Parquet: `records.parquet`, nested as in JSON, and its child tables.
//!
//! In: records. Out: a file a table: lists and maps with the names of the format's specification (`list`,
//! `element`, `key_value`), zstd, row groups of a bounded size, so that memory does not grow with the
//! number of pages. `records.parquet` follows [`record_model`]; the child tables are those of CSV. Values
//! go into columns without Arrow: its crates would take five times as long to compile as `parquet` alone.
//! The metadata of a file says with what it was made, and never when.

mod leaf;
mod shred;

use super::atomic::{AtomicFile, FinishedFile, unwritable};
use super::columns::{Column, ColumnKind, TABLES, Table};
use super::field::record_model;
use super::{Emitter, Rendered, RunFacts};
use crate::error::{Error, Result};
use leaf::Leaf;
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use serde_json::Value;
use shred::Node;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Bytes of values after which a row group ends: 16 to 64 MB compressed a row group is what readers are made
/// for, and records compress to a fifth or less.
const ROW_GROUP_BYTES: usize = 64 * 1024 * 1024;

/// Rows after which a row group ends: the unit in which DuckDB spreads work.
const ROW_GROUP_ROWS: usize = 122_880;

/// Writes all tables as Parquet.
pub struct ParquetEmitter {
    records: ParquetFile,
    model: Node,
    children: Vec<(&'static Table, ParquetFile)>,
}

impl ParquetEmitter {
    /// Opens a file for each table in `folder`.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn create(folder: &Path, facts: &RunFacts) -> Result<Self> {
        let [records, children @ ..] = &*TABLES;
        let (model, leaves, fields) = shred::schema(record_model());
        let records = ParquetFile::create(folder, records.name, facts, fields, leaves)?;
        let open = |table: &'static Table| {
            let (fields, leaves) = table.columns.iter().map(flat_column).unzip();
            Ok((table, ParquetFile::create(folder, table.name, facts, fields, leaves)?))
        };
        Ok(Self { records, model, children: children.iter().map(open).collect::<Result<_>>()? })
    }
}

impl Emitter for ParquetEmitter {
    fn emit(&mut self, page: &Rendered<'_>) -> Result<()> {
        if let Err(error) = self.model.shred(page.json(), &mut self.records.leaves) {
            return Err(self.records.failed(ParquetError::External(error.into())));
        }
        self.records.end_row()?;
        let record = page.record()?;
        for (table, file) in &mut self.children {
            for row in 0..(table.rows)(&record) {
                for (column, leaf) in table.columns.iter().zip(&mut file.leaves) {
                    leaf.push_cell((column.cell)(&record, row));
                }
                file.end_row()?;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<FinishedFile>> {
        let children = self.children.into_iter().map(|(_, file)| file);
        std::iter::once(self.records).chain(children).map(ParquetFile::finish).collect()
    }
}

/// A column of a child table: its type, and where its values are gathered.
fn flat_column(column: &Column) -> (TypePtr, Leaf) {
    let max_definition = i16::from(column.is_nullable);
    let (leaf, physical, logical) = match column.kind {
        ColumnKind::String => {
            (Leaf::text(max_definition, 0), PhysicalType::BYTE_ARRAY, Some(LogicalType::String))
        }
        ColumnKind::JsonArray | ColumnKind::JsonObject => {
            (Leaf::text(max_definition, 0), PhysicalType::BYTE_ARRAY, Some(LogicalType::Json))
        }
        ColumnKind::Integer => (Leaf::integers(max_definition, 0), PhysicalType::INT64, None),
        ColumnKind::Boolean => (Leaf::booleans(max_definition, 0), PhysicalType::BOOLEAN, None),
    };
    (primitive(&column.name, physical, logical, column.is_nullable), leaf)
}

fn primitive(name: &str, physical: PhysicalType, logical: Option<LogicalType>, is_nullable: bool) -> TypePtr {
    built(
        Type::primitive_type_builder(name, physical)
            .with_repetition(repetition(is_nullable))
            .with_logical_type(logical)
            .build(),
    )
}

fn repetition(is_nullable: bool) -> Repetition {
    if is_nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED }
}

/// A type that is made of the fields of this program, each of which has a kind that Parquet knows.
fn built(built: Result<Type, ParquetError>) -> TypePtr {
    Arc::new(built.expect("the fields of a record are types of Parquet, as a test shows"))
}

/// One file with the values that are not in it yet.
struct ParquetFile {
    file: SerializedFileWriter<AtomicFile>,
    leaves: Vec<Leaf>,
    rows: usize,
}

impl ParquetFile {
    fn create(
        folder: &Path,
        table: &str,
        facts: &RunFacts,
        fields: Vec<TypePtr>,
        leaves: Vec<Leaf>,
    ) -> Result<Self> {
        let schema = built(Type::group_type_builder(table).with_fields(fields).build());
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(format!("nosograph version {}", facts.version))
            .set_key_value_metadata(Some(metadata(facts)))
            .build();
        let file = AtomicFile::create(folder, &format!("{table}.parquet"))?;
        let path = file.path().to_owned();
        let file = SerializedFileWriter::new(file, schema, Arc::new(properties))
            .map_err(|error| unwritable(&path, io_error(error)))?;
        Ok(Self { file, leaves, rows: 0 })
    }

    fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        let bytes = || self.leaves.iter().map(Leaf::bytes).sum::<usize>();
        if self.rows >= ROW_GROUP_ROWS || bytes() >= ROW_GROUP_BYTES {
            self.end_group()?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<()> {
        self.rows = 0;
        let written = write_group(&mut self.file, &mut self.leaves);
        written.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: ParquetError) -> Error {
        self.file.inner().failed(io_error(error))
    }

    fn finish(mut self) -> Result<FinishedFile> {
        if self.rows > 0 {
            self.end_group()?;
        }
        let path = self.file.inner().path().to_owned();
        self.file.into_inner().map_err(|error| unwritable(&path, io_error(error)))?.finish()
    }
}

/// The error underneath, so that a full disk is told as such.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => {
            source.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error)
        }
        error => io::Error::other(error),
    }
}

fn write_group(file: &mut SerializedFileWriter<AtomicFile>, leaves: &mut [Leaf]) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    for leaf in leaves {
        let missing = || ParquetError::General("more columns than the schema has".into());
        let mut column = group.next_column()?.ok_or_else(missing)?;
        leaf.write(&mut column)?;
        column.close()?;
    }
    group.close().map(|_| ())
}

fn metadata(facts: &RunFacts) -> Vec<KeyValue> {
    let Ok(Value::Object(facts)) = serde_json::to_value(facts) else { return Vec::new() };
    let text = |value: Value| value.as_str().map(str::to_owned);
    facts.into_iter().map(|(name, value)| KeyValue::new(format!("nosograph.{name}"), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::{facts, full_record, published};
    use crate::extraction::RuleUses;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    fn written(records: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = Box::new(ParquetEmitter::create(folder.path(), &facts()).unwrap());
        for _ in 0..records {
            emitter.emit(&Rendered::of(&full_record(), &RuleUses::default())).unwrap();
        }
        let names = published(emitter);
        assert_eq!(names.len(), TABLES.len());
        folder
    }

    #[test]
    fn files_are_read_back_with_their_rows_and_metadata() {
        let folder = written(3);
        for table in &*TABLES {
            let file = std::fs::File::open(folder.path().join(format!("{}.parquet", table.name))).unwrap();
            let reader = SerializedFileReader::new(file).unwrap();
            let metadata = reader.metadata().file_metadata();
            assert_eq!(metadata.num_rows(), 3, "{}", table.name);
            assert_eq!(metadata.created_by(), Some(concat!("nosograph version ", env!("CARGO_PKG_VERSION"))));
            let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
            assert_eq!(rows[0].get_column_iter().next().unwrap().0, "record_id");
        }
    }

    #[test]
    fn the_same_records_give_the_same_bytes_and_none_give_a_file_too() {
        for records in [0, 2] {
            let (one, other) = (written(records), written(records));
            for table in &*TABLES {
                let read = |folder: &tempfile::TempDir| {
                    std::fs::read(folder.path().join(format!("{}.parquet", table.name))).unwrap()
                };
                assert_eq!(read(&one), read(&other));
            }
        }
    }

    #[test]
    fn a_record_that_does_not_fit_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = ParquetEmitter::create(folder.path(), &facts()).unwrap();
        for json in
            [&b"{\"record_id\": 3}"[..], b"{\"record_id\": null}", b"{\"new\": \"\"}", b"[]", b"{}", b""]
        {
            let (record, uses) = (full_record(), RuleUses::default());
            let page = Rendered::of(&record, &uses).with_json(json);
            assert!(emitter.emit(&page).is_err(), "{json:?}");
        }
    }
}
