//! Pages of plain text whose headings people have marked: one JSON object a line, see `corpus/tagless/SOURCE.md`.
//!
//! Read the same way to train the heading scorer and to measure it.

use nosograph::parse::headings::Line;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Which pages the scorer learned from; all pages of a domain are in one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Learned from, or looked at while choosing.
    Tune,
    /// Only measured.
    Held,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Heading,
    Other,
    /// The title, and lines people could not agree on: not judged.
    Unjudged,
}

#[derive(serde::Deserialize)]
struct Row {
    domain: String,
    title: String,
    text: String,
    headings: Vec<String>,
    ambiguous: Vec<String>,
}

/// A page.
pub(crate) struct LabelledPage {
    pub(crate) domain: String,
    pub(crate) part: Part,
    pub(crate) lines: Vec<LabelledLine>,
}

/// A non-blank line of it.
pub(crate) struct LabelledLine {
    /// White space collapsed, without a bullet.
    pub(crate) text: String,
    pub(crate) label: Label,
    bullet: bool,
    gap_before: bool,
}

impl LabelledPage {
    /// Reads the pages of a file's text.
    pub(crate) fn read_all(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        text.lines().map(|line| serde_json::from_str(line).map(Self::new)).collect()
    }

    fn new(row: Row) -> Self {
        let unjudged: Vec<String> =
            row.ambiguous.iter().chain([&row.title]).map(|text| collapse(text)).collect();
        let mut headings: BTreeMap<String, u32> = BTreeMap::new();
        for heading in &row.headings {
            *headings.entry(collapse(heading)).or_default() += 1;
        }
        let mut lines = lines(&row.text);
        for line in &mut lines {
            line.label = match headings.get_mut(&line.text) {
                _ if unjudged.contains(&line.text) => Label::Unjudged,
                Some(left) if *left > 0 => {
                    *left -= 1;
                    Label::Heading
                }
                _ => Label::Other,
            };
        }
        let part = if Sha256::digest(row.domain.as_bytes())[0] % 10 < 6 { Part::Tune } else { Part::Held };
        Self { domain: row.domain, part, lines }
    }

    /// The lines as the scorer wants them.
    pub(crate) fn to_score(&self) -> Vec<Line<'_>> {
        let gap_after = |at: usize| self.lines.get(at + 1).is_none_or(|next| next.gap_before);
        let lines = self.lines.iter().enumerate().map(|(at, line)| Line {
            text: &line.text,
            gap_before: line.gap_before,
            gap_after: gap_after(at),
            list_mark: line.bullet,
            labelled: false,
        });
        lines.collect()
    }
}

fn lines(text: &str) -> Vec<LabelledLine> {
    let mut lines = Vec::new();
    let mut gap_before = true;
    for line in text.lines() {
        let line = collapse(line);
        if !line.is_empty() {
            let bare = ["- ", "* ", "• ", "– ", "· "].iter().find_map(|bullet| line.strip_prefix(bullet));
            let text = bare.unwrap_or(&line).to_owned();
            lines.push(LabelledLine { text, label: Label::Other, bullet: bare.is_some(), gap_before });
        }
        gap_before = line.is_empty();
    }
    lines
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
