//! `nosograph diff`, and the night on which a site changes.

use crate::scene::{Ended, Scene, check_failed};
use serde_json::Value;

/// A page of a site with labels.
fn labelled(name: &str, code: &str) -> String {
    format!(
        "# {name}\n\nICD-10 code: {code}\n\n## Symptoms\n\nThe patient has signs of {name} for some days.\n\n\
         ## Treatment\n\nRest and fluids help most patients with {name}.\n\n## Key points\n\n1. Rest\n2. Fluids\n"
    )
}

/// The same content under another template: the label of the code has another name.
fn relabelled(name: &str, code: &str) -> String {
    labelled(name, code).replace("ICD-10 code: ", "Filed under: ")
}

const DISEASES: [(&str, &str); 8] = [
    ("Cholera", "A00"),
    ("Asthma", "J45"),
    ("Gastritis", "K29"),
    ("Psoriasis", "L40"),
    ("Epilepsy", "G40"),
    ("Hypothyroidism", "E03"),
    ("Appendicitis", "K35"),
    ("Migraine", "G43"),
];

/// The pages of the other site: across sites no code stands twice.
const OTHERS: [(&str, &str); 8] = [
    ("Typhoid", "A01"),
    ("Rhinitis", "J30"),
    ("Enteritis", "K52"),
    ("Dermatitis", "L30"),
    ("Sclerosis", "G35"),
    ("Thyrotoxicosis", "E05"),
    ("Diverticulosis", "K57"),
    ("Neuralgia", "G50"),
];

/// Two days: on the second one site's template changed, a page of the other is broken, one is gone, and two
/// are new.
fn two_days() -> Scene {
    let scene = Scene::new(&[]);
    for (name, code) in DISEASES {
        let page = format!("{name}.txt");
        scene.write(&format!("day1/steady/{page}"), labelled(name, code).as_bytes());
        if name != "Cholera" {
            scene.write(&format!("day2/steady/{page}"), labelled(name, code).as_bytes());
        }
    }
    for (name, code) in OTHERS {
        scene.write(&format!("day1/moody/{name}.txt"), labelled(name, code).as_bytes());
        scene.write(&format!("day2/moody/{name}.txt"), relabelled(name, code).as_bytes());
    }
    scene.write("day2/steady/Asthma.txt", b"");
    scene.write(
        "day2/steady/Gastritis.txt",
        labelled("Gastritis", "K29").replace("Rest and fluids", "Rest and antacids").as_bytes(),
    );
    for (name, code) in [("Cystitis", "N30"), ("Gout", "M10")] {
        scene.write(&format!("day2/steady/{name}.txt"), labelled(name, code).as_bytes());
    }
    for day in ["1", "2"] {
        scene.call(&format!("run day{day} -o out{day} --fail-on never"));
    }
    scene
}

#[test]
fn the_night_a_site_changes_is_told_page_by_page_and_rate_by_rate() {
    let scene = two_days();
    let ended = scene.call("diff out1 out2 --format json");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let diff: Value = serde_json::from_str(&ended.stdout).unwrap();
    let uris = |change: &str| -> Vec<&str> {
        let pages = diff["pages"].as_array().unwrap().iter().filter(|page| page["change"] == change);
        pages.map(|page| page["uri"].as_str().unwrap()).collect()
    };
    assert_eq!(uris("added"), ["steady/Cystitis.txt", "steady/Gout.txt"]);
    assert_eq!(uris("removed"), ["steady/Cholera.txt"]);
    assert_eq!(uris("changed"), ["steady/Gastritis.txt"]);
    let rejected = uris("rejected");
    assert_eq!(rejected.len(), 9, "{rejected:?}");
    assert!(
        rejected.iter().filter(|uri| uri.starts_with("moody/")).count() == 8
            && rejected.contains(&"steady/Asthma.txt")
    );
    assert_eq!(diff["summary"]["unchanged"], 5);
    let gastritis =
        diff["pages"].as_array().unwrap().iter().find(|page| page["uri"] == "steady/Gastritis.txt").unwrap();
    let words = serde_json::to_string(&gastritis["fields"][0]["words"]).unwrap();
    assert!(words.contains(r#"{"removed":"fluids"},{"added":"antacids"}"#), "{words}");
    let drift = |rate: &str| {
        let drift = diff["summary"]["drift"].as_array().unwrap().iter().find(|drift| drift["rate"] == rate);
        drift.unwrap_or_else(|| panic!("{rate} {}", diff["summary"])).clone()
    };
    assert_eq!(drift("rejects")["old"]["count"], 0);
    assert_eq!(drift("rejects")["new"]["count"], 9);
    assert_eq!(drift("N201")["new"]["count"], 8);
    let rule = drift("rule.code-labelled");
    assert_eq!((&rule["old"]["count"], &rule["new"]["count"]), (&16.into(), &8.into()), "{rule}");
    assert_eq!(drift("left.Filed under")["new"]["count"], 8);
    // A rule that is shadowed is told by its hits; one that always won is not told twice.
    let hits = drift("hit.code-alone");
    assert_eq!((&hits["old"]["count"], &hits["new"]["count"]), (&16.into(), &8.into()), "{hits}");
    let rates: Vec<&Value> =
        diff["summary"]["drift"].as_array().unwrap().iter().map(|drift| &drift["rate"]).collect();
    assert!(!rates.contains(&&Value::from("hit.code-labelled")), "{rates:?}");
    let of_records: Value =
        serde_json::from_str(&scene.call("diff out1/records.ndjson out2 --format json").stdout).unwrap();
    assert!(!of_records["summary"]["drift"].to_string().contains("hit."), "{}", of_records["summary"]);
}

#[test]
fn check_and_report_of_that_night_name_the_same_pages() {
    let scene = two_days();
    let checked = scene.call("check out2");
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stderr.contains("8 records in 1 file"), "{checked:?}");
    let html = scene.call("report out2 --input day2 --baseline out1").stdout;
    let told = "<p>5 pages are as they were, 9 now rejected, 1 changed, 2 added, 1 removed.</p>";
    assert!(html.contains(told), "{html}");
    let since = html.split("<section id=\"drift\">").nth(1).unwrap().split("</section>").next().unwrap();
    let named: Vec<&str> = since.split("<li>").skip(1).map(|rest| rest.split(' ').next().unwrap()).collect();
    let mut expected: Vec<String> = OTHERS.iter().map(|(name, _)| format!("moody/{name}.txt")).collect();
    expected.sort();
    expected.extend(
        ["Asthma", "Gastritis", "Cystitis", "Gout", "Cholera"].map(|name| format!("steady/{name}.txt")),
    );
    assert_eq!(named, expected);
    assert!(since.contains("rule.code-labelled") && since.contains("left.Filed under"), "{since}");
}

#[test]
fn drift_over_its_limit_ends_with_1() {
    let scene = two_days();
    let ended = |limit: &str| scene.call(&format!("diff out1 out2 --max-drift {limit}"));
    assert_eq!(ended("rejects=5%").code, Some(1));
    assert!(ended("rejects=5%").stdout.contains("! rejects"), "{:?}", ended("rejects=5%"));
    assert_eq!(ended("rejects=60%").code, Some(0));
    assert_eq!(ended("title=5%,*=99%").code, Some(0));
    assert_eq!(ended("*=5%").code, Some(1));
    assert_eq!(ended("N999=5%").code, Some(2));
    assert_eq!(ended("title").code, Some(2));
    check_failed(&ended("nonsense=5%"), "nonsense");
}

#[test]
fn text_and_markdown_name_the_pages_and_the_words() {
    let scene = two_days();
    let text = scene.call("diff out1 out2").stdout;
    for wanted in [
        "added     steady/Gout.txt",
        "removed   steady/Cholera.txt",
        "Rest and [-fluids-] {+antacids+} help",
        "5 as before, 1 changed, 2 added, 1 removed, 9 now rejected, 0 now accepted",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let markdown = scene.call("diff out1 out2 --format markdown --show 1").stdout;
    assert!(
        markdown.contains("12 more pages are not shown.") && markdown.contains("| rejects | 0.0% |"),
        "{markdown}"
    );
}

#[test]
fn the_same_run_does_not_differ_from_itself() {
    let scene = two_days();
    let ended = scene.call("diff out2 out2 --max-drift *=0%");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(
        ended.stdout,
        "pages: 17 as before, 0 changed, 0 added, 0 removed, 0 now rejected, 0 now accepted\n"
    );
    let mut records = scene.lines("out1/records.ndjson");
    records.reverse();
    let text: String = records.iter().map(|record| format!("{record}\n")).collect();
    scene.write("unsorted.ndjson", text.as_bytes());
    check_failed(&scene.call("diff out1 unsorted.ndjson"), "unsorted.ndjson:2:1");
    check_failed(&scene.call("diff out1 missing"), "missing");
}

#[test]
fn a_rule_that_stops_firing_is_named() {
    let scene = Scene::new(&[
        ("old/a.txt", labelled("Cholera", "A00").as_bytes()),
        ("new/a.txt", labelled("Cholera", "A00").replace("Key points", "What counts").as_bytes()),
    ]);
    for day in ["old", "new"] {
        scene.call(&format!("run {day} -o {day}-run"));
    }
    let told = scene.call("diff old-run new-run").stdout;
    let line = told.lines().find(|line| line.contains("rule.points-under-heading")).unwrap();
    assert!(line.ends_with("100.0% → none      -100.00  stopped firing"), "{line}");
    let markdown = scene.call("diff old-run new-run --format markdown").stdout;
    assert!(
        markdown.contains("| rule.points-under-heading (stopped firing) | 100.0% | none | -100.00 |"),
        "{markdown}"
    );
}

#[test]
fn a_bad_row_is_told_with_its_number_and_costs_no_other() {
    let scene = two_days();
    let mut lines: Vec<String> = scene.read("out2/records.ndjson").lines().map(str::to_owned).collect();
    let whole = lines.len();
    lines[1] = lines[1].replacen("\"billable\":", "\"mine\":1,\"billable\":", 1);
    lines.insert(2, "{\"record_id\": \"x".into());
    scene.write("edited.ndjson", (lines.join("\n") + "\n").as_bytes());
    let ended = scene.call("diff out2/records.ndjson edited.ndjson");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("edited.ndjson:2: error[N152]: `mine` is no field"), "{ended:?}");
    assert!(ended.stdout.contains("edited.ndjson:3: error[N151]: the line is no JSON"), "{ended:?}");
    assert!(
        ended.stdout.contains(&format!("pages: {whole} as before, 0 changed, 0 added, 0 removed")),
        "{ended:?}"
    );
    let json: Value =
        serde_json::from_str(&scene.call("diff out2/records.ndjson edited.ndjson --format json").stdout)
            .unwrap();
    assert_eq!(
        (&json["summary"]["malformed"], &json["summary"]["malformed_rows"][1]["line"]),
        (&2.into(), &3.into())
    );
    let markdown = scene.call("diff out2/records.ndjson edited.ndjson --format markdown").stdout;
    assert!(markdown.contains("- `edited.ndjson:3`: N151 the line is no JSON"), "{markdown}");
    lines.push(lines[0].clone());
    let array = format!("[\n{}\n]\n", lines.join(",\n"));
    scene.write("edited.json", array.replace("{\"record_id\": \"x", "{\"record_id\": [").as_bytes());
    let told = scene.call("check edited.json").stdout;
    assert!(told.contains("edited.json:4: error[N151]"), "{told}");
}

#[test]
fn gates_decide_and_their_counts_stand_in_the_manifest() {
    let scene = two_days();
    let ended = scene
        .call("run day2 -o gated --fail-on never --max-rejects 20% --min-fill code=100% --max-unassigned 0%");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("gate rejects: 9 of 17, has to be at most 20%"), "{ended:?}");
    let gates = scene.json("gated/run.json")["gates"].clone();
    let verdict = |gate: &str| {
        gates
            .as_array()
            .unwrap()
            .iter()
            .find(|verdict| verdict["gate"] == gate)
            .unwrap_or_else(|| panic!("{gates}"))
            .clone()
    };
    assert_eq!(
        (verdict("rejects")["count"].as_u64(), verdict("rejects")["passed"].as_bool()),
        (Some(9), Some(false))
    );
    assert_eq!(verdict("fill.code")["passed"], true);
    let code = |options: &str| scene.call(&format!("run day1 -o gated {options}")).code;
    assert_eq!(code("--min-fill title=100%,code=100% --max-unassigned 5%"), Some(0));
    assert_eq!(code("--min-fill source_url=1%"), Some(1));
    assert_eq!(code("--min-fill nonsense=1%"), Some(2));
    assert_eq!(code("--min-fill title=101%"), Some(2));
}

#[test]
fn rejects_are_worked_off_and_no_accepted_record_changes() {
    let scene = two_days();
    let profile = scene.call("profile show icd10-disease").stdout;
    let rule = "\n[[rules]]\nid = \"code-reference\"\nfield = \"code\"\n\
                pattern = '^Filed under: (?P<value>[A-Z][0-9]{2})$'\n";
    let mended = profile.replace("version = 1", "version = 2") + rule;
    scene.write("mended.toml", mended.as_bytes());
    let retried = scene.call("run day2 --only-rejects out2 -o out3 --profile mended.toml --fail-on never");
    assert_eq!(retried.code, Some(0), "{retried:?}");
    let told = "9 rejects tried again, 8 with a record now; 8 records as before\n";
    assert!(retried.stderr.ends_with(told), "{retried:?}");
    let manifest = scene.json("out3/run.json");
    let verdict = manifest["gates"].as_array().unwrap().last().unwrap();
    let numbers = ["gate", "count", "of", "limit"].map(|key| verdict[key].to_string());
    assert_eq!(numbers, ["\"accepted.same\"", "8", "8", "\"all\""]);
    // The outputs are those of a run by the mended profile, in another folder or in place.
    scene.call("run day2 -o whole --profile mended.toml --fail-on never");
    scene.call("run day2 --only-rejects out2 -o out2 --profile mended.toml --fail-on never");
    for folder in ["out3", "out2"] {
        for name in scene.names("whole").iter().filter(|name| *name != "run.json") {
            assert_eq!(
                scene.read(&format!("{folder}/{name}")),
                scene.read(&format!("whole/{name}")),
                "{folder} {name}"
            );
        }
    }

    // A profile that does more than it should is named with the pages, and nothing is written.
    let before = scene.read("out2/run.json");
    let greedy = mended.replace("\"save\", ", "\"save\", \"rest and fluids *\", ");
    assert_ne!(greedy, mended);
    scene.write("greedy.toml", greedy.as_bytes());
    let failed = scene.call("run day2 --only-rejects out2 -o out2 --profile greedy.toml");
    check_failed_at_the_end(&failed, "out2: 15 pages would not be as they were; nothing was written");
    assert!(failed.stderr.contains("steady/Epilepsy.txt: would differ in sections[1].text"), "{failed:?}");
    assert!(!failed.stderr.contains("steady/Gastritis.txt"), "{failed:?}");
    assert_eq!(scene.read("out2/run.json"), before);

    // Neither may a page join, leave or change, but for those that are rejects.
    scene.write("day2/steady/Asthma.txt", labelled("Asthma", "J45").as_bytes());
    let cured = scene.call("run day2 --only-rejects out2 -o out2 --profile mended.toml");
    assert!(cured.code == Some(0) && cured.stderr.contains("1 reject tried again, 1 with"), "{cured:?}");
    scene.write("day2/a new.txt", labelled("Cholera", "A00").as_bytes());
    std::fs::remove_file(scene.path("day2/steady/Gout.txt")).unwrap();
    scene.write("day2/steady/Epilepsy.txt", b"");
    scene.write("day2/steady/Psoriasis.txt", labelled("Psoriasis", "L41").as_bytes());
    let failed = scene.call("run day2 --only-rejects out2 -o out2 --profile mended.toml");
    check_failed_at_the_end(&failed, "out2: 4 pages would not be");
    for line in [
        "a new.txt: is not in the earlier run",
        "steady/Epilepsy.txt: would be a reject: N103 ",
        "steady/Gout.txt: is not in the input, or is no page any more",
        "steady/Psoriasis.txt: the page itself is another one",
    ] {
        assert!(failed.stderr.contains(line), "{line} {failed:?}");
    }
    check_failed(&scene.call("run day2 --only-rejects day1 -o out2"), "day1");
}

/// A failure that was told with the pages it is about, before the error itself.
#[track_caller]
fn check_failed_at_the_end(ended: &Ended, error: &str) {
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
    assert!(ended.stderr.contains(&format!("\nerror: {error}")), "{ended:?}");
}

#[test]
fn tables_alone_are_compared_exported_and_reported_too() {
    let scene = two_days();
    scene.call("run day1 -o tables --formats csv --fail-on never");
    scene.call("run day1 -o lines --formats ndjson --fail-on never");
    scene.call("run day2 -o later --formats ndjson --fail-on never");
    let same = scene.call("diff lines tables");
    assert!(same.code == Some(0) && same.stdout.contains(" 0 changed"), "{same:?}");
    assert_eq!(
        scene.call("diff tables later --show 0").stdout.lines().next(),
        scene.call("diff lines later --show 0").stdout.lines().next()
    );
    check_failed(
        &scene.call("diff tables later --max-drift rule.code-labelled=5%"),
        "tables/records.csv: `rule.code-labelled` is a rate of rules",
    );
    for target in ["fhir", "schema-org"] {
        let [tables, lines] =
            ["tables", "lines"].map(|run| scene.call(&format!("export {run} --to {target}")));
        assert!(tables.code == Some(0) && tables.stdout == lines.stdout, "{tables:?}");
    }
    assert_eq!(scene.call("report tables -o tables.html").code, Some(0));
    scene.write(
        "a.gold.json",
        br#"{"title": "Cholera", "sections": [], "key_points": [], "diagnosis_codes": []}"#,
    );
    for needs_provenance in
        ["verify tables -i day1", "eval tables a.gold.json", "run day1 --only-rejects tables -o new"]
    {
        let ended = scene.call(needs_provenance);
        check_failed(&ended, "tables do not tell where a value came from");
        assert!(ended.stderr.contains("hint: run with `--formats ndjson` too"), "{ended:?}");
    }
}
