//! Small closed lists of English words, by what they say about the line they stand in.
//!
//! In: a word. Out: [`Kinds`], the set of lists that hold it. Only words of the language and of articles at
//! large: no name, no site.

/// A set of kinds of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) const ARTICLE: Self = Self(1);
    pub(super) const PREPOSITION: Self = Self(1 << 1);
    pub(super) const CONJUNCTION: Self = Self(1 << 2);
    pub(super) const PRONOUN: Self = Self(1 << 3);
    /// A finite form of an auxiliary: its line is likely a sentence.
    pub(super) const VERB: Self = Self(1 << 4);
    /// A question word.
    pub(super) const QUESTION: Self = Self(1 << 5);
    /// What articles call their parts.
    pub(super) const TOPIC: Self = Self(1 << 6);
    /// What captions, bylines and calls to action start with.
    pub(super) const FURNITURE: Self = Self(1 << 7);
    /// What a number makes a part of: step, chapter.
    pub(super) const PART: Self = Self(1 << 8);
    pub(super) const MONTH: Self = Self(1 << 9);
    /// What title case leaves small.
    pub(super) const FUNCTION: Self = Self(1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);

    /// Whether the two sets share a kind.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

fn kinds(word: &[u8]) -> Kinds {
    match word {
        b"a" | b"an" | b"the" | b"this" | b"these" | b"that" | b"those" | b"some" | b"any" | b"all"
        | b"each" | b"every" => Kinds::ARTICLE,
        b"of" | b"in" | b"on" | b"at" | b"by" | b"for" | b"to" | b"from" | b"with" | b"as" | b"into"
        | b"about" | b"over" | b"under" | b"between" | b"through" | b"during" | b"after" | b"before"
        | b"without" | b"within" | b"via" | b"vs" | b"per" | b"than" | b"upon" | b"against" => {
            Kinds::PREPOSITION
        }
        b"and" | b"or" | b"but" | b"nor" | b"so" | b"yet" | b"if" | b"because" | b"while" | b"although"
        | b"however" | b"also" | b"not" | b"then" | b"there" | b"here" => Kinds::CONJUNCTION,
        b"i" | b"you" | b"we" | b"they" | b"he" | b"she" | b"it" | b"its" | b"my" | b"your" | b"our"
        | b"their" | b"his" | b"her" | b"me" | b"us" | b"them" => Kinds::PRONOUN,
        b"is" | b"are" | b"was" | b"were" | b"be" | b"been" | b"has" | b"have" | b"had" | b"will"
        | b"would" | b"can" | b"could" | b"should" | b"may" | b"might" | b"must" | b"do" | b"does"
        | b"did" | b"it's" | b"don't" | b"can't" | b"i'm" | b"you're" | b"we're" | b"that's" => Kinds::VERB,
        b"what" | b"why" | b"how" | b"when" | b"where" | b"who" | b"which" | b"whose" => Kinds::QUESTION,
        b"conclusion" | b"conclusions" | b"overview" | b"summary" | b"introduction" | b"background"
        | b"symptoms" | b"symptom" | b"signs" | b"causes" | b"cause" | b"treatment" | b"treatments"
        | b"diagnosis" | b"prevention" | b"prognosis" | b"complications" | b"epidemiology" | b"outlook"
        | b"pathophysiology" | b"etiology" | b"management" | b"references" | b"faq" | b"faqs"
        | b"questions" | b"benefits" | b"risks" | b"risk" | b"factors" | b"types" | b"tips" | b"guide"
        | b"steps" | b"takeaways" | b"thoughts" | b"features" | b"pros" | b"cons" | b"examples"
        | b"methods" | b"results" | b"discussion" | b"resources" | b"requirements" | b"notes"
        | b"definition" | b"classification" | b"synonyms" | b"information" | b"key" | b"final" | b"best"
        | b"common" | b"importance" | b"understanding" => Kinds::TOPIC,
        b"photo" | b"photos" | b"image" | b"images" | b"source" | b"sources" | b"credit" | b"credits"
        | b"courtesy" | b"posted" | b"published" | b"updated" | b"written" | b"read" | b"click"
        | b"share" | b"tags" | b"related" | b"subscribe" | b"download" | b"contact" | b"call" | b"email"
        | b"sign" | b"advertisement" | b"copyright" | b"view" | b"watch" | b"note" | b"phone"
        | b"address" | b"price" => Kinds::FURNITURE,
        b"step" | b"part" | b"chapter" | b"section" | b"phase" | b"stage" | b"tip" | b"lesson" | b"rule"
        | b"reason" | b"method" | b"option" | b"day" | b"week" | b"level" | b"type" | b"module" | b"unit"
        | b"myth" | b"mistake" | b"question" | b"figure" | b"table" | b"item" => Kinds::PART,
        b"january" | b"february" | b"march" | b"april" | b"june" | b"july" | b"august" | b"september"
        | b"october" | b"november" | b"december" | b"jan" | b"feb" | b"mar" | b"apr" | b"jun" | b"jul"
        | b"aug" | b"sep" | b"sept" | b"oct" | b"nov" | b"dec" | b"monday" | b"tuesday" | b"wednesday"
        | b"thursday" | b"friday" | b"saturday" | b"sunday" => Kinds::MONTH,
        _ => Kinds(0),
    }
}

/// The longest word of the lists is one byte shorter.
const LONGEST: usize = 16;

/// A word in small ASCII letters, cut to 16 bytes.
pub(super) struct Lower {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Lower {
    /// Lowers a word; `’` becomes `'`.
    pub(super) fn new(word: &[u8]) -> Self {
        let mut bytes = [0; LONGEST];
        let len = word.len().min(LONGEST);
        for (small, &byte) in bytes.iter_mut().zip(word) {
            *small = byte.to_ascii_lowercase();
        }
        Self { bytes, len }
    }

    /// The lists that hold it.
    pub(super) fn kinds(&self) -> Kinds {
        kinds(&self.bytes[..self.len])
    }

    /// A number that equal words share.
    pub(super) fn hash(&self) -> u32 {
        let mut hash = Hash::default();
        hash.add(&self.bytes[..self.len]);
        hash.finish()
    }

    /// One of 64 bits, by the first five letters, so that `calcify` and `calcification` share it.
    pub(super) fn bit(&self) -> u64 {
        let mut hash = Hash::default();
        hash.add(&self.bytes[..self.len.min(5)]);
        1 << (hash.finish() >> 26)
    }
}

/// FNV-1a over 32 bits.
pub(super) struct Hash(u32);

impl Default for Hash {
    fn default() -> Self {
        Self(0x811C_9DC5)
    }
}

impl Hash {
    /// Adds the bytes of a word and its end.
    pub(super) fn add(&mut self, word: &[u8]) {
        for &byte in word.iter().chain(&[0]) {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }

    /// The hash; its high bits are the well mixed ones.
    pub(super) fn finish(&self) -> u32 {
        self.0 ^ (self.0 >> 15)
    }
}

/// The word without the punctuation around it; empty where it is nothing else.
pub(super) fn bare(word: &[u8]) -> &[u8] {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric();
    match (word.iter().position(inside), word.iter().rposition(inside)) {
        (Some(from), Some(last)) => &word[from..=last],
        // Letters of other scripts; general punctuation starts with E2.
        _ if word.iter().any(|&byte| byte >= 0xC3 && byte != 0xE2) => word,
        _ => &[],
    }
}
