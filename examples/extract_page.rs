//! Extracts one UTF-8 page with the library alone and prints its record.
//!
//! `cargo run --example extract_page -- input/seed-m61.txt`

use nosograph::icd::Reference;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use nosograph::record::Outcome;
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a page")?;
    let text = std::fs::read_to_string(&path)?;
    let format = if path.ends_with(".html") { Format::Html } else { Format::Text };
    let page = Page::from_utf8(path, format, EncodingSource::ValidUtf8, text);

    let profile = Profile::default_profile()?;
    let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
    let mut stdout = std::io::stdout();
    match pipeline.process(&page) {
        Outcome::Record(record) => serde_json::to_writer_pretty(&mut stdout, &record)?,
        Outcome::Reject(reject) => serde_json::to_writer_pretty(&mut stdout, &reject)?,
    }
    writeln!(stdout)?;
    Ok(())
}
