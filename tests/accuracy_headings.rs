//! How well headings are told on sites the scorer has not learned from: a floor, so that it cannot get worse unseen.

mod labelled;

use labelled::{Label, LabelledPage, Part};
use nosograph::parse::headings::scores;
use std::path::PathBuf;

/// F1 that must be kept on held-out sites.
const FLOOR: f64 = 0.92;

#[derive(Debug, Default)]
struct Count {
    hits: u32,
    false_ones: u32,
    missed: u32,
}

impl Count {
    fn add(&mut self, page: &LabelledPage) {
        for (line, score) in page.lines.iter().zip(scores(&page.to_score())) {
            match (line.label, score > 0.0) {
                (Label::Heading, true) => self.hits += 1,
                (Label::Heading, false) => self.missed += 1,
                (Label::Other, true) => self.false_ones += 1,
                (Label::Other, false) | (Label::Unjudged, _) => {}
            }
        }
    }

    fn faults(&self) -> u32 {
        self.false_ones + self.missed
    }

    fn f1(&self) -> f64 {
        f64::from(2 * self.hits) / f64::from((2 * self.hits + self.faults()).max(1))
    }
}

fn pages() -> Option<Vec<LabelledPage>> {
    let shared = std::env::var_os("NOSOGRAPH_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let text = std::fs::read_to_string(shared.join("corpus/tagless/pages.jsonl")).ok()?;
    Some(LabelledPage::read_all(&text).expect("labelled pages are JSON, a page a line"))
}

#[test]
#[allow(clippy::print_stderr)]
fn headings_of_unseen_sites_are_told() {
    let Some(pages) = pages() else {
        eprintln!(
            "skipped: the labelled pages are not here; set NOSOGRAPH_SHARED to the folder that holds corpus/"
        );
        return;
    };
    let mut held = Count::default();
    for page in pages.iter().filter(|page| page.part == Part::Held) {
        held.add(page);
    }
    let (f1, false_ones, missed) = (held.f1(), held.false_ones, held.missed);
    assert!(
        f1 >= FLOOR,
        "F1 {f1:.4} is under {FLOOR}: {} hits, {false_ones} false, {missed} missed",
        held.hits
    );
}
