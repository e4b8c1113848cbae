//! One input as read: its bytes, where it came from, and its text.
//!
//! Stages after reading work on [`Page::text`], which is UTF-8; [`Page::raw_span`] takes any place in it
//! back to the bytes of the file. A page never changes once it is read.

use crate::diagnostic::Diagnostic;
use crate::limits::PageLimits;
use crate::span::Span;

/// What a page is written in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text, with or without Markdown marks.
    Text,
    /// HTML or XHTML.
    Html,
}

impl Format {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

/// By what the encoding of a page was told, most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EncodingSource {
    /// A byte order mark.
    ByteOrderMark,
    /// A `<meta charset>` or `http-equiv` declaration, or the XML declaration.
    Declared,
    /// The bytes are valid UTF-8 (ASCII included).
    ValidUtf8,
    /// Statistics of the bytes: may be wrong.
    Guessed,
}

/// One input as read.
#[derive(Debug)]
pub struct Page {
    /// Path below the input with `/`, percent-encoded where needed; unique in a run.
    pub uri: String,
    /// Text or HTML.
    pub format: Format,
    /// Name of the encoding in the WHATWG Encoding Standard, such as `UTF-8` or `windows-1252`.
    pub encoding: &'static str,
    /// What told the encoding.
    pub encoding_source: EncodingSource,
    /// Findings of the reading stage (N1xx).
    pub diagnostics: Vec<Diagnostic>,
    /// How far it is followed.
    pub limits: PageLimits,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// The file is UTF-8: one buffer is both bytes and text. `body` is past the byte order mark.
    Utf8 { text: String, body: usize },
    /// Any other encoding, or UTF-8 with malformed bytes.
    Decoded { raw: Vec<u8>, text: String, map: OffsetMap },
}

impl Page {
    /// A page whose bytes are valid UTF-8. A byte order mark at its start is not part of the text.
    pub fn from_utf8(uri: String, format: Format, source: EncodingSource, text: String) -> Self {
        let body = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self {
            uri,
            format,
            encoding: "UTF-8",
            encoding_source: source,
            diagnostics: Vec::new(),
            limits: PageLimits::default(),
            content: Content::Utf8 { text, body },
        }
    }

    /// A page that was decoded from another encoding; `map` takes offsets of `text` to offsets of `raw`.
    pub fn from_decoded(
        uri: String,
        format: Format,
        (encoding, source): (&'static str, EncodingSource),
        raw: Vec<u8>,
        text: String,
        map: OffsetMap,
    ) -> Self {
        Self {
            uri,
            format,
            encoding,
            encoding_source: source,
            diagnostics: Vec::new(),
            limits: PageLimits::default(),
            content: Content::Decoded { raw, text, map },
        }
    }

    /// The text, UTF-8, without a byte order mark; line ends as in the file.
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Utf8 { text, body } => &text[*body..],
            Content::Decoded { text, .. } => text,
        }
    }

    /// The bytes of the file as read.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Utf8 { text, .. } => text.as_bytes(),
            Content::Decoded { raw, .. } => raw,
        }
    }

    /// BLAKE3 of the file as read; computed anew on each call.
    pub fn hash(&self) -> blake3::Hash {
        blake3::hash(self.bytes())
    }

    /// The text that the bytes `start..end` of the file were decoded to: the way back from
    /// [`Page::raw_span`]. `None` if they lie outside the text or cut a character.
    pub fn text_of(&self, [start, end]: [u32; 2]) -> Option<&str> {
        let (start, end) = match &self.content {
            Content::Utf8 { body, .. } => (start.checked_sub(*body as u32)?, end.checked_sub(*body as u32)?),
            Content::Decoded { map, .. } => (map.text(start), map.text(end)),
        };
        self.text().get(start as usize..end as usize)
    }

    /// The bytes of the file that a span of [`Page::text`] was decoded from.
    pub fn raw_span(&self, span: Span) -> Span {
        match &self.content {
            Content::Utf8 { body, .. } => {
                Span { start: span.start + *body as u32, end: span.end + *body as u32 }
            }
            Content::Decoded { map, .. } => Span { start: map.raw(span.start), end: map.raw(span.end) },
        }
    }
}

/// Takes offsets in a decoded text back to offsets in the bytes it was decoded from.
///
/// Holds the points at which the two stop running in step: between two points both advance byte by byte
/// (ASCII), or the stretch is one character, whose inside is never asked for.
#[derive(Clone, Debug, Default)]
pub struct OffsetMap {
    points: Vec<(u32, u32)>,
}

impl OffsetMap {
    /// Notes that offset `text` of the text stands for offset `raw` of the bytes. Both must not decrease.
    pub fn push(&mut self, text: usize, raw: usize) {
        debug_assert!(self.points.last().is_none_or(|&(t, r)| t as usize <= text && r as usize <= raw));
        self.points.push((text as u32, raw as u32));
    }

    /// The offset of the text that the byte offset `raw` stands for: the last that came from it.
    fn text(&self, raw: u32) -> u32 {
        match self.points.partition_point(|&(_, at)| at <= raw) {
            0 => raw,
            next => {
                let (text, at) = self.points[next - 1];
                text + (raw - at)
            }
        }
    }

    /// The byte offset that the offset `text`, a character boundary, came from.
    pub fn raw(&self, text: u32) -> u32 {
        match self.points.partition_point(|&(at, _)| at <= text) {
            0 => text,
            next => {
                let (at, raw) = self.points[next - 1];
                raw + (text - at)
            }
        }
    }
}
