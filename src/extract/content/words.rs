//! Words by which short blocks name what they are: `Share this`, `Related posts`, `Posted on 3 May`.
//!
//! In: a text. Out: its [`Topic`]s. Knows words of English that site furniture is made of, on any site.

use crate::count::any;
use crate::word::{Spelling, Table, Word};

/// What the words of a short block are about, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Topic(u16);

impl Topic {
    pub(super) const NONE: Self = Self(0);
    pub(super) const SHARING: Self = Self(1);
    pub(super) const INVITATION: Self = Self(1 << 1);
    pub(super) const COMMENTS: Self = Self(1 << 2);
    pub(super) const OTHER_PAGES: Self = Self(1 << 3);
    pub(super) const LEGAL: Self = Self(1 << 4);
    pub(super) const BYLINE: Self = Self(1 << 5);
    pub(super) const PATHS: Self = Self(1 << 6);
    pub(super) const LABELS: Self = Self(1 << 7);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// How many there are.
    pub(super) fn count(self) -> f32 {
        self.0.count_ones() as f32
    }

    /// One more than the number of the first; 0 if there is none.
    pub(super) fn class(self) -> f32 {
        if self.0 == 0 { 0.0 } else { (self.0.trailing_zeros() + 1) as f32 }
    }
}

/// The topic that a sign tells, and no word.
pub(super) fn sign(text: &str) -> Topic {
    // Most texts do not have the first byte of the sign.
    let is_legal = any(text.as_bytes(), |byte| byte == 0xC2) && text.contains('©');
    if is_legal { Topic::LEGAL } else { Topic::NONE }
}

/// The topic of a word.
pub(super) fn topic(word: Word) -> Topic {
    TOPICS.of(word)
}

/// Letters of a word that count.
const LONGEST: usize = 12;
/// Bytes that vector instructions take side by side.
const STEP: usize = 16;
/// Bytes of a text that is looked at so.
const SHORT: usize = 13 * STEP;

/// Shows each word of ASCII letters, digits and letters beyond ASCII, in small letters, cut to its first twelve bytes.
pub(super) fn each(text: &str, mut show: impl FnMut(Word)) {
    if text.len() > SHORT {
        return each_of_long(text, show);
    }
    // Behind the text stand bytes that part words.
    let mut letters = [0; SHORT + STEP];
    let (steps, rest) = text.as_bytes().as_chunks::<STEP>();
    let mut last = [0; STEP];
    last[..rest.len()].copy_from_slice(rest);
    let (letters_of_steps, _) = letters.as_chunks_mut::<STEP>();
    for (letters, step) in letters_of_steps.iter_mut().zip(steps) {
        *letters = small_letters(step);
    }
    letters_of_steps[steps.len()] = small_letters(&last);
    let mut at = 0;
    while at < text.len() {
        let (word, length) = Word::before_nul::<LONGEST>(letters[at..].first_chunk().unwrap_or(&[0; STEP]));
        if length > 0 {
            show(word);
        }
        at += length;
        if length == STEP {
            at += letters[at..].iter().take_while(|&&letter| letter != 0).count();
        }
        at += 1;
    }
}

/// Over an array of fixed size, so that vector instructions come of it.
#[inline(always)]
fn small_letters(bytes: &[u8; STEP]) -> [u8; STEP] {
    let mut letters = [0; STEP];
    for at in 0..STEP {
        letters[at] = small_letter(bytes[at]);
    }
    letters
}

fn each_of_long(text: &str, mut show: impl FnMut(Word)) {
    let mut spelling = Spelling::<LONGEST>::new();
    for letter in text.bytes().map(small_letter) {
        if letter != 0 {
            spelling.push(letter);
        } else if let Some(word) = spelling.take() {
            show(word);
        }
    }
    if let Some(word) = spelling.take() {
        show(word);
    }
}

/// The small letter or the digit of a word that a byte is; 0 for a byte that parts words. Without a branch.
#[inline(always)]
fn small_letter(byte: u8) -> u8 {
    let small = byte | 0x20;
    let is_letter = small.wrapping_sub(b'a') < 26;
    let is_other = (byte.wrapping_sub(b'0') < 10) | (byte >= 0x80);
    (if is_letter { small } else { 0 }) | (if is_other { byte } else { 0 })
}

/// The words of all topics.
#[rustfmt::skip]
static TOPICS: Table<Topic> = Table::new(Topic::NONE)
    .with(Topic::SHARING, &[
        "share", "shares", "sharing", "tweet", "facebook", "twitter", "linkedin", "pinterest", "whatsapp",
        "reddit", "instagram", "youtube", "print", "email", "bookmark", "copy",
    ])
    .with(Topic::INVITATION, &[
        "subscribe", "newsletter", "newsletters", "signup", "join", "register", "inbox", "free", "download",
        "donate", "buy", "shop", "quote", "trial", "advertiseme", "sponsored",
    ])
    .with(Topic::COMMENTS, &[
        "comment", "comments", "reply", "replies", "respond", "responses", "discussion", "feedback", "helpful",
    ])
    .with(Topic::OTHER_PAGES, &[
        "related", "recommended", "popular", "recent", "latest", "trending", "similar", "next", "previous",
        "prev", "older", "newer", "also", "more", "continue", "articles", "posts", "stories",
    ])
    .with(Topic::LEGAL, &[
        "privacy", "cookie", "cookies", "terms", "rights", "reserved", "copyright", "licensed", "disclaimer",
        "policy",
    ])
    .with(Topic::BYLINE, &[
        "by", "author", "posted", "published", "updated", "written", "reviewed", "min", "january", "february",
        "march", "april", "june", "july", "august", "september", "october", "november", "december", "jan",
        "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "ago", "editor", "modified",
    ])
    .with(Topic::PATHS, &[
        "home", "menu", "search", "skip", "login", "log", "sign", "contact", "about", "account", "cart",
        "close", "toggle", "navigation", "back", "top",
    ])
    .with(Topic::LABELS, &[
        "tags", "tagged", "tag", "category", "categories", "filed", "topics", "archives", "contents",
    ]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_blocks_name_what_they_are() {
        let check = |text: &str, expected: u16| {
            let mut found = sign(text);
            each(text, |word| found = found.and(topic(word)));
            assert_eq!(found, Topic(expected), "{text}");
        };
        check("Share this", Topic::SHARING.0);
        check("RELATED posts", Topic::OTHER_PAGES.0);
        check("Posted by Ann, 3 May", Topic::BYLINE.0);
        check("© 2020", Topic::LEGAL.0);
        check("Treatment of gout", 0);
        check("", 0);
    }

    #[test]
    fn words_of_short_texts_are_those_of_long_ones() {
        let check = |text: &str| {
            let (mut short, mut long) = (Vec::new(), Vec::new());
            each(text, |word| short.push(word));
            each_of_long(text, |word| long.push(word));
            assert_eq!(short, long, "{text:?}");
        };
        let all: String = (0..=0x17F).filter_map(char::from_u32).collect();
        all.char_indices().for_each(|(at, _)| check(&all[..at]));
        for length in 0..=SHORT {
            check(&"Ab".repeat(length)[..length]);
            check(&format!("{} {}", "a".repeat(length % 40), "B4".repeat(length / 2))[..length]);
        }
    }
}
