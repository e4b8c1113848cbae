//! Words of a profile matched against words of a page: case, accents of typography and punctuation at the
//! ends make no difference, and `*` stands for anything.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A set of wordings, each with `*` for anything. Matching costs a binary search, however many there are,
/// and a look at those with a `*` whose first or last letter is the text's.
#[derive(Clone, Debug, Default)]
pub struct Wordings {
    /// Those without `*`, sorted by length, which tells most texts apart, then by text.
    exact: Vec<String>,
    /// Those that start with a letter, by it.
    starting: Vec<Glob>,
    /// Those that start with `*` and end with a letter, by it.
    ending: Vec<Glob>,
    /// Those with `*` at both ends.
    floating: Vec<Glob>,
    /// The first part of each floating one: most texts have none of them.
    floating_parts: Option<AhoCorasick>,
}

/// A wording with at least one `*`: what stands before, between and behind.
#[derive(Clone, Debug)]
struct Glob {
    first: String,
    middle: Vec<Finder<'static>>,
    last: String,
}

impl Wordings {
    /// Compiles wordings; all but `*` is literal.
    pub fn new<S: AsRef<str>>(wordings: impl IntoIterator<Item = S>) -> Self {
        let mut this = Self::default();
        for wording in wordings {
            match Glob::new(wording.as_ref()) {
                Some(glob) if !glob.first.is_empty() => this.starting.push(glob),
                Some(glob) if !glob.last.is_empty() => this.ending.push(glob),
                Some(glob) => this.floating.push(glob),
                None => this.exact.push(fold(wording.as_ref()).into_owned()),
            }
        }
        this.exact.sort_unstable_by(|one, other| by_length(one, other));
        this.starting.sort_by_key(Glob::first_byte);
        this.ending.sort_by_key(Glob::last_byte);
        if !this.floating.is_empty() {
            let parts = this.floating.iter().map(|glob| glob.middle.first().map_or(&[][..], Finder::needle));
            // Looking for rare letters first would stop at every other word of a line.
            this.floating_parts = AhoCorasick::builder().prefilter(false).build(parts).ok();
        }
        this
    }

    /// Whether all of `folded`, a text that went through [`fold`], is one of the wordings.
    pub fn matches(&self, folded: &str) -> bool {
        let (first, last) = (folded.bytes().next(), folded.bytes().next_back());
        self.exact.binary_search_by(|exact| by_length(exact, folded)).is_ok()
            || alike(&self.starting, Glob::first_byte, first).any(|glob| glob.matches(folded))
            || alike(&self.ending, Glob::last_byte, last).any(|glob| glob.matches(folded))
            || (self.may_float(folded) && self.floating.iter().any(|glob| glob.matches(folded)))
    }
}

impl Wordings {
    fn may_float(&self, folded: &str) -> bool {
        self.floating_parts.as_ref().map_or(!self.floating.is_empty(), |parts| parts.is_match(folded))
    }
}

/// The globs of a list, sorted by `byte`, that have the given one.
fn alike(
    globs: &[Glob],
    byte: impl Fn(&Glob) -> Option<u8>,
    wanted: Option<u8>,
) -> impl Iterator<Item = &Glob> {
    let start = globs.partition_point(|glob| byte(glob) < wanted);
    globs[start..].iter().take_while(move |glob| byte(glob) == wanted)
}

fn by_length(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

impl Glob {
    fn new(wording: &str) -> Option<Self> {
        let mut parts = wording.split('*').map(|part| fold_inside(part).into_owned());
        let first = parts.next()?;
        let mut rest: Vec<String> = parts.collect();
        let last = rest.pop()?;
        rest.retain(|part| !part.is_empty());
        let middle = rest.iter().map(|part| Finder::new(part).into_owned()).collect();
        Some(Self { first, middle, last })
    }

    fn first_byte(&self) -> Option<u8> {
        self.first.bytes().next()
    }

    fn last_byte(&self) -> Option<u8> {
        self.last.bytes().next_back()
    }

    fn matches(&self, folded: &str) -> bool {
        let Some(rest) = folded.strip_prefix(self.first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(self.last.as_str()) else { return false };
        self.middle.iter().all(|part| match part.find(rest.as_bytes()) {
            Some(at) => {
                rest = &rest[at + part.needle().len()..];
                true
            }
            None => false,
        })
    }
}

/// Lower case, white space as single spaces, `’` as `'`, dashes as `-`, and no punctuation at the ends.
pub fn fold(text: &str) -> Cow<'_, str> {
    let mark =
        |c: char| c.is_whitespace() || matches!(c, ':' | '.' | '?' | '!' | '·' | '|' | '-' | '–' | '—' | '#');
    fold_inside(text.trim_matches(mark))
}

fn fold_inside(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Folds without an early end, which the compiler turns into vector instructions.
    let is_plain = bytes.iter().fold(true, |all, byte| all & (b' '..=b'~').contains(byte));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let is_single_spaced = pairs.fold(true, |all, (one, next)| all & !((*one == b' ') & (*next == b' ')));
    if is_plain && is_single_spaced {
        let has_capitals = bytes.iter().fold(false, |any, byte| any | byte.is_ascii_uppercase());
        return if has_capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
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

    fn check(wording: &str, text: &str, expected: bool) {
        assert_eq!(Wordings::new([wording]).matches(&fold(text)), expected, "{wording:?} {text:?}");
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
