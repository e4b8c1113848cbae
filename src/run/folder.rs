//! The run directory, held by one run at a time.
//!
//! In: a path. Out: the folder, made where it was missing, with a kernel lock that ends with the process
//! however it ends, and without what a killed run left half-written. Never touches a file that is not ours.

use crate::emit::atomic::{cure, remove_unfinished};
use crate::error::{Error, ErrorKind, Result};
use crate::read::STATE_FOLDER;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A run directory that this process alone writes to.
#[derive(Debug)]
pub(super) struct RunFolder {
    path: PathBuf,
    state: PathBuf,
    _lock: File,
}

impl RunFolder {
    /// Makes the folder where it is missing and takes its lock.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if it cannot be written or another run writes to it.
    pub(super) fn take(path: &Path) -> Result<Self> {
        let state = path.join(STATE_FOLDER);
        fs::create_dir_all(&state).map_err(|error| unwritable(path, error))?;
        let lock = File::options().create(true).truncate(false).write(true).open(state.join("lock"));
        let lock = lock.map_err(|error| unwritable(path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Output, "another run is writing to this folder")
                    .at(path)
                    .hint("wait for it to end, or name another folder with `--output`"));
            }
            // Some network file systems have no locks: then nobody can hold one.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(unwritable(path, error)),
        }
        remove_unfinished(path)?;
        Ok(Self { path: path.to_owned(), state, _lock: lock })
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder in it for what later runs may use.
    pub(super) fn state(&self) -> &Path {
        &self.state
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let hint = cure(&error);
    Error::new(ErrorKind::Output, "the output folder cannot be written").at(path).source(error).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        let first = RunFolder::take(&path).unwrap();
        assert_eq!(RunFolder::take(&path).unwrap_err().kind(), ErrorKind::Output);
        drop(first);
        fs::write(path.join(".nosograph-1.tmp"), "").unwrap();
        RunFolder::take(&path).unwrap();
        assert!(!path.join(".nosograph-1.tmp").exists());
    }
}
