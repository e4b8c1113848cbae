//! `nosograph completions`.

use crate::cli::Exit;
use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::printer::Results;
use clap::CommandFactory;

pub(crate) fn completions(arguments: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "nosograph", &mut script);
    let mut results = Results::new();
    results.print(&String::from_utf8(script)?)?;
    results.flush()?;
    Ok(Exit::Done)
}
