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
