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
use crate::read::{self, Bytes, ReadOptions, ReadOutcome};
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

/// The one page of a command.
enum Input {
    Page(Box<Page>),
    /// It cannot be read as a page, and the user was told why.
    Rejected(Exit),
}

fn read_input(arguments: &PageArgs, knowledge: &KnowledgeArgs) -> Result<Input> {
    let file = &arguments.file;
    let is_stdin = file.as_os_str() == "-";
    let name = if is_stdin { "stdin".into() } else { file.file_name().unwrap_or_default().to_string_lossy() };
    let uri = arguments.uri.as_deref().unwrap_or(&name);
    let format = arguments.page_format.map(Into::into);
    let options = ReadOptions { format, limits: knowledge.limits.into() };
    let bytes = if is_stdin {
        read::read_bytes(std::io::stdin().lock(), None, uri, &options)
    } else {
        let (input, size) = read::open(file).map_err(|error| {
            Error::new(ErrorKind::Input, "the page cannot be read")
                .at(file)
                .source(error)
                .hint("name a file that is there, or `-` for stdin")
        })?;
        // A pipe has no size; a file may grow, but not past the limit.
        read::read_bytes(input, Some(size).filter(|&size| size > 0), uri, &options)
    };
    let outcome = match bytes {
        Bytes::Whole(bytes) => read::read_page(uri, bytes, &options),
        Bytes::Reject(unread) => ReadOutcome::Reject(unread),
    };
    match outcome {
        ReadOutcome::Page(page) => Ok(Input::Page(page)),
        ReadOutcome::Reject(unread) => {
            Ok(Input::Rejected(rejected(file, &[Finding::from(&unread.diagnostic)])))
        }
        ReadOutcome::Skip(reason) => {
            Err(Error::new(ErrorKind::Input, format!("the file is no page but of the kind `{reason}`"))
                .at(file)
                .hint("name a text or HTML file, or say what it is with `--as`"))
        }
    }
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
