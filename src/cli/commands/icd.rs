//! `nosograph icd`.

use super::load_reference;
use crate::cli::Exit;
use crate::cli::args::IcdArgs;
use crate::cli::printer::{Results, note, printable};
use crate::icd::{Code, Entry, Reference, Repair, Verdict};
use std::fmt::Write;

pub(crate) fn icd(arguments: &IcdArgs) -> anyhow::Result<Exit> {
    let loaded = load_reference(arguments.reference.as_deref())?;
    let reference = loaded.as_ref().unwrap_or_else(|| Reference::embedded());
    let (text, exit) = match &arguments.search {
        Some(words) => search(reference, words, arguments.limit),
        None => look_up(reference, &arguments.codes),
    };
    let mut results = Results::new();
    results.print(&printable(&text))?;
    results.flush()?;
    Ok(exit)
}

fn search(reference: &Reference, words: &str, most: usize) -> (String, Exit) {
    let found = reference.search(words);
    let text = found.iter().take(most).map(line).collect();
    match found.len() {
        0 => note(&format!("nothing in {} has these words", reference.release())),
        all if all > most => note(&format!("{} more: `--limit` shows them", all - most)),
        _ => {}
    }
    (text, if found.is_empty() { Exit::Found } else { Exit::Done })
}

fn look_up(reference: &Reference, printed: &[String]) -> (String, Exit) {
    let mut text = String::new();
    let mut exit = Exit::Done;
    for (at, printed) in printed.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let read = reference.read_code(printed);
        if let Some(read) = read.as_ref().filter(|read| read.repairs.iter().any(is_told)) {
            note(&format!("`{}` was read as {}", printed.escape_debug(), read.code));
        }
        let code = read.map(|read| read.code);
        if !describe(&mut text, reference, printed, code) {
            exit = Exit::Found;
        }
    }
    (text, exit)
}

/// Whether a mend is one that may have hit another code than the one meant: the dot and the case never do.
fn is_told(repair: &Repair) -> bool {
    !matches!(repair, Repair::MissingDot | Repair::LowerCase)
}

/// Writes what the reference says of a code; whether it has it.
fn describe(text: &mut String, reference: &Reference, printed: &str, code: Option<Code>) -> bool {
    let release = reference.release();
    // Writing to a string cannot fail.
    let _ = match code.map(|code| (code, reference.verdict(&code))) {
        None => writeln!(text, "{} has not the shape of a code", printed.escape_debug()),
        Some((_, Verdict::Valid(entry) | Verdict::Header(entry))) => {
            text.push_str(&details(&entry));
            return true;
        }
        Some((code, Verdict::Retired { title, last_release })) => {
            writeln!(text, "{code} {title}\n  retired: last in {last_release}, not in {release}")
        }
        Some((code, Verdict::Unknown)) => writeln!(text, "{code} is not in {release}"),
    };
    false
}

fn details(entry: &Entry<'_>) -> String {
    let mut text = line(entry);
    let billable = if entry.billable() { "yes" } else { "no, it has codes below it" };
    let _ = writeln!(text, "  billable: {billable}");
    if let Some(chapter) = entry.chapter() {
        let _ = writeln!(text, "  chapter:  {} {} ({})", chapter.roman(), chapter.title, chapter.range);
    }
    if let Some(block) = entry.block() {
        let _ = writeln!(text, "  block:    {} {}", block.range, block.title);
    }
    let mut above = Vec::new();
    let mut next = entry.parent();
    while let Some(parent) = next {
        above.push(parent);
        next = parent.parent();
    }
    for parent in above.iter().rev() {
        let _ = write!(text, "  above:    {}", line(parent));
    }
    for term in entry.inclusion_terms() {
        let _ = writeln!(text, "  includes: {term}");
    }
    for child in entry.children() {
        let _ = write!(text, "  below:    {}", line(&child));
    }
    text
}

fn line(entry: &Entry<'_>) -> String {
    format!("{} {}\n", entry.code(), entry.title())
}
