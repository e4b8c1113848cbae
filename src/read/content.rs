//! Whether a file is a page at all, told by its bytes.
//!
//! In: all bytes of a file and its extension. Out: a [`SkipReason`] for what no page can be: pictures,
//! archives, documents, programs, data. Signatures are those of the WHATWG MIME Sniffing Standard and of the
//! formats' own descriptions. The extension decides nothing alone but for style sheets and scripts, which
//! look like text. Never guesses: what is not surely something else is a page.

use super::SkipReason;
use super::format::{Extension, past_prologue, starts_html};
use crate::count::{all_of_page, count};
use encoding_rs::Encoding;

/// How far bytes that text does not have are counted.
const COUNTED_BYTES: usize = 8 * 1024;

/// One in this many bytes may be a control character in text.
const CONTROLS_ONE_IN: usize = 32;

/// Where a signature stands, its bytes, and what it tells.
type Signature = (usize, &'static [u8], SkipReason);

/// Signatures that no text starts with.
const SIGNATURES: [Signature; 37] = [
    (0, b"\x89PNG\r\n\x1a\n", SkipReason::Image),
    (0, b"\xFF\xD8\xFF", SkipReason::Image),
    (0, b"GIF87a", SkipReason::Image),
    (0, b"GIF89a", SkipReason::Image),
    (8, b"WEBPVP8", SkipReason::Image),
    (0, b"II*\0", SkipReason::Image),
    (0, b"MM\0*", SkipReason::Image),
    (0, b"\0\0\x01\0", SkipReason::Image),
    (4, b"ftypavif", SkipReason::Image),
    (4, b"ftyphei", SkipReason::Image),
    (0, b"%PDF-", SkipReason::Document),
    (0, b"{\\rtf", SkipReason::Document),
    (0, b"%!PS-Adobe-", SkipReason::Document),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", SkipReason::Document),
    (0, b"PK\x03\x04", SkipReason::Archive),
    (0, b"PK\x05\x06", SkipReason::Archive),
    (0, b"\x1F\x8B\x08", SkipReason::Archive),
    (0, b"BZh", SkipReason::Archive),
    (0, b"\xFD7zXZ\0", SkipReason::Archive),
    (0, b"\x28\xB5\x2F\xFD", SkipReason::Archive),
    (0, b"7z\xBC\xAF\x27\x1C", SkipReason::Archive),
    (0, b"Rar!\x1A\x07", SkipReason::Archive),
    (257, b"ustar", SkipReason::Archive),
    (0, b"wOFF", SkipReason::Font),
    (0, b"wOF2", SkipReason::Font),
    (0, b"OTTO\0", SkipReason::Font),
    (0, b"\0\x01\0\0\0", SkipReason::Font),
    (0, b"ID3\x03", SkipReason::Media),
    (0, b"ID3\x04", SkipReason::Media),
    (0, b"OggS\0", SkipReason::Media),
    (4, b"ftyp", SkipReason::Media),
    (0, b"\x1A\x45\xDF\xA3", SkipReason::Media),
    (0, b"fLaC\0", SkipReason::Media),
    (8, b"WAVE", SkipReason::Media),
    (8, b"AVI ", SkipReason::Media),
    (8, b"AIFF", SkipReason::Media),
    (0, b"\x7FELF", SkipReason::Binary),
];

/// Why `bytes` are no page; `None` if they are one or may be.
pub(super) fn not_a_page(bytes: &[u8], extension: Extension) -> Option<SkipReason> {
    let signature = |&(at, signature, reason): &Signature| {
        // Of most the first byte is another one.
        let may_be = bytes.get(at) == signature.first();
        (may_be && bytes[at..].starts_with(signature)).then_some(reason)
    };
    if let Some(reason) = SIGNATURES.iter().find_map(signature) {
        // `BZh`, `ftyp` and `ustar` are letters: a text may have them there.
        return if is_text(bytes) && is_lettered(bytes) { None } else { Some(reason) };
    }
    if !is_text(bytes) {
        return Some(SkipReason::Binary);
    }
    not_prose(bytes, extension)
}

/// Whether the start of `bytes` is letters only, so that a signature there may be chance.
fn is_lettered(bytes: &[u8]) -> bool {
    !bytes.starts_with(b"%PDF-")
        && !bytes.starts_with(b"{\\rtf")
        && !bytes.starts_with(b"%!PS")
        && !bytes.starts_with(b"GIF8")
}

/// Whether there are hardly any bytes that text does not have. UTF-16 has a NUL in every Latin letter: with
/// a byte order mark, or with NUL in only every second place, it is text.
fn is_text(bytes: &[u8]) -> bool {
    // The mark of UTF-32 starts as that of UTF-16 does; no browser reads UTF-32.
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return false;
    }
    if Encoding::for_bom(bytes).is_some() || super::encoding::is_unmarked_utf16(bytes) {
        return true;
    }
    let head = &bytes[..bytes.len().min(COUNTED_BYTES)];
    // Most pages have no control but the line end.
    let is_other = |byte, _| u8::from((byte < 0x20) & (byte != b'\n') | (byte == 0x7F));
    if all_of_page(head, is_other) == 0 {
        return true;
    }
    let is_space = |byte: u8| (byte == b'\t') | (byte == b'\n') | (byte == 0x0C) | (byte == b'\r');
    let is_control = |byte: u8| (byte < 0x20) & !is_space(byte) & (byte != 0x1B) | (byte == 0x7F);
    count(head, is_control) * CONTROLS_ONE_IN <= head.len()
}

/// Text that is no page: data, style sheets, scripts, drawings.
fn not_prose(bytes: &[u8], extension: Extension) -> Option<SkipReason> {
    let start = past_prologue(bytes);
    if starts_html(start) {
        return None;
    }
    if start.starts_with(b"<svg") {
        return Some(SkipReason::Image);
    }
    let is_xml = bytes.trim_ascii_start().starts_with(b"<?xml") && start.starts_with(b"<");
    if is_xml || is_feed(start) || is_json(start) {
        return Some(SkipReason::Data);
    }
    match extension {
        Extension::WebAsset if !start.starts_with(b"<") => Some(SkipReason::WebAsset),
        Extension::Delimited if is_table(bytes) => Some(SkipReason::Data),
        _ => None,
    }
}

/// The root of a feed or of a map of a site, which stand without `<?xml` too.
fn is_feed(start: &[u8]) -> bool {
    [&b"rss"[..], b"feed", b"rdf:RDF", b"urlset", b"sitemapindex", b"opml"].iter().any(|root| {
        let rest = start.strip_prefix(b"<").and_then(|rest| rest.strip_prefix(*root));
        rest.is_some_and(|rest| rest.first().is_some_and(|&byte| byte == b'>' || byte.is_ascii_whitespace()))
    })
}

/// A JSON object or array, or several of them on lines of their own.
fn is_json(start: &[u8]) -> bool {
    if !matches!(start.first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(start).into_iter::<serde::de::IgnoredAny>();
    // `[1] See below` starts with JSON; a data file is JSON to its end.
    values.all(|value| value.is_ok())
}

/// At least two lines, each with the same number of tabs or commas.
fn is_table(bytes: &[u8]) -> bool {
    let lines = || bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).take(20);
    [b'\t', b',', b';'].into_iter().any(|delimiter| {
        let columns = |line: &[u8]| memchr::memchr_iter(delimiter, line).count();
        let first = lines().next().map_or(0, columns);
        first > 0 && lines().count() > 1 && lines().all(|line| columns(line) >= first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, bytes: &[u8], expected: Option<SkipReason>) {
        assert_eq!(not_a_page(bytes, Extension::of(name)), expected, "{name}: {:?}", bytes.escape_ascii());
    }

    #[test]
    fn what_is_no_text_is_told_by_its_bytes() {
        check("a.txt", b"\x89PNG\r\n\x1a\n\0\0", Some(SkipReason::Image));
        check("a.html", b"%PDF-1.7\n", Some(SkipReason::Document));
        check("a.txt", b"PK\x03\x04\x14\0\0\0", Some(SkipReason::Archive));
        check("a", b"\x7FELF\x02\x01\x01\0\0\0", Some(SkipReason::Binary));
        check("a.wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", Some(SkipReason::Media));
        check("a", b"RIFF\x24\0\0\0AVI LIST\x10\0\0\0", Some(SkipReason::Media));
        check("a.txt", b"abc\0\0\0\0\0\0", Some(SkipReason::Binary));
        check("a.txt", b"BZhang syndrome", None);
        check("a.txt", b"the ftyp box of a film", None);
        check("a.txt", b"the sea WAVES", None);
    }

    #[test]
    fn text_in_any_encoding_is_a_page() {
        check("a.txt", b"", None);
        check("a.txt", b"a\0b and much more text that says that one NUL is an accident", None);
        check("a.txt", b"\xFF\xFEa\0b\0", None);
        check("a.txt", b"a\0b\0c\0d\0", None);
        check("a.txt", b"\x1b$B%F%9%H\x1b(B", None);
        check("a.txt", b"\x83\x65\x83\x58", None);
    }

    #[test]
    fn data_is_told_by_its_bytes_to_the_end() {
        check("a.txt", b"{\"a\": 1}", Some(SkipReason::Data));
        check("a.ndjson", b"{\"a\": 1}\n{\"a\": 2}\n", Some(SkipReason::Data));
        check("a.json", b"[1] See below", None);
        check("a.json", b"words", None);
        check("a.txt", b"<?xml version='1.0'?><rss></rss>", Some(SkipReason::Data));
        check("a.txt", b"<rss version='2.0'><channel></channel></rss>", Some(SkipReason::Data));
        check("a", b"\n<feed xmlns='http://www.w3.org/2005/Atom'>", Some(SkipReason::Data));
        check("a.txt", b"<rssa> is no feed", None);
        check("a.xml", b"<?xml version='1.0'?><html>", None);
        check("a.xml", b"<?xml version='1.0'?><div>", None);
        check("a.txt", b"<svg width='1'>", Some(SkipReason::Image));
        check("a.csv", b"a,b\n1,2\n", Some(SkipReason::Data));
        check("a.csv", b"Title of a page\nText, and more\n", None);
        check("a.txt", b"a,b\n1,2\n", None);
        check("a.css", b"p { margin: 0 }", Some(SkipReason::WebAsset));
        check("a.js", b"<!doctype html>", None);
    }
}
