//! The script for DuckDB, 1.2 or later. Run in tests.

use super::{Dialect, SCHEMA, catalog_rows, table_names};
use crate::emit::columns::{Column, ColumnKind, Table};
use crate::emit::{FinishedTable, TableForm};

const DIALECT: Dialect = Dialect {
    text: "VARCHAR",
    integer: "BIGINT",
    boolean: "BOOLEAN",
    json: "JSON",
    quote: '"',
    code_point: |number| format!("\\x{{{number:x}}}"),
};

/// The longest row that DuckDB reads without being told; its buffers grow with what it is told.
const DEFAULT_LONGEST_ROW: usize = 2 * 1024 * 1024;

pub(super) fn script(tables: &[FinishedTable]) -> String {
    let create: String = tables.iter().map(|finished| create(finished.table)).collect();
    let stage: String = tables.iter().map(stage).collect();
    let drop: String =
        tables.iter().map(|finished| format!("DROP TABLE {};\n", staged(finished.table))).collect();
    format!(
        "-- Brings this run into a DuckDB database: tables in the schema `{SCHEMA}`, equal to the run afterwards.\n\
         -- Run it in the run directory: duckdb ../warehouse.duckdb < load/duckdb.sql\n\
         -- or from anywhere, after: SET file_search_path = 'path/of/the/run';\n\
         BEGIN TRANSACTION;\n\
         CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n\
         {check}{create}{comments}{stage}{merge}{drop}\
         COMMIT;\n",
        check = check(tables),
        comments = DIALECT.comments(tables),
        merge = DIALECT.merge(tables, staged),
    )
}

fn staged(table: &Table) -> String {
    format!("temp.nosograph_{}", table.name)
}

/// Stops at tables of the same names that are not ours; a missing one is no fault.
fn check(tables: &[FinishedTable]) -> String {
    format!(
        "SELECT error('tables in the schema {SCHEMA} have other columns than this run: ' || string_agg(found, ', ')\n    \
         || '. Rename or drop the schema, or add the columns, then load again.')\n\
         FROM (\n    \
         WITH wanted (table_name, column_name, data_type) AS (VALUES\n        {rows}\n    ),\n    \
         held AS (\n        \
         SELECT table_name, column_name, data_type FROM information_schema.columns\n        \
         WHERE table_catalog = current_database() AND table_schema = '{SCHEMA}' AND table_name IN ({names})\n    )\n    \
         SELECT table_name || '.' || column_name || ' (' || data_type || ') is not there' AS found FROM (\n        \
         SELECT * FROM wanted WHERE table_name IN (SELECT table_name FROM held) EXCEPT SELECT * FROM held)\n    \
         UNION ALL\n    \
         SELECT table_name || '.' || column_name || ' (' || data_type || ') is there' FROM (\n        \
         SELECT * FROM held EXCEPT SELECT * FROM wanted)\n    \
         ORDER BY found\n\
         ) HAVING count(*) > 0;\n",
        rows = catalog_rows(tables, |kind| DIALECT.type_name(kind)),
        names = table_names(tables),
    )
}

/// Without a foreign key: DuckDB takes an update of a record that has children for a violation.
fn create(table: &Table) -> String {
    let definitions = DIALECT.definitions(table, |_| String::new());
    format!("CREATE TABLE IF NOT EXISTS {SCHEMA}.{} (\n{definitions}\n);\n", table.name)
}

/// The key stands in the definition: an index that is made afterwards lets rows pass that are there twice.
fn stage(finished: &FinishedTable) -> String {
    let FinishedTable { table, file, form } = finished;
    let path = &file.written().path;
    let rows = match *form {
        TableForm::Csv { longest_row } => from_csv(table, path, longest_row),
        #[cfg(feature = "parquet")]
        TableForm::Parquet => from_parquet(table, path),
    };
    format!(
        "CREATE OR REPLACE TEMP TABLE nosograph_{name} (\n{definitions}\n);\nINSERT INTO {staged} {rows};\n",
        name = table.name,
        definitions = DIALECT.definitions(table, |_| String::new()),
        staged = staged(table),
    )
}

fn from_csv(table: &Table, path: &str, longest_row: usize) -> String {
    let value = |column: &Column| {
        let name = DIALECT.name(&column.name);
        if column.kind == ColumnKind::String {
            format!("{} AS {name}", DIALECT.unescaped(&name))
        } else {
            name
        }
    };
    let values: Vec<String> = table.columns.iter().map(value).collect();
    let types: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("'{}': '{}'", column.name, DIALECT.type_name(column.kind)))
        .collect();
    format!(
        "SELECT\n    {values}\n\
         FROM read_csv('{path}', header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\r\\n',\n    \
         nullstr = '', allow_quoted_nulls = false, auto_detect = false, max_line_size = {longest},\n    \
         columns = {{{types}}})",
        values = values.join(",\n    "),
        longest = longest_row.next_power_of_two().max(DEFAULT_LONGEST_ROW),
        types = types.join(", "),
    )
}

#[cfg(feature = "parquet")]
fn from_parquet(table: &Table, path: &str) -> String {
    let value = |column: &Column| {
        let name = DIALECT.name(&column.name);
        let field = DIALECT.in_parquet(table, column);
        match column.kind {
            // An empty object is nothing in a table.
            ColumnKind::JsonObject => format!("nullif({field}::VARCHAR, '{{}}') AS {name}"),
            _ => format!("{field} AS {name}"),
        }
    };
    let values: Vec<String> = table.columns.iter().map(value).collect();
    format!("SELECT\n    {}\nFROM read_parquet('{path}')", values.join(",\n    "))
}
