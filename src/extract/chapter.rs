//! The chapter as the page words it: number, range and title.

use super::finder::{Finder, Hit};
use crate::document::BlockKind;
use crate::extraction::{Extraction, PageChapter};
use crate::icd::{CodeRange, IcdChapter, same_title};
use crate::profile::{Field, Find};
use crate::record::FieldPath;
use crate::span::Span;
use crate::word::strip_start;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Bytes of a line that can be a chapter: the longest title has 106.
const MAX_CHAPTER_BYTES: usize = 180;

/// Finds the chapter.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::Chapter) {
        let found = match &rule.find {
            Find::Reference => like_reference(finder, extraction),
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

type Named<'a> = (Hit<'a>, (PageChapter<'a>, Option<Hit<'a>>));

/// A line of the opening or of a list, or a part of it, that is a chapter's title with or without number and
/// range; in prose and chrome, as in a path to the page, only the chapter of the page's code, named as one.
fn like_reference<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Option<Named<'a>> {
    let chapters = finder.reference.chapters();
    let code = extraction.code.as_ref().and_then(|code| code.value.read.as_ref());
    let own = code.and_then(|read| finder.reference.chapter_of(&read.code));
    let named_at = |at: usize, start: usize, trusted: bool| {
        let text: &str = &finder.blocks()[at].text;
        let numbered = is_numbered(&text[start..]);
        let named = || {
            let words = behind_range(&text[start..]);
            chapters.iter().any(|chapter| starts_alike(chapter, words))
        };
        if !numbered && !named() {
            return None;
        }
        let end = start + text[start..].find(PATH_MARKS).unwrap_or(text.len() - start);
        let mut hit = finder.hit(at, Span::new(start, end));
        hit.whole = !finder.is_running(at);
        let (chapter, title) = read(finder, &hit)?;
        let words = chapter.title.as_deref()?;
        let named = finder.reference.chapter_by_title(words)?;
        let same_range = chapter.range.as_deref().and_then(CodeRange::parse) == Some(named.range);
        let same_number = chapter.number == Some(named.number);
        let is_one = same_range || same_number || same_title(words, &named.title);
        let is_own = own.is_some_and(|own| own.number == named.number);
        let is_said = || {
            let said = text[..start].trim_end().as_bytes();
            said.last_chunk::<8>().is_some_and(|end| end.eq_ignore_ascii_case(b"chapter:"))
        };
        let is_ranged = || start == 0 && starts_with_range(text);
        let is_sure = trusted || (is_own && (numbered || finder.is_chrome(at) || is_said() || is_ranged()));
        (is_one && is_sure).then_some((hit, (chapter, title)))
    };
    let blocks = finder.blocks();
    let card = (0..blocks.len()).filter(|&at| {
        finder.is_free(at) && blocks[at].text.len() <= MAX_CHAPTER_BYTES && !finder.is_running(at)
    });
    let found = card.clone().find_map(|at| match blocks[at].kind {
        _ if finder.in_opening(at) => starts(&blocks[at].text).find_map(|start| named_at(at, start, true)),
        BlockKind::ListItem(_) => named_at(at, 0, true),
        _ => None,
    });
    // Only what the page has outside its card can name another chapter than that of its code.
    found.or_else(|| {
        own?;
        let searched = (0..blocks.len()).filter(|&at| {
            let free = finder.is_free(at) || finder.path(at) == Some(FieldPath::Field("code"));
            let text: &str = &blocks[at].text;
            text.len() <= MAX_SEARCHED_BYTES
                && (finder.is_chrome(at) || (free && (names_one(text) || starts_with_range(text))))
        });
        searched
            .into_iter()
            .find_map(|at| starts(&blocks[at].text).find_map(|start| named_at(at, start, false)))
    })
}

/// Made once: for a short text making the searcher costs more than searching.
static CHAPTER: LazyLock<Searcher> = LazyLock::new(|| Searcher::new("hapter"));

type Searcher = memchr::memmem::Finder<'static>;

/// Whether a text has the word, before more.
fn names_one(text: &str) -> bool {
    CHAPTER.find(text.as_bytes()).is_some()
}

/// Bytes of a block that is searched for a chapter's title.
const MAX_SEARCHED_BYTES: usize = 400;
/// What stands between the steps of a path and between the facts of a line.
const PATH_MARKS: [char; 7] = ['»', '›', '>', '|', '·', '→', '\t'];

/// Where in a text a chapter may be named: at its start, behind a mark of a path or of a label, and at the word
/// itself.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let behind = |at: usize| at + text[at..].len() - text[at..].trim_start().len();
    let marks = text.match_indices(PATH_MARKS).map(move |(at, mark)| behind(at + mark.len()));
    // A label ends in a colon and a space, a dash of this kind has spaces around it.
    let inner = memchr::memchr_iter(b' ', text.as_bytes()).filter_map(move |at| {
        let before = &text[..at];
        before.ends_with([':', '-', '–', '—']).then_some(at + 1)
    });
    let words = CHAPTER.find_iter(text.as_bytes()).filter_map(|at| {
        let start = at.checked_sub(1)?;
        matches!(text.as_bytes()[start], b'C' | b'c').then_some(start)
    });
    std::iter::once(0).chain(marks).chain(inner).chain(words)
}

/// Whether a text starts with `Chapter` and a number.
fn is_numbered(text: &str) -> bool {
    let Some(rest) = strip_start(text, "chapter ") else { return false };
    let number = rest.split([' ', ':', '.', ')', '-', '–', '—', ',', '(']).next().unwrap_or_default();
    IcdChapter::parse_number(number).is_some()
}

/// A text without the range of codes at its start: `G00-G99 Diseases of the nervous system`.
fn behind_range(text: &str) -> &str {
    if !matches!(text.as_bytes(), [letter, digit, ..] if letter.is_ascii_uppercase() && digit.is_ascii_digit())
    {
        return text;
    }
    match text.split_once(' ') {
        Some((range, rest)) if CodeRange::parse(range).is_some() => rest.trim_start(),
        _ => text,
    }
}

fn starts_with_range(text: &str) -> bool {
    behind_range(text).len() < text.len()
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
    let mut start = strip_start(text, "chapter ").map_or(0, |rest| text.len() - rest.len());
    let mut chapter = PageChapter::default();

    let word = text[start..].split([' ', ':', '.', ')', '-', '–', '—', ',']).next().unwrap_or_default();
    let is_number = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    if let Some(number) = IcdChapter::parse_number(word).filter(|_| is_number) {
        chapter.number = Some(number);
        start += word.len();
    }
    let mut end = text.trim_end_matches(['.', ' ']).len();
    // `XI (K00-K93) Diseases of …`
    let behind = text[start..end].trim_start();
    if let Some((inside, rest)) = behind.strip_prefix(['(', '[']).and_then(|rest| rest.split_once([')', ']']))
        && !rest.trim().is_empty()
        && CodeRange::parse(inside).is_some()
    {
        chapter.range = Some(Cow::Owned(inside.to_owned()));
        start = end - rest.len();
    }
    let body = text[start..end].trim_end();
    let open = body.rfind(['(', '[']).map(|at| start + at);
    if let Some(open) = open {
        let inside = text[open + 1..end].trim_end_matches([')', ']', ' ']);
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
