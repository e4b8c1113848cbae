//! The examples of the catalogue, and so of `docs/diagnostics.md`, give their diagnostic: as a page, or as the end of one.

use nosograph::catalogue::{CATALOGUE, Entry};
use nosograph::diagnostic::DiagnosticId;
use nosograph::icd::Reference;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use nosograph::record::{Finding, Outcome};

/// Whether an example tells of bytes, of files or of records that no page of a few lines can show.
fn is_in_words(entry: &Entry) -> bool {
    let DiagnosticId(number) = entry.id;
    number < 200 && number != 103 || number == 205 || number >= 600
}

/// How a page starts that part of one may stand behind.
const OPENING: &str =
    "Calcification of muscle\n\nICD-10 code: M61\n\nCalcium salts settle in the muscle fibers.\n\n";

fn is_told(entry: &Entry, findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.id == entry.id.to_string())
}

fn findings(example: &str) -> Vec<Finding> {
    let text = example.replace("\\u{202E}", "\u{202e}");
    let format = if text.starts_with('<') { Format::Html } else { Format::Text };
    let page = Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, text);
    let profile = Profile::default_profile().unwrap();
    match (Pipeline { profile: &profile, reference: Reference::embedded() }).process(&page) {
        Outcome::Record(record) => record.diagnostics,
        Outcome::Reject(reject) => reject.diagnostics,
    }
}

#[test]
fn every_example_gives_its_diagnostic() {
    let mut silent = Vec::new();
    for entry in CATALOGUE.iter().filter(|entry| !is_in_words(entry)) {
        let alone = findings(entry.example);
        let findings =
            if is_told(entry, &alone) { alone } else { findings(&format!("{OPENING}{}", entry.example)) };
        if !is_told(entry, &findings) {
            let told: Vec<String> =
                findings.iter().map(|finding| format!("{}: {}", finding.id, finding.message)).collect();
            silent.push(format!("{} is not told of {:?} but {told:#?}", entry.id, entry.example));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
