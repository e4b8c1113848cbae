//! The chapter as the page words it: number, range and title.

use super::finder::{Finder, Hit};
use crate::document::BlockKind;
use crate::extraction::{Extraction, PageChapter};
use crate::icd::{CodeRange, IcdChapter, same_title};
use crate::profile::{Field, Find};
use crate::span::Span;
use std::borrow::Cow;

/// Bytes of a line that can be a chapter: the longest title has 106.
const MAX_CHAPTER_BYTES: usize = 180;

/// Finds the chapter.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::Chapter) {
        let found = match &rule.find {
            Find::Reference => like_reference(finder),
            _ => finder.first(rule, |finder, hit| {
                let chapter = read(finder, &hit)?;
                Some((hit, chapter))
            }),
        };
        finder.tried(rule.number, found.is_some());
        if let Some((hit, (chapter, title))) = found {
            finder.won(rule.number);
            finder.assign_hit(&hit, "chapter", &rule.id);
            let mut found = hit.found(chapter, rule);
            // The words are the value; number and range stand beside them.
            if let Some(title) = title {
                found.span = title.span;
            }
            extraction.chapter = Some(found);
            return;
        }
    }
}

/// A line of the opening or a list that is a chapter's title with or without its range.
fn like_reference<'a>(finder: &Finder<'a>) -> Option<(Hit<'a>, (PageChapter<'a>, Option<Hit<'a>>))> {
    let chapters = finder.reference.chapters();
    (0..finder.blocks().len()).find_map(|at| {
        let block = &finder.blocks()[at];
        let usable = finder.is_free(at)
            && block.text.len() <= MAX_CHAPTER_BYTES
            && !finder.is_running(at)
            && (finder.in_opening(at) || matches!(block.kind, BlockKind::ListItem(_)))
            && chapters.iter().any(|chapter| starts_alike(chapter, &block.text));
        if !usable {
            return None;
        }
        let hit = finder.whole_block(at);
        let (chapter, title) = read(finder, &hit)?;
        let words = chapter.title.as_deref()?;
        let named = finder.reference.chapter_by_title(words)?;
        let same_range = chapter.range.as_deref().and_then(CodeRange::parse) == Some(named.range);
        (same_range || same_title(words, &named.title)).then_some((hit, (chapter, title)))
    })
}

/// Whether a line may be a chapter's title: most lines fail at the first letters.
fn starts_alike(chapter: &IcdChapter, text: &str) -> bool {
    let (title, text) = (chapter.title.as_bytes(), text.as_bytes());
    match (title.get(..4), text.get(..4)) {
        (Some(title), Some(text)) => title.eq_ignore_ascii_case(text),
        (title, text) => title == text,
    }
}

/// `XI: Diseases of the digestive system (K00-K95)`, `Chapter 11 - …`, `11`, `K00-K95`, or the title alone.
fn read<'a>(finder: &Finder<'a>, hit: &Hit<'a>) -> Option<(PageChapter<'a>, Option<Hit<'a>>)> {
    let text: &str = &hit.text;
    let mut start = text.get(..8).filter(|head| head.eq_ignore_ascii_case("chapter ")).map_or(0, |_| 8);
    let mut chapter = PageChapter::default();

    let word = text[start..].split([' ', ':', '.', ')', '-', '–', '—', ',']).next().unwrap_or_default();
    let is_number = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    if let Some(number) = IcdChapter::parse_number(word).filter(|_| is_number) {
        chapter.number = Some(number);
        start += word.len();
    }
    let mut end = text.len();
    let body = text[start..].trim_end();
    let open = body.rfind(['(', '[']).map(|at| start + at);
    if let Some(open) = open {
        let inside = text[open + 1..].trim_end_matches([')', ']', ' ']);
        if CodeRange::parse(inside).is_some() {
            chapter.range = Some(Cow::Owned(inside.to_owned()));
            end = open;
        }
    }
    let mark =
        |c: char| c.is_whitespace() || matches!(c, ':' | '.' | '-' | '–' | '—' | ')' | ',' | '|' | '\t');
    if let Some((first, rest)) = text[start..end].trim_start_matches(mark).split_once([' ', ':'])
        && chapter.range.is_none()
        && CodeRange::parse(first).is_some()
    {
        chapter.range = Some(Cow::Owned(first.to_owned()));
        start = end - rest.len();
    }
    let left = &text[start..end];
    let start = end - left.trim_start_matches(mark).len();
    let end = start + text[start..end].trim_end_matches(mark).len();
    let title = (start < end).then(|| finder.part(hit, Span::new(start, end)));
    if chapter.range.is_none()
        && let Some(range) = title.as_ref().filter(|title| CodeRange::parse(&title.text).is_some())
    {
        chapter.range = Some(range.text.clone());
        return Some((chapter, None));
    }
    chapter.title = title.as_ref().map(|title| title.text.clone());
    (chapter.number.is_some() || chapter.range.is_some() || chapter.title.is_some())
        .then_some((chapter, title))
}
