//! Finds codes by words of their titles.
//!
//! In: words as a user types them. Out: entries, best first, the same order every time. Every word must
//! begin a word of the title, or of one and the same inclusion term. Reads all titles on each call (about
//! 40 ms): it serves people, not pages.

use super::fold::fold;
use super::{Entry, Reference};

impl Reference {
    /// The entries whose title or inclusion term has all of `words`, each as the beginning of a word, in
    /// any spelling that [`same_title`](super::same_title) takes for the same. First those whose title
    /// starts with the words, then other titles, then inclusion terms; within these, whole words before
    /// beginnings, short codes before long ones, then by code. Nothing for no words.
    pub fn search(&self, words: &str) -> Vec<Entry<'_>> {
        let folded = fold(words);
        if folded.is_empty() {
            return Vec::new();
        }
        let wanted: Vec<&str> = folded.split(' ').collect();
        let mut found: Vec<(Rank, Entry<'_>)> =
            self.entries().filter_map(|entry| Some((rank(&entry, &folded, &wanted)?, entry))).collect();
        found.sort_by_key(|&(rank, _)| rank);
        found.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// Place in the result: smaller is better, compared from the first part on.
type Rank = (u8, bool, usize, super::Code);

fn rank(entry: &Entry<'_>, folded: &str, wanted: &[&str]) -> Option<Rank> {
    let title = fold(entry.title());
    let (kind, partial) = if let Some(partial) = matches(&title, wanted) {
        (u8::from(!title.starts_with(folded)), partial)
    } else {
        (2, entry.inclusion_terms().find_map(|term| matches(&fold(term), wanted))?)
    };
    Some((kind, partial, entry.code().as_bytes().len(), entry.code()))
}

/// Whether all `wanted` begin words of `text`, and if so, whether one of them is only a beginning.
fn matches(text: &str, wanted: &[&str]) -> Option<bool> {
    let mut partial = false;
    for word in wanted {
        text.split(' ').find(|had| had.starts_with(word))?;
        partial |= !text.split(' ').any(|had| had == *word);
    }
    Some(partial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_match_stands_first() {
        let check = |words: &str, first: &[&str]| {
            let found = Reference::embedded().search(words);
            let codes: Vec<String> =
                found.iter().take(first.len()).map(|entry| entry.code().to_string()).collect();
            assert_eq!(codes, first, "{words:?}");
        };
        check("cholera", &["A00", "A00.0", "A00.1", "A00.9"]);
        check("calcification muscle", &["M61"]);
        check("calcif ossif musc", &["M61"]);
        check("Iron deficiency anaemia", &["D50"]);
        check("classical cholera", &["A00.0"]);
    }

    #[test]
    fn no_match_is_no_entry() {
        let check = |words: &str| assert!(Reference::embedded().search(words).is_empty(), "{words:?}");
        check("");
        check(" , ");
        check("cholera fracture");
    }
}
