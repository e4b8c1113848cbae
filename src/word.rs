//! Words of pages as numbers, and tables of known ones.
//!
//! In: letters. Out: a [`Word`], compared at once, and what a [`Table`] has of it, found without a search: most words
//! of a page stand in no table, and a look costs a multiplication.

/// What follows `start` in a text that starts so, whatever the case of its ASCII letters.
pub(crate) fn strip_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// The words of a text: stretches of letters and figures.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The first letters of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word(u128);

/// Letters that a [`Word`] holds.
const LETTERS: usize = size_of::<u128>();

impl Word {
    /// How many hashes there are.
    pub(crate) const HASHES: usize = 2048;

    const NONE: Self = Self(0);

    /// The word written as `letters`, at most sixteen bytes.
    pub(crate) const fn new(letters: &str) -> Self {
        let mut bytes = [0; LETTERS];
        let (known, _) = bytes.split_at_mut(letters.len());
        known.copy_from_slice(letters.as_bytes());
        Self(u128::from_le_bytes(bytes))
    }

    /// The word of the bytes before the first NUL, cut to its first `LONGEST` letters, and how many they are.
    pub(crate) fn before_nul<const LONGEST: usize>(bytes: &[u8; LETTERS]) -> (Self, usize) {
        const { assert!(0 < LONGEST && LONGEST <= LETTERS) };
        const ONES: u128 = u128::from_le_bytes([1; LETTERS]);
        // A shift by a number that is not known takes longer than a look.
        static FIRST: [u128; LETTERS + 1] = first_bytes();
        let bits = u128::from_le_bytes(*bytes);
        // The lowest of these bits is that of the first NUL.
        let nuls = bits.wrapping_sub(ONES) & !bits & (ONES << 7);
        let length = (nuls.trailing_zeros() / u8::BITS) as usize;
        (Self(bits & FIRST[length.min(LONGEST)]), length)
    }

    /// Whether the first letters are those of `start`.
    pub(crate) const fn starts_with(self, start: Self) -> bool {
        let letters = LETTERS as u32 - start.0.leading_zeros() / 8;
        (self.0 ^ start.0).trailing_zeros() >= letters * 8
    }

    /// A number below [`Self::HASHES`].
    pub(crate) const fn hash(self) -> usize {
        let mixed = (self.0 as u64 ^ (self.0 >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> (u64::BITS - Self::HASHES.ilog2())) as usize
    }
}

/// For each number of letters, the bits that they have in a [`Word`].
const fn first_bytes() -> [u128; LETTERS + 1] {
    let mut bits = [0; LETTERS + 1];
    let mut length = 1;
    while length <= LETTERS {
        bits[length] = bits[length - 1] << 8 | 0xFF;
        length += 1;
    }
    bits
}

/// A word that is being read: what comes after `LONGEST` letters is cut off.
#[derive(Debug)]
pub(crate) struct Spelling<const LONGEST: usize> {
    letters: [u8; LETTERS],
    length: usize,
}

impl<const LONGEST: usize> Spelling<LONGEST> {
    /// No letter yet.
    pub(crate) fn new() -> Self {
        const { assert!(LONGEST <= LETTERS) };
        Self { letters: [0; LETTERS], length: 0 }
    }

    /// Adds a letter, which is not NUL.
    pub(crate) fn push(&mut self, letter: u8) {
        if self.length < LONGEST {
            self.letters[self.length] = letter;
            self.length += 1;
        }
    }

    /// The word, if it has letters, and a new one begins.
    pub(crate) fn take(&mut self) -> Option<Word> {
        if self.length == 0 {
            return None;
        }
        self.length = 0;
        Some(Word(u128::from_le_bytes(std::mem::take(&mut self.letters))))
    }
}

/// What is known of some words.
#[derive(Debug)]
pub(crate) struct Table<T> {
    unknown: T,
    /// Whether a word of the table has the hash: most words of a page have another one.
    marks: [bool; Word::HASHES],
    /// Open addressing by the hash.
    places: [(Word, T); PLACES],
}

/// Places of a table.
const PLACES: usize = 256;

impl<T: Copy> Table<T> {
    /// A table without words; `unknown` is what it has of any.
    pub(crate) const fn new(unknown: T) -> Self {
        Self { unknown, marks: [false; Word::HASHES], places: [(Word::NONE, unknown); PLACES] }
    }

    /// The table with `words`, of each of which it has `known`. Fails to compile if it overflows.
    pub(crate) const fn with(mut self, known: T, words: &[&str]) -> Self {
        let mut at = 0;
        while at < words.len() {
            let word = Word::new(words[at]);
            self.marks[word.hash()] = true;
            let mut place = word.hash() % PLACES;
            while self.places[place].0.0 != 0 {
                place = (place + 1) % PLACES;
            }
            self.places[place] = (word, known);
            at += 1;
        }
        self
    }

    /// What it has of `word`.
    pub(crate) fn of(&self, word: Word) -> T {
        let hash = word.hash();
        if !self.marks[hash] {
            return self.unknown;
        }
        let mut place = hash % PLACES;
        loop {
            let (found, known) = self.places[place];
            if found == word || found == Word::NONE {
                return known;
            }
            place = (place + 1) % PLACES;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_stripped_whatever_its_case() {
        assert_eq!(strip_start("ICD-10", "icd"), Some("-10"));
        assert_eq!(strip_start("icd", "ICD"), Some(""));
        assert_eq!(strip_start("ic", "icd"), None);
        assert_eq!(strip_start("icé", "icd"), None);
    }

    static TABLE: Table<u8> = Table::new(0).with(1, &["a", "menu", "share"]).with(2, &["advertisement"]);

    fn spelled<const LONGEST: usize>(letters: &str) -> Option<Word> {
        let mut spelling = Spelling::<LONGEST>::new();
        letters.bytes().for_each(|letter| spelling.push(letter));
        spelling.take()
    }

    #[test]
    fn a_table_has_its_words_and_no_others() {
        let check = |letters: &str, known: u8| {
            assert_eq!(spelled::<16>(letters).map(|word| TABLE.of(word)), Some(known), "{letters}");
        };
        check("a", 1);
        check("menu", 1);
        check("advertisement", 2);
        check("men", 0);
        check("menus", 0);
        check("advertisementadvertisement", 0);
        assert_eq!(spelled::<16>(""), None);
    }

    #[test]
    fn letters_past_the_longest_are_cut_off() {
        assert_eq!(spelled::<4>("menus"), Some(Word::new("menu")));
        assert_eq!(spelled::<5>("menus"), Some(Word::new("menus")));
    }

    #[test]
    fn a_word_starts_with_its_first_letters() {
        let check = |word: &str, start: &str, expected: bool| {
            assert_eq!(Word::new(word).starts_with(Word::new(start)), expected, "{word} {start}");
        };
        check("sharedaddy", "share", true);
        check("share", "share", true);
        check("shar", "share", false);
        check("shore", "share", false);
    }
}
