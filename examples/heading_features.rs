//! Prints the evidence about each line of labelled pages as tab-separated values, for `tools/train_headings.py`.
//!
//! Columns: domain, part, label (1 a heading, 0 none, -1 not judged), line, and the row of numbers. A heading
//! that the scorer takes for running text has no row.

#[path = "../tests/labelled/mod.rs"]
mod labelled;

use labelled::{Label, LabelledPage, Part};
use nosograph::parse::headings::{Evidence, rows};
use std::error::Error;
use std::io::{BufWriter, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: heading_features PAGES.jsonl")?;
    let pages = LabelledPage::read_all(&std::fs::read_to_string(path)?)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    write!(out, "domain\tpart\tlabel\tline")?;
    for evidence in Evidence::ALL {
        write!(out, "\t{evidence:?}")?;
    }
    writeln!(out)?;
    for page in &pages {
        write_page(&mut out, page)?;
    }
    Ok(out.flush()?)
}

fn write_page(out: &mut impl Write, page: &LabelledPage) -> std::io::Result<()> {
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
        write!(out, "{}\t{part}\t{label}\t{}", page.domain, line.text)?;
        for value in row.iter().flatten() {
            write!(out, "\t{value}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
