//! What one line of text looks like on its own.
//!
//! In: the text of a line. Out: [`Look`], a handful of numbers and classes a reader sees at a glance: length,
//! how it starts and ends, capitals, numbering, kinds of words. One pass over a short line; of a long line
//! only the ends. Never looks at other lines.

use super::words::{self, Kinds};

/// Lines over this many bytes are running text: of 4,402 headings on 270 real pages, two were longer.
pub(super) const LONGEST_HEADING: usize = 150;
/// A line of so many words that ends in a period is a sentence.
const SENTENCE: u32 = 9;
/// How much of a long line is read for the words it shares with the line above it.
const OPENING: usize = 96;

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
    pub candidate: bool,
    /// Whether it has a list mark.
    pub marked: bool,
    pub chars: u32,
    pub words: u32,
    pub start: Start,
    pub end: End,
    pub numbering: Numbering,
    /// The number of the numbering, 0 without.
    pub number: u32,
    /// Words after the first that could be capitalized, and those that are.
    pub open: u32,
    pub capitalized: u32,
    pub upper_letters: u32,
    pub lower_letters: u32,
    pub digits: u32,
    /// Words without a letter.
    pub figures: u32,
    pub function_words: u32,
    pub verbs: u32,
    pub pronouns: u32,
    pub topics: u32,
    pub months: u32,
    pub commas: u32,
    pub sentence_ends: u32,
    pub dashes: u32,
    pub brackets: u32,
    pub pipes: u32,
    pub signs: u32,
    pub quotes: u32,
    /// Words before the first colon inside the line, 0 without one.
    pub label_words: u32,
    pub first_kinds: Kinds,
    pub first_ends_ing: bool,
    pub second_kinds: Kinds,
    pub last_kinds: Kinds,
    /// Hash of the first word, of the last word, and of the whole line.
    pub first_word: u32,
    pub last_word: u32,
    pub whole: u32,
    /// A set of 64 bits to which each content word adds one.
    pub content: u64,
}

impl Look {
    /// Looks at a line.
    pub(super) fn new(text: &str, marked: bool) -> Self {
        let text = text.trim();
        if marked || text.len() > LONGEST_HEADING {
            return Self::glance(text, marked);
        }
        let mut look = Self { candidate: true, start: start(text), end: end(text), ..Self::default() };
        look.read_numbering(text.as_bytes());
        look.read_words(text.as_bytes());
        look.chars = text.len() as u32 - text.bytes().filter(|&byte| byte & 0xC0 == 0x80).count() as u32;
        let sentence = look.end == End::Period && look.words >= SENTENCE && look.numbering == Numbering::None;
        look.candidate = look.words > 0 && look.words > look.figures && !sentence;
        look
    }

    /// The ends of a line that can be no heading.
    fn glance(text: &str, marked: bool) -> Self {
        let mut look = Self { marked, start: start(text), end: end(text), ..Self::default() };
        look.chars = text.len() as u32;
        look.words = look.chars / 6 + 1;
        for word in Words(&text.as_bytes()[..text.len().min(OPENING)]) {
            let bare = words::bare(word);
            let lower = words::Lower::new(bare);
            if look.first_word == 0 {
                look.first_word = lower.hash();
                look.first_kinds = lower.kinds();
            }
            if bare.len() > 3 {
                look.content |= lower.bit();
            }
        }
        look
    }

    /// Why it can be no heading.
    pub(super) fn obstacle(&self) -> &'static str {
        match self {
            _ if self.marked => "mark of a list",
            _ if self.words <= self.figures => "no word with a letter",
            _ => "running text",
        }
    }

    fn read_numbering(&mut self, text: &[u8]) {
        let (hash, rest) = match text {
            [b'#', rest @ ..] => (true, rest),
            [b'(', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if (1..=3).contains(&digits) {
            self.number = rest[..digits].iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
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

    fn read_words(&mut self, text: &[u8]) {
        let mut whole = words::Hash::default();
        let mut ended_sentence = false;
        for word in Words(text) {
            whole.add(word);
            self.read_marks(word);
            let bare = words::bare(word);
            if bare.is_empty() {
                self.dashes += u32::from(matches!(word, b"-" | b"--" | [0xE2, 0x80, 0x93 | 0x94]));
                self.pipes += u32::from(word == b"|");
                continue;
            }
            if ended_sentence && bare[0].is_ascii_uppercase() {
                self.sentence_ends += 1;
            }
            self.words += 1;
            let lower = words::Lower::new(bare);
            let kinds = lower.kinds();
            self.count(bare, kinds);
            match self.words {
                1 => {
                    self.first_kinds = kinds;
                    self.first_word = lower.hash();
                    self.first_ends_ing = bare.len() > 4 && bare.ends_with(b"ing");
                }
                2 => {
                    self.second_kinds = kinds;
                    if self.first_kinds.any(Kinds::PART) && self.numbering == Numbering::None {
                        self.read_part_number(bare);
                    }
                }
                _ => {}
            }
            self.last_kinds = kinds;
            self.last_word = lower.hash();
            if bare.len() > 3 && !kinds.any(Kinds::FUNCTION) {
                self.content |= lower.bit();
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
        self.whole = whole.finish();
    }

    /// `Step 3`, `Part 2`: the word before said that a number may follow.
    fn read_part_number(&mut self, bare: &[u8]) {
        let digits = bare.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if (1..=3).contains(&digits) {
            self.numbering = Numbering::Word;
            self.number = bare[..digits].iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
        }
    }

    fn read_marks(&mut self, word: &[u8]) {
        for &byte in word {
            match byte {
                b'a'..=b'z' => self.lower_letters += 1,
                b'A'..=b'Z' => self.upper_letters += 1,
                b'0'..=b'9' => self.digits += 1,
                b',' | b';' => self.commas += 1,
                b'(' | b'[' | b'/' => self.brackets += 1,
                b'$' | b'%' | b'@' | b'=' | b'{' | b'<' | b'>' | b'_' | b'\\' | b'`' => self.signs += 1,
                b'"' => self.quotes += 1,
                _ => {}
            }
        }
    }

    fn count(&mut self, bare: &[u8], kinds: Kinds) {
        self.figures += u32::from(!bare.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80));
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
    pub(super) fn all_capitals(&self) -> bool {
        self.lower_letters == 0 && self.upper_letters > 1
    }

    /// Small letters, capitals at the start only, title case, all capitals.
    pub(super) fn casing(&self) -> u8 {
        match self.capital_share() {
            _ if self.all_capitals() => 3,
            share if share < 0.0 => 4,
            share if share >= 0.75 => 2,
            share if share > 0.34 => 1,
            _ => 0,
        }
    }
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

/// The words of a text: stretches without white space.
struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let from = self.0.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let rest = &self.0[from..];
        let len = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        self.0 = &rest[len..];
        Some(&rest[..len])
    }
}
