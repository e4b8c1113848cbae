//! The encoding a page declares for itself.
//!
//! In: the first bytes of a file. Out: the encoding of a `<meta>` or of the XML declaration. This is "prescan
//! a byte stream to determine its encoding" and "get an XML encoding" of the WHATWG HTML Standard, section
//! 13.2.3.2, over the 1,024 bytes the standard names. Never looks at bytes past them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How far a declaration is looked for.
const PRESCAN_BYTES: usize = 1024;

/// The declared encoding, if there is one that the WHATWG Encoding Standard knows.
pub(super) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    prescan(head).or_else(|| xml_declaration(head))
}

fn prescan(head: &[u8]) -> Option<&'static Encoding> {
    let mut at = 0;
    while at < head.len() {
        let rest = &head[at..];
        if rest.starts_with(b"<!--") {
            // `<!-->` is a whole comment: its two dashes are start and end.
            at += 2 + memchr::memmem::find(&rest[2..], b"-->")? + 3;
        } else if starts_tag(rest, b"<meta") {
            let mut attributes = Attributes { bytes: head, at: at + b"<meta".len() };
            if let Some(encoding) = meta_encoding(&mut attributes) {
                return Some(encoding);
            }
            at = attributes.at.max(at + 1);
        } else if is_tag(rest) {
            let name_end = rest.iter().position(|&byte| is_space(byte) || byte == b'>')?;
            let mut attributes = Attributes { bytes: head, at: at + name_end };
            while attributes.next().is_some() {}
            at = attributes.at.max(at + 1);
        } else if matches!(rest, [b'<', b'!' | b'/' | b'?', ..]) {
            at += memchr::memchr(b'>', rest)? + 1;
        } else {
            at += 1 + memchr::memchr(b'<', &rest[1..])?;
        }
    }
    None
}

fn meta_encoding(attributes: &mut Attributes<'_>) -> Option<&'static Encoding> {
    let (mut is_pragma, mut needs_pragma, mut encoding) = (false, false, None);
    let (mut charset_seen, mut content_seen) = (false, false);
    for (name, value) in attributes {
        match name.as_slice() {
            b"http-equiv" => is_pragma |= value == b"content-type",
            b"content" if !content_seen => {
                content_seen = true;
                if !charset_seen && let Some(found) = charset_of_content(&value) {
                    (encoding, needs_pragma) = (Some(found), true);
                }
            }
            b"charset" if !charset_seen => {
                charset_seen = true;
                (encoding, needs_pragma) = (Encoding::for_label(&value), false);
            }
            _ => {}
        }
    }
    if needs_pragma && !is_pragma {
        return None;
    }
    encoding.map(as_declared)
}

/// What a declaration means: bytes in which `<meta` was found are not UTF-16.
fn as_declared(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

/// `text/html; charset=utf-8`: the label behind `charset=`.
fn charset_of_content(content: &[u8]) -> Option<&'static Encoding> {
    let mut rest = content;
    loop {
        rest = &rest[memchr::memmem::find(rest, b"charset")? + b"charset".len()..];
        let after = rest.trim_ascii_start();
        let Some(value) = after.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let label = match value.first()? {
            quote @ (b'"' | b'\'') => value[1..].split(|byte| byte == quote).next()?,
            _ => value.split(|&byte| is_space(byte) || byte == b';').next()?,
        };
        return Encoding::for_label(label);
    }
}

fn xml_declaration(head: &[u8]) -> Option<&'static Encoding> {
    let rest = head.strip_prefix(b"<?xml")?;
    let rest = &rest[..memchr::memchr(b'>', rest)?];
    let rest = &rest[memchr::memmem::find(rest, b"encoding")? + b"encoding".len()..];
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *rest.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let label = &rest[1..][..memchr::memchr(quote, &rest[1..])?];
    Encoding::for_label(label).map(as_declared)
}

fn starts_tag(rest: &[u8], tag: &[u8]) -> bool {
    rest.len() > tag.len()
        && rest[..tag.len()].eq_ignore_ascii_case(tag)
        && (is_space(rest[tag.len()]) || rest[tag.len()] == b'/')
}

fn is_tag(rest: &[u8]) -> bool {
    match rest {
        [b'<', b'/', letter, ..] | [b'<', letter, ..] => letter.is_ascii_alphabetic(),
        _ => false,
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// The attributes of a tag, names and values in lower case: "get an attribute" of the standard.
struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Attributes<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skipped) {
            self.at += 1;
        }
    }

    fn take_until(&mut self, ends: impl Fn(u8) -> bool) -> Vec<u8> {
        let start = self.at;
        self.skip_while(|byte| !ends(byte));
        self.bytes[start..self.at].to_ascii_lowercase()
    }
}

impl Iterator for Attributes<'_> {
    type Item = (Vec<u8>, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_while(|byte| is_space(byte) || byte == b'/');
        if self.peek()? == b'>' {
            return None;
        }
        let start = self.at;
        // A `=` at the start of a name is part of it.
        self.at += 1;
        self.skip_while(|byte| !(is_space(byte) || matches!(byte, b'=' | b'/' | b'>')));
        let name = self.bytes[start..self.at].to_ascii_lowercase();
        self.skip_while(is_space);
        if self.peek() != Some(b'=') {
            return Some((name, Vec::new()));
        }
        self.at += 1;
        self.skip_while(is_space);
        let value = match self.peek()? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let value = self.take_until(|byte| byte == quote);
                self.at += 1;
                value
            }
            _ => self.take_until(|byte| is_space(byte) || byte == b'>'),
        };
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_found_where_the_standard_finds_it() {
        let check = |bytes: &str, expected: Option<&str>| {
            assert_eq!(declared(bytes.as_bytes()).map(Encoding::name), expected, "{bytes}");
        };
        check("<meta charset=latin1>", Some("windows-1252"));
        check("<META CHARSET = 'Shift_JIS' >", Some("Shift_JIS"));
        check("<meta charset=utf-16>", Some("UTF-8"));
        check("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>", Some("KOI8-R"));
        check("<meta content='text/html; charset=koi8-r'>", None);
        check("<!-- <meta charset=latin1> --><meta charset=gbk>", Some("GBK"));
        check("<!--><meta charset=gbk>", Some("GBK"));
        check("<p title='<meta charset=latin1>'><meta charset=gbk>", Some("GBK"));
        check("<metal charset=gbk>", None);
        check("<meta charset=nonsense><meta charset=gbk>", Some("GBK"));
        check("<meta charset", None);
        check("<?xml version='1.0' encoding='ISO-8859-2'?>", Some("ISO-8859-2"));
        check("<?xml version='1.0'?>", None);
        check(&format!("{}<meta charset=gbk>", " ".repeat(1024)), None);
        check("", None);
    }
}
