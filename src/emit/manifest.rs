//! `run.json`: what a run did, with which means, and the digest of every other output.
//!
//! In: the counts and options of a run. Out: a [`Manifest`], written last. It is the one output that holds
//! durations, so the one that differs between two runs of the same input. A rerun reads the names in it
//! again, to know which files are its own; it never takes anything else from it.

use super::atomic::{WrittenFile, sync_folder};
use super::columns::TABLES;
use super::datapackage::DATAPACKAGE_NAME;
use super::{Counts, Frame, JsonEmitter, MANIFEST_NAME, OutputFormat, REPORT_NAME, RuleCount, load_sql};
use crate::diagnostic::thousands;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::PageLimits;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The content of `run.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest<'a> {
    /// Version of this program.
    pub nosograph: &'static str,
    /// Reference release.
    pub reference: &'a str,
    /// The profile.
    pub profile: ManifestProfile<'a>,
    /// The options that have a say in the outputs.
    pub options: ManifestOptions<'a>,
    /// What was counted.
    pub counts: &'a Counts,
    /// What the run was held against; it passed if all of them did.
    pub gates: &'a [GateVerdict],
    /// Files whose outcome was taken over from an earlier run, since they had not changed.
    pub reused: u64,
    /// Bytes of the pages read, and of the outputs but this one.
    pub bytes: ManifestBytes,
    /// Where the time went.
    pub seconds: ManifestSeconds,
    /// How fast it was.
    pub speed: ManifestSpeed,
    /// The other outputs, in order of their names.
    pub outputs: Vec<WrittenFile>,
}

/// One thing that a run was held against, with the counts that decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateVerdict {
    /// What it is about: `errors`, `warnings`, `rejects`, `unassigned`, or `fill.FIELD`.
    pub gate: String,
    /// How often it was counted.
    pub count: u64,
    /// Of how many records, pages or lines.
    pub of: u64,
    /// What it had to be, such as `at most 5%`.
    pub limit: String,
    /// Whether it was.
    pub passed: bool,
}

impl GateVerdict {
    /// `9 of 17, has to be at most 5%`
    pub fn in_words(&self) -> String {
        let Self { count, of, limit, .. } = self;
        let found = match of {
            0 => "there was nothing to count".to_owned(),
            _ => format!("{} of {}", thousands(*count), thousands(*of)),
        };
        format!("{found}, has to be {limit}")
    }
}

/// The profile of a run.
#[derive(Clone, Debug, Serialize)]
pub struct ManifestProfile<'a> {
    /// Its name and version.
    pub label: String,
    /// `sha256:` and the hex digest of its text.
    pub hash: &'a str,
}

/// The options that have a say in the outputs of a run.
#[derive(Clone, Debug, Serialize)]
pub struct ManifestOptions<'a> {
    /// The inputs as the user named them.
    pub inputs: Vec<String>,
    /// Formats written.
    pub formats: &'a [OutputFormat],
    /// Globs of which a uri must match one.
    pub include: &'a [String],
    /// Globs of which a uri must match none.
    pub exclude: &'a [String],
    /// Whether folders behind links were walked.
    pub follow: bool,
    /// The largest number of pages.
    pub limit: Option<u64>,
    /// How far a page is followed, a key a limit.
    #[serde(flatten)]
    pub limits: PageLimits,
}

/// Bytes in and out.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "the struct says it")]
pub struct ManifestBytes {
    pub read: u64,
    pub written: u64,
}

/// Seconds of the parts of a run. `walk`, `pages` and `finish` are of the clock on the wall and add up to
/// `total`; `read`, `make` and `write` are those of all threads during `pages`.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct ManifestSeconds {
    /// Listing the input.
    pub walk: f64,
    /// Reading pages, making records and writing them.
    pub pages: f64,
    /// Opening and reading files, on all threads.
    pub read: f64,
    /// Making records and their text, on all threads.
    pub make: f64,
    /// Comparing pages with each other and writing them, on one thread.
    pub write: f64,
    /// Bringing the outputs to the disk.
    pub finish: f64,
    /// All of it.
    pub total: f64,
}

/// How fast a run was, over all of its time on the clock on the wall; pages it took over count too.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ManifestSpeed {
    /// Records and rejects a second.
    pub pages_per_second: f64,
    /// Megabytes (1,000,000 bytes) of pages a second.
    pub megabytes_per_second: f64,
}

impl ManifestSpeed {
    /// Of so many pages with so many bytes in so many seconds.
    pub fn of(counts: &Counts, bytes_read: u64, seconds: f64) -> Self {
        let rate = |amount: f64| if seconds > 0.0 { amount / seconds } else { 0.0 };
        Self {
            pages_per_second: rate((counts.records + counts.rejects) as f64),
            megabytes_per_second: rate(bytes_read as f64 / 1e6),
        }
    }
}

impl Manifest<'_> {
    /// Its text.
    ///
    /// # Errors
    /// Never in practice: its types have only what JSON has.
    pub fn to_json(&self, folder: &Path) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|error| {
            Error::new(ErrorKind::Output, "the manifest cannot be written").at(folder).source(error)
        })
    }
}

/// The manifest of the run in `folder`, as it stands.
///
/// # Errors
/// [`ErrorKind::Input`] if it cannot be read or is no JSON.
pub fn read_manifest(folder: &Path) -> Result<Value> {
    if folder.is_file() {
        return Err(Error::new(ErrorKind::Input, "this is a file, and not the directory of a run")
            .at(folder)
            .hint("name the folder that `nosograph run` wrote"));
    }
    let path = folder.join(MANIFEST_NAME);
    let text = std::fs::read(&path).map_err(|error| {
        Error::new(ErrorKind::Input, "the manifest of the run cannot be read")
            .at(&path)
            .source(error)
            .hint("name a folder that `nosograph run` wrote")
    })?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::new(ErrorKind::Input, "not the manifest of a run").at(&path).source(error))
}

/// What a run read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RunInput {
    /// Its inputs, as the user named them.
    pub inputs: Vec<PathBuf>,
    /// Whether folders behind links were walked.
    #[serde(default)]
    pub follow: bool,
    /// How far it followed a page.
    #[serde(flatten)]
    pub limits: PageLimits,
}

impl RunInput {
    /// What the run in `folder` read; nothing if its manifest does not say.
    pub fn of(folder: &Path) -> Self {
        let options = read_manifest(folder).map(|mut manifest| manifest["options"].take());
        options.ok().and_then(|options| serde_json::from_value(options).ok()).unwrap_or_default()
    }
}

/// What each rule did in the run of a manifest, in the profile's order; nothing if it does not say.
pub fn rule_counts(manifest: &Value) -> Vec<RuleCount> {
    serde_json::from_value(manifest["counts"]["rules"].clone()).unwrap_or_default()
}

/// Writes the manifest of a run whose outputs stand already.
///
/// # Errors
/// [`ErrorKind::Output`] if it cannot be written.
pub fn replace_manifest(folder: &Path, manifest: &Manifest<'_>) -> Result<()> {
    let mut file = JsonEmitter::create(folder, MANIFEST_NAME, Frame::LINES)?;
    file.value(&[&manifest.to_json(folder)?])?;
    file.close()?.publish()?;
    sync_folder(folder)
}

/// Names of the outputs, itself among them, of which the manifest in `folder` tells; none if it is no manifest of a run.
pub(crate) fn listed_outputs(folder: &Path) -> Vec<String> {
    #[derive(Deserialize)]
    struct Earlier {
        #[serde(rename = "nosograph")]
        _nosograph: String,
        outputs: Vec<WrittenFile>,
    }
    let Ok(text) = std::fs::read(folder.join(MANIFEST_NAME)) else { return Vec::new() };
    let Ok(earlier) = serde_json::from_slice::<Earlier>(&text) else { return Vec::new() };
    let outputs = earlier.outputs.into_iter().map(|file| file.path);
    outputs.chain([MANIFEST_NAME.to_owned()]).collect()
}

/// The names of the files that a run with these formats writes.
pub(crate) fn output_names(formats: &[OutputFormat]) -> Vec<String> {
    let mut names = vec![MANIFEST_NAME.to_owned(), "rejects.ndjson".to_owned()];
    let mut has_tables = false;
    for format in formats {
        if format.is_tables() {
            has_tables = true;
            names.extend(TABLES.iter().map(|table| format!("{}.{}", table.name, format.as_str())));
        } else {
            names.push(format!("records.{}", format.as_str()));
        }
    }
    if has_tables {
        names.push(DATAPACKAGE_NAME.to_owned());
        names.extend(load_sql::FILE_NAMES.map(str::to_owned));
    }
    names
}

/// Whether a run can write a file of this name.
pub(crate) fn is_output_name(name: &str) -> bool {
    matches!(name, "records.json" | "records.ndjson" | "rejects.ndjson")
        || matches!(name, DATAPACKAGE_NAME | MANIFEST_NAME | REPORT_NAME)
        || load_sql::FILE_NAMES.contains(&name)
        || name
            .strip_suffix(".csv")
            .or(name.strip_suffix(".parquet"))
            .is_some_and(|stem| TABLES.iter().any(|table| table.name == stem))
}
