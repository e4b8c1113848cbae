//! Whether a page is text or HTML.
//!
//! In: text of a page in any encoding that holds ASCII, and its extension. Out: a [`Format`]. The start of
//! the bytes decides (the doctype and the elements that open a document, as in "rules for identifying an
//! unknown MIME type" of the WHATWG MIME Sniffing Standard); without it the block tags in the first 64 KB
//! count, for which the extension sets the bar. A few inline tags do not make a text HTML, nor do those
//! that Markdown allows.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::page::Format;

/// How far block tags are counted.
const COUNTED_BYTES: usize = 64 * 1024;

/// Elements that open an HTML document.
const DOCUMENT_TAGS: [&[u8]; 3] = [b"html", b"head", b"body"];

/// Elements that stand round blocks of text.
const BLOCK_TAGS: [&[u8]; 22] = [
    b"p", b"div", b"h1", b"h2", b"h3", b"h4", b"h5", b"h6", b"ul", b"ol", b"li", b"dl", b"dt", b"dd",
    b"table", b"tr", b"section", b"article", b"main", b"header", b"footer", b"nav",
];

/// What the extension of a file says, in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    /// `.txt`, `.text`.
    Text,
    /// `.md`, `.markdown`.
    Markdown,
    /// `.html`, `.htm`, `.xhtml`.
    Html,
    /// `.csv`, `.tsv`.
    Delimited,
    /// `.css`, `.js`, `.mjs`.
    WebAsset,
    /// None, or one that says nothing here.
    Other,
}

impl Extension {
    /// The extension of the last part of a uri.
    pub(super) fn of(uri: &str) -> Self {
        let name = uri.rsplit('/').next().unwrap_or_default();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let known: [(Self, &[&str]); 5] = [
            (Self::Text, &["txt", "text"]),
            (Self::Html, &["html", "htm", "xhtml"]),
            (Self::Markdown, &["md", "markdown"]),
            (Self::Delimited, &["csv", "tsv"]),
            (Self::WebAsset, &["css", "js", "mjs"]),
        ];
        let is_named =
            |(_, names): &&(Self, &[&str])| names.iter().any(|name| extension.eq_ignore_ascii_case(name));
        known.iter().find(is_named).map_or(Self::Other, |(kind, _)| *kind)
    }

    /// The finding where the extension names another format than the bytes.
    pub(super) fn mismatch(self, format: Format) -> Option<Diagnostic> {
        let (named, found) = match (self, format) {
            (Self::Text | Self::Markdown, Format::Html) => ("text", "HTML"),
            (Self::Html, Format::Text) => ("HTML", "text without tags"),
            _ => return None,
        };
        let message = format!(
            "the file's extension says {named}, but its bytes are {found} and were read as that; rename the file"
        );
        Some(catalogue::about_page(catalogue::FORMAT_MISMATCH, message))
    }

    /// Block tags that make a page HTML which does not start as a document.
    fn bar(self) -> usize {
        match self {
            Self::Markdown => usize::MAX,
            _ => 3,
        }
    }
}

/// Tells the format of a page.
pub(super) fn tell(text: &[u8], extension: Extension) -> Format {
    let start = past_prologue(text);
    if opens_document(start) {
        return Format::Html;
    }
    let head = &text[..text.len().min(COUNTED_BYTES)];
    // What the extension calls HTML and a browser would hide some of must not be read as if it were shown.
    if extension == Extension::Html && memchr::memchr_iter(b'<', head).any(|at| is_markup(&head[at..])) {
        return Format::Html;
    }
    // A page that starts with a tag is a fragment of HTML sooner than a text that quotes some.
    let bar = if start.starts_with(b"<") { extension.bar().min(2) } else { extension.bar() };
    let bar = if extension == Extension::Markdown { usize::MAX } else { bar };
    let blocks = memchr::memchr_iter(b'<', head).filter(|&at| is_tag_of(&head[at..], &BLOCK_TAGS)).count();
    if blocks >= bar { Format::Html } else { Format::Text }
}

/// Whether `text` starts, past white space and comments, as an HTML document does.
fn opens_document(start: &[u8]) -> bool {
    let doctype = b"<!doctype html";
    start.len() >= doctype.len() && start[..doctype.len()].eq_ignore_ascii_case(doctype)
        || is_tag_of(start, &DOCUMENT_TAGS)
}

/// Whether `start` is a tag of HTML, of a document or of a block in one.
pub(super) fn starts_html(start: &[u8]) -> bool {
    opens_document(start) || is_tag_of(start, &BLOCK_TAGS)
}

/// What stands behind a byte order mark, white space, comments and processing instructions.
pub(super) fn past_prologue(text: &[u8]) -> &[u8] {
    let mut rest = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).trim_ascii_start();
    loop {
        let end = if rest.starts_with(b"<!--") {
            memchr::memmem::find(&rest[4..], b"-->").map(|at| at + 7)
        } else if rest.starts_with(b"<?") {
            memchr::memmem::find(rest, b"?>").map(|at| at + 2)
        } else {
            None
        };
        match end {
            Some(end) => rest = rest[end..].trim_ascii_start(),
            None => return rest,
        }
    }
}

/// Whether `rest`, which starts with `<`, starts a tag, a comment or a declaration (WHATWG HTML Standard, tag
/// open state).
fn is_markup(rest: &[u8]) -> bool {
    rest.get(1).is_some_and(|&next| next.is_ascii_alphabetic() || matches!(next, b'!' | b'/' | b'?'))
}

/// Whether `rest` starts with an opening tag of one of `names`.
fn is_tag_of(rest: &[u8], names: &[&[u8]]) -> bool {
    let Some(rest) = rest.strip_prefix(b"<") else { return false };
    names.iter().any(|name| {
        rest.len() > name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name)
            && (rest[name.len()].is_ascii_whitespace() || matches!(rest[name.len()], b'>' | b'/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_decide_and_the_extension_sets_the_bar() {
        let check = |name: &str, text: &str, expected: Format| {
            assert_eq!(tell(text.as_bytes(), Extension::of(name)), expected, "{name}: {text}");
        };
        check("a.txt", "<!DOCTYPE html>", Format::Html);
        check("a", "\u{feff} <!-- x --> <HTML lang=en>", Format::Html);
        check("a.md", "<html>", Format::Html);
        check("a", "<?xml version='1.0'?><html xmlns='x'>", Format::Html);
        check("a.txt", "<htmlish>", Format::Text);
        check("a.html", "<p>one", Format::Html);
        check("a.html", "none, for 1 < 2", Format::Text);
        check("a.html", "<!-- hidden -->", Format::Html);
        check("a.html", "<script>hidden</script>", Format::Html);
        check("a.txt", "<p>one <p>two", Format::Html);
        check("a.txt", "a <p>one <p>two", Format::Text);
        check("a", "a <p>one <p>two <div>three", Format::Html);
        check("a.md", "<div>a</div> <p>b <ul><li>c", Format::Text);
        check("a.txt", "a <b>b</b> <i>c</i> <sup>d</sup> 1 < 2", Format::Text);
        check("a.txt", "", Format::Text);
    }
}
