//! Labels of pages: `*.gold.json` files to [`Gold`].

use crate::error::{Error, ErrorKind, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a person says a page holds.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Gold {
    /// The page's own title.
    pub title: Option<String>,
    /// Its main code.
    pub code: Option<String>,
    /// The classification it names.
    pub code_system: Option<String>,
    /// The chapter in the page's words; `None` if it has none.
    pub chapter: Option<String>,
    /// Its headings in page order.
    pub sections: Vec<GoldSection>,
    /// Its key points.
    pub key_points: Vec<GoldPoint>,
    /// The codes it lists.
    pub diagnosis_codes: Vec<String>,
    /// Lines of site furniture.
    #[serde(default)]
    pub chrome: Vec<String>,
}

/// A heading of a labelled page.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct GoldSection {
    /// Its words.
    pub heading: String,
    /// Its level; `None` if the label does not say.
    pub level: Option<u8>,
    /// How the text under it begins; empty if none has to follow.
    #[serde(default)]
    pub text_starts: String,
}

/// A key point of a labelled page.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct GoldPoint {
    /// As the page prints it.
    pub number: Option<u32>,
    /// What stands behind it.
    pub text: String,
}

const SUFFIX: &str = ".gold.json";

/// The labels of a folder, or of one file, by the name of the page without its extension.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Gold>> {
    let unreadable = |path: &Path, error: std::io::Error| {
        let hint = "name a folder of `PAGE.gold.json` files, or one of them";
        Error::new(ErrorKind::Input, "the labels cannot be read").at(path).source(error).hint(hint)
    };
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, error))? {
            files.push(entry.map_err(|error| unreadable(path, error))?.path());
        }
        files.retain(|file| file.to_string_lossy().ends_with(SUFFIX));
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    if files.is_empty() {
        return Err(Error::new(ErrorKind::Input, format!("no file here ends in `{SUFFIX}`"))
            .at(path)
            .hint("name the folder with the labels, one a page: docs/evaluation.md describes them"));
    }
    files
        .into_iter()
        .map(|file| {
            let text = std::fs::read(&file).map_err(|error| unreadable(&file, error))?;
            let hint = "name a folder of `PAGE.gold.json` files, or one of them: docs/evaluation.md";
            if !text.trim_ascii_start().starts_with(b"{") {
                let message = "not a label, which is a JSON object";
                return Err(Error::new(ErrorKind::Input, message).at(&file).hint(hint));
            }
            let gold = serde_json::from_slice(&text).map_err(|error| {
                Error::new(ErrorKind::Input, "not a label").at(&file).source(error).hint(hint)
            })?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            Ok((name.strip_suffix(SUFFIX).unwrap_or(&name).to_owned(), gold))
        })
        .collect()
}
