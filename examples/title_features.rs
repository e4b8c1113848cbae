//! Prints the evidence about each line of labelled pages that may be the title as tab-separated values, for
//! `tools/train_titles.py`.
//!
//! `cargo run --release --example title_features -- FOLDER…`: columns are the page's set (its name up to the first
//! `-`), its name, the variant, the rule that finds its title today, the label (1 the title, 0 another line), the line, and the row of numbers. Each page is
//! printed as it is, and as it would be without headings, without `title` as well, as text, without blank lines above the text, below
//! a menu, the name of a site or a path, without its code, and with it before the title.

use nosograph::eval::Gold;
use nosograph::extract::extract;
use nosograph::extract::title::{Evidence, rows};
use nosograph::icd::{Reference, find_codes};
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::parse;
use nosograph::profile::Profile;
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Menus as they stand above titles.
const MENUS: [&str; 7] = [
    "Home\nAbout us\nConditions A-Z\nContact",
    "HealthNotes\nSearch\nLog in",
    "Skip to content\nMenu\nTreatments\nOur doctors\nBook online\nBlog",
    "Riverside Medical Group",
    "Medly\nPrices\nCoding\nNews",
    "CareLine\nPatients & visitors > Health information",
    "Topics\nVideos\nTools\nStore",
];

/// Names of sites, right above titles.
const SITES: [&str; 6] = [
    "St. Mary's Hospital",
    "Sleep Center Ohio",
    "MY HEALTH GUIDE",
    "Valley Clinic",
    "Tabular list",
    "National Institute of Brain Research",
];

/// Words from which on a paragraph is text.
const TEXT_WORDS: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    write!(out, "set\tpage\tvariant\trule\tlabel\tline")?;
    for evidence in Evidence::ALL {
        write!(out, "\t{evidence:?}")?;
    }
    writeln!(out)?;
    let mut seen = Vec::new();
    for folder in std::env::args().skip(1) {
        let mut files: Vec<_> = std::fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
        for file in files {
            let Some(title) = title(&file)? else { continue };
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if seen.contains(&name) {
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(&file)?).into_owned();
            let format =
                if file.extension().is_some_and(|of| of == "html") { Format::Html } else { Format::Text };
            write_page(&mut out, &name, "whole", &title, format, text.clone())?;
            for (variant, format, text) in variants(format, &text, &title, seen.len()) {
                write_page(&mut out, &name, &variant, &title, format, text)?;
            }
            seen.push(name);
        }
    }
    Ok(out.flush()?)
}

/// The title by the label beside a page; `None` if there is none, or the file is no page.
fn title(file: &Path) -> Result<Option<String>, Box<dyn Error>> {
    let label = file.with_extension("gold.json");
    let is_page = file.extension().is_some_and(|of| of == "html" || of == "txt");
    if !is_page || !label.exists() {
        return Ok(None);
    }
    let gold: Gold = serde_json::from_slice(&std::fs::read(label)?)?;
    Ok(gold.title)
}

fn page(format: Format, text: String) -> Page {
    Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, text)
}

fn write_page(
    out: &mut impl Write,
    name: &str,
    variant: &str,
    title: &str,
    format: Format,
    text: String,
) -> Result<(), Box<dyn Error>> {
    let page = page(format, text);
    let document = parse::parse(&page);
    let profile = Profile::default_profile()?;
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = extract(&page, &document, &profile, Reference::embedded());
    let rule = found.title.map_or("", |title| title.rule);
    let set = name.split('-').next().unwrap_or_default();
    for (line, row) in rows(&page, &document, &profile, Reference::embedded()) {
        let line = plain(&line);
        write!(out, "{set}\t{name}\t{variant}\t{rule}\t{}\t{line}", u8::from(line == plain(title)))?;
        for value in row {
            write!(out, "\t{value}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The page in other shapes.
fn variants(format: Format, text: &str, title: &str, count: usize) -> Vec<(String, Format, String)> {
    let (menu, site) = (MENUS[count % MENUS.len()], SITES[count % SITES.len()]);
    match format {
        Format::Html => {
            let mut unmarked = text.to_owned();
            for level in 1..=6 {
                unmarked =
                    unmarked.replace(&format!("<h{level}"), "<div").replace(&format!("</h{level}"), "</div");
            }
            let page = page(format, text.to_owned());
            let blocks = parse::parse(&page).blocks;
            let lines: Vec<String> = blocks.iter().map(|block| block.text.replace('\t', " | ")).collect();
            let flat = lines.join("\n\n");
            let bare = without_title(&unmarked);
            let pages =
                [("bare", format, bare), ("unmarked", format, unmarked), ("flat", Format::Text, flat)];
            pages.map(|(name, format, text)| (name.to_owned(), format, text)).into()
        }
        Format::Text => {
            let is_text = |line: &str| line.split(' ').count() >= TEXT_WORDS;
            let start = text.split_inclusive('\n').take_while(|line| !is_text(line)).map(str::len).sum();
            let (opening, rest) = text.split_at(start);
            let tight: Vec<&str> = opening.lines().filter(|line| !line.trim().is_empty()).collect();
            let is_coded = |line: &&str| line.contains("ICD") || find_codes(line).next().is_some();
            let uncoded: Vec<&str> = text.lines().filter(|line| !is_coded(line)).collect();
            // The code stands before the title, and nowhere else.
            let code = text.lines().find_map(|line| find_codes(line).next().map(|code| &line[code]));
            let with_code = |line: &&str| match code.filter(|_| line.trim() == title) {
                Some(code) => format!("{code} {title}"),
                None => (*line).to_owned(),
            };
            let coded: Vec<String> = uncoded.iter().map(with_code).collect();
            let tight = format!("{}\n\n{rest}", tight.join("\n"));
            let codes =
                [("", text.to_owned()), ("uncoded ", uncoded.join("\n")), ("coded ", coded.join("\n"))];
            let with = |(name, text): (&str, String)| {
                let above = [
                    ("menu", format!("{menu}\n\n")),
                    ("site", format!("{site}\n")),
                    ("path", format!("Home > Conditions > {title}\n\n")),
                    ("steps", format!("Health\nConditions\n{title}\n\n")),
                ];
                let name = name.to_owned();
                above.map(|(what, above)| (format!("{name}{what}"), format, format!("{above}{text}")))
            };
            let plain = [("tight", tight), ("uncoded", codes[1].1.clone()), ("coded", codes[2].1.clone())];
            let plain = plain.map(|(name, text)| (name.to_owned(), format, text));
            plain.into_iter().chain(codes.into_iter().flat_map(with)).collect()
        }
    }
}

/// An HTML page without its `title` element.
fn without_title(html: &str) -> String {
    let ends = html.find("<title").zip(html.find("</title>"));
    ends.filter(|(start, end)| start < end).map_or_else(
        || html.to_owned(),
        |(start, end)| format!("{}{}", &html[..start], &html[end + "</title>".len()..]),
    )
}
