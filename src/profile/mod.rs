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
}

/// Names of the built-in profiles; the first is the default.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    ["icd10-disease", "article"].into_iter()
}

impl Profile {
    /// The built-in profile of that name.
    pub fn builtin(name: &str) -> Option<crate::error::Result<Self>> {
        builtin_names().any(|known| known == name).then(|| {
            Ok(Self { name: name.to_owned(), version: 1, hash: "sha256:".into(), severities: Vec::new() })
        })
    }

    /// Reads and compiles a profile file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn load(path: &std::path::Path) -> crate::error::Result<Self> {
        use crate::error::{Error, ErrorKind};
        Err(Error::new(ErrorKind::Profile, "no such profile").at(path))
    }

    /// Name and version as records carry them: `icd10-disease@1`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The severity of a diagnostic under this profile; `None` if the profile turns it off.
    pub fn severity(&self, id: DiagnosticId, default: Severity) -> Option<Severity> {
        self.severities.iter().find(|(of, _)| *of == id).map_or(Some(default), |&(_, severity)| severity)
    }
}
