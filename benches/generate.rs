//! Writes generated pages into a folder, with what a run should find in them.
//!
//! `cargo bench --bench generate -- FOLDER (text|html) COUNT`: the pages as `FOLDER/pages/NNNN/NNNNNNN.txt`
//! or `.html`, 1,000 to a folder, and `FOLDER/gold.ndjson`, what each page holds, a line a page. The same arguments give the
//! same bytes everywhere.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

mod pages;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

/// Pages in one folder.
const PAGES_A_FOLDER: u64 = 1_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, format, count] = &arguments[..] else { return usage() };
    let (Some(kind), Ok(count)) = (Kind::named(format), count.parse()) else { return usage() };
    match write_pages(Path::new(folder), kind, count) {
        Ok(bytes) => {
            println!("{count} pages, {bytes} bytes, in {folder}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{folder}: {error}");
            ExitCode::from(2)
        }
    }
}

fn usage() -> ExitCode {
    println!("usage: cargo bench --bench generate -- FOLDER (text|html) COUNT");
    ExitCode::from(2)
}

/// What pages to write.
struct Kind {
    extension: &'static str,
    page: fn(u64) -> String,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self { extension: "txt", page: pages::text }),
            "html" => Some(Self { extension: "html", page: pages::html }),
            _ => None,
        }
    }
}

fn write_pages(folder: &Path, kind: Kind, count: u64) -> io::Result<u64> {
    fs::create_dir_all(folder)?;
    let mut gold = BufWriter::new(File::create(folder.join("gold.ndjson"))?);
    let mut bytes = 0;
    for number in 0..count {
        let below = format!("{:04}/{number:07}.{}", number / PAGES_A_FOLDER, kind.extension);
        let path = folder.join("pages").join(&below);
        if number % PAGES_A_FOLDER == 0 {
            fs::create_dir_all(path.with_file_name(""))?;
        }
        let page = (kind.page)(number);
        bytes += page.len();
        fs::write(path, page)?;
        let (title, code) = pages::expected(number);
        writeln!(
            gold,
            "{}",
            serde_json::json!({
                "source": {"uri": below},
                "title": title,
                "code": code,
                "diagnosis_codes": {"status": "not_available", "codes": []},
            })
        )?;
    }
    gold.flush()?;
    Ok(bytes as u64)
}
