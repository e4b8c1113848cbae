//! `nosograph eval`.

use crate::scene::{CHOLERA, Scene, check_failed};

const GOLD: &str = r#"{"title": "Cholera", "code": "A00", "code_system": "ICD-10", "chapter": null,
    "sections": [{"heading": "Treatment", "level": 2}], "key_points": [], "diagnosis_codes": []}"#;

fn scene() -> Scene {
    let scene = Scene::new(&[("input/a00.txt", CHOLERA.as_bytes()), ("gold/a00.gold.json", GOLD.as_bytes())]);
    scene.call("run");
    scene
}

#[test]
fn scores_are_a_table_or_json() {
    let scene = scene();
    let table = scene.call("eval output gold");
    assert_eq!(table.code, Some(0), "{table:?}");
    assert!(
        table.stdout.lines().any(|line| line.starts_with("code ") && line.ends_with("1.0000")),
        "{table:?}"
    );
    assert!(table.stdout.ends_with("0 of 1 page wholly right\n"), "{table:?}");
    // Of nothing there is no share.
    let nothing = table.stdout.lines().find(|line| line.starts_with("key_points ")).unwrap();
    assert_eq!(nothing.split_whitespace().collect::<Vec<_>>(), ["key_points", "0", "0", "0", "-", "-", "-"]);
    let json = scene.call("eval output/records.ndjson gold/a00.gold.json --format json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&json["pages"], &json["fields"][0]["field"]), (&1.into(), &"title".into()));
}

#[test]
fn misses_are_shown_with_their_page() {
    let ended = scene().call("eval output gold --show headings");
    assert!(ended.stdout.contains("\nheadings: 1 miss\na00.txt: missed: Treatment\n"), "{ended:?}");
}

#[test]
fn a_field_under_its_floor_ends_with_one() {
    let scene = scene();
    assert_eq!(scene.call("eval output gold --min title=1 --min code=0.9").code, Some(0));
    let ended = scene.call("eval output gold --min key_points=0.5");
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(1), "key_points: nothing was labelled or found, has to be at least 0.5\n")
    );
    let ended = scene.call("eval output gold --min headings=0.5");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("headings: F1 0.0000 is under 0.5"), "{ended:?}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let scene = scene();
    check_failed(&scene.call("eval none gold"), "none");
    check_failed(&scene.call("eval output none"), "none");
    check_failed(&scene.call("eval output input"), "input");
    for wrong in ["--min headings", "--min nothing=1", "--min title=2", "--show nothing"] {
        assert_eq!(scene.call(&format!("eval output gold {wrong}")).code, Some(2), "{wrong}");
    }
}

#[test]
fn pages_without_a_record_are_named_a_line_each_and_a_page_is_no_label() {
    let scene = scene();
    for page in 0..22 {
        scene.write(&format!("gold/p{page:02}.gold.json"), GOLD.as_bytes());
    }
    let ended = scene.call("eval output gold --min chrome=1");
    assert!(ended.stderr.starts_with("p00: has neither record nor reject\np01: "), "{ended:?}");
    assert!(ended.stderr.contains("\nand 2 more\n"), "{ended:?}");
    check_failed(
        &scene.call("eval output input/a00.txt"),
        "input/a00.txt: not a label, which is a JSON object\n",
    );
}
