//! From a page to its blocks: [`Page`] in, [`Document`] out. Never fails: a broken page still has blocks.

mod headings;
mod markdown;
mod text;

use crate::document::Document;
use crate::page::{Format, Page};

/// Parses a page by its format.
pub fn parse(page: &Page) -> Document<'_> {
    match page.format {
        Format::Text => text::parse(page),
        Format::Html => text::parse(page),
    }
}
