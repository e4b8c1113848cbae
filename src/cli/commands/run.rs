//! `nosograph run`.

use super::Knowledge;
use crate::cli::Exit;
use crate::cli::args::{DiagnosticFormat, RecordFormat, RunArgs};
use crate::cli::printer::{Results, note, printable};
use crate::cli::progress::Indicator;
use crate::cli::render::{Located, Render, renderer};
use crate::cli::signals;
use crate::cli::summary::{failed_gates, retried_line, summary, thousands};
use crate::emit::OutputFormat;
use crate::error::{Error, ErrorKind};
use crate::read::{Place, skip_reason};
use crate::record::Finding;
use crate::report::Reported;
use crate::retry::{Difference, retry};
use crate::run::{self, EndedPage, Gate, PageEnd, Progress, RunOptions};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

pub(crate) fn run(arguments: &RunArgs) -> anyhow::Result<Exit> {
    check_inputs(arguments)?;
    let knowledge = Knowledge::load(&arguments.knowledge)?;
    let options = resolve(arguments, &knowledge);
    if arguments.dry_run {
        return dry_run(&options, arguments.quiet);
    }
    signals::watch(options.interrupt.clone())?;
    let mut reporter = Reporter::new(arguments);
    reporter.begin();
    let mut differing = Differing::default();
    let mut reported;
    let progress: &mut dyn Progress = if arguments.report {
        reported = Reported::new(&options.output, &mut reporter);
        &mut reported
    } else {
        &mut reporter
    };
    let done = match &arguments.only_rejects {
        None => run::run(&options, progress).map(|done| (done, None)),
        Some(earlier) => {
            let mut tell = |page: &Difference| differing.push(page);
            retry(&options, earlier, progress, &mut tell).map(|(done, retried)| (done, Some(retried)))
        }
    };
    reporter.indicator.finish();
    differing.note();
    let (done, retried) = match done {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            note(&format!("stopped; no file in {} was changed", options.output.display()));
            return Ok(Exit::Signal(options.interrupt.signal().unwrap_or(0) as u8));
        }
        done => done?,
    };
    reporter.end()?;
    if arguments.quiet {
        failed_gates(&done).for_each(|line| note(&line));
    } else {
        summary(&done, &options.output).iter().for_each(|line| note(line));
        retried.iter().for_each(|retried| note(&retried_line(retried)));
    }
    Ok(if done.gates.iter().all(|verdict| verdict.passed) { Exit::Done } else { Exit::Found })
}

/// That no input is the second word of `--formats csv json`.
fn check_inputs(arguments: &RunArgs) -> Result<(), Error> {
    let is_format = |word: &str| RecordFormat::from_str(word, false).is_ok();
    let is_strayed = |input: &&PathBuf| !input.exists() && input.to_str().is_some_and(is_format);
    arguments.inputs.iter().find(is_strayed).map_or(Ok(()), |input| {
        Err(Error::new(ErrorKind::Input, "there is no such input")
            .at(input)
            .hint("formats have commas between them: `--formats csv,json`"))
    })
}

/// Pages that would not be as they were, for the end: while a run goes on, a bar may stand on the terminal.
#[derive(Default)]
struct Differing {
    lines: Vec<String>,
    more: u64,
}

impl Differing {
    /// Lines shown at most.
    const SHOWN: usize = 20;

    fn push(&mut self, page: &Difference) {
        if self.lines.len() < Self::SHOWN {
            self.lines.push(format!("{}: {}", page.uri, page.what));
        } else {
            self.more += 1;
        }
    }

    fn note(&self) {
        self.lines.iter().for_each(|line| note(&line.replace('\n', "\\n")));
        if self.more > 0 {
            note(&format!("and {} more", thousands(self.more)));
        }
    }
}

fn resolve<'a>(arguments: &RunArgs, knowledge: &'a Knowledge) -> RunOptions<'a> {
    let defaults = RunOptions::new(knowledge.pipeline());
    let formats: BTreeSet<OutputFormat> = arguments.formats.iter().map(|&format| format.into()).collect();
    RunOptions {
        inputs: arguments.inputs.clone(),
        output: arguments.output.clone(),
        formats: formats.into_iter().collect(),
        jobs: arguments.jobs.unwrap_or(defaults.jobs),
        include: arguments.include.clone(),
        exclude: arguments.exclude.clone(),
        follow: arguments.follow,
        limit: arguments.limit,
        fresh: arguments.fresh,
        limits: arguments.knowledge.limits.into(),
        gate: Gate {
            fail_on: arguments.fail_on.into(),
            max_rejects: arguments.max_rejects,
            min_fill: arguments.min_fill.clone(),
            max_unassigned: arguments.max_unassigned,
        }
        .or(&knowledge.profile.gates),
        ..defaults
    }
}

/// Tells the pages apart from files that are none, as a run does.
fn dry_run(options: &RunOptions<'_>, is_quiet: bool) -> anyhow::Result<Exit> {
    let listing = run::plan(options)?;
    let mut results = Results::new();
    let mut pages = 0;
    for file in listing.entries().filter(|entry| entry.skip.is_none()) {
        if options.limit.is_some_and(|limit| pages >= limit) {
            break;
        }
        let is_page = match listing.place(&file) {
            Place::File(path) => skip_reason(&path, &file.uri).is_none(),
            Place::Stdin => true,
        };
        if is_page {
            pages += 1;
            results.print(&format!("{}\n", printable(&file.uri)))?;
        }
    }
    results.flush()?;
    if !is_quiet {
        let (all, pages) = (thousands(listing.len() as u64), thousands(pages));
        note(&format!("{pages} of {all} files are pages that would be read; nothing was written"));
    }
    Ok(Exit::Done)
}

/// Shows progress and prints diagnostics as a run goes on.
struct Reporter {
    indicator: Indicator,
    results: Results,
    /// For stdout.
    render: Option<Box<dyn Render>>,
    /// For stderr.
    verbose: Option<Box<dyn Render>>,
    /// The first trouble with stdout; the run goes on, its outputs are files.
    trouble: io::Result<()>,
}

impl Reporter {
    fn new(arguments: &RunArgs) -> Self {
        Self {
            indicator: Indicator::new(arguments.progress, arguments.quiet),
            results: Results::new(),
            render: arguments.output_format.map(renderer),
            verbose: arguments.verbose.then(|| renderer(DiagnosticFormat::Text)),
            trouble: Ok(()),
        }
    }

    fn begin(&mut self) {
        let text = self.render.as_mut().map(|render| render.begin());
        self.print(text);
    }

    fn end(&mut self) -> io::Result<()> {
        let text = self.render.as_mut().map(|render| render.end());
        self.print(text);
        std::mem::replace(&mut self.trouble, Ok(()))?;
        self.results.flush()
    }

    fn print(&mut self, text: Option<String>) {
        if let (Some(text), Ok(())) = (text, &self.trouble) {
            self.trouble = self.results.print(&text);
        }
    }

    fn finding(&mut self, located: &Located<'_>) {
        if let Some(verbose) = &mut self.verbose {
            self.indicator.note(verbose.finding(located).trim_end());
        }
        let text = self.render.as_mut().map(|render| render.finding(located));
        self.print(text);
    }
}

impl Progress for Reporter {
    fn wants_pages(&self) -> bool {
        self.render.is_some() || self.verbose.is_some()
    }

    fn started(&mut self, files: u64) {
        self.indicator.start(files);
    }

    fn advanced(&mut self) {
        self.indicator.advance();
    }

    fn ended(&mut self, page: &EndedPage<'_>) {
        let findings: &[Finding] = match page.end {
            PageEnd::Record(record) => &record.diagnostics,
            PageEnd::Reject(reject) => &reject.diagnostics,
            PageEnd::Skip(reason) => {
                if self.verbose.is_some() {
                    self.indicator.note(&format!("{}: skipped: {reason}", page.path.display()));
                }
                &[]
            }
        };
        for finding in findings {
            self.finding(&Located { path: page.path, finding, row: None });
        }
    }
}
