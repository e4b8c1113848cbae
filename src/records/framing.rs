//! Where one JSON value ends and the next begins: bytes in, the bytes of one value at a time out.
//!
//! Only brackets and quotes are looked at; whether a value is JSON is found out by whoever reads it. A line
//! end inside a string cannot be JSON (RFC 8259, section 7) and ends a broken value, so that what follows is
//! read again. Holds one value, of at most [`MAX_RECORD_BYTES`].

use crate::limits::MAX_RECORD_BYTES;
use std::io::{self, BufRead, Read};

/// How JSON values stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One a line.
    Lines,
    /// In one array.
    Array,
    /// One behind the other, each on as many lines as it likes.
    Sequence,
}

/// A piece of a file.
#[derive(Debug)]
pub enum Piece<'v> {
    /// What should be a value.
    Value {
        /// 1-based line on which it starts.
        line: u64,
        /// Its bytes.
        json: &'v [u8],
    },
    /// What cannot be one.
    Broken {
        /// 1-based line.
        line: u64,
        /// What was found and what was expected.
        message: String,
    },
}

/// Reads values from `R`.
#[derive(Debug)]
pub struct Values<R> {
    input: R,
    framing: Framing,
    /// 1-based line of the next byte.
    line: u64,
    value: Vec<u8>,
    has_begun: bool,
    has_ended: bool,
}

/// What a look at one byte of an array or a sequence says.
enum Step {
    Part,
    Separator,
    /// The value ends with this byte.
    Last,
    /// The value ended before this byte, which closes the array.
    Close,
    /// A line end inside a string.
    Torn,
}

/// Where in a value the scan stands.
#[derive(Default)]
struct Depth {
    brackets: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Depth {
    fn step(&mut self, byte: u8, framing: Framing) -> Step {
        if self.in_string {
            match byte {
                b'\n' => return Step::Torn,
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Step::Part;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.brackets += 1,
            b'}' | b']' if self.brackets == 0 => return Step::Close,
            b'}' | b']' => {
                self.brackets -= 1;
                if self.brackets == 0 && framing == Framing::Sequence {
                    return Step::Last;
                }
            }
            b',' if self.brackets == 0 => return Step::Separator,
            _ => {}
        }
        Step::Part
    }
}

impl<R: BufRead> Values<R> {
    /// Reads `input` from its start; a byte order mark there is passed over.
    pub fn new(input: R, framing: Framing) -> Self {
        Self { input, framing, line: 1, value: Vec::new(), has_begun: false, has_ended: false }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// Those of the input.
    #[expect(clippy::should_implement_trait, reason = "a piece borrows from the reader")]
    pub fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.begin()?;
        }
        match self.framing {
            Framing::Lines => self.next_line(),
            Framing::Array | Framing::Sequence => self.next_bracketed(),
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.input.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
            self.input.consume(3);
        }
        if self.framing == Framing::Array {
            while let Some(&byte) = self.input.fill_buf()?.first() {
                self.input.consume(1);
                self.line += u64::from(byte == b'\n');
                if byte == b'[' {
                    break;
                }
            }
        }
        Ok(())
    }

    fn next_line(&mut self) -> io::Result<Option<Piece<'_>>> {
        loop {
            self.value.clear();
            let line = self.line;
            let read =
                self.input.by_ref().take(MAX_RECORD_BYTES as u64).read_until(b'\n', &mut self.value)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if read == MAX_RECORD_BYTES && self.value.last() != Some(&b'\n') {
                self.input.skip_until(b'\n')?;
                return Ok(Some(too_long(line)));
            }
            if !self.value.trim_ascii().is_empty() {
                return Ok(Some(Piece::Value { line, json: self.value.trim_ascii() }));
            }
        }
    }

    fn next_bracketed(&mut self) -> io::Result<Option<Piece<'_>>> {
        self.value.clear();
        let mut depth = Depth::default();
        let mut start = self.line;
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                return Ok(self.end_of_input(start, &depth));
            }
            let mut used = 0;
            let mut ended = None;
            for &byte in chunk {
                used += 1;
                let step = if self.has_ended { Step::Part } else { depth.step(byte, self.framing) };
                let is_blank = self.value.is_empty();
                match step {
                    Step::Part if is_blank && byte.is_ascii_whitespace() => {
                        start += u64::from(byte == b'\n');
                        self.line = start;
                        continue;
                    }
                    Step::Part | Step::Last => self.value.push(byte),
                    Step::Separator | Step::Close | Step::Torn => {}
                }
                self.line += u64::from(byte == b'\n');
                if !matches!(step, Step::Part) || self.value.len() >= MAX_RECORD_BYTES {
                    ended = Some(step);
                    break;
                }
            }
            self.input.consume(used);
            match ended {
                None => {}
                Some(Step::Part) => {
                    self.input.skip_until(b'\n')?;
                    self.line += 1;
                    return Ok(Some(too_long(start)));
                }
                Some(Step::Close) => {
                    self.has_ended = true;
                    if !self.value.trim_ascii().is_empty() {
                        return Ok(Some(Piece::Value { line: start, json: self.value.trim_ascii() }));
                    }
                    start = self.line;
                }
                Some(Step::Separator) if self.framing == Framing::Sequence && self.value.is_empty() => {
                    start = self.line;
                }
                Some(_) => return Ok(Some(Piece::Value { line: start, json: self.value.trim_ascii() })),
            }
        }
    }

    fn end_of_input(&mut self, start: u64, depth: &Depth) -> Option<Piece<'_>> {
        // What opened brackets without end took the end of the array in, and is told itself.
        let is_broken = depth.brackets > 0 || !self.value.trim_ascii_end().ends_with(b"}");
        self.has_ended |= is_broken && !self.value.trim_ascii().is_empty();
        if !self.value.trim_ascii().is_empty() {
            return Some(Piece::Value { line: start, json: self.value.trim_ascii() });
        }
        let is_open = self.framing == Framing::Array && !std::mem::replace(&mut self.has_ended, true);
        is_open.then(|| Piece::Broken {
            line: start,
            message: "the file ends before its array; it was cut off, write it anew".into(),
        })
    }
}

fn too_long(line: u64) -> Piece<'static> {
    let message =
        format!("the line has over {MAX_RECORD_BYTES} bytes, the limit of a record; split the file");
    Piece::Broken { line, message }
}
