//! The page's main code.
//!
//! Only rules give it; a code-shaped word in prose, a menu or a script is never asked. Other codes that the
//! rules find are kept as rivals, further codes behind the same label as listed codes.

use super::finder::{Finder, Hit, borrowed};
use crate::document::BlockKind;
use crate::extraction::{Extraction, Found, ListedCode, PageGroup, PrintedCode};
use crate::icd::Code;
use crate::profile::{Field, Find, Rule, Scope};
use crate::record::{DiagnosisCodesStatus, FieldPath};
use crate::span::Span;
use crate::word::{strip_start, words};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Characters of a printed code at most: seven, a dot, and a mark or two.
const MAX_PRINTED: usize = 12;

/// Finds the code and its rivals.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    let mut last = Read::default();
    let mut malformed = None;
    let mut lists = Vec::new();
    for rule in profile.rules_of(&Field::Code) {
        // What prose says of codes is asked only where no line gives one, and is no rival of that.
        if extraction.code.is_some() && matches!(rule.find, Find::Pattern { scope: Scope::Page, .. }) {
            continue;
        }
        let hits = finder.hits(rule);
        let several = lists_of_several(finder, &hits);
        for hit in hits {
            let is_of_list = heads_list(finder, &hit)
                || is_in_column(finder, &hit)
                || list_of(finder, &hit).is_some_and(|list| several.contains(&list));
            if is_of_list {
                lists.push((rule, hit));
            } else {
                read_hit(finder, extraction, rule, hit, &mut last, &mut malformed);
            }
        }
    }
    // The first code of a list is the page's only if it has no other.
    if extraction.code.is_none() {
        for (rule, hit) in lists {
            // Tables give the codes of other diseases as well.
            let is_said = |code: &Code| says_title(finder, code);
            if is_in_column(finder, &hit) && !Code::parse(&hit.text).as_ref().is_some_and(is_said) {
                continue;
            }
            read_hit(finder, extraction, rule, hit, &mut last, &mut malformed);
        }
    }
    if extraction.code.is_none()
        && let Some((found, hit, rule)) = malformed
    {
        finder.won(rule.number);
        finder.assign_hit(&hit, "code", found.rule);
        extraction.code = Some(found);
    }
    if !extraction.diagnosis_codes.is_empty() {
        extraction.diagnosis_codes_status = DiagnosisCodesStatus::Listed;
    }
}

type Malformed<'a> = Option<(Found<'a, PrintedCode<'a>>, Hit<'a>, &'a Rule)>;

/// The codes of the hit that was read last: several rules find the code at the same place.
#[derive(Default)]
struct Read<'a> {
    of: Option<(usize, Span)>,
    codes: Vec<(PrintedCode<'a>, Span)>,
}

impl<'a> Read<'a> {
    fn codes(&mut self, finder: &Finder<'a>, hit: &Hit<'a>) -> &[(PrintedCode<'a>, Span)] {
        let of = hit.place();
        if of.is_none() || of != self.of {
            self.codes = printed_codes(finder, hit);
            self.of = of;
        }
        &self.codes
    }
}

fn read_hit<'a>(
    finder: &mut Finder<'a>,
    extraction: &mut Extraction<'a>,
    rule: &'a Rule,
    hit: Hit<'a>,
    last: &mut Read<'a>,
    malformed: &mut Malformed<'a>,
) {
    let labelled = matches!(rule.find, Find::Label(_));
    if let Some(range) = range(finder, &hit) {
        take_range(finder, extraction, range, &hit, rule);
        return;
    }
    let [(printed, span), rest @ ..] = last.codes(finder, &hit) else { return };
    let found = Found { value: printed.clone(), rule: rule.id.as_str(), span: *span };
    if found.value.read.is_none() {
        if labelled && malformed.is_none() {
            *malformed = Some((found, hit, rule));
        }
        return;
    }
    let is_said =
        |at: usize| found.value.read.as_ref().is_some_and(|read| line_says_title(finder, &read.code, at));
    if !labelled && ends_name(finder, &hit).is_some_and(|at| !is_said(at)) {
        return;
    }
    if !labelled && (hit.block.is_none() || is_bare(finder, &hit)) {
        let with_words = hit.block.filter(|&at| has_title_words(finder, at, &found));
        let beside =
            |own: &Found<'_, PrintedCode<'_>>| with_words.is_some_and(|at| is_beside(finder, own, at));
        if !is_likely(finder, &found.value) || extraction.code.as_ref().is_some_and(beside) {
            return;
        }
    }
    take(finder, extraction, found, &hit, rule);
    if labelled {
        let rest = rest.iter().filter(|(code, _)| code.read.is_some());
        extraction.diagnosis_codes.extend(rest.map(|(code, span)| Found {
            value: ListedCode { code: code.clone(), title: None },
            rule: &rule.id,
            span: *span,
        }));
    }
}

/// The words of a hit from its start on if they are a range of codes: `E10-E14`, `E10 to E14`.
fn range<'a>(finder: &Finder<'a>, hit: &Hit<'a>) -> Option<&'a str> {
    let text = finder.text_from(hit)?;
    let code = |text: &str| {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(text.len());
        Code::parse(text[..end].trim_end_matches('.')).map(|code| (code, end))
    };
    let (first, end) = code(text)?;
    let between = text[end..].trim_start();
    let rest = ["to ", "through "].iter().find_map(|word| between.strip_prefix(word));
    let rest = rest.or_else(|| between.strip_prefix(['-', '\u{2010}', '\u{2011}', '–', '—', '\u{2212}']))?;
    let rest = rest.trim_start();
    let (last, end) = code(rest)?;
    (first < last).then(|| &text[..text.len() - rest.len() + end])
}

/// A range where the code should be is the page's block.
fn take_range<'a>(
    finder: &mut Finder<'a>,
    extraction: &mut Extraction<'a>,
    range: &'a str,
    hit: &Hit<'a>,
    rule: &'a Rule,
) {
    let Some(Hit { span, .. }) = finder.hit_from(hit, range.len()) else { return };
    if hit.whole {
        finder.assign_hit(hit, "block", &rule.id);
    }
    let group = PageGroup { code: Some(borrowed(range)), title: None };
    extraction.block.get_or_insert(Found { value: group, rule: &rule.id, span });
}

/// Whether the label of a hit stands as a heading above a list of codes, which is another field's.
fn heads_list(finder: &Finder<'_>, hit: &Hit<'_>) -> bool {
    hit.label_block.is_some_and(|at| finder.blocks()[at].kind != BlockKind::Term && finder.heads_codes(at))
}

/// Whether a column of codes under its head gives a value: the first of several is not the page's.
fn is_in_column(finder: &Finder<'_>, hit: &Hit<'_>) -> bool {
    let row =
        |at: usize| matches!(finder.blocks().get(at).map(|block| &block.kind), Some(BlockKind::TableRow(_)));
    let is_code = |cell: Option<&str>| cell.is_some_and(|cell| Code::parse(cell).is_some());
    let codes = |at: usize| {
        let text: &str = &finder.blocks()[at].text;
        is_code(text.split('\t').next()) || is_code(text.rsplit('\t').next())
    };
    let below_head = hit.label_block.zip(hit.block).filter(|&(head, at)| head < at && row(head) && row(at));
    below_head.is_some_and(|(_, at)| codes(at) && row(at + 1) && codes(at + 1))
}

/// The list of which a hit is an item.
fn list_of(finder: &Finder<'_>, hit: &Hit<'_>) -> Option<u32> {
    finder.blocks()[hit.block?].list_item().map(|item| item.list)
}

/// The lists whose items give several values: `Billable code - K29.0`, `Billable code - K29.1`.
fn lists_of_several(finder: &Finder<'_>, hits: &[Hit<'_>]) -> HashSet<u32> {
    if hits.len() < 2 {
        return HashSet::new();
    }
    let mut values: HashMap<u32, &str> = HashMap::new();
    let lists = hits.iter().filter_map(|hit| {
        let list = list_of(finder, hit)?;
        (*values.entry(list).or_insert(&hit.text) != hit.text).then_some(list)
    });
    lists.collect()
}

/// Whether a code stands with words in a list, or below a heading behind the page's own code, as those of excluded
/// and adjacent diseases do.
fn is_beside(finder: &Finder<'_>, own: &Found<'_, PrintedCode<'_>>, at: usize) -> bool {
    let block = &finder.blocks()[at];
    let is_entry = matches!(
        block.kind,
        BlockKind::ListItem(_) | BlockKind::TableRow(_) | BlockKind::Term | BlockKind::Definition
    );
    is_entry
        || finder.block_at(own.span).is_some_and(|own| (own..at).any(|between| finder.is_heading(between)))
}

/// Whether no words stand before what a pattern found: it is at the start of its line or in brackets at its end,
/// and the line does not name the classification.
fn is_bare(finder: &Finder<'_>, hit: &Hit<'_>) -> bool {
    hit.block.is_some_and(|at| {
        let text: &str = &finder.blocks()[at].text;
        let starts = text.trim_start_matches(['(', '[']).starts_with(&*hit.text);
        (starts || text.ends_with([')', ']'])) && !names_classification(text)
    })
}

/// The line at whose end a code stands behind other words than those that announce one: `Psoriasis L40.0`.
fn ends_name(finder: &Finder<'_>, hit: &Hit<'_>) -> Option<usize> {
    let at = hit.block?;
    let text: &str = &finder.blocks()[at].text;
    let last = text.strip_suffix(&*hit.text)?.strip_suffix(' ')?.rsplit(' ').next()?;
    let announces =
        ["code", "codes", "diagnosis", "dx", "is"].iter().any(|word| last.eq_ignore_ascii_case(word));
    let is_name = last.ends_with(|c: char| c.is_alphanumeric() || c == ')');
    (is_name && !announces && !names_classification(text)).then_some(at)
}

fn names_classification(text: &str) -> bool {
    memchr::memchr2_iter(b'I', b'i', text.as_bytes())
        .any(|at| text.as_bytes().get(at..at + 3).is_some_and(|word| word.eq_ignore_ascii_case(b"icd")))
}

/// Whether what looks like a code is one although its line does not say so. It has to lie in a block of the
/// reference, which `B12` and `A1C` do not; and, for `Q10` is a coenzyme as well, it has to have a dot, or the
/// page has to name the classification, or the lines before its text to say what the code stands for.
fn is_likely(finder: &Finder<'_>, printed: &PrintedCode<'_>) -> bool {
    let Some(code) = printed.read.as_ref().map(|read| read.code) else { return false };
    if finder.reference.block_of(&code).is_none() {
        return false;
    }
    let said = || finder.blocks().iter().any(|block| names_classification(&block.text));
    printed.printed.contains('.') || said() || says_title(finder, &code)
}

/// Whether a line of the opening has a word of the reference's title of a code.
fn says_title(finder: &Finder<'_>, code: &Code) -> bool {
    (0..finder.blocks().len())
        .take_while(|&at| finder.in_opening(at))
        .any(|at| line_says_title(finder, code, at))
}

fn line_says_title(finder: &Finder<'_>, code: &Code, at: usize) -> bool {
    let Some(entry) = finder.reference.entry(code) else { return false };
    let long = |text| words(text).filter(|word| word.len() >= 5);
    long(&finder.blocks()[at].text).any(|word| long(entry.title()).any(|of| of.eq_ignore_ascii_case(word)))
}

fn take<'a>(
    finder: &mut Finder<'a>,
    extraction: &mut Extraction<'a>,
    found: Found<'a, PrintedCode<'a>>,
    hit: &Hit<'a>,
    rule: &'a Rule,
) {
    let same = extraction.code.as_ref().is_some_and(|code| code.value.read == found.value.read);
    // A line that only names the code is the code's, whatever else stands on it.
    let names_it = |finder: &Finder<'a>| {
        hit.block.is_some_and(|at| {
            let says_so = || names_classification(&finder.blocks()[at].text);
            !has_title_words(finder, at, &found) && (finder.in_opening(at) || says_so())
        })
    };
    for at in hit.block.into_iter().chain(hit.label_block) {
        // The most trusted rule that found the line is the one to name.
        let is_left = finder.is_free(at) || finder.blocks()[at].kind == BlockKind::FrontMatter;
        if is_left && (hit.whole || names_it(finder)) {
            finder.assign(at, FieldPath::Field("code"), &rule.id);
        }
    }
    match &extraction.code {
        None => {
            finder.won(rule.number);
            extraction.code = Some(found);
        }
        Some(_) if same => {}
        Some(_) => extraction.rival_codes.push(found),
    }
}

/// Whether the words beside a code on its line could be a title.
fn has_title_words(finder: &Finder<'_>, at: usize, found: &Found<'_, PrintedCode<'_>>) -> bool {
    let text: &str = &finder.blocks()[at].text;
    let about_the_code = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.is_empty()
            || word == found.value.printed
            || word.bytes().all(|byte| byte.is_ascii_digit())
            || [
                "icd",
                "code",
                "codes",
                "diagnosis",
                "medical",
                "billable",
                "specific",
                "cm",
                "10",
                "for",
                "is",
                "a",
                "an",
            ]
            .iter()
            .any(|of| word.eq_ignore_ascii_case(of))
            || strip_start(word, "icd").is_some()
    };
    !text.split([' ', '\t']).all(about_the_code)
}

/// The codes printed in a value, each with its place; the first word counts even if it is malformed.
fn printed_codes<'a>(finder: &Finder<'a>, hit: &Hit<'a>) -> Vec<(PrintedCode<'a>, Span)> {
    let mut codes = Vec::new();
    let mut depth = 0;
    let text: &str = &hit.text;
    let mut start = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        let ends = matches!(c, ' ' | '\t' | ',' | ';' | '/' | '|' | '(' | ')' | '[' | ']');
        if !ends {
            continue;
        }
        let word = &text[start..at];
        let inside = word.trim_start_matches(['(', '[', ':']).trim_end_matches([':', '.', '–', '—']);
        let from = start + word.find(inside).unwrap_or(0);
        start = at + c.len_utf8();
        let shaped = inside.chars().count() >= 3
            && inside.chars().count() <= MAX_PRINTED
            && inside.contains(|c: char| c.is_ascii_digit() || c == 'O' || c == 'o');
        // Titles in parentheses behind a code hold no codes of the page.
        if !shaped || (depth > 0 && !codes.is_empty()) {
            continue;
        }
        let read = finder.reference.read_code(inside);
        if read.is_none() && !codes.is_empty() {
            continue;
        }
        if !codes.is_empty() && !goes_on_as_list(&text[..from]) {
            break;
        }
        let place = finder.part(hit, Span::new(from, from + inside.len()));
        // Letters on both sides of a mark are no word: `A00<https://…>`.
        if !finder.gives_its_text(&place) {
            continue;
        }
        let printed = if *place.text == *inside { place.text } else { Cow::Owned(inside.to_owned()) };
        codes.push((PrintedCode { printed, read }, place.span));
    }
    codes
}

/// Whether a text before a code says that another code of a list comes.
fn goes_on_as_list(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with([',', ';', '/', '|']) || before.ends_with(" and") || before.ends_with(" or")
}
