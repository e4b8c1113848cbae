//! One line a diagnostic: `path:line: severity[id]: message`, which editors can jump to.

use super::{Located, Render};
use crate::cli::printer::printable;

#[derive(Debug)]
pub(super) struct Text;

impl Render for Text {
    fn finding(&mut self, located: &Located<'_>) -> String {
        let finding = located.finding;
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        let path = located.path_text();
        let text = format!("{path}{line}: {}[{}]: {}", finding.severity, finding.id, finding.message);
        // A line end in a path or a message would forge a line.
        printable(&text).replace('\n', "\\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rendered;
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
}
