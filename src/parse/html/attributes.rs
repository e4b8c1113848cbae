//! The attributes of one tag that tell the parser something.
//!
//! In: names and values as the page writes them, or decoded ones of a tree. Out: values by [`Attribute`].
//! All others are passed over.

use super::entity;
use super::tag::{key, key_at};
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
    /// The attribute called `bytes[start..end]`, in any case; `None` for one that the parser does not read.
    pub(super) fn at(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        let long = |name: &str| bytes[start..end].eq_ignore_ascii_case(name.as_bytes());
        match end - start {
            0..=8 => Self::short(key_at(bytes, start, end)),
            10 if long("aria-level") => Some(Self::AriaLevel),
            13 if long("aria-controls") => Some(Self::AriaControls),
            _ => None,
        }
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The one whose name of up to eight letters has the key, which no other bytes have.
    fn short(name: u64) -> Option<Self> {
        macro_rules! named {
            ($($attribute:ident $letters:literal;)*) => {{
                #![allow(non_upper_case_globals)]
                $(const $attribute: u64 = key($letters.as_bytes());)*
                match name {
                    $($attribute => Some(Self::$attribute),)*
                    _ => None,
                }
            }};
        }
        named! {
            Id "id";
            Rel "rel";
            Face "face";
            Href "href";
            Lang "lang";
            Name "name";
            Role "role";
            Size "size";
            Type "type";
            Class "class";
            Color "color";
            Start "start";
            Style "style";
            Value "value";
            Hidden "hidden";
            Content "content";
            Encoding "encoding";
            Property "property";
            Reversed "reversed";
        }
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
    /// A bit for each attribute that is there.
    present: u32,
    writing: Writing,
    /// How many attributes of a tag are looked at.
    pub(super) limit: usize,
}

impl<'p> Attributes<'p> {
    /// No attributes yet.
    pub(super) fn new(writing: Writing) -> Self {
        Self { values: Vec::new(), present: 0, writing, limit: MAX_ATTRIBUTES }
    }

    /// The attributes of an implied tag.
    pub(super) fn none() -> Self {
        Self::new(Writing::Source)
    }

    /// Takes all away, for the next tag.
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.present = 0;
    }

    /// Adds an attribute whose value stands at byte `at`.
    pub(super) fn push(&mut self, attribute: Attribute, value: &'p str, at: usize) {
        if !self.has(attribute) {
            self.present |= attribute.bit();
            self.values.push((attribute, value, at));
        }
    }

    /// Whether there is none that the parser reads.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether the tag has the attribute.
    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.present & attribute.bit() != 0
    }

    /// Its value, references decoded.
    pub(super) fn get(&self, attribute: Attribute) -> Option<Cow<'p, str>> {
        self.find(attribute).map(|(value, _)| value)
    }

    /// Its value as the page writes it.
    pub(super) fn written(&self, attribute: Attribute) -> Option<&'p str> {
        self.entry(attribute).map(|entry| entry.1)
    }

    fn entry(&self, attribute: Attribute) -> Option<&(Attribute, &'p str, usize)> {
        // Most tags lack what they are asked for.
        if !self.has(attribute) {
            return None;
        }
        self.values.iter().find(|entry| entry.0 == attribute)
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
        let &(_, value, at) = self.entry(attribute)?;
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
        let named = |name: &str| Attribute::at(name.as_bytes(), 0, name.len());
        assert_eq!(named("CLASS"), Some(Attribute::Class));
        assert_eq!(named("color"), Some(Attribute::Color));
        assert_eq!(named("style"), Some(Attribute::Style));
        assert_eq!(named("start"), Some(Attribute::Start));
        assert_eq!(named("Aria-Level"), Some(Attribute::AriaLevel));
        assert_eq!(named("data-id"), None);
        assert_eq!(named("\0class"), None);
        assert_eq!(named("i\u{4}"), None);
        assert_eq!(named(""), None);
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
