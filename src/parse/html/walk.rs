//! Blocks out of a real tree.
//!
//! In: a tree of `scraper`. Out: the blocks that the same builder makes of it. What the scanner has to mend by
//! itself, html5ever has mended here: where the two agree, the scanner is right. Places are made up:
//! they ascend through the tree but are no bytes of a page.

use super::attributes::{Attribute, Attributes, Writing};
use super::blocks::{Builder, Element, Namespace};
use super::line::Run;
use super::tag::Name;
use crate::document::Block;
use ego_tree::iter::Edge;
use scraper::{Html, Node};
use std::ops::Range;

/// What a walk gives.
#[derive(Debug)]
pub(in crate::parse) struct Walk<'t> {
    pub(in crate::parse) blocks: Vec<Block<'t>>,
    /// The made-up places of the elements that were asked for, in document order.
    pub(in crate::parse) elements: Vec<(usize, Range<usize>)>,
    runs: Vec<Run>,
}

/// Walks through `tree`. `wanted` tells which elements to note, and by what number.
pub(in crate::parse) fn walk<'t>(
    tree: &'t Html,
    traced: bool,
    wanted: impl Fn(ego_tree::NodeId) -> Vec<usize>,
) -> Walk<'t> {
    let mut builder = if traced { Builder::traced() } else { Builder::new() };
    let mut attributes = Attributes::new(Writing::Decoded);
    let mut elements: Vec<(usize, Range<usize>)> = Vec::new();
    let mut open: Vec<Vec<usize>> = Vec::new();
    let mut at = 0;
    for edge in tree.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => {
                    read_attributes(element, &mut attributes);
                    builder.open(start_tag(element, at), &attributes);
                    at += 1;
                    let noted = wanted(node.id()).into_iter().map(|number| {
                        elements.push((number, at..at));
                        elements.len() - 1
                    });
                    open.push(noted.collect());
                }
                Node::Text(text) => {
                    builder.text(text, at);
                    at += text.len();
                }
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    for noted in open.pop().unwrap_or_default() {
                        elements[noted].1.end = at;
                    }
                    at += 1;
                    if !is_void(element) {
                        builder.close(Some(at));
                    }
                }
            }
        }
    }
    builder.close_all();
    builder.number_paragraphs(|block, words, runs| {
        let first = runs.partition_point(|run| run.source.start < block.span.start as usize);
        let run = runs[first..].iter().find(|run| run.text.contains(&words));
        run.map_or(block.span.start, |run| (run.source.start + words - run.text.start) as u32)
    });
    builder.tell_headings();
    Walk { blocks: std::mem::take(&mut builder.blocks), elements, runs: builder.into_line().into_trace() }
}

impl Walk<'_> {
    /// The bytes of the line at the made-up place `line` that lie in `element`; `None` if it has none there.
    pub(in crate::parse) fn part(&self, line: Range<usize>, element: &Range<usize>) -> Option<Range<usize>> {
        let start = line.start.max(element.start);
        let end = line.end.min(element.end);
        let first = self.runs.partition_point(|run| run.source.start < start);
        let past = self.runs.partition_point(|run| run.source.start < end);
        let own = self.runs.get(first..past)?;
        let letters = |run: &&Run| !run.source.is_empty();
        let last = own.iter().rfind(letters)?;
        let start = own.iter().find(letters)?.text.start;
        Some(start..last.text.end)
    }
}

fn start_tag(element: &scraper::node::Element, at: usize) -> Element {
    let namespace = match &*element.name.ns {
        "http://www.w3.org/2000/svg" => Namespace::Svg,
        "http://www.w3.org/1998/Math/MathML" => Namespace::Math,
        _ => Namespace::Html,
    };
    Element { name: Name::new(element.name().as_bytes()), namespace, tag: at..at + 1 }
}

fn is_void(element: &scraper::node::Element) -> bool {
    let element = start_tag(element, 0);
    element.namespace == Namespace::Html && element.name.tag.is(super::tag::Traits::VOID)
}

fn read_attributes<'t>(element: &'t scraper::node::Element, attributes: &mut Attributes<'t>) {
    attributes.clear();
    for (name, value) in element.attrs() {
        if let Some(attribute) = Attribute::at(name.as_bytes(), 0, name.len()) {
            attributes.push(attribute, value, 0);
        }
    }
}
