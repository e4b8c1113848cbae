//! `nosograph report`.

use crate::cli::Exit;
use crate::cli::args::ReportArgs;
use crate::cli::printer::Results;
use crate::emit::atomic::write_anywhere;
use crate::error::{Error, ErrorKind};
use crate::report::{self, ReportOptions};

pub(crate) fn report(arguments: &ReportArgs) -> anyhow::Result<Exit> {
    let options = ReportOptions {
        run: arguments.run.clone(),
        inputs: arguments.inputs.clone(),
        baseline: arguments.baseline.clone(),
    };
    if let Some(path) = &arguments.output
        && report::reads(&options, path)
    {
        return Err(Error::new(
            ErrorKind::Output,
            "the report would be written over a file that it is made from",
        )
        .at(path)
        .hint("name another file: `-o report.html`")
        .into());
    }
    let html = report::report(&options)?;
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
