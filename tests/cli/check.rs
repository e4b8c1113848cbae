//! `nosograph check`.

use crate::scene::{CHOLERA, Scene, check_failed, ended};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

/// A run of two pages.
fn ran() -> Scene {
    let scene = Scene::new(&[
        ("input/a00.txt", CHOLERA.as_bytes()),
        (
            "input/m61.txt",
            b"Calcification of muscle\n\nICD-10 code: M61\nChapter: VI - Diseases of the nervous system\n\n\
              Muscle turns to bone.\n\nKey points\n\n1. First\n2. Second\n",
        ),
    ]);
    assert_eq!(scene.call("run").code, Some(0));
    scene
}

/// Writes `records.ndjson` with the records changed.
fn edit(scene: &Scene, change: impl Fn(usize, &mut Value)) {
    let mut records = scene.lines("output/records.ndjson");
    let text: String = records
        .iter_mut()
        .enumerate()
        .map(|(at, record)| {
            change(at, record);
            format!("{record}\n")
        })
        .collect();
    scene.write("edited.ndjson", text.as_bytes());
}

#[test]
fn a_run_is_checked_as_it_was_judged_in_every_form() {
    let scene = ran();
    let wanted: Vec<Value> = scene
        .lines("output/records.ndjson")
        .iter()
        .flat_map(|record| record["diagnostics"].as_array().unwrap().clone())
        .map(|finding| finding["id"].clone())
        .collect();
    assert!(wanted.contains(&json!("N203")), "{wanted:?}");
    for path in ["output", "output/records.json", "output/records.ndjson"] {
        let ended = scene.call(&format!("check {path} --output-format json"));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let found: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
        let ids: Vec<Value> = found.iter().map(|finding| finding["id"].clone()).collect();
        assert_eq!(ids, wanted, "{path}");
        assert_eq!(found[0]["page"]["uri"], "m61.txt");
        assert!(ended.stderr.contains("2 records in 1 file\n"), "{ended:?}");
    }
    if cfg!(feature = "parquet") {
        scene.call("run -o columns --formats parquet");
        let (rows, columns) = (scene.call("check output"), scene.call("check columns"));
        assert_eq!(
            columns.stdout.replace("columns/records.parquet", "output/records.ndjson"),
            rows.stdout,
            "{columns:?}"
        );
    }
    // The tables of a run have all that is judged, together; one without the others has a part of it.
    scene.call("run -o tables --formats csv");
    let rows = scene.call("check output --output-format json").stdout;
    for path in ["tables", "tables/records.csv"] {
        let ended = scene.call(&format!("check {path} --output-format json"));
        assert!(ended.stderr.contains("2 records in 1 file\n"), "{ended:?}");
        assert_eq!(findings(&ended.stdout), findings(&rows), "{path}");
    }
    let part = scene.call("check tables/sections.csv");
    assert!(part.stderr.contains("parts of 2 records in 1 file\n"), "{part:?}");
    let tables = scene.call("check output/records.csv output/key_points.csv output/sections.csv");
    assert_eq!(tables.code, Some(0), "{tables:?}");
    assert!(tables.stdout.contains("output/records.csv:3: warning[N203]: m61.txt: "), "{tables:?}");
}

#[test]
fn what_was_changed_by_hand_is_told() {
    let scene = ran();
    let check = |id: &str, change: &dyn Fn(&mut Value)| {
        edit(&scene, |at, record| {
            if at == 1 {
                change(record);
            }
        });
        let ended = scene.call("check edited.ndjson --fail-on info");
        let told =
            ended.stdout.lines().any(|line| line.starts_with("edited.ndjson:2: ") && line.contains(id));
        assert!(told && ended.code == Some(1), "{id} {ended:?}");
    };
    check("N153", &|record| record["record_id"] = json!("00000000-0000-5000-8000-000000000000"));
    check("N155", &|record| record["coverage"]["assigned"] = json!(3));
    check("N156", &|record| record["status"] = json!("ok"));
    check("N157", &|record| record["billable"] = json!(true));
    check("N152", &|record| record["billable"] = json!("perhaps"));
    check("N152", &|record| record["note"] = json!("mine"));
    check("N204", &|record| record["code"] = json!("M61.77"));
    check("N205", &|record| record["code"] = json!("S30.1XXA"));
    check("N202", &|record| record["code"] = json!("no code"));
    check("N208", &|record| record["title"] = Value::Null);
    check("N401", &|record| record["key_points"][1]["number"] = json!(4));
    check("N403", &|record| record["key_points"][1]["text"] = json!("First"));
    check("N404", &|record| record["key_points"][1]["text"] = json!(" "));
    check("N502", &|record| record["title"] = json!("MÃ©niÃ¨re"));
    check("N503", &|record| record["title"] = json!("{{ title }}"));
    check("N504", &|record| record["title"] = json!("Мuscle"));
    check("N505", &|record| record["title"] = json!("a\u{1b}b"));
    check("N302", &|record| {
        record["sections"][0]["text"] = json!("");
        record["sections"][0]["heading"] = json!("Empty");
        record["sections"][0]["items"] = json!([]);
    });
}

#[test]
fn a_malformed_line_is_told_with_its_number_and_costs_nothing_else() {
    let scene = ran();
    let mut lines: Vec<String> = scene.read("output/records.ndjson").lines().map(str::to_owned).collect();
    lines.insert(1, "{\"record_id\": \"x".into());
    lines.push(lines[0].clone());
    scene.write("edited.ndjson", (lines.join("\n") + "\n").as_bytes());
    let ended = scene.call("check edited.ndjson");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("edited.ndjson:2: error[N151]: "), "{ended:?}");
    assert!(ended.stdout.contains("edited.ndjson:3: warning[N203]: "), "{ended:?}");
    assert!(ended.stdout.contains("edited.ndjson:4: error[N154]: a00.txt: "), "{ended:?}");
    assert!(ended.stderr.contains("3 records in 1 file"), "{ended:?}");
}

#[test]
fn findings_are_chosen_and_the_exit_code_follows() {
    let scene = ran();
    let code = |options: &str| scene.call(&format!("check output {options}")).code;
    assert_eq!(code(""), Some(0));
    assert_eq!(code("--fail-on warning"), Some(1));
    assert_eq!(code("--fail-on warning --ignore N2"), Some(0));
    assert_eq!(code("--fail-on warning --select chapter-contradicts-code"), Some(1));
    assert_eq!(code("--fail-on warning --select N4,N5"), Some(0));
    assert_eq!(code("--select N9"), Some(2));
}

#[test]
fn sarif_has_the_rules_and_the_places() {
    let scene = ran();
    let ended = scene.call("check output --output-format sarif -q");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    let sarif: Value = serde_json::from_str(&ended.stdout).unwrap();
    let run = &sarif["runs"][0];
    let rules: Vec<&Value> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    for result in run["results"].as_array().unwrap() {
        assert!(rules.contains(&&result["ruleId"]), "{result}");
        let place = &result["locations"][0];
        assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "output/records.ndjson");
        assert!(place["physicalLocation"]["region"]["startLine"].as_u64().unwrap() > 0);
    }
}

#[test]
fn stdin_is_read_and_what_cannot_be_is_an_error() {
    let scene = ran();
    let mut command = scene.command("check - --output-format github");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(scene.read("output/records.json").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("::warning file=-,line=3,title=N203::m61.txt:4: "), "{stdout}");
    check_failed(&scene.call("check missing"), "missing");
    check_failed(&scene.call("check input"), "input");
    scene.write("r.parquet", b"PAR1");
    check_failed(&ended(scene.command("check r.parquet")), "Parquet");
}

#[test]
fn what_is_no_file_of_records_is_told_once() {
    let scene = ran();
    for name in ["run.json", "datapackage.json"] {
        let ended = scene.call(&format!("check output/{name}"));
        assert_eq!((ended.code, ended.stdout.lines().count()), (Some(1), 1), "{ended:?}");
        assert!(ended.stdout.contains("error[N151]: expected a record, found an object with `"), "{ended:?}");
    }
}

/// Each finding without the file of records and the line of the page, which tables do not tell.
fn findings(checked: &str) -> Vec<[Value; 4]> {
    let found: Vec<Value> = serde_json::from_str(checked).unwrap();
    let parts = |of: &Value| ["/id", "/message", "/field", "/page/uri"].map(|at| of.pointer(at).cloned());
    let mut found: Vec<[Value; 4]> =
        found.iter().map(|of| parts(of).map(Option::unwrap_or_default)).collect();
    found.sort_by_key(|parts| parts.clone().map(|part| part.to_string()));
    found
}

#[test]
fn tables_are_judged_as_the_records_they_were_made_of() {
    let scene = Scene::new(&[]);
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");
    let checked = |formats: &str| {
        scene.call(&format!("run {pages} -o {formats} --formats {formats} --fail-on never -q"));
        scene.call(&format!("check {formats} --output-format json")).stdout
    };
    let (lines, tables) = (findings(&checked("ndjson")), findings(&checked("csv")));
    assert!(lines.len() > 30 && lines == tables, "{lines:#?}\n{tables:#?}");
}

#[test]
fn rejects_are_told_as_such() {
    let scene = Scene::new(&[("input/a.txt", b"Only words.\n")]);
    scene.call("run");
    let ended = scene.call("check output/rejects.ndjson");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
    assert!(ended.stdout.contains("error[N151]: this is a reject"), "{ended:?}");
}

#[test]
fn what_records_were_made_with_and_are_not_judged_by_is_named() {
    let scene = Scene::new(&[
        ("input/a.txt", CHOLERA.as_bytes()),
        ("own.csv", b"code,title\nA00,Cholera\nA01,Typhoid\n"),
    ]);
    scene.write("mine.toml", scene.call("profile new mine").stdout.as_bytes());
    let article = scene.call("profile show article").stdout;
    scene.write("same-name.toml", format!("{article}\n# Changed.\n").as_bytes());
    let told = |run: &str, check: &str| {
        assert_eq!(scene.call(&format!("run {run}")).code, Some(0));
        let lines: Vec<String> =
            scene.call(&format!("check output {check}")).stderr.lines().map(str::to_owned).collect();
        lines.into_iter().filter(|line| line.contains("made with")).collect::<Vec<_>>()
    };
    assert_eq!(told("", ""), Vec::<String>::new());
    assert_eq!(
        told("--reference own.csv", "-q"),
        [
            "1 record made with the reference `own` and held against ICD-10-CM 2026-04: give that with `--reference`"
        ]
    );
    assert_eq!(told("--reference own.csv", "--reference own.csv"), Vec::<String>::new());
    assert_eq!(
        told("--profile mine.toml", ""),
        ["1 record made with the profile `mine@1` and judged by another: give that with `--profile`"]
    );
    assert_eq!(told("--profile mine.toml", "--profile mine.toml"), Vec::<String>::new());
    assert_eq!(
        told("--profile same-name.toml", ""),
        ["1 record made with another text of the profile `article@1`: give that with `--profile`"]
    );
}
