//! Labelled pages through the real binary: every field of every page is right.

use crate::scene::Scene;
use std::path::Path;

#[test]
fn every_labelled_page_is_wholly_right() {
    let scene = Scene::new(&[]);
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let arguments = format!("run {} -o out --exclude *.gold.json --fail-on never", pages.display());
    let ended = scene.call(&arguments);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let evaluation = nosograph::eval::evaluate(&scene.path("out"), &pages).unwrap();
    let misses: Vec<String> = evaluation
        .fields
        .iter()
        .flat_map(|field| field.misses.iter().map(|miss| format!("{} {miss:?}", field.field)))
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
    assert_eq!((evaluation.pages_right, evaluation.missing_pages.len()), (evaluation.pages, 0));
    assert!(evaluation.pages >= 26, "{}", evaluation.pages);
}

#[test]
fn the_sample_is_as_its_user_expects() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/seed-m61.txt");
    let ended = Scene::new(&[]).call(&format!("extract {}", sample.display()));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let record: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let coverage = serde_json::json!({"lines": 21, "assigned": 20, "chrome": 1, "unassigned": 0});
    assert_eq!(record["coverage"], coverage);
    assert_eq!(record["title"], "Calcification and ossification of muscle");
    assert_eq!(record["code_status"], "header");
    assert_eq!(record["diagnosis_codes"]["status"], "not_available");
    let levels: Vec<u64> = record["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|section| section["level"].as_u64())
        .collect();
    assert_eq!(levels, [1, 2, 2, 2]);
    assert_eq!(record["key_points"].as_array().unwrap().len(), 5);
    assert_eq!(record["status"], "ok");
}
