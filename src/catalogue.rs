//! The catalogue of diagnostics: each kind of finding, once.

use crate::diagnostic::{DiagnosticId, Severity};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        $($(#[$doc])* pub const $name: DiagnosticId = DiagnosticId($number);)*
    };
}

ids! {
    /// The encoding was guessed from the bytes.
    ENCODING_GUESSED = 101;
    /// Bytes that the encoding does not have were replaced by U+FFFD.
    BYTES_MALFORMED = 102;
    /// The page has no visible text.
    PAGE_EMPTY = 103;
    /// The file is over the limit of bytes.
    PAGE_TOO_LARGE = 104;
    /// The file could not be read.
    PAGE_UNREADABLE = 105;
    /// Elements are nested deeper than the limit.
    DEPTH_LIMIT = 106;
    /// The page has more blocks than the limit.
    BLOCK_LIMIT = 107;
    /// A tag has more attributes than the limit.
    ATTRIBUTE_LIMIT = 108;
    /// The file's extension says one format, its bytes another.
    FORMAT_MISMATCH = 109;
    /// The declared encoding is not that of the bytes.
    ENCODING_CONFLICT = 110;
    /// The program failed on this page.
    PAGE_FAILED = 111;

    /// No code was found.
    CODE_MISSING = 201;
    /// What stands where the code should be has not a code's shape.
    CODE_MALFORMED = 202;
    /// The page's chapter is not that of the code.
    CHAPTER_CONTRADICTS_CODE = 203;
    /// The code is in no release known here.
    CODE_UNKNOWN = 204;
    /// The code is of an earlier release.
    CODE_RETIRED = 205;
    /// The page gives two codes for itself.
    CODE_CONFLICT = 206;
    /// The code was read after mending its print.
    CODE_MENDED = 207;
    /// No title was found.
    TITLE_MISSING = 208;
    /// The title shares no word with the reference's title of the code.
    TITLE_UNLIKE_REFERENCE = 209;
    /// The page's block is not that of the code.
    BLOCK_CONTRADICTS_CODE = 210;
    /// The page's category is not that of the code.
    CATEGORY_CONTRADICTS_CODE = 211;
    /// A listed code is in no release known here.
    LISTED_CODE_UNKNOWN = 212;
    /// A listed code has not a code's shape, or was read after mending.
    LISTED_CODE_MENDED = 213;
    /// A listed code does not stand under the page's code.
    LISTED_CODE_ELSEWHERE = 214;
    /// The page does not say which classification its code is of.
    CODE_SYSTEM_MISSING = 215;
    /// The chapter's title or number is none of the reference's.
    CHAPTER_UNKNOWN = 216;

    /// The page has no section.
    SECTIONS_MISSING = 301;
    /// A section has neither text nor items, nor deeper sections.
    SECTION_EMPTY = 302;
    /// A heading is more than one level below the one before.
    LEVEL_JUMP = 303;
    /// Two sections have the same heading.
    HEADING_REPEATED = 304;

    /// Numbers of a list are missing.
    NUMBER_GAP = 401;
    /// The numbers of a list start again.
    NUMBER_RESTART = 402;
    /// A point or listed code stands twice.
    POINT_REPEATED = 403;
    /// A point has no text.
    POINT_EMPTY = 404;

    /// Text that no field took.
    TEXT_UNASSIGNED = 501;
    /// Text decoded with the wrong encoding somewhere on its way.
    MOJIBAKE = 502;
    /// A placeholder stands where text should be.
    PLACEHOLDER = 503;
    /// Letters of two scripts that look alike are mixed in one word.
    LOOK_ALIKE_LETTERS = 504;
    /// Control characters in a value.
    CONTROL_CHARACTERS = 505;
}

/// An entry of the catalogue.
#[derive(Debug)]
pub struct Entry {
    /// Its id.
    pub id: DiagnosticId,
    /// Its name in words joined by `-`, after what was found.
    pub name: &'static str,
    /// Its severity unless the profile says otherwise.
    pub severity: Severity,
    /// What it means, as a paragraph.
    pub explanation: &'static str,
    /// Text that makes it fire.
    pub example: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}
