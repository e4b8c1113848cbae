//! Small closed lists of English words, by what they say about the line they stand in.
//!
//! In: a word. Out: [`Kinds`], the set of lists that hold it. Only words of the language and of articles at
//! large: no name, no site.

use crate::count::bits;

/// A set of kinds of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    /// What articles call their parts.
    pub(super) const TOPIC: Self = Self(1);
    /// A question word.
    pub(super) const QUESTION: Self = Self(1 << 1);
    /// What captions, bylines and calls to action start with.
    pub(super) const FURNITURE: Self = Self(1 << 2);
    /// What a number makes a part of: step, chapter.
    pub(super) const PART: Self = Self(1 << 3);
    /// An article or another determiner.
    pub(super) const ARTICLE: Self = Self(1 << 4);
    pub(super) const PREPOSITION: Self = Self(1 << 5);
    pub(super) const CONJUNCTION: Self = Self(1 << 6);
    pub(super) const PRONOUN: Self = Self(1 << 7);
    /// A finite form of an auxiliary: its line is likely a sentence.
    pub(super) const VERB: Self = Self(1 << 8);
    /// A month or weekday.
    pub(super) const MONTH: Self = Self(1 << 9);
    /// What a line that announces a list ends with.
    pub(super) const ANNOUNCING: Self = Self(1 << 10);
    /// What title case leaves small.
    pub(super) const FUNCTION: Self =
        Self(Self::ARTICLE.0 | Self::PREPOSITION.0 | Self::CONJUNCTION.0 | Self::PRONOUN.0 | Self::VERB.0);

    /// Whether the two sets share a kind.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it is a word of no list, as most are.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first kind of the set as a number from 1; 0 for a word of no list.
    pub(super) fn class(self) -> u16 {
        if self.is_empty() { 0 } else { self.0.trailing_zeros() as u16 + 1 }
    }
}

/// The lists. A word stands in one of them.
const LISTS: &[(Kinds, &str)] = &[
    (Kinds::ARTICLE, "a an the this these that those some any all each every"),
    (
        Kinds::PREPOSITION,
        "of in on at by for to from with as into about over under between through during after before \
         without within via vs per than upon against",
    ),
    (Kinds::CONJUNCTION, "and or but nor so yet if because while although however also not then there here"),
    (Kinds::PRONOUN, "i you we they he she it its my your our their his her me us them"),
    (
        Kinds::VERB,
        "is are was were be been has have had will would can could should may might must do does did \
         it's don't can't i'm you're we're that's",
    ),
    (Kinds::QUESTION, "what why how when where who which whose"),
    (
        Kinds::TOPIC,
        "conclusion conclusions overview summary introduction background symptoms symptom signs \
         causes cause treatment treatments diagnosis prevention prognosis complications epidemiology \
         outlook pathophysiology etiology management references faq faqs questions benefits risks \
         risk factors types tips guide steps takeaways thoughts features pros cons examples methods \
         results discussion resources requirements notes definition classification synonyms \
         information key final best common importance understanding",
    ),
    (
        Kinds::FURNITURE,
        "photo photos image images source sources credit credits courtesy posted published updated \
         written read click share tags related subscribe download contact call email sign \
         advertisement copyright view watch note phone address price",
    ),
    (
        Kinds::PART,
        "step part chapter section phase stage tip lesson rule reason method option day week level \
         type module unit myth mistake question figure table item",
    ),
    (Kinds::ANNOUNCING, "include includes including following follows below such like example"),
    (
        Kinds::MONTH,
        "january february march april june july august september october november december jan feb \
         mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday \
         sunday",
    ),
];

/// How many slots the table of words has: a power of two, and at least twice the number of words.
const SLOTS: usize = 1024;

/// The words of the lists by their hash, each at the first free slot from its hash on.
static TABLE: [(u32, Kinds); SLOTS] = table();

const fn table() -> [(u32, Kinds); SLOTS] {
    let mut table = [(0, Kinds(0)); SLOTS];
    let mut list = 0;
    while list < LISTS.len() {
        let (kinds, words) = (LISTS[list].0, LISTS[list].1.as_bytes());
        let (mut at, mut hash) = (0, EMPTY);
        while at <= words.len() {
            if at == words.len() || words[at] == b' ' {
                let mut slot = finish(hash) as usize % SLOTS;
                while table[slot].0 != 0 {
                    slot = (slot + 1) % SLOTS;
                }
                table[slot] = (finish(hash), kinds);
                hash = EMPTY;
            } else {
                hash = add(hash, words[at]);
            }
            at += 1;
        }
        list += 1;
    }
    table
}

/// A word as the scorer knows it: small letters or capitals make no difference.
#[derive(Clone, Copy)]
pub(super) struct Word {
    /// A number that equal words share.
    pub(super) hash: u32,
    /// One of 64 bits, by the letters of its [`STEM`], so that `calcify` and `calcification` share it.
    pub(super) bit: u64,
}

/// Letters by which words are taken for kin.
const STEM: usize = 5;

impl Word {
    /// Reads a word without punctuation around it.
    pub(super) fn new(bare: &[u8]) -> Self {
        let (stem, rest) = bare.split_at(bare.len().min(STEM));
        let stem = add_small(EMPTY, stem);
        Self::of(stem, add_small(stem, rest))
    }

    /// Reads the letters and digits that a text starts with, and says how many they are.
    #[inline(always)]
    fn at_start(text: &[u8]) -> (Self, usize) {
        let (mut stem, mut hash) = (EMPTY, EMPTY);
        for (at, byte) in text.iter().enumerate() {
            let small = INSIDE[usize::from(*byte)];
            if small == 0 {
                return (Self::of(stem, hash), at);
            }
            hash = add(hash, small);
            if at < STEM {
                stem = hash;
            }
        }
        (Self::of(stem, hash), text.len())
    }

    fn of(stem: u32, hash: u32) -> Self {
        Self { hash: finish(hash), bit: stem_bit(stem) }
    }

    /// The lists that hold it.
    pub(super) fn kinds(self) -> Kinds {
        let mut slot = self.hash as usize % SLOTS;
        // Half of the slots are empty.
        while TABLE[slot].0 != 0 {
            if TABLE[slot].0 == self.hash {
                return TABLE[slot].1;
            }
            slot = (slot + 1) % SLOTS;
        }
        Kinds(0)
    }
}

/// The words of a text, stretches without white space.
pub(super) struct Words<'a>(pub(super) &'a [u8]);

/// A word of a text.
pub(super) struct Read<'a> {
    pub(super) word: &'a [u8],
    /// What is left without the punctuation around it.
    pub(super) bare: &'a [u8],
    /// The same as a number.
    pub(super) known: Word,
}

impl<'a> Iterator for Words<'a> {
    type Item = Read<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Read<'a>> {
        let mut text = self.0;
        while text.first()?.is_ascii_whitespace() {
            text = &text[1..];
        }
        let (known, letters) = Word::at_start(text);
        // Most words are letters alone.
        if text.get(letters).is_none_or(u8::is_ascii_whitespace) {
            self.0 = text.get(letters + 1..).unwrap_or_default();
            let word = &text[..letters];
            return Some(Read { word, bare: word, known });
        }
        let length = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
        let (word, rest) = text.split_at(length);
        self.0 = rest;
        let bare = bare(word);
        Some(Read { word, bare, known: Word::new(bare) })
    }
}

/// Bytes of the words that a line starts with.
const OPENING: usize = 64;

/// The kinds of the first word of a line, and the bits of its longer words near its start.
pub(super) fn opening(line: &[u8]) -> (Kinds, u64) {
    if let Some(opening) = line.first_chunk()
        && let Some(found) = plain_opening(opening)
    {
        return found;
    }
    let mut words = Words(&line[..line.len().min(OPENING)]);
    let bit = |Read { bare, known, .. }: &Read<'_>| if is_long(bare) { known.bit } else { 0 };
    words.next().map_or((Kinds::default(), 0), |first| {
        (first.known.kinds(), words.fold(bit(&first), |bits, word| bits | bit(&word)))
    })
}

/// The same of words of letters and digits with spaces between them, and marks only before those, as most text is.
fn plain_opening(text: &[u8; OPENING]) -> Option<(Kinds, u64)> {
    let is_letter = |byte: u8| ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10);
    let (letters, spaces) = (bits(text, is_letter), bits(text, |byte| byte == b' '));
    let marks = !(letters | spaces);
    let is_inside = marks & (letters >> 1) != 0;
    if letters & 1 == 0 || is_inside || marks != 0 && !text.is_ascii() {
        return None;
    }
    let first = Word::new(&text[..letters.trailing_ones() as usize]).kinds();
    let starts = letters & !(letters << 1);
    // Those of words of four letters or more.
    let mut rest = starts & (letters >> 1) & (letters >> 2) & (letters >> 3);
    let mut content = 0;
    while rest != 0 {
        let at = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        let add_next = |hash, next: usize| add(hash, SMALL[usize::from(text[(at + next) % OPENING])]);
        let four = (0..4).fold(EMPTY, add_next);
        let has_fifth = letters >> at & 1 << 4 != 0;
        content |= stem_bit(if has_fifth { add_next(four, 4) } else { four });
    }
    Some((first, content))
}

/// Whether a word has letters enough to be told from others by its stem.
pub(super) fn is_long(bare: &[u8]) -> bool {
    bare.len() > 3
}

const fn stem_bit(stem: u32) -> u64 {
    1 << (finish(stem) >> 26)
}

fn add_small(hash: u32, letters: &[u8]) -> u32 {
    letters.iter().fold(hash, |hash, byte| add(hash, SMALL[usize::from(*byte)]))
}

/// Each byte with capitals made small.
static SMALL: [u8; 256] = {
    let mut small = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        small[byte] = (byte as u8).to_ascii_lowercase();
        byte += 1;
    }
    small
};

// FNV-1a over 32 bits; its low bits are mixed with the better high ones at the end.
const EMPTY: u32 = 0x811C_9DC5;

const fn add(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

const fn finish(hash: u32) -> u32 {
    hash ^ (hash >> 15)
}

/// The hash of a line from the hashes of its words.
pub(super) fn join(line: u32, word: u32) -> u32 {
    (line.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B1)
}

/// Each letter or digit, which punctuation stands around, with capitals made small; 0 for any other byte.
static INSIDE: [u8; 256] = {
    let mut inside = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            inside[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    inside
};

/// The word without the punctuation around it; empty where it is nothing else.
fn bare(word: &[u8]) -> &[u8] {
    let inside = |byte: &u8| INSIDE[usize::from(*byte)] != 0;
    match (word.iter().position(inside), word.iter().rposition(inside)) {
        (Some(from), Some(last)) => &word[from..=last],
        // Letters of other scripts; general punctuation starts with E2.
        _ if word.iter().any(|&byte| byte >= 0xC3 && byte != 0xE2) => word,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_lists_is_found() {
        for (kinds, words) in LISTS {
            for word in words.split(' ') {
                assert_eq!(Word::new(word.as_bytes()).kinds(), *kinds, "{word}");
                assert_eq!(Word::new(word.to_uppercase().as_bytes()).kinds(), *kinds, "{word}");
            }
        }
        assert_eq!(Word::new(b"calcification").kinds(), Kinds(0));
    }

    #[test]
    fn an_opening_of_plain_words_is_read_as_any_other() {
        let alphabet = [b"abcDefg1 ".repeat(20).as_slice(), b".-\t\xC3"].concat();
        // A generator of pseudo-random numbers: Knuth, MMIX.
        let mut seed = 1u64;
        let mut plain = 0;
        for _ in 0..20_000 {
            let text = std::array::from_fn(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                alphabet[(seed >> 33) as usize % alphabet.len()]
            });
            let words = Words(&text);
            let slow = words.fold(0, |bits, word| bits | if is_long(word.bare) { word.known.bit } else { 0 });
            if let Some((kinds, content)) = plain_opening(&text) {
                assert_eq!(content, slow, "{:?}", String::from_utf8_lossy(&text));
                assert_eq!(Some(kinds), Words(&text).next().map(|word| word.known.kinds()));
                plain += 1;
            }
        }
        assert!(plain > 500, "{plain}");
    }

    #[test]
    fn punctuation_is_taken_off() {
        fn check(word: &str, wanted: &str) {
            assert_eq!(bare(word.as_bytes()), wanted.as_bytes(), "{word:?}");
        }
        check("(muscle),", "muscle");
        check("“It's”", "It's");
        check("—", "");
        check("Лечение", "Лечение");
    }
}
