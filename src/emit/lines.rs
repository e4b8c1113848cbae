//! JSON text to files: one value a line (`.ndjson`), or one array (`.json`).
//!
//! In: values that are JSON already, each without a line end. Out: a file. Each value stands on a line of
//! its own in both, so that the array too can be read and compared by line. Never holds more than a buffer.

use super::atomic::{AtomicFile, FinishedFile};
use super::{Emitter, FinishedFormat, Rendered};
use crate::error::Result;
use std::io::Write;
use std::path::Path;

/// What stands between and around the values of a file.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    before: &'static [u8],
    between: &'static [u8],
    after: &'static [u8],
}

impl Frame {
    /// Newline-delimited JSON: a line feed after each value.
    pub const LINES: Self = Self { before: b"", between: b"\n", after: b"\n" };
    /// One JSON array (RFC 8259).
    pub const ARRAY: Self = Self { before: b"[\n", between: b",\n", after: b"\n]\n" };
}

/// Where a value stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its first byte.
    pub at: u64,
    /// Its bytes.
    pub len: u64,
}

/// Writes values in a frame.
#[derive(Debug)]
pub struct JsonEmitter {
    file: AtomicFile,
    frame: Frame,
    /// Bytes so far.
    len: u64,
}

impl JsonEmitter {
    /// Opens `name` in `folder`.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if it cannot be written.
    pub fn create(folder: &Path, name: &str, frame: Frame) -> Result<Self> {
        Ok(Self { file: AtomicFile::create(folder, name)?, frame, len: 0 })
    }

    /// The file under way.
    pub(super) fn file(&self) -> &AtomicFile {
        &self.file
    }

    /// Adds a value, whose text comes in pieces, and tells where it stands.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if it cannot be written.
    pub fn value(&mut self, json: &[&[u8]]) -> Result<Line> {
        self.write(if self.len == 0 { self.frame.before } else { self.frame.between })?;
        let at = self.len;
        json.iter().try_for_each(|piece| self.write(piece))?;
        Ok(Line { at, len: self.len - at })
    }

    /// Closes the frame.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if it cannot be written.
    pub fn close(mut self) -> Result<FinishedFile> {
        match (self.len, self.frame.before) {
            (1.., _) => self.write(self.frame.after)?,
            (0, b"") => {}
            (0, _) => self.write(b"[]\n")?,
        }
        self.file.finish()
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.len += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| self.file.failed(error))
    }
}

impl Emitter for JsonEmitter {
    fn emit(&mut self, page: &Rendered<'_>) -> Result<()> {
        self.value(&page.json_parts()).map(drop)
    }

    fn finish(self: Box<Self>) -> Result<FinishedFormat> {
        Ok(FinishedFormat { files: vec![self.close()?], tables: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(frame: Frame, values: &[&str], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let mut file = JsonEmitter::create(folder.path(), "a", frame).unwrap();
        for value in values {
            let Line { at, len } = file.value(&[value.as_bytes()]).unwrap();
            assert_eq!(expected[at as usize..][..len as usize], **value);
        }
        file.close().unwrap().publish().unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("a")).unwrap(), expected);
    }

    #[test]
    fn each_frame_holds_no_one_and_many_values() {
        check(Frame::LINES, &[], "");
        check(Frame::LINES, &["1"], "1\n");
        check(Frame::LINES, &["1", "2"], "1\n2\n");
        check(Frame::ARRAY, &[], "[]\n");
        check(Frame::ARRAY, &["1"], "[\n1\n]\n");
        check(Frame::ARRAY, &["1", "2"], "[\n1,\n2\n]\n");
    }
}
