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
mod repeats;
mod structure;
pub mod text;

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::extraction::Extraction;
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use findings::{Findings, Severities};

/// Judges a page; the findings come by place, then by id, at most
/// [`MAX_FINDINGS`](crate::limits::MAX_FINDINGS) of one id and one more that tells how many were left out.
pub fn validate(
    page: &Page,
    document: &Document<'_>,
    extraction: &Extraction<'_>,
    profile: &Profile,
    reference: &Reference,
) -> Vec<Diagnostic> {
    let severities: Severities<'_> = &|id, default| profile.severity(id, default);
    let expected = Expected { code: profile.requires("code"), reference };
    judge(page, document, extraction, severities, &expected)
}

/// What a page is held against.
struct Expected<'a> {
    /// Whether it must have a code.
    code: bool,
    reference: &'a Reference,
}

fn judge(
    page: &Page,
    document: &Document<'_>,
    extraction: &Extraction<'_>,
    severities: Severities<'_>,
    expected: &Expected<'_>,
) -> Vec<Diagnostic> {
    let mut findings = Findings::new(&document.lines, severities);
    let earlier = page.diagnostics.iter().chain(&document.diagnostics).chain(&extraction.diagnostics);
    earlier.for_each(|earlier| findings.take(earlier));
    identity::judge(&mut findings, document, extraction, expected);
    structure::judge(&mut findings, document, extraction);
    lists::judge(&mut findings, extraction);
    text::judge(&mut findings, page.text(), document, extraction);
    findings.finish()
}
