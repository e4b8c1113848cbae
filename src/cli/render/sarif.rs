//! SARIF 2.1.0 (OASIS Standard), streamed: one run, one result a diagnostic.

use super::{Located, Render};
use crate::catalogue::{CATALOGUE, Entry};
use crate::cli::printer::printable_json;
use crate::diagnostic::Severity;
use serde_json::json;
use std::os::unix::ffi::OsStrExt;

#[derive(Debug, Default)]
pub(super) struct Sarif {
    has_some: bool,
}

impl Render for Sarif {
    fn begin(&mut self) -> String {
        let driver = json!({"name": "nosograph", "version": env!("CARGO_PKG_VERSION"), "rules": rules()});
        format!(
            "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\
             \"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":["
        )
    }

    fn finding(&mut self, located: &Located<'_>) -> String {
        let finding = located.finding;
        let mut place = json!({"artifactLocation": {"uri": uri(located.path.as_os_str().as_bytes())}});
        if let Some(line) = located.line() {
            place["region"] = json!({"startLine": line});
        }
        let mut result = json!({
            "ruleId": finding.id,
            "level": level(finding.severity),
            "message": {"text": located.message()},
            "locations": [{"physicalLocation": place}],
        });
        if let Some(uri) = located.row.and_then(|row| row.uri) {
            let place = json!([{"fullyQualifiedName": uri, "kind": "resource"}]);
            result["locations"][0]["logicalLocations"] = place;
        }
        let lead = if std::mem::replace(&mut self.has_some, true) { ",\n" } else { "\n" };
        lead.to_owned() + &printable_json(&result.to_string())
    }

    fn end(&mut self) -> String {
        "\n]}]}\n".to_owned()
    }
}

/// The catalogue as SARIF has it.
fn rules() -> Vec<serde_json::Value> {
    let rule = |entry: &Entry| {
        json!({
            "id": entry.id.to_string(),
            "name": entry.name,
            "shortDescription": {"text": entry.summary()},
            "fullDescription": {"text": entry.explanation},
            "help": {"text": entry.cure},
            "defaultConfiguration": {"level": level(entry.severity)},
        })
    };
    CATALOGUE.iter().map(rule).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a URI reference (RFC 3986): what is not unreserved is percent-encoded.
fn uri(path: &[u8]) -> String {
    let is_unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let part =
        |&byte: &u8| if is_unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::rendered;
    use super::*;

    #[test]
    fn it_is_json_for_no_one_and_many() {
        let finding = ("a b.txt", Some(8), "found");
        for findings in [&[][..], &[finding], &[finding, finding]] {
            let sarif: serde_json::Value =
                serde_json::from_str(&rendered(Sarif::default(), findings)).unwrap();
            let results = sarif["runs"][0]["results"].as_array().unwrap();
            assert_eq!(results.len(), findings.len());
            for result in results {
                assert_eq!(result["ruleId"], "N203");
                let place = &result["locations"][0]["physicalLocation"];
                assert_eq!(place["artifactLocation"]["uri"], "a%20b.txt");
                assert_eq!(place["region"]["startLine"], 8);
            }
        }
    }
}
