//! What the pipeline gives: a [`Record`] for a page that made it, a [`Reject`] for one that did not.
//!
//! Fields stand in the order in which they are written. An absent value is `None` or empty and is written
//! as `null` or `[]`, never left out. These types are the one definition of the output: JSON, tables and
//! schemas follow them. Texts borrow from the page, the profile and the reference where these have them letter for
//! letter; `into_owned` cuts that tie.

use crate::diagnostic::{Diagnostic, Severity};
use crate::page::{Format, Page};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// A text that needs no allocation if it is short, as paths and rules are.
pub use smol_str::SmolStr;

/// How one page ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'a> {
    /// The page gave a record.
    Record(Box<Record<'a>>),
    /// The page gave none, and why.
    Reject(Box<Reject<'a>>),
}

/// A disease page as a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record<'a> {
    /// UUID version 5 (RFC 9562) of `source.uri`: the same for ever.
    pub record_id: Cow<'a, str>,
    /// Where the page came from.
    pub source: Source,
    /// Profile name and version, such as `icd10-disease@1`.
    pub profile: Cow<'a, str>,
    /// Reference release, such as `ICD-10-CM 2026-04`.
    pub reference: Cow<'a, str>,
    /// After the worst diagnostic.
    pub status: Status,
    /// The page's own title, site chrome gone.
    pub title: Option<Cow<'a, str>>,
    /// The page's main code, upper case, with a dot after the third character.
    pub code: Option<Cow<'a, str>>,
    /// The classification the page names, such as `ICD-10`.
    pub code_system: Option<Cow<'a, str>>,
    /// What the reference says of the code.
    pub code_status: Option<CodeStatus>,
    /// Where the code stands in the classification.
    pub code_kind: Option<CodeKind>,
    /// The code's title in the reference.
    pub code_title: Option<Cow<'a, str>>,
    /// Whether the reference lets the code be billed: it has no codes below it.
    pub billable: Option<bool>,
    /// Chapter of the classification.
    pub chapter: Option<Chapter<'a>>,
    /// Block of the classification.
    pub block: Option<IcdBlock<'a>>,
    /// Three-character category.
    pub category: Option<Category<'a>>,
    /// The page's own headings with what stands under each, in page order.
    pub sections: Vec<Section<'a>>,
    /// The numbered list by which the page sums itself up.
    pub key_points: Vec<KeyPoint<'a>>,
    /// The page's list of codes.
    pub diagnosis_codes: DiagnosisCodes<'a>,
    /// Fields that the profile adds.
    pub extra: BTreeMap<Cow<'a, str>, ExtraValue<'a>>,
    /// How much of the page went into fields.
    pub coverage: Coverage,
    /// Where each value came from.
    pub provenance: Provenance<'a>,
    /// Findings, in page order, then by id.
    pub diagnostics: Vec<Finding>,
}

impl<'a> Record<'a> {
    /// The values that records and rejects share.
    pub fn into_partial(self) -> Partial<'a> {
        Partial {
            title: self.title,
            code: self.code,
            code_system: self.code_system,
            chapter: self.chapter,
            sections: self.sections,
            key_points: self.key_points,
            diagnosis_codes: self.diagnosis_codes,
            extra: self.extra,
            coverage: self.coverage,
            provenance: self.provenance,
        }
    }
}

/// A page that gave no record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reject<'a> {
    /// As the record's would have been.
    pub record_id: Cow<'a, str>,
    /// Where the page came from.
    pub source: Source,
    /// Profile name and version.
    pub profile: Cow<'a, str>,
    /// Reference release.
    pub reference: Cow<'a, str>,
    /// What could be found.
    pub partial: Partial<'a>,
    /// Why there is no record, and what would cure it.
    pub diagnostics: Vec<Finding>,
}

/// What could be found in a page that gave no record: fields as in [`Record`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is that of `Record` with the same name")]
pub struct Partial<'a> {
    pub title: Option<Cow<'a, str>>,
    pub code: Option<Cow<'a, str>>,
    pub code_system: Option<Cow<'a, str>>,
    pub chapter: Option<Chapter<'a>>,
    pub sections: Vec<Section<'a>>,
    pub key_points: Vec<KeyPoint<'a>>,
    pub diagnosis_codes: DiagnosisCodes<'a>,
    pub extra: BTreeMap<Cow<'a, str>, ExtraValue<'a>>,
    pub coverage: Coverage,
    pub provenance: Provenance<'a>,
}

/// Where a page came from, as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Path below the input with `/`; control characters, `%` and bytes that are not UTF-8 percent-encoded.
    pub uri: String,
    /// The address the page gives for itself (canonical link), if any.
    pub url: Option<String>,
    /// Text or HTML; `null` if the file was not read.
    pub format: Option<Format>,
    /// Name in the WHATWG Encoding Standard; `null` if the file was not read.
    pub encoding: Option<String>,
    /// Size of the file as read; `null` if it is not known.
    pub bytes: Option<u64>,
    /// `blake3:` and the hex digest of the file as read; `null` if it was not read.
    pub hash: Option<String>,
}

impl Source {
    /// Where a page came from; `url` is the address it gives for itself.
    pub fn of(page: &Page, url: Option<String>) -> Self {
        Self {
            uri: page.uri.clone(),
            url,
            format: Some(page.format),
            encoding: Some(page.encoding.to_owned()),
            bytes: Some(page.bytes().len() as u64),
            hash: Some(["blake3:", &page.hash().to_hex()].concat()),
        }
    }

    /// A page that was not read; `bytes` is its size where that is known.
    pub fn unread(uri: &str, bytes: Option<u64>) -> Self {
        Self { uri: uri.to_owned(), url: None, format: None, encoding: None, bytes, hash: None }
    }
}

/// The id of the record of the page with this `source.uri`: the UUID version 5 (RFC 9562) of `nosograph:`
/// and the uri in the URL name space. Depends on nothing else, so that every run of a page gives the same.
pub fn record_id(uri: &str) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, ["nosograph:", uri].concat().as_bytes());
    // Without the machinery of formats.
    id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// What a record may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing found, or only what is worth knowing.
    Ok,
    /// Use with care.
    Warning,
    /// Should not be used.
    Error,
}

impl Status {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The status a set of findings gives.
    pub fn of(severities: impl IntoIterator<Item = Severity>) -> Self {
        match severities.into_iter().max() {
            Some(Severity::Error) => Self::Error,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Info) | None => Self::Ok,
        }
    }
}

/// What the reference says of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CodeStatus {
    /// In the release and billable.
    Valid,
    /// In the release, with codes below it: not billable.
    Header,
    /// In an earlier release, not in this one.
    Retired,
    /// Well formed, but in no release known here.
    Unknown,
}

impl CodeStatus {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Header => "header",
            Self::Retired => "retired",
            Self::Unknown => "unknown",
        }
    }
}

/// Where a code stands in the classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// Three characters.
    Category,
    /// Under a category, with codes below it.
    Subcategory,
    /// Under a category, with nothing below it.
    Code,
}

impl CodeKind {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Subcategory => "subcategory",
            Self::Code => "code",
        }
    }
}

/// A chapter of ICD-10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chapter<'a> {
    /// 1 to 22.
    pub number: Option<u8>,
    /// The number as ICD-10 prints it, `I` to `XXII`.
    pub roman: Option<Cow<'a, str>>,
    /// First and last category, such as `M00-M99`.
    pub range: Option<Cow<'a, str>>,
    /// The page's words where it has them, otherwise the reference's.
    pub title: Option<Cow<'a, str>>,
}

/// A block of categories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IcdBlock<'a> {
    /// First and last category, such as `M60-M63`.
    pub range: Option<Cow<'a, str>>,
    /// Its title.
    pub title: Option<Cow<'a, str>>,
}

/// A three-character category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category<'a> {
    /// Its code.
    pub code: Option<Cow<'a, str>>,
    /// Its title.
    pub title: Option<Cow<'a, str>>,
}

/// A heading with what stands under it, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section<'a> {
    /// From 1, in page order.
    pub position: u32,
    /// 1 is the article's own heading, 2 and on below it; `null` without a heading.
    pub level: Option<u8>,
    /// The heading; `null` for text before the first one.
    pub heading: Option<Cow<'a, str>>,
    /// Paragraphs, joined by an empty line.
    pub text: Cow<'a, str>,
    /// List items.
    pub items: Vec<Item<'a>>,
}

/// An item of a list in a section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item<'a> {
    /// The marker as the page shows it.
    pub marker: Option<Cow<'a, str>>,
    /// What stands behind it.
    pub text: Cow<'a, str>,
    /// 1 for an outermost list.
    pub depth: u8,
}

/// A numbered key point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyPoint<'a> {
    /// As the page prints it.
    pub number: Option<u32>,
    /// What stands behind it.
    pub text: Cow<'a, str>,
}

/// The page's list of codes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiagnosisCodes<'a> {
    /// Whether there is a list.
    pub status: DiagnosisCodesStatus,
    /// Its codes in page order.
    pub codes: Vec<DiagnosisCode<'a>>,
}

/// Whether a page has a list of codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisCodesStatus {
    /// It has one.
    Listed,
    /// It says that it has none.
    NotAvailable,
    /// It has no such part.
    #[default]
    Absent,
}

impl DiagnosisCodesStatus {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::NotAvailable => "not_available",
            Self::Absent => "absent",
        }
    }
}

/// A code of the page's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiagnosisCode<'a> {
    /// The code, written as the record's main code is.
    pub code: Cow<'a, str>,
    /// The title the page gives it.
    pub title: Option<Cow<'a, str>>,
}

/// A value of a field that a profile adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ExtraValue<'a> {
    /// One text.
    Text(Cow<'a, str>),
    /// Several texts in page order.
    List(Vec<Cow<'a, str>>),
}

/// Where the units of a page went: non-blank lines of text, visible blocks of HTML.
///
/// `assigned + chrome + unassigned == lines`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// All of them.
    pub lines: u32,
    /// Those in a field.
    pub assigned: u32,
    /// Site furniture.
    pub chrome: u32,
    /// Left over; each is in a diagnostic.
    pub unassigned: u32,
}

/// Where each value of a record came from, by the path of the value.
///
/// A path is written as in `jq`, without the leading dot: `code`, `sections[0].heading`,
/// `sections[0].items[2]`, `key_points[4]`, `extra.synonyms`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance<'a>(pub Vec<(SmolStr, Origin<'a>)>);

/// Where one value came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "lowercase", deny_unknown_fields)]
pub enum Origin<'a> {
    /// From the page.
    Page {
        /// Id of the profile's rule that found it.
        rule: Cow<'a, str>,
        /// 1-based line of the file on which it starts.
        line: u32,
        /// Half-open range of bytes of the file as read.
        bytes: [u32; 2],
        /// Where the value is made of several places (paragraphs of a text): each of them, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<[u32; 2]>,
    },
    /// From the ICD-10 reference.
    Reference,
}

/// The path of a value that the page gave; `Display` writes it as [`Provenance`] has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPath<'a> {
    /// A field by its name: `title`, `chapter.number`, and the heading of a list by that of its list.
    Field(&'a str),
    /// The heading of the section with this index.
    Heading(usize),
    /// The text of the section with this index.
    Text(usize),
    /// An item of a section, by their indices.
    Item(usize, usize),
    /// The key point with this index.
    KeyPoint(usize),
    /// The listed code with this index: code and title.
    Listed(usize),
    /// The code of the listed code with this index.
    ListedCode(usize),
    /// The title of the listed code with this index.
    ListedTitle(usize),
    /// A field of the profile's own, by its name without `extra.`.
    Extra(&'a str),
    /// A value of a list of the profile's own, by name and index.
    ExtraItem(&'a str, usize),
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

impl FieldPath<'_> {
    /// Writes what `Display` does, in half the time.
    #[inline]
    pub(crate) fn write_to<W: fmt::Write>(&self, f: &mut W) -> fmt::Result {
        let list = |f: &mut W, name: &str, at: usize, field: &str| {
            f.write_str(name)?;
            f.write_str(itoa::Buffer::new().format(at))?;
            f.write_str(field)
        };
        match *self {
            Self::Field(name) => f.write_str(name),
            Self::Heading(section) => list(f, "sections[", section, "].heading"),
            Self::Text(section) => list(f, "sections[", section, "].text"),
            Self::Item(section, item) => {
                list(f, "sections[", section, "].items[")?;
                list(f, "", item, "]")
            }
            Self::KeyPoint(point) => list(f, "key_points[", point, "]"),
            Self::Listed(code) => list(f, "diagnosis_codes.codes[", code, "]"),
            Self::ListedCode(code) => list(f, "diagnosis_codes.codes[", code, "].code"),
            Self::ListedTitle(code) => list(f, "diagnosis_codes.codes[", code, "].title"),
            Self::Extra(name) => {
                f.write_str("extra.")?;
                f.write_str(name)
            }
            Self::ExtraItem(name, item) => {
                f.write_str("extra.")?;
                f.write_str(name)?;
                list(f, "[", item, "]")
            }
        }
    }
}

impl<'a> Provenance<'a> {
    /// The origin of the value at `path`.
    pub fn get(&self, path: &str) -> Option<&Origin<'a>> {
        self.0.iter().find(|(at, _)| at == path).map(|(_, origin)| origin)
    }
}

impl JsonSchema for Provenance<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Provenance".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <BTreeMap<String, Origin<'_>>>::json_schema(generator)
    }
}

impl Serialize for Provenance<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (path, origin) in &self.0 {
            map.serialize_entry(path, origin)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Provenance<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<'a>(std::marker::PhantomData<Provenance<'a>>);
        impl<'de, 'a> serde::de::Visitor<'de> for Entries<'a> {
            type Value = Provenance<'a>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from path to origin")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Provenance<'a>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Provenance(entries))
            }
        }
        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

/// What may borrow from a page.
trait Borrowing {
    /// The same without a borrow.
    type Static;
    fn owned(self) -> Self::Static;
}

impl Borrowing for Cow<'_, str> {
    type Static = Cow<'static, str>;
    fn owned(self) -> Self::Static {
        Cow::Owned(self.into_owned())
    }
}

impl<T: Borrowing> Borrowing for Option<T> {
    type Static = Option<T::Static>;
    fn owned(self) -> Self::Static {
        self.map(T::owned)
    }
}

impl<T: Borrowing> Borrowing for Vec<T> {
    type Static = Vec<T::Static>;
    fn owned(self) -> Self::Static {
        self.into_iter().map(T::owned).collect()
    }
}

impl<T: Borrowing> Borrowing for BTreeMap<Cow<'_, str>, T> {
    type Static = BTreeMap<Cow<'static, str>, T::Static>;
    fn owned(self) -> Self::Static {
        self.into_iter().map(|(name, value)| (name.owned(), value.owned())).collect()
    }
}

impl Borrowing for Provenance<'_> {
    type Static = Provenance<'static>;
    fn owned(self) -> Self::Static {
        Provenance(self.0.into_iter().map(|(path, origin)| (path, origin.owned())).collect())
    }
}

impl Borrowing for Origin<'_> {
    type Static = Origin<'static>;
    fn owned(self) -> Self::Static {
        match self {
            Self::Page { rule, line, bytes, parts } => {
                Origin::Page { rule: rule.owned(), line, bytes, parts }
            }
            Self::Reference => Origin::Reference,
        }
    }
}

impl Borrowing for ExtraValue<'_> {
    type Static = ExtraValue<'static>;
    fn owned(self) -> Self::Static {
        match self {
            Self::Text(value) => ExtraValue::Text(value.owned()),
            Self::List(values) => ExtraValue::List(values.owned()),
        }
    }
}

/// Structures by the fields that borrow; the others are copied as they are.
macro_rules! borrowing {
    ($($of:ident { $($field:ident)* $(; $($plain:ident)*)? })*) => {$(
        impl Borrowing for $of<'_> {
            type Static = $of<'static>;
            fn owned(self) -> Self::Static {
                $of { $($field: self.$field.owned(),)* $($($plain: self.$plain,)*)? }
            }
        }
    )*};
}

borrowing! {
    Record {
        record_id profile reference title code code_system code_title chapter block category sections
        key_points diagnosis_codes extra provenance; source status code_status code_kind billable coverage diagnostics
    }
    Reject { record_id profile reference partial; source diagnostics }
    Partial {
        title code code_system chapter sections key_points diagnosis_codes extra provenance; coverage
    }
    Chapter { roman range title; number }
    IcdBlock { range title }
    Category { code title }
    Section { heading text items; position level }
    Item { marker text; depth }
    KeyPoint { text; number }
    DiagnosisCodes { codes; status }
    DiagnosisCode { code title }
}

impl Record<'_> {
    /// The record without a borrow from its page.
    pub fn into_owned(self) -> Record<'static> {
        self.owned()
    }
}

impl Reject<'_> {
    /// The reject without a borrow from its page.
    pub fn into_owned(self) -> Reject<'static> {
        self.owned()
    }
}

impl Outcome<'_> {
    /// The outcome without a borrow from its page.
    pub fn into_owned(self) -> Outcome<'static> {
        match self {
            Self::Record(record) => Outcome::Record(Box::new(record.into_owned())),
            Self::Reject(reject) => Outcome::Reject(Box::new(reject.into_owned())),
        }
    }
}

/// A diagnostic as it is written into a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// `N` and three digits; see the catalogue.
    pub id: String,
    /// What it means for the record.
    pub severity: Severity,
    /// The field it is about.
    pub field: Option<String>,
    /// 1-based line of the file.
    pub line: Option<u32>,
    /// What was found and what to do.
    pub message: String,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            id: diagnostic.id.to_string(),
            severity: diagnostic.severity,
            field: diagnostic.field.map(str::to_owned),
            line: diagnostic.line.map(|line| line.get()),
            message: diagnostic.message,
        }
    }
}
