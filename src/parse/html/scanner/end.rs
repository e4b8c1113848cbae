//! End tags: which open elements they close.
//!
//! In: the name of an end tag and the open elements. Out: elements closed. The rules are those of the WHATWG
//! HTML Standard, section 13.2.6.4; of the adoption agency only what changes blocks is done.

use super::stack::{TABLE_BODIES, limits_scope};
use super::{Phase, Scanner, StartTag};
use crate::parse::html::blocks::{Frame, Mode, Namespace};
use crate::parse::html::tag::{Name, Tag, Traits};
use std::ops::Range;

impl Scanner<'_> {
    pub(super) fn end(&mut self, name: Name, bytes: Range<usize>) {
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

    pub(super) fn end_foreign(&mut self, name: Name, bytes: Range<usize>) {
        if matches!(name.tag, Tag::Br | Tag::P) {
            self.leave_foreign();
            self.end_html(name, bytes);
            return;
        }
        let found = self.innermost(|frame| frame.namespace == Namespace::Html || frame.name == name);
        match found {
            Some(index) if self.builder.frames[index].namespace == Namespace::Html => {
                self.end_html(name, bytes)
            }
            Some(index) => self.pop_to(index, Some(bytes.end)),
            None => {}
        }
    }

    pub(super) fn end_html(&mut self, name: Name, bytes: Range<usize>) {
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
        let again = match (mode, tag) {
            (Mode::Cell, Tag::Td | Tag::Th)
            | (Mode::Caption, Tag::Caption)
            | (Mode::ColumnGroup, Tag::Colgroup)
            | (Mode::Table, Tag::Table) => {
                self.pop_until(end, |frame| frame.is(tag));
                false
            }
            (Mode::Cell, Tag::Table | Tag::Tbody | Tag::Tfoot | Tag::Thead | Tag::Tr) => {
                self.pop_until(None, |frame| frame.is(Tag::Td) || frame.is(Tag::Th))
            }
            (Mode::Caption, Tag::Table) => self.pop_until(None, |frame| frame.is(Tag::Caption)),
            (Mode::ColumnGroup, Tag::Table) => self.close_top(Tag::Colgroup),
            (Mode::Row, Tag::Tr) => {
                self.clear_to(&[Tag::Tr]);
                self.builder.close(end);
                false
            }
            (Mode::Row, Tag::Table | Tag::Tbody | Tag::Tfoot | Tag::Thead) => {
                self.clear_to(&[Tag::Tr]);
                self.close_top(Tag::Tr)
            }
            (Mode::TableBody, Tag::Tbody | Tag::Tfoot | Tag::Thead) => {
                self.clear_to(&TABLE_BODIES);
                self.builder.close(end);
                false
            }
            (Mode::TableBody, Tag::Table) => {
                self.clear_to(&TABLE_BODIES);
                self.close_table_body()
            }
            _ => false,
        };
        if again {
            self.end_html(name, bytes);
        }
    }

    pub(super) fn end_in_body(&mut self, name: Name, bytes: Range<usize>) {
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
                let found = self.innermost(|frame| {
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

    pub(super) fn end_form(&mut self, end: Option<usize>) {
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

    /// The end tag of a formatting element. Where a block stands inside it, only the element itself goes, and
    /// SVG or MathML that the block ends in.
    pub(super) fn end_formatting(&mut self, name: Name, end: Option<usize>) {
        let found = self.innermost(|frame| {
            frame.namespace == Namespace::Html && frame.name == name || limits_scope(frame)
        });
        let Some(index) = found.filter(|&index| !limits_scope(&self.builder.frames[index])) else { return };
        let has_block_inside =
            self.builder.frames[index + 1..].iter().any(|frame| frame.has(Traits::SPECIAL));
        if has_block_inside {
            self.builder.remove(index);
            self.leave_foreign();
        } else {
            self.pop_to(index, end);
        }
    }

    /// The end tag of an inline element that is no formatting element.
    pub(super) fn end_other(&mut self, name: Name, end: Option<usize>) {
        let html = |frame: &Frame| frame.namespace == Namespace::Html;
        let found = self.innermost(|frame| html(frame) && (frame.name == name || frame.has(Traits::SPECIAL)));
        if let Some(index) = found.filter(|&index| self.builder.frames[index].name == name) {
            self.pop_to(index, end);
        }
    }
}

/// Whether the end tag closes the element in default scope with all in it.
fn closes_in_scope(tag: Tag) -> bool {
    tag.is(Traits::CLOSES_INSIDE)
        || matches!(tag, Tag::Dd | Tag::Dt | Tag::Applet | Tag::Marquee | Tag::Object)
}
