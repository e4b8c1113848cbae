//! Workflow commands of GitHub Actions (docs.github.com, "Workflow commands": `::warning file=…::message`).

use super::{Located, Render};
use crate::cli::printer::printable;
use crate::diagnostic::Severity;

#[derive(Debug)]
pub(super) struct Github;

impl Render for Github {
    fn finding(&mut self, located: &Located<'_>) -> String {
        let finding = located.finding;
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let line = located.line().map_or(String::new(), |line| format!(",line={line}"));
        let (path, message) = (property(&located.path_text()), data(&located.message()));
        format!("::{level} file={path}{line},title={}::{message}\n", finding.id)
    }
}

/// Escapes as the runner unescapes.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    printable(&text).into_owned()
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::tests::rendered;
    use super::*;

    #[test]
    fn nothing_in_a_page_can_forge_a_command() {
        let check = |path, line, message, expected: &str| {
            assert_eq!(rendered(Github, &[(path, line, message)]), expected);
        };
        check("a.txt", Some(8), "found", "::warning file=a.txt,line=8,title=N203::found\n");
        check("a,b:c", None, "5%\n::error::x", "::warning file=a%2Cb%3Ac,title=N203::5%25%0A::error::x\n");
    }
}
