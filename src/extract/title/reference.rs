//! Lines that read like what the reference calls the code, or say the same in plain words.

use super::article::first_text;
use super::words::same_word;
use crate::document::BlockKind;
use crate::extract::finder::{Finder, Hit};
use crate::extraction::Extraction;
use crate::profile::fold;
use crate::span::Span;
use crate::word::{strip_start, words};

/// Lines that say what the reference calls the code, in plain words before its own.
pub(super) fn like_reference<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<Hit<'a>> {
    let mut hits = alike(finder, extraction);
    if let Some(at) = hits.first().and_then(|hit| in_plain_words(finder, hit)) {
        hits.insert(0, finder.whole_block(at));
    }
    hits
}

/// Blocks of the opening, or values of labels in it, that read like the reference's title of the code, the most
/// alike first.
fn alike<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<Hit<'a>> {
    let Some(entry) = finder.entry_of_code(extraction) else { return Vec::new() };
    let opening: Vec<(usize, Span)> = (0..finder.blocks().len())
        .take_while(|&at| finder.in_opening(at))
        .filter(|&at| finder.is_free(at))
        .map(|at| (at, finder.labelled_value(at).unwrap_or_else(|| finder.all_of(at))))
        .collect();
    let text_of = |(at, within): (usize, Span)| finder.blocks()[at].text[within.range()].trim();
    let same = |&part: &(usize, Span)| {
        let (text, title) = (text_of(part), entry.title());
        let starts_alike = text
            .as_bytes()
            .get(..title.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(title.as_bytes()));
        starts_alike && finder.without_button(text).0.len() == title.len()
    };
    if let Some(&(at, within)) = opening.iter().find(|part| same(part)) {
        return vec![finder.hit(at, within)];
    }
    // A badge of one word is glued to it: `BillableGastritis`.
    let glued = |&(at, within): &(usize, Span)| {
        let text = &finder.blocks()[at].text[within.range()];
        let before = text.strip_suffix(entry.title())?;
        let is_badge = before.ends_with(char::is_lowercase) && before.chars().all(char::is_alphabetic);
        is_badge.then(|| finder.hit(at, Span::new(within.start as usize + before.len(), within.end as usize)))
    };
    if let Some(hit) = opening.iter().find_map(glued) {
        return vec![hit];
    }
    // The classification's word for what a page leaves out.
    let wanted: Vec<&str> = words(entry.title()).filter(|word| *word != "unspecified").collect();
    let is_line = |at: usize| {
        matches!(
            finder.blocks()[at].kind,
            BlockKind::Paragraph | BlockKind::Heading { .. } | BlockKind::Definition
        )
    };
    let is_wanted = |word: &str| wanted.iter().any(|wanted| same_word(wanted, word));
    let apart = |part: (usize, Span)| {
        // Most lines have none of the words.
        if !words(text_of(part)).any(is_wanted) {
            return None;
        }
        let (mut got, mut shared) = (0, 0);
        let text = finder.without_button(text_of(part)).0;
        let asks_for_code =
            strip_start(text, "what is the icd").is_some() || strip_start(text, "icd").is_some();
        for word in words(text) {
            let is_wanted = is_wanted(word);
            let is_about_code = || asks_for_code && ABOUT_CODE.iter().any(|of| same_word(of, word));
            got += usize::from(is_wanted || !is_about_code());
            shared += usize::from(is_wanted);
        }
        // A line that says a word of the title again and again is none.
        let apart = (got + wanted.len()).checked_sub(2 * shared)?;
        let has_all = shared == wanted.len() && apart <= MAX_FURTHER_WORDS;
        (shared > 0 && (has_all || apart * 2 <= wanted.len())).then_some(apart)
    };
    let lines = opening.into_iter().filter(|&(at, _)| is_line(at));
    let mut candidates: Vec<(usize, (usize, Span))> =
        lines.filter_map(|part| Some((apart(part)?, part))).collect();
    candidates.sort_unstable();
    candidates.into_iter().map(|(_, (at, within))| finder.hit(at, within)).collect()
}

/// The line above what reads like the reference's title that has what the first text is about, in other words.
fn in_plain_words(finder: &Finder<'_>, like_reference: &Hit<'_>) -> Option<usize> {
    let at = like_reference.block?;
    let text = first_text(finder)?;
    let subject = text.subject().filter(|_| !text.mentions(&fold(&like_reference.text)))?;
    (0..at).find(|&at| finder.is_free(at) && finder.facts.folded(at) == Some(subject))
}

/// Words that a title may have besides all of the reference's: another name, the one in plain words.
const MAX_FURTHER_WORDS: usize = 3;

/// Words around the name of the disease where a page is about its code.
const ABOUT_CODE: [&str; 12] =
    ["what", "is", "the", "icd", "icd10", "10", "cm", "diagnosis", "code", "codes", "for", "of"];
