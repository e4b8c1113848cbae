//! Records against labelled pages: precision, recall and F1 of each field.
//!
//! In: records of a run and gold files, as `docs/evaluation.md` describes them. Out: an [`Evaluation`]. A
//! value is right if it is letter for letter the label's, white space and Unicode form apart. Values are
//! counted over all pages (micro average). What a record took from the reference is not the page's and is
//! not counted. Prints nothing.

mod gold;
mod records;

pub use gold::{Gold, GoldPoint, GoldSection};

use crate::error::Result;
use crate::normalize::normal;
use crate::record::Origin;
use records::Extracted;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The fields that are measured, in the order of the table.
pub const FIELDS: [&str; 10] = [
    "title",
    "code",
    "code_system",
    "chapter",
    "headings",
    "heading_levels",
    "section_texts",
    "key_points",
    "diagnosis_codes",
    "chrome",
];

/// How well records agree with labels.
#[derive(Debug, Default, Serialize)]
pub struct Evaluation {
    /// Labelled pages.
    pub pages: usize,
    /// Labelled pages that have neither record nor reject.
    pub missing_pages: Vec<String>,
    /// Pages on which every field is right.
    pub pages_right: usize,
    /// Scores in the order of [`FIELDS`]. `chrome` counts the labelled chrome that stands in no title or
    /// heading as right, the rest as wrong.
    pub fields: Vec<FieldScore>,
}

/// Counts of one field over all pages.
#[derive(Debug, Default, Serialize)]
pub struct FieldScore {
    /// Its name in [`FIELDS`].
    pub field: &'static str,
    /// Values of the labels.
    pub labelled: usize,
    /// Values of the records.
    pub found: usize,
    /// Values in both.
    pub right: usize,
    /// `right / found`; `None` if nothing was found.
    pub precision: Option<f64>,
    /// `right / labelled`; `None` if nothing was labelled.
    pub recall: Option<f64>,
    /// Harmonic mean of both, `2 right / (found + labelled)`; `None` if there was neither.
    pub f1: Option<f64>,
    /// Every value that is in one only.
    pub misses: Vec<Miss>,
}

/// A value that is in the record or in the label only.
#[derive(Debug, PartialEq, Serialize)]
pub struct Miss {
    /// URI of the page, or the name of its label if there is no record.
    pub page: String,
    /// 1-based line of the page, where the record has one.
    pub line: Option<u32>,
    /// What the label says; `None` if the record has a value too many.
    pub wanted: Option<String>,
    /// What the record says; `None` if it lacks the value.
    pub found: Option<String>,
}

/// The least F1 that a field has to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// One of [`FIELDS`].
    pub field: &'static str,
    /// From 0 to 1.
    pub f1: f64,
}

impl Evaluation {
    /// The scores that are under their floors, with the floor; so is one of nothing.
    pub fn under(&self, floors: &[Floor]) -> Vec<(&FieldScore, Floor)> {
        let score = |field| self.fields.iter().find(|score| score.field == field);
        let pairs = floors.iter().filter_map(|&floor| Some((score(floor.field)?, floor)));
        pairs.filter(|(score, floor)| score.f1.is_none_or(|f1| f1 < floor.f1)).collect()
    }
}

/// Compares the records of `records`, a run directory or an NDJSON file, with the `*.gold.json` files in
/// `gold`, a folder (searched without its subfolders) or one file.
///
/// # Errors
/// If a path cannot be read or a line is no record, with file and line.
pub fn evaluate(records: &Path, gold: &Path) -> Result<Evaluation> {
    let gold = gold::read(gold)?;
    let mut extracted = records::read(records)?;
    let mut tally = Tally::default();
    let mut evaluation = Evaluation { pages: gold.len(), ..Evaluation::default() };
    for (name, gold) in &gold {
        let page = extracted.remove(name);
        if page.is_none() {
            evaluation.missing_pages.push(name.clone());
        }
        let page = page.unwrap_or_else(|| Extracted::missing(name));
        if tally.page(&page, gold) {
            evaluation.pages_right += 1;
        }
    }
    evaluation.fields = FIELDS.iter().map(|field| tally.score(field)).collect();
    Ok(evaluation)
}

#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, FieldScore>,
}

/// A value with the line it stands on.
type Value = (String, Option<u32>);

impl Tally {
    /// Counts one page; whether all of it is right.
    fn page(&mut self, page: &Extracted, gold: &Gold) -> bool {
        let values = &page.values;
        let line = |path: &str| match values.provenance.get(path) {
            Some(&Origin::Page { line, .. }) => Some(line),
            _ => None,
        };
        let scalar = |path: &str, value: Option<&str>| -> Vec<Value> {
            value.map(|value| (plain(value), line(path))).into_iter().collect()
        };
        let chapter = values.chapter.as_ref().and_then(|chapter| chapter.title.as_deref());
        let chapter = chapter.filter(|_| line("chapter").is_some());
        let mut right = true;
        right &= self.compare(
            page,
            "title",
            scalar("title", values.title.as_deref()),
            words(gold.title.as_deref()),
        );
        right &=
            self.compare(page, "code", scalar("code", values.code.as_deref()), words(gold.code.as_deref()));
        let system = scalar("code_system", values.code_system.as_deref());
        right &= self.compare(page, "code_system", system, words(gold.code_system.as_deref()));
        right &= self.compare(page, "chapter", scalar("chapter", chapter), words(gold.chapter.as_deref()));

        let headings = values.sections.iter().enumerate().filter_map(|(index, section)| {
            section
                .heading
                .as_ref()
                .map(|heading| (plain(heading), line(&format!("sections[{index}].heading"))))
        });
        let wanted = gold.sections.iter().map(|section| plain(&section.heading)).collect();
        right &= self.compare(page, "headings", headings.collect(), wanted);
        right &= self.under_headings(page, gold, &line);

        let points = values.key_points.iter().enumerate().map(|(index, point)| {
            (numbered(point.number, &point.text), line(&format!("key_points[{index}]")))
        });
        let wanted = gold.key_points.iter().map(|point| numbered(point.number, &point.text)).collect();
        right &= self.compare(page, "key_points", points.collect(), wanted);

        let codes = values.diagnosis_codes.codes.iter().enumerate().map(|(index, listed)| {
            (listed.code.to_string(), line(&format!("diagnosis_codes.codes[{index}].code")))
        });
        right &= self.compare(page, "diagnosis_codes", codes.collect(), gold.diagnosis_codes.clone());
        right & self.chrome(page, gold)
    }

    /// Level and beginning of the text of each heading that is right.
    fn under_headings(&mut self, page: &Extracted, gold: &Gold, line: &impl Fn(&str) -> Option<u32>) -> bool {
        let (mut levels, mut wanted_levels) = (Vec::new(), Vec::new());
        let (mut texts, mut wanted_texts) = (Vec::new(), Vec::new());
        let mut free: Vec<usize> = (0..page.values.sections.len()).collect();
        for section in &gold.sections {
            let heading = plain(&section.heading);
            let same = |&index: &usize| {
                page.values.sections[index].heading.as_deref().map(plain) == Some(heading.clone())
            };
            let at = free.iter().position(same);
            if let Some(level) = section.level {
                wanted_levels.push(format!("{heading}: {level}"));
            }
            wanted_texts.push(format!("{heading}: {}", plain(&section.text_starts)));
            let Some(at) = at.map(|at| free.remove(at)) else { continue };
            let got = &page.values.sections[at];
            let place = line(&format!("sections[{at}].heading"));
            if let (Some(_), Some(level)) = (section.level, got.level) {
                levels.push((format!("{heading}: {level}"), place));
            }
            let text =
                std::iter::once(plain(&got.text)).chain(got.items.iter().map(|item| plain(&item.text)));
            let wanted = plain(&section.text_starts);
            let starts = text.filter(|text| !text.is_empty()).any(|text| text.starts_with(&wanted));
            let empty = got.text.is_empty() && got.items.is_empty();
            let shown = if starts || wanted.is_empty() && empty { wanted } else { start(&got.text) };
            // A label with no beginning says only that no paragraph has to follow.
            let shown = if section.text_starts.is_empty() { String::new() } else { shown };
            texts.push((format!("{heading}: {shown}"), place));
        }
        let levels = self.compare(page, "heading_levels", levels, wanted_levels);
        self.compare(page, "section_texts", texts, wanted_texts) & levels
    }

    /// Labelled chrome that stands as title or heading.
    fn chrome(&mut self, page: &Extracted, gold: &Gold) -> bool {
        let wanted = gold.chrome.iter().map(|chrome| plain(chrome)).collect();
        // What was never looked at was not told from the content.
        if page.is_missing {
            return self.compare(page, "chrome", Vec::new(), wanted);
        }
        let headings = page.values.sections.iter().filter_map(|section| section.heading.as_deref());
        let shown: Vec<String> = headings.chain(page.values.title.as_deref()).map(plain).collect();
        let labelled: Vec<String> = gold.sections.iter().map(|section| plain(&section.heading)).collect();
        let clean = gold
            .chrome
            .iter()
            .map(|chrome| plain(chrome))
            .filter(|chrome| !shown.contains(chrome) || labelled.contains(chrome));
        let clean = clean.map(|chrome| (chrome, None)).collect();
        self.compare(page, "chrome", clean, wanted)
    }

    /// Counts values that are in both, each value of a label once.
    fn compare(
        &mut self,
        page: &Extracted,
        field: &'static str,
        found: Vec<Value>,
        wanted: Vec<String>,
    ) -> bool {
        let score = self.counts.entry(field).or_insert_with(|| FieldScore { field, ..FieldScore::default() });
        score.labelled += wanted.len();
        score.found += found.len();
        let mut open = wanted;
        let mut surplus = Vec::new();
        for (value, line) in found {
            match open.iter().position(|wanted| *wanted == value) {
                Some(at) => {
                    open.remove(at);
                    score.right += 1;
                }
                None => surplus.push((value, line)),
            }
        }
        let right = open.is_empty() && surplus.is_empty();
        let page = || page.uri.clone();
        score.misses.extend(surplus.into_iter().map(|(value, line)| Miss {
            page: page(),
            line,
            wanted: None,
            found: Some(value),
        }));
        score.misses.extend(open.into_iter().map(|wanted| Miss {
            page: page(),
            line: None,
            wanted: Some(wanted),
            found: None,
        }));
        right
    }

    fn score(&mut self, field: &'static str) -> FieldScore {
        let mut score = self.counts.remove(field).unwrap_or_default();
        score.field = field;
        let share = |count: usize, of: usize| (of > 0).then(|| count as f64 / of as f64);
        score.precision = share(score.right, score.found);
        score.recall = share(score.right, score.labelled);
        score.f1 = share(2 * score.right, score.found + score.labelled);
        score
    }
}

fn words(value: Option<&str>) -> Vec<String> {
    value.map(plain).into_iter().collect()
}

/// White space as single spaces, Unicode form C.
fn plain(text: &str) -> String {
    normal(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

fn numbered(number: Option<u32>, text: &str) -> String {
    number.map_or_else(|| plain(text), |number| format!("{number} {}", plain(text)))
}

fn start(text: &str) -> String {
    plain(text).chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Partial, Provenance, Section};

    fn page(title: &str, headings: &[(&str, u8)]) -> Extracted {
        let sections = headings.iter().enumerate().map(|(index, &(heading, level))| Section {
            position: index as u32 + 1,
            level: Some(level),
            heading: Some(heading.to_owned().into()),
            text: format!("{heading} text").into(),
            items: Vec::new(),
        });
        let values = Partial {
            title: Some(title.to_owned().into()),
            sections: sections.collect(),
            provenance: Provenance::default(),
            ..Partial::default()
        };
        Extracted { uri: "a.txt".into(), values, is_missing: false }
    }

    fn gold(json: &str) -> Gold {
        serde_json::from_str(json).unwrap()
    }

    const GOLD: &str = r#"{"title": "T", "code": null, "code_system": null, "chapter": null,
        "sections": [{"heading": "A", "level": 2, "text_starts": "A te"}, {"heading": "B", "level": null, "text_starts": ""}],
        "key_points": [], "diagnosis_codes": [], "chrome": ["Menu"]}"#;

    fn counts(found: &Extracted, field: &'static str) -> (usize, usize, usize) {
        let mut tally = Tally::default();
        tally.page(found, &gold(GOLD));
        let score = tally.score(field);
        (score.labelled, score.found, score.right)
    }

    #[test]
    fn a_right_page_is_right() {
        assert!(Tally::default().page(&page("T", &[("A", 2), ("B", 3)]), &gold(GOLD)));
    }

    #[test]
    fn misses_count_on_both_sides() {
        assert_eq!(counts(&page("T", &[("A", 2), ("C", 2)]), "headings"), (2, 2, 1));
        assert_eq!(counts(&page("U", &[]), "title"), (1, 1, 0));
        assert_eq!(counts(&page("T", &[("A", 3)]), "heading_levels"), (1, 1, 0));
        assert_eq!(counts(&page("T", &[("A", 2)]), "section_texts"), (2, 1, 1));
    }

    #[test]
    fn a_floor_is_reached_or_not() {
        let mut evaluation = Evaluation::default();
        evaluation.fields.push(FieldScore { field: "code", f1: Some(0.9), ..FieldScore::default() });
        let under = |evaluation: &Evaluation, f1: f64| evaluation.under(&[Floor { field: "code", f1 }]).len();
        assert_eq!((under(&evaluation, 0.9), under(&evaluation, 0.91)), (0, 1));
        evaluation.fields[0].f1 = None;
        assert_eq!(under(&evaluation, 0.0), 1);
    }

    #[test]
    fn chrome_in_title_or_headings_is_wrong() {
        assert_eq!(counts(&page("Menu", &[]), "chrome"), (1, 0, 0));
        assert_eq!(counts(&page("T", &[]), "chrome"), (1, 1, 1));
        assert_eq!(counts(&Extracted::missing("a"), "chrome"), (1, 0, 0));
    }
}
