//! Writing on a thread of its own.
//!
//! In: bytes in small pieces. Out: the same bytes in large ones to another writer, which may hash or compress
//! them meanwhile: where outputs are written one after the other, the thread that orders pages waits for none
//! of it. A thread starts with the second piece, so that small files cost none; pieces that wait are bounded.
//! Never loses an error: it comes with a later write, or at the end.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle};

/// Bytes handed over at once.
const PIECE_BYTES: usize = 128 * 1024;

/// Pieces that may wait while one is gathered and one is written.
const WAITING: usize = 2;

/// Stack of a thread, which calls nothing deep.
const STACK_BYTES: usize = 256 * 1024;

/// A writer behind a thread.
#[derive(Debug)]
pub(crate) struct Background<W: Write + Send + 'static> {
    piece: Vec<u8>,
    /// `None` behind an error and behind the end.
    writer: Option<Writer<W>>,
}

#[derive(Debug)]
enum Writer<W> {
    Here(W),
    There(Thread<W>),
}

#[derive(Debug)]
struct Thread<W> {
    full: SyncSender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    handle: JoinHandle<io::Result<W>>,
}

impl<W: Write + Send + 'static> Background<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { piece: Vec::new(), writer: Some(Writer::Here(writer)) }
    }

    /// Waits until all is written.
    ///
    /// # Errors
    /// That of the writer.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.end()
    }

    fn end(&mut self) -> io::Result<W> {
        let piece = std::mem::take(&mut self.piece);
        match self.writer.take().ok_or(io::ErrorKind::BrokenPipe)? {
            Writer::Here(mut writer) => writer.write_all(&piece).map(|()| writer),
            Writer::There(thread) => {
                // Without a receiver the thread has ended, and tells why.
                let _ = thread.full.send(piece);
                thread.join()
            }
        }
    }

    /// Hands the gathered piece over.
    fn hand_over(&mut self) -> io::Result<()> {
        let thread = match self.writer.take().ok_or(io::ErrorKind::BrokenPipe)? {
            Writer::Here(writer) => Thread::start(writer)?,
            Writer::There(thread) => thread,
        };
        let next = thread.empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(PIECE_BYTES));
        if thread.full.send(std::mem::replace(&mut self.piece, next)).is_err() {
            return thread.join().and(Err(io::ErrorKind::BrokenPipe.into()));
        }
        self.writer = Some(Writer::There(thread));
        Ok(())
    }
}

impl<W: Write + Send + 'static> Thread<W> {
    fn start(writer: W) -> io::Result<Self> {
        let (full, pieces) = mpsc::sync_channel(WAITING);
        let (used, empty) = mpsc::channel();
        let handle = thread::Builder::new()
            .name("writer".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || write(writer, &pieces, &used))?;
        Ok(Self { full, empty, handle })
    }

    fn join(self) -> io::Result<W> {
        drop(self.full);
        self.handle.join().unwrap_or_else(|_| Err(io::Error::other("the thread that writes failed")))
    }
}

fn write<W: Write>(mut writer: W, full: &Receiver<Vec<u8>>, empty: &Sender<Vec<u8>>) -> io::Result<W> {
    for mut piece in full {
        writer.write_all(&piece)?;
        piece.clear();
        // Nobody wants it any more at the end.
        let _ = empty.send(piece);
    }
    Ok(writer)
}

impl<W: Write + Send + 'static> Write for Background<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE_BYTES {
            self.hand_over()?;
        }
        let taken = bytes.len().min(PIECE_BYTES - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Does nothing: only the end tells that all is written.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes what is left, as far as it can be written, and ends the thread.
impl<W: Write + Send + 'static> Drop for Background<W> {
    fn drop(&mut self) {
        drop(self.end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes.
    struct Limited(Vec<u8>, usize);

    impl Write for Limited {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn all_bytes_arrive_in_order() {
        for total in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 9 * PIECE_BYTES + 5] {
            let bytes: Vec<u8> = (0..total).map(|at| (at % 251) as u8).collect();
            let mut file = Background::new(Limited(Vec::new(), usize::MAX));
            bytes.chunks(7_001).for_each(|piece| file.write_all(piece).unwrap());
            assert!(file.finish().unwrap().0 == bytes, "{total}");
        }
    }

    #[test]
    fn an_error_comes_back_by_the_end() {
        for (limit, total) in [(10, 11), (10, 9 * PIECE_BYTES), (5 * PIECE_BYTES, 9 * PIECE_BYTES)] {
            let mut file = Background::new(Limited(Vec::new(), limit));
            let written = file.write_all(&vec![0; total]);
            let error = written.and_then(|()| file.finish().map(drop)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{limit} {total}");
        }
    }

    #[test]
    fn what_is_dropped_has_been_written() {
        let (reader, writer) = io::pipe().unwrap();
        let mut file = Background::new(writer);
        file.write_all(b"abc").unwrap();
        drop(file);
        assert_eq!(io::read_to_string(reader).unwrap(), "abc");
    }
}
