//! What `check` says of a record is what the run said of its page.

use nosograph::diagnostic::Severity;
use nosograph::icd::Reference;
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use nosograph::read::{ReadOptions, ReadOutcome, read_page};
use nosograph::record::{Finding, Outcome};
use nosograph::validate::{Given, judge_record};
use std::path::{Path, PathBuf};

fn pages(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "txt" || extension == "html"));
    pages.sort();
    pages
}

fn shared() -> PathBuf {
    let shared = std::env::var_os("NOSOGRAPH_SHARED").map(PathBuf::from);
    shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")).join("corpus")
}

/// Id, field and line: a message may quote a title that the reference completed.
fn told(findings: &[Finding]) -> Vec<(Option<u32>, String, Option<String>, Severity)> {
    let mut told: Vec<_> =
        findings.iter().map(|of| (of.line, of.id.clone(), of.field.clone(), of.severity)).collect();
    told.sort();
    told
}

#[test]
fn a_record_is_judged_as_its_page_was() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let corpus = shared();
    let mut all = pages(&here);
    for folder in [corpus.clone(), corpus.join("nocode"), corpus.join("tagless")] {
        let found = pages(&folder);
        #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
        if found.is_empty() {
            eprintln!("skipped: no pages in {}", folder.display());
        }
        all.extend(found);
    }
    let mut records = 0;
    for name in ["icd10-disease", "article"] {
        let profile = Profile::builtin(name).unwrap().unwrap();
        let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
        for path in &all {
            let bytes = std::fs::read(path).unwrap();
            let uri = path.file_name().unwrap().to_str().unwrap();
            let ReadOutcome::Page(page) = read_page(uri, bytes, &ReadOptions::default()) else { continue };
            let Outcome::Record(record) = pipeline.process(&page) else { continue };
            let given = Given {
                missing: &[],
                severities: &|id, default| profile.severity(id, default),
                needs_code: profile.requires("code"),
                reference: pipeline.reference,
            };
            let found = judge_record(&record, &given);
            assert_eq!(told(&found), told(&record.diagnostics), "{} {name}", path.display());
            records += 1;
        }
    }
    assert!(records >= 50, "only {records} records");
}
