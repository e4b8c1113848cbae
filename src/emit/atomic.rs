//! Files that are complete or absent: the only place that creates and renames files.
//!
//! In: bytes. Out: a file under its name, after its bytes and then its folder have reached the disk; until
//! then it has a name of its own in the same folder (a rename is atomic only there), and is removed if it
//! is dropped. Size and SHA-256 are taken on the way. POSIX `rename` and `fsync`. Never truncates a file
//! that stands.

use super::background::Background;
use super::early_sync::EarlySync;
use crate::error::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::{Builder, NamedTempFile, TempPath};

/// What the names of unfinished files start with.
const UNFINISHED_PREFIX: &str = ".nosograph-";

/// What the names of unfinished files end with.
const UNFINISHED_SUFFIX: &str = ".tmp";

/// A file under way.
#[derive(Debug)]
pub struct AtomicFile {
    name: String,
    target: PathBuf,
    /// Where it stands until it is finished.
    unfinished: PathBuf,
    file: Background<Hashed>,
}

/// A file without its name, and what is told of it.
#[derive(Debug)]
struct Hashed {
    file: Arc<File>,
    /// Removes the file where it is dropped.
    path: TempPath,
    sync: EarlySync,
    digest: Sha256,
    bytes: u64,
}

/// A file whose bytes are on the disk, but not yet under its name.
#[derive(Debug)]
pub struct FinishedFile {
    target: PathBuf,
    path: TempPath,
    written: WrittenFile,
}

/// A file of the output.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WrittenFile {
    /// Its name in the run directory, with `/` behind a folder in it.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

impl AtomicFile {
    /// A file that is to stand under `name` in `folder`; a folder that `name` has before its last part is made.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if the folder cannot be written.
    pub fn create(folder: &Path, name: &str) -> Result<Self> {
        let target = folder.join(name);
        if let Some((within, _)) = name.rsplit_once('/') {
            let within = folder.join(within);
            match fs::create_dir(&within) {
                Err(error) if !within.is_dir() => return Err(unwritable(&within, error)),
                _ => {}
            }
        }
        let (file, path) = unnamed_in(folder).map_err(|error| unwritable(&target, error))?.into_parts();
        let unfinished = path.to_path_buf();
        let (file, sync) = (Arc::new(file), EarlySync::default());
        let file = Background::new(Hashed { file, path, sync, digest: Sha256::new(), bytes: 0 });
        Ok(Self { name: name.to_owned(), target, unfinished, file })
    }

    /// Where it is to stand.
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// Gives its bytes, those to come too, a second name that stays if the file is dropped.
    ///
    /// # Errors
    /// If there is a file of that name, or the file system has no hard links.
    pub fn link(&self, path: &Path) -> io::Result<()> {
        fs::hard_link(&self.unfinished, path)
    }

    /// The error that `error` means for this file.
    pub fn failed(&self, error: io::Error) -> Error {
        unwritable(&self.target, error)
    }

    /// Brings all bytes to the disk.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if they cannot be written.
    pub fn finish(self) -> Result<FinishedFile> {
        let Self { name, target, file, .. } = self;
        let failed = |error| unwritable(&target, error);
        let Hashed { file, path, sync, digest, bytes } = file.finish().map_err(failed)?;
        sync.finish().and_then(|()| file.sync_all()).map_err(failed)?;
        let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(FinishedFile { target, path, written: WrittenFile { path: name, bytes, sha256 } })
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = (&*self.file).write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        self.sync.wrote(&self.file, written)?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FinishedFile {
    /// Gives the file its name, in place of one that had it.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if it cannot be renamed.
    pub fn publish(self) -> Result<WrittenFile> {
        let Self { target, path, written } = self;
        path.persist(&target).map_err(|error| unwritable(&target, error.error))?;
        Ok(written)
    }

    /// Its name, size and digest.
    pub fn written(&self) -> &WrittenFile {
        &self.written
    }
}

/// Writes the file that a user named, where that may be anything: a file that stands there, or none, is replaced
/// as a whole; into anything else (a link, a device, a pipe) the bytes are written, as a shell's `>` does.
///
/// # Errors
/// [`ErrorKind::Output`] if it cannot be written. A pipe that nobody reads any more is none.
pub fn write_anywhere(path: &Path, bytes: &[u8]) -> Result<()> {
    let is_replaced = match fs::symlink_metadata(path) {
        Ok(data) => data.is_file(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let written = if is_replaced { replace(path, bytes) } else { write_into(path, bytes) };
    written.map_err(|error| unwritable(path, error))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = unnamed_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn write_into(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match File::create(path)?.write_all(bytes) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A new file in `folder` that has no name of its own yet; what `umask` leaves is its mode.
fn unnamed_in(folder: &Path) -> io::Result<NamedTempFile> {
    // By `tempfile_in` it would be its owner's alone, and errors would name a file that nobody knows.
    Builder::new()
        .prefix(UNFINISHED_PREFIX)
        .suffix(UNFINISHED_SUFFIX)
        .make_in(folder, |path| File::create_new(path))
}

/// Brings the names in `folder` to the disk; a rename alone may be lost when the power goes.
///
/// # Errors
/// [`ErrorKind::Output`] if the folder cannot be synced.
pub fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| unwritable(folder, error))
}

/// Removes unfinished files that a killed run left in `folder`.
///
/// # Errors
/// [`ErrorKind::Output`] if the folder cannot be read or a file cannot be removed.
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| unwritable(folder, error))? {
        let entry = entry.map_err(|error| unwritable(folder, error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED_PREFIX) && name.ends_with(UNFINISHED_SUFFIX) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes a folder, if it is there and empty; what else is in it is not ours.
pub fn remove_empty_folder(path: &Path) {
    // A folder that stays is no loss, whatever the reason.
    let _ = fs::remove_dir(path);
}

/// Removes a file, if it is there.
///
/// # Errors
/// [`ErrorKind::Output`] if it cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(path, error)),
        _ => Ok(()),
    }
}

/// The error that `error` means for the file or folder at `path`.
pub(super) fn unwritable(path: &Path, error: io::Error) -> Error {
    let hint = cure(&error);
    Error::new(ErrorKind::Output, "cannot be written").at(path).source(error).hint(hint)
}

/// What to do about an output that cannot be written.
pub fn cure(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room, or write elsewhere with `--output`"
        }
        io::ErrorKind::NotFound => "make the folder it is to stand in, or write elsewhere with `--output`",
        io::ErrorKind::IsADirectory => "a folder stands there: name a file with `--output`",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file stands where a folder has to: write elsewhere with `--output`"
        }
        _ => "give yourself the right to write there, or write elsewhere with `--output`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_with_its_size_and_digest() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(folder.path(), "a").unwrap();
        file.write_all(b"ab").unwrap();
        file.write_all(b"c").unwrap();
        assert!(!folder.path().join("a").exists());
        let written = file.finish().unwrap().publish().unwrap();
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(written, WrittenFile { path: "a".into(), bytes: 3, sha256: sha256.into() });
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"abc");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_file_may_stand_in_a_folder_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let file = AtomicFile::create(folder.path(), "load/a").unwrap();
            assert_eq!(file.finish().unwrap().publish().unwrap().path, "load/a");
        }
        assert_eq!(names(&folder.path().join("load")), ["a"]);
        fs::write(folder.path().join("taken"), "").unwrap();
        let error = AtomicFile::create(folder.path(), "taken/a").unwrap_err();
        assert_eq!(error.path(), Some(&*folder.path().join("taken")));
    }

    #[test]
    fn what_is_dropped_or_left_by_a_killed_run_goes() {
        let folder = tempfile::tempdir().unwrap();
        drop(AtomicFile::create(folder.path(), "a").unwrap());
        assert!(names(folder.path()).is_empty());
        fs::write(folder.path().join(".nosograph-x1.tmp"), "").unwrap();
        fs::write(folder.path().join("mine.tmp"), "").unwrap();
        remove_unfinished(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["mine.tmp"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let error = AtomicFile::create(Path::new("/nonexistent/folder"), "a").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Output);
        assert_eq!(error.path(), Some(Path::new("/nonexistent/folder/a")));
    }
}
