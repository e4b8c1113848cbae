//! Proves the provenance of a run: a run directory and its input in, findings and counts out.
//!
//! Each source is read again. Its digest has to be that of the record, the bytes that provenance names have
//! to give each value, what is said to come from the reference has to be what the reference says,
//! and each output has to be the file of which `run.json` tells. One page is held at a time. Prints nothing,
//! changes nothing.

mod beside;
mod proof;

use crate::catalogue::{
    self, COVERAGE_MISCOUNTED, FIELD_MALFORMED, OUTPUT_CHANGED, PROVENANCE_MISSING, RECORD_ID_WRONG,
    RECORD_MALFORMED, REFERENCE_VALUE_WRONG, SOURCE_CHANGED, SOURCE_MISSING, VALUE_UNPROVED,
};
use crate::diagnostic::{DiagnosticId, Severity, quote};
use crate::emit::MANIFEST_NAME;
use crate::emit::atomic::WrittenFile;
use crate::emit::manifest::RunInput;
use crate::error::{Error, ErrorKind, Result};
use crate::icd::{Code, Reference};
use crate::limits::{MAX_PAGE_BYTES_CEILING, PageLimits};
use crate::page::Page;
use crate::read::{self, Bytes, Listing, Place, ReadOptions, ReadOutcome, WalkOptions, walk};
use crate::record::{Finding, Outcome, Partial, Record, Reject, Source};
use crate::records::{Content, Reading, RecordFinding, WholeRecords, each_row, no_provenance, record_file};
use crate::validate::{Given, judge_record};
use proof::{Proof, Value, group_values, values};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What to verify.
#[derive(Debug)]
pub struct VerifyOptions<'a> {
    /// A run directory, or a JSON file of records.
    pub run: PathBuf,
    /// The inputs of that run. Default: none, those that `run.json` names.
    pub inputs: Vec<PathBuf>,
    /// What values from the reference are held against.
    pub reference: &'a Reference,
}

/// What was proved and what was not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct VerifySummary {
    /// Records and rejects whose sources were looked at.
    pub pages: u64,
    /// Values of pages: all of them.
    pub values: u64,
    /// Those that the bytes of their source give.
    pub proved: u64,
    /// Those that are not proved, by the name of the diagnostic that says why.
    pub unproved: BTreeMap<&'static str, u64>,
    /// Outputs that are as `run.json` tells of them.
    pub outputs: u64,
    /// Findings by id.
    pub diagnostics: BTreeMap<String, u64>,
    /// The worst finding.
    pub worst: Option<Severity>,
}

/// Verifies a run; `visit` is called for each finding as it comes.
///
/// # Errors
/// [`ErrorKind::Input`] if the run or an input cannot be read; the first error of `visit`.
pub fn verify(
    options: &VerifyOptions<'_>,
    visit: &mut dyn FnMut(&RecordFinding<'_>) -> Result<()>,
) -> Result<VerifySummary> {
    let file = record_file(&options.run)?;
    if file.extension().is_some_and(|extension| extension == "csv") {
        return Err(no_provenance(&file));
    }
    let listing = sources(&options.run, &options.inputs)?;
    let limits = RunInput::of(&options.run).limits;
    let mut verify = Verify { options, listing, limits, summary: VerifySummary::default(), visit };
    if options.run.is_dir() {
        verify.outputs()?;
    }
    each_row(&file, &mut |row| match row.content {
        Content::Record(reading) => verify.record(&file, row.line, *reading),
        Content::Malformed(message) => {
            verify.tell((&file, Some(row.line), None), RECORD_MALFORMED, None, message)
        }
        Content::Columns(message) => {
            verify.tell((&file, None, None), FIELD_MALFORMED, Some("columns"), message)
        }
    })?;
    let rejects = options.run.join("rejects.ndjson");
    if rejects.is_file() {
        let mut file = WholeRecords::open(&rejects)?;
        while let Some((line, reject)) = file.next_value::<Reject>()? {
            verify.page(
                (&rejects, Some(line), Some(&reject.source.uri)),
                &reject.source,
                &reject.partial,
                &values(&reject.partial),
            )?;
        }
    }
    Ok(verify.summary)
}

/// The files that a run read, under `inputs` or, without any, under those that its `run.json` names.
///
/// # Errors
/// As [`walk`]; [`ErrorKind::Options`] if nobody names an input.
pub fn sources(run: &Path, inputs: &[PathBuf]) -> Result<Listing> {
    let of_run = RunInput::of(run);
    let inputs = if inputs.is_empty() { &of_run.inputs } else { inputs };
    if inputs.is_empty() {
        return Err(Error::new(ErrorKind::Options, "no `run.json` tells what this was made from")
            .at(run)
            .hint("name the pages: `--input FOLDER`"));
    }
    walk(inputs, &WalkOptions { follow: of_run.follow, ..WalkOptions::default() })
}

/// What of an outcome the bytes of its own page do not give: nothing, if the pipeline is right.
///
/// [`verify`] for one page, without a file.
pub fn unproved(page: &Page, outcome: Outcome, reference: &Reference) -> Vec<Finding> {
    let (partial, groups) = match outcome {
        Outcome::Reject(reject) => (reject.partial, None),
        Outcome::Record(mut record) => {
            let known = known_groups(&record, reference);
            let groups = (record.block.take(), record.category.take(), known);
            (record.into_partial(), Some(groups))
        }
    };
    let groups = groups.iter().flat_map(|(block, category, known)| {
        group_values(block.as_ref(), category.as_ref(), known.clone(), &partial.provenance)
    });
    let unproved = |value: Value<'_>| Some(unproved_value(&value, page, reference)?.1);
    values(&partial).into_iter().chain(groups).filter_map(unproved).collect()
}

/// What the reference says of block and category, if it is the one that the record names.
fn known_groups(record: &Record<'_>, reference: &Reference) -> [Option<[String; 2]>; 2] {
    let code = record.code.as_deref().and_then(Code::parse);
    let Some(code) = code.filter(|_| record.reference == reference.release()) else {
        return [None, None];
    };
    let block = reference.block_of(&code).map(|block| [block.range.to_string(), block.title.clone()]);
    let category = reference.entry(&code.category());
    let category = category.map(|entry| [entry.code().to_string(), entry.title().to_owned()]);
    [Some(block.unwrap_or_default()), Some(category.unwrap_or_default())]
}

/// Why a value is not proved; `None` if it is.
fn unproved_value(value: &Value<'_>, page: &Page, reference: &Reference) -> Option<(DiagnosticId, Finding)> {
    let path = &value.path;
    let (id, line, message) = match value.prove(page, reference) {
        Proof::Proved => return None,
        Proof::NoOrigin => {
            (PROVENANCE_MISSING, None, format!("`{path}` has no provenance; remove it, or run again"))
        }
        Proof::NoPlace { bytes: [start, end] } => {
            let message = format!(
                "`{path}` is said to stand at bytes {start} to {end}, which is no text of the page; run again"
            );
            (VALUE_UNPROVED, None, message)
        }
        Proof::Differs { line, shown } => {
            let (words, shown) = (quote(&value.words()), quote(&shown));
            let message =
                format!("`{path}` is {words}, the page has {shown} there; put it back, or run again");
            (VALUE_UNPROVED, Some(line), message)
        }
    };
    Some((id, Finding { line, ..finding(id, Some(path), message) }))
}

/// File, line and uri of what a finding is about.
type At<'a> = (&'a Path, Option<u64>, Option<&'a str>);

struct Verify<'a> {
    options: &'a VerifyOptions<'a>,
    listing: Listing,
    /// How far the run followed a page.
    limits: PageLimits,
    summary: VerifySummary,
    visit: &'a mut dyn FnMut(&RecordFinding<'_>) -> Result<()>,
}

impl Verify<'_> {
    /// Each output of which the manifest tells.
    fn outputs(&mut self) -> Result<()> {
        #[derive(serde::Deserialize)]
        struct Manifest {
            outputs: Vec<WrittenFile>,
        }
        let folder = self.options.run.clone();
        let Ok(text) = std::fs::read(folder.join(MANIFEST_NAME)) else {
            let message = "there is no `run.json`: the run did not end, or the folder was moved; run again";
            return self.tell(
                (&folder.join(MANIFEST_NAME), None, None),
                OUTPUT_CHANGED,
                None,
                message.into(),
            );
        };
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| {
            Error::new(ErrorKind::Input, "not the manifest of a run")
                .at(folder.join(MANIFEST_NAME))
                .source(error)
        })?;
        for output in manifest.outputs {
            let path = folder.join(&output.path);
            let message = match digest(&path) {
                Ok(digest) if digest == output.sha256 => {
                    self.summary.outputs += 1;
                    continue;
                }
                Ok(_) => "is not the file that the run wrote, its SHA-256 differs; run again".to_owned(),
                Err(error) => format!("cannot be read: {error}; run again"),
            };
            let message = format!("{} {message}", quote(&output.path));
            self.tell((&path, None, None), OUTPUT_CHANGED, None, message)?;
        }
        Ok(())
    }

    fn record(&mut self, file: &Path, line: u64, reading: Reading) -> Result<()> {
        let Reading { mut record, missing, faults } = reading;
        let uri = record.source.uri.clone();
        let at = (file, Some(line), Some(uri.as_str()));
        for fault in faults {
            self.tell(at, FIELD_MALFORMED, Some(&fault.field), fault.message)?;
        }
        let severities = |id, default| {
            let is_proof = [RECORD_ID_WRONG, COVERAGE_MISCOUNTED, REFERENCE_VALUE_WRONG].contains(&id);
            is_proof.then_some(default)
        };
        let given = Given {
            missing: &missing,
            severities: &severities,
            needs_code: false,
            reference: self.options.reference,
        };
        for finding in judge_record(&record, &given) {
            let id = catalogue::parse_id(&finding.id);
            if id.is_some_and(|id| severities(id, Severity::Error).is_some()) {
                self.add(at, &finding)?;
            }
        }
        let known = known_groups(&record, self.options.reference);
        let (source, block, category) = (record.source.clone(), record.block.take(), record.category.take());
        let partial = record.into_partial();
        let groups = group_values(block.as_ref(), category.as_ref(), known, &partial.provenance);
        self.page(at, &source, &partial, &values(&partial).into_iter().chain(groups).collect::<Vec<_>>())
    }

    /// The values of a record or reject against its source.
    fn page(
        &mut self,
        at: At<'_>,
        source: &Source,
        partial: &Partial<'_>,
        values: &[Value<'_>],
    ) -> Result<()> {
        self.summary.pages += 1;
        self.summary.values += values.len() as u64;
        let Some(entry) = self.listing.find(&source.uri) else {
            // A folder that could not be read is no file; once it can be, those below it are.
            if source.uri.ends_with('/') && values.is_empty() {
                return Ok(());
            }
            let message = "the page is not under the input; put it back, or name the input of that run";
            return self.unproved(at, SOURCE_MISSING, values.len(), message.into());
        };
        let Place::File(path) = self.listing.place(&entry) else {
            let message = "the page came by standard input and cannot be read again; save it as a file, and run on that";
            return self.unproved(at, SOURCE_MISSING, values.len(), message.into());
        };
        let limits = PageLimits { bytes: MAX_PAGE_BYTES_CEILING, ..self.limits };
        let options = ReadOptions { format: source.format, limits };
        let bytes = match read::open(&path) {
            Ok(file) => file.read(&source.uri, &options),
            Err(error) => Bytes::Reject(Box::new(read::unreadable(&source.uri, &error))),
        };
        let bytes = match bytes {
            Bytes::Whole(bytes) => bytes,
            // What could not be read then and cannot be read now is as it was.
            Bytes::Reject(_) if source.hash.is_none() => return Ok(()),
            Bytes::Reject(unread) => {
                return self.unproved(at, SOURCE_MISSING, values.len(), unread.diagnostic.message);
            }
        };
        let hash = format!("blake3:{}", blake3::hash(&bytes));
        if source.hash.as_ref().is_some_and(|of| *of != hash) {
            let message = "the page has other bytes than those that were read; run again";
            return self.unproved(at, SOURCE_CHANGED, values.len(), message.into());
        }
        match read::read_page(&source.uri, bytes, &options) {
            ReadOutcome::Page(page) => {
                self.values(at, &page, values)?;
                // What was not read has nothing to be held against.
                if source.hash.is_none() {
                    return Ok(());
                }
                for (path, message) in beside::differences(source, partial, &page) {
                    self.tell(at, VALUE_UNPROVED, Some(&path), message)?;
                }
                Ok(())
            }
            ReadOutcome::Skip(_) | ReadOutcome::Reject(_) if values.is_empty() => Ok(()),
            ReadOutcome::Skip(_) | ReadOutcome::Reject(_) => {
                let message = "the page has no text that values could come from; run again";
                self.unproved(at, SOURCE_CHANGED, values.len(), message.into())
            }
        }
    }

    fn values(&mut self, at: At<'_>, page: &Page, values: &[Value<'_>]) -> Result<()> {
        for value in values {
            match unproved_value(value, page, self.options.reference) {
                None => self.summary.proved += 1,
                Some((id, finding)) => {
                    *self.summary.unproved.entry(name(id)).or_default() += 1;
                    self.add(at, &finding)?;
                }
            }
        }
        Ok(())
    }

    fn unproved(&mut self, at: At<'_>, id: DiagnosticId, values: usize, message: String) -> Result<()> {
        *self.summary.unproved.entry(name(id)).or_default() += values as u64;
        self.tell(at, id, None, message)
    }

    fn tell(&mut self, at: At<'_>, id: DiagnosticId, field: Option<&str>, message: String) -> Result<()> {
        self.add(at, &finding(id, field, message))
    }

    fn add(&mut self, (path, line, uri): At<'_>, finding: &Finding) -> Result<()> {
        *self.summary.diagnostics.entry(finding.id.clone()).or_default() += 1;
        self.summary.worst = self.summary.worst.max(Some(finding.severity));
        (self.visit)(&RecordFinding { path, line, uri, finding })
    }
}

fn finding(id: DiagnosticId, field: Option<&str>, message: String) -> Finding {
    let severity = catalogue::entry(id).map_or(Severity::Error, |entry| entry.severity);
    Finding { id: id.to_string(), severity, field: field.map(str::to_owned), line: None, message }
}

fn name(id: DiagnosticId) -> &'static str {
    catalogue::entry(id).map_or("", |entry| entry.name)
}

/// SHA-256 of a file, in hex.
fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        digest.update(&buffer[..read]);
    }
}
