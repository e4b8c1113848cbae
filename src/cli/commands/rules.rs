//! `nosograph rules`.

use crate::catalogue;
use crate::cli::Exit;
use crate::cli::args::RulesArgs;
use crate::cli::printer::Results;
use crate::error::{Error, ErrorKind, Result};

pub(crate) fn rules(arguments: &RulesArgs) -> anyhow::Result<Exit> {
    let text = match &arguments.id {
        Some(id) => explained(id)?,
        None => catalogue::table(),
    };
    let mut results = Results::new();
    results.print(&text)?;
    results.flush()?;
    Ok(Exit::Done)
}

fn explained(id: &str) -> Result<String> {
    let entry = catalogue::parse_id(id).and_then(catalogue::entry).ok_or_else(|| {
        Error::new(ErrorKind::Options, format!("`{}` is no diagnostic", id.escape_debug()))
            .hint("`nosograph rules` lists them by id and name")
    })?;
    Ok(catalogue::explain(entry))
}
