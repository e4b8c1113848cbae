//! Bringing a file to the disk while more of it comes.
//!
//! In: how many bytes were written. Out: most of them on the disk by the end of the file, where every thread
//! waits for its last sync. Small files are left to that one. What is written but not on the disk is bounded
//! too, so that a stopped run does not wait for seconds of it.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};

/// Bytes after which a sync is worth it.
const STEP_BYTES: usize = 8 * 1024 * 1024;

/// Bytes behind which a writer waits for the sync before.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Stack of the thread, which makes one system call.
const STACK_BYTES: usize = 64 * 1024;

/// The syncs of a file under way.
#[derive(Debug, Default)]
pub(super) struct EarlySync {
    unsynced: usize,
    thread: Option<Thread>,
}

#[derive(Debug)]
struct Thread {
    ask: SyncSender<()>,
    handle: JoinHandle<io::Result<()>>,
}

impl EarlySync {
    /// Told of every write to `file`, always the same.
    ///
    /// # Errors
    /// That of an earlier sync.
    pub(super) fn wrote(&mut self, file: &Arc<File>, bytes: usize) -> io::Result<()> {
        self.unsynced += bytes;
        if self.unsynced < STEP_BYTES {
            return Ok(());
        }
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => Thread::start(Arc::clone(file))?,
        };
        let asked = match thread.ask.try_send(()) {
            Err(TrySendError::Full(())) if self.unsynced < MOST_BYTES => {
                self.thread = Some(thread);
                return Ok(());
            }
            Err(TrySendError::Full(())) => thread.ask.send(()).is_ok(),
            asked => asked.is_ok(),
        };
        if !asked {
            return thread.join().and(Err(io::ErrorKind::BrokenPipe.into()));
        }
        self.unsynced = 0;
        self.thread = Some(thread);
        Ok(())
    }

    /// Waits for the sync under way.
    ///
    /// # Errors
    /// That of an earlier sync. The kernel tells it once, so a later sync of the file may succeed.
    pub(super) fn finish(self) -> io::Result<()> {
        self.thread.map_or(Ok(()), Thread::join)
    }
}

impl Thread {
    fn start(file: Arc<File>) -> io::Result<Self> {
        // One sync at most waits behind the one under way.
        let (ask, asked) = mpsc::sync_channel(1);
        let handle = thread::Builder::new()
            .name("sync".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || asked.into_iter().try_for_each(|()| file.sync_data()))?;
        Ok(Self { ask, handle })
    }

    fn join(self) -> io::Result<()> {
        drop(self.ask);
        self.handle.join().unwrap_or_else(|_| Err(io::Error::other("the thread that syncs failed")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_of_any_size_comes_to_its_end() {
        for pieces in [0, 1, 8, 9, 40] {
            let file = Arc::new(tempfile::tempfile().unwrap());
            let mut sync = EarlySync::default();
            let piece = vec![7; STEP_BYTES / 8];
            for _ in 0..pieces {
                (&*file).write_all(&piece).unwrap();
                sync.wrote(&file, piece.len()).unwrap();
            }
            assert_eq!(sync.thread.is_some(), pieces >= 8, "{pieces}");
            sync.finish().unwrap();
            assert_eq!(file.metadata().unwrap().len(), (pieces * piece.len()) as u64);
            assert!(Arc::into_inner(file).is_some(), "the thread has ended");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_error_of_a_sync_is_not_lost() {
        let (_reader, pipe) = io::pipe().unwrap();
        // A pipe cannot be synced.
        let file = Arc::new(File::from(std::os::fd::OwnedFd::from(pipe)));
        let mut sync = EarlySync::default();
        sync.wrote(&file, STEP_BYTES).unwrap();
        let error = sync.finish().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        let mut sync = EarlySync::default();
        let told = (0..1000).find_map(|_| sync.wrote(&file, MOST_BYTES).err());
        assert_eq!(told.unwrap().kind(), io::ErrorKind::InvalidInput);
    }
}
