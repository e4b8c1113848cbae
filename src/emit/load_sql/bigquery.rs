//! The script for BigQuery. Only parsed in tests: it has never been run.

use super::{Dialect, SCHEMA};
use crate::emit::columns::{Column, ColumnKind, Table};
use crate::emit::csv::{FinishedTable, undo_pattern};

const DIALECT: Dialect = Dialect {
    text: "STRING",
    integer: "INT64",
    boolean: "BOOL",
    json: "JSON",
    quote: '`',
    code_point: |number| format!("\\x{{{number:x}}}"),
};

pub(super) fn script(tables: &[FinishedTable]) -> String {
    let create: String = tables.iter().map(|finished| create(finished.table)).collect();
    let load: String = tables.iter().map(load).collect();
    let merge: String = tables.iter().map(|finished| merge(finished.table)).collect();
    let drop: String =
        tables.iter().map(|finished| format!("DROP TABLE {};\n", staged(finished.table))).collect();
    format!(
        "-- Brings this run into BigQuery: tables in the dataset `{SCHEMA}`, equal to the run afterwards.\n\
         -- Parsed, but never run by its makers. First copy the CSV files to a bucket and put its name for BUCKET:\n\
         --   gcloud storage cp *.csv gs://BUCKET/nosograph/\n\
         CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n\
         {create}{load}\
         BEGIN TRANSACTION;\n\
         {merge}\
         COMMIT TRANSACTION;\n\
         {drop}"
    )
}

fn staged(table: &Table) -> String {
    format!("{SCHEMA}.run_{}", table.name)
}

/// A literal of BigQuery, where a backslash starts an escape.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn create(table: &Table) -> String {
    let columns: String = table
        .columns
        .iter()
        .map(|column| {
            format!(
                "    {} {}{} OPTIONS (description = {}),\n",
                DIALECT.name(&column.name),
                DIALECT.type_name(column.kind),
                DIALECT.not_null(column),
                literal(&column.description)
            )
        })
        .collect();
    let key = DIALECT.key(table);
    format!(
        "CREATE TABLE IF NOT EXISTS {SCHEMA}.{} (\n{columns}    PRIMARY KEY ({key}) NOT ENFORCED\n)\n\
         OPTIONS (description = {});\n",
        table.name,
        literal(table.description)
    )
}

/// JSON comes as text and is read when it is merged.
fn load(finished: &FinishedTable) -> String {
    let FinishedTable { table, file, .. } = finished;
    let column = |column: &Column| {
        let type_name = if column.kind.is_json() { DIALECT.text } else { DIALECT.type_name(column.kind) };
        format!("{} {type_name}", DIALECT.name(&column.name))
    };
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    format!(
        "LOAD DATA OVERWRITE {staged} (\n    {columns}\n)\nFROM FILES (\n    format = 'CSV', uris = \
         ['gs://BUCKET/nosograph/{path}'],\n    skip_leading_rows = 1, allow_quoted_newlines = TRUE\n);\n",
        staged = staged(table),
        columns = columns.join(",\n    "),
        path = file.written().path,
    )
}

fn merge(table: &Table) -> String {
    let value = |column: &Column| {
        let name = DIALECT.name(&column.name);
        match column.kind {
            ColumnKind::String => {
                let pattern = literal(&undo_pattern(DIALECT.code_point));
                // BigQuery takes an empty text for a missing one.
                let text = if column.is_nullable { name.clone() } else { format!("COALESCE({name}, '')") };
                format!("REGEXP_REPLACE({text}, {pattern}, '\\\\1') AS {name}")
            }
            ColumnKind::JsonArray | ColumnKind::JsonObject => format!("PARSE_JSON({name}) AS {name}"),
            ColumnKind::Integer | ColumnKind::Boolean => name,
        }
    };
    let differs = |column: &Column| {
        let name = DIALECT.name(&column.name);
        // Values of type JSON have no order and no equality.
        if column.kind.is_json() {
            format!("TO_JSON_STRING(held.{name}) IS DISTINCT FROM TO_JSON_STRING(run.{name})")
        } else {
            format!("held.{name} IS DISTINCT FROM run.{name}")
        }
    };
    let values: Vec<String> = table.columns.iter().map(value).collect();
    format!(
        "MERGE INTO {SCHEMA}.{name} AS held USING (\n    SELECT\n        {values}\n    FROM {staged}\n) AS run ON {key}\n\
         WHEN MATCHED AND ({differs}) THEN UPDATE SET\n    {assignments}\n\
         WHEN NOT MATCHED BY TARGET THEN INSERT ({columns})\n    VALUES ({inserted})\n\
         WHEN NOT MATCHED BY SOURCE THEN DELETE;\n",
        name = table.name,
        values = values.join(",\n        "),
        staged = staged(table),
        key = DIALECT.same_key(table),
        differs = DIALECT.values(table).map(differs).collect::<Vec<_>>().join("\n    OR "),
        assignments = DIALECT.assignments(table),
        columns = DIALECT.all("", table),
        inserted = DIALECT.all("run.", table),
    )
}
