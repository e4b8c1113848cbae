//! `nosograph profile`.

use super::{load_profile, load_reference};
use crate::cli::Exit;
use crate::cli::args::ProfileCommand;
use crate::cli::printer::Results;
use crate::cli::render::rules::rules_table;
use crate::cli::summary::counted;
use crate::draft;
use crate::error::{Error, ErrorKind, Result};
use crate::icd::Reference;
use crate::pipeline::Pipeline;
use crate::profile::{self, Profile, TestPage};
use crate::read;
use crate::rule_coverage::RuleCoverage;
use crate::run::Gate;
use crate::trial::{self, Trial};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn profile(command: &ProfileCommand) -> anyhow::Result<Exit> {
    let (text, exit) = match command {
        ProfileCommand::List => (list()?, Exit::Done),
        ProfileCommand::Show { profile } => (source(profile)?, Exit::Done),
        ProfileCommand::Check { profiles, against } => (
            profiles.iter().map(|name| checked(name, against.as_deref())).collect::<Result<_>>()?,
            Exit::Done,
        ),
        ProfileCommand::Test { profiles, reference } => tried(profiles, reference.as_deref())?,
        ProfileCommand::New { name, pages, from } => (drafted(name, pages, from)?, Exit::Done),
    };
    let mut results = Results::new();
    results.show(&text)?;
    results.flush()?;
    Ok(exit)
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

fn checked(name: &str, against: Option<&Path>) -> Result<String> {
    let profile = load_profile(name)?;
    Gate::default().or(&profile.gates).check(&profile)?;
    for test in &profile.tests {
        if let TestPage::File(page) = &test.page
            && !page.is_file()
        {
            return Err(Error::new(ErrorKind::Profile, "the page of a test is not there").at(page).hint(
                format!("{name} names it; put it below the folder of the profile, or remove the test"),
            ));
        }
    }
    let (label, rules) = (profile.label(), profile.rules.len() + profile.chrome.len());
    let gates = match profile.gates.count() {
        0 => String::new(),
        count => format!(" and {}", counted(count as u64, "gate")),
    };
    let rules = counted(rules as u64, "rule");
    let mut text = format!("{name}: {label} is a profile with {rules}{gates}\n");
    if let Some(folder) = against {
        text += &rules_table(&RuleCoverage::of(&profile, folder)?, folder);
    }
    Ok(text)
}

/// Each test of the profiles with what did not hold.
fn tried(profiles: &[String], reference: Option<&Path>) -> Result<(String, Exit)> {
    let reference = load_reference(reference)?;
    let reference = reference.as_ref().unwrap_or_else(|| Reference::embedded());
    let (mut text, mut exit) = (String::new(), Exit::Done);
    for name in profiles {
        let profile = load_profile(name)?;
        if profile.tests.is_empty() {
            return Err(Error::new(ErrorKind::Profile, "the profile has no tests")
                .at(Path::new(name))
                .hint("add `[[tests]]` with a page and what has to be found in it: docs/profiles.md"));
        }
        let trials = trial::try_tests(&Pipeline { profile: &profile, reference })?;
        let missed = trials.iter().filter(|trial| !trial.misses.is_empty()).count();
        trials.iter().for_each(|trial| text.push_str(&outcome(trial)));
        text.push_str(&format!("{}: {} passed, {missed} failed\n", profile.label(), trials.len() - missed));
        if missed > 0 {
            exit = Exit::Found;
        }
    }
    Ok((text, exit))
}

fn outcome(trial: &Trial<'_>) -> String {
    let name = &trial.test.name;
    if trial.misses.is_empty() {
        return format!("ok      {name}\n");
    }
    let line = |miss: &trial::Miss| {
        let place = if miss.path.is_empty() { "the page" } else { &miss.path };
        format!("        {place}: expected {}, found {}\n", miss.expected, miss.found)
    };
    trial.misses.iter().map(line).fold(format!("failed  {name}\n"), |text, line| text + &line)
}

/// A new profile from pages of a site.
fn drafted(name: &str, pages: &[PathBuf], from: &str) -> Result<String> {
    let (base, profile) = (source(from)?, load_profile(from)?);
    let pages =
        pages.iter().map(|path| Ok((path.clone(), read::read_file(path)?))).collect::<Result<Vec<_>>>()?;
    draft::draft(name, &base, &pages, &Pipeline { profile: &profile, reference: Reference::embedded() })
}
