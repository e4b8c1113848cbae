//! `nosograph extract`.

use super::Knowledge;
use crate::cli::Exit;
use crate::cli::args::{DiagnosticFormat, ExtractArgs, RecordText};
use crate::cli::printer::{Results, note, printable_json};
use crate::cli::render::{Located, renderer};
use crate::error::{Error, ErrorKind};
use crate::read::{self, Bytes, ReadOptions, ReadOutcome};
use crate::record::{Finding, Outcome, Record, Status};
use std::path::Path;

pub(crate) fn extract(arguments: &ExtractArgs) -> anyhow::Result<Exit> {
    let knowledge = Knowledge::load(&arguments.knowledge)?;
    let page = match read_page(arguments)? {
        ReadOutcome::Page(page) => page,
        ReadOutcome::Skip(reason) => {
            return Err(Error::new(ErrorKind::Input, format!("the file is no page but {reason}"))
                .at(&arguments.file)
                .hint("name a text or HTML file, or say what it is with `--as`")
                .into());
        }
        ReadOutcome::Reject(unread) => {
            return Ok(rejected(&arguments.file, &[Finding::from(&unread.diagnostic)]));
        }
    };
    match knowledge.pipeline().process(&page) {
        Outcome::Record(record) => print(&record, arguments.format),
        Outcome::Reject(reject) => Ok(rejected(&arguments.file, &reject.diagnostics)),
    }
}

fn read_page(arguments: &ExtractArgs) -> anyhow::Result<ReadOutcome> {
    let file = &arguments.file;
    let is_stdin = file.as_os_str() == "-";
    let name = if is_stdin { "stdin".into() } else { file.file_name().unwrap_or_default().to_string_lossy() };
    let uri = arguments.uri.as_deref().unwrap_or(&name);
    let format = arguments.page_format.map(Into::into);
    let options = ReadOptions { format, max_bytes: arguments.knowledge.max_page_bytes };
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
    Ok(match bytes {
        Bytes::Whole(bytes) => read::read_page(uri, bytes, &options),
        Bytes::Reject(unread) => ReadOutcome::Reject(unread),
    })
}

fn print(record: &Record, format: Option<RecordText>) -> anyhow::Result<Exit> {
    let mut results = Results::new();
    let by_reader = if results.is_terminal() { RecordText::Json } else { RecordText::Ndjson };
    let json = match format.unwrap_or(by_reader) {
        RecordText::Json => serde_json::to_string_pretty(record)?,
        RecordText::Ndjson => serde_json::to_string(record)?,
    };
    results.print(&if results.is_terminal() { printable_json(&json) } else { json.as_str().into() })?;
    results.print("\n")?;
    results.flush()?;
    Ok(if record.status == Status::Error { Exit::Found } else { Exit::Done })
}

fn rejected(path: &Path, findings: &[Finding]) -> Exit {
    let mut text = renderer(DiagnosticFormat::Text);
    for finding in findings {
        note(text.finding(&Located { path, finding }).trim_end());
    }
    note("the page gives no record");
    Exit::Found
}
