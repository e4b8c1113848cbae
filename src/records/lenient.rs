//! As much of a record as there is: the JSON text of one in, a [`Content`] out.
//!
//! A record as it should be is read in one step. Where that fails, each field is tried for itself, and of
//! lists each element, so that what is wrong costs only itself.

use super::{Content, FIELDS, Fault, Reading};
use crate::diagnostic::quote;
use crate::record::{Coverage, DiagnosisCodes, Provenance, Record, Source, Status};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Reads a record; of fields in `absent` it is known that they are not there, and not told again.
pub(super) fn read(json: &[u8], absent: &[String]) -> Content {
    let strict = match serde_json::from_slice::<Record>(json) {
        Ok(record) => {
            return Content::Record(Box::new(Reading { record, missing: Vec::new(), faults: Vec::new() }));
        }
        Err(error) => error,
    };
    match serde_json::from_slice::<Value>(json) {
        Ok(Value::Object(fields)) if is_foreign(&fields) => {
            let names: Vec<String> = fields.keys().take(MAX_NAMES).map(|name| quote(name)).collect();
            let names = names.join(", ");
            Content::Malformed(format!(
                "expected a record, found an object with {names}, …; name a file of records, or the run directory"
            ))
        }
        Ok(Value::Object(fields)) if is_reject(&fields) => Content::Malformed(
            "this is a reject, which has no record; name the run directory, or its `records.ndjson`"
                .to_owned(),
        ),
        Ok(Value::Object(fields)) => Content::Record(Box::new(read_fields(fields, absent, &strict))),
        Ok(other) => Content::Malformed(format!(
            "expected a record, a JSON object, found {}; mend the line, or write the file anew",
            kind(&other)
        )),
        Err(error) => {
            Content::Malformed(format!("the line is no JSON: {error}; mend it, or write the file anew"))
        }
    }
}

/// Names of fields in a message at most.
const MAX_NAMES: usize = 3;

/// Whether an object is something else than a record: it has neither id nor source, and most of its fields are of
/// no record.
fn is_foreign(fields: &Map<String, Value>) -> bool {
    let own = fields.keys().filter(|name| FIELDS.contains(&name.as_str())).count();
    !fields.contains_key("record_id") && !fields.contains_key("source") && own * 2 < fields.len()
}

/// Whether an object is a line of `rejects.ndjson`: what could be found stands under `partial`.
fn is_reject(fields: &Map<String, Value>) -> bool {
    fields.get("partial").is_some_and(Value::is_object) && !fields.contains_key("sections")
}

/// A record with nothing in it.
pub(super) fn empty_record() -> Record<'static> {
    Record {
        record_id: "".into(),
        source: Source::unread("", None),
        profile: "".into(),
        reference: "".into(),
        status: Status::Ok,
        title: None,
        code: None,
        code_system: None,
        code_status: None,
        code_kind: None,
        code_title: None,
        billable: None,
        chapter: None,
        block: None,
        category: None,
        sections: Vec::new(),
        key_points: Vec::new(),
        diagnosis_codes: DiagnosisCodes::default(),
        extra: Default::default(),
        coverage: Coverage::default(),
        provenance: Provenance::default(),
        diagnostics: Vec::new(),
    }
}

/// The fields of an empty record, in the order of the contract.
static EMPTY: LazyLock<Vec<(&'static str, Value)>> = LazyLock::new(|| {
    let empty = serde_json::to_value(empty_record()).unwrap_or_default();
    FIELDS.iter().map(|&name| (name, empty[name].clone())).collect()
});

fn read_fields(mut fields: Map<String, Value>, absent: &[String], strict: &serde_json::Error) -> Reading {
    let mut reading = Reading { record: empty_record(), missing: Vec::new(), faults: Vec::new() };
    let mut whole: Map<String, Value> =
        EMPTY.iter().map(|(name, empty)| ((*name).to_owned(), empty.clone())).collect();
    for (name, empty) in EMPTY.iter() {
        match fields.remove(*name) {
            Some(value) => take(&mut whole, (name, empty), value, &mut reading),
            None => reading.missing.push(name),
        }
    }
    for name in reading.missing.iter().filter(|name| !absent.iter().any(|told| told == **name)) {
        let message =
            format!("the field `{name}` is missing; write `null` or an empty list if it has no value");
        reading.faults.push(Fault { field: (*name).to_owned(), message });
    }
    for name in fields.keys() {
        let message = format!("{} is no field of a record; put what is your own under `extra`", quote(name));
        reading.faults.push(Fault { field: cut(name), message });
    }
    if let Ok(record) = serde_json::from_value(Value::Object(whole)) {
        reading.record = record;
    }
    if reading.faults.is_empty() && reading.missing.is_empty() {
        reading.faults.push(fault("record_id", strict));
    }
    reading
}

/// Puts a value in its place if a record can hold it; of a list, those elements that it can.
fn take(whole: &mut Map<String, Value>, (name, empty): (&str, &Value), value: Value, reading: &mut Reading) {
    let value = match value {
        Value::Array(elements) if empty.is_array() => {
            let mut good = Vec::with_capacity(elements.len());
            for element in elements {
                match fits(name, Value::Array(vec![element.clone()])) {
                    Ok(()) => good.push(element),
                    Err(error) => reading.faults.push(fault(name, &error)),
                }
            }
            Value::Array(good)
        }
        other => match fits(name, other.clone()) {
            Ok(()) => other,
            Err(error) => {
                reading.faults.push(fault(name, &error));
                empty.clone()
            }
        },
    };
    whole.insert(name.to_owned(), value);
}

/// Whether an otherwise empty record can hold this value.
fn fits(name: &str, value: Value) -> Result<(), serde_json::Error> {
    let fields = EMPTY
        .iter()
        .map(|(of, empty)| ((*of).to_owned(), if *of == name { value.clone() } else { empty.clone() }));
    serde_json::from_value::<Record>(Value::Object(fields.collect())).map(drop)
}

fn fault(name: &str, error: &serde_json::Error) -> Fault {
    Fault {
        field: name.to_owned(),
        message: format!("`{name}`: {error}; `nosograph schema record` describes it"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn cut(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::full_record;
    use serde_json::json;

    fn check(change: impl FnOnce(&mut Value), faults: &[&str], missing: &[&str]) -> Record<'static> {
        let mut value = serde_json::to_value(full_record()).unwrap();
        change(&mut value);
        let Content::Record(reading) = read(value.to_string().as_bytes(), &[]) else { panic!("{value}") };
        let found: Vec<&str> = reading.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!((found.as_slice(), reading.missing.as_slice()), (faults, missing), "{:?}", reading.faults);
        reading.record
    }

    #[test]
    fn what_is_wrong_costs_only_itself() {
        assert_eq!(check(|_| {}, &[], &[]), full_record());
        let record = check(|value| value["billable"] = json!("no"), &["billable"], &[]);
        assert_eq!(record, Record { billable: None, ..full_record() });
        let record = check(|value| value["sections"][0]["level"] = json!("x"), &["sections"], &[]);
        assert_eq!(record, Record { sections: Vec::new(), ..full_record() });
        let record = check(|value| value["mine"] = json!(1), &["mine"], &[]);
        assert_eq!(record, full_record());
        let remove = |value: &mut Value| drop(value.as_object_mut().unwrap().remove("sections"));
        let record = check(remove, &["sections"], &["sections"]);
        assert_eq!(record, Record { sections: Vec::new(), ..full_record() });
        check(|value| value["chapter"]["number"] = json!(-1), &["chapter"], &[]);
    }

    #[test]
    fn the_fields_are_those_of_a_record() {
        let value = serde_json::to_value(full_record()).unwrap();
        let names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, FIELDS);
    }

    #[test]
    fn a_key_twice_is_told() {
        let text = serde_json::to_string(&full_record()).unwrap().replacen('{', r#"{"title":"x","#, 1);
        let Content::Record(reading) = read(text.as_bytes(), &[]) else { panic!() };
        assert!(reading.faults[0].message.contains("duplicate field"), "{:?}", reading.faults);
    }
}
