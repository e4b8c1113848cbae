//! The release that is built in, and the form in which it is kept.
//!
//! In: the files of NCHS/CDC. Out: one file of about 0.5 MB, [`build`], and the [`Reference`] read from it.
//! The form: lines of text up to an empty line (release, sources with their SHA-256, chapters, blocks with
//! their categories, retired codes, and the packed runs of codes with their lengths), then those runs, one
//! after the other. Only the lines are read at start-up. Deflate, because the pure-Rust `miniz_oxide`
//! unpacks without `unsafe`, and zstd at its best gains only a tenth. Read only from what `build` wrote: not
//! a format to exchange.

use super::load;
use super::reference::{Reference, Retired};
use super::shelf::{Shelf, pack};
use super::{Code, CodeRange, IcdBlock, IcdChapter};
use crate::error::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::OnceLock;

const DATA: &[u8] = include_bytes!("data/icd-10-cm.bin");

/// The format's first line; another number when the form changes.
const MAGIC: &str = "nosograph reference 1";

/// Bytes of titles and terms after which a packed run ends at the next category: less makes the file
/// larger (48 KB: 425 KB in all; 24 KB: 438 KB), more makes the first look-up slower.
const RUN_BYTES: usize = 48_000;

/// The files of a release of ICD-10-CM from which the built-in data is made, each with its name.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The tabular list, XML.
    pub tabular: (&'a str, &'a [u8]),
    /// Every code of the release, one a line.
    pub code_list: (&'a str, &'a [u8]),
    /// Codes that changed since the release before: code, change, title, tab-separated with a header row.
    pub changes: (&'a str, &'a [u8]),
    /// The release: `2026-04`.
    pub release: &'a str,
    /// The release that `changes` starts from: `2025`.
    pub release_before: &'a str,
}

/// Makes the built-in form of a release.
///
/// # Errors
/// If a source is not what it should be; the error names the file, the line and what was expected.
pub fn build(sources: &Sources<'_>) -> Result<Vec<u8>> {
    let (name, bytes) = sources.tabular;
    let mut reference = load::tabular_with_list(bytes, name, Some(sources.code_list))?;
    reference.release = format!("{} {}", reference.system, sources.release);
    let (name, bytes) = sources.changes;
    reference.retired = read_changes(bytes, sources.release_before).ok_or_else(|| {
        Error::new(ErrorKind::Reference, "expected rows of code, change and title, tab-separated").at(name)
    })?;
    let all = [sources.tabular, sources.code_list, sources.changes];
    Ok(written(&reference, &all))
}

/// The rows of `retired` codes, sorted.
fn read_changes(bytes: &[u8], last_release: &str) -> Option<Vec<Retired>> {
    let mut retired = Vec::new();
    for line in std::str::from_utf8(bytes).ok()?.lines().skip(1) {
        let mut cells = line.split('\t');
        let (code, change, title) = (cells.next()?, cells.next()?, cells.next()?);
        if change == "retired" {
            let (title, last_release) = (title.to_owned(), last_release.to_owned());
            retired.push(Retired { code: Code::parse(code)?, title, last_release });
        }
    }
    retired.sort_unstable_by_key(|retired| retired.code);
    Some(retired)
}

fn written(reference: &Reference, sources: &[(&str, &[u8])]) -> Vec<u8> {
    let mut lines = format!("{MAGIC}\nsystem\t{}\nrelease\t{}\n", reference.system, reference.release);
    for (name, bytes) in sources {
        let _ = writeln!(lines, "source\t{name}\t{}", sha256(bytes));
    }
    for IcdChapter { number, range, title } in &reference.chapters {
        let _ = writeln!(lines, "chapter\t{number}\t{range}\t{title}");
    }
    for (at, IcdBlock { range, title, chapter }) in reference.blocks.iter().enumerate() {
        let of_block = reference.block_of_category.iter().filter(|&&(_, block)| usize::from(block) == at);
        let categories: Vec<&str> = of_block.map(|(code, _)| code.as_str()).collect();
        let _ = writeln!(lines, "block\t{chapter}\t{range}\t{title}\t{}", categories.join(" "));
    }
    for Retired { code, title, last_release } in &reference.retired {
        let _ = writeln!(lines, "retired\t{code}\t{last_release}\t{title}");
    }
    let mut body = Vec::new();
    for (first, packed) in packed_runs(reference) {
        let _ = writeln!(lines, "run\t{first}\t{}", packed.len());
        body.extend(packed);
    }
    let _ = writeln!(lines, "body\t{}\n", sha256(&body));
    [lines.into_bytes(), body].concat()
}

/// The codes of `reference` as packed runs of whole categories, each with its first code.
fn packed_runs(reference: &Reference) -> Vec<(Code, Vec<u8>)> {
    let mut runs = Vec::new();
    for shelf in &reference.shelves {
        let rows = shelf.rows();
        let (mut start, mut bytes) = (0, 0);
        for row in 0..rows.len() {
            let code = rows.code(row);
            if code.is_category() && bytes >= RUN_BYTES {
                runs.push((rows.code(start), pack(rows, start..row)));
                (start, bytes) = (row, 0);
            }
            // Seven characters are mostly formed, not stored.
            if code.as_bytes().len() < 7 {
                bytes += rows.title(row).len() + rows.terms(row).map(str::len).sum::<usize>();
            }
        }
        if start < rows.len() {
            runs.push((rows.code(start), pack(rows, start..rows.len())));
        }
    }
    runs
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Reference {
    /// The release that is built in: ICD-10-CM, April 2026. Unpacks nothing until it is asked.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Reference> = OnceLock::new();
        EMBEDDED.get_or_init(|| read(DATA))
    }
}

/// A release as [`written`] gives it. Lines that it does not know add nothing; a test proves that none is lost.
fn read(data: &'static [u8]) -> Reference {
    let mut reference = Reference::empty("", "");
    let head_len = data.windows(2).position(|pair| pair == b"\n\n").map_or(data.len(), |at| at + 1);
    let (head, body) = data.split_at(head_len);
    let mut body = body.get(1..).unwrap_or_default();
    for line in std::str::from_utf8(head).unwrap_or_default().lines() {
        let mut cells = line.split('\t');
        let kind = cells.next().unwrap_or_default();
        let cells: [&str; 4] = std::array::from_fn(|_| cells.next().unwrap_or_default());
        if kind == "run" {
            let len = cells[1].parse().unwrap_or(0).min(body.len());
            let (packed, rest) = body.split_at(len);
            body = rest;
            reference.shelves.extend(Code::parse(cells[0]).map(|first| Shelf::packed(first, packed)));
        } else {
            read_line(&mut reference, kind, cells);
        }
    }
    // In order but for blocks inside others: the stable sort sees that and has next to nothing to do.
    reference.block_of_category.sort();
    reference
}

fn read_line(reference: &mut Reference, kind: &str, cells: [&str; 4]) -> Option<()> {
    match kind {
        "system" => reference.system = cells[0].to_owned(),
        "release" => reference.release = cells[0].to_owned(),
        "chapter" => reference.chapters.push(IcdChapter {
            number: cells[0].parse().ok()?,
            range: CodeRange::parse(cells[1])?,
            title: cells[2].to_owned(),
        }),
        "block" => {
            let at = u16::try_from(reference.blocks.len()).ok()?;
            let chapter = cells[0].parse().ok()?;
            reference.blocks.push(IcdBlock {
                range: CodeRange::parse(cells[1])?,
                title: cells[2].to_owned(),
                chapter,
            });
            let categories = cells[3].split(' ').filter_map(Code::parse);
            reference.block_of_category.extend(categories.map(|code| (code, at)));
        }
        "retired" => reference.retired.push(Retired {
            code: Code::parse(cells[0])?,
            last_release: cells[1].to_owned(),
            title: cells[2].to_owned(),
        }),
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icd::Verdict;
    use std::path::{Path, PathBuf};

    /// The folder with the release's files, if this machine has it.
    fn shared() -> Option<PathBuf> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
        let shared = std::env::var_os("NOSOGRAPH_SHARED").map_or(beside, PathBuf::from).join("reference");
        shared.is_dir().then_some(shared)
    }

    #[test]
    fn the_release_is_whole() {
        let reference = Reference::embedded();
        let entries: Vec<_> = reference.entries().collect();
        assert_eq!(entries.len(), 98_186);
        assert_eq!(entries.iter().filter(|entry| entry.billable()).count(), 74_719);
        assert_eq!(entries.iter().filter(|entry| entry.code().is_category()).count(), 1_918);
        assert_eq!(reference.block_of_category.len(), 1_918);
        assert_eq!((reference.chapters().len(), reference.blocks().len()), (22, 297));
        assert_eq!(reference.retired.len(), 12);
        assert!(entries.iter().all(|entry| !entry.title().is_empty() && entry.chapter().is_some()));
        assert!(entries.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        assert_eq!((reference.system(), reference.release()), ("ICD-10-CM", "ICD-10-CM 2026-04"));
    }

    #[test]
    fn the_body_is_what_the_head_says() {
        let head = DATA.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let (lines, body) = (std::str::from_utf8(&DATA[..head]).unwrap(), &DATA[head + 2..]);
        assert!(lines.starts_with(MAGIC));
        assert!(lines.ends_with(&format!("body\t{}", sha256(body))));
    }

    #[test]
    fn the_data_is_made_by_the_loader() {
        let Some(folder) = shared() else {
            return std::io::Write::write_all(
                &mut std::io::stderr(),
                b"skipped: the release's files are not here\n",
            )
            .unwrap_or_default();
        };
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
        let names =
            ["icd10c-tabular-April-1-2026.xml", "code-list-April-2026.txt", "changes-2025-to-april-2026.tsv"];
        let [tabular, code_list, changes] = names.map(read);
        let sources = Sources {
            tabular: (names[0], &tabular),
            code_list: (names[1], &code_list),
            changes: (names[2], &changes),
            release: "2026-04",
            release_before: "2025",
        };
        let made = build(&sources).unwrap();
        assert!(
            made == DATA,
            "run the example `build_reference`: {} bytes, built in {}",
            made.len(),
            DATA.len()
        );

        let loaded = Reference::load(&folder.join(names[0])).unwrap();
        let shown = |reference: &Reference| -> Vec<String> {
            reference
                .entries()
                .map(|entry| {
                    format!(
                        "{entry:?} {:?} {:?}",
                        entry.parent(),
                        entry.inclusion_terms().collect::<Vec<_>>()
                    )
                })
                .collect()
        };
        assert!(shown(&loaded) == shown(Reference::embedded()));
        assert_eq!(loaded.chapters(), Reference::embedded().chapters());
        assert_eq!(loaded.blocks(), Reference::embedded().blocks());
    }

    #[test]
    fn a_code_has_its_title_place_and_family() {
        let check = |code: &str, wanted: &str| {
            let entry = Reference::embedded().entry(&Code::parse(code).unwrap()).unwrap();
            let block = entry.block().unwrap();
            let parent = entry.parent().map_or("-".to_owned(), |parent| parent.code().to_string());
            let chapter = entry.chapter().unwrap().roman();
            let children = entry.children().count();
            let shown =
                format!("{}|{parent}|{children}|{}|{chapter}|{:?}", entry.title(), block.range, entry.kind());
            assert_eq!(shown, wanted, "{code}");
        };
        check("M61", "Calcification and ossification of muscle|-|7|M60-M63|XIII|Category");
        check("M61.00", "Myositis ossificans traumatica, unspecified site|M61.0|0|M60-M63|XIII|Code");
        check("S30.1", "Contusion of abdominal wall|S30|3|S30-S39|XIX|Subcategory");
        check("A00.0", "Cholera due to Vibrio cholerae 01, biovar cholerae|A00|0|A00-A09|I|Code");
        check("B20", "Human immunodeficiency virus [HIV] disease|-|0|B20|I|Category");
        check("C7A", "Malignant neuroendocrine tumors|-|3|C7A|II|Category");
        check(
            "V00.01XA",
            "Pedestrian on foot injured in collision with roller-skater, initial encounter|V00.01|0|V00-V09|XX|Code",
        );
    }

    #[test]
    fn verdicts_tell_four_states_apart() {
        let check = |code: &str, wanted: &str| {
            let shown = match Reference::embedded().verdict(&Code::parse(code).unwrap()) {
                Verdict::Valid(entry) => format!("valid {entry:?}"),
                Verdict::Header(entry) => format!("header {entry:?}"),
                Verdict::Retired { title, last_release } => format!("retired {last_release} {title}"),
                Verdict::Unknown => "unknown".to_owned(),
            };
            assert_eq!(shown, wanted);
        };
        check("M61", "header M61 Calcification and ossification of muscle");
        check("A00.0", "valid A00.0 Cholera due to Vibrio cholerae 01, biovar cholerae");
        check("S30.1XXA", "retired 2025 Contusion of abdominal wall, initial encounter");
        check("S06.1X7D", "unknown");
        check("A99.9", "unknown");
    }
}
