//! The command.
//!
//! Parses the arguments, calls [`cli`], and turns the outcome into an exit code.

use clap::Parser;
use nosograph::cli;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match cli::Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(help_or_error) => return cli::print_clap(&help_or_error),
    };
    cli::quiet_worker_panics();
    match cli::call(arguments) {
        Ok(exit) => exit.into(),
        Err(error) => cli::print_error(&error).into(),
    }
}
