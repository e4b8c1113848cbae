//! `nosograph run`.

use crate::scene::{CHOLERA, Scene, check_failed};
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";

fn hospital() -> Scene {
    Scene::new(&[
        ("input/a00.txt", CHOLERA.as_bytes()),
        (
            "input/sub/a00.html",
            b"<!doctype html><title>Cholera</title><h1>Cholera</h1><p>ICD-10 code: A00</p>",
        ),
        ("input/empty.txt", b""),
        ("input/logo.png", PNG),
        ("input/.hidden", CHOLERA.as_bytes()),
    ])
}

#[test]
fn every_file_ends_in_one_place_and_the_counts_add_up() {
    let scene = hospital();
    let ended = scene.call("run");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.stderr.contains("5 files") && ended.stderr.contains("N103"), "{ended:?}");
    let counts = &scene.json("output/run.json")["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!(count("seen"), 5);
    assert_eq!((count("records"), count("rejects"), count("skipped")), (2, 1, 2));
    assert_eq!(counts["skipped_by_reason"], serde_json::json!({"hidden": 1, "image": 1}));
    let uris = |name: &str| -> Vec<String> {
        scene.lines(name).iter().map(|line| line["source"]["uri"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(uris("output/records.ndjson"), ["a00.txt", "sub/a00.html"]);
    assert_eq!(uris("output/rejects.ndjson"), ["empty.txt"]);
    let array = scene.json("output/records.json");
    assert_eq!(array.as_array().unwrap(), &scene.lines("output/records.ndjson"));
}

#[test]
fn the_manifest_has_the_digest_of_every_other_output() {
    let scene = hospital();
    scene.call("run");
    let manifest = scene.json("output/run.json");
    let mut listed = Vec::new();
    for output in manifest["outputs"].as_array().unwrap() {
        let name = output["path"].as_str().unwrap();
        let bytes = fs::read(scene.path("output").join(name)).unwrap();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(output["sha256"], digest.as_str(), "{name}");
        assert_eq!(output["bytes"], bytes.len(), "{name}");
        listed.push(name.to_owned());
    }
    listed.push("run.json".to_owned());
    listed.sort();
    assert_eq!(listed, scene.names("output"));
}

#[test]
fn the_outputs_do_not_depend_on_jobs() {
    let scene = Scene::new(&[]);
    for page in 0..200 {
        scene.write(&format!("input/{page}.txt"), format!("{CHOLERA}\nPage {page}\n").as_bytes());
    }
    let outputs = |jobs: u32| -> Vec<(String, Vec<u8>)> {
        let folder = format!("out{jobs}");
        let ended = scene.call(&format!("run -j {jobs} -o {folder} --fail-on never"));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let names = scene.names(&folder).into_iter().filter(|name| name != "run.json");
        names.map(|name| (name.clone(), fs::read(scene.path(&folder).join(name)).unwrap())).collect()
    };
    let one = outputs(1);
    assert!(one.len() > 5);
    assert!(outputs(2) == one, "2 jobs");
    assert!(outputs(8) == one, "8 jobs");
}

#[test]
fn the_outputs_do_not_depend_on_the_machine() {
    let scene = Scene::new(&[]);
    let name = |page: usize| ["a", "B", "ä", "_", "z", "Z", "0"][page % 7].to_owned() + &page.to_string();
    let text = |page: usize| format!("{CHOLERA}\nPage {page}\n");
    for page in 0..40 {
        scene.write(&format!("one/{}.txt", name(page)), text(page).as_bytes());
        // In another order, and later.
        let page = 39 - page;
        scene.write(&format!("other/{}.txt", name(page)), text(page).as_bytes());
    }
    let outputs = |folder: &str| -> Vec<(String, Vec<u8>)> {
        let names = scene.names(folder).into_iter().filter(|name| name != "run.json");
        names.map(|name| (name.clone(), fs::read(scene.path(folder).join(name)).unwrap())).collect()
    };
    let ended = scene.call("run one -o out-one --fail-on never");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut other = std::process::Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_nosograph");
    let run = format!("umask 077; exec '{binary}' run other -o out-other --fail-on never");
    other.args(["-c", &run]).current_dir(scene.path(".")).env_remove("HOME");
    other.envs([("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Chatham"), ("TMPDIR", "/nonexistent")]);
    assert_eq!(crate::scene::ended(other).code, Some(0));
    assert!(outputs("out-one") == outputs("out-other"));
}

#[test]
fn outputs_of_an_earlier_run_go_and_other_files_stay() {
    let scene = hospital();
    scene.call("run");
    scene.write("output/mine.csv", b"mine");
    assert!(scene.path("output/records.csv").exists());
    let ended = scene.call("run --formats ndjson");
    assert_eq!(scene.names("output"), ["mine.csv", "records.ndjson", "rejects.ndjson", "run.json"]);
    let removed = ended.stderr.lines().find(|line| line.starts_with("removed, ")).unwrap();
    assert!(removed.contains("datapackage.json, ") && !removed.contains("run.json"), "{removed}");
    assert!(!scene.call("run --formats ndjson").stderr.contains("removed"));
}

#[test]
fn files_that_no_run_wrote_are_not_replaced() {
    let scene = hospital();
    let check = |options: &str, name: &str| {
        let ended = scene.call(&format!("run -o own {options}"));
        check_failed(&ended, &format!("own/{name}: no run of nosograph wrote this file"));
        assert!(ended.stderr.contains("hint: move it away"), "{ended:?}");
        assert_eq!(scene.read(&format!("own/{name}")), "mine");
    };
    scene.write("own/records.csv", b"mine");
    check("", "records.csv");
    assert!(!scene.path("own/.nosograph").exists(), "a run that cannot start writes nothing");
    // What this run does not write may stand there.
    assert_eq!(scene.call("run -o own --formats ndjson").code, Some(1));
    check("--formats csv", "records.csv");
    assert_eq!(scene.call("run -o own --formats json").code, Some(1));
    assert_eq!(scene.names("own"), ["records.csv", "records.json", "rejects.ndjson", "run.json"]);
    scene.write("own/report.html", b"mine");
    check("--formats json --report", "report.html");
    fs::remove_file(scene.path("own/records.csv")).unwrap();
    assert_eq!(scene.call("run -o own").code, Some(1));
    fs::remove_file(scene.path("own/run.json")).unwrap();
    assert_eq!(scene.call("run -o own").code, Some(1));
    fs::remove_dir_all(scene.path("own/.nosograph")).unwrap();
    assert_eq!(scene.call("run -o own").code, Some(1));
    // Without either a folder tells of no run.
    fs::remove_dir_all(scene.path("own/.nosograph")).unwrap();
    scene.write("own/run.json", b"mine");
    check("", "run.json");
}

#[test]
fn what_cannot_be_done_names_the_file_and_ends_with_2() {
    let scene = hospital();
    scene.write("file", b"");
    check_failed(&scene.call("run missing"), "missing");
    check_failed(&scene.call("run -o file"), "file");
    check_failed(&scene.call("run -o file/below"), "file/below");
    check_failed(&scene.call("run --profile none"), "none");
    check_failed(&scene.call("run --reference none"), "none");
    check_failed(&scene.call("run --include ["), "glob");
    check_failed(&scene.call("run input input/"), "input");
    check_failed(&scene.call("run --jobs 0"), "--jobs");
    check_failed(&scene.call("run --no-such-option"), "--no-such-option");
    assert!(!scene.path("output").exists(), "a run that cannot start writes nothing");
}

#[test]
fn rejects_are_bearable_up_to_a_number() {
    let scene = hospital();
    let check =
        |options: &str, code| assert_eq!(scene.call(&format!("run {options}")).code, Some(code), "{options}");
    check("", 1);
    check("--fail-on never", 0);
    check("--max-rejects 1", 0);
    check("--max-rejects 10%", 1);
    check("--max-rejects 0 --fail-on never", 1);
    check("--exclude empty.txt", 0);
}

#[test]
fn a_gate_over_nothing_does_not_hold() {
    let scene = hospital();
    fs::create_dir(scene.path("none")).unwrap();
    let gates = "--min-fill title=95%,code=99% --max-rejects 5% --max-unassigned 10%";
    for nothing in ["none", "input --include nomatch*", "input --limit 0"] {
        let ended = scene.call(&format!("run {nothing} -q {gates}"));
        assert_eq!(ended.code, Some(1), "{nothing}: {ended:?}");
        let told: Vec<&str> = ended.stderr.lines().collect();
        assert_eq!(told.len(), 4, "{nothing}: {ended:?}");
        assert_eq!(told[0], "gate rejects: there was nothing to count, has to be at most 5%", "{nothing}");
        assert_eq!(scene.call(&format!("run {nothing} -q")).code, Some(0), "{nothing}");
    }
}

/// Takes the right to read and enter from a path as long as it lives; the superuser keeps both.
struct Closed(std::path::PathBuf);

impl Closed {
    fn new(path: std::path::PathBuf) -> Option<Self> {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let closed = Self(path);
        fs::read_dir(&closed.0).is_err().then_some(closed)
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        let _ = fs::set_permissions(&self.0, fs::Permissions::from_mode(0o755));
    }
}

#[test]
fn a_folder_that_cannot_be_read_costs_only_itself() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes()), ("input/sub/b.txt", CHOLERA.as_bytes())]);
    let Some(_closed) = Closed::new(scene.path("input/sub")) else { return };
    assert_eq!(scene.call("run --include *.txt").code, Some(1));
    let reject = &scene.lines("output/rejects.ndjson")[0];
    assert_eq!((&reject["source"]["uri"], &reject["diagnostics"][0]["id"]), (&"sub/".into(), &"N105".into()));
    assert!(reject["diagnostics"][0]["message"].as_str().unwrap().starts_with("the folder cannot be read: "));
    let verified = scene.call("verify");
    assert_eq!(verified.code, Some(0), "{verified:?}");
    for glob in ["sub", "sub/**"] {
        assert_eq!(scene.call(&format!("run --exclude {glob}")).code, Some(0), "{glob}");
        assert_eq!(scene.json("output/run.json")["counts"]["skipped_by_reason"]["excluded"], 1, "{glob}");
    }
    check_failed(
        &scene.call("run input/sub -o elsewhere"),
        "input/sub: the input cannot be read: Permission",
    );
}

#[test]
fn links_to_folders_are_followed_only_when_asked_for() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes()), ("elsewhere/b.txt", CHOLERA.as_bytes())]);
    std::os::unix::fs::symlink("..", scene.path("input/up")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", scene.path("input/linked")).unwrap();
    let counts = |options: &str| {
        let ended = scene.call(&format!("run {options} --fail-on never"));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        scene.json("output/run.json")["counts"].clone()
    };
    let plain = counts("");
    assert_eq!((&plain["records"], &plain["skipped_by_reason"]["linked_folder"]), (&1.into(), &2.into()));
    let followed = counts("--follow");
    assert_eq!((&followed["records"], &followed["skipped_by_reason"]["link_loop"]), (&5.into(), &1.into()));
    let verified = scene.call("verify");
    assert!(verified.code == Some(0) && verified.stderr.contains("5 pages"), "{verified:?}");
    // The directory of another run is no input, wherever it lies.
    assert_eq!(scene.call("run -o input/first").code, Some(0));
    assert!(counts("")["skipped_by_reason"]["earlier_run"].as_u64().unwrap() > 8);
}

#[test]
fn a_dry_run_lists_and_writes_nothing() {
    let scene = hospital();
    let ended = scene.call("run --dry-run");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "a00.txt\nempty.txt\nsub/a00.html\n"));
    assert!(ended.stderr.contains("3 of 5 files are pages"), "{ended:?}");
    assert_eq!(scene.call("run --dry-run --limit 2").stdout, "a00.txt\nempty.txt\n");
    assert!(!scene.path("output").exists());
}

#[test]
fn a_newcomer_is_told_what_to_do_next() {
    let scene = Scene::new(&[
        ("input/a.txt", b"Only words.\n"),
        ("input/logo.png", PNG),
        ("input/.hidden", b""),
        ("none/logo.png", PNG),
    ]);
    let ended = scene.call("run -v");
    assert!(ended.stderr.contains("input/.hidden: skipped: hidden\n"), "{ended:?}");
    assert!(ended.stderr.contains("input/logo.png: skipped: image\n"), "{ended:?}");
    let why = "why: output/rejects.ndjson, a line a reject; `nosograph rules N201`; `--profile article` needs no code\n";
    assert!(ended.stderr.contains(why), "{ended:?}");
    assert!(scene.call("run none").stderr.contains("no page was read"));
    let asked = scene.call("run --progress always");
    assert!(asked.stderr.contains(" of ") && asked.stderr.contains(" files/s, 0 s left\n"), "{asked:?}");
    check_failed(&scene.call("run -j 0"), "expected a number of threads from 1 to 1024");
    check_failed(&scene.call("run -j 100000"), "expected a number of threads from 1 to 1024");
    check_failed(&scene.call("run --dry-run --output-format json"), "--output-format");
    let ended = scene.call("run --formats csv json");
    check_failed(&ended, "json: there is no such input");
    assert!(ended.stderr.contains("`--formats csv,json`"), "{ended:?}");
}

#[test]
fn a_limit_takes_the_first_pages() {
    let scene = hospital();
    scene.call("run --limit 1");
    let counts = &scene.json("output/run.json")["counts"];
    assert_eq!((&counts["seen"], &counts["records"]), (&5.into(), &1.into()));
    assert_eq!(counts["skipped_by_reason"], serde_json::json!({"hidden": 1, "over_limit": 3}));
}

#[test]
fn diagnostics_come_on_stdout_when_asked_for() {
    let scene = hospital();
    let json: serde_json::Value =
        serde_json::from_str(&scene.call("run --output-format json").stdout).unwrap();
    let empty = json.as_array().unwrap().iter().find(|finding| finding["id"] == "N103").unwrap();
    assert_eq!((&empty["path"], &empty["line"]), (&"input/empty.txt".into(), &1.into()));
    let sarif: serde_json::Value =
        serde_json::from_str(&scene.call("run --output-format sarif").stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let text = scene.call("run --output-format text").stdout;
    assert!(text.contains("input/empty.txt:1: error[N103]: "), "{text}");
    let github = scene.call("run --output-format github --quiet");
    assert!(github.stdout.contains("::error file=input/empty.txt,line=1,title=N103::"), "{github:?}");
    assert_eq!(github.stderr, "gate rejects: 1 of 3, has to be none\n");
}

#[test]
fn pages_in_any_encoding_give_the_same_record() {
    let text = "Cholera\n\nICD-10 code: A00\n\nCholera wird übertragen durch Wasser, größtenteils in ärmeren Ländern.\n";
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin1: Vec<u8> = text.chars().map(|character| character as u8).collect();
    let sjis = b"<html><meta charset=shift_jis><h1>Cholera</h1><p>ICD-10 code: A00</p><p>\x83\x52\x83\x8c\x83\x89</p>";
    let scene = Scene::new(&[
        ("input/1.txt", text.as_bytes()),
        ("input/2.txt", &utf16),
        ("input/3.txt", &latin1),
        ("input/4.html", sjis),
    ]);
    scene.call("run");
    let records = scene.lines("output/records.ndjson");
    let encodings: Vec<&str> =
        records.iter().map(|record| record["source"]["encoding"].as_str().unwrap()).collect();
    assert_eq!(encodings, ["UTF-8", "UTF-16LE", "windows-1252", "Shift_JIS"]);
    assert!(
        records
            .iter()
            .all(|record| record["title"] == records[0]["title"] || record["source"]["format"] == "html")
    );
}

#[test]
fn no_cell_starts_a_formula() {
    let scene = Scene::new(&[("input/a.txt", b"=HYPERLINK(\"x\")\n\nICD-10 code: A00\n\n+1 @a\n\n-2\n")]);
    scene.call("run --fail-on never");
    for name in scene.names("output").iter().filter(|name| name.ends_with(".csv")) {
        let text = scene.read(&format!("output/{name}"));
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for row in rows.records() {
            for cell in &row.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
            }
        }
    }
}

#[test]
fn names_of_any_bytes_are_pages() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    let odd = scene.path("input").join(std::ffi::OsStr::from_bytes(b"\xFF\x1b[31m.txt"));
    fs::write(odd, CHOLERA).unwrap();
    let ended = scene.call("run --dry-run");
    assert_eq!(ended.stdout, "%FF%1B[31m.txt\na.txt\n");
    assert_eq!(scene.call("run --fail-on never").code, Some(0));
    assert_eq!(scene.lines("output/records.ndjson").len(), 2);
}

#[test]
fn a_closed_stdout_does_not_stop_a_run() {
    let scene = hospital();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status =
        scene.command("run --output-format json --fail-on never -q").stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(scene.path("output/run.json").exists());
}

#[test]
fn what_each_rule_did_is_counted() {
    let card =
        |facts: &str| format!("# Cholera\n\n{facts}\n\nCholera is an acute infection of the small bowel.\n");
    let scene = Scene::new(&[
        ("input/labelled.txt", card("ICD-10 code: A00\nCategory: Infections").as_bytes()),
        ("input/alone.txt", card("A00\n\nChapter: I").as_bytes()),
        ("input/none.txt", card("Share").as_bytes()),
        ("input/empty.txt", b""),
    ]);
    scene.call("run");
    let counts = scene.json("output/run.json")["counts"].clone();
    let check = |rule: &str, field: &str, expected: [u64; 4]| {
        let rules = counts["rules"].as_array().unwrap();
        let found = rules.iter().find(|of| of["rule"] == rule).unwrap_or_else(|| panic!("{rule} {rules:?}"));
        let numbers = ["tried", "hit", "won", "shadowed"].map(|what| found[what].as_u64().unwrap());
        assert_eq!((found["field"].as_str(), numbers), (Some(field), expected), "{rule}");
    };
    // All rules of the code are tried, of other fields only those before the one that wins.
    check("code-labelled", "code", [3, 1, 1, 0]);
    check("code-alone", "code", [3, 2, 1, 1]);
    check("title-marked", "title", [3, 3, 3, 0]);
    check("title-first", "title", [0, 0, 0, 3]);
    check("chapter-labelled", "chapter", [3, 1, 1, 0]);
    check("chapter-reference", "chapter", [2, 0, 0, 1]);
    check("category-labelled", "category", [3, 1, 0, 0]);
    check("headings-marked", "sections", [3, 3, 3, 0]);
    check("chrome-line", "chrome", [3, 1, 1, 0]);
}
