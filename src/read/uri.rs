//! The name of a page in a run: a path as text, unique and reversible.
//!
//! In: the bytes of a path. Out: UTF-8 in which control characters, `%` and bytes that are not UTF-8 stand
//! as `%` and two hex digits (RFC 3986, section 2.1). Everything else stays as it is, so that names in any
//! script stay readable.

use std::fmt::Write;

/// Writes the bytes of a path as a uri.
pub(super) fn encode(path: &[u8]) -> String {
    let mut uri = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() || character == '%' {
                escape(&mut uri, character.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                uri.push(character);
            }
        }
        escape(&mut uri, chunk.invalid());
    }
    uri
}

fn escape(uri: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(uri, "%{byte:02X}");
    }
}

/// Gives back the bytes of the path that [`encode`] made `uri` from.
pub(super) fn decode(uri: &str) -> Vec<u8> {
    let bytes = uri.as_bytes();
    let mut path = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..] {
            [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                path.push(hex(high) << 4 | hex(low));
                at += 3;
            }
            _ => {
                path.push(bytes[at]);
                at += 1;
            }
        }
    }
    path
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_uppercase() - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_cannot_be_shown_is_escaped() {
        let check = |path: &[u8], expected: &str| {
            assert_eq!(encode(path), expected);
            assert_eq!(decode(expected), path);
        };
        check(b"a/b c.txt", "a/b c.txt");
        check("größe/表.html".as_bytes(), "größe/表.html");
        check(b"100%25", "100%2525");
        check(b"a\nb\x7f", "a%0Ab%7F");
        check("a\u{85}".as_bytes(), "a%C2%85");
        check(b"a\xFFb", "a%FFb");
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(decode(&encode(&path)), path);
        }
    }
}
