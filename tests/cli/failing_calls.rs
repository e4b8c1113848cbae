//! Single system calls that fail, by `strace -e inject`: each ends in the right result, or in exit 2 with a
//! name, and the next run makes it good. Skipped where there is no strace or no process may be traced.

use crate::scene::{CHOLERA, Ended, Scene, ended};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

fn pages() -> Scene {
    let scene =
        Scene::new(&[("input/sub/z.txt", CHOLERA.as_bytes()), ("input/none.png", b"\x89PNG\r\n\x1a\n")]);
    for number in 0..10 {
        scene.write(&format!("input/{number}.txt"), format!("{CHOLERA}\nPage {number}\n").as_bytes());
    }
    // The journal takes pages whose stamps have settled.
    thread::sleep(Duration::from_millis(60));
    scene
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn can_trace() -> bool {
    let traced =
        Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).stderr(Stdio::null()).status();
    let can_trace = traced.is_ok_and(|status| status.success());
    if !can_trace {
        eprintln!("skipped: strace is missing or may not trace");
    }
    can_trace
}

/// A run under strace with these options more, and its log.
fn traced(scene: &Scene, options: &[&str]) -> (Ended, String) {
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-qqq", "-s", "0", "-o", "log"]).args(options);
    command.arg(env!("CARGO_BIN_EXE_nosograph"));
    command.args(["run", "--fail-on", "never", "-q", "-j", "2"]).current_dir(scene.path("."));
    command.stdin(Stdio::null());
    let mut ended = ended(command);
    // It tells what a path given to it stands for.
    ended.stderr = ended.stderr.lines().filter(|line| !line.starts_with("strace: ")).collect();
    (ended, scene.read("log"))
}

/// The outputs but `run.json`, by name.
fn outputs(scene: &Scene) -> BTreeMap<String, Vec<u8>> {
    if !scene.path("output").is_dir() {
        return BTreeMap::new();
    }
    let names = scene.names("output").into_iter().filter(|name| name != "run.json");
    names.map(|name| (name.clone(), fs::read(scene.path("output").join(name)).unwrap())).collect()
}

/// Lines of the first thread in a log, which has no other calls.
fn of_first_thread(log: &str) -> Vec<&str> {
    let first = log.split(' ').next().unwrap_or_default();
    log.lines().filter(|line| line.starts_with(first) && line.contains('(')).collect()
}

fn remove_output(scene: &Scene) {
    if scene.path("output").exists() {
        fs::remove_dir_all(scene.path("output")).unwrap();
    }
}

#[test]
fn any_single_failing_call_ends_well_or_names_a_file() {
    if !can_trace() {
        return;
    }
    let scene = pages();
    let page = ["-P", "input/3.txt"];
    assert_eq!(scene.call("run --fail-on never").code, Some(0));
    let expected = outputs(&scene);
    let mut failed = 0;
    let mut check = |call: &str, error: &str, at: usize, only: &[&str]| {
        remove_output(&scene);
        let inject = format!("inject={call}:error={error}:when={at}");
        let trace = format!("trace={call}");
        let (ended, _) = traced(&scene, &[&["-e", trace.as_str(), "-e", inject.as_str()], only].concat());
        let what = format!("{call} {error} at {at}: {ended:?}");
        match ended.code {
            Some(0) if outputs(&scene) == expected => return,
            Some(0) => {
                let counts = scene.json("output/run.json")["counts"].clone();
                let count = |name: &str| counts[name].as_u64().unwrap();
                assert_eq!(count("seen"), count("records") + count("rejects") + count("skipped"), "{what}");
                assert_eq!(counts["rejects_by_diagnostic"]["N105"], 1, "{what}");
            }
            Some(2) => {
                failed += 1;
                let is_named = ended.stderr.contains("input") || ended.stderr.contains("output");
                assert!(ended.stderr.starts_with("error: ") && is_named, "{what}");
                assert!(!scene.path("output/run.json").exists(), "{what}");
                for (name, bytes) in outputs(&scene) {
                    assert!(expected[&name] == bytes, "{name} is half-written: {what}");
                }
            }
            _ => panic!("{what}"),
        }
        assert_eq!(scene.call("run --fail-on never -q").code, Some(0), "{what}");
        assert!(outputs(&scene) == expected, "{what}");
    };
    for error in ["EACCES", "EIO", "EMFILE"] {
        check("openat", error, 1, &page);
    }
    for error in ["EIO", "EINTR"] {
        check("read", error, 1, &page);
    }
    check("statx", "EIO", 1, &page);
    for at in [1, 3] {
        check("getdents64", "EIO", at, &[]);
    }
    for (error, at) in [("ENOSPC", 1), ("EIO", 2), ("EINTR", 3), ("EDQUOT", 5), ("EFBIG", 7)] {
        check("write", error, at, &[]);
    }
    for at in [1, 4, 8, 12] {
        check("fsync", "EIO", at, &[]);
    }
    for at in [1, 2, 5, 11, 14] {
        check("/^rename", "EIO", at, &[]);
    }
    check("/^unlink", "EIO", 1, &[]);
    check("/^mkdir", "EACCES", 1, &[]);
    check("flock", "ENOLCK", 1, &[]);
    assert!(failed >= 10, "only {failed} calls made a run fail");
}

#[test]
fn a_sync_that_fails_while_more_is_written_is_not_lost() {
    if !can_trace() {
        return;
    }
    let scene = Scene::new(&[]);
    for number in 0..9 {
        let page = format!("{CHOLERA}\n{}\n", format!("Page {number} says little. ").repeat(50_000));
        scene.write(&format!("input/{number}.txt"), page.as_bytes());
    }
    let (ended, _) = traced(&scene, &["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("records."), "{ended:?}");
    assert!(!scene.path("output/run.json").exists());
    assert_eq!(scene.call("run --fail-on never -q").code, Some(0));
}

#[test]
fn any_file_that_cannot_be_made_or_found_is_named() {
    if !can_trace() {
        return;
    }
    let scene = pages();
    let (ended, log) = traced(&scene, &["-e", "trace=openat"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let expected = outputs(&scene);
    let opened = of_first_thread(&log);
    let first = opened.iter().position(|line| line.contains("\"input")).expect("the input is opened");
    // Before that the program itself is loaded. Every third call is enough, and those of two runs differ.
    for at in (first + 1..=opened.len()).step_by(3) {
        remove_output(&scene);
        let inject = format!("inject=openat:error=EACCES:when={at}");
        let (ended, _) = traced(&scene, &["-e", "trace=openat", "-e", &inject]);
        let what = format!("call {at}, in the first run {}: {ended:?}", opened[at - 1]);
        match ended.code {
            Some(0) => assert!(outputs(&scene) == expected, "{what}"),
            Some(2) => assert!(ended.stderr.contains("put"), "{what}"),
            _ => panic!("{what}"),
        }
    }
}

#[test]
fn bytes_reach_the_disk_before_names_and_the_manifest_comes_last() {
    if !can_trace() {
        return;
    }
    let scene = pages();
    let (ended, log) = traced(&scene, &["-e", "trace=fsync,/^rename"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let output = fs::canonicalize(scene.path("output")).unwrap();
    let synced_at = |path: &Path| {
        let call = format!("<{}>", path.display());
        log.lines().position(|line| line.contains("fsync(") && line.contains(&call))
    };
    let mut renamed = Vec::new();
    for (at, line) in log.lines().enumerate().filter(|(_, line)| line.contains(" rename")) {
        let names: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let [from, to] = names[..] else { panic!("{line}") };
        if to.contains(".nosograph/") {
            continue;
        }
        let from = output.join(Path::new(from).file_name().unwrap());
        assert!(synced_at(&from).is_some_and(|synced| synced < at), "{line} in\n{log}");
        renamed.push(to.to_owned());
    }
    assert!(renamed.len() > 8 && renamed.last().unwrap().ends_with("run.json"), "{renamed:?}");
    let places = |is_one: &dyn Fn(&str) -> bool| -> Vec<usize> {
        log.lines().enumerate().filter(|(_, line)| is_one(line)).map(|(at, _)| at).collect()
    };
    let manifest = places(&|line| line.contains(" rename") && line.contains("run.json"));
    let folder = format!("<{}>", output.display());
    let synced = places(&|line| line.contains("fsync(") && line.contains(&folder));
    assert!(synced.first() < manifest.first() && synced.last() > manifest.last(), "{log}");
}
