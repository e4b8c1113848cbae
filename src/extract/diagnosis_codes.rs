//! The page's list of codes.

use super::finder::{Finder, Hit};
use crate::document::BlockKind;
use crate::extraction::{Extraction, Found, ListedCode, PrintedCode};
use crate::profile::{Field, Find, Rule, Wordings};
use crate::record::{DiagnosisCodesStatus, FieldPath};
use crate::span::Span;

/// Finds the list, or the page's word that it has none.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::DiagnosisCodes) {
        let found = match &rule.find {
            Find::Under(headings) => under(finder, rule, *headings),
            _ => labelled(finder, rule),
        };
        finder.tried(rule.number, found.is_some());
        if let Some((status, codes)) = found {
            finder.won(rule.number);
            extraction.diagnosis_codes_status = status;
            extraction.diagnosis_codes = codes;
            return;
        }
    }
}

type Listed<'a> = (DiagnosisCodesStatus, Vec<Found<'a, ListedCode<'a>>>);

/// Lines of codes, or a word that there are none, directly under a heading.
fn under<'a>(finder: &mut Finder<'a>, rule: &'a Rule, headings: Wordings) -> Option<Listed<'a>> {
    let headings: Vec<usize> = finder.headings_under(headings).collect();
    for heading in headings {
        let mut codes = Vec::new();
        let mut taken = vec![heading];
        let mut status = None;
        let mut at = heading;
        while let Some(next) = finder.next_free(at) {
            at = next;
            let block = &finder.blocks()[at];
            if is_none(finder, rule, at) && codes.is_empty() && status.is_none() {
                taken.push(at);
                status = Some(DiagnosisCodesStatus::NotAvailable);
                // Codes below it say more: `None of these is billable`.
                continue;
            }
            let header = matches!(&block.kind, BlockKind::TableRow(row) if row.header);
            let listed = if header { Vec::new() } else { read_line(finder, rule, at) };
            if listed.is_empty() && !header {
                break;
            }
            taken.push(at);
            codes.extend(listed);
        }
        if !codes.is_empty() {
            status = Some(DiagnosisCodesStatus::Listed);
        }
        if !codes.is_empty()
            && !names_diagnoses(finder, heading)
            && !codes.iter().any(|code| is_known(finder, code))
        {
            continue;
        }
        if let Some(status) = status {
            for (index, at) in taken.into_iter().enumerate() {
                let path = match index.checked_sub(1).filter(|_| !codes.is_empty()) {
                    Some(code) => FieldPath::Listed(code.min(codes.len() - 1)),
                    None => FieldPath::Field("diagnosis_codes"),
                };
                finder.assign(at, path, &rule.id);
            }
            return Some((status, codes));
        }
    }
    None
}

/// Whether a heading itself says which codes stand below it; others stand above procedures as well.
fn names_diagnoses(finder: &Finder<'_>, heading: usize) -> bool {
    finder.facts.folded(heading).is_some_and(|words| words.contains("icd") || words.contains("diagnos"))
}

fn is_known(finder: &Finder<'_>, listed: &Found<'_, ListedCode<'_>>) -> bool {
    let read = listed.value.code.read.as_ref();
    read.is_some_and(|read| finder.reference.entry(&read.code).is_some())
}

fn labelled<'a>(finder: &mut Finder<'a>, rule: &'a Rule) -> Option<Listed<'a>> {
    let (hit, listed) = finder.first(rule, |finder, hit| {
        if hit.block.is_some_and(|at| finder.path(at).is_some()) {
            return None;
        }
        if rule.none.is_some_and(|none| finder.profile.lexicon.has(none, &hit.text)) {
            return Some((hit, (DiagnosisCodesStatus::NotAvailable, Vec::new())));
        }
        let codes = read(finder, rule, &hit);
        (!codes.is_empty()).then_some((hit, (DiagnosisCodesStatus::Listed, codes)))
    })?;
    finder.assign_hit(&hit, "diagnosis_codes", &rule.id);
    Some(listed)
}

fn is_none(finder: &Finder<'_>, rule: &Rule, at: usize) -> bool {
    rule.none.is_some_and(|none| finder.facts.is_one_of(at, none))
}

fn read_line<'a>(finder: &Finder<'a>, rule: &'a Rule, at: usize) -> Vec<Found<'a, ListedCode<'a>>> {
    read(finder, rule, &finder.whole_block(at))
}

/// `A00.0 - Title`, `A00.0`, `Title (A00.0)`, `A00.0, A00.1`, or cells with a code and a title.
fn read<'a>(finder: &Finder<'a>, rule: &'a Rule, hit: &Hit<'a>) -> Vec<Found<'a, ListedCode<'a>>> {
    let text: &str = &hit.text;
    let parts: Vec<&str> = text.split([',', ';']).collect();
    let each_is_code = parts.len() > 1 && parts.iter().all(|part| read_code(finder, part.trim()).is_some());
    if each_is_code {
        let mut start = 0;
        return parts
            .iter()
            .filter_map(|part| {
                let place = finder.part(hit, Span::new(start, start + part.len()));
                start += part.len() + 1;
                one(finder, rule, &place, None)
            })
            .collect();
    }
    let mark =
        |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | '.' | ',' | '=' | '…');
    let first = text.split([' ', '\t', ':', '|', ',']).next().unwrap_or_default();
    if read_code(finder, first).is_some() {
        let title = text[first.len()..].trim_start_matches(mark);
        let title =
            (!title.is_empty()).then(|| finder.part(hit, Span::new(text.len() - title.len(), text.len())));
        let code = finder.part(hit, Span::new(0, first.len()));
        return one(finder, rule, &code, title).into_iter().collect();
    }
    let body = text.trim_end_matches([')', ']', '.', ' ']);
    let at = body.rfind([' ', '(', '[', '\t']).map_or(0, |at| at + 1);
    if at > 0 && read_code(finder, &body[at..]).is_some() {
        let title = text[..at].trim_end_matches(|c: char| mark(c) || matches!(c, '(' | '['));
        let title = (!title.is_empty()).then(|| finder.part(hit, Span::new(0, title.len())));
        let code = finder.part(hit, Span::new(at, body.len()));
        return one(finder, rule, &code, title).into_iter().collect();
    }
    Vec::new()
}

/// A word as a code, if it has the shape of one and a figure in it: `Any` and `Other` are words.
fn read_code(finder: &Finder<'_>, word: &str) -> Option<crate::icd::ReadCode> {
    let shaped = word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_digit());
    shaped.then(|| finder.reference.read_code(word)).flatten()
}

fn one<'a>(
    finder: &Finder<'a>,
    rule: &'a Rule,
    code: &Hit<'a>,
    title: Option<Hit<'a>>,
) -> Option<Found<'a, ListedCode<'a>>> {
    let read = read_code(finder, &code.text)?;
    let printed = PrintedCode { printed: code.text.clone(), read: Some(read) };
    let title = title.map(|title| (title.text, title.span));
    Some(code.found(ListedCode { code: printed, title }, rule))
}
