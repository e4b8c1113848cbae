//! The page's own title, without site chrome, button labels and the code.

use super::finder::{Finder, Hit};
use super::name::{Agreement, Names, SITE_MARKS, without_site};
use crate::document::{Block, BlockKind, HeadingEvidence};
use crate::extraction::Extraction;
use crate::icd::find_codes;
use crate::profile::{Field, Find, HeadingKind, Rule, Side, fold};
use crate::record::FieldPath;
use crate::span::Span;
use crate::word::strip_start;
use std::cmp::Reverse;
use std::ops::ControlFlow;

/// Bytes of a title at most: the longest title of ICD-10-CM has 227.
const MAX_TITLE_BYTES: usize = 300;

/// Finds the title.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::Title) {
        let hits = match &rule.find {
            Find::Headings(kind) => marked(finder, extraction, *kind),
            Find::Reference => {
                let mut hits = like_reference(finder, extraction);
                let named = hits.first().and_then(|hit| in_plain_words(finder, hit));
                named.into_iter().for_each(|at| hits.insert(0, finder.whole_block(at)));
                hits
            }
            Find::Near { side: Side::Before, .. } => before(finder, rule),
            Find::Near { side: Side::After, .. } => after(finder, rule),
            Find::First => first(finder, extraction, rule),
            Find::Label(_) => labelled(finder, rule),
            _ => hits(finder, rule),
        };
        finder.tried(rule.number, !hits.is_empty());
        let title = hits.into_iter().find_map(|hit| title(finder, extraction, hit));
        if let Some(hit) = title {
            if let Some(at) = hit.block.filter(|&at| finder.path(at).is_none()) {
                finder.assign(at, FieldPath::Field("title"), &rule.id);
            }
            finder.won(rule.number);
            extraction.title = Some(hit.found(hit.text.clone(), rule));
            return;
        }
    }
}

fn hits<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = Vec::new();
    let _ = finder.visit(rule, &mut |hit| {
        hits.push(hit);
        ControlFlow::Continue(())
    });
    hits
}

/// Values of labels in the opening: further down `Diagnosis` is a heading.
fn labelled<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = hits(finder, rule);
    hits.retain(|hit| {
        let beside = hit.label_block.is_none_or(|at| finder.blocks()[at].kind == BlockKind::Term);
        beside && hit.block.is_some_and(|at| finder.in_opening(at) && finder.is_free(at))
    });
    hits
}

/// The line before another field's. Where the article does not take up its words but those of a line above it,
/// that one comes first: names of clinics and kinds of leaflets stand around titles.
fn before<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = hits(finder, rule);
    hits.retain(|hit| !hit.block.is_some_and(|at| stands_below(finder, at)));
    let Some(nearest) = hits.first().and_then(|hit| hit.block) else { return hits };
    let is_line = |at: &usize| {
        let block = &finder.blocks()[*at];
        finder.is_free(*at) && block.kind != BlockKind::Separator && !gives_other_names(&block.text)
    };
    if gives_other_names(&finder.blocks()[nearest].text)
        && let Some(above) = (0..nearest).rev().find(is_line)
    {
        return vec![finder.whole_block(above)];
    }
    let above: Vec<usize> = (0..nearest).rev().filter(is_line).take(MAX_ABOVE).collect();
    if above.is_empty() {
        return hits;
    }
    let behind = &finder.blocks()[nearest + 1..];
    let article = Article::new(behind.iter().map(|block| &*block.text));
    let words = |at: usize| fold(finder.without_button(&finder.blocks()[at].text).0);
    let mentioned = |words: &str| !words.is_empty() && article.mentions(words);
    let said = words(nearest);
    if !mentioned(&said) {
        // A path ends in the page's name, and the name stands below it.
        let twice = above.windows(2).find(|pair| words(pair[0]) == words(pair[1])).map(|pair| pair[0]);
        let named = || {
            above.iter().copied().find(|&at| {
                let words = words(at);
                // Titles often stand twice.
                words != said && mentioned(&words)
            })
        };
        // What the first text is about is in the title, and not in a line below it.
        let about = || {
            let text = first_text(finder)?;
            let has = |line: &str| {
                text.subject().is_some_and(|subject| Article::new([line].into_iter()).mentions(subject))
            };
            above.iter().copied().find(|&at| has(&words(at))).filter(|_| !has(&said))
        };
        if let Some(better) = twice.or_else(named).or_else(about) {
            hits.insert(0, finder.whole_block(better));
        }
    }
    hits
}

/// Whether a line stands below text, with lines above that: next to a code there stands a part of the page.
fn stands_below(finder: &Finder<'_>, at: usize) -> bool {
    let is_line = |at: usize| {
        finder.is_free(at)
            && matches!(finder.blocks()[at].kind, BlockKind::Paragraph | BlockKind::Heading { .. })
            && finder.facts.label(at).is_none()
    };
    !finder.in_opening(at) && (0..at).take_while(|&above| finder.in_opening(above)).any(is_line)
}

/// Whether a line says what else the disease is called.
fn gives_other_names(text: &str) -> bool {
    let names = |rest: &str| rest.trim_start_matches(' ').starts_with([':', '\t']);
    OTHER_NAMES.iter().any(|words| strip_start(text, words).is_some_and(names))
}

const OTHER_NAMES: [&str; 8] = [
    "also called",
    "also known as",
    "aka",
    "other names",
    "other name",
    "alternative names",
    "synonyms",
    "synonym",
];

/// The line behind another field's, unless its number tells a part of the page.
fn after<'a>(finder: &Finder<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = hits(finder, rule);
    hits.retain(|hit| !hit.block.is_some_and(|at| stands_below(finder, at)));
    hits.retain(|hit| {
        let at = hit.block.filter(|&at| finder.is_heading(at));
        at.is_none_or(|at| finder.facts.folded(at) == finder.facts.unnumbered(at))
    });
    hits
}

/// The line with which a page starts; first those below menus, paths and the name of the site: one that the first
/// text takes up, the longest of them and the last, for a path ends in the page's name as well; or one with a byline
/// below; or one of which the text has most words, and the page not those of the line it starts with.
fn first<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, rule: &'a Rule) -> Vec<Hit<'a>> {
    let mut hits = hits(finder, rule);
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
        let entry = finder.reference.entry(&extraction.code.as_ref()?.value.read.as_ref()?.code)?;
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

/// Whether two lines have a long word in common.
fn shares_word(one: &str, other: &str) -> bool {
    let names =
        |word: &&str| word.len() >= MIN_SHARED_BYTES && !COMMON.iter().any(|common| same_word(common, word));
    let long = |line| words(line).filter(names);
    long(other).any(|word| long(one).any(|of| same_word(of, word)))
}

/// Bytes of a word at least that names a disease.
const MIN_SHARED_BYTES: usize = 5;
/// Long words that name none.
const COMMON: [&str; 11] = [
    "acute",
    "chronic",
    "disease",
    "diseases",
    "disorder",
    "disorders",
    "other",
    "specified",
    "syndrome",
    "unspecified",
    "without",
];

/// Words of what a text is about at most.
const MAX_SUBJECT_WORDS: usize = 5;
/// Bytes of the name of a page at least, for its text to take it up.
const MIN_NAME_BYTES: usize = 4;

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

/// Lines above the one next to the code that may be the title.
const MAX_ABOVE: usize = 4;
/// Bytes of a block that is searched for the words of a title.
const MAX_SEARCHED: usize = 2000;

/// What stands behind the lines that may be the title, in lower case, a line end behind each block.
struct Article(String);

impl Article {
    fn new<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Self {
        let mut lower = String::with_capacity(texts.clone().map(|text| text.len() + 1).sum());
        for text in texts {
            let text = text.get(..MAX_SEARCHED).unwrap_or(text);
            if text.is_ascii() {
                lower.push_str(text);
            } else {
                lower.push_str(&text.to_lowercase());
            }
            lower.push('\n');
        }
        // At once for all that is ASCII.
        lower.make_ascii_lowercase();
        Self(lower)
    }

    /// Whether it has the folded `words`, which have no line end, as whole words.
    fn mentions(&self, words: &str) -> bool {
        let searcher = memchr::memmem::Finder::new(words);
        let mut from = 0;
        while let Some(at) = searcher.find(&self.0.as_bytes()[from..]).map(|found| from + found) {
            if stands_alone(&self.0, at, words.len()) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// The words of which it says at its start what they are: `A sprain is …`, `Piles (hemorrhoids) are …`.
    fn subject(&self) -> Option<&str> {
        let start = self.0.lines().next()?;
        let end = [" is ", " are ", " (", ", "].iter().filter_map(|mark| start.find(mark)).min()?;
        let words = &start[..end];
        let words =
            ["a ", "an ", "the "].iter().find_map(|article| words.strip_prefix(article)).unwrap_or(words);
        (words.len() >= MIN_NAME_BYTES && words.split(' ').count() <= MAX_SUBJECT_WORDS).then_some(words)
    }

    /// Whether it has two of the long words of a line, and most of them.
    fn mentions_most(&self, line: &str) -> bool {
        let (mut all, mut said) = (0, 0);
        for word in words(line).filter(|word| word.len() >= MIN_NAME_BYTES) {
            all += 1;
            said += usize::from(self.mentions(&word.to_lowercase()));
        }
        said >= 2 && said * 2 > all
    }
}

/// Whether no letter or figure stands beside `len` bytes at `at`.
fn stands_alone(text: &str, at: usize, len: usize) -> bool {
    let ends_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    ends_word(text[..at].chars().next_back()) && ends_word(text[at + len..].chars().next())
}

/// Headings that are the page's name, then those of the highest level, the most alike to the name first. Where a
/// rule can take the name itself, a heading that is not like it is no title.
fn marked<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, kind: HeadingKind) -> Vec<Hit<'a>> {
    let names = Names::of(finder.document);
    let is_first_level = |block: &&Block<'_>| matches!(block.heading(), Some((Some(1), _)));
    // Where each part of the page has a heading of the first level, none of them is the page's.
    let alone = finder.blocks().iter().filter(is_first_level).nth(1).is_none();
    // The one that is all link leads to the site's start, where another is none.
    let is_link = |block: &Block<'_>| block.link_bytes as usize >= block.text.len();
    let has_own = finder.blocks().iter().any(|block| is_first_level(&block) && !is_link(block));
    let mut candidates: Vec<(u8, Agreement, usize)> = Vec::new();
    let mut said = false;
    for (at, block) in finder.blocks().iter().enumerate() {
        let Some((level, evidence)) = block.heading() else {
            // Below the first level a heading is the title only where nothing was said before it.
            said = said
                || (matches!(block.kind, BlockKind::Paragraph)
                    && finder.is_free(at)
                    && finder.facts.label(at).is_none());
            continue;
        };
        let marked = !matches!(evidence, HeadingEvidence::Look { .. });
        if marked != (kind == HeadingKind::Marked)
            || finder.is_chrome(at)
            || finder.path(at) == Some(FieldPath::Field("code"))
        {
            continue;
        }
        let level = level.unwrap_or(u8::MAX);
        let folded = finder.facts.folded(at);
        if folded.and_then(|folded| names.start(folded)) == Some(Agreement::Whole) {
            candidates.push((0, Agreement::Whole, at));
        } else if level == 1 && has_own && is_link(block) {
            // The name of the site.
        } else if finder.reads_as_sentence(at) {
            // A paragraph that a page marks as a heading.
        } else if (level == 1 && (alone || !names.is_empty())) || (finder.in_opening(at) && !said) {
            let agreement = folded.map_or(Agreement::Apart, |folded| names.agreement(folded));
            candidates.push((level, agreement, at));
        }
    }
    let finds_name = |rule: &Rule| matches!(&rule.find, Find::Metadata(_));
    if finder.profile.rules_of(&Field::Title).any(finds_name) {
        let least = |level: u8| if level <= 1 { Agreement::Loose } else { Agreement::Alike };
        candidates.retain(|&(level, agreement, _)| names.is_empty() || agreement >= least(level));
    }
    let Some(top) = candidates.iter().map(|&(level, ..)| level).min() else { return Vec::new() };
    candidates.retain(|&(level, ..)| level == top);
    let level = |at: usize| finder.blocks()[at].heading().and_then(|(level, _)| level);
    candidates.sort_by_key(|&(_, agreement, at)| (Reverse(agreement), level(at), at));
    let better = candidates.first().and_then(|&(.., at)| below_site(finder, extraction, at));
    better.into_iter().chain(candidates.iter().map(|&(.., at)| at)).map(|at| finder.whole_block(at)).collect()
}

/// The heading that the title is where those that may be it are the site's, for no text takes them up: one with all
/// that the reference calls the code, what the first text is about, or one that it takes up and that has a word of that.
fn below_site(finder: &Finder<'_>, extraction: &Extraction<'_>, top: usize) -> Option<usize> {
    let code = extraction.code.as_ref()?.value.read.as_ref()?.code;
    let title = finder.reference.entry(&code)?;
    let title = title.title();
    let line = |at: usize| &*finder.blocks()[at].text;
    let words = |at: usize| finder.facts.folded(at);
    if shares_word(title, line(top)) {
        return None;
    }
    let first = first_text(finder)?;
    let is_named = |&at: &usize| {
        let marked = finder.blocks()[at].heading().is_some_and(|(level, _)| level.is_some());
        let (start, end) = without_code(extraction, line(at), line(at).len());
        marked
            && !finder.is_chrome(at)
            && (fold(&line(at)[start..end]) == fold(title)
                || words(at).is_some_and(|words| {
                    first.subject() == Some(words) || (first.mentions(words) && shares_word(title, line(at)))
                }))
    };
    let named = (top + 1..finder.blocks().len()).take_while(|&at| finder.in_opening(at)).find(is_named)?;
    let article = Article::new(finder.blocks()[top + 1..].iter().map(|block| &*block.text));
    words(top).is_some_and(|words| !article.mentions(words)).then_some(named)
}

/// The line above what reads like the reference's title that has what the first text is about, in other words.
fn in_plain_words(finder: &Finder<'_>, like_reference: &Hit<'_>) -> Option<usize> {
    let at = like_reference.block?;
    let text = first_text(finder)?;
    let subject = text.subject().filter(|_| !text.mentions(&fold(&like_reference.text)))?;
    (0..at).find(|&at| finder.is_free(at) && finder.facts.folded(at) == Some(subject))
}

/// Blocks of the opening, or values of labels in it, that read like the reference's title of the code, the most
/// alike first.
fn like_reference<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>) -> Vec<Hit<'a>> {
    let code = extraction.code.as_ref().and_then(|code| code.value.read.as_ref()).map(|read| read.code);
    let Some(entry) = code.and_then(|code| finder.reference.entry(&code)) else { return Vec::new() };
    let opening: Vec<(usize, Span)> = (0..finder.blocks().len())
        .take_while(|&at| finder.in_opening(at))
        .filter(|&at| finder.is_free(at))
        .map(|at| (at, finder.labelled_value(at).unwrap_or_else(|| finder.all_of(at))))
        .collect();
    let text_of = |(at, within): (usize, Span)| finder.blocks()[at].text[within.range()].trim();
    let same = |&part: &(usize, Span)| {
        let (text, title) = (text_of(part), entry.title());
        let starts_alike = text
            .as_bytes()
            .get(..title.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(title.as_bytes()));
        starts_alike && finder.without_button(text).0.len() == title.len()
    };
    if let Some(&(at, within)) = opening.iter().find(|part| same(part)) {
        return vec![finder.hit(at, within)];
    }
    // A badge of one word is glued to it: `BillableGastritis`.
    let glued = |&(at, within): &(usize, Span)| {
        let text = &finder.blocks()[at].text[within.range()];
        let before = text.strip_suffix(entry.title())?;
        let is_badge = before.ends_with(char::is_lowercase) && before.chars().all(char::is_alphabetic);
        is_badge.then(|| finder.hit(at, Span::new(within.start as usize + before.len(), within.end as usize)))
    };
    if let Some(hit) = opening.iter().find_map(glued) {
        return vec![hit];
    }
    // The classification's word for what a page leaves out.
    let wanted: Vec<&str> = words(entry.title()).filter(|word| *word != "unspecified").collect();
    let is_line = |at: usize| {
        matches!(
            finder.blocks()[at].kind,
            BlockKind::Paragraph | BlockKind::Heading { .. } | BlockKind::Definition
        )
    };
    let is_wanted = |word: &str| wanted.iter().any(|wanted| same_word(wanted, word));
    let apart = |part: (usize, Span)| {
        // Most lines have none of the words.
        if !words(text_of(part)).any(is_wanted) {
            return None;
        }
        let (mut got, mut shared) = (0, 0);
        let text = finder.without_button(text_of(part)).0;
        let asks_for_code =
            strip_start(text, "what is the icd").is_some() || strip_start(text, "icd").is_some();
        for word in words(text) {
            let is_wanted = is_wanted(word);
            let is_about_code = || asks_for_code && ABOUT_CODE.iter().any(|of| same_word(of, word));
            got += usize::from(is_wanted || !is_about_code());
            shared += usize::from(is_wanted);
        }
        // A line that says a word of the title again and again is none.
        let apart = (got + wanted.len()).checked_sub(2 * shared)?;
        let has_all = shared == wanted.len() && apart <= MAX_FURTHER_WORDS;
        (shared > 0 && (has_all || apart * 2 <= wanted.len())).then_some(apart)
    };
    let lines = opening.into_iter().filter(|&(at, _)| is_line(at));
    let mut candidates: Vec<(usize, (usize, Span))> =
        lines.filter_map(|part| Some((apart(part)?, part))).collect();
    candidates.sort_unstable();
    candidates.into_iter().map(|(_, (at, within))| finder.hit(at, within)).collect()
}

/// Words that a title may have besides all of the reference's: another name, the one in plain words.
const MAX_FURTHER_WORDS: usize = 3;

/// Words around the name of the disease where a page is about its code.
const ABOUT_CODE: [&str; 12] =
    ["what", "is", "the", "icd", "icd10", "10", "cm", "diagnosis", "code", "codes", "for", "of"];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether two words are the same but for their case.
#[inline]
fn same_word(one: &str, other: &str) -> bool {
    // Most differ in their first letters, or in their lengths, which only letters outside ASCII change.
    let differ = match (one.as_bytes(), other.as_bytes()) {
        ([one, ..], [other, ..]) if one.is_ascii() && other.is_ascii() => !one.eq_ignore_ascii_case(other),
        _ => false,
    };
    let differ = differ || (one.len() != other.len() && one.is_ascii() && other.is_ascii());
    !differ && lower(one).eq(lower(other))
}

/// The letters in lower case; both small forms of sigma are one letter.
fn lower(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter })
}

/// The hit without button labels and code, if a title is left.
fn title<'a>(finder: &Finder<'a>, extraction: &Extraction<'a>, hit: Hit<'a>) -> Option<Hit<'a>> {
    if hit.block.is_some_and(|at| finder.is_running(at)) || hit.text.len() > MAX_TITLE_BYTES {
        return None;
    }
    let text: &str = &hit.text;
    let (body, button) = finder.without_button(text);
    let mut end = body.len();
    if hit.block.is_none() {
        end = without_site(&text[..end]).len();
    }
    let (start, end) = match without_code(extraction, text, end) {
        // `Codes of gout for M10` says more than what the code is for.
        (0, 0) if names_subject(finder, &text[..end]) => (0, end),
        rest => rest,
    };
    let end = start + without_code_site(&text[start..end]).len();
    let (start, end) = without_bar(finder, extraction, hit.block, text, start, end);
    let left = &text[start..end];
    // `ICD-10 code for gout` is about gout, as the text is.
    let names_disease = |rest: &str| {
        let of = [" for ", " of "].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min();
        let starts_name = of.is_some_and(|at| rest[at..].starts_with(char::is_alphabetic));
        let in_label = || of.is_some_and(|at| rest[..at].contains(": "));
        starts_name && !in_label() || names_subject(finder, rest.split(": ").next().unwrap_or_default())
    };
    let speaks_of_the_code = strip_start(left, "icd").is_some_and(|rest| !names_disease(rest))
        || (extraction.code.is_some()
            && start == 0
            && end < text.len()
            && fold(left).contains("icd-10")
            && !names_disease(left));
    if !left.contains(char::is_alphabetic) || speaks_of_the_code || is_date(left) {
        return None;
    }
    if let Some(rule) = button {
        finder.won(rule.number);
    }
    let (start, end) = hit.block.map_or((start, end), |at| without_sites_name(finder, at, text, start, end));
    Some(finder.part(&hit, Span::new(start, end)))
}

/// A title without what says behind its last mark that it is one of many codes: `Gout - ICD-10-CM Diagnosis Codes`.
fn without_code_site(title: &str) -> &str {
    // Most titles do not name the classification.
    if memchr::memmem::find(title.as_bytes(), b"ICD").is_none() {
        return title;
    }
    let before = without_site(title);
    let behind = title[before.len()..].trim_start_matches(is_mark);
    if strip_start(behind, "icd").is_some() && announces(behind) { before } else { title }
}

/// Whether words around a code say what the first text speaks of.
fn names_subject(finder: &Finder<'_>, line: &str) -> bool {
    let Some(text) = first_text(finder) else { return false };
    let long = words(line).filter(|word| word.len() >= MIN_SUBJECT_BYTES && !announces(word));
    long.map(str::to_lowercase).any(|word| text.mentions(&word))
}

/// The first running text of the page.
fn first_text(finder: &Finder<'_>) -> Option<Article> {
    let at = finder.facts.first_running()?;
    Some(Article::new([&*finder.blocks()[at].text].into_iter()))
}

/// Bytes of a word that says what a page is about at least.
const MIN_SUBJECT_BYTES: usize = 6;

/// Whether a line is a date: a year, and otherwise only figures and names of months and days.
fn is_date(line: &str) -> bool {
    let names = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue",
        "wed", "thu", "fri", "sat", "sun",
    ];
    let is_part = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || names.iter().any(|name| strip_start(word, name).is_some())
    };
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    words(line).any(is_year) && words(line).count() <= MAX_DATE_WORDS && words(line).all(is_part)
}

/// Words of a date at most.
const MAX_DATE_WORDS: usize = 5;

/// The range of a line of two parts with a bar between that the first text takes up, or the reference has as the
/// title of the code: the other is the site's, or a path.
fn without_bar(
    finder: &Finder<'_>,
    extraction: &Extraction<'_>,
    at: Option<usize>,
    text: &str,
    start: usize,
    end: usize,
) -> (usize, usize) {
    let whole = (start, end);
    let bar = at.and(text[start..end].split_once(" | ")).filter(|(_, other)| !other.contains(" | "));
    let Some(((one, other), article)) = bar.and_then(|parts| Some((parts, first_text(finder)?))) else {
        return whole;
    };
    let entry =
        extraction.code.as_ref().and_then(|code| finder.reference.entry(&code.value.read.as_ref()?.code));
    let is_title = |part: &str| entry.as_ref().is_some_and(|entry| fold(entry.title()) == part);
    let taken_up = |part: &str| {
        let part = fold(part.trim());
        part.len() >= MIN_NAME_BYTES && (article.mentions(&part) || is_title(&part))
    };
    match (taken_up(one), taken_up(other)) {
        (true, false) => (start, start + one.trim_end().len()),
        (false, true) => (end - other.trim_start().len(), end),
        _ => whole,
    }
}

/// The range of a line without a name before its first dash or bar, or behind its last one, that the page gives to
/// its site: it stands above as a line of its own, or in a line about rights, and not in the text.
fn without_sites_name(
    finder: &Finder<'_>,
    at: usize,
    text: &str,
    start: usize,
    end: usize,
) -> (usize, usize) {
    let line = &text[start..end];
    // Most titles have none of the marks, nor their first bytes.
    if !line.bytes().any(|byte| matches!(byte, b'|' | b'-' | b':' | 0xC2 | 0xE2)) {
        return (start, end);
    }
    let cut = |at: Option<usize>, mark: &str| at.map(|at| (at, at + mark.len()));
    let ahead = SITE_MARKS.iter().filter_map(|mark| cut(line.find(mark), mark)).min();
    let Some((name, rest)) = ahead else { return (start, end) };
    let (before, behind) =
        SITE_MARKS.iter().filter_map(|mark| cut(line.rfind(mark), mark)).max().unwrap_or((name, rest));
    let is_site = |name: &str| {
        let name = fold(name);
        name.len() >= MIN_NAME_BYTES
            && (0..finder.blocks().len()).any(|of| {
                finder
                    .facts
                    .folded(of)
                    .filter(|_| of != at)
                    .is_some_and(|line| (of < at && line == name) || owns(line, &name))
            })
            && first_text(finder).is_none_or(|text| !text.mentions(&name))
    };
    if is_site(&line[behind..]) {
        (start, start + before)
    } else if is_site(&line[..name]) {
        (start + rest, end)
    } else {
        (start, end)
    }
}

/// Whether a folded line says that a page is of a folded name: `© 2026 NephroCare. All rights reserved`.
fn owns(line: &str, name: &str) -> bool {
    let rights = ["©", "(c)", "copyright"].iter().find_map(|mark| line.strip_prefix(mark));
    let owner = rights.map(|rest| rest.trim_start_matches(|c: char| !c.is_alphabetic()));
    let behind = owner.and_then(|owner| owner.strip_prefix(name));
    behind.is_some_and(|behind| {
        // `© NephroCare 2026`, `© 2026 NephroCare Inc.`
        let word = behind.strip_prefix(' ').unwrap_or_default();
        let word = &word[..word.find(|c: char| !c.is_alphanumeric()).unwrap_or(word.len())];
        let is_said_of_owners = || {
            let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
            is_year || ["all", "gmbh", "inc", "llc", "ltd"].contains(&word)
        };
        !behind.starts_with(|c: char| c.is_alphanumeric() || c == ' ') || is_said_of_owners()
    })
}

/// The range of `text[..end]` without the page's code and what announces it, before or behind: `K29 - Gastritis`,
/// `ICD-10 Code K29: Gastritis`, `Gastritis (K29)`, `Gastritis - ICD-10: K29`.
fn without_code(extraction: &Extraction<'_>, text: &str, end: usize) -> (usize, usize) {
    let Some(code) = extraction.code.as_ref() else { return (0, end) };
    let printed: &str = &code.value.printed;
    let body = &text[..end];
    let mut places = body.match_indices(printed).filter(|&(at, _)| {
        let beside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '.');
        beside(body[..at].chars().next_back()) && beside(body[at + printed.len()..].chars().next())
    });
    let Some((at, _)) = places.next() else { return (0, end) };
    let behind = &body[at + printed.len()..];
    if announces(&body[..at])
        && behind.contains(char::is_alphabetic)
        && !behind.trim_matches(is_mark).is_empty()
    {
        let name = behind.trim_start_matches(is_mark);
        let name = strip_start(name, "for ").unwrap_or(name);
        // `Code M10.9 (Gout)`
        let is_inside = name.matches([')', ']']).count() > name.matches(['(', '[']).count();
        let inside = if is_inside { name.strip_suffix([')', ']']).unwrap_or(name) } else { name };
        return (end - name.len(), end - name.len() + inside.len());
    }
    if announces(behind) {
        let speaks_of_code = ["on", "of", "for", "about"];
        let mut before = body[..at].trim_end_matches(is_mark);
        while let Some((rest, word)) =
            before.rsplit_once(|c| is_mark(c) && c != '-').filter(|(_, word)| announces(word))
        {
            before = rest.trim_end_matches(is_mark);
            if word.is_empty() {
                break;
            }
        }
        // `Questions about K29` loses more than the code.
        let last = before.rsplit(' ').next().unwrap_or_default();
        if speaks_of_code.iter().any(|word| last.eq_ignore_ascii_case(word)) {
            return (0, 0);
        }
        return (0, before.len());
    }
    (0, end)
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | '·' | ',' | '(' | ')' | '[' | ']' | '#')
}

/// Whether the words beside a code only say what it is: `2026 ICD-10-CM Diagnosis Code`.
fn announces(text: &str) -> bool {
    text.split(|c| is_mark(c) && c != '-').filter(|word| !word.trim_matches(is_mark).is_empty()).all(|word| {
        let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        let system = strip_start(word, "icd").is_some();
        let about = ["10", "cm", "code", "codes", "diagnosis", "billable", "medical"];
        is_year || system || about.iter().any(|of| word.eq_ignore_ascii_case(of))
    })
}

#[cfg(test)]
mod tests {
    use super::Article;
    use crate::icd::Reference;
    use crate::page::{EncodingSource, Format, Page};
    use crate::parse;
    use crate::profile::Profile;

    #[test]
    fn a_line_that_repeats_words_of_the_reference_is_compared_too() {
        let text = "Muscle muscle muscle of muscle muscle\nICD-10 code: M61\n".to_owned();
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text);
        let document = parse::parse(&page);
        let profile = Profile::default_profile().unwrap();
        let found = crate::extract::extract(&page, &document, &profile, Reference::embedded());
        assert_eq!(found.code.map(|code| code.value.printed.into_owned()).as_deref(), Some("M61"));
    }

    #[test]
    fn words_are_the_same_but_for_their_case() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(super::same_word(one, other), expected, "{one:?} {other:?}");
            assert_eq!(super::same_word(other, one), expected, "{other:?} {one:?}");
        };
        check("hôpital", "HÔPITAL", true);
        check("hôpital", "hopital", false);
        check("gout", "Gouty", false);
        check("ΝΌΣΟΣ", "νόσος", true);
        check("\u{212A}linik", "klinik", true);
        check("\u{130}", "i\u{307}", true);
        check("", "a", false);
    }

    #[test]
    fn words_of_a_title_are_found_whole_and_in_either_case() {
        let check = |text: &str, words: &str, expected: bool| {
            assert_eq!(
                Article::new(["Line", text].into_iter()).mentions(words),
                expected,
                "{words:?} in {text:?}"
            );
        };
        check("Ask about Gout attacks.", "gout", true);
        check("A goutlike pain", "gout", false);
        check("ragout, then GOUT", "gout", true);
        check("Die Gicht: MÉNIÈRE", "ménière", true);
        check("go", "gout", false);
        check("xa b a b", "a b", true);
    }

    fn title(text: &str) -> Option<String> {
        let page = Page::from_utf8("t".into(), Format::Text, EncodingSource::ValidUtf8, text.to_owned());
        let document = parse::parse(&page);
        let profile = Profile::default_profile().unwrap();
        let found = crate::extract::extract(&page, &document, &profile, Reference::embedded());
        found.title.map(|title| title.value.into_owned())
    }

    #[test]
    fn the_title_stands_below_menus_and_the_name_of_the_site() {
        let text =
            "Tinnitus is the sound that nobody else can hear, and one adult in seven has it now and then.";
        let menu = "MyClinic\nFind a surgeon\nConditions\nTinnitus\nTinnitus\nMake a call\n";
        assert_eq!(title(&format!("{menu}\n{text}\n")).as_deref(), Some("Tinnitus"));
        let blog = "EarNotes\nTopics\nWhy is it never quiet?\nBy Dr. Ann Low\n";
        assert_eq!(title(&format!("{blog}\n{text}\n")).as_deref(), Some("Why is it never quiet?"));
        let policy = "EAR PLAN\nPolicy\nSound therapy against tinnitus\n";
        let covered = "Sound therapy is paid for all members who have had tinnitus for more than six months.";
        assert_eq!(
            title(&format!("{policy}\n{covered}\n")).as_deref(),
            Some("Sound therapy against tinnitus")
        );
        assert_eq!(title(&format!("A long night\n\n{text}\n")).as_deref(), Some("A long night"));
        let guideline =
            "Airway Network\nCare of chronic obstructive pulmonary disease\nVersion 3\nFor: ICD-10 J44.9\n";
        assert_eq!(
            title(&format!("{guideline}\n{text}\n")).as_deref(),
            Some("Care of chronic obstructive pulmonary disease")
        );
    }

    #[test]
    fn a_line_about_the_code_is_a_title_if_it_names_the_disease() {
        let text = "Crystals of uric acid settle in the joint and make it hot, red and swollen.";
        let page = |line: &str| title(&format!("{line}\n\nThe ICD-10 code for gout is M10.9.\n\n{text}\n"));
        for line in ["What is the ICD-10 code for gout?", "ICD-10 Code for Gout", "ICD-10 for Gout: A Guide"]
        {
            assert_eq!(page(line).as_deref(), Some(line));
        }
        assert_eq!(page("All about ICD-10 code M10.9\n\nGout").as_deref(), Some("Gout"));
        let of_code = |lines: &str| title(&format!("{lines}\n\n{text}\n"));
        assert_eq!(of_code("Tabular list\nICD-10\n\nM10 Gouty joints").as_deref(), Some("Gouty joints"));
        assert_eq!(page("27 November 2026\n\nGout").as_deref(), Some("Gout"));
        assert_eq!(of_code("M10.9\nBillableGout, unspecified\nICD-10").as_deref(), Some("Gout, unspecified"));
    }

    #[test]
    fn the_title_stands_above_the_text_wherever_the_code_does() {
        let text =
            "Attacks of pounding headache come with nausea, and light and noise are hard to bear for days.";
        let page = |lines: &str| {
            title(&format!("{lines}\n\n{text}\n\nICD-10: I21.9\n\nSymptoms\n\n{text}\n")).unwrap()
        };
        assert_eq!(page("Living with it"), "Living with it");
        assert_eq!(page("Cardio Clinic Leeds\nHeart attack"), "Heart attack");
        assert_eq!(page("My Health\nAfter an infarction"), "After an infarction");
        assert_eq!(page("Headache | My Health"), "Headache");
        assert_eq!(page("Brain and nerves | Headache"), "Headache");
    }

    #[test]
    fn what_else_a_disease_is_called_is_no_title() {
        let text = "The band below the foot runs from the heel to the toes, and small tears near the heel make it sore.";
        let page = |line: &str| format!("RIVER CLINIC\nHeel pain\n{line}\n\nICD-10: M72.2\n\n{text}\n");
        assert_eq!(title(&page("Also called: jogger's heel")).as_deref(), Some("Heel pain"));
        assert_eq!(title(&page("Other names\tjogger's heel")).as_deref(), Some("Heel pain"));
    }

    #[test]
    fn a_line_that_stands_twice_below_a_path_is_the_title() {
        let text =
            "During sleep the muscles of the throat go slack, and in a narrow throat the airway falls shut.";
        let page = format!(
            "Health\nSleep\nNight pauses\n\nNight pauses\n\nMedical code\nICD-10\nG47.33\n\n{text}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Night pauses"));
    }

    #[test]
    fn headings_of_the_first_level_are_no_title_where_each_part_has_one() {
        let text =
            "Pain behind one eye, so strong that patients pace the room and cannot lie down for hours.";
        let page = format!(
            "G44.0 Bouts of pain\n\nICD-10-CM\n\nThe attack\n===\n\n{text}\n\nCare\n====\n\n{text}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Bouts of pain"));
    }

    #[test]
    fn a_numbered_part_below_the_code_is_no_title() {
        let text =
            "Migraine is a disorder of the brain with attacks of headache that last for hours or for days.";
        let page = format!(
            "Migraine and you\n\n{text}\n\nICD-10: G43.9\n\n1) What is it?\n\n{text}\n\n2) What helps?\n\n{text}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Migraine and you"));
    }

    const TEXT: &str =
        "An enlarged spleen, low blood counts and pain in the bones are what most people come with at first.";

    #[test]
    fn the_last_part_of_a_path_is_the_title_where_it_stands_below() {
        let page = format!(
            "Orphan Guide\nAll rare diseases\n\nRare > Search > Gaucher disease\n\nGaucher disease\n\n{TEXT}\n"
        );
        assert_eq!(title(&page).as_deref(), Some("Gaucher disease"));
    }

    #[test]
    fn the_first_line_that_stands_alone_below_a_menu_is_the_title() {
        let page = format!("Codely\nBilling\nCourses\nBlog\n\nHow storage disorders look\n\n{TEXT}\n");
        assert_eq!(title(&page).as_deref(), Some("How storage disorders look"));
        let page = format!("Codely\n\nHow storage disorders look\n\n{TEXT}\n");
        assert_eq!(title(&page).as_deref(), Some("Codely"));
    }

    #[test]
    fn a_name_is_taken_up_without_what_stands_in_brackets() {
        let text =
            "Restless legs wake half of all people who have them, and nobody knows what they really are.";
        let page = format!("Nightly\n\nRestless legs (RLS)\n\n{text}\n");
        assert_eq!(title(&page).as_deref(), Some("Restless legs (RLS)"));
    }

    #[test]
    fn a_title_is_cut_at_a_dash_only_before_a_name_that_the_page_gives_to_its_site() {
        let page = |line: &str, end: &str| format!("{line}\n\nICD-10: N20.0\n\n{TEXT}\n\n{end}\n");
        let rights = "© 2026 NephroCare";
        for line in ["Kidney stones – NephroCare", "NephroCare | Kidney stones", "Kidney stones - NephroCare"]
        {
            assert_eq!(title(&page(line, rights)).as_deref(), Some("Kidney stones"), "{line}");
        }
        assert_eq!(
            title(&page("Kidney stones – what helps?", rights)).as_deref(),
            Some("Kidney stones – what helps?")
        );
        let page_of =
            |line: &str| format!("{line}\n\nICD-10: M10.9\n\nGout {TEXT}\n\n© 2026 Gout Foundation\n");
        assert_eq!(title(&page_of("Gout – signs")).as_deref(), Some("Gout – signs"));
        let again = format!("What helps?\n\n{TEXT}");
        assert_eq!(
            title(&page("Kidney stones – what helps?", &again)).as_deref(),
            Some("Kidney stones – what helps?")
        );
    }
}
