//! The page's own headings with what stands under each, from all that no other field took.

use super::finder::{Finder, borrowed};
use crate::document::{Block, BlockKind, HeadingEvidence};
use crate::extraction::{Extraction, ItemFound, SectionFound};
use crate::profile::{Field, Find, HeadingKind, fold};
use crate::record::FieldPath;
use crate::span::Span;

/// Gathers the sections.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    let rule_of = |kind: HeadingKind| {
        profile.rules_of(&Field::Sections).find(|rule| matches!(rule.find, Find::Headings(of) if of == kind))
    };
    let (marked, look) = (rule_of(HeadingKind::Marked), rule_of(HeadingKind::Look));
    let Some(text_rule) = marked.or(look).or_else(|| profile.rules_of(&Field::Sections).next()) else {
        return;
    };
    for rule in marked.into_iter().chain(look) {
        finder.tried(rule.number, false);
    }
    let start = first_content(finder);
    let levels = Levels::new(finder, extraction, start);
    let headings = (start..finder.blocks().len()).filter(|&at| finder.is_free(at) && finder.is_heading(at));
    extraction.sections.reserve(1 + headings.count());

    for at in start..finder.blocks().len() {
        if !finder.is_free(at) {
            continue;
        }
        let block = &finder.blocks()[at];
        let taught = finder.taught_heading(at).map(|heading| (heading.rule, Some(heading.words.clone())));
        let heading = taught.or_else(|| match block.heading()?.1 {
            HeadingEvidence::Look { .. } => look.map(|rule| (rule, None)),
            _ => marked.map(|rule| (rule, None)),
        });
        if let Some((rule, words)) = heading {
            let index = extraction.sections.len();
            finder.won(rule.number);
            finder.assign(at, FieldPath::Heading(index), &rule.id);
            let whole = || finder.hit(at, Span::new(0, without_anchor(finder, block).len()));
            let words = words.unwrap_or_else(whole);
            extraction.sections.push(SectionFound {
                heading: Some(words.found(words.text.clone(), rule)),
                level: Some(levels.of(finder, at)),
                rule: &rule.id,
                paragraphs: Vec::new(),
                items: Vec::new(),
            });
            continue;
        }
        if extraction.sections.is_empty() {
            finder.won(text_rule.number);
            extraction.sections.push(SectionFound {
                heading: None,
                level: None,
                rule: &text_rule.id,
                paragraphs: Vec::new(),
                items: Vec::new(),
            });
        }
        let index = extraction.sections.len() - 1;
        let section = &mut extraction.sections[index];
        // A list comes whole, and so do paragraphs: each gets its room at once.
        let run = |is_item: bool| {
            let is_like = |at: &usize| {
                let block = &finder.blocks()[*at];
                finder.is_free(*at) && block.heading().is_none() && block.list_item().is_some() == is_item
            };
            (at..finder.blocks().len()).take_while(is_like).count()
        };
        if let BlockKind::ListItem(item) = &block.kind {
            if section.items.len() == section.items.capacity() {
                section.items.reserve(run(true));
            }
            finder.assign(at, FieldPath::Item(index, section.items.len()), section.rule);
            section.items.push(ItemFound {
                marker: item.marker.as_deref().map(borrowed),
                number: item.number,
                depth: item.depth,
                list: item.list,
                text: borrowed(&block.text),
                span: block.span,
            });
        } else {
            if section.paragraphs.len() == section.paragraphs.capacity() {
                section.paragraphs.reserve(run(false));
            }
            finder.assign(at, FieldPath::Text(index), section.rule);
            section.paragraphs.push((borrowed(&block.text), block.span));
        }
    }
}

/// The words of a heading without what leads to it or to its source: `[edit]`, `¶`, `#`.
fn without_anchor<'t>(finder: &Finder<'_>, block: &'t Block<'_>) -> &'t str {
    let text: &str = &block.text;
    let mut left = text;
    if block.link_bytes > 0 {
        left = left.trim_end_matches(['¶', '§', '#', '🔗', ' ']);
    }
    if let Some((words, inside)) = left.strip_suffix(']').and_then(|rest| rest.rsplit_once('['))
        && inside.split('|').all(|label| finder.is_button(label.trim()))
    {
        left = words.trim_end();
    }
    if left.is_empty() { text } else { left }
}

/// Where the article starts. A page without a card is article from its title on, but for labels with their values
/// right below. On one with a card, where rules found values among short lines, it starts at the first heading or
/// text: facts that no rule wanted are left over.
fn first_content(finder: &Finder<'_>) -> usize {
    let blocks = finder.blocks();
    let title = finder.title_block();
    // The title stands above all headings: what only looks like one before it is part of the card.
    let is_heading = |at: usize| match blocks[at].heading() {
        Some((_, HeadingEvidence::Look { .. })) => at >= title.unwrap_or(0),
        _ => finder.is_heading(at),
    };
    let is_behind_title = |at: usize| title.is_some_and(|title| at > title);
    let starts = |at: usize| match finder.is_heading(at) {
        true => is_heading(at),
        false => finder.is_running(at) || (is_behind_title(at) && finder.is_content(at)),
    };
    let Some(first) = (0..blocks.len()).find(|&at| finder.is_free(at) && starts(at)) else { return 0 };
    let is_card = |at: usize| finder.path(at).is_some_and(|path| path != FieldPath::Field("title"));
    let is_fact = |at: usize| blocks[at].label().is_some_and(|label| !label.value.is_empty());
    match title {
        Some(title) if title < first && !(0..first).any(is_card) => {
            (title..first).find(|&at| finder.is_free(at) && !is_fact(at)).unwrap_or(first)
        }
        _ if is_heading(first) => first,
        _ => first - usize::from(first > 0 && leads_on(finder, first - 1)),
    }
}

/// Whether the line right above the first text announces it: it is no fact of a card.
fn leads_on(finder: &Finder<'_>, at: usize) -> bool {
    let block = &finder.blocks()[at];
    finder.is_free(at)
        && block.kind == BlockKind::Paragraph
        && block.label().is_none_or(|label| label.value.is_empty())
        && finder.title_block().is_some_and(|title| at > title)
}

/// How levels of the page become levels of the record: 1 is the article's own heading.
struct Levels {
    /// The article's own heading, if it repeats the title.
    own: Option<usize>,
    /// How many levels tags stand too deep.
    shift: u8,
}

impl Levels {
    fn new(finder: &Finder<'_>, extraction: &Extraction<'_>, start: usize) -> Self {
        let blocks = finder.blocks();
        let none = Self { own: None, shift: 0 };
        let free_headings =
            || (start..blocks.len()).filter(|&at| finder.is_free(at) && finder.is_heading(at));
        let Some(first) = free_headings().next() else { return none };
        // Text before it belongs to no heading: then the first heading is one of several.
        let leads = (0..first).all(|at| !finder.is_free(at) || !finder.is_running(at));
        let names_page = extraction
            .title
            .as_ref()
            .is_some_and(|title| leads && repeats_title(&title.value, finder.heading_words(first)));
        if !names_page {
            return none;
        }
        let level = |at: usize| blocks[at].heading().and_then(|(level, _)| level);
        match level(first) {
            None => Self { own: Some(first), shift: 0 },
            // With tags, it is the article's only if all others stand below it.
            Some(own) if free_headings().skip(1).all(|at| level(at).is_none_or(|level| level > own)) => {
                Self { own: Some(first), shift: own - 1 }
            }
            Some(_) => none,
        }
    }

    fn of(&self, finder: &Finder<'_>, at: usize) -> u8 {
        let block = &finder.blocks()[at];
        match block.heading().and_then(|(level, _)| level) {
            _ if self.own == Some(at) => 1,
            Some(level) => level.saturating_sub(self.shift).max(1),
            None => 2 + numbering_depth(finder.heading_words(at)),
        }
    }
}

/// How deep a numbered heading says it stands: 0 for `1. Causes`, 1 for `1.2 Causes`.
fn numbering_depth(text: &str) -> u8 {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    let number = text.split(' ').next().unwrap_or_default().trim_end_matches('.');
    let numbered = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    if numbered { number.matches('.').count().min(4) as u8 } else { 0 }
}

/// Whether a heading is the title again, perhaps with a subtitle: `Psoriasis: more than skin deep`.
fn repeats_title(title: &str, heading: &str) -> bool {
    let (title, folded) = (fold(title), fold(heading));
    let is_article = |word: &&str| matches!(*word, "the" | "a" | "an");
    let (said, again) = (title.split(' '), folded.split(' '));
    if said.filter(|word| !is_article(word)).eq(again.filter(|word| !is_article(word))) {
        return true;
    }
    let Some(rest) = folded.strip_prefix(&*title) else { return false };
    let subtitle = [":", ",", " -", " (", " |"].iter().any(|mark| rest.starts_with(mark));
    rest.is_empty() || (subtitle && !heading.trim_end().ends_with('?'))
}

#[cfg(test)]
mod tests {
    use super::repeats_title;

    #[test]
    fn the_title_comes_again_with_or_without_articles() {
        let check = |title: &str, heading: &str, expected: bool| {
            assert_eq!(repeats_title(title, heading), expected, "{title:?} {heading:?}");
        };
        check("Diverticular disease of intestine", "Diverticular Disease of the Intestine", true);
        check("Psoriasis", "Psoriasis: more than skin deep", true);
        check("Psoriasis", "Psoriasis of the nails", false);
        check("Gout", "What is gout?", false);
    }
}
