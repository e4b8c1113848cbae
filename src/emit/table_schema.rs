//! What the tables look like, for machines.
//!
//! In: the columns of [`TABLES`], or the fields of a record. Out: a table in the words of Frictionless Table Schema,
//! made from what writes it, so that they cannot differ.

use super::columns::{Column, ColumnKind, TABLES, Table};
#[cfg(feature = "parquet")]
use super::field::{Field, FieldKind, record_model};
use serde_json::{Value, json};

/// The tables: name, description, keys, and of each column name, type, constraints and description.
pub fn tables_schema() -> Value {
    Value::Array(TABLES.iter().map(table_schema).collect())
}

/// Table Schema (version 2) of a table, with its name and description.
pub(super) fn table_schema(table: &Table) -> Value {
    let mut schema = json!({
        "name": table.name,
        "description": table.description,
        "fields": table.columns.iter().map(field).collect::<Vec<_>>(),
        "missingValues": [""],
        "primaryKey": table.primary_key,
    });
    if table.name != TABLES[0].name {
        let reference = json!({"resource": TABLES[0].name, "fields": ["record_id"]});
        schema["foreignKeys"] = json!([{"fields": ["record_id"], "reference": reference}]);
    }
    schema
}

/// The fields of a table in which a row is a record as in JSON.
#[cfg(feature = "parquet")]
pub(super) fn nested_fields() -> Value {
    let field = |field: &Field| {
        let (kind, words) = match &field.kind {
            FieldKind::Text { words } => ("string", words.as_slice()),
            FieldKind::Integer => ("integer", &[][..]),
            FieldKind::Boolean => ("boolean", &[][..]),
            FieldKind::List(_) => ("array", &[][..]),
            FieldKind::Json | FieldKind::Struct(_) | FieldKind::Map(_) => ("object", &[][..]),
        };
        described(&field.name, kind, &field.description, field.is_nullable, words)
    };
    record_model().fields().iter().map(field).collect()
}

fn described(name: &str, kind: &str, description: &str, is_nullable: bool, words: &[String]) -> Value {
    let mut field = json!({
        "name": name,
        "type": kind,
        "description": description,
        "constraints": {"required": !is_nullable},
    });
    if kind == "integer" {
        field["constraints"]["minimum"] = json!(0);
    }
    if !words.is_empty() {
        field["constraints"]["enum"] = json!(words);
    }
    field
}

fn field(column: &Column) -> Value {
    let Column { name, kind, description, is_nullable, words, .. } = column;
    let mut field = described(name, type_name(*kind), description, *is_nullable, words);
    if column.kind == ColumnKind::String && !column.is_nullable && column.words.is_empty() {
        // An empty cell is an empty text here, to a reader that does not tell `""` from nothing.
        field["missingValues"] = json!([]);
    }
    field
}

fn type_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::String => "string",
        ColumnKind::Integer => "integer",
        ColumnKind::Boolean => "boolean",
        ColumnKind::JsonArray => "array",
        ColumnKind::JsonObject => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_child_table_hangs_on_the_records() {
        let tables = tables_schema();
        let tables = tables.as_array().unwrap();
        assert_eq!(tables.len(), TABLES.len());
        assert!(tables[0].get("foreignKeys").is_none());
        assert!(
            tables[1..].iter().all(|table| table["foreignKeys"][0]["reference"]["resource"] == "records")
        );
    }
}
