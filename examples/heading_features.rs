//! Prints the evidence about each line of labelled pages as tab-separated values, for `tools/train_headings.py`.
//!
//! Each page is printed as it is; with marks on the items of its lists; and as excerpts with short paragraphs,
//! the items of their lists in small letters or marked: such pages are common, but not among the labelled ones.
//! Columns: variant, domain, part, label (1 a heading, 0 none, -1 not judged), line, and the row of numbers. A heading
//! that the scorer takes for running text has no row.

#[path = "../tests/labelled/mod.rs"]
mod labelled;

use labelled::{Label, LabelledPage, Part};
use nosograph::parse::headings::{Evidence, rows};
use std::error::Error;
use std::io::{BufWriter, Write};

const EXCERPT_LINES: usize = 18;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: heading_features PAGES.jsonl")?;
    let pages = LabelledPage::read_all(&std::fs::read_to_string(path)?)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    write!(out, "variant\tdomain\tpart\tlabel\tline")?;
    for evidence in Evidence::ALL {
        write!(out, "\t{evidence:?}")?;
    }
    writeln!(out)?;
    for page in &pages {
        write_page(&mut out, "whole", page)?;
        write_page(&mut out, "marked", &page.marked())?;
        for excerpt in excerpts(page) {
            write_page(&mut out, "excerpt", &lowered(&excerpt))?;
            write_page(&mut out, "excerpt", &excerpt.marked())?;
        }
    }
    Ok(out.flush()?)
}

fn write_page(out: &mut impl Write, variant: &str, page: &LabelledPage) -> std::io::Result<()> {
    let part = match page.part {
        Part::Tune => "tune",
        Part::Held => "held",
    };
    for (line, row) in page.lines.iter().zip(rows(&page.to_score())) {
        let label = match line.label {
            Label::Heading => 1,
            Label::Other => 0,
            Label::Unjudged => -1,
        };
        if row.is_none() && line.label != Label::Heading {
            continue;
        }
        write!(out, "{variant}\t{}\t{part}\t{label}\t{}", page.domain, line.text)?;
        for value in row.iter().flatten() {
            write!(out, "\t{value}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Stretches of the page that do not end in a heading, their paragraphs cut after the first sentence.
fn excerpts(page: &LabelledPage) -> impl Iterator<Item = LabelledPage> {
    page.lines.chunks(EXCERPT_LINES).filter(|lines| lines.len() > EXCERPT_LINES / 2).map(|lines| {
        let mut lines = lines.to_vec();
        while lines.pop_if(|last| last.label != Label::Other).is_some() {}
        for line in lines.iter_mut().filter(|line| line.label == Label::Other) {
            if let Some(end) = line.text.find(". ") {
                line.text.truncate(end + 1);
            }
        }
        LabelledPage { domain: page.domain.clone(), part: page.part, lines }
    })
}

/// The page with a small letter at the start of each item of a list.
fn lowered(page: &LabelledPage) -> LabelledPage {
    let mut page = page.clone();
    for line in page.lines.iter_mut().filter(|line| line.item && line.label == Label::Other) {
        if let Some(first) = line.text.get_mut(..1) {
            first.make_ascii_lowercase();
        }
    }
    page
}
