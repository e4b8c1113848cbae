//! What goes wrong around a run: it is killed at any moment, the disk is full, files vanish, means are few.

use crate::scene::{CHOLERA, Scene, check_failed, ended};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Pages that take a debug build about half a second.
const PAGES: usize = 300;

/// How long a run may take to get going on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn pages(count: usize) -> Scene {
    let scene = Scene::new(&[]);
    for number in 0..count {
        let lines: String =
            (0..20).map(|line| format!("Line {line} of page {number} says little.\n")).collect();
        scene.write(&format!("input/{number:04}.txt"), format!("{CHOLERA}\n{lines}").as_bytes());
    }
    thread::sleep(Duration::from_millis(60));
    scene
}

/// The files of a run directory but `run.json`, by name.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    // A run that is stopped at once leaves no folder.
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_file() && name != "run.json" && !name.starts_with('.') {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}

fn undisturbed(scene: &Scene) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(scene.call("run --fail-on never -o undisturbed").code, Some(0));
    outputs(&scene.path("undisturbed"))
}

/// A run in a shell that sets a limit first.
fn limited(scene: &Scene, limit: &str, arguments: &str) -> Command {
    let binary = env!("CARGO_BIN_EXE_nosograph");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limit}; exec '{binary}' {arguments}")]).current_dir(scene.path("."));
    command
}

#[test]
fn a_run_that_is_stopped_at_any_moment_is_made_good_by_the_next() {
    let scene = pages(PAGES);
    let started = Instant::now();
    let expected = undisturbed(&scene);
    let whole = started.elapsed();
    for (round, signal) in ["KILL", "TERM", "INT"].into_iter().cycle().take(15).enumerate() {
        let mut run = scene.command("run --fail-on never").stderr(Stdio::null()).spawn().unwrap();
        // Moments spread over the whole run, the last ones past the usual end.
        thread::sleep(whole * (round as u32 * 7 % 16) / 15);
        let _ = Command::new("kill").args(["-s", signal, &run.id().to_string()]).status();
        let code = run.wait().unwrap().code();
        let wanted = match signal {
            "KILL" => [None, Some(0)],
            "TERM" => [Some(143), Some(0)],
            _ => [Some(130), Some(0)],
        };
        // A signal that comes before the program listens ends it as it ends any program.
        assert!(wanted.contains(&code) || code.is_none(), "{signal}: {code:?}");
        for (name, bytes) in outputs(&scene.path("output")) {
            assert!(expected[&name] == bytes, "{name} is half-written after {signal}");
        }
        if round % 4 == 3 {
            assert_eq!(scene.call("run --fail-on never").code, Some(0));
            assert!(outputs(&scene.path("output")) == expected, "after {signal} in round {round}");
            fs::remove_file(scene.path("output/run.json")).unwrap();
        }
    }
    assert_eq!(scene.call("run --fail-on never").code, Some(0));
    assert!(outputs(&scene.path("output")) == expected);
    let left = fs::read_dir(scene.path("output")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().ends_with(".tmp")));
}

#[test]
fn a_stopped_run_leaves_its_finished_work_to_the_next() {
    let scene = pages(PAGES);
    for signal in ["TERM", "KILL"] {
        fs::remove_dir_all(scene.path("output")).unwrap_or_default();
        // It waits for stdin once it is done with the files.
        let mut command = scene.command("run --fail-on never -q input -");
        let mut run = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let deadline = Instant::now() + PATIENCE;
        let kept = || fs::metadata(scene.path("output/.nosograph/pages.new")).map_or(0, |data| data.len());
        while kept() < 100_000 {
            assert!(Instant::now() < deadline, "nothing was kept");
            thread::sleep(Duration::from_millis(5));
        }
        // Closed before the signal is seen, stdin would let the run come to its end.
        let stdin = run.stdin.take();
        let _ = Command::new("kill").args(["-s", signal, &run.id().to_string()]).status();
        run.wait().unwrap();
        drop(stdin);
        assert!(!scene.path("output/run.json").exists());
        assert_eq!(scene.call("run --fail-on never input -").code, Some(0));
        assert!(scene.json("output/run.json")["reused"].as_u64().unwrap() > 10, "{signal}");
        assert_eq!(scene.call("run --fail-on never --fresh -o fresh input -").code, Some(0));
        assert!(outputs(&scene.path("output")) == outputs(&scene.path("fresh")), "{signal}");
    }
}

#[test]
fn at_every_limit_of_size_a_run_ends_well_or_names_the_file() {
    let scene = pages(30);
    let expected = undisturbed(&scene);
    let mut failed = 0;
    for blocks in [0, 1, 2, 8, 16, 32, 48, 64, 96, 128, 256, 1024] {
        let ended = ended(limited(&scene, &format!("ulimit -f {blocks}"), "run --fail-on never -q"));
        match ended.code {
            Some(0) => assert!(outputs(&scene.path("output")) == expected, "{blocks}"),
            _ => {
                failed += 1;
                check_failed(&ended, "output");
                assert!(outputs(&scene.path("output")).is_empty(), "{blocks}");
            }
        }
    }
    assert!(failed > 2, "no limit was met");
    assert_eq!(scene.call("run --fail-on never").code, Some(0));
    assert!(outputs(&scene.path("output")) == expected);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_full_disk_is_named_and_leaves_nothing() {
    let scene = pages(200);
    fs::create_dir(scene.path("small")).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"])
        .arg(scene.path("small"))
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no small file system can be mounted here");
        return;
    }
    let ended = scene.call("run --fail-on never -o small/output");
    let left = outputs(&scene.path("small/output"));
    let unmounted = Command::new("umount").arg(scene.path("small")).status().unwrap();
    check_failed(&ended, "small/output");
    assert!(left.is_empty() && unmounted.success(), "{:?}", left.keys());
}

#[test]
fn a_file_in_the_place_of_the_output_folder_is_named_with_the_cure() {
    let scene = pages(1);
    scene.write("taken", b"mine");
    for output in ["taken", "taken/below"] {
        let ended = scene.call(&format!("run -o {output}"));
        check_failed(&ended, output);
        assert!(ended.stderr.contains("hint: a file stands where a folder has to"), "{ended:?}");
    }
    assert_eq!(scene.read("taken"), "mine");
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let scene = pages(1);
    fs::create_dir(scene.path("locked")).unwrap();
    fs::set_permissions(scene.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(scene.path("locked/probe"), "").is_ok();
    if may_write {
        // Root may write anywhere but where the kernel itself says no.
        check_failed(&scene.call("run -o /proc/nosograph"), "/proc/nosograph");
    } else {
        check_failed(&scene.call("run -o locked/output"), "locked/output");
    }
}

#[test]
fn files_that_vanish_or_change_under_way_cost_only_themselves() {
    let scene = pages(PAGES);
    let mut run = scene.command("run --fail-on never -q -j 1").spawn().unwrap();
    for number in (0..PAGES).rev().step_by(3) {
        let path = scene.path(format!("input/{number:04}.txt"));
        if number % 2 == 0 {
            fs::remove_file(path).unwrap();
        } else {
            fs::write(path, CHOLERA).unwrap();
        }
    }
    assert_eq!(run.wait().unwrap().code(), Some(0));
    let counts = &scene.json("output/run.json")["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!(count("seen"), count("records") + count("rejects") + count("skipped"));
    assert_eq!(scene.call("run --fail-on never -q").code, Some(0));
    assert_eq!(scene.call("run --fail-on never -q --fresh -o fresh").code, Some(0));
    assert!(outputs(&scene.path("output")) == outputs(&scene.path("fresh")));
}

#[test]
fn few_descriptors_and_little_memory_are_enough() {
    let scene = pages(100);
    let expected = undisturbed(&scene);
    for limit in ["ulimit -n 24", "ulimit -v 1000000"] {
        let ended = ended(limited(&scene, limit, "run --fail-on never --fresh -j 8 -q"));
        assert_eq!(ended.code, Some(0), "{limit}: {ended:?}");
        assert!(outputs(&scene.path("output")) == expected, "{limit}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_number_of_pages() {
    let scene = Scene::new(&[]);
    for number in 0..4_000 {
        let folder = if number < 200 { "few" } else { "more" };
        let page = format!("{CHOLERA}\n{}\n", format!("Page {number} says little. ").repeat(150));
        scene.write(&format!("{folder}/{number:04}.txt"), page.as_bytes());
    }
    let peak = |inputs: &str| {
        let run = format!("run {inputs} --fail-on never --fresh -j 1 -q --formats ndjson");
        let mut run = scene.command(&run).spawn().unwrap();
        let status = format!("/proc/{}/status", run.id());
        let mut kilobytes = 0;
        while run.try_wait().unwrap().is_none() {
            // The most it has held so far; gone with the process.
            let status = fs::read_to_string(&status).unwrap_or_default();
            let peak =
                status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
            kilobytes = peak.map_or(kilobytes, |peak| peak.parse().unwrap());
        }
        assert!(run.wait().unwrap().success());
        kilobytes
    };
    // 3,800 pages more; held, their JSON alone would be 19 MB.
    let (few, all) = (peak("few"), peak("few more"));
    assert!(all < few + 8 * 1024, "{few} KB are enough for 200 pages, {all} are taken for 4,000");
}

#[test]
fn a_closed_or_full_stderr_changes_nothing() {
    let scene = pages(5);
    let expected = undisturbed(&scene);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = scene.command("run --fail-on never -v --fresh").stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(0));
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let status = scene.command("run --fail-on never -v --fresh").stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(outputs(&scene.path("output")) == expected);
}
