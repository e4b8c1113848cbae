//! Words of a profile matched against words of a page: case, accents of typography and punctuation at the
//! ends make no difference, and `*` stands for anything.

use std::borrow::Cow;

/// Words with `*` for anything.
#[derive(Clone, Debug)]
pub struct Glob {
    parts: Vec<String>,
}

impl Glob {
    /// Compiles `pattern`; all but `*` is literal.
    pub fn new(pattern: &str) -> Self {
        Self { parts: pattern.split('*').map(|part| fold_part(part).into_owned()).collect() }
    }

    /// Whether all of `folded`, a text that went through [`fold`], matches.
    pub fn matches(&self, folded: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| fold(only) == folded);
        };
        let Some(rest) = folded.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        middle.iter().all(|part| match rest.find(part.as_str()) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

/// Lower case, white space as single spaces, `’` as `'`, dashes as `-`, and no punctuation at the ends.
pub fn fold(text: &str) -> Cow<'_, str> {
    let folded = fold_part(text);
    let trim = |text: &str| -> (usize, usize) {
        let mark = |c: char| c.is_whitespace() || matches!(c, ':' | '.' | '?' | '!' | '·' | '|' | '-' | '#');
        let start = text.len() - text.trim_start_matches(mark).len();
        (start, text.trim_end_matches(mark).len().max(start))
    };
    let (start, end) = trim(&folded);
    match folded {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    }
}

fn fold_part(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase() && (byte > b' ' || byte == b' ');
    if text.bytes().all(plain) && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            '‘' | '’' => folded.push('\''),
            '‐' | '‑' | '–' | '—' => folded.push('-'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    Cow::Owned(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(Glob::new(pattern).matches(&fold(text)), expected, "{pattern:?} {text:?}");
    }

    #[test]
    fn matches_whole_texts_whatever_their_case() {
        check("ICD-10 code", "icd\u{2011}10 Code:", true);
        check("ICD-10 code", "ICD-10 codes", false);
        check("Diagnosis codes for *", "Diagnosis Codes for Asthma | J45", true);
        check("Diagnosis codes for *", "Diagnosis Codes", false);
        check("* illustration", "Default disease illustration", true);
        check("*sign up*log in*", "To see more please Sign up or Log in", true);
        check("*", "", true);
        check("a*b*a", "aba", true);
        check("ab*ba", "aba", false);
        check("İ*ß", "İß", true);
    }
}
