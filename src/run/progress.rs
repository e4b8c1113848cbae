//! What a run tells while it goes on.

use crate::emit::atomic::FinishedFile;
use crate::emit::manifest::{GateVerdict, Manifest};
use crate::error::Result;
use crate::read::SkipReason;
use crate::record::{Record, Reject};
use std::path::Path;

/// Is told how a run goes on; all calls come from the thread that called [`run`](crate::run::run). How files ended
/// that are not read comes first; then [`Progress::started`] once, then [`Progress::advanced`] once a file that is
/// read. Both kinds of files come in uri order.
pub trait Progress {
    /// Whether [`Progress::ended`] is wanted for each file; without it a run that would change nothing need
    /// not look into its pages, and none is brought back as a record. Default: yes.
    fn wants_pages(&self) -> bool {
        true
    }

    /// So many files will be read; under a limit of pages, more where files turn out to be none.
    fn started(&mut self, files: u64) {
        let _ = files;
    }

    /// A file has come to its end.
    fn advanced(&mut self) {}

    /// How a file ended, if that is wanted.
    fn ended(&mut self, page: &EndedPage<'_>) {
        let _ = page;
    }

    /// Names of the files that [`Progress::conclude`] adds. Default: none.
    fn outputs(&self) -> &'static [&'static str] {
        &[]
    }

    /// All files have, and no output has its name yet; `manifest` is what `run.json` would say. Without
    /// [`Progress::wants_pages`] it is not called for a run that would change nothing.
    ///
    /// # Errors
    /// What speaks against the run: then no output of it is kept.
    fn conclude(&mut self, manifest: &Manifest<'_>) -> Result<Conclusion> {
        let _ = manifest;
        Ok(Conclusion::default())
    }
}

/// What goes with a run beside its own outputs.
#[derive(Debug, Default)]
pub struct Conclusion {
    /// More files for the run directory.
    pub outputs: Vec<FinishedFile>,
    /// More things that it was held against.
    pub verdicts: Vec<GateVerdict>,
}

/// A file that has come to its end.
#[derive(Clone, Copy, Debug)]
pub struct EndedPage<'a> {
    /// Where it was read from.
    pub path: &'a Path,
    /// How it ended.
    pub end: PageEnd<'a>,
}

/// The three ends of a file.
#[derive(Clone, Copy, Debug)]
pub enum PageEnd<'a> {
    /// It gave a record.
    Record(&'a Record<'a>),
    /// It is a page and gave none.
    Reject(&'a Reject<'a>),
    /// It is no page.
    Skip(SkipReason),
}

/// Tells nobody.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn wants_pages(&self) -> bool {
        false
    }
}
