//! Headings that may be the title, and the one that is where those are the site's.

use super::article::{Article, first_text};
use super::cut::without_code;
use super::words::shares_word;
use crate::document::{Block, BlockKind, HeadingEvidence};
use crate::extract::finder::{Finder, Hit};
use crate::extract::name::{Agreement, Names};
use crate::extraction::Extraction;
use crate::profile::{Field, Find, HeadingKind, Rule, fold};
use crate::record::FieldPath;
use std::cmp::Reverse;

/// Headings that are the page's name, then those of the highest level, the most alike to the name first. Where a
/// rule can take the name itself, a heading that is not like it is no title.
pub(super) fn marked<'a>(
    finder: &Finder<'a>,
    extraction: &Extraction<'a>,
    kind: HeadingKind,
) -> Vec<Hit<'a>> {
    let names = Names::of(finder.document);
    let is_first_level = |block: &&Block<'_>| matches!(block.heading(), Some((Some(1), _)));
    // Where each part of the page has a heading of the first level, none of them is the page's.
    let alone = finder.blocks().iter().filter(is_first_level).nth(1).is_none();
    // The one that is all link leads to the site's start, where another is none.
    let has_own = finder.blocks().iter().any(|block| is_first_level(&block) && !block.is_link());
    let mut candidates: Vec<(u8, Agreement, usize)> = Vec::new();
    let mut said = false;
    for (at, block) in finder.blocks().iter().enumerate() {
        let Some((level, evidence)) = block.heading() else {
            // Below the first level a heading is the title only where nothing was said before it.
            said = said
                || (matches!(block.kind, BlockKind::Paragraph)
                    && finder.is_free(at)
                    && finder.facts.label(at).is_none());
            continue;
        };
        let marked = !matches!(evidence, HeadingEvidence::Look { .. });
        if marked != (kind == HeadingKind::Marked)
            || finder.is_chrome(at)
            || finder.path(at) == Some(FieldPath::Field("code"))
        {
            continue;
        }
        let level = level.unwrap_or(u8::MAX);
        let folded = finder.facts.folded(at);
        if folded.and_then(|folded| names.start(folded)) == Some(Agreement::Whole) {
            candidates.push((0, Agreement::Whole, at));
        } else if level == 1 && has_own && block.is_link() {
            // The name of the site.
        } else if finder.reads_as_sentence(at) {
            // A paragraph that a page marks as a heading.
        } else if (level == 1 && (alone || !names.is_empty())) || (finder.in_opening(at) && !said) {
            let agreement = folded.map_or(Agreement::Apart, |folded| names.agreement(folded));
            candidates.push((level, agreement, at));
        }
    }
    let finds_name = |rule: &Rule| matches!(&rule.find, Find::Metadata(_));
    if finder.profile.rules_of(&Field::Title).any(finds_name) {
        let least = |level: u8| if level <= 1 { Agreement::Loose } else { Agreement::Alike };
        candidates.retain(|&(level, agreement, _)| names.is_empty() || agreement >= least(level));
    }
    let Some(top) = candidates.iter().map(|&(level, ..)| level).min() else { return Vec::new() };
    candidates.retain(|&(level, ..)| level == top);
    let level = |at: usize| finder.blocks()[at].heading().and_then(|(level, _)| level);
    candidates.sort_by_key(|&(_, agreement, at)| (Reverse(agreement), level(at), at));
    let better = candidates.first().and_then(|&(.., at)| below_site(finder, extraction, at));
    better.into_iter().chain(candidates.iter().map(|&(.., at)| at)).map(|at| finder.whole_block(at)).collect()
}

/// The heading that the title is where those that may be it are the site's, for no text takes them up: one with all
/// that the reference calls the code, what the first text is about, or one that it takes up and that has a word of that.
fn below_site(finder: &Finder<'_>, extraction: &Extraction<'_>, top: usize) -> Option<usize> {
    let title = finder.entry_of_code(extraction)?.title();
    let line = |at: usize| &*finder.blocks()[at].text;
    let words = |at: usize| finder.facts.folded(at);
    if shares_word(title, line(top)) {
        return None;
    }
    let first = first_text(finder)?;
    let (folded, subject) = (fold(title), first.subject());
    let is_title = |at: usize| {
        let (start, end) = without_code(extraction, line(at), line(at).len());
        fold(&line(at)[start..end]) == folded
    };
    let is_named = |&at: &usize| {
        finder.blocks()[at].heading().is_some_and(|(level, _)| level.is_some())
            && !finder.is_chrome(at)
            && (is_title(at)
                || words(at).is_some_and(|words| {
                    subject == Some(words) || (first.mentions(words) && shares_word(title, line(at)))
                }))
    };
    let named = (top + 1..finder.blocks().len()).take_while(|&at| finder.in_opening(at)).find(is_named)?;
    let article = Article::new(finder.blocks()[top + 1..].iter().map(|block| &*block.text));
    words(top).is_some_and(|words| !article.mentions(words)).then_some(named)
}
