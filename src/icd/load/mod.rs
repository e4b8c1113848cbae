//! Reads an edition of ICD-10 from a file.
//!
//! In: bytes of the ICD-10-CM tabular list (XML, NCHS/CDC), of ClaML (XML, EN 14463, as WHO gives it out), of
//! a plain XML tree of `chapter`, `block`, `category`, `subcategory` with `name` and `description`, or of a
//! CSV table of code and title. Out: a [`Reference`], or an error that names the file, the line and what
//! was expected. The form is told by the content. Resolves no entity but XML's own five, fetches nothing, and
//! takes no more memory than a small multiple of the limit.

mod claml;
mod draft;
mod table;
mod tree;
mod xml;

use super::{Code, Reference};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::{MAX_QUOTE_BYTES, MAX_REFERENCE_BYTES};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Every code of a release: which 7th characters the tabular list's rules give is told only there.
type CodeList = BTreeSet<Code>;

impl Reference {
    /// Reads the file at `path`. Beside a tabular list of ICD-10-CM, a file `code-list*.txt` or
    /// `icd10cm-codes*.txt` in the same folder is read too if there is exactly one: it says which of the
    /// codes that 7th-character rules could form are in use.
    ///
    /// # Errors
    /// If the file cannot be read, is over the limit, or is not what it should be.
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = read_file(path)?;
        let name = path.display().to_string();
        let list = if is_tabular(&bytes) { list_beside(path)? } else { None };
        let list = list.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        load(&bytes, &name, list)
    }

    /// Reads the content of a file; `name` stands in errors, and in the release's name if the content has
    /// none.
    ///
    /// # Errors
    /// If the content is over the limit or is not what it should be.
    pub fn load_bytes(bytes: &[u8], name: &str) -> Result<Self> {
        load(bytes, name, None)
    }
}

/// Reads a tabular list, of its 7th-character codes only those in `list`.
pub(super) fn tabular_with_list(bytes: &[u8], name: &str, list: Option<(&str, &[u8])>) -> Result<Reference> {
    load(bytes, name, list)
}

fn load(bytes: &[u8], name: &str, list: Option<(&str, &[u8])>) -> Result<Reference> {
    let mut digest = blake3::Hasher::new();
    digest.update(bytes).update(list.map_or(&[], |(_, bytes)| bytes));
    let mut reference = read(bytes, name, list)?;
    reference.fingerprint = digest.finalize().to_hex().to_string();
    Ok(reference)
}

fn read(bytes: &[u8], name: &str, list: Option<(&str, &[u8])>) -> Result<Reference> {
    let text = text_of(bytes, name)?;
    let list = list.map(|(name, bytes)| read_list(bytes, name)).transpose()?;
    if !text.trim_start().starts_with('<') {
        return table::read(text, name);
    }
    match xml::root_name(text, name)?.as_str() {
        "ClaML" => claml::read(text, name),
        _ => tree::read(text, name, list.as_ref()),
    }
}

/// The bytes as text, without a byte order mark.
fn text_of<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    if bytes.len() as u64 > MAX_REFERENCE_BYTES {
        return Err(too_large(bytes.len() as u64).at(name));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::Reference, format!("byte {} is not UTF-8", error.valid_up_to()))
            .at(name)
            .hint("save the file as UTF-8")
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// The codes that stand first on the lines; other lines are blocks and chapters.
fn read_list(bytes: &[u8], name: &str) -> Result<CodeList> {
    let lines = text_of(bytes, name)?.lines();
    Ok(lines.filter_map(|line| Code::parse(line.split_whitespace().next()?)).collect())
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Reference, "the reference cannot be read")
            .at(path)
            .source(error)
            .hint("`--reference` takes a file of ICD-10-CM tabular XML, ClaML, XML or CSV")
    };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_REFERENCE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn too_large(bytes: u64) -> Error {
    let message = format!("{bytes} bytes are over the limit of {MAX_REFERENCE_BYTES} for a reference");
    Error::new(ErrorKind::Reference, message).hint("give one edition in one language: ICD-10-CM has 10 MB")
}

fn is_tabular(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1000)];
    memchr::memmem::find(head, tree::TABULAR_ROOT.as_bytes()).is_some()
}

/// The one code list in the folder of `path`.
fn list_beside(path: &Path) -> Result<Option<(String, Vec<u8>)>> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(None) };
    let mut lists: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| is_list(path)).collect();
    match (lists.pop(), lists.pop()) {
        (Some(list), None) => Ok(Some((list.display().to_string(), read_file(&list)?))),
        _ => Ok(None),
    }
}

fn is_list(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_named = name.starts_with("code-list") || name.starts_with("icd10cm-codes");
    is_named && name.ends_with(".txt") && path.is_file()
}

/// A text of the file as messages show it: escaped and cut to length.
fn quote(text: &str) -> String {
    text.chars().take(MAX_QUOTE_BYTES).flat_map(char::escape_debug).collect()
}

/// What a file is called in a release's name if it does not say itself.
fn stem(name: &str) -> String {
    Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests;
