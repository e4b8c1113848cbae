//! The evidence about each line, as numbers: the line, its neighbors, and the page.
//!
//! In: the [`Look`] of each line. Out: for each line that may be a heading a number for each piece of
//! [`Evidence`]. A heading is told by its neighbors as much as by itself: text below it, lines of the same
//! shape elsewhere that stand before text too, and a place in the page's pattern that varies from one to the
//! next. Linear in the number of lines.

use super::Line;
use super::look::{End, Look, Numbering};

crate::trees::evidence! {
    "A piece of evidence about a line: an index into a [`Row`]."
    // The line.
    Chars "characters"
    Words "words"
    WordLength "characters a word"
    Starts "how it starts"
    Ends "how it ends"
    CapitalShare "share of capitalized words"
    Casing "casing"
    Digits "digits"
    FunctionWords "function words"
    FunctionShare "share of function words"
    Verbs "auxiliary verbs"
    Pronouns "pronouns"
    Topics "words articles call their parts"
    Months "months and weekdays"
    FirstWord "kind of first word"
    FirstIng "first word ends in -ing"
    SecondWord "kind of second word"
    LastWord "kind of last word"
    Commas "commas"
    LabelWords "words before a colon"
    SentenceEnds "sentence ends inside"
    Dashes "dashes"
    Brackets "brackets and slashes"
    Pipes "pipes"
    Signs "signs of prices, addresses, code"
    Quotes "quotation marks"
    Numbering "numbering"
    // Its neighbors.
    Gaps "blank lines around"
    PreviousKind "previous line"
    PreviousChars "length of previous line"
    PreviousStarts "how previous line starts"
    PreviousEnds "how previous line ends"
    PreviousCasing "casing of previous line"
    PreviousNumbering "numbering of previous line"
    NextKind "next line"
    NextChars "length of next line"
    NextStarts "how next line starts"
    NextEnds "how next line ends"
    NextCasing "casing of next line"
    NextNumbering "numbering of next line"
    NextFirstWord "kind of next line's first word"
    SecondPreviousKind "line before previous"
    SecondPreviousChars "length of line before previous"
    SecondNextKind "line after next"
    SecondNextChars "length of line after next"
    SharedWithPrevious "words shared with previous line"
    SharedWithNext "words shared with next line"
    WordsUnlikePrevious "unlike previous line in words"
    WordsUnlikeNext "unlike next line in words"
    TextAbove "text above"
    TextBelow "text below"
    LinesToText "lines to next text"
    LinesFromText "lines from last text"
    RunBefore "short lines before"
    RunAfter "short lines after"
    RunLength "run of short lines"
    RunMeanChars "mean length in run"
    RunIntroduced "run introduced by a colon"
    // The page.
    NextNumber "lines to next number"
    PreviousNumber "lines from previous number"
    NumberAlone "number without a neighbor"
    Repeats "repeats of the line"
    SharedFirstWord "lines with same first word"
    SharedLastWord "lines with same last word"
    AlikeShape "lines of same shape"
    AlikeBeforeText "lines of same shape before text"
    SlotLines "lines at same place of pattern"
    SlotVariety "variety at same place of pattern"
    SlotMeanChars "mean length at same place of pattern"
    SlotSpread "spread of length at same place of pattern"
    AlikeCasing "lines of same casing"
    AlikePrevious "same shape as previous line"
    AlikeNext "same shape as next line"
    LengthToMean "length to mean of short lines"
}

/// The evidence about one line.
pub type Row = [f32; Evidence::ALL.len()];

/// No line stands there.
const NONE: f32 = -1.0;
/// Distances in lines are counted up to here.
const FAR: u32 = 99;
/// How many lines of text next to a line are added up.
const TEXT_LINES: isize = 8;

/// What the evidence about the lines of a page is read from.
pub(super) struct Page<'a> {
    lines: &'a [Line<'a>],
    looks: &'a [Look],
    places: Vec<Place>,
    counts: PageCounts,
}

impl<'a> Page<'a> {
    /// Finds where the lines stand, and what they have in common.
    pub(super) fn new(lines: &'a [Line<'a>], looks: &'a [Look]) -> Self {
        let places = places(looks);
        let counts = PageCounts::new(looks, &places);
        Self { lines, looks, places, counts }
    }

    /// Tells the evidence about the line `at`, a candidate, piece by piece.
    // In one function with `set`, or where each number goes would be looked up again for each of them.
    #[inline(always)]
    pub(super) fn tell(&self, at: usize, set: &mut impl FnMut(Evidence, f32)) {
        let near = Near { looks: self.looks, at, place: &self.places[at], page: &self.counts };
        let line = &self.lines[at];
        near.set_line(set);
        set(Evidence::Gaps, f32::from(u8::from(line.gap_before) * 2 + u8::from(line.gap_after)));
        near.set_neighbors(set);
        near.set_run(set);
        near.set_page(set);
    }

    /// The evidence about the line `at`; `None` about one that can be no heading.
    pub(super) fn row(&self, at: usize) -> Option<Row> {
        let mut row = [0.0; Evidence::ALL.len()];
        self.looks[at]
            .candidate
            .then(|| self.tell(at, &mut |evidence, value| row[evidence as usize] = value))?;
        Some(row)
    }
}

/// A candidate among its neighbors.
struct Near<'a> {
    looks: &'a [Look],
    at: usize,
    place: &'a Place,
    page: &'a PageCounts,
}

impl<'a> Near<'a> {
    fn get(&self, lines: isize) -> Option<&'a Look> {
        self.at.checked_add_signed(lines).and_then(|at| self.looks.get(at))
    }

    #[inline(always)]
    fn set_line(&self, set: &mut impl FnMut(Evidence, f32)) {
        let look = &self.looks[self.at];
        let words = (look.words as f32).max(1.0);
        set(Evidence::Chars, look.chars as f32);
        set(Evidence::Words, words);
        set(Evidence::WordLength, look.chars as f32 / words);
        set(Evidence::Starts, f32::from(look.start as u8));
        set(Evidence::Ends, f32::from(look.end as u8));
        set(Evidence::CapitalShare, look.capital_share());
        set(Evidence::Casing, f32::from(look.casing));
        set(Evidence::Digits, f32::from(look.digits));
        set(Evidence::FunctionWords, f32::from(look.function_words));
        set(Evidence::FunctionShare, f32::from(look.function_words) / words);
        set(Evidence::Verbs, f32::from(look.verbs));
        set(Evidence::Pronouns, f32::from(look.pronouns));
        set(Evidence::Topics, f32::from(look.topics));
        set(Evidence::Months, f32::from(look.months));
        set(Evidence::FirstWord, f32::from(look.first_kinds.class()));
        set(Evidence::FirstIng, f32::from(look.first_ends_ing));
        set(Evidence::SecondWord, f32::from(look.second_kinds.class()));
        set(Evidence::LastWord, f32::from(look.last_kinds.class()));
        set(Evidence::Commas, f32::from(look.commas));
        set(Evidence::LabelWords, f32::from(look.label_words));
        set(Evidence::SentenceEnds, f32::from(look.sentence_ends));
        set(Evidence::Dashes, f32::from(look.dashes));
        set(Evidence::Brackets, f32::from(look.brackets));
        set(Evidence::Pipes, f32::from(look.pipes));
        set(Evidence::Signs, f32::from(look.signs));
        set(Evidence::Quotes, f32::from(look.quotes));
        set(Evidence::Numbering, f32::from(look.numbering as u8));
    }

    #[inline(always)]
    fn set_neighbors(&self, set: &mut impl FnMut(Evidence, f32)) {
        let (previous, next) = (self.get(-1), self.get(1));
        let chars = |look: Option<&Look>| look.map_or(0.0, |look| look.chars as f32);
        set(Evidence::PreviousKind, kind(previous));
        set(Evidence::PreviousChars, chars(previous));
        set(Evidence::PreviousStarts, previous.map_or(NONE, |look| f32::from(look.start as u8)));
        set(Evidence::PreviousEnds, previous.map_or(NONE, |look| f32::from(look.end as u8)));
        set(Evidence::PreviousCasing, previous.map_or(NONE, |look| f32::from(look.casing)));
        set(Evidence::PreviousNumbering, previous.map_or(NONE, |look| f32::from(look.numbering as u8)));
        set(Evidence::NextKind, kind(next));
        set(Evidence::NextChars, chars(next));
        set(Evidence::NextStarts, next.map_or(NONE, |look| f32::from(look.start as u8)));
        set(Evidence::NextEnds, next.map_or(NONE, |look| f32::from(look.end as u8)));
        set(Evidence::NextCasing, next.map_or(NONE, |look| f32::from(look.casing)));
        set(Evidence::NextNumbering, next.map_or(NONE, |look| f32::from(look.numbering as u8)));
        set(Evidence::NextFirstWord, next.map_or(NONE, |look| f32::from(look.first_kinds.class())));
        set(Evidence::SecondPreviousKind, kind(self.get(-2)));
        set(Evidence::SecondPreviousChars, chars(self.get(-2)));
        set(Evidence::SecondNextKind, kind(self.get(2)));
        set(Evidence::SecondNextChars, chars(self.get(2)));
        set(Evidence::SharedWithPrevious, self.shared(previous));
        set(Evidence::SharedWithNext, self.shared(next));
        set(Evidence::WordsUnlikePrevious, self.words_unlike(previous));
        set(Evidence::WordsUnlikeNext, self.words_unlike(next));
        set(Evidence::AlikePrevious, self.alike(previous));
        set(Evidence::AlikeNext, self.alike(next));
        set(Evidence::TextAbove, self.text(-1));
        set(Evidence::TextBelow, self.text(1));
    }

    #[inline(always)]
    fn set_run(&self, set: &mut impl FnMut(Evidence, f32)) {
        let place = self.place;
        let length = (place.before + place.after + 1) as f32;
        set(Evidence::LinesToText, place.to_text as f32);
        set(Evidence::LinesFromText, place.from_text as f32);
        set(Evidence::RunBefore, place.before as f32);
        set(Evidence::RunAfter, place.after as f32);
        set(Evidence::RunLength, length);
        set(Evidence::RunMeanChars, place.run_chars as f32 / length);
        set(Evidence::RunIntroduced, f32::from(place.introduced));
        set(Evidence::NextNumber, place.next_number as f32);
        set(Evidence::PreviousNumber, place.previous_number as f32);
        let numbered = self.looks[self.at].numbering != Numbering::None;
        set(Evidence::NumberAlone, f32::from(numbered && place.next_number + place.previous_number == 0));
    }

    #[inline(always)]
    fn set_page(&self, set: &mut impl FnMut(Evidence, f32)) {
        let (look, page) = (&self.looks[self.at], self.page);
        let slot = &page.slots[self.place.slot()];
        set(Evidence::Repeats, page.lines.others(look.whole));
        set(Evidence::SharedFirstWord, page.first_words.others(look.first_word));
        set(Evidence::SharedLastWord, page.last_words.others(look.last_word));
        set(Evidence::AlikeShape, page.shapes.others(look.shape) / page.candidates);
        set(Evidence::AlikeBeforeText, page.shapes_before_text.count(look.shape) / page.candidates);
        set(Evidence::AlikeCasing, page.casings[usize::from(look.casing)] / page.candidates);
        set(Evidence::SlotLines, slot.lines);
        set(Evidence::SlotVariety, slot.variety());
        set(Evidence::SlotMeanChars, slot.mean());
        set(Evidence::SlotSpread, slot.spread());
        set(Evidence::LengthToMean, look.chars as f32 / page.mean_chars.max(1.0));
    }

    /// Share of the line's content words that `other` has too.
    fn shared(&self, other: Option<&Look>) -> f32 {
        let own = self.looks[self.at].content;
        match other {
            Some(other) if own != 0 => (own & other.content).count_ones() as f32 / own.count_ones() as f32,
            _ => NONE,
        }
    }

    fn words_unlike(&self, other: Option<&Look>) -> f32 {
        match other {
            Some(other) if other.candidate => other.words.abs_diff(self.looks[self.at].words) as f32,
            _ => NONE,
        }
    }

    fn alike(&self, other: Option<&Look>) -> f32 {
        match other {
            Some(other) if other.candidate => f32::from(other.shape == self.looks[self.at].shape),
            _ => NONE,
        }
    }

    /// Characters of text and marked items between the line and the next candidate on one side.
    fn text(&self, step: isize) -> f32 {
        let beside =
            (1..=TEXT_LINES).map_while(|lines| self.get(lines * step).filter(|look| !look.candidate));
        beside.map(|look| look.chars).sum::<u32>() as f32
    }
}

/// Where a line stands among the others.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Candidates before and after it in its run of candidates, and the characters of the whole run.
    before: u32,
    after: u32,
    run_chars: u32,
    /// Whether the line before the run, or one of the run above, ends in a colon.
    introduced: bool,
    /// Lines to the next text, and from the last.
    to_text: u32,
    from_text: u32,
    /// Lines to the line with the next number in the same numbering, and from that before; 0 without.
    next_number: u32,
    previous_number: u32,
}

impl Place {
    /// The same for lines at the same place of a pattern that a page repeats.
    fn slot(&self) -> usize {
        (self.from_text.min(7) * 8 + self.to_text.min(7)) as usize
    }
}

fn places(looks: &[Look]) -> Vec<Place> {
    let mut places = vec![Place::default(); looks.len()];
    place_in_runs(looks, &mut places);
    place_by_text(looks, &mut places);
    place_by_number(looks, &mut places);
    places
}

fn place_in_runs(looks: &[Look], places: &mut [Place]) {
    let mut from = 0;
    while from < looks.len() {
        let length = looks[from..].iter().take_while(|look| look.candidate).count();
        let run_chars = looks[from..from + length].iter().map(|look| look.chars).sum();
        let mut introduced = from > 0 && looks[from - 1].end == End::Colon;
        for at in 0..length {
            let place = &mut places[from + at];
            (place.before, place.after) = (at as u32, (length - at - 1) as u32);
            (place.run_chars, place.introduced) = (run_chars, introduced);
            introduced |= looks[from + at].end == End::Colon;
        }
        from += length.max(1);
    }
}

fn place_by_text(looks: &[Look], places: &mut [Place]) {
    let mut lines = FAR;
    for (look, place) in looks.iter().zip(&mut *places) {
        lines = (lines + 1).min(FAR);
        place.from_text = lines;
        lines = if look.is_text() { 0 } else { lines };
    }
    lines = FAR;
    for (look, place) in looks.iter().zip(places).rev() {
        lines = (lines + 1).min(FAR);
        place.to_text = lines;
        lines = if look.is_text() { 0 } else { lines };
    }
}

fn place_by_number(looks: &[Look], places: &mut [Place]) {
    let mut last: [Option<usize>; 16] = [None; 16];
    for (at, look) in looks.iter().enumerate().filter(|(_, look)| look.numbering != Numbering::None) {
        let before = last[look.numbering as usize].replace(at);
        if let Some(before) = before.filter(|&before| looks[before].number + 1 == look.number) {
            places[before].next_number = (at - before) as u32;
            places[at].previous_number = (at - before) as u32;
        }
    }
}

/// What the candidates of a page have in common.
struct PageCounts {
    candidates: f32,
    mean_chars: f32,
    lines: Counts,
    first_words: Counts,
    last_words: Counts,
    shapes: Counts,
    shapes_before_text: Counts,
    casings: [f32; 8],
    slots: [Slot; 64],
}

impl PageCounts {
    fn new(looks: &[Look], places: &[Place]) -> Self {
        let mut counts = Self {
            candidates: 0.0,
            mean_chars: 0.0,
            lines: Counts::default(),
            first_words: Counts::default(),
            last_words: Counts::default(),
            shapes: Counts::default(),
            shapes_before_text: Counts::default(),
            casings: [0.0; 8],
            slots: [Slot::default(); 64],
        };
        let mut chars = 0;
        for (at, look) in looks.iter().enumerate().filter(|(_, look)| look.candidate) {
            counts.candidates += 1.0;
            chars += look.chars;
            counts.lines.add(look.whole);
            counts.first_words.add(look.first_word);
            counts.last_words.add(look.last_word);
            counts.casings[usize::from(look.casing)] += 1.0;
            counts.shapes.add(look.shape);
            if looks.get(at + 1).is_some_and(Look::is_text) {
                counts.shapes_before_text.add(look.shape);
            }
            counts.slots[places[at].slot()].add(look);
        }
        counts.mean_chars = chars as f32 / counts.candidates.max(1.0);
        counts
    }
}

/// How often a hash occurs. The few that collide only blur the count.
struct Counts([u16; 256]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; 256])
    }
}

impl Counts {
    fn add(&mut self, hash: u32) {
        let count = &mut self.0[(hash >> 7 & 255) as usize];
        *count = count.saturating_add(1);
    }

    fn count(&self, hash: u32) -> f32 {
        f32::from(self.0[(hash >> 7 & 255) as usize])
    }

    fn others(&self, hash: u32) -> f32 {
        (self.count(hash) - 1.0).max(0.0)
    }
}

/// The candidates at one place of a page's pattern. Headings there vary; fixed labels and prices do not.
#[derive(Clone, Copy, Default)]
struct Slot {
    lines: f32,
    chars: f32,
    squares: f32,
    /// A set of 64 bits to which each line adds one.
    distinct: u64,
}

impl Slot {
    fn add(&mut self, look: &Look) {
        let chars = look.chars as f32;
        self.lines += 1.0;
        self.chars += chars;
        self.squares += chars * chars;
        self.distinct |= 1 << (look.whole >> 9 & 63);
    }

    fn variety(&self) -> f32 {
        self.distinct.count_ones() as f32 / self.lines.clamp(1.0, 24.0)
    }

    fn mean(&self) -> f32 {
        self.chars / self.lines.max(1.0)
    }

    fn spread(&self) -> f32 {
        (self.squares / self.lines.max(1.0) - self.mean() * self.mean()).max(0.0).sqrt()
    }
}

/// What a neighbor is, from nothing over items, figures and text to what looks most like a heading.
fn kind(look: Option<&Look>) -> f32 {
    let Some(look) = look else { return 0.0 };
    match look.end {
        _ if look.marked => 1.0,
        _ if look.is_text() => 3.0,
        _ if !look.candidate => 2.0,
        End::Period | End::Exclamation | End::Comma => 4.0,
        End::Colon => 5.0,
        End::Question => 6.0,
        _ if look.numbering != Numbering::None => 7.0,
        _ => 8.0,
    }
}
