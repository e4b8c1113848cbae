//! What can be said of the blocks of a page before any rule is asked: [`Document`] in, [`Facts`] out.
//!
//! Found once a page, however many rules there are: running text, labels with their values, and which wordings of
//! the profile stand where.

use super::labels::{Labels, Part};
use super::marks::Marks;
use crate::count::count;
use crate::document::{Block, BlockKind, Document, Label};
use crate::page::Format;
use crate::profile::{FoldedTexts, Lexicon, Named, Wordings};

/// Words from which on a paragraph is running text even without a full stop.
pub(super) const RUNNING_WORDS: usize = 20;
/// Bytes of a text that mostly has as many words.
const MANY_BYTES: usize = 192;
/// Words from which on a paragraph that ends like a sentence is running text.
const SENTENCE_WORDS: usize = 8;
/// Bytes of a label behind which text is running all the same.
const MAX_LABEL_OF_LINE: usize = 40;
/// Bytes of a heading or line that wordings are compared with; longer blocks are text.
const MAX_WORDING_BYTES: usize = 160;

/// What is known of a page.
pub(super) struct Facts {
    known: Vec<Known>,
    first_running: Option<usize>,
    /// The blocks that the page marks or shows as headings.
    headings: Vec<usize>,
    labels: Vec<LabelAt>,
    /// Those of the labels that are in any list of the profile.
    known_labels: Vec<usize>,
    texts: FoldedTexts,
    named: Named,
    /// The blocks whose words are in any list of the profile.
    named_blocks: Vec<usize>,
}

/// What is known of a block.
pub(super) struct Known {
    /// The label in its text.
    pub(super) label: Option<Label>,
    /// Whether it is running text.
    pub(super) is_running: bool,
    pub(super) marks: Marks,
    /// Its words; `None` for text too long to be a wording.
    words: Option<Words>,
}

/// The words of a block as texts of [`Facts`].
#[derive(Clone, Copy)]
struct Words {
    all: usize,
    /// Without the number of a heading.
    unnumbered: usize,
}

/// A label of the page.
#[derive(Clone, Copy)]
pub(super) struct LabelAt {
    /// The block it stands in.
    pub(super) block: usize,
    /// What it labels.
    pub(super) value: Part,
    /// Its words as a text of [`Facts`].
    text: usize,
}

impl Facts {
    pub(super) fn new(document: &Document<'_>, format: Format, lexicon: &Lexicon) -> Self {
        let blocks = &document.blocks;
        let short = |len: &usize| *len <= MAX_WORDING_BYTES;
        let short_bytes = blocks.iter().map(|block| block.text.len()).filter(short).sum::<usize>();
        // Room for the labels, too, which mostly say less than their blocks.
        let mut texts = FoldedTexts::with_capacity(2 * blocks.len(), 2 * short_bytes);
        let known: Vec<Known> = blocks.iter().map(|block| Known::new(block, &mut texts)).collect();
        let labels = Labels { blocks, known: &known, format }.find();
        let labels = labels.into_iter().map(|((block, within), value)| {
            let (text, of): (&str, _) = (&blocks[block].text, &known[block]);
            let all = of.words.filter(|_| within.len() == text.len()).map(|words| words.all);
            let text = all.unwrap_or_else(|| push(&text[within.range()], of.marks, &mut texts));
            LabelAt { block, value, text }
        });
        let labels = labels.collect();
        let is_heading = |&at: &usize| blocks[at].heading().is_some();
        let mut facts = Self {
            first_running: known.iter().position(|known| known.is_running),
            known,
            headings: (0..blocks.len()).filter(is_heading).collect(),
            labels,
            known_labels: Vec::new(),
            texts,
            named: Named::default(),
            named_blocks: Vec::new(),
        };
        facts.look_up(lexicon);
        facts
    }

    /// Finds which lists of the profile have which texts.
    fn look_up(&mut self, lexicon: &Lexicon) {
        self.texts.lower();
        self.named = lexicon.look_up(&self.texts);
        let named = &self.named;
        let is_known = |&at: &usize| named.any(self.labels[at].text);
        self.known_labels = (0..self.labels.len()).filter(is_known).collect();
        let is_named = |words: Words| named.any(words.all) || named.any(words.unnumbered);
        let blocks = 0..self.known.len();
        self.named_blocks = blocks.filter(|&at| self.known[at].words.is_some_and(is_named)).collect();
    }

    /// Takes what rules of the profile tell as headings for those, with the words by which each is told.
    pub(super) fn teach<'t>(&mut self, headings: impl Iterator<Item = (usize, &'t str)>, lexicon: &Lexicon) {
        let known = self.texts.len();
        for (at, text) in headings {
            let told = fold(text, Marks::of(text), &mut self.texts);
            let before = std::mem::replace(&mut self.known[at].words, told).map(|words| words.all);
            if let Some(words) = told {
                let whole = |label: &&mut LabelAt| label.block == at && Some(label.text) == before;
                self.labels.iter_mut().filter(whole).for_each(|label| label.text = words.all);
            }
            self.known[at].is_running = false;
        }
        if self.texts.len() > known {
            self.look_up(lexicon);
        }
    }

    /// The label in a block's text.
    pub(super) fn label(&self, at: usize) -> Option<Label> {
        self.known[at].label
    }

    /// Whether a block is running text rather than a line of a card, a caption or a heading.
    pub(super) fn is_running(&self, at: usize) -> bool {
        self.known[at].is_running
    }

    /// The first block that is running text.
    pub(super) fn first_running(&self) -> Option<usize> {
        self.first_running
    }

    /// Whether a short block's text is one of the wordings.
    pub(super) fn is_one_of(&self, at: usize, wordings: Wordings) -> bool {
        self.known[at].words.is_some_and(|words| self.named.has(words.all, wordings))
    }

    /// The same, with or without the number of a heading: `4. At a glance`, `IV. At a glance`.
    pub(super) fn is_heading_of(&self, at: usize, wordings: Wordings) -> bool {
        self.known[at].words.is_some_and(|words| {
            self.named.has(words.all, wordings) || self.named.has(words.unnumbered, wordings)
        })
    }

    /// The blocks whose words are in any list of the profile, in page order, with or without the number of a
    /// heading.
    pub(super) fn named_blocks(&self) -> &[usize] {
        &self.named_blocks
    }

    /// The blocks that [`Facts::is_one_of`] the texts of a list, in page order.
    pub(super) fn blocks_of(&self, wordings: Wordings) -> Vec<usize> {
        self.named_blocks.iter().copied().filter(|&at| self.is_one_of(at, wordings)).collect()
    }

    /// The folded words of a short block.
    pub(super) fn folded(&self, at: usize) -> Option<&str> {
        self.known[at].words.map(|words| self.texts.get(words.all))
    }

    /// The folded words of a short block without the number of a heading.
    pub(super) fn unnumbered(&self, at: usize) -> Option<&str> {
        self.known[at].words.map(|words| self.texts.get(words.unnumbered))
    }

    /// The blocks that the page marks or shows as headings, in page order.
    pub(super) fn headings(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.headings.iter().copied()
    }

    /// Whether a block's text may have any of the marks.
    pub(super) fn may_have(&self, at: usize, marks: Marks) -> bool {
        self.known[at].marks.any(marks)
    }

    /// [`Self::unnumbered`] as bytes, which take fewer steps to get at.
    pub(super) fn unnumbered_bytes(&self, at: usize) -> Option<&[u8]> {
        self.known[at].words.map(|words| self.texts.bytes(words.unnumbered))
    }

    /// The labels in page order.
    pub(super) fn labels(&self) -> &[LabelAt] {
        &self.labels
    }

    /// The labels that are in any list of the profile, in page order.
    pub(super) fn known_labels(&self) -> impl Iterator<Item = &LabelAt> {
        self.known_labels.iter().map(|&at| &self.labels[at])
    }

    /// Whether a label is one of the wordings.
    pub(super) fn is_label_of(&self, label: &LabelAt, wordings: Wordings) -> bool {
        self.named.has(label.text, wordings)
    }

    /// Whether a label is in any list of the profile.
    pub(super) fn is_known(&self, label: &LabelAt) -> bool {
        self.named.any(label.text)
    }
}

impl Known {
    fn new(block: &Block<'_>, texts: &mut FoldedTexts) -> Self {
        let marks = Marks::of(&block.text);
        let label = label(block, marks);
        let is_running = is_running(block, label.as_ref());
        Self { label, is_running, marks, words: fold(&block.text, marks, texts) }
    }
}

/// The label in a block's text; what rows and terms label is told by their place.
fn label(block: &Block<'_>, marks: Marks) -> Option<Label> {
    let by_place = matches!(
        block.kind,
        BlockKind::TableRow(_)
            | BlockKind::Term
            | BlockKind::Control
            | BlockKind::Separator
            | BlockKind::Preformatted
    );
    if by_place || !marks.any(Marks::COLON.and(Marks::LEADER)) { None } else { block.label() }
}

fn is_running(block: &Block<'_>, label: Option<&Label>) -> bool {
    if !matches!(block.kind, BlockKind::Paragraph | BlockKind::Definition) {
        return false;
    }
    // Labels may have long values (lists of codes, of synonyms).
    if label.is_some_and(|label| label.label.len() <= MAX_LABEL_OF_LINE) {
        return false;
    }
    if block.text.len() < 2 * SENTENCE_WORDS - 1 {
        return false;
    }
    let (text, words) = (block.text.as_bytes(), |text: &[u8]| 1 + count(text, |byte| byte == b' '));
    // Most of those that have so many words have them at their start.
    let at_start = text.first_chunk::<MANY_BYTES>().map_or(0, |start| words(start));
    let words = if at_start >= RUNNING_WORDS { at_start } else { words(text) };
    if words >= SENTENCE_WORDS && is_path(&block.text) {
        return false;
    }
    words >= RUNNING_WORDS
        || (words >= SENTENCE_WORDS && block.text.ends_with(['.', '!', '”', ')']))
        // A question alone is the title of a page of answers, or of a part of one.
        || (words >= SENTENCE_WORDS && block.text.ends_with('?') && block.text.contains(['.', '!', ',']))
}

/// Whether a text is the path of the page: three parts or more with marks that lead from one to the next.
fn is_path(text: &str) -> bool {
    !text.ends_with(['.', '!', '?'])
        && [" > ", " » ", " › "].iter().any(|mark| text.matches(mark).count() >= 2)
}

fn push(text: &str, marks: Marks, texts: &mut FoldedTexts) -> usize {
    if marks.any(Marks::UNUSUAL) { texts.push(text) } else { texts.push_plain(text) }
}

fn fold(text: &str, marks: Marks, texts: &mut FoldedTexts) -> Option<Words> {
    if text.len() > MAX_WORDING_BYTES {
        return None;
    }
    let all = push(text, marks, texts);
    let number = if may_have_number(texts.bytes(all)) {
        let words = texts.get(all);
        words.len() - without_number(words).len()
    } else {
        0
    };
    let unnumbered = if number == 0 { all } else { texts.push_rest(all, number) };
    Some(Words { all, unnumbered })
}

/// Whether words may start with the number of a heading: most are told by their first two bytes.
fn may_have_number(words: &[u8]) -> bool {
    let is_mark = |byte: u8| matches!(byte, b'.' | b')' | b':');
    match words {
        [first, ..] if first.is_ascii_digit() || is_roman(*first) || is_mark(*first) => true,
        [_, second, ..] => is_mark(*second),
        _ => false,
    }
}

fn is_roman(byte: u8) -> bool {
    matches!(byte, b'i' | b'v' | b'x' | b'I' | b'V' | b'X')
}

/// The words of a heading without its number; all is folded but capitals.
fn without_number(words: &str) -> &str {
    let end = words.bytes().position(|byte| byte == b' ').unwrap_or(words.len());
    let number = &words[..end];
    let inside = number.trim_end_matches(['.', ')', ':']);
    let is_marked = inside.len() < number.len();
    if !is_marked && !inside.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return words;
    }
    let is_number = inside.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        || (is_marked && (inside.len() == 1 || inside.bytes().all(is_roman)));
    if is_number { words[end..].trim_start() } else { words }
}
