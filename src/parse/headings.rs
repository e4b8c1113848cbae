//! Tells headings from other lines where a text has no marks.
//!
//! In: the [`Line`]s of a page. Out: for each the log-odds that a reader would take it for a heading, and the
//! [`evidence`](fn@evidence) behind them. Each line is looked at once; what it looks like, what stands around
//! it and what it shares with the page's other short lines make a row of numbers; a few dozen small decision
//! trees, read from a table in `trees.rs`, each add to the score (gradient boosting: Friedman, Annals of
//! Statistics 29, 2001). `tools/train_headings.py` makes the table from labelled pages; `docs/evaluation.md`
//! says how well it does on sites it has not seen. Knows no site and no page: only the look of the lines.

mod evidence;
mod look;
mod trees;
mod words;

pub use evidence::{Evidence, Row};
pub use look::LONGEST;

use crate::trees::Scorer;
use look::Look;
use std::cell::RefCell;
use trees::{BASE, TREES};

/// A line, or a paragraph whose hard-wrapped lines were joined, as the scorer sees it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its text: without a bullet, with a number.
    pub text: &'a str,
    /// Whether a blank line stands before it.
    pub gap_before: bool,
    /// Whether a blank line stands after it.
    pub gap_after: bool,
    /// Whether a mark shows it to be an item of a list: then it is no heading.
    pub list_mark: bool,
    /// Whether it is a label with its value.
    pub labelled: bool,
}

/// Log-odds of a line that can be no heading: an item, running text, or a line without letters.
pub const NEVER: f32 = -8.0;
/// What being a label with its value adds: the training pages have no such lines.
const LABELLED: f32 = -3.0;
/// What standing between such a label and text adds: a run of short lines hides the first heading of a page.
const BELOW_CARD: f32 = 1.5;

thread_local! {
    /// Kept from page to page: it is large, and clearing it is not.
    static SCORER: RefCell<Scorer<Evidence, { Evidence::ALL.len() }>> = const { RefCell::new(Scorer::new(TREES)) };
}

/// Log-odds that each line is a heading: above 0 it is taken for one.
pub fn scores(lines: &[Line<'_>]) -> Vec<f32> {
    let looks = looks(lines);
    let page = evidence::Page::new(lines, &looks);
    SCORER.with_borrow_mut(|scorer| {
        scorer.clear(lines.len());
        for at in (0..lines.len()).filter(|&at| looks[at].candidate) {
            scorer.add(|lane| page.tell(at, &mut |evidence, number| lane.set(evidence as usize, number)));
        }
        let mut sums = scorer.finish().iter();
        let score = |(at, look): (usize, &Look)| match look.candidate.then(|| sums.next()).flatten() {
            Some(sum) => BASE + sum + beside_labels(lines, &looks, at).map_or(0.0, |(_, value)| value),
            None => NEVER,
        };
        looks.iter().enumerate().map(score).collect()
    })
}

/// What labels with values add to a line that is one or stands below: none is in the pages the trees were made from.
fn beside_labels(lines: &[Line<'_>], looks: &[Look], at: usize) -> Option<(&'static str, f32)> {
    if lines[at].labelled {
        return Some(("label with a value", LABELLED));
    }
    below_card(lines, looks, at).then_some(("below labels with values", BELOW_CARD))
}

/// Whether a line stands by itself between a label with its value and running text.
fn below_card(lines: &[Line<'_>], looks: &[Look], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|above| lines[above].labelled)
        && lines[at].gap_before
        && lines[at].gap_after
        && looks.get(at + 1).is_some_and(Look::is_text)
}

/// The evidence behind the score of the line `at`, strongest first: what it is called and how much it adds to
/// the log-odds, or takes away. Empty past the last line.
pub fn evidence(lines: &[Line<'_>], at: usize) -> Vec<(&'static str, f32)> {
    let looks = looks(lines);
    if at >= lines.len() {
        return Vec::new();
    }
    let Some(row) = evidence::Page::new(lines, &looks).row(at) else {
        return vec![(looks[at].obstacle(), NEVER)];
    };
    let mut added = [0.0; Evidence::ALL.len()];
    for tree in TREES {
        tree.explain(&row, |evidence, value| added[evidence as usize] += value);
    }
    let named = Evidence::ALL.iter().map(|evidence| (evidence.name(), added[*evidence as usize]));
    let labels = beside_labels(lines, &looks, at);
    let mut evidence: Vec<_> = named.chain(labels).filter(|&(_, value)| value != 0.0).collect();
    evidence.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    evidence
}

/// The row of numbers the score of each line is made of, for training; `None` for a line that can be no
/// heading.
pub fn rows(lines: &[Line<'_>]) -> Vec<Option<Row>> {
    let looks = looks(lines);
    let page = evidence::Page::new(lines, &looks);
    (0..lines.len()).map(|at| page.row(at)).collect()
}

fn looks(lines: &[Line<'_>]) -> Vec<Look> {
    let mut looks: Vec<Look> = lines.iter().map(|line| Look::new(line.text, line.list_mark)).collect();
    for at in 0..lines.len() {
        let beside = [at.wrapping_sub(1), at + 1];
        let is_asked = beside.into_iter().any(|at| looks.get(at).is_some_and(|look| look.candidate));
        if is_asked && looks[at].glanced {
            looks[at].read_opening(lines[at].text);
        }
    }
    looks
}

type Tree = crate::trees::Tree<Evidence>;

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Calcification is the process of depositing calcium salts within the tissue. It can follow an \
         injury, an inflammation, or other damage, and may lead to stiffness and less freedom of movement.";

    /// A page as it stands: `# ` marks the lines that must be taken for headings, `- ` items with a mark, `…` is text.
    fn check(page: &[&str]) {
        let lines: Vec<Line<'_>> = page
            .iter()
            .map(|line| Line {
                text: if *line == "…" {
                    TEXT
                } else {
                    line.trim_start_matches("# ").trim_start_matches("- ")
                },
                gap_before: true,
                gap_after: true,
                list_mark: line.starts_with("- "),
                labelled: false,
            })
            .collect();
        for (at, score) in scores(&lines).into_iter().enumerate() {
            let wanted = page[at].starts_with("# ");
            assert_eq!(score > 0.0, wanted, "{:?}: {score}, {:?}", page[at], &evidence(&lines, at)[..]);
        }
    }

    #[test]
    fn a_short_line_before_text_is_a_heading() {
        check(&[
            "…",
            "# Calcification of Muscle",
            "…",
            "…",
            "# Ossification of Muscle",
            "…",
            "# Conclusion",
            "…",
        ]);
        check(&["…", "# What causes it?", "…", "# How is it treated?", "…", "…"]);
        check(&["…", "# Signs and symptoms", "…", "# Treatment", "…", "# Outlook", "…"]);
        check(&["…", "# 1. Rest", "…", "# 2. Medicine", "…", "# 3. Surgery", "…"]);
    }

    #[test]
    fn a_line_between_labels_and_text_stands_more_likely_above_the_text() {
        let at = |labelled: bool| {
            let line =
                |text, labelled| Line { text, gap_before: true, gap_after: true, list_mark: false, labelled };
            let lines = [
                line("Migraine with aura", false),
                line("ICD-10 code: G43.1", labelled),
                line("Chapter VI: Diseases of the nervous system", labelled),
                line("Understanding the aura", false),
                line(TEXT, false),
                line("Medicines", false),
                line(TEXT, false),
            ];
            let sum: f32 = BASE + evidence(&lines, 3).iter().map(|(_, value)| value).sum::<f32>();
            let score = scores(&lines)[3];
            assert!((sum - score).abs() < 0.01, "{sum}, {score}");
            score
        };
        assert!(at(true) > 0.0 && at(true) > at(false), "{} {}", at(true), at(false));
    }

    #[test]
    fn items_of_a_list_are_none() {
        check(&[
            "…",
            "# Symptoms",
            "- Cough",
            "- Fever",
            "# Causes",
            "- Dust",
            "- Pollen",
            "# Treatment",
            "…",
        ]);
        check(&["…", "People often tell of:", "a dry cough", "fever at night", "loss of weight", "…"]);
    }

    #[test]
    fn sentences_and_figures_are_none() {
        check(&["…", "It is not known why this happens to so many people.", "…", "…"]);
        check(&["12.50", "…", "2024", "…"]);
    }

    #[test]
    fn any_line_has_a_finite_score() {
        let long = "word ".repeat(10_000);
        for text in ["", " ", "-", "\u{301}", "…", "日本語の見出し", "Ⅳ.", "(", "#", "1", "I", "Q", &long]
        {
            let line = Line { text, gap_before: false, gap_after: false, list_mark: false, labelled: true };
            for score in scores(&[line; 3]) {
                assert!(score.is_finite(), "{text:?}: {score}");
            }
            assert!(!evidence(&[line; 3], 1).is_empty(), "{text:?}");
        }
        assert!(scores(&[]).is_empty() && evidence(&[], 0).is_empty());
    }

    #[test]
    fn the_evidence_adds_up_to_the_score() {
        let texts = ["Overview", TEXT, "Signs: a list", "Cough", "Fever", "Treatment", TEXT];
        let lines = texts.map(|text| Line {
            text,
            gap_before: true,
            gap_after: true,
            list_mark: false,
            labelled: text.contains(": a"),
        });
        for (at, score) in scores(&lines).into_iter().enumerate().filter(|&(_, score)| score != NEVER) {
            let sum: f32 = BASE + evidence(&lines, at).iter().map(|(_, value)| value).sum::<f32>();
            assert!((sum - score).abs() < 0.01, "{:?}: {sum}, {score}", texts[at]);
        }
    }
}
