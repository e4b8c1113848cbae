//! The wordings of a profile, compiled together: texts of a page in, which lists have them out.
//!
//! A page has hundreds of lines, a profile dozens of wordings in each of a dozen lists, and next to no line is
//! one of them. So a text is looked up once for all lists, and compared with those wordings only that have its
//! length and its bytes at both ends or, where they have a `*`, its first two bytes or its last two. `*` stands
//! for anything; what else makes no difference, [`fold`] says.

use super::fold::{FoldedTexts, fold, fold_inside};
use aho_corasick::Span;
use aho_corasick::packed::Searcher;
use memchr::memmem::Finder;

/// A list of wordings: its number in the [`Lexicon`] of its profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wordings(pub(super) usize);

/// All wordings of a profile.
#[derive(Debug)]
pub struct Lexicon {
    lists: usize,
    /// Those without `*`, by their length and the bytes at both ends.
    exact: Drawers,
    /// Of the others those that start with two bytes or more, by the first two.
    starting: Drawers,
    /// Of the others those that end with two bytes or more, by the last two.
    ending: Drawers,
    /// Of the others those with something between two `*`.
    floating: Vec<Wording>,
    /// Finds what any of them has there in all texts at once, if they are few enough for it.
    floats: Option<Searcher>,
    /// The others, such as `*` and `a*`.
    short: Vec<Wording>,
}

impl Lexicon {
    /// Compiles lists of wordings; a list is known by its place among them.
    pub(super) fn new(lists: &[Vec<String>]) -> Self {
        let (mut exact, mut starting, mut ending) = (vec![], vec![], vec![]);
        let (mut floating, mut short) = (vec![], vec![]);
        for (list, wordings) in lists.iter().enumerate() {
            for wording in wordings.iter().map(|wording| Wording::new(Wordings(list), wording)) {
                if wording.rest.is_none() {
                    exact.push((shape_key(wording.first.as_bytes()), wording));
                } else if let Some(key) = first_key(wording.first.as_bytes()) {
                    starting.push((key, wording));
                } else if let Some(key) =
                    wording.rest.as_ref().and_then(|rest| last_key(rest.last.as_bytes()))
                {
                    ending.push((key, wording));
                } else if wording.floating_part().is_some() {
                    floating.push(wording);
                } else {
                    short.push(wording);
                }
            }
        }
        Self {
            lists: lists.len(),
            exact: Drawers::new(exact, |of| Sign { bytes: head(of.first.as_bytes()), mask: u64::MAX }),
            starting: Drawers::new(starting, |of| Sign::of(head(of.first.as_bytes()), of.first.len())),
            ending: Drawers::new(ending, |of| {
                let last = of.rest.as_ref().map_or("", |rest| &rest.last);
                Sign::of(tail(last.as_bytes()), last.len())
            }),
            floats: Searcher::new(floating.iter().filter_map(Wording::floating_part)),
            floating,
            short,
        }
    }

    /// Which lists have which texts; all of a text has to be a wording.
    pub fn look_up(&self, texts: &FoldedTexts) -> Named {
        let mut named = Named::new(texts.len(), self.lists);
        for number in 0..texts.len() {
            let text = texts.bytes(number);
            self.candidates(text, |of| {
                if of.matches(text) {
                    named.insert(number, of.list);
                }
            });
        }
        let mut from = 0;
        while let Some(number) = self.may_float(texts, from) {
            let text = texts.bytes(number);
            self.floating.iter().filter(|of| of.matches(text)).for_each(|of| named.insert(number, of.list));
            from = number + 1;
        }
        named
    }

    /// The next text from `from` on that a floating wording may be.
    fn may_float(&self, texts: &FoldedTexts, from: usize) -> Option<usize> {
        if from == texts.len() || self.floating.is_empty() {
            return None;
        }
        let Some(floats) = &self.floats else { return Some(from) };
        let lines = texts.lines();
        let behind = Span { start: texts.start(from), end: lines.len() };
        floats.find_in(lines, behind).map(|found| texts.number_at(found.start()))
    }

    /// Whether a list has a single text.
    pub fn has(&self, list: Wordings, text: &str) -> bool {
        let text = fold(text);
        let mut has = false;
        let mut ask = |of: &Wording| has |= of.list == list && of.matches(text.as_bytes());
        self.candidates(text.as_bytes(), &mut ask);
        self.floating.iter().for_each(ask);
        has
    }

    /// Shows the wordings that a text may be, but for floating ones.
    #[inline(always)]
    fn candidates(&self, text: &[u8], mut show: impl FnMut(&Wording)) {
        let (head, tail) = (head(text), tail(text));
        self.exact.open(shape_key(text), head).for_each(&mut show);
        if let Some(key) = first_key(text) {
            self.starting.open(key, head).for_each(&mut show);
        }
        if let Some(key) = last_key(text) {
            self.ending.open(key, tail).for_each(&mut show);
        }
        self.short.iter().for_each(show);
    }
}

/// A wording of a list: what stands before its first `*`, and the rest if it has one.
#[derive(Debug)]
struct Wording {
    list: Wordings,
    first: String,
    rest: Option<Rest>,
}

/// What stands between the first `*` and the last one, and behind that.
#[derive(Debug)]
struct Rest {
    middle: Vec<Finder<'static>>,
    last: String,
}

impl Wording {
    fn new(list: Wordings, wording: &str) -> Self {
        let Some((first, rest)) = wording.split_once('*') else {
            return Self { list, first: fold(wording).into_owned(), rest: None };
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let middle = middle.split('*').filter(|part| !part.is_empty());
        let middle = middle.map(|part| Finder::new(&*fold_inside(part)).into_owned()).collect();
        let rest = Rest { middle, last: fold_inside(last).into_owned() };
        Self { list, first: fold_inside(first).into_owned(), rest: Some(rest) }
    }

    /// What may stand anywhere in a text, if nothing stands before it.
    fn floating_part(&self) -> Option<&[u8]> {
        let rest = self.rest.as_ref().filter(|_| self.first.is_empty())?;
        rest.middle.first().map(Finder::needle)
    }

    fn matches(&self, text: &[u8]) -> bool {
        let Some(rest) = &self.rest else { return text == self.first.as_bytes() };
        let behind = text.strip_prefix(self.first.as_bytes());
        let Some(mut left) = behind.and_then(|behind| behind.strip_suffix(rest.last.as_bytes())) else {
            return false;
        };
        rest.middle.iter().all(|part| match part.find(left) {
            Some(at) => {
                left = &left[at + part.needle().len()..];
                true
            }
            None => false,
        })
    }
}

/// A number for the length of a text and the bytes at its ends.
fn shape_key(text: &[u8]) -> usize {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    text.len() * 59 + byte(text.first()) * 37 + byte(text.last()) * 11
}

/// A number for the first two bytes of a text.
fn first_key(text: &[u8]) -> Option<usize> {
    text.first_chunk().map(pair_key)
}

/// A number for the last two bytes of a text.
fn last_key(text: &[u8]) -> Option<usize> {
    text.last_chunk().map(pair_key)
}

fn pair_key(&[one, two]: &[u8; 2]) -> usize {
    usize::from(one) * 37 + usize::from(two)
}

/// The first eight bytes of a text as a number, with zeros where it has fewer.
#[inline(always)]
fn head(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

/// The last eight bytes.
#[inline(always)]
fn tail(text: &[u8]) -> u64 {
    match text.last_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => text.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

/// What [`head`] or [`tail`] of a text have to be in some of their bytes for it to be a wording.
#[derive(Debug)]
struct Sign {
    bytes: u64,
    mask: u64,
}

impl Sign {
    /// Of a wording of which so many bytes are told.
    fn of(bytes: u64, len: usize) -> Self {
        Self { bytes, mask: if len < 8 { (1 << (8 * len)) - 1 } else { u64::MAX } }
    }
}

/// Wordings by a key; those with the same one lie in one drawer, with few others.
#[derive(Debug)]
struct Drawers {
    wordings: Vec<Wording>,
    /// Apart from the wordings, which stand all over the memory and need not be looked at for most texts.
    signs: Vec<Sign>,
    /// Where each drawer starts in `wordings`, and where the last one ends.
    starts: Box<[u32; DRAWERS + 1]>,
}

/// So many that most of them are empty.
const DRAWERS: usize = 1024;

impl Drawers {
    fn new(mut wordings: Vec<(usize, Wording)>, sign: impl Fn(&Wording) -> Sign) -> Self {
        wordings.sort_by_key(|&(key, _)| key % DRAWERS);
        let mut starts = Box::new([0; DRAWERS + 1]);
        for (at, &(key, _)) in wordings.iter().enumerate() {
            starts[key % DRAWERS + 1] = at as u32 + 1;
        }
        for drawer in 0..DRAWERS {
            starts[drawer + 1] = starts[drawer + 1].max(starts[drawer]);
        }
        let signs = wordings.iter().map(|(_, wording)| sign(wording)).collect();
        Self { wordings: wordings.into_iter().map(|(_, wording)| wording).collect(), signs, starts }
    }

    /// The wordings under a key that a text with this [`head`] or [`tail`] may be.
    #[inline(always)]
    fn open(&self, key: usize, bytes: u64) -> impl Iterator<Item = &Wording> {
        let drawer = key % DRAWERS;
        let range = self.starts[drawer] as usize..self.starts[drawer + 1] as usize;
        let may_be = move |&at: &usize| bytes & self.signs[at].mask == self.signs[at].bytes;
        range.filter(may_be).map(|at| &self.wordings[at])
    }
}

/// Which lists of a profile have which texts of a page: a row of bits for each text.
#[derive(Debug, Default)]
pub struct Named {
    /// Words of 64 bits in a row.
    width: usize,
    bits: Vec<u64>,
    /// Whether any list has each text.
    any: Vec<bool>,
}

impl Named {
    fn new(texts: usize, lists: usize) -> Self {
        let width = lists.div_ceil(64);
        Self { width, bits: vec![0; texts * width], any: vec![false; texts] }
    }

    fn insert(&mut self, text: usize, Wordings(list): Wordings) {
        self.bits[text * self.width + list / 64] |= 1 << (list % 64);
        self.any[text] = true;
    }

    /// Whether the list has the text of that number.
    pub fn has(&self, text: usize, Wordings(list): Wordings) -> bool {
        self.bits[text * self.width + list / 64] >> (list % 64) & 1 != 0
    }

    /// Whether any list has it.
    pub fn any(&self, text: usize) -> bool {
        self.any[text]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wording: &str, text: &str, expected: bool) {
        // Other lists and other texts, more than a word of bits has room for, make no difference.
        let mut lists: Vec<Vec<String>> =
            (0..70).map(|list| vec![format!("{list}"), format!("* {list} *")]).collect();
        lists.push(vec!["never said".to_owned(), wording.to_owned()]);
        let (lexicon, list) = (Lexicon::new(&lists), Wordings(70));
        assert_eq!(lexicon.has(list, text), expected, "{wording:?} {text:?}");
        let mut texts = FoldedTexts::default();
        let numbers = ["Never said", "page 7 of 9", text, "69"].map(|text| texts.push(text));
        let named = lexicon.look_up(&texts);
        let has = |list| numbers.map(|number| named.has(number, list));
        assert_eq!(has(list)[..3], [true, has(list)[1], expected], "{wording:?} {text:?}");
        assert_eq!((has(Wordings(7))[1], has(Wordings(69))), (true, [false, false, false, true]));
    }

    #[test]
    fn matches_whole_texts_whatever_their_case() {
        check("ICD-10 code", "icd\u{2011}10 Code:", true);
        check("ICD-10 code", "ICD-10 codes", false);
        check("Diagnosis codes for *", "Diagnosis Codes for Asthma | J45", true);
        check("Diagnosis codes for *", "Diagnosis Codes", false);
        check("* illustration", "Default disease illustration", true);
        check("* illustration", "Illustration", false);
        check("*sign up*log in*", "To see more please Sign up or Log in", true);
        check("*sign up*log in*", "To see more please Log in or Sign up", false);
        check("*", "", true);
        check("*", "anything", true);
        check("-", "—", true);
        check("-", "a", false);
        check("a", "A", true);
        check("a*", "a cold", true);
        check("*s", "colds", true);
        check("*o*s", "colds", true);
        check("a*b*a", "aba", true);
        check("ab*ba", "aba", false);
        check("İ*ß", "İß", true);
    }

    #[test]
    fn floating_wordings_are_told_apart_where_they_overlap() {
        let lists = ["*all of it*", "*of it all*", "* 1.5 *"].map(|wording| vec![wording.to_owned()]);
        let lexicon = Lexicon::new(&lists);
        let mut texts = FoldedTexts::default();
        let said = ["All of it all", "of it", "not all of", "It is of it all", "1x5 2", "a 1.5 b"];
        said.iter().for_each(|text| _ = texts.push(text));
        let named = lexicon.look_up(&texts);
        let of =
            |list| -> Vec<usize> { (0..said.len()).filter(|&at| named.has(at, Wordings(list))).collect() };
        assert_eq!([of(0), of(1), of(2)], [vec![0], vec![0, 3], vec![5]]);
    }
}
