//! What an element says about the content inside it: landmark, ARIA role, words of its class and id.
//!
//! In: a [`Tag`] and its [`Attributes`]. Out: bits of [`Place`]. Roles are those of WAI-ARIA 1.2 that name
//! the same thing as an element of HTML; the words are those by which readability extractors and theme
//! authors call the parts of a page. Decides nothing about the content: a hint is only a hint.

use super::attributes::{Attribute, Attributes};
use super::memo::Memo;
use super::tag::Tag;
use crate::document::Place;
use crate::word::{Spelling, Table, Word};

/// The bits that the element adds to those of its parent. `hints` keeps those of the classes and ids met last.
pub(super) fn place<'p>(tag: Tag, attributes: &Attributes<'p>, hints: &mut Memo<'p, Place>) -> Place {
    let mut place = landmark(tag);
    if attributes.is_empty() {
        return place;
    }
    if let Some(role) = attributes.get(Attribute::Role) {
        place = place.union(by_role(&role));
    }
    if !matches!(tag, Tag::Body | Tag::Html) {
        for attribute in [Attribute::Class, Attribute::Id] {
            if let Some(names) = attributes.written(attribute) {
                place = place.union(hints.of(names, |names| by_words(&attributes.decoded(names))));
            }
        }
    }
    place
}

fn landmark(tag: Tag) -> Place {
    match tag {
        Tag::Nav => Place::NAVIGATION,
        Tag::Header | Tag::Hgroup => Place::HEADER,
        Tag::Footer => Place::FOOTER,
        Tag::Aside => Place::ASIDE,
        Tag::Main => Place::MAIN,
        Tag::Article => Place::ARTICLE,
        Tag::Form | Tag::Search | Tag::Button | Tag::Select | Tag::Textarea | Tag::Input => Place::FORM,
        Tag::Figure => Place::FIGURE,
        Tag::Dialog => Place::DIALOG,
        _ => Place::default(),
    }
}

fn by_role(role: &str) -> Place {
    match role.trim_ascii() {
        "navigation" | "menu" | "menubar" => Place::NAVIGATION,
        "banner" => Place::HEADER,
        "contentinfo" => Place::FOOTER,
        "complementary" => Place::ASIDE,
        "main" => Place::MAIN,
        "article" => Place::ARTICLE,
        "form" | "search" => Place::FORM,
        "figure" => Place::FIGURE,
        "dialog" | "alertdialog" | "alert" => Place::DIALOG,
        _ => Place::default(),
    }
}

/// Bits by the words of a class or id: parts between other characters, and the humps of camel case.
fn by_words(names: &str) -> Place {
    let mut place = Place::default();
    let mut spelling = Spelling::<16>::new();
    let mut after_small = false;
    for &byte in names.as_bytes() {
        let is_letter = byte.is_ascii_alphanumeric();
        let is_hump = after_small && byte.is_ascii_uppercase();
        if (!is_letter || is_hump)
            && let Some(word) = spelling.take()
        {
            place = place.union(by_word(word));
        }
        if is_letter {
            spelling.push(byte.to_ascii_lowercase());
        }
        after_small = byte.is_ascii_lowercase();
    }
    spelling.take().map_or(place, |word| place.union(by_word(word)))
}

fn by_word(word: Word) -> Place {
    let known = WORDS.of(word);
    if known != Place::default() {
        return known;
    }
    let compound = COMPOUNDS.iter().find(|(start, _)| word.starts_with(*start));
    compound.map_or(Place::default(), |&(_, place)| place)
}

/// What themes write together with other words: `sharedaddy`, `socialicons`.
const COMPOUNDS: [(Word, Place); 4] = [
    (Word::new("breadcrumb"), Place::HINT_MENU),
    (Word::new("cookie"), Place::HINT_CONSENT),
    (Word::new("share"), Place::HINT_SHARE),
    (Word::new("social"), Place::HINT_SHARE),
];

/// By which readability extractors and theme authors call the parts of a page.
#[rustfmt::skip]
static WORDS: Table<Place> = Table::new(Place(0))
    .with(Place::HINT_MENU, &[
        "nav", "navigation", "navbar", "topnav", "subnav", "sitenav", "menu", "menus", "submenu",
        "pagination", "pager",
    ])
    .with(Place::HINT_COMMENTS, &[
        "comment", "comments", "commentlist", "respond", "reply", "disqus",
    ])
    .with(Place::HINT_SHARE, &[
        "sharing", "addthis", "addtoany", "print",
    ])
    .with(Place::HINT_RELATED, &[
        "related", "recent", "popular", "recommended", "trending", "recirc",
    ])
    .with(Place::HINT_PROMOTION, &[
        "ad", "ads", "advert", "adverts", "advertisement", "advertising", "sponsor", "sponsored", "promo",
        "promotion", "newsletter", "subscribe", "subscription", "signup",
    ])
    .with(Place::HINT_CONSENT, &[
        "consent", "gdpr", "popup", "modal", "overlay",
    ])
    .with(Place::HINT_SIDEBAR, &[
        "sidebar", "widget", "widgets",
    ])
    .with(Place::HINT_FOOTER, &[
        "footer", "copyright", "legal",
    ])
    .with(Place::HINT_BYLINE, &[
        "byline", "author", "authors", "date", "meta", "posted", "timestamp",
    ])
    .with(Place::HINT_CONTENT, &[
        "article", "post", "entry", "content", "body", "main", "story",
    ]);

#[cfg(test)]
mod tests {
    use super::super::attributes::Writing;
    use super::*;

    fn check(class: &str, expected: Place) {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Class, class, 0);
        assert_eq!(place(Tag::Div, &attributes, &mut Memo::new(Place::default())), expected, "{class:?}");
    }

    #[test]
    fn words_of_a_class_give_hints() {
        check("site-nav", Place::HINT_MENU);
        check("mainMenu", Place::HINT_CONTENT.union(Place::HINT_MENU));
        check("SIDEBAR", Place::HINT_SIDEBAR);
        check("sharedaddy", Place::HINT_SHARE);
        check("post entry-content", Place::HINT_CONTENT);
        check("navy download headline", Place::default());
        check("entry_meta", Place::HINT_CONTENT.union(Place::HINT_BYLINE));
        check("", Place::default());
        check("é-nav", Place::HINT_MENU);
    }

    #[test]
    fn the_body_gives_no_hints() {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Class, "post sidebar", 0);
        assert_eq!(place(Tag::Body, &attributes, &mut Memo::new(Place::default())), Place::default());
    }

    #[test]
    fn roles_are_landmarks() {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Role, "navigation", 0);
        assert_eq!(place(Tag::Div, &attributes, &mut Memo::new(Place::default())), Place::NAVIGATION);
    }
}
