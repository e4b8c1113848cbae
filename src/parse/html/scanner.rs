//! The open elements of a page, without a tree.
//!
//! In: the text of a page. Out: elements and text in document order, given to a [`Builder`]. Mends markup by
//! the rules of the WHATWG HTML Standard, section 13.2.6, on a stack of open elements that is at most
//! [`MAX_DEPTH`] deep, so that the cost is linear in the bytes. Two rules are left out on purpose, for blocks
//! ascend in the page: content of a table outside its cells stays where it is (the standard moves it before
//! the table), and formatting elements are not opened again after the paragraph that closed them (the text
//! and its blocks are the same without).

use super::attributes::{Attribute, Attributes, Writing};
use super::blocks::{Builder, Element, Frame, Integration, Mode, Namespace};
use super::entity::{self, Place};
use super::tag::{Name, Tag, Traits};
use super::tokenizer::{self, Markup};
use crate::limits::MAX_DEPTH;
use crate::span::Span;
use std::borrow::Cow;
use std::ops::Range;

/// Reads a page from its first byte to its last.
#[derive(Debug)]
pub(super) struct Scanner<'p> {
    pub(super) builder: Builder<'p>,
    /// Deepest nesting met, in elements.
    pub(super) depth: usize,
    /// Most attributes met on one tag.
    pub(super) attributes_met: usize,
    text: &'p str,
    at: usize,
    attributes: Attributes<'p>,
    phase: Phase,
    /// Elements past the limit of depth, which are not on the stack.
    too_deep: usize,
    form_open: bool,
    frameset_ok: bool,
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
    pub(super) fn new(text: &'p str) -> Self {
        // Real pages have about a block for each 256 bytes; room for them saves moving them as the list grows.
        let mut builder = Builder::with_room(text.len() / 256, text.len() / 512);
        let html = Element { name: Name::of(Tag::Html), namespace: Namespace::Html, tag: 0..0 };
        builder.open(html, &Attributes::none());
        Self::with(builder, text, 0, Phase::Head)
    }

    /// A scanner for `text[at..]`, a part of a body, that starts inside the elements open in `builder`.
    pub(super) fn for_fragment(builder: Builder<'p>, text: &'p str, at: usize) -> Self {
        Self::with(builder, text, at, Phase::Body)
    }

    fn with(builder: Builder<'p>, text: &'p str, at: usize, phase: Phase) -> Self {
        Self {
            builder,
            depth: 0,
            attributes_met: 0,
            text,
            at,
            attributes: Attributes::new(Writing::Source),
            phase,
            too_deep: 0,
            form_open: false,
            frameset_ok: true,
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
        if raw.trim_ascii().is_empty() {
            self.builder.text(raw, range.start);
            return;
        }
        self.frameset_ok = false;
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
        let bytes = &self.text.as_bytes()[..range.end];
        let mut at = range.start;
        while let Some(run) = memchr::memchr(b'&', &bytes[at..]) {
            let ampersand = at + run;
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

    fn start(&mut self, mut tag: StartTag) {
        if tag.name.tag == Tag::Image {
            tag.name = Name::of(Tag::Img);
        }
        if tag.name.tag.is(Traits::NO_FRAMESET) {
            self.frameset_ok = false;
        }
        if self.phase == Phase::Frameset {
            if tag.name.tag == Tag::Noframes {
                self.raw(tag);
            }
        } else if self.in_head() {
            self.start_in_head(tag);
        } else if self.reads_foreign(&tag) {
            self.start_foreign(tag);
        } else {
            self.start_html(tag);
        }
    }

    fn start_in_head(&mut self, tag: StartTag) {
        match tag.name.tag {
            Tag::Html => self.builder.language(&self.attributes),
            Tag::Head => {}
            Tag::Frameset => self.phase = Phase::Frameset,
            Tag::Body => {
                self.phase = Phase::Body;
                self.frameset_ok = false;
                self.push(tag);
            }
            other if other.is(Traits::HEAD) => self.start_head_content(tag),
            _ => {
                self.open_body(tag.bytes.start);
                self.start(tag);
            }
        }
    }

    fn start_head_content(&mut self, tag: StartTag) {
        if tag.name.tag.is(Traits::RAW) {
            self.raw(tag);
        } else {
            self.push(tag);
        }
    }

    fn reads_foreign(&self, tag: &StartTag) -> bool {
        let top = self.builder.top();
        if top.namespace == Namespace::Html {
            return false;
        }
        match top.integration {
            Integration::Html => false,
            Integration::MathText => matches!(tag.name.tag, Tag::Mglyph | Tag::Malignmark),
            Integration::None => {
                !(tag.name.tag == Tag::Svg
                    && top.namespace == Namespace::Math
                    && top.name.tag == Tag::AnnotationXml)
            }
        }
    }

    fn start_foreign(&mut self, tag: StartTag) {
        let font = tag.name.tag == Tag::Font
            && [Attribute::Color, Attribute::Face, Attribute::Size]
                .iter()
                .any(|&attribute| self.attributes.has(attribute));
        if font || tag.name.tag.is(Traits::BREAKOUT) {
            self.leave_foreign();
            self.start_html(tag);
        } else {
            let namespace = self.builder.top().namespace;
            self.push_foreign(tag, namespace);
        }
    }

    /// Closes SVG and MathML up to where HTML is read.
    fn leave_foreign(&mut self) {
        while self.builder.top().namespace != Namespace::Html
            && self.builder.top().integration == Integration::None
        {
            self.builder.close(None);
        }
    }

    fn push_foreign(&mut self, tag: StartTag, namespace: Namespace) {
        let self_closing = tag.self_closing;
        let integration = integration(tag.name.tag, namespace, &self.attributes);
        if self.push_element(tag, namespace) {
            if self_closing {
                self.builder.close(None);
            } else if let Some(top) = self.builder.frames.last_mut() {
                top.integration = integration;
                top.p_open &= integration == Integration::None;
            }
        }
    }

    fn start_html(&mut self, tag: StartTag) {
        let table_part = tag.name.tag.is(Traits::TABLE_PART);
        match self.builder.top().mode {
            Mode::Cell if table_part => {
                if self.pop_until(None, |frame| frame.is(Tag::Td) || frame.is(Tag::Th)) {
                    self.start_html(tag);
                }
            }
            Mode::Caption if table_part => {
                if self.pop_until(None, |frame| frame.is(Tag::Caption)) {
                    self.start_html(tag);
                }
            }
            Mode::Body | Mode::Cell | Mode::Caption => self.start_in_body(tag),
            Mode::ColumnGroup => match tag.name.tag {
                Tag::Col => {}
                Tag::Template => self.push(tag),
                _ => {
                    if self.close_top(Tag::Colgroup) {
                        self.start_html(tag);
                    }
                }
            },
            Mode::Template => {
                if let Some(top) = self.builder.frames.last_mut() {
                    top.mode = mode_in_template(tag.name.tag);
                }
                self.start_html(tag);
            }
            mode @ (Mode::Table | Mode::TableBody | Mode::Row) => self.start_in_table(tag, mode),
        }
    }

    fn start_in_table(&mut self, tag: StartTag, mode: Mode) {
        let at = tag.bytes.start;
        match (tag.name.tag, mode) {
            (Tag::Td | Tag::Th, Mode::Row) => {
                self.clear_to(&[Tag::Tr]);
                self.push_with(tag, Mode::Cell);
            }
            (Tag::Td | Tag::Th, _) => {
                self.start_in_table(StartTag::implied(Tag::Tr, at), mode);
                if self.builder.top().mode == Mode::Row {
                    self.start_html(tag);
                }
            }
            (Tag::Tr, Mode::TableBody) => {
                self.clear_to(&TABLE_BODIES);
                self.push_with(tag, Mode::Row);
            }
            (Tag::Tr, Mode::Table) => {
                self.start_in_table(StartTag::implied(Tag::Tbody, at), mode);
                if self.builder.top().mode == Mode::TableBody {
                    self.start_html(tag);
                }
            }
            (part, Mode::Row) if part.is(Traits::TABLE_PART) => {
                self.clear_to(&[Tag::Tr]);
                if self.close_top(Tag::Tr) {
                    self.start_html(tag);
                }
            }
            (part, Mode::TableBody) if part.is(Traits::TABLE_PART) => {
                self.clear_to(&TABLE_BODIES);
                if self.close_table_body() {
                    self.start_html(tag);
                }
            }
            (part, _) if part.is(Traits::TABLE_PART) => {
                self.clear_to(&[Tag::Table]);
                match part {
                    Tag::Caption => self.push_with(tag, Mode::Caption),
                    Tag::Colgroup => self.push_with(tag, Mode::ColumnGroup),
                    Tag::Col => {}
                    _ => self.push_with(tag, Mode::TableBody),
                }
            }
            (Tag::Table, _) => {
                if self.pop_until(None, |frame| frame.is(Tag::Table)) {
                    self.start_html(tag);
                }
            }
            (Tag::Style | Tag::Script | Tag::Template, _) => self.start_head_content(tag),
            (Tag::Form, _) => self.form_open = true,
            _ => self.start_in_body(tag),
        }
    }

    fn start_in_body(&mut self, tag: StartTag) {
        let kind = tag.name.tag;
        if kind.is(Traits::HEAD) {
            self.start_head_content(tag);
            return;
        }
        if kind.is(Traits::CLOSES_P) {
            self.close_p();
        }
        match kind {
            Tag::Html => self.builder.language(&self.attributes),
            Tag::Body | Tag::Head | Tag::Frame => {}
            Tag::Frameset => self.replace_body(),
            Tag::Form => self.start_form(tag),
            Tag::Li => self.start_item(tag, &[Tag::Li]),
            Tag::Dd | Tag::Dt => self.start_item(tag, &[Tag::Dd, Tag::Dt]),
            Tag::Button => {
                self.close_in_scope(Tag::Button);
                self.push(tag);
            }
            Tag::A => {
                if self.builder.top().anchor {
                    self.end_formatting(tag.name, None);
                }
                self.push(tag);
            }
            Tag::Nobr => {
                if self.find_in_scope(|frame| frame.is(Tag::Nobr)).is_some() {
                    self.end_formatting(tag.name, None);
                }
                self.push(tag);
            }
            Tag::Table => {
                self.close_p();
                self.push_with(tag, Mode::Table);
            }
            Tag::Input => {
                self.close_in_scope(Tag::Select);
                self.push(tag);
            }
            Tag::Hr => {
                if self.in_select() {
                    self.imply_end_tags(None);
                }
                self.push(tag);
            }
            Tag::Select => {
                if !self.close_in_scope(Tag::Select) {
                    self.push(tag);
                }
            }
            Tag::Option | Tag::Optgroup => self.start_option(tag),
            Tag::Rb | Tag::Rtc | Tag::Rp | Tag::Rt => {
                if self.find_in_scope(|frame| frame.is(Tag::Ruby)).is_some() {
                    self.imply_end_tags(matches!(kind, Tag::Rp | Tag::Rt).then_some(Tag::Rtc));
                }
                self.push(tag);
            }
            Tag::Math => self.push_foreign(tag, Namespace::Math),
            Tag::Svg => self.push_foreign(tag, Namespace::Svg),
            _ if kind.is(Traits::HEADING) => {
                self.close_p();
                if self.builder.top().has(Traits::HEADING) {
                    self.builder.close(None);
                }
                self.push(tag);
            }
            _ if kind.is(Traits::TABLE_PART) => {}
            _ if kind.is(Traits::RAW) => self.raw(tag),
            _ => self.push(tag),
        }
    }

    fn start_form(&mut self, tag: StartTag) {
        if self.form_open && !self.in_template() {
            return;
        }
        self.form_open |= !self.in_template();
        self.close_p();
        self.push(tag);
    }

    /// Closes an open item of the same list, then opens the new one.
    fn start_item(&mut self, tag: StartTag, items: &[Tag]) {
        let open = self.builder.frames.iter().rev().find(|frame| {
            items.iter().any(|&item| frame.is(item))
                || frame.has(Traits::SPECIAL) && !matches!(frame.name.tag, Tag::Address | Tag::Div | Tag::P)
        });
        if let Some(name) = open.filter(|frame| items.contains(&frame.name.tag)).map(|frame| frame.name) {
            self.pop_until(None, |frame| frame.is(name.tag));
        }
        self.close_p();
        self.push(tag);
    }

    fn start_option(&mut self, tag: StartTag) {
        if self.in_select() {
            self.imply_end_tags((tag.name.tag == Tag::Option).then_some(Tag::Optgroup));
        } else if self.builder.top().is(Tag::Option) {
            self.builder.close(None);
        }
        self.push(tag);
    }

    fn replace_body(&mut self) {
        if self.frameset_ok && !self.in_template() {
            while self.builder.frames.len() > 1 {
                self.builder.close(None);
            }
            self.phase = Phase::Frameset;
        }
    }

    /// An element whose content is text without tags.
    fn raw(&mut self, tag: StartTag) {
        let start = tag.bytes.end;
        let kind = tag.name.tag;
        let bytes = self.text.as_bytes();
        let end = match kind {
            Tag::Plaintext => bytes.len(),
            Tag::Script => tokenizer::script_end(bytes, start),
            _ => tokenizer::raw_text_end(bytes, start, kind.name().as_bytes()),
        };
        match kind {
            Tag::Title => self.title(start..end),
            Tag::Textarea | Tag::Xmp | Tag::Plaintext => self.shown_raw(tag, start..end),
            _ => {}
        }
        self.at = end;
        if end < bytes.len()
            && let Markup::End { end, .. } | Markup::Nothing { end } =
                tokenizer::markup(self.text, end, &mut self.attributes, &mut self.attributes_met)
        {
            self.at = end;
        }
        if matches!(kind, Tag::Textarea | Tag::Xmp | Tag::Plaintext) {
            self.builder.close(Some(self.at));
        }
    }

    fn shown_raw(&mut self, tag: StartTag, content: Range<usize>) {
        let kind = tag.name.tag;
        let element = Element { name: tag.name, namespace: Namespace::Html, tag: tag.bytes };
        self.builder.open(element, &self.attributes);
        let mut rest = content;
        // NUL is dropped from ordinary text, but not from this.
        while let Some(run) = memchr::memchr(0, &self.text.as_bytes()[rest.clone()]) {
            let nul = rest.start + run;
            self.raw_text(kind, rest.start..nul);
            self.builder.character(char::REPLACEMENT_CHARACTER, Span::new(nul, nul + 1));
            rest.start = nul + 1;
        }
        self.raw_text(kind, rest);
    }

    fn raw_text(&mut self, kind: Tag, content: Range<usize>) {
        if kind == Tag::Textarea {
            self.decoded(content);
        } else {
            self.literal(content);
        }
    }

    fn title(&mut self, content: Range<usize>) {
        let title: Cow<'p, str> = entity::decode(&self.text[content.clone()], Place::Text);
        self.builder.say("title", title, Span::new(content.start, content.end));
    }

    fn end(&mut self, name: Name, bytes: Range<usize>) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            self.builder.end_line(None);
        } else if self.phase == Phase::Frameset {
        } else if self.in_head() {
            if name.tag == Tag::Br {
                self.open_body(bytes.start);
                self.end_html(name, bytes);
            }
        } else if self.builder.top().namespace != Namespace::Html {
            self.end_foreign(name, bytes);
        } else {
            self.end_html(name, bytes);
        }
    }

    fn end_foreign(&mut self, name: Name, bytes: Range<usize>) {
        if matches!(name.tag, Tag::Br | Tag::P) {
            self.leave_foreign();
            self.end_html(name, bytes);
            return;
        }
        for index in (1..self.builder.frames.len()).rev() {
            let frame = self.builder.frames[index];
            if frame.namespace == Namespace::Html {
                self.end_html(name, bytes);
                return;
            }
            if frame.name == name {
                self.pop_to(index, Some(bytes.end));
                return;
            }
        }
    }

    fn end_html(&mut self, name: Name, bytes: Range<usize>) {
        let tag = name.tag;
        let mode = self.builder.top().mode;
        if matches!(mode, Mode::Body | Mode::Template) || !(tag.is(Traits::TABLE_PART) || tag == Tag::Table) {
            if mode == Mode::ColumnGroup && tag != Tag::Template && !self.close_top(Tag::Colgroup) {
                return;
            }
            self.end_in_body(name, bytes);
            return;
        }
        if !self.in_table_scope(tag) {
            return;
        }
        let end = Some(bytes.end);
        match (mode, tag) {
            (Mode::Cell, Tag::Td | Tag::Th)
            | (Mode::Caption, Tag::Caption)
            | (Mode::ColumnGroup, Tag::Colgroup)
            | (Mode::Table, Tag::Table) => {
                self.pop_until(end, |frame| frame.is(tag));
            }
            (Mode::Cell, Tag::Table | Tag::Tbody | Tag::Tfoot | Tag::Thead | Tag::Tr) => {
                if self.pop_until(None, |frame| frame.is(Tag::Td) || frame.is(Tag::Th)) {
                    self.end_html(name, bytes);
                }
            }
            (Mode::Caption, Tag::Table) => {
                if self.pop_until(None, |frame| frame.is(Tag::Caption)) {
                    self.end_html(name, bytes);
                }
            }
            (Mode::ColumnGroup, Tag::Table) => {
                if self.close_top(Tag::Colgroup) {
                    self.end_html(name, bytes);
                }
            }
            (Mode::Row, Tag::Tr) => {
                self.clear_to(&[Tag::Tr]);
                self.builder.close(end);
            }
            (Mode::Row, Tag::Table | Tag::Tbody | Tag::Tfoot | Tag::Thead) => {
                self.clear_to(&[Tag::Tr]);
                if self.close_top(Tag::Tr) {
                    self.end_html(name, bytes);
                }
            }
            (Mode::TableBody, Tag::Tbody | Tag::Tfoot | Tag::Thead) => {
                self.clear_to(&TABLE_BODIES);
                self.builder.close(end);
            }
            (Mode::TableBody, Tag::Table) => {
                self.clear_to(&TABLE_BODIES);
                if self.close_table_body() {
                    self.end_html(name, bytes);
                }
            }
            _ => {}
        }
    }

    fn end_in_body(&mut self, name: Name, bytes: Range<usize>) {
        let end = Some(bytes.end);
        let tag = name.tag;
        match tag {
            // The standard leaves both open too: content after them belongs to the body.
            Tag::Body | Tag::Html => {}
            Tag::Br => {
                self.attributes.clear();
                self.start(StartTag { name, self_closing: false, bytes });
            }
            Tag::P if self.builder.top().p_open => {
                self.pop_until(end, |frame| frame.is(Tag::P));
            }
            Tag::P => self.builder.end_line(None),
            Tag::Form => self.end_form(end),
            Tag::Template => {
                if self.in_template() {
                    self.pop_until(end, |frame| frame.is(Tag::Template));
                }
            }
            Tag::Li => {
                let found = self.builder.frames.iter().rposition(|frame| {
                    frame.is(Tag::Li) || frame.is(Tag::Ol) || frame.is(Tag::Ul) || limits_scope(frame)
                });
                if let Some(index) = found.filter(|&index| self.builder.frames[index].is(Tag::Li)) {
                    self.pop_to(index, end);
                }
            }
            _ if tag.is(Traits::FORMATTING) => self.end_formatting(name, end),
            _ if tag.is(Traits::HEADING) => {
                if let Some(index) = self.find_in_scope(|frame| frame.has(Traits::HEADING)) {
                    self.pop_to(index, end);
                }
            }
            _ if closes_in_scope(tag) => {
                if let Some(index) = self.find_in_scope(|frame| frame.is(tag)) {
                    self.pop_to(index, end);
                }
            }
            _ => self.end_other(name, end),
        }
    }

    fn end_form(&mut self, end: Option<usize>) {
        if !self.in_template() {
            if !std::mem::take(&mut self.form_open) {
                return;
            }
            let Some(index) = self.find_in_scope(|frame| frame.is(Tag::Form)) else { return };
            self.imply_end_tags(None);
            if index + 1 < self.builder.frames.len() {
                self.builder.remove(index);
            } else {
                self.builder.close(end);
            }
        } else if let Some(index) = self.find_in_scope(|frame| frame.is(Tag::Form)) {
            self.pop_to(index, end);
        }
    }

    /// The end tag of a formatting element. Where a block stands inside it, only the element itself goes.
    fn end_formatting(&mut self, name: Name, end: Option<usize>) {
        let found = self.builder.frames.iter().rposition(|frame| {
            frame.namespace == Namespace::Html && frame.name == name || limits_scope(frame)
        });
        let Some(index) = found.filter(|&index| !limits_scope(&self.builder.frames[index])) else { return };
        let has_block_inside =
            self.builder.frames[index + 1..].iter().any(|frame| frame.has(Traits::SPECIAL));
        if has_block_inside {
            self.builder.remove(index);
        } else {
            self.pop_to(index, end);
        }
    }

    /// The end tag of an inline element that is no formatting element.
    fn end_other(&mut self, name: Name, end: Option<usize>) {
        let html = |frame: &Frame| frame.namespace == Namespace::Html;
        let found = self
            .builder
            .frames
            .iter()
            .rposition(|frame| html(frame) && (frame.name == name || frame.has(Traits::SPECIAL)));
        if let Some(index) = found.filter(|&index| self.builder.frames[index].name == name) {
            self.pop_to(index, end);
        }
    }

    fn push(&mut self, tag: StartTag) {
        let kind = tag.name.tag;
        if self.push_element(tag, Namespace::Html)
            && let Some(top) = self.builder.frames.last_mut()
            && top.is(kind)
        {
            match kind {
                Tag::P => top.p_open = true,
                Tag::Button => top.p_open = false,
                Tag::A => top.anchor = true,
                Tag::Template => top.mode = Mode::Template,
                _ => {}
            }
            if kind.is(Traits::SCOPE) {
                top.p_open = false;
                top.anchor &= matches!(kind, Tag::Table | Tag::Select);
            }
        }
    }

    fn push_with(&mut self, tag: StartTag, mode: Mode) {
        let depth = self.builder.frames.len();
        self.push(tag);
        if self.builder.frames.len() > depth
            && let Some(top) = self.builder.frames.last_mut()
        {
            top.mode = mode;
        }
    }

    /// Opens an element; `false` if that would be too deep.
    fn push_element(&mut self, tag: StartTag, namespace: Namespace) -> bool {
        let void = namespace == Namespace::Html && tag.name.tag.is(Traits::VOID);
        let depth = self.builder.frames.len() + self.too_deep + 1;
        if !void {
            self.depth = self.depth.max(depth);
            if depth > MAX_DEPTH {
                self.too_deep += usize::from(!(namespace != Namespace::Html && tag.self_closing));
                if namespace == Namespace::Html && tag.name.tag.is(Traits::BOUNDARY) {
                    self.builder.end_line(None);
                }
                return false;
            }
        }
        self.builder.open(Element { name: tag.name, namespace, tag: tag.bytes }, &self.attributes);
        true
    }

    /// Closes elements up to and with the innermost that `wanted` holds for; `false` if there is none.
    fn pop_until(&mut self, end: Option<usize>, wanted: impl Fn(&Frame) -> bool) -> bool {
        let found = self.builder.frames.iter().rposition(wanted);
        if let Some(index) = found {
            self.pop_to(index, end);
        }
        found.is_some()
    }

    /// Closes the element at `index` and all in it; never the outermost.
    fn pop_to(&mut self, index: usize, end: Option<usize>) {
        let index = index.max(1);
        while self.builder.frames.len() > index + 1 {
            self.builder.close(None);
        }
        if self.builder.frames.len() > index {
            self.builder.close(end);
        }
    }

    /// Closes elements until one of `tags` is innermost.
    fn clear_to(&mut self, tags: &[Tag]) {
        while self.builder.frames.len() > 1 {
            let top = self.builder.top();
            if tags.iter().any(|&tag| top.is(tag)) || top.is(Tag::Template) {
                return;
            }
            self.builder.close(None);
        }
    }

    /// Closes the innermost element if it is `tag`.
    fn close_top(&mut self, tag: Tag) -> bool {
        let is_top = self.builder.top().is(tag);
        if is_top {
            self.builder.close(None);
        }
        is_top
    }

    fn close_table_body(&mut self) -> bool {
        TABLE_BODIES.iter().any(|&tag| self.close_top(tag))
    }

    fn close_p(&mut self) {
        if self.builder.top().p_open {
            self.pop_until(None, |frame| frame.is(Tag::P));
        }
    }

    fn close_in_scope(&mut self, tag: Tag) -> bool {
        let found = self.find_in_scope(|frame| frame.is(tag));
        if let Some(index) = found {
            self.pop_to(index, None);
        }
        found.is_some()
    }

    fn imply_end_tags(&mut self, except: Option<Tag>) {
        while self.builder.top().has(Traits::IMPLIED_END) && Some(self.builder.top().name.tag) != except {
            self.builder.close(None);
        }
    }

    fn find_in_scope(&self, wanted: impl Fn(&Frame) -> bool) -> Option<usize> {
        let frames = &self.builder.frames;
        let index = frames.iter().rposition(|frame| wanted(frame) || limits_scope(frame))?;
        wanted(&frames[index]).then_some(index)
    }

    fn in_table_scope(&self, tag: Tag) -> bool {
        let limit = |frame: &Frame| frame.is(Tag::Table) || frame.is(Tag::Template);
        let found = self.builder.frames.iter().rev().find(|frame| frame.is(tag) || limit(frame));
        found.is_some_and(|frame| frame.is(tag))
    }

    fn in_select(&self) -> bool {
        self.find_in_scope(|frame| frame.is(Tag::Select)).is_some()
    }

    fn in_template(&self) -> bool {
        self.builder.frames.iter().any(|frame| frame.is(Tag::Template))
    }
}

const TABLE_BODIES: [Tag; 3] = [Tag::Tbody, Tag::Tfoot, Tag::Thead];

fn limits_scope(frame: &Frame) -> bool {
    frame.has(Traits::SCOPE) || frame.integration != Integration::None && frame.namespace != Namespace::Html
}

/// What the first tag in a template makes of it.
fn mode_in_template(tag: Tag) -> Mode {
    match tag {
        Tag::Caption | Tag::Colgroup | Tag::Tbody | Tag::Tfoot | Tag::Thead => Mode::Table,
        Tag::Col => Mode::ColumnGroup,
        Tag::Tr => Mode::TableBody,
        Tag::Td | Tag::Th => Mode::Row,
        _ => Mode::Body,
    }
}

/// Whether the end tag closes the element in default scope with all in it.
fn closes_in_scope(tag: Tag) -> bool {
    tag.is(Traits::CLOSES_INSIDE)
        || matches!(tag, Tag::Dd | Tag::Dt | Tag::Applet | Tag::Marquee | Tag::Object)
}

fn integration(tag: Tag, namespace: Namespace, attributes: &Attributes<'_>) -> Integration {
    match (namespace, tag) {
        (Namespace::Math, Tag::Mi | Tag::Mn | Tag::Mo | Tag::Ms | Tag::Mtext) => Integration::MathText,
        (Namespace::Math, Tag::AnnotationXml)
            if ["text/html", "application/xhtml+xml"]
                .iter()
                .any(|kind| attributes.is(Attribute::Encoding, kind)) =>
        {
            Integration::Html
        }
        (Namespace::Svg, Tag::ForeignObject | Tag::Desc | Tag::Title) => Integration::Html,
        _ => Integration::None,
    }
}
