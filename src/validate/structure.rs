//! The outline of a page (N3xx): sections missing or empty, levels, repeated headings.
//!
//! In: the sections as found, and what other fields took. Out: findings. Headings are taken as
//! extraction gives them; whether a line is one is not judged here.

use super::Background;
use super::findings::Findings;
use super::repeats::repeats;
use crate::catalogue::{HEADING_REPEATED, LEVEL_JUMP, SECTION_EMPTY, SECTIONS_MISSING};
use crate::diagnostic::quote;
use crate::extraction::{Extraction, SectionFound};

const FIELD: &str = "sections";

/// Judges the outline.
pub(super) fn judge(findings: &mut Findings<'_>, extraction: &Extraction<'_>, background: &Background<'_>) {
    let sections = &extraction.sections;
    if !sections.iter().any(|section| section.heading.is_some() || has_content(section)) {
        // A page without text is told as empty.
        if background.has_text {
            findings.add(SECTIONS_MISSING, FIELD, None, || {
                "no heading and no text was found; check that the page was fetched whole".into()
            });
        }
        return;
    }
    for (at, section) in sections.iter().enumerate() {
        judge_content(findings, background, section, sections.get(at + 1));
    }
    for pair in sections.windows(2) {
        judge_level(findings, &pair[0], &pair[1]);
    }
    judge_repeats(findings, sections);
}

fn has_content(section: &SectionFound<'_>) -> bool {
    !section.items.is_empty() || section.paragraphs.iter().any(|(text, _)| !text.trim().is_empty())
}

fn judge_content(
    findings: &mut Findings<'_>,
    background: &Background<'_>,
    section: &SectionFound<'_>,
    next: Option<&SectionFound<'_>>,
) {
    let Some(heading) = &section.heading else { return };
    let next_is_deeper = next.is_some_and(|next| next.level.is_some() && next.level > section.level);
    if has_content(section) || next_is_deeper {
        return;
    }
    let end = next.and_then(|next| next.heading.as_ref()).map_or(u32::MAX, |heading| heading.span.start);
    // Key points and code lists are taken out of the section in which they stand.
    if !(background.is_taken)(heading.span.end, end) {
        findings.add(SECTION_EMPTY, FIELD, heading.span, || {
            format!(
                "nothing stands under the heading {}; check whether its text was lost",
                quote(&heading.value)
            )
        });
    }
}

fn judge_level(findings: &mut Findings<'_>, before: &SectionFound<'_>, section: &SectionFound<'_>) {
    let (Some(above), Some(level), Some(heading)) = (before.level, section.level, &section.heading) else {
        return;
    };
    if level > above.saturating_add(1) {
        findings.add(LEVEL_JUMP, FIELD, heading.span, || {
            let heading = quote(&heading.value);
            format!("{heading} is a heading of level {level} after one of level {above}; check the outline")
        });
    }
}

fn judge_repeats(findings: &mut Findings<'_>, sections: &[SectionFound<'_>]) {
    let key = |at: usize| {
        let section: &SectionFound<'_> = &sections[at];
        section.heading.as_ref().map(|heading| (section.level, heading.value.as_ref()))
    };
    repeats(sections.len(), key, |first, again| {
        let Some(heading) = &sections[again].heading else { return };
        findings.add(HEADING_REPEATED, FIELD, heading.span, || {
            let heading = quote(&heading.value);
            format!(
                "section {} has the heading {heading} of section {}; tell them apart by position",
                again + 1,
                first + 1
            )
        });
    });
}

#[cfg(test)]
mod tests {
    fn check(notation: &str, expected: &[&str]) {
        super::super::notation::check(3, notation, expected);
    }

    #[test]
    fn sections_missing() {
        check("title: Asthma\ncode: J45", &["N301@0"]);
        check("title: Asthma\n# Asthma\nText.", &[]);
        check("title: Asthma\nText without a heading.", &[]);
    }

    #[test]
    fn section_empty() {
        check("# Asthma\n## Symptoms\n## Treatment\nRest.", &["N302@2"]);
        check("# Asthma\nText.\n## Symptoms", &["N302@3"]);
        check("# Asthma\n## Symptoms\nitem: Cough", &[]);
        check("# Asthma\nText.\n## Key points\npoint: 1 Rest", &[]);
        check("# Asthma\nText.\n## Left over\n? Rest", &["N302@3"]);
    }

    #[test]
    fn level_jump() {
        check("# Asthma\nText.\n#### Dosage\nText.", &["N303@3"]);
        check("# Asthma\nText.\n## Care\nText.\n### Dosage\nText.\n# End\nText.", &[]);
    }

    #[test]
    fn heading_repeated() {
        check("# A\nText.\n## Symptoms\nCough.\n## Symptoms\nFever.", &["N304@5"]);
        check("# A\nText.\n## Symptoms\nCough.\n### Symptoms\nFever.", &[]);
    }
}
