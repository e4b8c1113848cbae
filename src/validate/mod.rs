//! Judges one page: what extraction found, against the reference and against itself.
//!
//! In: [`Page`], [`Document`], [`Extraction`], [`Profile`], [`Reference`]. Out: every [`Diagnostic`] of the
//! page, those of reading and parsing included, in page order, with the severities of the profile. A pure
//! function; it changes no value and mends nothing.

pub mod across;
mod findings;
mod identity;
mod lists;
#[cfg(test)]
mod notation;
mod record;
mod repeats;
mod structure;
pub mod text;

use crate::catalogue::PAGE_EMPTY;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::extraction::{Extraction, Role};
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use crate::span::Span;
use findings::{Findings, Severities};
pub use record::{Given, judge_record};

/// Judges a page; the findings come by place, then by id, at most
/// as many of one id as the limits of the page say, and one more that tells how many were left out.
pub fn validate(
    page: &Page,
    document: &Document<'_>,
    extraction: &Extraction<'_>,
    profile: &Profile,
    reference: &Reference,
) -> Vec<Diagnostic> {
    let severities: Severities<'_> = &|id, default| profile.severity(id, default);
    judge(page, document, extraction, severities, (profile.requires("code"), reference))
}

/// What values are judged by beside themselves.
struct Background<'a> {
    reference: &'a Reference,
    /// Whether there has to be a code.
    needs_code: bool,
    /// Whether the page has any text.
    has_text: bool,
    /// Whether a field took something that stands between two bytes.
    is_taken: &'a dyn Fn(u32, u32) -> bool,
}

fn judge(
    page: &Page,
    document: &Document<'_>,
    extraction: &Extraction<'_>,
    severities: Severities<'_>,
    (needs_code, reference): (bool, &Reference),
) -> Vec<Diagnostic> {
    let lines = |span: Span| Some(document.lines.line(span.start));
    let is_taken = |start, end| has_field_between(document, extraction, start, end);
    let has_text = document.left_out > 0 || document.blocks.iter().any(|block| block.units > 0);
    let background = Background { reference, needs_code, has_text, is_taken: &is_taken };
    let mut findings = Findings::new(&lines, severities, page.limits.findings);
    let earlier = page.diagnostics.iter().chain(&document.diagnostics).chain(&extraction.diagnostics);
    earlier.for_each(|earlier| findings.take(earlier));
    if !has_text {
        findings.add(PAGE_EMPTY, None, Span::default(), || {
            format!(
                "the file has {} bytes and no visible text; fetch it with a browser if its text comes by script, \
                 or take it out of the input",
                page.bytes().len()
            )
        });
    }
    text::judge_unassigned(&mut findings, document, extraction);
    judge_extraction(&mut findings, extraction, &background, page.text());
    findings.finish()
}

/// All judgements that need the values and not the page.
fn judge_extraction(
    findings: &mut Findings<'_>,
    extraction: &Extraction<'_>,
    background: &Background<'_>,
    page_text: &str,
) {
    identity::judge(findings, extraction, background);
    structure::judge(findings, extraction, background);
    lists::judge(findings, extraction);
    text::judge_values(findings, page_text, extraction);
}

/// Whether a block between two bytes of the page went into a field.
fn has_field_between(document: &Document<'_>, extraction: &Extraction<'_>, start: u32, end: u32) -> bool {
    let first = document.blocks.partition_point(|block| block.span.start < start);
    let last = document.blocks.partition_point(|block| block.span.start < end);
    let roles = extraction.roles.get(first..last).unwrap_or_default();
    roles.iter().any(|role| matches!(role, Role::Field { .. }))
}
