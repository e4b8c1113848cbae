//! Two ways, one answer: the scanner against a real tree of html5ever.
//!
//! On the standard's own cases, on every page of the corpus and on generated markup both must give the same
//! blocks: kind and text. Where the scanner differs on purpose a [`Difference`] says why, and what was moved
//! in the tree proves that it applies. The corpus is looked for next to the repository, or where
//! `NOSOGRAPH_SHARED` says; without it its tests say so and pass.

mod oracles;

use flate2::read::GzDecoder;
use nosograph::page::{Format, Page};
use nosograph::parse::html::{self, fragment_text};
use oracles::blocks::{Comparison, Difference, compare, read_back, scanned, visible};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

fn page(html: &str) -> Page {
    oracles::page::page(Format::Html, html)
}

fn shared() -> Option<PathBuf> {
    let next_to_it = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    std::env::var_os("NOSOGRAPH_SHARED").map(PathBuf::from).or(Some(next_to_it)).filter(|path| path.is_dir())
}

/// The folder of the corpus called `name`; `None` and a word of it if it is not there.
fn corpus(name: &str) -> Option<PathBuf> {
    let folder = shared().map(|shared| shared.join("corpus").join(name)).filter(|folder| folder.is_dir());
    if folder.is_none() {
        #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
        {
            eprintln!("SKIPPED: no corpus folder `{name}`; set NOSOGRAPH_SHARED to compare with it");
        }
    }
    folder
}

/// All files below `folder` whose name ends in one of `endings`, in byte order.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the corpus can be read") {
            let path = entry.expect("the corpus can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    let bytes = fs::read(path).expect("the corpus can be read");
    let mut text = Vec::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).expect("valid gzip");
    } else {
        text = bytes;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Compares all `pages`, expects no unexplained difference, and at most `allowed` of each kind.
fn check_all(pages: impl Iterator<Item = (String, String)>, allowed: &[(Difference, usize)]) {
    let mut wrong = String::new();
    let mut counts: BTreeMap<Difference, Vec<String>> = BTreeMap::new();
    let mut wrong_count = 0;
    let mut total = 0;
    for (name, html) in pages {
        total += 1;
        match compare(&html) {
            Comparison::Same => {}
            Comparison::Different(difference) => counts.entry(difference).or_default().push(name),
            Comparison::Wrong(what) => {
                wrong_count += 1;
                if wrong_count <= 30 {
                    writeln!(wrong, "{name}: {what}").expect("a string takes all");
                }
            }
        }
    }
    assert!(wrong_count == 0, "{wrong_count} of {total} pages differ without a cause:\n{wrong}");
    let met: Vec<(Difference, usize)> = counts.iter().map(|(&kind, names)| (kind, names.len())).collect();
    assert_eq!(met, allowed, "of {total} pages: {counts:?}");
}

#[test]
fn corpus_pages_give_the_blocks_of_their_trees() {
    let Some(folder) = corpus("") else { return };
    let pages = files(&folder, &[".html", ".html.gz"]);
    let named = pages.iter().map(|path| (path.display().to_string(), read(path)));
    check_all(named, &[]);
}

#[test]
fn tree_cases_of_the_standard_give_the_blocks_of_their_trees() {
    let Some(folder) = corpus("html-standard/tree") else { return };
    let mut cases = Vec::new();
    for path in files(&folder, &[".dat"]) {
        for (number, case) in tree_cases(&read(&path)).into_iter().enumerate() {
            cases.push((format!("{} case {number}: {case:?}", path.file_name().unwrap().display()), case));
        }
    }
    check_all(cases.into_iter(), &[(Difference::Fostered, 10), (Difference::Reopened, 1)]);
}

/// The `#data` of each case.
fn tree_cases(file: &str) -> Vec<String> {
    file.split("#data\n")
        .skip(1)
        .filter_map(|case| Some(case.split_once("\n#errors")?.0.to_owned()))
        .collect()
}

#[test]
fn tokenizer_cases_of_the_standard_give_their_characters() {
    let Some(folder) = corpus("html-standard/tokenizer") else { return };
    let mut compared = 0;
    for path in files(&folder, &[".test"]) {
        let cases: serde_json::Value = serde_json::from_str(&read(&path)).expect("valid JSON");
        for case in cases["tests"].as_array().into_iter().flatten() {
            compared += check_tokenizer_case(case);
        }
    }
    assert!(compared > 5_000, "only {compared} cases were compared");
}

/// Compares one case in each of its states that can be shown; returns how many.
fn check_tokenizer_case(case: &serde_json::Value) -> usize {
    let escaped = case["doubleEscaped"] == true;
    let (Some(input), Some(expected)) = (unescaped(&case["input"], escaped), characters(case, escaped))
    else {
        return 0;
    };
    let states: Vec<&str> = match case["initialStates"].as_array() {
        Some(states) => states.iter().filter_map(serde_json::Value::as_str).collect(),
        None => vec!["Data state"],
    };
    let last = case["lastStartTag"].as_str();
    let mut compared = 0;
    for state in states {
        let Some(opening) = opening(state, last, &input) else { continue };
        let html = format!("{opening}{input}");
        let page = page(&html);
        let got: String = scanned(&page).into_iter().map(|block| block.1).collect();
        assert_eq!(visible(&got), visible(&expected), "{state}: {html:?}");
        compared += 1;
    }
    compared
}

/// The tag after which the tokenizer is in `state` and its text is shown.
fn opening(state: &str, last: Option<&str>, input: &str) -> Option<&'static str> {
    let (name, opening) = match state {
        "Data state" => return Some("<p>"),
        "PLAINTEXT state" => return Some("<plaintext>"),
        "RCDATA state" => ("textarea", "<textarea>"),
        "RAWTEXT state" => ("xmp", "<xmp>"),
        "CDATA section state" => return Some("<math><mtext><![CDATA["),
        _ => return None,
    };
    (last == Some(name) || !input.contains("</")).then_some(opening)
}

/// The characters that the case expects, if all its tags leave them to be seen.
fn characters(case: &serde_json::Value, escaped: bool) -> Option<String> {
    let mut text = String::new();
    for token in case["output"].as_array()? {
        match token[0].as_str()? {
            "Character" => text.push_str(&unescaped(&token[1], escaped)?),
            "StartTag" if !["a", "b", "h", "z", "foo", "bar", "x", "y"].contains(&token[1].as_str()?) => {
                return None;
            }
            _ => {}
        }
    }
    Some(text)
}

fn unescaped(value: &serde_json::Value, escaped: bool) -> Option<String> {
    let text = value.as_str()?;
    if !escaped {
        return Some(text.to_owned());
    }
    // Lone surrogates cannot be in a page that was decoded.
    serde_json::from_str(&format!("\"{}\"", text.replace('"', "\\\""))).ok()
}

#[test]
fn blocks_of_corpus_pages_read_back_from_their_bytes() {
    let Some(folder) = corpus("") else { return };
    let mut blocks = 0;
    for path in files(&folder, &[".html", ".html.gz"]) {
        let html = read(&path);
        blocks += read_back(&page(&html)).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
    }
    assert!(blocks > 10_000, "only {blocks} blocks were read back");
}

/// Markup of a small alphabet, so that its parts meet in every way.
fn markup() -> impl Strategy<Value = String> {
    const PARTS: [&str; 98] = [
        "x",
        "y ",
        " z",
        "\n",
        "&amp;",
        "&nbsp",
        "<",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<a href=x>",
        "</a>",
        "<span>",
        "</span>",
        "<br>",
        "</br>",
        "<ul>",
        "</ul>",
        "<ol>",
        "</ol>",
        "<li>",
        "</li>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dd>",
        "</dl>",
        "<h1>",
        "</h1>",
        "<h2>",
        "</h2>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<tbody>",
        "</tbody>",
        "<caption>",
        "</caption>",
        "<colgroup>",
        "<col>",
        "<select>",
        "</select>",
        "<option>",
        "</option>",
        "<optgroup>",
        "<button>",
        "</button>",
        "<form>",
        "</form>",
        "<input>",
        "<input type=submit value=v>",
        "<hr>",
        "<pre>",
        "</pre>",
        "<textarea>",
        "</textarea>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<title>",
        "</title>",
        "<!--",
        "-->",
        "<!x>",
        "<template>",
        "</template>",
        "<svg>",
        "</svg>",
        "<math>",
        "</math>",
        "<mi>",
        "<foreignObject>",
        "<p hidden>",
        "<div style='display:none'>",
        "<section>",
        "</section>",
        "<object>",
        "</object>",
        "<ruby>",
        "<rp>",
        "<body>",
        "</body>",
        "<html>",
        "</html>",
        "<head>",
        "<figure>",
        "<figcaption>",
        "<x-y>",
    ];
    prop::collection::vec(prop::sample::select(PARTS.as_slice()), 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_markup_gives_the_blocks_of_its_tree(html in markup()) {
        // Without a document type tables stand in paragraphs, which matters for hidden ones alone.
        let html = format!("<!DOCTYPE html>{html}");
        if let Comparison::Wrong(what) = compare(&html) {
            prop_assert!(false, "{html}: {what}");
        }
    }

    #[test]
    fn generated_markup_reads_back_from_its_bytes(html in markup()) {
        // What ends these where they are never closed may be an element round the slice.
        let html = ["<math>", "<svg>", "<rp>"].iter().fold(html, |html, tag| html.replace(tag, ""));
        let blocks = read_back(&page(&html));
        prop_assert!(blocks.is_ok(), "{html}: {blocks:?}");
    }

    #[test]
    fn any_text_gives_a_document(html in any::<String>()) {
        html::parse(&page(&html));
        fragment_text(&html);
    }
}
