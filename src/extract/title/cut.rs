//! What is cut off a title: the code and what announces it, the name of the site, a path.
//!
//! In: a line and a range of it. Out: a smaller range, or the same.

use super::article::first_text;
use super::words::{MIN_NAME_BYTES, is_year};
use crate::extract::finder::Finder;
use crate::extract::name::{SITE_MARKS, without_site};
use crate::extraction::Extraction;
use crate::profile::fold;
use crate::word::strip_start;

/// The range of `text[..end]` without the page's code and what announces it, before or behind: `K29 - Gastritis`,
/// `ICD-10 Code K29: Gastritis`, `Gastritis (K29)`, `Gastritis - ICD-10: K29`.
pub(super) fn without_code(extraction: &Extraction<'_>, text: &str, end: usize) -> (usize, usize) {
    let Some(code) = extraction.code.as_ref() else { return (0, end) };
    let printed: &str = &code.value.printed;
    let body = &text[..end];
    let mut places = body.match_indices(printed).filter(|&(at, _)| {
        let beside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '.');
        beside(body[..at].chars().next_back()) && beside(body[at + printed.len()..].chars().next())
    });
    let Some((at, _)) = places.next() else { return (0, end) };
    let behind = &body[at + printed.len()..];
    if announces(&body[..at])
        && behind.contains(char::is_alphabetic)
        && !behind.trim_matches(is_mark).is_empty()
    {
        let name = behind.trim_start_matches(is_mark);
        let name = strip_start(name, "for ").unwrap_or(name);
        // `Code M10.9 (Gout)`
        let is_inside = name.matches([')', ']']).count() > name.matches(['(', '[']).count();
        let inside = if is_inside { name.strip_suffix([')', ']']).unwrap_or(name) } else { name };
        return (end - name.len(), end - name.len() + inside.len());
    }
    if announces(behind) {
        let speaks_of_code = ["on", "of", "for", "about"];
        let mut before = body[..at].trim_end_matches(is_mark);
        while let Some((rest, word)) =
            before.rsplit_once(|c| is_mark(c) && c != '-').filter(|(_, word)| announces(word))
        {
            before = rest.trim_end_matches(is_mark);
            if word.is_empty() {
                break;
            }
        }
        // `Questions about K29` loses more than the code.
        let last = before.rsplit(' ').next().unwrap_or_default();
        if speaks_of_code.iter().any(|word| last.eq_ignore_ascii_case(word)) {
            return (0, 0);
        }
        return (0, with_bracket(body, before.len()));
    }
    (0, end)
}

/// The end with the bracket behind it that closes one before it: `Thyrotoxicosis [hyperthyroidism] E05`.
fn with_bracket(text: &str, end: usize) -> usize {
    let (before, behind) = text.split_at(end);
    let is_open = |open, close| before.matches(open).count() > before.matches(close).count();
    let closes = behind.starts_with(']') && is_open('[', ']') || behind.starts_with(')') && is_open('(', ')');
    end + usize::from(closes)
}

/// Whether the words beside a code only say what it is: `2026 ICD-10-CM Diagnosis Code`.
pub(super) fn announces(text: &str) -> bool {
    text.split(|c| is_mark(c) && c != '-').filter(|word| !word.trim_matches(is_mark).is_empty()).all(|word| {
        let system = strip_start(word, "icd").is_some();
        let about = ["10", "cm", "code", "codes", "category", "diagnosis", "billable", "medical"];
        is_year(word) || system || about.iter().any(|of| word.eq_ignore_ascii_case(of))
    })
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | '·' | ',' | '(' | ')' | '[' | ']' | '#')
}

/// A title without what says behind its last mark that it is one of many codes: `Gout - ICD-10-CM Diagnosis Codes`.
pub(super) fn without_code_site(title: &str) -> &str {
    // Most titles do not name the classification.
    if memchr::memmem::find(title.as_bytes(), b"ICD").is_none() {
        return title;
    }
    let before = without_site(title);
    let behind = title[before.len()..].trim_start_matches(is_mark);
    if strip_start(behind, "icd").is_some() && announces(behind) { before } else { title }
}

/// The range of a line of two parts with a bar between that the first text takes up, or the reference has as the
/// title of the code: the other is the site's, or a path.
pub(super) fn without_bar(
    finder: &Finder<'_>,
    extraction: &Extraction<'_>,
    at: Option<usize>,
    text: &str,
    start: usize,
    end: usize,
) -> (usize, usize) {
    let whole = (start, end);
    let bar = at.and(text[start..end].split_once(" | ")).filter(|(_, other)| !other.contains(" | "));
    let Some(((one, other), article)) = bar.and_then(|parts| Some((parts, first_text(finder)?))) else {
        return whole;
    };
    let entry = finder.entry_of_code(extraction);
    let is_title = |part: &str| entry.as_ref().is_some_and(|entry| fold(entry.title()) == part);
    let taken_up = |part: &str| {
        let part = fold(part.trim());
        part.len() >= MIN_NAME_BYTES && (article.mentions(&part) || is_title(&part))
    };
    match (taken_up(one), taken_up(other)) {
        (true, false) => (start, start + one.trim_end().len()),
        (false, true) => (end - other.trim_start().len(), end),
        _ => whole,
    }
}

/// The range of a line without a name before its first dash or bar, or behind its last one, that the page gives to
/// its site: it stands above as a line of its own, or in a line about rights, and not in the text.
pub(super) fn without_sites_name(
    finder: &Finder<'_>,
    at: usize,
    text: &str,
    start: usize,
    end: usize,
) -> (usize, usize) {
    let line = &text[start..end];
    // Most titles have none of the marks, nor their first bytes.
    if !line.bytes().any(|byte| matches!(byte, b'|' | b'-' | b':' | 0xC2 | 0xE2)) {
        return (start, end);
    }
    let cut = |at: Option<usize>, mark: &str| at.map(|at| (at, at + mark.len()));
    let ahead = SITE_MARKS.iter().filter_map(|mark| cut(line.find(mark), mark)).min();
    let Some((name, rest)) = ahead else { return (start, end) };
    let (before, behind) =
        SITE_MARKS.iter().filter_map(|mark| cut(line.rfind(mark), mark)).max().unwrap_or((name, rest));
    let is_site = |name: &str| {
        let name = fold(name);
        name.len() >= MIN_NAME_BYTES
            && (0..finder.blocks().len()).any(|of| {
                finder
                    .facts
                    .folded(of)
                    .filter(|_| of != at)
                    .is_some_and(|line| (of < at && line == name) || owns(line, &name))
            })
            && first_text(finder).is_none_or(|text| !text.mentions(&name))
    };
    if is_site(&line[behind..]) {
        (start, start + before)
    } else if is_site(&line[..name]) {
        (start + rest, end)
    } else {
        (start, end)
    }
}

/// Whether a folded line says that a page is of a folded name: `© 2026 NephroCare. All rights reserved`.
fn owns(line: &str, name: &str) -> bool {
    let rights = ["©", "(c)", "copyright"].iter().find_map(|mark| line.strip_prefix(mark));
    let owner = rights.map(|rest| rest.trim_start_matches(|c: char| !c.is_alphabetic()));
    let behind = owner.and_then(|owner| owner.strip_prefix(name));
    behind.is_some_and(|behind| {
        // `© NephroCare 2026`, `© 2026 NephroCare Inc.`
        let word = behind.strip_prefix(' ').unwrap_or_default();
        let word = &word[..word.find(|c: char| !c.is_alphanumeric()).unwrap_or(word.len())];
        let is_said_of_owners = || is_year(word) || ["all", "gmbh", "inc", "llc", "ltd"].contains(&word);
        !behind.starts_with(|c: char| c.is_alphanumeric() || c == ' ') || is_said_of_owners()
    })
}
