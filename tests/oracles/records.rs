//! Files of records, as `check`, `diff` and `export` read them.

use super::{Verdict, ensure};
use nosograph::catalogue::parse_id;
use nosograph::diff::diff;
use nosograph::icd::Reference;
use nosograph::records::{Content, Row, each_row};
use nosograph::validate::{Given, judge_record};
use std::fs;
use std::path::Path;

/// Any bytes as a file of records, under names that say different things of them.
pub(crate) fn records(bytes: &[u8]) -> Verdict {
    let lines = bytes.iter().filter(|&&byte| byte == b'\n' || byte == b'\r').count() as u64 + 1;
    read(bytes, &["records.ndjson", "records.json", "records.csv", "records"], lines)
}

/// Any bytes as a Parquet file of records.
#[cfg(feature = "parquet")]
pub(crate) fn parquet(bytes: &[u8]) -> Verdict {
    read(bytes, &["records.parquet"], u64::MAX)
}

fn read(bytes: &[u8], names: &[&str], lines: u64) -> Verdict {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for name in names {
        let path = folder.path().join(name);
        fs::write(&path, bytes).map_err(|error| error.to_string())?;
        let (rows, again) = (rows(&path), rows(&path));
        ensure!(format!("{rows:?}") == format!("{again:?}"), "{name}: the rows differ from time to time");
        if let Ok(rows) = rows {
            rows.iter().try_for_each(|row| holds(row, lines)).map_err(|what| format!("{name}: {what}"))?;
        }
        compares_with_itself(&path).map_err(|what| format!("{name}: {what}"))?;
        fs::remove_file(&path).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn rows(path: &Path) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let read = each_row(path, &mut |row| {
        rows.push(row);
        Ok(())
    });
    read.map(|()| rows).map_err(|error| error.to_string())
}

/// That a row stands on a line of the file, and can be judged.
fn holds(row: &Row, lines: u64) -> Verdict {
    ensure!((1..=lines).contains(&row.line), "a row stands on line {} of {lines}", row.line);
    let reading = match &row.content {
        Content::Malformed(message) | Content::Columns(message) => {
            ensure!(!message.is_empty(), "a row cannot be read and nobody knows why");
            return Ok(());
        }
        Content::Record(reading) => reading,
    };
    let given = Given {
        missing: &reading.missing,
        severities: &|_, default| Some(default),
        needs_code: true,
        reference: Reference::embedded(),
    };
    for finding in judge_record(&reading.record, &given) {
        ensure!(!finding.message.is_empty(), "{finding:?} says nothing");
        ensure!(
            parse_id(&finding.id).is_some() || reading.record.diagnostics.contains(&finding),
            "{finding:?}"
        );
    }
    let json = serde_json::to_string(&reading.record).map_err(|error| error.to_string())?;
    let again = serde_json::from_str(&json).map_err(|error| format!("{error}: {json}"))?;
    ensure!(reading.record == again, "the record reads as another: {json}");
    Ok(())
}

/// That a file that can be compared is the same as itself.
fn compares_with_itself(path: &Path) -> Verdict {
    let mut changes = Vec::new();
    let compared = diff(path, path, &[], &mut |change| {
        changes.push(change);
        Ok(())
    });
    ensure!(changes.is_empty(), "differs from itself: {changes:?}");
    if let Ok(summary) = compared {
        ensure!(summary.drift.is_empty(), "drifts from itself: {:?}", summary.drift);
    }
    Ok(())
}
