//! The tables of a run: every column once.
//!
//! In: a [`Record`]. Out: the [`Cell`] of a column for each row that the record gives to a table. A column
//! is told by the path of its field; its name (joined by `_`), kind, values and description come from
//! [`record_model`], so that JSON and tables cannot differ. CSV headers, schemas and SQL all come from
//! [`TABLES`]. Never changes a value: escaping is the business of a format.

use super::field::{FieldKind, record_model};
use crate::page::Format;
use crate::record::{CodeKind, CodeStatus, ExtraValue, Finding, Item, Record};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A relation of the output: rows of the same columns.
#[derive(Debug)]
pub struct Table {
    /// Its name, and that of its file without the extension.
    pub name: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Columns that tell its rows apart.
    pub primary_key: &'static [&'static str],
    /// How many rows a record gives.
    pub rows: fn(&Record<'_>) -> usize,
}

impl Table {
    /// Whether a row is a record, whose fields are nested where a form has nesting.
    pub fn has_nested_rows(&self) -> bool {
        self.name == RECORDS.name
    }
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The path of its field in a record or in an element of the list whose elements are the rows.
    pub path: &'static str,
    /// What its cells are.
    pub kind: ColumnKind,
    /// Where it has any, the values there are.
    pub words: Vec<String>,
    /// Whether a cell may have no value.
    pub is_nullable: bool,
    /// What stands in it, for people.
    pub description: String,
    /// The cell in the row of that index, which is below [`Table::rows`]; an index past it gives [`Cell::Null`].
    pub cell: CellOf,
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
    /// A JSON array as text.
    JsonArray,
    /// A JSON object as text.
    JsonObject,
}

impl ColumnKind {
    /// Whether its cells are JSON as text.
    pub fn is_json(self) -> bool {
        matches!(self, Self::JsonArray | Self::JsonObject)
    }
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

impl<'r> From<&'r Cow<'_, str>> for Cell<'r> {
    fn from(text: &'r Cow<'_, str>) -> Self {
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

/// JSON as text; nothing for an empty list or map.
fn json<T: Serialize>(value: &T, is_empty: bool) -> Cell<'static> {
    if is_empty {
        return Cell::Null;
    }
    serde_json::to_string(value).map_or(Cell::Null, |text| Cell::Text(Cow::Owned(text)))
}

fn items(items: &Vec<Item<'_>>) -> Cell<'static> {
    json(items, items.is_empty())
}

fn extra(extra: &std::collections::BTreeMap<Cow<'_, str>, ExtraValue<'_>>) -> Cell<'static> {
    json(extra, extra.is_empty())
}

/// A table as it is written below: where its rows are in a record, and the cell of each column.
struct TableSource {
    name: &'static str,
    description: &'static str,
    /// Path of the list whose elements are the rows; empty where the record is the row.
    path: &'static str,
    primary_key: &'static [&'static str],
    rows: fn(&Record<'_>) -> usize,
    /// Path of the field below `path`, or from the record, and its value.
    columns: &'static [(&'static str, CellOf)],
}

/// The cell that a record has in the row of an index.
pub type CellOf = for<'r> fn(&'r Record<'_>, usize) -> Cell<'r>;

/// Columns as lines: the path of the field, and the value in words of a record `r` and a row index `i`.
macro_rules! columns {
    ($(($path:literal, |$r:ident, $i:pat_param| $cell:expr)),+ $(,)?) => {
        &[$(($path, |$r, $i| Cell::from($cell))),+]
    };
}

/// How many tables there are.
pub const TABLE_COUNT: usize = 5;

/// The tables of a run; the first has a row a page, the others hang on its `record_id`.
pub static TABLES: LazyLock<[Table; TABLE_COUNT]> =
    LazyLock::new(|| [RECORDS, SECTIONS, KEY_POINTS, DIAGNOSIS_CODES, DIAGNOSTICS].map(Table::from));

impl From<TableSource> for Table {
    fn from(source: TableSource) -> Self {
        let columns = source.columns.iter().map(|&(path, cell)| column(source.path, path, cell)).collect();
        let TableSource { name, description, primary_key, rows, .. } = source;
        Self { name, description, columns, primary_key, rows }
    }
}

/// The column of a field: its name, kind and description are those of the field.
fn column(rows: &str, path: &'static str, cell: CellOf) -> Column {
    let name = path.replace('.', "_");
    let model = record_model();
    let in_rows = model.along(rows).last().map_or_else(Vec::new, |list| list.along(path));
    let along = if in_rows.is_empty() { model.along(path) } else { in_rows };
    let Some(field) = along.last() else {
        // The place in the list, which JSON does not write.
        let description = "From 1, in the order of the record.".to_owned();
        return Column {
            name,
            path,
            kind: ColumnKind::Integer,
            words: Vec::new(),
            is_nullable: false,
            description,
            cell,
        };
    };
    let (kind, words) = match &field.kind {
        FieldKind::Text { words } => (ColumnKind::String, words.clone()),
        FieldKind::Integer => (ColumnKind::Integer, Vec::new()),
        FieldKind::Boolean => (ColumnKind::Boolean, Vec::new()),
        FieldKind::List(_) => (ColumnKind::JsonArray, Vec::new()),
        FieldKind::Json | FieldKind::Struct(_) | FieldKind::Map(_) => (ColumnKind::JsonObject, Vec::new()),
    };
    let sentences: Vec<&str> = along.iter().map(|field| field.description.trim_end_matches('.')).collect();
    Column {
        name,
        path,
        // An empty list or map is a cell without a value.
        is_nullable: kind.is_json() || along.iter().any(|field| field.is_nullable),
        kind,
        words,
        description: format!("{}.", sentences.join(": ")),
        cell,
    }
}

const RECORDS: TableSource = TableSource {
    name: "records",
    description: "One row a page: the fields with a single value.",
    path: "",
    primary_key: &["record_id"],
    rows: |_| 1,
    columns: columns![
        ("record_id", |r, _| &r.record_id),
        ("source.uri", |r, _| &r.source.uri),
        ("source.url", |r, _| r.source.url.as_ref()),
        ("source.format", |r, _| r.source.format.map(Format::as_str)),
        ("source.encoding", |r, _| r.source.encoding.as_ref()),
        ("source.bytes", |r, _| r.source.bytes),
        ("source.hash", |r, _| r.source.hash.as_ref()),
        ("profile", |r, _| &r.profile),
        ("reference", |r, _| &r.reference),
        ("status", |r, _| r.status.as_str()),
        ("title", |r, _| r.title.as_ref()),
        ("code", |r, _| r.code.as_ref()),
        ("code_system", |r, _| r.code_system.as_ref()),
        ("code_status", |r, _| r.code_status.map(CodeStatus::as_str)),
        ("code_kind", |r, _| r.code_kind.map(CodeKind::as_str)),
        ("code_title", |r, _| r.code_title.as_ref()),
        ("billable", |r, _| r.billable),
        ("chapter.number", |r, _| r.chapter.as_ref().and_then(|c| c.number)),
        ("chapter.roman", |r, _| r.chapter.as_ref().and_then(|c| c.roman.as_ref())),
        ("chapter.range", |r, _| r.chapter.as_ref().and_then(|c| c.range.as_ref())),
        ("chapter.title", |r, _| r.chapter.as_ref().and_then(|c| c.title.as_ref())),
        ("block.range", |r, _| r.block.as_ref().and_then(|b| b.range.as_ref())),
        ("block.title", |r, _| r.block.as_ref().and_then(|b| b.title.as_ref())),
        ("category.code", |r, _| r.category.as_ref().and_then(|c| c.code.as_ref())),
        ("category.title", |r, _| r.category.as_ref().and_then(|c| c.title.as_ref())),
        ("diagnosis_codes.status", |r, _| r.diagnosis_codes.status.as_str()),
        ("extra", |r, _| extra(&r.extra)),
        ("coverage.lines", |r, _| r.coverage.lines),
        ("coverage.assigned", |r, _| r.coverage.assigned),
        ("coverage.chrome", |r, _| r.coverage.chrome),
        ("coverage.unassigned", |r, _| r.coverage.unassigned),
    ],
};

const SECTIONS: TableSource = TableSource {
    name: "sections",
    path: "sections",
    description: "The headings of each page with the text under them.",
    primary_key: &["record_id", "position"],
    rows: |r| r.sections.len(),
    columns: columns![
        ("record_id", |r, _| &r.record_id),
        ("position", |r, i| r.sections.get(i).map(|s| s.position)),
        ("level", |r, i| r.sections.get(i).and_then(|s| s.level)),
        ("heading", |r, i| r.sections.get(i).and_then(|s| s.heading.as_ref())),
        ("text", |r, i| r.sections.get(i).map(|s| &s.text)),
        ("items", |r, i| r.sections.get(i).map(|s| items(&s.items))),
    ],
};

const KEY_POINTS: TableSource = TableSource {
    name: "key_points",
    path: "key_points",
    description: "The numbered points by which each page sums itself up.",
    primary_key: &["record_id", "position"],
    rows: |r| r.key_points.len(),
    columns: columns![
        ("record_id", |r, _| &r.record_id),
        ("position", |_r, i| i + 1),
        ("number", |r, i| r.key_points.get(i).and_then(|p| p.number)),
        ("text", |r, i| r.key_points.get(i).map(|p| &p.text)),
    ],
};

const DIAGNOSIS_CODES: TableSource = TableSource {
    name: "diagnosis_codes",
    path: "diagnosis_codes.codes",
    description: "The codes that each page lists.",
    primary_key: &["record_id", "position"],
    rows: |r| r.diagnosis_codes.codes.len(),
    columns: columns![
        ("record_id", |r, _| &r.record_id),
        ("position", |_r, i| i + 1),
        ("code", |r, i| r.diagnosis_codes.codes.get(i).map(|c| &c.code)),
        ("title", |r, i| r.diagnosis_codes.codes.get(i).and_then(|c| c.title.as_ref())),
    ],
};

const DIAGNOSTICS: TableSource = TableSource {
    name: "diagnostics",
    path: "diagnostics",
    description: "What was found wrong or worth knowing in each record.",
    primary_key: &["record_id", "position"],
    rows: |r| r.diagnostics.len(),
    columns: columns![
        ("record_id", |r, _| &r.record_id),
        ("position", |_r, i| i + 1),
        ("id", |r, i| r.diagnostics.get(i).map(|d| &d.id)),
        ("severity", |r, i| r.diagnostics.get(i).map(|d| d.severity.as_str())),
        ("field", |r, i| r.diagnostics.get(i).and_then(|d| d.field.as_ref())),
        ("line", |r, i| r.diagnostics.get(i).and_then(|d| d.line)),
        ("message", |r, i| r.diagnostics.get(i).map(|d| &d.message)),
    ],
};

/// The cells that a finding gives to [`DIAGNOSTICS`], without the record that will hold it.
pub(super) fn finding_cells<'r>(record_id: &'r str, position: usize, finding: &'r Finding) -> [Cell<'r>; 7] {
    [
        record_id.into(),
        position.into(),
        Cell::from(&finding.id),
        finding.severity.as_str().into(),
        finding.field.as_ref().into(),
        finding.line.into(),
        Cell::from(&finding.message),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::field::Field;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_keys_exist() {
        for table in &*TABLES {
            let names: BTreeSet<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert!(table.primary_key.iter().all(|key| names.contains(key)), "{}", table.name);
            assert_eq!(table.columns[0].name, "record_id");
        }
    }

    #[test]
    fn every_cell_is_of_its_column_s_kind() {
        let record = crate::emit::tests::full_record();
        for table in &*TABLES {
            assert!((table.rows)(&record) > 0, "{} has no row", table.name);
            for column in &table.columns {
                let fits = match (column.cell)(&record, 0) {
                    Cell::Text(_) => column.kind == ColumnKind::String || column.kind.is_json(),
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
        assert_eq!((TABLES[1].columns[4].cell)(&record, 99), Cell::Null);
    }

    /// Paths of the values below a field: structs are entered, lists are not.
    fn leaves(path: &str, field: &Field, found: &mut Vec<String>) {
        match &field.kind {
            FieldKind::Struct(fields) => {
                for field in fields {
                    leaves(&format!("{path}{}_", field.name), field, found);
                }
            }
            _ => found.push(path.trim_end_matches('_').to_owned()),
        }
    }

    #[test]
    fn every_value_of_a_record_has_its_column() {
        let mut missing = Vec::new();
        leaves("", record_model(), &mut missing);
        for source in [SECTIONS, KEY_POINTS, DIAGNOSIS_CODES, DIAGNOSTICS] {
            // The list is a table of its own; each value of an element has its column there.
            missing.retain(|path| *path != source.path.replace('.', "_"));
            let FieldKind::List(element) = &record_model().along(source.path).last().unwrap().kind else {
                panic!("{} is no list", source.path)
            };
            let mut found = Vec::new();
            leaves("", element, &mut found);
            let table = Table::from(source);
            found.retain(|path| !table.columns.iter().any(|column| column.name == *path));
            assert!(found.is_empty(), "{}: no column for {found:?}", table.name);
        }
        missing.retain(|path| !TABLES[0].columns.iter().any(|column| column.name == *path));
        // Where each value came from is told in JSON and Parquet only.
        assert_eq!(missing, ["provenance"]);
    }
}
