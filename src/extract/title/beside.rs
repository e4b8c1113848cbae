//! The line above the page's code, or below it.

use super::article::{Article, first_text};
use crate::document::BlockKind;
use crate::extract::finder::{Finder, Hit};
use crate::profile::{Rule, fold};
use crate::word::strip_start;

/// The line before another field's. Where the article does not take up its words but those of a line above it,
/// that one comes first: names of clinics and kinds of leaflets stand around titles.
pub(super) fn before<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = finder.hits(rule);
    hits.retain(|hit| !hit.block.is_some_and(|at| stands_below(finder, at)));
    let Some(nearest) = hits.first().and_then(|hit| hit.block) else { return hits };
    let is_line = |at: &usize| {
        let block = &finder.blocks()[*at];
        finder.is_free(*at) && block.kind != BlockKind::Separator && !gives_other_names(&block.text)
    };
    if gives_other_names(&finder.blocks()[nearest].text)
        && let Some(above) = (0..nearest).rev().find(is_line)
    {
        return vec![finder.whole_block(above)];
    }
    let above: Vec<usize> = (0..nearest).rev().filter(is_line).take(MAX_ABOVE).collect();
    if above.is_empty() {
        return hits;
    }
    let behind = &finder.blocks()[nearest + 1..];
    let article = Article::new(behind.iter().map(|block| &*block.text));
    let words = |at: usize| fold(finder.without_button(&finder.blocks()[at].text).0);
    let mentioned = |words: &str| !words.is_empty() && article.mentions(words);
    let said = words(nearest);
    if !mentioned(&said) {
        // A path ends in the page's name, and the name stands below it.
        let twice = above.windows(2).find(|pair| words(pair[0]) == words(pair[1])).map(|pair| pair[0]);
        let named = || {
            above.iter().copied().find(|&at| {
                let words = words(at);
                // Titles often stand twice.
                words != said && mentioned(&words)
            })
        };
        // What the first text is about is in the title, and not in a line below it.
        let about = || {
            let text = first_text(finder)?;
            let has = |line: &str| {
                text.subject().is_some_and(|subject| Article::new([line].into_iter()).mentions(subject))
            };
            above.iter().copied().find(|&at| has(&words(at))).filter(|_| !has(&said))
        };
        if let Some(better) = twice.or_else(named).or_else(about) {
            hits.insert(0, finder.whole_block(better));
        }
    }
    hits
}

/// The line behind another field's, unless its number tells a part of the page.
pub(super) fn after<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = finder.hits(rule);
    hits.retain(|hit| !hit.block.is_some_and(|at| stands_below(finder, at)));
    hits.retain(|hit| {
        let at = hit.block.filter(|&at| finder.is_heading(at));
        at.is_none_or(|at| finder.facts.folded(at) == finder.facts.unnumbered(at))
    });
    hits
}

/// Whether a line stands below text, with lines above that: next to a code there stands a part of the page.
fn stands_below(finder: &Finder<'_>, at: usize) -> bool {
    let is_line = |at: usize| {
        finder.is_free(at)
            && matches!(finder.blocks()[at].kind, BlockKind::Paragraph | BlockKind::Heading { .. })
            && finder.facts.label(at).is_none()
    };
    !finder.in_opening(at) && (0..at).take_while(|&above| finder.in_opening(above)).any(is_line)
}

/// Whether a line says what else the disease is called.
fn gives_other_names(text: &str) -> bool {
    let names = |rest: &str| rest.trim_start_matches(' ').starts_with([':', '\t']);
    OTHER_NAMES.iter().any(|words| strip_start(text, words).is_some_and(names))
}

const OTHER_NAMES: [&str; 8] = [
    "also called",
    "also known as",
    "aka",
    "other names",
    "other name",
    "alternative names",
    "synonyms",
    "synonym",
];

/// Lines above the one next to the code that may be the title.
const MAX_ABOVE: usize = 4;
