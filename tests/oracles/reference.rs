//! A file to an edition of ICD-10.

use super::page::{holds_with, page};
use super::{Verdict, ensure};
use nosograph::error::ErrorKind;
use nosograph::icd::{Entry, Reference};
use nosograph::page::Format;
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use std::sync::LazyLock;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::default_profile().unwrap());

const TEXT: &str = include_str!("../pages/var-a00-cholera.txt");

/// Any bytes as an edition.
pub(crate) fn reference(bytes: &[u8]) -> Verdict {
    let load = || Reference::load_bytes(bytes, "edition");
    match (load(), load()) {
        (Ok(reference), Ok(again)) => {
            ensure!(reference.fingerprint() == again.fingerprint(), "the file gives two editions");
            holds_together(&reference)?;
            holds_with(&page(Format::Text, TEXT), &Pipeline { profile: &PROFILE, reference: &reference })
        }
        (Err(error), Err(again)) => {
            let text = error.to_string();
            ensure!(error.kind() == ErrorKind::Reference, "not an error of the reference: {text}");
            ensure!(text == again.to_string(), "the file gives two errors");
            ensure!(text.starts_with("edition"), "the error does not name the file: {text}");
            Ok(())
        }
        _ => Err("the file is an edition only sometimes".into()),
    }
}

/// That codes ascend, are found, and stand under what they start with.
fn holds_together(reference: &Reference) -> Verdict {
    let mut last = None;
    for entry in reference.entries() {
        let code = entry.code();
        ensure!(last.is_none_or(|last| last < code), "{code} does not stand behind {last:?}");
        last = Some(code);
        let found = reference.entry(&code).map(|found| found.title());
        ensure!(found == Some(entry.title()), "{code} is found as {found:?}");
        ensure!(reference.verdict(&code).entry().is_some(), "{code} is judged as if it were not there");
        ensure!(entry.is_named(entry.title()) || entry.title().is_empty(), "{code} has not its own title");
        ensure!(
            entry.billable() == entry.children().next().is_none(),
            "{code} is billable and has codes below"
        );
        for child in entry.children() {
            let parent = child.parent().map(|parent| parent.code());
            ensure!(parent == Some(code), "{} is below {code}, and its parent {parent:?}", child.code());
        }
        ensure!(depth(&entry) <= 8, "{code} has too many codes above");
        let names = (entry.chapter(), entry.block(), entry.category(), entry.kind());
        ensure!(!format!("{names:?}").is_empty(), "{code} has no place");
    }
    reference.search("chol inf");
    Ok(())
}

fn depth(entry: &Entry<'_>) -> usize {
    std::iter::successors(entry.parent(), Entry::parent).take(9).count()
}
