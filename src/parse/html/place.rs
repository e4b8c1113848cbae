//! What an element says about the content inside it: landmark, ARIA role, words of its class and id.
//!
//! In: a [`Tag`] and its [`Attributes`]. Out: bits of [`Place`]. Roles are those of WAI-ARIA 1.2 that name
//! the same thing as an element of HTML; the words are those by which readability extractors and theme
//! authors call the parts of a page. Decides nothing about the content: a hint is only a hint.

use super::attributes::{Attribute, Attributes};
use super::tag::Tag;
use crate::document::Place;

/// The bits that the element adds to those of its parent.
pub(super) fn place(tag: Tag, attributes: &Attributes<'_>) -> Place {
    let mut place = landmark(tag);
    if attributes.is_empty() {
        return place;
    }
    if let Some(role) = attributes.get(Attribute::Role) {
        place = place.union(by_role(&role));
    }
    if !matches!(tag, Tag::Body | Tag::Html) {
        for attribute in [Attribute::Class, Attribute::Id] {
            if let Some(names) = attributes.get(attribute) {
                place = place.union(by_words(&names));
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
    let bytes = names.as_bytes();
    let mut place = Place::default();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let ends = bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let hump =
            at > start && !ends && bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
        if ends || hump {
            place = place.union(by_word(&bytes[start..at]));
            start = at + usize::from(ends);
        }
    }
    place
}

/// Longest word of the table, and what a compound may add to it.
const LONGEST_WORD: usize = 16;

fn by_word(word: &[u8]) -> Place {
    if !(2..=LONGEST_WORD).contains(&word.len()) {
        return Place::default();
    }
    let mut folded = [0; LONGEST_WORD];
    for (to, from) in folded.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    match &folded[..word.len()] {
        b"nav" | b"navigation" | b"navbar" | b"menu" | b"menus" | b"submenu" | b"breadcrumb"
        | b"breadcrumbs" | b"pagination" | b"pager" | b"topnav" | b"subnav" | b"sitenav" => Place::HINT_MENU,
        b"comment" | b"comments" | b"commentlist" | b"respond" | b"reply" | b"disqus" => Place::HINT_COMMENTS,
        b"share" | b"shares" | b"sharing" | b"social" | b"addthis" | b"addtoany" | b"print" => {
            Place::HINT_SHARE
        }
        b"related" | b"recent" | b"popular" | b"recommended" | b"trending" | b"recirc" => Place::HINT_RELATED,
        b"ad" | b"ads" | b"advert" | b"adverts" | b"advertisement" | b"advertising" | b"sponsor"
        | b"sponsored" | b"promo" | b"promotion" | b"newsletter" | b"subscribe" | b"subscription"
        | b"signup" => Place::HINT_PROMOTION,
        b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"popup" | b"modal" | b"overlay" => {
            Place::HINT_CONSENT
        }
        b"sidebar" | b"widget" | b"widgets" => Place::HINT_SIDEBAR,
        b"footer" | b"copyright" | b"legal" => Place::HINT_FOOTER,
        b"byline" | b"author" | b"authors" | b"date" | b"meta" | b"posted" | b"timestamp" => {
            Place::HINT_BYLINE
        }
        b"article" | b"post" | b"entry" | b"content" | b"body" | b"main" | b"story" => Place::HINT_CONTENT,
        folded => by_compound(folded),
    }
}

/// Words that themes write together: `sharedaddy`, `socialicons`.
fn by_compound(word: &[u8]) -> Place {
    if word.starts_with(b"share") || word.starts_with(b"social") {
        Place::HINT_SHARE
    } else if word.starts_with(b"cookie") {
        Place::HINT_CONSENT
    } else if word.starts_with(b"breadcrumb") {
        Place::HINT_MENU
    } else {
        Place::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::attributes::Writing;
    use super::*;

    fn check(class: &str, expected: Place) {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Class, class, 0);
        assert_eq!(place(Tag::Div, &attributes), expected, "{class:?}");
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
        assert_eq!(place(Tag::Body, &attributes), Place::default());
    }

    #[test]
    fn roles_are_landmarks() {
        let mut attributes = Attributes::new(Writing::Source);
        attributes.push(Attribute::Role, "navigation", 0);
        assert_eq!(place(Tag::Div, &attributes), Place::NAVIGATION);
    }
}
