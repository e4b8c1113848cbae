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

/// The chapter that `title` names: the one with the same folded title, otherwise the clearly nearest by
/// its words.
pub(super) fn by_title<'a>(chapters: &'a [IcdChapter], title: &str) -> Option<&'a IcdChapter> {
    let folded = fold(title);
    let titles: Vec<String> = chapters.iter().map(|chapter| fold(&chapter.title)).collect();
    if let Some(same) = titles.iter().position(|title| !folded.is_empty() && *title == folded) {
        return Some(&chapters[same]);
    }
    let words: Vec<Vec<&str>> = titles.iter().map(|title| distinct_words(title)).collect();
    let wanted = distinct_words(&folded);
    let mut scores: Vec<(u32, usize)> =
        words.iter().enumerate().map(|(at, had)| (likeness(&wanted, had, &words), at)).collect();
    scores.sort_unstable_by(|one, other| other.cmp(one));
    let &(best, at) = scores.first()?;
    let second = scores.get(1).map_or(0, |&(score, _)| score);
    let is_near = best >= NEAR && second * 3 <= best * 2;
    is_near.then(|| &chapters[at])
}

/// The likeness, in thousandths, from which on a title names a chapter.
const NEAR: u32 = 500;

/// The Dice coefficient of two sets of words in thousandths, each word weighed by the number of all
/// chapters over the number of those that have it. Whole numbers, so that every machine gives the same.
fn likeness(wanted: &[&str], had: &[&str], chapters: &[Vec<&str>]) -> u32 {
    let weight = |word: &&str| {
        let holders = chapters.iter().filter(|words| words.contains(word)).count();
        (chapters.len() / holders.max(1)) as u32
    };
    let total = |words: &[&str]| words.iter().map(&weight).sum::<u32>();
    let shared: u32 = wanted.iter().filter(|word| had.contains(word)).map(weight).sum();
    let all = total(wanted) + total(had);
    (2000 * shared).checked_div(all).unwrap_or(0)
}

fn distinct_words(folded: &str) -> Vec<&str> {
    let mut words: Vec<&str> = telling_words(folded).collect();
    words.sort_unstable();
    words.dedup();
    // No chapter's title has more; a whole page given as a title must not cost by its length.
    words.truncate(40);
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
        check("Diseases", None);
        check("Heart diseases", None);
        check("Muscle", None);
        check("", None);
    }
}
