//! The gate to stdout and stderr: the only place that writes there.
//!
//! Results go to stdout, everything else to stderr. A closed stdout ends its use quietly; a closed or full
//! stderr changes nothing. No control character of a page reaches a terminal as it is.

use super::Exit;
use crate::error::Error;
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Stdout for the results of one command.
#[derive(Debug)]
pub(crate) struct Results {
    out: io::BufWriter<io::Stdout>,
    is_closed: bool,
}

impl Results {
    pub(crate) fn new() -> Self {
        Self { out: io::BufWriter::new(io::stdout()), is_closed: false }
    }

    /// Whether a person reads along.
    pub(crate) fn is_terminal(&self) -> bool {
        self.out.get_ref().is_terminal()
    }

    /// Whether to write in color: a person reads along, and nobody said no (no-color.org).
    pub(crate) fn has_color(&self) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        self.is_terminal() && !is_set("NO_COLOR") && !is_dumb
    }

    /// Writes text of which others have a say; on a terminal nothing in it steers that.
    pub(crate) fn show(&mut self, text: &str) -> io::Result<()> {
        if self.is_terminal() { self.print(&printable(text)) } else { self.print(text) }
    }

    /// Writes JSON; on a terminal nothing in it steers that.
    pub(crate) fn show_json(&mut self, json: &str) -> io::Result<()> {
        if self.is_terminal() { self.print(&printable_json(json)) } else { self.print(json) }
    }

    /// Writes text as it is.
    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        let written = if self.is_closed { Ok(()) } else { self.out.write_all(text.as_bytes()) };
        self.closed_is_fine(written)
    }

    /// Brings what was written to its reader.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let flushed = if self.is_closed { Ok(()) } else { self.out.flush() };
        self.closed_is_fine(flushed)
    }

    fn closed_is_fine(&mut self, written: io::Result<()>) -> io::Result<()> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            Err(error) => {
                Err(io::Error::new(error.kind(), format!("the result cannot be written to stdout: {error}")))
            }
            Ok(()) => Ok(()),
        }
    }
}

/// Writes a line to stderr; that it cannot be read is no reason to stop.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(line));
}

/// Whether a person reads stderr on a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Columns of the terminal that stdout is; `None` if it is none.
pub(crate) fn stdout_width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| columns.into())
}

/// Prints what went wrong and what would cure it.
pub fn print_error(error: &anyhow::Error) -> Exit {
    let ours = error.downcast_ref::<Error>();
    note(&format!("error: {}", ours.map_or_else(|| format!("{error:#}"), ToString::to_string)));
    if let Some(cure) = ours.and_then(Error::cure) {
        note(&format!("hint: {cure}"));
    }
    Exit::Failed
}

/// Prints help on stdout or a wrong argument on stderr, with the exit code of each.
pub fn print_clap(help_or_error: &clap::Error) -> ExitCode {
    // A closed pipe is the reader's business, here too.
    let _ = help_or_error.print();
    if help_or_error.use_stderr() { Exit::Failed.into() } else { Exit::Done.into() }
}

/// Text in which nothing can steer a terminal: controls but line ends and tabs, and characters that reorder
/// text, are written as `\u{…}`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_safe = |character: char| matches!(character, '\n' | '\t') || !steers(character);
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_safe(character) {
            safe.push(character);
        } else {
            safe.extend(character.escape_unicode());
        }
    }
    Cow::Owned(safe)
}

/// Text in which nothing can steer a terminal, on one line.
pub(crate) fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

/// JSON text in which nothing can steer a terminal; it still reads as the same value, since JSON writes any
/// character as `\uXXXX`, and characters that steer stand only in its strings.
pub(crate) fn printable_json(json: &str) -> Cow<'_, str> {
    let is_safe = |character: char| character == '\n' || !steers(character);
    if json.chars().all(is_safe) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if is_safe(character) {
            safe.push(character);
        } else {
            safe.push_str(&format!("\\u{:04x}", u32::from(character)));
        }
    }
    Cow::Owned(safe)
}

/// Control characters, and those that reorder text on screen; all lie in the Basic Multilingual Plane.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        let check = |text: &str, expected: &str, json: &str| {
            assert_eq!(printable(text), expected);
            assert_eq!(printable_json(text), json);
        };
        check("größe 表", "größe 表", "größe 表");
        check("\u{1b}[31m", "\\u{1b}[31m", "\\u001b[31m");
        check("a\u{9b}b\u{7f}", "a\\u{9b}b\\u{7f}", "a\\u009bb\\u007f");
        check("a\u{202e}b", "a\\u{202e}b", "a\\u202eb");
        check("a\nb", "a\nb", "a\nb");
    }
}
