//! Which encoding the bytes of a page are in, and by what it was told.
//!
//! In: all bytes of a file. Out: a [`Verdict`]. Order: byte order mark, declaration, valid UTF-8, guess
//! (`chardetng`, the detector of Firefox). One departure from browsers: bytes that are valid UTF-8 and not
//! plain ASCII are UTF-8 whatever was declared, since text of another encoding almost never is valid UTF-8
//! by chance; and a page that is declared UTF-8 without one well-formed sequence of it is not. Both are
//! told as `N110`.

use crate::catalogue;
use crate::count::count;
use crate::diagnostic::Diagnostic;
use crate::page::EncodingSource;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that a guess looks at, from the first that is not ASCII: a quarter of a million characters say as
/// much as all, and the detector is slower than decoding.
const GUESS_BYTES: usize = 256 * 1024;

/// The encoding of a page.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) encoding: &'static Encoding,
    pub(super) source: EncodingSource,
    /// Bytes of the byte order mark.
    pub(super) mark: usize,
    /// What the page declares, where its bytes say otherwise.
    contradicted: Option<&'static Encoding>,
}

impl Verdict {
    pub(super) fn told(encoding: &'static Encoding, source: EncodingSource) -> Self {
        Self { encoding, source, mark: 0, contradicted: None }
    }

    /// The finding that the verdict calls for, if any.
    pub(super) fn diagnostic(&self) -> Option<Diagnostic> {
        let name = self.encoding.name();
        if let Some(declared) = self.contradicted {
            let message = format!(
                "the page declares {}, but its bytes are {name} and were read as that; mend the declaration",
                declared.name()
            );
            return Some(catalogue::about_page(catalogue::ENCODING_CONFLICT, message));
        }
        (self.source == EncodingSource::Guessed).then(|| {
            let message = format!(
                "the page names no encoding and is not UTF-8; read as {name}, which may be wrong: save it as UTF-8"
            );
            catalogue::about_page(catalogue::ENCODING_GUESSED, message)
        })
    }
}

/// Tells the encoding of the bytes of a file, handed in as text if they are UTF-8.
pub(super) fn tell(text: Result<&str, &[u8]>) -> Verdict {
    let bytes = text.map_or_else(|bytes| bytes, str::as_bytes);
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Verdict { mark, ..Verdict::told(encoding, EncodingSource::ByteOrderMark) };
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return Verdict::told(encoding, EncodingSource::Guessed);
    }
    let declared = super::declared::declared(bytes).filter(|&encoding| encoding != REPLACEMENT);
    let utf8 = Utf8Evidence::of(text);
    match declared {
        Some(declared) if declared == UTF_8 => {
            if utf8.malformed > 0 && utf8.sequences == 0 {
                Verdict { contradicted: Some(UTF_8), ..Verdict::told(guess(bytes), EncodingSource::Guessed) }
            } else {
                Verdict::told(UTF_8, EncodingSource::Declared)
            }
        }
        Some(declared) if utf8.malformed == 0 && utf8.sequences > 0 => {
            Verdict { contradicted: Some(declared), ..Verdict::told(UTF_8, EncodingSource::ValidUtf8) }
        }
        Some(declared) => Verdict::told(declared, EncodingSource::Declared),
        None if utf8.malformed == 0 && !shifts_to_japanese(bytes) => {
            Verdict::told(UTF_8, EncodingSource::ValidUtf8)
        }
        // UTF-8 with some damage: text of another encoding has next to no well-formed sequences.
        None if utf8.sequences > utf8.malformed => Verdict::told(UTF_8, EncodingSource::ValidUtf8),
        None => Verdict::told(guess(bytes), EncodingSource::Guessed),
    }
}

/// How much of the bytes is UTF-8 beyond ASCII.
struct Utf8Evidence {
    /// Well-formed sequences of two to four bytes.
    sequences: usize,
    /// Malformed ones.
    malformed: usize,
}

impl Utf8Evidence {
    fn of(text: Result<&str, &[u8]>) -> Self {
        let bytes = match text {
            Ok(text) => return Self { sequences: sequences(text), malformed: 0 },
            Err(bytes) => bytes,
        };
        let mut evidence = Self { sequences: 0, malformed: 0 };
        for chunk in bytes.utf8_chunks() {
            evidence.sequences += sequences(chunk.valid());
            evidence.malformed += usize::from(!chunk.invalid().is_empty());
        }
        evidence
    }
}

/// Characters that are not ASCII: each has one byte that is neither ASCII nor a continuation.
fn sequences(text: &str) -> usize {
    if text.is_ascii() {
        return 0;
    }
    count(text.as_bytes(), |byte| byte >= 0xC0)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let start = Encoding::ascii_valid_up_to(bytes);
    let start = if start == bytes.len() { 0 } else { start };
    let looked_at = &bytes[start..bytes.len().min(start + GUESS_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(looked_at, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Plain ASCII bytes with the escape that opens a two-byte set of ISO-2022-JP.
fn shifts_to_japanese(bytes: &[u8]) -> bool {
    let may_shift = memchr::memchr(0x1b, bytes).is_some();
    may_shift && memchr::memmem::find(bytes, b"\x1b$").is_some() && guess(bytes) == ISO_2022_JP
}

/// Whether the bytes look like UTF-16 without a byte order mark.
pub(super) fn is_unmarked_utf16(bytes: &[u8]) -> bool {
    unmarked_utf16(bytes).is_some()
}

/// UTF-16 without a byte order mark: of the first characters most are Latin, so that every second byte is
/// NUL and hardly any other is.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024) & !1];
    if head.len() < 4 || memchr::memchr(0, head).is_none() {
        return None;
    }
    let nuls_at = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, units) = (nuls_at(0), nuls_at(1), head.len() / 2);
    if odd * 4 >= units * 3 && even == 0 {
        Some(UTF_16LE)
    } else if even * 4 >= units * 3 && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}
