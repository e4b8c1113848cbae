//! What a page says it is about (N2xx): code, title, chapter, block, category, listed codes.
//!
//! In: the extraction and the reference. Out: findings. The page is compared with what the reference says of
//! its code; of two that differ neither is taken for the right one, and the record keeps the page's words.

mod codes;
mod groups;

use super::Background;
use super::findings::Findings;
use crate::catalogue::{CODE_MISSING, CODE_SYSTEM_MISSING, TITLE_MISSING, TITLE_UNLIKE_REFERENCE};
use crate::diagnostic::quote;
use crate::extraction::Extraction;
use crate::icd::{Code, Reference};

/// Judges title, codes, chapter, block and category.
pub(super) fn judge(findings: &mut Findings<'_>, extraction: &Extraction<'_>, background: &Background<'_>) {
    let reference = background.reference;
    let code = extraction.code.as_ref().and_then(|code| code.value.read.as_ref()).map(|read| read.code);
    judge_presence(findings, extraction, background);
    codes::judge_main(findings, extraction, reference);
    codes::judge_rivals(findings, extraction);
    codes::judge_listed(findings, extraction, reference);
    groups::judge_chapter(findings, extraction, code, reference);
    if let Some(code) = code {
        groups::judge_block(findings, extraction, code, reference);
        groups::judge_category(findings, extraction, code, reference);
        judge_title(findings, extraction, code, reference);
    }
}

fn judge_presence(findings: &mut Findings<'_>, extraction: &Extraction<'_>, background: &Background<'_>) {
    // A page without text is told as empty.
    if extraction.code.is_none() && background.needs_code && background.has_text {
        let range =
            extraction.block.as_ref().and_then(|block| Some((block.value.code.as_deref()?, block.span)));
        findings.add(CODE_MISSING, "code", range.map(|(_, span)| span), || match range {
            Some((range, _)) => format!(
                "the page names {}, a block of codes, and no single code; add the code, or use a profile that \
                 needs none",
                quote(range)
            ),
            None => "no code was found where the profile looks; add it to the page, or a rule to the profile".into(),
        });
    }
    if extraction.title.is_none() && background.has_text {
        findings.add(TITLE_MISSING, "title", None, || {
            "no title was found where the profile looks; give the profile a rule for its place".into()
        });
    }
    if let (Some(code), None) = (&extraction.code, &extraction.code_system) {
        findings.add(CODE_SYSTEM_MISSING, "code_system", code.span, || {
            let code = quote(&code.value.printed);
            format!("the page does not say which classification {code} is of; the reference in use decides")
        });
    }
}

/// A title may be that of the code's category: pages name the disease, codes its kind and place.
fn judge_title(findings: &mut Findings<'_>, extraction: &Extraction<'_>, code: Code, reference: &Reference) {
    let (Some(title), Some(entry)) = (&extraction.title, reference.entry(&code)) else { return };
    let category = || reference.entry(&code.category()).filter(|_| !code.is_category());
    if entry.shares_words(&title.value)
        || category().is_some_and(|category| category.shares_words(&title.value))
    {
        return;
    }
    findings.add(TITLE_UNLIKE_REFERENCE, "title", title.span, || {
        let (title, known) = (quote(&title.value), quote(entry.title()));
        format!(
            "the title {title} shares no word with {known}, the reference's title of `{code}`; check the code"
        )
    });
}

#[cfg(test)]
mod tests {
    use super::super::notation::diagnose;

    /// Only the ids that a line of the notation is about: title and system are asked for of every page.
    #[track_caller]
    fn check(notation: &str, expected: &[&str]) {
        super::super::notation::check(
            2,
            &format!("{notation}\ntitle: Ossification of muscle in myositis\nsystem: ICD-10"),
            expected,
        );
    }

    #[test]
    fn code_missing() {
        check("Text.", &["N201@0"]);
        check("code: M61", &[]);
    }

    #[test]
    fn code_malformed() {
        check("code: see below", &["N202@1"]);
        check("code: M61.00", &[]);
    }

    #[test]
    fn chapter_contradicts_code() {
        check("code: M61\nchapter: Diseases of the nervous system", &["N203@2"]);
        check("code: M61\nchapter-number: 6", &["N203@2"]);
        check("code: M61\nchapter-range: G00-G99", &["N203@2"]);
        check("code: M61\nchapter: Diseases of the musculoskeletal system and connective tissue", &[]);
        check("code: M61\nchapter-number: 13", &[]);
        check("code: M61\nchapter-range: M00-M99", &[]);
    }

    #[test]
    fn a_contradiction_names_both_chapters() {
        let found = diagnose("code: M61\nchapter: Diseases of the nervous system");
        let message = &found.iter().find(|found| found.id.0 == 203).unwrap().message;
        let page = "the page files `M61` under chapter `Diseases of the nervous system` (VI)";
        assert_eq!(message, &format!("{page}, the reference under XIII; check which of the two is right"));
    }

    #[test]
    fn code_unknown() {
        check("code: M61.77", &["N204@1"]);
        check("code: M61.0", &[]);
    }

    #[test]
    fn code_retired() {
        check("code: S30.1XXA", &["N205@1"]);
        check("listed: S30.1XXA", &["N201@0", "N205@1"]);
    }

    #[test]
    fn code_conflict() {
        check("code: M61\nrival: M62", &["N206@2"]);
        check("code: M61\nrival: M62\nrival: M62", &["N206@2"]);
        check("code: M61\nrival: M61.0", &[]);
        check("code: M61.0\nrival: M61", &[]);
    }

    #[test]
    fn code_mended() {
        check("code: m61", &["N207@1"]);
        check("code: M6120", &["N207@1"]);
        check("code: M61.20", &[]);
    }

    #[test]
    fn a_look_alike_in_a_code_is_told_as_one() {
        let found = diagnose("code: \u{41c}61");
        let ids: Vec<u16> = found.iter().map(|found| found.id.0).collect();
        assert!(ids.contains(&504) && !ids.contains(&207), "{found:#?}");
    }

    #[test]
    fn title_missing_and_system_missing() {
        let check = super::super::notation::check;
        check(2, "code: M61", &["N208@0", "N215@1"]);
        check(2, "code: M61\nsystem: ICD-10\ntitle: Ossification of muscle", &[]);
    }

    #[test]
    fn title_unlike_reference() {
        let check = super::super::notation::check;
        check(2, "code: I21\nsystem: ICD-10\ntitle: Broken leg", &["N209@3"]);
        check(2, "code: I21\nsystem: ICD-10\ntitle: Myocardial infarction", &[]);
    }

    #[test]
    fn block_contradicts_code() {
        check("code: M61\nblock: M65-M68 | Disorders of synovium and tendon", &["N210@2"]);
        check("code: M61\nblock: Disorders of synovium and tendon", &["N210@2"]);
        check("code: M61\nblock: M60-M63 | Disorders of muscles", &[]);
        check("code: M61\nblock: Disorders of muscles", &[]);
        check("code: M61\nblock: Disorders of the arm", &[]);
    }

    #[test]
    fn category_contradicts_code() {
        check("code: M61.0\ncategory: M62 | Other disorders of muscle", &["N211@2"]);
        check("code: M61.0\ncategory: Cholera caused by vibrio", &["N211@2"]);
        check("code: M61.0\ncategory: M61", &[]);
        check("code: M61.0\ncategory: Calcification and ossification of muscle", &[]);
    }

    #[test]
    fn listed_codes() {
        check("code: M61\nlisted: M61.77", &["N212@2"]);
        check("code: M61\nlisted: none of these", &["N213@2"]);
        check("code: M61\nlisted: m61.0", &["N213@2"]);
        check("code: M61\nlisted: M6100\nlisted: M6101", &["N213@2"]);
        check("code: M61\nlisted: M62.4", &["N214@2"]);
        check("code: M61\nlisted: M61.0\nlisted: M61.1", &[]);
    }

    #[test]
    fn chapter_unknown() {
        check("code: M61\nchapter: Horses and their care", &["N216@2"]);
        check("code: M61\nchapter-number: 40", &["N216@2"]);
    }
}
