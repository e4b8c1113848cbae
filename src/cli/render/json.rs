//! A JSON array, one diagnostic a line.

use super::{Located, Render};
use crate::cli::printer::printable_json;
use crate::diagnostic::Severity;
use serde::Serialize;

#[derive(Debug, Default)]
pub(super) struct Json {
    has_some: bool,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: String,
    line: Option<u64>,
    /// Of a record: its page and the line there.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Place<'a>>,
    id: &'a str,
    severity: Severity,
    field: Option<&'a str>,
    message: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    uri: Option<&'a str>,
    line: Option<u32>,
}

impl Render for Json {
    fn begin(&mut self) -> String {
        "[".to_owned()
    }

    fn finding(&mut self, located: &Located<'_>) -> String {
        let finding = located.finding;
        let entry = Entry {
            path: located.path_text(),
            line: located.line(),
            page: located.row.map(|row| Place { uri: row.uri, line: finding.line }),
            id: &finding.id,
            severity: finding.severity,
            field: finding.field.as_deref(),
            message: &finding.message,
        };
        let lead = if std::mem::replace(&mut self.has_some, true) { ",\n" } else { "\n" };
        lead.to_owned() + &printable_json(&serde_json::to_string(&entry).unwrap_or_default())
    }

    fn end(&mut self) -> String {
        if self.has_some { "\n]\n".to_owned() } else { "]\n".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rendered;
    use super::*;

    #[test]
    fn the_array_is_whole_for_no_one_and_many() {
        assert_eq!(rendered(Json::default(), &[]), "[]\n");
        let one =
            r#"{"path":"a","line":8,"id":"N203","severity":"warning","field":"chapter","message":"found"}"#;
        let finding = ("a", Some(8), "found");
        assert_eq!(rendered(Json::default(), &[finding]), format!("[\n{one}\n]\n"));
        assert_eq!(rendered(Json::default(), &[finding, finding]), format!("[\n{one},\n{one}\n]\n"));
    }
}
