//! Looks for what a rule describes: a [`Rule`] in, [`Hit`]s out, in page order.

use super::facts::{Facts, LabelAt, RUNNING_WORDS};
use super::marks::Marks;
use crate::diagnostic::Diagnostic;
use crate::document::{Block, BlockKind, Document};
use crate::extraction::{Extraction, Found, Role, RuleUses};
use crate::icd::{Entry, Reference};
use crate::page::{Format, Page};
use crate::parse::{self, Reading, tree};
use crate::profile::{
    ChromeFind, ChromeRule, Field, Find, Profile, Rule, Scope, Side, Value, Wordings, fold,
};
use crate::record::FieldPath;
use crate::span::Span;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::ops::ControlFlow;

/// Words from which on a line that ends like a sentence is one, where only lines of a card stand beside it.
const SHORT_SENTENCE_WORDS: usize = 4;
/// Blocks of the opening at most: an identity card with every code set is shorter.
const MAX_OPENING: usize = 60;
/// Lines at the start of a page that say what it is about, and bytes of one at most.
const MAX_SUBJECT_LINES: usize = 12;
const MAX_SUBJECT_BYTES: usize = 160;
/// Bytes of a block that patterns are tried on; regular expressions are for lines, not for books.
const MAX_PATTERN_BYTES: usize = 4096;

/// What a rule found.
#[derive(Clone, Debug)]
pub(super) struct Hit<'a> {
    /// The value as the block shows it.
    pub(super) text: Cow<'a, str>,
    /// Where it stands in the page's text.
    pub(super) span: Span,
    /// The block that holds it; `None` for metadata.
    pub(super) block: Option<usize>,
    /// Where `text` stands in that block's text, if it is a stretch of it.
    within: Option<Span>,
    /// The block that holds its label, if that is another one.
    pub(super) label_block: Option<usize>,
    /// Whether value and label are all of the block.
    pub(super) whole: bool,
}

/// A heading that a rule of the profile tells by a pattern or selector.
pub(super) struct TaughtHeading<'a> {
    block: usize,
    pub(super) words: Hit<'a>,
    pub(super) rule: &'a Rule,
}

/// A page under extraction: what is where, and what is taken.
pub(super) struct Finder<'a> {
    pub(super) page: &'a Page,
    pub(super) document: &'a Document<'a>,
    pub(super) profile: &'a Profile,
    pub(super) reference: &'a Reference,
    pub(super) facts: Facts,
    roles: Vec<Role<'a>>,
    /// The headings that rules of the profile tell, in page order.
    taught: Vec<TaughtHeading<'a>>,
    /// Blocks before this one are the opening.
    opening_end: usize,
    /// What each selector of the profile matched.
    selections: Vec<(&'a str, Vec<tree::Match>)>,
    /// What each rule did so far; looking changes nothing else.
    uses: Vec<Cell<u8>>,
    /// What selecting ran into.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        page: &'a Page,
        document: &'a Document<'a>,
        profile: &'a Profile,
        reference: &'a Reference,
    ) -> Self {
        let (selections, diagnostics) = match select(page, document, profile) {
            Ok(selections) => (selections, Vec::new()),
            Err(diagnostic) => (Vec::new(), vec![diagnostic]),
        };
        Self {
            page,
            document,
            profile,
            reference,
            facts: Facts::new(document, page.format, &profile.lexicon),
            roles: vec![Role::Unassigned; document.blocks.len()],
            taught: Vec::new(),
            opening_end: document.blocks.len(),
            selections,
            uses: vec![Cell::new(0); profile.rules.len() + profile.chrome.len()],
            diagnostics,
        }
    }

    /// Finds the headings that rules of the profile tell; chrome has to be known by then.
    pub(super) fn find_taught_headings(&mut self) {
        for rule in self.profile.rules_of(&Field::Sections) {
            if matches!(rule.find, Find::Headings(_)) {
                continue;
            }
            let mut taught = Vec::new();
            let _ = self.visit(rule, &mut |words| {
                taught.extend(words.block.map(|block| TaughtHeading { block, words, rule }));
                ControlFlow::Continue(())
            });
            for heading in taught {
                let is_new = self.taught_heading(heading.block).is_none();
                if is_new && self.is_free(heading.block) {
                    let place = self.taught.partition_point(|of| of.block < heading.block);
                    self.taught.insert(place, heading);
                }
            }
        }
        let words = self.taught.iter().map(|heading| (heading.block, &*heading.words.text));
        self.facts.teach(words, &self.profile.lexicon);
    }

    /// The heading that a rule of the profile told in a block.
    pub(super) fn taught_heading(&self, at: usize) -> Option<&TaughtHeading<'a>> {
        let place = self.taught.binary_search_by_key(&at, |heading| heading.block).ok()?;
        self.taught.get(place)
    }

    /// Whether a block is a heading, by the page's marks, its look or a rule of the profile.
    pub(super) fn is_heading(&self, at: usize) -> bool {
        self.blocks()[at].heading().is_some() || self.taught_heading(at).is_some()
    }

    /// The words of a heading.
    pub(super) fn heading_words(&self, at: usize) -> &str {
        self.taught_heading(at).map_or(&self.blocks()[at].text, |heading| &heading.words.text)
    }

    /// Notes that a rule was looked for, and whether what it describes is on the page.
    pub(super) fn tried(&self, rule: usize, is_hit: bool) {
        let hit = if is_hit { RuleUses::HIT } else { 0 };
        self.uses[rule].update(|of| of | RuleUses::TRIED | hit);
    }

    /// Notes that a rule gave a value.
    pub(super) fn won(&self, rule: usize) {
        self.uses[rule].update(|of| of | RuleUses::TRIED | RuleUses::HIT | RuleUses::WON);
    }

    /// What each rule did, with those that a more trusted one kept from giving the value.
    pub(super) fn uses(&self) -> RuleUses {
        let rules = &self.profile.rules;
        let mut uses: Box<[u8]> = self.uses.iter().map(Cell::get).collect();
        for winner in rules.iter().filter(|rule| self.uses[rule.number].get() & RuleUses::WON != 0) {
            // Marked headings and those by their look stand side by side.
            if winner.field == Field::Sections {
                continue;
            }
            for later in rules[winner.number + 1..].iter().filter(|later| later.field == winner.field) {
                uses[later.number] |= RuleUses::SHADOWED;
            }
        }
        RuleUses(uses)
    }

    pub(super) fn into_roles(self) -> Vec<Role<'a>> {
        self.roles
    }

    pub(super) fn blocks(&self) -> &'a [Block<'a>] {
        &self.document.blocks
    }

    /// Sets where the running text starts; chrome has to be known by then.
    pub(super) fn find_opening(&mut self) {
        let content = (0..self.blocks().len()).filter(|&at| !self.is_chrome(at));
        for (seen, at) in content.enumerate() {
            if self.is_running(at) || seen == MAX_OPENING {
                self.opening_end = at;
                return;
            }
        }
    }

    /// Whether a block is running text rather than a line of a card, a caption or a heading.
    pub(super) fn is_running(&self, at: usize) -> bool {
        self.facts.is_running(at)
    }

    /// Whether a block can be content of the article and no fact of a card: a heading, running text, an item of a
    /// list, a sentence, or a label with as many words as running text has.
    pub(super) fn is_content(&self, at: usize) -> bool {
        let block = &self.blocks()[at];
        let words = || 1 + memchr::memchr_iter(b' ', block.text.as_bytes()).count();
        match block.kind {
            _ if self.is_heading(at) => true,
            BlockKind::ListItem(_) => true,
            BlockKind::Paragraph if self.facts.label(at).is_some() => words() >= RUNNING_WORDS,
            BlockKind::Paragraph => {
                self.is_running(at)
                    || (block.text.ends_with(['.', '!', '?']) && words() >= SHORT_SENTENCE_WORDS)
            }
            _ => self.is_running(at),
        }
    }

    /// Whether a block ends like a sentence and has as many words as running text, whatever the page marks it as.
    pub(super) fn reads_as_sentence(&self, at: usize) -> bool {
        let text: &str = &self.blocks()[at].text;
        text.ends_with(['.', '!', '?']) && text.split(' ').count() >= RUNNING_WORDS
    }

    /// Whether a block stands before the running text.
    pub(super) fn in_opening(&self, at: usize) -> bool {
        at < self.opening_end
    }

    pub(super) fn is_free(&self, at: usize) -> bool {
        self.roles[at] == Role::Unassigned
    }

    pub(super) fn is_chrome(&self, at: usize) -> bool {
        matches!(self.roles[at], Role::Chrome { .. })
    }

    /// The field path of a block, if it went into one.
    pub(super) fn path(&self, at: usize) -> Option<FieldPath<'a>> {
        match self.roles[at] {
            Role::Field { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The block of the title, if it was found in one.
    pub(super) fn title_block(&self) -> Option<usize> {
        (0..self.roles.len()).find(|&at| self.path(at) == Some(FieldPath::Field("title")))
    }

    pub(super) fn mark_chrome(&mut self, at: usize, rule: &'a str) {
        self.roles[at] = Role::Chrome { rule };
    }

    /// Takes back what a block became.
    pub(super) fn release(&mut self, at: usize) {
        self.roles[at] = Role::Unassigned;
    }

    pub(super) fn assign(&mut self, at: usize, path: FieldPath<'a>, rule: &'a str) {
        self.roles[at] = Role::Field { path, rule };
    }

    /// Assigns the blocks of a hit to a field: the label's, and the value's if the value is all of it.
    pub(super) fn assign_hit(&mut self, hit: &Hit<'a>, field: &'static str, rule: &'a str) {
        let path = FieldPath::Field(field);
        if let Some(label) = hit.label_block {
            self.assign(label, path, rule);
        }
        if let Some(block) = hit.block.filter(|_| hit.whole) {
            self.assign(block, path, rule);
        }
    }

    /// The block that holds a place of the page.
    pub(super) fn block_at(&self, place: Span) -> Option<usize> {
        let at = self.blocks().partition_point(|block| block.span.end <= place.start);
        self.blocks().get(at).filter(|block| block.span.contains(place)).map(|_| at)
    }

    /// The next block behind `at` that is neither chrome nor taken.
    pub(super) fn next_free(&self, at: usize) -> Option<usize> {
        (at + 1..self.blocks().len()).find(|&next| self.is_free(next))
    }

    /// The place in the page of a stretch of a block's text.
    pub(super) fn locate(&self, block: usize, within: Span) -> Span {
        parse::locate(self.page, self.document, &self.blocks()[block], within)
    }

    /// A stretch of a block's text as a hit.
    pub(super) fn hit(&self, block: usize, within: Span) -> Hit<'a> {
        let (within, text) = trimmed(&self.blocks()[block].text, within);
        Hit {
            text,
            span: self.locate(block, within),
            block: Some(block),
            within: Some(within),
            label_block: None,
            whole: within.len() == self.blocks()[block].text.len(),
        }
    }

    /// What the reference has under the page's own code.
    pub(super) fn entry_of_code(&self, extraction: &Extraction<'_>) -> Option<Entry<'a>> {
        self.reference.entry(&extraction.code.as_ref()?.value.read.as_ref()?.code)
    }

    /// All of a block's text as a hit.
    pub(super) fn whole_block(&self, block: usize) -> Hit<'a> {
        self.hit(block, self.all_of(block))
    }

    /// All of a block's text as a stretch of it.
    pub(super) fn all_of(&self, block: usize) -> Span {
        Span::new(0, self.blocks()[block].text.len())
    }

    /// The text of a hit's block from the hit on: what stands behind it tells what it is.
    pub(super) fn text_from(&self, hit: &Hit<'a>) -> Option<&'a str> {
        let (block, within) = hit.place()?;
        Some(&self.blocks()[block].text[within.start as usize..])
    }

    /// The first `len` bytes of [`Self::text_from`] as a hit, unless marks inside are in the way.
    pub(super) fn hit_from(&self, hit: &Hit<'a>, len: usize) -> Option<Hit<'a>> {
        let (block, within) = hit.place()?;
        let from = self.hit(block, Span::new(within.start as usize, within.start as usize + len));
        self.gives_its_text(&from).then_some(from)
    }

    /// The part `within` of a hit's text, as a hit.
    pub(super) fn part(&self, hit: &Hit<'a>, within: Span) -> Hit<'a> {
        if let Some((block, outer)) = hit.place() {
            let start = (outer.start + within.start) as usize;
            let (within, text) = trimmed(&self.blocks()[block].text, Span::new(start, start + within.len()));
            return Hit { text, span: self.locate(block, within), within: Some(within), ..hit.clone() };
        }
        let (within, text) = trimmed(&hit.text, within);
        let span = if self.page.format == Format::Html {
            parse::html::escaped_span(self.page.text(), hit.span, &hit.text, within.range())
        } else {
            let start = hit.span.start + within.start;
            Span { start, end: start + within.len() as u32 }
        };
        Hit { text: Cow::Owned(text.into_owned()), span, ..hit.clone() }
    }

    /// Whether the bytes of a hit alone show its text, as they may not where marks stand in a text page.
    pub(super) fn gives_its_text(&self, hit: &Hit<'a>) -> bool {
        let has_marks = |at: usize| matches!(self.blocks()[at].text, Cow::Owned(_));
        self.page.format == Format::Html || !hit.block.is_some_and(has_marks) || {
            let bytes = &self.page.text()[hit.span.range()];
            let shown = |&reading: &Reading| parse::shown(Format::Text, reading, bytes) == *hit.text;
            Reading::of(Format::Text).iter().any(shown)
        }
    }

    /// The first hit of a rule that `accept` takes.
    pub(super) fn first<T>(
        &self,
        rule: &'a Rule,
        mut accept: impl FnMut(&Self, Hit<'a>) -> Option<T>,
    ) -> Option<T> {
        let mut found = None;
        let _ = self.visit(rule, &mut |hit| match accept(self, hit) {
            Some(value) => {
                found = Some(value);
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        });
        found
    }

    /// The hits of a rule in page order.
    pub(super) fn hits(&self, rule: &'a Rule) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        let _ = self.visit(rule, &mut |hit| {
            hits.push(hit);
            ControlFlow::Continue(())
        });
        hits
    }

    /// Shows the hits of a rule in page order until `sink` has enough.
    pub(super) fn visit(
        &self,
        rule: &'a Rule,
        sink: &mut dyn FnMut(Hit<'a>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.tried(rule.number, false);
        let mut sink = |hit: Hit<'a>| match self.stripped(rule, hit) {
            Some(hit) => {
                self.tried(rule.number, true);
                sink(hit)
            }
            None => ControlFlow::Continue(()),
        };
        match &rule.find {
            Find::Label(wordings) => {
                for label in self.facts.known_labels() {
                    // Front matter shows nothing, but what it says of the page is said with labels.
                    let is_data = matches!(self.blocks()[label.block].kind, BlockKind::FrontMatter);
                    let usable = is_data || !self.is_chrome(label.block);
                    if !usable || !self.facts.is_label_of(label, *wordings) {
                        continue;
                    }
                    let (block, within) = label.value;
                    let mut hit = self.hit(block, within);
                    hit.label_block = (label.block != block).then_some(label.block);
                    hit.whole = true;
                    sink(hit)?;
                }
            }
            Find::Pattern { pattern, scope } => {
                let subject = OnceCell::new();
                let end = if *scope == Scope::Opening { self.opening_end } else { self.blocks().len() };
                for at in 0..end {
                    let text = &self.blocks()[at].text;
                    let has_digit = self.facts.may_have(at, Marks::DIGIT);
                    if !pattern.may_match(text, has_digit) || !self.in_scope(at, *scope) {
                        continue;
                    }
                    let Some(Value { range, of }) = pattern.find(text) else { continue };
                    let is_of_page = of.is_none_or(|of| {
                        let lines = subject.get_or_init(|| self.subject_lines());
                        is_subject(of, lines.iter().take_while(|(line, _)| *line < at))
                    });
                    if is_of_page {
                        sink(self.hit(at, Span::new(range.start, range.end)))?;
                    }
                }
            }
            Find::Selector(selector) => {
                for part in self.selected(selector) {
                    sink(self.hit(part.block, part.text))?;
                }
            }
            Find::Metadata(keys) => {
                for key in keys {
                    for metadata in
                        self.document.metadata.iter().filter(|of| of.key.eq_ignore_ascii_case(key))
                    {
                        let text = borrowed(&metadata.value);
                        let span = metadata.span;
                        sink(Hit { text, span, block: None, within: None, label_block: None, whole: false })?;
                    }
                }
            }
            Find::Near { field, side } => {
                if let Some(at) = self.near(field, *side) {
                    sink(self.whole_block(at))?;
                }
            }
            Find::First => {
                if let Some(at) = (0..self.blocks().len()).find(|&at| self.is_free(at) && self.is_text(at)) {
                    sink(self.whole_block(at))?;
                }
            }
            // What these mean depends on the field: its own file looks.
            Find::Under(_)
            | Find::List { .. }
            | Find::CodeLines
            | Find::Reference
            | Find::Headings(_)
            | Find::Likely => {}
        }
        ControlFlow::Continue(())
    }

    /// The lines with which the page starts, each with its words that say something.
    fn subject_lines(&self) -> Vec<(usize, Vec<String>)> {
        let is_line = |&at: &usize| !self.is_chrome(at) && self.blocks()[at].text.len() <= MAX_SUBJECT_BYTES;
        let lines = (0..self.blocks().len()).filter(is_line).take(MAX_SUBJECT_LINES);
        lines.map(|at| (at, telling_words(&self.blocks()[at].text))).collect()
    }

    /// Whether a rule of the profile names a label.
    fn is_wanted(&self, label: &LabelAt) -> bool {
        self.profile.rules.iter().any(|rule| match rule.find {
            Find::Label(wordings) => self.facts.is_label_of(label, wordings),
            _ => false,
        })
    }

    /// The value behind a label in the same block that a rule of the profile names.
    pub(super) fn labelled_value(&self, at: usize) -> Option<Span> {
        let labels = self.facts.labels();
        let first = labels.partition_point(|label| label.block < at);
        let own = labels.get(first).filter(|label| label.block == at)?;
        let (block, within) = own.value;
        (block == at && self.facts.is_known(own) && self.is_wanted(own)).then_some(within)
    }

    /// The blocks of the labels that a rule of the profile names, each with that of its value.
    pub(super) fn wanted_labels(&self) -> Vec<(usize, usize)> {
        let wanted = self.facts.known_labels().filter(|label| self.is_wanted(label));
        wanted.map(|label| (label.block, label.value.0)).collect()
    }

    /// The blocks of the elements that a CSS selector matches.
    pub(super) fn selected_blocks(&self, selector: &str) -> Vec<usize> {
        self.selected(selector).map(|part| part.block).collect()
    }

    /// The stretches of blocks that a CSS selector matches.
    fn selected<'s>(&'s self, selector: &str) -> impl Iterator<Item = &'s tree::Part> + use<'s, 'a> {
        let found = self.selections.iter().find(|(of, _)| *of == selector);
        // Where the tree and the blocks differ, what is no part of the block is no hit.
        let is_part = |part: &&tree::Part| {
            self.blocks().get(part.block).is_some_and(|block| block.text.get(part.text.range()).is_some())
        };
        found.into_iter().flat_map(|(_, matches)| matches).flat_map(|found| &found.parts).filter(is_part)
    }

    /// The headings that a rule with `under` names: headings, and short lines that stand like one.
    pub(super) fn headings_under(&self, headings: Wordings) -> impl Iterator<Item = usize> + '_ {
        self.facts.named_blocks().iter().copied().filter(move |&at| {
            let block = &self.blocks()[at];
            let stands_like_one = matches!(
                block.kind,
                BlockKind::Heading { .. } | BlockKind::Paragraph | BlockKind::Caption | BlockKind::Term
            ) || self.taught_heading(at).is_some();
            self.facts.is_heading_of(at, headings) && stands_like_one && self.is_free(at)
        })
    }

    /// The text without the button labels at its end, and the rule that told the last of them.
    pub(super) fn without_button<'t>(&self, text: &'t str) -> (&'t str, Option<&'a ChromeRule>) {
        let (mut left, mut told) = (text, None);
        for rule in &self.profile.chrome {
            let ChromeFind::Trailing(buttons) = &rule.find else { continue };
            while let Some(rest) = buttons.cut(left) {
                (left, told) = (rest, Some(rule));
            }
        }
        (left, told)
    }

    /// Whether a text is one of the button labels of the profile.
    pub(super) fn is_button(&self, text: &str) -> bool {
        self.profile.chrome.iter().any(|rule| match &rule.find {
            ChromeFind::Trailing(buttons) => buttons.has(text),
            _ => false,
        })
    }

    /// Whether a block is a heading above a list of codes: its words are no label of the page's own code.
    pub(super) fn heads_codes(&self, at: usize) -> bool {
        self.profile.rules_of(&Field::DiagnosisCodes).any(|rule| match rule.find {
            Find::Under(headings) => self.facts.is_one_of(at, headings),
            _ => false,
        })
    }

    fn in_scope(&self, at: usize, scope: Scope) -> bool {
        let block = &self.blocks()[at];
        let fits = match scope {
            Scope::Page => true,
            Scope::Opening => self.in_opening(at) && self.is_text(at),
            Scope::Headings => self.is_heading(at),
            Scope::Items => matches!(block.kind, BlockKind::ListItem(_) | BlockKind::TableRow(_)),
        };
        fits && !self.is_chrome(at) && block.text.len() <= MAX_PATTERN_BYTES
    }

    /// Whether a block shows text, and no mark or control.
    pub(super) fn is_text(&self, at: usize) -> bool {
        !matches!(self.blocks()[at].kind, BlockKind::FrontMatter | BlockKind::Separator | BlockKind::Control)
    }

    /// The block next to that of a field, chrome and separators passed over.
    fn near(&self, field: &Field, side: Side) -> Option<usize> {
        let at = (0..self.roles.len()).find(|&at| self.path(at) == Some(FieldPath::Field(field.name())))?;
        let labels = self.wanted_labels();
        let is_label = |at: usize| labels.iter().any(|&(label, value)| label == at || value == at);
        let usable = |&at: &usize| self.is_free(at) && self.is_text(at) && !is_label(at);
        match side {
            Side::Before => (0..at).rev().find(usable),
            Side::After => (at + 1..self.roles.len()).find(usable),
        }
    }

    /// The hit without the rule's literal beginnings and ends; `None` if nothing is left.
    fn stripped(&self, rule: &Rule, hit: Hit<'a>) -> Option<Hit<'a>> {
        let text: &str = &hit.text;
        let prefix = rule.strip_prefix.iter().find(|prefix| text.starts_with(prefix.as_str()));
        let start = prefix.map_or(0, String::len);
        let suffix = rule.strip_suffix.iter().find(|suffix| text[start..].ends_with(suffix.as_str()));
        let end = text.len() - suffix.map_or(0, String::len);
        if start == 0 && end == text.len() {
            return (!text.trim().is_empty()).then_some(hit);
        }
        (!text[start..end].trim().is_empty()).then(|| self.part(&hit, Span::new(start, end)))
    }
}

/// Whether some lines have all words of a text that say something.
fn is_subject<'l>(text: &str, lines: impl Iterator<Item = &'l (usize, Vec<String>)> + Clone) -> bool {
    let wanted = telling_words(text);
    !wanted.is_empty() && wanted.iter().all(|word| lines.clone().any(|(_, words)| words.contains(word)))
}

/// The folded words of a text that say something.
fn telling_words(text: &str) -> Vec<String> {
    let says_little = |word: &&str| word.len() < 4 || matches!(*word, "unspecified" | "disease");
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !says_little(word));
    words.map(str::to_owned).collect()
}

impl<'a> Hit<'a> {
    /// The block that holds it, and where its text stands in that block's text.
    pub(super) fn place(&self) -> Option<(usize, Span)> {
        self.block.zip(self.within)
    }

    /// The hit as a value of the extraction.
    pub(super) fn found<T>(&self, value: T, rule: &'a Rule) -> Found<'a, T> {
        Found { value, rule: &rule.id, span: self.span }
    }
}

/// A text of a block as a value, without a copy.
pub(super) fn borrowed(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn trimmed<'t>(text: &'t str, within: Span) -> (Span, Cow<'t, str>) {
    let part = &text[within.range()];
    let start = within.start as usize + part.len() - part.trim_start().len();
    let part = part.trim();
    (Span::new(start, start + part.len()), Cow::Borrowed(part))
}

/// What the profile's selectors match; a tree is built only if there are any and the page is HTML.
fn select<'a>(
    page: &Page,
    document: &Document<'_>,
    profile: &'a Profile,
) -> Result<Vec<(&'a str, Vec<tree::Match>)>, Diagnostic> {
    let (names, selectors): (Vec<&str>, Vec<tree::Selector>) = profile
        .selectors()
        .filter_map(|selector| Some((selector, tree::Selector::parse(selector).ok()?)))
        .unzip();
    if page.format != Format::Html || selectors.is_empty() {
        return Ok(Vec::new());
    }
    let matches = tree::select(page, document, &selectors)?;
    Ok(names.into_iter().zip(matches).collect())
}
