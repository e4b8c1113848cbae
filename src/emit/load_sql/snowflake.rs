//! The script for Snowflake. Only parsed in tests: it has never been run.

use super::{Dialect, SCHEMA, files_of, literal};
use crate::emit::columns::{Column, ColumnKind, Table};
use crate::emit::csv::undo_pattern;
use crate::emit::{FinishedTable, TableForm};

/// A backslash in a literal has to be written twice.
const DIALECT: Dialect = Dialect {
    text: "VARCHAR",
    integer: "NUMBER(38, 0)",
    boolean: "BOOLEAN",
    json: "VARIANT",
    quote: '"',
    code_point: |number| format!("\\x{{{number:x}}}"),
};

pub(super) fn script(tables: &[FinishedTable]) -> String {
    let create: String = tables.iter().map(|finished| create(finished.table)).collect();
    let stage: String = tables.iter().map(stage).collect();
    let delete: String = tables.iter().rev().map(|finished| delete(finished.table)).collect();
    let merge: String = tables.iter().map(|finished| merge(finished.table)).collect();
    format!(
        "-- Brings this run into Snowflake: tables in the schema `{SCHEMA}`, equal to the run afterwards.\n\
         -- Parsed, but never run by its makers. First bring the files to your user stage, in the run directory:\n\
         --   PUT 'file://{files}' '@~/nosograph' AUTO_COMPRESS = FALSE OVERWRITE = TRUE;\n\
         CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n\
         {create}{stage}\
         BEGIN TRANSACTION;\n\
         {delete}{merge}\
         COMMIT;\n",
        files = files_of(tables),
    )
}

fn staged(table: &Table) -> String {
    format!("{SCHEMA}.nosograph_{}", table.name)
}

fn create(table: &Table) -> String {
    let remark = |column: &Column| format!(" COMMENT {}", literal(&column.description));
    format!(
        "CREATE TABLE IF NOT EXISTS {SCHEMA}.{} (\n{}\n) COMMENT = {};\n",
        table.name,
        DIALECT.definitions(table, remark),
        literal(table.description)
    )
}

fn stage(finished: &FinishedTable) -> String {
    let FinishedTable { table, file, form } = finished;
    let (values, format): (Vec<String>, _) = match form {
        TableForm::Csv { .. } => (
            table.columns.iter().enumerate().map(value_of_csv).collect(),
            "TYPE = CSV SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '\"' EMPTY_FIELD_AS_NULL = TRUE NULL_IF = () \
             ENCODING = 'UTF8'",
        ),
        #[cfg(feature = "parquet")]
        TableForm::Parquet => {
            (table.columns.iter().map(|column| value_of_parquet(table, column)).collect(), "TYPE = PARQUET")
        }
    };
    format!(
        "CREATE OR REPLACE TEMPORARY TABLE {staged} LIKE {SCHEMA}.{name};\n\
         COPY INTO {staged} ({columns}) FROM (\n    SELECT\n        {values}\n    FROM '@~/nosograph/{path}' AS file\n)\n\
         FILE_FORMAT = ({format})\nON_ERROR = ABORT_STATEMENT;\n",
        staged = staged(table),
        name = table.name,
        columns = DIALECT.all("", table),
        values = values.join(",\n        "),
        path = file.written().path,
    )
}

fn value_of_csv((at, column): (usize, &Column)) -> String {
    let field = format!("file.${}", at + 1);
    match column.kind {
        ColumnKind::String => {
            let pattern = literal(&undo_pattern(DIALECT.code_point).replace('\\', "\\\\"));
            format!("REGEXP_REPLACE({field}, {pattern}, '\\\\1')")
        }
        ColumnKind::JsonArray | ColumnKind::JsonObject => format!("PARSE_JSON({field})"),
        ColumnKind::Integer | ColumnKind::Boolean => field,
    }
}

/// A row of Parquet is one value with the columns in it.
#[cfg(feature = "parquet")]
fn value_of_parquet(table: &Table, column: &Column) -> String {
    let field = format!("file.$1:{}", DIALECT.in_parquet(table, column));
    if column.kind.is_json() {
        // An empty object is nothing in a table.
        return format!("PARSE_JSON(NULLIF({field}::VARCHAR, '{{}}'))");
    }
    format!("{field}::{}", DIALECT.type_name(column.kind))
}

fn delete(table: &Table) -> String {
    format!(
        "DELETE FROM {SCHEMA}.{name} AS held WHERE NOT EXISTS (\n    SELECT 1 FROM {staged} AS run WHERE {key}\n);\n",
        name = table.name,
        staged = staged(table),
        key = DIALECT.same_key(table),
    )
}

fn merge(table: &Table) -> String {
    let differs = |column: &Column| format!("held.{0} IS DISTINCT FROM run.{0}", DIALECT.name(&column.name));
    format!(
        "MERGE INTO {SCHEMA}.{name} AS held USING {staged} AS run ON {key}\n\
         WHEN MATCHED AND ({differs}) THEN UPDATE SET\n    {assignments}\n\
         WHEN NOT MATCHED THEN INSERT ({columns})\n    VALUES ({values});\n",
        name = table.name,
        staged = staged(table),
        key = DIALECT.same_key(table),
        differs = DIALECT.values(table).map(differs).collect::<Vec<_>>().join("\n    OR "),
        assignments = DIALECT.assignments(table),
        columns = DIALECT.all("", table),
        values = DIALECT.all("run.", table),
    )
}
