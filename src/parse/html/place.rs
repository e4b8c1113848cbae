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

fn by_word(word: &[u8]) -> Place {
    let Some(first) = word.first().map(|byte| byte.to_ascii_lowercase()).filter(u8::is_ascii_lowercase)
    else {
        return Place::default();
    };
    // Most words of a page stand in no table: the first letter and the length tell nearly all of them.
    if WORD_LENGTHS[(first - b'a') as usize] & (1 << word.len().min(31)) != 0
        && let Some(found) = WORDS.iter().find(|entry| word.eq_ignore_ascii_case(entry.0.as_bytes()))
    {
        return found.1;
    }
    let starts =
        |start: &str| word.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start.as_bytes()));
    let compound = COMPOUNDS.iter().find(|entry| first == entry.0.as_bytes()[0] && starts(entry.0));
    compound.map_or(Place::default(), |entry| entry.1)
}

/// What themes write together with other words: `sharedaddy`, `socialicons`.
const COMPOUNDS: [(&str, Place); 4] = [
    ("breadcrumb", Place::HINT_MENU),
    ("cookie", Place::HINT_CONSENT),
    ("share", Place::HINT_SHARE),
    ("social", Place::HINT_SHARE),
];

static WORDS: [(&str, Place); 66] = [
    ("nav", Place::HINT_MENU),
    ("navigation", Place::HINT_MENU),
    ("navbar", Place::HINT_MENU),
    ("topnav", Place::HINT_MENU),
    ("subnav", Place::HINT_MENU),
    ("sitenav", Place::HINT_MENU),
    ("menu", Place::HINT_MENU),
    ("menus", Place::HINT_MENU),
    ("submenu", Place::HINT_MENU),
    ("pagination", Place::HINT_MENU),
    ("pager", Place::HINT_MENU),
    ("comment", Place::HINT_COMMENTS),
    ("comments", Place::HINT_COMMENTS),
    ("commentlist", Place::HINT_COMMENTS),
    ("respond", Place::HINT_COMMENTS),
    ("reply", Place::HINT_COMMENTS),
    ("disqus", Place::HINT_COMMENTS),
    ("sharing", Place::HINT_SHARE),
    ("addthis", Place::HINT_SHARE),
    ("addtoany", Place::HINT_SHARE),
    ("print", Place::HINT_SHARE),
    ("related", Place::HINT_RELATED),
    ("recent", Place::HINT_RELATED),
    ("popular", Place::HINT_RELATED),
    ("recommended", Place::HINT_RELATED),
    ("trending", Place::HINT_RELATED),
    ("recirc", Place::HINT_RELATED),
    ("ad", Place::HINT_PROMOTION),
    ("ads", Place::HINT_PROMOTION),
    ("advert", Place::HINT_PROMOTION),
    ("adverts", Place::HINT_PROMOTION),
    ("advertisement", Place::HINT_PROMOTION),
    ("advertising", Place::HINT_PROMOTION),
    ("sponsor", Place::HINT_PROMOTION),
    ("sponsored", Place::HINT_PROMOTION),
    ("promo", Place::HINT_PROMOTION),
    ("promotion", Place::HINT_PROMOTION),
    ("newsletter", Place::HINT_PROMOTION),
    ("subscribe", Place::HINT_PROMOTION),
    ("subscription", Place::HINT_PROMOTION),
    ("signup", Place::HINT_PROMOTION),
    ("consent", Place::HINT_CONSENT),
    ("gdpr", Place::HINT_CONSENT),
    ("popup", Place::HINT_CONSENT),
    ("modal", Place::HINT_CONSENT),
    ("overlay", Place::HINT_CONSENT),
    ("sidebar", Place::HINT_SIDEBAR),
    ("widget", Place::HINT_SIDEBAR),
    ("widgets", Place::HINT_SIDEBAR),
    ("footer", Place::HINT_FOOTER),
    ("copyright", Place::HINT_FOOTER),
    ("legal", Place::HINT_FOOTER),
    ("byline", Place::HINT_BYLINE),
    ("author", Place::HINT_BYLINE),
    ("authors", Place::HINT_BYLINE),
    ("date", Place::HINT_BYLINE),
    ("meta", Place::HINT_BYLINE),
    ("posted", Place::HINT_BYLINE),
    ("timestamp", Place::HINT_BYLINE),
    ("article", Place::HINT_CONTENT),
    ("post", Place::HINT_CONTENT),
    ("entry", Place::HINT_CONTENT),
    ("content", Place::HINT_CONTENT),
    ("body", Place::HINT_CONTENT),
    ("main", Place::HINT_CONTENT),
    ("story", Place::HINT_CONTENT),
];

/// For each first letter the lengths of the words that start with it, as bits.
static WORD_LENGTHS: [u32; 26] = {
    let mut lengths = [0; 26];
    let mut at = 0;
    while at < WORDS.len() {
        let word = WORDS[at].0.as_bytes();
        lengths[(word[0] - b'a') as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
};

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
