//! The list by which the page sums itself up.

use super::finder::Finder;
use crate::document::BlockKind;
use crate::extraction::{Extraction, NumberedText};
use crate::profile::{Field, Find, ListPlace, Rule, Wordings, fold};
use crate::record::FieldPath;
use std::ops::Range;

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
        extraction.key_points.reserve(points.len());
        for (index, &at) in points.iter().enumerate() {
            finder.assign(at, FieldPath::KeyPoint(index), &rule.id);
            let number = finder.blocks()[at].list_item().and_then(|item| item.number);
            let hit = finder.whole_block(at);
            extraction.key_points.push(hit.found(NumberedText { number, text: hit.text.clone() }, rule));
        }
        return;
    }
}

/// The list under a heading that announces it, perhaps behind one text that leads to it; without such a text the heading
/// goes with it.
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
        let behind_lead = || {
            let next =
                finder.next_free(first).filter(|_| finder.blocks()[first].kind == BlockKind::Paragraph);
            next.map_or(first..first, |next| numbered_from(finder, next))
        };
        let mut lists = [items_from(finder, first), lines_from(finder, first), behind_lead()].into_iter();
        lists.find(|items| items.len() >= 2).map(|items| (heading, items))
    });
    let Some((heading, items)) = found else { return Vec::new() };
    if finder.next_free(heading) == Some(items.start) {
        finder.assign(heading, FieldPath::Field("key_points"), &rule.id);
    }
    items.collect()
}

/// The words of a heading behind those of the title with which it starts: `Gout at a glance` on the page `Gout`.
fn without_title<'t>(heading: &'t str, title: &[&str]) -> Option<&'t str> {
    let mut left = heading;
    while let Some(end) = left.bytes().position(|byte| byte == b' ')
        && title.contains(&&left[..end])
    {
        left = &left[end + 1..];
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
        if !is_start(at) {
            at += 1;
            continue;
        }
        let items = items_from(finder, at);
        at = items.end;
        let is_there = || match place {
            ListPlace::First => true,
            ListPlace::Closing => closes(finder, &items),
            ListPlace::Opening => opens(finder, &items),
        };
        if items.len() >= 2 && is_there() {
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

/// The same of a numbered list.
fn numbered_from(finder: &Finder<'_>, first: usize) -> Range<usize> {
    let number = finder.blocks()[first].list_item().and_then(|item| item.number);
    if number == Some(1) { items_from(finder, first) } else { first..first }
}

/// The lines from `first` to the next heading, if each is one short sentence: a list that lost its marks. Fewer than
/// three, or others among them, are text.
fn lines_from(finder: &Finder<'_>, first: usize) -> Range<usize> {
    let blocks = finder.blocks();
    let is_text = |&at: &usize| finder.is_free(at) && !finder.is_heading(at);
    let is_point = |&at: &usize| {
        let text: &str = &blocks[at].text;
        blocks[at].kind == BlockKind::Paragraph
            && text.len() <= MAX_POINT_BYTES
            && text.ends_with('.')
            && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && !text[..text.len() - 1].contains(". ")
    };
    let lines = (first..blocks.len()).take_while(is_text);
    let end = first + lines.take_while(is_point).count();
    let goes_on = end < blocks.len() && is_text(&end);
    if end - first >= MIN_LINES && !goes_on { first..end } else { first..first }
}

/// Lines without marks that are a list at least.
const MIN_LINES: usize = 3;
/// Bytes of one at most.
const MAX_POINT_BYTES: usize = 250;

/// Whether a list closes the article: running text that does not announce it stands before it, and no more
/// of the article behind it.
fn closes(finder: &Finder<'_>, items: &Range<usize>) -> bool {
    let more = (items.end..finder.blocks().len()).filter(|&at| finder.is_free(at)).any(|at| {
        let block = &finder.blocks()[at];
        finder.is_running(at) || finder.is_heading(at) || block.list_item().is_some()
    });
    is_behind_text(finder, items) && !more
}

/// Whether a list of sentences sums up what the article opens with: no heading stands between the first running text
/// and the list, and one behind it.
fn opens(finder: &Finder<'_>, items: &Range<usize>) -> bool {
    let is_sentence = |at: usize| {
        let text: &str = &finder.blocks()[at].text;
        text.starts_with(char::is_uppercase) && text.split(' ').count() >= MIN_SENTENCE_WORDS
    };
    let next = || (items.end..finder.blocks().len()).find(|&at| finder.is_free(at));
    let is_part = || {
        let first = finder.facts.first_running().unwrap_or(items.start);
        (first..items.start).any(|at| finder.is_heading(at))
    };
    // The look back comes last: it ends at the first heading, and most lists are told before it.
    items.len() >= MIN_LINES
        && is_behind_text(finder, items)
        && next().is_some_and(|at| finder.is_heading(at))
        && items.clone().all(is_sentence)
        && !is_part()
}

/// Words of a sentence at least: entries of a table of contents have fewer.
const MIN_SENTENCE_WORDS: usize = 5;

/// Whether running text that does not announce a list stands before it.
fn is_behind_text(finder: &Finder<'_>, items: &Range<usize>) -> bool {
    let before = (0..items.start).rev().find(|&at| finder.is_free(at));
    before.is_some_and(|at| finder.is_running(at) && !finder.blocks()[at].text.ends_with(':'))
}

fn selected<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<usize> {
    finder.hits(rule).into_iter().filter_map(|hit| hit.block).filter(|&at| finder.is_free(at)).collect()
}
