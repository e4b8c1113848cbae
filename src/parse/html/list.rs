//! Lists and the markers of their items.
//!
//! In: the attributes of `ol`, `ul`, `li`. Out: the marker that a browser shows, with its number (WHATWG HTML
//! Standard, section 4.4.5 and 4.4.8; `start`, `reversed`, `type`, `value`). Does not read style sheets: an
//! unordered list shows `•`, whatever its depth.

use super::attributes::{Attribute, Attributes};
use super::tag::Tag;
use crate::document::ListItem;
use std::borrow::Cow;

/// A list of the page.
#[derive(Debug)]
pub(super) struct List {
    /// Which list of the page, counted from 0.
    pub(super) ordinal: u32,
    /// 1 for an outermost list.
    pub(super) depth: u8,
    /// Whether an item of it has text.
    pub(super) has_text: bool,
    /// Whether its numbers count down to 1, so that they are known only at its end.
    counts_down: bool,
    /// The blocks of such items, with their markers so far.
    pub(super) unnumbered: Vec<(usize, Marker)>,
    style: Style,
    next: i32,
    reversed: bool,
    items: i32,
}

/// How the items of a list are marked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    None,
    Bullet,
    Decimal,
    Alpha { upper: bool },
    Roman { upper: bool },
}

/// The marker of an item before it is written out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Marker {
    style: Style,
    number: i32,
}

impl List {
    /// The list that `tag` opens inside a list of depth `parent_depth`.
    pub(super) fn new(tag: Tag, attributes: &Attributes<'_>, ordinal: u32, parent_depth: u8) -> Self {
        let ordered = tag == Tag::Ol;
        let reversed = ordered && attributes.has(Attribute::Reversed);
        let start = attributes.integer(Attribute::Start);
        let counts_down = reversed && start.is_none();
        Self {
            ordinal,
            depth: parent_depth.saturating_add(1),
            has_text: false,
            counts_down,
            unnumbered: Vec::new(),
            style: style(attributes).unwrap_or(if ordered { Style::Decimal } else { Style::Bullet }),
            next: start.unwrap_or(if counts_down { 0 } else { 1 }),
            reversed,
            items: 0,
        }
    }

    /// The marker of the next item, which has `attributes`.
    pub(super) fn marker(&mut self, attributes: &Attributes<'_>) -> Marker {
        self.items = self.items.saturating_add(1);
        let number = attributes.integer(Attribute::Value).unwrap_or(self.next);
        self.next = if self.reversed { number.saturating_sub(1) } else { number.saturating_add(1) };
        Marker { style: style(attributes).unwrap_or(self.style), number }
    }

    /// Remembers that a block has a marker that is known only at the end.
    pub(super) fn count(&mut self, block: usize, marker: Marker) {
        if self.counts_down {
            self.unnumbered.push((block, marker));
        }
    }

    /// An item of it.
    pub(super) fn item(&self, marker: Marker) -> ListItem<'static> {
        ListItem { marker: marker.text(), number: marker.number(), depth: self.depth, list: self.ordinal }
    }

    /// The marker of an item of a list that counts down, when all items are known.
    pub(super) fn counted_down(&self, marker: Marker) -> Marker {
        Marker { number: marker.number.saturating_add(self.items), ..marker }
    }
}

impl Marker {
    /// The marker as a browser shows it.
    pub(super) fn text(self) -> Option<Cow<'static, str>> {
        let letters = match self.style {
            Style::None => return None,
            Style::Bullet => return Some(Cow::Borrowed("•")),
            Style::Alpha { upper } => cased(alpha(self.number), upper),
            Style::Roman { upper } => cased(roman(self.number), upper),
            Style::Decimal => None,
        };
        let decimal = usize::try_from(self.number).ok().and_then(|number| DECIMALS.get(number));
        Some(match (letters, decimal) {
            (Some(letters), _) => Cow::Owned(letters + "."),
            (None, Some(&text)) => Cow::Borrowed(text),
            (None, None) => Cow::Owned(format!("{}.", self.number)),
        })
    }

    /// The number that it says.
    pub(super) fn number(self) -> Option<u32> {
        u32::try_from(self.number).ok().filter(|_| self.is_numbered())
    }

    /// Whether it is a number, in whatever figures.
    pub(super) fn is_numbered(self) -> bool {
        !matches!(self.style, Style::None | Style::Bullet)
    }
}

/// The style by `type` or by an inline style that shows no markers.
fn style(attributes: &Attributes<'_>) -> Option<Style> {
    if attributes.is_empty() {
        return None;
    }
    if attributes.get(Attribute::Style).is_some_and(|style| shows_no_marker(&style)) {
        return Some(Style::None);
    }
    Some(match attributes.get(Attribute::Type)?.as_ref() {
        "1" => Style::Decimal,
        "a" => Style::Alpha { upper: false },
        "A" => Style::Alpha { upper: true },
        "i" => Style::Roman { upper: false },
        "I" => Style::Roman { upper: true },
        word if word.eq_ignore_ascii_case("none") => Style::None,
        word if ["disc", "circle", "square"].iter().any(|bullet| word.eq_ignore_ascii_case(bullet)) => {
            Style::Bullet
        }
        _ => return None,
    })
}

fn shows_no_marker(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(property, value)| {
        matches!(property.trim_ascii(), "list-style" | "list-style-type")
            && value.split_ascii_whitespace().any(|word| word == "none")
    })
}

/// The markers of nearly all lists, so that they cost no allocation.
const DECIMALS: [&str; 21] = [
    "0.", "1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "9.", "10.", "11.", "12.", "13.", "14.", "15.",
    "16.", "17.", "18.", "19.", "20.",
];

fn cased(letters: Option<String>, upper: bool) -> Option<String> {
    letters.map(|letters| if upper { letters.to_ascii_uppercase() } else { letters })
}

/// `a` to `z`, then `aa`; `None` for numbers that have no letters.
fn alpha(number: i32) -> Option<String> {
    let mut rest = u32::try_from(number).ok().filter(|&number| number > 0)?;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(b'a' + (rest % 26) as u8);
        rest /= 26;
    }
    Some(letters.iter().rev().map(|&letter| letter as char).collect())
}

/// Roman digits for 1 to 3999, the range of CSS `lower-roman`.
fn roman(number: i32) -> Option<String> {
    const DIGITS: [(i32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..=3999).contains(&number) {
        return None;
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, digit) in DIGITS {
        while rest >= value {
            text.push_str(digit);
            rest -= value;
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::super::attributes::Writing;
    use super::*;

    fn check(kind: &str, number: i32, expected: &str) {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Type, kind, 0);
        let mut list = List::new(Tag::Ol, &attributes, 0, 0);
        list.next = number;
        let marker = list.marker(&Attributes::new(Writing::Source));
        assert_eq!(marker.text().as_deref(), Some(expected), "{kind} {number}");
        assert_eq!(marker.number(), u32::try_from(number).ok(), "{kind} {number}");
    }

    #[test]
    fn markers_are_those_of_browsers() {
        check("1", 1, "1.");
        check("1", 21, "21.");
        check("1", -3, "-3.");
        check("a", 1, "a.");
        check("a", 26, "z.");
        check("a", 27, "aa.");
        check("A", 702, "ZZ.");
        check("a", 0, "0.");
        check("i", 4, "iv.");
        check("I", 1994, "MCMXCIV.");
        check("i", 4000, "4000.");
    }

    #[test]
    fn reversed_lists_count_down() {
        let none = Attributes::new(Writing::Source);
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Reversed, "", 0);
        let mut list = List::new(Tag::Ol, &attributes, 0, 0);
        let markers = [list.marker(&none), list.marker(&none), list.marker(&none)];
        assert_eq!(markers.map(|marker| list.counted_down(marker).number()), [Some(3), Some(2), Some(1)]);
    }
}
