//! The evidence about a line before the text that may be the title, as numbers.
//!
//! In: the [`Line`]s of a page that may be the title. Out: a number for each piece of [`Evidence`]: what a line looks
//! like, what stands beside it, and what the first text takes up of it.

use super::article::Article;
use super::first::is_byline;
use super::words::{MIN_NAME_BYTES, is_name, is_year, same_word};
use crate::document::{Block, BlockKind};
use crate::extract::finder::Finder;
use crate::extract::name::{Names, SITE_MARKS};
use crate::icd::find_codes;
use crate::profile::fold;
use std::borrow::Cow;

crate::trees::evidence! {
    "A piece of evidence about a line that may be the title: an index into a [`Row`]."
    // The line.
    Kind "kind"
    Level "heading level"
    Words "words"
    Bytes "length"
    Ends "how it ends"
    Capitals "all in capitals"
    CapitalShare "words with a capital"
    Digits "digits"
    Code "a code on it"
    Year "a year on it"
    Number "a number before it"
    Label "a label"
    Colon "a colon"
    Path "marks of a path"
    Bar "a bar"
    Dash "a dash"
    Links "links"
    Byline "words of a byline"
    Site "words of the name of a site"
    // Where it stands.
    LinesBefore "lines above"
    LinesAfter "lines below"
    GapBefore "blank line above"
    GapAfter "blank line below"
    Group "lines without a blank one between"
    Repeats "stands twice"
    EndsPath "a path above ends in it"
    FromCode "lines from the code"
    NextCode "the code below"
    NextText "text below"
    NextHeading "heading below"
    NextLabel "label below"
    NextByline "byline below"
    // What the first text takes up.
    TextStarts "the text starts with it"
    TextNames "the text names it"
    Subject "what the text says what it is"
    HasSubject "it has what the text says what it is"
    TextWords "its words in the text"
    TextShare "share of its words in the text"
    // What the page says it is called.
    Name "like the page's name"
    // What the reference calls the code.
    ReferenceWords "words of the reference's title"
    ReferenceElsewhere "words of the reference's title on another line"
    // What the text takes up of other lines.
    NamedBefore "the text names a line above"
    NamedAfter "the text names a line below"
}

/// How many pieces of evidence there are.
pub(super) const PIECES: usize = Evidence::ALL.len();

/// A number for each piece of evidence.
pub type Row = [f32; PIECES];

/// What stands for the distance to the code on a page without one.
const NO_CODE: f32 = 99.0;

/// Blocks between a line and the code that are told apart.
const FAR: f32 = 30.0;

/// A line that may be the title.
pub(super) struct Line<'a> {
    /// Its block.
    pub(super) at: usize,
    /// Its words without the code, the name of the site and buttons.
    pub(super) text: Cow<'a, str>,
}

/// What a page is about.
pub(super) struct About<'a> {
    /// The block of the code.
    pub(super) code: Option<usize>,
    /// The long words of what the reference calls it.
    pub(super) reference: Vec<&'a str>,
    /// What the page says it is called.
    pub(super) names: Names<'a>,
    /// The first text.
    pub(super) text: Option<Article>,
}

/// The rows of all lines, in their order.
pub(super) fn rows(finder: &Finder<'_>, about: &About<'_>, lines: &[Line<'_>]) -> Vec<Row> {
    let subject = about.text.as_ref().and_then(Article::subject);
    let mut rows: Vec<Row> = lines.iter().map(|line| row(finder, about, subject, line)).collect();
    let is_named = |row: &Row| row[Evidence::TextNames as usize];
    let of_reference = |row: &Row| row[Evidence::ReferenceWords as usize];
    for at in 0..rows.len() {
        let (before, after) = (&rows[..at], &rows[at + 1..]);
        let named = [before, after].map(|rows| rows.iter().map(is_named).fold(0.0, f32::max));
        let elsewhere = before.iter().chain(after).map(of_reference).fold(0.0, f32::max);
        let place = [at, after.len()];
        let is_same = |(other, line): (usize, &Line<'_>)| {
            other != at && line.text.eq_ignore_ascii_case(&lines[at].text)
        };
        rows[at][Evidence::Repeats as usize] = f32::from(u8::from(lines.iter().enumerate().any(is_same)));
        rows[at][Evidence::ReferenceElsewhere as usize] = elsewhere;
        rows[at][Evidence::NamedBefore as usize] = named[0];
        rows[at][Evidence::NamedAfter as usize] = named[1];
        rows[at][Evidence::LinesBefore as usize] = place[0] as f32;
        rows[at][Evidence::LinesAfter as usize] = place[1] as f32;
    }
    rows
}

/// What is told of a line without the others.
fn row(
    finder: &Finder<'_>,
    &About { code, ref reference, ref names, ref text }: &About<'_>,
    subject: Option<&str>,
    line: &Line<'_>,
) -> Row {
    use Evidence as E;
    let mut row = [0.0; PIECES];
    let mut set = |evidence: Evidence, number: f32| row[evidence as usize] = number;
    let mut tell = |evidence: Evidence, is: bool| set(evidence, f32::from(u8::from(is)));
    let (at, words): (usize, &str) = (line.at, &line.text);
    let (blocks, facts) = (finder.blocks(), &finder.facts);
    let block = &blocks[at];
    let bytes = words.as_bytes();
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);

    tell(E::Capitals, has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase));
    tell(E::Digits, has(u8::is_ascii_digit));
    tell(E::Code, has(u8::is_ascii_digit) && find_codes(words).next().is_some());
    tell(E::Number, facts.folded(at) != facts.unnumbered(at));
    tell(E::Label, facts.label(at).is_some());
    // Most lines have none of the marks, nor their first bytes behind a space.
    let has_marks = has(|byte| matches!(byte, b'|' | b'-' | b':' | b'>' | b'/' | 0xC2 | 0xE2));
    tell(E::Colon, has_marks && words.contains(": "));
    tell(E::Path, has_marks && PATH_MARKS.iter().any(|mark| words.contains(mark)));
    tell(E::Bar, has_marks && words.contains(" | "));
    tell(E::Dash, has_marks && SITE_MARKS[1..].iter().any(|mark| words.contains(mark)));
    tell(E::Byline, is_byline(words));
    tell(E::GapBefore, block.gap_before);
    let next = blocks.get(at + 1);
    tell(E::GapAfter, next.is_none_or(|next| next.gap_before));
    tell(E::NextCode, code == Some(at + 1));
    tell(E::NextText, next.is_some() && finder.is_running(at + 1));
    tell(E::NextHeading, next.is_some_and(|next| next.heading().is_some()));
    tell(E::NextLabel, next.is_some() && facts.label(at + 1).is_some());
    tell(E::NextByline, next.is_some_and(|next| is_byline(&next.text)));

    let folded = if words.len() == block.text.len() { facts.folded(at) } else { None };
    let folded = folded.map_or_else(|| fold(words), Cow::Borrowed);
    // `Kidney infection (pyelonephritis)` is taken up without what is in brackets.
    let name =
        folded.strip_suffix(')').and_then(|name| name.rsplit_once(" (")).map_or(&*folded, |(name, _)| name);
    let ends_path = |above: usize| {
        let before = facts.folded(above).and_then(|line| line.strip_suffix(&*folded));
        before.is_some_and(|before| PATH_MARKS.iter().any(|mark| before.ends_with(mark)))
    };
    tell(E::EndsPath, (0..at).any(ends_path));
    if let Some(text) = text {
        let (mut long, mut said) = (0_u8, 0_u8);
        for word in crate::word::words(&folded).filter(|word| word.len() >= MIN_NAME_BYTES).take(MAX_WORDS) {
            long += 1;
            said += u8::from(text.mentions(word));
        }
        let names = name.len() >= MIN_NAME_BYTES && text.mentions(name);
        tell(E::TextNames, names);
        tell(E::TextStarts, names && text.starts_with(name));
        tell(E::Subject, subject.is_some_and(|subject| subject == name || subject == folded));
        tell(E::HasSubject, subject.is_some_and(|subject| folded.contains(subject)));
        set(E::TextWords, f32::from(said));
        set(E::TextShare, f32::from(said) / f32::from(long.max(1)));
    }

    set(E::Name, if names.is_empty() { -1.0 } else { f32::from(names.agreement(&folded) as u8) });
    let (mut count, mut capitals, mut of_reference, mut year, mut site) = (0_u16, 0_u16, 0_u16, false, false);
    for word in crate::word::words(words) {
        count += 1;
        capitals += u16::from(word.starts_with(char::is_uppercase));
        year |= is_year(word) && (word.starts_with("19") || word.starts_with("20"));
        site |= word.len() >= MIN_SITE_BYTES && SITES.iter().any(|of| same_word(of, word));
        of_reference += u16::from(reference.iter().any(|of| same_word(of, word)) && is_name(word));
    }
    set(E::Year, f32::from(u8::from(year)));
    set(E::Site, f32::from(u8::from(site)));
    set(E::ReferenceWords, of_reference.into());
    set(E::Words, count.into());
    set(E::CapitalShare, f32::from(capitals) / f32::from(count.max(1)));
    set(E::Bytes, bytes.len() as f32);
    set(E::Ends, ends(bytes));
    set(E::Group, group(blocks, at) as f32);
    set(E::Kind, kind(&block.kind));
    set(E::Level, level(block.heading().map(|(level, _)| level)));
    set(E::Links, f32::from(u8::from(block.link_bytes > 0)) + f32::from(u8::from(block.is_link())));
    let from_code = |code: usize| (at as f32 - code as f32).clamp(-FAR, FAR);
    set(E::FromCode, code.map_or(NO_CODE, from_code));
    row
}

/// How many lines of at most [`MAX_GROUP`] stand without a blank one between them, this one among them.
fn group(blocks: &[Block<'_>], at: usize) -> usize {
    let above = (0..=at).rev().take(MAX_GROUP).take_while(|&at| !blocks[at].gap_before).count();
    let below = blocks[at + 1..].iter().take(MAX_GROUP).take_while(|block| !block.gap_before).count();
    above + below + 1
}

/// Lines of a group that are told apart on either side.
const MAX_GROUP: usize = 8;

/// Marks between the parts of a path, a space on either side.
const PATH_MARKS: [&str; 5] = [" > ", " » ", " › ", " / ", " → "];

/// Bytes of a word of [`SITES`] at least.
const MIN_SITE_BYTES: usize = 5;

/// Words of the names of those who run a site.
const SITES: [&str; 22] = [
    "agency",
    "association",
    "center",
    "centre",
    "clinic",
    "clínica",
    "clinique",
    "department",
    "foundation",
    "hospital",
    "hôpital",
    "institute",
    "klinik",
    "klinikum",
    "library",
    "magazine",
    "ministry",
    "network",
    "series",
    "society",
    "trust",
    "university",
];

/// Words of a line that are looked for in the text at most.
const MAX_WORDS: usize = 12;

fn ends(bytes: &[u8]) -> f32 {
    match bytes.last() {
        Some(b'.') => 1.0,
        Some(b'?') => 2.0,
        Some(b'!') => 3.0,
        Some(b':') => 4.0,
        _ => 0.0,
    }
}

fn kind(kind: &BlockKind<'_>) -> f32 {
    match kind {
        BlockKind::Heading { .. } => 0.0,
        BlockKind::Paragraph => 1.0,
        BlockKind::Definition => 2.0,
        BlockKind::ListItem(_) => 3.0,
        BlockKind::TableRow(_) => 4.0,
        _ => 5.0,
    }
}

/// 1 to 6, 7 for a heading by its look, 8 for none.
fn level(level: Option<Option<u8>>) -> f32 {
    level.map_or(8.0, |level| f32::from(level.unwrap_or(7)))
}
