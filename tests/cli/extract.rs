//! `nosograph extract`.

use crate::scene::{CHOLERA, Ended, Scene, check_failed, ended};
use std::io::Write;
use std::process::Stdio;

fn piped(scene: &Scene, arguments: &str, input: &[u8]) -> Ended {
    let mut command = scene.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn record(ended: &Ended) -> serde_json::Value {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn a_page_is_one_line_in_a_pipe() {
    let scene = Scene::new(&[("a00.txt", CHOLERA.as_bytes())]);
    let ended = scene.call("extract a00.txt");
    assert_eq!(ended.stdout.lines().count(), 1);
    assert_eq!(record(&ended)["source"]["uri"], "a00.txt");
    assert_eq!(record(&ended)["title"], "Cholera");
    let pretty = scene.call("extract a00.txt --format json");
    assert!(pretty.stdout.lines().count() > 20);
    assert_eq!(record(&pretty), record(&ended));
}

#[test]
fn extract_and_run_give_the_same_record() {
    let scene = Scene::new(&[("input/a00.txt", CHOLERA.as_bytes())]);
    scene.call("run");
    assert_eq!(scene.call("extract input/a00.txt").stdout, scene.read("output/records.ndjson"));
}

#[test]
fn a_page_may_come_by_stdin() {
    let scene = Scene::new(&[]);
    assert_eq!(record(&piped(&scene, "extract", CHOLERA.as_bytes()))["source"]["uri"], "stdin");
    let named = piped(&scene, "extract - --uri site/a00 --as html", CHOLERA.as_bytes());
    assert_eq!(record(&named)["source"]["uri"], "site/a00");
    assert_eq!(record(&named)["source"]["format"], "html");
}

#[test]
fn a_rejected_page_prints_why_and_nothing_else() {
    let scene = Scene::new(&[("empty.txt", b"")]);
    let ended = scene.call("extract empty.txt");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("empty.txt:1: error[N103]: "), "{ended:?}");
}

#[test]
fn a_page_that_a_script_draws_is_told_as_empty() {
    let page = b"<html><body><div id=\"app\"></div><script src=\"app.js\"></script></body></html>";
    let scene = Scene::new(&[("input/spa.html", page)]);
    for profile in ["article", "icd10-disease"] {
        let ended = scene.call(&format!("extract --profile {profile} input/spa.html"));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
        assert!(ended.stderr.starts_with("input/spa.html:1: error[N103]: "), "{ended:?}");
        assert_eq!(ended.stderr.lines().count(), 2, "{ended:?}");
        scene.call(&format!("run --profile {profile}"));
        let rejects = scene.lines("output/rejects.ndjson");
        assert_eq!(rejects[0]["diagnostics"][0]["id"], "N103");
    }
}

#[test]
fn a_name_is_written_as_a_run_writes_it() {
    for name in ["100%.txt", "a\u{1b}b.txt", "a\nb.txt"] {
        let scene = Scene::new(&[(&format!("input/{name}"), CHOLERA.as_bytes())]);
        scene.call("run");
        let mut command = scene.command("extract");
        command.arg(scene.path(format!("input/{name}")));
        let extracted = record(&ended(command));
        assert_eq!(extracted, scene.lines("output/records.ndjson")[0], "{name:?}");
    }
}

#[test]
fn what_is_no_page_cannot_be_extracted() {
    let scene = Scene::new(&[("a.txt", b"\x89PNG\r\n\x1a\n\0\0")]);
    check_failed(&scene.call("extract a.txt"), "a.txt");
    check_failed(&scene.call("extract none.txt"), "none.txt");
    check_failed(&scene.call("extract ."), ".");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let scene = Scene::new(&[("a00.txt", CHOLERA.as_bytes())]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = scene.command("extract a00.txt").stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
