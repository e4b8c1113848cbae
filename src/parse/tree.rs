//! A real tree of a page: for CSS selectors, and as the reference that the scanner is tested against.
//!
//! In: the text of an HTML page. Out: blocks as the tree has them, and what of a [`Document`] a selector
//! selects. The tree is `scraper`'s, built by html5ever, which follows the WHATWG HTML Standard to the letter
//! but is quadratic on hostile pages; a guard ends the work there. Used only where a profile has a selector,
//! for it costs ten times what the scanner does.

use super::html::{source_span, walk};
use crate::catalogue;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Block, BlockKind, Document};
use crate::limits::PageLimits;
use crate::page::Page;
use crate::span::Span;
use ego_tree::NodeId;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName};
use scraper::{Html, HtmlTreeSink};
use std::borrow::Cow;
use std::cell::{Cell, Ref};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A CSS selector.
#[derive(Clone, Debug)]
pub struct Selector(scraper::Selector);

impl Selector {
    /// Reads a selector, or a list of them parted by commas.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        scraper::Selector::parse(text).map(Self).map_err(|error| error.to_string())
    }
}

/// One selected element: the parts of blocks that are its text, in page order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its text; empty if it shows none.
    pub parts: Vec<Part>,
}

/// Text of a block, all of it or a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index in [`Document::blocks`].
    pub block: usize,
    /// Bytes of the block's text.
    pub text: Span,
    /// Bytes of the page.
    pub span: Span,
}

/// What each of `selectors` selects of `document`, which was parsed from `page`, in page order.
///
/// # Errors
/// A diagnostic if the page's tree would be over a limit: then nothing is selected.
pub fn select(
    page: &Page,
    document: &Document<'_>,
    selectors: &[Selector],
) -> Result<Vec<Vec<Match>>, Diagnostic> {
    let (tree, _) = build(page.text(), page.limits)?;
    let mut wanted: HashMap<NodeId, Vec<usize>> = HashMap::new();
    for (number, selector) in selectors.iter().enumerate() {
        for element in tree.select(&selector.0) {
            wanted.entry(element.id()).or_default().push(number);
        }
    }
    let walk = walk::walk(&tree, true, |id| wanted.get(&id).cloned().unwrap_or_default());
    let counterparts = align(&walk.blocks, &document.blocks);
    let mut matches = vec![Vec::new(); selectors.len()];
    for (number, element) in &walk.elements {
        let parts = parts(page.text(), document, &walk, &counterparts, element);
        matches[*number].push(Match { parts });
    }
    Ok(matches)
}

fn parts(
    page: &str,
    document: &Document<'_>,
    walk: &walk::Walk<'_>,
    counterparts: &[Option<usize>],
    element: &std::ops::Range<usize>,
) -> Vec<Part> {
    let first = walk.blocks.partition_point(|block| block.span.end as usize <= element.start);
    let mut parts = Vec::new();
    for (block, counterpart) in walk.blocks.iter().zip(counterparts).skip(first) {
        if block.span.start as usize >= element.end {
            break;
        }
        let Some(index) = *counterpart else { continue };
        let text = part_of_block(walk, block, element);
        if let (Some(text), Some(own)) = (text, document.blocks.get(index)) {
            let span = source_span(page, own, text.clone());
            parts.push(Part { block: index, text: Span::new(text.start, text.end), span });
        }
    }
    parts
}

/// The bytes of the text of `block` that lie in `element`.
fn part_of_block(
    walk: &walk::Walk<'_>,
    block: &Block<'_>,
    element: &std::ops::Range<usize>,
) -> Option<std::ops::Range<usize>> {
    if element.start <= block.span.start as usize && block.span.end as usize <= element.end {
        return Some(0..block.text.len());
    }
    let BlockKind::TableRow(row) = &block.kind else {
        return walk.part(block.span.range(), element);
    };
    let cells = row.cells.iter().filter_map(|cell| {
        let text = cell.text.range();
        if element.start <= cell.span.start as usize && cell.span.end as usize <= element.end {
            return Some(text).filter(|text| !text.is_empty());
        }
        let part = walk.part(cell.span.range(), element)?;
        // The walk has text of the cell that is none of its row: a line break at the cell's end.
        let [start, end] = [part.start, part.end].map(|at| (text.start + at).min(text.end));
        Some(start..end).filter(|part| !part.is_empty())
    });
    cells.reduce(|first, last| first.start..last.end)
}

/// For each block of the tree its counterpart in the document: of blocks with the same text the first is the
/// counterpart of the first, and so on.
fn align(tree: &[Block<'_>], document: &[Block<'_>]) -> Vec<Option<usize>> {
    let same = |(one, other): (&Block<'_>, &Block<'_>)| one.text == other.text;
    if tree.len() == document.len() && tree.iter().zip(document).all(same) {
        return (0..tree.len()).map(Some).collect();
    }
    let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, block) in document.iter().enumerate().rev() {
        by_text.entry(&block.text).or_default().push(index);
    }
    tree.iter().map(|block| by_text.get_mut(block.text.as_ref())?.pop()).collect()
}

/// The blocks of the tree of `page`: kind and text. `Err` if the tree would be over a limit.
///
/// # Errors
/// The limit that was met.
pub fn blocks(page: &str) -> Result<Reference, Diagnostic> {
    let (tree, mended) = build(page, PageLimits::default())?;
    let walk = walk::walk(&tree, false, |_| Vec::new());
    let blocks = walk.blocks.into_iter();
    Ok(Reference {
        blocks: blocks.map(|block| (kind_name(&block.kind), block.text.into_owned())).collect(),
        mended,
    })
}

/// The blocks of a tree, and how the markup had to be mended for it.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Kind, as [`kind_name`] says it, and text of each block.
    pub blocks: Vec<(String, String)>,
    /// What mending moved.
    pub mended: Mended,
}

/// How often html5ever moved nodes while it mended the markup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// Nodes put before a table because they stood in it outside its cells.
    pub fostered: usize,
    /// Runs of the adoption agency that moved content: misnested formatting elements.
    pub adopted: usize,
    /// Formatting elements that were made: more than the page has tags, if some were opened again.
    pub formatting: usize,
}

/// A kind in words, with what tells it from others of the kind: `heading 2`, `item 1. depth 1`.
pub fn kind_name(kind: &BlockKind<'_>) -> String {
    match kind {
        BlockKind::Heading { level: Some(level), .. } => format!("heading {level}"),
        BlockKind::ListItem(item) => {
            format!("item {} depth {}", item.marker.as_deref().unwrap_or("-"), item.depth)
        }
        BlockKind::TableRow(row) => format!("row of {}", row.cells.len()),
        other => other.name().to_owned(),
    }
}

/// The elements that html5ever opens again after a paragraph closed them.
pub const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Builds the tree of `page`.
fn build(page: &str, limits: PageLimits) -> Result<(Html, Mended), Diagnostic> {
    let attributes = most_attributes(page);
    if attributes > limits.attributes {
        return Err(LimitMet::Attributes(attributes).diagnostic(limits));
    }
    let guard = Guard::new(limits);
    let mut parser = html5ever::parse_document(guard, ParseOpts::default());
    let page = StrTendril::from(page);
    // Unwinding is the only way out of html5ever before the end of its input; no panic hook sees it.
    catch_unwind(AssertUnwindSafe(move || {
        parser.process(page);
        parser.finish()
    }))
    .map_err(|payload| match payload.downcast::<LimitMet>() {
        Ok(limit) => limit.diagnostic(limits),
        Err(other) => resume_unwind(other),
    })
}

/// The largest number of attributes on a tag, counted without html5ever, which is quadratic in them.
fn most_attributes(page: &str) -> usize {
    super::html::most_attributes(page)
}

/// Why a tree was not built.
#[derive(Clone, Copy, Debug)]
enum LimitMet {
    Nodes,
    Depth,
    Attributes(usize),
}

impl LimitMet {
    fn diagnostic(self, limits: PageLimits) -> Diagnostic {
        let (id, met, option) = match self {
            Self::Nodes => {
                let met = format!("the page's tree has over {} nodes", limits.tree_nodes);
                (catalogue::BLOCK_LIMIT, met, "--max-tree-nodes")
            }
            Self::Depth => {
                let met = format!("elements are nested over {} deep", limits.depth);
                (catalogue::DEPTH_LIMIT, met, "--max-depth")
            }
            Self::Attributes(count) => {
                let met = format!("a tag has {count} attributes, {} are the limit", limits.attributes);
                (catalogue::ATTRIBUTE_LIMIT, met, "--max-attributes")
            }
        };
        let message = format!(
            "{met}, so selectors selected nothing; check that the page closes its elements and quotes, or raise \
             `{option}`"
        );
        Diagnostic { id, severity: Severity::Warning, field: None, line: None, span: None, message }
    }
}

/// Counts what html5ever builds, and leaves by unwinding with a [`LimitMet`] when that is too much.
struct Guard {
    sink: HtmlTreeSink,
    limits: PageLimits,
    nodes: Cell<usize>,
    mended: Cell<Mended>,
}

impl Guard {
    fn new(limits: PageLimits) -> Self {
        Self {
            limits,
            sink: HtmlTreeSink::new(Html::new_document()),
            nodes: Cell::new(0),
            mended: Cell::new(Mended::default()),
        }
    }

    fn count_node(&self) {
        self.nodes.set(self.nodes.get() + 1);
        if self.nodes.get() > self.limits.tree_nodes {
            resume_unwind(Box::new(LimitMet::Nodes));
        }
    }

    fn check_depth(&self, parent: NodeId) {
        let tree = &self.sink.0.borrow().tree;
        let too_deep = tree.get(parent).is_some_and(|node| node.ancestors().nth(self.limits.depth).is_some());
        if too_deep {
            resume_unwind(Box::new(LimitMet::Depth));
        }
    }

    fn mend(&self, count: impl Fn(&mut Mended)) {
        let mut mended = self.mended.get();
        count(&mut mended);
        self.mended.set(mended);
    }
}

impl TreeSink for Guard {
    type Handle = NodeId;
    type Output = (Html, Mended);
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self::Output {
        (self.sink.finish(), self.mended.get())
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.sink.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.sink.elem_name(target)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.count_node();
        self.mend(|mended| mended.formatting += usize::from(FORMATTING.contains(&&*name.local)));
        self.sink.create_element(name, attributes, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.count_node();
        self.sink.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.count_node();
        self.sink.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.check_depth(*parent);
        self.sink.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        self.mend(|mended| mended.fostered += 1);
        self.check_depth(*element);
        self.sink.append_based_on_parent_node(element, previous, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        self.sink.append_before_sibling(sibling, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.sink.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.sink.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.sink.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.sink.add_attrs_if_missing(target, attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.sink.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.mend(|mended| mended.adopted += 1);
        self.check_depth(*new_parent);
        self.sink.reparent_children(node, new_parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{EncodingSource, Format};
    use crate::parse::html;

    /// Expects the block, text and bytes of each part of each match, as `block:text:bytes`.
    fn check(html: &str, selector: &str, expected: &[&str]) {
        let page =
            Page::from_utf8("page.html".to_owned(), Format::Html, EncodingSource::ValidUtf8, html.to_owned());
        let document = html::parse(&page);
        let selector = Selector::parse(selector).unwrap();
        let matches = select(&page, &document, &[selector]).unwrap();
        let show = |part: &Part| {
            let text = &document.blocks[part.block].text[part.text.range()];
            format!("{}:{text}:{}", part.block, &html[part.span.range()])
        };
        let got: Vec<String> = matches[0]
            .iter()
            .map(|found| found.parts.iter().map(show).collect::<Vec<_>>().join("|"))
            .collect();
        assert_eq!(got, expected, "{html}");
    }

    #[test]
    fn a_selected_element_is_blocks() {
        check("<h1>A</h1><p>b</p><p>c</p>", "p", &["1:b:b", "2:c:c"]);
        check("<div id=x><p>a<p>b &amp; c</div><p>d", "#x", &["0:a:a|1:b & c:b &amp; c"]);
        check("<p>a<p class=code>b", ".code", &["1:b:b"]);
        check("<p></p>a", "p", &[""]);
        check("<p hidden>a</p>b", "p", &[""]);
        check("<p>a", "h1", &[]);
    }

    #[test]
    fn a_selected_element_inside_a_block_is_its_text() {
        check("<p>Code: <span class=code>K29</span> x", ".code", &["0:K29:K29"]);
        check("<p>a&amp;b <b>c\n &lt; <i>d</i></b> e", "b", &["0:c < d:c\n &lt; <i>d"]);
        check("<p>a<b>b</b><b>c</b>", "b", &["0:b:b", "0:c:c"]);
        check("<p>a<b>b<p>c</b>d", "b", &["0:b:b", "1:c:c"]);
    }

    #[test]
    fn a_selected_cell_is_its_part_of_the_row() {
        let table = "<table><tr><th>ICD-10</th><td><a>K&#50;9</a></td><td>x</td></tr></table>";
        check(table, "td", &["0:K29:K&#50;9", "0:x:x"]);
        check(table, "th + td a", &["0:K29:K&#50;9"]);
        check(table, "tr:has(th)", &["0:ICD-10\tK29\tx:ICD-10</th><td><a>K&#50;9</a></td><td>x"]);
    }

    #[test]
    fn blocks_in_another_order_than_the_tree_are_found() {
        check("<table>a<tr><td>b</table>", "td", &["1:b:b"]);
    }

    fn check_limit(html: &str, id: crate::diagnostic::DiagnosticId) {
        assert_eq!(blocks(html).map(|_| ()).map_err(|limit| limit.id), Err(id));
    }

    #[test]
    fn a_tree_that_would_be_too_large_is_not_built() {
        check_limit(&"<div>".repeat(100_000), catalogue::DEPTH_LIMIT);
        check_limit(&"<ul><li>".repeat(30_000), catalogue::DEPTH_LIMIT);
        check_limit(&format!("<p {}>", "a ".repeat(300_000)), catalogue::ATTRIBUTE_LIMIT);
        let unclosed: String = (0..400).map(|number| format!("<b id={number}>")).collect();
        check_limit(&format!("<p>{unclosed}</p>{}", "<p>x".repeat(3_000)), catalogue::BLOCK_LIMIT);
    }

    #[test]
    fn a_wrong_selector_is_told() {
        assert!(Selector::parse("p >").is_err());
    }
}
