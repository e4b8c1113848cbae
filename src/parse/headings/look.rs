//! What one line of text looks like on its own.
//!
//! In: the text of a line. Out: [`Look`], a handful of numbers and classes a reader sees at a glance: length,
//! how it starts and ends, capitals, numbering, kinds of words. One pass over a short line; of a long line
//! only the ends. Never looks at other lines.

use super::words::{self, Kinds, Word};

/// Lines over this many bytes are running text: of 4,402 headings on 270 real pages, two were longer.
pub const LONGEST: usize = 150;
/// A line of so many words that ends in a period is a sentence.
const SENTENCE: u32 = 6;
/// How much of a long line is read for the words it shares with the line above it.
const OPENING: usize = 64;

/// The casing of a line without words to tell it by.
const NO_CASING: u8 = 4;

/// How a line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    #[default]
    Word,
    Digit,
    Period,
    Question,
    Exclamation,
    Colon,
    Comma,
    Bracket,
    Quote,
    Other,
}

/// How a line starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Start {
    #[default]
    Upper,
    Lower,
    Digit,
    Quote,
    Bracket,
    Other,
}

/// The numbering at the start of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Numbering {
    #[default]
    None,
    /// `3.`
    Point,
    /// `3)`, `(3)`, `3:`, `3 -`
    Bracket,
    /// `3 `
    Bare,
    /// `2.1`
    Nested,
    /// `#3`
    Hash,
    /// `Step 3`
    Word,
    /// `A.`, `IV.`
    Letter,
    /// `Q:`
    Question,
    /// `A:`
    Answer,
}

/// What a line looks like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// Whether it is short enough, and bare of a list mark, to be a heading.
    pub(super) candidate: bool,
    /// Whether it has a list mark.
    pub(super) marked: bool,
    /// Whether only its ends were looked at: it has a mark, or is long.
    pub(super) glanced: bool,
    pub(super) chars: u32,
    pub(super) words: u32,
    pub(super) start: Start,
    pub(super) end: End,
    pub(super) numbering: Numbering,
    /// The number of the numbering, 0 without.
    pub(super) number: u32,
    /// Words after the first that could be capitalized, and those that are.
    pub(super) open: u32,
    pub(super) capitalized: u32,
    /// 0 small letters, 1 some capitals, 2 title case, 3 no small letter, 4 no word to tell by.
    pub(super) casing: u8,
    pub(super) upper_letters: u32,
    pub(super) lower_letters: u32,
    pub(super) digits: u32,
    /// Words that are mostly digits: numbers, codes, years.
    pub(super) figures: u32,
    pub(super) function_words: u32,
    pub(super) verbs: u32,
    pub(super) pronouns: u32,
    pub(super) topics: u32,
    pub(super) months: u32,
    pub(super) commas: u32,
    pub(super) sentence_ends: u32,
    pub(super) dashes: u32,
    pub(super) brackets: u32,
    pub(super) pipes: u32,
    pub(super) signs: u32,
    pub(super) quotes: u32,
    /// Words before the first colon inside the line, 0 without one.
    pub(super) label_words: u32,
    pub(super) first_kinds: Kinds,
    pub(super) first_ends_ing: bool,
    pub(super) second_kinds: Kinds,
    pub(super) last_kinds: Kinds,
    /// Hash of the first word, of the last word, and of the whole line.
    pub(super) first_word: u32,
    pub(super) last_word: u32,
    pub(super) whole: u32,
    /// A set of 64 bits to which each content word adds one.
    pub(super) content: u64,
}

impl Look {
    /// Looks at a line.
    pub(super) fn new(text: &str, marked: bool) -> Self {
        let text = text.trim();
        let mut look = Self { marked, start: start(text), end: end(text), ..Self::default() };
        if marked || text.len() > LONGEST {
            look.glanced = true;
            look.casing = NO_CASING;
            look.chars = text.len() as u32;
            look.words = look.chars / 6 + 1;
            return look;
        }
        look.read_numbering(text.as_bytes());
        look.count_bytes(text.as_bytes());
        look.read_words(text.as_bytes());
        let sentence = look.end == End::Period && look.words >= SENTENCE && look.numbering == Numbering::None;
        look.candidate = look.words > 0 && look.words > look.figures && !sentence;
        look.casing = look.read_casing();
        look
    }

    /// Reads the first words of a line that is marked or long: a heading beside it is compared with them.
    pub(super) fn read_opening(&mut self, text: &str) {
        let text = text.trim().as_bytes();
        let words = Words(&text[..text.len().min(OPENING)]);
        for (at, (_, bare)) in words.enumerate() {
            if at == 0 {
                self.first_kinds = Word::new(bare).kinds();
            }
            if bare.len() > 3 {
                self.content |= words::bit(bare);
            }
        }
    }

    /// Whether it is running text.
    pub(super) fn is_text(&self) -> bool {
        !self.candidate && !self.marked && self.words > self.figures
    }

    /// Why it can be no heading.
    pub(super) fn obstacle(&self) -> &'static str {
        match self {
            _ if self.marked => "mark of a list",
            _ if self.words <= self.figures => "figures only",
            _ => "running text",
        }
    }

    fn read_numbering(&mut self, text: &[u8]) {
        let (hash, rest) = match text {
            [b'#', rest @ ..] => (true, rest),
            [b'(', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        if let Some((number, digits)) = leading_number(rest) {
            self.number = number;
            self.numbering = match (hash, &rest[digits..]) {
                (true, _) => Numbering::Hash,
                (_, [b'.', digit, ..]) if digit.is_ascii_digit() => Numbering::Nested,
                (_, [b'.', ..]) => Numbering::Point,
                (_, [b')' | b':', ..] | [b' ', b'-' | 0xE2, ..]) => Numbering::Bracket,
                (_, [b' ', ..]) => Numbering::Bare,
                _ => Numbering::None,
            };
            return;
        }
        self.numbering = match text {
            [b'Q', b':' | b'.' | b')', ..] => Numbering::Question,
            [b'A', b':', ..] => Numbering::Answer,
            [letter, b'.' | b')', b' ', ..] if letter.is_ascii_alphabetic() => Numbering::Letter,
            [b'I' | b'V' | b'X', b'I' | b'V' | b'X', rest @ ..] => {
                let numerals = rest.iter().take_while(|byte| matches!(byte, b'I' | b'V' | b'X')).count();
                match rest.get(numerals) {
                    Some(b'.' | b')') => Numbering::Letter,
                    _ => Numbering::None,
                }
            }
            _ => Numbering::None,
        };
    }

    fn count_bytes(&mut self, text: &[u8]) {
        let lanes = text.iter().fold(0, |lanes, &byte| lanes + LANES[usize::from(byte)]);
        let continued;
        [
            self.lower_letters,
            self.upper_letters,
            self.digits,
            self.commas,
            self.brackets,
            self.signs,
            self.quotes,
            continued,
        ] = lanes.to_le_bytes().map(u32::from);
        self.chars = text.len() as u32 - continued;
    }

    fn read_words(&mut self, text: &[u8]) {
        let mut ended_sentence = false;
        for (word, bare) in Words(text) {
            if bare.is_empty() {
                self.dashes += u32::from(matches!(word, b"-" | b"--" | [0xE2, 0x80, 0x93 | 0x94]));
                self.pipes += u32::from(word == b"|");
                continue;
            }
            if ended_sentence && bare[0].is_ascii_uppercase() {
                self.sentence_ends += 1;
            }
            self.words += 1;
            let known = Word::new(bare);
            let kinds = known.kinds();
            self.whole = words::join(self.whole, known.hash);
            self.figures += u32::from(self.digits > 0 && is_figure(bare));
            self.count(bare, kinds);
            match self.words {
                1 => {
                    self.first_kinds = kinds;
                    self.first_word = known.hash;
                    self.first_ends_ing = bare.len() > 4 && bare.ends_with(b"ing");
                }
                2 => {
                    self.second_kinds = kinds;
                    let part = self.first_kinds.any(Kinds::PART) && self.numbering == Numbering::None;
                    if let Some((number, _)) = leading_number(bare).filter(|_| part) {
                        (self.numbering, self.number) = (Numbering::Word, number);
                    }
                }
                _ => {}
            }
            self.last_kinds = kinds;
            self.last_word = known.hash;
            if bare.len() > 3 && !kinds.any(Kinds::FUNCTION) {
                self.content |= known.bit;
            }
            let last = word[word.len() - 1];
            ended_sentence = bare.len() > 2 && matches!(last, b'.' | b'!' | b'?');
            if last == b':' && self.label_words == 0 {
                self.label_words = self.words;
            }
        }
        if self.end == End::Colon && self.label_words == self.words {
            self.label_words = 0;
        }
    }

    fn count(&mut self, bare: &[u8], kinds: Kinds) {
        let upper = bare[0].is_ascii_uppercase() || bare[0].is_ascii_digit();
        if kinds.any(Kinds::FUNCTION) {
            self.function_words += 1;
        } else if self.words > 1 {
            self.open += 1;
            self.capitalized += u32::from(upper);
        }
        self.verbs += u32::from(kinds.any(Kinds::VERB));
        self.pronouns += u32::from(kinds.any(Kinds::PRONOUN));
        self.topics += u32::from(kinds.any(Kinds::TOPIC));
        self.months += u32::from(kinds.any(Kinds::MONTH));
    }

    /// Share of the words after the first that are capitalized, of those that title case capitalizes.
    pub(super) fn capital_share(&self) -> f32 {
        if self.open == 0 { -1.0 } else { self.capitalized as f32 / self.open as f32 }
    }

    /// Whether no letter is a small one.
    fn all_capitals(&self) -> bool {
        self.lower_letters == 0 && self.upper_letters > 1
    }

    fn read_casing(&self) -> u8 {
        match self.capital_share() {
            _ if self.all_capitals() => 3,
            share if share < 0.0 => NO_CASING,
            share if share >= 0.75 => 2,
            share if share > 0.34 => 1,
            _ => 0,
        }
    }
}

/// The number of one to three digits that a text starts with, and how many.
fn leading_number(text: &[u8]) -> Option<(u32, usize)> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = text[..digits.min(3)].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    (1..=3).contains(&digits).then_some((number, digits))
}

/// Whether a word is mostly digits.
fn is_figure(bare: &[u8]) -> bool {
    bare.iter().filter(|byte| byte.is_ascii_digit()).count() > bare.len() / 2
}

/// For each byte a one in the lane that counts its kind; a line is short enough that no lane of eight bits runs
/// over. White space counts nowhere.
static LANES: [u64; 256] = lanes();

const fn lanes() -> [u64; 256] {
    let mut lanes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        lanes[byte] = match byte as u8 {
            b'a'..=b'z' => 1,
            b'A'..=b'Z' => 1 << 8,
            b'0'..=b'9' => 1 << 16,
            b',' | b';' => 1 << 24,
            b'(' | b'[' | b'/' => 1 << 32,
            b'$' | b'%' | b'@' | b'=' | b'{' | b'<' | b'>' | b'_' | b'\\' | b'`' => 1 << 40,
            b'"' => 1 << 48,
            // Bytes that continue a character.
            0x80..=0xBF => 1 << 56,
            _ => 0,
        };
        byte += 1;
    }
    lanes
}

fn start(text: &str) -> Start {
    match text.chars().next() {
        Some('a'..='z') => Start::Lower,
        Some('A'..='Z') => Start::Upper,
        Some('0'..='9') => Start::Digit,
        Some('"' | '\'' | '“' | '‘' | '«' | '„') => Start::Quote,
        Some('(' | '[' | '{') => Start::Bracket,
        Some(other) if other.is_lowercase() => Start::Lower,
        Some(other) if other.is_alphabetic() => Start::Upper,
        _ => Start::Other,
    }
}

fn end(text: &str) -> End {
    match text.chars().next_back() {
        Some('a'..='z' | 'A'..='Z') => End::Word,
        Some('0'..='9') => End::Digit,
        Some('.' | '…' | '。') => End::Period,
        Some('?' | '？') => End::Question,
        Some('!' | '！') => End::Exclamation,
        Some(':' | '：') => End::Colon,
        Some(',' | ';') => End::Comma,
        Some(')' | ']' | '}') => End::Bracket,
        Some('"' | '\'' | '”' | '’' | '»' | '“') => End::Quote,
        Some(other) if other.is_alphabetic() => End::Word,
        _ => End::Other,
    }
}

/// The words of a text, stretches without white space, each with what is left without the punctuation around it.
struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0;
        let mut from = 0;
        while text.get(from)?.is_ascii_whitespace() {
            from += 1;
        }
        let mut to = from;
        while text.get(to).is_some_and(|&byte| words::is_inside(byte)) {
            to += 1;
        }
        // Most words are letters alone.
        let letters = to;
        while text.get(to).is_some_and(|byte| !byte.is_ascii_whitespace()) {
            to += 1;
        }
        let word = &text[from..to];
        self.0 = &text[to..];
        Some((word, if to == letters { word } else { words::bare(word) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbering_is_read() {
        fn check(text: &str, numbering: Numbering, number: u32) {
            let look = Look::new(text, false);
            assert_eq!((look.numbering, look.number), (numbering, number), "{text:?}");
        }
        check("3. Rest", Numbering::Point, 3);
        check("12) Rest", Numbering::Bracket, 12);
        check("(2) Rest", Numbering::Bracket, 2);
        check("4 - Rest", Numbering::Bracket, 4);
        check("7 Ways to rest", Numbering::Bare, 7);
        check("2.1 Rest", Numbering::Nested, 2);
        check("#3 Rest", Numbering::Hash, 3);
        check("Step 3: Rest", Numbering::Word, 3);
        check("B. Rest", Numbering::Letter, 0);
        check("IV. Rest", Numbering::Letter, 0);
        check("Q: Rest?", Numbering::Question, 0);
        check("2024 in review", Numbering::None, 0);
        check("Intensive care", Numbering::None, 0);
    }

    #[test]
    fn only_short_lines_of_words_may_be_headings() {
        fn check(text: &str, candidate: bool) {
            assert_eq!(Look::new(text, false).candidate, candidate, "{text:?}");
        }
        check("Signs and symptoms", true);
        check("Verhütung und Früherkennung", true);
        check("Лечение", true);
        check("This is not known to be the case.", false);
        check("M61.0", false);
        check("$ 12.50", false);
        check("—", false);
        check(&"long ".repeat(40), false);
        assert!(!Look::new("Cough", true).candidate);
    }

    #[test]
    fn casing_is_told() {
        fn check(text: &str, casing: u8) {
            assert_eq!(Look::new(text, false).casing, casing, "{text:?}");
        }
        check("Signs and symptoms of gout", 0);
        check("Signs and Symptoms of Gout", 2);
        check("SIGNS OF GOUT", 3);
        check("Signs", 4);
    }
}
