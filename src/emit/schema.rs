//! What a record looks like, for machines.
//!
//! In: nothing but the types of [`record`](crate::record). Out: a JSON Schema (draft 2020-12) of a record or reject as
//! they are written.

use crate::record::{Record, Reject};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;
    use serde_json::json;

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
}
