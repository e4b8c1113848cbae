//! Where the lines of invented pages go.

use super::extract;
use crate::extraction::Role;
use crate::icd::Reference;
use crate::page::{EncodingSource, Format, Page};
use crate::parse;
use crate::profile::Profile;

/// Extracts a page that stands line by line behind where each line has to go: a path of the record, `chrome` or `?`.
/// Lines without such a word are blank, or belong to the block above.
fn check(profile: &str, lines: &[(&str, &str)]) {
    let text: Vec<&str> = lines.iter().map(|&(_, line)| line).collect();
    let expected = lines.iter().filter(|(role, _)| !role.is_empty());
    let found = roles(profile, Format::Text, text.join("\n"));
    assert_eq!(found, expected.map(|&(role, _)| role).collect::<Vec<_>>(), "{}", text.join("\n"));
}

fn roles(profile: &str, format: Format, text: String) -> Vec<String> {
    let profile = Profile::builtin(profile).unwrap().unwrap();
    let page = Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, text);
    let document = parse::parse(&page);
    let extraction = extract(&page, &document, &profile, Reference::embedded());
    let role = |role: &Role<'_>| match role {
        Role::Field { path, .. } => path.to_string(),
        Role::Chrome { .. } => "chrome".to_owned(),
        Role::Unassigned => "?".to_owned(),
    };
    extraction.roles.iter().map(role).collect()
}

#[test]
fn a_line_that_gave_a_value_is_not_left_over() {
    check(
        "icd10-disease",
        &[
            ("title", "# Gout"),
            ("?", "Audience: patients"),
            ("code", "Classification key: M10.9 (ICD-10-CM)"),
            ("", ""),
            ("sections[0].heading", "## What happens in a joint"),
            ("sections[0].text", "Crystals of uric acid settle in the joint and make it hot, red and swollen."),
        ],
    );
}

#[test]
fn a_code_in_prose_is_not_the_pages_however_it_is_announced() {
    for text in [
        "Kidney stones (ICD-10: N20.0) are hard deposits. They form when urine has too little water in it.",
        "Kidney stones (ICD-10 N20.0) are hard deposits. They form when urine has too little water in it.",
        "Gout (ICD-10-CM code: M10.9) is one of the causes, and so is too little water in the urine.",
    ] {
        let page = format!("Kidney stones\n\n{text}\n");
        assert_eq!(roles("icd10-disease", Format::Text, page), ["title", "sections[0].text"], "{text}");
    }
}

#[test]
fn text_between_card_and_first_heading_is_a_section_without_heading() {
    check(
        "icd10-disease",
        &[
            ("title", "# Optic neuritis"),
            ("", ""),
            ("?", "**EDITION:** 4"),
            ("code", "**ICD-10:** H46"),
            ("", ""),
            (
                "sections[0].text",
                "**OTHER NAMES:** retrobulbar neuritis, papillitis, neuroretinitis, inflammation of the optic nerve, \
                 optic papillitis, demyelinating optic neuritis, acute optic neuritis, typical optic neuritis",
            ),
            ("", ""),
            ("sections[0].text", "**GLOSSARY:**"),
            ("sections[0].items[0]", "- **RAPD:** a pupil that widens in light"),
            ("sections[0].items[1]", "- **Uhthoff:** worse in heat"),
            ("", ""),
            ("sections[0].text", "**KEY:** A = at once"),
            ("", ""),
            ("sections[1].heading", "## Tests"),
            ("sections[1].text", "An MRI of the orbits is done within a week of the first visit to the clinic."),
            ("sections[2].heading", "## Treatment"),
            ("sections[2].text", "Methylprednisolone for three days brings sight back sooner, not better."),
        ],
    );
    check(
        "icd10-disease",
        &[
            ("title", "Gout"),
            ("code", "ICD-10: M10"),
            ("sections[0].text", "Before you read on"),
            ("sections[0].items[0]", "(1) It is no punishment."),
            ("sections[0].items[1]", "(2) It can be cured."),
            ("", ""),
            ("sections[0].text", "Ask the nurse about pain, diet and how to keep the foot at rest for two whole days."),
        ],
    );
}

#[test]
fn a_page_without_a_card_is_text_from_its_title_on() {
    check(
        "article",
        &[
            ("title", "# Bread without kneading"),
            ("sections[0].text", "Five minutes a day."),
            ("sections[0].items[0]", "- Flour"),
            ("sections[0].items[1]", "- Water"),
            ("sections[1].heading", "## The dough"),
            ("sections[1].text", "Stir, cover, and forget it until the next morning: time does what hands did."),
        ],
    );
}
