//! Words by which short blocks name what they are: `Share this`, `Related posts`, `Posted on 3 May`.
//!
//! In: a text. Out: its [`Topic`]s. Knows words of English that site furniture is made of, on any site.

/// What the words of a short block are about, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Topic(u16);

impl Topic {
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

    /// How many there are.
    pub(super) fn count(self) -> f32 {
        self.0.count_ones() as f32
    }

    /// One more than the number of the first; 0 if there is none.
    pub(super) fn class(self) -> f32 {
        if self.0 == 0 { 0.0 } else { (self.0.trailing_zeros() + 1) as f32 }
    }
}

/// Bytes of a block whose words are looked up; longer ones are text.
const MAX_BYTES: usize = 90;

/// The topics of a text; none of a long one.
pub(super) fn topics(text: &str) -> Topic {
    if text.len() > MAX_BYTES {
        return Topic::default();
    }
    let mut found = if text.contains('©') { Topic::LEGAL.0 } else { 0 };
    each(text, |word| found |= topic(word).0);
    Topic(found)
}

/// Letters of the longest word of the table.
const LONGEST: usize = 12;

/// Shows each word of ASCII letters and digits, in small letters, cut to its first twelve.
pub(super) fn each(text: &str, mut show: impl FnMut(&[u8])) {
    let mut word = [0; LONGEST];
    let mut length = 0;
    for byte in text.bytes().chain([b' ']) {
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            if length < LONGEST {
                word[length] = byte.to_ascii_lowercase();
                length += 1;
            }
        } else if length > 0 {
            show(&word[..length]);
            length = 0;
        }
    }
}

/// A number that stands for a word.
pub(super) fn hash(word: &[u8]) -> u64 {
    word.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn topic(word: &[u8]) -> Topic {
    match word {
        b"share" | b"shares" | b"sharing" | b"tweet" | b"facebook" | b"twitter" | b"linkedin"
        | b"pinterest" | b"whatsapp" | b"reddit" | b"instagram" | b"youtube" | b"print" | b"email"
        | b"bookmark" | b"copy" => Topic::SHARING,
        b"subscribe" | b"newsletter" | b"newsletters" | b"signup" | b"join" | b"register" | b"inbox"
        | b"free" | b"download" | b"donate" | b"buy" | b"shop" | b"quote" | b"trial" | b"advertiseme"
        | b"sponsored" => Topic::INVITATION,
        b"comment" | b"comments" | b"reply" | b"replies" | b"respond" | b"responses" | b"discussion"
        | b"feedback" | b"helpful" => Topic::COMMENTS,
        b"related" | b"recommended" | b"popular" | b"recent" | b"latest" | b"trending" | b"similar"
        | b"next" | b"previous" | b"prev" | b"older" | b"newer" | b"also" | b"more" | b"continue"
        | b"articles" | b"posts" | b"stories" => Topic::OTHER_PAGES,
        b"privacy" | b"cookie" | b"cookies" | b"terms" | b"rights" | b"reserved" | b"copyright"
        | b"licensed" | b"disclaimer" | b"policy" => Topic::LEGAL,
        b"by" | b"author" | b"posted" | b"published" | b"updated" | b"written" | b"reviewed" | b"min"
        | b"january" | b"february" | b"march" | b"april" | b"june" | b"july" | b"august" | b"september"
        | b"october" | b"november" | b"december" | b"jan" | b"feb" | b"mar" | b"apr" | b"jun" | b"jul"
        | b"aug" | b"sep" | b"oct" | b"nov" | b"dec" | b"ago" | b"editor" | b"modified" => Topic::BYLINE,
        b"home" | b"menu" | b"search" | b"skip" | b"login" | b"log" | b"sign" | b"contact" | b"about"
        | b"account" | b"cart" | b"close" | b"toggle" | b"navigation" | b"back" | b"top" => Topic::PATHS,
        b"tags" | b"tagged" | b"tag" | b"category" | b"categories" | b"filed" | b"topics" | b"archives"
        | b"contents" => Topic::LABELS,
        _ => Topic::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_blocks_name_what_they_are() {
        let check = |text: &str, expected: u16| assert_eq!(topics(text), Topic(expected), "{text}");
        check("Share this", Topic::SHARING.0);
        check("RELATED posts", Topic::OTHER_PAGES.0);
        check("Posted by Ann, 3 May", Topic::BYLINE.0);
        check("© 2020", Topic::LEGAL.0);
        check("Treatment of gout", 0);
        check(&"more ".repeat(20), 0);
        check("", 0);
    }
}
