//! `nosograph profile`.

use super::load_profile;
use crate::cli::Exit;
use crate::cli::args::ProfileCommand;
use crate::cli::printer::{Results, printable};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{self, Profile};
use std::fs;
use std::path::Path;

pub(crate) fn profile(command: &ProfileCommand) -> anyhow::Result<Exit> {
    let text = match command {
        ProfileCommand::List => list()?,
        ProfileCommand::Show { profile } => source(profile)?,
        ProfileCommand::Check { files } => files.iter().map(|file| checked(file)).collect::<Result<_>>()?,
    };
    let mut results = Results::new();
    results.print(&if results.is_terminal() { printable(&text) } else { text.as_str().into() })?;
    results.flush()?;
    Ok(Exit::Done)
}

fn list() -> Result<String> {
    let profiles = profile::builtin_names().filter_map(Profile::builtin);
    profiles.map(|profile| profile.map(|profile| line(&profile))).collect()
}

fn line(profile: &Profile) -> String {
    format!("{:<20} {}\n", profile.label(), profile.description)
}

fn source(name: &str) -> Result<String> {
    if let Some(source) = profile::builtin_source(name) {
        return Ok(source.to_owned());
    }
    // Only what can be loaded is shown as a profile.
    load_profile(name)?;
    let path = Path::new(name);
    fs::read_to_string(path)
        .map_err(|error| Error::new(ErrorKind::Input, "the profile cannot be read").at(path).source(error))
}

fn checked(file: &Path) -> Result<String> {
    let profile = Profile::load(file)?;
    Ok(format!("{}: {} is a profile with {} rules\n", file.display(), profile.label(), profile.rules.len()))
}
