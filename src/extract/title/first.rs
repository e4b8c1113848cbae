//! The line with which a page starts, or a better one below it.

use super::article::Article;
use super::cut::without_code;
use super::words::{MIN_NAME_BYTES, same_word, shares_word};
use crate::document::BlockKind;
use crate::extract::finder::{Finder, Hit};
use crate::extraction::Extraction;
use crate::icd::find_codes;
use crate::profile::Rule;
use crate::word::{strip_start, words};

/// The line with which a page starts; first those below menus, paths and the name of the site: one that the first
/// text takes up, the longest of them and the last, for a path ends in the page's name as well; or one with a byline
/// below; or one of which the text has most words, and the page not those of the line it starts with.
pub(super) fn first<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = finder.hits(rule);
    let Some(top) = hits.first().and_then(|hit| hit.block) else { return hits };
    let blocks = finder.blocks();
    let is_line = |at: &usize| {
        finder.is_free(*at)
            && matches!(blocks[*at].kind, BlockKind::Paragraph | BlockKind::Heading { .. })
            && finder.facts.label(*at).is_none()
    };
    let lines: Vec<usize> =
        (top..blocks.len()).take_while(|&at| finder.in_opening(at)).filter(is_line).collect();
    let running: Vec<&str> =
        (top..blocks.len()).filter(|&at| finder.is_running(at)).map(|at| &*blocks[at].text).collect();
    let text = Article::new(running.iter().take(1).copied());
    let taken_up = lines.iter().copied().filter_map(|at| {
        let words = finder.facts.folded(at).filter(|words| words.len() >= MIN_NAME_BYTES)?;
        // `Kidney infection (pyelonephritis)` is taken up without what is in brackets.
        let name =
            words.strip_suffix(')').and_then(|name| name.rsplit_once(" (")).map_or(words, |(name, _)| name);
        text.mentions(name).then_some((words.split(' ').count(), at))
    });
    let in_path = || lines.iter().copied().find(|&at| at != top && ends_path(finder, at));
    let signed = || {
        let below = |at: usize| blocks[at + 1..].iter().find(|block| block.kind != BlockKind::Separator);
        lines.iter().copied().find(|&at| below(at).is_some_and(|block| is_byline(&block.text)))
    };
    // What the page speaks of further down names it as well.
    let all = || Article::new(running.iter().copied());
    let partly = || {
        let better = lines.iter().copied().find(|&at| text.mentions_most(&blocks[at].text));
        better.filter(|_| !all().mentions_most(&blocks[top].text))
    };
    // `K29 Gastritis` says whose code it is.
    let coded = extraction.code.as_ref().and_then(|code| finder.block_at(code.span)).filter(|at| {
        let text: &str = &blocks[*at].text;
        // The first of several such lines is one of a list.
        if blocks.get(at + 1).is_some_and(|next| find_codes(&next.text).any(|code| code.start == 0)) {
            return false;
        }
        lines.contains(at) && without_code(extraction, text, text.len()) != (0, text.len())
    });
    // The line at the top may say more than the one that the text takes up; a path ends in it.
    let says_more = |at: usize| {
        let (line, above) = (finder.facts.folded(at), finder.facts.folded(top));
        line.zip(above).is_some_and(|(line, above)| {
            above.contains(line) && !above.ends_with(line) && !above.starts_with(line)
        })
    };
    let named = taken_up.max().map(|(_, at)| if says_more(at) { top } else { at });
    // A word of what the reference calls the code says more than a name without any.
    let of_code = || {
        let entry = finder.entry_of_code(extraction)?;
        let has_word = |at: usize| shares_word(entry.title(), &blocks[at].text);
        lines.iter().copied().find(|&at| has_word(at)).filter(|_| !has_word(top))
    };
    let below_site = || {
        let is_site =
            |at: usize| words(&blocks[at].text).any(|word| SITES.iter().any(|of| same_word(of, word)));
        lines.iter().copied().find(|&at| !is_site(at)).filter(|_| is_site(top))
    };
    let better = named.or(coded).or_else(in_path).or_else(signed).or_else(of_code).or_else(partly);
    let better = better.or_else(below_site).or_else(|| below_menu(finder, &lines));
    if let Some(at) = better.filter(|&at| at != top) {
        hits.insert(0, finder.whole_block(at));
    }
    hits
}

/// Whether a path above a line ends in its words.
fn ends_path(finder: &Finder<'_>, at: usize) -> bool {
    let Some(words) = finder.facts.folded(at) else { return false };
    (0..at)
        .filter_map(|above| finder.facts.folded(above)?.strip_suffix(words))
        .any(|before| PATH_MARKS.iter().any(|mark| before.ends_with(mark)))
}

/// Marks between the parts of a path, a space on either side.
const PATH_MARKS: [&str; 5] = [" > ", " » ", " › ", " / ", " → "];

/// The first line that stands alone below a menu with which the page starts: lines of a few words in a row.
fn below_menu(finder: &Finder<'_>, lines: &[usize]) -> Option<usize> {
    let blocks = finder.blocks();
    let is_entry = |at: usize| blocks[at].text.split(' ').count() <= MAX_ENTRY_WORDS;
    let &top = lines.first()?;
    let end = (top + 1..blocks.len()).find(|&at| blocks[at].gap_before)?;
    let is_menu = end - top >= MIN_ENTRIES && (top..end).all(is_entry) && lines.contains(&end);
    let is_alone = || blocks.get(end + 1).is_some_and(|next| next.gap_before);
    (is_menu && is_alone()).then_some(end)
}

/// Words of an entry of a menu at most, and entries at least.
const MAX_ENTRY_WORDS: usize = 3;

const MIN_ENTRIES: usize = 4;

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

/// Whether a line says who wrote the page, or who put it there.
fn is_byline(text: &str) -> bool {
    let starts = |words: &&str| strip_start(text, words).is_some_and(|rest| rest.starts_with([' ', ':']));
    let written = [
        "by",
        "written by",
        "posted by",
        "posted on",
        "published by",
        "published on",
        "started by",
        "author",
    ];
    text.len() <= MAX_BYLINE_BYTES && written.iter().any(starts)
}

/// Bytes of a byline at most.
const MAX_BYLINE_BYTES: usize = 100;
