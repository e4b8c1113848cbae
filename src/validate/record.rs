//! Judges a record that exists already, without its page.
//!
//! In: a [`Record`], ours or edited or of another program, and what is known of its source. Out: findings by
//! line of the page, then by id. The record is read as an [`Extraction`] and judged by the same functions as
//! a page; what only the page can tell (reading, rival codes, text left over) is taken over from the
//! record's own diagnostics. Beside that a record is held against itself: id, coverage, status, and what it
//! says of its code.

use super::findings::{Findings, Severities};
use super::{Background, judge_extraction};
use crate::catalogue::{
    CHAPTER_CONTRADICTS_CODE, CODE_CONFLICT, CODE_MALFORMED, CODE_MENDED, COVERAGE_MISCOUNTED,
    LISTED_CODE_MENDED, LOOK_ALIKE_LETTERS, NUMBER_RESTART, POINT_REPEATED, RECORD_ID_WRONG,
    REFERENCE_VALUE_WRONG, SECTION_EMPTY, STATUS_WRONG, TEXT_UNASSIGNED, parse_id,
};
use crate::diagnostic::quote;
use crate::extraction::{
    ExtraField, Extraction, Found, ItemFound, ListedCode, Multiplicity, NumberedText, PageChapter, PageGroup,
    PrintedCode, SectionFound,
};
use crate::icd::{Code, IcdChapter, Reference};
use crate::limits::MAX_FINDINGS;
use crate::record::{
    CodeKind, CodeStatus, Coverage, DiagnosisCodesStatus, ExtraValue, Finding, Item, Origin, Record, Status,
    record_id,
};
use crate::span::{Line, Span};
use std::borrow::Cow;
use std::collections::HashMap;

/// What is known beside a record.
pub struct Given<'a> {
    /// Fields that the source of the record does not have, such as `sections` of a `records.csv`; nothing is
    /// said of them.
    pub missing: &'a [&'static str],
    /// The severity of an id, given its default; `None` if it is off.
    pub severities: Severities<'a>,
    /// Whether a record has to have a code.
    pub needs_code: bool,
    /// What codes are held against.
    pub reference: &'a Reference,
}

/// Judges a record; at most [`MAX_FINDINGS`] of one id.
pub fn judge_record(record: &Record<'_>, given: &Given<'_>) -> Vec<Finding> {
    let places = Places::new(record);
    let lines = |span: Span| places.line(span);
    let is_taken = |start, end| places.is_taken(start, end);
    let background = Background {
        reference: given.reference,
        needs_code: given.needs_code,
        has_text: true,
        is_taken: &is_taken,
    };
    let mut findings = Findings::new(&lines, given.severities, MAX_FINDINGS);
    judge_itself(&mut findings, record, given);
    judge_extraction(&mut findings, &extraction(record, &places, given.reference), &background, "");
    judge_reference_values(&mut findings, record, given.reference);
    let mut found: Vec<Finding> = findings.finish().into_iter().map(Finding::from).collect();
    let is_given = |finding: &Finding| {
        finding
            .field
            .as_deref()
            .is_none_or(|field| !given.missing.contains(&field.split('.').next().unwrap_or(field)))
    };
    // What a table tells of no place it tells in its diagnostics.
    let is_known = has_places(record)
        || given.missing.contains(&"provenance") && !given.missing.contains(&"diagnostics");
    let is_for_the_page = |finding: &Finding| is_for_the_page(finding, record, is_known);
    found.retain(|finding| is_given(finding) && !is_for_the_page(finding));
    found.extend(record.diagnostics.iter().filter(|finding| is_for_the_page(finding)).cloned());
    found.sort_by(|a, b| (a.line, &a.id, &a.field, &a.message).cmp(&(b.line, &b.id, &b.field, &b.message)));
    found.dedup();
    found
}

/// Whether only the page can tell this finding, so that the record's own word counts; `is_known` says that the record
/// has one.
fn is_for_the_page(finding: &Finding, record: &Record<'_>, is_known: bool) -> bool {
    let Some(id) = parse_id(&finding.id) else { return true };
    let field = finding.field.as_deref();
    match id {
        TEXT_UNASSIGNED | CODE_CONFLICT | CODE_MENDED | LISTED_CODE_MENDED => is_known,
        CODE_MALFORMED => record.code.is_none(),
        // A record has the code as it was read, and items without the list each was in.
        LOOK_ALIKE_LETTERS => is_known && matches!(field, Some("code" | "diagnosis_codes")),
        NUMBER_RESTART | POINT_REPEATED => is_known && field == Some("sections"),
        // Where the words stood by which a page says that it has no codes is not kept.
        SECTION_EMPTY if !has_places(record) => is_known,
        SECTION_EMPTY => record.diagnosis_codes.status == DiagnosisCodesStatus::NotAvailable,
        _ => id.0 < 150 || id.0 >= 600,
    }
}

fn has_places(record: &Record<'_>) -> bool {
    !record.provenance.0.is_empty()
}

/// The record held against itself.
fn judge_itself(findings: &mut Findings<'_>, record: &Record<'_>, given: &Given<'_>) {
    let has = |field| !given.missing.contains(&field);
    if has("record_id") && has("source") {
        let wanted = record_id(&record.source.uri);
        if !record.record_id.eq_ignore_ascii_case(&wanted) {
            findings.add(RECORD_ID_WRONG, "record_id", None, || {
                let (id, uri) = (quote(&record.record_id), quote(&record.source.uri));
                format!("{id} is not the id of {uri}, which is `{wanted}`; put back the one that was changed")
            });
        }
    }
    let Coverage { lines, assigned, chrome, unassigned } = record.coverage;
    if u64::from(lines) != u64::from(assigned) + u64::from(chrome) + u64::from(unassigned) {
        findings.add(COVERAGE_MISCOUNTED, "coverage", None, || {
            format!(
                "{assigned} assigned, {chrome} chrome and {unassigned} unassigned lines are not {lines}; put \
                 back the number that was changed"
            )
        });
    }
    let wanted = Status::of(record.diagnostics.iter().map(|finding| finding.severity));
    if record.status != wanted && has("status") && has("diagnostics") {
        findings.add(STATUS_WRONG, "status", None, || {
            let (status, wanted) = (record.status.as_str(), wanted.as_str());
            format!("the status is `{status}`, after the worst diagnostic it is `{wanted}`; put it back")
        });
    }
}

/// What the record says of its code, held against the release that it names.
fn judge_reference_values(findings: &mut Findings<'_>, record: &Record<'_>, reference: &Reference) {
    let Some(code) = record.code.as_deref().and_then(Code::parse) else { return };
    if record.reference != reference.release() {
        return;
    }
    let verdict = reference.verdict(&code);
    let is_known = |path| record.provenance.get(path) == Some(&Origin::Reference);
    let entry = verdict.entry();
    let text = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    let mut judge = |field: &'static str, found: Option<String>, wanted: Option<String>| {
        if found != wanted {
            findings.add(REFERENCE_VALUE_WRONG, field, None, || {
                let shown = |value: Option<String>| value.map_or("nothing".into(), |value| quote(&value));
                let release = reference.release();
                format!(
                    "`{field}` is {}, of `{code}` {release} says {}; put back the value or the code",
                    shown(found),
                    shown(wanted)
                )
            });
        }
    };
    let status = |status: CodeStatus| status.as_str().to_owned();
    judge("code_status", record.code_status.map(status), Some(status(verdict.status())));
    let kind = |kind: CodeKind| kind.as_str().to_owned();
    if let Some(entry) = entry {
        judge("code_kind", record.code_kind.map(kind), Some(kind(entry.kind())));
        judge("code_title", text(&record.code_title), Some(entry.title().to_owned()));
    }
    judge(
        "billable",
        record.billable.map(|yes| yes.to_string()),
        entry.map(|entry| entry.billable().to_string()),
    );
    // What the page leaves open comes from the chapter that its words name.
    let named = |title: &str| reference.chapter_by_title(title).filter(|_| !is_known("chapter"));
    let of_code = |number: Option<u8>| {
        let is_it = |wanted: &&IcdChapter| is_known("chapter") || number == Some(wanted.number);
        reference.chapter_of(&code).filter(is_it)
    };
    if let Some(chapter) = &record.chapter
        && let Some(wanted) = chapter.title.as_deref().and_then(named).or_else(|| of_code(chapter.number))
        && !record.diagnostics.iter().any(|finding| parse_id(&finding.id) == Some(CHAPTER_CONTRADICTS_CODE))
    {
        let number = |number: u8| number.to_string();
        judge("chapter.number", chapter.number.map(number), Some(number(wanted.number)));
        judge("chapter.roman", text(&chapter.roman), Some(wanted.roman().to_owned()));
        judge("chapter.range", text(&chapter.range), Some(wanted.range.to_string()));
        if is_known("chapter") {
            judge("chapter.title", text(&chapter.title), Some(wanted.title.clone()));
        }
    }
    if let (true, Some(block)) = (is_known("block"), &record.block) {
        let wanted = reference.block_of(&code);
        judge("block.range", text(&block.range), wanted.map(|wanted| wanted.range.to_string()));
        judge("block.title", text(&block.title), wanted.map(|wanted| wanted.title.clone()));
    }
    if let (true, Some(category)) = (is_known("category"), &record.category) {
        let wanted = reference.entry(&code.category());
        judge("category.code", text(&category.code), wanted.map(|wanted| wanted.code().to_string()));
        judge("category.title", text(&category.title), wanted.map(|wanted| wanted.title().to_owned()));
    }
}

/// A value whose place is not known.
const NOWHERE: Span = Span { start: u32::MAX, end: u32::MAX };

/// Where the values of a record stand, by its provenance.
struct Places<'r> {
    spans: HashMap<&'r str, Span>,
    /// First bytes with their lines, ascending.
    lines: Vec<(u32, Line)>,
    /// First bytes of what stands in no section, ascending.
    taken: Vec<u32>,
}

impl<'r> Places<'r> {
    fn new(record: &'r Record<'r>) -> Self {
        let mut places = Self { spans: HashMap::new(), lines: Vec::new(), taken: Vec::new() };
        for (path, origin) in &record.provenance.0 {
            let &Origin::Page { line, bytes: [start, end], .. } = origin else { continue };
            places.spans.insert(path, Span { start, end: end.max(start) });
            places.lines.extend(Line::new(line).map(|line| (start, line)));
            if !path.starts_with("sections[") {
                places.taken.push(start);
            }
        }
        places.lines.sort_unstable();
        places.taken.sort_unstable();
        places
    }

    fn span(&self, path: &str) -> Span {
        self.spans.get(path).copied().unwrap_or(NOWHERE)
    }

    fn line(&self, span: Span) -> Option<Line> {
        let at = self.lines.partition_point(|&(start, _)| start < span.start);
        self.lines.get(at).filter(|&&(start, _)| start == span.start).map(|&(_, line)| line)
    }

    /// A record without provenance may have had anything between.
    fn is_taken(&self, start: u32, end: u32) -> bool {
        let next = self.taken.partition_point(|&at| at < start);
        self.spans.is_empty() || self.taken.get(next).is_some_and(|&at| at < end)
    }
}

/// The record as if it had just been found.
fn extraction<'r>(record: &'r Record<'r>, places: &Places<'_>, reference: &Reference) -> Extraction<'r> {
    let text = |path: &str, value: &'r Option<Cow<'r, str>>| {
        let value = value.as_deref().filter(|value| !value.trim().is_empty())?;
        Some(Found { value: Cow::Borrowed(value), rule: "", span: places.span(path) })
    };
    Extraction {
        title: text("title", &record.title),
        code: text("code", &record.code).map(|found| Found {
            value: printed(&found.value, reference),
            rule: "",
            span: found.span,
        }),
        code_system: text("code_system", &record.code_system),
        chapter: record.chapter.as_ref().map(|chapter| Found {
            value: PageChapter {
                number: chapter.number,
                range: chapter.range.as_deref().map(Cow::Borrowed),
                title: chapter.title.as_deref().map(Cow::Borrowed),
            },
            rule: "",
            span: Some(places.span("chapter"))
                .filter(|&span| span != NOWHERE)
                .unwrap_or(places.span("chapter.number")),
        }),
        block: record.block.as_ref().map(|block| group(&block.range, &block.title, places.span("block"))),
        category: record
            .category
            .as_ref()
            .map(|category| group(&category.code, &category.title, places.span("category"))),
        sections: record.sections.iter().enumerate().map(|(at, _)| section(record, at, places)).collect(),
        key_points: record
            .key_points
            .iter()
            .enumerate()
            .map(|(at, point)| Found {
                value: NumberedText { number: point.number, text: Cow::Borrowed(&point.text) },
                rule: "",
                span: places.span(&format!("key_points[{at}]")),
            })
            .collect(),
        diagnosis_codes_status: record.diagnosis_codes.status,
        diagnosis_codes: record
            .diagnosis_codes
            .codes
            .iter()
            .enumerate()
            .map(|(at, listed)| {
                let span = places.span(&format!("diagnosis_codes.codes[{at}].code"));
                let title = listed.title.as_deref().map(|title| (Cow::Borrowed(title), span));
                Found { value: ListedCode { code: printed(&listed.code, reference), title }, rule: "", span }
            })
            .collect(),
        extra: record.extra.iter().map(|(name, value)| extra(name, value, places)).collect(),
        ..Extraction::default()
    }
}

fn printed<'r>(code: &str, reference: &Reference) -> PrintedCode<'r> {
    PrintedCode { printed: Cow::Owned(code.to_owned()), read: reference.read_code(code) }
}

fn group<'r>(
    code: &'r Option<Cow<'r, str>>,
    title: &'r Option<Cow<'r, str>>,
    span: Span,
) -> Found<'r, PageGroup<'r>> {
    let words = |text: &'r Option<Cow<'r, str>>| text.as_deref().map(Cow::Borrowed);
    Found { value: PageGroup { code: words(code), title: words(title) }, rule: "", span }
}

fn section<'r>(record: &'r Record<'r>, at: usize, places: &Places<'_>) -> SectionFound<'r> {
    let section = &record.sections[at];
    let heading = section.heading.as_deref().map(|heading| Found {
        value: Cow::Borrowed(heading),
        rule: "",
        span: places.span(&format!("sections[{at}].heading")),
    });
    let span = places.span(&format!("sections[{at}].text"));
    let paragraphs = section.text.split("\n\n").filter(|text| !text.is_empty());
    let lists = lists(&section.items);
    SectionFound {
        heading,
        level: section.level,
        rule: "",
        paragraphs: paragraphs.map(|text| (Cow::Borrowed(text), span)).collect(),
        items: section
            .items
            .iter()
            .zip(lists)
            .enumerate()
            .map(|(position, (item, list))| ItemFound {
                marker: item.marker.as_deref().map(Cow::Borrowed),
                number: number(item),
                depth: item.depth,
                list,
                text: Cow::Borrowed(&item.text),
                span: places.span(&format!("sections[{at}].items[{position}]")),
            })
            .collect(),
    }
}

/// The number that a marker shows: `1.`, `(1)`.
fn number(item: &Item<'_>) -> Option<u32> {
    item.marker.as_deref()?.trim_matches(|c: char| !c.is_alphanumeric()).parse().ok()
}

/// The list that each item may have stood in: a new one starts with the number 1, where numbers start or
/// end, and below an item.
fn lists(items: &[Item<'_>]) -> Vec<u32> {
    let mut open: Vec<(u8, u32, bool)> = Vec::new();
    let mut count = 0;
    let mut lists = Vec::with_capacity(items.len());
    for item in items {
        let number = number(item);
        open.retain(|&(depth, ..)| depth <= item.depth);
        let goes_on = |&(depth, _, is_numbered): &(u8, u32, bool)| {
            depth == item.depth && is_numbered == number.is_some()
        };
        match open.last().filter(|last| goes_on(last) && number != Some(1)) {
            Some(&(_, list, _)) => lists.push(list),
            None => {
                open.retain(|&(depth, ..)| depth < item.depth);
                open.push((item.depth, count, number.is_some()));
                lists.push(count);
                count += 1;
            }
        }
    }
    lists
}

fn extra<'r>(name: &'r str, value: &'r ExtraValue<'_>, places: &Places<'_>) -> ExtraField<'r> {
    let found = |text: &'r str, path: String| Found {
        value: Cow::Borrowed(text),
        rule: "",
        span: places.span(&path),
    };
    match value {
        ExtraValue::Text(text) => ExtraField {
            name,
            values: vec![found(text, format!("extra.{name}"))],
            multiplicity: Multiplicity::One,
        },
        ExtraValue::List(list) => {
            let values = list.iter().enumerate().map(|(at, text)| found(text, format!("extra.{name}[{at}]")));
            ExtraField { name, values: values.collect(), multiplicity: Multiplicity::Many }
        }
    }
}
