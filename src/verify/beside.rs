//! What stands beside the words of a record, against its page and itself: facts of the source, positions, and the
//! marks and numbers of lists.
//!
//! In: a record's source and values, and the [`Page`]. Out: each path that is not as it has to be, with why. Numbers
//! and marks are those of the block at the bytes that provenance names, so the page is parsed once more; a value
//! that is no whole block, and the level of a heading, are not proved.

use crate::diagnostic::quote;
use crate::document::ListItem;
use crate::normalize;
use crate::page::Page;
use crate::parse;
use crate::record::{Origin, Partial, Source};
use std::collections::HashMap;

/// What differs: its path, and why.
pub(super) type Difference = (String, String);

pub(super) fn differences(source: &Source, partial: &Partial<'_>, page: &Page) -> Vec<Difference> {
    let mut found = Differences(Vec::new());
    let document = parse::parse(page);
    let read = Source::of(page, normalize::address(&document));
    let text = |value: &Option<String>| value.as_deref().map_or("nothing".to_owned(), quote);
    found.compare("source.url", text(&source.url), text(&read.url));
    found.compare("source.encoding", text(&source.encoding), text(&read.encoding));
    let number = |value: Option<u64>| value.map_or("nothing".to_owned(), |value| value.to_string());
    found.compare("source.bytes", number(source.bytes), number(read.bytes));
    for (at, section) in partial.sections.iter().enumerate() {
        found.compare(
            &format!("sections[{at}].position"),
            section.position.to_string(),
            (at + 1).to_string(),
        );
    }
    let items: HashMap<[u32; 2], &ListItem<'_>> = document
        .blocks
        .iter()
        .filter_map(|block| {
            let raw = page.raw_span(block.span);
            Some(([raw.start, raw.end], block.list_item()?))
        })
        .collect();
    let origins: HashMap<&str, &Origin<'_>> =
        partial.provenance.0.iter().map(|(path, origin)| (path.as_str(), origin)).collect();
    let item_of = |path: &str| match origins.get(path) {
        Some(Origin::Page { bytes, .. }) => items.get(bytes).copied(),
        _ => None,
    };
    for (at, section) in partial.sections.iter().enumerate() {
        for (position, item) in section.items.iter().enumerate() {
            let path = format!("sections[{at}].items[{position}]");
            let Some(of_page) = item_of(&path) else { continue };
            let mark = |mark: Option<&str>| mark.map_or("nothing".to_owned(), quote);
            found.compare(
                &format!("{path}.marker"),
                mark(item.marker.as_deref()),
                mark(of_page.marker.as_deref()),
            );
            found.compare(&format!("{path}.depth"), item.depth.to_string(), of_page.depth.to_string());
        }
    }
    for (at, point) in partial.key_points.iter().enumerate() {
        let path = format!("key_points[{at}]");
        let Some(of_page) = item_of(&path) else { continue };
        let number = |number: Option<u32>| number.map_or("nothing".to_owned(), |number| number.to_string());
        found.compare(&format!("{path}.number"), number(point.number), number(of_page.number));
    }
    found.0
}

struct Differences(Vec<Difference>);

impl Differences {
    fn compare(&mut self, path: &str, found: String, wanted: String) {
        if found != wanted {
            let message =
                format!("`{path}` is {found}, by the page it is {wanted}; put it back, or run again");
            self.0.push((path.to_owned(), message));
        }
    }
}
