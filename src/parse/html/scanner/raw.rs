//! Elements whose content is text without tags: scripts, styles, titles, text areas.
//!
//! In: the start tag. Out: the content, shown, taken as the title or passed over, and the position past the
//! end tag (WHATWG HTML Standard, section 13.2.6.2).

use super::{Scanner, StartTag};
use crate::parse::html::blocks::{Element, Namespace};
use crate::parse::html::entity::{self, Place};
use crate::parse::html::tag::Tag;
use crate::parse::html::tokenizer::{self, Markup};
use crate::span::Span;
use std::borrow::Cow;
use std::ops::Range;

impl<'p> Scanner<'p> {
    /// An element whose content is text without tags.
    pub(super) fn raw(&mut self, tag: StartTag) {
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

    pub(super) fn shown_raw(&mut self, tag: StartTag, content: Range<usize>) {
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

    pub(super) fn raw_text(&mut self, kind: Tag, content: Range<usize>) {
        if kind == Tag::Textarea {
            self.decoded(content);
        } else {
            self.literal(content);
        }
    }

    pub(super) fn title(&mut self, content: Range<usize>) {
        let raw = &self.text[content.clone()];
        let title: Cow<'p, str> = match memchr::memchr(0, raw.as_bytes()) {
            Some(_) => entity::decode(&raw.replace('\0', "\u{fffd}"), Place::Text).into_owned().into(),
            None => entity::decode(raw, Place::Text),
        };
        self.builder.say("title", title, Span::new(content.start, content.end));
    }
}
