//! Chapters and blocks, and which chapter a printed title means.
//!
//! In: a title as a page words it. Out: the chapter it names, or none. Editions word chapters differently
//! (WHO: mental and behavioural disorders; ICD-10-CM adds neurodevelopmental ones), and WHO's titles may not
//! be shipped. So words are weighed by how few chapters have them, and the nearest chapter by the Dice
//! coefficient of the weights counts if it is near and no other is nearly as near.

use super::CodeRange;
use super::fold::{fold, telling_words};

/// Roman numerals of the chapters, from 1.
const ROMAN: [&str; 22] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
    "XVII", "XVIII", "XIX", "XX", "XXI", "XXII",
];

/// A chapter of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IcdChapter {
    /// 1 to 22.
    pub number: u8,
    /// First and last category: `M00-M99`.
    pub range: CodeRange,
    /// Its title without the range.
    pub title: String,
}

impl IcdChapter {
    /// The number as ICD-10 prints it, `I` to `XXII`.
    pub fn roman(&self) -> &'static str {
        usize::from(self.number).checked_sub(1).and_then(|at| ROMAN.get(at)).copied().unwrap_or_default()
    }

    /// Reads a chapter number in Arabic or Roman figures, either case; `None` outside 1 to 22.
    pub fn parse_number(text: &str) -> Option<u8> {
        let text = text.trim();
        let roman = ROMAN.iter().position(|roman| text.eq_ignore_ascii_case(roman)).map(|at| at as u8 + 1);
        let arabic = || text.parse().ok().filter(|&number| (1..=ROMAN.len() as u8).contains(&number));
        roman.or_else(arabic)
    }
}

/// A block of categories of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IcdBlock {
    /// First and last category: `M60-M63`.
    pub range: CodeRange,
    /// Its title without the range.
    pub title: String,
    /// The number of its chapter, from 1.
    pub chapter: u8,
}

/// The titles of all chapters, folded once.
#[derive(Debug)]
pub(super) struct Titles {
    folded: Vec<String>,
    /// The telling words of each title.
    words: Vec<Vec<String>>,
}

/// The likeness, in thousandths, from which on a title names a chapter.
const NEAR: u32 = 500;

impl Titles {
    pub(super) fn new(chapters: &[IcdChapter]) -> Self {
        let folded: Vec<String> = chapters.iter().map(|chapter| fold(&chapter.title)).collect();
        let owned = |title: &String| distinct_words(title).into_iter().map(str::to_owned).collect();
        Self { words: folded.iter().map(owned).collect(), folded }
    }

    /// The place of the chapter that `title` names: the one with the same folded title, otherwise the only
    /// one with all its words, otherwise the one clearly nearest by its words.
    pub(super) fn find(&self, title: &str) -> Option<usize> {
        let folded = fold(title);
        let wanted = distinct_words(&folded);
        if wanted.is_empty() {
            return None;
        }
        self.folded.iter().position(|title| *title == folded).or_else(|| {
            let only = self.only_with_all(&wanted);
            only.or_else(|| self.nearest(&wanted))
        })
    }

    fn only_with_all(&self, wanted: &[&str]) -> Option<usize> {
        let has_all = |at: &usize| wanted.iter().all(|word| self.has(*at, word));
        let mut with_all = (0..self.words.len()).filter(has_all);
        with_all.next().filter(|_| with_all.next().is_none())
    }

    fn nearest(&self, wanted: &[&str]) -> Option<usize> {
        let mut scores: Vec<(u32, usize)> =
            (0..self.words.len()).map(|at| (self.likeness(wanted, at), at)).collect();
        scores.sort_unstable_by(|one, other| other.cmp(one));
        let &(best, at) = scores.first()?;
        let second = scores.get(1).map_or(0, |&(score, _)| score);
        (best >= NEAR && second * 3 <= best * 2).then_some(at)
    }

    /// The Dice coefficient of two sets of words in thousandths, each word weighed by the number of all
    /// chapters over the number of those that have it. Whole numbers, so that every machine gives the same.
    fn likeness(&self, wanted: &[&str], at: usize) -> u32 {
        let total = |words: &mut dyn Iterator<Item = &str>| words.map(|word| self.weight(word)).sum::<u32>();
        let shared = total(&mut wanted.iter().copied().filter(|word| self.has(at, word)));
        let all = total(&mut wanted.iter().copied()) + total(&mut self.words[at].iter().map(String::as_str));
        (2000 * shared).checked_div(all).unwrap_or(0)
    }

    fn weight(&self, word: &str) -> u32 {
        let holders = (0..self.words.len()).filter(|&at| self.has(at, word)).count();
        (self.words.len() / holders.max(1)) as u32
    }

    fn has(&self, at: usize, word: &str) -> bool {
        self.words[at].iter().any(|had| had == word)
    }
}

/// The telling words of a folded title, each once.
fn distinct_words(folded: &str) -> Vec<&str> {
    // No chapter's title has more; a whole page given as a title must not cost by its length squared.
    let mut words: Vec<&str> = telling_words(folded).take(40).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icd::Reference;

    #[test]
    fn numbers_are_read_in_both_figures() {
        let check = |text: &str, wanted: Option<u8>| {
            assert_eq!(IcdChapter::parse_number(text), wanted, "{text:?}");
        };
        check("13", Some(13));
        check("XIII", Some(13));
        check(" xxii ", Some(22));
        check("0", None);
        check("23", None);
        check("IIII", None);
        check("", None);
    }

    #[test]
    fn a_chapter_is_known_by_its_words() {
        let check = |title: &str, wanted: Option<u8>| {
            let found = Reference::embedded().chapter_by_title(title).map(|chapter| chapter.number);
            assert_eq!(found, wanted, "{title:?}");
        };
        check("Diseases of the musculoskeletal system and connective tissue", Some(13));
        check("diseases of the MUSCULOSKELETAL system, and connective tissue.", Some(13));
        check("Mental and behavioural disorders", Some(5));
        check("External causes of illness and death", None);
        check("External causes of morbidity and death", Some(20));
        check("Skin diseases", Some(12));
        check("Congenital malformations and chromosome abnormalities", Some(17));
        check("Symptoms and abnormal laboratory findings", Some(18));
        check("Diseases of the nervous system", Some(6));
        check("Diseases of the blood", Some(3));
        check("External causes", Some(20));
        check("Diseases", None);
        check("Heart diseases", None);
        check("Muscle", None);
        check("", None);
    }
}
