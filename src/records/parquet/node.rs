//! Which columns of a Parquet file hold which fields: its schema and the model of a record in, [`Node`]s out.
//!
//! Fields are told by their names, in any order. Lists and maps are taken in every form that the format's
//! specification names, and a map also as a list of structs of `key` and `value`, as Polars writes it. A
//! [`Node`] then writes the JSON of its field for one row.

use super::leaf::{Cursor, Leaf, Value};
use crate::diagnostic::quote;
use crate::emit::field::{Field, FieldKind};
use crate::limits::MAX_RECORD_BYTES;
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as PhysicalType};
use parquet::schema::types::Type;
use std::ops::Range;

/// A field with its columns.
pub(super) struct Node {
    name: String,
    /// The definition level from which on it is there.
    level: i16,
    kind: NodeKind,
    leaves: Range<usize>,
}

enum NodeKind {
    Value,
    /// JSON as text.
    Json,
    Struct(Vec<Node>),
    List(Box<Element>),
    Map(Box<[Node; 2]>, Levels),
}

struct Element {
    node: Node,
    levels: Levels,
}

/// The highest levels at a place in the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) definition: i16,
    pub(super) repetition: i16,
}

impl Levels {
    fn within(self, of_type: &Type) -> Self {
        match repetition(of_type) {
            Repetition::REQUIRED => self,
            Repetition::OPTIONAL => Self { definition: self.definition + 1, ..self },
            Repetition::REPEATED => Self { definition: self.definition + 1, repetition: self.repetition + 1 },
        }
    }
}

/// A column that is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its number in the file.
    pub(super) number: usize,
    /// Its levels.
    pub(super) levels: Levels,
}

/// Why columns of a file are no field of a record.
pub(super) enum Mismatch {
    /// There is none of this path.
    Missing(String),
    /// What was found and what was expected.
    Type(String),
}

/// Finds columns.
#[derive(Default)]
pub(super) struct Binder {
    /// Those found so far.
    pub(super) columns: Vec<Column>,
    /// What is not as it should be, though the field can be read.
    pub(super) told: Vec<String>,
    /// Paths that the file does not have.
    pub(super) missing: Vec<String>,
}

impl Binder {
    /// The node of `field`, whose type in the file is `of_type`, with its first column of number `first`.
    pub(super) fn top(&mut self, field: &Field, of_type: &Type, first: usize) -> Result<Node, Mismatch> {
        let before = self.columns.len();
        let place = Place { of_type, levels: Levels::default().within(of_type), first, is_element: false };
        let node = self.node(field, &field.name, place);
        if node.is_err() {
            self.columns.truncate(before);
        }
        node
    }

    /// What is wrong with the columns, in words for people.
    pub(super) fn faults(self) -> Option<String> {
        let mut faults = self.told;
        if !self.missing.is_empty() {
            let names: Vec<String> = self.missing.iter().map(|path| format!("`{path}`")).collect();
            faults.push(format!("there is no column {}", names.join(", ")));
        }
        (!faults.is_empty()).then(|| format!("{}; none of these is judged", faults.join("; ")))
    }

    fn node(&mut self, field: &Field, path: &str, place: Place<'_>) -> Result<Node, Mismatch> {
        let start = self.columns.len();
        let kind = match &field.kind {
            FieldKind::Text { .. } => self.value(path, place, "text", is_text)?,
            FieldKind::Integer => self.value(path, place, "whole numbers", is_number)?,
            FieldKind::Boolean => self.value(path, place, "truth values", is_boolean)?,
            FieldKind::Json => {
                self.value(path, place, "JSON as text", is_text)?;
                NodeKind::Json
            }
            FieldKind::Struct(fields) => NodeKind::Struct(self.fields(fields, path, place)?),
            FieldKind::List(element) => {
                let (within, levels) = place.element().ok_or_else(|| place.mismatch(path, "a list"))?;
                let node = self.node(element, &format!("{path}[]"), within)?;
                NodeKind::List(Box::new(Element { node, levels }))
            }
            FieldKind::Map(value) => {
                let no_map = || place.mismatch(path, "a map");
                let (entry, levels) = place.element().ok_or_else(no_map)?;
                let [of_key, of_value] = fields_of(entry.of_type) else { return Err(no_map()) };
                let key = self.node(&key_field(), &format!("{path}.key"), entry.child(of_key, 0))?;
                let of_value = entry.child(of_value, columns_of(of_key));
                let value = self.node(value, &format!("{path}.value"), of_value)?;
                NodeKind::Map(Box::new([key, value]), levels)
            }
        };
        // A repeated field is there, even with no element.
        let level = place.levels.definition - i16::from(place.is_bare_list());
        Ok(Node { name: field.name.clone(), level, kind, leaves: start..self.columns.len() })
    }

    fn value(
        &mut self,
        path: &str,
        place: Place<'_>,
        wanted: &str,
        fits: fn(&Type) -> bool,
    ) -> Result<NodeKind, Mismatch> {
        if place.is_bare_list() || !fits(place.of_type) {
            return Err(place.mismatch(path, wanted));
        }
        self.columns.push(Column { number: place.first, levels: place.levels });
        Ok(NodeKind::Value)
    }

    fn fields(&mut self, fields: &[Field], path: &str, place: Place<'_>) -> Result<Vec<Node>, Mismatch> {
        if !place.of_type.is_group() || place.element().is_some() {
            return Err(place.mismatch(path, "a struct"));
        }
        let mut nodes = Vec::with_capacity(fields.len());
        for field in fields {
            let path = format!("{path}.{}", field.name);
            match child(place.of_type, &field.name) {
                Some((of_field, before)) => {
                    let found = self.columns.len();
                    match self.node(field, &path, place.child(of_field, before)) {
                        Ok(node) => nodes.push(node),
                        Err(Mismatch::Type(message)) if field.is_nullable => {
                            self.columns.truncate(found);
                            self.told.push(message);
                        }
                        Err(mismatch) => return Err(mismatch),
                    }
                }
                None if field.is_nullable => self.missing.push(path),
                None => return Err(Mismatch::Missing(path)),
            }
        }
        if nodes.is_empty() {
            return Err(place.mismatch(path, "a struct"));
        }
        for of_field in fields_of(place.of_type) {
            if !fields.iter().any(|field| field.name == of_field.name()) {
                self.told.push(format!(
                    "{} is no field of a record",
                    quote(&format!("{path}.{}", of_field.name()))
                ));
            }
        }
        Ok(nodes)
    }
}

fn key_field() -> Field {
    Field {
        name: "key".to_owned(),
        description: String::new(),
        is_nullable: false,
        kind: FieldKind::Text { words: Vec::new() },
    }
}

/// Where in the schema of the file a field stands.
#[derive(Clone, Copy)]
struct Place<'t> {
    of_type: &'t Type,
    /// With its own repetition.
    levels: Levels,
    /// The number of its first column.
    first: usize,
    /// Whether its own repetition is that of the list that it is the element of.
    is_element: bool,
}

impl<'t> Place<'t> {
    fn child(self, of_type: &'t Type, columns_before: usize) -> Self {
        let levels = self.levels.within(of_type);
        Self { of_type, levels, first: self.first + columns_before, is_element: false }
    }

    /// Whether it is a list without a group round it.
    fn is_bare_list(self) -> bool {
        repetition(self.of_type) == Repetition::REPEATED && !self.is_element
    }

    /// The elements of a list or the entries of a map, and the levels of its repetition; `None` if it is
    /// neither. The rules are the format's "Backward-compatibility rules".
    fn element(self) -> Option<(Self, Levels)> {
        if self.is_bare_list() {
            return Some((Self { is_element: true, ..self }, self.levels));
        }
        let [repeated] = fields_of(self.of_type) else { return None };
        if !is_annotated(self.of_type) || repetition(repeated) != Repetition::REPEATED {
            return None;
        }
        let entries = Self { is_element: true, ..self.child(repeated, 0) };
        let is_repeated_itself =
            repeated.name() == "array" || repeated.name() == format!("{}_tuple", self.of_type.name());
        let element = match fields_of(repeated) {
            [element] if !is_repeated_itself => entries.child(element, 0),
            _ => entries,
        };
        Some((element, entries.levels))
    }

    fn mismatch(self, path: &str, wanted: &str) -> Mismatch {
        Mismatch::Type(format!("`{path}` holds {}, expected {wanted}", spelled(self.of_type)))
    }
}

/// A child of a group by its name, and the number of columns before it in the group.
pub(super) fn child<'t>(of_type: &'t Type, name: &str) -> Option<(&'t Type, usize)> {
    let mut before = 0;
    for field in fields_of(of_type) {
        if field.name() == name {
            return Some((field, before));
        }
        before += columns_of(field);
    }
    None
}

pub(super) fn fields_of(of_type: &Type) -> &[std::sync::Arc<Type>] {
    if of_type.is_group() { of_type.get_fields() } else { &[] }
}

fn columns_of(of_type: &Type) -> usize {
    if of_type.is_group() { fields_of(of_type).iter().map(|field| columns_of(field)).sum() } else { 1 }
}

fn repetition(of_type: &Type) -> Repetition {
    let info = of_type.get_basic_info();
    if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED }
}

fn is_annotated(of_type: &Type) -> bool {
    let info = of_type.get_basic_info();
    matches!(info.logical_type_ref(), Some(LogicalType::List | LogicalType::Map))
        || matches!(
            info.converted_type(),
            ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
        )
}

/// A program that takes an id for what it is makes it a UUID of 16 bytes.
fn is_text(of_type: &Type) -> bool {
    of_type.get_basic_info().logical_type_ref() == Some(&LogicalType::Uuid) || is_bytes_of_text(of_type)
}

fn is_bytes_of_text(of_type: &Type) -> bool {
    of_type.is_primitive()
        && of_type.get_physical_type() == PhysicalType::BYTE_ARRAY
        && matches!(
            of_type.get_basic_info().converted_type(),
            ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
        )
}

/// Programs that know no missing whole numbers make them floating.
fn is_number(of_type: &Type) -> bool {
    use ConvertedType::{INT_8, INT_16, INT_32, INT_64, NONE, UINT_8, UINT_16, UINT_32, UINT_64};
    use PhysicalType::{DOUBLE, FLOAT, INT32, INT64};
    of_type.is_primitive()
        && matches!(of_type.get_physical_type(), INT32 | INT64 | FLOAT | DOUBLE)
        && matches!(
            of_type.get_basic_info().converted_type(),
            NONE | INT_8 | INT_16 | INT_32 | INT_64 | UINT_8 | UINT_16 | UINT_32 | UINT_64
        )
}

fn is_boolean(of_type: &Type) -> bool {
    of_type.is_primitive() && of_type.get_physical_type() == PhysicalType::BOOLEAN
}

fn spelled(of_type: &Type) -> String {
    let annotation = match of_type.get_basic_info().converted_type() {
        ConvertedType::NONE => String::new(),
        converted => format!(" ({converted})"),
    };
    if of_type.is_group() {
        let repeated = if repetition(of_type) == Repetition::REPEATED { "repeated " } else { "" };
        format!("a {repeated}group{annotation}")
    } else {
        format!("{}{annotation}", of_type.get_physical_type())
    }
}

impl Node {
    /// The field's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a column of this place among those that are read is the field's.
    pub(super) fn has_column(&self, at: usize) -> bool {
        self.leaves.contains(&at)
    }
}

/// One row under way.
pub(super) struct RowWriter<'l> {
    leaves: &'l [Leaf],
    cursors: Vec<Cursor>,
    row: usize,
    json: Vec<u8>,
}

impl<'l> RowWriter<'l> {
    /// Starts at this row of `leaves`; `json` is the room for its JSON.
    pub(super) fn new(leaves: &'l [Leaf], row: usize, mut json: Vec<u8>) -> Self {
        json.clear();
        Self { leaves, cursors: leaves.iter().map(|leaf| leaf.row(row)).collect(), row, json }
    }

    /// An object of these fields.
    pub(super) fn object(mut self, nodes: &[&Node]) -> (Vec<u8>, Result<(), String>) {
        let written = self.members(nodes.iter().copied(), false).and_then(|()| self.ended(nodes));
        (self.json, written)
    }

    /// Whether each column came to the end of the row.
    fn ended(&self, nodes: &[&Node]) -> Result<(), String> {
        let goes_on = |at: usize| self.leaves[at].goes_on(self.row, self.cursors[at]);
        let unlike_node = nodes.iter().find(|node| node.leaves.clone().any(goes_on));
        unlike_node.map_or(Ok(()), |node| Err(unlike(node)))
    }

    /// Members of which those without a value are left out if `is_sparse`.
    fn members<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>, is_sparse: bool) -> Result<(), String> {
        self.json.push(b'{');
        for node in nodes {
            let before = self.json.len();
            if self.json.last() != Some(&b'{') {
                self.json.push(b',');
            }
            self.text(node.name.as_bytes(), &node.name)?;
            self.json.push(b':');
            if !self.value(node)? && is_sparse {
                self.json.truncate(before);
            }
        }
        self.json.push(b'}');
        Ok(())
    }

    /// Writes the field; `false` if it has no value and `null` was written.
    fn value(&mut self, node: &Node) -> Result<bool, String> {
        if self.json.len() > MAX_RECORD_BYTES {
            return Err(format!("the row has over {MAX_RECORD_BYTES} bytes, the limit of a record"));
        }
        let Some(definition) = self.definition(node) else { return Err(unlike(node)) };
        if definition < node.level {
            self.pass(node)?;
            self.json.extend(b"null");
            return Ok(false);
        }
        match &node.kind {
            NodeKind::Value | NodeKind::Json => self.leaf(node)?,
            NodeKind::Struct(fields) => self.members(fields.iter(), false)?,
            NodeKind::List(element) => {
                self.json.push(b'[');
                self.repeat(node, element.levels, &mut |this| this.value(&element.node).map(drop))?;
                self.json.push(b']');
            }
            NodeKind::Map(key_and_value, levels) => {
                let [key, value] = &**key_and_value;
                self.json.push(b'{');
                self.repeat(node, *levels, &mut |this| this.entry(key, value))?;
                self.json.push(b'}');
            }
        }
        Ok(true)
    }

    fn entry(&mut self, key: &Node, value: &Node) -> Result<(), String> {
        let before = self.json.len();
        if !self.value(key)? {
            // JSON has no such key; what it stands for goes too.
            self.pass(value)?;
            self.json.truncate(before);
            self.json.extend(b"\"\":null");
            return Ok(());
        }
        self.json.push(b':');
        // What only some kinds of values have is left out of the others, as in JSON.
        match &value.kind {
            NodeKind::Struct(fields) if self.definition(value).is_some_and(|level| level >= value.level) => {
                self.members(fields.iter(), true)
            }
            _ => self.value(value).map(drop),
        }
    }

    /// Calls `write` for each element of a list that is there.
    fn repeat(
        &mut self,
        node: &Node,
        levels: Levels,
        write: &mut dyn FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        if self.definition(node).ok_or_else(|| unlike(node))? < levels.definition {
            return self.pass(node);
        }
        loop {
            write(self)?;
            let first = node.leaves.start;
            let (leaf, cursor) = (&self.leaves[first], self.cursors[first]);
            if !leaf.goes_on(self.row, cursor) || leaf.repetition(cursor) < levels.repetition {
                return Ok(());
            }
            self.json.push(b',');
        }
    }

    /// The definition level of the next entry of the field's first column, if the row has one.
    fn definition(&self, node: &Node) -> Option<i16> {
        let first = node.leaves.start;
        let (leaf, cursor) = (&self.leaves[first], self.cursors[first]);
        leaf.goes_on(self.row, cursor).then(|| leaf.definition(cursor))
    }

    /// Passes over an entry in each column of the field.
    fn pass(&mut self, node: &Node) -> Result<(), String> {
        for at in node.leaves.clone() {
            if !self.leaves[at].goes_on(self.row, self.cursors[at]) {
                return Err(unlike(node));
            }
            self.leaves[at].take(&mut self.cursors[at]);
        }
        Ok(())
    }

    fn leaf(&mut self, node: &Node) -> Result<(), String> {
        let at = node.leaves.start;
        let leaves = self.leaves;
        let Some(value) = leaves[at].take(&mut self.cursors[at]) else { return Err(unlike(node)) };
        match value {
            Value::Text(text) if matches!(node.kind, NodeKind::Json) && is_json(text) => {
                self.json.extend(text)
            }
            Value::Text(text) => self.text(text, &node.name)?,
            Value::Integer(number) => self.json.extend(number.to_string().as_bytes()),
            Value::Number(number) if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e15 => {
                self.json.extend((number as i64).to_string().as_bytes());
            }
            Value::Number(number) if number.is_nan() => self.json.extend(b"null"),
            Value::Number(number) => self.text(number.to_string().as_bytes(), &node.name)?,
            Value::Boolean(truth) => self.json.extend(truth.to_string().as_bytes()),
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8], name: &str) -> Result<(), String> {
        let text = std::str::from_utf8(text).map_err(|_| format!("`{name}` is not UTF-8"))?;
        serde_json::to_writer(&mut self.json, text).map_err(|error| error.to_string())
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

fn unlike(node: &Node) -> String {
    format!("the columns of `{}` do not fit together", node.name)
}
