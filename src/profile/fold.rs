//! Folds words of a profile and of a page so that case, typography and punctuation at the ends make no difference.

use crate::count::{any, has_double_space};
use std::borrow::Cow;
use std::ops::Range;

/// Texts of a page, folded, one behind the other in one string, so that none of them is an allocation.
#[derive(Debug, Default)]
pub struct FoldedTexts {
    /// A line end stands behind each text; none has one inside.
    text: String,
    /// Where each text ends.
    ends: Vec<u32>,
    /// So many bytes of `text` are in lower case.
    lowered: usize,
}

impl FoldedTexts {
    /// Without texts, with room for so many of so many bytes together.
    pub fn with_capacity(texts: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(texts + bytes), ends: Vec::with_capacity(texts), lowered: 0 }
    }

    /// Folds a text and gives its number.
    pub fn push(&mut self, text: &str) -> usize {
        fold_onto(&mut self.text, trim_marks(text));
        self.end()
    }

    /// [`Self::push`] for a text of printable ASCII without two spaces side by side; its capitals are left to
    /// [`Self::lower`].
    pub fn push_plain(&mut self, text: &str) -> usize {
        self.text.push_str(trim_marks(text));
        self.end()
    }

    /// Folds the capitals of all plain texts, at once: that takes a fifth of doing so text by text.
    pub fn lower(&mut self) {
        self.text[self.lowered..].make_ascii_lowercase();
        self.lowered = self.text.len();
    }

    fn end(&mut self) -> usize {
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
        self.ends.len() - 1
    }

    /// Adds what is left of a text behind its first `skip` bytes.
    pub fn push_rest(&mut self, number: usize, skip: usize) -> usize {
        let end = self.ends[number] as usize;
        let start = end - self.get(number).len() + skip;
        self.text.extend_from_within(start..end);
        self.end()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a number.
    pub fn get(&self, number: usize) -> &str {
        &self.text[self.range(number)]
    }

    /// Its bytes, which take fewer steps to get at.
    pub fn bytes(&self, number: usize) -> &[u8] {
        &self.text.as_bytes()[self.range(number)]
    }

    fn range(&self, number: usize) -> Range<usize> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize + 1);
        start..self.ends[number] as usize
    }

    /// All texts, with a line end behind each.
    pub(super) fn lines(&self) -> &str {
        &self.text
    }

    /// Where a text starts in [`Self::lines`].
    pub(super) fn start(&self, number: usize) -> usize {
        self.range(number).start
    }

    /// The number of the text that holds a byte of [`Self::lines`].
    pub(super) fn number_at(&self, byte: usize) -> usize {
        self.ends.partition_point(|&end| (end as usize) < byte)
    }
}

/// Lower case, white space as single spaces, `’` as `'`, dashes as `-`, and no punctuation at the ends.
pub fn fold(text: &str) -> Cow<'_, str> {
    fold_inside(trim_marks(text))
}

/// [`fold`], with the punctuation at the ends.
pub(super) fn fold_inside(text: &str) -> Cow<'_, str> {
    let has_capitals = || text.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase());
    if is_plain(text) && !has_capitals() {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    Cow::Owned(folded)
}

fn trim_marks(text: &str) -> &str {
    let is_mark = |byte: Option<&u8>| !byte.is_some_and(u8::is_ascii_alphanumeric);
    // Most texts have none.
    if !is_mark(text.as_bytes().first()) && !is_mark(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '.' | '?' | '!' | '·' | '|' | '-' | '–' | '—' | '#')
    })
}

/// Whether only the case of a text is folded.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    !any(bytes, |byte| byte.wrapping_sub(b' ') > b'~' - b' ') && !has_double_space(bytes)
}

/// Folds the case of a text of ASCII; steps of a fixed size are vector instructions.
fn lower(text: &mut str) {
    const STEP: usize = 16;
    let Some(last) = text.len().checked_sub(STEP) else { return text.make_ascii_lowercase() };
    for at in (0..last).step_by(STEP) {
        text[at..at + STEP].make_ascii_lowercase();
    }
    text[last..last + STEP].make_ascii_lowercase();
}

fn lower_onto(folded: &mut String, text: &str) {
    let start = folded.len();
    folded.push_str(text);
    lower(&mut folded[start..]);
}

fn fold_onto(folded: &mut String, text: &str) {
    if is_plain(text) {
        return lower_onto(folded, text);
    }
    let start = folded.len();
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => {
                if !folded[start..].ends_with(' ') {
                    folded.push(' ');
                }
            }
            '‘' | '’' => folded.push('\''),
            '‐' | '‑' | '–' | '—' => folded.push('-'),
            c => folded.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_folded_to_its_end() {
        for length in 0..50 {
            let text = format!("{}Z", "Ab".repeat(length));
            assert_eq!(fold(&text), text.to_lowercase());
            for at in 1..length {
                let text = format!("{}  {}", "A".repeat(at), "B".repeat(length - at));
                assert_eq!(fold(&text), text.to_lowercase().replace("  ", " "), "{at} of {length}");
            }
        }
    }

    #[test]
    fn a_folded_text_is_the_same_alone_and_among_others() {
        let pages = ["", "Home", " ICD\u{2011}10  Code: ", "home", "Ménière’s\n disease?", "—", "ﬁve"];
        let wanted = ["", "home", "icd-10 code", "home", "ménière's disease", "", "ﬁve"];
        let mut texts = FoldedTexts::default();
        for (number, text) in pages.iter().enumerate() {
            assert_eq!((texts.push(text), texts.len()), (number, number + 1));
        }
        for (number, wanted) in wanted.iter().enumerate() {
            assert_eq!((&*fold(pages[number]), texts.get(number)), (*wanted, *wanted));
        }
        let at = texts.lines().find("code").unwrap();
        assert_eq!(texts.number_at(at), 2);
        assert_eq!(texts.number_at(0), 0);
    }
}
