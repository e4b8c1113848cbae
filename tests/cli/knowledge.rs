//! `nosograph rules`, `nosograph profile`, `nosograph icd`: what the program goes by.

use crate::scene::{Scene, check_failed};

#[test]
fn rules_lists_all_and_explains_one() {
    let scene = Scene::new(&[]);
    let all = scene.call("rules");
    assert_eq!(all.code, Some(0), "{all:?}");
    assert!(all.stdout.lines().count() >= 40 && all.stdout.contains("N203"), "{all:?}");
    for id in ["N203", "n203", "chapter-contradicts-code"] {
        let one = scene.call(&format!("rules {id}"));
        assert!(
            one.stdout.starts_with("N203 chapter-contradicts-code\n") && one.stdout.contains("cure: "),
            "{one:?}"
        );
    }
    check_failed(&scene.call("rules N999"), "N999");
}

#[test]
fn what_profile_show_prints_is_a_profile() {
    let scene = Scene::new(&[]);
    let list = scene.call("profile list").stdout;
    assert!(list.contains("icd10-disease@") && list.contains("article@"), "{list}");
    let shown = scene.call("profile show article");
    scene.write("copy.toml", shown.stdout.as_bytes());
    let checked = scene.call("profile check copy.toml");
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stdout.starts_with("copy.toml: article@"), "{checked:?}");
    assert_eq!(scene.call("profile show copy.toml").stdout, shown.stdout);
    scene.write("broken.toml", b"name = 1\n");
    check_failed(&scene.call("profile check copy.toml broken.toml"), "broken.toml:1:");
    check_failed(&scene.call("profile show none"), "none");
}

#[test]
fn icd_tells_what_the_reference_says_of_a_code() {
    let scene = Scene::new(&[]);
    let header = scene.call("icd m61");
    assert_eq!(header.code, Some(0), "{header:?}");
    for line in [
        "M61 Calcification and ossification of muscle",
        "  billable: no, it has codes below it",
        "  chapter:  XIII Diseases of the musculoskeletal system and connective tissue (M00-M99)",
        "  block:    M60-M63 Disorders of muscles",
    ] {
        assert!(header.stdout.lines().any(|shown| shown == line), "{line} is not in {header:?}");
    }
    assert!(header.stdout.contains("\n  below:    M61.0 "), "{header:?}");
    assert!(scene.call("icd M61.00").stdout.contains("\n  above:    M61.0 "));
    let search = scene.call("icd --search calcif --limit 1");
    assert_eq!(search.stdout.lines().count(), 1, "{search:?}");
    assert_eq!(scene.call("icd M61 nonsense").code, Some(1));
    // What was read as another word is said.
    assert_eq!(scene.call("icd XIII").stderr, "`XIII` was read as X11.1\n");
    assert_eq!(scene.call("icd \u{41c}61").stderr, "`\u{41c}61` was read as M61\n");
    assert_eq!(scene.call("icd m61 M6120").stderr, "");
    check_failed(&scene.call("icd"), "CODE");
}
