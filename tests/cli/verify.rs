//! `nosograph verify`.

use crate::scene::{CHOLERA, Scene, check_failed, ended};
use serde_json::{Value, json};

const MUSCLE: &[u8] = b"# Calcification of muscle\n\nICD-10 code: m61\nChapter: XIII - Diseases of the musculoskeletal \
    system and connective tissue (M00-M99)\n\n## Causes\n\nMuscle turns to **bone** after\na blow.\n\nSecond paragraph.\n\n\
    - rest\n- ice\n\n## Key points\n\n1. First\n2. Second\n";

/// A run of pages in several formats and encodings, and a reject.
fn ran() -> Scene {
    let html =
        b"<!doctype html><meta charset=windows-1252><title>x</title><h1>Caf\xe9 &amp; <b>cholera</b></h1>\
        <p>ICD-10 code: A00</p><p>Text &eacute; one.<p>Text two.<ul><li>item</ul>";
    let utf16: Vec<u8> = CHOLERA.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let scene = Scene::new(&[
        ("input/m61.txt", MUSCLE),
        ("input/sub/a 100%.html", html),
        ("input/bom.txt", &[b"\xEF\xBB\xBF", CHOLERA.as_bytes()].concat()),
        ("input/utf16.txt", &[b"\xFE\xFF", utf16.as_slice()].concat()),
        ("input/nocode.txt", b"Title\n\nSome text of a page that has no code at all, but a sentence.\n"),
    ]);
    assert_eq!(scene.call("run").code, Some(1));
    scene
}

#[test]
fn every_value_of_a_run_is_proved() {
    let scene = ran();
    let ended = scene.call("verify output");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    let outputs = scene.json("output/run.json")["outputs"].as_array().unwrap().len();
    assert!(ended.stderr.contains(&format!("5 pages, {outputs} outputs")), "{ended:?}");
    assert!(ended.stderr.contains("not             0"), "{ended:?}");
}

#[test]
fn what_was_tampered_with_is_caught() {
    let scene = ran();
    let check = |path: &str, value: Value, id: &str| {
        let mut records = scene.lines("output/records.ndjson");
        let record = records.iter_mut().find(|record| record["source"]["uri"] == "m61.txt").unwrap();
        let old = record.pointer_mut(path).unwrap_or_else(|| panic!("{path}"));
        assert_ne!(*old, value, "{path}");
        *old = value;
        let text: String = records.iter().map(|record| format!("{record}\n")).collect();
        scene.write("edited.ndjson", text.as_bytes());
        let ended = scene.call("verify edited.ndjson");
        let told = ended.stdout.contains(&format!("error[{id}]: m61.txt"))
            || ended.stdout.contains(&format!("warning[{id}]: m61.txt"));
        assert!(told, "{path} {ended:?}");
    };
    check("/title", json!("Cholera"), "N163");
    check("/code", json!("M62"), "N163");
    check("/chapter/title", json!("Diseases of the skin"), "N163");
    check("/block/title", json!("Diseases of the skin"), "N157");
    check("/billable", json!(true), "N157");
    check("/sections/0/heading", json!("Reasons"), "N163");
    check("/sections/0/text", json!("Muscle turns to bone after a blow."), "N163");
    check("/sections/0/items/0/text", json!("work"), "N163");
    check("/key_points/1/text", json!("Third"), "N163");
    check("/source/hash", json!("blake3:0"), "N162");
    check("/source/url", json!("https://example.org/"), "N163");
    check("/source/bytes", json!(1), "N163");
    check("/source/encoding", json!("windows-1252"), "N163");
    check("/chapter/number", json!(12), "N157");
    check("/chapter/roman", json!("XII"), "N157");
    check("/sections/0/position", json!(2), "N163");
    check("/sections/0/items/0/marker", json!("1."), "N163");
    check("/sections/0/items/0/depth", json!(2), "N163");
    check("/key_points/1/number", json!(7), "N163");
}

#[test]
fn a_source_that_changed_or_vanished_is_named_and_its_values_counted() {
    let scene = ran();
    scene.write("input/m61.txt", b"Something else\n");
    std::fs::remove_file(scene.path("input/bom.txt")).unwrap();
    scene.write("output/records.csv", b"saved again");
    let ended = scene.call("verify output");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let told = |text: &str| assert!(ended.stdout.lines().any(|line| line.contains(text)), "{text} {ended:?}");
    told("error[N162]: m61.txt: ");
    told("error[N161]: bom.txt: ");
    told("output/records.csv: error[N165]: ");
    assert_eq!(ended.stdout.lines().count(), 3, "{ended:?}");
    assert!(
        ended.stderr.contains("source-changed 1") && ended.stderr.contains("source-missing"),
        "{ended:?}"
    );
}

#[test]
fn a_page_from_stdin_cannot_be_proved() {
    let scene = Scene::new(&[("a.txt", CHOLERA.as_bytes())]);
    let mut run = scene.command("run -");
    run.stdin(std::fs::File::open(scene.path("a.txt")).unwrap());
    assert_eq!(ended(run).code, Some(0));
    let ended = scene.call("verify output");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("error[N161]: stdin: the page came by standard input"), "{ended:?}");
}

#[test]
fn a_value_without_provenance_is_told() {
    let scene = ran();
    let mut records = scene.lines("output/records.ndjson");
    records[1]["key_points"].as_array_mut().unwrap().push(json!({"number": 3, "text": "Mine"}));
    scene.write("edited.ndjson", format!("{}\n", records[1]).as_bytes());
    let ended = scene.call("verify edited.ndjson --output-format json");
    let found: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&found[0]["id"], &found[0]["field"]), (&json!("N164"), &json!("key_points[2]")), "{found}");
    check_failed(&scene.call("verify output --input missing"), "missing");
    check_failed(&scene.call("verify missing"), "missing");
}

#[test]
fn the_inputs_are_those_of_the_run_and_a_wrong_path_is_named() {
    let scene = Scene::new(&[("one/a.txt", CHOLERA.as_bytes()), ("two/a.txt", CHOLERA.as_bytes())]);
    assert_eq!(scene.call("run one two -o out --fail-on never").code, Some(0));
    let ended = scene.call("verify out");
    assert!(ended.code == Some(0) && ended.stderr.contains("2 pages"), "{ended:?}");
    std::fs::rename(scene.path("two"), scene.path("three")).unwrap();
    check_failed(&scene.call("verify out"), "two: the input cannot be read");
    std::fs::rename(scene.path("three"), scene.path("two")).unwrap();
    check_failed(&scene.call("verify nothere"), "nothere: the records cannot be read");
    check_failed(&scene.call("verify -i one two"), "two: the folder has no records of a run");
    check_failed(&scene.call("verify out/records.ndjson"), "input: the input cannot be read");
    std::fs::remove_file(scene.path("out/run.json")).unwrap();
    check_failed(&scene.call("verify out"), "out: no `run.json` tells what this was made from");
    assert_eq!(scene.call("verify out -i one -i two").code, Some(1));
}
