//! Runs that are stopped, and runs that meet. A run that reads stdin lasts until the test lets go of it.

use crate::scene::{CHOLERA, Scene, check_failed, ended};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a run may take to get going on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that has opened its outputs and waits for stdin.
fn waiting_run(scene: &Scene) -> Child {
    let run = scene.command("run input -").stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + PATIENCE;
    while unfinished(scene) < 8 {
        assert!(Instant::now() < deadline, "the run did not get going");
        thread::yield_now();
    }
    run
}

/// How many half-written files there are.
fn unfinished(scene: &Scene) -> usize {
    let Ok(entries) = std::fs::read_dir(scene.path("output")) else { return 0 };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".nosograph-")).count()
}

/// The exit code of a run that ends without more being done.
fn end_of(run: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = run.try_wait().unwrap() {
            return status.code();
        }
        assert!(Instant::now() < deadline, "the run does not end");
        thread::sleep(Duration::from_millis(5));
    }
}

fn send(signal: &str, run: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &run.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Whether these tests were started with a signal ignored (`nohup`, a shell's `&`): a run inherits that, and
/// goes on.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[test]
fn one_run_at_a_time_writes_to_a_folder() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    let mut first = waiting_run(&scene);
    check_failed(&scene.call("run"), "output");
    drop(first.stdin.take());
    first.wait().unwrap();
    assert_eq!(scene.call("run").code, Some(0));
}

#[test]
fn a_signal_ends_a_run_in_time_and_leaves_nothing_half_written() {
    // A run that is stopped while a page never ends has to leave that page behind.
    for (signal, code, is_stuck) in
        [("INT", 130, false), ("INT", 130, true), ("TERM", 143, false), ("HUP", 129, false)]
    {
        if is_ignored(code - 128) {
            continue;
        }
        let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
        let mut run = waiting_run(&scene);
        let page = run.stdin.take();
        send(signal, &run);
        let page = page.filter(|_| is_stuck);
        // A page that never ends would hold it up for ever.
        assert_eq!(end_of(&mut run), Some(code), "{signal}");
        drop(page);
        assert!(scene.names("output").is_empty(), "{signal}: {:?}", scene.names("output"));
        assert_eq!(scene.call("run").code, Some(0));
        assert_eq!(unfinished(&scene), 0);
    }
}

#[test]
fn a_killed_run_blocks_nobody_and_its_remains_go() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    let mut run = waiting_run(&scene);
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(unfinished(&scene) > 0);
    assert_eq!(scene.call("run").code, Some(0));
    assert_eq!(unfinished(&scene), 0);
}

#[test]
fn a_file_that_may_not_grow_is_named() {
    let scene = Scene::new(&[]);
    for page in 0..20 {
        scene.write(&format!("input/{page}.txt"), CHOLERA.as_bytes());
    }
    // The shell counts in blocks of 512 or 1,024 bytes; no output of 20 pages is that small.
    let binary = env!("CARGO_BIN_EXE_nosograph");
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -f 1; exec '{binary}' run")]).current_dir(scene.path("."));
    check_failed(&ended(limited), "output/records");
    assert!(scene.names("output").is_empty());
    assert_eq!(unfinished(&scene), 0);
}
