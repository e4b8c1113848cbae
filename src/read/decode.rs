//! Bytes to text, with the way back.
//!
//! In: bytes and their encoding. Out: UTF-8 text and an [`OffsetMap`] that takes each character's start and
//! end back to the bytes it was made from. `encoding_rs` does the decoding, per the WHATWG Encoding
//! Standard; it tells no positions, so characters that are not ASCII are fed to it one by one (single-byte
//! encodings go through a table of its answers). Malformed bytes become U+FFFD, never vanish. In
//! ISO-2022-JP a character that a shift precedes holds the shift too, and the bytes of one after it do not
//! decode alone: that encoding has state.

use super::encoding::Verdict;
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::page::OffsetMap;
use crate::span::{LineIndex, Span};
use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8};

/// Text of a page.
#[derive(Debug)]
pub(super) enum Decoded {
    /// The bytes are the text; a byte order mark stands at its start.
    Same(String),
    /// The text differs from the bytes.
    Mapped { raw: Vec<u8>, text: String, map: OffsetMap, malformed: Option<Malformed> },
}

/// Bytes that the encoding does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// How many U+FFFD stand for them.
    count: usize,
    /// Where the first stands in the text.
    first: usize,
}

impl Malformed {
    /// The finding: how many, and the first place in `text`.
    pub(super) fn diagnostic(self, text: &str, encoding: &str) -> Diagnostic {
        let Self { count, first } = self;
        let message = format!(
            "{count} byte sequences are not {encoding} and were read as U+FFFD; scrape the page again, or mend its encoding"
        );
        Diagnostic {
            line: Some(LineIndex::new(text).line(first as u32)),
            span: Some(Span::new(first, first + char::REPLACEMENT_CHARACTER.len_utf8())),
            ..catalogue::about_page(catalogue::BYTES_MALFORMED, message)
        }
    }
}

/// Decodes the bytes of a file, handed in as text if they are UTF-8.
pub(super) fn decode(text: Result<String, Vec<u8>>, verdict: &Verdict) -> Decoded {
    let encoding = verdict.encoding;
    let has_ascii = encoding.is_ascii_compatible() && encoding != ISO_2022_JP;
    let bytes = match text {
        Ok(text) if encoding == UTF_8 || has_ascii && text.is_ascii() => return Decoded::Same(text),
        Err(bytes) if encoding == UTF_8 => return broken_utf8(bytes, verdict.mark),
        Ok(text) => text.into_bytes(),
        Err(bytes) => bytes,
    };
    let mut output = Output::new(&bytes, verdict.mark);
    if encoding.is_single_byte() {
        single_byte(&mut output, encoding);
    } else {
        multi_byte(&mut output, encoding);
    }
    let (text, map, malformed) = output.finish();
    Decoded::Mapped { raw: bytes, text, map, malformed }
}

fn broken_utf8(bytes: Vec<u8>, mark: usize) -> Decoded {
    let mut output = Output::new(&bytes, mark);
    for chunk in bytes[mark..].utf8_chunks() {
        output.same(chunk.valid());
        if !chunk.invalid().is_empty() {
            output.malformed(output.raw + chunk.invalid().len());
        }
    }
    let (text, map, malformed) = output.finish();
    Decoded::Mapped { raw: bytes, text, map, malformed }
}

fn single_byte(output: &mut Output<'_>, encoding: &'static Encoding) {
    let table = upper_half(encoding);
    while let Some(byte) = output.take_ascii() {
        match table[usize::from(byte & 0x7F)] {
            char::REPLACEMENT_CHARACTER => output.malformed(output.raw + 1),
            character => output.character(character, output.raw + 1),
        }
    }
}

/// What a single-byte encoding makes of the bytes 0x80 to 0xFF.
fn upper_half(encoding: &'static Encoding) -> [char; 128] {
    std::array::from_fn(|at| {
        let byte = [at as u8 | 0x80];
        let (text, _) = encoding.decode_without_bom_handling(&byte);
        text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
    })
}

/// Feeds the decoder byte by byte, so that the bytes of each character are known when it comes out.
fn multi_byte(output: &mut Output<'_>, encoding: &'static Encoding) {
    let has_ascii_runs = encoding.is_ascii_compatible();
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut fed = output.raw;
    let mut buffer = [0u8; 32];
    loop {
        if has_ascii_runs && fed == output.raw {
            output.take_ascii();
            fed = output.raw;
        }
        let next = (fed + 1).min(output.bytes.len());
        let last = next == fed;
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&output.bytes[fed..next], &mut buffer, last);
        fed += read;
        for character in String::from_utf8_lossy(&buffer[..written]).chars() {
            output.character(character, fed);
        }
        match result {
            DecoderResult::Malformed(_, after) => {
                output.malformed(fed - usize::from(after));
                // What it has taken in behind them would come out later with the wrong bytes.
                if after > 0 && encoding != ISO_2022_JP {
                    decoder = encoding.new_decoder_without_bom_handling();
                    fed = output.raw;
                }
            }
            DecoderResult::InputEmpty if last => return,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
        }
    }
}

/// Text as it grows, with the byte offset it has reached.
struct Output<'b> {
    bytes: &'b [u8],
    raw: usize,
    text: String,
    map: OffsetMap,
    /// `raw` less the length of `text` at the last point of the map.
    shift: i64,
    malformed: Option<Malformed>,
}

impl<'b> Output<'b> {
    fn new(bytes: &'b [u8], mark: usize) -> Self {
        let mut output = Self {
            bytes,
            raw: mark,
            text: String::with_capacity(bytes.len() + bytes.len() / 8),
            map: OffsetMap::default(),
            shift: 0,
            malformed: None,
        };
        output.note();
        output
    }

    /// Notes the place reached, where text and bytes are no longer in step.
    fn note(&mut self) {
        let shift = self.raw as i64 - self.text.len() as i64;
        if shift != self.shift {
            self.map.push(self.text.len(), self.raw);
            self.shift = shift;
        }
    }

    /// Takes ASCII up to the next byte that is not, and gives that byte.
    fn take_ascii(&mut self) -> Option<u8> {
        let rest = &self.bytes[self.raw..];
        let run = Encoding::ascii_valid_up_to(rest);
        if let Ok(text) = std::str::from_utf8(&rest[..run]) {
            self.same(text);
        }
        rest.get(run).copied()
    }

    /// Takes text that is the same in the bytes.
    fn same(&mut self, text: &str) {
        self.text.push_str(text);
        self.raw += text.len();
    }

    /// Takes a character that was made from the bytes up to `end`.
    fn character(&mut self, character: char, end: usize) {
        self.text.push(character);
        self.raw = end.max(self.raw);
        self.note();
    }

    /// Takes malformed bytes up to `end`.
    fn malformed(&mut self, end: usize) {
        let first = self.text.len();
        self.malformed.get_or_insert(Malformed { count: 0, first }).count += 1;
        self.character(char::REPLACEMENT_CHARACTER, end);
    }

    fn finish(self) -> (String, OffsetMap, Option<Malformed>) {
        (self.text, self.map, self.malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::EncodingSource;
    use encoding_rs::*;
    use proptest::prelude::*;

    fn verdict(encoding: &'static Encoding) -> Verdict {
        Verdict::told(encoding, EncodingSource::Declared)
    }

    fn mapped(encoding: &'static Encoding, bytes: &[u8]) -> (String, OffsetMap, Option<Malformed>) {
        let text = String::from_utf8(bytes.to_vec()).map_err(|error| error.into_bytes());
        match decode(text, &verdict(encoding)) {
            Decoded::Same(text) => (text, OffsetMap::default(), None),
            Decoded::Mapped { text, map, malformed, .. } => (text, map, malformed),
        }
    }

    /// The bytes of each character.
    fn pieces<'b>(bytes: &'b [u8], text: &str, map: &OffsetMap) -> Vec<&'b [u8]> {
        text.char_indices()
            .map(|(at, character)| {
                let end = at + character.len_utf8();
                &bytes[map.raw(at as u32) as usize..map.raw(end as u32) as usize]
            })
            .collect()
    }

    #[test]
    fn each_character_has_its_bytes() {
        let check = |encoding, bytes: &[u8], text: &str, expected: &[&[u8]]| {
            let (got, map, _) = mapped(encoding, bytes);
            assert_eq!(got, text);
            assert_eq!(pieces(bytes, &got, &map), expected, "{text}");
        };
        check(WINDOWS_1252, b"a\x80b", "a€b", &[b"a", b"\x80", b"b"]);
        check(SHIFT_JIS, b"a\x83\x65\xB1b", "aテｱb", &[b"a", b"\x83\x65", b"\xB1", b"b"]);
        check(UTF_16LE, b"a\0=\xD8\0\xDE", "a😀", &[b"a\0", b"=\xD8\0\xDE"]);
        check(UTF_16BE, b"\0a\0b", "ab", &[b"\0a", b"\0b"]);
        check(ISO_2022_JP, b"\x1b$B%F\x1b(Ba", "テa", &[b"\x1b$B%F", b"\x1b(Ba"]);
        // One Big5 sequence is two characters; the second has no bytes of its own.
        check(BIG5, b"\x88\x62a", "\u{ca}\u{304}a", &[b"\x88\x62", b"", b"a"]);
        check(UTF_8, b"\xE9\xC3\xA9a", "\u{fffd}\u{e9}a", &[b"\xE9", b"\xC3\xA9", b"a"]);
    }

    #[test]
    fn malformed_bytes_are_counted_with_their_first_place() {
        let check = |encoding, bytes: &[u8], text: &str, count: usize, first: usize| {
            let (got, _, malformed) = mapped(encoding, bytes);
            assert_eq!((got.as_str(), malformed), (text, Some(Malformed { count, first })));
        };
        check(UTF_8, b"ab\xFFc\xFF", "ab\u{fffd}c\u{fffd}", 2, 2);
        check(SHIFT_JIS, b"a\x83", "a\u{fffd}", 1, 1);
        check(UTF_16LE, b"a\0\0\xD8b\0", "a\u{fffd}b", 1, 1);
        check(GB18030, b"\x81\x30\x81 ", "\u{fffd}0\u{fffd} ", 2, 0);
        check(WINDOWS_1253, b"\xD2", "\u{fffd}", 1, 0);
    }

    const STATELESS: [&Encoding; 12] = [
        UTF_8,
        WINDOWS_1252,
        WINDOWS_1251,
        ISO_8859_2,
        KOI8_R,
        SHIFT_JIS,
        EUC_JP,
        EUC_KR,
        GBK,
        GB18030,
        UTF_16LE,
        UTF_16BE,
    ];

    proptest! {
        /// The whole text is what `encoding_rs` makes of the whole, and each character's bytes alone decode to it.
        #[test]
        fn offsets_lead_back_to_the_bytes(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x81u8..0x9F, Just(b'a')], 0..60),
            which in 0usize..STATELESS.len(),
        ) {
            let encoding = STATELESS[which];
            let (text, map, malformed) = mapped(encoding, &bytes);
            let (expected, _) = encoding.decode_without_bom_handling(&bytes);
            prop_assert_eq!(&text, &expected);
            let pieces = pieces(&bytes, &text, &map);
            prop_assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), bytes.len());
            for (piece, character) in pieces.iter().zip(text.chars()) {
                if character != char::REPLACEMENT_CHARACTER {
                    prop_assert_eq!(&*encoding.decode_without_bom_handling(piece).0, &*character.to_string());
                }
            }
            prop_assert!(malformed.is_none() || text.contains(char::REPLACEMENT_CHARACTER));
        }

        /// Encodings with state, or with two characters to a sequence, still decode as a whole and lose no byte.
        #[test]
        fn no_byte_is_lost(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x1B), Just(b'$'), Just(b'(')], 0..60)) {
            for encoding in [ISO_2022_JP, BIG5] {
                let (text, map, _) = mapped(encoding, &bytes);
                prop_assert_eq!(&text, &encoding.decode_without_bom_handling(&bytes).0);
                prop_assert!(map.raw(text.len() as u32) as usize <= bytes.len());
            }
        }
    }
}
