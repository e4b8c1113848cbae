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
    found.texts(|| "source.url".into(), source.url.as_deref(), read.url.as_deref());
    found.texts(|| "source.encoding".into(), source.encoding.as_deref(), read.encoding.as_deref());
    found.numbers(|| "source.bytes".into(), source.bytes, read.bytes);
    for (at, section) in partial.sections.iter().enumerate() {
        let (found_at, wanted) = (section.position as usize, at + 1);
        found.numbers(|| format!("sections[{at}].position"), Some(found_at), Some(wanted));
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
            let (marker, wanted) = (item.marker.as_deref(), of_page.marker.as_deref());
            found.texts(|| format!("{path}.marker"), marker, wanted);
            found.numbers(|| format!("{path}.depth"), Some(item.depth), Some(of_page.depth));
        }
    }
    for (at, point) in partial.key_points.iter().enumerate() {
        let path = format!("key_points[{at}]");
        let Some(of_page) = item_of(&path) else { continue };
        found.numbers(|| format!("{path}.number"), point.number, of_page.number);
    }
    found.0
}

struct Differences(Vec<Difference>);

impl Differences {
    fn texts(&mut self, path: impl Fn() -> String, found: Option<&str>, wanted: Option<&str>) {
        self.compare(path, found, wanted, quote);
    }

    fn numbers<N: PartialEq + ToString>(
        &mut self,
        path: impl Fn() -> String,
        found: Option<N>,
        wanted: Option<N>,
    ) {
        self.compare(path, found, wanted, |number| number.to_string());
    }

    fn compare<T: PartialEq>(
        &mut self,
        path: impl Fn() -> String,
        found: Option<T>,
        wanted: Option<T>,
        show: impl Fn(T) -> String,
    ) {
        if found != wanted {
            let path = path();
            let [found, wanted] =
                [found, wanted].map(|value| value.map_or_else(|| "nothing".to_owned(), &show));
            let message =
                format!("`{path}` is {found}, by the page it is {wanted}; put it back, or run again");
            self.0.push((path, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_behind_what_a_message_shows_are_told() {
        let mut found = Differences(Vec::new());
        let (one, other) = ("a".repeat(500) + "b", "a".repeat(500) + "c");
        found.texts(|| "source.url".into(), Some(&one), Some(&one));
        assert!(found.0.is_empty());
        found.texts(|| "source.url".into(), Some(&one), Some(&other));
        assert_eq!(found.0.len(), 1);
    }
}
