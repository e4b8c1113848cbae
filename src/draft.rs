//! A new profile to start from: a built-in one and pages of a site in, TOML text out.
//!
//! The rules are those of the built-in profile. From the pages come a field for each label that no rule read,
//! lines that many pages have and no field wanted, and a test for each page with what is found in it today.
//! A draft is for a person to correct; nothing in it is learned.

use crate::diagnostic;
use crate::document::{Block, BlockKind};
use crate::error::{Error, ErrorKind, Result};
use crate::extract;
use crate::extraction::Role;
use crate::page::Page;
use crate::parse;
use crate::pipeline::Pipeline;
use crate::profile::{Profile, builtin_source, fold, is_name};
use crate::record::{Outcome, Record};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Bytes of a line that may be furniture; what is longer is text.
const MAX_CHROME_BYTES: usize = 60;

/// Bytes of a label that may become a field.
const MAX_LABEL_BYTES: usize = 40;

/// Drafts a profile called `name` from the text of another, `base`, and pages with the path that a test names
/// each by.
///
/// # Errors
/// [`ErrorKind::Options`] where `name` cannot be a profile's name, or is that of a built-in one; [`ErrorKind::Profile`] where `base` does not
/// stand as profiles are written.
pub fn draft(
    name: &str,
    base: &str,
    pages: &[(PathBuf, Box<Page>)],
    pipeline: &Pipeline<'_>,
) -> Result<String> {
    if !is_name(name) {
        return Err(Error::new(
            ErrorKind::Options,
            format!("{} is no name for a profile", diagnostic::quote(name)),
        )
        .hint("use lower-case letters, digits and `-`, such as `my-site`"));
    }
    if builtin_source(name).is_some() {
        return Err(Error::new(ErrorKind::Options, format!("`{name}` is the name of a built-in profile"))
            .hint("give yours another one: records name the profile that made them"));
    }
    let mut repeated = Repeated::default();
    let outcomes: Vec<Outcome<'_>> = pages.iter().map(|(_, page)| repeated.look_at(page, pipeline)).collect();
    let mut text = head(name, pipeline.profile);
    text.push_str(&rules(base)?);
    text.push_str(&repeated.rules(pages.len()));
    for ((path, _), outcome) in pages.iter().zip(&outcomes) {
        text.push_str(&test(path, outcome));
    }
    Profile::from_toml(&text, Path::new("draft")).map_err(|error| not_a_base().source(error))?;
    Ok(text)
}

fn head(name: &str, base: &Profile) -> String {
    format!(
        "# The rules of `{}` to start from. `nosograph profile check FILE` checks this file, `nosograph profile test FILE`\n\
         # tries its tests, `nosograph explain --profile FILE PAGE` shows what becomes of each line of a page.\n\
         # Pages of tests are looked for below the folder of this file.\n\
         name = {}\nversion = 1\ndescription = \"Say here which pages this profile is for.\"\n",
        base.label(),
        quoted(name)
    )
}

/// What stands in a profile's text beside its name, version and description and before its tests.
fn rules(base: &str) -> Result<String> {
    let (body, tests) = base.split_once("\n[[tests]]").unwrap_or((base, ""));
    let is_other =
        |line: &str| line.starts_with('[') && !line.starts_with("[[tests]]") && !line.starts_with("[tests.");
    if tests.lines().skip(1).any(is_other) {
        return Err(not_a_base());
    }
    let (head, tables) = body.split_at(body.find("\n[").unwrap_or(body.len()));
    let key = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
    let is_own = |line: &&str| ["name", "version", "description"].contains(&key(line).as_str());
    let kept: Vec<&str> = head.lines().filter(|line| !is_own(line)).collect();
    Ok(format!("{}\n{tables}", kept.join("\n")))
}

fn not_a_base() -> Error {
    Error::new(ErrorKind::Profile, "the profile to start from cannot be taken over").hint(
        "give it its `name`, `version` and `description` on a line each at the top, and its tests at the end",
    )
}

/// What pages have that no field wanted, and on how many pages.
#[derive(Default)]
struct Repeated {
    labels: BTreeMap<String, usize>,
    lines: BTreeMap<String, usize>,
}

impl Repeated {
    /// Counts what a page has; what becomes of the page.
    fn look_at(&mut self, page: &Page, pipeline: &Pipeline<'_>) -> Outcome<'static> {
        let document = parse::parse(page);
        let extraction = extract::extract(page, &document, pipeline.profile, pipeline.reference);
        let (mut labels, mut lines) = (Vec::new(), Vec::new());
        for (block, role) in document.blocks.iter().zip(&extraction.roles) {
            if !is_unread(role) {
                continue;
            }
            match label(block) {
                Some(label) => labels.push(fold(label).into_owned()),
                None if may_be_chrome(block) => lines.push(fold(&block.text).into_owned()),
                None => {}
            }
        }
        for (found, counts) in [(labels, &mut self.labels), (lines, &mut self.lines)] {
            let mut found: Vec<String> = found;
            found.sort_unstable();
            found.dedup();
            found.retain(|text| !text.is_empty() && !text.contains('*'));
            found.into_iter().for_each(|text| *counts.entry(text).or_default() += 1);
        }
        pipeline.finish(page, &document, extraction).into_owned()
    }

    /// Rules for what stands on half of the pages or more; a line that repeats stands on at least two.
    fn rules(&self, pages: usize) -> String {
        let half = pages.div_ceil(2).max(1);
        let mut text = String::new();
        let mut names: Vec<String> = Vec::new();
        for (label, _) in self.labels.iter().filter(|&(_, &on)| on >= half) {
            let Some(name) = field_name(label).filter(|name| !names.contains(name)) else { continue };
            if names.is_empty() {
                text.push_str("\n# Labels of the pages that no other rule reads. Remove what you do not want as a field.\n");
            }
            text.push_str(&format!(
                "\n[[rules]]\nid = {}\nfield = {}\nlabel = [{}]\n",
                quoted(&format!("extra-{}", name.replace('_', "-"))),
                quoted(&format!("extra.{name}")),
                quoted(label)
            ));
            names.push(name);
        }
        let lines: Vec<&str> =
            self.lines.iter().filter(|&(_, &on)| on >= half.max(2)).map(|(line, _)| line.as_str()).collect();
        if !lines.is_empty() {
            text.push_str("\n# Lines that many of the pages have. Remove what is content.\n");
            text.push_str("\n[[chrome]]\nid = \"chrome-repeated\"\nline = [\n");
            lines.iter().for_each(|line| text.push_str(&format!("  {},\n", quoted(line))));
            text.push_str("]\n");
        }
        text
    }
}

/// Whether a block is left over or only text of a section.
fn is_unread(role: &Role<'_>) -> bool {
    match role {
        Role::Unassigned => true,
        Role::Field { path, .. } => path.to_string().starts_with("sections["),
        Role::Chrome { .. } => false,
    }
}

fn label<'b>(block: &'b Block<'_>) -> Option<&'b str> {
    let text: &str = match &block.kind {
        BlockKind::Paragraph | BlockKind::ListItem(_) => {
            let label = block.label().filter(|label| !label.value.is_empty())?;
            &block.text[label.label.range()]
        }
        BlockKind::Term => &block.text,
        BlockKind::TableRow(row) if row.cells.len() == 2 && !row.header => {
            &block.text[row.cells.first()?.text.range()]
        }
        _ => return None,
    };
    (text.len() <= MAX_LABEL_BYTES).then_some(text)
}

/// Headings repeat on pages of one site, too, and are its sections.
fn may_be_chrome(block: &Block<'_>) -> bool {
    let is_line = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem(_) | BlockKind::Control);
    is_line && block.text.len() <= MAX_CHROME_BYTES
}

/// The name of an extra field for a label: `Care setting` gives `care_setting`.
fn field_name(label: &str) -> Option<String> {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    name.starts_with(|c: char| c.is_ascii_lowercase()).then_some(name)
}

fn test(path: &Path, outcome: &Outcome<'_>) -> String {
    let page = quoted(&path.to_string_lossy());
    match outcome {
        Outcome::Record(record) => format!(
            "\n# What is found today: correct it where it is wrong.\n[[tests]]\npage = {page}\n{}",
            expected(record)
        ),
        Outcome::Reject(reject) => {
            let why = reject.diagnostics.first().map_or("", |finding| finding.message.as_str());
            format!(
                "\n# Rejected today: {}\n[[tests]]\npage = {page}\nexpect.code = \"\"\n",
                why.replace(['\n', '\r'], " ")
            )
        }
    }
}

fn expected(record: &Record<'_>) -> String {
    let mut text = String::new();
    for (key, value) in [("title", &record.title), ("code", &record.code)] {
        if let Some(value) = value {
            text.push_str(&format!("expect.{key} = {}\n", quoted(value)));
        }
    }
    text.push_str("expect.sections = [\n");
    for section in &record.sections {
        match &section.heading {
            Some(heading) => text.push_str(&format!("  {{ heading = {} }},\n", quoted(heading))),
            None => text.push_str(&format!("  {{ text = {} }},\n", quoted(&beginning(&section.text)))),
        }
    }
    text.push_str("]\n");
    text
}

/// The first words of a text, with `…` where more follow.
fn beginning(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').take(6).collect();
    let start = words.join(" ");
    if start.len() < text.len() { format!("{start}…") } else { start }
}

/// A text as TOML writes it on one line.
fn quoted(text: &str) -> String {
    // A JSON string with its escapes is a basic string of TOML 1.0, but for U+007F, which TOML wants escaped.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icd::Reference;
    use crate::page::{EncodingSource, Format};

    fn drafted(pages: &[&str]) -> String {
        let profile = Profile::default_profile().unwrap();
        let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
        let page = |text: &&str| {
            let page =
                Page::from_utf8("a".into(), Format::Text, EncodingSource::ValidUtf8, (*text).to_owned());
            (PathBuf::from("a.txt"), Box::new(page))
        };
        let pages: Vec<_> = pages.iter().map(page).collect();
        let base = crate::profile::builtin_source("icd10-disease").unwrap();
        draft("my-site", base, &pages, &pipeline).unwrap()
    }

    #[test]
    fn a_draft_without_pages_has_the_rules_and_no_test() {
        let text = drafted(&[]);
        let profile = Profile::from_toml(&text, Path::new("draft")).unwrap();
        assert_eq!(profile.label(), "my-site@1");
        assert_eq!(profile.rules.len(), Profile::default_profile().unwrap().rules.len());
        assert!(profile.tests.is_empty());
    }

    #[test]
    fn labels_that_no_rule_reads_become_fields() {
        let text = drafted(&[
            "Cholera\n\nICD-10 code: A00\nCare setting: ward\n\nCholera is an acute infection of the small bowel.\n",
            "Gout\n\nICD-10 code: M10\nCare setting: clinic\n\nGout is a painful inflammation of the joints.\n",
        ]);
        assert!(text.contains("field = \"extra.care_setting\"\nlabel = [\"care setting\"]"), "{text}");
        assert!(!text.contains("extra.icd_10_code"), "{text}");
    }

    #[test]
    fn what_is_found_today_is_a_test() {
        let text =
            drafted(&["Cholera\n\nICD-10 code: A00\n\nCholera is an acute infection of the small bowel.\n"]);
        assert!(text.contains("expect.title = \"Cholera\"\nexpect.code = \"A00\"\n"), "{text}");
    }

    #[test]
    fn texts_are_quoted_for_toml() {
        let check = |text: &str| {
            let line = format!("a = {}", quoted(text));
            let value: toml::Table = toml::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(value["a"].as_str(), Some(text));
        };
        check("a \"quote\" and \\ back");
        check("tab\t, line\n, \u{1b}[31m, \u{7f}, \u{0}, é, 表, \u{1f600}");
    }
}
