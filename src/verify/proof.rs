//! One value against the bytes it is said to come from: a [`Value`] and its [`Page`] in, a [`Proof`] out.
//!
//! The bytes are cut, decoded and freed of tags, entities and Markdown marks by the same functions as in a
//! run ([`shown`]), then compared: texts word for word, codes as they are read, and of a block or category the
//! parts that the reference does not have.

use crate::icd::{IcdChapter, Reference};
use crate::normalize::{code_system, normal};
use crate::page::{Format, Page};
use crate::parse::{Reading, shown};
use crate::record::{Category, ExtraValue, IcdBlock, Origin, Partial, Provenance};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// A value that a page is said to have.
#[derive(Debug)]
pub(super) struct Value<'r> {
    /// Its path in the record.
    pub(super) path: String,
    is: Is<'r>,
    origin: Option<&'r Origin<'r>>,
}

/// What a value is, and so how it is compared.
#[derive(Debug)]
enum Is<'r> {
    /// The words of the page.
    Text(&'r str),
    /// A code.
    Code(&'r str),
    /// The name of a classification.
    System(&'r str),
    /// A number of a chapter, in any figures.
    Number(u8),
    /// Texts of which the page has at least one, and the reference the others where it knows them.
    Parts([Option<&'r str>; 2], Option<[String; 2]>),
}

/// How a value stands to its page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Its bytes give it.
    Proved,
    /// It has no provenance.
    NoOrigin,
    /// Its bytes are not of the page's text.
    NoPlace { bytes: [u32; 2] },
    /// Its bytes give something else.
    Differs { line: u32, shown: String },
}

/// The values that have to come from the page; what is said to come from the reference is not among them.
pub(super) fn values<'r>(partial: &'r Partial<'_>) -> Vec<Value<'r>> {
    let origins: HashMap<&str, &Origin<'_>> =
        partial.provenance.0.iter().map(|(path, origin)| (path.as_str(), origin)).collect();
    let mut values = Vec::with_capacity(origins.len());
    let mut add = |path: String, is: Is<'r>| {
        let origin = origins.get(path.as_str()).copied();
        if origin != Some(&Origin::Reference) {
            values.push(Value { path, is, origin });
        }
    };
    let filled = |text: &'_ str| !text.trim().is_empty();
    if let Some(title) = &partial.title {
        add("title".into(), Is::Text(title));
    }
    if let Some(code) = &partial.code {
        add("code".into(), Is::Code(code));
    }
    if let Some(system) = &partial.code_system {
        add("code_system".into(), Is::System(system));
    }
    if let Some(chapter) = &partial.chapter {
        match (origins.get("chapter"), &chapter.title, chapter.number) {
            (Some(Origin::Page { .. }) | None, Some(title), _) => add("chapter".into(), Is::Text(title)),
            (_, _, Some(number)) if origins.contains_key("chapter.number") => {
                add("chapter.number".into(), Is::Number(number));
            }
            _ => {}
        }
    }
    for (at, section) in partial.sections.iter().enumerate() {
        if let Some(heading) = &section.heading {
            add(format!("sections[{at}].heading"), Is::Text(heading));
        }
        if filled(&section.text) {
            add(format!("sections[{at}].text"), Is::Text(&section.text));
        }
        for (item_at, item) in section.items.iter().enumerate().filter(|(_, item)| filled(&item.text)) {
            add(format!("sections[{at}].items[{item_at}]"), Is::Text(&item.text));
        }
    }
    for (at, point) in partial.key_points.iter().enumerate() {
        add(format!("key_points[{at}]"), Is::Text(&point.text));
    }
    for (at, listed) in partial.diagnosis_codes.codes.iter().enumerate() {
        add(format!("diagnosis_codes.codes[{at}].code"), Is::Code(&listed.code));
        if let Some(title) = &listed.title {
            add(format!("diagnosis_codes.codes[{at}].title"), Is::Text(title));
        }
    }
    for (name, value) in &partial.extra {
        match value {
            ExtraValue::Text(text) => add(format!("extra.{name}"), Is::Text(text)),
            ExtraValue::List(list) => {
                for (at, text) in list.iter().enumerate() {
                    add(format!("extra.{name}[{at}]"), Is::Text(text));
                }
            }
        }
    }
    values
}

/// Block and category of a record, which a reject does not have; `known` is what the reference says of them.
pub(super) fn group_values<'r>(
    block: Option<&'r IcdBlock>,
    category: Option<&'r Category>,
    known: [Option<[String; 2]>; 2],
    provenance: &'r Provenance<'_>,
) -> Vec<Value<'r>> {
    let block = block.map(|block| [block.range.as_deref(), block.title.as_deref()]);
    let category = category.map(|category| [category.code.as_deref(), category.title.as_deref()]);
    ["block", "category"]
        .into_iter()
        .zip([block, category])
        .zip(known)
        .filter_map(|((path, parts), known)| {
            Some(Value { path: path.to_owned(), is: Is::Parts(parts?, known), origin: provenance.get(path) })
        })
        .filter(|value| value.origin != Some(&Origin::Reference))
        .collect()
}

impl Value<'_> {
    /// The value for people.
    pub(super) fn words(&self) -> Cow<'_, str> {
        match &self.is {
            Is::Text(text) | Is::Code(text) | Is::System(text) => Cow::Borrowed(text),
            Is::Number(number) => Cow::Owned(number.to_string()),
            Is::Parts(parts, _) => Cow::Owned(parts.iter().flatten().copied().collect::<Vec<_>>().join(" ")),
        }
    }

    /// Compares the value with what the page has where provenance says.
    pub(super) fn prove(&self, page: &Page, reference: &Reference) -> Proof {
        let Some(Origin::Page { line, bytes, parts, .. }) = self.origin else { return Proof::NoOrigin };
        let parts = if parts.is_empty() { std::slice::from_ref(bytes) } else { parts };
        let mut sources = Vec::with_capacity(parts.len());
        for &part in parts {
            match page.text_of(part) {
                Some(text) => sources.push(text),
                None => return Proof::NoPlace { bytes: part },
            }
        }
        let read = |reading: Reading| {
            let shown: Vec<String> = sources.iter().map(|text| shown(page.format, reading, text)).collect();
            collapsed(&normal(&shown.join(" ")))
        };
        let marked = read(Reading::Marked);
        let is_proved = self.agrees(&marked, reference)
            || match self.is {
                Is::Text(text) => is_made_of(text, &sources, page.format),
                _ => {
                    let mut ways = Reading::of(page.format).iter().map(|&way| read(way));
                    // Whether a tag parts words depends on what is open round the slice.
                    let together = comparable(&marked, page.format);
                    ways.any(|shown| self.agrees(&shown, reference)) || self.agrees(&together, reference)
                }
            };
        if is_proved { Proof::Proved } else { Proof::Differs { line: *line, shown: marked } }
    }

    fn agrees(&self, shown: &str, reference: &Reference) -> bool {
        match &self.is {
            Is::Text(text) => collapsed(text) == shown,
            Is::Code(code) => {
                let read = reference.read_code(shown).map(|read| read.code.to_string());
                read.as_deref().unwrap_or(shown) == *code
            }
            Is::System(system) => code_system(shown) == *system,
            Is::Number(number) => shown
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| IcdChapter::parse_number(word) == Some(*number)),
            Is::Parts(parts, known) => {
                let is_shown = |part: &&str| shown.contains(&collapsed(part));
                let is_known = |(at, part): (usize, &Option<&str>)| {
                    part.is_none_or(|part| {
                        is_shown(&part) || known.as_ref().is_none_or(|known| known[at] == part)
                    })
                };
                parts.iter().flatten().any(is_shown) && parts.iter().enumerate().all(is_known)
            }
        }
    }
}

/// Whether `text` is what the stretches `sources` give one behind the other, each read in one of the ways that
/// the format has.
fn is_made_of(text: &str, sources: &[&str], format: Format) -> bool {
    let wanted = comparable(text, format);
    // Up to where the stretches so far may have led.
    let mut reached = BTreeSet::from([0]);
    for source in sources {
        let mut next = BTreeSet::new();
        for &reading in Reading::of(format) {
            let read = comparable(&normal(&shown(format, reading, source)), format);
            next.extend(
                reached.iter().filter(|&&at| wanted[at..].starts_with(&read)).map(|at| at + read.len()),
            );
        }
        reached = next;
    }
    reached.contains(&wanted.len())
}

/// What of a text is compared. Of HTML all but white space: whether a tag parts words depends on what is open
/// round the slice. Of a text page the words, without marks of Markdown: a value that starts or ends inside a
/// pair of them has one of the pair in its bytes.
fn comparable(text: &str, format: Format) -> String {
    match format {
        Format::Html => text.split_whitespace().collect(),
        Format::Text => text
            .split_whitespace()
            .map(|word| word.replace(['*', '_', '`'], ""))
            .filter(|word| !word.is_empty())
            .map(|word| word + " ")
            .collect(),
    }
}

/// White space as single spaces.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
