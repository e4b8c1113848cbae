//! `nosograph check`.

use super::{load_profile, load_reference, print_findings};
use crate::check::{self, CheckOptions};
use crate::cli::Exit;
use crate::cli::args::CheckArgs;
use crate::cli::printer::note;
use crate::cli::summary::{check_summary, unlike_lines};
use crate::icd::Reference;

pub(crate) fn check(arguments: &CheckArgs) -> anyhow::Result<Exit> {
    let profile = arguments.profile.as_deref().map(load_profile).transpose()?;
    let reference = load_reference(arguments.reference.as_deref())?;
    let options = CheckOptions {
        paths: arguments.paths.clone(),
        profile: profile.as_ref(),
        reference: reference.as_ref().unwrap_or_else(|| Reference::embedded()),
        select: arguments.select.iter().flat_map(|ids| ids.0.clone()).collect(),
        ignore: arguments.ignore.iter().flat_map(|ids| ids.0.clone()).collect(),
    };
    let summary = print_findings(arguments.output_format, |visit| check::check(&options, visit))?;
    unlike_lines(&summary, options.reference.release()).iter().for_each(|line| note(line));
    if !arguments.quiet {
        check_summary(&summary).iter().for_each(|line| note(line));
    }
    Ok(if arguments.fail_on.is_met(summary.worst) { Exit::Found } else { Exit::Done })
}
