//! What must hold for every page, whatever its bytes.

mod oracles;

use nosograph::extract;
use nosograph::icd::Reference;
use nosograph::page::{Format, Page};
use nosograph::parse::parse;
use nosograph::profile::Profile;
use nosograph::record::{Partial, Provenance};
use oracles::page::{holds, outcome, page, partial};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::LazyLock;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::default_profile().unwrap());

fn check_page(page: &Page) -> Result<(), TestCaseError> {
    holds(page, &PROFILE).map_err(|what| TestCaseError::fail(format!("{:?}: {what}", page.text())))
}

/// What a page gives, without the places where it stands.
fn values(text: &str) -> Partial<'static> {
    let partial = partial(outcome(&page(Format::Text, text), &PROFILE));
    Partial { provenance: Provenance::default(), ..partial }
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
        let _ = outcome(&page(Format::Html, &text), &PROFILE);
    }

    #[test]
    fn line_ends_change_no_value(text in text_page()) {
        let unix = text.replace("\r\n", "\n").replace('\r', "\n");
        let windows = unix.replace('\n', "\r\n");
        let old = unix.replace('\n', "\r");
        let wanted = values(&unix);
        prop_assert_eq!(&wanted, &values(&windows));
        prop_assert_eq!(&wanted, &values(&old));
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
