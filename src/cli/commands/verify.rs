//! `nosograph verify`.

use super::{load_reference, print_findings};
use crate::cli::Exit;
use crate::cli::args::VerifyArgs;
use crate::cli::printer::note;
use crate::cli::summary::verify_summary;
use crate::icd::Reference;
use crate::run::DEFAULT_INPUT;
use crate::verify::{self, VerifyOptions};

pub(crate) fn verify(arguments: &VerifyArgs) -> anyhow::Result<Exit> {
    let reference = load_reference(arguments.reference.as_deref())?;
    let mut inputs = arguments.inputs.clone();
    if inputs.is_empty() && arguments.run.is_file() {
        inputs.push(DEFAULT_INPUT.into());
    }
    let options = VerifyOptions {
        run: arguments.run.clone(),
        inputs,
        reference: reference.as_ref().unwrap_or_else(|| Reference::embedded()),
    };
    let summary = print_findings(arguments.output_format, |visit| verify::verify(&options, visit))?;
    if !arguments.quiet {
        verify_summary(&summary).iter().for_each(|line| note(line));
    }
    Ok(if arguments.fail_on.is_met(summary.worst) { Exit::Found } else { Exit::Done })
}
