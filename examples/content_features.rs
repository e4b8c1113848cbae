//! Prints the evidence about each block of HTML pages as tab-separated values, for `tools/train_content.py`.
//!
//! `cargo run --release --example content_features -- FOLDER`: columns are the page's name, the kind of block, its
//! text, and the row of numbers. Without a folder only the names of the columns.

use nosograph::extract::content::{Evidence, rows};
use nosograph::page::Format;
use nosograph::parse;
use nosograph::read::{ReadOptions, ReadOutcome, read_page};
use std::error::Error;
use std::io::{BufWriter, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    write!(out, "page\tkind\ttext")?;
    for evidence in Evidence::ALL {
        write!(out, "\t{evidence:?}")?;
    }
    writeln!(out)?;
    let Some(folder) = std::env::args().nth(1) else { return Ok(out.flush()?) };
    let mut files: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let options = ReadOptions { format: Some(Format::Html), ..ReadOptions::default() };
        let ReadOutcome::Page(page) = read_page(&name, std::fs::read(&file)?, &options) else { continue };
        let document = parse::parse(&page);
        for (block, row) in document.blocks.iter().zip(rows(&document)) {
            let kind = format!("{:?}", block.kind);
            let kind = kind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            write!(out, "{name}\t{kind}\t{}", block.text.split_whitespace().collect::<Vec<_>>().join(" "))?;
            for value in row {
                write!(out, "\t{value}")?;
            }
            writeln!(out)?;
        }
    }
    Ok(out.flush()?)
}
