//! `nosograph explain`.

use super::{Knowledge, read_input};
use crate::cli::Exit;
use crate::cli::args::ExplainArgs;
use crate::cli::printer::{Results, stdout_width};
use crate::cli::render::explain::{self, Style};
use crate::record::{Outcome, Status};

pub(crate) fn explain(arguments: &ExplainArgs) -> anyhow::Result<Exit> {
    let knowledge = Knowledge::load(&arguments.knowledge)?;
    let page = match read_input(&arguments.page, &arguments.knowledge)? {
        Ok(page) => page,
        Err(exit) => return Ok(exit),
    };
    let explanation = crate::explain::explain(&knowledge.pipeline(), &page);
    let mut results = Results::new();
    let style = Style { color: results.has_color(), width: stdout_width() };
    results.print(&explain::explain(&explanation, style))?;
    results.flush()?;
    Ok(match &explanation.outcome {
        Outcome::Record(record) if record.status != Status::Error => Exit::Done,
        Outcome::Record(_) | Outcome::Reject(_) => Exit::Found,
    })
}
