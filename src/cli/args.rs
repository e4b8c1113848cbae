//! Every command and option, once. Only records what the user wrote; the library resolves it.

mod qa;

pub(crate) use qa::{CheckArgs, DiffArgs, DiffFormat, ReportArgs, VerifyArgs};

use crate::emit::OutputFormat;
use crate::eval;
use crate::export::ExportTarget;
use crate::limits::{self, PageLimits};
use crate::page::Format;
use crate::profile::{FillFloor, MaxRejects, parse_percent};
use crate::run::{DEFAULT_INPUT, DEFAULT_OUTPUT, FailOn};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Turns scraped disease pages into validated, traceable records.
#[derive(Debug, Parser)]
#[command(version, after_long_help = all_limits_help(), max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(RunArgs),
    Extract(ExtractArgs),
    Explain(ExplainArgs),
    Icd(IcdArgs),
    Eval(EvalArgs),
    Check(CheckArgs),
    Verify(VerifyArgs),
    Diff(DiffArgs),
    Report(ReportArgs),
    Export(ExportArgs),
    /// The parsing rules.
    #[command(subcommand)]
    Profile(ProfileCommand),
    Rules(RulesArgs),
    Schema(SchemaArgs),
    Completions(CompletionsArgs),
}

/// Read every page under the inputs and write a run directory.
///
/// Every file under the inputs ends as a record, as a reject with its reason, or as a counted skip.
///
/// Exit codes: 0 done; 1 done, but there was something at or over `--fail-on`; 2 the work could not be done;
/// 130, 143, 129 stopped by SIGINT, SIGTERM, SIGHUP.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Page, About::Reference]))]
pub(crate) struct RunArgs {
    /// Files and folders with pages; `-` is stdin. What is read is told in docs/input.md.
    #[arg(value_name = "INPUT", default_value = DEFAULT_INPUT)]
    pub(crate) inputs: Vec<PathBuf>,

    /// The run directory to write; made where it is missing.
    #[arg(short, long, value_name = "DIR", default_value = DEFAULT_OUTPUT)]
    pub(crate) output: PathBuf,

    /// Formats of the records, with commas between [default: json,ndjson,csv].
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', default_values_t = RecordFormat::DEFAULT,
        hide_default_value = true)]
    pub(crate) formats: Vec<RecordFormat>,

    /// Threads that make records, at most 1024; the outputs do not depend on it [default: one a core].
    #[arg(short, long, value_name = "N", value_parser = parse_jobs)]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Take nothing over from an earlier run: read every page again [default: off].
    #[arg(long)]
    pub(crate) fresh: bool,

    /// Read only pages whose path matches; without `/` the last part is matched. May be repeated [default: all].
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,

    /// Leave out pages whose path matches. May be repeated [default: none].
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Go through links to folders, too; links to files are always read [default: off].
    #[arg(long)]
    pub(crate) follow: bool,

    /// Read only the first N pages, in order of their paths [default: all].
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,

    /// Work off the rejects of this earlier run with a mended profile: all pages are read again, and if one that
    /// gave a record would differ in anything but `profile` and N6xx, it is named and nothing is written. DIR may
    /// be the output, too [default: off].
    #[arg(long, value_name = "DIR", conflicts_with_all = ["limit", "dry_run"])]
    pub(crate) only_rejects: Option<PathBuf>,

    /// Print the paths of the pages that would be read, and write nothing [default: off].
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write the QA report, as `nosograph report` does, to `report.html` in the run directory [default: off].
    #[arg(long)]
    pub(crate) report: bool,

    /// From what on to end with exit code 1.
    #[arg(long, value_name = "WHEN", default_value = "reject")]
    pub(crate) fail_on: FailOnArg,

    /// How many rejects are bearable, as a number or `P%` of the pages; one more, or no page at all, ends with
    /// exit code 1 [default: as the profile's `[gates]` say, else --fail-on].
    #[arg(long, value_name = "N|P%", value_parser = parse_max_rejects)]
    pub(crate) max_rejects: Option<MaxRejects>,

    /// In how many of 100 records a field has to be filled, such as `title=95%`; names are those of
    /// `counts.fields` in `run.json`. One filled less often, or no record at all, ends with exit code 1
    /// [default: the profile's].
    #[arg(long, value_name = "FIELD=P%", value_delimiter = ',', value_parser = parse_min_fill)]
    pub(crate) min_fill: Vec<FillFloor>,

    /// How many of 100 lines may be left over; more, or no line at all, end with exit code 1
    /// [default: the profile's].
    #[arg(long, value_name = "P%", value_parser = parse_share)]
    pub(crate) max_unassigned: Option<f64>,

    /// Print each diagnostic on stdout in this format [default: only counts, in the summary].
    #[arg(long, value_name = "FORMAT", conflicts_with = "dry_run")]
    pub(crate) output_format: Option<DiagnosticFormat>,

    /// Show progress on stderr: a bar on a terminal, elsewhere a line now and then; `always` prints one a second
    /// and one at the end.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) progress: When,

    /// Print nothing on stderr but errors and gates that do not hold [default: off].
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print each diagnostic, and each file that is skipped, on stderr too [default: off].
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) knowledge: KnowledgeArgs,
}

/// Make one page into one record on stdout.
///
/// Exit codes: 0 done; 1 the page is rejected, or its record has an error; 2 the page cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Page, About::Reference]))]
pub(crate) struct ExtractArgs {
    #[command(flatten)]
    pub(crate) page: PageArgs,

    /// How to write the record: `json` on several lines, `ndjson` on one
    /// [default: json on a terminal, else ndjson].
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<RecordText>,

    #[command(flatten)]
    pub(crate) knowledge: KnowledgeArgs,
}

/// Show a page line by line: which field each line became, by which rule, what is chrome, what was left over.
///
/// A row is a line of a text page or a visible block of an HTML page: its line, `│` for a field, `·` for chrome
/// and `?` for what was left over, the path of the value in the record (of chrome what told it most), the rule of
/// the profile, and the text. `heading by look +0.9` below a row: no tag or mark says that it is a heading, its
/// look does; the number says how surely, from 0 on. `title +1.2: …` says so of a title that was weighed against other
/// lines, and what speaks for it most. A terminal cuts rows at its width, but for 24 characters
/// of text; a pipe cuts nothing.
///
/// Exit codes: 0 done; 1 the page is rejected, or its record has an error; 2 the page cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Page, About::Reference]))]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) page: PageArgs,

    #[command(flatten)]
    pub(crate) knowledge: KnowledgeArgs,
}

/// Compare records with labelled pages: precision, recall and F1 of each field.
///
/// Exit codes: 0 done; 1 done, but a field is under its `--min`; 2 the records or labels cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Records]))]
pub(crate) struct EvalArgs {
    /// A run directory, or a file of records as NDJSON, JSON or Parquet; `-` is stdin.
    #[arg(value_name = "RECORDS")]
    pub(crate) records: PathBuf,

    /// A folder of labels, `PAGE.gold.json`, or one of them.
    #[arg(value_name = "GOLD")]
    pub(crate) gold: PathBuf,

    /// How to print the scores.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: EvalFormat,

    /// List every miss of a field with its page and line. May be repeated [default: none].
    #[arg(long, value_name = "FIELD", value_parser = eval::FIELDS)]
    pub(crate) show: Vec<String>,

    /// The least F1 of a field, from 0 to 1; one under it ends with exit code 1. May be repeated
    /// [default: none].
    #[arg(long, value_name = "FIELD=F1", value_parser = parse_floor)]
    pub(crate) min: Vec<eval::Floor>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// List the built-in profiles.
    List,
    /// Print the TOML text of a profile.
    Show {
        /// A built-in profile or a TOML file.
        #[arg(value_name = "NAME|FILE")]
        profile: String,
    },
    /// Check profiles; the first error ends with exit code 2 and its line and key.
    Check {
        /// TOML files, or built-in profiles.
        #[arg(value_name = "FILE|NAME", required = true)]
        profiles: Vec<String>,

        /// Say how often each rule was tried, hit, won and was shadowed in this run, and which rules never fired
        /// [default: none].
        #[arg(long, value_name = "DIR")]
        against: Option<PathBuf>,
    },
    /// Try the pages that profiles carry as tests; one that does not hold ends with exit code 1.
    Test {
        /// Built-in profiles or TOML files.
        #[arg(value_name = "NAME|FILE", required = true)]
        profiles: Vec<String>,

        /// Another edition of ICD-10 to check codes against [default: ICD-10-CM, built in].
        #[arg(long, value_name = "FILE")]
        reference: Option<PathBuf>,
    },
    /// Print a new profile to start from: the rules of a built-in one and, from pages of a site, labels that no
    /// rule reads, lines that repeat, and a test a page.
    New {
        /// What to call it: lower-case letters, figures and `-`.
        #[arg(value_name = "NAME")]
        name: String,

        /// Pages of the site.
        #[arg(value_name = "PAGE")]
        pages: Vec<PathBuf>,

        /// The profile to start from: a built-in one or a TOML file.
        #[arg(long, value_name = "NAME|FILE", default_value = "icd10-disease")]
        from: String,
    },
}

/// Look codes up in ICD-10: title, chapter, block, codes above and below, billable or not.
///
/// Exit codes: 0 all were found; 1 one was not; 2 the reference cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Reference]))]
pub(crate) struct IcdArgs {
    /// Codes, with or without the dot, in either case.
    #[arg(value_name = "CODE", required_unless_present = "search")]
    pub(crate) codes: Vec<String>,

    /// Find codes by words of their titles instead; each word may be a beginning [default: off].
    #[arg(long, value_name = "WORDS", conflicts_with = "codes")]
    pub(crate) search: Option<String>,

    /// How many codes a search shows.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,

    /// Another edition of ICD-10 to look in [default: ICD-10-CM, built in].
    #[arg(long, value_name = "FILE")]
    pub(crate) reference: Option<PathBuf>,
}

/// List the diagnostics, or explain one with an example and the cure.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Id or name of a diagnostic, such as `N203` [default: list all].
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
}

/// Print the records of a run in the words of others, as one JSON document on stdout.
///
/// An export of what pages say, not of clinical truth. Records without a code are left out, and so are, for
/// FHIR, those whose code the reference does not have.
///
/// Exit codes: 0 done; 2 the records cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = limits_help(&[About::Records]))]
pub(crate) struct ExportArgs {
    /// A run directory, or a file of records as NDJSON, JSON or Parquet; `-` is stdin.
    #[arg(value_name = "DIR|FILE", required = true)]
    pub(crate) records: PathBuf,

    /// In whose words.
    #[arg(long, value_name = "TARGET", required = true)]
    pub(crate) to: ExportTo,
}

/// Print what the outputs, and profiles, look like, as JSON on stdout.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Of what.
    #[arg(value_name = "OF", default_value = "record")]
    pub(crate) of: SchemaOf,
}

/// Print a completion script for a shell on stdout.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// The one page that a command is about.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// The page; `-` is stdin.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,

    /// What the page is [default: told by its bytes].
    #[arg(long = "as", value_name = "FORMAT")]
    pub(crate) page_format: Option<PageFormat>,

    /// The `source.uri` of the record [default: the name of the file, or `stdin`].
    #[arg(long, value_name = "NAME")]
    pub(crate) uri: Option<String>,
}

/// By which rules and which reference pages are read.
#[derive(Debug, Args)]
pub(crate) struct KnowledgeArgs {
    /// The rules: a built-in profile or a TOML file.
    #[arg(long, value_name = "NAME|FILE", default_value = "icd10-disease")]
    pub(crate) profile: String,

    /// Another edition of ICD-10 to check codes against [default: ICD-10-CM, built in].
    #[arg(long, value_name = "FILE")]
    pub(crate) reference: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// How far a page is followed.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Limits of a page")]
pub(crate) struct LimitArgs {
    /// Bytes of the page; a larger one is rejected.
    #[arg(long, value_name = "BYTES", default_value_t = limits::MAX_PAGE_BYTES,
        value_parser = clap::value_parser!(u64).range(1..=limits::MAX_PAGE_BYTES_CEILING))]
    pub(crate) max_page_bytes: u64,

    /// Open elements of HTML; deeper ones count as text of the last.
    #[arg(long, value_name = "N", default_value_t = limits::MAX_DEPTH as u32, value_parser = at_least_one())]
    pub(crate) max_depth: u32,

    /// Blocks; text past them is left over.
    #[arg(long, value_name = "N", default_value_t = limits::MAX_BLOCKS as u32, value_parser = at_least_one())]
    pub(crate) max_blocks: u32,

    /// Attributes of an HTML tag; later ones are passed over.
    #[arg(long, value_name = "N", default_value_t = limits::MAX_ATTRIBUTES as u32, value_parser = at_least_one())]
    pub(crate) max_attributes: u32,

    /// Nodes of the tree that a profile's selectors need; a page with more is not selected from.
    #[arg(long, value_name = "N", default_value_t = limits::MAX_TREE_NODES as u32, value_parser = at_least_one())]
    pub(crate) max_tree_nodes: u32,

    /// Diagnostics of one id in a record; one more counts the rest.
    #[arg(long, value_name = "N", default_value_t = limits::MAX_FINDINGS as u32, value_parser = at_least_one())]
    pub(crate) max_findings: u32,
}

fn at_least_one() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

impl From<LimitArgs> for PageLimits {
    fn from(limits: LimitArgs) -> Self {
        Self {
            bytes: limits.max_page_bytes,
            depth: limits.max_depth as usize,
            blocks: limits.max_blocks as usize,
            attributes: limits.max_attributes as usize,
            tree_nodes: limits.max_tree_nodes as usize,
            findings: limits.max_findings as usize,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RecordFormat {
    /// `records.json`: one array.
    Json,
    /// `records.ndjson`: one record a line.
    Ndjson,
    /// `records.csv` and its child tables, with `datapackage.json` and `load/`.
    Csv,
    /// `records.parquet`, nested as in JSON, and its child tables.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl RecordFormat {
    const DEFAULT: [Self; 3] = [Self::Json, Self::Ndjson, Self::Csv];
}

impl std::fmt::Display for RecordFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(OutputFormat::from(*self).as_str())
    }
}

impl From<RecordFormat> for OutputFormat {
    fn from(format: RecordFormat) -> Self {
        match format {
            RecordFormat::Json => Self::Json,
            RecordFormat::Ndjson => Self::Ndjson,
            RecordFormat::Csv => Self::Csv,
            #[cfg(feature = "parquet")]
            RecordFormat::Parquet => Self::Parquet,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordText {
    /// On several lines.
    Json,
    /// On one line.
    Ndjson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// A table for people.
    Table,
    /// One JSON object, with every miss of every field.
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PageFormat {
    /// Plain text or Markdown.
    Text,
    /// HTML or XHTML.
    Html,
}

impl From<PageFormat> for Format {
    fn from(format: PageFormat) -> Self {
        match format {
            PageFormat::Text => Self::Text,
            PageFormat::Html => Self::Html,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOnArg {
    /// A reject, or a record with an error.
    Reject,
    /// A record with an error.
    Error,
    /// A reject, or a record with a warning or an error.
    Warning,
    /// Nothing.
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(fail_on: FailOnArg) -> Self {
        match fail_on {
            FailOnArg::Reject => Self::Reject,
            FailOnArg::Error => Self::Error,
            FailOnArg::Warning => Self::Warning,
            FailOnArg::Never => Self::Never,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExportTo {
    /// HL7 FHIR R4: a CodeSystem fragment of the codes that pages are about.
    Fhir,
    /// schema.org JSON-LD: a MedicalCondition a record, with its page.
    SchemaOrg,
}

impl From<ExportTo> for ExportTarget {
    fn from(to: ExportTo) -> Self {
        match to {
            ExportTo::Fhir => Self::Fhir,
            ExportTo::SchemaOrg => Self::SchemaOrg,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// JSON Schema of a record.
    Record,
    /// JSON Schema of a reject.
    Reject,
    /// Columns, types and keys of the tables.
    Tables,
    /// JSON Schema of a profile.
    Profile,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DiagnosticFormat {
    /// One line each, for people.
    Text,
    /// A JSON array.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// A bar on a terminal, a line now and then elsewhere.
    Auto,
    /// A bar on a terminal, a line a second and one at the end elsewhere.
    Always,
    /// Nothing.
    Never,
}

fn parse_min_fill(text: &str) -> Result<FillFloor, String> {
    let (name, percent) =
        text.rsplit_once('=').ok_or("expected a field and a percentage, such as `title=95%`")?;
    Ok(FillFloor { field: name.to_owned(), percent: parse_share(percent)?, place: None })
}

fn parse_jobs(text: &str) -> Result<NonZeroUsize, String> {
    let jobs = text.parse().ok().filter(|jobs: &NonZeroUsize| jobs.get() <= MAX_JOBS);
    jobs.ok_or_else(|| format!("expected a number of threads from 1 to {MAX_JOBS}"))
}

/// More than the cores of any one machine; each thread has memory of its own.
const MAX_JOBS: usize = 1024;

fn parse_share(text: &str) -> Result<f64, String> {
    parse_percent(text).ok_or_else(|| "expected a percentage from 0% to 100%".into())
}

fn parse_max_rejects(text: &str) -> Result<MaxRejects, String> {
    MaxRejects::parse(text)
        .ok_or_else(|| "expected a whole number, or a percentage from 0% to 100% such as `2.5%`".into())
}

fn parse_floor(text: &str) -> Result<eval::Floor, String> {
    let (name, f1) = text.split_once('=').ok_or("expected a field and its least F1, such as `title=0.97`")?;
    let field = eval::FIELDS.into_iter().find(|field| *field == name);
    let field = field.ok_or_else(|| format!("no such field; fields are {}", eval::FIELDS.join(", ")))?;
    let f1 = f1.parse().ok().filter(|f1| (0.0..=1.0).contains(f1));
    Ok(eval::Floor { field, f1: f1.ok_or("expected an F1 from 0 to 1 behind `=`")? })
}

/// What a limit is about, and so which commands state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// A page.
    Page,
    /// A file of records that is read back.
    Records,
    /// A file of the classification.
    Reference,
}

/// A limit of the program.
struct Limit {
    /// Its name in `limits`.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test finds by it what is not stated"))]
    name: &'static str,
    value: u64,
    about: About,
    /// What it counts, and what happens past it.
    what: &'static str,
    /// The option that raises it; `None` if it is fixed.
    option: Option<&'static str>,
}

/// Makes a [`Limit`] of the constant of that name.
macro_rules! limit {
    ($name:ident, $about:ident, $what:literal) => {
        limit!($name, $about, $what, option: None)
    };
    ($name:ident, $about:ident, $what:literal, $option:literal) => {
        limit!($name, $about, $what, option: Some($option))
    };
    ($name:ident, $about:ident, $what:literal, option: $option:expr) => {
        Limit {
            name: stringify!($name),
            value: limits::$name as u64,
            about: About::$about,
            what: $what,
            option: $option,
        }
    };
}

/// Every limit of the program.
const LIMITS: [Limit; 15] = [
    limit!(MAX_PAGE_BYTES, Page, "bytes of a page; a larger one is rejected", "--max-page-bytes"),
    limit!(MAX_PAGE_BYTES_CEILING, Page, "the most that --max-page-bytes may be"),
    limit!(MAX_DEPTH, Page, "open elements of HTML; deeper ones count as text of the last", "--max-depth"),
    limit!(MAX_BLOCKS, Page, "blocks of a page; text past them is left over", "--max-blocks"),
    limit!(MAX_ATTRIBUTES, Page, "attributes of an HTML tag; later ones are passed over", "--max-attributes"),
    limit!(
        MAX_TREE_NODES,
        Page,
        "nodes of the tree for a profile's selectors; past them nothing is selected",
        "--max-tree-nodes"
    ),
    limit!(
        MAX_FINDINGS,
        Page,
        "diagnostics of one id in a record; one more counts the rest",
        "--max-findings"
    ),
    limit!(MAX_QUOTE_BYTES, Page, "bytes of a page's text in a message; the rest is cut"),
    limit!(
        MAX_LINKS,
        Page,
        "linked folders on the way to a page with --follow; what lies behind more is skipped"
    ),
    limit!(MAX_RECORD_BYTES, Records, "bytes of a record; a longer one is told as malformed"),
    limit!(MAX_PARQUET_FOOTER_BYTES, Records, "bytes of the footer of a Parquet file"),
    limit!(MAX_PARQUET_DEPTH, Records, "groups in each other in its schema"),
    limit!(MAX_PARQUET_PAGE_VALUES, Records, "values in a page of it"),
    limit!(MAX_PARQUET_HELD_BYTES, Records, "bytes of its pages that are held at once"),
    limit!(MAX_REFERENCE_BYTES, Reference, "bytes of a reference file"),
];

/// Every limit.
fn all_limits_help() -> String {
    help_of(LIMITS.iter())
}

/// The limits about any of these that are fixed; the others have an option, which states them.
fn limits_help(about: &[About]) -> String {
    help_of(LIMITS.iter().filter(|limit| limit.option.is_none() && about.contains(&limit.about)))
}

fn help_of<'a>(limits: impl Iterator<Item = &'a Limit>) -> String {
    let lines = limits.map(|limit| {
        let raised = limit.option.map_or_else(|| "fixed".to_owned(), |option| format!("{option} raises it"));
        format!("\n  {:>10} {} ({raised})", limit.value, limit.what)
    });
    lines.fold("Limits:".to_owned(), |help, line| help + &line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_states_every_limit() {
        let constants =
            include_str!("../limits.rs").lines().filter_map(|line| line.strip_prefix("pub const "));
        let names: Vec<&str> = constants.filter_map(|constant| constant.split(':').next()).collect();
        for name in &names {
            assert!(LIMITS.iter().any(|limit| limit.name == *name), "{name} is not stated");
        }
        assert_eq!(names.len(), LIMITS.len());
    }

    #[test]
    fn each_command_states_the_limits_of_what_it_reads() {
        let check = |name: &str, about: &[About]| {
            let mut cli = Cli::command();
            let command = cli.find_subcommand_mut(name).unwrap();
            let help = command.render_long_help().to_string();
            for limit in LIMITS.iter().filter(|limit| about.contains(&limit.about)) {
                assert!(help.contains(&limit.value.to_string()), "{name} does not state {}", limit.name);
                let option = limit.option.unwrap_or_default();
                let is_there = command.get_arguments().any(|of| of.get_long() == option.strip_prefix("--"));
                assert!(is_there || option.is_empty(), "{name} has no {option}");
            }
        };
        ["run", "extract", "explain"]
            .into_iter()
            .for_each(|name| check(name, &[About::Page, About::Reference]));
        ["check", "verify"].into_iter().for_each(|name| check(name, &[About::Records, About::Reference]));
        ["diff", "report", "eval", "export"].into_iter().for_each(|name| check(name, &[About::Records]));
        check("icd", &[About::Reference]);
    }

    #[test]
    fn every_option_has_help_and_states_its_default() {
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{} says nothing", command.get_name());
            for argument in command.get_arguments().filter(|argument| !is_given_by_clap(argument)) {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                let states = !argument.get_default_values().is_empty() || help.contains("[default: ");
                let what = format!("{} {}", command.get_name(), argument.get_id());
                assert!(!help.is_empty(), "{what} has no help");
                assert!(
                    states || argument.is_required_set() || argument.get_id() == "codes",
                    "{what} states no default"
                );
            }
        }
    }

    fn is_given_by_clap(argument: &clap::Arg) -> bool {
        matches!(argument.get_id().as_str(), "help" | "version")
    }

    #[test]
    fn rejects_are_bearable_by_number_or_share() {
        let check =
            |text: &str, expected: Option<MaxRejects>| assert_eq!(parse_max_rejects(text).ok(), expected);
        check("3", Some(MaxRejects::Count(3)));
        check("2.5%", Some(MaxRejects::Percent(2.5)));
        check("101%", None);
        check("NaN%", None);
        check("-1", None);
        check("many", None);
    }
}
