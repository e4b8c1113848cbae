//! Site furniture: what the page would show whatever its subject.
//!
//! Told by whole lines the profile lists, by selectors, and by the surroundings: on an HTML page with running
//! text by the weight of [`content`]'s evidence, else by landmarks and hints alone. What a rule of the profile
//! can want is not furniture for being short or full of links; only a landmark or hint tells that. A label cut
//! off the end of a title is `title`'s work.

use super::content::{self, Judgment};
use super::finder::Finder;
use crate::document::{Block, BlockKind, Place};
use crate::icd::find_codes;
use crate::profile::{ChromeFind, ChromeRule, Find};

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

/// Bytes of a block that can be a code with its title.
const MAX_CODE_LINE_BYTES: usize = 200;

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
        finder.tried(rule.number, false);
        match &rule.find {
            ChromeFind::Surroundings => surroundings(finder, rule),
            ChromeFind::Line(lines) => {
                for at in 0..finder.blocks().len() {
                    let is_line = finder.folded(at).is_some_and(|folded| lines.matches(folded));
                    if is_line && finder.is_free(at) && finder.blocks()[at].units == 1 {
                        finder.mark_chrome(at, &rule.id);
                        finder.won(rule.number);
                    }
                }
            }
            ChromeFind::Selector(selector) => {
                for at in finder.selected_blocks(selector) {
                    finder.mark_chrome(at, &rule.id);
                    finder.won(rule.number);
                }
            }
            ChromeFind::Trailing(_) => {}
        }
    }
    finder.find_opening();
}

/// Marks what stands outside the article.
fn surroundings<'a>(finder: &mut Finder<'a>, rule: &'a ChromeRule) {
    let document = finder.document;
    let article = Place::MAIN.union(Place::ARTICLE);
    let has_article = document.blocks.iter().any(|block| block.place.any(article));
    let is_outside = |block: &Block<'_>| {
        block.place.any(OUTSIDE)
            || (has_article
                && !block.place.any(article)
                && block.heading().is_none_or(|(level, _)| level != Some(1)))
    };
    let weighed = content::judge(document, finder.page.format);
    let wanted = weighed.as_ref().map(|_| wanted(finder));
    for (at, block) in document.blocks.iter().enumerate() {
        let is_content = match (&weighed, &wanted) {
            (Some(judged), Some(wanted)) => match judged[at] {
                Judgment::Content => true,
                Judgment::Chrome if !wanted[at] => false,
                Judgment::Open | Judgment::Chrome => !is_outside(block),
            },
            _ => !is_outside(block),
        };
        if (!is_content || block.kind == BlockKind::Control) && finder.is_free(at) {
            finder.mark_chrome(at, &rule.id);
            finder.won(rule.number);
        }
    }
}

/// The blocks that rules of the profile can want: headings of the first level, labels with their values, headings that name a field with the
/// list of codes below them, and the line of the code.
fn wanted(finder: &Finder<'_>) -> Vec<bool> {
    let mut wanted = vec![false; finder.blocks().len()];
    let mut announced = false;
    for (at, block) in finder.blocks().iter().enumerate() {
        let has_code = starts_with_code(block);
        let names = finder.profile.rules.iter().any(|rule| match &rule.find {
            Find::Under(headings) => finder.folded(at).is_some_and(|folded| headings.matches(folded)),
            _ => false,
        });
        let is_title = matches!(block.heading(), Some((Some(1), _)));
        announced = names || (announced && has_code);
        let is_code_line = has_code && block.link_bytes == 0;
        wanted[at] = announced || is_code_line || is_title;
    }
    for (label, value) in finder.wanted_labels() {
        wanted[label] = true;
        wanted[value] = true;
    }
    wanted
}

/// Whether a line starts or ends with a code.
fn starts_with_code(block: &Block<'_>) -> bool {
    let text: &str = &block.text;
    text.len() <= MAX_CODE_LINE_BYTES
        && find_codes(text).any(|code| {
            let has_digit = text.as_bytes().get(code.start + 1).is_some_and(u8::is_ascii_digit);
            has_digit && (code.start == 0 || text.len() - code.end <= 1)
        })
}
