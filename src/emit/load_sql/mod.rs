//! `load/`: SQL that brings the tables of a run into a warehouse, from CSV or, where there is none, from Parquet.
//!
//! In: the tables of a run whose files are on the disk. Out: a script for each [`Dialect`]. All do the same:
//! make the schema `nosograph` and its tables where they are missing; stop if tables of these names have
//! other columns; read the files into tables beside them, taking the escape of formulas away; then delete
//! the rows that the run does not have, update those it has otherwise, and insert those that are missing,
//! all in one transaction. What is equal is not touched. Names and types of columns come from
//! [`TABLES`](super::columns::TABLES); no value of a page ever stands in a script.

mod bigquery;
mod duckdb;
mod postgres;
mod snowflake;

use super::atomic::{AtomicFile, FinishedFile};
use super::columns::{Column, ColumnKind, Table};
use super::csv::undo_pattern;
use super::{FinishedTable, RunFacts};
use crate::error::Result;
use std::io::Write;
use std::path::Path;

/// The schema that the tables stand in.
const SCHEMA: &str = "nosograph";

/// The folder of the scripts in a run directory.
pub(super) const FOLDER: &str = "load";

/// Names of the scripts in a run directory.
pub(super) const FILE_NAMES: [&str; 4] =
    ["load/bigquery.sql", "load/duckdb.sql", "load/postgres.sql", "load/snowflake.sql"];

/// Writes the scripts in `folder`.
///
/// # Errors
/// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if one cannot be written.
pub(super) fn write(folder: &Path, facts: &RunFacts, tables: &[FinishedTable]) -> Result<Vec<FinishedFile>> {
    // psql copies text only.
    let has_csv = tables.iter().all(|table| table.form.is_csv());
    let scripts = [
        Some(bigquery::script(tables)),
        Some(duckdb::script(tables)),
        has_csv.then(|| postgres::script(tables)),
        Some(snowflake::script(tables)),
    ];
    let named = FILE_NAMES.into_iter().zip(scripts);
    named
        .filter_map(|(name, script)| Some((name, script?)))
        .map(|(name, script)| write_one(folder, name, &format!("{}{script}", made_by(facts))))
        .collect()
}

fn write_one(folder: &Path, name: &str, text: &str) -> Result<FinishedFile> {
    let mut file = AtomicFile::create(folder, name)?;
    file.write_all(text.as_bytes()).map_err(|error| file.failed(error))?;
    file.finish()
}

fn made_by(facts: &RunFacts) -> String {
    let RunFacts { version, schema, reference, profile, .. } = facts;
    // A name from a file of the user must not end the comment.
    let line = format!("nosograph {version}, columns {schema}, {reference}, {profile}");
    format!("-- {}\n", line.replace(char::is_control, " "))
}

/// How a warehouse spells what all of them know.
struct Dialect {
    text: &'static str,
    integer: &'static str,
    boolean: &'static str,
    json: &'static str,
    /// What stands around a name.
    quote: char,
    /// A character in a regular expression, by its number.
    code_point: fn(u32) -> String,
}

impl Dialect {
    fn type_name(&self, kind: ColumnKind) -> &'static str {
        match kind {
            ColumnKind::String => self.text,
            ColumnKind::Integer => self.integer,
            ColumnKind::Boolean => self.boolean,
            ColumnKind::JsonArray | ColumnKind::JsonObject => self.json,
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{0}{name}{0}", self.quote)
    }

    fn names<'n>(&self, prefix: &str, names: impl IntoIterator<Item = &'n str>) -> String {
        let named: Vec<String> =
            names.into_iter().map(|name| format!("{prefix}{}", self.name(name))).collect();
        named.join(", ")
    }

    fn all(&self, prefix: &str, table: &Table) -> String {
        self.names(prefix, table.columns.iter().map(|column| column.name.as_str()))
    }

    fn key(&self, table: &Table) -> String {
        self.names("", table.primary_key.iter().copied())
    }

    /// Whether `run` and `held` are the same row by their keys.
    fn same_key(&self, table: &Table) -> String {
        let equal = |name: &&str| format!("held.{0} = run.{0}", self.name(name));
        table.primary_key.iter().map(equal).collect::<Vec<_>>().join(" AND ")
    }

    /// Columns that are not part of the key.
    fn values<'t>(&self, table: &'t Table) -> impl Iterator<Item = &'t Column> {
        table.columns.iter().filter(|column| !table.primary_key.contains(&column.name.as_str()))
    }

    /// Assignments of all values of `run`.
    fn assignments(&self, table: &Table) -> String {
        let assign = |column: &Column| format!("{0} = run.{0}", self.name(&column.name));
        self.values(table).map(assign).collect::<Vec<_>>().join(",\n    ")
    }

    fn not_null(&self, column: &Column) -> &'static str {
        if column.is_nullable { "" } else { " NOT NULL" }
    }

    /// The lines of a `CREATE TABLE`: each column, with what `remark` has to say of it, and the key.
    fn definitions(&self, table: &Table, remark: impl Fn(&Column) -> String) -> String {
        let line = |column: &Column| {
            let (name, kind) = (self.name(&column.name), self.type_name(column.kind));
            format!("    {name} {kind}{}{},\n", self.not_null(column), remark(column))
        };
        let columns: String = table.columns.iter().map(line).collect();
        format!("{columns}    PRIMARY KEY ({})", self.key(table))
    }

    /// Where a column stands in a Parquet file, in which records are nested.
    #[cfg(feature = "parquet")]
    fn in_parquet(&self, table: &Table, column: &Column) -> String {
        if table.has_nested_rows() {
            let path: Vec<String> = column.path.split('.').map(|name| self.name(name)).collect();
            path.join(".")
        } else {
            self.name(&column.name)
        }
    }

    /// Statements that bring `held` to what `run` is, for warehouses with `UPDATE … FROM`; children go first
    /// and come last, so that no row ever hangs on a record that is not there.
    fn merge(&self, tables: &[FinishedTable], staged: impl Fn(&Table) -> String) -> String {
        let deletes = tables.iter().rev().map(|FinishedTable { table, .. }| {
            format!(
                "DELETE FROM {SCHEMA}.{name} AS held WHERE NOT EXISTS (\n    SELECT 1 FROM {staged} AS run WHERE {key}\n);\n",
                name = table.name,
                staged = staged(table),
                key = self.same_key(table),
            )
        });
        let upserts = tables.iter().map(|FinishedTable { table, .. }| {
            let values = |prefix| self.names(prefix, self.values(table).map(|column| column.name.as_str()));
            format!(
                "UPDATE {SCHEMA}.{name} AS held SET\n    {assignments}\nFROM {staged} AS run\nWHERE {key}\n    \
                 AND ROW({held}) IS DISTINCT FROM ROW({run});\n\
                 INSERT INTO {SCHEMA}.{name} ({columns})\nSELECT {all} FROM {staged} AS run WHERE NOT EXISTS (\n    \
                 SELECT 1 FROM {SCHEMA}.{name} AS held WHERE {key}\n);\n",
                name = table.name,
                assignments = self.assignments(table),
                staged = staged(table),
                key = self.same_key(table),
                held = values("held."),
                run = values("run."),
                columns = self.all("", table),
                all = self.all("run.", table),
            )
        });
        deletes.chain(upserts).collect()
    }

    /// `COMMENT ON` for each table and column.
    fn comments(&self, tables: &[FinishedTable]) -> String {
        let of_table = |table: &Table| {
            let on_table =
                format!("COMMENT ON TABLE {SCHEMA}.{} IS {};\n", table.name, literal(table.description));
            let on_column = |column: &Column| {
                format!(
                    "COMMENT ON COLUMN {SCHEMA}.{}.{} IS {};\n",
                    table.name,
                    self.name(&column.name),
                    literal(&column.description)
                )
            };
            on_table + &table.columns.iter().map(on_column).collect::<String>()
        };
        tables.iter().map(|finished| of_table(finished.table)).collect()
    }

    /// The text of a cell without the escape of formulas.
    fn unescaped(&self, expression: &str) -> String {
        format!("regexp_replace({expression}, {}, '\\1')", literal(&undo_pattern(self.code_point)))
    }
}

/// The files of the tables, as a shell names them.
fn files_of(tables: &[FinishedTable]) -> &'static str {
    if tables.iter().all(|table| table.form.is_csv()) { "*.csv" } else { "*.parquet" }
}

/// A text as SQL has it, where a backslash is a backslash.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Rows of `VALUES`: table, column and type of every column, as the catalog of the warehouse spells them.
fn catalog_rows(tables: &[FinishedTable], type_name: impl Fn(ColumnKind) -> &'static str) -> String {
    let rows = tables.iter().flat_map(|FinishedTable { table, .. }| {
        table
            .columns
            .iter()
            .map(|column| format!("('{}', '{}', '{}')", table.name, column.name, type_name(column.kind)))
    });
    rows.collect::<Vec<_>>().join(",\n        ")
}

fn table_names(tables: &[FinishedTable]) -> String {
    tables.iter().map(|finished| literal(finished.table.name)).collect::<Vec<_>>().join(", ")
}
