//! Reading: the only stage that touches the file system for input.
//!
//! In: the paths a user names, then the bytes of each file under them. Out: a [`Listing`] of every file in
//! uri byte order, and for each file a [`Page`], or a counted [`SkipReason`] for what is no page, or an
//! [`Unread`] for a page that cannot be read. What a file is, is told by its bytes; its extension is only
//! evidence. The encoding is told in the order of the WHATWG HTML Standard: byte order mark, declaration,
//! valid UTF-8, guess. Never opens a device, pipe or socket, never follows a loop of links, never writes.

mod content;
mod declared;
mod decode;
mod encoding;
mod format;
mod listing;
mod skip;
mod stamp;
mod uri;
mod walk;

pub use listing::{Entry, Listing, Place};
pub use skip::SkipReason;
pub use stamp::Stamp;
pub use walk::{STATE_FOLDER, WalkOptions, walk};

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::PageLimits;
use crate::page::{Format, Page};
use crate::record::Source;
use crate::span::LineIndex;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How to read one file.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// Takes every file as this format, whatever its bytes say. Default: told by the bytes.
    pub format: Option<Format>,
    /// How far the page is followed.
    pub limits: PageLimits,
}

/// How reading one file ended.
#[derive(Debug)]
pub enum ReadOutcome {
    /// A page, whole and decoded.
    Page(Box<Page>),
    /// Not a page.
    Skip(SkipReason),
    /// A page, or what may be one, that cannot be read.
    Reject(Box<Unread>),
}

/// A file that cannot become a page: what is known of it, and why.
#[derive(Debug)]
pub struct Unread {
    /// What is known of the file; what was not read is `None`.
    pub source: Source,
    /// Why.
    pub diagnostic: Diagnostic,
}

/// Bytes read from a place, or the end that place came to.
#[derive(Debug)]
pub enum Bytes {
    /// All of them.
    Whole(Vec<u8>),
    /// The file cannot be read or is too large.
    Reject(Box<Unread>),
}

/// A file that was opened, and what is known of it before it is read.
#[derive(Debug)]
pub struct OpenedFile {
    file: File,
    data: Metadata,
}

/// Opens a file, so that a caller can wait for memory before it reads it.
///
/// # Errors
/// Those of the file system; a folder is no file.
pub fn open(path: &Path) -> io::Result<OpenedFile> {
    let file = File::open(path)?;
    let data = file.metadata()?;
    if data.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(OpenedFile { file, data }) }
}

impl OpenedFile {
    /// Its size in bytes; 0 of a pipe.
    pub fn size(&self) -> u64 {
        self.data.len()
    }

    /// Its stamp when it was opened.
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.data)
    }

    /// Reads all of it, at most the limit of bytes.
    pub fn read(self, uri: &str, options: &ReadOptions) -> Bytes {
        let size = Some(self.size()).filter(|&size| size > 0);
        read_bytes(self.file, size, uri, options)
    }
}

/// Reads all of `input`, at most the limit of bytes. `size` is what is known of its size beforehand.
pub fn read_bytes(input: impl Read, size: Option<u64>, uri: &str, options: &ReadOptions) -> Bytes {
    let limit = options.limits.bytes;
    if let Some(size) = size.filter(|&size| size > limit) {
        return Bytes::Reject(Box::new(too_large(uri, Some(size), limit)));
    }
    // Room for one byte more, by which the end is seen.
    let mut bytes = Vec::with_capacity(size.unwrap_or(0) as usize + 1);
    match input.take(limit + 1).read_to_end(&mut bytes) {
        Err(error) => Bytes::Reject(Box::new(unreadable(uri, &error))),
        Ok(_) if bytes.len() as u64 > limit => Bytes::Reject(Box::new(too_large(uri, None, limit))),
        Ok(_) => Bytes::Whole(bytes),
    }
}

/// Why a file is no page, where its bytes tell that; `None` too if it cannot be read.
pub fn skip_reason(path: &Path, uri: &str) -> Option<SkipReason> {
    match open(path).ok()?.read(uri, &ReadOptions::default()) {
        Bytes::Whole(bytes) => content::not_a_page(&bytes, format::Extension::of(uri)),
        Bytes::Reject(_) => None,
    }
}

/// Turns the bytes of a file into a page, or tells why they are none.
pub fn read_page(uri: &str, bytes: Vec<u8>, options: &ReadOptions) -> ReadOutcome {
    let extension = format::Extension::of(uri);
    if options.format.is_none()
        && let Some(reason) = content::not_a_page(&bytes, extension)
    {
        return ReadOutcome::Skip(reason);
    }
    let page = decode_page(uri, bytes, extension, options);
    if page.text().trim().is_empty() {
        return ReadOutcome::Reject(Box::new(empty(&page)));
    }
    ReadOutcome::Page(Box::new(page))
}

/// The one page in a file, or `-` for stdin, or why it cannot be read as a page; `uri` is the file's name, or `stdin`, where none is given.
///
/// # Errors
/// [`ErrorKind::Input`] where the file cannot be opened, or is no page.
pub fn read_one(
    path: &Path,
    uri: Option<&str>,
    options: &ReadOptions,
) -> Result<std::result::Result<Box<Page>, Box<Unread>>> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin {
        "stdin".to_owned()
    } else {
        uri::encode(path.file_name().unwrap_or_default().as_bytes())
    };
    let uri = uri.unwrap_or(&name);
    let failed = |what: String| Error::new(ErrorKind::Input, what).at(path);
    let bytes = if is_stdin {
        read_bytes(io::stdin().lock(), None, uri, options)
    } else {
        let file = open(path).map_err(|error| {
            let hint = "name a text or HTML file that is there, or `-` for stdin";
            failed("the page cannot be read".into()).source(error).hint(hint)
        })?;
        file.read(uri, options)
    };
    let outcome = match bytes {
        Bytes::Whole(bytes) => read_page(uri, bytes, options),
        Bytes::Reject(unread) => ReadOutcome::Reject(unread),
    };
    match outcome {
        ReadOutcome::Page(page) => Ok(Ok(page)),
        ReadOutcome::Reject(unread) => Ok(Err(unread)),
        ReadOutcome::Skip(reason) => Err(failed(format!("the file is no page but of the kind `{reason}`"))
            .hint("name a text or HTML file; `extract` and `explain` read any with `--as`")),
    }
}

/// The page in a file; its uri is the file's name.
///
/// # Errors
/// [`ErrorKind::Input`] where the file cannot be read, or is no page.
pub fn read_file(path: &Path) -> Result<Box<Page>> {
    read_one(path, None, &ReadOptions::default())?.map_err(|unread| {
        let what = format!("the page cannot be read: {}", unread.diagnostic.message);
        Error::new(ErrorKind::Input, what).at(path)
    })
}

/// A file, or a folder, that could not be opened or read: `N105`.
pub fn unreadable(uri: &str, error: &io::Error) -> Unread {
    let what = if uri.ends_with('/') { "folder" } else { "file" };
    let message = format!(
        "the {what} cannot be read: {error}; give yourself the right to read it, or take it out of the input"
    );
    Unread {
        source: Source::unread(uri, None),
        diagnostic: catalogue::about_page(catalogue::PAGE_UNREADABLE, message),
    }
}

fn decode_page(uri: &str, bytes: Vec<u8>, extension: format::Extension, options: &ReadOptions) -> Page {
    let wanted = options.format;
    let text = String::from_utf8(bytes).map_err(|error| error.into_bytes());
    let verdict = encoding::tell(text.as_deref().map_err(Vec::as_slice));
    let (name, source) = (verdict.encoding.name(), verdict.source);
    let format_of = |text: &str| wanted.unwrap_or_else(|| format::tell(text.as_bytes(), extension));
    let mut malformed = None;
    let mut page = match decode::decode(text, &verdict) {
        decode::Decoded::Same(text) => {
            let format = format_of(text.strip_prefix('\u{feff}').unwrap_or(&text));
            let mut page = Page::from_utf8(uri.to_owned(), format, source, text);
            // An ASCII page may be declared in another encoding, in which it is the same bytes.
            page.encoding = name;
            page
        }
        decode::Decoded::Mapped { raw, text, map, malformed: found } => {
            malformed = found;
            let format = format_of(&text);
            Page::from_decoded(uri.to_owned(), format, (name, source), raw, text, map)
        }
    };
    page.limits = options.limits;
    page.diagnostics.extend(verdict.diagnostic());
    page.diagnostics.extend(malformed.map(|malformed| malformed.diagnostic(page.text(), name)));
    if wanted.is_none() {
        page.diagnostics.extend(extension.mismatch(page.format));
    }
    page
}

fn empty(page: &Page) -> Unread {
    let message = format!(
        "the file has {} bytes and no visible text; scrape the page again, or take it out of the input",
        page.bytes().len()
    );
    let mut diagnostic = catalogue::about_page(catalogue::PAGE_EMPTY, message);
    diagnostic.line = Some(LineIndex::new("").line(0));
    Unread { source: Source::of(page, None), diagnostic }
}

fn too_large(uri: &str, size: Option<u64>, limit: u64) -> Unread {
    let size = size.map_or_else(|| format!("over {limit}"), |size| size.to_string());
    let message = format!(
        "the page has {size} bytes, the limit is {limit}; raise it with `--max-page-bytes`, or split the page"
    );
    let bytes = size.parse().ok();
    Unread {
        source: Source::unread(uri, bytes),
        diagnostic: catalogue::about_page(catalogue::PAGE_TOO_LARGE, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str, bytes: &[u8]) -> ReadOutcome {
        read_page(uri, bytes.to_vec(), &ReadOptions::default())
    }

    fn page(uri: &str, bytes: &[u8]) -> Page {
        match read(uri, bytes) {
            ReadOutcome::Page(page) => *page,
            other => panic!("{uri} {bytes:?} gave {other:?}"),
        }
    }

    fn ids(diagnostics: &[Diagnostic]) -> Vec<String> {
        diagnostics.iter().map(|diagnostic| diagnostic.id.to_string()).collect()
    }

    #[test]
    fn the_encoding_is_told_by_mark_then_declaration_then_bytes_then_guess() {
        let check = |bytes: &[u8], text: &str, encoding: &str, found: &[&str]| {
            let page = page("a", bytes);
            assert_eq!((page.text(), page.encoding), (text, encoding), "{bytes:?}");
            assert_eq!(ids(&page.diagnostics), found, "{bytes:?}");
            assert_eq!(page.bytes(), bytes);
        };
        check(b"plain", "plain", "UTF-8", &[]);
        check("caf\u{e9}".as_bytes(), "caf\u{e9}", "UTF-8", &[]);
        check(b"\xEF\xBB\xBFcaf\xC3\xA9", "caf\u{e9}", "UTF-8", &[]);
        check(b"\xFF\xFEa\0\xE9\0", "a\u{e9}", "UTF-16LE", &[]);
        check(b"\xFE\xFF\0a\0\xE9", "a\u{e9}", "UTF-16BE", &[]);
        check(b"un caf\xE9 noir", "un caf\u{e9} noir", "windows-1252", &["N101"]);
        check(b"ok \xC3\xA9 \xC3\xA8 \xFF", "ok \u{e9} \u{e8} \u{fffd}", "UTF-8", &["N102"]);
        check(
            b"<meta charset=latin1><html><p>caf\xE9",
            "<meta charset=latin1><html><p>caf\u{e9}",
            "windows-1252",
            &[],
        );
        check(
            b"<meta charset=latin1><html><p>caf\xC3\xA9",
            "<meta charset=latin1><html><p>caf\u{e9}",
            "UTF-8",
            &["N110"],
        );
        check(
            b"<html><meta charset=sjis><p>\x83\x65\x83\x58\x83\x67",
            "<html><meta charset=sjis><p>テスト",
            "Shift_JIS",
            &[],
        );
        check(
            b"<html><meta charset=utf-8><p>caf\xE9 noir</p>",
            "<html><meta charset=utf-8><p>caf\u{e9} noir</p>",
            "windows-1252",
            &["N110"],
        );
    }

    #[test]
    fn a_page_without_text_is_rejected() {
        for bytes in [&b""[..], b" \n\t ", b"\xEF\xBB\xBF"] {
            let ReadOutcome::Reject(unread) = read("a.txt", bytes) else { panic!("{bytes:?}") };
            assert_eq!(unread.diagnostic.id, catalogue::PAGE_EMPTY);
            assert_eq!(unread.source.bytes, Some(bytes.len() as u64));
        }
    }

    #[test]
    fn a_page_over_the_limit_is_rejected_whether_its_size_was_known_or_not() {
        let limits = PageLimits { bytes: 3, ..PageLimits::default() };
        let options = ReadOptions { limits, ..ReadOptions::default() };
        for size in [Some(4), None] {
            let Bytes::Reject(unread) = read_bytes(&b"abcd"[..], size, "a", &options) else {
                panic!("{size:?}")
            };
            assert_eq!(unread.diagnostic.id, catalogue::PAGE_TOO_LARGE);
        }
        assert!(
            matches!(read_bytes(&b"abc"[..], Some(3), "a", &options), Bytes::Whole(bytes) if bytes == b"abc")
        );
    }

    #[test]
    fn a_wrong_extension_is_told() {
        let check = |uri: &str, text: &str, found: &[&str]| {
            assert_eq!(ids(&page(uri, text.as_bytes()).diagnostics), found, "{uri}");
        };
        check("a.txt", "<!doctype html><p>x", &["N109"]);
        check("a.html", "just words", &["N109"]);
        check("a.html", "<p>x", &[]);
        check("a", "<!doctype html><p>x", &[]);
        check("a.txt", "x <b>y</b>", &[]);
    }
}
