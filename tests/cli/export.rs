//! `nosograph export`.

use crate::scene::{CHOLERA, Scene, check_failed};
use serde_json::Value;

#[test]
fn a_run_is_told_in_the_words_of_others() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    assert_eq!(scene.call("run -q").code, Some(0));
    for (to, path, expected) in [
        ("fhir", "/concept/0/code", "A00"),
        ("fhir", "/url", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("schema-org", "/@graph/0/code/codeValue", "A00"),
        ("schema-org", "/@graph/0/name", "Cholera"),
    ] {
        for records in ["output", "output/records.ndjson", "output/records.json"] {
            let ended = scene.call(&format!("export {records} --to {to}"));
            assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{to}");
            let document: Value = serde_json::from_str(&ended.stdout).unwrap();
            assert_eq!(document.pointer(path).unwrap(), expected, "{to}");
        }
    }
}

#[test]
fn what_was_left_out_is_told() {
    let page = b"Nothing\n\nICD-10 code: Q99.99\n\nText.\n";
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes()), ("input/b.txt", page)]);
    scene.call("run -q");
    let ended = scene.call("export output --to fhir");
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.starts_with("1 of 2 records were left out"), "{ended:?}");
}

#[test]
fn a_folder_without_records_is_named_with_the_cure() {
    let scene = Scene::new(&[("output/readme", b"")]);
    let ended = scene.call("export output --to fhir");
    check_failed(&ended, "output: the folder has no records");
    assert!(ended.stderr.contains("hint: "), "{ended:?}");
    assert_eq!(scene.call("export output").code, Some(2));
    assert_eq!(scene.call("export output --to hl7").code, Some(2));
}

#[test]
fn a_run_without_codes_is_of_its_reference_too() {
    let scene = Scene::new(&[("input/a.txt", b"Only words.\n")]);
    for options in ["", "--profile article"] {
        scene.call(&format!("run {options} --fail-on never"));
        let ended = scene.call("export output --to fhir");
        let system: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(
            (&system["id"], &system["version"]),
            (&"icd-10-cm".into(), &"2026-04".into()),
            "{ended:?}"
        );
    }
}

#[test]
fn records_come_by_stdin_too() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    scene.call("run --formats ndjson,parquet");
    let piped = |arguments: &str, name: &str| {
        let mut command = scene.command(arguments);
        command.stdin(std::fs::File::open(scene.path(name)).unwrap());
        crate::scene::ended(command)
    };
    let exported = piped("export - --to schema-org", "output/records.ndjson");
    assert_eq!(exported.stdout, scene.call("export output --to schema-org").stdout, "{exported:?}");
    let compared = piped("diff output -", "output/records.ndjson");
    assert!(compared.code == Some(0) && compared.stdout.contains("1 as before, 0 changed"), "{compared:?}");
    if cfg!(feature = "parquet") {
        check_failed(
            &piped("export - --to fhir", "output/records.parquet"),
            "Parquet cannot be read from stdin",
        );
    }
}
