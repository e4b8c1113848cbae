//! The catalogue of diagnostics: each kind of finding, once.
//!
//! In: an id or a name. Out: its [`Entry`], or the whole table as text. Checks, messages, the command
//! `rules`, `docs/diagnostics.md` and SARIF all read this one table, so an id means the same everywhere;
//! an id that was ever released keeps its meaning and is never given to another finding. Judges nothing:
//! that is [`validate`](crate::validate).

mod entries;

use crate::diagnostic::{Diagnostic, DiagnosticId, Severity};
pub use entries::CATALOGUE;
use std::fmt::Write;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        $($(#[$doc])* pub const $name: DiagnosticId = DiagnosticId($number);)*

        #[cfg(test)]
        const IDS: &[DiagnosticId] = &[$($name),*];
    };
}

ids! {
    /// The encoding was guessed from the bytes.
    ENCODING_GUESSED = 101;
    /// Bytes that the encoding does not have were replaced by U+FFFD.
    BYTES_MALFORMED = 102;
    /// The page has no visible text.
    PAGE_EMPTY = 103;
    /// The file is over the limit of bytes.
    PAGE_TOO_LARGE = 104;
    /// The file could not be read.
    PAGE_UNREADABLE = 105;
    /// Elements are nested deeper than the limit.
    DEPTH_LIMIT = 106;
    /// The page has more blocks than the limit.
    BLOCK_LIMIT = 107;
    /// A tag has more attributes than the limit.
    ATTRIBUTE_LIMIT = 108;
    /// The file's extension says one format, its bytes another.
    FORMAT_MISMATCH = 109;
    /// The declared encoding is not that of the bytes.
    ENCODING_CONFLICT = 110;
    /// The program failed on this page.
    PAGE_FAILED = 111;

    /// A line or row of a record file is no record.
    RECORD_MALFORMED = 151;
    /// A field of a record has not the type it should have, is missing, or is none of the contract's.
    FIELD_MALFORMED = 152;
    /// A record's id is not that of its `source.uri`.
    RECORD_ID_WRONG = 153;
    /// Two records have the same id.
    RECORD_REPEATED = 154;
    /// The parts of a record's coverage do not add up.
    COVERAGE_MISCOUNTED = 155;
    /// A record's status is not that of its worst diagnostic.
    STATUS_WRONG = 156;
    /// What a record says of its code is not what the reference says.
    REFERENCE_VALUE_WRONG = 157;
    /// The source of a record is not there any more.
    SOURCE_MISSING = 161;
    /// The source of a record has other bytes than those it was made from.
    SOURCE_CHANGED = 162;
    /// The bytes that provenance names do not give the value.
    VALUE_UNPROVED = 163;
    /// A value of the page has no provenance.
    PROVENANCE_MISSING = 164;
    /// An output is not the file that `run.json` tells of.
    OUTPUT_CHANGED = 165;

    /// No code was found.
    CODE_MISSING = 201;
    /// What stands where the code should be has not a code's shape.
    CODE_MALFORMED = 202;
    /// The page's chapter is not that of the code.
    CHAPTER_CONTRADICTS_CODE = 203;
    /// The code is in no release known here.
    CODE_UNKNOWN = 204;
    /// The code is of an earlier release.
    CODE_RETIRED = 205;
    /// The page gives two codes for itself.
    CODE_CONFLICT = 206;
    /// The code was read after mending its print.
    CODE_MENDED = 207;
    /// No title was found.
    TITLE_MISSING = 208;
    /// The title shares no word with the reference's title of the code.
    TITLE_UNLIKE_REFERENCE = 209;
    /// The page's block is not that of the code.
    BLOCK_CONTRADICTS_CODE = 210;
    /// The page's category is not that of the code.
    CATEGORY_CONTRADICTS_CODE = 211;
    /// A listed code is in no release known here.
    LISTED_CODE_UNKNOWN = 212;
    /// A listed code has not a code's shape, or was read after mending.
    LISTED_CODE_MENDED = 213;
    /// A listed code does not stand under the page's code.
    LISTED_CODE_ELSEWHERE = 214;
    /// The page does not say which classification its code is of.
    CODE_SYSTEM_MISSING = 215;
    /// The chapter's title or number is none of the reference's.
    CHAPTER_UNKNOWN = 216;

    /// The page has no section.
    SECTIONS_MISSING = 301;
    /// A section has neither text nor items, nor deeper sections.
    SECTION_EMPTY = 302;
    /// A heading is more than one level below the one before.
    LEVEL_JUMP = 303;
    /// Two sections have the same heading.
    HEADING_REPEATED = 304;

    /// Numbers of a list are missing.
    NUMBER_GAP = 401;
    /// The numbers of a list start again.
    NUMBER_RESTART = 402;
    /// A point or listed code stands twice.
    POINT_REPEATED = 403;
    /// A point has no text.
    POINT_EMPTY = 404;

    /// Text that no field took.
    TEXT_UNASSIGNED = 501;
    /// Text decoded with the wrong encoding somewhere on its way.
    MOJIBAKE = 502;
    /// A placeholder stands where text should be.
    PLACEHOLDER = 503;
    /// Letters of two scripts that look alike are mixed in one word.
    LOOK_ALIKE_LETTERS = 504;
    /// Control characters in a value.
    CONTROL_CHARACTERS = 505;

    /// An earlier page has the same code.
    CODE_REPEATED = 601;
    /// An earlier page has the same bytes.
    PAGE_REPEATED = 602;
    /// An earlier page has nearly the same text.
    PAGE_NEARLY_REPEATED = 603;
}

/// An entry of the catalogue.
#[derive(Debug)]
pub struct Entry {
    /// Its id.
    pub id: DiagnosticId,
    /// Its name in words joined by `-`, after what was found.
    pub name: &'static str,
    /// Its severity unless the profile says otherwise.
    pub severity: Severity,
    /// The field of the record it is about; `None` if it is about the page or about any field.
    pub field: Option<&'static str>,
    /// What it means, as a paragraph; the first sentence stands alone as a summary.
    pub explanation: &'static str,
    /// Part of a page that makes it fire, or the situation in words.
    pub example: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

impl Entry {
    /// The first sentence of the explanation, with its full stop.
    pub fn summary(&self) -> &'static str {
        self.explanation.split_inclusive(". ").next().unwrap_or_default().trim_end()
    }

    /// What `N` and the first digit of the id stand for: `Reading`, `Identity`, `Structure`, `Lists`, `Text`.
    pub fn family(&self) -> &'static str {
        match self.id.0 / 100 {
            1 => "Reading",
            2 => "Identity",
            3 => "Structure",
            4 => "Lists",
            5 => "Text",
            _ => "Across pages",
        }
    }

    /// The field for people to read; `any` where there is none.
    fn field_text(&self) -> &'static str {
        self.field.unwrap_or("any")
    }
}

/// The entry of an id; `None` for an id that the catalogue does not have.
pub fn entry(id: DiagnosticId) -> Option<&'static Entry> {
    CATALOGUE.binary_search_by_key(&id, |entry| entry.id).ok().map(|at| &CATALOGUE[at])
}

/// A finding about a page as a whole, with the catalogue's severity.
pub fn about_page(id: DiagnosticId, message: String) -> Diagnostic {
    let severity = entry(id).map_or(Severity::Warning, |entry| entry.severity);
    Diagnostic { id, severity, field: None, line: None, span: None, message }
}

/// Reads an id as a person writes it: `N203`, `n203` or `chapter-contradicts-code`.
///
/// `None` for what the catalogue does not have, well formed or not.
///
/// ```
/// use nosograph::catalogue::{self, parse_id};
/// assert_eq!(parse_id("N203"), Some(catalogue::CHAPTER_CONTRADICTS_CODE));
/// assert_eq!(parse_id("chapter-contradicts-code"), Some(catalogue::CHAPTER_CONTRADICTS_CODE));
/// assert_eq!(parse_id("N999"), None);
/// ```
pub fn parse_id(text: &str) -> Option<DiagnosticId> {
    let text = text.trim();
    let named = |entry: &&Entry| {
        entry.name.eq_ignore_ascii_case(text) || entry.id.to_string().eq_ignore_ascii_case(text)
    };
    CATALOGUE.iter().find(named).map(|entry| entry.id)
}

/// Reads a choice of ids as a person writes it: an id, a name, or the beginning of ids such as `N2` for all
/// of N2xx.
///
/// `None` for what chooses nothing.
///
/// ```
/// use nosograph::catalogue::{self, parse_choice};
/// assert_eq!(parse_choice("N203"), Some(vec![catalogue::CHAPTER_CONTRADICTS_CODE]));
/// assert!(parse_choice("N4").is_some_and(|ids| ids.contains(&catalogue::NUMBER_GAP)));
/// assert_eq!(parse_choice("N9"), None);
/// ```
pub fn parse_choice(text: &str) -> Option<Vec<DiagnosticId>> {
    if let Some(id) = parse_id(text) {
        return Some(vec![id]);
    }
    let beginning = text.trim().to_ascii_uppercase();
    let starts = |entry: &&Entry| entry.id.to_string().starts_with(&beginning);
    let ids: Vec<DiagnosticId> = CATALOGUE.iter().filter(starts).map(|entry| entry.id).collect();
    Some(ids).filter(|ids| !ids.is_empty() && !beginning.is_empty())
}

/// The catalogue as lines of aligned columns: id, severity, name, summary.
pub fn table() -> String {
    let width = CATALOGUE.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for entry in CATALOGUE {
        let Entry { id, name, severity, .. } = entry;
        line(&mut text, format_args!("{id}  {:<7}  {name:<width$}  {}", severity.as_str(), entry.summary()));
    }
    text
}

/// One entry explained, as plain lines.
pub fn explain(entry: &Entry) -> String {
    let Entry { id, name, severity, explanation, example, cure, .. } = entry;
    let mut text = String::new();
    line(&mut text, format_args!("{id} {name}"));
    line(&mut text, format_args!("severity: {severity}; field: {}", entry.field_text()));
    line(&mut text, format_args!("\n{explanation}\n\nexample:\n"));
    for shown in example.lines() {
        line(&mut text, format_args!("{}", format!("    {shown}").trim_end()));
    }
    line(&mut text, format_args!("\ncure: {cure}"));
    text
}

/// The catalogue as a Markdown page: `docs/diagnostics.md`.
pub fn markdown() -> String {
    let mut text = String::from(MARKDOWN_HEAD);
    let mut family = "";
    for entry in CATALOGUE {
        if entry.family() != family {
            family = entry.family();
            line(&mut text, format_args!("\n## N{}xx: {family}", entry.id.0 / 100));
        }
        let Entry { id, name, severity, explanation, example, cure, .. } = entry;
        line(&mut text, format_args!("\n### {id} `{name}`\n"));
        line(&mut text, format_args!("Severity: {severity}. Field: {}.\n", entry.field_text()));
        line(&mut text, format_args!("{explanation}\n\n```text\n{example}\n```\n\nCure: {cure}"));
    }
    text
}

const MARKDOWN_HEAD: &str = "\
# Diagnostics

Each finding about a page has one of these ids, which never change their meaning. A profile can change the
severity of any of them or turn it off. `error`: the record should not be used; `warning`: use it with care;
`info`: worth knowing. This page is written from the program's own table; a test keeps the two the same.
";

/// Appends a line; writing to a `String` cannot fail.
fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_one_entry_in_ascending_order() {
        let listed: Vec<DiagnosticId> = CATALOGUE.iter().map(|entry| entry.id).collect();
        assert_eq!(listed, IDS);
        assert!(listed.is_sorted_by(|a, b| a < b));
        assert!(listed.iter().all(|id| (101..700).contains(&id.0)));
        assert!(listed.iter().all(|&id| entry(id).is_some_and(|entry| entry.id == id)));
    }

    #[test]
    fn every_entry_is_complete() {
        let kebab = |name: &str| {
            name.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        };
        for entry in CATALOGUE {
            let Entry { id, name, example, cure, explanation, .. } = entry;
            assert!(kebab(name), "{id}: {name}");
            assert!(explanation.ends_with('.') && explanation.len() > 50, "{id}: {explanation}");
            assert!(
                entry.summary().ends_with('.') && entry.summary().len() <= 100,
                "{id}: {}",
                entry.summary()
            );
            assert!(!example.is_empty() && example.trim_end() == *example, "{id}: {example}");
            assert!(cure.ends_with('.') && cure.len() > 20, "{id}: {cure}");
            assert_eq!(CATALOGUE.iter().filter(|other| other.name == *name).count(), 1, "{id}: {name}");
        }
    }

    #[test]
    fn an_id_is_read_as_people_write_it() {
        let check =
            |text: &str, expected: Option<DiagnosticId>| assert_eq!(parse_id(text), expected, "{text:?}");
        check("N203", Some(CHAPTER_CONTRADICTS_CODE));
        check(" n203 ", Some(CHAPTER_CONTRADICTS_CODE));
        check("Chapter-Contradicts-Code", Some(CHAPTER_CONTRADICTS_CODE));
        check("203", None);
        check("N0203", None);
        check("", None);
    }

    #[test]
    fn the_table_has_a_line_an_entry() {
        let table = table();
        assert_eq!(table.lines().count(), CATALOGUE.len());
        assert!(table.contains("N203  warning  chapter-contradicts-code"), "{table}");
    }

    #[test]
    fn an_explanation_shows_example_and_cure() {
        let text = explain(entry(CODE_MISSING).unwrap());
        assert!(text.starts_with("N201 code-missing\nseverity: error; field: code\n"), "{text}");
        assert!(text.contains("\nexample:\n\n    ") && text.contains("\ncure: "), "{text}");
    }

    /// With `UPDATE_DOCS` set the file is written instead of compared.
    #[test]
    fn the_page_in_docs_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
            std::fs::write(path, markdown()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == markdown(), "run `UPDATE_DOCS=1 cargo test --lib catalogue` and read the change");
    }
}
