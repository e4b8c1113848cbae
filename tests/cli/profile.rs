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
fn a_profile_is_tried_on_the_pages_it_carries() {
    let scene = Scene::new(&[("site/site.toml", PROFILE.as_bytes()), ("site/handout.html", PAGE.as_bytes())]);
    let ended = scene.call("profile test site/site.toml icd10-disease");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("ok      handout.html\nclinic-handouts@1: 1 passed, 0 failed\n"),
        "{}",
        ended.stdout
    );

    scene.write("site/site.toml", PROFILE.replace("\"At home\"", "\"Home\"").as_bytes());
    let ended = scene.call("profile test site/site.toml");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let miss = "failed  handout.html\n        sections[0].heading: expected \"Home\", found \"At home\"\n";
    assert!(ended.stdout.starts_with(miss), "{}", ended.stdout);

    scene.write("site/site.toml", PROFILE.replace("handout.html", "no.html").as_bytes());
    let ended = scene.call("profile test site/site.toml");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("site/no.html: the page cannot be read"), "{}", ended.stderr);

    let without = PROFILE.split("[[tests]]").next().unwrap();
    scene.write("site/site.toml", without.as_bytes());
    let ended = scene.call("profile test site/site.toml");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("the profile has no tests"), "{}", ended.stderr);
}

#[test]
fn a_new_profile_is_drafted_from_pages_and_holds() {
    let page = |name: &str, code: &str, setting: &str| {
        format!(
            "{name}\n\nICD-10 code: {code}\nCare setting: {setting}\n\n{name} is a disease that keeps many people \
             from work every year.\n\nAsk our team\n"
        )
    };
    let scene = Scene::new(&[
        ("a00.txt", page("Cholera", "A00", "ward").as_bytes()),
        ("m10.txt", page("Gout", "M10", "clinic").as_bytes()),
    ]);
    let ended = scene.call("profile new my-site a00.txt m10.txt");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    scene.write("site.toml", ended.stdout.as_bytes());
    let ended = scene.call("profile test site.toml");
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("my-site@1: 2 passed, 0 failed"), "{}", ended.stdout);
    let ended = scene.call("extract --profile site.toml m10.txt");
    let record: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (&record["profile"], &record["extra"]),
        (&json!("my-site@1"), &json!({"care_setting": "clinic"}))
    );

    let ended = scene.call("profile new Site");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("key `name`: expected lower-case letters"), "{}", ended.stderr);
    let ended = scene.call("profile new my-site --from other");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("use one of icd10-disease, article"), "{}", ended.stderr);
    let ended = scene.call("profile new my-site no.txt");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("no.txt: the page cannot be read"), "{}", ended.stderr);
}

#[test]
fn the_profile_of_the_manual_is_this_one() {
    let manual = include_str!("../../docs/profiles.md");
    assert!(manual.contains(PROFILE.trim()), "docs/profiles.md shows another profile");
}
