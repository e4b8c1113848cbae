//! The house: which way `use` may point, and that every module says what it is.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the roof down: a module may use those in later rows, and none of its own row.
const ROWS: [&[&str]; 11] = [
    &["main"],
    &["cli"],
    &["report", "retry"],
    &["run", "explain", "export", "eval", "check", "verify", "diff", "rule_coverage", "trial", "draft"],
    &["pipeline", "records", "rates"],
    &["emit"],
    &["read", "parse", "extract", "validate", "normalize"],
    &["profile"],
    &["extraction"],
    &["catalogue", "icd"],
    &["document", "record", "page", "diagnostic", "span", "limits", "error", "count", "trees", "word"],
];

/// What stands beside its own row with a reason: a vocabulary type may be made of others, a finder asks the
/// parser where a part of a block stands, and values get their final form in one place.
const BESIDE: [(&str, &str); 3] = [("extract", "parse"), ("normalize", "extract"), ("read", "parse")];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn module_of(path: &Path) -> String {
    let relative = path.strip_prefix(root()).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The modules that a source names behind `crate::` or `nosograph::`, its tests apart.
fn used(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut used = Vec::new();
    for line in lines {
        for (at, found) in line.match_indices("crate::") {
            let rest = &line[at + found.len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split([',', '}']).map(str::trim).collect(),
                None => vec![rest],
            };
            for name in names {
                let module: String =
                    name.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                used.push(module);
            }
        }
    }
    used.retain(|module| !module.is_empty());
    used
}

#[test]
fn use_points_only_downwards() {
    for path in sources(&root()) {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let from = row(&module).unwrap_or_else(|| panic!("`{module}` has no place in the house"));
        for other in used(&fs::read_to_string(&path).unwrap()) {
            let to = row(&other).unwrap_or_else(|| panic!("{}: `{other}` has no place", path.display()));
            let vocabulary = from == ROWS.len() - 1 || to == ROWS.len() - 1;
            let beside = BESIDE.contains(&(module.as_str(), other.as_str()));
            assert!(
                other == module || to > from || (vocabulary && to >= from) || beside,
                "{}: `{module}` may not use `{other}`",
                path.display()
            );
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for path in sources(&root()) {
        let source = fs::read_to_string(&path).unwrap();
        assert!(source.starts_with("//!"), "{} has no module docs", path.display());
    }
}

/// Where the clock is read: what shows progress and tells of a run, and what tells whether a file has settled.
const CLOCKS: [&str; 3] = ["cli", "run", "read"];

#[test]
fn no_page_is_judged_by_the_clock() {
    for path in sources(&root()) {
        let module = module_of(&path);
        let source = fs::read_to_string(&path).unwrap();
        let names_time = ["std::time", "Instant::", "SystemTime"].iter().any(|name| source.contains(name));
        let may = CLOCKS.contains(&module.as_str()) && (module != "read" || path.ends_with("stamp.rs"));
        assert!(!names_time || may, "{}: no result may depend on time", path.display());
    }
}
