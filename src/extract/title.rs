//! The page's own title, without site chrome, button labels and the code.

use super::finder::{Finder, Hit};
use crate::document::{BlockKind, HeadingEvidence};
use crate::extraction::Extraction;
use crate::profile::{ChromeFind, ChromeRule, Field, Find, HeadingKind, Rule, fold};
use crate::record::FieldPath;
use crate::span::Span;
use std::ops::ControlFlow;

/// Bytes of a title at most: the longest title of ICD-10-CM has 227.
const MAX_TITLE_BYTES: usize = 300;

/// Finds the title.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::Title) {
        let hits = match &rule.find {
            Find::Headings(kind) => marked(finder, *kind),
            Find::Reference => like_reference(finder, extraction),
            _ => hits(finder, rule),
        };
        finder.tried(rule.number, !hits.is_empty());
        let title = hits.into_iter().find_map(|hit| title(finder, extraction, hit));
        if let Some(hit) = title {
            if let Some(at) = hit.block.filter(|&at| finder.path(at).is_none()) {
                finder.assign(at, FieldPath::Field("title"), &rule.id);
            }
            finder.won(rule.number);
            extraction.title = Some(hit.found(hit.text.clone(), rule));
            return;
        }
    }
}

fn hits<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = Vec::new();
    let _ = finder.visit(rule, &mut |hit| {
        hits.push(hit);
        ControlFlow::Continue(())
    });
    hits
}

/// Headings of the highest level, the one that agrees with the page's `title` element first.
fn marked<'a>(finder: &Finder<'a>, kind: HeadingKind) -> Vec<Hit<'a>> {
    let mut candidates: Vec<(u8, usize)> = Vec::new();
    let mut said = false;
    for (at, block) in finder.blocks().iter().enumerate() {
        let Some((level, evidence)) = block.heading() else {
            // Below the first level a heading is the title only where nothing was said before it.
            said |= block.kind == BlockKind::Paragraph && finder.is_free(at) && block.label().is_none();
            continue;
        };
        let marked = !matches!(evidence, HeadingEvidence::Look { .. });
        if marked == (kind == HeadingKind::Marked)
            && !finder.is_chrome(at)
            && finder.path(at) != Some(FieldPath::Field("code"))
        {
            let level = level.unwrap_or(u8::MAX);
            if level == 1 || (finder.in_opening(at) && !said) {
                candidates.push((level, at));
            }
        }
    }
    let Some(top) = candidates.iter().map(|&(level, _)| level).min() else { return Vec::new() };
    candidates.retain(|&(level, _)| level == top);
    let named =
        finder.document.metadata.iter().find(|of| of.key == "title").map(|of| fold(&of.value).into_owned());
    let agrees =
        |at: usize| named.as_ref().is_some_and(|named| named.starts_with(&*fold(&finder.blocks()[at].text)));
    candidates.sort_by_key(|&(_, at)| (!agrees(at), at));
    candidates.into_iter().map(|(_, at)| finder.whole_block(at)).collect()
}

/// Blocks of the opening that read like the reference's title of the code, the most alike first.
fn like_reference<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<Hit<'a>> {
    let code = extraction.code.as_ref().and_then(|code| code.value.read.as_ref()).map(|read| read.code);
    let Some(entry) = code.and_then(|code| finder.reference.entry(&code)) else { return Vec::new() };
    let same = |&at: &usize| {
        finder.is_free(at)
            && without_button(finder, &finder.blocks()[at].text).0.eq_ignore_ascii_case(entry.title())
    };
    if let Some(at) = (0..finder.blocks().len()).take_while(|&at| finder.in_opening(at)).find(same) {
        return vec![finder.whole_block(at)];
    }
    let wanted: Vec<String> = words(entry.title()).map(str::to_lowercase).collect();
    let mut candidates: Vec<(usize, usize)> = (0..finder.blocks().len())
        .filter(|&at| finder.is_free(at) && finder.in_opening(at))
        .filter(|&at| {
            matches!(
                finder.blocks()[at].kind,
                BlockKind::Paragraph | BlockKind::Heading { .. } | BlockKind::Definition
            )
        })
        .filter_map(|at| {
            let (mut got, mut shared) = (0, 0);
            for word in words(without_button(finder, &finder.blocks()[at].text).0) {
                got += 1;
                shared += usize::from(wanted.iter().any(|wanted| is_lower_case(wanted, word)));
            }
            // A line that says a word of the title again and again is none.
            let apart = (got + wanted.len()).checked_sub(2 * shared)?;
            (shared > 0 && apart * 2 <= wanted.len()).then_some((apart, at))
        })
        .collect();
    candidates.sort_unstable();
    candidates.into_iter().map(|(_, at)| finder.whole_block(at)).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether `lower` is `word` in lower case.
fn is_lower_case(lower: &str, word: &str) -> bool {
    if word.is_ascii() { word.eq_ignore_ascii_case(lower) } else { word.to_lowercase() == lower }
}

/// The hit without button labels and code, if a title is left.
fn title<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, hit: Hit<'a>) -> Option<Hit<'a>> {
    if hit.block.is_some_and(|at| finder.is_running(at)) || hit.text.len() > MAX_TITLE_BYTES {
        return None;
    }
    let text: &str = &hit.text;
    let (body, button) = without_button(finder, text);
    let mut end = body.len();
    if hit.block.is_none() {
        end = without_site(&text[..end]).len();
    }
    let (start, end) = without_code(extraction, text, end);
    let left = &text[start..end];
    let speaks_of_the_code = left.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("icd"))
        || (extraction.code.is_some() && fold(left).contains("icd-10") && start == 0 && end < text.len());
    if !left.contains(char::is_alphabetic) || speaks_of_the_code {
        return None;
    }
    if let Some(rule) = button {
        finder.won(rule.number);
    }
    Some(finder.part(&hit, Span::new(start, end)))
}

/// The text without the button labels at its end, and the rule that told the last of them.
fn without_button<'a, 't>(finder: &Finder<'a>, text: &'t str) -> (&'t str, Option<&'a ChromeRule>) {
    let (mut left, mut told) = (text, None);
    for rule in &finder.profile.chrome {
        let ChromeFind::Trailing(labels) = &rule.find else { continue };
        let cut = |text: &'t str| {
            let alike = |label: &&String| label.as_bytes().last() == text.as_bytes().last();
            labels.iter().filter(alike).find_map(|label| {
                let rest = text.strip_suffix(label.as_str())?;
                (rest.ends_with([' ', '\t']) && rest.trim().len() >= 3).then(|| rest.trim_end())
            })
        };
        while let Some(rest) = cut(left) {
            (left, told) = (rest, Some(rule));
        }
    }
    (left, told)
}

/// A `title` element without the name of the site behind the last ` | `, ` - ` or ` – `.
fn without_site(text: &str) -> &str {
    [" | ", " – ", " — ", " - ", " · ", " « ", " :: "]
        .iter()
        .filter_map(|mark| text.rfind(mark))
        .max()
        .filter(|&at| at >= 3)
        .map_or(text, |at| text[..at].trim_end())
}

/// The range of `text[..end]` without the page's code before or behind it: `K29 - Gastritis`,
/// `Gastritis (K29)`.
fn without_code(extraction: &Extraction<'_>, text: &str, end: usize) -> (usize, usize) {
    let Some(code) = extraction.code.as_ref() else { return (0, end) };
    let printed: &str = &code.value.printed;
    let mark = |c: char| {
        c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | '·' | ',' | '(' | ')' | '[' | ']')
    };
    let body = &text[..end];
    if let Some(rest) = body.strip_prefix(printed).filter(|rest| rest.starts_with(mark)) {
        return (end - rest.trim_start_matches(mark).len(), end);
    }
    let open = body.trim_end_matches([')', ']']);
    if let Some(rest) = open.strip_suffix(printed).filter(|rest| rest.ends_with(mark)) {
        let rest = rest.trim_end_matches(mark);
        let rest = rest.strip_suffix("ICD-10").or_else(|| rest.strip_suffix("ICD-10-CM")).unwrap_or(rest);
        return (0, rest.trim_end_matches(mark).len());
    }
    (0, end)
}

#[cfg(test)]
mod tests {
    use crate::icd::Reference;
    use crate::page::{EncodingSource, Format, Page};
    use crate::parse;
    use crate::profile::Profile;

    #[test]
    fn a_line_that_repeats_words_of_the_reference_is_compared_too() {
        let text = "Muscle muscle muscle of muscle muscle\nICD-10 code: M61\n".to_owned();
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text);
        let document = parse::parse(&page);
        let profile = Profile::default_profile().unwrap();
        let found = crate::extract::extract(&page, &document, &profile, Reference::embedded());
        assert_eq!(found.code.map(|code| code.value.printed.into_owned()).as_deref(), Some("M61"));
    }
}
