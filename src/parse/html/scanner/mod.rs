//! The open elements of a page, without a tree.
//!
//! In: the text of a page. Out: elements and text in document order, given to a [`Builder`]. Mends markup by
//! the rules of the WHATWG HTML Standard, section 13.2.6, on a stack of open elements that is at most
//! [`MAX_DEPTH`](crate::limits::MAX_DEPTH) deep, so that the cost is linear in the bytes. Two rules are left out on purpose, for blocks
//! ascend in the page: content of a table outside its cells stays where it is (the standard moves it before
//! the table), and formatting elements are not opened again after the paragraph that closed them (the text
//! and its blocks are the same without).

mod end;
mod raw;
mod stack;
mod start;

use crate::limits::{MAX_DEPTH, PageLimits};
use crate::parse::html::attributes::{Attributes, Writing};
use crate::parse::html::blocks::{Builder, Element, Mode, Namespace};
use crate::parse::html::entity::{self, Place};
use crate::parse::html::tag::{Name, Tag};
use crate::parse::html::tokenizer::{self, Markup};

use crate::span::Span;
use std::ops::Range;

/// Reads a page from its first byte to its last.
#[derive(Debug)]
pub(super) struct Scanner<'p> {
    pub(super) builder: Builder<'p>,
    /// Deepest nesting met, in elements.
    pub(super) depth: usize,
    /// How many elements are kept open.
    max_depth: usize,
    /// Most attributes met on one tag.
    pub(super) attributes_met: usize,
    text: &'p str,
    at: usize,
    /// The next `&` from some byte before this one on; the end of the page if there is none.
    ampersand: usize,
    attributes: Attributes<'p>,
    phase: Phase,
    /// Elements past the limit of depth, which are not on the stack.
    too_deep: usize,
    form_open: bool,
    frameset_ok: bool,
    /// Open elements looked at in searches: the one cost that is not a step a byte.
    #[cfg(test)]
    pub(super) looked_at: std::cell::Cell<usize>,
}

/// How far the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing yet that belongs to the body.
    Head,
    Body,
    /// A page of frames: it has no text of its own.
    Frameset,
}

/// A tag being dealt with.
#[derive(Clone, Debug)]
struct StartTag {
    name: Name,
    self_closing: bool,
    bytes: Range<usize>,
}

impl StartTag {
    fn implied(tag: Tag, at: usize) -> Self {
        Self { name: Name::of(tag), self_closing: false, bytes: at..at }
    }
}

impl<'p> Scanner<'p> {
    /// A scanner for a whole page.
    pub(super) fn new(text: &'p str, limits: PageLimits) -> Self {
        // Real pages have about a block for each 256 bytes; room for them saves moving them as the list grows.
        let mut builder = Builder::with_room(text.len() / 256, text.len() / 512);
        let html = Element { name: Name::of(Tag::Html), namespace: Namespace::Html, tag: 0..0 };
        builder.open(html, &Attributes::none());
        builder.max_blocks = limits.blocks;
        let mut scanner = Self::with(builder, text, 0, Phase::Head);
        scanner.attributes.limit = limits.attributes;
        scanner.max_depth = limits.depth;
        scanner
    }

    /// A scanner for `text[at..]`, a part of a body, that starts inside the elements open in `builder`.
    pub(super) fn for_fragment(builder: Builder<'p>, text: &'p str, at: usize) -> Self {
        Self::with(builder, text, at, Phase::Body)
    }

    fn with(builder: Builder<'p>, text: &'p str, at: usize, phase: Phase) -> Self {
        Self {
            builder,
            depth: 0,
            max_depth: MAX_DEPTH,
            attributes_met: 0,
            text,
            at,
            ampersand: at + memchr::memchr(b'&', &text.as_bytes()[at..]).unwrap_or(text.len() - at),
            attributes: Attributes::new(Writing::Source),
            phase,
            too_deep: 0,
            form_open: false,
            frameset_ok: true,
            #[cfg(test)]
            looked_at: std::cell::Cell::new(0),
        }
    }

    /// Opens the table, row and cell in which a part of a row stands.
    pub(super) fn open_row(&mut self) {
        for tag in [Tag::Table, Tag::Tbody, Tag::Tr, Tag::Td] {
            self.start(StartTag::implied(tag, self.at));
        }
    }

    /// Reads to the end. The last line is not ended.
    pub(super) fn run(&mut self) {
        while let Some(tag) = self.next_tag() {
            if tag > self.at {
                self.characters(self.at..tag);
                self.at = tag;
            }
            self.markup();
        }
        self.characters(self.at..self.text.len());
        self.at = self.text.len();
    }

    fn next_tag(&self) -> Option<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        // Most tags follow the one before at once, or after a line end.
        match rest {
            [b'<', ..] => Some(self.at),
            [b'\n', b'<', ..] => Some(self.at + 1),
            _ => memchr::memchr(b'<', rest).map(|found| self.at + found),
        }
    }

    fn markup(&mut self) {
        let start = self.at;
        match tokenizer::markup(self.text, start, &mut self.attributes, &mut self.attributes_met) {
            Markup::Start { name, self_closing, end } => {
                self.at = end;
                self.start(StartTag { name, self_closing, bytes: start..end });
                self.attributes.clear();
            }
            Markup::End { name, end } => {
                self.at = end;
                self.end(name, start..end);
            }
            Markup::Nothing { end } => self.at = end,
            Markup::Cdata { start } if self.builder.top().namespace != Namespace::Html => self.cdata(start),
            Markup::Cdata { start } => self.at = tokenizer::after(self.text.as_bytes(), start, b'>'),
            Markup::Text => {
                self.characters(start..start + 1);
                self.at = start + 1;
            }
        }
    }

    fn cdata(&mut self, start: usize) {
        let length = memchr::memmem::find(&self.text.as_bytes()[start..], b"]]>");
        let end = length.map_or(self.text.len(), |length| start + length);
        self.builder.text(&self.text[start..end], start);
        self.at = (end + 3).min(self.text.len());
    }

    /// Text with character references.
    fn characters(&mut self, range: Range<usize>) {
        let raw = &self.text[range.clone()];
        if raw.trim_ascii_start().is_empty() {
            self.builder.blank(raw, range.start);
            return;
        }
        // NUL is no character of a body.
        self.frameset_ok =
            self.frameset_ok && raw.bytes().all(|byte| byte == 0 || byte.is_ascii_whitespace());
        if self.in_head() {
            self.open_body(range.start);
        }
        if self.builder.top().mode == Mode::ColumnGroup {
            self.close_top(Tag::Colgroup);
        }
        if self.phase != Phase::Frameset && self.builder.shows_text() {
            self.decoded(range);
        }
    }

    fn decoded(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(ampersand) = self.ampersand(at..range.end) {
            self.literal(at..ampersand);
            match entity::reference(&self.text[ampersand..range.end], Place::Text) {
                Some(reference) => {
                    at = ampersand + reference.len;
                    for character in reference.chars() {
                        self.builder.character(character, Span::new(ampersand, at));
                    }
                }
                None => {
                    at = ampersand + 1;
                    self.literal(ampersand..at);
                }
            }
        }
        self.literal(at..range.end);
    }

    /// The first `&` in `range`. The page is searched once: most texts have none.
    fn ampersand(&mut self, range: Range<usize>) -> Option<usize> {
        if self.ampersand < range.start {
            let rest = &self.text.as_bytes()[range.start..];
            self.ampersand = range.start + memchr::memchr(b'&', rest).unwrap_or(rest.len());
        }
        Some(self.ampersand).filter(|&at| at < range.end)
    }

    fn literal(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.builder.text(&self.text[range.clone()], range.start);
        }
    }

    fn in_head(&self) -> bool {
        self.phase == Phase::Head && self.builder.frames.len() == 1
    }

    fn open_body(&mut self, at: usize) {
        self.phase = Phase::Body;
        let body = Element { name: Name::of(Tag::Body), namespace: Namespace::Html, tag: at..at };
        self.builder.open(body, &Attributes::none());
    }
}
