//! Pages through the whole pipeline.

use super::{Verdict, blocks, ensure};
use nosograph::explain::{RowRole, explain};
use nosograph::icd::Reference;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::parse::{self, html};
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use nosograph::record::{Coverage, Origin, Outcome, Partial, Provenance};
use nosograph::verify::unproved;
use std::path::Path;
use std::sync::LazyLock;

/// The built-in profiles, and one with a selector for each thing that has selectors.
static PROFILES: LazyLock<[Profile; 3]> = LazyLock::new(|| {
    let own = include_str!("selectors.toml");
    [
        Profile::default_profile().unwrap(),
        Profile::builtin("article").unwrap().unwrap(),
        Profile::from_toml(own, Path::new("selectors.toml")).unwrap(),
    ]
});

/// Any bytes as a text page.
pub(crate) fn text(bytes: &[u8]) -> Verdict {
    let page = page(Format::Text, &String::from_utf8_lossy(bytes));
    PROFILES[..2].iter().try_for_each(|profile| holds(&page, profile))
}

/// Any bytes as an HTML page.
pub(crate) fn html(bytes: &[u8]) -> Verdict {
    let markup = String::from_utf8_lossy(bytes);
    let page = page(Format::Html, &markup);
    PROFILES.iter().try_for_each(|profile| holds(&page, profile))?;
    let fragment = html::fragment_text(&markup);
    ensure!(fragment.len() <= 3 * markup.len() + 100, "the text of a fragment is longer than its markup");
    let lower = markup.to_ascii_lowercase();
    let has = |tags: &[&str]| tags.iter().any(|tag| lower.contains(tag));
    if !has(&["<rp"]) && !may_end_outside(&page) {
        blocks::read_back(&page)?;
    }
    // In foreign content alone the standard shows NUL, as U+FFFD; the scanner drops it as everywhere.
    let foreign = has(&["<math", "<svg"]);
    blocks::same_as_tree(&if foreign { markup.replace('\0', "").into() } else { markup })
}

/// A page of this text.
pub(crate) fn page(format: Format, text: &str) -> Page {
    Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, text.into())
}

/// The page's outcome under a profile.
pub(crate) fn outcome(page: &Page, profile: &Profile) -> Outcome<'static> {
    Pipeline { profile, reference: Reference::embedded() }.process(page)
}

/// The parts that records and rejects share.
pub(crate) fn partial(outcome: Outcome<'_>) -> Partial<'_> {
    match outcome {
        Outcome::Reject(reject) => reject.partial,
        Outcome::Record(record) => record.into_partial(),
    }
}

/// That all of a page is accounted for, that every value slices back, and that the outcome can be written.
pub(crate) fn holds(page: &Page, profile: &Profile) -> Verdict {
    holds_with(page, &Pipeline { profile, reference: Reference::embedded() })
}

/// As [`holds`], with another edition of ICD-10.
pub(crate) fn holds_with(page: &Page, pipeline: &Pipeline<'_>) -> Verdict {
    let outcome = pipeline.process(page);
    ensure!(outcome == pipeline.process(page), "the page gives two outcomes");
    blocks_ascend(page)?;
    reads_back_from_json(page, &outcome)?;
    let unproved = unproved(page, outcome.clone(), pipeline.reference);
    if let Some(finding) = unproved.first().filter(|_| !may_end_outside(page)) {
        return Err(format!("{finding:?}"));
    }
    let partial = partial(outcome);
    places_ascend(page, &partial.provenance)?;
    is_accounted_for(page, partial.coverage, pipeline)
}

/// Whether a page has elements of MathML or SVG, or a hidden one that is never closed: what ends them may be an element
/// round the bytes of a value, which then do not give it.
fn may_end_outside(page: &Page) -> bool {
    let lower = page.text().to_ascii_lowercase();
    let is_open = |tag: &str| {
        let name = &tag[..tag.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(tag.len())];
        let hides = ["hidden", "display", "visibility"].iter().any(|word| tag.contains(word));
        hides && lower.matches(&format!("<{name}")).count() > lower.matches(&format!("</{name}")).count()
    };
    page.format == Format::Html
        && (["<math", "<svg"].iter().any(|tag| lower.contains(tag)) || lower.split('<').skip(1).any(is_open))
}

/// That the blocks stand one behind the other and hold their text.
fn blocks_ascend(page: &Page) -> Verdict {
    let document = parse::parse(page);
    let mut end = 0;
    for block in &document.blocks {
        let in_order = end <= block.outer.start && block.outer.contains(block.span);
        ensure!(in_order, "{block:?} does not stand after the one before");
        ensure!(page.text().get(block.outer.range()).is_some(), "{block:?} cuts a character");
        ensure!(page.text().get(block.span.range()).is_some(), "{block:?} cuts a character");
        end = block.outer.end;
    }
    Ok(())
}

/// That the JSON of the outcome reads as the outcome, and is bounded by the page.
fn reads_back_from_json(page: &Page, outcome: &Outcome<'_>) -> Verdict {
    let (json, same) = match outcome {
        Outcome::Record(record) => round_trip(&**record)?,
        Outcome::Reject(reject) => round_trip(&**reject)?,
    };
    ensure!(same, "the JSON reads as something else: {json}");
    let most = 400 * page.bytes().len() + 100_000;
    ensure!(json.len() <= most, "{} bytes of JSON for a page of {}", json.len(), page.bytes().len());
    Ok(())
}

fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq>(
    value: &T,
) -> Result<(String, bool), String> {
    let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
    let read: T = serde_json::from_str(&json).map_err(|error| format!("{error}: {json}"))?;
    Ok((json, read == *value))
}

/// That places lie in the page, on the lines they say, and the parts of a value one behind the other.
fn places_ascend(page: &Page, provenance: &Provenance<'_>) -> Verdict {
    for (path, origin) in &provenance.0 {
        let Origin::Page { bytes, parts, line, .. } = origin else { continue };
        let [start, end] = *bytes;
        let in_page = start <= end && end as usize <= page.bytes().len();
        ensure!(in_page && *line > 0, "`{path}` stands at {bytes:?}, line {line}");
        let mut from = start;
        for &[start, end] in parts {
            ensure!(from <= start && start <= end && end <= bytes[1], "`{path}` has parts {parts:?}");
            from = end;
        }
    }
    Ok(())
}

/// That every non-blank line or block is assigned, chrome or unassigned, and explained as such.
fn is_accounted_for(page: &Page, coverage: Coverage, pipeline: &Pipeline<'_>) -> Verdict {
    let Coverage { lines, assigned, chrome, unassigned } = coverage;
    ensure!(assigned + chrome + unassigned == lines, "{coverage:?} does not add up");
    let rows = explain(pipeline, page).rows;
    let mut counts = [0; 3];
    for row in &rows {
        match row.role {
            RowRole::Field { .. } => counts[0] += 1,
            RowRole::Chrome { .. } => counts[1] += 1,
            RowRole::Unassigned => counts[2] += 1,
            RowRole::Blank => {}
        }
    }
    if page.format == Format::Text {
        let written = page.text().split(['\n', '\r']);
        let written = written.filter(|line| !line.trim_matches(is_margin).is_empty()).count();
        ensure!(lines as usize == written, "{lines} units of {written} lines that are not blank");
        ensure!(
            counts == [assigned, chrome, unassigned],
            "{counts:?} lines are explained, {coverage:?} are counted"
        );
    }
    Ok(())
}

fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200d}' | '\u{feff}' | '\u{ad}')
}
