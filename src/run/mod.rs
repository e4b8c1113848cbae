//! The batch: every file under the inputs to the run directory.
//!
//! In: [`RunOptions`]. Out: the files of the run directory and a [`RunSummary`]. Files are listed, read and
//! made into records on several threads, and written in uri byte order on one; the memory for pages under
//! way is bounded, so the number of pages is not. The outputs are a function of the input, the profile, the
//! reference and the options, never of the threads. Knows no format and no rule.

mod folder;
mod gate;
mod interrupt;
mod options;
mod ordered;
mod page;
mod progress;

pub use gate::{FailOn, Gate, MaxRejects};
pub use interrupt::Interrupt;
pub use options::{DEFAULT_INPUT, DEFAULT_OUTPUT, RunOptions};
pub use ordered::WORKER_NAME;
pub use progress::{EndedPage, PageEnd, Progress, Silent};

use crate::emit::atomic::WrittenFile;
use crate::emit::manifest::{
    GateVerdict, Manifest, ManifestBytes, ManifestOptions, ManifestProfile, ManifestSeconds, stale_outputs,
};
use crate::emit::{Counts, FinishedOutputs, Outputs, RunFacts};
use crate::error::{Error, ErrorKind, Result};
use crate::read::{Entry, Listing, Place, ReadOptions, SkipReason, WalkOptions, walk};
use folder::RunFolder;
use ordered::{Spread, in_order};
use page::{Ended, failed_unread, finish_page};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

/// Memory for pages from their reading to the writing of their records. Two cores are kept busy by a tenth
/// of it; the rest lets others go on while one is slow.
const PAGES_BUDGET_BYTES: u64 = 256 * 1024 * 1024;

/// What a finished run did.
#[derive(Debug)]
pub struct RunSummary {
    /// What was counted.
    pub counts: Counts,
    /// What it was held against, and whether it passed.
    pub gates: Vec<GateVerdict>,
    /// Bytes of the pages that were read.
    pub bytes_read: u64,
    /// Wall-clock seconds.
    pub seconds: ManifestSeconds,
    /// The outputs but `run.json`.
    pub outputs: Vec<WrittenFile>,
}

/// Lists what a run would read, without reading a page or writing a file.
///
/// # Errors
/// As [`walk`].
pub fn plan(options: &RunOptions<'_>) -> Result<Listing> {
    walk(
        &options.inputs,
        &WalkOptions {
            include: options.include.clone(),
            exclude: options.exclude.clone(),
            output: Some(options.output.clone()),
        },
    )
}

/// Does a run.
///
/// # Errors
/// [`ErrorKind::Input`] and [`ErrorKind::Options`] as [`walk`]; [`ErrorKind::Output`] if the run directory
/// cannot be written or another run writes to it; [`ErrorKind::Interrupted`]. After an error the run
/// directory is as it was, or has files of this run that are whole, but no `run.json`.
pub fn run(options: &RunOptions<'_>, progress: &mut dyn Progress) -> Result<RunSummary> {
    options.gate.check()?;
    let started = Instant::now();
    let listing = plan(options)?;
    let walked = started.elapsed().as_secs_f64();
    let folder = RunFolder::take(&options.output)?;
    let facts = RunFacts::new(options.pipeline.reference, options.pipeline.profile);
    let mut batch = Batch {
        outputs: Outputs::create(folder.path(), &options.formats, &facts)?,
        counts: Counts::default(),
        bytes_read: 0,
        progress,
    };
    batch.pages(&listing, options)?;
    let Batch { outputs, counts, bytes_read, .. } = batch;
    let paged = started.elapsed().as_secs_f64();
    let outputs = outputs.finish()?;
    if options.interrupt.signal().is_some() {
        return Err(Error::new(ErrorKind::Interrupted, "stopped before the end"));
    }
    let total = started.elapsed().as_secs_f64();
    let seconds = ManifestSeconds { walk: walked, pages: paged - walked, finish: total - paged, total };
    let gates = options.gate.verdicts(&counts);
    let summary = RunSummary { gates, counts, bytes_read, seconds, outputs: outputs.written() };
    publish(&folder, outputs, options, &summary)?;
    Ok(summary)
}

/// A run under way.
struct Batch<'p> {
    outputs: Outputs,
    counts: Counts,
    bytes_read: u64,
    progress: &'p mut dyn Progress,
}

impl Batch<'_> {
    fn pages(&mut self, listing: &Listing, options: &RunOptions<'_>) -> Result<()> {
        let mut files = Vec::new();
        for entry in listing.entries() {
            match entry.skip {
                Some(reason) => self.counts.add_skips(reason, 1),
                None => files.push(entry),
            }
        }
        self.progress.started(options.limit.unwrap_or(u64::MAX).min(files.len() as u64));
        let reading = ReadOptions { format: None, max_bytes: options.max_page_bytes };
        let spread =
            Spread { jobs: options.jobs, budget: PAGES_BUDGET_BYTES, interrupt: options.interrupt.clone() };
        let mut taken = 0;
        if options.limit != Some(0) {
            in_order(
                files.len(),
                &spread,
                |at, ticket| {
                    finish_page(
                        &files[at].uri,
                        &listing.place(files[at]),
                        &reading,
                        &options.pipeline,
                        ticket,
                    )
                },
                |at, ended| {
                    taken += 1;
                    let ended = ended
                        .unwrap_or_else(|panic| failed_unread(&files[at].uri, &panic, &options.pipeline));
                    self.page(listing, files[at], &ended)?;
                    Ok(if self.is_full(options.limit) {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    })
                },
            )?;
        }
        self.counts.add_skips(SkipReason::OverLimit, (files.len() - taken) as u64);
        Ok(())
    }

    fn is_full(&self, limit: Option<u64>) -> bool {
        limit.is_some_and(|limit| self.counts.records + self.counts.rejects >= limit)
    }

    fn page(&mut self, listing: &Listing, entry: &Entry, ended: &Ended) -> Result<()> {
        let end = match ended {
            Ended::Record { record, json } => {
                self.outputs.record(record, json)?;
                self.counts.add_record(record);
                self.bytes_read += record.source.bytes.unwrap_or(0);
                PageEnd::Record(record)
            }
            Ended::Reject { reject, json } => {
                self.outputs.reject(json)?;
                self.counts.add_reject(reject);
                self.bytes_read += reject.source.bytes.unwrap_or(0);
                PageEnd::Reject(reject)
            }
            Ended::Skip(reason) => {
                self.counts.add_skips(*reason, 1);
                PageEnd::Skip(*reason)
            }
        };
        let place = listing.place(entry);
        let path = match &place {
            Place::File(path) => path,
            Place::Stdin => Path::new("-"),
        };
        self.progress.ended(&EndedPage { path, end });
        Ok(())
    }
}

fn publish(
    folder: &RunFolder,
    outputs: FinishedOutputs,
    options: &RunOptions<'_>,
    summary: &RunSummary,
) -> Result<()> {
    let profile = options.pipeline.profile;
    let manifest = Manifest {
        nosograph: env!("CARGO_PKG_VERSION"),
        reference: options.pipeline.reference.release(),
        profile: ManifestProfile { label: profile.label(), hash: &profile.hash },
        options: ManifestOptions {
            inputs: options.inputs.iter().map(|input| input.display().to_string()).collect(),
            formats: &options.formats,
            include: &options.include,
            exclude: &options.exclude,
            limit: options.limit,
            max_page_bytes: options.max_page_bytes,
        },
        counts: &summary.counts,
        gates: &summary.gates,
        bytes: ManifestBytes {
            read: summary.bytes_read,
            written: summary.outputs.iter().map(|output| output.bytes).sum(),
        },
        seconds: summary.seconds,
        outputs: summary.outputs.clone(),
    };
    let stale = stale_outputs(folder.path(), &summary.outputs);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| {
        Error::new(ErrorKind::Output, "the manifest cannot be written").at(folder.path()).source(error)
    })?;
    outputs.publish(&stale, &text)
}
