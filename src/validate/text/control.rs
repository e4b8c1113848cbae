//! Control characters: text in, the first one out.
//!
//! C0 and C1 but for tab and line ends, DEL, and the embeddings, overrides and isolates of Unicode's
//! bidirectional algorithm (UAX 9), which can show a text in another order than it is stored ("Trojan
//! Source", Boucher and Anderson 2021). Marks that only help right-to-left text (U+200E, U+200F) pass.

/// The first control character of `text`.
pub fn find_control(text: &str) -> Option<char> {
    if !may_have_control(text.as_bytes()) {
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

/// A test of bytes that the compiler turns into vector instructions; true for all text outside ASCII.
fn may_have_control(bytes: &[u8]) -> bool {
    let suspicious = |&byte: &u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte >= 0x7f;
    bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |any, byte| any | suspicious(byte)))
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
