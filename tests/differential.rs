//! Two ways, one answer: the scanner against a real tree of html5ever.
//!
//! On the standard's own cases, on every page of the corpus and on generated markup both must give the same
//! blocks: kind and text. Where the scanner differs on purpose a [`Difference`] says why, and what was moved
//! in the tree proves that it applies. The corpus is looked for next to the repository, or where
//! `NOSOGRAPH_SHARED` says; without it its tests say so and pass.

use flate2::read::GzDecoder;
use nosograph::document::BlockKind;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::parse::html::{self, fragment_text};
use nosograph::parse::tree::{self, Mended, kind_name};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Why the blocks may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// The tree has text in front of a table that the page has inside it; blocks ascend in the page.
    Fostered,
    /// The tree opens a formatting element again that hides its content or is misnested with blocks.
    Adopted,
    /// The tree would be too large: there is nothing to compare with.
    NoTree,
}

#[derive(Debug)]
enum Outcome {
    Same,
    Different(Difference),
    Wrong(String),
}

type Blocks = Vec<(String, String)>;

fn page(html: &str) -> Page {
    Page::from_utf8("page.html".to_owned(), Format::Html, EncodingSource::ValidUtf8, html.to_owned())
}

fn scanned(page: &Page) -> Blocks {
    let blocks = html::parse(page).blocks.into_iter();
    blocks.map(|block| (kind_name(&block.kind), block.text.into_owned())).collect()
}

fn compare(html: &str) -> Outcome {
    let page = page(html);
    let scanned = scanned(&page);
    let Ok(reference) = tree::blocks(page.text()) else { return Outcome::Different(Difference::NoTree) };
    if scanned == reference.blocks {
        return Outcome::Same;
    }
    match cause(&scanned, &reference.blocks, reference.mended) {
        Some(difference) => Outcome::Different(difference),
        None => Outcome::Wrong(first_difference(&scanned, &reference.blocks)),
    }
}

fn cause(scanned: &Blocks, tree: &Blocks, mended: Mended) -> Option<Difference> {
    let letters = |blocks: &Blocks| {
        let mut letters: Vec<char> = blocks
            .iter()
            .flat_map(|block| block.1.chars())
            .filter(|letter| !letter.is_whitespace())
            .collect();
        letters.sort_unstable();
        letters
    };
    let same_letters = letters(scanned) == letters(tree);
    if mended.fostered > 0 && same_letters {
        Some(Difference::Fostered)
    } else if mended.adopted > 0 && same_letters {
        Some(Difference::Adopted)
    } else {
        None
    }
}

fn first_difference(scanned: &Blocks, tree: &Blocks) -> String {
    let at = scanned.iter().zip(tree).take_while(|(one, other)| one == other).count();
    format!("block {at}: scanner {:?}, tree {:?}", scanned.get(at), tree.get(at))
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
            Outcome::Same => {}
            Outcome::Different(difference) => counts.entry(difference).or_default().push(name),
            Outcome::Wrong(what) => {
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
    check_all(cases.into_iter(), &[]);
}

/// The `#data` of each case.
fn tree_cases(file: &str) -> Vec<String> {
    file.split("#data\n")
        .skip(1)
        .filter_map(|case| Some(case.split_once("\n#errors")?.0.to_owned()))
        .collect()
}
