//! A profile of one's own: a page of another shape needs a TOML file and no Rust.

use crate::scene::Scene;
use serde_json::json;

const PROFILE: &str = include_str!("../profiles/clinic-handouts.toml");
const PAGE: &str = include_str!("../profiles/handout.html");

#[test]
fn a_profile_reads_a_site_that_the_built_in_ones_do_not() {
    let scene = Scene::new(&[("site.toml", PROFILE.as_bytes()), ("in/handout.html", PAGE.as_bytes())]);
    let built_in = scene.call("run in -o plain");
    assert_eq!(built_in.code, Some(1), "the built-in profile finds no code: {}", built_in.stderr);

    let ended = scene.call("run in -o out --profile site.toml");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let record = &scene.lines("out/records.ndjson")[0];
    assert_eq!(record["profile"], "clinic-handouts@1");
    assert_eq!(record["code"], "G43.0");
    assert_eq!(record["title"], "Migraine without aura");
    assert_eq!(
        record["extra"],
        json!({"synonyms": ["common migraine", "sick headache"], "ward": "Neurology 2"})
    );
    assert_eq!(record["provenance"]["extra.synonyms[1]"]["rule"], "synonyms");
    assert_eq!(record["provenance"]["title"]["rule"], "title");
    let headings: Vec<&str> = record["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|section| section["heading"].as_str())
        .collect();
    assert_eq!(headings, ["At home", "When to call us"]);
    assert!(!scene.read("out/records.ndjson").contains("Order more leaflets"));

    let [from, to] = [0, 1].map(|at| record["provenance"]["title"]["bytes"][at].as_u64().unwrap() as usize);
    assert_eq!(&PAGE[from..to], "Migraine without aura");
}

#[test]
fn the_profile_of_the_manual_is_this_one() {
    let manual = include_str!("../../docs/profiles.md");
    assert!(manual.contains(PROFILE.trim()), "docs/profiles.md shows another profile");
}
