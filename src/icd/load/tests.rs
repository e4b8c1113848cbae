//! Each format of file, as its publisher writes it and broken.

use super::*;
use proptest::prelude::*;

/// Loads `text` and shows codes with titles, blocks and chapters.
fn check(text: &str, wanted: &[&str]) {
    let reference = Reference::load_bytes(text.as_bytes(), "own.xml").unwrap();
    let mut shown = vec![reference.release().to_owned()];
    shown.extend(reference.entries().map(|entry| {
        let block =
            entry.block().map_or(String::new(), |block| format!(" in {} {}", block.range, block.title));
        let chapter = entry
            .chapter()
            .map_or(String::new(), |chapter| format!(" of {} {}", chapter.roman(), chapter.range));
        format!("{} {}{block}{chapter}", entry.code(), entry.title())
    }));
    assert_eq!(shown, wanted);
}

fn check_error(text: &str, wanted: &str) {
    let error = Reference::load_bytes(text.as_bytes(), "own.xml").unwrap_err();
    assert_eq!(error.to_string(), wanted, "{text:?}");
}

#[test]
fn a_tabular_list_gives_the_codes_of_its_7th_character_rules() {
    check(
        "<ICD10CM.tabular><version>2026</version><chapter><name>19</name><desc>Injury (S00-T88)</desc>\
         <section id=\"S30-S39\"><desc>Injuries to the abdomen (S30-S39)</desc>\
         <diag><name>S30</name><desc>Superficial &amp; other</desc><sevenChrDef>\
         <extension char=\"A\">initial encounter</extension></sevenChrDef>\
         <diag><name>S30.1</name><desc>Contusion</desc><inclusionTerm><note>Bruise</note></inclusionTerm></diag>\
         </diag></section></chapter></ICD10CM.tabular>",
        &[
            "ICD-10-CM 2026",
            "S30 Superficial & other in S30-S39 Injuries to the abdomen of XIX S00-T88",
            "S30.1 Contusion in S30-S39 Injuries to the abdomen of XIX S00-T88",
            "S30.1XXA Contusion, initial encounter in S30-S39 Injuries to the abdomen of XIX S00-T88",
        ],
    );
}

#[test]
fn a_plain_tree_is_read_with_ranges_from_its_codes() {
    check(
        "<icd10><chapter><name>I</name><description>Own chapter</description><block><name>A00-A09</name>\
         <description>Own block</description><category><name>A00</name><description>Own category</description>\
         <subcategory><name>A00.0</name><description>Own  code</description></subcategory></category></block>\
         </chapter></icd10>",
        &[
            "own",
            "A00 Own category in A00-A09 Own block of I A00",
            "A00.0 Own code in A00-A09 Own block of I A00",
        ],
    );
}

#[test]
fn a_plain_tree_may_be_of_items_and_have_no_root() {
    check(
        "<item type=\"chapter\"><name>I</name><description>One</description><item type=\"block\">\
         <name>A00-A09</name><description>Block</description><item type=\"block\"><name>A00-A03</name>\
         <description>Inner</description><item type=\"category\"><name>A00</name><description>Own</description>\
         </item></item></item></item><item type=\"chapter\"><name>II</name><description>Two</description>\
         <item type=\"category\"><name>C00</name><description>Other</description></item></item>",
        &["own", "A00 Own in A00-A03 Inner of I A00", "C00 Other of II C00"],
    );
}

#[test]
fn claml_is_tied_by_its_superclasses() {
    check(
        "<?xml version=\"1.0\"?><!DOCTYPE ClaML SYSTEM \"ClaML.dtd\"><ClaML version=\"2.0.0\">\
         <Title name=\"ICD-10-EN-2019\" version=\"2019\">ICD</Title>\
         <ModifierClass modifier=\"M4\" code=\".0\"><Rubric kind=\"preferred\"><Label>own state</Label></Rubric>\
         </ModifierClass>\
         <Class kind=\"chapter\" code=\"V\"><Rubric kind=\"preferred\"><Label>Own chapter</Label></Rubric></Class>\
         <Class kind=\"block\" code=\"F10-F19\"><SuperClass code=\"V\"/><Rubric kind=\"preferred\">\
         <Label>Own block</Label></Rubric></Class>\
         <Class kind=\"category\" code=\"F10\"><SuperClass code=\"F10-F19\"/><ModifiedBy code=\"M4\"/>\
         <Rubric kind=\"preferred\"><Label>Own <Term>category</Term> <Reference>Z99</Reference></Label></Rubric>\
         </Class></ClaML>",
        &[
            "ICD-10 2019",
            "F10 Own category in F10-F19 Own block of V F10",
            "F10.0 Own category, own state in F10-F19 Own block of V F10",
        ],
    );
}

#[test]
fn a_table_is_read_with_or_without_header() {
    check("A00,Own\nA00.0,\"Own, first\"\n", &["own", "A00 Own", "A00.0 Own, first"]);
    check("x;Title;Code\n1;Own;A00\n", &["own", "A00 Own"]);
    check(
        "I,Own chapter (A00-B99)\nA00-A09,Own block\nA00,Own\n",
        &["own", "A00 Own in A00-A09 Own block of I A00-B99"],
    );
}

#[test]
fn an_error_names_place_and_expectation() {
    check_error(
        "A00,Own\nmuscle,x\n",
        "own.xml:2:1: `muscle` is not a code, expected the shape of `M61`, `M61.0` or `M60-M63`",
    );
    check_error(
        "A00,Own\nA00,Own\n",
        "own.xml:2:1: the code `A00` stands here a second time, expected each code once",
    );
    check_error("A00,Own\nA01,\n", "own.xml:2:1: `A01` has no title");
    check_error("A00,Own\nI,Own chapter\n", "own.xml:2:1: the chapter `I` has no range behind its title");
    check_error(
        "A00,Own\nA01,\"Other\nA02,Last\n",
        "own.xml:2:1: a quote is opened in this row and never closed",
    );
    check_error(
        "<icd10>\n<category><name>x</name></category></icd10>",
        "own.xml:2:1: `x` is not a code, expected the shape of `M61` or `M61.0`",
    );
    check_error(
        "<icd10>\n <a>&own;</a></icd10>",
        "own.xml:2:5: an entity of the file's own, expected at most those of XML",
    );
    check_error("<icd10>", "own.xml:1:8: the file ends inside an element");
    check_error(
        "<chapter><name>one</name></chapter>",
        "own.xml:1:1: the chapter is named `one`, expected 1 to 22 or I to XXII",
    );
}

#[test]
fn what_is_no_reference_is_refused() {
    let check = |bytes: &[u8]| assert!(Reference::load_bytes(bytes, "own").is_err(), "{bytes:?}");
    check(b"");
    check(b"\xFF\xFE");
    check(b"<");
    check(b"<icd10/>");
    check(b"<ClaML/>");
    check(b"code,title\n");
    check("<a>".repeat(100).as_bytes());
}

#[test]
fn entities_of_a_dtd_are_never_expanded() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;\">]><icd10><name>&c;</name></icd10>";
    assert!(Reference::load_bytes(bomb.as_bytes(), "own").is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Reference::load_bytes(&bytes, "own");
    }

    #[test]
    fn any_markup_is_read_or_refused(parts in proptest::collection::vec(
        prop::sample::select(vec![
            "<chapter>", "</chapter>", "<block id=\"A00-A09\">", "</block>", "<category>", "</category>",
            "<name>A00</name>", "<name>1</name>", "<description>", "</description>", "<ClaML>", "</ClaML>",
            "<Class kind=\"category\" code=\"A00\">", "</Class>", "<SuperClass code=\"A00\"/>", "&amp;", "&x;",
            "<sevenChrDef>", "<extension char=\"A\">", "</extension>", "</sevenChrDef>", "x", "<Label>", "</Label>",
        ]), 0..30)) {
        let _ = Reference::load_bytes(parts.concat().as_bytes(), "own");
    }
}
