//! How right records are: floors, so that nothing gets worse unseen. `docs/evaluation.md` tells how pages were split.
//!
//! The project's own pages are in `tests/pages`; the rest is in the shared corpus, and tests that need it say that
//! they were skipped where it is absent.
#![allow(clippy::print_stderr)]

use flate2::read::GzDecoder;
use nosograph::eval::{Evaluation, Floor, evaluate};
use nosograph::icd::Reference;
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use nosograph::record::Record;
use nosograph::run::{RunOptions, Silent, run};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("NOSOGRAPH_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let corpus = shared.join("corpus");
    if !corpus.is_dir() {
        eprintln!(
            "skipped: the shared corpus is not here; set NOSOGRAPH_SHARED to the folder that holds corpus/"
        );
        return None;
    }
    Some(corpus)
}

/// Runs a profile over a folder and writes the run directory `output`.
fn run_over(input: &Path, output: &Path, profile: &str, exclude: &[&str]) {
    let profile = Profile::builtin(profile).unwrap().unwrap();
    let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
    let options = RunOptions {
        inputs: vec![input.to_owned()],
        output: output.to_owned(),
        exclude: exclude.iter().map(|&glob| glob.to_owned()).collect(),
        ..RunOptions::new(pipeline)
    };
    run(&options, &mut Silent).unwrap();
}

fn check(evaluation: &Evaluation, floors: &[(&'static str, f64)]) {
    assert!(evaluation.missing_pages.is_empty(), "{:?}", evaluation.missing_pages);
    let floors: Vec<Floor> = floors.iter().map(|&(field, f1)| Floor { field, f1 }).collect();
    if let Some((score, floor)) = evaluation.under(&floors).into_iter().next() {
        panic!("{} {:?} is under {}: {:#?}", score.field, score.f1, floor.f1, score.misses);
    }
}

fn records(run: &Path) -> BTreeMap<String, Record<'static>> {
    let lines = fs::read_to_string(run.join("records.ndjson")).unwrap();
    let records = lines.lines().map(|line| serde_json::from_str::<Record>(line).unwrap());
    records
        .map(|record| (record.source.uri.split('.').next().unwrap_or_default().to_owned(), record))
        .collect()
}

/// Whether the pages of a site are only measured.
fn is_held(domain: &str) -> bool {
    Sha256::digest(domain.as_bytes())[0] % 10 >= 6
}

#[test]
fn own_pages_are_right() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let output = tempfile::tempdir().unwrap();
    run_over(&pages, output.path(), "icd10-disease", &["*.json"]);
    let evaluation = evaluate(output.path(), &pages).unwrap();
    check(&evaluation, &nosograph::eval::FIELDS.map(|field| (field, 1.0)));
}

#[test]
fn labelled_pages_are_right() {
    let Some(corpus) = corpus() else { return };
    let output = tempfile::tempdir().unwrap();
    let folders =
        ["*.json", "*.tsv", "tagless/**", "wcxb-dev/**", "readability/**", "html-standard/**", "nocode/**"];
    run_over(&corpus, output.path(), "icd10-disease", &folders);
    let evaluation = evaluate(output.path(), &corpus).unwrap();
    let floors =
        [("title", 0.97), ("code", 0.99), ("code_system", 0.98), ("chapter", 0.98), ("headings", 0.98)];
    check(&evaluation, &floors);
    check(
        &evaluation,
        &[("section_texts", 0.98), ("key_points", 0.98), ("diagnosis_codes", 0.98), ("chrome", 0.99)],
    );
}

#[derive(serde::Deserialize)]
struct MainContent {
    url: String,
    title: Option<String>,
    main_content: String,
}

#[test]
fn main_content_of_unseen_sites_is_found() {
    let Some(corpus) = corpus() else { return };
    let scene = tempfile::tempdir().unwrap();
    let (input, output) = (scene.path().join("html"), scene.path().join("output"));
    fs::create_dir(&input).unwrap();
    let mut wanted = BTreeMap::new();
    for entry in fs::read_dir(corpus.join("wcxb-dev/ground-truth")).unwrap() {
        let path = entry.unwrap().path();
        let truth: MainContent = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let host = truth.url.split('/').nth(2).unwrap_or_default();
        if !is_held(host.strip_prefix("www.").unwrap_or(host)) {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let zipped = fs::read(corpus.join(format!("wcxb-dev/html/{name}.html.gz"))).unwrap();
        let mut html = Vec::new();
        GzDecoder::new(&zipped[..]).read_to_end(&mut html).unwrap();
        fs::write(input.join(format!("{name}.html")), html).unwrap();
        wanted.insert(name, words(&[truth.title.as_deref().unwrap_or_default(), &truth.main_content]));
    }
    run_over(&input, &output, "article", &[]);
    let records = records(&output);
    let found = |name: &String| records.get(name).map(text_of).unwrap_or_default();
    let scores: Vec<f64> = wanted.iter().map(|(name, wanted)| f1(&found(name), wanted)).collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    assert!(mean >= 0.95, "word F1 {mean:.4} on {} pages", scores.len());
}

type Words = BTreeMap<String, usize>;

fn words(texts: &[&str]) -> Words {
    let mut words = Words::new();
    for text in texts {
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()) {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    words
}

fn text_of(record: &Record<'_>) -> Words {
    let mut texts = vec![record.title.as_deref().unwrap_or_default()];
    for section in &record.sections {
        texts.extend([section.heading.as_deref().unwrap_or_default(), &section.text]);
        texts.extend(section.items.iter().map(|item| &*item.text));
    }
    texts.extend(record.key_points.iter().map(|point| &*point.text));
    words(&texts)
}

fn f1(found: &Words, wanted: &Words) -> f64 {
    let shared: usize = found.iter().map(|(word, &count)| count.min(*wanted.get(word).unwrap_or(&0))).sum();
    let all = found.values().sum::<usize>() + wanted.values().sum::<usize>();
    2.0 * shared as f64 / all.max(1) as f64
}

#[derive(serde::Deserialize)]
struct Tagless {
    id: String,
    domain: String,
    title: String,
    text: String,
    headings: Vec<String>,
    ambiguous: Vec<String>,
}

#[test]
fn headings_of_unseen_text_pages_become_headings_of_records() {
    let Some(corpus) = corpus() else { return };
    let scene = tempfile::tempdir().unwrap();
    let (input, output) = (scene.path().join("text"), scene.path().join("output"));
    fs::create_dir(&input).unwrap();
    let lines = fs::read_to_string(corpus.join("tagless/pages.jsonl")).unwrap();
    let pages = lines.lines().map(|line| serde_json::from_str::<Tagless>(line).unwrap());
    let pages: Vec<Tagless> = pages.filter(|page| is_held(&page.domain)).collect();
    for page in &pages {
        fs::write(input.join(format!("{}.txt", page.id)), &page.text).unwrap();
    }
    run_over(&input, &output, "article", &[]);
    let records = records(&output);
    let (mut right, mut all) = (0, 0);
    for page in &pages {
        let plain = |text: &String| {
            let text: String = text.nfkc().collect();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let unjudged: Vec<String> = page.ambiguous.iter().chain([&page.title]).map(plain).collect();
        let mut open: Vec<String> = page.headings.iter().map(plain).collect();
        open.retain(|heading| !unjudged.contains(heading));
        all += open.len();
        let sections = records.get(&page.id).map(|record| record.sections.as_slice()).unwrap_or_default();
        let found = sections
            .iter()
            .filter_map(|section| section.heading.clone())
            .map(|text| plain(&text.into_owned()));
        for heading in found.filter(|heading| !unjudged.contains(heading)) {
            all += 1;
            if let Some(at) = open.iter().position(|wanted| *wanted == heading) {
                open.remove(at);
                right += 2;
            }
        }
    }
    let f1 = f64::from(right) / all as f64;
    assert!(f1 >= 0.92, "F1 {f1:.4} on {} pages", pages.len());
}
