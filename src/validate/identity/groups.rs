//! The chapter, block and category that a page names, held against those of its code.

use crate::catalogue::{
    BLOCK_CONTRADICTS_CODE, CATEGORY_CONTRADICTS_CODE, CHAPTER_CONTRADICTS_CODE, CHAPTER_UNKNOWN,
};
use crate::diagnostic::quote;
use crate::extraction::{Extraction, PageChapter, PageGroup};
use crate::icd::{Code, CodeRange, IcdBlock, IcdChapter, Reference};
use crate::validate::findings::Findings;

/// What to do about any contradiction.
const CHECK: &str = "check which of the two is right";

/// The chapter: known at all, and that of the code.
pub(super) fn judge_chapter(
    findings: &mut Findings<'_>,
    extraction: &Extraction<'_>,
    code: Option<Code>,
    reference: &Reference,
) {
    let Some(chapter) = &extraction.chapter else { return };
    let expected = code.and_then(|code| reference.chapter_of(&code));
    let named = named_chapters(&chapter.value, expected, reference);
    if named.iter().all(Option::is_none) {
        findings.add(CHAPTER_UNKNOWN, "chapter", chapter.span, || {
            let (words, release) = (chapter_words(&chapter.value), reference.release());
            format!("{words} is no chapter of {release}; check it, or give its edition with `--reference`")
        });
        return;
    }
    let (Some(code), Some(expected)) = (code, expected) else { return };
    if let Some(wrong) = named.into_iter().flatten().find(|named| named.number() != expected.number()) {
        findings.add(CHAPTER_CONTRADICTS_CODE, "chapter", chapter.span, || {
            let words = chapter_words(&chapter.value);
            let (page, right) = (wrong.roman(), expected.roman());
            let page = format!("the page files `{code}` under chapter {words} ({page})");
            format!("{page}, the reference under {right}; {CHECK}")
        });
    }
}

/// The chapters that number, range and title of the page name, each for itself.
fn named_chapters<'r>(
    chapter: &PageChapter<'_>,
    expected: Option<&'r IcdChapter>,
    reference: &'r Reference,
) -> [Option<&'r IcdChapter>; 3] {
    let by_number = chapter.number.and_then(|number| reference.chapter(number));
    let by_range = chapter.range.as_deref().and_then(|range| reference.chapter_by_range(range));
    // Most pages print the reference's own words, which need no search among all chapters.
    let by_title = chapter.title.as_deref().and_then(|title| {
        expected
            .filter(|expected| expected.title().eq_ignore_ascii_case(title))
            .or_else(|| reference.chapter_by_title(title))
    });
    [by_number, by_range, by_title]
}

/// The chapter as the page words it: its title, or else its range or number.
fn chapter_words(chapter: &PageChapter<'_>) -> String {
    match (&chapter.title, &chapter.range, chapter.number) {
        (Some(words), ..) | (None, Some(words), _) => quote(words),
        (None, None, Some(number)) => quote(&number.to_string()),
        (None, None, None) => quote(""),
    }
}

/// The block: by its range where the page prints one, otherwise by its title.
pub(super) fn judge_block(
    findings: &mut Findings<'_>,
    extraction: &Extraction<'_>,
    code: Code,
    reference: &Reference,
) {
    let (Some(block), Some(expected)) = (&extraction.block, reference.block_of(&code)) else { return };
    let range = block.value.code.as_deref().and_then(CodeRange::parse);
    let contradicts = match (range, &block.value.title) {
        (Some(range), _) => !range.contains(&code.category()),
        (None, Some(title)) => names_other_block(title, expected, reference),
        (None, None) => false,
    };
    if contradicts {
        findings.add(BLOCK_CONTRADICTS_CODE, "block", block.span, || {
            let words = group_words(&block.value);
            let (range, title) = (expected.range(), quote(expected.title()));
            let page = format!("the page files `{code}` under block {words}");
            format!("{page}, the reference under {range}, {title}; {CHECK}")
        });
    }
}

/// Whether `title` is that of a block of the reference, but not of the one expected. A title that is none
/// of the reference's may be another edition's, and contradicts nothing.
fn names_other_block(title: &str, expected: &IcdBlock, reference: &Reference) -> bool {
    !reference.same_title(title, expected.title())
        && reference.blocks().iter().any(|block| reference.same_title(title, block.title()))
}

/// The category: by its code where the page prints one, otherwise by its title.
pub(super) fn judge_category(
    findings: &mut Findings<'_>,
    extraction: &Extraction<'_>,
    code: Code,
    reference: &Reference,
) {
    let Some(category) = &extraction.category else { return };
    let expected = code.category();
    let known = reference.entry(&expected);
    let printed = category.value.code.as_deref().and_then(|printed| reference.read_code(printed));
    let contradicts = match (printed, &category.value.title, &known) {
        (Some(read), ..) => read.code.category() != expected,
        (None, Some(title), Some(known)) => !reference.titles_share_words(title, &known.title()),
        _ => false,
    };
    if contradicts {
        findings.add(CATEGORY_CONTRADICTS_CODE, "category", category.span, || {
            let words = group_words(&category.value);
            format!("the page files `{code}` under category {words}, its code says `{expected}`; {CHECK}")
        });
    }
}

/// A block or category as the page words it: its code or range, or else its title.
fn group_words(group: &PageGroup<'_>) -> String {
    quote(group.code.as_deref().or(group.title.as_deref()).unwrap_or_default())
}
