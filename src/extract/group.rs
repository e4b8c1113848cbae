//! The block and the category as the page words them: a code or range, and a title.

use super::finder::{Finder, Hit};
use super::marks::Marks;
use crate::extraction::{Extraction, Found, PageGroup};
use crate::icd::{Code, CodeRange};
use crate::profile::{Field, Find};
use crate::span::Span;
use std::cell::LazyCell;

/// Finds both.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let code = extraction.code.as_ref().and_then(|code| code.value.read.as_ref()).map(|read| read.code);
    let own = code.and_then(|code| finder.reference.block_of(&code)).map(|block| block.range);
    let block = find_one(finder, &Field::Block, "block", own, |text| CodeRange::parse(text).is_some());
    // Else the range that stood where the code should.
    extraction.block = block.or_else(|| extraction.block.take());
    extraction.category = find_one(finder, &Field::Category, "category", None, |text| {
        Code::parse(text).is_some_and(|code| code.is_category())
    });
}

/// The first hit that has a code: labels such as `Category` also stand before other things.
fn find_one<'a>(
    finder: &mut Finder<'a>,
    field: &Field,
    path: &'static str,
    own: Option<CodeRange>,
    is_code: impl Fn(&str) -> bool,
) -> Option<Found<'a, PageGroup<'a>>> {
    let profile = finder.profile;
    profile.rules.iter().filter(|rule| rule.field == *field).find_map(|rule| {
        let found = match &rule.find {
            Find::Reference => own.and_then(|own| like_reference(finder, own, &is_code)),
            _ => finder.first(rule, |finder, hit| {
                let (group, span) = read(finder, &hit, &is_code)?;
                Some((hit, group, span))
            }),
        };
        finder.tried(rule.number, found.is_some());
        let (hit, group, span) = found?;
        finder.won(rule.number);
        finder.assign_hit(&hit, path, &rule.id);
        Some(Found { value: group, rule: &rule.id, span })
    })
}

/// Bytes of a line that can be a block with its title.
const MAX_LINE_BYTES: usize = 180;

/// A line of the opening or of a list with the range of the block of the page's code and its title, perhaps behind
/// a label.
fn like_reference<'a>(
    finder: &Finder<'a>,
    own: CodeRange,
    is_code: &impl Fn(&str) -> bool,
) -> Option<(Hit<'a>, PageGroup<'a>, Span)> {
    let first = LazyCell::new(|| own.first.to_string());
    let first_code = LazyCell::new(|| memchr::memmem::Finder::new(&*first));
    (0..finder.blocks().len()).find_map(|at| {
        let block = &finder.blocks()[at];
        let is_line = finder.in_opening(at) || block.list_item().is_some();
        // A code has a digit, and most lines have none.
        if !finder.facts.may_have(at, Marks::DIGIT)
            || !is_line
            || !finder.is_free(at)
            || block.text.len() > MAX_LINE_BYTES
            || first_code.find(block.text.as_bytes()).is_none()
        {
            return None;
        }
        let value = block.label().map(|label| label.value).filter(|value| !value.is_empty());
        let mut hit = value.map_or_else(|| finder.whole_block(at), |value| finder.hit(at, value));
        hit.whole = true;
        let (group, span) = read(finder, &hit, is_code)?;
        let is_own = group.code.as_deref().and_then(CodeRange::parse) == Some(own);
        (is_own && group.title.is_some()).then_some((hit, group, span))
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
