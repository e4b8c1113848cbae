//! `nosograph report`.

use crate::cli::Exit;
use crate::cli::args::ReportArgs;
use crate::cli::printer::Results;
use crate::emit::atomic::write_anywhere;
use crate::report::{self, ReportOptions};

pub(crate) fn report(arguments: &ReportArgs) -> anyhow::Result<Exit> {
    let html = report::report(&ReportOptions {
        run: arguments.run.clone(),
        inputs: arguments.inputs.clone(),
        baseline: arguments.baseline.clone(),
    })?;
    match &arguments.output {
        None => {
            let mut results = Results::new();
            results.show(&html)?;
            results.flush()?;
        }
        Some(path) => write_anywhere(path, html.as_bytes())?,
    }
    Ok(Exit::Done)
}
