//! `nosograph report`.

use crate::cli::Exit;
use crate::cli::args::ReportArgs;
use crate::cli::printer::Results;
use crate::emit::{Frame, JsonEmitter};
use crate::error::{Error, ErrorKind};
use crate::report::{self, ReportOptions};
use std::path::Path;

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
        Some(path) => {
            let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
                Error::new(ErrorKind::Options, "no name for a file")
                    .at(path)
                    .hint("name a file, such as `report.html`")
            })?;
            let folder =
                path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = JsonEmitter::create(folder, name, Frame::LINES)?;
            file.value(html.trim_end().as_bytes())?;
            file.close()?.publish()?;
        }
    }
    Ok(Exit::Done)
}
