//! The tables of a run: every column once.
//!
//! In: a [`Record`]. Out: the [`Cell`] of a column for each row that the record gives to a table. CSV
//! headers, schemas and descriptions all come from [`TABLES`], so that they cannot differ. The names are
//! those of the record's fields, joined by `_`. Never changes a value: escaping is the business of a format.

use crate::record::{ExtraValue, Item, Record};
use serde::Serialize;
use std::borrow::Cow;

/// A relation of the output: rows of the same columns.
#[derive(Debug)]
pub struct Table {
    /// Its name, and that of its file without the extension.
    pub name: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// Its columns in order.
    pub columns: &'static [Column],
    /// Columns that tell its rows apart.
    pub primary_key: &'static [&'static str],
    /// How many rows a record gives.
    pub rows: fn(&Record) -> usize,
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its cells are.
    pub kind: ColumnKind,
    /// What stands in it, for people.
    pub description: &'static str,
    /// The cell in the row of that index, which is below [`Table::rows`]; an index past it gives [`Cell::Null`].
    pub cell: fn(&Record, usize) -> Cell<'_>,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    String,
    /// A whole number, 0 or more.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// JSON as text.
    Json,
}

/// A value in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'r> {
    /// No value.
    Null,
    /// Text, or JSON as text.
    Text(Cow<'r, str>),
    /// A whole number.
    Integer(u64),
    /// A truth value.
    Boolean(bool),
}

impl<'r> From<&'r str> for Cell<'r> {
    fn from(text: &'r str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'r> From<&'r String> for Cell<'r> {
    fn from(text: &'r String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<u8> for Cell<'_> {
    fn from(number: u8) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Cell<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u64> for Cell<'_> {
    fn from(number: u64) -> Self {
        Self::Integer(number)
    }
}

impl From<usize> for Cell<'_> {
    fn from(number: usize) -> Self {
        Self::Integer(number as u64)
    }
}

impl From<bool> for Cell<'_> {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl<'r, T: Into<Self>> From<Option<T>> for Cell<'r> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The word that JSON has for a value without parts, such as `not_available`.
fn word<T: Serialize>(value: T) -> Cell<'static> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Cell::Text(Cow::Owned(text)),
        _ => Cell::Null,
    }
}

/// JSON as text; nothing for an empty list or map.
fn json<T: Serialize>(value: &T, is_empty: bool) -> Cell<'static> {
    match serde_json::to_string(value) {
        Ok(text) if !is_empty => Cell::Text(Cow::Owned(text)),
        _ => Cell::Null,
    }
}

fn items(items: &Vec<Item>) -> Cell<'_> {
    json(items, items.is_empty())
}

fn extra(extra: &std::collections::BTreeMap<String, ExtraValue>) -> Cell<'_> {
    json(extra, extra.is_empty())
}

/// Columns as lines: name, kind, description, and the value in words of a record `r` and a row index `i`.
macro_rules! columns {
    ($(($name:literal, $kind:ident, $description:literal, |$r:ident, $i:pat_param| $cell:expr)),+ $(,)?) => {
        &[$(Column {
            name: $name,
            kind: ColumnKind::$kind,
            description: $description,
            cell: |$r, $i| Cell::from($cell),
        }),+]
    };
}

/// The tables of a run; the first has a row a page, the others hang on its `record_id`.
pub const TABLES: [Table; 5] = [RECORDS, SECTIONS, KEY_POINTS, DIAGNOSIS_CODES, DIAGNOSTICS];

const RECORDS: Table = Table {
    name: "records",
    description: "One row a page: the fields with a single value.",
    primary_key: &["record_id"],
    rows: |_| 1,
    columns: columns![
        ("record_id", String, "UUID version 5 of source_uri: the same in every run.", |r, _| &r.record_id),
        ("source_uri", String, "Path of the page below the input.", |r, _| &r.source.uri),
        ("source_url", String, "Address that the page gives for itself.", |r, _| r.source.url.as_ref()),
        ("source_format", String, "text or html.", |r, _| word(r.source.format)),
        ("source_encoding", String, "Encoding of the page, WHATWG name.", |r, _| r.source.encoding.as_ref()),
        ("source_bytes", Integer, "Size of the page in bytes.", |r, _| r.source.bytes),
        ("source_hash", String, "BLAKE3 of the page as read.", |r, _| r.source.hash.as_ref()),
        ("profile", String, "Profile and its version.", |r, _| &r.profile),
        ("reference", String, "ICD-10 release that the code was checked against.", |r, _| &r.reference),
        ("status", String, "ok, warning or error, after the worst diagnostic.", |r, _| word(r.status)),
        ("title", String, "The page's own title.", |r, _| r.title.as_ref()),
        ("code", String, "The page's main code, with its dot.", |r, _| r.code.as_ref()),
        ("code_system", String, "Classification that the page names.", |r, _| r.code_system.as_ref()),
        ("code_status", String, "valid, header, retired or unknown in the reference.", |r, _| word(
            r.code_status
        )),
        ("code_kind", String, "category, subcategory or code.", |r, _| word(r.code_kind)),
        ("code_title", String, "Title of the code in the reference.", |r, _| r.code_title.as_ref()),
        ("billable", Boolean, "Whether the code has no codes below it.", |r, _| r.billable),
        ("chapter_number", Integer, "Chapter, 1 to 22.", |r, _| r.chapter.as_ref().and_then(|c| c.number)),
        ("chapter_roman", String, "Chapter as ICD-10 prints it, I to XXII.", |r, _| r
            .chapter
            .as_ref()
            .and_then(|c| c.roman.as_ref())),
        ("chapter_range", String, "First and last category of the chapter.", |r, _| r
            .chapter
            .as_ref()
            .and_then(|c| c.range.as_ref())),
        ("chapter_title", String, "Title of the chapter.", |r, _| r
            .chapter
            .as_ref()
            .and_then(|c| c.title.as_ref())),
        ("block_range", String, "First and last category of the block.", |r, _| r
            .block
            .as_ref()
            .and_then(|b| b.range.as_ref())),
        ("block_title", String, "Title of the block.", |r, _| r
            .block
            .as_ref()
            .and_then(|b| b.title.as_ref())),
        ("category_code", String, "The three-character category.", |r, _| r
            .category
            .as_ref()
            .and_then(|c| c.code.as_ref())),
        ("category_title", String, "Title of the category.", |r, _| r
            .category
            .as_ref()
            .and_then(|c| c.title.as_ref())),
        ("diagnosis_codes_status", String, "listed, not_available or absent.", |r, _| word(
            r.diagnosis_codes.status
        )),
        ("extra", Json, "Fields that the profile adds.", |r, _| extra(&r.extra)),
        (
            "coverage_lines",
            Integer,
            "Non-blank lines of a text page, visible blocks of an HTML page.",
            |r, _| r.coverage.lines
        ),
        ("coverage_assigned", Integer, "Those of them in a field.", |r, _| r.coverage.assigned),
        ("coverage_chrome", Integer, "Those of them that are site furniture.", |r, _| r.coverage.chrome),
        ("coverage_unassigned", Integer, "Those of them left over.", |r, _| r.coverage.unassigned),
    ],
};

const SECTIONS: Table = Table {
    name: "sections",
    description: "The headings of each page with the text under them.",
    primary_key: &["record_id", "position"],
    rows: |r| r.sections.len(),
    columns: columns![
        ("record_id", String, "The record it is part of.", |r, _| &r.record_id),
        ("position", Integer, "From 1, in page order.", |r, i| r.sections.get(i).map(|s| s.position)),
        ("level", Integer, "1 is the article's own heading.", |r, i| r.sections.get(i).and_then(|s| s.level)),
        ("heading", String, "The heading; empty for text before the first.", |r, i| r
            .sections
            .get(i)
            .and_then(|s| s.heading.as_ref())),
        ("text", String, "Paragraphs, an empty line between them.", |r, i| r
            .sections
            .get(i)
            .map(|s| &s.text)),
        ("items", Json, "List items as JSON: marker, text, depth.", |r, i| r
            .sections
            .get(i)
            .map(|s| items(&s.items))),
    ],
};

const KEY_POINTS: Table = Table {
    name: "key_points",
    description: "The numbered points by which each page sums itself up.",
    primary_key: &["record_id", "position"],
    rows: |r| r.key_points.len(),
    columns: columns![
        ("record_id", String, "The record it is part of.", |r, _| &r.record_id),
        ("position", Integer, "From 1, in page order.", |_r, i| i + 1),
        ("number", Integer, "The number as the page prints it.", |r, i| r
            .key_points
            .get(i)
            .and_then(|p| p.number)),
        ("text", String, "The point.", |r, i| r.key_points.get(i).map(|p| &p.text)),
    ],
};

const DIAGNOSIS_CODES: Table = Table {
    name: "diagnosis_codes",
    description: "The codes that each page lists.",
    primary_key: &["record_id", "position"],
    rows: |r| r.diagnosis_codes.codes.len(),
    columns: columns![
        ("record_id", String, "The record it is part of.", |r, _| &r.record_id),
        ("position", Integer, "From 1, in page order.", |_r, i| i + 1),
        ("code", String, "The code, with its dot.", |r, i| r.diagnosis_codes.codes.get(i).map(|c| &c.code)),
        ("title", String, "The title that the page gives it.", |r, i| r
            .diagnosis_codes
            .codes
            .get(i)
            .and_then(|c| c.title.as_ref())),
    ],
};

const DIAGNOSTICS: Table = Table {
    name: "diagnostics",
    description: "What was found wrong or worth knowing in each record.",
    primary_key: &["record_id", "position"],
    rows: |r| r.diagnostics.len(),
    columns: columns![
        ("record_id", String, "The record it is about.", |r, _| &r.record_id),
        ("position", Integer, "From 1, in the record's order.", |_r, i| i + 1),
        ("id", String, "Stable id in the catalogue.", |r, i| r.diagnostics.get(i).map(|d| &d.id)),
        ("severity", String, "error, warning or info.", |r, i| r
            .diagnostics
            .get(i)
            .map(|d| d.severity.as_str())),
        ("field", String, "The field it is about.", |r, i| r
            .diagnostics
            .get(i)
            .and_then(|d| d.field.as_ref())),
        ("line", Integer, "Line of the page, from 1.", |r, i| r.diagnostics.get(i).and_then(|d| d.line)),
        ("message", String, "What was found and what to do.", |r, i| r
            .diagnostics
            .get(i)
            .map(|d| &d.message)),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_keys_exist() {
        for table in &TABLES {
            let names: BTreeSet<&str> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert!(table.primary_key.iter().all(|key| names.contains(key)), "{}", table.name);
            assert_eq!(table.columns[0].name, "record_id");
        }
    }

    #[test]
    fn every_cell_is_of_its_column_s_kind() {
        let record = crate::emit::tests::full_record();
        for table in &TABLES {
            assert!((table.rows)(&record) > 0, "{} has no row", table.name);
            for column in table.columns {
                let fits = match (column.cell)(&record, 0) {
                    Cell::Text(_) => matches!(column.kind, ColumnKind::String | ColumnKind::Json),
                    Cell::Integer(_) => column.kind == ColumnKind::Integer,
                    Cell::Boolean(_) => column.kind == ColumnKind::Boolean,
                    Cell::Null => false,
                };
                assert!(
                    fits,
                    "{}.{} of a full record: {:?}",
                    table.name,
                    column.name,
                    (column.cell)(&record, 0)
                );
            }
        }
    }

    #[test]
    fn a_row_past_the_end_is_null() {
        let record = crate::emit::tests::full_record();
        assert_eq!((SECTIONS.columns[4].cell)(&record, 99), Cell::Null);
    }
}
