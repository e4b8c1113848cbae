//! What a record is made of, field by field: the one model that tables, Parquet and SQL follow.
//!
//! In: the JSON Schema that the types of [`record`](crate::record) give. Out: [`record_model`], a tree of
//! [`Field`]s in the order in which they are written. A union of texts and lists has no counterpart in a
//! column and is kept as JSON. Never looks at a value.

use super::schema::record_schema;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// A named part of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its key in JSON.
    pub name: String,
    /// What stands in it, for people.
    pub description: String,
    /// Whether it may be `null` or missing.
    pub is_nullable: bool,
    /// What stands in it, for machines.
    pub kind: FieldKind,
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Text; where `words` has any, one of them.
    Text {
        /// The values there are.
        words: Vec<String>,
    },
    /// A whole number, 0 or more.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Any JSON.
    Json,
    /// Values of one kind, in order.
    List(Box<Field>),
    /// Fields with names of their own.
    Struct(Vec<Field>),
    /// Values of one kind by text keys.
    Map(Box<Field>),
}

/// The record as a [`FieldKind::Struct`].
pub fn record_model() -> &'static Field {
    static MODEL: LazyLock<Field> = LazyLock::new(|| {
        let schema = record_schema();
        let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
        Definitions(definitions).field("record", &schema, true)
    });
    &MODEL
}

impl Field {
    /// The fields below it, where it is a struct, or a list of structs.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            FieldKind::Struct(fields) => fields,
            FieldKind::List(element) => element.fields(),
            _ => &[],
        }
    }

    /// The field at a path such as `sections.heading`, with those that it is part of, from the outside in.
    pub fn along(&self, path: &str) -> Vec<&Field> {
        let mut along: Vec<&Field> = Vec::new();
        for name in path.split('.').filter(|name| !name.is_empty()) {
            let within = along.last().copied().unwrap_or(self);
            match within.fields().iter().find(|field| field.name == name) {
                Some(field) => along.push(field),
                None => return Vec::new(),
            }
        }
        along
    }
}

/// The named parts of a schema.
struct Definitions(Map<String, Value>);

impl Definitions {
    fn field(&self, name: &str, schema: &Value, is_required: bool) -> Field {
        let (target, may_be_null) = self.resolved(schema);
        let description =
            schema["description"].as_str().or(target["description"].as_str()).unwrap_or_default();
        Field {
            name: name.to_owned(),
            // The first paragraph, on one line.
            description: description.split("\n\n").next().unwrap_or_default().replace('\n', " "),
            is_nullable: may_be_null || !is_required,
            kind: self.kind(target),
        }
    }

    /// What a schema comes to behind references, and whether `null` will do too.
    fn resolved<'s>(&'s self, schema: &'s Value) -> (&'s Value, bool) {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.0.get(name).map_or((schema, false), |target| self.resolved(target));
        }
        let choices = schema["anyOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let [only, null] = choices
            && null["type"] == "null"
        {
            return (self.resolved(only).0, true);
        }
        let types = schema["type"].as_array().map(Vec::as_slice).unwrap_or_default();
        (schema, types.iter().any(|name| name == "null"))
    }

    fn kind(&self, schema: &Value) -> FieldKind {
        if let Some(variants) = schema["oneOf"].as_array() {
            return self.variants(variants);
        }
        let named = schema["type"].as_str();
        let first = schema["type"].as_array().and_then(|types| types.first()).and_then(Value::as_str);
        match named.or(first) {
            Some("string") => FieldKind::Text { words: word(schema).into_iter().collect() },
            Some("integer") => FieldKind::Integer,
            Some("boolean") => FieldKind::Boolean,
            Some("array") => FieldKind::List(Box::new(self.field("element", &schema["items"], true))),
            Some("object") if schema["properties"].is_object() => FieldKind::Struct(self.properties(schema)),
            Some("object") => match self.field("value", &schema["additionalProperties"], true) {
                Field { kind: FieldKind::Json, .. } => FieldKind::Json,
                value => FieldKind::Map(Box::new(value)),
            },
            _ => FieldKind::Json,
        }
    }

    fn properties(&self, schema: &Value) -> Vec<Field> {
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let properties = schema["properties"].as_object();
        let properties = properties.into_iter().flatten();
        properties
            .map(|(name, schema)| self.field(name, schema, required.iter().any(|key| key == name)))
            .collect()
    }

    /// Words become a text, structs one struct in which a field that not all have may be missing.
    fn variants(&self, variants: &[Value]) -> FieldKind {
        let words: Vec<String> = variants.iter().filter_map(word).collect();
        if words.len() == variants.len() {
            return FieldKind::Text { words };
        }
        let mut all: Vec<Field> = Vec::new();
        for (at, variant) in variants.iter().enumerate() {
            let fields = self.properties(variant);
            for known in &mut all {
                known.is_nullable |= !fields.iter().any(|field| field.name == known.name);
            }
            for mut field in fields {
                match all.iter_mut().find(|known| known.name == field.name) {
                    Some(Field { kind: FieldKind::Text { words }, .. }) => {
                        if let FieldKind::Text { words: more } = field.kind {
                            words.extend(more);
                        }
                    }
                    Some(_) => {}
                    None => {
                        field.is_nullable |= at > 0;
                        all.push(field);
                    }
                }
            }
        }
        FieldKind::Struct(all)
    }
}

fn word(schema: &Value) -> Option<String> {
    schema["const"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;

    #[test]
    fn the_model_has_the_fields_of_a_record_in_its_order() {
        let json = serde_json::to_value(full_record()).unwrap();
        let names: Vec<&String> = json.as_object().unwrap().keys().collect();
        let model: Vec<&String> = record_model().fields().iter().map(|field| &field.name).collect();
        assert_eq!(model, names);
    }

    #[test]
    fn kinds_come_from_the_types_of_the_record() {
        let check = |path: &str, is_nullable: bool, kind: FieldKind| {
            let along = record_model().along(path);
            let field = along.last().unwrap_or_else(|| panic!("no field {path}"));
            assert_eq!((field.is_nullable, &field.kind), (is_nullable, &kind), "{path}");
        };
        let words = |words: &[&str]| FieldKind::Text { words: words.iter().map(|&w| w.to_owned()).collect() };
        check("record_id", false, words(&[]));
        check("code", true, words(&[]));
        check("source.bytes", true, FieldKind::Integer);
        check("source.format", true, words(&["text", "html"]));
        check("billable", true, FieldKind::Boolean);
        check("extra", false, FieldKind::Json);
        check("sections.items.depth", false, FieldKind::Integer);
        check("sections.text", false, words(&[]));
        assert!(record_model().along("sections.nothing").is_empty());
    }

    #[test]
    fn what_only_some_variants_have_may_be_missing() {
        let provenance = record_model().along("provenance");
        let FieldKind::Map(origin) = &provenance[0].kind else { panic!("{provenance:?}") };
        let found: Vec<_> = origin.fields().iter().map(|f| (f.name.as_str(), f.is_nullable)).collect();
        assert_eq!(
            found,
            [("from", false), ("rule", true), ("line", true), ("bytes", true), ("parts", true)]
        );
        assert_eq!(
            origin.fields()[0].kind,
            FieldKind::Text { words: vec!["page".to_owned(), "reference".to_owned()] }
        );
    }
}
