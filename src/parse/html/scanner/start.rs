//! Start tags: which elements they close, and where they open one.
//!
//! In: a start tag and the open elements. Out: elements closed and opened. These are the insertion modes of
//! the WHATWG HTML Standard, section 13.2.6.4, and foreign content, 13.2.6.5; the mode in use is that of the
//! innermost element, which comes to the same as the standard's own variable.

use super::stack::TABLE_BODIES;
use super::{Phase, Scanner, StartTag};
use crate::parse::html::attributes::{Attribute, Attributes};
use crate::parse::html::blocks::{Frame, Integration, Mode, Namespace};
use crate::parse::html::tag::{Name, Tag, Traits};

impl Scanner<'_> {
    pub(super) fn start(&mut self, mut tag: StartTag) {
        // SVG has an element of this name, and pictures in it are common.
        if tag.name.tag == Tag::Image && !self.reads_foreign(&tag) {
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

    pub(super) fn start_in_head(&mut self, tag: StartTag) {
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

    pub(super) fn start_head_content(&mut self, tag: StartTag) {
        if tag.name.tag.is(Traits::RAW) {
            self.raw(tag);
        } else {
            self.push(tag);
        }
    }

    pub(super) fn reads_foreign(&self, tag: &StartTag) -> bool {
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

    pub(super) fn start_foreign(&mut self, tag: StartTag) {
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
    pub(super) fn leave_foreign(&mut self) {
        while self.builder.top().namespace != Namespace::Html
            && self.builder.top().integration == Integration::None
        {
            self.builder.close(None);
        }
    }

    pub(super) fn push_foreign(&mut self, tag: StartTag, namespace: Namespace) {
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

    pub(super) fn start_html(&mut self, tag: StartTag) {
        match self.builder.top().mode {
            Mode::Body => self.start_in_body(tag),
            mode => self.start_in_mode(tag, mode),
        }
    }

    fn start_in_mode(&mut self, tag: StartTag, mode: Mode) {
        let table_part = tag.name.tag.is(Traits::TABLE_PART);
        match mode {
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

    pub(super) fn start_in_table(&mut self, tag: StartTag, mode: Mode) {
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

    pub(super) fn start_in_body(&mut self, tag: StartTag) {
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
            Tag::Body => self.frameset_ok &= self.in_template(),
            Tag::Head | Tag::Frame => {}
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

    pub(super) fn start_form(&mut self, tag: StartTag) {
        if self.form_open && !self.in_template() {
            return;
        }
        self.form_open |= !self.in_template();
        self.close_p();
        self.push(tag);
    }

    /// Closes an open item of the same list, then opens the new one.
    pub(super) fn start_item(&mut self, tag: StartTag, items: &[Tag]) {
        let is_item = |frame: &Frame| items.iter().any(|&item| frame.is(item));
        let found = self.innermost(|frame| {
            let stops = frame.has(Traits::SPECIAL);
            is_item(frame) || stops && !matches!(frame.name.tag, Tag::Address | Tag::Div | Tag::P)
        });
        if let Some(index) = found.filter(|&index| is_item(&self.builder.frames[index])) {
            self.pop_to(index, None);
        }
        self.close_p();
        self.push(tag);
    }

    pub(super) fn start_option(&mut self, tag: StartTag) {
        if self.in_select() {
            self.imply_end_tags((tag.name.tag == Tag::Option).then_some(Tag::Optgroup));
        } else if self.builder.top().is(Tag::Option) {
            self.builder.close(None);
        }
        self.push(tag);
    }

    pub(super) fn replace_body(&mut self) {
        if self.frameset_ok && !self.in_template() {
            while self.builder.frames.len() > 1 {
                self.builder.close(None);
            }
            self.phase = Phase::Frameset;
        }
    }
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
