//! The letters of a page (N5xx): text in no field, and text that was damaged on its way.
//!
//! In: every value of the extraction, and what became of the blocks. Out: findings, at most one of a kind a
//! value. Each judgement is a pure function of a text in a file of its own. ASCII text, which is most of
//! it, is passed over by all that looks for other letters. Nothing is mended here.

mod control;
mod look_alike;
mod mojibake;
mod placeholder;

pub use control::find_control;
pub use look_alike::{MixedWord, find_mixed_word};
pub use mojibake::{Mojibake, find_mojibake};
pub use placeholder::find_placeholder;
use placeholder::{find_filler, find_whole};

use super::findings::Findings;
use crate::catalogue::{CONTROL_CHARACTERS, LOOK_ALIKE_LETTERS, MOJIBAKE, PLACEHOLDER, TEXT_UNASSIGNED};
use crate::count::{any, any_pair};
use crate::diagnostic::quote;
use crate::document::Document;
use crate::extraction::{Extraction, Role};
use crate::span::Span;

/// Judges the texts of values; `page_text` is the text that all spans are bytes of, empty if it is not at
/// hand.
pub(super) fn judge_values(findings: &mut Findings<'_>, page_text: &str, extraction: &Extraction<'_>) {
    each_value(extraction, &mut |field, text, span| judge_value(findings, page_text, (field, text, span)));
}

/// Tells the text that no field took, a run of blocks at a time.
pub(super) fn judge_unassigned(
    findings: &mut Findings<'_>,
    document: &Document<'_>,
    extraction: &Extraction<'_>,
) {
    let mut at = 0;
    for run in extraction.roles.chunk_by(|a, b| (*a == Role::Unassigned) == (*b == Role::Unassigned)) {
        let blocks = document.blocks.get(at..at + run.len()).unwrap_or_default();
        at += run.len();
        let (Role::Unassigned, [first, .., last] | [first @ last]) = (&run[0], blocks) else { continue };
        findings.add(TEXT_UNASSIGNED, None, first.span.join(last.span), || {
            let what = match blocks.len() {
                1 => quote(&first.text),
                many => format!("{many} blocks from {} on", quote(&first.text)),
            };
            format!("no field took {what}; give the profile a rule that does, or name it as chrome")
        });
    }
}

/// Calls `judge(field, text, span)` for each value that is text.
fn each_value(extraction: &Extraction<'_>, judge: &mut impl FnMut(&'static str, &str, Span)) {
    if let Some(title) = &extraction.title {
        judge("title", &title.value, title.span);
    }
    if let Some(title) = extraction.chapter.as_ref().and_then(|chapter| chapter.value.title.as_ref()) {
        judge("chapter", title, extraction.chapter.as_ref().map_or(Span::default(), |chapter| chapter.span));
    }
    for (field, group) in [("block", &extraction.block), ("category", &extraction.category)] {
        if let Some(group) = group {
            judge(field, group.value.title.as_deref().unwrap_or_default(), group.span);
        }
    }
    for section in &extraction.sections {
        if let Some(heading) = &section.heading {
            judge("sections", &heading.value, heading.span);
        }
        section.paragraphs.iter().for_each(|(text, span)| judge("sections", text, *span));
        section.items.iter().for_each(|item| judge("sections", &item.text, item.span));
    }
    extraction.key_points.iter().for_each(|point| judge("key_points", &point.value.text, point.span));
    for (text, span) in extraction.diagnosis_codes.iter().filter_map(|code| code.value.title.as_ref()) {
        judge("diagnosis_codes", text, *span);
    }
    for value in extraction.extra.iter().flat_map(|field| &field.values) {
        judge("extra", &value.value, value.span);
    }
}

fn judge_value(
    findings: &mut Findings<'_>,
    page_text: &str,
    (field, text, span): (&'static str, &str, Span),
) {
    if is_blameless(text) {
        return;
    }
    let is_plain = is_plain(text.as_bytes());
    if let Some(found) = if is_plain { find_filler(text) } else { find_placeholder(text) } {
        findings.add(PLACEHOLDER, field, narrow(page_text, span, found), || {
            format!("{} stands where text should be; fetch the page again once it is filled", quote(found))
        });
    }
    if is_plain {
        return;
    }
    let damaged = if text.is_ascii() { None } else { find_mojibake(text) };
    // Where bytes of UTF-8 were read as ISO-8859-1, its controls are part of the damage.
    let control = if damaged.is_some() { find_control(&text.replace(is_c1, "")) } else { find_control(text) };
    if let Some(found) = control {
        let mut bytes = [0; 4];
        findings.add(
            CONTROL_CHARACTERS,
            field,
            narrow(page_text, span, found.encode_utf8(&mut bytes)),
            || {
                format!(
                    "the text has the control character U+{:04X}; remove it where the text is used",
                    found as u32
                )
            },
        );
    }
    if text.is_ascii() {
        return;
    }
    if let Some(found) = damaged {
        findings.add(MOJIBAKE, field, narrow(page_text, span, found.printed), || {
            let (printed, meant) = (quote(found.printed), quote(&found.meant));
            format!(
                "{printed} is {meant} in UTF-8 read as {}; fetch the page again and keep its bytes",
                found.read_as
            )
        });
    }
    if let Some(found) = find_mixed_word(text) {
        findings.add(LOOK_ALIKE_LETTERS, field, narrow(page_text, span, found.word), || {
            let MixedWord { word, letter, latin } = found;
            let number = u32::from(letter);
            let word = quote(word);
            format!("{word} has `{letter}` (U+{number:04X}), which looks like Latin `{latin}`; type it again")
        });
    }
}

/// Whether one pass tells that nothing is to be said of a text, as of most: it is plain, no placeholder, and has no
/// `ps`, as `Lorem ipsum` has.
fn is_blameless(text: &str) -> bool {
    let bytes = text.as_bytes();
    !any_pair(bytes, |byte, next| oddness(byte).min((byte ^ b'p') | (next ^ b's')) == 0)
        && find_whole(text).is_none()
}

/// Whether a text has no byte that a judgement looks for: printable ASCII without marks of templates.
fn is_plain(text: &[u8]) -> bool {
    !any(text, |byte| oddness(byte) == 0)
}

/// 0 for a byte that a judgement looks for.
#[inline(always)]
fn oddness(byte: u8) -> u8 {
    (b'{' - b' ').saturating_sub(byte.wrapping_sub(b' ')).min(byte ^ b'%').min(byte ^ b'[')
}

/// Whether a character is one of the controls that ISO-8859-1 has for bytes of UTF-8.
fn is_c1(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}')
}

/// The place of `printed` inside `span`, where the page has it letter for letter; otherwise `span`.
fn narrow(page_text: &str, span: Span, printed: &str) -> Span {
    let inside = page_text.get(span.range()).and_then(|text| text.find(printed));
    inside.map_or(span, |at| {
        let start = span.start as usize + at;
        Span::new(start, start + printed.len())
    })
}

#[cfg(test)]
mod tests {
    use super::super::notation::diagnose;
    use super::*;

    fn check(notation: &str, expected: &[&str]) {
        super::super::notation::check(5, notation, expected);
    }

    #[test]
    fn text_unassigned_is_told_once_a_run() {
        check("title: A\n? one\n? two\nText.\n? three", &["N501@2", "N501@5"]);
        check("title: A\nchrome: Save\nText.", &[]);
        let found = diagnose("title: A\n? one\n? two\nText.");
        let message = &found.iter().find(|found| found.id.0 == 501).unwrap().message;
        assert!(message.starts_with("no field took 2 blocks from `? one` on"), "{message}");
    }

    #[test]
    fn mojibake() {
        check("title: MÃ©niÃ¨re disease", &["N502@1"]);
        check("title: Ménière’s disease", &[]);
        check("# Caf\nnaÃ¯ve", &["N502@2"]);
    }

    #[test]
    fn controls_of_mojibake_are_told_as_mojibake() {
        check("title: the patientâ\u{80}\u{99}s muscle â\u{80}\u{94} soft", &["N502@1"]);
        check("title: a\u{80}b", &["N505@1"]);
        check("title: the patientâ\u{80}\u{99}s mus\u{7}cle", &["N502@1", "N505@1"]);
    }

    #[test]
    fn placeholder() {
        check("title: Asthma\nSee {{ treatment }}.", &["N503@2"]);
        check("point: 1 TODO", &["N503@1"]);
        check("extra: undefined", &["N503@1"]);
        check("title: Asthma\nTreatment is with steroids.", &[]);
    }

    #[test]
    fn look_alike_letters() {
        check("title: Мuscle", &["N504@1"]);
        check("chapter: Diseasеs of the ear", &["N504@1"]);
        check("title: Muscle", &[]);
    }

    #[test]
    fn control_characters() {
        check("title: a\u{202e}b", &["N505@1"]);
        check("item: 1 a\u{7}b", &["N505@1"]);
        check("title: a\tb", &[]);
    }

    #[test]
    fn a_plain_text_has_no_byte_that_is_looked_for() {
        for byte in 0..=u8::MAX {
            let is_looked_for = !matches!(byte, b' '..=b'z') || matches!(byte, b'%' | b'[');
            assert_eq!(is_plain(&[b'a', byte]), !is_looked_for, "{byte}");
        }
        let check = |text: &str, expected: bool| assert_eq!(is_blameless(text), expected, "{text:?}");
        check("", true);
        check("Rest helps.", false);
        check("Rest is best; s", true);
        check("Lorem ipsum", false);
        check("todo", false);
        check("Rest [", false);
        check("[ Rest", false);
    }

    proptest::proptest! {
        #[test]
        fn what_is_found_in_any_text_stands_in_it(text in "[a-zÀ-ÿ€™”М0-9 {}%$()\\[\\]\\PC]{0,60}") {
            if let Some(found) = find_mojibake(&text) {
                assert!(text.contains(found.printed) && !found.meant.is_empty());
            }
            if let Some(found) = find_mixed_word(&text) {
                assert!(text.contains(found.word) && found.word.contains(found.letter));
            }
            assert!(find_placeholder(&text).is_none_or(|found| text.contains(found)));
            if is_plain(text.as_bytes()) {
                assert_eq!(find_filler(&text), find_placeholder(&text));
                assert!(find_control(&text).is_none() && text.is_ascii());
            }
            if is_blameless(&text) {
                assert!(is_plain(text.as_bytes()) && find_filler(&text).is_none());
            }
            assert!(find_control(&text).is_none_or(|found| text.contains(found)));
        }

        #[test]
        fn utf8_read_as_windows_1252_is_always_told_in_a_lower_case_word(letter in "[à-öø-ÿ]") {
            let (text, ..) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(letter.as_bytes());
            let word = format!("w{text}rd");
            assert_eq!(find_mojibake(&word).map(|found| found.meant), Some(letter), "{word}");
        }
    }

    #[test]
    fn a_finding_stands_where_the_letters_are() {
        let found = diagnose("title: The MÃ©niÃ¨re disease");
        let span = found.iter().find(|found| found.id.0 == 502).unwrap().span.unwrap();
        assert_eq!((span.start, span.end), (12, 16));
    }
}
