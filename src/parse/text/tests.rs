//! What text pages become.

use super::*;
use crate::page::{EncodingSource, Format};

fn kinds(text: &str) -> Vec<String> {
    let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
    let document = parse(&page);
    document
        .blocks
        .iter()
        .map(|block| {
            let kind = match &block.kind {
                BlockKind::Heading { level: Some(level), .. } => format!("h{level}"),
                BlockKind::Heading { level: None, .. } => "h".into(),
                BlockKind::Paragraph => "p".into(),
                BlockKind::ListItem(item) => {
                    format!("{}{}", "-".repeat(item.depth.into()), item.marker.as_deref().unwrap_or(""))
                }
                BlockKind::TableRow(row) => format!("row{}", row.cells.len()),
                BlockKind::FrontMatter => "meta".into(),
                BlockKind::Separator => "sep".into(),
                other => format!("{other:?}"),
            };
            format!("{kind} {}", block.text)
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(kinds(text), expected, "{text:?}");
}

#[test]
fn marks_are_evidence_and_not_text() {
    check("# A\n\n**B:** c `d`\n", &["h1 A", "p B: c d"]);
    check("A\n===\n\nB\n---\n", &["h1 A", "h2 B"]);
    check("# A #\n\n> quoted\n", &["h1 A", "p quoted"]);
    check("# A\n\n---\n\nb.\n", &["h1 A", "sep ---", "p b."]);
}

#[test]
fn a_number_alone_on_its_line_is_a_point_without_text() {
    check("1. a\n2.\n3. b\n", &["-1. a", "-2. ", "-3. b"]);
    check("1) a\n2)\n3)\n4) b\n", &["-1) a", "-2) ", "-3) ", "-4) b"]);
    check("1.\n2. b\n", &["-1. ", "-2. b"]);
    check("1. a\n\n2.\n\n3. b\n", &["-1. a", "-2. ", "-3. b"]);
    check("1. a\n2. b\n3.\n\nText.\n", &["-1. a", "-2. b", "-3. ", "p Text."]);
    // The text stands below its number.
    check("1.\nrest\n2.\nwarmth\n", &["p 1.", "p rest", "p 2.", "p warmth"]);
    check("1.\n2.\n3.\nrest\n", &["p 1.", "p 2.", "p 3.", "p rest"]);
}

#[test]
fn underlines_of_any_mark_tell_levels_by_their_order() {
    check("A title\n=======\n\nPart\n~~~~\n\nb.\n", &["h1 A title", "h2 Part", "p b."]);
    check("One\n---\n\nThree\n^^^^^\n\nb.\n", &["h2 One", "h2 Three", "p b."]);
    check("A long line of text\n****\n", &["p A long line of text", "sep ****"]);
    check(
        "Form             44-B.\n======================\n",
        &["p Form 44-B.", "sep ======================"],
    );
}

#[test]
fn a_table_of_contents_names_the_headings() {
    let text = "Contents\n1 Signs\n2 Causes\n2.1 Genes\n\nIt is rare.\n\nSigns\n\nIt hurts in the morning, and so much that sleep ends early for most.\n\nCauses\n\nIt runs in families, and more so where both sides had it early on.\n\nGenes\n\nOne is known.\n";
    check(
        text,
        &[
            "h Contents",
            "p 1 Signs",
            "p 2 Causes",
            "p 2.1 Genes",
            "p It is rare.",
            "h Signs",
            "p It hurts in the morning, and so much that sleep ends early for most.",
            "h Causes",
            "p It runs in families, and more so where both sides had it early on.",
            "h Genes",
            "p One is known.",
        ],
    );
    // Two lines that stand twice are none.
    check(
        "Pain\nFever\n\nIt hurts.\n\nPain\nFever\n\nIt hurts.\n",
        &["h Pain", "p Fever", "p It hurts.", "p Pain", "p Fever", "p It hurts."],
    );
}

#[test]
fn short_lines_that_start_parts_alike_are_headings_together() {
    let text = "Psoriasis\n\nICD-10: L40.0\n\nWhat is psoriasis?\nPsoriasis is a skin condition in which cells multiply up to ten times faster than normal.\n\nWhat causes it?\n- Genes\n- Stress\n\nHow is it treated?\n- Creams\n- Light\n\nWho treats it?\nA doctor for the skin, who sees you twice a year.\n";
    let told = kinds(text).into_iter().filter(|block| block.starts_with("h ")).count();
    assert_eq!(told, 5, "{:?}", kinds(text));
}

#[test]
fn equals_signs_on_both_sides_mark_headings_of_wikis() {
    check("== Causes ==\nText.\n===Rare ones===\n", &["h2 Causes", "p Text.", "h3 Rare ones"]);
    check("== a = b\n", &["p == a = b"]);
    check("x\n\n==  ==\n", &["p x", "sep == =="]);
}

#[test]
fn one_dashed_heading_before_several_with_equals_signs_is_the_pages() {
    check("A\n---\n\nB\n===\n\nb.\n\nC\n===\n", &["h1 A", "h2 B", "p b.", "h2 C"]);
    check("A\n---\n\nB\n===\n", &["h2 A", "h1 B"]);
}

#[test]
fn roman_numbers_are_told_from_letters_by_their_neighbors() {
    let number = |text: &str| -> Vec<Option<u32>> {
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
        parse(&page).blocks.iter().map(|block| block.list_item().and_then(|item| item.number)).collect()
    };
    assert_eq!(number("i. a\nii. b\niii. c\n"), [Some(1), Some(2), Some(3)]);
    assert_eq!(number("(i) a\n(ii) b\n"), [Some(1), Some(2)]);
    assert_eq!(number("(h) a\n(i) b\n(j) c\n"), [Some(8), Some(9), Some(10)]);
    assert_eq!(number("R1. a\nR2. b\n"), [Some(1), Some(2)]);
    assert_eq!(number("K29. a\nK30. b\n"), [None, None]);
    assert_eq!(number("iv. was put in\nthe arm.\n"), [None, None]);
}

#[test]
fn numbered_questions_with_answers_are_headings() {
    let answer = "Nobody knows it for certain, but genes and habits both have a part in it.";
    let page = format!(
        "1) What sets it off?\n\n{answer}\n\n2) What helps?\n\n- rest\n- water\n\n3) And then?\n\n{answer}\n"
    );
    let heads: Vec<String> = kinds(&page).into_iter().filter(|kind| kind.starts_with('h')).collect();
    assert_eq!(heads, ["h 1) What sets it off?", "h 2) What helps?", "h 3) And then?"], "{:?}", kinds(&page));
    check("Ask:\n1. Why?\n2. How?\n", &["p Ask:", "-1. Why?", "-2. How?"]);
}

#[test]
fn a_question_and_an_answer_with_the_same_mark_belong_together() {
    let answer = "In most people it lasts for two weeks, and then the skin heals by itself.";
    for mark in [".", ":"] {
        let page = format!("Q{mark} How long does it last?\n\nA{mark} {answer}\n");
        check(&page, &[&format!("h Q{mark} How long does it last?"), &format!("p A{mark} {answer}")]);
    }
}

#[test]
fn numbers_and_addresses_of_links_in_a_dump_are_not_text() {
    check(
        "[1]Home [2]Help\n\nThe [3]heart beats.\n\nReferences\n\n  1. https://a.example/\n  2. https://a.example/h\n",
        &[
            "p Home Help",
            "p The heart beats.",
            "sep References",
            "sep 1. https://a.example/",
            "sep 2. https://a.example/h",
        ],
    );
}

#[test]
fn lines_of_an_infobox_are_rows() {
    assert_eq!(cells("ICD10 = {{ICD10|K90.0}}", Markup::Plain), "ICD10 K90.0");
    check(
        "{{Infobox disease\n| name = Gout\n| field = [[Rheumatology|Joints]]\n| ICD10 = {{ICD10|M10.9}}\n}}\n",
        &["sep {{Infobox disease", "row2 name\tGout", "row2 field\tJoints", "row2 ICD10\tM10.9", "sep }}"],
    );
    check("| a = b | c |\n|---|---|\n", &["row2 a = b\tc", "sep |---|---|"]);
    check("{{gout}} hurts.\n", &["p {{gout}} hurts."]);
}

#[test]
fn columns_of_spaces_are_cells() {
    check("ICD-10    K51\nSpread    None\n", &["row2 ICD-10\tK51", "row2 Spread\tNone"]);
    check(
        "He said so.  And then.\nShe was ill.  So he.\n",
        &["p He said so. And then.", "p She was ill. So he."],
    );
    check("Form 1        44-B.\n\nText.\n", &["p Form 1 44-B.", "p Text."]);
}

#[test]
fn lines_of_a_list_of_codes_are_not_joined() {
    let line = "Gestational diabetes mellitus in pregnancy, with a name that fills the line";
    check(
        &format!("O24.410 {line}\nO24.414 {line}\n"),
        &[&format!("p O24.410 {line}"), &format!("p O24.414 {line}")],
    );
}

#[test]
fn page_numbers_separate() {
    check("Text of a page.\n\n- 2 -\n", &["p Text of a page.", "sep - 2 -"]);
    check("Text of a page.\n\nPage 2 of 3\n", &["p Text of a page.", "sep Page 2 of 3"]);
    check("Guide of a clinic.    Page 2 of 3\n", &["sep Guide of a clinic. Page 2 of 3"]);
    check("Text of a page.    Page 1 of 3\n", &["p Text of a page. Page 1 of 3"]);
    check("- 2 mg\n", &["-- 2 mg"]);
    check("Page 9 has a line of its own.\n", &["p Page 9 has a line of its own."]);
}

#[test]
fn front_matter_is_metadata() {
    check("---\ntitle: \"A b\"\n---\n# A\n", &["sep ---", "meta title: \"A b\"", "sep ---", "h1 A"]);
    check("---\nA line.\n\n---\n", &["sep ---", "p A line.", "sep ---"]);
}

#[test]
fn tables_give_rows_and_cells() {
    check("| a | b |\n|---|:-:|\n| **c** | d \\| e |\n", &["row2 a\tb", "sep |---|:-:|", "row2 c\td | e"]);
    check("ICD-10\tK29\nChapter\tXI\n", &["row2 ICD-10\tK29", "row2 Chapter\tXI"]);
}

#[test]
fn lists_nest_by_indent_and_by_mark() {
    check("1. a\n2. b\n", &["-1. a", "-2. b"]);
    check("  1. a\n  2. b\n 10. c\n", &["-1. a", "-2. b", "-10. c"]);
    check("- a\n  - b\n- c\n", &["-- a", "--- b", "-- c"]);
    check("• a\n◦ b\n• c\n", &["-• a", "--◦ b", "-• c"]);
    check("(a) x\n(b) y\n", &["-(a) x", "-(b) y"]);
    check("a. x\nb. y\n", &["-a. x", "-b. y"]);
    check("A. Smith wrote it.\n", &["p A. Smith wrote it."]);
    check("o one\no two\n", &["-o one", "-o two"]);
    check("o for one.\n", &["p o for one."]);
    check("1 – x\n2 – y\n", &["-1 – x", "-2 – y"]);
    check("10 – 20 mg are enough.\n", &["p 10 – 20 mg are enough."]);
    check("- a b\n  c d\n", &["-- a b c d"]);
}

#[test]
fn a_lone_number_before_prose_is_no_item() {
    check(
        "1. Rest\n\nRest helps most people to get well again soon.\n",
        &["h 1. Rest", "p Rest helps most people to get well again soon."],
    );
}

#[test]
fn cut_lines_are_joined_and_short_ones_are_not() {
    let cut = "The bacterium makes a toxin that pours water and salts into\nthe gut within hours, and the loss can\nkill.\n";
    check(
        cut,
        &[
            "p The bacterium makes a toxin that pours water and salts into the gut within hours, and the loss can kill.",
        ],
    );
    check("Status:\nBillable.\nChapter:\n6.\n", &["p Status:", "p Billable.", "p Chapter:", "p 6."]);
}

#[test]
fn every_line_is_in_one_block() {
    for text in
        ["a\n\n b\n c\n- d\n# e\n|f|g|\n---\n", "---\na: b\n---\n", "```\nx\n\ny\n```\n", "1. a\nb\n2. c"]
    {
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
        let units: u32 = parse(&page).blocks.iter().map(|block| block.units).sum();
        assert_eq!(units as usize, text.lines().filter(|line| !line.trim().is_empty()).count(), "{text:?}");
    }
}

#[test]
fn lone_numbers_before_prose_are_no_items() {
    let prose = "Grain bowls are versatile and give a base of whole grains to which much can be added.";
    let text = format!("1. Soup\n\n{prose}\n\n- Cheap\n- Warm\n\n2. Bowls\n\n{prose}\n");
    let prose = format!("p {prose}");
    let heads: Vec<String> = kinds(&text).into_iter().filter(|kind| kind.starts_with('h')).collect();
    assert_eq!(heads, ["h 1. Soup", "h 2. Bowls"], "{:?} {prose}", kinds(&text));
}

#[test]
fn parts_of_one_form_stand_together() {
    let prose = "Diet and exercise are enough for four out of five women, and the others need insulin for some weeks.";
    let part = |name: &str| format!("{name}:\n{prose}\n\n");
    let text = part("Overview")
        + &part("Treatment")
        + "Risks for the baby:\n- large weight\n- jaundice\n\n"
        + &part("Outlook");
    let heads: Vec<String> = kinds(&text).into_iter().filter(|kind| kind.starts_with('h')).collect();
    assert_eq!(heads, ["h Overview:", "h Treatment:", "h Risks for the baby:", "h Outlook:"]);
    let numbered = format!("2.1 History\n{prose}\n2.2 Examination\n{prose}\n2.3 Tests\n{prose}\n");
    let heads: Vec<String> = kinds(&numbered).into_iter().filter(|kind| kind.starts_with('h')).collect();
    assert_eq!(heads, ["h 2.1 History", "h 2.2 Examination", "h 2.3 Tests"]);
}

#[test]
fn a_question_with_its_answer_is_a_heading() {
    let answer = "Yes. It belongs to the group of diabetes without complications in the model of this year.";
    check(&format!("Is E11.9 a code?\n\n{answer}\n"), &["h Is E11.9 a code?", &format!("p {answer}")]);
}

const TEXT: &str = "The joint is hot, red and swollen, and the pain keeps people awake for nights on end.";

#[test]
fn parts_that_count_on_stand_or_fall_together() {
    let part = |name: &str| format!("{name}\n\n{TEXT}\n\n");
    let page = format!(
        "{}{}3 The joint in the long run and in old age\n\n3.1 Knees\n\n{TEXT}\n\n{}",
        part("1 Causes"),
        part("2 Diagnosis"),
        part("4 Treatment")
    );
    let found = kinds(&page);
    let parts: Vec<&str> = found
        .iter()
        .filter_map(|block| block.strip_prefix("h "))
        .filter(|part| !part.contains('.'))
        .collect();
    assert_eq!(parts.len(), 4, "{found:?}");
}

#[test]
fn a_telephone_number_in_brackets_is_no_mark() {
    check("(555) 010-0199.\n", &["p (555) 010-0199."]);
    check("(1) One\n(2) Two\n", &["-(1) One", "-(2) Two"]);
    check("- • One\n- •Two\n", &["-- One", "-- Two"]);
}

fn headings(page: &str) -> Vec<String> {
    kinds(page).iter().filter_map(|block| block.strip_prefix("h ")).map(str::to_owned).collect()
}

#[test]
fn numbered_names_that_stand_alone_with_text_below_are_headings() {
    let part = |name: &str| format!("{name}\n\n    {TEXT}\n\n");
    let page = part("1.  PURPOSE") + &part("2.  DEFINITION") + &part("3.  MANAGEMENT");
    assert_eq!(headings(&page), ["1. PURPOSE", "2. DEFINITION", "3. MANAGEMENT"]);
    check("1. Rest\n2. Drink\n3. Wait\n", &["-1. Rest", "-2. Drink", "-3. Wait"]);
}

#[test]
fn one_line_before_items_is_a_heading_where_another_is() {
    let page = format!(
        "Home care\n\n{TEXT}\n\nDo\n\n- rest\n- drink\n\nDon't\n\n- smoke\n- worry\n\nSurgery\n\n{TEXT}\n"
    );
    assert_eq!(headings(&page), ["Home care", "Do", "Don't", "Surgery"]);
}

#[test]
fn questions_of_text_without_blank_lines_are_headings_where_most_have_text_below() {
    let short = "Swelling round the eyes\nFoamy urine\nTiredness\n";
    let page = format!(
        "Leaks\nWhat is it?\n{TEXT}\nWhat are the signs?\n{short}What causes it?\n{TEXT} {TEXT}\nHow is it treated?\n{TEXT} So it is.\n"
    );
    assert_eq!(
        headings(&page),
        ["Leaks", "What is it?", "What are the signs?", "What causes it?", "How is it treated?"]
    );
}

#[test]
fn a_word_alone_before_a_heading_right_above_its_text_is_one_too() {
    let part = |name: &str| format!("{name}\n{TEXT}\n\n");
    let page =
        part("Definition") + "Summary\n\n" + &part("Epidemiology") + &part("Etiology") + &part("Prognosis");
    assert_eq!(headings(&page), ["Definition", "Summary", "Epidemiology", "Etiology", "Prognosis"]);
}

#[test]
fn a_line_alone_behind_a_list_is_a_heading_where_headings_stand_alone() {
    let text =
        "The swelling of the glands in front of the ears is what nearly everyone with mumps comes with.";
    let list = "They include:\n\nheadaches\njoint pain\na high temperature";
    let page = format!(
        "Mumps\n\n{text}\n\nSymptoms of mumps\n\n{list}\n\nWhen to see a GP\n\n{text}\n\nHow mumps is spread\n\n{text}\n"
    );
    let found = headings(&page);
    assert_eq!(found[found.len() - 3..], ["Symptoms of mumps", "When to see a GP", "How mumps is spread"]);
}

#[test]
fn names_with_wide_spaces_between_are_a_row_and_no_heading() {
    let is_row = |line: &str| {
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, line.into());
        parse(&page).blocks[0].place.any(Place::ROW)
    };
    assert!(is_row("Imprint   Privacy   Advertise\n"));
    assert!(is_row("Home  Heart health  Research\nPodcasts  Shop  Newsletter\n"));
    assert!(!is_row("Age   Dose   Interval\n2 to 5   5 mg   daily\n"));
    assert!(!is_row("Imprint   Privacy\n"));
    assert!(!is_row("Take one.   Then wait.   Then rest.\n"));
    assert!(!is_row("Imprint Privacy Advertise\n"));
}

#[test]
fn a_line_that_says_who_wrote_the_page_is_no_heading() {
    let text =
        "A simple call from a nurse once a week kept one patient in five out of the hospital for a year.";
    let page = |by: &str| {
        format!(
            "Fewer patients return\n\n{by}\nPublished March 6, 9:15 a.m.\n\n{text}\n\nWhat was found\n\n{text}\n"
        )
    };
    assert!(!headings(&page("By Jonas Keller")).contains(&"By Jonas Keller".to_owned()));
}
