//! The fields that a profile adds.

use super::finder::{Finder, Hit};
use crate::extraction::{ExtraField, Extraction, Found, Multiplicity};
use crate::profile::{Field, Find, Rule};
use crate::record::FieldPath;
use crate::span::Span;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// Finds them in the order in which the profile names them.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for field in profile.extra_fields() {
        let Field::Extra(name) = field else { continue };
        let many = profile.rules_of(field).any(|rule| rule.many || rule.split.is_some());
        for rule in profile.rules_of(field) {
            let hits = hits(finder, rule);
            finder.tried(rule.number, !hits.is_empty());
            if hits.is_empty() {
                continue;
            }
            finder.won(rule.number);
            let mut values: Vec<Found<'a, Cow<'a, str>>> = Vec::new();
            for hit in hits {
                for at in hit.label_block.into_iter().chain(hit.block.filter(|_| hit.whole)) {
                    finder.assign(at, FieldPath::Extra(name), &rule.id);
                }
                values.extend(
                    split(finder, rule, &hit).into_iter().map(|part| part.found(part.text.clone(), rule)),
                );
            }
            if !many {
                values.truncate(1);
            }
            let multiplicity = if many { Multiplicity::Many } else { Multiplicity::One };
            extraction.extra.push(ExtraField { name, values, multiplicity });
            break;
        }
    }
}

/// What the rule finds: one hit, or all of them for a field of many.
fn hits<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = Vec::new();
    let numbered_list = |hits: &mut Vec<Hit<'a>>, first: Option<usize>| {
        let Some(first) = first else { return };
        let list = finder.blocks()[first].list_item().map(|item| item.list);
        let items = (first..finder.blocks().len()).take_while(|&at| {
            finder.blocks()[at].list_item().map(|item| item.list) == list && finder.is_free(at)
        });
        hits.extend(items.map(|at| finder.whole_block(at)));
    };
    match &rule.find {
        Find::Under(headings) => {
            let heading = finder.headings_under(*headings).next();
            if let Some(heading) = heading {
                let under = (heading + 1..finder.blocks().len())
                    .take_while(|&at| !finder.is_heading(at))
                    .filter(|&at| finder.is_free(at));
                hits.extend(under.map(|at| finder.whole_block(at)));
                if let Some(first) = hits.first_mut() {
                    first.label_block = Some(heading);
                }
            }
        }
        Find::List { numbered, .. } => {
            let first = (0..finder.blocks().len()).find(|&at| {
                finder.is_free(at)
                    && finder.blocks()[at].list_item().is_some_and(|item| !numbered || item.number.is_some())
            });
            numbered_list(&mut hits, first);
        }
        _ => {
            let _ = finder.visit(rule, &mut |hit| {
                hits.push(hit);
                if rule.many { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        }
    }
    if !rule.many && rule.split.is_none() {
        hits.truncate(1);
    }
    hits
}

/// The values of a hit: its parts between the rule's separator.
fn split<'a>(finder: &Finder<'a>, rule: &Rule, hit: &Hit<'a>) -> Vec<Hit<'a>> {
    let Some(separator) = rule.split.as_deref().filter(|separator| !separator.is_empty()) else {
        return vec![hit.clone()];
    };
    let mut start = 0;
    let mut parts = Vec::new();
    for part in hit.text.split(separator) {
        if !part.trim().is_empty() {
            parts.push(finder.part(hit, Span::new(start, start + part.len())));
        }
        start += part.len() + separator.len();
    }
    parts
}
