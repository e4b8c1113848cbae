//! One file a command: options in, one library call, result to the printer.

pub(super) mod completions;
pub(super) mod extract;
pub(super) mod run;
pub(super) mod schema;

use super::args::KnowledgeArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::icd::Reference;
use crate::pipeline::Pipeline;
use crate::profile::{self, Profile};
use std::path::Path;

/// The profile and the reference that the arguments name.
struct Knowledge {
    profile: Profile,
    reference: Option<Reference>,
}

impl Knowledge {
    fn load(arguments: &KnowledgeArgs) -> Result<Self> {
        let profile = match Profile::builtin(&arguments.profile) {
            Some(profile) => profile?,
            None => load_profile(&arguments.profile)?,
        };
        let reference = arguments.reference.as_deref().map(Reference::load).transpose()?;
        Ok(Self { profile, reference })
    }

    fn pipeline(&self) -> Pipeline<'_> {
        let reference = self.reference.as_ref().unwrap_or_else(|| Reference::embedded());
        Pipeline { profile: &self.profile, reference }
    }
}

fn load_profile(name: &str) -> Result<Profile> {
    let path = Path::new(name);
    if !path.exists() {
        let names: Vec<&str> = profile::builtin_names().collect();
        return Err(Error::new(
            ErrorKind::Profile,
            "no profile of this name is built in, and no file has it",
        )
        .at(path)
        .hint(format!("use one of {}, or name a TOML file", names.join(", "))));
    }
    Profile::load(path)
}
