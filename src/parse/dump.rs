//! Numbers of links in text that a browser dumped: `[12]Causes`, with the addresses at the end (lynx, links, elinks).
//!
//! In: the lines of a text page, a stretch of it. Out: where the list of addresses starts; the stretch without the
//! numbers. A number with a space behind it is the text's own. Decides nothing about blocks or fields.

use super::markdown::Plain;

/// Words above the addresses of links.
const HEADS: [&str; 4] = ["References", "Links", "Visible links", "Hidden links"];
/// Addresses from which on a list is one.
const MIN_ADDRESSES: usize = 2;

/// The line at which the list of addresses that ends a page starts.
pub(super) fn addresses<'t>(
    lines: impl DoubleEndedIterator<Item = &'t str> + ExactSizeIterator,
) -> Option<usize> {
    let (mut found, mut start) = (0, None);
    for (at, line) in lines.enumerate().rev() {
        if is_address(line) {
            found += 1;
        } else if HEADS.contains(&line.trim_end_matches(':')) {
            start = Some(at);
        } else {
            break;
        }
    }
    start.filter(|_| found >= MIN_ADDRESSES)
}

/// `3. https://x.example/`, `4. mailto:a@x.example`
fn is_address(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let address = line[digits..].strip_prefix(". ").unwrap_or_default();
    let scheme = address.bytes().take_while(u8::is_ascii_alphabetic).count();
    digits > 0 && scheme >= 3 && address[scheme..].starts_with(':') && !address.contains(' ')
}

/// The text without the numbers, white space as single spaces.
pub(super) fn strip(source: &str) -> Plain {
    let mut plain = Plain::default();
    let (mut links, mut first) = (0, 0);
    let mut at = 0;
    while let Some(character) = source[at..].chars().next() {
        let number = if character == '[' { number(&source[at..]) } else { None };
        if let Some(len) = number {
            if links == 0 {
                first = plain.text.len();
            }
            links += 1;
            at += len;
            // `[3][1]` is a link that reads `[1]`.
            if source[at..].starts_with('[') {
                plain.push('[', at);
                at += 1;
            }
            continue;
        }
        plain.push(character, at);
        at += character.len_utf8();
    }
    if plain.text.ends_with(' ') {
        plain.text.pop();
    }
    // Where a link ends is not written: several make a row of links.
    plain.link_bytes = if links > 1 { (plain.text.len() - first) as u32 } else { 0 };
    plain
}

/// Bytes of the number of a link at the start of a text.
fn number(text: &str) -> Option<usize> {
    let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[1 + digits..].strip_prefix(']')?;
    let leads = (1..=4).contains(&digits) && rest.starts_with(|c: char| !c.is_whitespace());
    leads.then_some(digits + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_before_words_are_those_of_links() {
        let check = |source: &str, expected: &str| assert_eq!(strip(source).text, expected, "{source}");
        check("[1]Home", "Home");
        check("see [2]the page and  [3]that", "see the page and that");
        check("it is known.[4] Then", "it is known.[4] Then");
        check("it is known.[5][1]", "it is known.[1]");
        check("it is known.[1]", "it is known.[1]");
        check("[a]b [", "[a]b [");
        assert_eq!(strip("[1]Home [2]Help").link_bytes, 9);
        assert_eq!(strip("[1]Home").link_bytes, 0);
    }

    #[test]
    fn addresses_end_the_page() {
        let check = |lines: &[&str], expected: Option<usize>| {
            assert_eq!(addresses(lines.iter().copied()), expected, "{lines:?}");
        };
        check(&["Text.", "References", "1. https://a.example/", "2. mailto:a@b.example"], Some(1));
        check(
            &[
                "Text.",
                "References",
                "Visible links",
                "1. https://a.example/",
                "Hidden links:",
                "2. file:///x",
            ],
            Some(1),
        );
        check(&["Text.", "1. https://a.example/", "2. https://b.example/"], None);
        check(&["References", "1. Chen LX. Gout: a review.", "2. https://b.example/ (read in May)"], None);
        check(&[], None);
    }
}
