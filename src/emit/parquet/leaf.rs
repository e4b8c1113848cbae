//! The values of one column until there are enough of them for its writer.
//!
//! In: values and gaps, each with the levels at which it stands. Out: values of a column. Levels are those of the
//! Dremel paper (Melnik et al., 2010): the definition level says how much of the path to a value is there,
//! the repetition level which of the lists on it goes on.

use crate::emit::columns::Cell;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

/// The values of one column.
#[derive(Debug)]
pub(super) struct Leaf {
    values: Values,
    /// The definition level of a value that is there.
    max_definition: i16,
    max_repetition: i16,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

#[derive(Debug)]
enum Values {
    /// All texts one after the other, and where each ends.
    Texts {
        bytes: Vec<u8>,
        ends: Vec<usize>,
    },
    Integers(Vec<i64>),
    Booleans(Vec<bool>),
}

impl Leaf {
    pub(super) fn text(max_definition: i16, max_repetition: i16) -> Self {
        Self::new(Values::Texts { bytes: Vec::new(), ends: Vec::new() }, max_definition, max_repetition)
    }

    pub(super) fn integers(max_definition: i16, max_repetition: i16) -> Self {
        Self::new(Values::Integers(Vec::new()), max_definition, max_repetition)
    }

    pub(super) fn booleans(max_definition: i16, max_repetition: i16) -> Self {
        Self::new(Values::Booleans(Vec::new()), max_definition, max_repetition)
    }

    fn new(values: Values, max_definition: i16, max_repetition: i16) -> Self {
        Self { values, max_definition, max_repetition, definitions: Vec::new(), repetitions: Vec::new() }
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        let values = match &self.values {
            Values::Texts { bytes, ends } => bytes.len() + size_of_val(ends.as_slice()),
            Values::Integers(numbers) => size_of_val(numbers.as_slice()),
            Values::Booleans(truths) => truths.len(),
        };
        values + size_of_val(self.definitions.as_slice()) + size_of_val(self.repetitions.as_slice())
    }

    /// A value that is not there, down to `definition`.
    pub(super) fn push_gap(&mut self, definition: i16, repetition: i16) {
        self.definitions.push(definition);
        self.repetitions.push(repetition);
    }

    /// Whether a text belongs here; it is added if so.
    pub(super) fn push_text(&mut self, text: &str, repetition: i16) -> bool {
        let Values::Texts { bytes, ends } = &mut self.values else { return false };
        bytes.extend(text.as_bytes());
        ends.push(bytes.len());
        self.push_gap(self.max_definition, repetition);
        true
    }

    /// Whether a number belongs here; it is added if so. Numbers of a record are sizes and places in files.
    pub(super) fn push_integer(&mut self, number: u64, repetition: i16) -> bool {
        let Values::Integers(numbers) = &mut self.values else { return false };
        numbers.push(i64::try_from(number).unwrap_or(i64::MAX));
        self.push_gap(self.max_definition, repetition);
        true
    }

    /// Whether a truth value belongs here; it is added if so.
    pub(super) fn push_boolean(&mut self, truth: bool, repetition: i16) -> bool {
        let Values::Booleans(truths) = &mut self.values else { return false };
        truths.push(truth);
        self.push_gap(self.max_definition, repetition);
        true
    }

    /// A cell of a flat table.
    pub(super) fn push_cell(&mut self, cell: Cell<'_>) {
        let fits = match cell {
            Cell::Null => false,
            Cell::Text(text) => self.push_text(&text, 0),
            Cell::Integer(number) => self.push_integer(number, 0),
            Cell::Boolean(truth) => self.push_boolean(truth, 0),
        };
        if !fits {
            self.push_gap(0, 0);
        }
    }

    /// Hands all values to the writer of their column and is empty again.
    pub(super) fn write(&mut self, column: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let definitions = (self.max_definition > 0).then_some(self.definitions.as_slice());
        let repetitions = (self.max_repetition > 0).then_some(self.repetitions.as_slice());
        match (&mut self.values, column) {
            (Values::Texts { bytes, ends }, ColumnWriter::ByteArrayColumnWriter(column)) => {
                let all = ByteArray::from(std::mem::take(bytes));
                let mut start = 0;
                let text = |end: usize| {
                    let text = all.slice(start, end - start);
                    start = end;
                    text
                };
                let texts: Vec<ByteArray> = ends.drain(..).map(text).collect();
                column.write_batch(&texts, definitions, repetitions)?;
            }
            (Values::Integers(numbers), ColumnWriter::Int64ColumnWriter(column)) => {
                column.write_batch(numbers, definitions, repetitions)?;
                numbers.clear();
            }
            (Values::Booleans(truths), ColumnWriter::BoolColumnWriter(column)) => {
                column.write_batch(truths, definitions, repetitions)?;
                truths.clear();
            }
            _ => return Err(ParquetError::General("values of another type than their column".into())),
        }
        self.definitions.clear();
        self.repetitions.clear();
        Ok(())
    }
}
