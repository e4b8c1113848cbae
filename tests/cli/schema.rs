//! `nosograph schema`.

use crate::scene::Scene;

#[test]
fn each_schema_is_json() {
    let scene = Scene::new(&[]);
    for (of, word) in [
        ("", "record_id"),
        ("record", "provenance"),
        ("reject", "partial"),
        ("tables", "key_points"),
        ("profile", "strip_prefix"),
    ] {
        let ended = scene.call(&format!("schema {of}"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{of}");
        serde_json::from_str::<serde_json::Value>(&ended.stdout).unwrap();
        assert!(ended.stdout.contains(word), "{of}");
    }
}

/// `nosograph schema record > schemas/v1/record.json` brings one up to date; docs/record.md says when it may.
#[test]
fn the_published_schemas_are_those_that_are_printed() {
    let scene = Scene::new(&[]);
    for of in ["record", "reject", "tables"] {
        let path = format!("{}/schemas/v1/{of}.json", env!("CARGO_MANIFEST_DIR"));
        let published = std::fs::read_to_string(&path).unwrap();
        assert_eq!(scene.call(&format!("schema {of}")).stdout, published, "{path}");
    }
}
