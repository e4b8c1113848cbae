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
            (
                "sections[0].text",
                "Crystals of uric acid settle in the joint and make it hot, red and swollen.",
            ),
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
            (
                "sections[1].text",
                "An MRI of the orbits is done within a week of the first visit to the clinic.",
            ),
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
            (
                "sections[0].text",
                "Ask the nurse about pain, diet and how to keep the foot at rest for two whole days.",
            ),
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
            (
                "sections[1].text",
                "Stir, cover, and forget it until the next morning: time does what hands did.",
            ),
        ],
    );
}

/// The title of an HTML page under `article`, whose title has to be found by `rule`.
fn check_title(head: &str, body: &str, (expected, rule): (&str, &str)) {
    let text = "<p>Rye keeps longer than wheat, and its crumb holds more water than any other bread does. The starter \
                is fed twice a day, with as much flour as water, until it doubles within six hours in a warm room.</p>";
    let html = format!("<!doctype html><head>{head}</head><body>{}</body>", body.replace("TEXT", text));
    let profile = Profile::builtin("article").unwrap().unwrap();
    let page = Page::from_utf8("page".into(), Format::Html, EncodingSource::ValidUtf8, html);
    let document = parse::parse(&page);
    let title = extract(&page, &document, &profile, Reference::embedded()).title.unwrap();
    assert_eq!((&*title.value, title.rule), (expected, rule), "{}", page.text());
}

#[test]
fn the_heading_with_the_name_of_the_page_is_its_title_wherever_it_stands() {
    const NAME: &str = "<title>Rye bread at home | The Oven</title>";
    let title = ("Rye bread at home", "title-marked");
    let furniture = "<div class='social-share'><h1>Rye bread at home</h1></div>";
    check_title(
        NAME,
        &format!("{furniture}<article><h2>Set goals</h2>TEXT<h2>Flour</h2>TEXT</article>"),
        title,
    );
    check_title(
        NAME,
        "<h1>The Oven</h1><main><h2>6 December</h2><h3>Rye bread at home</h3>TEXT TEXT</main>",
        title,
    );
    check_title(
        NAME,
        "<main><h1>The blog</h1><h1>Rye bread at home</h1>TEXT<h2>Flour</h2>TEXT</main>",
        title,
    );
    let og = "<title>Bread — all you need</title><meta property='og:title' content='Rye bread at home'>";
    check_title(og, "<main><h2>Rye bread at home</h2>TEXT<h2>Flour</h2>TEXT</main>", title);
}

#[test]
fn a_heading_unlike_the_name_of_the_page_is_no_title() {
    const NAME: &str = "<title>Rye bread at home, step by step - Ovenly</title>";
    let name = ("Rye bread at home, step by step", "title-metadata");
    check_title(NAME, "<main><h2>Description</h2>TEXT<h2>Flour</h2>TEXT</main>", name);
    check_title(NAME, "<h1>A word from the founder of Ovenly</h1><main>TEXT<h2>Flour</h2>TEXT</main>", name);
    check_title(
        NAME,
        "<main><h1>Baking bread from rye</h1>TEXT</main>",
        ("Baking bread from rye", "title-marked"),
    );
    let sentence = "Rye bread at home has been baked in step with the seasons for as long as people have had ovens \
                    of their own, and it still is in most villages of the north.";
    check_title(NAME, &format!("<main><h1>{sentence}</h1>TEXT</main>"), name);
    let home = "<title>Home | Ovenly</title>";
    check_title(home, "<main><h1>Baking with rye</h1>TEXT</main>", ("Baking with rye", "title-marked"));
}
