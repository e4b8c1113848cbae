//! What a format left on the disk: its files, and which of them are tables.

use super::atomic::FinishedFile;
use super::columns::Table;

/// The files of one format.
#[derive(Debug, Default)]
pub struct FinishedFormat {
    /// Files that are no tables.
    pub files: Vec<FinishedFile>,
    /// Those that are.
    pub tables: Vec<FinishedTable>,
}

/// A table whose file is on the disk.
#[derive(Debug)]
pub struct FinishedTable {
    /// What it holds.
    pub table: &'static Table,
    /// Where it stands.
    pub file: FinishedFile,
    /// How its rows stand there.
    pub form: TableForm,
}

/// How the rows of a table stand in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableForm {
    /// As CSV.
    Csv {
        /// Bytes of the longest row.
        longest_row: usize,
    },
    /// As Parquet; the records nested, as in JSON.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl TableForm {
    /// Whether it is CSV.
    pub fn is_csv(self) -> bool {
        matches!(self, Self::Csv { .. })
    }
}
