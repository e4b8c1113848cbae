//! Inputs that break parsers: each comes to its end, in one run, and none is a failure of the program.

use crate::scene::Scene;
use std::collections::BTreeMap;

/// How an input ends.
use End::{Record, Reject, Skip};

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Record,
    Reject,
    Skip,
}

const HEAD: &str = "<!doctype html><title>Cholera</title><h1>Cholera</h1><p>ICD-10 code: A00</p>";
const TEXT: &str = "Cholera\n\nICD-10 code: A00\n\nCholera is an infection.\n";

fn html(body: &str) -> Vec<u8> {
    format!("{HEAD}{body}").into_bytes()
}

fn text(more: &str) -> Vec<u8> {
    format!("{TEXT}{more}").into_bytes()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(to_bytes).collect()
}

/// Inputs with their ends. Shapes with a law of growth are of a size at which quadratic work would be felt.
fn inputs() -> Vec<(&'static str, Vec<u8>, End)> {
    let many = 20_000;
    let numbered = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    vec![
        // Nothing, or nearly nothing.
        ("empty.txt", vec![], Reject),
        ("empty.html", vec![], Reject),
        ("blank.txt", b" \t\r\n\x0c\n".to_vec(), Reject),
        ("mark.txt", b"\xEF\xBB\xBF".to_vec(), Reject),
        ("half-mark.txt", b"\xEF\xBB".to_vec(), Reject),
        ("letter.txt", b"a".to_vec(), Reject),
        ("comment.html", b"<!-- ICD-10 code: A00 -->".to_vec(), Reject),
        ("script.html", b"<script>ICD-10 code: A00</script>".to_vec(), Reject),
        ("attribute.html", b"<p title=\"ICD-10 code: A00\">words</p>".to_vec(), Reject),
        ("nul.txt", vec![0; 10_000], Skip),
        (
            "control.txt",
            text(&format!("{}\x01\x1b[31mred\x1b[0m\x7f\n", "Words before them. ".repeat(20))),
            Record,
        ),
        // Encodings.
        ("utf16le.txt", utf16(TEXT, u16::to_le_bytes), Record),
        ("utf16be.txt", utf16(TEXT, u16::to_be_bytes), Record),
        ("utf16-odd.txt", [utf16(TEXT, u16::to_le_bytes), vec![0x41]].concat(), Record),
        ("surrogate.txt", [utf16(TEXT, u16::to_le_bytes), vec![0x00, 0xD8, 0x41, 0x00]].concat(), Record),
        ("latin1.txt", [TEXT.as_bytes(), b"caf\xE9 noir\n"].concat(), Record),
        ("overlong.txt", [TEXT.as_bytes(), b"\xC0\xAF \xED\xA0\x80 \xF4\x90\x80\x80\n"].concat(), Record),
        ("cut-letter.txt", [TEXT.as_bytes(), b"\xE2\x82"].concat(), Record),
        ("unknown-charset.html", html("<meta charset=klingon><p>text</p>"), Record),
        ("utf7.html", html("<meta charset=utf-7><p>+ADw-</p>"), Record),
        ("two-charsets.html", html("<meta charset=utf-8><meta charset=shift_jis><p>text</p>"), Record),
        // Lines.
        ("crlf.txt", TEXT.replace('\n', "\r\n").into_bytes(), Record),
        ("cr.txt", TEXT.replace('\n', "\r").into_bytes(), Record),
        ("mixed-ends.txt", b"Cholera\r\n\rICD-10 code: A00\n\r\nText.\r".to_vec(), Record),
        ("separators.txt", text("a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f\n"), Record),
        ("no-end.txt", TEXT.trim_end().as_bytes().to_vec(), Record),
        ("one-line.txt", text(&"word ".repeat(10 * many)), Record),
        ("one-word.txt", text(&"x".repeat(50 * many)), Record),
        ("blank-lines.txt", text(&"\n".repeat(50 * many)), Record),
        ("short-lines.txt", text(&"a\n".repeat(many)), Record),
        ("headings.txt", text(&numbered(5_000, |n| format!("## Heading {n}\n"))), Record),
        ("points.txt", text(&numbered(5_000, |n| format!("{n}. Point\n"))), Record),
        ("big-number.txt", text("99999999999999999999999. Point\n2. Next\n"), Record),
        ("colons.txt", text(&"a: ".repeat(many)), Record),
        ("pipes.txt", text(&"|".repeat(many)), Record),
        ("stars.txt", text(&"*".repeat(many)), Record),
        ("brackets.txt", text(&"[".repeat(many)), Record),
        ("quotes.txt", text(&"> ".repeat(many)), Record),
        ("indent.txt", text(&format!("{}- deep\n", " ".repeat(many))), Record),
        ("codes.txt", text(&"A00.1 ".repeat(many)), Record),
        ("labels.txt", text(&"ICD-10 code: A00\n".repeat(2_000)), Record),
        // Characters.
        ("bidi.txt", text("\u{202e}abc\u{202c} \u{2066}x\u{2069}\n"), Record),
        ("marks.txt", text(&format!("e{}\n", "\u{301}".repeat(many))), Record),
        // Read as the letter it looks like, and told.
        ("kelvin.txt", "Cholera\n\nICD-10 code: \u{212a}00\n\nText.\n".into(), Record),
        ("arabic-digits.txt", "Cholera\n\nICD-10 code: A\u{660}\u{660}\n\nText.\n".into(), Reject),
        ("formula.txt", text("=HYPERLINK(\"x\")\n\n@SUM(1)\n"), Record),
        // HTML.
        ("deep-div.html", html(&"<div>".repeat(many)), Record),
        ("deep-span.html", html(&format!("{}x", "<span>".repeat(many))), Record),
        ("deep-list.html", html(&"<ul><li>x".repeat(many / 2)), Record),
        ("deep-table.html", html(&"<table><tr><td>".repeat(2_000)), Record),
        (
            "deep-bold.html",
            html(&format!("<p>{}</p>{}", numbered(2_000, |n| format!("<b id={n}>")), "<p>x".repeat(2_000))),
            Record,
        ),
        ("deep-svg.html", html(&"<svg><foreignObject>".repeat(2_000)), Record),
        ("attributes.html", html(&format!("<p {}>x</p>", numbered(many, |n| format!("a{n}=1 ")))), Record),
        ("same-attribute.html", html(&format!("<p {}>x</p>", "id=x ".repeat(many))), Record),
        ("long-attribute.html", html(&format!("<p class=\"{}\">x</p>", "c ".repeat(many))), Record),
        ("long-tag.html", html(&format!("<{}>x", "a".repeat(many))), Record),
        ("open-tag.html", html("<p>text</p><p class=\""), Record),
        ("open-comment.html", html("<p>text</p><!-- never closed"), Record),
        ("open-script.html", html("<p>text</p><script>if (a < b) {"), Record),
        ("open-title.html", b"<h1>Cholera</h1><p>ICD-10 code: A00</p><title>never closed".to_vec(), Record),
        ("comments.html", html(&"<!--x-->".repeat(many)), Record),
        ("dashes.html", html(&format!("<!--{}", "-".repeat(10 * many))), Record),
        ("less-than.html", html(&"<".repeat(10 * many)), Record),
        ("ampersands.html", html(&"&".repeat(10 * many)), Record),
        (
            "entities.html",
            html(&"&amp;lt;&#0;&#x110000;&notit;&CounterClockwiseContourIntegral;".repeat(500)),
            Record,
        ),
        ("nul.html", html("<p>a\0b\0c</p>"), Record),
        ("end-tags.html", html(&"</p>".repeat(many)), Record),
        ("cdata.html", html("<svg><![CDATA[ x ]]></svg><![CDATA[ y ]]>"), Record),
        ("template.html", html("<template><p>ICD-10 code: B99</p></template><p>x</p>"), Record),
        ("plaintext.html", html("<plaintext><p>x"), Record),
        ("select.html", html(&"<select><option>x".repeat(2_000)), Record),
        ("frameset.html", b"<frameset><frame src=x></frameset>ICD-10 code: A00".to_vec(), Reject),
        ("wide.html", html(&"<p>x</p>".repeat(many)), Record),
        // Not pages.
        ("picture.txt", b"\x89PNG\r\n\x1a\nICD-10 code: A00".to_vec(), Skip),
        ("zip.html", b"PK\x03\x04ICD-10 code: A00".to_vec(), Skip),
        ("gzip.txt", b"\x1F\x8B\x08\0\0\0\0\0".to_vec(), Skip),
        ("program.txt", b"\x7FELF\x02\x01\x01\0\0\0\0\0".to_vec(), Skip),
        ("data.json", b"{\"code\": \"A00\"}".to_vec(), Skip),
        ("style.css", b"p { color: red }".to_vec(), Skip),
    ]
}

#[test]
fn every_odd_input_comes_to_its_end() {
    let scene = Scene::new(&[]);
    let mut expected = BTreeMap::new();
    for (name, bytes, end) in inputs() {
        scene.write(&format!("input/{name}"), &bytes);
        assert_eq!(expected.insert(name.to_owned(), end), None, "{name} stands twice");
    }
    assert!(expected.len() >= 60);
    let ended = scene.call("run --fail-on never -v");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stderr.contains('\u{1b}'), "an escape of a page reached stderr");
    let mut found: BTreeMap<String, End> = expected.keys().map(|name| (name.clone(), Skip)).collect();
    for (file, end) in [("output/records.ndjson", Record), ("output/rejects.ndjson", Reject)] {
        for line in scene.lines(file) {
            let name = line["source"]["uri"].as_str().unwrap().to_owned();
            let failed =
                line["diagnostics"].as_array().unwrap().iter().find(|finding| finding["id"] == "N111");
            assert_eq!(failed, None, "{name}");
            let of = if end == Record { &line["coverage"] } else { &line["partial"]["coverage"] };
            let count = |part: &str| of[part].as_u64().unwrap();
            assert_eq!(count("assigned") + count("chrome") + count("unassigned"), count("lines"), "{name}");
            found.insert(name, end);
        }
    }
    let wrong: Vec<_> = expected.iter().filter(|(name, end)| found[*name] != **end).collect();
    assert!(wrong.is_empty(), "these ended otherwise: {wrong:?}");
}

/// Runs `extract` on an HTML page and expects a diagnostic with this id that names the number met and the
/// option, which then lets the page pass.
#[track_caller]
fn check_limit(name: &str, page: &[u8], more: &str, (id, number): (&str, &str), option: &str) {
    let scene = Scene::new(&[(name, page), ("select.toml", SELECTING)]);
    let messages = |arguments: &str| -> Vec<String> {
        let ended = scene.call(&format!("extract {name} {arguments}"));
        let record: serde_json::Value =
            serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
        let coverage = |part: &str| record["coverage"][part].as_u64().unwrap();
        let sum = coverage("assigned") + coverage("chrome") + coverage("unassigned");
        assert_eq!(sum, coverage("lines"), "{option}");
        let findings = record["diagnostics"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["id"] == id)
            .map(|finding| finding["message"].as_str().unwrap().to_owned())
            .filter(|message| message.contains("--max-"))
            .collect()
    };
    // The option is given low at first where a page that meets its default would be large.
    let raised = if more.contains(option) { "" } else { more };
    let met = messages(more);
    assert!(
        met.iter().any(|message| message.contains(number) && message.contains(option)),
        "{option}: {met:?}"
    );
    assert_eq!(messages(&format!("{raised} {option} 2000000")), Vec::<String>::new(), "{option}");
}

const SELECTING: &[u8] = b"name = \"select\"\nversion = 1\ndescription = \"x\"\n\n\
    [[rules]]\nid = \"p\"\nfield = \"extra.p\"\nselector = \"p\"\n";

#[test]
fn each_limit_of_a_page_names_the_number_met_and_the_option_that_raises_it() {
    let select = "--profile select.toml";
    let deep = html(&"<div>".repeat(600));
    check_limit("a.html", &deep, "", ("N106", "602 deep, 512"), "--max-depth");
    check_limit("a.html", &deep, select, ("N106", "over 512 deep"), "--max-depth");
    let attributes = html(&format!("<p {}>x</p>", "a ".repeat(300)));
    check_limit("a.html", &attributes, "", ("N108", "300 attributes"), "--max-attributes");
    let wide = html(&"<p>x</p>".repeat(50));
    check_limit("a.html", &wide, "--max-blocks 20", ("N107", "52 blocks, 20"), "--max-blocks");
    check_limit(
        "a.txt",
        &text(&"x\n".repeat(50)),
        "--max-blocks 20",
        ("N107", "53 lines, 20"),
        "--max-blocks",
    );
    let nodes = format!("{select} --max-tree-nodes 20");
    check_limit("a.html", &wide, &nodes, ("N107", "over 20 nodes"), "--max-tree-nodes");
    let points = text(&format!("Key points\n\n{}", "1. Point\n".repeat(150)));
    check_limit("a.txt", &points, "", ("N403", "more findings"), "--max-findings");
}
