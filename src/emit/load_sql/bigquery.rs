//! The script for BigQuery. Only parsed in tests: it has never been run.

use super::{Dialect, SCHEMA, files_of};
use crate::emit::columns::{Column, ColumnKind, Table};
use crate::emit::csv::undo_pattern;
use crate::emit::{FinishedTable, TableForm};

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
    let merge: String = tables.iter().map(merge).collect();
    let drop: String =
        tables.iter().map(|finished| format!("DROP TABLE {};\n", staged(finished.table))).collect();
    format!(
        "-- Brings this run into BigQuery: tables in the dataset `{SCHEMA}`, equal to the run afterwards.\n\
         -- Parsed, but never run by its makers. First copy the files to a bucket and put its name for BUCKET:\n\
         --   gcloud storage cp {files} gs://BUCKET/nosograph/\n\
         CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n\
         {create}{load}\
         BEGIN TRANSACTION;\n\
         {merge}\
         COMMIT TRANSACTION;\n\
         {drop}",
        files = files_of(tables),
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
    let remark = |column: &Column| format!(" OPTIONS (description = {})", literal(&column.description));
    format!(
        "CREATE TABLE IF NOT EXISTS {SCHEMA}.{} (\n{} NOT ENFORCED\n)\nOPTIONS (description = {});\n",
        table.name,
        DIALECT.definitions(table, remark),
        literal(table.description)
    )
}

/// JSON comes as text and is read when it is merged. The columns of Parquet are those of the file.
fn load(finished: &FinishedTable) -> String {
    let FinishedTable { table, file, form } = finished;
    let column = |column: &Column| {
        let type_name = if column.kind.is_json() { DIALECT.text } else { DIALECT.type_name(column.kind) };
        format!("{} {type_name}", DIALECT.name(&column.name))
    };
    let (columns, options) = match form {
        TableForm::Csv { .. } => {
            let columns: Vec<String> = table.columns.iter().map(column).collect();
            let columns = format!(" (\n    {}\n)", columns.join(",\n    "));
            (columns, "format = 'CSV', skip_leading_rows = 1, allow_quoted_newlines = TRUE")
        }
        #[cfg(feature = "parquet")]
        TableForm::Parquet => (String::new(), "format = 'PARQUET', enable_list_inference = TRUE"),
    };
    format!(
        "LOAD DATA OVERWRITE {staged}{columns}\nFROM FILES (\n    {options},\n    uris = \
         ['gs://BUCKET/nosograph/{path}']\n);\n",
        staged = staged(table),
        path = file.written().path,
    )
}

fn value_of_csv(column: &Column) -> String {
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
}

#[cfg(feature = "parquet")]
fn value_of_parquet(table: &Table, column: &Column) -> String {
    let name = DIALECT.name(&column.name);
    let field = DIALECT.in_parquet(table, column);
    if column.kind.is_json() {
        // The text of a JSON column may have come as text or as JSON; an empty object is nothing in a table.
        let text = format!("COALESCE(JSON_VALUE(TO_JSON({field})), TO_JSON_STRING({field}))");
        return format!("PARSE_JSON(IF({field} IS NULL, NULL, NULLIF({text}, '{{}}'))) AS {name}");
    }
    format!("{field} AS {name}")
}

fn merge(finished: &FinishedTable) -> String {
    let FinishedTable { table, form, .. } = finished;
    let value = |column: &Column| match form {
        TableForm::Csv { .. } => value_of_csv(column),
        #[cfg(feature = "parquet")]
        TableForm::Parquet => value_of_parquet(table, column),
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
