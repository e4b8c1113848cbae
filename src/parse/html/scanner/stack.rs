//! The stack of open elements: looking for one, opening, closing.
//!
//! In: what is looked for. Out: its index, or elements closed down to it. Scopes are those of the WHATWG HTML
//! Standard, section 13.2.4.2. The stack is at most [`MAX_DEPTH`](crate::limits::MAX_DEPTH) deep, so that no search is longer than that.

use super::{Scanner, StartTag};
use crate::parse::html::attributes::Attributes;
use crate::parse::html::blocks::{Element, Frame, Integration, Mode, Namespace};
use crate::parse::html::tag::{Tag, Traits};

impl Scanner<'_> {
    pub(super) fn push(&mut self, tag: StartTag) {
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

    pub(super) fn push_with(&mut self, tag: StartTag, mode: Mode) {
        let depth = self.builder.frames.len();
        self.push(tag);
        if self.builder.frames.len() > depth
            && let Some(top) = self.builder.frames.last_mut()
        {
            top.mode = mode;
        }
    }

    /// Opens an element; `false` if that would be too deep.
    #[inline]
    pub(super) fn push_element(&mut self, tag: StartTag, namespace: Namespace) -> bool {
        let void = namespace == Namespace::Html && tag.name.tag.is(Traits::VOID);
        let depth = self.builder.frames.len() + self.too_deep + 1;
        if !void {
            self.depth = self.depth.max(depth);
            if depth > self.max_depth {
                self.too_deep += usize::from(!(namespace != Namespace::Html && tag.self_closing));
                if namespace == Namespace::Html && tag.name.tag.is(Traits::BOUNDARY) {
                    self.builder.end_line(None);
                }
                return false;
            }
        }
        // The attributes at hand are those of the tag that implies it.
        let is_implied = tag.bytes.is_empty();
        let element = Element { name: tag.name, namespace, tag: tag.bytes };
        if is_implied {
            self.builder.open(element, &Attributes::none());
        } else {
            self.builder.open(element, &self.attributes);
        }
        true
    }

    /// Closes elements up to and with the innermost that `wanted` holds for; `false` if there is none.
    pub(super) fn pop_until(&mut self, end: Option<usize>, wanted: impl Fn(&Frame) -> bool) -> bool {
        let found = self.innermost(wanted);
        if let Some(index) = found {
            self.pop_to(index, end);
        }
        found.is_some()
    }

    /// Closes the element at `index` and all in it; never the outermost.
    pub(super) fn pop_to(&mut self, index: usize, end: Option<usize>) {
        let index = index.max(1);
        while self.builder.frames.len() > index + 1 {
            self.builder.close(None);
        }
        if self.builder.frames.len() > index {
            self.builder.close(end);
        }
    }

    /// Closes elements until one of `tags` is innermost.
    pub(super) fn clear_to(&mut self, tags: &[Tag]) {
        while self.builder.frames.len() > 1 {
            let top = self.builder.top();
            if tags.iter().any(|&tag| top.is(tag)) || top.is(Tag::Template) {
                return;
            }
            self.builder.close(None);
        }
    }

    /// Closes the innermost element if it is `tag`.
    pub(super) fn close_top(&mut self, tag: Tag) -> bool {
        let is_top = self.builder.top().is(tag);
        if is_top {
            self.builder.close(None);
        }
        is_top
    }

    pub(super) fn close_table_body(&mut self) -> bool {
        TABLE_BODIES.iter().any(|&tag| self.close_top(tag))
    }

    pub(super) fn close_p(&mut self) {
        if self.builder.top().p_open {
            self.pop_until(None, |frame| frame.is(Tag::P));
        }
    }

    pub(super) fn close_in_scope(&mut self, tag: Tag) -> bool {
        let found = self.find_in_scope(|frame| frame.is(tag));
        if let Some(index) = found {
            self.pop_to(index, None);
        }
        found.is_some()
    }

    pub(super) fn imply_end_tags(&mut self, except: Option<Tag>) {
        while self.builder.top().has(Traits::IMPLIED_END) && Some(self.builder.top().name.tag) != except {
            self.builder.close(None);
        }
    }

    /// The index of the innermost open element that `wanted` holds for.
    pub(super) fn innermost(&self, wanted: impl Fn(&Frame) -> bool) -> Option<usize> {
        let found = self.builder.frames.iter().rposition(wanted);
        #[cfg(test)]
        self.looked_at.set(self.looked_at.get() + self.builder.frames.len() - found.unwrap_or(0));
        found
    }

    pub(super) fn find_in_scope(&self, wanted: impl Fn(&Frame) -> bool) -> Option<usize> {
        let index = self.innermost(|frame| wanted(frame) || limits_scope(frame))?;
        wanted(&self.builder.frames[index]).then_some(index)
    }

    pub(super) fn in_table_scope(&self, tag: Tag) -> bool {
        let limit = |frame: &Frame| frame.is(Tag::Table) || frame.is(Tag::Template);
        let found = self.innermost(|frame| frame.is(tag) || limit(frame));
        found.is_some_and(|index| self.builder.frames[index].is(tag))
    }

    pub(super) fn in_select(&self) -> bool {
        self.find_in_scope(|frame| frame.is(Tag::Select)).is_some()
    }

    pub(super) fn in_template(&self) -> bool {
        self.innermost(|frame| frame.is(Tag::Template)).is_some()
    }
}

pub(super) const TABLE_BODIES: [Tag; 3] = [Tag::Tbody, Tag::Tfoot, Tag::Thead];

pub(super) fn limits_scope(frame: &Frame) -> bool {
    frame.has(Traits::SCOPE) || frame.integration != Integration::None && frame.namespace != Namespace::Html
}
