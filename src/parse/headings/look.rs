//! What one line of text looks like on its own.
//!
//! In: the text of a line. Out: [`Look`], a handful of numbers and classes a reader sees at a glance: length,
//! how it starts and ends, capitals, numbering, kinds of words. One pass over a short line; of a long line
//! only the ends. Never looks at other lines.

use super::words::{self, Kinds, Read, Words};

/// Lines over this many bytes are running text: of 4,402 headings on 270 real pages, two were longer.
pub const LONGEST: usize = 150;
/// A line of so many words that ends in a period is a sentence.
const SENTENCE: u32 = 6;

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

/// What a line looks like. What is counted in a short line only has room in a byte.
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
    pub(super) open: u8,
    pub(super) capitalized: u8,
    /// 0 small letters, 1 some capitals, 2 title case, 3 no small letter, 4 no word to tell by.
    pub(super) casing: u8,
    pub(super) upper_letters: u8,
    pub(super) lower_letters: u8,
    pub(super) digits: u8,
    /// Words that are mostly digits: numbers, codes, years.
    pub(super) figures: u8,
    pub(super) function_words: u8,
    pub(super) verbs: u8,
    pub(super) pronouns: u8,
    pub(super) topics: u8,
    pub(super) months: u8,
    pub(super) commas: u8,
    pub(super) sentence_ends: u8,
    pub(super) dashes: u8,
    pub(super) brackets: u8,
    pub(super) pipes: u8,
    pub(super) signs: u8,
    pub(super) quotes: u8,
    /// Words before the first colon inside the line, 0 without one.
    pub(super) label_words: u8,
    pub(super) first_kinds: Kinds,
    pub(super) first_ends_ing: bool,
    pub(super) second_kinds: Kinds,
    pub(super) last_kinds: Kinds,
    /// Hash of the first word, of the last word, and of the whole line.
    pub(super) first_word: u32,
    pub(super) last_word: u32,
    pub(super) whole: u32,
    /// A number that lines share which end, are cased and numbered alike, as the headings of one page do.
    pub(super) shape: u32,
    /// A set of 64 bits to which each content word adds one.
    pub(super) content: u64,
}

impl Look {
    /// Looks at a line.
    pub(super) fn new(text: &str, marked: bool) -> Self {
        let text = trimmed(text);
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
        look.candidate = look.words > 0 && look.words > u32::from(look.figures) && !sentence;
        look.casing = look.read_casing();
        look.shape = look.read_shape();
        look
    }

    /// Reads the first words of a line that is marked or long: a heading beside it is compared with them.
    pub(super) fn read_opening(&mut self, text: &str) {
        (self.first_kinds, self.content) = words::opening(trimmed(text).as_bytes());
    }

    /// Whether it is running text.
    pub(super) fn is_text(&self) -> bool {
        !self.candidate && !self.marked && self.words > u32::from(self.figures)
    }

    /// Why it can be no heading.
    pub(super) fn obstacle(&self) -> &'static str {
        match self {
            _ if self.marked => "mark of a list",
            _ if self.words <= u32::from(self.figures) => "figures only",
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
        ] = lanes.to_le_bytes();
        self.chars = text.len() as u32 - u32::from(continued);
    }

    fn read_words(&mut self, text: &[u8]) {
        let mut ended_sentence = false;
        for Read { word, bare, known } in Words(text) {
            if bare.is_empty() {
                self.dashes += u8::from(matches!(word, b"-" | b"--" | [0xE2, 0x80, 0x93 | 0x94]));
                self.pipes += u8::from(word == b"|");
                continue;
            }
            if ended_sentence && bare[0].is_ascii_uppercase() {
                self.sentence_ends += 1;
            }
            self.words += 1;
            let kinds = known.kinds();
            self.whole = words::join(self.whole, known.hash);
            self.figures += u8::from(self.digits > 0 && is_figure(bare));
            if kinds.any(Kinds::FUNCTION) {
                self.function_words += 1;
            } else {
                if self.words > 1 {
                    self.open += 1;
                    self.capitalized += u8::from(bare[0].is_ascii_uppercase() || bare[0].is_ascii_digit());
                }
                if words::is_long(bare) {
                    self.content |= known.bit;
                }
            }
            if !kinds.is_empty() {
                self.count(kinds);
            }
            match self.words {
                1 => {
                    self.first_kinds = kinds;
                    self.first_word = known.hash;
                    self.first_ends_ing = bare.len() > 4 && bare.ends_with(b"ing");
                }
                2 => {
                    self.second_kinds = kinds;
                    if self.first_kinds.any(Kinds::PART)
                        && self.numbering == Numbering::None
                        && let Some((number, _)) = leading_number(bare)
                    {
                        (self.numbering, self.number) = (Numbering::Word, number);
                    }
                }
                _ => {}
            }
            self.last_kinds = kinds;
            self.last_word = known.hash;
            ended_sentence = false;
            // Most words are letters alone.
            if word.len() > bare.len() {
                let last = word[word.len() - 1];
                ended_sentence = bare.len() > 2 && matches!(last, b'.' | b'!' | b'?');
                if last == b':' && self.label_words == 0 {
                    self.label_words = self.words as u8;
                }
            }
        }
        if self.end == End::Colon && u32::from(self.label_words) == self.words {
            self.label_words = 0;
        }
    }

    fn count(&mut self, kinds: Kinds) {
        self.verbs += u8::from(kinds.any(Kinds::VERB));
        self.pronouns += u8::from(kinds.any(Kinds::PRONOUN));
        self.topics += u8::from(kinds.any(Kinds::TOPIC));
        self.months += u8::from(kinds.any(Kinds::MONTH));
    }

    /// Share of the words after the first that are capitalized, of those that title case capitalizes.
    pub(super) fn capital_share(&self) -> f32 {
        if self.open == 0 { -1.0 } else { f32::from(self.capitalized) / f32::from(self.open) }
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

    fn read_shape(&self) -> u32 {
        let ends = match self.end {
            End::Word | End::Digit | End::Bracket | End::Quote => 0,
            other => other as u32,
        };
        let numbered = if self.numbering == Numbering::None { 0 } else { 1 + self.numbering as u32 };
        (ends * 64 + u32::from(self.casing >> 1) * 16 + numbered).wrapping_mul(0x9E37_79B1) >> 3
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

/// A text without the white space around it.
fn trimmed(text: &str) -> &str {
    // Most lines have letters at both ends.
    if matches!(text.as_bytes(), [b'!'..=b'~', .., b'!'..=b'~']) { text } else { text.trim() }
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
