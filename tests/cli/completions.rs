//! `nosograph completions`, `--help`, `--version`.

use crate::scene::Scene;

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let scene = Scene::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = scene.call(&format!("completions {shell}"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(ended.stdout.contains("extract") && ended.stdout.contains("max-rejects"), "{shell}");
    }
}

#[test]
fn help_states_limits_and_defaults() {
    let scene = Scene::new(&[]);
    let help = scene.call("run --help");
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    for word in
        ["67108864", "[default: input]", "[default: output]", "[default: icd10-disease]", "130, 143, 129"]
    {
        assert!(help.stdout.contains(word), "{word} is missing in {}", help.stdout);
    }
    let version = scene.call("--version");
    assert_eq!(version.stdout, format!("nosograph {}\n", env!("CARGO_PKG_VERSION")));
}
