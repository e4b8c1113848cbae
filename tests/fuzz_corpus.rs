//! What fuzzing has saved, tried again: every oracle on every input of its corpus.

mod oracles;

use oracles::Verdict;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Tries one saved input after the other.
#[track_caller]
fn replay(target: &str, oracle: fn(&[u8]) -> Verdict) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut tried = 0;
    let mut failed = String::new();
    for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if let Err(what) = oracle(&fs::read(&path).unwrap()) {
            writeln!(failed, "{}: {what}", path.display()).unwrap();
        }
        tried += 1;
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(tried > 0, "{} is empty", folder.display());
}

#[test]
fn saved_files_decode() {
    replay("decode", oracles::decode);
}

#[test]
fn saved_text_pages_hold() {
    replay("text", oracles::text);
}

#[test]
fn saved_html_pages_hold() {
    replay("html", oracles::html);
}

#[test]
fn saved_profiles_hold() {
    replay("profile", oracles::profile);
}

#[test]
fn saved_editions_hold() {
    replay("reference", oracles::reference);
}

#[test]
fn saved_record_files_hold() {
    replay("records", oracles::records);
}

#[cfg(feature = "parquet")]
#[test]
fn saved_parquet_files_hold() {
    replay("parquet", oracles::parquet);
}
