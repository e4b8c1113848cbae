//! Lists (N4xx): the numbers of key points and items, repeated and empty points, repeated codes.
//!
//! In: key points, the items of each section, the listed codes. Out: findings. A list may count down, and a
//! list of a section may go on where the one before ended; anything else that is not the next number is
//! told. Numbers are those the page prints; nothing is counted anew.

use super::findings::Findings;
use super::repeats::repeats;
use crate::catalogue::{NUMBER_GAP, NUMBER_RESTART, POINT_EMPTY, POINT_REPEATED};
use crate::diagnostic::quote;
use crate::extraction::{Extraction, ItemFound};
use crate::span::Span;

/// Judges all lists of a page.
pub(super) fn judge(findings: &mut Findings<'_>, extraction: &Extraction<'_>) {
    judge_key_points(findings, extraction);
    let mut last_of_list_before = None;
    for section in &extraction.sections {
        judge_items(findings, &section.items, &mut last_of_list_before);
    }
    judge_codes(findings, extraction);
}

fn judge_key_points(findings: &mut Findings<'_>, extraction: &Extraction<'_>) {
    let points = &extraction.key_points;
    let mut count = Count::default();
    for point in points {
        judge_number(findings, "key_points", point.value.number, point.span, &mut count, None);
        judge_text(findings, "key_points", &point.value.text, point.span);
    }
    let key = |at: usize| Some(points[at].value.text.trim()).filter(|text| !text.is_empty());
    repeats(points.len(), key, |first, again| {
        let point = &points[again];
        add_repeat(findings, "key_points", point.span, &point.value.text, ("point", first, again));
    });
}

fn judge_items(findings: &mut Findings<'_>, items: &[ItemFound<'_>], last_of_list_before: &mut Option<u32>) {
    // Lists nest: an item of an outer list ends the inner ones, so the open lists form a stack.
    let mut open: Vec<(u32, u8, Count)> = Vec::new();
    for item in items {
        judge_text(findings, "sections", &item.text, item.span);
        if item.number.is_none() {
            continue;
        }
        open.retain(|&(list, depth, _)| depth < item.depth || (depth == item.depth && list == item.list));
        if open.last().is_none_or(|&(list, ..)| list != item.list) {
            open.push((item.list, item.depth, Count::default()));
        }
        let Some((.., count)) = open.last_mut() else { continue };
        judge_number(findings, "sections", item.number, item.span, count, *last_of_list_before);
        if item.depth <= 1 {
            *last_of_list_before = item.number;
        }
    }
    let key = |at: usize| {
        let item: &ItemFound<'_> = &items[at];
        Some((item.list, item.text.trim())).filter(|(_, text)| !text.is_empty())
    };
    repeats(items.len(), key, |first, again| {
        add_repeat(findings, "sections", items[again].span, &items[again].text, ("item", first, again));
    });
}

fn judge_codes(findings: &mut Findings<'_>, extraction: &Extraction<'_>) {
    let codes = &extraction.diagnosis_codes;
    let key = |at: usize| codes[at].value.code.read.as_ref().map(|read| read.code);
    repeats(codes.len(), key, |first, again| {
        let code = &codes[again];
        add_repeat(findings, "diagnosis_codes", code.span, &code.value.code.printed, ("code", first, again));
    });
}

/// Where the numbers of one list stand.
#[derive(Clone, Copy, Default)]
struct Count {
    last: Option<(u32, Span)>,
    /// Whether the list counts down, once two numbers have told.
    down: Option<bool>,
    /// Whether its first number follows the last one of the list before.
    goes_on: bool,
}

fn judge_number(
    findings: &mut Findings<'_>,
    field: &'static str,
    number: Option<u32>,
    span: Span,
    count: &mut Count,
    last_of_list_before: Option<u32>,
) {
    let Some(number) = number else { return };
    let Some((last, last_span)) = count.last.replace((number, span)) else {
        count.goes_on = last_of_list_before.is_some_and(|before| before.checked_add(1) == Some(number));
        return;
    };
    if count.down.is_none() && last > 1 && !count.goes_on && number > last {
        findings.add(NUMBER_GAP, field, last_span, || {
            format!("the list starts with {last}; check whether its first points were lost")
        });
    }
    let down = *count.down.get_or_insert(number.checked_add(1) == Some(last));
    let next = if down { last.checked_sub(1) } else { last.checked_add(1) };
    if Some(number) == next {
        return;
    }
    let passed_over = if down { number < last } else { number > last };
    if passed_over {
        findings.add(NUMBER_GAP, field, span, || {
            format!("{number} follows {last}; check whether points between them were lost")
        });
    } else {
        findings.add(NUMBER_RESTART, field, span, || {
            format!("{number} follows {last} in one list; check whether two lists ran into one")
        });
    }
}

fn judge_text(findings: &mut Findings<'_>, field: &'static str, text: &str, span: Span) {
    if text.chars().all(char::is_whitespace) {
        findings.add(POINT_EMPTY, field, span, || "the point has no text; check whether it was lost".into());
    }
}

fn add_repeat(
    findings: &mut Findings<'_>,
    field: &'static str,
    span: Span,
    text: &str,
    (what, first, again): (&str, usize, usize),
) {
    findings.add(POINT_REPEATED, field, span, || {
        let (text, first, again) = (quote(text), first + 1, again + 1);
        format!("{what} {again}, {text}, is {what} {first} once more; count it once")
    });
}

#[cfg(test)]
mod tests {
    fn check(notation: &str, expected: &[&str]) {
        super::super::notation::check(4, notation, expected);
    }

    #[test]
    fn number_gap() {
        check("point: 1 a\npoint: 3 b", &["N401@2"]);
        check("point: 3 a\npoint: 4 b", &["N401@1"]);
        check("item: 1 a\nitem: 4 b\nitem: 5 c", &["N401@2"]);
        check("point: 1 a\npoint: 2 b\npoint: 3 c", &[]);
        check("point: 0 a\npoint: 1 b", &[]);
        check("point: 3 a\npoint: 2 b\npoint: 1 c", &[]);
        check("point: 7 alone", &[]);
        check("item: a\nitem: b", &[]);
    }

    #[test]
    fn a_list_may_go_on_where_the_one_before_ended() {
        check("item1.0: 1 a\nitem1.0: 2 b\n# Next\nitem1.1: 3 c\nitem1.1: 4 d", &[]);
        check("item1.0: 1 a\nitem1.0: 2 b\n# Next\nitem1.1: 4 c\nitem1.1: 5 d", &["N401@4"]);
    }

    #[test]
    fn number_restart() {
        check("point: 1 a\npoint: 2 b\npoint: 1 c", &["N402@3"]);
        check("item: 1 a\nitem: 1 b", &["N402@2"]);
        check("item1.0: 1 a\nitem1.0: 2 b\nitem1.1: 1 c\nitem1.1: 2 d", &[]);
    }

    #[test]
    fn a_nested_list_has_numbers_of_its_own() {
        check("item1.0: 1 a\nitem2.1: 1 b\nitem2.1: 2 c\nitem1.0: 2 d\nitem2.2: 1 e\nitem1.0: 3 f", &[]);
        check("item1.0: 1 a\nitem2.1: 1 b\nitem2.1: 3 c\nitem1.0: 3 d", &["N401@3", "N401@4"]);
    }

    #[test]
    fn point_repeated() {
        check("point: 1 a\npoint: 2 a", &["N403@2"]);
        check("item: a\nitem: b\nitem: a", &["N403@3"]);
        check("item1.0: a\nitem1.1: a", &[]);
        check("listed: M61.0\nlisted: M61.1\nlisted: M61.0", &["N403@3"]);
        check("listed: M61.0\nlisted: M61.1", &[]);
    }

    #[test]
    fn point_empty() {
        check("point: 1 a\npoint: 2 ", &["N404@2"]);
        check("item: 1 a\nitem: 2  ", &["N404@2"]);
        check("point: 1 a", &[]);
    }
}
