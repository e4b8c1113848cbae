//! What became of each line of a page: [`Page`] in, [`Explanation`] out.
//!
//! The stages as in [`pipeline`](crate::pipeline), with their intermediate results kept for a reader. Prints
//! nothing.

use crate::document::{Block, BlockKind, Document, HeadingEvidence};
use crate::extract::{self, content};
use crate::extraction::{Found, Role};
use crate::page::{Format, Page};
use crate::parse;
use crate::pipeline::Pipeline;
use crate::profile::{ChromeFind, Field, Find, Profile};
use crate::record::Outcome;
use crate::span::{Line, Span};
use std::borrow::Cow;

/// A page with what became of it.
#[derive(Debug)]
pub struct Explanation {
    /// Every line of a text page, every visible block of an HTML page, in page order.
    pub rows: Vec<Row>,
    /// The record or reject of the page.
    pub outcome: Outcome<'static>,
}

/// One line or block.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// 1-based line on which it starts.
    pub line: Line,
    /// Its text: of a text page as it stands, of an HTML page as it is seen.
    pub text: String,
    /// What it was parsed as, with the evidence for it; `None` for a blank line.
    pub kind: Option<String>,
    /// What became of it.
    pub role: RowRole,
}

/// What became of a line or block.
#[derive(Clone, Debug, PartialEq)]
pub enum RowRole {
    /// It went into a field.
    Field {
        /// Path of the value in the record.
        path: String,
        /// Rule that found it.
        rule: String,
    },
    /// It is site furniture.
    Chrome {
        /// Rule that told it.
        rule: String,
        /// The piece of evidence that weighs most, where surroundings told it.
        evidence: Option<&'static str>,
    },
    /// Nothing wanted it.
    Unassigned,
    /// It is blank.
    Blank,
}

/// Explains a page under a pipeline's profile and reference.
pub fn explain(pipeline: &Pipeline<'_>, page: &Page) -> Explanation {
    let document = parse::parse(page);
    let extraction = extract::extract(page, &document, pipeline.profile, pipeline.reference);
    let mut rows = match page.format {
        Format::Text => text_rows(page, &document, &extraction.roles),
        Format::Html => block_rows(&document, &extraction.roles, &evidence_rules(pipeline.profile)),
    };
    let title = extraction.title.as_ref().and_then(|found| weighed_title(pipeline, page, &document, found));
    if let Some((evidence, kind)) = title.and_then(|(line, evidence)| {
        let is_title = |row: &&mut Row| {
            row.line == line && matches!(&row.role, RowRole::Field { path, .. } if path == "title")
        };
        Some((evidence, rows.iter_mut().find(is_title)?.kind.as_mut()?))
    }) {
        kind.push_str(&evidence);
    }
    Explanation { rows, outcome: pipeline.finish(page, &document, extraction).into_owned() }
}

/// The line of a title that was weighed, and the evidence for it.
fn weighed_title(
    pipeline: &Pipeline<'_>,
    page: &Page,
    document: &Document<'_>,
    found: &Found<'_, Cow<'_, str>>,
) -> Option<(Line, String)> {
    let rule = pipeline.profile.rules_of(&Field::Title).find(|rule| rule.id == found.rule)?;
    let at = document.blocks.iter().position(|block| block.span.contains(found.span))?;
    let evidence = extract::title::evidence(page, document, pipeline.profile, pipeline.reference, at);
    let (score, name) = evidence.filter(|_| matches!(rule.find, Find::Likely | Find::First))?;
    Some((document.lines.line(document.blocks[at].span.start), format!(", title {score:+.1}: {name}")))
}

/// The rules by which blocks are chrome for what surrounds them.
fn evidence_rules(profile: &Profile) -> Vec<&str> {
    let rules = profile.chrome.iter().filter(|rule| matches!(rule.find, ChromeFind::Surroundings));
    rules.map(|rule| rule.id.as_str()).collect()
}

/// Every block; chrome told by its surroundings with the evidence that weighs most.
fn block_rows(document: &Document<'_>, roles: &[Role<'_>], by_evidence: &[&str]) -> Vec<Row> {
    let evidence = content::evidence(document);
    let row = |((block, role), &(score, name)): ((&Block<'_>, &Role<'_>), &(f32, &'static str))| Row {
        line: document.lines.line(block.span.start),
        text: block.text.clone().into_owned(),
        kind: Some(kind(block)),
        role: match role {
            Role::Chrome { rule } if by_evidence.contains(rule) && score < 0.0 => {
                RowRole::Chrome { rule: (*rule).to_owned(), evidence: Some(name) }
            }
            role => row_role(role),
        },
    };
    document.blocks.iter().zip(roles).zip(&evidence).map(row).collect()
}

/// Every line, with the block that it belongs to.
fn text_rows(page: &Page, document: &Document<'_>, roles: &[Role<'_>]) -> Vec<Row> {
    let text = page.text();
    let mut blocks = document.blocks.iter().zip(roles).peekable();
    let mut rows = Vec::with_capacity(document.lines.len());
    for (line, range) in (1..).filter_map(Line::new).zip(document.lines.ranges(text.len())) {
        while blocks.peek().is_some_and(|(block, _)| block.outer.end <= range.start) {
            blocks.next();
        }
        let content = text[range.range()].trim_end();
        if parse::is_blank(content) {
            // The end of the last line is no line.
            if !range.is_empty() {
                rows.push(Row { line, text: String::new(), kind: None, role: RowRole::Blank });
            }
            continue;
        }
        let on_line = |block: &Block<'_>| block.outer.start < range.end && starts_here(block.outer, range);
        let (kind, role) = match blocks.peek() {
            Some((block, role)) => (on_line(block).then(|| kind(block)), row_role(role)),
            None => (None, RowRole::Unassigned),
        };
        rows.push(Row { line, text: content.to_owned(), kind, role });
    }
    rows
}

fn starts_here(block: Span, line: Span) -> bool {
    line.start <= block.start && block.start < line.end
}

fn row_role(role: &Role<'_>) -> RowRole {
    match role {
        Role::Field { path, rule } => RowRole::Field { path: path.to_string(), rule: (*rule).to_owned() },
        Role::Chrome { rule } => RowRole::Chrome { rule: (*rule).to_owned(), evidence: None },
        Role::Unassigned => RowRole::Unassigned,
    }
}

fn kind(block: &Block<'_>) -> String {
    match &block.kind {
        BlockKind::Heading { level: Some(level), .. } => format!("heading {level}"),
        BlockKind::Heading { evidence: HeadingEvidence::Look { score }, .. } => {
            format!("heading by look {score:+.1}")
        }
        BlockKind::ListItem(item) => format!("item {}", item.marker.as_deref().unwrap_or("without mark")),
        BlockKind::TableRow(row) => format!("row of {}", row.cells.len()),
        other => other.name().to_owned(),
    }
}
