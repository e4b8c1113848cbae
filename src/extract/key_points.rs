//! The list by which the page sums itself up.

use super::finder::Finder;
use crate::document::BlockKind;
use crate::extraction::{Extraction, NumberedText};
use crate::profile::{Field, Find, ListPlace, Rule, Wordings, fold};
use crate::record::FieldPath;
use crate::span::Span;
use std::ops::{ControlFlow, Range};

/// Finds the key points.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::KeyPoints) {
        let points = match &rule.find {
            Find::Under(headings) => under(finder, extraction, rule, *headings),
            Find::List { numbered, place } => list(finder, *numbered, *place),
            _ => selected(finder, rule),
        };
        finder.tried(rule.number, !points.is_empty());
        if points.is_empty() {
            continue;
        }
        finder.won(rule.number);
        for (index, &at) in points.iter().enumerate() {
            finder.assign(at, FieldPath::KeyPoint(index), &rule.id);
            let (number, start) = match finder.blocks()[at].list_item() {
                Some(item) => (item.number, 0),
                None => leading_number(&finder.blocks()[at].text)
                    .map_or((None, 0), |(number, start)| (Some(number), start)),
            };
            let hit = finder.hit(at, Span::new(start, finder.blocks()[at].text.len()));
            extraction.key_points.push(hit.found(NumberedText { number, text: hit.text.clone() }, rule));
        }
        return;
    }
}

/// The list directly under a heading that announces it; the heading goes with it.
fn under<'a>(
    finder: &mut Finder<'a>,
    extraction: &Extraction<'a>,
    rule: &'a Rule,
    headings: Wordings,
) -> Vec<usize> {
    let title = extraction.title.as_ref().map(|title| fold(&title.value)).unwrap_or_default();
    let title: Vec<&str> = title.split(' ').collect();
    let lexicon = &finder.profile.lexicon;
    let of_title = (0..finder.blocks().len()).filter(|&at| {
        finder.is_heading(at) && finder.is_free(at) && {
            let rest = finder.facts.folded(at).and_then(|words| without_title(words, &title));
            rest.is_some_and(|rest| lexicon.has(headings, rest))
        }
    });
    let found = finder.headings_under(headings).chain(of_title).find_map(|heading| {
        let first = finder.next_free(heading)?;
        let mut items = items_from(finder, first);
        if items.is_empty() {
            items = numbered_from(finder, first);
        }
        (items.len() >= 2).then_some((heading, items))
    });
    let Some((heading, items)) = found else { return Vec::new() };
    finder.assign(heading, FieldPath::Field("key_points"), &rule.id);
    items.collect()
}

/// The words of a heading behind those of the title with which it starts: `Gout at a glance` on the page `Gout`.
fn without_title<'t>(heading: &'t str, title: &[&str]) -> Option<&'t str> {
    let mut left = heading;
    while let Some((word, rest)) = left.split_once(' ')
        && title.contains(&word)
    {
        left = rest;
    }
    (left.len() < heading.len()).then_some(left)
}

fn list(finder: &Finder<'_>, numbered: bool, place: ListPlace) -> Vec<usize> {
    let is_start = |at: usize| {
        finder.is_free(at)
            && finder.blocks()[at]
                .list_item()
                .is_some_and(|item| item.depth == 1 && (!numbered || item.number.is_some()))
    };
    let mut at = 0;
    while at < finder.blocks().len() {
        let items = if is_start(at) {
            items_from(finder, at)
        } else if numbered && place == ListPlace::Closing {
            numbered_from(finder, at)
        } else {
            at..at
        };
        if items.is_empty() {
            at += 1;
            continue;
        }
        at = items.end;
        if items.len() >= 2 && (place == ListPlace::First || closes(finder, &items)) {
            return items.collect();
        }
    }
    Vec::new()
}

/// The run of items of one list that starts at `first`.
fn items_from(finder: &Finder<'_>, first: usize) -> Range<usize> {
    let list = |at: usize| finder.blocks()[at].list_item().map(|item| item.list);
    let Some(of) = list(first) else { return first..first };
    let end = (first..finder.blocks().len()).find(|&at| list(at) != Some(of) || !finder.is_free(at));
    first..end.unwrap_or(finder.blocks().len())
}

/// The run of paragraphs that starts at `first` and is numbered from 1 on.
fn numbered_from(finder: &Finder<'_>, first: usize) -> Range<usize> {
    let is_next = |at: usize| {
        let block = &finder.blocks()[at];
        let number = || leading_number(&block.text).map(|(number, _)| number as usize);
        matches!(block.kind, BlockKind::Paragraph) && finder.is_free(at) && number() == Some(at - first + 1)
    };
    let end = (first..finder.blocks().len()).find(|&at| !is_next(at));
    first..end.unwrap_or(finder.blocks().len())
}

/// The number at the start of a text, `3. Rest` or `3) Rest`, and where its words start.
fn leading_number(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let words = text[digits..].strip_prefix(['.', ')'])?.strip_prefix(' ')?;
    let number = text[..digits].parse().ok().filter(|_| digits <= 2)?;
    (!words.is_empty()).then_some((number, text.len() - words.len()))
}

/// Whether a list closes the article: running text that does not announce it stands before it, and no more
/// of the article behind it.
fn closes(finder: &Finder<'_>, items: &Range<usize>) -> bool {
    let before = (0..items.start).rev().find(|&at| finder.is_free(at));
    let after_text =
        before.is_some_and(|at| finder.is_running(at) && !finder.blocks()[at].text.ends_with(':'));
    let more = (items.end..finder.blocks().len()).filter(|&at| finder.is_free(at)).any(|at| {
        let block = &finder.blocks()[at];
        finder.is_running(at) || finder.is_heading(at) || block.list_item().is_some()
    });
    after_text && !more
}

fn selected<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<usize> {
    let mut points = Vec::new();
    let _ = finder.visit(rule, &mut |hit| {
        points.extend(hit.block.filter(|&at| finder.is_free(at)));
        ControlFlow::Continue(())
    });
    points
}

#[cfg(test)]
mod tests {
    use super::leading_number;

    #[test]
    fn numbers_at_the_start_of_a_paragraph_are_read() {
        assert_eq!(leading_number("1. Rest"), Some((1, 3)));
        assert_eq!(leading_number("12) Rest"), Some((12, 4)));
        assert_eq!(leading_number("1.5 mg"), None);
        assert_eq!(leading_number("2024. Then"), None);
        assert_eq!(leading_number("Rest"), None);
        assert_eq!(leading_number("1. "), None);
    }
}
