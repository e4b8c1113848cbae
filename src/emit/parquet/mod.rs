//! The tables as Parquet: `records.parquet`, nested as in JSON, and its child tables.
//!
//! In: records. Out: a file a table: lists and maps with the names of the format's specification (`list`,
//! `element`, `key_value`), zstd, row groups of a bounded size, which are held compressed, so that
//! memory does not grow with the number of pages. `records.parquet` follows [`record_model`]; the child tables are those of CSV. Values
//! go into columns without Arrow: its crates would take five times as long to compile as `parquet` alone.
//! The metadata of a file says with what it was made, and never when.

mod chunk;
mod leaf;
mod shred;

use super::atomic::{AtomicFile, FinishedFile, unwritable};
use super::columns::{Column, ColumnKind, TABLES, Table};
use super::field::record_model;
use super::{Emitter, FinishedFormat, FinishedTable, Rendered, RunFacts, TableForm};
use crate::error::{Error, Result};
use chunk::ChunkWriter;
use leaf::Leaf;
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use serde_json::Value;
use shred::Node;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Compressed bytes after which a row group ends, 30 to 60 MB of values. It is also what is held of each table.
const ROW_GROUP_BYTES: usize = 8 * 1024 * 1024;

/// Rows after which a row group ends: the unit in which DuckDB spreads work.
const ROW_GROUP_ROWS: usize = 122_880;

/// Bytes of values that are gathered before they are compressed, and the rows after which they are.
const BATCH_BYTES: usize = 1024 * 1024;
const BATCH_ROWS: usize = 1024;

/// Rows after which a page ends: a column holds eight bytes a value until then, however few they become.
const PAGE_ROWS: usize = 2048;

/// The column by whose bytes the rows are sorted.
const SORTED_BY: &str = "source.uri";

/// The column by which single rows are looked up. It is not sorted, so that only a filter spares reading all of it.
const LOOKED_UP_BY: &str = "record_id";

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
        if let Err(error) = self.model.shred(&page.json(), &mut self.records.leaves) {
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

    fn finish(self: Box<Self>) -> Result<FinishedFormat> {
        let finished = |(table, file): (&'static Table, ParquetFile)| {
            Ok(FinishedTable { table, file: file.finish()?, form: TableForm::Parquet })
        };
        let all = std::iter::once((&TABLES[0], self.records)).chain(self.children);
        Ok(FinishedFormat { files: Vec::new(), tables: all.map(finished).collect::<Result<_>>()? })
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

/// One file with what is not in it yet.
struct ParquetFile {
    file: SerializedFileWriter<AtomicFile>,
    /// Values of the last rows.
    leaves: Vec<Leaf>,
    /// The columns of the row group under way.
    chunks: Vec<ChunkWriter>,
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
        let columns = SchemaDescriptor::new(Arc::clone(&schema));
        let sorted = columns.columns().iter().position(|column| column.path().string() == SORTED_BY);
        let sorting = sorted
            .map(|at| vec![SortingColumn { column_idx: at as i32, descending: false, nulls_first: false }]);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(format!("nosograph version {}", facts.version))
            .set_key_value_metadata(Some(metadata(facts)))
            .set_sorting_columns(sorting)
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_column_bloom_filter_enabled(LOOKED_UP_BY.into(), true)
            .build();
        let file = AtomicFile::create(folder, &format!("{table}.parquet"))?;
        let path = file.path().to_owned();
        let file = SerializedFileWriter::new(file, schema, Arc::new(properties))
            .map_err(|error| unwritable(&path, io_error(error)))?;
        let chunks = new_chunks(&file);
        Ok(Self { file, leaves, chunks, rows: 0 })
    }

    fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        let bytes = || self.leaves.iter().map(Leaf::bytes).sum::<usize>();
        if self.rows.is_multiple_of(BATCH_ROWS) || bytes() >= BATCH_BYTES {
            self.end_batch().map_err(|error| self.failed(error))?;
            let bytes: usize = self.chunks.iter().map(ChunkWriter::bytes).sum();
            if self.rows >= ROW_GROUP_ROWS || bytes >= ROW_GROUP_BYTES {
                self.end_group().map_err(|error| self.failed(error))?;
            }
        }
        Ok(())
    }

    fn end_batch(&mut self) -> Result<(), ParquetError> {
        self.leaves.iter_mut().zip(&mut self.chunks).try_for_each(|(leaf, chunk)| leaf.write(chunk.writer()))
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        self.rows = 0;
        let mut group = self.file.next_row_group()?;
        for chunk in self.chunks.drain(..) {
            let (pages, closed) = chunk.close()?;
            group.append_column(&pages, closed)?;
        }
        group.close()?;
        self.chunks = new_chunks(&self.file);
        Ok(())
    }

    fn failed(&self, error: ParquetError) -> Error {
        self.file.inner().failed(io_error(error))
    }

    fn finish(mut self) -> Result<FinishedFile> {
        if self.rows > 0 {
            self.end_batch().and_then(|()| self.end_group()).map_err(|error| self.failed(error))?;
        }
        let path = self.file.inner().path().to_owned();
        self.file.into_inner().map_err(|error| unwritable(&path, io_error(error)))?.finish()
    }
}

fn new_chunks(file: &SerializedFileWriter<AtomicFile>) -> Vec<ChunkWriter> {
    let columns = file.schema_descr().columns().iter();
    columns.map(|column| ChunkWriter::new(Arc::clone(column), Arc::clone(file.properties()))).collect()
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
    fn row_groups_end_and_readers_find_their_way() {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = Box::new(ParquetEmitter::create(folder.path(), &facts()).unwrap());
        let mut record = full_record();
        record.sections = vec![record.sections[0].clone(); ROW_GROUP_ROWS + 1];
        emitter.emit(&Rendered::of(&record, &RuleUses::default())).unwrap();
        published(emitter);
        let open =
            |name| SerializedFileReader::new(std::fs::File::open(folder.path().join(name)).unwrap()).unwrap();
        let sections = open("sections.parquet");
        let rows: Vec<i64> = sections.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
        assert_eq!(rows, [ROW_GROUP_ROWS as i64, 1]);
        let records = open("records.parquet");
        let group = records.metadata().row_group(0);
        let sorted = group.sorting_columns().unwrap()[0].column_idx as usize;
        assert_eq!(group.column(sorted).column_path().string(), SORTED_BY);
        let looked_up = group.column(0);
        assert_eq!(looked_up.column_path().string(), LOOKED_UP_BY);
        assert!(looked_up.bloom_filter_offset().is_some() && looked_up.column_index_offset().is_some());
        assert!(looked_up.statistics().is_some());
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
