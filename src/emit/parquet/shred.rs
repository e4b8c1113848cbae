//! A record's JSON into the columns of a nested table.
//!
//! In: the JSON text of a record, whose keys stand in the order of [`record_model`]. Out: values and gaps in
//! the [`Leaf`] of each path. One pass over the text; nothing is kept of it but the values.
//!
//! [`record_model`]: crate::emit::field::record_model

use super::leaf::Leaf;
use super::{built, primitive, repetition};
use crate::emit::field::{Field, FieldKind};
use parquet::basic::{LogicalType, Repetition, Type as PhysicalType};
use parquet::schema::types::{Type, TypePtr};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A field with the columns that its values go to.
#[derive(Debug)]
pub(super) struct Node {
    name: String,
    is_nullable: bool,
    kind: NodeKind,
    leaves: Range<usize>,
}

#[derive(Debug)]
enum NodeKind {
    Text,
    Integer,
    Boolean,
    Json,
    Struct(Vec<Node>),
    /// The element, and the repetition level of the second element and later ones.
    List(Box<Node>, i16),
    /// Key and value, and the repetition level of the second entry and later ones.
    Map(Box<[Node; 2]>, i16),
}

/// The columns of a record: its node, the columns, and the types of the fields.
pub(super) fn schema(record: &Field) -> (Node, Vec<Leaf>, Vec<TypePtr>) {
    let mut leaves = Vec::new();
    let top = Levels { definition: 0, repetition: 0 };
    let (nodes, types) = record.fields().iter().map(|field| node(field, top, &mut leaves)).unzip();
    let node = Node {
        name: record.name.clone(),
        is_nullable: false,
        kind: NodeKind::Struct(nodes),
        leaves: 0..leaves.len(),
    };
    (node, leaves, types)
}

/// The highest levels at a place in the schema.
#[derive(Clone, Copy)]
struct Levels {
    definition: i16,
    repetition: i16,
}

fn node(field: &Field, outer: Levels, leaves: &mut Vec<Leaf>) -> (Node, TypePtr) {
    let first = leaves.len();
    let Field { name, is_nullable, .. } = field;
    let is_nullable = *is_nullable;
    let here = Levels { definition: outer.definition + i16::from(is_nullable), ..outer };
    let inner = Levels { definition: here.definition + 1, repetition: here.repetition + 1 };
    let (kind, of_type) = match &field.kind {
        FieldKind::Text { .. } => {
            leaves.push(Leaf::text(here.definition, here.repetition));
            let of_type = primitive(name, PhysicalType::BYTE_ARRAY, Some(LogicalType::String), is_nullable);
            (NodeKind::Text, of_type)
        }
        FieldKind::Json => {
            leaves.push(Leaf::text(here.definition, here.repetition));
            let of_type = primitive(name, PhysicalType::BYTE_ARRAY, Some(LogicalType::Json), is_nullable);
            (NodeKind::Json, of_type)
        }
        FieldKind::Integer => {
            leaves.push(Leaf::integers(here.definition, here.repetition));
            (NodeKind::Integer, primitive(name, PhysicalType::INT64, None, is_nullable))
        }
        FieldKind::Boolean => {
            leaves.push(Leaf::booleans(here.definition, here.repetition));
            (NodeKind::Boolean, primitive(name, PhysicalType::BOOLEAN, None, is_nullable))
        }
        FieldKind::Struct(fields) => {
            let (nodes, types) = fields.iter().map(|field| node(field, here, leaves)).unzip();
            (NodeKind::Struct(nodes), group(name, repetition(is_nullable), None, types))
        }
        FieldKind::List(element) => {
            let (element, of_element) = node(element, inner, leaves);
            let list = group("list", Repetition::REPEATED, None, vec![of_element]);
            let of_type = group(name, repetition(is_nullable), Some(LogicalType::List), vec![list]);
            (NodeKind::List(Box::new(element), inner.repetition), of_type)
        }
        FieldKind::Map(value) => {
            let key = Field {
                name: "key".to_owned(),
                description: String::new(),
                is_nullable: false,
                kind: FieldKind::Text { words: Vec::new() },
            };
            let (key, of_key) = node(&key, inner, leaves);
            let (value, of_value) = node(value, inner, leaves);
            let entries = group("key_value", Repetition::REPEATED, None, vec![of_key, of_value]);
            let of_type = group(name, repetition(is_nullable), Some(LogicalType::Map), vec![entries]);
            (NodeKind::Map(Box::new([key, value]), inner.repetition), of_type)
        }
    };
    (Node { name: name.clone(), is_nullable, kind, leaves: first..leaves.len() }, of_type)
}

fn group(name: &str, repetition: Repetition, logical: Option<LogicalType>, fields: Vec<TypePtr>) -> TypePtr {
    built(
        Type::group_type_builder(name)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .with_fields(fields)
            .build(),
    )
}

impl Node {
    /// Adds the record with this JSON text to `leaves`.
    pub(super) fn shred(&self, json: &[u8], leaves: &mut [Leaf]) -> Result<(), serde_json::Error> {
        let mut json = serde_json::Deserializer::from_slice(json);
        Shred { node: self, leaves, definition: 0, repetition: 0 }.deserialize(&mut json)?;
        json.end()
    }

    fn push_gaps(&self, leaves: &mut [Leaf], definition: i16, repetition: i16) {
        for leaf in &mut leaves[self.leaves.clone()] {
            leaf.push_gap(definition, repetition);
        }
    }

    /// What there is where the key is missing.
    fn push_missing<E: Error>(&self, leaves: &mut [Leaf], definition: i16, repetition: i16) -> Result<(), E> {
        if !self.is_nullable {
            return Err(E::custom(format_args!("`{}` is missing", self.name)));
        }
        self.push_gaps(leaves, definition, repetition);
        Ok(())
    }
}

/// Takes a value apart: `definition` is the level of what it stands in, `repetition` that of its own place.
struct Shred<'s> {
    node: &'s Node,
    leaves: &'s mut [Leaf],
    definition: i16,
    repetition: i16,
}

impl<'s> Shred<'s> {
    fn within<'t>(&'t mut self, node: &'t Node, definition: i16, repetition: i16) -> Shred<'t> {
        Shred { node, leaves: self.leaves, definition, repetition }
    }

    fn leaf(&mut self) -> &mut Leaf {
        &mut self.leaves[self.node.leaves.start]
    }

    fn present<'de, D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        match self.node.kind {
            NodeKind::Text => value.deserialize_str(self),
            NodeKind::Integer => value.deserialize_u64(self),
            NodeKind::Boolean => value.deserialize_bool(self),
            NodeKind::Json => self.visit_str(&serde_json::Value::deserialize(value)?.to_string()),
            NodeKind::Struct(_) | NodeKind::Map(..) => value.deserialize_map(self),
            NodeKind::List(..) => value.deserialize_seq(self),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Shred<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        if self.node.is_nullable { value.deserialize_option(self) } else { self.present(value) }
    }
}

impl<'de> Visitor<'de> for Shred<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what `{}` holds", self.node.name)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.node.push_gaps(self.leaves, self.definition, self.repetition);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(mut self, value: D) -> Result<(), D::Error> {
        self.definition += 1;
        self.present(value)
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        let repetition = self.repetition;
        let fits = self.leaf().push_text(text, repetition);
        if fits { Ok(()) } else { Err(E::custom(format_args!("`{}` holds no text", self.node.name))) }
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        let repetition = self.repetition;
        let fits = self.leaf().push_integer(number, repetition);
        if fits { Ok(()) } else { Err(E::custom(format_args!("`{}` holds no number", self.node.name))) }
    }

    fn visit_bool<E: Error>(mut self, truth: bool) -> Result<(), E> {
        let repetition = self.repetition;
        let fits = self.leaf().push_boolean(truth, repetition);
        if fits { Ok(()) } else { Err(E::custom(format_args!("`{}` holds no truth value", self.node.name))) }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let NodeKind::List(element, later) = &self.node.kind else {
            return Err(A::Error::custom(format_args!("`{}` holds no list", self.node.name)));
        };
        let (definition, mut repetition) = (self.definition, self.repetition);
        let mut is_empty = true;
        while elements.next_element_seed(self.within(element, definition + 1, repetition))?.is_some() {
            is_empty = false;
            repetition = *later;
        }
        if is_empty {
            element.push_gaps(self.leaves, definition, repetition);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let (definition, mut repetition) = (self.definition, self.repetition);
        match &self.node.kind {
            NodeKind::Struct(nodes) => {
                let mut left = nodes.iter();
                while let Some(name) = entries.next_key::<Cow<'_, str>>()? {
                    let node = loop {
                        match left.next() {
                            Some(node) if node.name == *name => break node,
                            Some(node) => node.push_missing(self.leaves, definition, repetition)?,
                            None => {
                                return Err(A::Error::custom("a key that no column has, or out of order"));
                            }
                        }
                    };
                    entries.next_value_seed(self.within(node, definition, repetition))?;
                }
                left.try_for_each(|node| node.push_missing(self.leaves, definition, repetition))
            }
            NodeKind::Map(key_and_value, later) => {
                let [key, value] = &**key_and_value;
                let mut is_empty = true;
                while entries.next_key_seed(self.within(key, definition + 1, repetition))?.is_some() {
                    entries.next_value_seed(self.within(value, definition + 1, repetition))?;
                    is_empty = false;
                    repetition = *later;
                }
                if is_empty {
                    self.node.push_gaps(self.leaves, definition, repetition);
                }
                Ok(())
            }
            _ => Err(A::Error::custom(format_args!("`{}` holds no object", self.node.name))),
        }
    }
}
