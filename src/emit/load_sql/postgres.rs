//! The script for PostgreSQL, 12 or later, through psql. Run in tests.

use super::{Dialect, SCHEMA, catalog_rows, table_names};
use crate::emit::FinishedTable;
use crate::emit::columns::{Column, ColumnKind, TABLES, Table};

const DIALECT: Dialect = Dialect {
    text: "text",
    integer: "bigint",
    boolean: "boolean",
    json: "jsonb",
    quote: '"',
    code_point: |number| format!("\\u{number:04x}"),
};

pub(super) fn script(tables: &[FinishedTable]) -> String {
    let create: String = tables.iter().map(|finished| create(finished.table)).collect();
    let stage: String = tables.iter().map(stage).collect();
    format!(
        "-- Brings this run into a PostgreSQL database: tables in the schema `{SCHEMA}`, equal to the run afterwards.\n\
         -- Run it in the run directory: psql -d warehouse -f load/postgres.sql\n\
         \\set ON_ERROR_STOP on\n\
         BEGIN;\n\
         SET LOCAL client_min_messages = warning;\n\
         CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n\
         {check}{create}\
         LOCK TABLE {SCHEMA}.{records} IN EXCLUSIVE MODE;\n\
         {comments}{stage}{merge}\
         COMMIT;\n",
        records = TABLES[0].name,
        check = check(tables),
        comments = DIALECT.comments(tables),
        merge = DIALECT.merge(tables, staged),
    )
}

fn staged(table: &Table) -> String {
    format!("pg_temp.nosograph_{}", table.name)
}

/// Stops at tables of the same names that are not ours; a missing one is no fault.
fn check(tables: &[FinishedTable]) -> String {
    format!(
        "DO $$\n\
         DECLARE\n    found text;\n\
         BEGIN\n    \
         WITH wanted (table_name, column_name, data_type) AS (VALUES\n        {rows}\n    ),\n    \
         held AS (\n        \
         SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns\n        \
         WHERE table_schema = '{SCHEMA}' AND table_name IN ({names})\n    ),\n    \
         other AS (\n        \
         SELECT missing.*, 'is not there' AS what FROM (\n            \
         SELECT * FROM wanted WHERE table_name IN (SELECT table_name FROM held) EXCEPT SELECT * FROM held) AS missing\n        \
         UNION ALL\n        \
         SELECT more.*, 'is there' FROM (SELECT * FROM held EXCEPT SELECT * FROM wanted) AS more\n    )\n    \
         SELECT string_agg(format('%s.%s (%s) %s', table_name, column_name, data_type, what), ', '\n        \
         ORDER BY table_name, column_name, what) INTO found FROM other;\n    \
         IF found IS NOT NULL THEN\n        \
         RAISE EXCEPTION 'tables in the schema {SCHEMA} have other columns than this run: %', found\n            \
         USING HINT = 'Rename or drop the schema, or add the columns, then load again.';\n    \
         END IF;\n\
         END\n\
         $$;\n",
        rows = catalog_rows(tables, |kind| DIALECT.type_name(kind)),
        names = table_names(tables),
    )
}

fn create(table: &Table) -> String {
    let definitions = DIALECT.definitions(table, |_| String::new());
    let hangs_on = if table.name == TABLES[0].name {
        String::new()
    } else {
        format!(",\n    FOREIGN KEY (\"record_id\") REFERENCES {SCHEMA}.{} (\"record_id\")", TABLES[0].name)
    };
    format!("CREATE TABLE IF NOT EXISTS {SCHEMA}.{} (\n{definitions}{hangs_on}\n);\n", table.name)
}

fn stage(finished: &FinishedTable) -> String {
    let FinishedTable { table, file, .. } = finished;
    let staged = format!("nosograph_{}", table.name);
    let texts = || table.columns.iter().filter(|column| column.kind == ColumnKind::String);
    let unescape = |column: &Column| {
        let name = DIALECT.name(&column.name);
        format!("{name} = {}", DIALECT.unescaped(&name))
    };
    let first = |column: &Column| format!("left({}, 1)", DIALECT.name(&column.name));
    format!(
        "CREATE TEMP TABLE {staged} (LIKE {SCHEMA}.{name}) ON COMMIT DROP;\n\
         \\copy {staged} ({columns}) FROM '{path}' WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')\n\
         UPDATE {staged} SET\n    {unescapes}\nWHERE '''' IN ({firsts});\n\
         CREATE UNIQUE INDEX ON {staged} ({key});\n\
         ANALYZE {staged};\n",
        name = table.name,
        columns = DIALECT.all("", table),
        path = file.written().path,
        unescapes = texts().map(unescape).collect::<Vec<_>>().join(",\n    "),
        firsts = texts().map(first).collect::<Vec<_>>().join(", "),
        key = DIALECT.key(table),
    )
}
