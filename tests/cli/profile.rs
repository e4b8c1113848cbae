//! A profile of one's own: a page of another shape needs a TOML file and no Rust.

use crate::scene::{CHOLERA, Scene, check_failed};
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
    assert!(ended.stderr.contains("`Site` is no name for a profile"), "{}", ended.stderr);
    let ended = scene.call("profile new my-site --from other");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("use one of icd10-disease, article"), "{}", ended.stderr);
    let ended = scene.call("profile new my-site no.txt");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("no.txt: the page cannot be read"), "{}", ended.stderr);
}

#[test]
fn the_gates_of_a_profile_decide_unless_the_command_line_says_otherwise() {
    let scene = Scene::new(&[
        ("site.toml", PROFILE.as_bytes()),
        ("handout.html", PAGE.as_bytes()),
        ("in/handout.html", PAGE.as_bytes()),
        ("in/bare.html", PAGE.replace("Ward", "Other").as_bytes()),
    ]);
    assert_eq!(
        scene.call("profile check site.toml").stdout,
        "site.toml: clinic-handouts@1 is a profile with 6 rules and 4 gates\n"
    );
    let ended = scene.call("run in --profile site.toml");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("gate fill.extra.ward: 1 of 2, has to be at least 90%"), "{ended:?}");
    let gates = scene.json("output/run.json")["gates"].clone();
    let ward =
        json!({"gate": "fill.extra.ward", "count": 1, "of": 2, "limit": "at least 90%", "passed": false});
    assert!(gates.as_array().unwrap().contains(&ward), "{gates}");
    assert_eq!(scene.call("run in --profile site.toml --min-fill extra.ward=50%").code, Some(0));
    let strict = scene.call("run in --profile site.toml --min-fill extra.ward=50%,title=100%,source_url=1%");
    assert!(strict.stderr.contains("gate fill.source_url: 0 of 2"), "{strict:?}");
    let text = PROFILE.replace("extra.ward\" = \"90%", "extra.hall\" = \"90%");
    scene.write("wrong.toml", text.as_bytes());
    let line = text.lines().position(|line| line.contains("extra.hall")).unwrap() + 1;
    for command in ["profile check wrong.toml", "run in --profile wrong.toml"] {
        check_failed(&scene.call(command), &format!("wrong.toml:{line}:"));
    }
}

#[test]
fn rules_that_never_fired_are_told_against_a_run() {
    let scene = Scene::new(&[("site.toml", PROFILE.as_bytes()), ("in/handout.html", PAGE.as_bytes())]);
    scene.write("handout.html", PAGE.as_bytes());
    scene.call("run in --profile site.toml");
    let ended = scene.call("profile check site.toml --against output");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let rows: Vec<Vec<&str>> = ended.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.contains(&vec!["ward", "extra.ward", "1", "1", "1", "0"]), "{}", ended.stdout);
    assert!(ended.stdout.ends_with("every rule fired\n"), "{}", ended.stdout);
    let more = PROFILE
        .replace("[[chrome]]", "[[rules]]\nid = \"new\"\nfield = \"title\"\nfirst = true\n\n[[chrome]]");
    scene.write("more.toml", more.as_bytes());
    let ended = scene.call("profile check more.toml --against output");
    assert!(
        ended.stdout.contains("whose text is another one")
            && ended.stdout.contains("new         is not in the run"),
        "{}",
        ended.stdout
    );
    let ended = scene.call("run in --profile more.toml -o more");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = scene.call("profile check more.toml --against more");
    assert!(ended.stdout.ends_with("1 of 7 rules never fired: new\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("1  always shadowed"), "{}", ended.stdout);
    check_failed(&scene.call("profile check site.toml --against in"), "run.json");
}

#[test]
fn the_profile_of_the_manual_is_this_one() {
    let manual = include_str!("../../docs/profiles.md");
    assert!(manual.contains(PROFILE.trim()), "docs/profiles.md shows another profile");
    assert!(manual.contains(PAGE.trim()), "docs/profiles.md shows another page");
}

#[test]
fn headings_are_taught_by_a_pattern_or_a_selector() {
    let guide = include_str!("../../docs/profiles.md");
    let example = guide.split("```toml\n").find(|part| part.contains("headings-framed")).unwrap();
    let example = example.split("```").next().unwrap();
    let base =
        include_str!("../../src/profile/builtin/icd10-disease.toml").split("[[tests]]").next().unwrap();
    let scene = Scene::new(&[("framed.toml", format!("{base}\n{example}").as_bytes())]);
    let ended = scene.call("profile test framed.toml");
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("ok      headings between angle marks"), "{}", ended.stdout);

    let classes = "name = 'classes'\nversion = 1\ndescription = 'd'\n\
        [[rules]]\nid = 'headings'\nfield = 'sections'\nselector = '.part b'\n\
        [[tests]]\nhtml = '''<div class=part><b>At home</b></div><p>Rest the foot.</p>'''\n\
        expect.sections = [{heading = 'At home', text = 'Rest the foot.'}]\n";
    scene.write("classes.toml", classes.as_bytes());
    let ended = scene.call("profile test classes.toml");
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn a_draft_starts_from_a_file_too_and_its_name_is_checked() {
    let scene = Scene::new(&[("a.txt", CHOLERA.as_bytes())]);
    let base = "# Ours.\nversion = 3\nname = \"ours\"\ndescription = \"d\"\nrequires = [\"code\"]\n\n[[rules]]\nid = \"own\"\n\
        field = \"code\"\nlabel = [\"icd-10 code\"]\n\n[gates]\nmax_rejects = \"5%\"\n\n[[tests]]\ntext = \"x\"\nends = \"reject\"\n";
    scene.write("ours.toml", base.as_bytes());
    let ended = scene.call("profile new mine a.txt --from ours.toml");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    scene.write("mine.toml", ended.stdout.as_bytes());
    let checked = scene.call("profile check mine.toml").stdout;
    assert_eq!(checked, "mine.toml: mine@1 is a profile with 1 rule and 1 gate\n");
    assert_eq!(scene.call("profile test mine.toml").stdout, "ok      a.txt\nmine@1: 1 passed, 0 failed\n");
    scene.write("mixed.toml", (base.to_owned() + "\n[severity]\nN501 = \"off\"\n").as_bytes());
    let mixed = scene.call("profile new mine --from mixed.toml");
    check_failed(&mixed, "the profile to start from cannot be taken over");
    check_failed(&scene.call("profile new Mine"), "error: `Mine` is no name for a profile\n");
    check_failed(&scene.call("profile new article"), "error: `article` is the name of a built-in profile\n");
    check_failed(&scene.call("profile new mine --from none"), "none: no profile of this name");
    std::fs::remove_file(scene.path("a.txt")).unwrap();
    check_failed(&scene.call("profile check mine.toml"), "a.txt: the page of a test is not there");
}
