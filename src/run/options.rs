//! What a run is told, complete and with defaults.

use super::{Gate, Interrupt};
use crate::emit::OutputFormat;
use crate::limits::PageLimits;
use crate::pipeline::Pipeline;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// The input that is read if none is named.
pub const DEFAULT_INPUT: &str = "input";

/// The run directory that is written if none is named.
pub const DEFAULT_OUTPUT: &str = "output";

/// What a run is told.
#[derive(Clone, Debug)]
pub struct RunOptions<'a> {
    /// The rules and the reference.
    pub pipeline: Pipeline<'a>,
    /// Files, folders, and `-` for stdin. Default: [`DEFAULT_INPUT`].
    pub inputs: Vec<PathBuf>,
    /// The run directory. Default: [`DEFAULT_OUTPUT`].
    pub output: PathBuf,
    /// Formats of the records. Default: [`OutputFormat::DEFAULT`].
    pub formats: Vec<OutputFormat>,
    /// Threads that make records. Default: one a core. The outputs do not depend on it.
    pub jobs: NonZeroUsize,
    /// Globs of which a uri must match one; one without `/` is matched with the last part. Default: none, all match.
    pub include: Vec<String>,
    /// Globs of which a uri must match none. Default: none.
    pub exclude: Vec<String>,
    /// Whether to walk folders behind links. Default: no.
    pub follow: bool,
    /// The largest number of pages: the first in uri order. Default: no limit.
    pub limit: Option<u64>,
    /// How far a page is followed.
    pub limits: PageLimits,
    /// What the finished run is held against; decides the verdicts in `run.json` and nothing else. Default: no
    /// reject and no error.
    pub gate: Gate,
    /// Whether to take nothing over from an earlier run. Default: no.
    pub fresh: bool,
    /// The wish to stop. Default: a flag that nobody else holds.
    pub interrupt: Interrupt,
}

impl<'a> RunOptions<'a> {
    /// The defaults, with these rules and this reference.
    pub fn new(pipeline: Pipeline<'a>) -> Self {
        Self {
            pipeline,
            inputs: vec![PathBuf::from(DEFAULT_INPUT)],
            output: PathBuf::from(DEFAULT_OUTPUT),
            formats: OutputFormat::DEFAULT.to_vec(),
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            include: Vec::new(),
            exclude: Vec::new(),
            follow: false,
            limit: None,
            limits: PageLimits::default(),
            gate: Gate::default(),
            fresh: false,
            interrupt: Interrupt::default(),
        }
    }
}
