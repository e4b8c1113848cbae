//! One column of a row group under way: values in, pages out, compressed as they fill.
//!
//! In a file the columns of a row group stand one after the other, though their values come row by row. What is
//! held until then is compressed, so that a row group may be large and the memory for it small.

use bytes::Bytes;
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A column of a row group.
pub(super) struct ChunkWriter {
    writer: ColumnWriter<'static>,
    pages: Pages,
}

/// The pages of a column so far, shared with its writer.
#[derive(Clone)]
struct Pages(Arc<Mutex<TrackedWrite<Vec<u8>>>>);

impl ChunkWriter {
    pub(super) fn new(column: ColumnDescPtr, properties: WriterPropertiesPtr) -> Self {
        let pages = Pages(Arc::new(Mutex::new(TrackedWrite::new(Vec::new()))));
        Self { writer: get_column_writer(column, properties, Box::new(pages.clone())), pages }
    }

    /// Where its values go.
    pub(super) fn writer(&mut self) -> &mut ColumnWriter<'static> {
        &mut self.writer
    }

    /// Bytes of its pages so far.
    pub(super) fn bytes(&self) -> usize {
        self.pages.lock().bytes_written()
    }

    /// Its pages, and what a file has to say of them.
    pub(super) fn close(self) -> Result<(Bytes, ColumnCloseResult)> {
        let closed = self.writer.close()?;
        let pages = std::mem::replace(&mut *self.pages.lock(), TrackedWrite::new(Vec::new()));
        Ok((pages.into_inner()?.into(), closed))
    }
}

impl Pages {
    fn lock(&self) -> MutexGuard<'_, TrackedWrite<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        SerializedPageWriter::new(&mut self.lock()).write_page(page)
    }

    fn close(&mut self) -> Result<()> {
        self.lock().flush().map_err(|error| ParquetError::External(error.into()))
    }
}
