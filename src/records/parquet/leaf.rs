//! The values of one column of a row group, some rows at a time.
//!
//! In: pages. Out: for each row the entries that it has in the column, each with its levels (see Melnik et
//! al., 2010, or the writer in `emit`) and, where one is there, its value.

use super::guard::guarded;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use uuid::Uuid;

/// Some rows of a column.
#[derive(Default)]
pub(super) struct Leaf {
    values: Values,
    /// Empty where every value has to be there.
    definitions: Vec<i16>,
    /// Empty where a row has one entry.
    repetitions: Vec<i16>,
    /// Where each row starts: its first entry and its first value.
    rows: Vec<Cursor>,
    end: usize,
    /// The definition level of a value that is there.
    max_definition: i16,
}

/// A place in a [`Leaf`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    entry: usize,
    value: usize,
}

#[derive(Default)]
enum Values {
    #[default]
    None,
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Booleans(Vec<bool>),
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'v> {
    Text(&'v [u8]),
    Integer(i64),
    Number(f64),
    Boolean(bool),
}

impl Leaf {
    /// Reads the next `rows` of a column.
    pub(super) fn read(
        column: &mut ColumnReader,
        levels: (i16, i16),
        rows: usize,
    ) -> std::result::Result<Self, String> {
        let mut leaf = Self { max_definition: levels.0, ..Self::default() };
        guarded(|| leaf.fill(column, rows))?;
        leaf.find_rows(levels.1, rows)?;
        Ok(leaf)
    }

    fn fill(&mut self, column: &mut ColumnReader, rows: usize) -> Result<()> {
        self.values = match column {
            ColumnReader::ByteArrayColumnReader(column) => {
                let texts = self.read_values(column, rows)?;
                // One that a damaged dictionary leaves out panics here and not later.
                texts.iter().for_each(|text| _ = text.data());
                Values::Texts(texts)
            }
            ColumnReader::FixedLenByteArrayColumnReader(column) => {
                let ids = self.read_values(column, rows)?;
                let texts = ids
                    .iter()
                    .map(|id| Uuid::from_slice(id.data()).map(|id| ByteArray::from(&*id.to_string())));
                Values::Texts(
                    texts
                        .collect::<std::result::Result<_, _>>()
                        .map_err(|error| ParquetError::External(error.into()))?,
                )
            }
            ColumnReader::Int64ColumnReader(column) => Values::Integers(self.read_values(column, rows)?),
            ColumnReader::Int32ColumnReader(column) => {
                Values::Integers(self.read_values(column, rows)?.into_iter().map(i64::from).collect())
            }
            ColumnReader::DoubleColumnReader(column) => Values::Numbers(self.read_values(column, rows)?),
            ColumnReader::FloatColumnReader(column) => {
                Values::Numbers(self.read_values(column, rows)?.into_iter().map(f64::from).collect())
            }
            ColumnReader::BoolColumnReader(column) => Values::Booleans(self.read_values(column, rows)?),
            _ => return Err(ParquetError::General("values of a type that no field of a record has".into())),
        };
        Ok(())
    }

    fn read_values<T: DataType>(
        &mut self,
        column: &mut ColumnReaderImpl<T>,
        rows: usize,
    ) -> Result<Vec<T::T>> {
        let mut values = Vec::new();
        let mut left = rows;
        while left > 0 {
            let (read, _, _) = column.read_records(
                left,
                Some(&mut self.definitions),
                Some(&mut self.repetitions),
                &mut values,
            )?;
            if read == 0 {
                break;
            }
            left -= read.min(left);
        }
        Ok(values)
    }

    fn find_rows(&mut self, max_repetition: i16, wanted: usize) -> std::result::Result<(), String> {
        let values = self.values.len();
        self.end = if self.max_definition > 0 { self.definitions.len() } else { values };
        let mut cursor = Cursor::default();
        for entry in 0..self.end {
            cursor.entry = entry;
            if max_repetition == 0 || self.repetitions.get(entry) == Some(&0) {
                self.rows.push(cursor);
            }
            cursor.value += usize::from(self.definition(cursor) == self.max_definition);
        }
        let starts_a_row = max_repetition == 0 || self.repetitions.first().is_none_or(|&level| level == 0);
        if self.rows.len() != wanted || cursor.value != values || !starts_a_row {
            return Err("the column has fewer rows than the row group".to_owned());
        }
        Ok(())
    }

    /// Where this row starts.
    pub(super) fn row(&self, row: usize) -> Cursor {
        self.rows.get(row).copied().unwrap_or_default()
    }

    /// Whether the row that `cursor` left goes on there.
    pub(super) fn goes_on(&self, row: usize, cursor: Cursor) -> bool {
        cursor.entry < self.rows.get(row + 1).map_or(self.end, |next| next.entry)
    }

    pub(super) fn definition(&self, cursor: Cursor) -> i16 {
        self.definitions.get(cursor.entry).copied().unwrap_or(self.max_definition)
    }

    pub(super) fn repetition(&self, cursor: Cursor) -> i16 {
        self.repetitions.get(cursor.entry).copied().unwrap_or(0)
    }

    /// The value of this entry, if it is there; `cursor` moves to the next entry.
    pub(super) fn take(&self, cursor: &mut Cursor) -> Option<Value<'_>> {
        let is_there = self.definition(*cursor) == self.max_definition;
        let at = cursor.value;
        cursor.entry += 1;
        cursor.value += usize::from(is_there);
        is_there.then(|| self.values.get(at)).flatten()
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Texts(texts) => texts.len(),
            Self::Integers(numbers) => numbers.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Booleans(truths) => truths.len(),
        }
    }

    fn get(&self, at: usize) -> Option<Value<'_>> {
        match self {
            Self::None => None,
            Self::Texts(texts) => texts.get(at).map(|text| Value::Text(text.data())),
            Self::Integers(numbers) => numbers.get(at).copied().map(Value::Integer),
            Self::Numbers(numbers) => numbers.get(at).copied().map(Value::Number),
            Self::Booleans(truths) => truths.get(at).copied().map(Value::Boolean),
        }
    }
}
