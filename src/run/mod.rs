//! The batch: every file under the inputs to the run directory.
//!
//! In: [`RunOptions`]. Out: the files of the run directory and a [`RunSummary`]. Files are listed, read and
//! made into records on several threads, and written in uri byte order on one; the memory for pages under
//! way is bounded, so the number of pages is not. The outputs are a function of the input, the profile, the
//! reference and the options, never of the threads. Knows no format and no rule.

mod cache;
mod entry;
mod folder;
mod gate;
mod interrupt;
mod options;
mod ordered;
mod ours;
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
    GateVerdict, Manifest, ManifestBytes, ManifestOptions, ManifestProfile, ManifestSeconds, ManifestSpeed,
    output_names, replace_manifest,
};
use crate::emit::{Counter, Counts, FinishedOutputs, OutputFormat, Outputs, Rendered, RunFacts};
use crate::error::{Error, ErrorKind, Result};
use crate::read::{Entry, Listing, Place, ReadOptions, SkipReason, WalkOptions, walk};
use crate::record::{Finding, Reject};
use crate::validate::across::{Across, Match, PageFacts};
use cache::{Basis, Cache, CacheWriter};
use entry::End;
use folder::RunFolder;
use ordered::{Spread, Ticket, in_order};
use page::{Finished, Maker, failed_unread};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;
use unchanged::{InputDigest, forget, keep, unchanged};

/// Memory for pages from their reading to their writing, for each thread that makes records: one page of 58 KB
/// under way and 16 of them at their end, or 180 of 3 KB.
const PAGES_BUDGET_BYTES: u64 = 2 * 1024 * 1024;

/// Files that a thread takes at once, at most.
const BATCH_FILES: usize = 16;

/// Batches that each thread should have, so that none of them stands idle at the end.
const BATCHES_A_THREAD: usize = 8;

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
    /// Names of outputs of an earlier run that this one does not have: they were removed.
    pub removed: Vec<String>,
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
            follow: options.follow,
        },
    )
}

/// Does a run.
///
/// # Errors
/// [`ErrorKind::Input`] and [`ErrorKind::Options`] as [`walk`]; [`ErrorKind::Output`] if the run directory
/// cannot be written, another run writes to it, or a file that no run wrote has the name of an output;
/// [`ErrorKind::Interrupted`]. After an error the run
/// directory is as it was, or has files of this run that are whole, but no `run.json`.
pub fn run(options: &RunOptions<'_>, progress: &mut dyn Progress) -> Result<RunSummary> {
    options.gate.check(options.pipeline.profile)?;
    let started = Instant::now();
    let listing = plan(options)?;
    let mut seconds = ManifestSeconds { walk: started.elapsed().as_secs_f64(), ..ManifestSeconds::default() };
    let mut names = output_names(&options.formats);
    names.extend(progress.outputs().iter().map(|&name| name.to_owned()));
    ours::check_names(&options.output, &names)?;
    let folder = RunFolder::take(&options.output)?;
    let basis = Basis::of(&options.pipeline, options.limits);
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
            removed: Vec::new(),
        };
        replace_manifest(folder.path(), &manifest(options, &summary))?;
        return Ok(summary);
    }
    let cache = Cache::open(folder.state(), basis, listing.pages(), options.fresh);
    let facts = RunFacts::new(options.pipeline.reference, options.pipeline.profile);
    let outputs = Outputs::create(folder.path(), &options.formats, &facts)?;
    let journal = CacheWriter::create(folder.state(), basis, &cache, |path| outputs.link_lines(path));
    let mut batch = Batch {
        listing: &listing,
        options,
        outputs,
        journal,
        input: InputDigest::new(of_outputs, &listing),
        across: Across::new(folder.state()),
        counter: Counter::new(options.pipeline.profile),
        bytes_read: 0,
        reused: 0,
        taken: 0,
        seconds,
        progress,
    };
    batch.pages(cache, &folder)?;
    let Batch { outputs, journal, input, counter, bytes_read, reused, taken, mut seconds, progress, .. } =
        batch;
    let counts = counter.finish();
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
    let mut summary = RunSummary {
        gates,
        counts,
        bytes_read,
        reused,
        seconds,
        outputs: outputs.written(),
        removed: Vec::new(),
    };
    let more = progress.conclude(&manifest(options, &summary))?;
    // A later run knows nothing of what others added, so it has to go the whole way.
    let is_alone = more.outputs.is_empty() && more.verdicts.is_empty();
    outputs.add(more.outputs);
    summary.outputs = outputs.written();
    summary.gates.extend(more.verdicts);
    summary.removed = ours::stale(folder.path(), &summary.outputs);
    publish(&folder, outputs, options, &summary)?;
    if is_alone {
        let written = (summary.bytes_read, summary.outputs.as_slice());
        keep((folder.state(), folder.path()), &input, taken, &summary.counts, written);
    }
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
    counter: Counter,
    bytes_read: u64,
    reused: u64,
    /// Files that came to their end.
    taken: usize,
    seconds: ManifestSeconds,
    progress: &'p mut dyn Progress,
}

impl<'r> Batch<'r, '_> {
    fn pages(&mut self, mut cache: Cache, folder: &RunFolder) -> Result<()> {
        let (listing, options) = (self.listing, self.options);
        for entry in listing.entries() {
            if let Some(reason) = entry.skip {
                self.counter.add_skips(reason, 1);
                self.tell(&entry, PageEnd::Skip(reason));
            }
        }
        self.progress.started(listing.pages() as u64);
        let maker = self.maker();
        let jobs = options.jobs.get();
        let spread = Spread {
            jobs: options.jobs,
            batch: (listing.pages() / (jobs * BATCHES_A_THREAD)).clamp(1, BATCH_FILES),
            budget: PAGES_BUDGET_BYTES * jobs as u64,
            interrupt: options.interrupt.clone(),
        };
        let files = numbered(listing).map(|(_, entry)| {
            let kept = cache.take(&entry.uri);
            (entry, kept)
        });
        let mut entries = numbered(listing);
        if options.limit != Some(0) {
            let work = |(entry, kept): (Entry, _), ticket: &mut Ticket<'_, Finished>| {
                maker.finish(&entry.uri, &listing.place(&entry), kept, ticket)
            };
            in_order(files, &spread, work, |_, finished| {
                let started = Instant::now();
                let Some((number, entry)) = entries.next() else { return Ok(ControlFlow::Break(())) };
                let finished =
                    finished.unwrap_or_else(|panic| failed_unread(&entry.uri, &panic, &options.pipeline));
                self.page(number, &entry, finished, folder)?;
                self.seconds.write += started.elapsed().as_secs_f64();
                let is_full = options.limit.is_some_and(|limit| self.counter.pages() >= limit);
                Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?;
        }
        self.counter.add_skips(SkipReason::OverLimit, (listing.pages() - self.taken) as u64);
        Ok(())
    }

    fn maker(&self) -> Maker<'r> {
        let options = self.options;
        Maker {
            reading: ReadOptions { format: None, limits: options.limits },
            pipeline: options.pipeline,
            with_rows: options.formats.contains(&OutputFormat::Csv),
            with_records: self.progress.wants_pages()
                || options.formats.iter().any(|format| format.needs_records()),
        }
    }

    fn page(&mut self, number: usize, file: &Entry, finished: Finished, folder: &RunFolder) -> Result<()> {
        let Finished { entry, mut record, stamp, is_reused, stays, seconds: (read, make) } = finished;
        self.taken += 1;
        self.reused += u64::from(is_reused);
        self.seconds.read += read;
        self.seconds.make += make;
        self.input.add(stamp.as_ref());
        self.progress.advanced();
        let line = match entry.end().ok_or_else(|| unpacked(folder))? {
            End::Record { facts, mut page } => {
                let found = self.compare(number, &facts, folder)?;
                if !found.is_empty() {
                    page.add_findings(&found);
                    if let Some(record) = &mut record {
                        record.diagnostics.extend(found);
                        record.status = page.counts().status().unwrap_or(record.status);
                    }
                }
                let page = page.with_record(record.as_deref());
                let line = self.outputs.record(&page)?;
                self.counter.add(page.counts());
                self.bytes_read += page.counts().bytes();
                self.tell_record(file, &page)?;
                line
            }
            End::Reject { counts, json } => {
                self.outputs.reject(json)?;
                self.counter.add(&counts);
                self.bytes_read += counts.bytes();
                self.tell_reject(file, json, folder)?;
                None
            }
            End::Skip(reason) => {
                self.counter.add_skips(reason, 1);
                self.tell(file, PageEnd::Skip(reason));
                None
            }
        };
        if stamp.is_some() && !stays {
            self.journal.add(&entry, line);
        }
        Ok(())
    }

    /// What is found by comparing a page with those before it.
    fn compare(&mut self, number: usize, facts: &PageFacts, folder: &RunFolder) -> Result<Vec<Finding>> {
        let matches = self.across.judge(number as u32, facts).map_err(|error| {
            Error::new(ErrorKind::Output, "what is known of earlier pages cannot be kept")
                .at(folder.state())
                .source(error)
                .hint("free some space there, or name another folder with `--output`")
        })?;
        let finding = |found: Match| {
            let first = self.listing.entries_from(found.first as usize).next();
            let uri = first.map_or_else(String::new, |first| first.uri);
            found.finding(&uri, facts, self.options.pipeline.profile)
        };
        Ok(matches.into_iter().filter_map(finding).collect())
    }

    fn tell_record(&mut self, file: &Entry, page: &Rendered<'_>) -> Result<()> {
        if self.progress.wants_pages() {
            self.tell(file, PageEnd::Record(&*page.record()?));
        }
        Ok(())
    }

    fn tell_reject(&mut self, file: &Entry, json: &[u8], folder: &RunFolder) -> Result<()> {
        if self.progress.wants_pages() {
            let reject: Reject = serde_json::from_slice(json).map_err(|_| unpacked(folder))?;
            self.tell(file, PageEnd::Reject(&reject));
        }
        Ok(())
    }

    fn tell(&mut self, file: &Entry, end: PageEnd<'_>) {
        if self.progress.wants_pages() {
            let place = self.listing.place(file);
            let path = match &place {
                Place::File(path) => path,
                Place::Stdin => Path::new("-"),
            };
            self.progress.ended(&EndedPage { path, end });
        }
    }
}

/// What was packed a moment ago is not what it was.
fn unpacked(folder: &RunFolder) -> Error {
    Error::new(ErrorKind::Output, "the outcome of a page was damaged on its way to the outputs")
        .at(folder.path())
        .hint("run again with `--fresh`; if that does not help, please report it")
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
    ours::begin(folder.state(), &summary.removed, &summary.outputs)?;
    forget(folder.state());
    outputs.publish(&summary.removed, &manifest(options, summary).to_json(folder.path())?)?;
    ours::end(folder.state(), &summary.removed, &summary.outputs);
    Ok(())
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
            follow: options.follow,
            limit: options.limit,
            limits: options.limits,
        },
        counts: &summary.counts,
        gates: &summary.gates,
        reused: summary.reused,
        bytes: ManifestBytes {
            read: summary.bytes_read,
            written: summary.outputs.iter().map(|output| output.bytes).sum(),
        },
        seconds: summary.seconds,
        speed: ManifestSpeed::of(&summary.counts, summary.bytes_read, summary.seconds.total),
        outputs: summary.outputs.clone(),
    }
}
