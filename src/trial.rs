//! The tests that a profile carries: a [`Pipeline`] in, one [`Trial`] a test out.
//!
//! What a test expects is a part of the record, in the record's own names, so a profile's author needs no
//! other language than that of the output. Prints nothing, and leaves the pages as they are.

use crate::error::Result;
use crate::page::{EncodingSource, Page};
use crate::pipeline::Pipeline;
use crate::profile::{ProfileTest, TestEnd, TestPage};
use crate::read;
use crate::record::Outcome;
use serde_json::Value;

/// A test with what did not hold.
#[derive(Debug)]
pub struct Trial<'p> {
    /// The test.
    pub test: &'p ProfileTest,
    /// What did not hold, in the order of the test; empty if all did.
    pub misses: Vec<Miss>,
}

/// A value that is not what the test expects.
#[derive(Debug, PartialEq)]
pub struct Miss {
    /// Where in the record: `sections[1].heading`; empty for the end of the page.
    pub path: String,
    /// What the test says, as JSON or in words.
    pub expected: String,
    /// What the record has.
    pub found: String,
}

/// Tries the tests of the pipeline's profile.
///
/// # Errors
/// [`ErrorKind::Input`](crate::error::ErrorKind::Input) where the page of a test cannot be read, or is none.
pub fn try_tests<'p>(pipeline: &Pipeline<'p>) -> Result<Vec<Trial<'p>>> {
    pipeline.profile.tests.iter().map(|test| try_test(pipeline, test)).collect()
}

fn try_test<'p>(pipeline: &Pipeline<'p>, test: &'p ProfileTest) -> Result<Trial<'p>> {
    let page = match &test.page {
        TestPage::File(path) => read::read_file(path)?,
        TestPage::Inline(format, text) => {
            Box::new(Page::from_utf8(test.name.clone(), *format, EncodingSource::ValidUtf8, text.clone()))
        }
    };
    let (end, found) = match pipeline.process(&page) {
        Outcome::Record(record) => (TestEnd::Record, serde_json::to_value(&*record)),
        Outcome::Reject(reject) => (TestEnd::Reject, serde_json::to_value(&*reject)),
    };
    let mut misses = Vec::new();
    if end != test.ends {
        misses.push(Miss { path: String::new(), expected: name(test.ends), found: name(end) });
    }
    // Both types have only what JSON has.
    let found = found.unwrap_or_default();
    compare(String::new(), &test.expected, Some(&found), &mut misses);
    for path in &test.absent {
        match value_at(&found, path) {
            None | Some(Value::Null) => {}
            Some(Value::Array(values)) if values.is_empty() => {}
            Some(value) => {
                misses.push(Miss {
                    path: path.clone(),
                    expected: "nothing".into(),
                    found: value.to_string(),
                });
            }
        }
    }
    Ok(Trial { test, misses })
}

fn name(end: TestEnd) -> String {
    match end {
        TestEnd::Record => "a record".into(),
        TestEnd::Reject => "a reject".into(),
    }
}

/// Notes where `found` does not hold what is expected: of a table each key, of a list as many entries, each
/// of which holds; a text that ends in `…` is a beginning.
fn compare(path: String, expected: &Value, found: Option<&Value>, misses: &mut Vec<Miss>) {
    match (expected, found) {
        (Value::Object(expected), Some(Value::Object(found))) => {
            for (key, value) in expected {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(path, value, found.get(key), misses);
            }
        }
        (Value::Array(expected), Some(Value::Array(found))) => {
            let before = misses.len();
            for (at, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(format!("{path}[{at}]"), expected, Some(found), misses);
                if misses.len() > before {
                    // Behind an entry too many or too few all others differ.
                    break;
                }
            }
            if expected.len() != found.len() {
                let entries = |values: &[Value]| format!("{} entries", values.len());
                misses.push(Miss { path, expected: entries(expected), found: entries(found) });
            }
        }
        (Value::String(expected), Some(Value::String(found)))
            if expected.strip_suffix('…').is_some_and(|start| found.starts_with(start)) => {}
        (expected, Some(found)) if expected == found => {}
        (expected, found) => misses.push(Miss {
            path,
            expected: expected.to_string(),
            found: found.map_or_else(|| "no such key".to_owned(), Value::to_string),
        }),
    }
}

/// The value at a path such as `extra.ward` or `sections[1].heading`.
fn value_at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts.into_iter().try_fold(value, |value, part| match value {
        Value::Array(values) => values.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icd::Reference;
    use crate::profile::Profile;
    use serde_json::json;

    fn check(expected: Value, found: Value, misses: &[(&str, &str, &str)]) {
        let mut noted = Vec::new();
        compare(String::new(), &expected, Some(&found), &mut noted);
        let noted: Vec<(&str, &str, &str)> =
            noted.iter().map(|miss| (&*miss.path, &*miss.expected, &*miss.found)).collect();
        assert_eq!(noted, misses, "{expected} {found}");
    }

    #[test]
    fn a_part_of_the_record_has_to_hold() {
        check(json!({"code": "A00"}), json!({"code": "A00", "title": "Cholera"}), &[]);
        check(json!({"code": "A00"}), json!({"code": "A01"}), &[("code", "\"A00\"", "\"A01\"")]);
        check(json!({"cod": "A00"}), json!({"code": "A00"}), &[("cod", "\"A00\"", "no such key")]);
        check(
            json!({"chapter": {"number": 1}}),
            json!({"chapter": {"number": 2}}),
            &[("chapter.number", "1", "2")],
        );
        check(
            json!({"chapter": {"number": 1}}),
            json!({"chapter": null}),
            &[("chapter", "{\"number\":1}", "null")],
        );
        check(json!({"text": "Acute…"}), json!({"text": "Acute diarrhea."}), &[]);
        check(
            json!({"text": "Acute…"}),
            json!({"text": "An acute"}),
            &[("text", "\"Acute…\"", "\"An acute\"")],
        );
    }

    #[test]
    fn of_a_list_the_first_entry_that_differs_is_told() {
        let found = json!([{"heading": "a", "level": 2}, {"heading": "b", "level": 2}]);
        check(json!([{"heading": "a"}, {"heading": "b"}]), found.clone(), &[]);
        check(json!([{"heading": "a"}]), found.clone(), &[("", "1 entries", "2 entries")]);
        check(json!([{"heading": "x"}, {"heading": "y"}]), found, &[("[0].heading", "\"x\"", "\"a\"")]);
    }

    #[test]
    fn built_in_profiles_hold_what_their_tests_say() {
        for name in crate::profile::builtin_names() {
            let profile = Profile::builtin(name).unwrap().unwrap();
            let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
            let trials = try_tests(&pipeline).unwrap();
            assert!(!trials.is_empty(), "{name} has no tests");
            for trial in trials {
                assert_eq!(trial.misses, [], "{name}: {}", trial.test.name);
            }
        }
    }

    #[test]
    fn paths_lead_to_values() {
        let value = json!({"extra": {"ward": ["3B"]}});
        assert_eq!(value_at(&value, "extra.ward[0]"), Some(&json!("3B")));
        assert_eq!(value_at(&value, "extra.ward[1]"), None);
        assert_eq!(value_at(&value, "block"), None);
    }
}
