//! The QA report of a run: a run directory, or a run under way, in; one HTML text that stands alone out.
//!
//! Verdict, counts, charts, what each rule did, single pages with their sources, and what changed since another
//! run. Text of pages is escaped wherever it stands; a Content-Security-Policy lets nothing be loaded and no
//! script run but the one whose digest it names. Records are read one at a time, and of pages only a few are kept,
//! so size and memory do not grow with the run. No clock is in it: the same run gives the same bytes.

mod chart;
mod facts;
mod html;
mod pages;
mod sections;
mod since;
mod view;

use crate::emit::manifest::{Manifest, listed_outputs, read_manifest, rule_counts};
use crate::emit::{Frame, JsonEmitter, MANIFEST_NAME, REPORT_NAME};
use crate::error::Result;
use crate::read::Place;
use crate::record::{Record, Reject};
use crate::records::{WholeRecords, record_file};
use crate::run::{Conclusion, EndedPage, PageEnd, Progress};
use crate::verify::sources;
use facts::Facts;
use html::policy;
use serde_json::Value;
use since::Since;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/filter.js");

/// What to report.
#[derive(Debug)]
pub struct ReportOptions {
    /// A run directory.
    pub run: PathBuf,
    /// The inputs of that run, for the sources of the pages shown. Default: none, records only.
    pub inputs: Vec<PathBuf>,
    /// An earlier run to compare the rates with.
    pub baseline: Option<PathBuf>,
}

/// Writes the report of a run as HTML.
///
/// # Errors
/// [`ErrorKind::Input`](crate::error::ErrorKind::Input) if a run or an input cannot be read.
pub fn report(options: &ReportOptions) -> Result<String> {
    let manifest = read_manifest(&options.run)?;
    let mut facts = read(&options.run)?;
    facts.tally.rules = rule_counts(&manifest);
    let since = match &options.baseline {
        Some(baseline) => Some(Since::of(baseline, &options.run)?),
        None => None,
    };
    if !options.inputs.is_empty() {
        let listing = sources(&options.run, &options.inputs)?;
        for page in facts.pages.all() {
            page.path = listing.find(page.uri()).and_then(|entry| match listing.place(&entry) {
                Place::File(path) => Some(path),
                Place::Stdin => None,
            });
        }
    }
    Ok(html(&manifest, &facts, since.as_ref()))
}

/// Whether a report reads the file `path`: an output of one of its runs, or a page.
pub fn reads(options: &ReportOptions, path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    let is_it = |other: &Path| other.canonicalize().is_ok_and(|other| other == path);
    let runs = [Some(&options.run), options.baseline.as_ref()];
    let is_output = |run: &PathBuf| {
        let names = listed_outputs(run).into_iter().chain([MANIFEST_NAME.to_owned()]);
        names.filter(|name| name != REPORT_NAME).any(|name| is_it(&run.join(name)))
    };
    // Any file below an input may be a page.
    let mut inputs = options.inputs.iter().filter_map(|input| input.canonicalize().ok());
    runs.into_iter().flatten().any(is_output) || inputs.any(|input| path.starts_with(&input))
}

/// The pages of a run directory.
fn read(run: &Path) -> Result<Facts> {
    let mut facts = Facts::default();
    let mut records = WholeRecords::open(&record_file(run)?)?;
    while let Some((_, record)) = records.next_value::<Record>()? {
        facts.record(&record, None);
    }
    let rejects = run.join("rejects.ndjson");
    if rejects.is_file() {
        let mut rejects = WholeRecords::open(&rejects)?;
        while let Some((_, reject)) = rejects.next_value::<Reject>()? {
            facts.reject(&reject, None);
        }
    }
    Ok(facts)
}

/// Writes the report of a run while it goes on, as one of its outputs.
pub struct Reported<'a> {
    folder: PathBuf,
    facts: Facts,
    progress: &'a mut dyn Progress,
}

impl<'a> Reported<'a> {
    /// For a run into `folder`; what it tells goes on to `progress`.
    pub fn new(folder: &Path, progress: &'a mut dyn Progress) -> Self {
        Self { folder: folder.to_owned(), facts: Facts::default(), progress }
    }
}

impl Progress for Reported<'_> {
    fn started(&mut self, files: u64) {
        self.progress.started(files);
    }

    fn advanced(&mut self) {
        self.progress.advanced();
    }

    fn ended(&mut self, page: &EndedPage<'_>) {
        match page.end {
            PageEnd::Record(record) => self.facts.record(record, Some(page.path)),
            PageEnd::Reject(reject) => self.facts.reject(reject, Some(page.path)),
            PageEnd::Skip(_) => {}
        }
        if self.progress.wants_pages() {
            self.progress.ended(page);
        }
    }

    fn outputs(&self) -> &'static [&'static str] {
        &[REPORT_NAME]
    }

    fn conclude(&mut self, manifest: &Manifest<'_>) -> Result<Conclusion> {
        let told = serde_json::to_value(manifest).unwrap_or_default();
        let mut file = JsonEmitter::create(&self.folder, REPORT_NAME, Frame::LINES)?;
        file.value(&[html(&told, &self.facts, None).trim_end().as_bytes()])?;
        let mut conclusion = self.progress.conclude(manifest)?;
        conclusion.outputs.push(file.close()?);
        Ok(conclusion)
    }
}

fn html(manifest: &Value, facts: &Facts, since: Option<&Since>) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Nosograph report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#pages\">Skip to the pages</a>\n<main>\n",
        policy(SCRIPT)
    );
    sections::head(&mut out, manifest, facts);
    if let Some(since) = since {
        since.draw(&mut out);
    }
    sections::charts(&mut out, manifest, facts);
    sections::rules(&mut out, manifest, facts.tally.records + facts.tally.rejects);
    sections::pages(&mut out, facts);
    let _ = write!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
    out
}
