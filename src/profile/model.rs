//! What a profile can say, once compiled.

use super::buttons::Buttons;
use super::gates::Gates;
use super::lexicon::{Lexicon, Wordings};
use super::pattern::Pattern;
use crate::diagnostic::{DiagnosticId, Severity};
use crate::page::Format;
use serde_json::Value;
use std::path::PathBuf;

/// A compiled profile.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its version; part of what a record says of its making.
    pub version: u32,
    /// One sentence on which pages it is for.
    pub description: String,
    /// `sha256:` and the hex digest of its TOML text.
    pub hash: String,
    /// Fields without which a page gives no record.
    pub(super) requires: Vec<Field>,
    /// The rules in order of trust.
    pub rules: Vec<Rule>,
    /// What is site furniture.
    pub chrome: Vec<ChromeRule>,
    /// The wordings of all of them.
    pub lexicon: Lexicon,
    pub(super) severities: Vec<(DiagnosticId, Option<Severity>)>,
    /// What a run by this profile is held against.
    pub gates: Gates,
    /// Pages with what has to be found in them.
    pub tests: Vec<ProfileTest>,
}

/// A page of a profile with what has to be found in it.
#[derive(Debug)]
pub struct ProfileTest {
    /// What it is called.
    pub name: String,
    /// The page.
    pub page: TestPage,
    /// How it has to end.
    pub ends: TestEnd,
    /// A part of the record, or of the reject, as JSON writes them.
    pub expected: Value,
    /// Paths of values that have to be `null` or empty.
    pub absent: Vec<String>,
}

/// Where the page of a test is.
#[derive(Debug)]
pub enum TestPage {
    /// In a file; a relative path is one from the working folder.
    File(PathBuf),
    /// In the profile.
    Inline(Format, String),
}

/// How the page of a test has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestEnd {
    /// With a record.
    Record,
    /// With a reject.
    Reject,
}

impl Profile {
    /// Name and version as records carry them: `icd10-disease@1`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// Whether a page without this field, named as in the record, gives no record.
    pub fn requires(&self, field: &str) -> bool {
        self.requires.iter().any(|required| required.name() == field)
    }

    /// Names of the extra fields without which a page gives no record.
    pub fn required_extra(&self) -> impl Iterator<Item = &str> {
        self.requires.iter().filter(|field| matches!(field, Field::Extra(_))).map(Field::name)
    }

    /// The severity of a diagnostic under this profile; `None` if the profile turns it off.
    pub fn severity(&self, id: DiagnosticId, default: Severity) -> Option<Severity> {
        self.severities.iter().find(|(of, _)| *of == id).map_or(Some(default), |&(_, severity)| severity)
    }

    /// The rules of a field, most trusted first.
    pub fn rules_of<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.field == *field)
    }

    /// Names of the extra fields in the order in which the profile first names them.
    pub fn extra_fields(&self) -> Vec<&Field> {
        let mut fields: Vec<&Field> = Vec::new();
        for rule in &self.rules {
            if matches!(rule.field, Field::Extra(_)) && !fields.contains(&&rule.field) {
                fields.push(&rule.field);
            }
        }
        fields
    }

    /// The CSS selectors of all rules: if there are any, an HTML page needs a tree.
    pub fn selectors(&self) -> impl Iterator<Item = &str> {
        let rules = self.rules.iter().filter_map(|rule| match &rule.find {
            Find::Selector(selector) => Some(selector.as_str()),
            _ => None,
        });
        rules.chain(self.chrome.iter().filter_map(|rule| match &rule.find {
            ChromeFind::Selector(selector) => Some(selector.as_str()),
            _ => None,
        }))
    }
}

/// A field of the record that rules find.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field of `Record` with the same name")]
pub enum Field {
    Title,
    Code,
    CodeSystem,
    Chapter,
    Block,
    Category,
    Sections,
    KeyPoints,
    DiagnosisCodes,
    /// A field of the profile's own, under `extra`.
    Extra(String),
}

impl Field {
    /// All but the extra ones, by name.
    pub(super) const BUILTIN: [(&'static str, Self); 9] = [
        ("title", Self::Title),
        ("code", Self::Code),
        ("code_system", Self::CodeSystem),
        ("chapter", Self::Chapter),
        ("block", Self::Block),
        ("category", Self::Category),
        ("sections", Self::Sections),
        ("key_points", Self::KeyPoints),
        ("diagnosis_codes", Self::DiagnosisCodes),
    ];

    /// As records and profiles write it; extra fields without `extra.`.
    pub fn name(&self) -> &str {
        match self {
            Self::Extra(name) => name,
            builtin => Self::BUILTIN.iter().find(|(_, of)| of == builtin).map_or("", |(name, _)| name),
        }
    }

    /// As profiles write it: extra fields with `extra.`.
    pub fn path(&self) -> String {
        match self {
            Self::Extra(name) => format!("extra.{name}"),
            builtin => builtin.name().to_owned(),
        }
    }
}

/// How one field can be found.
#[derive(Debug)]
pub struct Rule {
    /// Its id, unique in the profile; provenance names it.
    pub id: String,
    /// Its place among all rules of the profile, from 0; those of `chrome` come last.
    pub number: usize,
    /// The field it finds.
    pub field: Field,
    /// Where it looks.
    pub find: Find,
    /// Whether an extra field takes every hit, not only the first.
    pub many: bool,
    /// Words by which the page says that it has no value, such as `Not Available`.
    pub none: Option<Wordings>,
    /// What separates the values of one hit.
    pub split: Option<String>,
    /// Literal beginnings that are not part of the value.
    pub strip_prefix: Vec<String>,
    /// Literal ends that are not part of the value.
    pub strip_suffix: Vec<String>,
}

/// Where a rule looks.
#[derive(Debug)]
pub enum Find {
    /// Behind a label: `label: value`, a label on the line above, `dt`/`dd`, two cells of a table row, a
    /// column under a head, a front-matter key.
    Label(Wordings),
    /// A regular expression over the text of a block; the group `value`, else the first, else all of it. For
    /// `sections` it tells which blocks are headings.
    Pattern {
        /// The expression.
        pattern: Pattern,
        /// Which blocks.
        scope: Scope,
    },
    /// What a CSS selector matches on an HTML page.
    Selector(String),
    /// What the page says of itself outside its visible text.
    Metadata(Vec<String>),
    /// What stands under a heading.
    Under(Wordings),
    /// A list of the page.
    List {
        /// Only items with a number.
        numbered: bool,
        /// Which one.
        place: ListPlace,
    },
    /// Lines in a row that start with codes of the page's category.
    CodeLines,
    /// The block next to that of another field.
    Near {
        /// That field.
        field: Field,
        /// On which side.
        side: Side,
    },
    /// What agrees with the reference: for `title` the title of the page's code, for `chapter` a chapter,
    /// for `block` the block of the page's code.
    Reference,
    /// The headings of the page (for `sections`, and the first of them for `title`).
    Headings(HeadingKind),
    /// The line before the text that more likely than not is the `title`.
    Likely,
    /// The first block that is neither chrome nor taken.
    First,
}

/// Which blocks a pattern is tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All but chrome.
    Page,
    /// Those before the first running text.
    Opening,
    /// Headings.
    Headings,
    /// Items of lists and rows of tables.
    Items,
}

/// Which list is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListPlace {
    /// The first one.
    First,
    /// One that closes the article: behind running text that does not announce it, before what is no longer
    /// the article.
    Closing,
    /// One of sentences that stands behind the text with which the article opens, before its parts.
    Opening,
}

/// On which side of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Before,
    /// Behind it.
    After,
}

/// Which headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingKind {
    /// Those that tags or marks tell.
    Marked,
    /// Those that only their look tells.
    Look,
}

/// What is site furniture.
#[derive(Debug)]
pub struct ChromeRule {
    /// Its id, unique in the profile.
    pub id: String,
    /// As [`Rule::number`].
    pub number: usize,
    /// How it is told.
    pub find: ChromeFind,
}

/// How site furniture is told.
#[derive(Debug)]
pub enum ChromeFind {
    /// A whole line.
    Line(Wordings),
    /// A heading, with what stands below it up to the next one that is no deeper.
    Below(Wordings),
    /// Button labels at the end of a title.
    Trailing(Buttons),
    /// By the landmarks and the density of the page's containers.
    Surroundings,
    /// What a CSS selector matches.
    Selector(String),
}
