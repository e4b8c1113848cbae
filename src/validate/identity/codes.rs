//! The page's own code, its rivals, and the codes it lists.

use crate::catalogue::{
    CODE_CONFLICT, CODE_MALFORMED, CODE_MENDED, CODE_RETIRED, CODE_UNKNOWN, LISTED_CODE_ELSEWHERE,
    LISTED_CODE_MENDED, LISTED_CODE_UNKNOWN, LOOK_ALIKE_LETTERS,
};
use crate::diagnostic::{DiagnosticId, quote};
use crate::extraction::{Extraction, Found, ListedCode, PrintedCode};
use crate::icd::{Code, ReadCode, Reference, Repair, Verdict};
use crate::span::Span;
use crate::validate::findings::Findings;
use std::collections::BTreeSet;

/// Shape, print and standing of the main code.
pub(super) fn judge_main(findings: &mut Findings<'_>, extraction: &Extraction<'_>, reference: &Reference) {
    let Some(Found { value: PrintedCode { printed, read }, span, .. }) = &extraction.code else { return };
    let Some(read) = read else {
        findings.add(CODE_MALFORMED, "code", *span, || {
            format!(
                "{} is no ICD-10 code; correct it on the page, or the profile's rule for the code",
                quote(printed)
            )
        });
        return;
    };
    judge_look_alike(findings, "code", printed, read, *span);
    if read.repairs.iter().any(|repair| !matches!(repair, Repair::LookAlike(_))) {
        findings.add(CODE_MENDED, "code", *span, || mended(printed, read));
    }
    judge_standing(findings, "code", CODE_UNKNOWN, read.code, *span, reference);
}

/// Other codes that the page gives for itself.
pub(super) fn judge_rivals(findings: &mut Findings<'_>, extraction: &Extraction<'_>) {
    let Some(code) = read_code(extraction) else { return };
    let mut told = BTreeSet::new();
    for rival in &extraction.rival_codes {
        let Some(read) = &rival.value.read else { continue };
        if !related(code, read.code) && told.insert(read.code) {
            findings.add(CODE_CONFLICT, "code", rival.span, || {
                format!("the page gives `{code}` and `{}` for itself; check which it is about", read.code)
            });
        }
    }
}

/// The codes of the page's list.
pub(super) fn judge_listed(findings: &mut Findings<'_>, extraction: &Extraction<'_>, reference: &Reference) {
    let main = read_code(extraction);
    for listed in &extraction.diagnosis_codes {
        judge_listed_code(findings, listed, main, reference);
    }
    judge_missing_dots(findings, &extraction.diagnosis_codes);
}

const LISTED: &str = "diagnosis_codes";

fn judge_listed_code(
    findings: &mut Findings<'_>,
    listed: &Found<'_, ListedCode<'_>>,
    main: Option<Code>,
    reference: &Reference,
) {
    let PrintedCode { printed, read } = &listed.value.code;
    let Some(read) = read else {
        findings.add(LISTED_CODE_MENDED, LISTED, listed.span, || {
            format!("{} in the list is no ICD-10 code; correct it on the page", quote(printed))
        });
        return;
    };
    judge_look_alike(findings, LISTED, printed, read, listed.span);
    if read.repairs.iter().any(|repair| !matches!(repair, Repair::LookAlike(_) | Repair::MissingDot)) {
        findings.add(LISTED_CODE_MENDED, LISTED, listed.span, || mended(printed, read));
    }
    judge_standing(findings, LISTED, LISTED_CODE_UNKNOWN, read.code, listed.span, reference);
    if let Some(main) = main.filter(|&main| !related(main, read.code)) {
        findings.add(LISTED_CODE_ELSEWHERE, LISTED, listed.span, || {
            format!(
                "the listed `{}` does not stand under `{main}`; check whether the page means a related code",
                read.code
            )
        });
    }
}

/// Lists drop the dot by custom, so a whole list without dots is one finding.
fn judge_missing_dots(findings: &mut Findings<'_>, listed: &[Found<'_, ListedCode<'_>>]) {
    let without_dot = |listed: &&Found<'_, ListedCode<'_>>| {
        listed.value.code.read.as_ref().is_some_and(|read| read.repairs.contains(&Repair::MissingDot))
    };
    let Some(first) = listed.iter().find(without_dot) else { return };
    findings.add(LISTED_CODE_MENDED, LISTED, first.span, || {
        let count = listed.iter().filter(without_dot).count();
        let printed = quote(&first.value.code.printed);
        format!("listed codes without their dot: {count}, the first is {printed}; check that codes are meant")
    });
}

fn judge_standing(
    findings: &mut Findings<'_>,
    field: &'static str,
    unknown: DiagnosticId,
    code: Code,
    span: Span,
    reference: &Reference,
) {
    match reference.verdict(&code) {
        Verdict::Valid(_) | Verdict::Header(_) => {}
        Verdict::Retired { title, .. } => findings.add(CODE_RETIRED, field, span, || {
            let (title, release) = (quote(title), reference.release());
            format!("`{code}`, {title}, is no longer in {release}; look up what follows it")
        }),
        Verdict::Unknown => findings.add(unknown, field, span, || {
            format!(
                "`{code}` is not in {}; check the code, or give its edition with `--reference`",
                reference.release()
            )
        }),
    }
}

fn judge_look_alike(
    findings: &mut Findings<'_>,
    field: &'static str,
    printed: &str,
    read: &ReadCode,
    span: Span,
) {
    let letter = read.repairs.iter().find_map(|repair| match repair {
        Repair::LookAlike(letter) => Some(*letter),
        _ => None,
    });
    let Some(letter) = letter else { return };
    findings.add(LOOK_ALIKE_LETTERS, field, span, || {
        let (printed, number) = (quote(printed), u32::from(letter));
        format!(
            "{printed} has `{letter}` (U+{number:04X}), which looks like a Latin letter; it was read as `{}`",
            read.code
        )
    });
}

/// A message that names each repair.
fn mended(printed: &str, read: &ReadCode) -> String {
    let mut repairs = Vec::new();
    for repair in &read.repairs {
        let words = match repair {
            Repair::LookAlike(letter) => format!("the look-alike {} replaced", quote_letter(*letter)),
            Repair::LetterForDigit(letter) => {
                format!("the letter {} taken for a figure", quote_letter(*letter))
            }
            Repair::MissingDot => "the dot added".to_owned(),
            Repair::LowerCase => "lower case raised".to_owned(),
            Repair::Mark(mark) => format!("the mark {} dropped", quote_letter(*mark)),
        };
        if !repairs.contains(&words) {
            repairs.push(words);
        }
    }
    format!(
        "{} was read as `{}`, {}; check that this is the code meant",
        quote(printed),
        read.code,
        repairs.join(", ")
    )
}

fn quote_letter(letter: char) -> String {
    quote(letter.encode_utf8(&mut [0; 4]))
}

fn read_code(extraction: &Extraction<'_>) -> Option<Code> {
    extraction.code.as_ref()?.value.read.as_ref().map(|read| read.code)
}

/// Whether the two are the same, or one stands under the other.
fn related(a: Code, b: Code) -> bool {
    a.as_bytes().starts_with(b.as_bytes()) || b.as_bytes().starts_with(a.as_bytes())
}
