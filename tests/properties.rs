//! What must hold for every page, whatever its bytes.

use nosograph::extract;
use nosograph::icd::Reference;
use nosograph::normalize::normal;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::parse::{parse, shown};
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use nosograph::record::{Coverage, ExtraValue, Origin, Outcome, Partial, Provenance, Record};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::LazyLock;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::default_profile().unwrap());

fn page(format: Format, text: &str) -> Page {
    Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, text.into())
}

fn outcome(page: &Page) -> Outcome {
    Pipeline { profile: &PROFILE, reference: Reference::embedded() }.process(page)
}

/// The parts that records and rejects share.
fn partial(outcome: Outcome) -> Partial {
    match outcome {
        Outcome::Reject(reject) => reject.partial,
        Outcome::Record(record) => {
            let Record { title, code, code_system, chapter, sections, key_points, diagnosis_codes, .. } =
                *record;
            let Record { extra, coverage, provenance, .. } = *record;
            Partial {
                title,
                code,
                code_system,
                chapter,
                sections,
                key_points,
                diagnosis_codes,
                extra,
                coverage,
                provenance,
            }
        }
    }
}

/// Every value of the page with the path that provenance has for it.
fn values(partial: &Partial) -> Vec<(String, String)> {
    let mut values = Vec::new();
    let mut push =
        |path: String, value: Option<&str>| values.extend(value.map(|value| (path, value.to_owned())));
    push("title".into(), partial.title.as_deref());
    for (index, section) in partial.sections.iter().enumerate() {
        push(format!("sections[{index}].heading"), section.heading.as_deref());
        push(
            format!("sections[{index}].text"),
            Some(&section.text).filter(|text| !text.is_empty()).map(|x| &**x),
        );
        for (at, item) in section.items.iter().enumerate() {
            push(format!("sections[{index}].items[{at}]"), Some(&item.text));
        }
    }
    for (index, point) in partial.key_points.iter().enumerate() {
        push(format!("key_points[{index}]"), Some(&point.text));
    }
    for (index, listed) in partial.diagnosis_codes.codes.iter().enumerate() {
        push(format!("diagnosis_codes.codes[{index}].title"), listed.title.as_deref());
    }
    for (name, value) in &partial.extra {
        match value {
            ExtraValue::Text(text) => push(format!("extra.{name}"), Some(text)),
            ExtraValue::List(list) => {
                list.iter()
                    .enumerate()
                    .for_each(|(at, text)| push(format!("extra.{name}[{at}]"), Some(text)));
            }
        }
    }
    values
}

/// The text that the bytes of an origin show.
fn read_back(page: &Page, origin: &Origin) -> Vec<String> {
    let Origin::Page { bytes, parts, .. } = origin else { return Vec::new() };
    let parts = if parts.is_empty() { std::slice::from_ref(bytes) } else { parts };
    let read = |markdown: bool| {
        let shown = |part: &[u32; 2]| {
            let raw = &page.bytes()[part[0] as usize..part[1] as usize];
            shown(page.format, markdown, std::str::from_utf8(raw).expect("a value ends at a character"))
        };
        normal(&parts.iter().map(shown).collect::<Vec<_>>().join(" ")).into_owned()
    };
    vec![read(true), read(false)]
}

fn check_page(page: &Page) -> Result<(), TestCaseError> {
    let partial = partial(outcome(page));
    let Coverage { lines, assigned, chrome, unassigned } = partial.coverage;
    prop_assert_eq!(assigned + chrome + unassigned, lines);
    if page.format == Format::Text {
        let wanted =
            page.text().split(['\n', '\r']).filter(|line| !line.trim_matches(is_margin).is_empty()).count();
        prop_assert_eq!(lines as usize, wanted, "every non-blank line is a unit");
    }
    check_provenance(page, &partial, &partial.provenance)
}

fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200d}' | '\u{feff}' | '\u{ad}')
}

fn check_provenance(page: &Page, partial: &Partial, provenance: &Provenance) -> Result<(), TestCaseError> {
    for (path, value) in values(partial) {
        let origin = provenance.get(&path);
        prop_assert!(origin.is_some(), "{} has no provenance", path);
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let read = read_back(page, origin.unwrap());
        // A value that starts or ends inside a pair of Markdown marks has one of the pair in its bytes.
        let unmarked = |text: &str| text.replace(['*', '_', '`'], "");
        let proved = read.contains(&value) || unmarked(&read[0]) == unmarked(&value);
        prop_assert!(proved, "{}: {:?} is not in {:?}", path, value, read);
    }
    Ok(())
}

/// Pages made of what real ones are made of.
fn text_page() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("ICD-10 code: M61".to_owned()),
        Just("**ICD-10:** G90.A (Postural tachycardia)".to_owned()),
        Just("Chapter: XIII - Diseases of the musculoskeletal system (M00-M99)".to_owned()),
        Just("Calcification of muscle Save".to_owned()),
        Just("Symptoms".to_owned()),
        Just("## 1. Causes ##".to_owned()),
        Just("Title\n=====".to_owned()),
        Just(
            "The bacterium makes a **toxin** that pours water and salts into the gut within hours."
                .to_owned()
        ),
        Just("which goes on\nand on in the next line".to_owned()),
        Just("  1. First point".to_owned()),
        Just("  2. Second point\u{e9}".to_owned()),
        Just("- item with [link](https://x.example)".to_owned()),
        Just("    - nested  item".to_owned()),
        Just("• bullet".to_owned()),
        Just("| a | **b** |\n|---|---|\n| c | d |".to_owned()),
        Just("left\tright".to_owned()),
        Just("Diagnosis Codes for Cholera | A00".to_owned()),
        Just("A00.0 - Cholera due to biovar cholerae".to_owned()),
        Just("Not Available".to_owned()),
        Just("---".to_owned()),
        Just("---\ntitle: \"x\"\n---".to_owned()),
        Just("```\ncode\n```".to_owned()),
        Just("Sign up or Log in".to_owned()),
        Just(String::new()),
        "[ -~\u{a0}-\u{17f}\u{2010}-\u{2030}]{0,90}",
    ];
    let end = prop_oneof![Just("\n"), Just("\n\n"), Just("\r\n"), Just("\r")];
    prop::collection::vec((line, end), 0..24)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

/// HTML pages made of what real ones are made of.
fn html_page() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("<h1>Calcification of <em>muscle</em> &amp; bone</h1> <button>Save</button>".to_owned()),
        Just("<p>ICD-10 code: <b>M61</b></p>".to_owned()),
        Just("<table><tr><th>ICD-10</th><td>K29</td></tr><tr><th>Chapter</th><td>XI: Diseases of the digestive system</td></tr></table>".to_owned()),
        Just("<dl><dt>Also called</dt><dd>a &middot; b</dd></dl>".to_owned()),
        Just("<h2>Symptoms</h2><p>The bacterium makes a toxin&nbsp;that pours water <!-- not this --> and salts into the gut.</p>".to_owned()),
        Just("<p>first line<br>second line <span hidden>never</span> goes on and on for some words more.</p>".to_owned()),
        Just("<ol><li>First point<li>Second <a href=x>point</a></ol>".to_owned()),
        Just("<ul><li>outer<ul><li>inner</ul></ul>".to_owned()),
        Just("<nav><a href=/>Home</a></nav>".to_owned()),
        Just("<h4>Diagnosis Codes for Cholera | A00</h4><p>A00.0 - Cholera due to <i>biovar</i> cholerae</p>".to_owned()),
        Just("<script>var code = 'M62';</script>".to_owned()),
        Just("<div><div>text in a box that goes on for at least some words.</div>".to_owned()),
        "[ -;=?-~\u{a0}-\u{17f}]{0,60}",
    ];
    prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(61), ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_accounted_for_and_every_value_slices_back(text in text_page()) {
        check_page(&page(Format::Text, &text))?;
    }

    #[test]
    fn every_block_of_html_is_accounted_for_and_every_value_slices_back(text in html_page()) {
        check_page(&page(Format::Html, &text))?;
    }

    #[test]
    fn nothing_panics_on_arbitrary_text(text in any::<String>()) {
        check_page(&page(Format::Text, &text))?;
        let _ = outcome(&page(Format::Html, &text));
    }

    #[test]
    fn line_ends_change_no_value(text in text_page()) {
        let unix = text.replace("\r\n", "\n").replace('\r', "\n");
        let windows = unix.replace('\n', "\r\n");
        let old = unix.replace('\n', "\r");
        let wanted = values(&partial(outcome(&page(Format::Text, &unix))));
        prop_assert_eq!(&wanted, &values(&partial(outcome(&page(Format::Text, &windows)))));
        prop_assert_eq!(&wanted, &values(&partial(outcome(&page(Format::Text, &old)))));
    }

    #[test]
    fn a_page_gives_the_same_outcome_twice(text in text_page()) {
        let page = page(Format::Text, &text);
        prop_assert_eq!(outcome(&page), outcome(&page));
    }
}

#[test]
fn blocks_ascend_and_hold_their_text() {
    for text in ["# A\n\nb c\n  d\n\n1. x\n2. y\n", "A\n-\n\u{feff}b\n", "| a |\n|---|\n"] {
        let page = page(Format::Text, text);
        let document = parse(&page);
        for pair in document.blocks.windows(2) {
            assert!(pair[0].outer.end <= pair[1].outer.start, "{text:?}");
        }
        let extraction = extract::extract(&page, &document, &PROFILE, Reference::embedded());
        assert_eq!(extraction.roles.len(), document.blocks.len());
    }
}
