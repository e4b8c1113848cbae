//! The block and the category as the page words them: a code or range, and a title.

use super::finder::{Finder, Hit};
use crate::extraction::{Extraction, Found, PageGroup};
use crate::icd::{Code, CodeRange};
use crate::profile::Field;
use crate::span::Span;

/// Finds both.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    extraction.block = find_one(finder, &Field::Block, "block", |text| CodeRange::parse(text).is_some());
    extraction.category = find_one(finder, &Field::Category, "category", |text| {
        Code::parse(text).is_some_and(|code| code.is_category())
    });
}

/// The first hit that has a code: labels such as `Category` also stand before other things.
fn find_one<'a>(
    finder: &mut Finder<'a>,
    field: &Field,
    path: &'static str,
    is_code: impl Fn(&str) -> bool,
) -> Option<Found<'a, PageGroup<'a>>> {
    let profile = finder.profile;
    profile.rules.iter().filter(|rule| rule.field == *field).find_map(|rule| {
        let (hit, group, span) = finder.first(rule, |finder, hit| {
            let (group, span) = read(finder, &hit, &is_code)?;
            Some((hit, group, span))
        })?;
        finder.won(rule.number);
        finder.assign_hit(&hit, path, &rule.id);
        Some(Found { value: group, rule: &rule.id, span })
    })
}

/// `K29: Gastritis`, `K29 Gastritis`, `Gastritis (K29)`, `K29`.
fn read<'a>(
    finder: &Finder<'a>,
    hit: &Hit<'a>,
    is_code: &impl Fn(&str) -> bool,
) -> Option<(PageGroup<'a>, Span)> {
    let text: &str = &hit.text;
    let mark =
        |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '|' | '(' | ')' | '[' | ']' | ',');
    let first = text.split([' ', ':', '\t', '(']).next().unwrap_or_default();
    let last_open = text.rfind(['(', '[']).unwrap_or(text.len());
    let (code, title) = if is_code(first) {
        let rest = text[first.len()..].trim_start_matches(mark);
        (Span::new(0, first.len()), Span::new(text.len() - rest.len(), text.len()))
    } else if last_open < text.len() && is_code(text[last_open + 1..].trim_end_matches([')', ']'])) {
        let inside = text[last_open + 1..].trim_end_matches([')', ']']);
        (
            Span::new(last_open + 1, last_open + 1 + inside.len()),
            Span::new(0, text[..last_open].trim_end().len()),
        )
    } else {
        return None;
    };
    let code = finder.part(hit, code);
    let title = (!title.is_empty()).then(|| finder.part(hit, title));
    let span = title.as_ref().map_or(code.span, |title| title.span.join(code.span));
    Some((PageGroup { code: Some(code.text), title: title.map(|title| title.text) }, span))
}
