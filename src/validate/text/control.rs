//! Control characters: text in, the first one out.
//!
//! C0 and C1 but for tab and line ends, DEL, and the embeddings, overrides and isolates of Unicode's
//! bidirectional algorithm (UAX 9), which can show a text in another order than it is stored ("Trojan
//! Source", Boucher and Anderson 2021). Marks that only help right-to-left text (U+200E, U+200F) pass.

use crate::count::any;

/// The first control character of `text`.
pub fn find_control(text: &str) -> Option<char> {
    let bytes = text.as_bytes();
    if !any(bytes, is_ascii_control) && !has_wide_control(bytes) {
        return None;
    }
    text.chars().find(|&character| is_control(character))
}

fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => character.is_control(),
    }
}

#[inline(always)]
fn is_ascii_control(byte: u8) -> bool {
    (byte == 0x7f) | (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r')
}

/// C1 and bidirectional controls, by their bytes in UTF-8.
fn has_wide_control(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(0xc2, 0xe2, bytes).any(|at| {
        matches!(
            bytes[at..],
            [0xc2, 0x80..=0x9f, ..] | [0xe2, 0x80, 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..]
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_found_and_line_ends_pass() {
        let check = |text: &str, expected: Option<char>| assert_eq!(find_control(text), expected, "{text:?}");
        check("plain text\n\twith lines\r\n", None);
        check("Ménière’s disease", None);
        check("right\u{200f}left", None);
        check("a\u{0}b\u{1}", Some('\u{0}'));
        check(&format!("{}\u{7f}", "a".repeat(200)), Some('\u{7f}'));
        check("a\u{85}b", Some('\u{85}'));
        check("a\u{202e}b", Some('\u{202e}'));
        check("a\u{2066}b\u{2069}", Some('\u{2066}'));
    }
}
