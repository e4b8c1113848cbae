//! Site furniture: what the page would show whatever its subject.
//!
//! Told by whole lines the profile lists, by landmarks and hints of the surroundings, and by selectors. A
//! label cut off the end of a title is `title`'s work.

use super::finder::Finder;
use crate::document::{BlockKind, Place};
use crate::profile::ChromeFind;

/// Landmarks and hints whose content is never the article's.
const OUTSIDE: Place = Place::NAVIGATION
    .union(Place::FOOTER)
    .union(Place::ASIDE)
    .union(Place::DIALOG)
    .union(Place::HINT_MENU)
    .union(Place::HINT_COMMENTS)
    .union(Place::HINT_SHARE)
    .union(Place::HINT_RELATED)
    .union(Place::HINT_PROMOTION)
    .union(Place::HINT_CONSENT)
    .union(Place::HINT_SIDEBAR)
    .union(Place::HINT_FOOTER);

/// Marks the chrome of a page, and finds where its running text starts.
pub(super) fn mark(finder: &mut Finder<'_>) {
    let profile = finder.profile;
    for at in 0..finder.blocks().len() {
        match finder.blocks()[at].kind {
            BlockKind::Separator => finder.mark_chrome(at, "separator"),
            BlockKind::FrontMatter => finder.mark_chrome(at, "front-matter"),
            _ => {}
        }
    }
    for rule in &profile.chrome {
        match &rule.find {
            ChromeFind::Surroundings => surroundings(finder, &rule.id),
            ChromeFind::Line(lines) => {
                for at in 0..finder.blocks().len() {
                    let is_line = finder.folded(at).is_some_and(|folded| lines.matches(folded));
                    if is_line && finder.is_free(at) && finder.blocks()[at].units == 1 {
                        finder.mark_chrome(at, &rule.id);
                    }
                }
            }
            ChromeFind::Selector(selector) => {
                for at in finder.selected_blocks(selector) {
                    finder.mark_chrome(at, &rule.id);
                }
            }
            ChromeFind::Trailing(_) => {}
        }
    }
    finder.find_opening();
}

/// Marks what stands outside the article by landmark or hint.
fn surroundings<'a>(finder: &mut Finder<'a>, rule: &'a str) {
    let document = finder.document;
    let article = Place::MAIN.union(Place::ARTICLE);
    let has_article = document.blocks.iter().any(|block| block.place.any(article));
    for (at, block) in document.blocks.iter().enumerate() {
        let outside = block.place.any(OUTSIDE)
            || block.kind == BlockKind::Control
            || (has_article
                && !block.place.any(article)
                && block.heading().is_none_or(|(level, _)| level != Some(1)));
        if outside && finder.is_free(at) {
            finder.mark_chrome(at, rule);
        }
    }
}
