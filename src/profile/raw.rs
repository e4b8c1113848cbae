//! A profile as its TOML text says it, before anything is checked but keys and types.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// A profile: the rules by which the fields of a record are found.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Profile")]
pub(super) struct RawProfile {
    /// Lower-case letters, figures and `-`.
    #[schemars(with = "String", regex(pattern = "^[a-z0-9-]+$"))]
    pub(super) name: Spanned<String>,
    /// Raised when a rule changes; records carry `name@version`.
    pub(super) version: u32,
    /// One sentence on which pages the profile is for.
    pub(super) description: String,
    /// Fields without which a page gives no record but a reject.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) requires: Vec<Spanned<String>>,
    /// The rules; those of one field in their order of trust.
    #[serde(default)]
    #[schemars(with = "Vec<RawRule>")]
    pub(super) rules: Vec<Spanned<RawRule>>,
    /// What is site furniture.
    #[serde(default)]
    #[schemars(with = "Vec<RawChrome>")]
    pub(super) chrome: Vec<Spanned<RawChrome>>,
    /// What diagnostics mean under this profile: `error`, `warning`, `info` or `off`, by id or name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) severity: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Pages with what the profile has to find in them; `nosograph profile test` tries them.
    #[serde(default)]
    #[schemars(with = "Vec<RawTest>")]
    pub(super) tests: Vec<Spanned<RawTest>>,
    /// What a run by this profile is held against, unless the command line says otherwise.
    #[serde(default)]
    pub(super) gates: RawGates,
}

/// What a run is held against; it ends with exit code 1 where it fails.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Gates")]
pub(super) struct RawGates {
    /// How many rejects are bearable: a number such as `"5"`, or a share of the pages such as `"2.5%"`.
    #[schemars(with = "Option<String>", regex(pattern = "^[0-9]+(\\.[0-9]+%|%)?$"))]
    pub(super) max_rejects: Option<Spanned<String>>,
    /// The share of lines that may be left over, such as `"10%"`.
    #[schemars(with = "Option<String>", regex(pattern = "^[0-9]+(\\.[0-9]+)?%$"))]
    pub(super) max_unassigned: Option<Spanned<String>>,
    /// The share of records in which a field has to be filled, such as `title = "95%"`; names are those of
    /// `counts.fields` in `run.json`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) min_fill: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// How a field can be found: `id`, `field`, and exactly one of label, pattern, selector, metadata, under, list,
/// before, after, reference, headings, likely, first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Rule")]
pub(super) struct RawRule {
    /// Unique in the profile; provenance names it.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// A field of the record, or `extra.name` for a field of the profile's own.
    #[schemars(with = "String")]
    pub(super) field: Spanned<String>,
    /// Words before the value; `*` stands for anything.
    pub(super) label: Option<Vec<String>>,
    /// A regular expression; the group `value`, else the first, else all of it. What a group `of` finds has to be
    /// what the lines before the text name.
    #[schemars(with = "Option<String>")]
    pub(super) pattern: Option<Spanned<String>>,
    /// Which blocks a pattern is tried on: page, opening, headings, items.
    #[schemars(with = "Option<String>")]
    pub(super) scope: Option<Spanned<String>>,
    /// A CSS selector, for HTML pages.
    #[schemars(with = "Option<String>")]
    pub(super) selector: Option<Spanned<String>>,
    /// Keys of what the page says of itself, such as `title`, `og:title`, or a front-matter key.
    pub(super) metadata: Option<Vec<String>>,
    /// Headings under which the value stands.
    pub(super) under: Option<Vec<String>>,
    /// A list: `numbered` or `any`; for `diagnosis_codes`, `codes`.
    #[schemars(with = "Option<String>")]
    pub(super) list: Option<Spanned<String>>,
    /// Which list: `first`, `closing` or `opening`.
    #[schemars(with = "Option<String>")]
    pub(super) place: Option<Spanned<String>>,
    /// The field whose line stands below.
    #[schemars(with = "Option<String>")]
    pub(super) before: Option<Spanned<String>>,
    /// The field whose line stands above.
    #[schemars(with = "Option<String>")]
    pub(super) after: Option<Spanned<String>>,
    /// `true`: what agrees with the reference.
    #[schemars(with = "Option<bool>")]
    pub(super) reference: Option<Spanned<bool>>,
    /// Headings by tag or mark (`marked`), or by their look (`look`).
    #[schemars(with = "Option<String>")]
    pub(super) headings: Option<Spanned<String>>,
    /// `true`: the line before the text that more likely than not is the title.
    #[schemars(with = "Option<bool>")]
    pub(super) likely: Option<Spanned<bool>>,
    /// `true`: the first line that is neither chrome nor taken.
    #[schemars(with = "Option<bool>")]
    pub(super) first: Option<Spanned<bool>>,
    /// Whether an extra field takes every hit, as a list.
    #[serde(default)]
    pub(super) many: bool,
    /// Words by which the page says that it has no codes.
    #[serde(default)]
    pub(super) none: Vec<String>,
    /// What separates the values of one hit.
    pub(super) split: Option<String>,
    /// Literal beginnings that are not part of the value.
    #[serde(default)]
    pub(super) strip_prefix: Vec<String>,
    /// Literal ends that are not part of the value.
    #[serde(default)]
    pub(super) strip_suffix: Vec<String>,
}

/// What is site furniture: `id`, and exactly one of line, below, trailing, surroundings, selector.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Chrome")]
pub(super) struct RawChrome {
    /// Unique in the profile.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Whole lines; `*` stands for anything.
    pub(super) line: Option<Vec<String>>,
    /// Headings that are furniture with what stands below them up to the next one that is no deeper.
    pub(super) below: Option<Vec<String>>,
    /// Button labels at the end of a title.
    pub(super) trailing: Option<Vec<String>>,
    /// `true`: by landmarks and hints of class and id.
    pub(super) surroundings: Option<bool>,
    /// What a CSS selector matches.
    #[schemars(with = "Option<String>")]
    pub(super) selector: Option<Spanned<String>>,
}

/// A page with what has to be found in it: exactly one of page, text, html, and `expect`, `absent` or `ends`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Test")]
pub(super) struct RawTest {
    /// What the test is called; where none is given, the file of the page, or its number.
    pub(super) name: Option<String>,
    /// A file, below the folder of the profile.
    #[schemars(with = "Option<String>")]
    pub(super) page: Option<PathBuf>,
    /// A text page, written out.
    pub(super) text: Option<String>,
    /// An HTML page, written out.
    pub(super) html: Option<String>,
    /// How the page has to end: `record` (default) or `reject`.
    #[schemars(with = "Option<String>")]
    pub(super) ends: Option<Spanned<String>>,
    /// A part of the record, or of the reject's line, in its own names.
    #[serde(default)]
    pub(super) expect: Map<String, Value>,
    /// Paths of values that have to be `null` or empty, such as `block` or `extra.ward`.
    #[serde(default)]
    pub(super) absent: Vec<String>,
}
