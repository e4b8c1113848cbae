//! What an article says of its own name: the words of a line in it, and what it starts by speaking of.

use super::words::MIN_NAME_BYTES;
use crate::extract::finder::Finder;

/// Bytes of a block that is searched for the words of a title.
const MAX_SEARCHED: usize = 2000;

/// Words of what a text is about at most.
const MAX_SUBJECT_WORDS: usize = 5;

/// What stands behind the lines that may be the title, in lower case, a line end behind each block.
pub(super) struct Article(String);

impl Article {
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Self {
        let mut lower = String::with_capacity(texts.clone().map(|text| text.len() + 1).sum());
        for text in texts {
            let text = text.get(..MAX_SEARCHED).unwrap_or(text);
            if text.is_ascii() {
                lower.push_str(text);
            } else {
                lower.push_str(&text.to_lowercase());
            }
            lower.push('\n');
        }
        // At once for all that is ASCII.
        lower.make_ascii_lowercase();
        Self(lower)
    }

    /// Whether it has the folded `words`, which have no line end, as whole words.
    pub(super) fn mentions(&self, words: &str) -> bool {
        let searcher = memchr::memmem::Finder::new(words);
        let mut from = 0;
        while let Some(at) = searcher.find(&self.0.as_bytes()[from..]).map(|found| from + found) {
            if stands_alone(&self.0, at, words.len()) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// The words of which it says at its start what they are: `A sprain is …`, `Piles (hemorrhoids) are …`.
    pub(super) fn subject(&self) -> Option<&str> {
        let start = self.0.lines().next()?;
        let end = [" is ", " are ", " (", ", "].iter().filter_map(|mark| start.find(mark)).min()?;
        let words = &start[..end];
        let words = ARTICLES.iter().find_map(|article| words.strip_prefix(*article)).unwrap_or(words);
        (words.len() >= MIN_NAME_BYTES && words.split(' ').count() <= MAX_SUBJECT_WORDS).then_some(words)
    }

    /// Whether it starts with the words, perhaps behind an article.
    pub(super) fn starts_with(&self, words: &str) -> bool {
        let starts = |text: &str| text.starts_with(words);
        starts(&self.0) || ARTICLES.iter().any(|article| self.0.strip_prefix(article).is_some_and(starts))
    }
}

/// Words before the name of a thing.
const ARTICLES: [&str; 3] = ["a ", "an ", "the "];

/// Whether no letter or figure stands beside `len` bytes at `at`.
fn stands_alone(text: &str, at: usize, len: usize) -> bool {
    let ends_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    ends_word(text[..at].chars().next_back()) && ends_word(text[at + len..].chars().next())
}

/// The first running text of the page.
pub(super) fn first_text(finder: &Finder<'_>) -> Option<Article> {
    let at = finder.facts.first_running()?;
    Some(Article::new([&*finder.blocks()[at].text].into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_title_are_found_whole_and_in_either_case() {
        let check = |text: &str, words: &str, expected: bool| {
            assert_eq!(
                Article::new(["Line", text].into_iter()).mentions(words),
                expected,
                "{words:?} in {text:?}"
            );
        };
        check("Ask about Gout attacks.", "gout", true);
        check("A goutlike pain", "gout", false);
        check("ragout, then GOUT", "gout", true);
        check("Die Gicht: MÉNIÈRE", "ménière", true);
        check("go", "gout", false);
        check("xa b a b", "a b", true);
    }
}
