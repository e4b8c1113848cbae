//! How well headings are told on sites the scorer has not learned from: a floor, so that it cannot get worse unseen.

mod labelled;

use labelled::{Label, LabelledPage, Part};
use nosograph::parse::headings::scores;
use std::path::PathBuf;

/// F1 that must be kept on held-out sites: pages as they are, and with marks on the items of their lists.
const FLOOR: f64 = 0.915;
const FLOOR_MARKED: f64 = 0.945;

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
    let held = || pages.iter().filter(|page| page.part == Part::Held);
    check(held().cloned(), FLOOR);
    check(held().map(LabelledPage::marked), FLOOR_MARKED);
}

fn check(pages: impl Iterator<Item = LabelledPage>, floor: f64) {
    let mut all = Count::default();
    let mut worst = (0, String::new());
    for page in pages {
        let before = all.faults();
        all.add(&page);
        worst = worst.max((all.faults() - before, page.domain));
    }
    let f1 = all.f1();
    assert!(f1 >= floor, "F1 {f1:.4} is under {floor}: {all:?}; most faults on {worst:?}");
}
