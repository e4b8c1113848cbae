//! The parsed page: a flat list of blocks in page order, whatever the format was.
//!
//! Made by [`parse`](crate::parse), read by every later stage. All spans are bytes of
//! [`Page::text`](crate::page::Page::text). A block's text is what a reader sees, with runs of white space
//! as one space; it borrows from the page wherever the page has it letter for letter.

use crate::count;
use crate::diagnostic::Diagnostic;
use crate::span::{LineIndex, Span};
use std::borrow::Cow;

/// A parsed page.
#[derive(Debug)]
pub struct Document<'p> {
    /// The blocks in page order. Their spans do not overlap and ascend.
    pub blocks: Vec<Block<'p>>,
    /// The sectioning elements of an HTML page; empty for text. A parent stands before its children.
    pub containers: Vec<Container>,
    /// What the page says about itself outside its visible text.
    pub metadata: Vec<Metadata<'p>>,
    /// How the page is marked up.
    pub markup: Markup,
    /// Where the lines of the page start.
    pub lines: LineIndex,
    /// Units of coverage past the limit of blocks, of which no block tells.
    pub left_out: u32,
    /// Limits met while parsing (N1xx).
    pub diagnostics: Vec<Diagnostic>,
}

/// The marks a page is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Text without marks, or with list marks only.
    Plain,
    /// Text with Markdown marks (CommonMark and GitHub's tables).
    Markdown,
    /// Text that a browser dumped, with a number before each link.
    Dump,
    /// HTML.
    Html,
}

/// A paragraph, heading, list item, …: the unit that fields are made of and coverage is counted in.
#[derive(Clone, Debug, PartialEq)]
pub struct Block<'p> {
    /// What it is.
    pub kind: BlockKind<'p>,
    /// Visible text, white space collapsed, without list marker or heading marks.
    pub text: Cow<'p, str>,
    /// From the first to the last byte of `text` in the page; tags and marks inside, none around.
    pub span: Span,
    /// The whole of the block in the page, its marker or marks included; holds `span`.
    pub outer: Span,
    /// How many units of coverage it is: non-blank lines of a text page, 1 in HTML.
    pub units: u32,
    /// Whether a blank line, or in HTML an element boundary, stands before it.
    pub gap_before: bool,
    /// Bytes of `text` inside links.
    pub link_bytes: u32,
    /// Landmarks and other surroundings.
    pub place: Place,
    /// Innermost entry of [`Document::containers`] that holds it.
    pub container: Option<u32>,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind<'p> {
    /// A heading. `level` is 1 to 6 where the page marks one.
    Heading {
        /// Level by tag or mark; `None` where only the look tells a heading.
        level: Option<u8>,
        /// By what it was told.
        evidence: HeadingEvidence,
    },
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem(ListItem<'p>),
    /// The term of a description list (`dt`).
    Term,
    /// The description of a term (`dd`).
    Definition,
    /// A row of a table. `text` has the cells joined by a tab.
    TableRow(TableRow),
    /// Preformatted text; `text` keeps its line ends as LF.
    Preformatted,
    /// The caption of a figure or table.
    Caption,
    /// A button, an option or another control.
    Control,
    /// A front-matter line of a Markdown page.
    FrontMatter,
    /// A line of marks only: a rule, a fence, the delimiter row of a Markdown table.
    Separator,
}

/// By what a heading was told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HeadingEvidence {
    /// An `h1`–`h6` element, or `role=heading`.
    Tag,
    /// A Markdown mark: `#`, or an underline of `=` or `-`.
    Mark,
    /// Its look among its neighbors, with the scorer's margin (above 0 is a heading).
    Look {
        /// Log-odds of the scorer.
        score: f32,
    },
}

/// What is special about an item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListItem<'p> {
    /// The marker as the page shows it: `1.`, `(a)`, `•`; `None` where it shows none.
    pub marker: Option<Cow<'p, str>>,
    /// The number that the marker says.
    pub number: Option<u32>,
    /// 1 for an item of an outermost list.
    pub depth: u8,
    /// Which list of the page, counted from 0; the items of a nested list have their own.
    pub list: u32,
}

/// What is special about a row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// The cells: where each stands in `Block::text`, and in the page.
    pub cells: Vec<Cell>,
    /// Which table of the page, counted from 0.
    pub table: u32,
    /// Whether all its cells are header cells, or it is a Markdown head.
    pub header: bool,
}

/// A cell of a table row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Bytes of `Block::text`.
    pub text: Span,
    /// Bytes of the page.
    pub span: Span,
    /// Whether it is a header cell (`th`).
    pub header: bool,
}

/// An element that groups blocks: `body`, `main`, `article`, `section`, `div`, `aside`, a list, a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// Index of the container around it; always less than its own.
    pub parent: Option<u32>,
    /// Lower-case name of the element.
    pub tag: &'static str,
    /// What it and those around it say about the content.
    pub place: Place,
}

/// Something a page says about itself outside its visible text.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata<'p> {
    /// What it is called: `title`, `canonical`, `og:title`, `lang`, a front-matter key.
    pub key: Cow<'p, str>,
    /// Its value, entities decoded, white space collapsed.
    pub value: Cow<'p, str>,
    /// The value in the page.
    pub span: Span,
}

/// Surroundings of a block, as a set of bits: landmarks by element or ARIA role, and hints by class or id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place(pub u32);

impl Place {
    /// In `nav` or `role=navigation`.
    pub const NAVIGATION: Self = Self(1);
    /// In `header` or `role=banner`.
    pub const HEADER: Self = Self(1 << 1);
    /// In `footer` or `role=contentinfo`.
    pub const FOOTER: Self = Self(1 << 2);
    /// In `aside` or `role=complementary`.
    pub const ASIDE: Self = Self(1 << 3);
    /// In `main` or `role=main`.
    pub const MAIN: Self = Self(1 << 4);
    /// In `article`.
    pub const ARTICLE: Self = Self(1 << 5);
    /// In `form`, `role=search` or a control.
    pub const FORM: Self = Self(1 << 6);
    /// In `figure`.
    pub const FIGURE: Self = Self(1 << 7);
    /// In `dialog` or `role=dialog`, `alert`.
    pub const DIALOG: Self = Self(1 << 8);
    /// Class or id names a menu, breadcrumb or pagination.
    pub const HINT_MENU: Self = Self(1 << 9);
    /// Class or id names comments or a reply form.
    pub const HINT_COMMENTS: Self = Self(1 << 10);
    /// Class or id names sharing, social links, printing.
    pub const HINT_SHARE: Self = Self(1 << 11);
    /// Class or id names related, recent or popular pages.
    pub const HINT_RELATED: Self = Self(1 << 12);
    /// Class or id names advertising, promotion, newsletter, sign-up.
    pub const HINT_PROMOTION: Self = Self(1 << 13);
    /// Class or id names cookie or consent notices, pop-ups, modals.
    pub const HINT_CONSENT: Self = Self(1 << 14);
    /// Class or id names a sidebar or widget.
    pub const HINT_SIDEBAR: Self = Self(1 << 15);
    /// Class or id names a footer, copyright or legal notice.
    pub const HINT_FOOTER: Self = Self(1 << 16);
    /// Class or id names author, date or byline.
    pub const HINT_BYLINE: Self = Self(1 << 17);
    /// Class or id names the content: article, post, entry, content, body, main.
    pub const HINT_CONTENT: Self = Self(1 << 18);
    /// In text, a line of three names or more with wide spaces between: a menu, or the head of a table.
    pub const ROW: Self = Self(1 << 19);

    /// Whether any bit of `other` is set.
    pub fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BlockKind<'_> {
    /// What it is, in words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Heading { .. } => "heading",
            Self::Paragraph => "paragraph",
            Self::ListItem(_) => "item",
            Self::Term => "term",
            Self::Definition => "definition",
            Self::TableRow(_) => "row",
            Self::Preformatted => "preformatted",
            Self::Caption => "caption",
            Self::Control => "control",
            Self::FrontMatter => "front matter",
            Self::Separator => "separator",
        }
    }
}

/// A short text before a colon, and what stands behind it; byte ranges of a block's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The words before the colon.
    pub label: Span,
    /// What follows, white space trimmed; empty where the line ends in the colon.
    pub value: Span,
}

/// Words a label has at most: `Other names under which it is known` is one, a sentence is none.
const MAX_LABEL_WORDS: usize = 8;

impl Label {
    /// Splits `label: value` and `:label: value`. A colon inside a time, a ratio, an address or brackets
    /// makes no label.
    pub fn split(text: &str) -> Option<Self> {
        let start = usize::from(text.starts_with(':'));
        let colon = start + count::find(&text.as_bytes()[start..], b':')?;
        let (label, rest) = (text[start..colon].trim_end(), &text[colon + 1..]);
        let starts_like_a_label = label.chars().next().is_some_and(char::is_alphabetic);
        // A space is lost where the label was an element of its own: `Description:Gout`.
        let is_glued = rest.starts_with(|c: char| c.is_ascii_uppercase())
            && label.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let colon_ends_word = rest.is_empty() || rest.starts_with(' ') || is_glued;
        let in_brackets = label.rfind('(').is_some_and(|open| !label[open..].contains(')'));
        if !starts_like_a_label
            || !colon_ends_word
            || in_brackets
            || label.split(' ').count() > MAX_LABEL_WORDS
        {
            return None;
        }
        let value = colon + 1 + (rest.len() - rest.trim_start().len());
        Some(Self { label: Span::new(start, start + label.len()), value: Span::new(value, text.len()) })
    }

    /// Splits `label ..... value`: four dots or more lead from one to the other.
    pub fn split_at_leader(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_DASHED_LINE {
            return None;
        }
        let bytes = text.as_bytes();
        // From the first dot on, one of four in a row stands at each fourth byte.
        let first = count::find(bytes, b'.')?;
        let dots = (first..bytes.len()).step_by(4).filter(|&at| bytes[at] == b'.').find_map(|at| {
            let start = at - bytes[..at].iter().rev().take_while(|&&byte| byte == b'.').count();
            bytes[start..].starts_with(b"....").then_some(start)
        })?;
        let label = text[..dots].trim_end();
        let value = text[dots..].trim_start_matches(['.', ' ']);
        let is_label = label.starts_with(char::is_alphabetic) && label.split(' ').count() <= MAX_LABEL_WORDS;
        (is_label && !value.is_empty()).then(|| Self {
            label: Span::new(0, label.len()),
            value: Span::new(text.len() - value.len(), text.len()),
        })
    }
}

/// Bytes of the words before a dash that can be a label.
const MAX_DASHED: usize = 40;
/// Words that stand before a dash at most.
const MAX_DASHED_WORDS: usize = 4;

impl Label {
    /// Bytes of a line with a dash or dots between label and value at most.
    pub(crate) const MAX_DASHED_LINE: usize = 160;

    /// Splits `label - value`, with any dash between spaces: only neighbors of the same form tell it from a title
    /// with a subtitle.
    pub fn split_at_dash(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_DASHED_LINE || !text.starts_with(char::is_alphabetic) {
            return None;
        }
        let (bytes, head) = (text.as_bytes(), text.len().min(MAX_DASHED + 1));
        // Most lines have no dash there; those outside ASCII start with E2.
        if !count::any(&bytes[..text.len().min(MAX_DASHED + 3)], |byte| (byte == b'-') | (byte == 0xE2)) {
            return None;
        }
        let mut spaces = memchr::memchr_iter(b' ', &bytes[..head]).take(MAX_DASHED_WORDS);
        spaces.find_map(|at| {
            let value = at + spaced_dash(&bytes[at..])?;
            Some(Self { label: Span::new(0, at), value: Span::new(value, text.len()) })
        })
    }
}

/// How many bytes a dash and the spaces around it have, if a text starts with them.
fn spaced_dash(text: &[u8]) -> Option<usize> {
    match text {
        [b' ', b'-', b' ', ..] => Some(3),
        // U+2013 or U+2014.
        [b' ', 0xE2, 0x80, 0x93 | 0x94, b' ', ..] => Some(5),
        _ => None,
    }
}

impl Block<'_> {
    /// The label and value if the text has the form `label: value` or `label ..... value`.
    pub fn label(&self) -> Option<Label> {
        Label::split_at_leader(&self.text).or_else(|| Label::split(&self.text))
    }

    /// The marked level if this is a heading.
    pub fn heading(&self) -> Option<(Option<u8>, HeadingEvidence)> {
        match self.kind {
            BlockKind::Heading { level, evidence } => Some((level, evidence)),
            _ => None,
        }
    }

    /// Whether all of its text is link.
    pub fn is_link(&self) -> bool {
        self.link_bytes as usize >= self.text.len()
    }

    /// Whether this is a line of a dumped page that is links from its first word on.
    pub fn is_row_of_links(&self, markup: Markup) -> bool {
        markup == Markup::Dump && !self.text.is_empty() && self.link_bytes as usize == self.text.len()
    }

    /// The list item if this is one.
    pub fn list_item(&self) -> Option<&ListItem<'_>> {
        match &self.kind {
            BlockKind::ListItem(item) => Some(item),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_before_colons_and_leaders() {
        let check = |label: Option<Label>, text: &str, expected: Option<(&str, &str)>| {
            let parts = label.map(|label| (&text[label.label.range()], &text[label.value.range()]));
            assert_eq!(parts, expected, "{text}");
        };
        let colon = |text: &str, expected| check(Label::split(text), text, expected);
        colon("ICD-10: A69.2", Some(("ICD-10", "A69.2")));
        colon(":ICD-10: A69.2", Some(("ICD-10", "A69.2")));
        colon("at 12:30", None);
        colon("Description:Gout", Some(("Description", "Gout")));
        colon("ICD-10:M10", Some(("ICD-10", "M10")));
        colon("https://example.org", None);
        colon("Asthma (adult): care", Some(("Asthma (adult)", "care")));
        colon("Kidney stones (ICD-10: N20.0) are hard", None);
        let leader = |text: &str, expected| check(Label::split_at_leader(text), text, expected);
        leader("ICD-10 code ....... M41", Some(("ICD-10 code", "M41")));
        leader("Condition......Scoliosis", Some(("Condition", "Scoliosis")));
        leader("Then... nothing", None);
        leader("Vol... of..... 7", Some(("Vol... of", "7")));
        leader("abc....7", Some(("abc", "7")));
        leader("Name ..........", None);
    }

    #[test]
    fn labels_stand_before_dashes() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let label = Label::split_at_dash(text);
            let parts = label.map(|label| (&text[label.label.range()], &text[label.value.range()]));
            assert_eq!(parts, expected, "{text}");
        };
        check("Spread - Coughing", Some(("Spread", "Coughing")));
        check("ICD-10 code – A00 - A09", Some(("ICD-10 code", "A00 - A09")));
        check("well-known", None);
        check("1990 - 2000", None);
        check("a b c d e - f", None);
    }
}
