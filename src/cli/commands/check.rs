//! `nosograph check`.

use super::{load_profile, load_reference};
use crate::check::{self, CheckOptions};
use crate::cli::Exit;
use crate::cli::args::CheckArgs;
use crate::cli::printer::{Results, note};
use crate::cli::render::{Located, RecordRow, renderer};
use crate::cli::summary::check_summary;
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
    let mut results = Results::new();
    let mut render = renderer(arguments.output_format);
    // Trouble with stdout ends the output and not the check: the exit code still tells.
    let mut trouble = results.print(&render.begin());
    let summary = check::check(&options, &mut |checked| {
        if trouble.is_ok() {
            let row = Some(RecordRow { line: checked.line, uri: checked.uri });
            let text = render.finding(&Located { path: checked.path, finding: checked.finding, row });
            trouble = results.print(&text);
        }
        Ok(())
    })?;
    trouble?;
    results.print(&render.end())?;
    results.flush()?;
    if !arguments.quiet {
        check_summary(&summary).iter().for_each(|line| note(line));
    }
    Ok(if arguments.fail_on.is_met(summary.worst) { Exit::Found } else { Exit::Done })
}
