//! `nosograph extract`.

use super::{Knowledge, read_input, rejected};
use crate::cli::Exit;
use crate::cli::args::{ExtractArgs, RecordText};
use crate::cli::printer::Results;
use crate::record::{Outcome, Record, Status};

pub(crate) fn extract(arguments: &ExtractArgs) -> anyhow::Result<Exit> {
    let knowledge = Knowledge::load(&arguments.knowledge)?;
    let page = match read_input(&arguments.page, &arguments.knowledge)? {
        Ok(page) => page,
        Err(exit) => return Ok(exit),
    };
    match knowledge.pipeline().process(&page) {
        Outcome::Record(record) => print(&record, arguments.format),
        Outcome::Reject(reject) => Ok(rejected(&arguments.page.file, &reject.diagnostics)),
    }
}

fn print(record: &Record<'_>, format: Option<RecordText>) -> anyhow::Result<Exit> {
    let mut results = Results::new();
    let by_reader = if results.is_terminal() { RecordText::Json } else { RecordText::Ndjson };
    let json = match format.unwrap_or(by_reader) {
        RecordText::Json => serde_json::to_string_pretty(record)?,
        RecordText::Ndjson => serde_json::to_string(record)?,
    };
    results.show_json(&json)?;
    results.print("\n")?;
    results.flush()?;
    Ok(if record.status == Status::Error { Exit::Found } else { Exit::Done })
}
