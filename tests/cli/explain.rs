//! `nosograph explain`.

use crate::scene::{CHOLERA, Scene};

#[test]
fn every_line_is_shown_with_what_became_of_it() {
    let scene =
        Scene::new(&[("a00.txt", CHOLERA.as_bytes()), ("prose.txt", b"Only prose.\n"), ("empty.txt", b"")]);
    let ended = scene.call("explain a00.txt");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    let line = ended.stdout.lines().find(|line| line.contains("ICD-10 code: A00")).unwrap();
    assert!(line.contains(" code ") && !line.contains('\u{1b}'), "{line:?}");
    assert_eq!(scene.call("explain prose.txt").code, Some(1));
    assert_eq!(scene.call("explain empty.txt").code, Some(1));
}
