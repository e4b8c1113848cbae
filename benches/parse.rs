//! How fast pages become documents: bytes and pages a second of one core.
//!
//! Run with `cargo bench --bench parse`, with `-- --tree` for the way through a tree too. Each line is the best of several rounds, for on a shared machine the
//! others measure the neighbors.

#![expect(clippy::print_stdout, reason = "a benchmark's output is its result")]

mod pages;

use nosograph::page::{EncodingSource, Format, Page};
use nosograph::parse::{html, tree};
use std::hint::black_box;
use std::time::{Duration, Instant};

const PAGES: u64 = 200;
const ROUNDS: usize = 15;

fn main() {
    let pages: Vec<Page> = (0..PAGES)
        .map(|number| {
            let text = pages::html(number);
            Page::from_utf8(format!("{number}.html"), Format::Html, EncodingSource::ValidUtf8, text)
        })
        .collect();
    report("html to blocks", &pages, ROUNDS, |page| html::parse(page).blocks.len());
    if std::env::args().any(|argument| argument == "--tree") {
        let blocks = |page: &Page| tree::blocks(page.text()).map_or(0, |tree| tree.blocks.len());
        report("html to tree to blocks", &pages, 3, blocks);
    }
    black_box((pages::text(0), pages::expected(0)));
}

fn report(name: &str, pages: &[Page], rounds: usize, work: impl Fn(&Page) -> usize) {
    let bytes: usize = pages.iter().map(|page| page.text().len()).sum();
    let best = (0..rounds).map(|_| round(pages, &work)).min().unwrap_or(Duration::MAX).as_secs_f64();
    println!(
        "{name}: {:.0} pages/s, {:.0} MB/s ({} KB a page)",
        pages.len() as f64 / best,
        bytes as f64 / best / 1e6,
        bytes / pages.len() / 1_000
    );
}

fn round(pages: &[Page], work: impl Fn(&Page) -> usize) -> Duration {
    let start = Instant::now();
    let found: usize = pages.iter().map(work).sum();
    let took = start.elapsed();
    black_box(found);
    took
}
