//! The table itself: one entry a finding, in the order of the ids.
//!
//! Severities go by what happened to the data: an error makes the record unusable, a warning asks for care,
//! an info costs nothing. Knows no page and no profile.

use super::*;
use crate::diagnostic::Severity::{Error, Info, Warning};

/// All entries, ascending by id.
pub const CATALOGUE: &[Entry] = &[
    Entry {
        id: ENCODING_GUESSED,
        name: "encoding-guessed",
        severity: Warning,
        field: None,
        explanation: "The encoding was guessed from the bytes. The page has no byte order mark, declares \
            no encoding and is not UTF-8, so statistics of its bytes decided; letters outside ASCII may be \
            wrong.",
        example: "a text file with the byte E9 for `é` and nothing that says windows-1252",
        cure: "Save the page as UTF-8, or let it declare its encoding.",
    },
    Entry {
        id: BYTES_MALFORMED,
        name: "bytes-malformed",
        severity: Warning,
        field: None,
        explanation: "Bytes that the encoding does not have were replaced by U+FFFD. The text around them \
            is whole, the characters they stood for are lost.",
        example: "a UTF-8 page with the lone byte FF",
        cure: "Fetch the page again; if the bytes are right, let the page declare the encoding that has \
            them.",
    },
    Entry {
        id: PAGE_EMPTY,
        name: "page-empty",
        severity: Error,
        field: None,
        explanation: "The page has no visible text. The file is empty, has only white space, or draws its \
            text by script.",
        example: r#"<html><body><div id="app"></div><script src="app.js"></script></body></html>"#,
        cure: "Fetch the page again, with a browser if its text comes by script, or remove the file from \
            the input.",
    },
    Entry {
        id: PAGE_TOO_LARGE,
        name: "page-too-large",
        severity: Error,
        field: None,
        explanation: "The file is over the limit of bytes. A page of this size is a data file or an \
            archive, and is not read.",
        example: "a file of 70 MB under the default limit of 64 MiB",
        cure: "Split the file into pages, remove it from the input, or raise `--max-page-bytes`.",
    },
    Entry {
        id: PAGE_UNREADABLE,
        name: "page-unreadable",
        severity: Error,
        field: None,
        explanation: "The file, or a folder with all that is in it, could not be read. It vanished, its permissions forbid it, or the disk \
            failed.",
        example: "a file without the permission to read it",
        cure: "Make the file readable and run again; the other pages are not touched by it.",
    },
    Entry {
        id: DEPTH_LIMIT,
        name: "depth-limit",
        severity: Warning,
        field: None,
        explanation: "Elements are nested deeper than the limit. Browsers stop nesting at the same depth; \
            the text further in is kept as text of the last element.",
        example: "513 `<div>` in one another",
        cure: "Look at whether the page was fetched whole; pages a person wrote are never nested this deep. \
            `--max-depth` raises the limit.",
    },
    Entry {
        id: BLOCK_LIMIT,
        name: "block-limit",
        severity: Warning,
        field: None,
        explanation: "The page has more blocks than the limit, or the tree that a profile's selectors need \
            has more nodes. The text past the last block is left over and in no field.",
        example: "a table of more than a million rows",
        cure: "Split the page, take the data from its source in place of a page, or raise `--max-blocks` or \
            `--max-tree-nodes`.",
    },
    Entry {
        id: ATTRIBUTE_LIMIT,
        name: "attribute-limit",
        severity: Info,
        field: None,
        explanation: "A tag has more attributes than the limit. Those past it are not looked at; the text \
            is not touched.",
        example: "<p a1 a2 a3 … a257>",
        cure: "Nothing needs to be done unless a rule of the profile asks for one of the later attributes; then \
            raise `--max-attributes`.",
    },
    Entry {
        id: FORMAT_MISMATCH,
        name: "format-mismatch",
        severity: Info,
        field: None,
        explanation: "The file's extension says one format, its bytes another. The bytes decide how it is \
            parsed.",
        example: "a file named `m61.txt` that starts with `<!DOCTYPE html>`",
        cure: "Rename the file, or give the format with `--as` where one page is extracted.",
    },
    Entry {
        id: ENCODING_CONFLICT,
        name: "encoding-conflict",
        severity: Warning,
        field: None,
        explanation: "The declared encoding is not that of the bytes. The bytes are valid UTF-8 with \
            letters outside ASCII, which text in another encoding almost never is, so they are read as \
            UTF-8.",
        example: r#"<meta charset="windows-1252"> in a page whose `é` is C3 A9"#,
        cure: "Correct the declaration in the page, or check how the page was saved.",
    },
    Entry {
        id: PAGE_FAILED,
        name: "page-failed",
        severity: Error,
        field: None,
        explanation: "The program failed on this page. That is a fault of the program, and costs this page \
            only.",
        example: "a page that meets a fault nobody has seen before",
        cure: "Report the page and the message to the program's authors; the other pages are whole.",
    },
    Entry {
        id: RECORD_MALFORMED,
        name: "record-malformed",
        severity: Error,
        field: None,
        explanation: "A line or row of a record file is no record. It is not JSON, no object, not UTF-8, a \
            reject, or has not as many cells as the header; the lines before and after it are read all the same.",
        example: r#"{"record_id": "2f6c…", "source": {"uri": "m61.txt", …"#,
        cure: "Mend the line, or write the file anew with `nosograph run`.",
    },
    Entry {
        id: FIELD_MALFORMED,
        name: "field-malformed",
        severity: Error,
        field: None,
        explanation: "A field of a record has the wrong type, is missing, or is none that a record has. The \
            other fields of the record are read and judged all the same.",
        example: r#"{"billable": "no", …} where `true`, `false` or `null` should stand"#,
        cure: "Write the field as `nosograph schema record` describes it.",
    },
    Entry {
        id: RECORD_ID_WRONG,
        name: "record-id-wrong",
        severity: Error,
        field: Some("record_id"),
        explanation: "The id of a record is not that of its URI. The id is a function of `source.uri` alone, \
            so one of the two was changed; a merge on `record_id` would hit another record or none.",
        example: r#"{"record_id": "00000000-…", "source": {"uri": "m61.txt", …}, …}"#,
        cure: "Put back the id or the URI; the message names the id that belongs to the URI.",
    },
    Entry {
        id: RECORD_REPEATED,
        name: "record-repeated",
        severity: Error,
        field: Some("record_id"),
        explanation: "Two records have the same id. A table with `record_id` as its key takes only one of \
            them, and which one is chance.",
        example: "the same record on two lines of a file",
        cure: "Remove one of the two; the message names the line of the first.",
    },
    Entry {
        id: COVERAGE_MISCOUNTED,
        name: "coverage-miscounted",
        severity: Error,
        field: Some("coverage"),
        explanation: "The parts of a coverage do not add up to its lines. Assigned, chrome and unassigned \
            lines are all the lines of a page, so one of the four numbers was changed.",
        example: r#""coverage": {"lines": 21, "assigned": 21, "chrome": 1, "unassigned": 0}"#,
        cure: "Put back the numbers, or make the record anew.",
    },
    Entry {
        id: STATUS_WRONG,
        name: "status-wrong",
        severity: Warning,
        field: Some("status"),
        explanation: "The status of a record is not that of its worst diagnostic. Whoever filters by status \
            takes records that should not be used, or loses good ones.",
        example: r#""status": "ok" with a diagnostic of severity error"#,
        cure: "Set the status after the diagnostics, or make the record anew.",
    },
    Entry {
        id: REFERENCE_VALUE_WRONG,
        name: "reference-value-wrong",
        severity: Warning,
        field: None,
        explanation: "What a record says of its code differs from the reference. Standing, kind, title and \
            billable come from the release that the record names, so either the value or the code was \
            changed. Told only if the record names the release in use.",
        example: r#""code": "M61", "billable": true, although codes stand below M61"#,
        cure: "Put back the value or the code, or make the record anew.",
    },
    Entry {
        id: SOURCE_MISSING,
        name: "source-missing",
        severity: Error,
        field: Some("source"),
        explanation: "The page that a record was made from is not under the input any more. It was removed, or \
            came by standard input and is kept nowhere; none of its values can be proved.",
        example: "a record of `m61.txt` where the input has no such file",
        cure: "Put the page back, name the input of that run with `--input`, or run again.",
    },
    Entry {
        id: SOURCE_CHANGED,
        name: "source-changed",
        severity: Error,
        field: Some("source"),
        explanation: "The page has other bytes than those a record was made from. Its BLAKE3 digest is not \
            `source.hash`; the places that provenance names may hold anything now.",
        example: "a page that was fetched again since the run",
        cure: "Run again, so that the records are those of the pages.",
    },
    Entry {
        id: VALUE_UNPROVED,
        name: "value-unproved",
        severity: Error,
        field: None,
        explanation: "The bytes that provenance names do not give the value. The value, its number or mark, the \
            place, or what the record says of its source was changed after the run.",
        example: r#""title": "Cholera", where the page has `Calcification of muscle` at the bytes named"#,
        cure: "Put back the value that the page has, which the message quotes, or run again.",
    },
    Entry {
        id: PROVENANCE_MISSING,
        name: "provenance-missing",
        severity: Error,
        field: None,
        explanation: "A value has no provenance. Every value of a page has an entry that says where it \
            stands; what has none was added after the run.",
        example: "a key point more than provenance has entries",
        cure: "Remove the value, or run again.",
    },
    Entry {
        id: OUTPUT_CHANGED,
        name: "output-changed",
        severity: Error,
        field: None,
        explanation: "An output is missing or is not the file that the run wrote. Its SHA-256 digest is not \
            the one in `run.json`.",
        example: "a `records.csv` that was saved again by a spreadsheet",
        cure: "Run again, and keep edited copies under another name.",
    },
    Entry {
        id: CODE_MISSING,
        name: "code-missing",
        severity: Error,
        field: Some("code"),
        explanation: "No code was found. The profile needs the page's ICD-10 code, and none of its rules \
            for the code met one.",
        example: "Calcification of muscle\n\nCalcium salts settle in the muscle fibers.",
        cure: "Add the code to the page, give the profile a rule for the place where it stands, or use a \
            profile that needs no code.",
    },
    Entry {
        id: CODE_MALFORMED,
        name: "code-malformed",
        severity: Error,
        field: Some("code"),
        explanation: "What stands where the code should be has not a code's shape. An ICD-10 code is a \
            letter and two characters, then up to four more after a dot.",
        example: "ICD-10 code: see below",
        cure: "Correct the code on the page, or the profile's rule if it points at the wrong place.",
    },
    Entry {
        id: CHAPTER_CONTRADICTS_CODE,
        name: "chapter-contradicts-code",
        severity: Warning,
        field: Some("chapter"),
        explanation: "The page's chapter is not that of the code. One of the two was copied wrong; the \
            record keeps the page's words.",
        example: "ICD-10 code: M61\n\nChapter: Diseases of the nervous system",
        cure: "Check code and chapter against the disease that the page describes, and correct the one \
            that is wrong.",
    },
    Entry {
        id: CODE_UNKNOWN,
        name: "code-unknown",
        severity: Warning,
        field: Some("code"),
        explanation: "The code is in no release known here. Its shape is right, so it may be of another \
            edition, or a slip.",
        example: "ICD-10 code: M61.77",
        cure: "Check the code, or give the edition it is of with `--reference`.",
    },
    Entry {
        id: CODE_RETIRED,
        name: "code-retired",
        severity: Warning,
        field: Some("code"),
        explanation: "The code is of an earlier release. It meant what the record says and is no longer in \
            use.",
        example: "a page filed under a code that the present release has dropped",
        cure: "Look up what follows the code in the present release before it is used for new cases.",
    },
    Entry {
        id: CODE_CONFLICT,
        name: "code-conflict",
        severity: Error,
        field: Some("code"),
        explanation: "The page gives two codes for itself. Neither stands under the other, so the page may \
            be filed under the wrong one.",
        example: "ICD-10 code: M61\n\nICD-10 code: M62",
        cure: "Check which of the codes the page is about, and correct the other on the page.",
    },
    Entry {
        id: CODE_MENDED,
        name: "code-mended",
        severity: Warning,
        field: Some("code"),
        explanation: "The code was read after mending its print. What was changed is named, so it can be \
            checked.",
        example: "ICD-10 code: M6O",
        cure: "Check that the mended code is the one meant, and correct the page.",
    },
    Entry {
        id: TITLE_MISSING,
        name: "title-missing",
        severity: Warning,
        field: Some("title"),
        explanation: "No title was found. The record has no name of its own but that of its code.",
        example: "ICD-10 code: M61\n\nCalcium salts settle in the muscle fibers, and movement becomes harder.",
        cure: "Give the profile a rule for the place where the title stands.",
    },
    Entry {
        id: TITLE_UNLIKE_REFERENCE,
        name: "title-unlike-reference",
        severity: Info,
        field: Some("title"),
        explanation: "The title shares no word with the reference's title of the code. Common names do \
            that too (flu, influenza), so it is a hint that code and page may not belong together.",
        example: "Heart attack\n\nICD-10 code: I21",
        cure: "Check that the code is that of the disease on the page.",
    },
    Entry {
        id: BLOCK_CONTRADICTS_CODE,
        name: "block-contradicts-code",
        severity: Warning,
        field: Some("block"),
        explanation: "The page's block is not that of the code. One of the two was copied wrong; the \
            record keeps the page's words.",
        example: "ICD-10 code: M61\n\nBlock: M65-M68 Disorders of synovium and tendon",
        cure: "Check code and block against the disease that the page describes, and correct the one that \
            is wrong.",
    },
    Entry {
        id: CATEGORY_CONTRADICTS_CODE,
        name: "category-contradicts-code",
        severity: Warning,
        field: Some("category"),
        explanation: "The page's category is not that of the code. The category is the first three \
            characters of a code.",
        example: "ICD-10 code: M61.0\n\nCategory: M62 Other disorders of muscle",
        cure: "Check code and category against the disease that the page describes, and correct the one \
            that is wrong.",
    },
    Entry {
        id: LISTED_CODE_UNKNOWN,
        name: "listed-code-unknown",
        severity: Warning,
        field: Some("diagnosis_codes"),
        explanation: "A listed code is in no release known here. Its shape is right, so it may be of \
            another edition, or a slip.",
        example: "Diagnosis codes: M61.0, M61.77",
        cure: "Check the code, or give the edition it is of with `--reference`.",
    },
    Entry {
        id: LISTED_CODE_MENDED,
        name: "listed-code-mended",
        severity: Warning,
        field: Some("diagnosis_codes"),
        explanation: "A listed code has not a code's shape, or was read after mending. What was changed is \
            named, so it can be checked; missing dots are told once for the whole list.",
        example: "Diagnosis codes: M6120, M6121",
        cure: "Check that the codes are those meant, and correct the page.",
    },
    Entry {
        id: LISTED_CODE_ELSEWHERE,
        name: "listed-code-elsewhere",
        severity: Info,
        field: Some("diagnosis_codes"),
        explanation: "A listed code does not stand under the page's code. Lists of related codes do that \
            on purpose.",
        example: "Diagnosis codes: M61.0, M62.4",
        cure: "Check whether the page means its own codes or related ones before the list is used for \
            counts.",
    },
    Entry {
        id: CODE_SYSTEM_MISSING,
        name: "code-system-missing",
        severity: Info,
        field: Some("code_system"),
        explanation: "The page does not say which classification its code is of. The code is judged by the \
            reference in use.",
        example: "Code: M61",
        cure: "Nothing needs to be done where all pages are of one edition; otherwise write `ICD-10` or \
            `ICD-10-CM` beside the code.",
    },
    Entry {
        id: CHAPTER_UNKNOWN,
        name: "chapter-unknown",
        severity: Warning,
        field: Some("chapter"),
        explanation: "The chapter's title or number is none of the reference's. It cannot be compared with \
            the code.",
        example: "ICD-10 code: M61\n\nChapter: Diseases of the muscles and joints of horses",
        cure: "Check the chapter's wording on the page, or give the edition it is of with `--reference`.",
    },
    Entry {
        id: SECTIONS_MISSING,
        name: "sections-missing",
        severity: Warning,
        field: Some("sections"),
        explanation: "The page has no section. Neither a heading nor text was found outside the other \
            fields.",
        example: "Calcification of muscle\n\nICD-10 code: M61",
        cure: "Check that the page was fetched whole; if it was, give the profile a rule for the place \
            where its text stands.",
    },
    Entry {
        id: SECTION_EMPTY,
        name: "section-empty",
        severity: Info,
        field: Some("sections"),
        explanation: "A section has neither text nor items, nor deeper sections. Nothing of it went into \
            another field either.",
        example: "## Symptoms\n\n## Treatment\n\nRest and warmth.",
        cure: "Check whether text of the section was lost when the page was fetched, or whether the line \
            is no heading.",
    },
    Entry {
        id: LEVEL_JUMP,
        name: "level-jump",
        severity: Info,
        field: Some("sections"),
        explanation: "A heading is more than one level below the one before. Levels between them are \
            missing from the outline.",
        example: "## Treatment\n\n#### Dosage\n\nTwo puffs.",
        cure: "Nothing needs to be done unless the outline is used; then set the levels of the page's \
            headings.",
    },
    Entry {
        id: HEADING_REPEATED,
        name: "heading-repeated",
        severity: Info,
        field: Some("sections"),
        explanation: "Two sections have the same heading. They have the same level too, so the heading \
            alone does not tell them apart.",
        example: "## Symptoms\n\nCough.\n\n## Symptoms\n\nFever.",
        cure: "Use the position of a section in place of its heading, or check whether the page repeats \
            itself.",
    },
    Entry {
        id: NUMBER_GAP,
        name: "number-gap",
        severity: Warning,
        field: None,
        explanation: "Numbers of a list are missing. A point may have been lost, or swallowed by the one \
            before.",
        example: "1. Calcium settles in the muscle\n3. Movement becomes harder",
        cure: "Compare the list with the page at its address; correct the numbers if no point is missing.",
    },
    Entry {
        id: NUMBER_RESTART,
        name: "number-restart",
        severity: Warning,
        field: None,
        explanation: "The numbers of a list start again. Two lists may have run into one.",
        example: "1. Calcium settles in the muscle\n2. Bone forms\n1. Movement becomes harder",
        cure: "Check whether the page has two lists there; if so, put a heading or text between them.",
    },
    Entry {
        id: POINT_REPEATED,
        name: "point-repeated",
        severity: Warning,
        field: None,
        explanation: "A point or listed code stands twice. It counts twice wherever points or codes are \
            counted.",
        example: "1. Bone forms\n2. Bone forms",
        cure: "Remove the second one from the page, or drop repeated ones where they are counted.",
    },
    Entry {
        id: POINT_EMPTY,
        name: "point-empty",
        severity: Warning,
        field: None,
        explanation: "A point has no text. Only its number or mark is on the page.",
        example: "1. Bone forms\n2.\n3. Movement becomes harder",
        cure: "Compare the list with the page at its address; the text may have been lost when it was \
            fetched.",
    },
    Entry {
        id: TEXT_UNASSIGNED,
        name: "text-unassigned",
        severity: Info,
        field: None,
        explanation: "Text that no field took. Blocks that follow one another are told as one finding, \
            with the first words.",
        example: "Calcification of muscle\n\nAudience: patients\n\nICD-10 code: M61\n\nCalcium salts settle in the muscle fibers.",
        cure: "Give the profile a rule that takes the text, or name it as chrome if it is site furniture.",
    },
    Entry {
        id: MOJIBAKE,
        name: "mojibake",
        severity: Warning,
        field: None,
        explanation: "Text decoded with the wrong encoding somewhere on its way. UTF-8 was read as \
            windows-1252 or ISO-8859-1, so that one letter became two or three.",
        example: "MÃ©niÃ¨re disease",
        cure: "Fetch the page again and keep its bytes as they are; if the page itself is wrong, correct \
            it at its source.",
    },
    Entry {
        id: PLACEHOLDER,
        name: "placeholder",
        severity: Warning,
        field: None,
        explanation: "A placeholder stands where text should be. A template was published before it was \
            filled.",
        example: "Treatment\n\n{{ treatment_text }}",
        cure: "Fetch the page again once its author has filled it, or leave the value out.",
    },
    Entry {
        id: LOOK_ALIKE_LETTERS,
        name: "look-alike-letters",
        severity: Warning,
        field: None,
        explanation: "Letters of two scripts that look alike are mixed in one word. A search for the word \
            will not find it.",
        example: "ICD-10 code: М61 with a Cyrillic М (U+041C)",
        cure: "Type the word again in one script at its source.",
    },
    Entry {
        id: CONTROL_CHARACTERS,
        name: "control-characters",
        severity: Info,
        field: None,
        explanation: "Control characters in a value. They are invisible, and those that turn the direction \
            of writing can make text look like another.",
        example: r#"Calcification\u{202E} of muscle"#,
        cure: "Remove the characters at the source, or where the value is used.",
    },
    Entry {
        id: CODE_REPEATED,
        name: "code-repeated",
        severity: Info,
        field: Some("code"),
        explanation: "An earlier page has the same code. It is told on the later page in the order of \
            their paths, and names the first that has the code.",
        example: "a/cholera.html: ICD-10 code: A00\nb/cholera.html: ICD-10 code: A00",
        cure: "Check that both pages are meant to be under this code; if one has the wrong code, correct \
            it at its source.",
    },
    Entry {
        id: PAGE_REPEATED,
        name: "page-repeated",
        severity: Warning,
        field: None,
        explanation: "An earlier page has the same bytes. It is told on the later page in the order of \
            their paths, and names the first of them.",
        example: "a/cholera.html and b/cholera.html, copies of one file",
        cure: "Keep one of the pages, or leave the others out with --exclude.",
    },
    Entry {
        id: PAGE_NEARLY_REPEATED,
        name: "page-nearly-repeated",
        severity: Info,
        field: None,
        explanation: "An earlier page has nearly the same text. About four sentences in five of the \
            sections and key points are the same; texts of fewer than 16 sentences are not compared.",
        example: "2023/cholera.html and 2024/cholera.html, two versions of one article",
        cure: "Compare the two pages and keep the better one, or leave the other out with --exclude.",
    },
];
