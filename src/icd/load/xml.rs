//! Walks an XML file element by element.
//!
//! In: the text of a file. Out: [`Step`]s, or an error with line and column. Of entities only XML's own five
//! and character references are resolved: what a DTD declares is never read, so nothing can grow (CWE-776).
//! Depth is limited. Knows no vocabulary.

use crate::error::{Error, ErrorKind, Position, Result};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// Open elements: ICD-10-CM nests 12 deep, ClaML 6.
const MAX_DEPTH: usize = 64;

/// A step of the walk.
pub(super) enum Step<'a> {
    /// An element begins; one without content is followed by its end.
    Open(Tag<'a>),
    /// The innermost open element ends.
    Close,
    /// Text, entities resolved.
    Text(Cow<'a, str>),
    /// The file ends.
    End,
}

/// The start of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without a namespace prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute, entities resolved; `None` also if it is malformed.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self.0.try_get_attribute(name).ok()??;
        Some(attribute.normalized_value(XmlVersion::default()).ok()?.trim().to_owned())
    }
}

/// The walk through the file `name`.
pub(super) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    name: &'a str,
    depth: usize,
    /// Byte at which the last step begins.
    start: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str, name: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, text, name, depth: 0, start: 0 }
    }

    /// The next step.
    ///
    /// # Errors
    /// If the file is not well-formed XML, too deep, or uses an entity of its own.
    pub(super) fn step(&mut self) -> Result<Step<'a>> {
        loop {
            self.start = self.offset();
            match self.reader.read_event() {
                Ok(Event::Start(_)) if self.depth == MAX_DEPTH => {
                    return Err(self.error(format!("elements are nested deeper than {MAX_DEPTH}")));
                }
                Ok(Event::Start(tag)) => {
                    self.depth += 1;
                    return Ok(Step::Open(Tag(tag)));
                }
                Ok(Event::End(_)) => {
                    self.depth -= 1;
                    return Ok(Step::Close);
                }
                Ok(Event::Text(text)) => return Ok(Step::Text(text.xml10_content())),
                Ok(Event::CData(text)) => return Ok(Step::Text(text.xml10_content())),
                Ok(Event::GeneralRef(entity)) => return self.resolve(&entity).map(Step::Text),
                Ok(Event::Eof) if self.depth > 0 => {
                    return Err(self.error("the file ends inside an element".to_owned()));
                }
                Ok(Event::Eof) => return Ok(Step::End),
                Ok(_) => {}
                Err(error) => return Err(self.error("not well-formed XML".to_owned()).source(error)),
            }
        }
    }

    /// The byte at which the last step begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Line and column of a byte. Counts the lines before it, so it is for errors only.
    pub(super) fn position_of(&self, offset: usize) -> Position {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count();
        Position { line: number(line), column: number(before[line_start..].chars().count()) }
    }

    /// An error at a byte.
    pub(super) fn error_at(&self, offset: usize, message: String) -> Error {
        Error::new(ErrorKind::Reference, message).at(self.name).position(self.position_of(offset))
    }

    /// An error at the last step.
    fn error(&self, message: String) -> Error {
        self.error_at(self.start, message)
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len())
    }

    fn resolve(&self, entity: &BytesRef<'_>) -> Result<Cow<'a, str>> {
        match entity.resolve_char_ref() {
            Ok(Some(char)) => Ok(char.to_string().into()),
            Ok(None) => resolve_xml_entity(entity).map(Cow::from).ok_or_else(|| {
                let message = "an entity of the file's own, expected at most those of XML".to_owned();
                self.error(message).hint("replace it by the character it stands for")
            }),
            Err(error) => Err(self.error("not a character of XML".to_owned()).source(error)),
        }
    }
}

/// The name of the outermost element.
pub(super) fn root_name(text: &str, name: &str) -> Result<String> {
    let mut walk = Walk::new(text, name);
    loop {
        match walk.step()? {
            Step::Open(tag) => return Ok(tag.name().to_owned()),
            Step::End => return Err(walk.error("no element was found".to_owned())),
            Step::Close | Step::Text(_) => {}
        }
    }
}

/// Adds `text` to `held` with runs of white space as one space, none at the start.
pub(super) fn push_words(held: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            char if !char.is_whitespace() => held.push(char),
            _ if held.is_empty() || held.ends_with(' ') => {}
            _ => held.push(' '),
        }
    }
}
