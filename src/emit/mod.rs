//! Emitting: records and rejects to the files of a run directory.
//!
//! In: records and rejects in the order in which they are to stand, rendered before by any thread. Out: files that are complete or absent. All are brought to the disk before the first is
//! given its name, and `run.json` comes last, so that it tells of nothing that is not there. Never reads a
//! page and never changes a value, but for the escape of formulas in CSV.

pub mod atomic;
pub(crate) mod background;
pub mod columns;
mod counts;
mod csv;
mod datapackage;
mod early_sync;
pub mod field;
mod finished;
mod lines;
mod load_sql;
pub mod manifest;
pub(crate) mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod rendered;
pub mod schema;
pub mod table_schema;
mod write_json;

pub use counts::{Counter, Counts, LineCounts, PageCounts, RuleCount};
pub use csv::{CsvEmitter, unescaped};
pub use finished::{FinishedFormat, FinishedTable, TableForm};
pub use lines::{Frame, JsonEmitter, Line};
#[cfg(feature = "parquet")]
pub use parquet::ParquetEmitter;
pub use rendered::Rendered;
pub(crate) use rendered::{json, without_findings};

use crate::error::Result;
use crate::icd::Reference;
use crate::profile::Profile;
use atomic::{FinishedFile, WrittenFile};
use std::path::{Path, PathBuf};

/// The name of the manifest in a run directory.
pub const MANIFEST_NAME: &str = "run.json";

/// The name of the report in a run directory.
pub const REPORT_NAME: &str = "report.html";

/// Writes records in one format.
///
/// [`Emitter::emit`] is called once a record, in order; then [`Emitter::finish`] once. After an error
/// nothing more is called and the files are dropped, which removes them.
pub trait Emitter {
    /// Adds a record.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    fn emit(&mut self, page: &Rendered<'_>) -> Result<()>;

    /// Brings the files to the disk, without their names yet.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    fn finish(self: Box<Self>) -> Result<FinishedFormat>;
}

/// With what the records of a run were made.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RunFacts {
    /// Version of this program.
    pub version: &'static str,
    /// Version of the fields and columns.
    pub schema: &'static str,
    /// Reference release.
    pub reference: String,
    /// Name and version of the profile.
    pub profile: String,
    /// `sha256:` and the hex digest of the profile's text.
    pub profile_hash: String,
}

impl RunFacts {
    /// The facts of a run with this reference and this profile.
    pub fn new(reference: &Reference, profile: &Profile) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            schema: schema::SCHEMA_VERSION,
            reference: reference.release().to_owned(),
            profile: profile.label(),
            profile_hash: profile.hash.clone(),
        }
    }
}

/// A format of the records of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// `records.json`: one array.
    Json,
    /// `records.ndjson`: one record a line.
    Ndjson,
    /// `records.csv` and its child tables; `datapackage.json` and `load/` are about them.
    Csv,
    /// `records.parquet`, nested as in JSON, and its child tables; without CSV, `datapackage.json` and `load/`
    /// are about them.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl OutputFormat {
    /// Those that are written by default.
    pub const DEFAULT: [Self; 3] = [Self::Json, Self::Ndjson, Self::Csv];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }

    /// Whether it is a file a table.
    pub(crate) fn is_tables(self) -> bool {
        !matches!(self, Self::Json | Self::Ndjson)
    }

    /// Whether it looks into records beyond their text.
    pub(crate) fn needs_records(self) -> bool {
        #[cfg(feature = "parquet")]
        return self == Self::Parquet;
        #[cfg(not(feature = "parquet"))]
        false
    }
}

/// All files of a run but the manifest.
pub struct Outputs {
    folder: PathBuf,
    facts: RunFacts,
    /// `records.ndjson`.
    lines: Option<JsonEmitter>,
    emitters: Vec<Box<dyn Emitter>>,
    rejects: JsonEmitter,
}

impl Outputs {
    /// Opens the files of `formats`, and `rejects.ndjson`, in `folder`, which is there.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn create(folder: &Path, formats: &[OutputFormat], facts: &RunFacts) -> Result<Self> {
        let rejects = JsonEmitter::create(folder, "rejects.ndjson", Frame::LINES)?;
        let (folder, facts) = (folder.to_owned(), facts.clone());
        let mut outputs = Self { folder, facts, lines: None, emitters: Vec::new(), rejects };
        formats.iter().try_for_each(|&format| outputs.open(format))?;
        Ok(outputs)
    }

    fn open(&mut self, format: OutputFormat) -> Result<()> {
        let folder = &self.folder;
        self.emitters.push(match format {
            OutputFormat::Ndjson => {
                self.lines = Some(JsonEmitter::create(folder, "records.ndjson", Frame::LINES)?);
                return Ok(());
            }
            OutputFormat::Json => Box::new(JsonEmitter::create(folder, "records.json", Frame::ARRAY)?),
            OutputFormat::Csv => Box::new(CsvEmitter::create(folder)?),
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => Box::new(ParquetEmitter::create(folder, &self.facts)?),
        });
        Ok(())
    }

    /// Gives `records.ndjson`, as far as it is written and will be, a second name; whether it now has one.
    pub fn link_lines(&self, path: &Path) -> bool {
        self.lines.as_ref().is_some_and(|lines| lines.file().link(path).is_ok())
    }

    /// Adds a record; where it stands in `records.ndjson`, if that is written.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn record(&mut self, page: &Rendered<'_>) -> Result<Option<Line>> {
        self.emitters.iter_mut().try_for_each(|emitter| emitter.emit(page))?;
        self.lines.as_mut().map(|lines| lines.value(&page.json_parts())).transpose()
    }

    /// Adds the JSON text of a reject.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn reject(&mut self, json: &[u8]) -> Result<()> {
        self.rejects.value(&[json]).map(drop)
    }

    /// Brings all files to the disk; none has its name yet.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written.
    pub fn finish(self) -> Result<FinishedOutputs> {
        let mut files = vec![self.rejects.close()?];
        files.extend(self.lines.map(JsonEmitter::close).transpose()?);
        let mut tables = Vec::new();
        for emitter in self.emitters {
            let finished = emitter.finish()?;
            files.extend(finished.files);
            tables.extend(finished.tables);
        }
        // CSV is what every warehouse loads; of two forms of the same table one is described.
        let has_csv = tables.iter().any(|table| table.form.is_csv());
        let (described, others): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|table| table.form.is_csv() || !has_csv);
        if !described.is_empty() {
            files.push(datapackage::write(&self.folder, &self.facts, &described)?);
            files.extend(load_sql::write(&self.folder, &self.facts, &described)?);
        }
        files.extend(described.into_iter().chain(others).map(|table| table.file));
        let mut finished = FinishedOutputs { folder: self.folder, files: Vec::new() };
        finished.add(files);
        Ok(finished)
    }
}

/// Files that are on the disk without their names.
#[derive(Debug)]
pub struct FinishedOutputs {
    folder: PathBuf,
    files: Vec<FinishedFile>,
}

impl FinishedOutputs {
    /// Adds files of the same folder.
    pub fn add(&mut self, files: Vec<FinishedFile>) {
        self.files.extend(files);
        self.files.sort_by(|a, b| a.written().path.cmp(&b.written().path));
    }

    /// The files in order of their names.
    pub fn written(&self) -> Vec<WrittenFile> {
        self.files.iter().map(|file| file.written().clone()).collect()
    }

    /// Gives the files their names, then writes `manifest` as `run.json`.
    ///
    /// An earlier manifest goes first: while names change, none says that all is well. So do the outputs of
    /// an earlier run that this one does not write, since they would tell of other pages; `stale` names them.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a file cannot be written, renamed or removed.
    pub fn publish(self, stale: &[String], manifest: &[u8]) -> Result<()> {
        let mut last = JsonEmitter::create(&self.folder, MANIFEST_NAME, Frame::LINES)?;
        last.value(&[manifest])?;
        let last = last.close()?;
        atomic::remove(&self.folder.join(MANIFEST_NAME))?;
        for name in stale {
            atomic::remove(&self.folder.join(name))?;
        }
        for file in self.files {
            file.publish()?;
        }
        let load = self.folder.join(load_sql::FOLDER);
        atomic::remove_empty_folder(&load);
        if load.is_dir() {
            atomic::sync_folder(&load)?;
        }
        atomic::sync_folder(&self.folder)?;
        last.publish()?;
        atomic::sync_folder(&self.folder)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extraction::RuleUses;
    use crate::page::{EncodingSource, Format, Page};
    use crate::record::*;
    use std::collections::BTreeMap;

    /// A record with a value in every field.
    pub(crate) fn full_record() -> Record<'static> {
        let page = Page::from_utf8("m61.txt".into(), Format::Text, EncodingSource::ValidUtf8, "M61".into());
        Record {
            record_id: record_id("m61.txt").into(),
            source: Source::of(&page, Some("https://example.org/m61".into())),
            profile: "icd10-disease@1".into(),
            reference: "ICD-10-CM 2026-04".into(),
            status: Status::Warning,
            title: Some("Title".into()),
            code: Some("M61".into()),
            code_system: Some("ICD-10".into()),
            code_status: Some(CodeStatus::Header),
            code_kind: Some(CodeKind::Category),
            code_title: Some("Code title".into()),
            billable: Some(false),
            chapter: Some(Chapter {
                number: Some(13),
                roman: Some("XIII".into()),
                range: Some("M00-M99".into()),
                title: Some("Chapter".into()),
            }),
            block: Some(IcdBlock { range: Some("M60-M63".into()), title: Some("Block".into()) }),
            category: Some(Category { code: Some("M61".into()), title: Some("Category".into()) }),
            sections: vec![Section {
                position: 1,
                level: Some(1),
                heading: Some("Heading".into()),
                text: "Text".into(),
                items: vec![Item { marker: Some("•".into()), text: "item".into(), depth: 1 }],
            }],
            key_points: vec![KeyPoint { number: Some(1), text: "Point".into() }],
            diagnosis_codes: DiagnosisCodes {
                status: DiagnosisCodesStatus::Listed,
                codes: vec![DiagnosisCode { code: "M61.0".into(), title: Some("Listed".into()) }],
            },
            extra: BTreeMap::from([("synonyms".into(), ExtraValue::List(vec!["other".into()]))]),
            coverage: Coverage { lines: 1, assigned: 1, chrome: 0, unassigned: 0 },
            provenance: Provenance::default(),
            diagnostics: vec![Finding {
                id: "N203".into(),
                severity: crate::diagnostic::Severity::Warning,
                field: Some("chapter".into()),
                line: Some(8),
                message: "message".into(),
            }],
        }
    }

    /// What a run is made with.
    pub(crate) fn facts() -> RunFacts {
        let profile = Profile::builtin("icd10-disease").unwrap().unwrap();
        RunFacts::new(Reference::embedded(), &profile)
    }

    /// Finishes an emitter, gives its files their names, and tells them.
    pub(crate) fn published(emitter: Box<dyn Emitter>) -> Vec<String> {
        let FinishedFormat { files, tables } = emitter.finish().unwrap();
        let files = files.into_iter().chain(tables.into_iter().map(|table| table.file));
        files.map(|file| file.publish().unwrap().path).collect()
    }

    #[test]
    fn outputs_stand_whole_and_stale_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("records.csv"), "old").unwrap();
        std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
        let mut outputs = Outputs::create(folder.path(), &[OutputFormat::Ndjson], &facts()).unwrap();
        outputs.record(&Rendered::of(&full_record(), &RuleUses::default())).unwrap();
        outputs.reject(b"[]").unwrap();
        let outputs = outputs.finish().unwrap();
        let names: Vec<String> = outputs.written().into_iter().map(|file| file.path).collect();
        assert_eq!(names, ["records.ndjson", "rejects.ndjson"]);
        outputs.publish(&["records.csv".into()], b"{}").unwrap();
        let mut found: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        found.sort();
        assert_eq!(found, ["mine.txt", "records.ndjson", "rejects.ndjson", "run.json"]);
    }

    #[test]
    fn what_a_run_will_write_is_known_before() {
        #[cfg(feature = "parquet")]
        let all = [OutputFormat::Json, OutputFormat::Ndjson, OutputFormat::Csv, OutputFormat::Parquet];
        #[cfg(not(feature = "parquet"))]
        let all = OutputFormat::DEFAULT;
        for formats in [&all[..], &all[..2], &all[2..3]] {
            let folder = tempfile::tempdir().unwrap();
            let outputs = Outputs::create(folder.path(), formats, &facts()).unwrap().finish().unwrap();
            let mut written: Vec<String> = outputs.written().into_iter().map(|file| file.path).collect();
            written.push(MANIFEST_NAME.to_owned());
            let mut known = manifest::output_names(formats);
            written.sort();
            known.sort();
            assert_eq!(written, known);
            assert!(known.iter().all(|name| manifest::is_output_name(name)));
        }
    }
}
