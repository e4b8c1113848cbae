//! Reruns: whatever changed in between, the outputs are those of a fresh run.

use crate::scene::{CHOLERA, Scene};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Longer than the tick within which a file's stamp is not trusted.
const TICK: Duration = Duration::from_millis(60);

/// All outputs below a folder but `run.json` and the cache.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(below).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != ".nosograph" {
                folders.push(path);
            } else if path.is_file() && name != "run.json" {
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

/// How many files the last run took over.
fn reused(scene: &Scene) -> u64 {
    scene.json("output/run.json")["reused"].as_u64().unwrap()
}

/// Runs again, and fresh into another folder; both must have written the same.
#[track_caller]
fn check_like_fresh(scene: &Scene, options: &str) {
    let again = scene.call(&format!("run --fail-on never {options}"));
    let fresh = scene.call(&format!("run --fail-on never --fresh -o fresh {options}"));
    assert_eq!((again.code, fresh.code), (Some(0), Some(0)), "{again:?} {fresh:?}");
    let (again, fresh) = (outputs(&scene.path("output")), outputs(&scene.path("fresh")));
    assert_eq!(again.keys().collect::<Vec<_>>(), fresh.keys().collect::<Vec<_>>());
    for (name, bytes) in &fresh {
        assert!(again[name] == *bytes, "{name} differs after {options:?}");
    }
    let counts = |folder: &str| scene.json(&format!("{folder}/run.json"))["counts"].clone();
    assert_eq!(counts("output"), counts("fresh"));
}

fn page(number: usize) -> Vec<u8> {
    format!("{CHOLERA}\nPage {number} has a line of its own.\n").into_bytes()
}

fn pages(count: usize) -> Scene {
    let scene = Scene::new(&[]);
    for number in 0..count {
        scene.write(&format!("input/{number:04}.txt"), &page(number));
    }
    scene.write("input/none.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
    scene.write("input/empty.txt", b"");
    thread::sleep(TICK);
    scene
}

#[test]
fn only_what_changed_is_read_again() {
    let scene = pages(40);
    scene.call("run --fail-on never");
    assert_eq!(reused(&scene), 0);
    check_like_fresh(&scene, "");
    assert_eq!(reused(&scene), 42);
    scene.write("input/0007.txt", &page(1007));
    fs::remove_file(scene.path("input/0008.txt")).unwrap();
    fs::rename(scene.path("input/0009.txt"), scene.path("input/0041.txt")).unwrap();
    // Files touched within the clock's grain are read again by the next run too.
    thread::sleep(TICK);
    check_like_fresh(&scene, "");
    assert_eq!(reused(&scene), 39);
    check_like_fresh(&scene, "--formats ndjson");
    assert_eq!(reused(&scene), 41, "formats have no say in what a page gives");
    check_like_fresh(&scene, "--exclude *1.txt --limit 30");
    check_like_fresh(&scene, "--max-page-bytes 100");
    check_like_fresh(&scene, "--profile article");
    assert_eq!(reused(&scene), 0);
}

#[test]
fn a_run_that_changes_nothing_rewrites_the_manifest_alone() {
    let scene = pages(600);
    scene.call("run --fail-on never");
    let written = || fs::metadata(scene.path("output/records.ndjson")).unwrap().modified().unwrap();
    let first = written();
    check_like_fresh(&scene, "");
    assert_eq!((written(), reused(&scene)), (first, 602));
    // What the user did to an output is undone, also if it keeps size and time.
    let path = scene.path("output/records.ndjson");
    let mut bytes = fs::read(&path).unwrap();
    bytes[10] ^= 1;
    fs::write(&path, bytes).unwrap();
    File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(first)).unwrap();
    check_like_fresh(&scene, "");
    check_like_fresh(&scene, "");
    fs::remove_file(path).unwrap();
    check_like_fresh(&scene, "");
    let state = scene.path("output/.nosograph/last");
    let whole = fs::read(&state).expect("a run of so many pages leaves it");
    for at in [1, whole.len() / 2, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 4;
        fs::write(&state, damaged).unwrap();
        check_like_fresh(&scene, "");
    }
    let told = scene.call("run --fail-on never --output-format text");
    assert!(told.stdout.contains("empty.txt:1: error[N103]"), "{}", told.stdout.len());
}

#[test]
fn a_change_that_keeps_size_and_time_is_seen() {
    let scene = pages(3);
    scene.call("run --fail-on never");
    let path = scene.path("input/0001.txt");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    scene.write("input/0001.txt", &page(9));
    File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
    check_like_fresh(&scene, "");
    assert!(scene.read("output/records.ndjson").contains("Page 9 has"));
}

#[test]
fn a_change_within_a_tick_is_seen() {
    let scene = Scene::new(&[]);
    for number in 0..20 {
        // Written, read and written again as fast as can be.
        scene.write("input/a.txt", &page(number));
        scene.call("run --fail-on never -q");
        scene.write("input/a.txt", &page(number + 20));
        scene.call("run --fail-on never -q");
        assert!(scene.read("output/records.ndjson").contains(&format!("Page {} has", number + 20)));
    }
}

#[test]
fn a_cache_that_is_damaged_cut_or_gone_changes_nothing() {
    let scene = pages(30);
    scene.call("run --fail-on never");
    let path = scene.path("output/.nosograph/pages");
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    for at in (0..damaged.len()).step_by(997) {
        damaged[at] ^= 0x10;
    }
    let state = scene.path("output/.nosograph");
    for bytes in [&damaged[..], &whole[..whole.len() / 2], b"", b"garbage"] {
        fs::write(&path, bytes).unwrap();
        check_like_fresh(&scene, "");
    }
    fs::remove_dir_all(&state).unwrap();
    check_like_fresh(&scene, "");
    check_damage(&scene, "pages");
    check_damage(&scene, "pages.texts");
    assert!(fs::metadata(&path).unwrap().len() < fs::metadata(state.join("pages.texts")).unwrap().len());
    for bytes in [&b""[..], b"garbage"] {
        fs::write(state.join("pages.texts"), bytes).unwrap();
        check_like_fresh(&scene, "");
    }
    scene.write("input/0003.txt", &page(1003));
    thread::sleep(TICK);
    check_like_fresh(&scene, "");
    assert_eq!(reused(&scene), 31);
    check_damage(&scene, "pages.later");
    // A folder where a file should be.
    fs::remove_file(&path).unwrap();
    fs::create_dir_all(path.join("x")).unwrap();
    fs::create_dir_all(state.join("pages.new/x")).unwrap();
    check_like_fresh(&scene, "");
}

/// Flips a bit at places all over a file of the cache.
fn check_damage(scene: &Scene, name: &str) {
    let path = scene.path(format!("output/.nosograph/{name}"));
    let whole = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    // Places that have nothing to do with where an entry starts (the golden section of the file).
    for round in 0..6usize {
        let mut damaged = whole.clone();
        let at = round * 618_034 * whole.len() / 1_000_000 % whole.len();
        damaged[at] ^= 1 << round;
        fs::write(&path, damaged).unwrap();
        check_like_fresh(scene, "");
    }
}

/// An edit of the input.
#[derive(Clone, Debug)]
enum Edit {
    Write(u8, u8),
    Remove(u8),
    Rename(u8, u8),
    Copy(u8, u8),
    Folder(u8),
    KeepTime(u8, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let name = || 0..12u8;
    prop_oneof![
        (name(), any::<u8>()).prop_map(|(name, text)| Edit::Write(name, text)),
        name().prop_map(Edit::Remove),
        (name(), name()).prop_map(|(from, to)| Edit::Rename(from, to)),
        (name(), name()).prop_map(|(from, to)| Edit::Copy(from, to)),
        name().prop_map(Edit::Folder),
        (name(), any::<u8>()).prop_map(|(name, text)| Edit::KeepTime(name, text)),
    ]
}

fn apply(scene: &Scene, edit: &Edit) {
    let path = |name: u8| scene.path(format!("input/{}.txt", char::from(b'a' + name)));
    let text = |text: u8| page(1000 + usize::from(text));
    // An edit of what is not there, or has become a folder, is none.
    let _ = match *edit {
        Edit::Write(name, of) => fs::write(path(name), text(of)),
        Edit::Remove(name) => fs::remove_file(path(name)),
        Edit::Rename(from, to) => fs::rename(path(from), path(to)),
        Edit::Copy(from, to) => fs::copy(path(from), path(to)).map(drop),
        Edit::Folder(name) => {
            fs::create_dir_all(path(name)).and_then(|()| fs::write(path(name).join("x.txt"), text(name)))
        }
        Edit::KeepTime(name, of) => {
            fs::metadata(path(name)).and_then(|data| data.modified()).and_then(|time| {
                fs::write(path(name), text(of))?;
                File::options().write(true).open(path(name))?.set_times(FileTimes::new().set_modified(time))
            })
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rerun_after_any_edits_equals_a_fresh_run(rounds in prop::collection::vec(prop::collection::vec(edit(), 0..6), 1..5)) {
        let scene = Scene::new(&[("input/a.txt", &page(0)), ("input/b.txt", &page(1)), ("input/c.txt", &page(2))]);
        for (edits, formats) in rounds.iter().zip(["", "--formats ndjson", "", "--formats csv"].iter().cycle()) {
            edits.iter().for_each(|edit| apply(&scene, edit));
            check_like_fresh(&scene, formats);
        }
    }
}
