//! From blocks to values: [`Document`] and [`Profile`] in, [`Extraction`] out.
//!
//! One file a field. Each asks the profile's rules in their order of trust and takes the first that finds
//! something; what a block became is noted, so that every line of the page ends as a field, as chrome or as
//! left over. Nothing is mended here, and the reference is asked only what it says of the page's own words.

mod chapter;
mod chrome;
mod code;
mod code_system;
pub mod content;
mod coverage;
mod diagnosis_codes;
mod extra;
mod facts;
mod finder;
mod group;
mod key_points;
mod labels;
mod marks;
mod name;
mod sections;
#[cfg(test)]
mod tests;
pub mod title;

pub use coverage::coverage;

use crate::document::{Document, HeadingEvidence};
use crate::extraction::Extraction;
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use crate::record::FieldPath;
use crate::span::Span;
use finder::Finder;

/// Finds the values of a page.
pub fn extract<'a>(
    page: &'a Page,
    document: &'a Document<'a>,
    profile: &'a Profile,
    reference: &'a Reference,
) -> Extraction<'a> {
    let (mut finder, mut extraction) = with_code(page, document, profile, reference);
    title::find(&mut finder, &mut extraction);
    code_system::find(&mut finder, &mut extraction);
    chapter::find(&mut finder, &mut extraction);
    group::find(&mut finder, &mut extraction);
    extra::find(&mut finder, &mut extraction);
    diagnosis_codes::find(&mut finder, &mut extraction);
    diagnosis_codes::find_own(&mut extraction);
    key_points::find(&mut finder, &mut extraction);
    account_for_values(&mut finder, &extraction, Lines::Card);
    sections::find(&mut finder, &mut extraction);
    account_for_values(&mut finder, &extraction, Lines::All);
    chrome::release_front_matter(&mut finder, &extraction);
    extraction.diagnostics = std::mem::take(&mut finder.diagnostics);
    extraction.uses = finder.uses();
    extraction.roles = finder.into_roles();
    extraction
}

/// A page of which chrome and the code are known.
fn with_code<'a>(
    page: &'a Page,
    document: &'a Document<'a>,
    profile: &'a Profile,
    reference: &'a Reference,
) -> (Finder<'a>, Extraction<'a>) {
    let mut finder = Finder::new(page, document, profile, reference);
    chrome::mark(&mut finder);
    finder.find_taught_headings();
    let mut extraction = Extraction::default();
    code::find(&mut finder, &mut extraction);
    (finder, extraction)
}

/// Assigns the lines that gave a value, as patterns find them inside lines, and are not assigned yet: those of the
/// card before the sections take what is left, and those that the sections had no place for behind them.
fn account_for_values<'a>(finder: &mut Finder<'a>, extraction: &Extraction<'a>, lines: Lines) {
    let mut account = |path: FieldPath<'a>, rule: &'a str, span: Span| {
        let Some(at) = finder.block_at(span).filter(|&at| finder.is_free(at)) else { return };
        // A line before the text that has the code looks like a heading by what else stands on it.
        let looks_so = matches!(finder.blocks()[at].heading(), Some((_, HeadingEvidence::Look { .. })));
        let is_fact = path == FieldPath::Field("code") && looks_so && finder.in_opening(at);
        if lines == Lines::All || is_fact || !finder.is_content(at) {
            finder.assign(at, path, rule);
        }
    };
    for found in extraction.code.iter().chain(&extraction.rival_codes) {
        account(FieldPath::Field("code"), found.rule, found.span);
    }
    for (name, found) in [("title", &extraction.title), ("code_system", &extraction.code_system)] {
        found.iter().for_each(|found| account(FieldPath::Field(name), found.rule, found.span));
    }
    extraction.chapter.iter().for_each(|found| account(FieldPath::Field("chapter"), found.rule, found.span));
    for (name, found) in [("block", &extraction.block), ("category", &extraction.category)] {
        found.iter().for_each(|found| account(FieldPath::Field(name), found.rule, found.span));
    }
    for field in &extraction.extra {
        field.values.iter().for_each(|found| account(FieldPath::Extra(field.name), found.rule, found.span));
    }
}

/// Which lines are accounted for by the values they gave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Those that cannot be text of a section.
    Card,
    /// All.
    All,
}
