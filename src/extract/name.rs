//! What a page says it is called, and how well a heading agrees with that: metadata in, [`Agreement`]s out.
//!
//! A heading that has the words of the page's `title` or `og:title` is its title wherever it stands; without the
//! name, a heading high up is as likely a part, a teaser or the site's own.

use super::finder::Finder;
use crate::document::{Document, HeadingEvidence};
use crate::profile::fold;
use std::borrow::Cow;
use std::ops::Range;

/// Marks between the name of a page and that of its site.
pub(super) const SITE_MARKS: [&str; 7] = [" | ", " – ", " — ", " - ", " · ", " « ", " :: "];
/// Words from which on a name says what the page is about; `Home` and `Health Library` do not.
const MIN_WORDS: usize = 3;

/// How well a heading agrees with the name of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Agreement {
    /// It has no word of it, but for a stray one of the site's name.
    Apart,
    /// It has a word of it, or the page has no name that says something.
    Loose,
    /// Half of its words or more are those of the name.
    Alike,
    /// The name starts with it.
    Start,
    /// It is the name, perhaps without that of the site.
    Whole,
}

/// The names that a page gives itself.
pub(super) struct Names<'a>(Vec<Name<'a>>);

impl<'a> Names<'a> {
    pub(super) fn of(document: &'a Document<'a>) -> Self {
        let names = document.metadata.iter().filter(|of| matches!(&*of.key, "title" | "og:title"));
        let folded = names.map(|of| fold(&of.value)).filter(|name| !name.is_empty());
        Self(folded.map(Name::new).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// [`Agreement::Whole`] or [`Agreement::Start`], if a name starts with the folded heading.
    pub(super) fn start(&self, heading: &str) -> Option<Agreement> {
        self.0.iter().filter_map(|name| name.start(heading)).max()
    }

    /// How well a folded heading agrees with the name it agrees with best.
    pub(super) fn agreement(&self, heading: &str) -> Agreement {
        self.0.iter().map(|name| name.agreement(heading)).max().unwrap_or(Agreement::Loose)
    }

    /// The heading that is the page's name: one that is content before furniture, then the highest, longest and
    /// first.
    pub(super) fn heading(&self, finder: &Finder<'_>, is_content: impl Fn(usize) -> bool) -> Option<usize> {
        if self.0.is_empty() {
            return None;
        }
        let named = finder.facts.headings().filter_map(|at| {
            let (level, evidence) = finder.blocks()[at].heading()?;
            let is_marked = !matches!(evidence, HeadingEvidence::Look { .. });
            let folded = finder.facts.folded(at).filter(|_| is_marked)?;
            let agrees = match self.start(folded)? {
                Agreement::Whole => true,
                _ => level == Some(1),
            };
            agrees.then_some((!is_content(at), level, usize::MAX - folded.len(), at))
        });
        named.min().map(|(.., at)| at)
    }
}

/// A name, and the words in it that headings are compared with.
struct Name<'a> {
    folded: Cow<'a, str>,
    words: Vec<Range<usize>>,
    /// Those that are not the site's.
    subject_words: usize,
}

impl<'a> Name<'a> {
    fn new(folded: Cow<'a, str>) -> Self {
        let subject = without_site(&folded).len();
        let words: Vec<Range<usize>> = words(&folded).collect();
        let subject_words = words.iter().filter(|word| word.end <= subject).count();
        Self { folded, words, subject_words }
    }

    /// [`Agreement::Whole`] or [`Agreement::Start`], if it starts with the heading.
    fn start(&self, heading: &str) -> Option<Agreement> {
        let rest = self.folded.strip_prefix(heading).filter(|_| !heading.is_empty())?;
        if rest.is_empty() || SITE_MARKS.iter().any(|mark| rest.starts_with(mark)) {
            return Some(Agreement::Whole);
        }
        (!rest.starts_with(char::is_alphanumeric)).then_some(Agreement::Start)
    }

    fn agreement(&self, heading: &str) -> Agreement {
        if let Some(start) = self.start(heading) {
            return start;
        }
        if self.subject_words < MIN_WORDS {
            return Agreement::Loose;
        }
        let (mut all, mut of_subject, mut of_name) = (0_usize, 0, 0);
        for word in words(heading) {
            let is_word = |own: &Range<usize>| self.folded[own.clone()] == heading[word.clone()];
            let (subject, site) = self.words.split_at(self.subject_words);
            let in_subject = subject.iter().any(is_word);
            all += 1;
            of_subject += usize::from(in_subject);
            of_name += usize::from(in_subject || site.iter().any(is_word));
        }
        let half = all.div_ceil(2);
        match of_subject {
            0 if of_name < half.max(1) => Agreement::Apart,
            few if few < half => Agreement::Loose,
            _ => Agreement::Alike,
        }
    }
}

/// The words that say something: those of one or two letters are left out.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric()).map(move |word| {
        let from = start;
        start += word.len();
        from..from + word.trim_end_matches(|c: char| !c.is_alphanumeric()).len()
    });
    words.filter(|word| word.len() >= 3)
}

/// A name without that of the site behind the last ` | `, ` - ` or ` – `.
pub(super) fn without_site(text: &str) -> &str {
    SITE_MARKS
        .iter()
        .filter_map(|mark| text.rfind(mark))
        .max()
        .filter(|&at| at >= 3)
        .map_or(text, |at| text[..at].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_agree_with_the_name_as_far_as_they_have_its_words() {
        let check = |name: &str, heading: &str, expected: Agreement| {
            assert_eq!(Name::new(fold(name)).agreement(&fold(heading)), expected, "{name:?} {heading:?}");
        };
        check("Sleep well tonight", "Sleep Well Tonight", Agreement::Whole);
        check("Sleep well tonight | Beds – Beds & More", "Sleep well tonight", Agreement::Whole);
        check("Sleep well – a guide", "Sleep well", Agreement::Whole);
        check("Sleep well: a guide for shift workers", "Sleep well", Agreement::Start);
        check("Sleeping pills: a guide", "Sleep", Agreement::Apart);
        check("How to sleep well in summer", "Sleeping well in the summer", Agreement::Alike);
        check("How to sleep well in summer", "All that nobody told you about summer", Agreement::Loose);
        check("How to sleep well in summer", "Our newsletter", Agreement::Apart);
        check("How to sleep well - BedNews", "A word from the founder of BedNews", Agreement::Apart);
        check("A guide to better nights | Insomnia", "Insomnia", Agreement::Loose);
        check("Home | Clinic", "Insomnia", Agreement::Loose);
    }
}
