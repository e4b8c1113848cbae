//! One line a diagnostic: `path:line: severity[id]: message`, which editors can jump to.

use super::{Located, Render};
use crate::cli::printer::printable;

#[derive(Debug)]
pub(super) struct Text;

impl Render for Text {
    fn finding(&mut self, located: &Located<'_>) -> String {
        let finding = located.finding;
        let line = located.line().map_or(String::new(), |line| format!(":{line}"));
        let path = located.path_text();
        let text = format!("{path}{line}: {}[{}]: {}", finding.severity, finding.id, located.message());
        // A line end in a path or a message would forge a line.
        printable(&text).replace('\n', "\\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::super::RecordRow;
    use super::super::tests::{rendered, rendered_at};
    use super::*;

    #[test]
    fn a_diagnostic_is_one_line() {
        let check = |path, line, message, expected: &str| {
            assert_eq!(rendered(Text, &[(path, line, message)]), expected);
        };
        check("a.txt", Some(8), "found", "a.txt:8: warning[N203]: found\n");
        check("a.txt", None, "found", "a.txt: warning[N203]: found\n");
        check("a\nb", None, "c\u{1b}", "a\\nb: warning[N203]: c\\u{1b}\n");
    }

    #[test]
    fn a_record_is_found_in_its_file_and_on_its_page() {
        let row = Some(RecordRow { line: Some(17), uri: Some("m61.txt") });
        let check = |line, expected: &str| {
            assert_eq!(rendered_at(Text, &[("r.ndjson", line, "found")], row), expected);
        };
        check(Some(8), "r.ndjson:17: warning[N203]: m61.txt:8: found\n");
        check(None, "r.ndjson:17: warning[N203]: m61.txt: found\n");
    }
}
