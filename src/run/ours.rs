//! Which files of a run directory are a run's own.
//!
//! In: `run.json`, and the names in `DIR/.nosograph/outputs`, which stand before any output has its name, so that they
//! outlive a run that is stopped there. Out: the names that a run may replace or remove. A file that no run wrote
//! is never touched.

use crate::emit::MANIFEST_NAME;
use crate::emit::atomic::{WrittenFile, write_anywhere};
use crate::emit::manifest::{is_output_name, listed_outputs};
use crate::error::{Error, ErrorKind, Result};
use crate::read::STATE_FOLDER;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of outputs, one a line.
const NAME: &str = "outputs";

/// Names in the folder of files that runs wrote, or were about to.
fn ours(folder: &Path) -> BTreeSet<String> {
    let kept = fs::read_to_string(folder.join(STATE_FOLDER).join(NAME)).unwrap_or_default();
    let names = listed_outputs(folder).into_iter().chain(kept.lines().map(str::to_owned));
    names.filter(|name| is_output_name(name)).collect()
}

/// That none of these names has a file that no run wrote.
///
/// # Errors
/// [`ErrorKind::Output`] with the first that has.
pub(super) fn check_names(folder: &Path, names: &[String]) -> Result<()> {
    let ours = ours(folder);
    let is_foreign =
        |name: &&String| !ours.contains(name.as_str()) && fs::symlink_metadata(folder.join(name)).is_ok();
    names.iter().find(is_foreign).map_or(Ok(()), |name| {
        Err(Error::new(ErrorKind::Output, "no run of nosograph wrote this file, so none will replace it")
            .at(folder.join(name))
            .hint("move it away, or write elsewhere with `--output`"))
    })
}

/// Names of earlier outputs that a run which wrote these does not have: they would tell of other pages.
pub(super) fn stale(folder: &Path, written: &[WrittenFile]) -> Vec<String> {
    let is_stale = |name: &String| *name != MANIFEST_NAME && !written.iter().any(|file| file.path == *name);
    let exists = |name: &String| fs::symlink_metadata(folder.join(name)).is_ok();
    ours(folder).into_iter().filter(|name| is_stale(name) && exists(name)).collect()
}

/// Keeps the names that are about to change, before any of them does.
///
/// # Errors
/// [`ErrorKind::Output`] if they cannot be kept.
pub(super) fn begin(state: &Path, stale: &[String], written: &[WrittenFile]) -> Result<()> {
    let names = written.iter().map(|file| file.path.as_str()).chain(stale.iter().map(String::as_str));
    let text: String = names.chain([MANIFEST_NAME]).map(|name| format!("{name}\n")).collect();
    write_anywhere(&state.join(NAME), text.as_bytes())
}

/// Keeps the names as they stand after that.
pub(super) fn end(state: &Path, stale: &[String], written: &[WrittenFile]) {
    if !stale.is_empty() {
        // What cannot be kept leaves a name too many, of a file that is gone.
        let _ = begin(state, &[], written);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_outputs_that_runs_told_of_are_ours() {
        let folder = tempfile::tempdir().unwrap();
        let check =
            |expected: &[&str]| assert_eq!(ours(folder.path()).into_iter().collect::<Vec<_>>(), expected);
        let names = ["records.csv", "../secret", "mine.csv", "sections.csv"];
        let outputs = names.map(|name| serde_json::json!({"path": name, "bytes": 0, "sha256": ""}));
        let manifest = |text: String| fs::write(folder.path().join("run.json"), text).unwrap();
        check(&[]);
        manifest("not json".into());
        check(&[]);
        manifest(serde_json::json!({ "outputs": outputs }).to_string());
        check(&[]);
        manifest(serde_json::json!({ "nosograph": "0", "outputs": outputs }).to_string());
        check(&["records.csv", "run.json", "sections.csv"]);
        fs::write(folder.path().join("sections.csv"), "").unwrap();
        assert_eq!(stale(folder.path(), &[]), ["sections.csv"]);
        let state = folder.path().join(STATE_FOLDER);
        fs::create_dir(&state).unwrap();
        begin(&state, &["report.html".into(), "../secret".into()], &[]).unwrap();
        check(&["records.csv", "report.html", "run.json", "sections.csv"]);
        end(&state, &["report.html".into()], &[]);
        check(&["records.csv", "run.json", "sections.csv"]);
    }
}
