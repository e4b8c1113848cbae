//! What changed between two runs: two run directories in, changed pages as they come and the drift of every
//! rate out.
//!
//! Both runs are read side by side in the order of their uris, so two pages are held at a time, whatever the
//! runs have. A page whose bytes changed is told apart from a page that only came out differently. Prints
//! nothing.

mod align;
mod fields;

pub use align::{Word, words};
pub use fields::FieldChange;
pub(crate) use fields::changes;

use crate::catalogue::{FIELD_MALFORMED, RECORD_MALFORMED};
use crate::diagnostic::{DiagnosticId, quote};
use crate::emit::RuleCount;
use crate::emit::manifest::{read_manifest, rule_counts};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::rates::{Rate, Tally, Unit, fixed_names, is_rate};
use crate::record::{Finding, Record, Reject};
use crate::records::{Content, Row, WholeRecords, record_file};
use serde::Serialize;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// A page that is not as it was.
#[derive(Debug, Serialize)]
pub struct PageChange {
    /// Its `source.uri`.
    pub uri: String,
    /// What became of it.
    pub change: Change,
    /// Whether the bytes of the page changed; `null` if it is in one run only.
    pub source_changed: Option<bool>,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is only in the new run.
    Added,
    /// It is only in the old run.
    Removed,
    /// Its record or reject changed.
    Changed,
    /// It gave a record and is a reject now.
    Rejected,
    /// It was a reject and gives a record now.
    Accepted,
}

impl Change {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Rejected => "rejected",
            Self::Accepted => "accepted",
        }
    }
}

/// A rate in both runs.
#[derive(Debug, PartialEq, Serialize)]
pub struct Drift {
    /// Its name, as [`Tally::rates`] describes.
    pub rate: String,
    /// In the old run.
    pub old: Option<Rate>,
    /// In the new run.
    pub new: Option<Rate>,
    /// How far it went: of a share in percentage points, of an average or a count in percent of the old one.
    pub drift: f64,
    /// How far it may go, where a threshold was given.
    pub max: Option<f64>,
}

impl Drift {
    /// Whether it went further than it may.
    pub fn is_exceeded(&self) -> bool {
        self.max.is_some_and(|max| self.drift.abs() > max)
    }

    /// Whether it is that of a rule that gave values in the old run and none in the new one.
    pub fn has_stopped(&self) -> bool {
        let count = |rate: Option<Rate>| rate.map_or(0, |rate| rate.count);
        self.rate.starts_with("rule.") && count(self.old) > 0 && count(self.new) == 0
    }
}

/// How far a rate may go.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxDrift {
    /// Name of a rate; `*` for every rate that is not named.
    pub rate: String,
    /// Percentage points of a share, percent of an average or a count.
    pub percent: f64,
}

/// Both runs compared.
#[derive(Debug, Default, Serialize)]
pub struct DiffSummary {
    /// Pages in both runs with the same outcome.
    pub unchanged: u64,
    /// Pages by [`Change`].
    pub added: u64,
    /// As `added`.
    pub removed: u64,
    /// As `added`.
    pub changed: u64,
    /// As `added`.
    pub rejected: u64,
    /// As `added`.
    pub accepted: u64,
    /// Rates that differ, the furthest first.
    pub drift: Vec<Drift>,
    /// Rows, and fields of rows, of both runs that could not be read; the rest was compared all the same.
    pub malformed: u64,
    /// The first of them.
    pub malformed_rows: Vec<BadRow>,
}

impl DiffSummary {
    /// Whether a rate went further than it may.
    pub fn is_exceeded(&self) -> bool {
        self.drift.iter().any(Drift::is_exceeded)
    }

    fn count(&mut self, change: Change) {
        *match change {
            Change::Added => &mut self.added,
            Change::Removed => &mut self.removed,
            Change::Changed => &mut self.changed,
            Change::Rejected => &mut self.rejected,
            Change::Accepted => &mut self.accepted,
        } += 1;
    }
}

/// Compares two runs; `visit` is called for each page that changed, in uri order.
///
/// # Errors
/// [`ErrorKind::Input`] if a run cannot be read, a line is no reject, or records are not in uri order;
/// [`ErrorKind::Options`] if a threshold names no rate of either run; the first error of `visit`.
pub fn diff(
    old: &Path,
    new: &Path,
    thresholds: &[MaxDrift],
    visit: &mut dyn FnMut(PageChange) -> Result<()>,
) -> Result<DiffSummary> {
    check_names(thresholds)?;
    let (mut old, mut new) = (Side::open(old)?, Side::open(new)?);
    check_provenance(thresholds, [&old, &new])?;
    let mut summary = DiffSummary::default();
    let (mut left, mut right) = (old.next()?, new.next()?);
    loop {
        let order = match (&left, &right) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left.uri().cmp(right.uri()),
        };
        let before = if order.is_le() { left.take() } else { None };
        let after = if order.is_ge() { right.take() } else { None };
        match change(before.as_ref(), after.as_ref()) {
            Some(change) => {
                summary.count(change.change);
                visit(change)?;
            }
            None => summary.unchanged += 1,
        }
        if before.is_some() {
            left = old.next()?;
        }
        if after.is_some() {
            right = new.next()?;
        }
    }
    summary.drift = drift(&old.tally, &new.tally, thresholds);
    summary.malformed = old.bad.count + new.bad.count;
    summary.malformed_rows = [old.bad.first, new.bad.first].concat();
    Ok(summary)
}

/// Counts the pages of a run directory, or of a JSON file of records.
///
/// # Errors
/// As [`diff`].
pub fn tally(run: &Path) -> Result<Tally> {
    let mut side = Side::open(run)?;
    while side.next()?.is_some() {}
    match side.bad.first.first() {
        Some(bad) => Err(unread(bad)),
        None => Ok(side.tally),
    }
}

/// That a run cannot be used as a whole.
pub(crate) fn unread(bad: &BadRow) -> Error {
    let position = Position { line: u32::try_from(bad.line).unwrap_or(u32::MAX), column: 1 };
    Error::new(ErrorKind::Input, &bad.message)
        .at(&bad.file)
        .position(position)
        .hint("`nosograph check` tells all that is wrong with a file of records")
}

/// That each threshold names a rate that a run can have.
fn check_names(thresholds: &[MaxDrift]) -> Result<()> {
    let Some(wrong) = thresholds.iter().find(|of| of.rate != "*" && !is_rate(&of.rate)) else {
        return Ok(());
    };
    let names: Vec<&str> = fixed_names().collect();
    let message = format!("{} is no rate of a run", quote(&wrong.rate));
    Err(Error::new(ErrorKind::Options, message).hint(format!(
        "use one of {}, rule.ID, hit.ID, heading.TEXT, left.TEXT, extra.NAME, status.NAME, the id of a diagnostic, or *",
        names.join(", ")
    )))
}

/// That what rules gave is known where a threshold is about it.
fn check_provenance(thresholds: &[MaxDrift], sides: [&Side; 2]) -> Result<()> {
    let of_rule = thresholds.iter().find(|of| of.rate.starts_with("rule."));
    let unknown = sides.into_iter().find(|side| !side.has_provenance());
    let Some((of_rule, side)) = of_rule.zip(unknown) else { return Ok(()) };
    let message = format!("{} is a rate of rules, of which tables do not tell", quote(&of_rule.rate));
    Err(Error::new(ErrorKind::Options, message)
        .at(&side.records.path)
        .hint("run with `--formats ndjson` too"))
}

/// The drift of every rate that differs, the furthest first, those over their threshold before all others.
pub fn drift(old: &Tally, new: &Tally, thresholds: &[MaxDrift]) -> Vec<Drift> {
    let (old_rates, new_rates) = (old.rates(), new.rates());
    let threshold = |name: &str| {
        let named = thresholds.iter().find(|of| of.rate == name);
        named.or_else(|| thresholds.iter().find(|of| of.rate == "*")).map(|of| of.percent)
    };
    // Of a file of records nobody knows what rules hit; what only one run tells of is no drift.
    let tells_hits = !old.rules.is_empty() && !new.rules.is_empty();
    let tells_rules = !old.lacks_provenance && !new.lacks_provenance;
    let comparable = |name: &str| {
        let is_of_run = name.starts_with("hit.") || is_chrome(name, old, new);
        if is_of_run { tells_hits } else { tells_rules || !name.starts_with("rule.") }
    };
    // The rule gave a value wherever it hit: told once is enough.
    let repeats = |name: &str| {
        let rule = name.strip_prefix("hit.").map(|id| format!("rule.{id}"));
        rule.is_some_and(|rule| {
            threshold(name).is_none()
                && [&old_rates, &new_rates].iter().all(|rates| {
                    rates.get(&rule).map_or(0, |rate| rate.count)
                        == rates.get(name).map_or(0, |rate| rate.count)
                })
        })
    };
    let names: std::collections::BTreeSet<&String> =
        old_rates.keys().chain(new_rates.keys()).filter(|name| comparable(name) && !repeats(name)).collect();
    let mut drifts: Vec<Drift> = names
        .into_iter()
        .map(|name| {
            let (old, new) = (old_rates.get(name).copied(), new_rates.get(name).copied());
            Drift { rate: name.clone(), old, new, drift: distance(old, new), max: threshold(name) }
        })
        .filter(|drift| drift.drift != 0.0)
        .collect();
    drifts.sort_by(|a, b| {
        let far = b.drift.abs().total_cmp(&a.drift.abs());
        b.is_exceeded().cmp(&a.is_exceeded()).then(far).then_with(|| a.rate.cmp(&b.rate))
    });
    drifts
}

/// Whether a rate is that of a rule for chrome.
fn is_chrome(name: &str, old: &Tally, new: &Tally) -> bool {
    let mut rules = old.rules.iter().chain(&new.rules).filter(|rule| rule.field == "chrome");
    name.strip_prefix("rule.").is_some_and(|id| rules.any(|rule| rule.rule == id))
}

fn distance(old: Option<Rate>, new: Option<Rate>) -> f64 {
    let value = |rate: Option<Rate>| rate.map_or(0.0, Rate::value);
    let (before, after) = (value(old), value(new));
    let drift = match old.or(new).map(|rate| rate.unit) {
        Some(Unit::Mean | Unit::Count) if before == after => 0.0,
        Some(Unit::Mean | Unit::Count) if before == 0.0 => 100.0,
        Some(Unit::Mean | Unit::Count) => (after - before) * 100.0 / before,
        _ => after - before,
    };
    // Two decimals: what nobody can see is no drift.
    (drift * 100.0).round() / 100.0
}

/// A page of a run.
pub(crate) enum Page {
    Record(Box<Record<'static>>),
    Reject(Box<Reject<'static>>),
}

impl Page {
    pub(crate) fn uri(&self) -> &str {
        match self {
            Self::Record(record) => &record.source.uri,
            Self::Reject(reject) => &reject.source.uri,
        }
    }

    fn hash(&self) -> Option<&str> {
        match self {
            Self::Record(record) => record.source.hash.as_deref(),
            Self::Reject(reject) => reject.source.hash.as_deref(),
        }
    }
}

/// What changed between two outcomes of a page; `None` if nothing did.
fn change(old: Option<&Page>, new: Option<&Page>) -> Option<PageChange> {
    let uri = new.or(old)?.uri().to_owned();
    let source_changed = old.zip(new).map(|(old, new)| old.hash() != new.hash());
    let reason = |findings: &[Finding]| {
        findings.iter().max_by_key(|finding| finding.severity).map(|finding| finding.message.clone())
    };
    let (change, fields) = match (old, new) {
        (None, _) => (Change::Added, Vec::new()),
        (_, None) => (Change::Removed, Vec::new()),
        (Some(Page::Record(old)), Some(Page::Record(new))) => {
            let fields = fields::changes(old, new);
            if fields.is_empty() && source_changed == Some(false) {
                return None;
            }
            (Change::Changed, fields)
        }
        (Some(Page::Reject(old)), Some(Page::Reject(new))) => {
            if old.diagnostics == new.diagnostics && source_changed == Some(false) {
                return None;
            }
            (Change::Changed, fields::finding_changes(&old.diagnostics, &new.diagnostics))
        }
        (Some(Page::Record(_)), Some(Page::Reject(reject))) => {
            let reason =
                FieldChange { path: "diagnostics".into(), old: None, new: reason(&reject.diagnostics) };
            (Change::Rejected, vec![reason])
        }
        (Some(Page::Reject(reject)), Some(Page::Record(_))) => {
            let reason =
                FieldChange { path: "diagnostics".into(), old: reason(&reject.diagnostics), new: None };
            (Change::Accepted, vec![reason])
        }
    };
    Some(PageChange { uri, change, source_changed, fields })
}

/// What each rule did in a run; nothing for a file of records.
fn rules_of(run: &Path) -> Vec<RuleCount> {
    read_manifest(run).map_or_else(|_| Vec::new(), |manifest| rule_counts(&manifest))
}

/// One run, read page by page in uri order.
pub(crate) struct Side {
    records: Sorted,
    rejects: Option<Sorted>,
    next_record: Option<Box<Record<'static>>>,
    next_reject: Option<Box<Reject<'static>>>,
    tally: Tally,
    pub(crate) bad: BadRows,
}

/// A row, or a field of one, that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// The file.
    pub file: String,
    /// 1-based line; of a Parquet file the number of the row.
    pub line: u64,
    /// Id of the diagnostic, as `nosograph check` gives it.
    pub id: String,
    /// What was found and what was expected.
    pub message: String,
}

/// What could not be read: how much, and the first of it.
#[derive(Default)]
pub(crate) struct BadRows {
    pub(crate) count: u64,
    pub(crate) first: Vec<BadRow>,
}

impl BadRows {
    /// Rows kept at most.
    const KEPT: usize = 100;

    fn add(&mut self, file: &Path, line: u64, id: DiagnosticId, message: String) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(BadRow { file: file.display().to_string(), line, id: id.to_string(), message });
        }
    }
}

/// A file whose values stand in uri order.
struct Sorted {
    path: PathBuf,
    file: WholeRecords,
    last: String,
}

impl Sorted {
    fn open(path: &Path) -> Result<Self> {
        Ok(Self { path: path.to_owned(), file: WholeRecords::open(path)?, last: String::new() })
    }

    /// The next record; what cannot be read costs itself alone.
    fn record(&mut self, bad: &mut BadRows) -> Result<Option<Box<Record<'static>>>> {
        while let Some(Row { line, content }) = self.file.next_row()? {
            let reading = match content {
                Content::Record(reading) => reading,
                Content::Malformed(message) | Content::Columns(message) => {
                    bad.add(&self.path, line, RECORD_MALFORMED, message);
                    continue;
                }
            };
            for fault in reading.faults {
                bad.add(&self.path, line, FIELD_MALFORMED, fault.message);
            }
            // Without a uri it is the record of no page.
            if !reading.record.source.uri.is_empty() {
                self.goes_on(line, &reading.record.source.uri)?;
                return Ok(Some(Box::new(reading.record)));
            }
        }
        Ok(None)
    }

    fn reject(&mut self) -> Result<Option<Box<Reject<'static>>>> {
        let Some((line, reject)) = self.file.next_value::<Reject>()? else { return Ok(None) };
        self.goes_on(line, &reject.source.uri)?;
        Ok(Some(Box::new(reject)))
    }

    fn goes_on(&mut self, line: u64, uri: &str) -> Result<()> {
        if uri <= self.last.as_str() && !self.last.is_empty() {
            let position = Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
            return Err(Error::new(ErrorKind::Input, "the records are not in the order of `source.uri`")
                .at(&self.path)
                .position(position)
                .hint("sort them by the bytes of `source.uri`, each once, as `nosograph run` does"));
        }
        uri.clone_into(&mut self.last);
        Ok(())
    }
}

impl Side {
    pub(crate) fn open(run: &Path) -> Result<Self> {
        let rejects = run.join("rejects.ndjson");
        let mut side = Self {
            records: Sorted::open(&record_file(run)?)?,
            rejects: if rejects.is_file() { Some(Sorted::open(&rejects)?) } else { None },
            next_record: None,
            next_reject: None,
            tally: Tally::with_rules(rules_of(run)),
            bad: BadRows::default(),
        };
        side.tally.lacks_provenance = !side.has_provenance();
        side.read_record()?;
        side.read_reject()?;
        Ok(side)
    }

    fn read_record(&mut self) -> Result<()> {
        self.next_record = self.records.record(&mut self.bad)?;
        Ok(())
    }

    fn read_reject(&mut self) -> Result<()> {
        if let Some(rejects) = &mut self.rejects {
            self.next_reject = rejects.reject()?;
        }
        Ok(())
    }

    /// Whether its records tell of each value where it came from.
    pub(crate) fn has_provenance(&self) -> bool {
        self.records.file.has_provenance()
    }

    /// The next page; counts it.
    pub(crate) fn next(&mut self) -> Result<Option<Page>> {
        let is_reject = match (&self.next_record, &self.next_reject) {
            (None, None) => return Ok(None),
            (Some(record), Some(reject)) => reject.source.uri < record.source.uri,
            (None, Some(_)) => true,
            (Some(_), None) => false,
        };
        let page = if is_reject {
            self.next_reject.take().map(Page::Reject)
        } else {
            self.next_record.take().map(Page::Record)
        };
        match &page {
            Some(Page::Record(record)) => self.tally.add_record(record),
            Some(Page::Reject(reject)) => self.tally.add_reject(reject),
            None => {}
        }
        if is_reject {
            self.read_reject()?
        } else {
            self.read_record()?
        }
        Ok(page)
    }
}
