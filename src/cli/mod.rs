//! The command line: arguments in, one library call a command, results to the printer, an exit code out.
//!
//! Holds no rule of the work itself. Only `printer` and `progress` know the terminal.

mod args;
mod commands;
mod printer;
mod progress;
mod render;
mod signals;
mod summary;

pub use args::Cli;
pub use printer::{print_clap, print_error};

use args::Command;
use std::process::ExitCode;

/// How a command ended that did its work, and how one that did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing at or over `--fail-on`.
    Done,
    /// Done, but something was.
    Found,
    /// The work could not be done.
    Failed,
    /// Stopped by this signal.
    Signal(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Failed => 2,
            Exit::Signal(signal) => 128 + signal,
        })
    }
}

/// Does what the arguments say.
///
/// # Errors
/// What the work failed on; [`print_error`] tells it to the user.
pub fn call(arguments: Cli) -> anyhow::Result<Exit> {
    match arguments.command {
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Extract(arguments) => commands::extract::extract(&arguments),
        Command::Explain(arguments) => commands::explain::explain(&arguments),
        Command::Check(arguments) => commands::check::check(&arguments),
        Command::Report(arguments) => commands::report::report(&arguments),
        Command::Verify(arguments) => commands::verify::verify(&arguments),
        Command::Diff(arguments) => commands::diff::diff(&arguments),
        Command::Icd(arguments) => commands::icd::icd(&arguments),
        Command::Eval(arguments) => commands::eval::eval(&arguments),
        Command::Profile(command) => commands::profile::profile(&command),
        Command::Rules(arguments) => commands::rules::rules(&arguments),
        Command::Export(arguments) => commands::export::export(&arguments),
        Command::Schema(arguments) => commands::schema::schema(&arguments),
        Command::Completions(arguments) => commands::completions::completions(&arguments),
    }
}

/// A panic on a page is told as that page's reject, with its text escaped, and one on damaged Parquet as a
/// finding; the default hook would print it once more, as it is.
pub fn quiet_worker_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_worker = std::thread::current().name() == Some(crate::run::WORKER_NAME);
        if !is_worker && !crate::records::is_guarded() {
            default(panic);
        }
    }));
}
