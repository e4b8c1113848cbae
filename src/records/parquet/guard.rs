//! Between the `parquet` crate and bytes that nobody can vouch for.
//!
//! The crate believes what a page says of itself: sizes and numbers of values become memory before one byte
//! of them is read, and some faults are panics. Here each page is asked first, and a panic becomes a message.

use super::footer::page_bytes;
use crate::limits::{MAX_PARQUET_HELD_BYTES, MAX_PARQUET_PAGE_VALUES, MAX_RECORD_BYTES};
use bytes::Bytes;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread reads bytes in a way that a panic becomes a finding; a panic hook need not tell it.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// What `read` gives; an error and a panic as their messages.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T>) -> std::result::Result<T, String> {
    IS_GUARDED.set(true);
    let ended = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    match ended {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(message(&error)),
        Err(_) => Err("the bytes are damaged".to_owned()),
    }
}

fn message(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::EOF(text) | ParquetError::NYI(text) => text.clone(),
        ParquetError::External(source) => source.to_string(),
        other => other.to_string(),
    }
}

/// A file of which no page is read that says it is larger than it may be.
#[derive(Debug)]
pub(super) struct GuardedFile(pub(super) File);

impl Length for GuardedFile {
    fn len(&self) -> u64 {
        Length::len(&self.0)
    }
}

impl ChunkReader for GuardedFile {
    type T = PageRead;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(PageRead { file: self.0.get_read(start)?, is_checked: false })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > Length::len(self)) {
            return Err(ParquetError::General("the file ends before a page of it".into()));
        }
        self.0.get_bytes(start, length)
    }
}

/// Reads a page from its header on.
#[derive(Debug)]
pub(super) struct PageRead {
    file: BufReader<File>,
    is_checked: bool,
}

impl Read for PageRead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Not before it is read: the crate also makes readers that it does not use, which stand elsewhere.
        if !self.is_checked {
            let size =
                page_bytes(self.file.fill_buf()?).ok_or_else(|| io::Error::other("a page is damaged"))?;
            if size > MAX_RECORD_BYTES as u64 {
                return Err(io::Error::other(format!(
                    "a page has {size} bytes, the limit is {MAX_RECORD_BYTES}; write the file with smaller pages"
                )));
            }
            self.is_checked = true;
        }
        self.file.read(buffer)
    }
}

/// The pages of one column, of which none has more values than it may have, and not too many are held at once.
pub(super) struct GuardedPages {
    pages: Box<dyn PageReader>,
    /// Bytes of the pages that all columns hold.
    held: Arc<AtomicUsize>,
    /// Bytes of the dictionary and of the page that this column holds.
    own: [usize; 2],
}

impl GuardedPages {
    pub(super) fn new(pages: Box<dyn PageReader>, held: Arc<AtomicUsize>) -> Self {
        Self { pages, held, own: [0; 2] }
    }

    fn hold(&mut self, slot: usize, bytes: usize) -> Result<()> {
        let before = std::mem::replace(&mut self.own[slot], bytes);
        self.held.fetch_sub(before, Ordering::Relaxed);
        if self.held.fetch_add(bytes, Ordering::Relaxed) + bytes > MAX_PARQUET_HELD_BYTES {
            return Err(ParquetError::General(format!(
                "its pages have over {MAX_PARQUET_HELD_BYTES} bytes, the limit; write the file with smaller pages"
            )));
        }
        Ok(())
    }
}

impl Drop for GuardedPages {
    fn drop(&mut self) {
        self.held.fetch_sub(self.own.iter().sum(), Ordering::Relaxed);
    }
}

impl Iterator for GuardedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for GuardedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.pages.get_next_page()? else { return Ok(None) };
        let (bytes, values) = (page.buffer().len(), page.num_values() as usize);
        // Each text and number of a dictionary has four bytes at least.
        let most = if page.is_dictionary_page() { bytes / 4 } else { MAX_PARQUET_PAGE_VALUES };
        if values > most {
            return Err(ParquetError::General(format!(
                "a page says it has {values} values, at most {most} can be; write the file with smaller pages"
            )));
        }
        self.hold(usize::from(page.is_data_page()), bytes)?;
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}
