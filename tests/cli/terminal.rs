//! What a page says never steers the terminal of its reader: no control character of a page, a file name, a
//! label, a record or a reference comes out as it is.

use crate::scene::{Ended, Scene, ended};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

/// A title that colors, renames the window, moves the cursor, and reorders what follows: C0, C1, DEL, bidi.
const EVIL: &str = "Chol\u{1b}[31mera\u{1b}]0;owned\u{7}\u{9b}2J\u{7f}\u{202e}\u{2028}x\u{8}\rY";

fn scene() -> Scene {
    let evil = EVIL.replace('\r', " ");
    // Without it the pages would be told as binary files.
    let words = "Cholera is an acute infection of the small bowel that pours water into the gut. ".repeat(30);
    let text = format!(
        "# {evil}\n\nICD-10 code: A00\n\nAlso called: {evil}\n\nChapter: I {evil}\n\n## {evil}\n\nText {evil} goes on.\n\n## Key Points\n\n\
         1. {evil}\n3. {evil}\n\n{evil}\n\n{words}\n"
    );
    let html = format!(
        "<!doctype html><title>{evil}</title><h1>{evil}&#27;[0m&#x9b;</h1><p>ICD-10 code: A00</p><p>{evil}</p><p>{words}</p>"
    );
    let scene = Scene::new(&[("input/a.txt", text.as_bytes()), ("input/b.html", html.as_bytes())]);
    let named = scene.path("input").join(OsStr::from_bytes(b"\x1b]0;owned\x07\xff\xc2\x9b.txt"));
    std::fs::write(named, &text).unwrap();
    let gold = format!(
        r#"{{"title": {0}, "code": {0}, "code_system": null, "chapter": null,
            "sections": [], "key_points": [], "diagnosis_codes": []}}"#,
        serde_json::json!(EVIL)
    );
    scene.write("gold/a.gold.json", gold.as_bytes());
    scene.write("edition.csv", format!("code,title\nA00,{}\n", EVIL.replace(['\n', '\r'], " ")).as_bytes());
    scene.write("page.toml", format!("name = \"{evil}\"\nversion = 1\ndescription = \"x\"\n").as_bytes());
    scene
}

/// The first character that steers a terminal.
fn steering(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[track_caller]
fn check(command: &str, ended: &Ended) {
    for (stream, text) in [("stdout", &ended.stdout), ("stderr", &ended.stderr)] {
        let found = steering(text).map(|c| c.escape_unicode().to_string());
        assert_eq!(found, None, "`{command}` wrote it to {stream}: {text:?}");
    }
}

#[test]
fn no_command_writes_a_control_character_of_a_page() {
    let scene = scene();
    let commands = [
        "run -v --fail-on never --output-format text",
        "run -v --fail-on never --output-format json --fresh",
        "run -v --fail-on never --output-format github --fresh",
        "run -v --fail-on never --output-format sarif --fresh",
        "run --dry-run",
        "run input/a.txt -o other --fail-on never",
        "explain input/a.txt",
        "explain input/b.html",
        "check output",
        "check output --output-format json",
        "check output --output-format github",
        "check output --output-format sarif",
        "verify output",
        "diff output other",
        "diff output other --format json",
        "diff output other --format markdown",
        "eval output gold --show title --show code",
        "eval output gold --show title --format json",
        "profile check page.toml",
    ];
    for command in commands {
        let ended = scene.call(command);
        let is_done = ended.code.is_some_and(|code| code <= 1);
        assert!(is_done || command.starts_with("profile"), "`{command}`: {ended:?}");
        check(command, &ended);
    }
    assert_eq!(scene.lines("output/records.ndjson").len(), 3, "pages that are not read show nothing");
}

#[test]
fn names_in_errors_are_escaped() {
    let scene = scene();
    for command in
        ["extract", "explain", "check", "verify", "diff gold", "report", "export --to fhir", "profile check"]
    {
        let mut asked = scene.command(command);
        asked.arg(OsStr::from_bytes(b"\x1b]0;owned\x07\xc2\x9b\xe2\x80\xae"));
        let ended = ended(asked);
        assert_eq!(ended.code, Some(2), "`{command}`: {ended:?}");
        check(command, &ended);
    }
}

/// Runs the command with a terminal for stdout, where the machine has `script` (util-linux).
fn on_a_terminal(scene: &Scene, arguments: &str) -> Option<String> {
    let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_nosograph"));
    let mut script = Command::new("script");
    script.args(["-qec", &command, "/dev/null"]).current_dir(scene.path(".")).stdin(Stdio::null());
    script.env("NO_COLOR", "1").env("TERM", "xterm");
    let Ok(output) = script.output() else {
        #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
        {
            eprintln!("SKIPPED: no `script` that gives a terminal");
        }
        return None;
    };
    // The terminal makes CRLF of a line end.
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

#[test]
fn what_is_piped_as_it_is_is_escaped_on_a_terminal() {
    let scene = scene();
    scene.call("run --fail-on never");
    scene.call("run input/a.txt -o other --fail-on never");
    let commands = [
        "extract input/a.txt",
        "extract input/b.html --format ndjson",
        "explain input/a.txt",
        "export output --to schema-org",
        "icd A00 --reference edition.csv",
        "eval output gold --show code",
        "diff output other",
        "check output",
    ];
    for command in commands {
        let Some(shown) = on_a_terminal(&scene, command) else { return };
        let found = steering(&shown).map(|c| c.escape_unicode().to_string());
        assert_eq!(found, None, "`{command}`: {shown:?}");
        assert!(shown.len() > 20 && !shown.starts_with("error"), "`{command}`: {shown:?}");
    }
}
