//! Diagnostics as text for people and machines: one file a format.

pub(super) mod diff;
pub(super) mod eval;
pub(super) mod explain;
mod github;
mod json;
pub(super) mod rules;
mod sarif;
mod text;

use super::args::DiagnosticFormat;
use crate::record::Finding;
use crate::records::RecordFinding;
use std::borrow::Cow;
use std::path::Path;

/// A diagnostic with the page it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located<'a> {
    /// The file, as the user can open it.
    pub(crate) path: &'a Path,
    pub(crate) finding: &'a Finding,
    /// Where in a file of records the record stands; `None` where `path` is the page itself.
    pub(crate) row: Option<RecordRow<'a>>,
}

/// A record in a file of records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordRow<'a> {
    /// 1-based line of the file; `None` if the finding is about the file.
    pub(crate) line: Option<u64>,
    /// `source.uri` of its page.
    pub(crate) uri: Option<&'a str>,
}

impl<'a> From<&RecordFinding<'a>> for Located<'a> {
    fn from(found: &RecordFinding<'a>) -> Self {
        let row = Some(RecordRow { line: found.line, uri: found.uri });
        Self { path: found.path, finding: found.finding, row }
    }
}

impl Located<'_> {
    fn path_text(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The line of the file at [`Self::path`].
    fn line(&self) -> Option<u64> {
        self.row.map_or(self.finding.line.map(u64::from), |row| row.line)
    }

    /// The message, for a record behind the page and line it is about.
    fn message(&self) -> Cow<'_, str> {
        let message = self.finding.message.as_str();
        match (self.row.and_then(|row| row.uri), self.finding.line) {
            (Some(uri), Some(line)) => Cow::Owned(format!("{uri}:{line}: {message}")),
            (Some(uri), None) => Cow::Owned(format!("{uri}: {message}")),
            (None, _) => Cow::Borrowed(message),
        }
    }
}

/// Writes diagnostics in a format: [`Render::begin`] once, [`Render::finding`] for each, [`Render::end`] once.
pub(crate) trait Render {
    fn begin(&mut self) -> String {
        String::new()
    }
    fn finding(&mut self, located: &Located<'_>) -> String;
    fn end(&mut self) -> String {
        String::new()
    }
}

/// The renderer of a format.
pub(crate) fn renderer(format: DiagnosticFormat) -> Box<dyn Render> {
    match format {
        DiagnosticFormat::Text => Box::new(text::Text),
        DiagnosticFormat::Json => Box::new(json::Json::default()),
        DiagnosticFormat::Github => Box::new(github::Github),
        DiagnosticFormat::Sarif => Box::new(sarif::Sarif::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    /// What a renderer writes for these findings: (path, line, message).
    pub(super) fn rendered(render: impl Render, findings: &[(&str, Option<u32>, &str)]) -> String {
        rendered_at(render, findings, None)
    }

    /// The same, for a record at this place in a file of records.
    pub(super) fn rendered_at(
        mut render: impl Render,
        findings: &[(&str, Option<u32>, &str)],
        row: Option<RecordRow<'_>>,
    ) -> String {
        let mut text = render.begin();
        for &(path, line, message) in findings {
            let finding = Finding {
                id: "N203".into(),
                severity: Severity::Warning,
                field: Some("chapter".into()),
                line,
                message: message.into(),
            };
            text += &render.finding(&Located { path: Path::new(path), finding: &finding, row });
        }
        text + &render.end()
    }
}
