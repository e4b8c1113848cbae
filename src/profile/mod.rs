//! Profiles: the rules by which fields are found, as data.

use crate::diagnostic::{DiagnosticId, Severity};

/// A compiled profile.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// `sha256:` and the hex digest of its TOML text.
    pub hash: String,
    severities: Vec<(DiagnosticId, Option<Severity>)>,
    requires: Vec<String>,
}

impl Profile {
    /// Name and version as records carry them: `icd10-disease@1`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The severity of a diagnostic under this profile; `None` if the profile turns it off.
    pub fn severity(&self, id: DiagnosticId, default: Severity) -> Option<Severity> {
        self.severities.iter().find(|(of, _)| *of == id).map_or(Some(default), |&(_, severity)| severity)
    }

    /// Whether a page without this field gives no record under this profile.
    pub fn requires(&self, field: &str) -> bool {
        self.requires.iter().any(|required| required == field)
    }
}
