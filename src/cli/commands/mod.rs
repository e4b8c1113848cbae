//! One file a command: options in, one library call, result to the printer. What several share is here.

pub(super) mod check;
pub(super) mod completions;
pub(super) mod diff;
pub(super) mod eval;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod extract;
pub(super) mod icd;
pub(super) mod profile;
pub(super) mod report;
pub(super) mod rules;
pub(super) mod run;
pub(super) mod schema;
pub(super) mod verify;

use super::Exit;
use super::args::{DiagnosticFormat, KnowledgeArgs, PageArgs};
use super::printer::{Results, note};
use super::render::{Located, renderer};
use crate::error::{Error, ErrorKind, Result};
use crate::icd::Reference;
use crate::page::Page;
use crate::pipeline::Pipeline;
use crate::profile::{Profile, builtin_names};
use crate::read::{self, ReadOptions};
use crate::record::Finding;
use crate::records::RecordFinding;
use std::path::Path;

/// The profile and the reference that the arguments name.
struct Knowledge {
    profile: Profile,
    reference: Option<Reference>,
}

impl Knowledge {
    fn load(arguments: &KnowledgeArgs) -> Result<Self> {
        let profile = load_profile(&arguments.profile)?;
        let reference = load_reference(arguments.reference.as_deref())?;
        Ok(Self { profile, reference })
    }

    fn pipeline(&self) -> Pipeline<'_> {
        let reference = self.reference.as_ref().unwrap_or_else(|| Reference::embedded());
        Pipeline { profile: &self.profile, reference }
    }
}

/// The built-in profile of that name, or that of the file.
fn load_profile(name: &str) -> Result<Profile> {
    if let Some(profile) = Profile::builtin(name) {
        return profile;
    }
    let path = Path::new(name);
    if !path.exists() {
        let names: Vec<&str> = builtin_names().collect();
        return Err(Error::new(
            ErrorKind::Profile,
            "no profile of this name is built in, and no file has it",
        )
        .at(path)
        .hint(format!("use one of {}, or name a TOML file", names.join(", "))));
    }
    Profile::load(path)
}

/// The reference in a file, if one is named.
fn load_reference(file: Option<&Path>) -> Result<Option<Reference>> {
    file.map(Reference::load).transpose()
}

/// Prints the findings about records on stdout as `find` comes upon them.
fn print_findings<T>(
    format: DiagnosticFormat,
    find: impl FnOnce(&mut dyn FnMut(&RecordFinding<'_>) -> Result<()>) -> Result<T>,
) -> anyhow::Result<T> {
    let mut results = Results::new();
    let mut render = renderer(format);
    let mut printed = results.print(&render.begin());
    let found = find(&mut |found| {
        // Trouble with stdout ends the output and not the search.
        if printed.is_ok() {
            printed = results.print(&render.finding(&Located::from(found)));
        }
        Ok(())
    })?;
    printed?;
    results.print(&render.end())?;
    results.flush()?;
    Ok(found)
}

/// The one page of a command; `Err` where it cannot be read as a page, and the user was told why.
fn read_input(arguments: &PageArgs, knowledge: &KnowledgeArgs) -> Result<Result<Box<Page>, Exit>> {
    let format = arguments.page_format.map(Into::into);
    let options = ReadOptions { format, limits: knowledge.limits.into() };
    let read = read::read_one(&arguments.file, arguments.uri.as_deref(), &options)?;
    Ok(read.map_err(|unread| rejected(&arguments.file, &[Finding::from(unread.diagnostic)])))
}

/// Tells why a page gives no record.
fn rejected(path: &Path, findings: &[Finding]) -> Exit {
    let mut text = renderer(DiagnosticFormat::Text);
    for finding in findings {
        note(text.finding(&Located { path, finding, row: None }).trim_end());
    }
    note("the page gives no record");
    Exit::Found
}
