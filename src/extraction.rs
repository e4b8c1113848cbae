//! What extraction found in a document: values with the rule and the place each came from.
//!
//! Made by [`extract`](crate::extract), judged by [`validate`](crate::validate), turned into a record by
//! [`normalize`](crate::normalize). Nothing in it comes from the reference, and nothing is mended: a code
//! is kept as printed beside what it was read as.

use crate::diagnostic::Diagnostic;
use crate::icd::ReadCode;
use crate::record::{DiagnosisCodesStatus, FieldPath};
use crate::span::Span;
use std::borrow::Cow;

/// The values of a page. `'a` is the life of the document and of the profile.
#[derive(Debug, Default)]
pub struct Extraction<'a> {
    /// The page's own title.
    pub title: Option<Found<'a, Cow<'a, str>>>,
    /// The main code.
    pub code: Option<Found<'a, PrintedCode<'a>>>,
    /// Other codes that rules for the main code found; where they differ from it, the page contradicts itself.
    pub rival_codes: Vec<Found<'a, PrintedCode<'a>>>,
    /// The classification the page names, as the page writes it.
    pub code_system: Option<Found<'a, Cow<'a, str>>>,
    /// The chapter's words on the page.
    pub chapter: Option<Found<'a, PageChapter<'a>>>,
    /// The block's words on the page.
    pub block: Option<Found<'a, PageGroup<'a>>>,
    /// The category's words on the page.
    pub category: Option<Found<'a, PageGroup<'a>>>,
    /// Headings with what stands under each.
    pub sections: Vec<SectionFound<'a>>,
    /// Key points.
    pub key_points: Vec<Found<'a, NumberedText<'a>>>,
    /// Whether the page has a list of codes.
    pub diagnosis_codes_status: DiagnosisCodesStatus,
    /// The codes of that list.
    pub diagnosis_codes: Vec<Found<'a, ListedCode<'a>>>,
    /// Fields that the profile adds, by name.
    pub extra: Vec<ExtraField<'a>>,
    /// What became of each block of the document; as long as `Document::blocks`.
    pub roles: Vec<Role<'a>>,
    /// Limits met while extracting (N1xx).
    pub diagnostics: Vec<Diagnostic>,
    /// What each rule of the profile did.
    pub uses: RuleUses,
}

/// What each rule of a profile did on a page, by [`Rule::number`](crate::profile::Rule::number).
///
/// One byte a rule, so that it can be kept as it is. Empty for a page that no rule was tried on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleUses(pub Box<[u8]>);

impl RuleUses {
    /// The rule was looked for.
    pub const TRIED: u8 = 1;
    /// What it describes is on the page.
    pub const HIT: u8 = 2;
    /// It gave a value of the record, or told chrome.
    pub const WON: u8 = 4;
    /// A more trusted rule gave the value of its field.
    pub const SHADOWED: u8 = 8;
}

/// A field that the profile adds.
#[derive(Debug)]
pub struct ExtraField<'a> {
    /// Its name, without `extra.`.
    pub name: &'a str,
    /// Its values in page order; at least one.
    pub values: Vec<Found<'a, Cow<'a, str>>>,
    /// Whether it has one value or a list.
    pub multiplicity: Multiplicity,
}

/// Whether a field of a profile has one value or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplicity {
    /// The first one found.
    One,
    /// All found, in page order.
    Many,
}

/// A value, the rule that found it and where it stands.
#[derive(Clone, Debug)]
pub struct Found<'a, T> {
    /// The value.
    pub value: T,
    /// Id of the profile's rule.
    pub rule: &'a str,
    /// Bytes of the page's text.
    pub span: Span,
}

/// A code as the page prints it.
#[derive(Clone, Debug)]
pub struct PrintedCode<'a> {
    /// Letter for letter.
    pub printed: Cow<'a, str>,
    /// What it was read as, with all that was mended; `None` if it has no code's shape.
    pub read: Option<ReadCode>,
}

/// The chapter as the page words it.
#[derive(Clone, Debug, Default)]
pub struct PageChapter<'a> {
    /// Its number, in Arabic or Roman figures on the page.
    pub number: Option<u8>,
    /// Its range of categories as printed.
    pub range: Option<Cow<'a, str>>,
    /// Its title.
    pub title: Option<Cow<'a, str>>,
}

/// A block or category as the page words it.
#[derive(Clone, Debug, Default)]
pub struct PageGroup<'a> {
    /// Its code or range as printed.
    pub code: Option<Cow<'a, str>>,
    /// Its title.
    pub title: Option<Cow<'a, str>>,
}

/// A section of the page.
#[derive(Debug)]
pub struct SectionFound<'a> {
    /// The heading; `None` for text before the first one.
    pub heading: Option<Found<'a, Cow<'a, str>>>,
    /// 1 is the article's own heading.
    pub level: Option<u8>,
    /// Rule that gathers the text.
    pub rule: &'a str,
    /// Paragraphs in page order.
    pub paragraphs: Vec<(Cow<'a, str>, Span)>,
    /// List items in page order.
    pub items: Vec<ItemFound<'a>>,
}

/// A list item of a section.
#[derive(Debug)]
pub struct ItemFound<'a> {
    /// The marker as the page shows it.
    pub marker: Option<Cow<'a, str>>,
    /// The number that the marker says.
    pub number: Option<u32>,
    /// 1 for an outermost list.
    pub depth: u8,
    /// Which list of the page.
    pub list: u32,
    /// What stands behind the marker.
    pub text: Cow<'a, str>,
    /// Bytes of the page's text.
    pub span: Span,
}

/// A key point.
#[derive(Clone, Debug)]
pub struct NumberedText<'a> {
    /// The number as the page prints it.
    pub number: Option<u32>,
    /// What stands behind it.
    pub text: Cow<'a, str>,
}

/// A code of the page's list.
#[derive(Clone, Debug)]
pub struct ListedCode<'a> {
    /// The code.
    pub code: PrintedCode<'a>,
    /// The title the page gives it, and where.
    pub title: Option<(Cow<'a, str>, Span)>,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Role<'a> {
    /// It went into a field (`code`, `sections[2].text`) by a rule.
    Field {
        /// Path of the value in the record.
        path: FieldPath<'a>,
        /// Id of the rule.
        rule: &'a str,
    },
    /// It is site furniture.
    Chrome {
        /// Id of the rule or evidence.
        rule: &'a str,
    },
    /// Nothing wanted it.
    #[default]
    Unassigned,
}
