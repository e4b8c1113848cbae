//! Profiles: the rules by which fields are found, as data.
//!
//! In: a TOML text. Out: a [`Profile`], checked and compiled once, shared by all pages of a run. A profile
//! says what is looked for and in what order of trust; [`extract`](crate::extract) does the looking. No
//! rule is code, and no code knows a site.

mod buttons;
mod fits;
mod fold;
mod gates;
mod lexicon;
mod load;
mod model;
mod pattern;
mod raw;
mod sieve;

pub use buttons::Buttons;
pub use fold::{FoldedTexts, fold};
pub use gates::{FillFloor, Gates, MaxRejects, parse_percent};
pub use lexicon::{Lexicon, Named, Wordings};
pub use load::is_name;
pub use model::{
    ChromeFind, ChromeRule, Field, Find, HeadingKind, ListPlace, Profile, ProfileTest, Rule, Scope, Side,
    TestEnd, TestPage,
};
pub use pattern::{Pattern, Value};

use crate::error::Result;

/// The profiles that come with the program: name and TOML text.
const BUILTIN: [(&str, &str); 2] = [
    ("icd10-disease", include_str!("builtin/icd10-disease.toml")),
    ("article", include_str!("builtin/article.toml")),
];

/// Names of the built-in profiles; the first is the default.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(name, _)| *name)
}

/// TOML text of a built-in profile.
pub fn builtin_source(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(of, _)| *of == name).map(|(_, source)| *source)
}

/// JSON Schema (draft 2020-12) of a profile's TOML text.
pub fn schema() -> serde_json::Value {
    use schemars::generate::SchemaSettings;
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<raw::RawProfile>().to_value()
}

impl Profile {
    /// The built-in profile of that name.
    ///
    /// # Errors
    /// Never, unless the text that comes with the program is broken; a test keeps it whole.
    pub fn builtin(name: &str) -> Option<Result<Self>> {
        builtin_source(name).map(|source| load::builtin(name, source))
    }

    /// The default profile, `icd10-disease`.
    ///
    /// # Errors
    /// As [`Profile::builtin`].
    pub fn default_profile() -> Result<Self> {
        load::builtin(BUILTIN[0].0, BUILTIN[0].1)
    }

    /// Reads and compiles a profile file.
    ///
    /// # Errors
    /// [`ErrorKind::Profile`](crate::error::ErrorKind::Profile) with line and column where the text is not
    /// TOML, has an unknown key, or a value that is not what the key wants;
    /// [`ErrorKind::Input`](crate::error::ErrorKind::Input) where the file cannot be read.
    pub fn load(path: &std::path::Path) -> Result<Self> {
        load::file(path)
    }

    /// Compiles the text of a profile; `path` is only for messages.
    ///
    /// # Errors
    /// As [`Profile::load`], without reading.
    pub fn from_toml(source: &str, path: &std::path::Path) -> Result<Self> {
        load::profile(source, path)
    }
}
