//! The line before the text that reads most like a title.
//!
//! Where no mark tells the title, what a reader goes by is weighed by small decision trees:
//! `tools/train_titles.py` makes them from labelled pages, and `docs/evaluation.md` says how well they do on pages they
//! have not seen.

use super::article::first_text;
use super::evidence::{self, About, Evidence, Line, Row};
use super::title;
use super::trees::{BASE, TREES};
use super::words::names;
use crate::extract::finder::{Finder, Hit};
use crate::extract::name::Names;
use crate::extraction::Extraction;
use crate::profile::Rule;
use crate::trees::{LANES, scores_of};
use crate::word::strip_start;

/// The lines before the text that more likely than not are the title, the likeliest first.
pub(super) fn likely<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<Hit<'a>> {
    let best = weighed(finder, extraction).into_iter().take_while(|&(score, _)| score > 0.0);
    best.map(|(_, at)| finder.whole_block(at)).collect()
}

/// The lines before the text that may be the title, the likeliest first; then the line with which the page starts.
pub(super) fn first<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let best = weighed(finder, extraction).into_iter();
    best.map(|(_, at)| finder.whole_block(at)).chain(finder.hits(rule)).collect()
}

/// The lines before the text that may be the title, each behind its log-odds, the likeliest first.
fn weighed(finder: &Finder<'_>, extraction: &Extraction<'_>) -> Vec<(f32, usize)> {
    let lines = lines(finder, extraction);
    let scores = scores(&rows_of(finder, extraction, &lines));
    let mut weighed: Vec<(f32, usize)> = scores.zip(&lines).map(|(score, line)| (score, line.at)).collect();
    weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    weighed
}

/// The lines before the text of which a title is left; before the code, where none stands before the text.
fn lines<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<Line<'a>> {
    let code = code_block(finder, extraction);
    let line = |at: usize| {
        let text = title(finder, extraction, finder.whole_block(at))?.text;
        // What keeps the code says more of it than what it stands for.
        let keeps_code = code == Some(at) && text.len() == finder.blocks()[at].text.len();
        (!keeps_code).then_some(Line { at, text })
    };
    let is_free = |&at: &usize| {
        let is_value = || finder.labelled_value(at).is_some() || gives_other_names(&finder.blocks()[at].text);
        finder.is_free(at) && finder.is_text(at) && !is_value()
    };
    let until = |end: usize| (0..end).filter(is_free).filter_map(line).take(LANES).collect::<Vec<_>>();
    let opening = (0..finder.blocks().len()).take_while(|&at| finder.in_opening(at)).count();
    let lines = until(opening);
    match code {
        Some(code) if lines.is_empty() => until(code),
        _ => lines,
    }
}

fn code_block(finder: &Finder<'_>, extraction: &Extraction<'_>) -> Option<usize> {
    finder.block_at(extraction.code.as_ref()?.span)
}

/// The row of numbers of each line.
fn rows_of(finder: &Finder<'_>, extraction: &Extraction<'_>, lines: &[Line<'_>]) -> Vec<Row> {
    let code = code_block(finder, extraction);
    let reference =
        finder.entry_of_code(extraction).map_or(Vec::new(), |entry| names(entry.title()).collect());
    let about = About { code, reference, names: Names::of(finder.document), text: first_text(finder) };
    evidence::rows(finder, &about, lines)
}

/// The log-odds that each of at most [`LANES`] lines is the title.
fn scores(rows: &[Row]) -> impl Iterator<Item = f32> + use<> {
    let sums = if rows.len() < WORTH_COLUMNS {
        let sum = |row: &Row| TREES.iter().map(|tree| tree.score(row)).sum();
        rows.iter().map(sum).collect()
    } else {
        let lane =
            |piece: usize| std::array::from_fn(|lane| rows.get(lane).map_or(0.0, |row: &Row| row[piece]));
        scores_of(TREES, &std::array::from_fn::<_, { evidence::PIECES }, _>(lane)).to_vec()
    };
    sums.into_iter().map(|sum| BASE + sum)
}

/// Rows from which on it takes less to score all lanes at once.
const WORTH_COLUMNS: usize = 5;

/// The log-odds that a block is the title, and the piece of evidence that speaks for it most; `None` for one that is not
/// weighed.
pub(super) fn evidence(
    finder: &Finder<'_>,
    extraction: &Extraction<'_>,
    at: usize,
) -> Option<(f32, &'static str)> {
    let lines = lines(finder, extraction);
    let place = lines.iter().position(|line| line.at == at)?;
    let row = rows_of(finder, extraction, &lines)[place];
    let mut added = [0.0; evidence::PIECES];
    TREES.iter().for_each(|tree| tree.explain(&row, |evidence, value| added[usize::from(evidence)] += value));
    let weight = |evidence: &Evidence| added[usize::from(*evidence)];
    let strongest =
        Evidence::ALL.iter().copied().max_by(|one, other| weight(one).total_cmp(&weight(other)))?;
    Some((BASE + TREES.iter().map(|tree| tree.score(&row)).sum::<f32>(), strongest.name()))
}

/// The lines that may be the title, each with its row of numbers, for training.
pub(super) fn rows<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<(String, Row)> {
    let lines = lines(finder, extraction);
    let rows = rows_of(finder, extraction, &lines);
    lines.into_iter().map(|line| line.text.into_owned()).zip(rows).collect()
}

/// Whether a line says what else the disease is called.
fn gives_other_names(text: &str) -> bool {
    let names = |rest: &str| rest.trim_start_matches(' ').starts_with([':', '\t']);
    OTHER_NAMES.iter().any(|words| strip_start(text, words).is_some_and(names))
}

const OTHER_NAMES: [&str; 8] = [
    "also called",
    "also known as",
    "aka",
    "other names",
    "other name",
    "alternative names",
    "synonyms",
    "synonym",
];

/// Whether a line says who wrote the page, or who put it there.
pub(super) fn is_byline(text: &str) -> bool {
    let starts = |words: &&str| strip_start(text, words).is_some_and(|rest| rest.starts_with([' ', ':']));
    let written = [
        "by",
        "written by",
        "posted by",
        "posted on",
        "published by",
        "published on",
        "started by",
        "author",
    ];
    text.len() <= MAX_BYLINE_BYTES && written.iter().any(starts)
}

/// Bytes of a byline at most.
const MAX_BYLINE_BYTES: usize = 100;
