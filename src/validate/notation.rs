//! Pages for tests, written as a few lines that say outright what extraction would have found.
//!
//! A line is `key: value`; the keys are those of [`Notation::line`]. Lines with `#` are headings, those with
//! `?` are left over, all others are paragraphs. Each line is one block.

use super::judge;
use crate::diagnostic::Diagnostic;
use crate::document::{Block, BlockKind, Document, Markup, Place};
use crate::extraction::{
    ExtraField, Extraction, Found, ItemFound, ListedCode, Multiplicity, NumberedText, PageChapter, PageGroup,
    PrintedCode, Role, SectionFound,
};
use crate::icd::Reference;
use crate::page::{EncodingSource, Format, Page};
use crate::record::{DiagnosisCodesStatus, FieldPath};
use crate::span::{LineIndex, Span};
use std::borrow::Cow;

/// The diagnostics of a page in this notation that belong to a family (`2` for N2xx), as `N203@2`, id and
/// line, must be those expected.
#[track_caller]
pub(super) fn check(family: u16, notation: &str, expected: &[&str]) {
    let found = diagnose(notation);
    let got: Vec<String> = found
        .iter()
        .filter(|diagnostic| diagnostic.id.0 / 100 == family)
        .map(|diagnostic| format!("{}@{}", diagnostic.id, diagnostic.line.map_or(0, |line| line.get())))
        .collect();
    assert_eq!(got, expected, "{notation}\n{found:#?}");
}

/// All diagnostics of a page in this notation, under a profile that needs a code.
pub(super) fn diagnose(notation: &str) -> Vec<Diagnostic> {
    let page = Page::from_utf8("page.txt".into(), Format::Text, EncodingSource::ValidUtf8, notation.into());
    let mut reading = Notation { extraction: Extraction::default(), blocks: Vec::new() };
    let mut start = 0;
    for line in page.text().split('\n') {
        reading.line(line, start);
        start += line.len() + 1;
    }
    let document = Document {
        blocks: reading.blocks,
        containers: Vec::new(),
        metadata: Vec::new(),
        markup: Markup::Plain,
        lines: LineIndex::new(page.text()),
        left_out: 0,
        diagnostics: Vec::new(),
    };
    let expected = (true, Reference::embedded());
    judge(&page, &document, &reading.extraction, &|_, default| Some(default), expected)
}

struct Notation<'a> {
    extraction: Extraction<'a>,
    blocks: Vec<Block<'a>>,
}

impl<'a> Notation<'a> {
    fn line(&mut self, line: &'a str, start: usize) {
        let (key, value) = match line.split_once(": ") {
            Some((key, value)) if !key.contains([' ', '#', '?']) => (key, value),
            _ => ("", line),
        };
        let span = Span::new(start + line.len() - value.len(), start + line.len());
        let mut role = Role::Field { path: FieldPath::Field(key), rule: "" };
        match key {
            "title" => self.extraction.title = found(Cow::Borrowed(value), span),
            "code" => self.extraction.code = found(printed(value), span),
            "rival" => self.extraction.rival_codes.extend(found(printed(value), span)),
            "system" => self.extraction.code_system = found(Cow::Borrowed(value), span),
            "chapter" => self.chapter(span).title = Some(value.into()),
            "chapter-number" => self.chapter(span).number = value.parse().ok(),
            "chapter-range" => self.chapter(span).range = Some(value.into()),
            "block" => self.extraction.block = found(group(value), span),
            "category" => self.extraction.category = found(group(value), span),
            "listed" => self.listed(value, span),
            "point" => self.extraction.key_points.extend(found(numbered(value), span)),
            "extra" => self.extraction.extra.push(ExtraField {
                name: "extra",
                values: found(value.into(), span).into_iter().collect(),
                multiplicity: Multiplicity::One,
            }),
            "chrome" => role = Role::Chrome { rule: "" },
            _ if key.starts_with("item") => self.item(key, numbered(value), span),
            _ if line.starts_with('?') => role = Role::Unassigned,
            _ if line.starts_with('#') => self.heading(line, span),
            _ => self.section().paragraphs.push((value.into(), span)),
        }
        self.extraction.roles.push(role);
        self.blocks.push(Block {
            kind: BlockKind::Paragraph,
            text: Cow::Borrowed(value),
            span,
            outer: span,
            units: 1,
            gap_before: false,
            link_bytes: 0,
            place: Place::default(),
            container: None,
        });
    }

    fn chapter(&mut self, span: Span) -> &mut PageChapter<'a> {
        let chapter =
            self.extraction.chapter.get_or_insert(Found { value: PageChapter::default(), rule: "", span });
        &mut chapter.value
    }

    /// `M61.0 | its title`
    fn listed(&mut self, value: &'a str, span: Span) {
        let (code, title) =
            value.split_once(" | ").map_or((value, None), |(code, title)| (code, Some(title)));
        let title = title.map(|title| (Cow::Borrowed(title), span));
        self.extraction.diagnosis_codes_status = DiagnosisCodesStatus::Listed;
        self.extraction.diagnosis_codes.extend(found(ListedCode { code: printed(code), title }, span));
    }

    /// `item`, or `item2.7` for depth 2 of list 7
    fn item(&mut self, key: &str, text: NumberedText<'a>, span: Span) {
        let (depth, list) = key.trim_start_matches("item").split_once('.').unwrap_or(("1", "0"));
        let (depth, list) = (depth.parse().unwrap_or(1), list.parse().unwrap_or(0));
        let NumberedText { number, text } = text;
        self.section().items.push(ItemFound { marker: None, number, depth, list, text, span });
    }

    fn heading(&mut self, line: &'a str, span: Span) {
        let text = line.trim_start_matches('#');
        let level = (line.len() - text.len()) as u8;
        self.push_section(found(Cow::Borrowed(text.trim()), span), Some(level));
    }

    fn section(&mut self) -> &mut SectionFound<'a> {
        if self.extraction.sections.is_empty() {
            self.push_section(None, None);
        }
        self.extraction.sections.last_mut().expect("there is one")
    }

    fn push_section(&mut self, heading: Option<Found<'a, Cow<'a, str>>>, level: Option<u8>) {
        let section = SectionFound { heading, level, rule: "", paragraphs: Vec::new(), items: Vec::new() };
        self.extraction.sections.push(section);
    }
}

fn found<'a, T>(value: T, span: Span) -> Option<Found<'a, T>> {
    Some(Found { value, rule: "", span })
}

fn printed(printed: &str) -> PrintedCode<'_> {
    PrintedCode { printed: printed.into(), read: Reference::embedded().read_code(printed) }
}

/// `3 text`: a number and what stands behind it; or text alone.
fn numbered(value: &str) -> NumberedText<'_> {
    let (first, rest) = value.split_once(' ').unwrap_or((value, ""));
    match first.parse() {
        Ok(number) => NumberedText { number: Some(number), text: rest.into() },
        Err(_) => NumberedText { number: None, text: value.into() },
    }
}

/// `M60-M63 | its title`, either part alone, or both.
fn group(value: &str) -> PageGroup<'_> {
    match value.split_once(" | ") {
        Some((code, title)) => PageGroup { code: Some(code.into()), title: Some(title.into()) },
        None if value.contains(' ') => PageGroup { code: None, title: Some(value.into()) },
        None => PageGroup { code: Some(value.into()), title: None },
    }
}
