//! TOML text to a profile, and the profile on pages.

use super::page::{holds, page};
use super::{Verdict, ensure};
use nosograph::error::ErrorKind;
use nosograph::page::Format;
use nosograph::profile::Profile;
use std::path::Path;

const TEXT: &str = include_str!("../pages/lay1-d50-9.txt");
const HTML: &str = include_str!("../pages/lay9-k29.html");

/// Any bytes as a profile.
pub(crate) fn profile(bytes: &[u8]) -> Verdict {
    let source = String::from_utf8_lossy(bytes);
    let load = || Profile::from_toml(&source, Path::new("profile.toml"));
    match (load(), load()) {
        (Ok(profile), Ok(again)) => {
            ensure!(profile.hash == again.hash, "the text gives two profiles");
            holds(&page(Format::Text, TEXT), &profile)?;
            holds(&page(Format::Html, HTML), &profile)
        }
        (Err(error), Err(again)) => {
            let text = error.to_string();
            ensure!(error.kind() == ErrorKind::Profile, "not an error of the profile: {text}");
            ensure!(text == again.to_string(), "the text gives two errors");
            let place = text.strip_prefix("profile.toml:").unwrap_or_default();
            ensure!(place.starts_with(|c: char| c.is_ascii_digit()), "the error has no line: {text}");
            ensure!(!text.contains('\n'), "the error has several lines: {text:?}");
            Ok(())
        }
        _ => Err("the text is a profile only sometimes".into()),
    }
}
