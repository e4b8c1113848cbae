//! What a record and the tables look like, for machines.
//!
//! In: nothing but the types of [`record`](crate::record) and the columns of [`TABLES`]. Out: a JSON Schema
//! (draft 2020-12) of a record or reject as they are written, and the columns of the tables in the words of
//! Frictionless Table Schema. Both are made from what writes the outputs, so that they cannot differ.

use super::columns::{Column, ColumnKind, TABLES, Table};
#[cfg(feature = "parquet")]
use super::field::{Field, FieldKind, record_model};
use crate::record::{Record, Reject};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Version of the fields and columns of the outputs: `docs/record.md` says what may change with which part.
pub const SCHEMA_VERSION: &str = "1.0.0";

/// JSON Schema of a line of `records.ndjson`.
pub fn record_schema() -> Value {
    schema::<Record>()
}

/// JSON Schema of a line of `rejects.ndjson`.
pub fn reject_schema() -> Value {
    schema::<Reject>()
}

/// The tables: name, description, keys, and of each column name, type, constraints and description.
pub fn tables_schema() -> Value {
    Value::Array(TABLES.iter().map(table_schema).collect())
}

fn schema<T: JsonSchema>() -> Value {
    // For what is written: a field that may be `null` is there all the same.
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value();
    schema["$comment"] = format!("Version {SCHEMA_VERSION} of the outputs of nosograph.").into();
    schema
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
    use crate::emit::tests::full_record;

    #[test]
    fn the_schema_has_each_field_of_a_record_required_and_described() {
        let schema = record_schema();
        let written = serde_json::to_value(full_record()).unwrap();
        let names: Vec<&String> = written.as_object().unwrap().keys().collect();
        for name in &names {
            assert!(schema["properties"][name.as_str()]["description"].is_string(), "{name}");
            assert!(schema["required"].as_array().unwrap().contains(&json!(name)), "{name}");
        }
        assert_eq!(schema["properties"].as_object().unwrap().len(), names.len());
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["additionalProperties"], json!(false));
    }

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
