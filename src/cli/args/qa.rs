//! The options of the commands about runs that are done: check, verify, diff, report.

use super::{About, DiagnosticFormat, limits_help};
use crate::catalogue::parse_choice;
use crate::diagnostic::{DiagnosticId, Severity};
use crate::diff::MaxDrift;
use crate::run::DEFAULT_OUTPUT;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Check records that exist already: the same catalogue as a run, without the pages.
///
/// PATH is a run directory, or a file of NDJSON, JSON, CSV or Parquet, ours or edited or written by another
/// program with the same fields. Of a run directory `records.ndjson` is read, else `records.json`, else
/// `records.parquet`, else `records.csv` with the tables beside it. A line that is no record is told with its number, and the rest is read all the same.
///
/// Exit codes: 0 done; 1 done, but there was something at or over `--fail-on`; 2 the work could not be done.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Records, About::Reference]))]
pub(crate) struct CheckArgs {
    /// Run directories and files of records; `-` is stdin.
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Severities, and whether a code is needed, as this built-in profile or TOML file says
    /// [default: the built-in profile that each record names].
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,

    /// Another edition of ICD-10 to check codes against [default: ICD-10-CM, built in].
    #[arg(long, value_name = "FILE")]
    pub(crate) reference: Option<PathBuf>,

    /// Tell only these diagnostics: ids, names, or beginnings of ids such as `N2` [default: all].
    #[arg(long, value_name = "IDS", value_delimiter = ',', value_parser = parse_ids)]
    pub(crate) select: Vec<Ids>,

    /// Do not tell these diagnostics, written as for --select [default: none].
    #[arg(long, value_name = "IDS", value_delimiter = ',', value_parser = parse_ids)]
    pub(crate) ignore: Vec<Ids>,

    /// From which severity on to end with exit code 1.
    #[arg(long, value_name = "WHEN", default_value = "error")]
    pub(crate) fail_on: Floor,

    /// How to print the diagnostics on stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output_format: DiagnosticFormat,

    /// Print no counts on stderr [default: off].
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Prove the provenance of a run: slice every source again and compare it with the values.
///
/// Says how many values were proved, and of the others why not: the page is gone, the page was changed, the
/// bytes give something else, or the value has no provenance. The outputs are held against their SHA-256 in
/// `run.json`.
///
/// Exit codes: 0 all was proved; 1 something was not, at or over `--fail-on`; 2 the work could not be done.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Records, About::Reference]))]
pub(crate) struct VerifyArgs {
    /// The run directory, or a file of records as NDJSON, JSON or Parquet.
    #[arg(value_name = "DIR", default_value = DEFAULT_OUTPUT)]
    pub(crate) run: PathBuf,

    /// The input of that run; may be repeated: `-i A -i B` [default: what `run.json` names, of a
    /// file `input`].
    #[arg(short, long = "input", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The edition of ICD-10 that the run was told to check codes against [default: ICD-10-CM, built in].
    #[arg(long, value_name = "FILE")]
    pub(crate) reference: Option<PathBuf>,

    /// From which severity on to end with exit code 1.
    #[arg(long, value_name = "WHEN", default_value = "error")]
    pub(crate) fail_on: Floor,

    /// How to print what is not proved on stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output_format: DiagnosticFormat,

    /// Print no counts on stderr [default: off].
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Tell what changed between two runs: pages, their fields word by word, and the drift of every rate.
///
/// A rate is a share of pages (`title`: pages in which the field is filled; `N203`: with the diagnostic;
/// `rule.ID`: in which the rule gave a value; `hit.ID`: which have what it describes; `heading.TEXT`;
/// `left.TEXT`: on which a line with this label is left over; `rejects`), a share of lines (`unassigned`, `chrome`) or an average (`headings_per_page`, `points_per_page`, `codes_per_page`). Shares drift in
/// percentage points, averages and the number of `pages` in percent of the old value.
///
/// A line that is no record is told with its number, and the rest is compared all the same.
///
/// Exit codes: 0 no rate went further than `--max-drift` lets it; 1 one did, or a line is no record; 2 the work
/// could not be done.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Records]))]
pub(crate) struct DiffArgs {
    /// The earlier run directory, or a file of its records as NDJSON, JSON or Parquet; `-` is stdin.
    #[arg(value_name = "OLD", required = true)]
    pub(crate) old: PathBuf,

    /// The later one, likewise.
    #[arg(value_name = "NEW", required = true)]
    pub(crate) new: PathBuf,

    /// How far a rate may go, such as `title=5%`; `*=P%` is for every rate without a limit of its own
    /// [default: any].
    #[arg(long, value_name = "FIELD=P%", value_delimiter = ',', value_parser = parse_max_drift)]
    pub(crate) max_drift: Vec<MaxDrift>,

    /// How many changed pages to print, in uri order; all are counted [default: 100, of JSON all].
    #[arg(long, value_name = "N")]
    pub(crate) show: Option<u64>,

    /// How to print it on stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
}

impl DiffArgs {
    /// Changed pages printed in text and Markdown.
    pub(crate) const SHOWN: u64 = 100;
}

/// Write the QA report of a run as one HTML file that loads nothing and opens from disk.
///
/// Exit codes: 0 done; 2 the work could not be done.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Records]))]
pub(crate) struct ReportArgs {
    /// The run directory.
    #[arg(value_name = "DIR", default_value = DEFAULT_OUTPUT)]
    pub(crate) run: PathBuf,

    /// The input of that run, to show the sources of pages; may be repeated: `-i A -i B`
    /// [default: none, only records are shown].
    #[arg(short, long = "input", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// An earlier run directory, to show how the rates drifted [default: none].
    #[arg(long, value_name = "OLD")]
    pub(crate) baseline: Option<PathBuf>,

    /// The file to write [default: stdout].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// For a comment or a wiki.
    Markdown,
}

fn parse_max_drift(text: &str) -> Result<MaxDrift, String> {
    let wrong = || "expected a rate and a limit, such as `title=5%`".to_owned();
    let (rate, percent) = text.rsplit_once('=').ok_or_else(wrong)?;
    let percent: f64 = percent.trim_end_matches('%').parse().map_err(|_| wrong())?;
    if rate.is_empty() || !percent.is_finite() || percent < 0.0 {
        return Err(wrong());
    }
    Ok(MaxDrift { rate: rate.to_owned(), percent })
}

/// Diagnostics that the user chose with one word.
#[derive(Clone, Debug)]
pub(crate) struct Ids(pub(crate) Vec<DiagnosticId>);

fn parse_ids(text: &str) -> Result<Ids, String> {
    parse_choice(text).map(Ids).ok_or_else(|| {
        "expected an id such as `N203`, a name, or the beginning of ids; see `nosograph rules`".into()
    })
}

/// From which severity on a command ends with exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Floor {
    /// An error.
    #[value(alias = "reject")]
    Error,
    /// A warning or an error.
    Warning,
    /// Anything.
    Info,
    /// Nothing.
    Never,
}

impl Floor {
    /// Whether the worst finding reaches it.
    pub(crate) fn is_met(self, worst: Option<Severity>) -> bool {
        let floor = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
            Self::Never => return false,
        };
        worst.is_some_and(|worst| worst >= floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_is_met_from_its_severity_on() {
        let check = |floor: Floor, worst, met| assert_eq!(floor.is_met(worst), met, "{floor:?} {worst:?}");
        check(Floor::Error, Some(Severity::Warning), false);
        check(Floor::Error, Some(Severity::Error), true);
        check(Floor::Warning, Some(Severity::Error), true);
        check(Floor::Info, None, false);
        check(Floor::Info, Some(Severity::Info), true);
        check(Floor::Never, Some(Severity::Error), false);
    }
}
