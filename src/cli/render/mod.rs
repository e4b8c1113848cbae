//! Diagnostics as text for people and machines: one file a format.

pub(super) mod eval;
pub(super) mod explain;
mod github;
mod json;
mod sarif;
mod text;

use super::args::DiagnosticFormat;
use crate::record::Finding;
use std::path::Path;

/// A diagnostic with the page it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located<'a> {
    /// The file, as the user can open it.
    pub(crate) path: &'a Path,
    pub(crate) finding: &'a Finding,
}

impl Located<'_> {
    fn path_text(&self) -> String {
        self.path.to_string_lossy().into_owned()
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
    pub(super) fn rendered(mut render: impl Render, findings: &[(&str, Option<u32>, &str)]) -> String {
        let mut text = render.begin();
        for &(path, line, message) in findings {
            let finding = Finding {
                id: "N203".into(),
                severity: Severity::Warning,
                field: Some("chapter".into()),
                line,
                message: message.into(),
            };
            text += &render.finding(&Located { path: Path::new(path), finding: &finding });
        }
        text + &render.end()
    }
}
