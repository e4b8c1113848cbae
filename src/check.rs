//! Judges records that exist already: paths in, findings out as they come.
//!
//! Each record goes through the judges of [`validate`](crate::validate) without its page; rows that are no
//! record, fields that are wrong and ids that stand twice are findings too. Rows are read one at a time, so
//! memory grows only by the ids: some 40 bytes a record. Prints nothing, changes nothing.

use crate::catalogue::{self, FIELD_MALFORMED, RECORD_MALFORMED, RECORD_REPEATED};
use crate::diagnostic::{DiagnosticId, Severity, quote};
use crate::emit::manifest::read_manifest;
use crate::error::Result;
use crate::icd::Reference;
use crate::profile::{Profile, builtin_names};
use crate::record::{Finding, Record, Status};
use crate::records::{Content, Reading, RecordFinding, Row, each_row, record_file};
use crate::validate::{Given, judge_record};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What to check, and how.
#[derive(Debug)]
pub struct CheckOptions<'a> {
    /// Run directories and files of records; `-` is stdin.
    pub paths: Vec<PathBuf>,
    /// Decides severities and whether a code has to be there. Default: of each record the built-in profile
    /// that it names; without one the catalogue's severities hold and a code has to be there.
    pub profile: Option<&'a Profile>,
    /// What codes are held against.
    pub reference: &'a Reference,
    /// Only these findings. Default: all.
    pub select: Vec<DiagnosticId>,
    /// Not these. Default: none.
    pub ignore: Vec<DiagnosticId>,
}

impl CheckOptions<'_> {
    fn wants(&self, finding: &Finding) -> bool {
        let id = catalogue::parse_id(&finding.id);
        let is_in = |list: &[DiagnosticId]| id.is_some_and(|id| list.contains(&id));
        (self.select.is_empty() || is_in(&self.select)) && !is_in(&self.ignore)
    }
}

/// What was checked.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CheckSummary {
    /// Files of records.
    pub files: u64,
    /// Records in them.
    pub records: u64,
    /// Those of them of which a file has only what a child table has.
    pub parts: u64,
    /// Rows that are no record.
    pub malformed: u64,
    /// Records by their worst finding: `ok`, `warning`, `error`.
    pub records_by_status: BTreeMap<&'static str, u64>,
    /// Findings by id.
    pub diagnostics: BTreeMap<String, u64>,
    /// The worst finding of all.
    pub worst: Option<Severity>,
    /// Records that were judged by something else than what they were made with; of many kinds the first few.
    pub unlike: BTreeMap<Unlike, u64>,
}

/// What a record was made with, where it was judged by something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unlike {
    /// This reference.
    Reference(String),
    /// This profile.
    Profile(String),
    /// A profile of this name and version, but with another text.
    ProfileText(String),
}

/// Kinds of [`Unlike`] that are counted.
const MAX_UNLIKE: usize = 10;

/// Checks all records of all paths; `visit` is called for each finding, file by file, in the order of rows.
///
/// # Errors
/// [`ErrorKind::Input`](crate::error::ErrorKind::Input) if a path is missing, has no records or cannot be
/// read; the first error of `visit`.
pub fn check(
    options: &CheckOptions<'_>,
    visit: &mut dyn FnMut(&RecordFinding<'_>) -> Result<()>,
) -> Result<CheckSummary> {
    let files = options.paths.iter().map(|path| record_file(path)).collect::<Result<Vec<_>>>()?;
    let builtin = builtin_names().filter_map(Profile::builtin).collect::<Result<Vec<_>>>()?;
    let summary = CheckSummary::default();
    let mut check = Check { options, builtin, summary, seen: HashMap::new(), profile_hash: None };
    for (file, path) in files.iter().zip(&options.paths) {
        check.summary.files += 1;
        check.seen.clear();
        let manifest = read_manifest(path).unwrap_or_default();
        check.profile_hash = manifest["profile"]["hash"].as_str().map(str::to_owned);
        each_row(file, &mut |row| check.row(file, row, visit))?;
    }
    Ok(check.summary)
}

struct Check<'a> {
    options: &'a CheckOptions<'a>,
    builtin: Vec<Profile>,
    summary: CheckSummary,
    /// The first line of each id of the file, by 16 bytes of the id's digest.
    seen: HashMap<[u8; 16], u64>,
    /// Digest of the profile that made the records, of a run directory.
    profile_hash: Option<String>,
}

impl Check<'_> {
    fn row(
        &mut self,
        path: &Path,
        row: Row,
        visit: &mut dyn FnMut(&RecordFinding<'_>) -> Result<()>,
    ) -> Result<()> {
        let (uri, found) = match row.content {
            Content::Columns(message) => {
                let finding = finding(FIELD_MALFORMED, Some("columns"), message);
                return self.tell((path, None, None), &[finding], visit);
            }
            Content::Malformed(message) => {
                self.summary.malformed += 1;
                (String::new(), vec![finding(RECORD_MALFORMED, None, message)])
            }
            Content::Record(reading) => {
                let found = self.record(row.line, &reading);
                (reading.record.source.uri, found)
            }
        };
        let uri = Some(uri.as_str()).filter(|uri| !uri.is_empty());
        self.tell((path, Some(row.line), uri), &found, visit)
    }

    /// Counts and tells those findings that are wanted; `at` is file, line and uri.
    fn tell(
        &mut self,
        (path, line, uri): (&Path, Option<u64>, Option<&str>),
        found: &[Finding],
        visit: &mut dyn FnMut(&RecordFinding<'_>) -> Result<()>,
    ) -> Result<()> {
        let options = self.options;
        for finding in found.iter().filter(|finding| options.wants(finding)) {
            *self.summary.diagnostics.entry(finding.id.clone()).or_default() += 1;
            self.summary.worst = self.summary.worst.max(Some(finding.severity));
            visit(&RecordFinding { path, line, uri, finding })?;
        }
        Ok(())
    }

    /// All findings about a record; counts it.
    fn record(&mut self, line: u64, reading: &Reading) -> Vec<Finding> {
        let Reading { record, missing, faults } = reading;
        let mut found: Vec<Finding> = faults
            .iter()
            .map(|fault| finding(FIELD_MALFORMED, Some(&fault.field), fault.message.clone()))
            .collect();
        let is_row_of_records = !missing.contains(&"record_id") && !missing.contains(&"source");
        if is_row_of_records {
            let digest = blake3::hash(record.record_id.as_bytes());
            let key = std::array::from_fn(|at| digest.as_bytes()[at]);
            let first = *self.seen.entry(key).or_insert(line);
            if first != line {
                let id = quote(&record.record_id);
                let message = format!("{id} stands on line {first} too; remove one of the two records");
                found.push(finding(RECORD_REPEATED, Some("record_id"), message));
            }
        }
        let profile = self.options.profile.or_else(|| {
            let name = record.profile.split('@').next().unwrap_or_default();
            self.builtin.iter().find(|profile| profile.name == name)
        });
        let unlike = self.unlike(record, profile);
        for kind in unlike.into_iter().flatten() {
            if self.summary.unlike.len() < MAX_UNLIKE || self.summary.unlike.contains_key(&kind) {
                *self.summary.unlike.entry(kind).or_default() += 1;
            }
        }
        found.extend(judge_record(
            record,
            &Given {
                missing,
                severities: &|id, default| {
                    profile.map_or(Some(default), |profile| profile.severity(id, default))
                },
                needs_code: profile.is_none_or(|profile| profile.requires("code")),
                reference: self.options.reference,
            },
        ));
        self.summary.records += 1;
        self.summary.parts += u64::from(!is_row_of_records);
        let wanted = found.iter().filter(|finding| self.options.wants(finding));
        let status = Status::of(wanted.map(|finding| finding.severity)).as_str();
        *self.summary.records_by_status.entry(status).or_default() += 1;
        found
    }

    /// In what the record was made with something else than what it is judged by; what it does not say counts as the
    /// same.
    fn unlike(&self, record: &Record<'_>, profile: Option<&Profile>) -> [Option<Unlike>; 2] {
        let (made, release) = (&*record.profile, self.options.reference.release());
        let reference = Some(&*record.reference).filter(|of| !of.is_empty() && *of != release);
        let is_named = !made.is_empty();
        let by_profile = match profile {
            Some(profile) if profile.label() == made => {
                let is_same = self.profile_hash.as_ref().is_none_or(|hash| *hash == profile.hash);
                (!is_same).then(|| Unlike::ProfileText(made.to_owned()))
            }
            _ => is_named.then(|| Unlike::Profile(made.to_owned())),
        };
        [reference.map(|of| Unlike::Reference(of.to_owned())), by_profile]
    }
}

fn finding(id: DiagnosticId, field: Option<&str>, message: String) -> Finding {
    let severity = catalogue::entry(id).map_or(Severity::Error, |entry| entry.severity);
    Finding { id: id.to_string(), severity, field: field.map(str::to_owned), line: None, message }
}
