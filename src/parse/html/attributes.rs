//! The attributes of one tag that tell the parser something.
//!
//! In: names and values as the page writes them, or decoded ones of a tree. Out: values by [`Attribute`].
//! All others are passed over.

use super::entity;
use crate::limits::MAX_ATTRIBUTES;
use std::borrow::Cow;

/// The attributes that the parser reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    AriaControls,
    AriaLevel,
    Class,
    Color,
    Content,
    Encoding,
    Face,
    Hidden,
    Href,
    Id,
    Lang,
    Name,
    Property,
    Rel,
    Reversed,
    Role,
    Size,
    Start,
    Style,
    Type,
    Value,
}

impl Attribute {
    /// The attribute called `name`, in any case; `None` for one that the parser does not read.
    pub(super) fn new(name: &[u8]) -> Option<Self> {
        let known: (&str, Self) = match (name.len(), name.first()?.to_ascii_lowercase()) {
            (2, b'i') => ("id", Self::Id),
            (3, b'r') => ("rel", Self::Rel),
            (4, b'f') => ("face", Self::Face),
            (4, b'h') => ("href", Self::Href),
            (4, b'l') => ("lang", Self::Lang),
            (4, b'n') => ("name", Self::Name),
            (4, b'r') => ("role", Self::Role),
            (4, b's') => ("size", Self::Size),
            (4, b't') => ("type", Self::Type),
            (5, b'c') if name[1].eq_ignore_ascii_case(&b'l') => ("class", Self::Class),
            (5, b'c') => ("color", Self::Color),
            (5, b's') if name[2].eq_ignore_ascii_case(&b'a') => ("start", Self::Start),
            (5, b's') => ("style", Self::Style),
            (5, b'v') => ("value", Self::Value),
            (6, b'h') => ("hidden", Self::Hidden),
            (7, b'c') => ("content", Self::Content),
            (8, b'e') => ("encoding", Self::Encoding),
            (8, b'p') => ("property", Self::Property),
            (8, b'r') => ("reversed", Self::Reversed),
            (10, b'a') => ("aria-level", Self::AriaLevel),
            (13, b'a') => ("aria-controls", Self::AriaControls),
            _ => return None,
        };
        name.eq_ignore_ascii_case(known.0.as_bytes()).then_some(known.1)
    }
}

/// How the values of [`Attributes`] are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// As in the page: character references are still to be decoded.
    Source,
    /// Decoded.
    Decoded,
}

/// What a tag says by attributes. Of an attribute that stands twice the first counts.
#[derive(Debug)]
pub(super) struct Attributes<'p> {
    values: Vec<(Attribute, &'p str, usize)>,
    writing: Writing,
    /// How many attributes of a tag are looked at.
    pub(super) limit: usize,
}

impl<'p> Attributes<'p> {
    /// No attributes yet.
    pub(super) fn new(writing: Writing) -> Self {
        Self { values: Vec::new(), writing, limit: MAX_ATTRIBUTES }
    }

    /// The attributes of an implied tag.
    pub(super) fn none() -> Self {
        Self::new(Writing::Source)
    }

    /// Takes all away, for the next tag.
    pub(super) fn clear(&mut self) {
        self.values.clear();
    }

    /// Adds an attribute whose value stands at byte `at`.
    pub(super) fn push(&mut self, attribute: Attribute, value: &'p str, at: usize) {
        if !self.has(attribute) {
            self.values.push((attribute, value, at));
        }
    }

    /// Whether there is none that the parser reads.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether the tag has the attribute.
    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.values.iter().any(|entry| entry.0 == attribute)
    }

    /// Its value, references decoded.
    pub(super) fn get(&self, attribute: Attribute) -> Option<Cow<'p, str>> {
        self.find(attribute).map(|(value, _)| value)
    }

    /// Its value as the page writes it.
    pub(super) fn written(&self, attribute: Attribute) -> Option<&'p str> {
        self.values.iter().find(|entry| entry.0 == attribute).map(|entry| entry.1)
    }

    /// A written value with its references decoded.
    pub(super) fn decoded(&self, written: &'p str) -> Cow<'p, str> {
        match self.writing {
            Writing::Source => entity::decode_attribute(written),
            Writing::Decoded => Cow::Borrowed(written),
        }
    }

    /// Its value, references decoded, and the byte at which it stands in the page, with its length there.
    pub(super) fn find(&self, attribute: Attribute) -> Option<(Cow<'p, str>, std::ops::Range<usize>)> {
        let &(_, value, at) = self.values.iter().find(|entry| entry.0 == attribute)?;
        Some((self.decoded(value), at..at + value.len()))
    }

    /// Whether the value is `word`, ASCII case ignored.
    pub(super) fn is(&self, attribute: Attribute, word: &str) -> bool {
        self.get(attribute).is_some_and(|value| value.eq_ignore_ascii_case(word))
    }

    /// The value as a number, as HTML reads integers: white space and what follows the digits ignored.
    pub(super) fn integer(&self, attribute: Attribute) -> Option<i32> {
        let value = self.get(attribute)?;
        let value = value.trim_ascii_start();
        let sign = usize::from(value.starts_with(['-', '+']));
        let digits = value[sign..].bytes().take_while(u8::is_ascii_digit).count();
        value[..sign + digits].parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(Attribute::new(b"CLASS"), Some(Attribute::Class));
        assert_eq!(Attribute::new(b"color"), Some(Attribute::Color));
        assert_eq!(Attribute::new(b"style"), Some(Attribute::Style));
        assert_eq!(Attribute::new(b"start"), Some(Attribute::Start));
        assert_eq!(Attribute::new(b"data-id"), None);
        assert_eq!(Attribute::new(b""), None);
    }

    fn check(value: &str, expected: Option<i32>) {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Start, value, 0);
        assert_eq!(attributes.integer(Attribute::Start), expected, "{value:?}");
    }

    #[test]
    fn integers_are_read_as_html_does() {
        check("3", Some(3));
        check(" -4px", Some(-4));
        check("+5", Some(5));
        check("", None);
        check("x", None);
        check("99999999999", None);
    }

    #[test]
    fn the_first_of_two_counts() {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Class, "a&amp;b", 0);
        attributes.push(Attribute::Class, "c", 9);
        assert_eq!(attributes.get(Attribute::Class).as_deref(), Some("a&b"));
    }
}
