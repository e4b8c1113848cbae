//! Blocks out of a stream of elements and text.
//!
//! In: elements that open and close in the order of a tree, and the text between them, each with its place.
//! Out: the blocks, containers and metadata of a [`Document`](crate::document::Document). Which elements
//! begin a line of their own and which are never seen is that of the browsers' style sheet (WHATWG HTML
//! Standard, section 15.3), without the style sheets of the page. Does not mend markup: whoever drives it
//! has done that, the scanner for pages, a walk through a real tree in tests and for selectors.

use super::attributes::{Attribute, Attributes};
use super::line::{self, Line, Run};
use super::list::{List, Marker};
use super::memo::Memo;
use super::numbered::{self, Numbered};
use super::place;
use super::row::Row;
use super::tag::{Name, Tag, Traits};
use crate::document::{Block, BlockKind, Container, HeadingEvidence, Label, ListItem, Metadata, Place};
use crate::limits::MAX_BLOCKS;
use crate::parse::headings;
use crate::span::Span;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Panels that are remembered: more than any page has that people click through.
const MAX_PANELS: usize = 1000;

/// The language that an element is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    Html,
    Svg,
    Math,
}

/// A start tag.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) name: Name,
    pub(super) namespace: Namespace,
    /// The bytes of the tag; empty where it is implied.
    pub(super) tag: Range<usize>,
}

/// Which insertion mode of the standard holds inside an element; kept by the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Body,
    Table,
    TableBody,
    Row,
    Cell,
    Caption,
    ColumnGroup,
    /// Not decided yet: the first tag in a template decides.
    Template,
}

/// An open element, with what it hands on to its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) name: Name,
    pub(super) namespace: Namespace,
    pub(super) mode: Mode,
    /// Whether a `p` is in button scope.
    pub(super) p_open: bool,
    /// Whether HTML is read inside this element of another language.
    pub(super) integration: Integration,
    /// Whether an `a` is open that a second one would close.
    pub(super) anchor: bool,
    /// Whether this is in an `a` that leads somewhere.
    link: bool,
    /// Whether this is in `b` or `strong`.
    bold: bool,
    /// How many blocks stood before this heading.
    heading_from: u32,
    boundary: bool,
    hidden: bool,
    preserve: bool,
    context: Context,
    place: Place,
    container: Option<u32>,
    list: Option<u32>,
    item: Option<u32>,
    table: u32,
}

/// Where HTML is read inside SVG or MathML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Integration {
    None,
    /// `mi`, `mo`, `mn`, `ms`, `mtext`.
    MathText,
    /// `foreignObject`, `desc`, `title`, and `annotation-xml` with HTML.
    Html,
}

/// What text directly inside an element becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    Flow,
    Heading(u8),
    Item,
    Term,
    Definition,
    Caption,
    Preformatted,
    Control,
    Cell,
}

impl Context {
    /// Whether a `br` ends the block; elsewhere it is a space.
    fn parts_at_breaks(self) -> bool {
        matches!(self, Self::Flow | Self::Item | Self::Definition | Self::Cell)
    }
}

impl Frame {
    const OUTERMOST: Self = Self {
        name: Name::NONE,
        namespace: Namespace::Html,
        mode: Mode::Body,
        p_open: false,
        integration: Integration::None,
        anchor: false,
        link: false,
        bold: false,
        heading_from: 0,
        boundary: true,
        hidden: false,
        preserve: false,
        context: Context::Flow,
        place: Place(0),
        container: None,
        list: None,
        item: None,
        table: 0,
    };

    /// Whether it is the HTML element `tag`.
    pub(super) fn is(&self, tag: Tag) -> bool {
        self.name.tag == tag && self.namespace == Namespace::Html
    }

    /// Whether it is an HTML element with all of `traits`.
    pub(super) fn has(&self, traits: Traits) -> bool {
        self.namespace == Namespace::Html && self.name.tag.is(traits)
    }
}

/// An item of a list.
#[derive(Debug)]
struct Item {
    list: u32,
    marker: Marker,
    /// Whether a block has taken the marker.
    taken: bool,
    /// How many blocks stood before it, and where its content starts.
    from: usize,
    at: usize,
}

/// Makes blocks.
#[derive(Debug)]
pub(super) struct Builder<'p> {
    /// The open elements, outermost first.
    pub(super) frames: Vec<Frame>,
    pub(super) blocks: Vec<Block<'p>>,
    pub(super) containers: Vec<Container>,
    pub(super) metadata: Vec<Metadata<'p>>,
    /// How many blocks are kept.
    pub(super) max_blocks: usize,
    /// How many blocks were left out for the limit.
    pub(super) blocks_left_out: usize,
    line: Line<'p>,
    line_frame: Frame,
    line_links: usize,
    line_bold: usize,
    /// Paragraphs that are bold from end to end and stand like a heading.
    bold: Vec<usize>,
    /// First byte of the last tag that began a line.
    opened_at: Option<usize>,
    /// How many `br` stand before this line; 0 if an element's boundary does.
    breaks: u32,
    breaks_are_spaces: bool,
    one_line: bool,
    /// The class of the `span` that the line starts with, and where the last `span` ended.
    chip_class: Option<&'p str>,
    chip_end: Option<usize>,
    /// Bytes of the line up to the end of the last chip; 0 while it is open.
    chip_len: usize,
    /// How many `span`s started in this line.
    chips: u32,
    /// Lines that are one `span`, with its class.
    spanned: Vec<(usize, Option<&'p str>)>,
    /// Where the blocks of buttons that may open panels are, each with the first word of its class.
    buttons: Vec<(usize, &'p str)>,
    /// Bytes of the number that stands alone in the first inline element of the line, and the paragraphs with one.
    number: Option<usize>,
    numbered: Vec<Numbered>,
    lists: Vec<List>,
    items: Vec<Item>,
    /// Numbered items without text, until the next block tells whether their list goes on.
    empty_items: Vec<(Block<'p>, Marker)>,
    rows: Vec<Row>,
    tables: u32,
    /// Ids of the elements that a control before them opens and closes.
    panels: BTreeSet<String>,
    /// Hints of classes and ids, and which styles hide their element.
    hints: Memo<'p, Place>,
    hiding: Memo<'p, bool>,
}

impl<'p> Builder<'p> {
    /// A builder with nothing open.
    pub(super) fn new() -> Self {
        Self {
            frames: Vec::with_capacity(32),
            blocks: Vec::new(),
            containers: Vec::new(),
            metadata: Vec::new(),
            max_blocks: MAX_BLOCKS,
            blocks_left_out: 0,
            line: Line::default(),
            line_frame: Frame::OUTERMOST,
            line_links: 0,
            line_bold: 0,
            bold: Vec::new(),
            opened_at: None,
            breaks: 0,
            breaks_are_spaces: false,
            one_line: false,
            chip_class: None,
            chip_end: None,
            chip_len: 0,
            chips: 0,
            spanned: Vec::new(),
            buttons: Vec::new(),
            number: None,
            numbered: Vec::new(),
            lists: Vec::new(),
            items: Vec::new(),
            empty_items: Vec::new(),
            rows: Vec::new(),
            tables: 0,
            panels: BTreeSet::new(),
            hints: Memo::new(Place::default()),
            hiding: Memo::new(false),
        }
    }

    /// A builder with nothing open, and room for so many blocks and containers.
    pub(super) fn with_room(blocks: usize, containers: usize) -> Self {
        Self { blocks: Vec::with_capacity(blocks), containers: Vec::with_capacity(containers), ..Self::new() }
    }

    /// A builder for a slice of a body: `br` is a space, for inside a block it was one.
    pub(super) fn for_fragment() -> Self {
        let mut builder = Self { breaks_are_spaces: true, ..Self::new() };
        builder.frames.push(Frame::OUTERMOST);
        builder
    }

    /// A builder for the bytes of one block, which notes where letters come from: nothing in them ends the
    /// line. White space is kept if `preserve`.
    pub(super) fn for_one_line(preserve: bool) -> Self {
        let mut builder = Self { one_line: true, breaks_are_spaces: true, ..Self::traced() };
        builder.frames.push(Frame { preserve, ..Frame::OUTERMOST });
        builder
    }

    /// A builder with nothing open that notes where letters come from.
    pub(super) fn traced() -> Self {
        Self { line: Line::traced(), ..Self::new() }
    }

    /// The line that was not ended yet.
    pub(super) fn into_line(self) -> Line<'p> {
        self.line
    }

    /// The innermost open element.
    pub(super) fn top(&self) -> &Frame {
        self.frames.last().unwrap_or(&Frame::OUTERMOST)
    }

    /// Opens an element. One without content is closed at once.
    pub(super) fn open(&mut self, element: Element, attributes: &Attributes<'p>) {
        if element.namespace == Namespace::Html && element.name.tag.is(Traits::VOID) {
            self.void(&element, attributes);
            return;
        }
        let mut frame = *self.top();
        (frame.name, frame.namespace) = (element.name, element.namespace);
        (frame.integration, frame.boundary) = (Integration::None, false);
        frame.hidden |= self.is_hidden(&element, attributes) && !self.is_revealed(&element, attributes);
        if let Some(ids) = attributes.get(Attribute::AriaControls).filter(|_| self.panels.len() < MAX_PANELS)
        {
            self.panels.extend(ids.split_ascii_whitespace().map(str::to_owned));
        }
        if element.namespace == Namespace::Html {
            self.open_html(&element, attributes, &mut frame);
        }
        self.frames.push(frame);
    }

    fn open_html(&mut self, element: &Element, attributes: &Attributes<'p>, frame: &mut Frame) {
        let tag = element.name.tag;
        let heading = heading_level(tag, attributes);
        frame.boundary = tag.is(Traits::BOUNDARY) || heading.is_some();
        if tag == Tag::A {
            frame.link |= attributes.has(Attribute::Href);
        }
        // What opens a `details` is its heading.
        frame.bold |= matches!(tag, Tag::B | Tag::Strong | Tag::Summary);
        if !frame.boundary {
            if tag == Tag::Span {
                self.open_chip(element, attributes);
            }
            return;
        }
        self.end_line(None);
        self.opened_at = Some(element.tag.start);
        if frame.hidden {
            return;
        }
        frame.place = frame.place.union(place::place(tag, attributes, &mut self.hints));
        if let Some(level) = heading {
            frame.context = Context::Heading(level);
            frame.heading_from = self.blocks.len() as u32;
        }
        if tag.is(Traits::CONTAINER) {
            self.containers.push(Container { parent: frame.container, tag: tag.name(), place: frame.place });
            frame.container = Some(self.containers.len() as u32 - 1);
        }
        match tag {
            Tag::Ol | Tag::Ul | Tag::Menu | Tag::Dir => self.open_list(tag, attributes, frame),
            Tag::Li => self.open_item(element.tag.end, attributes, frame),
            Tag::Dt => frame.context = Context::Term,
            Tag::Dd => frame.context = Context::Definition,
            Tag::Caption | Tag::Figcaption => frame.context = Context::Caption,
            // The heading of an accordion is a button in a heading; beside its words it is a control.
            Tag::Button
                if matches!(frame.context, Context::Heading(_))
                    && frame.heading_from == self.blocks.len() as u32 => {}
            Tag::Button => {
                frame.context = Context::Control;
                self.open_button(attributes);
            }
            Tag::Option | Tag::Optgroup | Tag::Select | Tag::Textarea => frame.context = Context::Control,
            Tag::Pre | Tag::Listing | Tag::Xmp | Tag::Plaintext => {
                frame.context = Context::Preformatted;
            }
            Tag::Table => {
                frame.context = Context::Flow;
                frame.table = self.tables;
                self.tables += 1;
            }
            Tag::Tr => self.rows.push(Row::new(self.blocks.len(), element.tag.start, frame.table)),
            Tag::Td | Tag::Th => {
                frame.context = Context::Cell;
                if let Some(row) = self.rows.last_mut() {
                    row.cell(element.tag.end, tag == Tag::Th);
                }
            }
            Tag::Html => self.language(attributes),
            _ => {}
        }
        frame.preserve = frame.context == Context::Preformatted;
    }

    /// Chips in a row have one class and nothing between them, and style sheets set them apart: one that holds a
    /// label with its value is a line.
    fn open_chip(&mut self, element: &Element, attributes: &Attributes<'p>) {
        self.chips += 1;
        self.chip_len = 0;
        if self.line.is_empty() {
            self.chips = 1;
            self.chip_class = attributes.written(Attribute::Class);
        } else if self.chip_end == Some(element.tag.start)
            && self.chip_class.is_some()
            && self.chip_class == attributes.written(Attribute::Class)
            && Label::split(self.line.text()).is_some_and(|label| !label.value.is_empty())
        {
            self.end_line(None);
        }
    }

    /// Notes a button that says that it opens a panel.
    fn open_button(&mut self, attributes: &Attributes<'p>) {
        let class = attributes.written(Attribute::Class).unwrap_or_default();
        let opens = attributes.has(Attribute::AriaControls)
            || ["accordion", "collaps", "toggle", "expand"].iter().any(|word| class.contains(word));
        if opens {
            self.buttons.push((self.blocks.len(), class.split_ascii_whitespace().next().unwrap_or_default()));
        }
    }

    fn open_list(&mut self, tag: Tag, attributes: &Attributes<'_>, frame: &mut Frame) {
        let depth = frame.list.and_then(|list| self.lists.get(list as usize)).map_or(0, |list| list.depth);
        let ordinal = self.lists.len() as u32;
        self.lists.push(List::new(tag, attributes, ordinal, depth));
        frame.list = Some(ordinal);
    }

    fn open_item(&mut self, at: usize, attributes: &Attributes<'_>, frame: &mut Frame) {
        if frame.list.is_none() {
            // Browsers mark an item that is in no list, too.
            self.open_list(Tag::Ul, &Attributes::none(), frame);
        }
        let list = frame.list.unwrap_or(0);
        let Some(open) = self.lists.get_mut(list as usize) else { return };
        frame.context = Context::Item;
        frame.item = Some(self.items.len() as u32);
        let (marker, from) = (open.marker(attributes), self.blocks.len());
        self.items.push(Item { list, marker, taken: false, from, at });
    }

    /// Notes an item of which a browser shows nothing but the number.
    fn end_item(&mut self, frame: &Frame) {
        let Some(item) = frame.item.and_then(|item| self.items.get(item as usize)) else { return };
        let Some(list) = self.lists.get(item.list as usize) else { return };
        if item.taken || item.from != self.blocks.len() || !item.marker.is_numbered() {
            return;
        }
        let span = Span::new(item.at, item.at);
        let block = Block {
            kind: BlockKind::ListItem(list.item(item.marker)),
            text: Cow::Borrowed(""),
            span,
            outer: span,
            units: 1,
            gap_before: true,
            link_bytes: 0,
            place: frame.place,
            container: frame.container,
        };
        // Empty items inside an empty one are no more than that.
        let outside = self.empty_items.partition_point(|(inside, _)| inside.span.start < span.start);
        self.empty_items.truncate(outside);
        self.empty_items.push((block, item.marker));
    }

    /// Makes blocks of the items without text that stand right before, if they are of the list `ordinal`.
    fn push_empty_items(&mut self, ordinal: u32) {
        for (block, marker) in std::mem::take(&mut self.empty_items) {
            let Some(list) = self.lists.get_mut(ordinal as usize) else { return };
            if block.list_item().is_some_and(|item| item.list == ordinal) {
                list.count(self.blocks.len(), marker);
                self.push(block);
            }
        }
    }

    /// Whether the element and all in it are not shown.
    #[inline]
    fn is_hidden(&mut self, element: &Element, attributes: &Attributes<'p>) -> bool {
        let unseen = match element.namespace {
            Namespace::Html => element.name.tag.is(Traits::UNSEEN),
            Namespace::Svg => true,
            Namespace::Math => matches!(element.name.tag, Tag::Annotation | Tag::AnnotationXml),
        };
        if unseen || attributes.is_empty() {
            return unseen;
        }
        let style = attributes.written(Attribute::Style);
        let is_hiding = |style| hides(&attributes.decoded(style));
        attributes.has(Attribute::Hidden) || style.is_some_and(|style| self.hiding.of(style, is_hiding))
    }

    /// Whether a hidden element is one that readers come to see: the panel of an accordion or tab outside menus
    /// and dialogs (ARIA Authoring Practices, disclosure), or what a script shows at once.
    fn is_revealed(&mut self, element: &Element, attributes: &Attributes<'p>) -> bool {
        const CLOSED: Place = Place::NAVIGATION
            .union(Place::HEADER)
            .union(Place::FOOTER)
            .union(Place::FORM)
            .union(Place::DIALOG)
            .union(Place::HINT_MENU)
            .union(Place::HINT_CONSENT);
        let tag = element.name.tag;
        if element.namespace != Namespace::Html || !tag.is(Traits::BOUNDARY) || tag.is(Traits::UNSEEN) {
            return false;
        }
        // A page that hides all of itself does so until a script has come.
        if matches!(tag, Tag::Html | Tag::Body) {
            return true;
        }
        let Some(id) = attributes.get(Attribute::Id) else { return false };
        let place = self.top().place.union(place::place(tag, attributes, &mut self.hints));
        is_streamed(&id) || self.panels.contains(&*id) && !place.any(CLOSED)
    }

    /// Closes the innermost element. `end` is one past its end tag; `None` where that is implied.
    pub(super) fn close(&mut self, end: Option<usize>) {
        let Some(frame) = self.frames.pop() else { return };
        if !frame.boundary {
            if frame.is(Tag::Span) {
                self.chip_end = end;
                self.chip_len = self.line.len();
            }
            let len = self.line.len();
            if (1..=2).contains(&len) && self.line.text().bytes().all(|byte| byte.is_ascii_digit()) {
                self.number = Some(len);
            }
            return;
        }
        self.end_line(end);
        if frame.hidden {
            return;
        }
        match frame.name.tag {
            Tag::Tr => self.end_row(&frame, end.unwrap_or(0)),
            Tag::Li => self.end_item(&frame),
            Tag::Ol => self.end_list(&frame),
            _ => {}
        }
    }

    /// Closes all elements.
    pub(super) fn close_all(&mut self) {
        while !self.frames.is_empty() {
            self.close(None);
        }
        self.end_line(None);
        self.tell_bold_headings();
        self.tell_spanned_headings();
        self.tell_button_headings();
    }

    /// Makes items of numbered paragraphs; `place` tells where the text of a block from one of its bytes on starts.
    pub(super) fn number_paragraphs(&mut self, place: impl Fn(&Block<'_>, usize, &[Run]) -> u32) {
        let runs = self.line.trace();
        let place = |block: &Block<'_>, words: usize| place(block, words, runs);
        numbered::number_paragraphs(place, &mut self.blocks, &self.numbered, self.lists.len() as u32);
    }

    /// Lines of one `span` that stand right above lists, two at least of one class, are the headings of those.
    fn tell_spanned_headings(&mut self) {
        let mut spanned = std::mem::take(&mut self.spanned);
        spanned.retain(|&(at, _)| {
            let (own, next) = (self.blocks.get(at), self.blocks.get(at + 1));
            own.zip(next).is_some_and(|(own, next)| {
                own.kind == BlockKind::Paragraph && next.list_item().is_some() && own.place == next.place
            })
        });
        let mut lines_of = HashMap::new();
        spanned.iter().for_each(|&(_, class)| *lines_of.entry(class).or_insert(0) += 1);
        for (at, class) in spanned {
            if lines_of[&class] > 1 {
                let evidence = HeadingEvidence::Look { score: BOLD };
                self.blocks[at].kind = BlockKind::Heading { level: None, evidence };
            }
        }
    }

    /// Buttons that open panels and stand right above text, two at least of one class and none twice, are the headings
    /// of an accordion.
    fn tell_button_headings(&mut self) {
        let mut buttons = std::mem::take(&mut self.buttons);
        buttons.retain(|&(at, _)| {
            let heads = |pair: &[Block<'_>]| {
                let is_inside =
                    |block: &Block<'_>| !without_form(block.place).any(OUTSIDE.union(Place::HEADER));
                let is_button = pair[0].kind == BlockKind::Control && is_headline(&pair[0].text);
                is_button && is_content(&pair[1]) && !pair[1].place.any(Place::FORM) && is_inside(&pair[0])
            };
            self.blocks.get(at..at + 2).is_some_and(heads)
        });
        let mut texts_of: HashMap<&str, HashSet<&str>> = HashMap::new();
        let mut count_of = HashMap::new();
        for &(at, class) in &buttons {
            texts_of.entry(class).or_default().insert(&self.blocks[at].text);
            *count_of.entry(class).or_insert(0) += 1;
        }
        let is_accordion = |class: &str| count_of[class] > 1 && texts_of[class].len() == count_of[class];
        buttons.retain(|(_, class)| is_accordion(class));
        for (at, _) in buttons {
            let block = &mut self.blocks[at];
            block.place = without_form(block.place);
            block.kind = BlockKind::Heading { level: None, evidence: HeadingEvidence::Look { score: BOLD } };
        }
    }

    /// Bold paragraphs before text are the headings of pages that have no elements for them.
    fn tell_bold_headings(&mut self) {
        let bold = std::mem::take(&mut self.bold);
        for (index, &at) in bold.iter().enumerate() {
            let next_is_bold = bold.get(index + 1) == Some(&(at + 1));
            let Some(next) = self.blocks.get(at + 1).filter(|_| !next_is_bold) else { continue };
            let text = matches!(next.kind, BlockKind::Paragraph | BlockKind::ListItem(_));
            let in_one_place = next.place == self.blocks[at].place;
            // Between the page's heading and a fact of its card stands a subtitle.
            let above = at.checked_sub(1).and_then(|above| self.blocks[above].heading());
            let is_fact = next.label().is_some_and(|label| !label.value.is_empty())
                && !self.blocks[at].text.ends_with('?');
            if is_fact && above.is_some_and(|(level, _)| level == Some(1)) {
                continue;
            }
            if text && in_one_place && next.text.len() > self.blocks[at].text.len() {
                let evidence = HeadingEvidence::Look { score: BOLD };
                self.blocks[at].kind = BlockKind::Heading { level: None, evidence };
            }
        }
    }

    /// Headings by their look, where a page marks none: all its parts are `div`s.
    pub(super) fn tell_headings(&mut self) {
        for (index, pair) in self.blocks.windows(2).filter(|pair| heads_text(pair)).enumerate() {
            // One bold line is no way of marking headings.
            if index > 0 || !matches!(pair[0].heading(), Some((_, HeadingEvidence::Look { .. }))) {
                return;
            }
        }
        let no_heading = |block: &Block<'_>| {
            block.kind != BlockKind::Paragraph || block.link_bytes > 0 || block.place.any(OUTSIDE)
        };
        let is_labelled = |block: &Block<'_>| {
            block.label().is_some_and(|label| !label.value.is_empty()) && !block.text.ends_with('?')
        };
        let lines: Vec<headings::Line<'_>> = self
            .blocks
            .iter()
            .map(|block| headings::Line {
                text: &block.text,
                gap_before: true,
                gap_after: true,
                list_mark: no_heading(block),
                labelled: is_labelled(block),
            })
            .collect();
        for (at, score) in headings::scores(&lines).into_iter().enumerate() {
            let stands_above = self.blocks.get(at + 1).is_some_and(|next| {
                let is_text = next.text.len() >= MIN_TEXT.max(self.blocks[at].text.len());
                is_content(next) && (is_text || heads_items(&self.blocks[at + 1..]))
            });
            if score > 0.0 && stands_above {
                let evidence = HeadingEvidence::Look { score };
                self.blocks[at].kind = BlockKind::Heading { level: None, evidence };
            }
        }
    }

    /// Takes an element out from under its content, as the adoption agency does.
    pub(super) fn remove(&mut self, index: usize) {
        let removed = self.frames.remove(index);
        // In the tree it ends where the element inside it does.
        if let Some(inside) = self.frames.get_mut(index) {
            inside.boundary |= removed.boundary;
        }
        let outer = index.checked_sub(1).map_or(Frame::OUTERMOST, |outer| self.frames[outer]);
        if removed.bold {
            let mut bold = outer.bold;
            for frame in &mut self.frames[index..] {
                bold |= frame.is(Tag::B) || frame.is(Tag::Strong) || frame.is(Tag::Summary);
                frame.bold = bold;
            }
        }
        if removed.is(Tag::A) {
            for frame in &mut self.frames[index..] {
                frame.link &= outer.link;
                frame.anchor &= outer.anchor;
            }
        }
    }

    /// Whether text here is shown.
    pub(super) fn shows_text(&self) -> bool {
        !self.top().hidden
    }

    /// Adds text of white space alone, or none, that stands at byte `at`.
    pub(super) fn blank(&mut self, raw: &'p str, at: usize) {
        let frame = self.top();
        if frame.preserve {
            self.text(raw, at);
        } else if !frame.hidden && !raw.is_empty() {
            self.line.space();
        }
    }

    /// Adds text without character references that stands at byte `at`.
    pub(super) fn text(&mut self, raw: &'p str, at: usize) {
        let Some(frame) = self.frames.last() else { return };
        if frame.hidden {
            return;
        }
        let before = self.line.len();
        if frame.preserve {
            self.line.preserve(raw, at);
        } else {
            self.line.collapse(raw, at);
        }
        self.after_text(before);
    }

    /// Adds the character of a reference that stands at `span`.
    pub(super) fn character(&mut self, character: char, span: Span) {
        let Some(frame) = self.frames.last() else { return };
        if frame.hidden {
            return;
        }
        let before = self.line.len();
        self.line.character(character, span, frame.preserve);
        self.after_text(before);
    }

    fn after_text(&mut self, before: usize) {
        let Some(frame) = self.frames.last() else { return };
        let after = self.line.len();
        if before == 0 && after > 0 {
            self.line_frame = *frame;
            self.line_links = 0;
            self.line_bold = 0;
        }
        if frame.bold {
            self.line_bold += after - before;
        }
        if frame.link {
            self.line_links += after - before;
        }
    }

    fn void(&mut self, element: &Element, attributes: &Attributes<'p>) {
        match element.name.tag {
            Tag::Br => self.line_break(element.tag.start),
            Tag::Hr => self.end_line(None),
            Tag::Input => self.input(element, attributes),
            Tag::Link | Tag::Meta => self.head_metadata(element.name.tag, attributes),
            _ => {}
        }
    }

    fn line_break(&mut self, at: usize) {
        let frame = *self.top();
        if frame.hidden {
            return;
        }
        if frame.preserve {
            self.line.preserved_space('\n', Span::new(at, at));
        } else if self.breaks_are_spaces || !frame.context.parts_at_breaks() {
            self.line.space();
        } else {
            let breaks = if self.line.is_empty() { self.breaks } else { 0 };
            self.end_line(None);
            self.breaks = breaks + 1;
        }
    }

    /// A button made by `input` shows its value.
    fn input(&mut self, element: &Element, attributes: &Attributes<'p>) {
        let button = ["submit", "button", "reset"].iter().any(|kind| attributes.is(Attribute::Type, kind));
        let parent = *self.top();
        if !button || parent.hidden || self.is_hidden(element, attributes) {
            return;
        }
        let Some((value, at)) = attributes.find(Attribute::Value) else { return };
        let value = line::collapsed(value);
        if value.is_empty() {
            return;
        }
        self.end_line(None);
        if let Some(row) = self.rows.last_mut() {
            row.other();
        }
        let place = parent.place.union(place::place(Tag::Input, attributes, &mut self.hints));
        self.push(Block {
            kind: BlockKind::Control,
            text: value,
            span: Span::new(at.start, at.end),
            outer: Span::new(element.tag.start.min(at.start), element.tag.end.max(at.end)),
            units: 1,
            gap_before: true,
            link_bytes: 0,
            place,
            container: parent.container,
        });
    }

    fn head_metadata(&mut self, tag: Tag, attributes: &Attributes<'p>) {
        let key = match tag {
            Tag::Link if attributes.is(Attribute::Rel, "canonical") => "canonical",
            Tag::Meta if names_property(attributes, "og:title") => "og:title",
            Tag::Meta if names_property(attributes, "og:url") => "og:url",
            _ => return,
        };
        let value = if tag == Tag::Link { Attribute::Href } else { Attribute::Content };
        if let Some((value, at)) = attributes.find(value) {
            self.say(key, value, Span::new(at.start, at.end));
        }
    }

    /// Takes the language that the page says it is in.
    pub(super) fn language(&mut self, attributes: &Attributes<'p>) {
        if let Some((value, at)) = attributes.find(Attribute::Lang) {
            self.say("lang", value, Span::new(at.start, at.end));
        }
    }

    /// Adds metadata; the first of a key counts, an empty one does not.
    pub(super) fn say(&mut self, key: &'static str, value: Cow<'p, str>, span: Span) {
        let value = line::collapsed(value);
        if !value.is_empty() && !self.metadata.iter().any(|entry| entry.key == key) {
            self.metadata.push(Metadata { key: Cow::Borrowed(key), value, span });
        }
    }

    /// Ends the line. `end` is one past the tag that ends it, if that is an end tag.
    #[inline]
    pub(super) fn end_line(&mut self, end: Option<usize>) {
        let breaks = std::mem::take(&mut self.breaks);
        let opened_at = self.opened_at.take();
        if !self.line.is_empty() && !self.one_line {
            self.push_line(breaks, opened_at, end);
        }
    }

    fn push_line(&mut self, breaks: u32, opened_at: Option<usize>, end: Option<usize>) {
        let number = self.number.take();
        let (text, span) = self.line.take();
        let frame = self.line_frame;
        let outer_start = opened_at.map_or(span.start as usize, |at| at.min(span.start as usize));
        let outer_end = end.map_or(span.end as usize, |end| end.max(span.end as usize));
        let kind = self.kind(&frame);
        if let Some(row) = self.rows.last_mut() {
            if frame.context == Context::Cell {
                row.paragraph(breaks == 0);
            } else {
                row.other();
            }
        }
        let is_bold = self.line_bold + 1 >= text.len() && self.line_links == 0;
        if is_bold && matches!(kind, BlockKind::Paragraph) && breaks == 0 && is_headline(&text) {
            self.bold.push(self.blocks.len());
        }
        if matches!(kind, BlockKind::Paragraph) {
            let block = self.blocks.len();
            self.numbered.extend(number.filter(|&len| len < text.len()).map(|len| Numbered { block, len }));
            let is_span = self.chips == 1 && frame.is(Tag::Span) && !frame.p_open && self.line_links == 0;
            if is_span && self.chip_len >= text.len() && is_headline(&text) {
                self.spanned.push((block, self.chip_class));
            }
        }
        self.push(Block {
            kind,
            link_bytes: self.line_links as u32,
            text,
            span,
            outer: Span::new(outer_start, outer_end),
            units: 1,
            gap_before: breaks != 1,
            place: frame.place,
            container: frame.container,
        });
    }

    fn kind(&mut self, frame: &Frame) -> BlockKind<'p> {
        match frame.context {
            Context::Flow | Context::Cell => BlockKind::Paragraph,
            Context::Heading(level) => {
                self.take_item(frame);
                BlockKind::Heading { level: Some(level), evidence: HeadingEvidence::Tag }
            }
            Context::Item => self.take_item(frame).map_or(BlockKind::Paragraph, BlockKind::ListItem),
            Context::Term => BlockKind::Term,
            Context::Definition => BlockKind::Definition,
            Context::Caption => BlockKind::Caption,
            Context::Preformatted => BlockKind::Preformatted,
            Context::Control => BlockKind::Control,
        }
    }

    /// The marker of the item that the line is in, for the first block only.
    fn take_item(&mut self, frame: &Frame) -> Option<ListItem<'p>> {
        let item = self.items.get_mut(frame.item? as usize)?;
        if std::mem::replace(&mut item.taken, true) {
            return None;
        }
        let (ordinal, marker) = (item.list, item.marker);
        self.push_empty_items(ordinal);
        let list = self.lists.get_mut(ordinal as usize)?;
        list.has_text = true;
        if frame.context == Context::Item {
            list.count(self.blocks.len(), marker);
        }
        Some(list.item(marker))
    }

    /// Ends a numbered list: its last items may be empty, and those of one that counts down get their numbers.
    fn end_list(&mut self, frame: &Frame) {
        let Some(list) = frame.list.and_then(|list| self.lists.get(list as usize)) else { return };
        if list.has_text {
            self.push_empty_items(list.ordinal);
        }
        let Some(list) = frame.list.and_then(|list| self.lists.get_mut(list as usize)) else { return };
        for (block, marker) in std::mem::take(&mut list.unnumbered) {
            let marker = list.counted_down(marker);
            if let Some(BlockKind::ListItem(item)) = self.blocks.get_mut(block).map(|block| &mut block.kind) {
                *item = list.item(marker);
            }
        }
    }

    fn end_row(&mut self, frame: &Frame, end: usize) {
        let Some(row) = self.rows.pop() else { return };
        if self.blocks.len() == row.first_block {
            return;
        }
        if let Some(outer) = self.rows.last_mut() {
            outer.other();
        }
        if let Some(mut block) = row.merge(&mut self.blocks, end) {
            let merged = self.bold.partition_point(|&at| at < row.first_block);
            self.bold.truncate(merged);
            self.numbered.retain(|numbered| numbered.block < row.first_block);
            self.spanned.retain(|&(at, _)| at < row.first_block);
            let merged = self.buttons.partition_point(|&(at, _)| at < row.first_block);
            self.buttons.truncate(merged);
            block.place = frame.place;
            block.container = frame.container;
            self.push(block);
        }
    }

    #[inline]
    fn push(&mut self, block: Block<'p>) {
        self.empty_items.clear();
        if self.blocks.len() < self.max_blocks {
            self.blocks.push(block);
        } else {
            self.blocks_left_out += 1;
        }
    }
}

/// Where no heading of the content stands.
const OUTSIDE: Place =
    Place::NAVIGATION.union(Place::FOOTER).union(Place::ASIDE).union(Place::FORM).union(Place::HINT_MENU);

/// Bytes of the text from which on a line above it can be told a heading by its look.
const MIN_TEXT: usize = 40;

/// Whether the first of two blocks is a heading below the first level and the second what it stands above.
fn heads_text(pair: &[Block<'_>]) -> bool {
    pair[0].heading().is_some_and(|(level, _)| level != Some(1)) && is_content(&pair[1])
}

/// Whether blocks start with items, or with the line that announces them.
fn heads_items(blocks: &[Block<'_>]) -> bool {
    let is_item = |block: Option<&Block<'_>>| block.is_some_and(|block| block.list_item().is_some());
    is_item(blocks.first())
        || (blocks.first().is_some_and(|block| block.text.ends_with(':')) && is_item(blocks.get(1)))
}

/// Whether a block is one of those that stand under a heading, without links.
fn is_content(block: &Block<'_>) -> bool {
    let kind = matches!(
        block.kind,
        BlockKind::Paragraph | BlockKind::ListItem(_) | BlockKind::Definition | BlockKind::TableRow(_)
    );
    kind && block.link_bytes == 0
}

/// A place without the mark that every control has.
fn without_form(place: Place) -> Place {
    Place(place.0 & !Place::FORM.0)
}

/// Log-odds of a bold paragraph before text.
const BOLD: f32 = 1.0;

/// Whether a text is short, starts like a heading and does not end like a sentence or a label.
fn is_headline(text: &str) -> bool {
    text.len() <= 100
        && text.split(' ').count() <= 14
        && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && !text.ends_with(['.', ',', ';', ':'])
        && text.contains(char::is_alphabetic)
        && !text.trim_start_matches("Q: ").contains(": ")
}

fn heading_level(tag: Tag, attributes: &Attributes<'_>) -> Option<u8> {
    if attributes.is(Attribute::Role, "heading") {
        // ARIA: a heading without a level is of level 2.
        let level = attributes.integer(Attribute::AriaLevel).unwrap_or(2);
        return Some(level.clamp(1, 6) as u8);
    }
    tag.heading_level()
}

fn names_property(attributes: &Attributes<'_>, property: &str) -> bool {
    attributes.is(Attribute::Property, property) || attributes.is(Attribute::Name, property)
}

/// Whether the element is content that React streams behind its placeholder (`id="S:0"`) and that a script
/// shows before a reader sees the page.
fn is_streamed(id: &str) -> bool {
    let number = id.strip_prefix("S:").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether an inline style hides its element.
fn hides(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(property, value)| {
        let value = value.split('!').next().unwrap_or(value).trim_ascii();
        let (property, hiding) = (property.trim_ascii(), |word: &str| value.eq_ignore_ascii_case(word));
        property.eq_ignore_ascii_case("display") && hiding("none")
            || property.eq_ignore_ascii_case("visibility") && hiding("hidden")
    })
}
