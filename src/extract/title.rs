//! The page's own title, without site chrome, button labels and the code.
//!
//! One room each for where it may stand (a marked heading, the lines before the text, weighed by their evidence, what
//! reads like the reference), for what the article says of it, and for what is cut off it.

mod article;
mod cut;
mod evidence;
mod first;
mod marked;
mod reference;
mod trees;
mod words;

use super::finder::{Finder, Hit};
use super::name::without_site;
use crate::document::{BlockKind, Document};
use crate::extraction::Extraction;
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::{Field, Find, Profile, Rule, fold};
use crate::record::FieldPath;
use crate::span::Span;
use crate::word::{strip_start, words};
use article::first_text;
use cut::{announces, without_bar, without_code, without_code_site, without_sites_name};
use first::{first, likely};
use marked::marked;
use reference::like_reference;
use words::is_year;

pub use evidence::{Evidence, Row};

type Tree = crate::trees::Tree<Evidence>;

/// Bytes of a title at most: the longest title of ICD-10-CM has 227.
const MAX_TITLE_BYTES: usize = 300;

/// Finds the title.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::Title) {
        let hits = match &rule.find {
            Find::Headings(kind) => marked(finder, extraction, *kind),
            Find::Reference => like_reference(finder, extraction),
            Find::Likely => likely(finder, extraction),
            Find::First => first(finder, extraction, rule),
            Find::Label(_) => labelled(finder, rule),
            _ => finder.hits(rule),
        };
        finder.tried(rule.number, !hits.is_empty());
        let title = hits.into_iter().find_map(|hit| title(finder, extraction, hit));
        if let Some(hit) = title {
            if let Some(at) = hit.block.filter(|&at| finder.path(at).is_none()) {
                finder.assign(at, FieldPath::Field("title"), &rule.id);
            }
            finder.won(rule.number);
            extraction.title = Some(hit.found(hit.text.clone(), rule));
            return;
        }
    }
}

/// The lines of a page before its text that may be the title, each with the row of numbers that its score is made of,
/// for training.
pub fn rows<'a>(
    page: &'a Page,
    document: &'a Document<'a>,
    profile: &'a Profile,
    reference: &'a Reference,
) -> Vec<(String, Row)> {
    let (finder, extraction) = super::with_code(page, document, profile, reference);
    first::rows(&finder, &extraction)
}

/// The log-odds that a block, found by a rule with `likely` or `first`, is the title, and the piece of evidence that
/// speaks for it most; `None` for a block that is not weighed.
pub fn evidence<'a>(
    page: &'a Page,
    document: &'a Document<'a>,
    profile: &'a Profile,
    reference: &'a Reference,
    at: usize,
) -> Option<(f32, &'static str)> {
    let (finder, extraction) = super::with_code(page, document, profile, reference);
    first::evidence(&finder, &extraction, at)
}

/// Values of labels in the opening: further down `Diagnosis` is a heading.
fn labelled<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = finder.hits(rule);
    hits.retain(|hit| {
        let beside = hit.label_block.is_none_or(|at| finder.blocks()[at].kind == BlockKind::Term);
        beside && hit.block.is_some_and(|at| finder.in_opening(at) && finder.is_free(at))
    });
    hits
}

/// The hit without button labels and code, if a title is left.
fn title<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, hit: Hit<'a>) -> Option<Hit<'a>> {
    if hit.block.is_some_and(|at| finder.is_running(at)) || hit.text.len() > MAX_TITLE_BYTES {
        return None;
    }
    let text: &str = &hit.text;
    let (body, button) = finder.without_button(text);
    let mut end = body.len();
    if hit.block.is_none() {
        end = without_site(&text[..end]).len();
    }
    let (start, end) = match without_code(extraction, text, end) {
        // `Codes of gout for M10` says more than what the code is for.
        (0, 0) if names_subject(finder, &text[..end]) => (0, end),
        rest => rest,
    };
    let end = start + without_code_site(&text[start..end]).len();
    let (start, end) = without_bar(finder, extraction, hit.block, text, start, end);
    let left = &text[start..end];
    // `ICD-10 code for gout` is about gout, as the text is.
    let names_disease = |rest: &str| {
        let of = [" for ", " of "].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min();
        let starts_name = of.is_some_and(|at| rest[at..].starts_with(char::is_alphabetic));
        let in_label = || of.is_some_and(|at| rest[..at].contains(": "));
        starts_name && !in_label() || names_subject(finder, rest.split(": ").next().unwrap_or_default())
    };
    let speaks_of_the_code = strip_start(left, "icd").is_some_and(|rest| !names_disease(rest))
        || (extraction.code.is_some()
            && start == 0
            && end < text.len()
            && fold(left).contains("icd-10")
            && !names_disease(left));
    if !left.contains(char::is_alphabetic) || speaks_of_the_code || is_date(left) {
        return None;
    }
    if let Some(rule) = button {
        finder.won(rule.number);
    }
    let (start, end) = hit.block.map_or((start, end), |at| without_sites_name(finder, at, text, start, end));
    let part = finder.part(&hit, Span::new(start, end));
    // A cut between the two marks of a pair would leave one behind.
    Some(if finder.gives_its_text(&part) { part } else { hit })
}

/// Whether words around a code say what the first text speaks of.
fn names_subject(finder: &Finder<'_>, line: &str) -> bool {
    let Some(text) = first_text(finder) else { return false };
    let long = words(line).filter(|word| word.len() >= MIN_SUBJECT_BYTES && !announces(word));
    long.map(str::to_lowercase).any(|word| text.mentions(&word))
}

/// Bytes of a word that says what a page is about at least.
const MIN_SUBJECT_BYTES: usize = 6;

/// Whether a line is a date: a year, and otherwise only figures and names of months and days.
fn is_date(line: &str) -> bool {
    let names = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue",
        "wed", "thu", "fri", "sat", "sun",
    ];
    let is_part = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || names.iter().any(|name| strip_start(word, name).is_some())
    };
    words(line).any(is_year) && words(line).count() <= MAX_DATE_WORDS && words(line).all(is_part)
}

/// Words of a date at most.
const MAX_DATE_WORDS: usize = 5;

#[cfg(test)]
mod tests {
    use crate::icd::Reference;
    use crate::page::{EncodingSource, Format, Page};
    use crate::parse;
    use crate::profile::Profile;

    #[test]
    fn a_line_that_repeats_words_of_the_reference_is_compared_too() {
        let text = "Muscle muscle muscle of muscle muscle\nICD-10 code: M61\n".to_owned();
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text);
        let document = parse::parse(&page);
        let profile = Profile::default_profile().unwrap();
        let found = crate::extract::extract(&page, &document, &profile, Reference::embedded());
        assert_eq!(found.code.map(|code| code.value.printed.into_owned()).as_deref(), Some("M61"));
    }

    fn title(text: &str) -> Option<String> {
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.to_owned());
        let document = parse::parse(&page);
        let profile = Profile::default_profile().unwrap();
        let found = crate::extract::extract(&page, &document, &profile, Reference::embedded());
        found.title.map(|title| title.value.into_owned())
    }

    #[test]
    fn the_title_stands_below_menus_and_the_name_of_the_site() {
        let text =
            "Tinnitus is the sound that nobody else can hear, and one adult in seven has it now and then.";
        let menu = "MyClinic\nFind a surgeon\nConditions\nTinnitus\nTinnitus\nMake a call\n";
        assert_eq!(title(&format!("{menu}\n{text}\n")).as_deref(), Some("Tinnitus"));
        let blog = "EarNotes\nTopics\nWhy is it never quiet?\nBy Dr. Ann Low\n";
        assert_eq!(title(&format!("{blog}\n{text}\n")).as_deref(), Some("Why is it never quiet?"));
        let policy = "EAR PLAN\nPolicy\nSound therapy against tinnitus\n";
        let covered = "Sound therapy is paid for all members who have had tinnitus for more than six months.";
        assert_eq!(
            title(&format!("{policy}\n{covered}\n")).as_deref(),
            Some("Sound therapy against tinnitus")
        );
        assert_eq!(title(&format!("A long night\n\n{text}\n")).as_deref(), Some("A long night"));
        let guideline =
            "Airway Network\nCare of chronic obstructive pulmonary disease\nVersion 3\nFor: ICD-10 J44.9\n";
        assert_eq!(
            title(&format!("{guideline}\n{text}\n")).as_deref(),
            Some("Care of chronic obstructive pulmonary disease")
        );
    }

    #[test]
    fn a_line_about_the_code_is_a_title_if_it_names_the_disease() {
        let text = "Crystals of uric acid settle in the joint and make it hot, red and swollen.";
        let page = |line: &str| title(&format!("{line}\n\nThe ICD-10 code for gout is M10.9.\n\n{text}\n"));
        for line in ["What is the ICD-10 code for gout?", "ICD-10 Code for Gout", "ICD-10 for Gout: A Guide"]
        {
            assert_eq!(page(line).as_deref(), Some(line));
        }
        assert_eq!(page("All about ICD-10 code M10.9\n\nGout").as_deref(), Some("Gout"));
        let of_code = |lines: &str| title(&format!("{lines}\n\n{text}\n"));
        assert_eq!(of_code("Tabular list\nICD-10\n\nM10 Gouty joints").as_deref(), Some("Gouty joints"));
        assert_eq!(page("27 November 2026\n\nGout").as_deref(), Some("Gout"));
        assert_eq!(of_code("M10.9\nBillableGout, unspecified\nICD-10").as_deref(), Some("Gout, unspecified"));
        assert_eq!(of_code("Gout [podagra] M10.9").as_deref(), Some("Gout [podagra]"));
        assert_eq!(of_code("# ICD-10-CM Category M10: Gouty joints").as_deref(), Some("Gouty joints"));
    }

    #[test]
    fn the_title_stands_above_the_text_wherever_the_code_does() {
        let text =
            "Attacks of pounding headache come with nausea, and light and noise are hard to bear for days.";
        let page = |lines: &str| {
            title(&format!("{lines}\n\n{text}\n\nICD-10: I21.9\n\nSymptoms\n\n{text}\n")).unwrap()
        };
        assert_eq!(page("Living with it"), "Living with it");
        assert_eq!(page("Cardio Clinic Leeds\nHeart attack"), "Heart attack");
        assert_eq!(page("My Health\nAfter an infarction"), "After an infarction");
        assert_eq!(page("Headache | My Health"), "Headache");
        assert_eq!(page("Brain and nerves | Headache"), "Headache");
    }

    #[test]
    fn a_title_that_was_weighed_tells_what_speaks_for_it() {
        let evidence = |text: &str, at: usize| {
            let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.to_owned());
            let document = parse::parse(&page);
            let profile = Profile::default_profile().unwrap();
            super::evidence(&page, &document, &profile, Reference::embedded(), at)
        };
        let page = format!("My Health\nGaucher disease\n\n{TEXT}\n");
        let (site, _) = evidence(&page, 0).unwrap();
        let (title, name) = evidence(&page, 1).unwrap();
        assert!(title > site && !name.is_empty(), "{title} {site}");
        assert_eq!(evidence(&page, 2), None);
        assert!(evidence(&format!("Gaucher disease\n\n{TEXT}\n"), 0).is_some());
    }

    #[test]
    fn what_else_a_disease_is_called_is_no_title() {
        let text = "The band below the foot runs from the heel to the toes, and small tears near the heel make it sore.";
        let page = |line: &str| format!("RIVER CLINIC\nHeel pain\n{line}\n\nICD-10: M72.2\n\n{text}\n");
        assert_eq!(title(&page("Also called: jogger's heel")).as_deref(), Some("Heel pain"));
        assert_eq!(title(&page("Other names\tjogger's heel")).as_deref(), Some("Heel pain"));
    }

    #[test]
    fn a_line_that_stands_twice_below_a_path_is_the_title() {
        let text =
            "The muscles of the throat go slack, and in a narrow throat the airway falls shut for seconds.";
        let page = format!(
            "Health\nBreathing\nNight pauses\n\nNight pauses\n\nMedical code\nICD-10\nG47.33\n\n{text}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Night pauses"));
    }

    #[test]
    fn headings_of_the_first_level_are_no_title_where_each_part_has_one() {
        let text =
            "Pain behind one eye, so strong that patients pace the room and cannot lie down for hours.";
        let page = format!(
            "G44.0 Bouts of pain\n\nICD-10-CM\n\nThe attack\n===\n\n{text}\n\nCare\n====\n\n{text}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Bouts of pain"));
    }

    #[test]
    fn a_numbered_part_below_the_code_is_no_title() {
        let text =
            "Migraine is a disorder of the brain with attacks of headache that last for hours or for days.";
        let page = format!(
            "Migraine and you\n\n{text}\n\nICD-10: G43.9\n\n1) What is it?\n\n{text}\n\n2) What helps?\n\n{text}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Migraine and you"));
    }

    const TEXT: &str =
        "An enlarged spleen, low blood counts and pain in the bones are what most people come with at first.";

    #[test]
    fn the_last_part_of_a_path_is_the_title_where_it_stands_below() {
        let page = format!(
            "Orphan Guide\nAll rare diseases\n\nRare > Search > Gaucher disease\n\nGaucher disease\n\n{TEXT}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Gaucher disease"));
    }

    #[test]
    fn the_first_line_that_stands_alone_below_a_menu_is_the_title() {
        let page = format!("Codely\nBilling\nCourses\nBlog\n\nHow storage disorders look\n\n{TEXT}\n");
        assert_eq!(title(&page).as_deref(), Some("How storage disorders look"));
        let page = format!("Codely\n\nHow storage disorders look\n\n{TEXT}\n");
        assert_eq!(title(&page).as_deref(), Some("How storage disorders look"));
    }

    #[test]
    fn a_name_is_taken_up_without_what_stands_in_brackets() {
        let text =
            "Restless legs wake half of all people who have them, and nobody knows what they really are.";
        let page = format!("Nightly\n\nRestless legs (RLS)\n\n{text}\n");
        assert_eq!(title(&page).as_deref(), Some("Restless legs (RLS)"));
    }

    #[test]
    fn a_title_is_cut_at_a_dash_only_before_a_name_that_the_page_gives_to_its_site() {
        let page = |line: &str, end: &str| format!("{line}\n\nICD-10: N20.0\n\n{TEXT}\n\n{end}\n");
        let rights = "© 2026 NephroCare";
        for line in ["Kidney stones – NephroCare", "NephroCare | Kidney stones", "Kidney stones - NephroCare"]
        {
            assert_eq!(title(&page(line, rights)).as_deref(), Some("Kidney stones"), "{line}");
        }
        assert_eq!(
            title(&page("Kidney stones – what helps?", rights)).as_deref(),
            Some("Kidney stones – what helps?")
        );
        let page_of =
            |line: &str| format!("{line}\n\nICD-10: M10.9\n\nGout {TEXT}\n\n© 2026 Gout Foundation\n");
        assert_eq!(title(&page_of("Gout – signs")).as_deref(), Some("Gout – signs"));
        let again = format!("What helps?\n\n{TEXT}");
        assert_eq!(
            title(&page("Kidney stones – what helps?", &again)).as_deref(),
            Some("Kidney stones – what helps?")
        );
    }
}
