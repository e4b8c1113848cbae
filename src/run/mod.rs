//! The batch: every file under the inputs to the run directory.
//!
//! In: [`RunOptions`]. Out: the files of the run directory and a [`RunSummary`]. Files are listed, read and
//! made into records on several threads, and written in uri byte order on one; the memory for pages under
//! way is bounded, so the number of pages is not. The outputs are a function of the input, the profile, the
//! reference and the options, never of the threads. Knows no format and no rule.

mod cache;
mod folder;
mod gate;
mod interrupt;
mod options;
mod ordered;
mod page;
mod progress;
mod unchanged;

pub use gate::{FailOn, Gate};
pub use interrupt::Interrupt;
pub use options::{DEFAULT_INPUT, DEFAULT_OUTPUT, RunOptions};
pub use ordered::WORKER_NAME;
pub use progress::{Conclusion, EndedPage, PageEnd, Progress, Silent};

use crate::emit::atomic::WrittenFile;
use crate::emit::manifest::{
    GateVerdict, Manifest, ManifestBytes, ManifestOptions, ManifestProfile, ManifestSeconds,
    replace_manifest, stale_outputs,
};
use crate::emit::{Counts, FinishedOutputs, Outputs, RunFacts};
use crate::error::{Error, ErrorKind, Result};
use crate::read::{Entry, Listing, Place, ReadOptions, SkipReason, WalkOptions, walk};
use crate::record::{Record, Status};
use crate::validate::across::{Across, PageFacts};
use cache::{Basis, Cache, CacheWriter, Kept};
use folder::RunFolder;
use ordered::{Spread, Ticket, in_order};
use page::{Ended, Finished, Maker, failed_unread, with_findings};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;
use unchanged::{InputDigest, forget, keep, unchanged};

/// Memory for pages from their reading to the writing of their records. Two cores are kept busy by a tenth
/// of it; the rest lets others go on while one is slow.
const PAGES_BUDGET_BYTES: u64 = 64 * 1024 * 1024;

/// Files that a thread takes at once. Handing over costs two switches between threads, some 10 us: for a
/// single page of 3 KB that was a tenth of all work.
const BATCH_FILES: usize = 16;

/// What a finished run did.
#[derive(Debug)]
pub struct RunSummary {
    /// What was counted.
    pub counts: Counts,
    /// What it was held against, and whether it passed.
    pub gates: Vec<GateVerdict>,
    /// Bytes of the pages that were read, in this run or in the one whose work it took over.
    pub bytes_read: u64,
    /// Files whose outcome was taken over from an earlier run.
    pub reused: u64,
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
    options.gate.check(options.pipeline.profile)?;
    let started = Instant::now();
    let listing = plan(options)?;
    let mut seconds = ManifestSeconds { walk: started.elapsed().as_secs_f64(), ..ManifestSeconds::default() };
    let folder = RunFolder::take(&options.output)?;
    let basis = Basis::of(&options.pipeline, options.max_page_bytes);
    let of_outputs = basis.with(format!("{:?} {:?}", options.formats, options.limit).as_bytes());
    if !options.fresh
        && !progress.wants_pages()
        && let Some((last, counts)) = unchanged(folder.state(), folder.path(), of_outputs, &listing)
    {
        seconds.total = started.elapsed().as_secs_f64();
        let reused = counts.seen;
        let summary = RunSummary {
            gates: options.gate.verdicts(&counts),
            counts,
            bytes_read: last.bytes_read,
            reused,
            seconds,
            outputs: last.outputs,
        };
        replace_manifest(folder.path(), &manifest(options, &summary))?;
        return Ok(summary);
    }
    let cache = Cache::open(folder.state(), basis, options.fresh);
    let facts = RunFacts::new(options.pipeline.reference, options.pipeline.profile);
    let mut batch = Batch {
        listing: &listing,
        options,
        outputs: Outputs::create(folder.path(), &options.formats, &facts)?,
        journal: CacheWriter::create(folder.state(), basis),
        input: InputDigest::new(of_outputs, &listing),
        across: Across::new(folder.state()),
        counts: Counts::of(options.pipeline.profile),
        bytes_read: 0,
        reused: 0,
        taken: 0,
        seconds,
        progress,
    };
    batch.pages(cache, &folder)?;
    let Batch { outputs, journal, input, counts, bytes_read, reused, taken, mut seconds, progress, .. } =
        batch;
    let paged = started.elapsed().as_secs_f64();
    seconds.pages = paged - seconds.walk;
    let mut outputs = outputs.finish()?;
    journal.finish();
    if options.interrupt.signal().is_some() {
        return Err(Error::new(ErrorKind::Interrupted, "stopped before the end"));
    }
    seconds.total = started.elapsed().as_secs_f64();
    seconds.finish = seconds.total - paged;
    let gates = options.gate.verdicts(&counts);
    let mut summary = RunSummary { gates, counts, bytes_read, reused, seconds, outputs: outputs.written() };
    let more = progress.conclude(&manifest(options, &summary))?;
    outputs.add(more.outputs);
    summary.outputs = outputs.written();
    summary.gates.extend(more.verdicts);
    publish(&folder, outputs, options, &summary)?;
    let written = (summary.bytes_read, summary.outputs.as_slice());
    keep((folder.state(), folder.path()), &input, taken, &summary.counts, written);
    Ok(summary)
}

/// A run under way.
struct Batch<'r, 'p> {
    listing: &'r Listing,
    options: &'r RunOptions<'r>,
    outputs: Outputs,
    journal: CacheWriter,
    input: InputDigest,
    across: Across,
    counts: Counts,
    bytes_read: u64,
    reused: u64,
    /// Files that came to their end.
    taken: usize,
    seconds: ManifestSeconds,
    progress: &'p mut dyn Progress,
}

/// A file and what the cache has of it.
type Job = (Entry, Vec<cache::Entry>);

impl Batch<'_, '_> {
    fn pages(&mut self, mut cache: Cache, folder: &RunFolder) -> Result<()> {
        let (listing, options) = (self.listing, self.options);
        for entry in listing.entries() {
            if let Some(reason) = entry.skip {
                self.counts.add_skips(reason, 1);
            }
        }
        self.progress.started(listing.pages() as u64);
        let reading = ReadOptions { format: None, max_bytes: options.max_page_bytes };
        let maker = Maker { reading, pipeline: options.pipeline };
        let spread =
            Spread { jobs: options.jobs, budget: PAGES_BUDGET_BYTES, interrupt: options.interrupt.clone() };
        let mut jobs = numbered(listing).map(|(_, entry)| {
            let kept = cache.take(&entry.uri);
            (entry, kept)
        });
        let batches = std::iter::from_fn(|| {
            let batch: Vec<Job> = jobs.by_ref().take(BATCH_FILES).collect();
            (!batch.is_empty()).then_some(batch)
        });
        let work = |batch: Vec<Job>, ticket: &mut Ticket<'_>| {
            let mut finished = Vec::with_capacity(batch.len());
            for (entry, kept) in batch {
                if ticket.is_void() {
                    break;
                }
                finished.push(maker.finish(&entry.uri, &listing.place(&entry), &kept, ticket));
            }
            finished
        };
        let mut entries = numbered(listing);
        if options.limit != Some(0) {
            in_order(batches, &spread, work, |_, finished| {
                let finished = finished.unwrap_or_else(|panic| {
                    let lost = entries.clone().take(BATCH_FILES);
                    lost.map(|(_, entry)| failed_unread(&entry.uri, &panic, &options.pipeline)).collect()
                });
                let started = Instant::now();
                for (finished, (number, entry)) in finished.into_iter().zip(entries.by_ref()) {
                    self.page(number, &entry, finished, folder)?;
                    if self.is_full(options.limit) {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                self.seconds.write += started.elapsed().as_secs_f64();
                Ok(ControlFlow::Continue(()))
            })?;
        }
        self.counts.add_skips(SkipReason::OverLimit, (listing.pages() - self.taken) as u64);
        Ok(())
    }

    fn is_full(&self, limit: Option<u64>) -> bool {
        limit.is_some_and(|limit| self.counts.records + self.counts.rejects >= limit)
    }

    fn page(&mut self, number: usize, entry: &Entry, finished: Finished, folder: &RunFolder) -> Result<()> {
        self.taken += 1;
        self.reused += u64::from(finished.is_reused);
        self.seconds.read += finished.seconds.0;
        self.seconds.make += finished.seconds.1;
        self.input.add(finished.stamp.as_ref());
        if let Some(stamp) = &finished.stamp {
            let kept = match &finished.ended {
                Ended::Record { json, .. } => Kept::Record(json),
                Ended::Reject { json, .. } => Kept::Reject(json),
                Ended::Skip(reason) => Kept::Skip(*reason),
            };
            self.journal.add(&entry.uri, stamp, &kept, &finished.uses);
        }
        self.counts.add_uses(&finished.uses);
        match finished.ended {
            Ended::Record { mut record, mut json, facts } => {
                let own = record.diagnostics.len();
                if self.compare(number, &mut record, &facts, folder)? {
                    json = with_findings(&json, own, &record);
                }
                self.outputs.record(&record, &json)?;
                self.counts.add_record(&record);
                self.bytes_read += record.source.bytes.unwrap_or(0);
                self.tell(entry, PageEnd::Record(&record));
            }
            Ended::Reject { reject, json } => {
                self.outputs.reject(&json)?;
                self.counts.add_reject(&reject);
                self.bytes_read += reject.source.bytes.unwrap_or(0);
                self.tell(entry, PageEnd::Reject(&reject));
            }
            Ended::Skip(reason) => {
                self.counts.add_skips(reason, 1);
                self.tell(entry, PageEnd::Skip(reason));
            }
        }
        Ok(())
    }

    /// Adds what is found across pages to a record; `false` if nothing is.
    fn compare(
        &mut self,
        number: usize,
        record: &mut Record,
        facts: &PageFacts,
        folder: &RunFolder,
    ) -> Result<bool> {
        let matches = self.across.judge(number as u32, facts).map_err(|error| {
            Error::new(ErrorKind::Output, "what is known of earlier pages cannot be kept")
                .at(folder.state())
                .source(error)
                .hint("free some space there, or name another folder with `--output`")
        })?;
        let own = record.diagnostics.len();
        for found in matches {
            let first = self.listing.entries_from(found.first as usize).next();
            let uri = first.map_or_else(String::new, |first| first.uri);
            let code = record.code.as_deref();
            record.diagnostics.extend(found.finding(&uri, code, self.options.pipeline.profile));
        }
        record.status = Status::of(record.diagnostics.iter().map(|finding| finding.severity));
        Ok(record.diagnostics.len() > own)
    }

    fn tell(&mut self, entry: &Entry, end: PageEnd<'_>) {
        let place = self.listing.place(entry);
        let path = match &place {
            Place::File(path) => path,
            Place::Stdin => Path::new("-"),
        };
        self.progress.ended(&EndedPage { path, end });
    }
}

/// The files that are read, with their numbers among all of the listing.
fn numbered(listing: &Listing) -> impl Iterator<Item = (usize, Entry)> + Clone + Send + '_ {
    listing.entries().enumerate().filter(|(_, entry)| entry.skip.is_none())
}

fn publish(
    folder: &RunFolder,
    outputs: FinishedOutputs,
    options: &RunOptions<'_>,
    summary: &RunSummary,
) -> Result<()> {
    let stale = stale_outputs(folder.path(), &summary.outputs);
    forget(folder.state());
    outputs.publish(&stale, &manifest(options, summary).to_json(folder.path())?)
}

fn manifest<'a>(options: &'a RunOptions<'_>, summary: &'a RunSummary) -> Manifest<'a> {
    let profile = options.pipeline.profile;
    Manifest {
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
        reused: summary.reused,
        bytes: ManifestBytes {
            read: summary.bytes_read,
            written: summary.outputs.iter().map(|output| output.bytes).sum(),
        },
        seconds: summary.seconds,
        outputs: summary.outputs.clone(),
    }
}
