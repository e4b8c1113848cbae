//! Which blocks of an HTML page are the article, and which are the site's.
//!
//! In: a [`Document`]. Out: for each block the log-odds that it is content, and the evidence behind them. A
//! landmark or class name is evidence and no verdict: themes call everything `content`, and put headings into
//! `header`s outside `main`. What counts is what a reader sees: how much text and how many links stand in a
//! block, its neighbors, its container and the branch of the page it belongs to (as in Kohlschütter et al.,
//! Boilerplate Detection using Shallow Text Features, 2010), and where the running text of the page is. Small
//! decision trees weigh it; `tools/train_content.py` makes them from labelled pages, and `docs/evaluation.md`
//! says how well they do on sites they have not seen. Knows no site.

mod evidence;
mod trees;
mod words;

pub use evidence::{Evidence, Row};

use crate::document::Document;
use crate::page::Format;
use crate::trees::{LANES, scores_of};
use evidence::{Columns, Evident};
use trees::{BASE, TREES};

type Tree = crate::trees::Tree<Evidence>;

/// How many pieces of evidence there are.
const PIECES: usize = Evidence::ALL.len();

/// Which of them any tree asks for.
const ASKED: [bool; PIECES] = {
    let mut asked = [false; PIECES];
    let mut tree = 0;
    while tree < TREES.len() {
        let mut split = 0;
        while split < TREES[tree].splits.len() {
            asked[TREES[tree].splits[split].0 as usize] = true;
            split += 1;
        }
        tree += 1;
    }
    asked
};

/// Log-odds over which a block is content: a lost paragraph is worse than a button too many.
const CONTENT: f32 = -0.4;
/// Bytes of running text from which on a page can be weighed at all; on shorter ones all is short lines.
const MIN_RUNNING_BYTES: u32 = 200;
/// Bytes of running text up to which only links can be furniture by weight alone: pages so short are rare among
/// those the trees learned from, and their lists are as short as menus.
const FEW_RUNNING_BYTES: u32 = 2000;

/// How each block was judged; `None` if the page has no marks to judge by, or too little text.
pub(super) fn judge(document: &Document<'_>, format: Format) -> Option<Vec<Judgment>> {
    if format != Format::Html {
        return None;
    }
    let evident = Evident::new(document);
    if evident.running_bytes() < MIN_RUNNING_BYTES {
        return None;
    }
    let few = evident.running_bytes() < FEW_RUNNING_BYTES;
    let judged = sums(document, &evident).into_iter().zip(&document.blocks).map(|(sum, block)| {
        if BASE + sum > CONTENT {
            Judgment::Content
        } else if few && block.link_bytes == 0 {
            Judgment::Open
        } else {
            Judgment::Chrome
        }
    });
    let mut judged: Vec<Judgment> = judged.collect();
    for section in evident.link_sections() {
        judged[section].fill(Judgment::Chrome);
    }
    Some(judged)
}

/// What the evidence about each block adds to [`BASE`].
fn sums(document: &Document<'_>, evident: &Evident<'_>) -> Vec<f32> {
    let blocks = document.blocks.len();
    let mut sums = Vec::with_capacity(blocks + LANES);
    let mut reader = evident.reader();
    let mut columns: Columns = [[0.0; LANES]; PIECES];
    for first in (0..blocks).step_by(LANES) {
        reader.write_asked(first, &mut columns);
        sums.extend(scores_of(TREES, &columns));
    }
    sums.truncate(blocks);
    sums
}

/// What the evidence says of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgment {
    /// It is the article's.
    Content,
    /// Landmarks and hints have to tell.
    Open,
    /// It is the site's.
    Chrome,
}

/// The row of numbers that the score of each block is made of, for training.
pub fn rows(document: &Document<'_>) -> Vec<Row> {
    let blocks = document.blocks.len();
    let evident = Evident::new(document);
    let mut reader = evident.reader();
    let mut columns: Columns = [[0.0; LANES]; PIECES];
    let mut rows = Vec::with_capacity(blocks + LANES);
    for first in (0..blocks).step_by(LANES) {
        reader.write_all(first, &mut columns);
        rows.extend((0..LANES).map(|lane| columns.map(|column| column[lane])));
    }
    rows.truncate(blocks);
    rows
}

/// For each block of an HTML page the log-odds that it is content, and the piece of evidence that adds or takes
/// away the most.
pub fn evidence(document: &Document<'_>) -> Vec<(f32, &'static str)> {
    let judged = |row: Row| {
        let mut added = [0.0; PIECES];
        for tree in TREES {
            tree.explain(&row, |evidence, value| added[usize::from(evidence)] += value);
        }
        let score = score(&row);
        let speaks =
            |&evidence: &Evidence| added[usize::from(evidence)] * if score > CONTENT { 1.0 } else { -1.0 };
        let strongest = Evidence::ALL.iter().copied().max_by(|a, b| speaks(a).total_cmp(&speaks(b)));
        (score, strongest.map_or("", Evidence::name))
    };
    rows(document).into_iter().map(judged).collect()
}

fn score(row: &Row) -> f32 {
    BASE + TREES.iter().map(|tree| tree.score(row)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{EncodingSource, Page};

    #[test]
    fn evidence_that_no_tree_asks_for_changes_no_score() {
        let part = |at: usize| {
            format!(
                "<p>Bare line {at}.<nav class=menu><a href=x>Share {at}</a></nav><main><article>\
                 <h2>Part {at}</h2><p>{}<div><p>Posted by Ann<p>Posted by Ann<ul><li>{at}, 7</ul></div>\
                 </article></main>",
                "The text goes on, and on. ".repeat(at)
            )
        };
        let text: String = (0..9).map(part).collect();
        let page = Page::from_utf8("t".into(), Format::Html, EncodingSource::ValidUtf8, text);
        let document = crate::parse::parse(&page);
        let asked = sums(&document, &Evident::new(&document));
        let sum = |row: &Row| TREES.iter().map(|tree| tree.score(row)).sum::<f32>();
        let all: Vec<f32> = rows(&document).iter().map(sum).collect();
        assert_eq!(asked, all);
        assert!(all.iter().any(|sum| *sum > 0.0) && all.iter().any(|sum| *sum < 0.0));
    }
}
