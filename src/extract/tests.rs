//! Where the lines of invented pages go.

use super::extract;
use crate::extraction::Role;
use crate::icd::Reference;
use crate::page::{EncodingSource, Format, Page};
use crate::parse;
use crate::profile::Profile;
use crate::record::DiagnosisCodesStatus;

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

/// What `icd10-disease` finds of a page with these lines below its title.
fn card<T>(lines: &str, take: impl Fn(&crate::extraction::Extraction<'_>) -> T) -> T {
    let text = format!(
        "Type 2 diabetes\n\n{lines}\n\n## Overview\n\nSugar in the blood is too high for years, and nobody feels it.\n\n\
         ## Care\n\nEat well, move a lot, and take the tablets that were given to you by the doctor.\n"
    );
    let profile = Profile::default_profile().unwrap();
    let page = Page::from_utf8("page".into(), Format::Text, EncodingSource::ValidUtf8, text);
    let document = parse::parse(&page);
    take(&extract(&page, &document, &profile, Reference::embedded()))
}

fn code_of(lines: &str) -> Option<String> {
    card(lines, |found| found.code.as_ref().map(|code| code.value.printed.clone().into_owned()))
}

#[test]
fn labels_of_the_code_are_a_family() {
    let systems =
        ["ICD-10", "ICD 10", "ICD10", "ICD_10", "ICD-10-CM", "ICD10CM", "ICD10-CM", "ICD-10/CM", "ICD-10 CM"];
    let words = [
        "",
        " Code",
        "-Code",
        " Code(s)",
        " Codes",
        " diagnosis code",
        " Diagnosis Code(s)",
        " Dx code",
        " no.",
        " category",
    ];
    let forms =
        ["{}: E11.9", "{} E11.9", "{}\nE11.9", "{} - E11.9", "{}\tE11.9\nSpread\tNone", "2026 {}: E11.9"];
    for (at, system) in systems.iter().enumerate() {
        for (word, form) in words.iter().zip(forms.iter().cycle().skip(at)) {
            let lines = form.replace("{}", &format!("{system}{word}"));
            assert_eq!(code_of(&lines).as_deref(), Some("E11.9"), "{lines}");
        }
    }
    for line in [
        "Dx code E11.9",
        "Dx code: E11.9",
        "Dx: E11.9",
        "ICD-Code: E11.9",
        "ICD code E11.9",
        "Billing code: E11.9",
        "Diagnosis code(s): E11.9",
        "Diagnosis code E11.9",
        "Diagnostic code: E11.9",
        "Diagnosis codes E11.9",
        "ICD-10 (2026): E11.9",
        "ICD-10 coding: E11.9",
        "Code (ICD-10-CM): E11.9",
        "Diagnosis (ICD-10): E11.9",
    ] {
        assert_eq!(code_of(line).as_deref(), Some("E11.9"), "{line}");
    }
    for line in [
        "CPT code: E1109",
        "ICD-9: V76.51",
        "ICD-9-CM code: V76.51",
        "HCPCS code: E0110",
        "Procedure code: E0110",
        "Room code: E11",
        "Error code: E11.9",
        "SNOMED code: E11.9",
        "Zip code: E11 9AB",
        "ICD-11: 5A11",
        "Unit: E11",
    ] {
        assert_eq!(code_of(line), None, "{line}");
    }
}

#[test]
fn a_range_is_a_block_and_no_code() {
    for line in
        ["ICD-10 E10-E14", "ICD-10: E10-E14", "ICD-10 code: E10 – E14", "ICD-10 codes: E10 to E14", "E10-E14"]
    {
        let found = card(line, |found| {
            let block = found.block.as_ref().and_then(|block| block.value.code.clone());
            (found.code.is_none(), block.map(|code| code.into_owned()))
        });
        assert!(found.0, "{line}");
        assert!(found.1.is_none_or(|range| range.starts_with("E10") && range.ends_with("E14")), "{line}");
    }
    let line = "ICD-10: E11.9\nBlock: E08-E13";
    assert_eq!(code_of(line).as_deref(), Some("E11.9"));
}

#[test]
fn the_block_is_told_by_its_range_where_no_label_names_it() {
    let block = |lines: &str| {
        card(lines, |found| {
            let block = found.block.as_ref().map(|block| &block.value);
            block.map(|block| {
                format!("{}|{}", block.title.as_deref().unwrap_or(""), block.code.as_deref().unwrap_or(""))
            })
        })
    };
    let expected = Some("Diabetes mellitus|E08-E13".to_owned());
    assert_eq!(block("ICD-10: E11.9\nSection: Diabetes mellitus (E08-E13)"), expected);
    assert_eq!(block("ICD-10: E11.9\nE08-E13 Diabetes mellitus"), expected);
    let listed = "ICD-10: E11.9\n\n• Endocrine, nutritional and metabolic diseases\n  (E00–E89)\n• Diabetes mellitus\n  (E08-E13)";
    assert_eq!(block(listed), expected);
    assert_eq!(block("ICD-10: E11.9\nSee also: Disorders of the thyroid (E00-E07)"), None);
}

#[test]
fn front_matter_is_data() {
    check(
        "icd10-disease",
        &[
            ("chrome", "---"),
            ("title", "title: Carpal tunnel syndrome"),
            ("?", "description: A leaflet on the hand"),
            ("code", "icd10: \"G56.00\""),
            ("?", "tags:"),
            ("?", "  - hand"),
            ("chrome", "---"),
            ("title", "# Carpal tunnel syndrome"),
            (
                "sections[0].text",
                "The nerve of the thumb is pressed where it passes through the wrist, at night above all.",
            ),
        ],
    );
    check(
        "icd10-disease",
        &[
            ("chrome", "---"),
            ("code", "icd10:"),
            ("code", "  - G56.00"),
            ("chrome", "---"),
            ("title", "# Carpal tunnel syndrome"),
            (
                "sections[0].text",
                "The nerve of the thumb is pressed where it passes through the wrist, at night above all.",
            ),
        ],
    );
}

#[test]
fn a_heading_before_a_list_of_codes_is_one() {
    for heading in ["Common pairings", "Often coded together", "See also"] {
        check(
            "icd10-disease",
            &[
                ("code", "S52.501A"),
                ("", ""),
                ("title", "Unspecified fracture of the lower end of right radius, first encounter"),
                ("", ""),
                ("sections[0].heading", "Documentation tips"),
                ("", ""),
                ("sections[0].text", "What the chart should hold to support S52.501A."),
                ("", ""),
                ("sections[0].items[0]", "• Side and kind of the break"),
                ("sections[0].items[1]", "• Open or closed"),
                ("", ""),
                ("sections[1].heading", heading),
                ("", ""),
                ("sections[1].text", "W01.0XXA Fall on same level from slipping"),
                ("sections[1].text", "Y92.009 Unspecified place in unspecified home"),
                ("sections[1].text", "M81.0 Age-related osteoporosis"),
                ("", ""),
                ("sections[2].heading", "Common coding mistakes"),
                ("", ""),
                ("sections[2].text", "Errors that are seen again and again with S52.501A."),
                ("", ""),
                ("sections[2].items[0]", "• Using the code for later visits"),
                ("sections[2].items[1]", "• Leaving out the cause"),
            ],
        );
    }
}

#[test]
fn wide_wordings_take_only_what_they_mean() {
    let points = |heading: &str| {
        let lines = format!("ICD-10: E11.9\n\n## {heading}\n\n- Thirst\n- Tiredness");
        card(&lines, |found| found.key_points.len())
    };
    assert_eq!(points("Diabetes at a glance"), 2);
    assert_eq!(points("At a glance"), 2);
    assert_eq!(points("Symptoms at a glance"), 0);
    assert_eq!(points("Our opening hours at a glance"), 0);

    let codes = |lines: &str| {
        card(&format!("ICD-10: E11.9\n\n## {lines}"), |found| {
            (found.diagnosis_codes_status, found.diagnosis_codes.len())
        })
    };
    assert_eq!(
        codes("Codes for type 2 diabetes\n\nE11.2 with kidney complications\nE11.3 with eye complications").1,
        2
    );
    assert_eq!(
        codes("Codes for procedures\n\nG0108 Training for one patient\nG0109 Training in a group").1,
        0
    );
    assert_eq!(codes("Diagnosis codes\n\nNone").0, DiagnosisCodesStatus::NotAvailable);
    assert_eq!(
        codes("Diagnosis codes\n\nNone listed for this disease").0,
        DiagnosisCodesStatus::NotAvailable
    );
    assert_eq!(codes("Diagnosis codes\n\nNone of these is billable:\nE11.2 Kidney\nE11.3 Eye").1, 2);
    assert_eq!(
        codes(
            "Diagnosis codes\n\nThere are no billable codes here; choose one below.\nE11.2 Kidney\nE11.3 Eye"
        )
        .1,
        2
    );

    let chapter = |line: &str| {
        card(&format!("ICD-10: E11.9\n{line}"), |found| {
            found
                .chapter
                .as_ref()
                .and_then(|chapter| chapter.value.title.clone())
                .map(|title| title.into_owned())
        })
    };
    let endocrine = "Endocrine, nutritional and metabolic diseases";
    for label in ["Chapter", "ICD-10 chapter", "ICD-10-CM Chapter", "Disease chapter", "WHO chapter"] {
        assert_eq!(chapter(&format!("{label}: {endocrine}")).as_deref(), Some(endocrine), "{label}");
    }
    assert_eq!(chapter("Next chapter: Foot care"), None);
    assert_eq!(chapter("In this chapter: Foot care"), None);
}

#[test]
fn teasers_below_a_heading_that_names_other_pages_are_no_sections() {
    let text = "Rye keeps longer than wheat, and its crumb holds more water than any other bread does. The starter is \
                fed twice a day, with as much flour as water, until it doubles within six hours in a warm room.";
    let teaser =
        "Spelt is an old grain that came back to the mills of the valley some twenty years ago, and stayed.";
    let html = |below: &str| {
        format!(
            "<!doctype html><title>Rye bread</title><article><h1>Rye bread</h1><p>{text}</p><h2>Flour</h2><p>{text}</p>\
             {below}</article>"
        )
    };
    let teasers = format!("<h3>Related</h3><h4><a href=/s>Spelt is back</a></h4><p>{teaser}</p>");
    let expected = ["title", "sections[0].text", "sections[1].heading", "sections[1].text"];
    let found = roles("article", Format::Html, html(&teasers));
    assert_eq!(found, [&expected[..], &["chrome"; 3]].concat());
    // A part of the article may have that name: it leads nowhere.
    let found = roles("article", Format::Html, html(&format!("<h3>Related</h3><p>{teaser}</p>")));
    assert_eq!(found, [&expected[..], &["sections[2].heading", "sections[2].text"]].concat());
    // And it may stand above the text, with the text behind its links.
    let page = format!(
        "<!doctype html><title>Rye bread</title><article><h1>Rye bread</h1><h3>Featured</h3><ul><li><a href=/s>Spelt \
         is back</a></ul><p>{text}</p><p>{text}</p></article>"
    );
    let found = roles("article", Format::Html, page);
    assert_eq!(found, ["title", "chrome", "chrome", "sections[0].text", "sections[0].text"]);
}

#[test]
fn a_code_behind_the_main_diagnosis_is_the_pages() {
    let text =
        "Collaborative care places a care manager in the practice, who calls each patient every two weeks.";
    for line in ["Primary diagnosis: F32.9 Major depressive disorder", "ICD-10-CM category: S52.5 – Fracture"]
    {
        let page = format!("Care at home\n{line}\n\n{text}\n");
        assert_eq!(
            roles("icd10-disease", Format::Text, page),
            ["title", "code", "sections[0].text"],
            "{line}"
        );
    }
    let page = format!("Care at home\nPrimary diagnosis: Gout\n\n{text}\n");
    assert!(!roles("icd10-disease", Format::Text, page).contains(&"code".to_owned()));
}

#[test]
fn numbered_paragraphs_below_key_points_are_the_points() {
    let page = "<h1>Chickenpox</h1><p>ICD-10: B01.9</p><h2>Key points</h2><p>1. It heals by itself.</p>\
        <p>2. Keep away from newborn babies.</p><h2>Outlook</h2><p>1. One paragraph is no list.</p>";
    let found = roles("icd10-disease", Format::Html, page.to_owned());
    let points = ["title", "code", "key_points", "key_points[0]", "key_points[1]"];
    assert_eq!(found[..5], points, "{found:?}");
    assert_eq!(found[6], "sections[0].text", "{found:?}");
}

#[test]
fn a_line_with_the_diagnosis_below_the_first_text_holds_the_code() {
    let text = "Leaking when you cough or jump is common after childbirth, and it can be treated at any age.";
    let line = "Diagnosis: stress incontinence (female) (male), ICD-10-CM code N39.3";
    let found = roles("icd10-disease", Format::Text, format!("Stress incontinence\n\n{text}\n\n{line}\n"));
    assert_eq!(found, ["title", "sections[0].text", "code"]);
    let line = "Differential diagnosis: kidney stones, ICD-10 N20.0";
    let found = roles("icd10-disease", Format::Text, format!("Stress incontinence\n\n{text}\n\n{line}\n"));
    assert!(!found.contains(&"code".to_owned()), "{found:?}");
}

#[test]
fn a_chapter_behind_the_word_in_a_sentence_is_the_pages() {
    let text = "For your doctor: the code is B08.4, a rash with blisters. Chapter: Certain infectious and parasitic diseases (A00-B99).";
    let page = Page::from_utf8(
        "p".into(),
        Format::Text,
        EncodingSource::ValidUtf8,
        format!("Rash\n\nICD-10: B08.4\n\n{text}\n"),
    );
    let (document, profile) = (parse::parse(&page), Profile::default_profile().unwrap());
    let chapter = extract(&page, &document, &profile, Reference::embedded()).chapter.unwrap();
    assert_eq!(chapter.value.title.as_deref(), Some("Certain infectious and parasitic diseases"));
}

#[test]
fn a_path_cut_at_a_width_does_not_end_the_card() {
    let path = "Codes > G00-G99 Diseases of the nervous system > G50-G59 Nerve, nerve root and plexus disorders > \
                G56 Mononeuropathies of upper limb > G56.01";
    let text =
        "The median nerve is pressed in the wrist, and the thumb and two fingers tingle at night and hurt.";
    let page = format!(
        "{path}\n\n2026 ICD-10-CM Diagnosis Code G56.01\n\nCarpal tunnel syndrome, right upper limb\n\n{text}\n"
    );
    let found = roles("icd10-disease", Format::Text, page);
    assert_eq!(found[..3], ["chapter", "code", "title"], "{found:?}");
}

#[test]
fn lines_that_start_with_codes_of_the_category_are_the_list_whatever_stands_above() {
    let text =
        "A collapsed lung is air between the lung and the wall of the chest, and it comes without warning.";
    let status = |part: &str| {
        let page = format!("Pneumothorax\n\nICD-10: J93\n\n{text}\n\n{part}\n");
        roles("icd10-disease", Format::Text, page).split_off(3)
    };
    let listed = ["diagnosis_codes", "diagnosis_codes.codes[0]", "diagnosis_codes.codes[1]"];
    let codes = "J93.0 - Spontaneous tension pneumothorax\nJ93.1 - Other spontaneous pneumothorax";
    assert_eq!(status(&format!("Kinds of it\n\n{codes}")), listed);
    assert_eq!(status(&format!("Kinds with their numbers:\n\n- {}", codes.replace('\n', "\n- "))), listed);
    for part in [
        format!("Adjacent codes\n\n{codes}"),
        "Kinds of it\n\nJ93.0 - Spontaneous tension pneumothorax".to_owned(),
        codes.replace("J93", "J18"),
    ] {
        assert!(status(&part).iter().all(|role| !role.starts_with("diagnosis_codes")), "{part}");
    }
}

#[test]
fn a_code_and_a_title_with_nothing_between_are_told_apart() {
    let text =
        "Small airways are narrowed for good, and cigarette smoke is the cause in four of five patients.";
    let rows = "<div><span>J44.0</span><span>Chronic disease with infection</span></div>\
        <div><span>J44.1</span><span>Chronic disease with exacerbation</span></div>";
    let html = format!("<h1>COPD</h1><p>ICD-10: J44.9</p><p>{text}</p><h2>Related</h2>{rows}");
    let listed = ["diagnosis_codes", "diagnosis_codes.codes[0]", "diagnosis_codes.codes[1]"];
    assert_eq!(roles("icd10-disease", Format::Html, html)[3..], listed);
}

#[test]
fn numbered_paragraphs_that_close_the_article_are_key_points() {
    let text =
        "Most curves of the spine stay small and need nothing but a look once a year by the family doctor.";
    let points = "<p>1. A curve over ten degrees counts</p><p>2. A brace halts most curves</p>";
    let page = |end: &str| {
        let html = format!("<h1>Scoliosis</h1><p>ICD-10: M41</p><p>{text}</p>{points}{end}");
        roles("icd10-disease", Format::Html, html).split_off(3)
    };
    assert_eq!(page(""), ["key_points[0]", "key_points[1]"]);
    assert!(page(&format!("<p>{text}</p>")).iter().all(|role| !role.starts_with("key_points")));
}

#[test]
fn terms_with_definitions_are_codes_with_titles() {
    let html = "<h1>Osteoporosis</h1><p>ICD-10: M81</p><p>Bone is lost without pain until a wrist or a \
        hip breaks after a simple fall.</p><h2>Codes</h2>\
        <dl><dt>M81.0</dt><dd>Age-related</dd><dt>M81.8</dt><dd>Other</dd></dl>";
    let code = |at: usize| format!("diagnosis_codes.codes[{at}]");
    let list = [code(0), code(0), code(1), code(1)];
    assert_eq!(roles("icd10-disease", Format::Html, html.to_owned())[4..], list);
}

/// The code that a page is filed under and its rivals.
fn codes(text: &str) -> Vec<String> {
    let profile = Profile::default_profile().unwrap();
    let page = Page::from_utf8("page".into(), Format::Text, EncodingSource::ValidUtf8, text.to_owned());
    let document = parse::parse(&page);
    let extraction = extract(&page, &document, &profile, Reference::embedded());
    extraction.code.iter().chain(&extraction.rival_codes).map(|code| code.value.printed.to_string()).collect()
}

const GOUT: &str = "Crystals of uric acid settle in the joint and make it hot, red and swollen.";

#[test]
fn codes_of_excluded_diseases_are_no_rivals() {
    let page =
        "ICD-10: K21.9\n\nReflux disease\n\nExcludes 1\n\n- newborn reflux (P78.83)\n- K20 oesophagitis\n\n";
    assert_eq!(codes(&format!("{page}{GOUT}\n")), ["K21.9"]);
    assert_eq!(codes(&format!("ICD-10: M10.9\n\nOsteoarthritis (M15)\n\n{GOUT}\n")), ["M10.9", "M15"]);
}

#[test]
fn items_with_different_codes_are_a_list() {
    let items = "- Billable code - Use M10.00 for one joint\n- Billable code - Use M10.01 for the shoulder\n";
    assert_eq!(codes(&format!("ICD-10-CM\n\nM10 - Gout\n\n{GOUT}\n\n{items}")), ["M10"]);
}

#[test]
fn a_sentence_that_says_the_code_of_the_pages_disease_gives_it() {
    let page = |sentence: &str| codes(&format!("Gouty arthritis explained\n\n{GOUT} {GOUT}\n\n{sentence}\n"));
    let none: [&str; 0] = [];
    assert_eq!(page("The ICD-10 code for gouty arthritis is M10.9, and insurers ask for it."), ["M10.9"]);
    assert_eq!(page("The ICD-10 code for rheumatoid arthritis is M06.9, and insurers ask for it."), none);
    assert_eq!(page("ICD-10 code M10.9 stands for gouty arthritis, and insurers ask for it."), ["M10.9"]);
    assert_eq!(page("M10.9 is a billable ICD-10 code that insurers ask for."), ["M10.9"]);
    assert_eq!(page("ICD-10 M10.9"), ["M10.9"]);
    let column = "ICD-10 code | Meaning\n--- | ---\nM15.0 | Arthrosis\nM15.9 | Other arthrosis\n";
    assert_eq!(codes(&format!("Gout\n\n{GOUT}\n\nICD-10: M10.9\n\n{column}")), ["M10.9"]);
}

const SENTENCE: &str =
    "The joint is hot, red and swollen, and the pain keeps people awake for nights on end.";

#[test]
fn front_matter_that_says_code_gives_it() {
    let page = |code: &str| format!("---\ntitle: Epilepsy\ncode: {code}\n---\n\n# Epilepsy\n\n{SENTENCE}\n");
    let of = |code: &str| roles("icd10-disease", Format::Text, page(code));
    assert_eq!(of("G40.909")[1..3], ["title", "code"]);
    assert_eq!(of("B12")[1..3], ["title", "?"]);
}

#[test]
fn short_sentences_below_key_points_are_points_without_marks() {
    let page = |points: &str| {
        format!(
            "Gout\nICD-10: M10.9\nCauses\n\n{SENTENCE}\n\nKey points\n\n{points}\n\nOutlook\n\n{SENTENCE}\n"
        )
    };
    let of = |points: &str| roles("icd10-disease", Format::Text, page(points));
    let points = of("Gout is caused by crystals.\nIt can be healed.\nBeer brings attacks.");
    assert_eq!(points[4..8], ["key_points", "key_points[0]", "key_points[1]", "key_points[2]"]);
    let prose = of("Gout is caused by crystals. It can be healed.\nBeer brings attacks.\nWater helps.");
    assert_eq!(prose[4], "sections[1].heading");
}

#[test]
fn titles_of_other_pages_end_a_text_page() {
    let lines = ["Why Do Knees Click?", "7 Drinks to Avoid", "Codes", "M10.9 Gout"];
    let page =
        format!("Gout\nICD-10: M10\n\nCauses\n\n{SENTENCE}\n\nRead this next\n\n{}\n", lines.join("\n"));
    let found = roles("icd10-disease", Format::Text, page);
    assert_eq!(found[4..7], ["chrome", "chrome", "chrome"], "{found:?}");
    assert!(!found[7..].contains(&"chrome".to_owned()), "{found:?}");
}

#[test]
fn a_link_to_edit_a_section_is_no_text() {
    let page = "<main><h1>Gout</h1><div><h2>Causes</h2><span>[<a href=e>edit</a>]</span></div><p>ICD-10: M10</p></main>";
    let found = roles("icd10-disease", Format::Html, page.to_owned());
    assert_eq!(found, ["title", "sections[0].heading", "chrome", "code"]);
}

#[test]
fn codes_with_titles_on_the_lines_below_are_a_list() {
    let lines = "M10.00\nIdiopathic gout, unspecified site\n\nM10.9\nGout, unspecified";
    let page = format!("Gout\nICD-10: M10\n\nCauses\n\n{SENTENCE}\n\nICD-10 codes\n\n{lines}\n");
    let found = roles("icd10-disease", Format::Text, page);
    let codes = [0, 0, 1, 1].map(|of| format!("diagnosis_codes.codes[{of}]"));
    assert_eq!(found[5..], codes, "{found:?}");
}

#[test]
fn a_row_of_codes_lists_them_all() {
    let rows = "<tr><th>Severity<th>Plain<th>With attack</tr><tr><td>Mild<td>J45.20<td>J45.21</tr><tr><td>Severe<td>J45.50<td>J45.51</tr>";
    let page = format!(
        "<main><h1>Asthma: ICD-10 codes for J45</h1><p>Asthma is denied more often than most, for want of a word that says how severe it is.</p><h2>ICD-10 codes</h2><table>{rows}</table></main>"
    );
    let profile = Profile::default_profile().unwrap();
    let page = Page::from_utf8("page".into(), Format::Html, EncodingSource::ValidUtf8, page);
    let document = parse::parse(&page);
    let found = extract(&page, &document, &profile, Reference::embedded());
    let listed: Vec<&str> = found.diagnosis_codes.iter().map(|listed| &*listed.value.code.printed).collect();
    assert_eq!(listed, ["J45.20", "J45.21", "J45.50", "J45.51"]);
    assert_eq!(found.code.map(|code| code.value.printed.into_owned()).as_deref(), Some("J45"));
    assert_eq!(
        found.title.map(|title| title.value.into_owned()).as_deref(),
        Some("Asthma: ICD-10 codes for J45")
    );
}

#[test]
fn a_heading_in_a_box_with_a_form_is_furniture_whatever_stands_behind_the_box() {
    let form = "<div><h3>Get our tips</h3><form><input><button>Send</button></form></div>";
    let page = format!(
        "<main><h1>Gout</h1><p>ICD-10: M10</p><h2>Causes</h2><p>{SENTENCE}</p>{form}<div><p>{SENTENCE}</p></div></main>"
    );
    assert_eq!(roles("icd10-disease", Format::Html, page)[4..6], ["chrome", "chrome"]);
}

/// Title, code and listed codes of a page.
fn found(format: Format, text: &str) -> (Option<String>, Option<String>, Vec<String>) {
    let profile = Profile::default_profile().unwrap();
    let page = Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, text.to_owned());
    let document = parse::parse(&page);
    let found = extract(&page, &document, &profile, Reference::embedded());
    let codes = found.diagnosis_codes.iter().map(|listed| listed.value.code.printed.to_string());
    (
        found.title.map(|title| title.value.into_owned()),
        found.code.map(|code| code.value.printed.into_owned()),
        codes.collect(),
    )
}

const PSORIASIS: &str =
    "Psoriasis is a disease of the skin that comes and goes for life, and nobody catches it from anybody.";

#[test]
fn the_title_is_the_line_without_what_says_that_it_is_a_code_or_whose_site_it_is() {
    let title = |lines: &str, end: &str| {
        let found =
            found(Format::Text, &format!("{lines}\n\n{PSORIASIS}\n\nCauses\n\n{PSORIASIS}\n\n{end}\n"));
        assert!(found.1.is_some(), "{lines}");
        found.0.unwrap_or_default()
    };
    let check = |lines: &str, expected: &str| assert_eq!(title(lines, ""), expected, "{lines}");
    check("L40.9 - Psoriasis, unspecified | SkinSite", "Psoriasis, unspecified");
    check("L40.9 Psoriasis, unspecified - ICD-10-CM Diagnosis Codes", "Psoriasis, unspecified");
    check("ICD-10 Code L40.0 for Psoriasis vulgaris", "Psoriasis vulgaris");
    check("ICD-10-CM Code for Psoriasis L40.9", "ICD-10-CM Code for Psoriasis");
    check("Diagnosis Code: L40.9\nShort Description: Psoriasis, unspecified", "Psoriasis, unspecified");
    check(
        "What is the ICD-10 code for psoriasis at all?\nICD-10: L40.9",
        "What is the ICD-10 code for psoriasis at all?",
    );
    check("# [SkinSite](/)\n\n  * [Topics](/t)\n\n# Psoriasis\n\nICD-10: L40.9", "Psoriasis");
    for rights in ["Copyright SkinSite 2026", "© 2026 SkinSite Inc."] {
        assert_eq!(title("Scaly skin - SkinSite\n\nICD-10: L40.9", rights), "Scaly skin", "{rights}");
    }
    assert_eq!(title("Scaly skin - Skin\n\nICD-10: L40.9", "© 2026 Skin Site"), "Scaly skin - Skin");
}

#[test]
fn a_heading_that_the_text_takes_up_is_the_title_below_the_name_of_the_site() {
    let page = |head: &str, headings: &str| {
        let html =
            format!("<title>{head}</title>{headings}<p>{PSORIASIS}</p><h2>Causes</h2><p>{PSORIASIS}</p>");
        found(Format::Html, &html).0.unwrap_or_default()
    };
    let code = "<p>ICD-10: L40.9</p>";
    assert_eq!(page("SkinSite", &format!("<h1>SkinSite</h1><h2>Psoriasis</h2>{code}")), "Psoriasis");
    assert_eq!(
        page("SkinSite", "<h1>SkinSite</h1><h2>L40.9 Psoriasis, unspecified</h2>"),
        "Psoriasis, unspecified"
    );
    assert_eq!(page("Scaly skin", &format!("<h1>A scaly skin</h1><h2>Signs</h2>{code}")), "A scaly skin");
}

#[test]
fn a_code_behind_a_name_is_the_pages_if_it_stands_for_that() {
    let code = |lines: &str, end: &str| found(Format::Text, &format!("{lines}\n\n{PSORIASIS}\n\n{end}\n")).1;
    assert_eq!(code("Psoriasis L40.9", "").as_deref(), Some("L40.9"));
    assert_eq!(code("Psoriasis\nDiagnosis: L40.9 - Psoriasis, unspecified", "").as_deref(), Some("L40.9"));
    for end in [
        "Diagnosis code (ICD-10): L40.9",
        "Main ICD-10-CM code: L40.9",
        "ICD codes for this diagnosis: L40.9",
        "ICD-10-CM Code\n\nL40.9",
    ] {
        assert_eq!(code("Psoriasis", end).as_deref(), Some("L40.9"), "{end}");
    }
    for line in [
        "Form A10.2",
        "Room B12.1",
        "Appendix C12.3",
        "Differential diagnosis: Lichen planus L43.9",
        "Lichen planus in the mouth 3 L40.9",
    ] {
        assert_eq!(code(&format!("Psoriasis\n{line}"), ""), None, "{line}");
    }
}

#[test]
fn a_table_with_the_codes_of_other_diseases_gives_none_of_them() {
    let table = |rows: &str| {
        format!(
            "<h1>Psoriasis</h1><p>{PSORIASIS}</p><table><tr><th>Condition<th>ICD-10 code</tr>{rows}</table>"
        )
    };
    let others = table("<tr><td>Gout<td>M10.9</tr><tr><td>Migraine<td>G43.9</tr>");
    assert_eq!(found(Format::Html, &others).1, None);
    let forms = table("<tr><td>Plaques<td>L40.0</tr><tr><td>Drops<td>L40.4</tr>");
    assert_eq!(found(Format::Html, &forms).1.as_deref(), Some("L40.0"));
}

#[test]
fn lists_of_codes_are_read_however_they_are_written() {
    let page = |list: &str| {
        found(Format::Text, &format!("Psoriasis\nICD-10: L40\n\n{PSORIASIS}\n\nDiagnosis codes\n\n{list}\n"))
            .2
    };
    for list in [
        "- L40.0 Vulgaris\n- L40.9 Unspecified",
        "For your insurance:\n\n- L40.0 Vulgaris\n- L40.9 Unspecified",
        "L40.0 L40.9",
        "L40.0 (vulgaris), L40.9 (unspecified)",
        "ICD-10-CM L40.0: Vulgaris\nICD-10-CM L40.9: Unspecified",
        "L40.0 Vulgaris\n  Plaques\n  Coins\nL40.9 Unspecified",
    ] {
        assert_eq!(page(list), ["L40.0", "L40.9"], "{list}");
    }
    let end = |list: &str| format!("<h1>Psoriasis</h1><p>ICD-10: L40</p><p>{PSORIASIS}</p>{list}");
    for list in [
        "<h2>Codes</h2><p><i>These are covered.</i></p><table><tr><td>L40.0<td>Vulgaris</tr><tr><td>L40.9<td>Unspecified</tr></table>",
        "<table><tr><th>Diagnosis<th>ICD-10-CM code</tr><tr><td>Vulgaris<td>L40.0</tr><tr><td>Unspecified<td>L40.9</tr></table>",
        "<h2>ICD-10 codes</h2><div><div>L40.0</div><div>Vulgaris</div></div><div><div>L40.9</div><div>Unspecified</div></div>",
        "<h2>L40 by kind</h2><ul><li>L40.0 Vulgaris</li><li>L40.9 Unspecified</li></ul>",
    ] {
        assert_eq!(found(Format::Html, &end(list)).2, ["L40.0", "L40.9"], "{list}");
    }
}

#[test]
fn adjacent_codes_are_no_list_though_another_category_stands_first() {
    let page = |head: &str| {
        let list = "L39 Other\nL40.0 Psoriasis vulgaris\nL40.1 Generalized pustular psoriasis\nL40.9 Psoriasis, unspecified";
        found(Format::Text, &format!("Psoriasis\nICD-10: L40\n\n{PSORIASIS}\n\n{head}\n{list}\n")).2.len()
    };
    assert_eq!(page("ICD-10-CM codes adjacent to L40"), 0);
    assert_eq!(page("All of these:"), 3);
}

#[test]
fn a_page_without_a_code_has_that_of_its_list_with_its_own_title() {
    let page = |title: &str, rows: &str| {
        found(
            Format::Html,
            &format!("<h1>{title}</h1><p>{SENTENCE}</p><h2>Diagnosis codes</h2><table>{rows}</table>"),
        )
        .1
    };
    let row = "<tr><td>E28.2<td>Polycystic ovarian syndrome</tr>";
    let other = "<tr><td>L68.0<td>Hirsutism</tr>";
    let title = "Polycystic Ovary Syndrome (PCOS)";
    assert_eq!(page(title, &format!("{other}{row}")).as_deref(), Some("E28.2"));
    assert_eq!(page(title, other), None);
    assert_eq!(page("Polycystic ovary syndrome and hair on the chin", &format!("{other}{row}")), None);
}

#[test]
fn a_chapter_behind_its_range_is_the_pages_wherever_the_line_stands() {
    let page = format!(
        "Gout\nICD-10: M10\n\n{SENTENCE}\n\nM00-M99 Diseases of the musculoskeletal system and connective tissue\n"
    );
    assert!(roles("icd10-disease", Format::Text, page).contains(&"chapter".to_owned()));
    let other = format!("Gout\nICD-10: M10\n\n{SENTENCE}\n\nI00-I99 Diseases of the circulatory system\n");
    assert!(!roles("icd10-disease", Format::Text, other).contains(&"chapter".to_owned()));
}

#[test]
fn notes_of_the_tabular_list_are_headings_right_above_short_lines() {
    let page = format!(
        "Gout\nICD-10: M10\n\n{SENTENCE}\n\nApplicable To\ngout NOS, of one joint,\n\nCode History\nNo change\n"
    );
    let found = roles("icd10-disease", Format::Text, page);
    assert_eq!(
        found[3..],
        ["sections[1].heading", "sections[1].text", "sections[2].heading", "sections[2].text"]
    );
}

#[test]
fn a_path_is_furniture_though_it_ends_in_a_code() {
    let page = format!("Gout\nICD-10: M10.9\n\nHome / Library / M10.9\n\n{SENTENCE}\n");
    assert_eq!(roles("icd10-disease", Format::Text, page)[2], "chrome");
}

#[test]
fn the_title_is_what_the_first_text_is_about_though_other_lines_stand_nearer_to_the_code() {
    let text =
        "Piles are swollen vessels of the anus, and nearly everybody has them at one time or other in life.";
    let title = |lines: &str| found(Format::Text, &format!("{lines}\n\n{text}\n")).0.unwrap_or_default();
    let check = |lines: &str, expected: &str| assert_eq!(title(lines), expected, "{lines}");
    check("Piles\n\nDiagnosis: K64.9 - Unspecified hemorrhoids", "Piles");
    check("Understanding piles\nA guide for patients and families\n\nICD-10: K64.9", "Understanding piles");
    check("ICD-10-CM Diagnosis: K64.9 (Unspecified hemorrhoids)", "Unspecified hemorrhoids");
    check("SkinSite\nK64.9\n\nUnspecified hemorrhoids", "Unspecified hemorrhoids");
}

#[test]
fn rows_of_names_before_and_behind_the_text_are_furniture() {
    let text = "Crystals of uric acid settle in the joint and make it hot, red and swollen.";
    check(
        "icd10-disease",
        &[
            ("chrome", "Home  Heart health  Research"),
            ("", ""),
            ("title", "Gout"),
            ("", ""),
            ("chrome", "Share  Tweet  Pin"),
            ("", ""),
            ("code", "ICD-10: M10.9"),
            ("", ""),
            ("sections[0].text", text),
            ("", ""),
            ("chrome", "Imprint   Privacy   Advertise"),
        ],
    );
}

#[test]
fn a_list_of_sentences_behind_the_introduction_sums_it_up() {
    let text = "Crystals of uric acid settle in the joint and make it hot, red and swollen.";
    let page = |point: &'static str| {
        roles(
            "icd10-disease",
            Format::Text,
            format!(
                "Gout\n\nICD-10: M10\n\n{text}\n\n1. Gout comes in sudden attacks.\n2. {point}\n3. Medicines keep it from coming back.\n\nCauses\n\n{text}\n\nTreatment\n\n{text}\n"
            ),
        )
    };
    let points: Vec<String> = (0..3).map(|at| format!("key_points[{at}]")).collect();
    assert_eq!(page("Men have it more often than women.")[3..6], points);
    assert_eq!(
        page("Causes")[3..6],
        ["sections[0].items[0]", "sections[0].items[1]", "sections[0].items[2]"]
    );
}

#[test]
fn a_heading_inside_the_article_with_text_below_is_no_furniture() {
    let text = "Crystals of uric acid settle in the joint and make it hot, red and swollen.";
    check(
        "icd10-disease",
        &[
            ("title", "# Gout"),
            ("code", "ICD-10: M10"),
            ("chrome", "## Contact"),
            ("sections[0].text", text),
            ("sections[1].heading", "## Return to the hospital if"),
            ("sections[1].items[0]", "- the joint is hot and you have a fever"),
            ("sections[2].heading", "## Contact"),
            ("sections[2].text", "The ward is open day and night: 555-0142."),
            ("chrome", "## Share"),
            ("chrome", "- Twitter"),
        ],
    );
}

#[test]
fn points_behind_a_text_that_leads_to_them_leave_their_heading_to_it() {
    check(
        "icd10-disease",
        &[
            ("title", "# Gout"),
            ("code", "ICD-10: M10"),
            (
                "sections[0].text",
                "Crystals of uric acid settle in the joint and make it hot, red and swollen.",
            ),
            ("sections[1].heading", "## What to remember"),
            ("sections[1].text", "If you take only a few things away, let it be these:"),
            ("key_points[0]", "1. Gout comes in sudden attacks"),
            ("key_points[1]", "2. Medicines keep it from coming back"),
        ],
    );
}
