//! The page's list of codes.

use super::finder::{Finder, Hit};
use crate::document::{Block, BlockKind};
use crate::extraction::{Extraction, Found, ListedCode, PrintedCode};
use crate::icd::find_codes;
use crate::profile::{Field, Find, Rule, Wordings, fold};
use crate::record::{DiagnosisCodesStatus, FieldPath};
use crate::span::Span;
use crate::word::{strip_start, words};
use std::collections::{HashMap, HashSet};

/// Finds the list, or the page's word that it has none.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::DiagnosisCodes) {
        let found = match &rule.find {
            Find::Under(headings) => under(finder, rule, *headings),
            Find::CodeLines => code_lines(finder, extraction, rule),
            _ => labelled(finder, rule),
        };
        finder.tried(rule.number, found.is_some());
        if let Some((status, codes)) = found {
            finder.won(rule.number);
            // A listed code is none that the page gives for itself.
            let listed: HashSet<Span> = codes.iter().map(|listed| listed.span).collect();
            extraction.rival_codes.retain(|rival| !listed.contains(&rival.span));
            extraction.diagnosis_codes_status = status;
            extraction.diagnosis_codes = codes;
            return;
        }
    }
}

/// Gives a page without a code that of its list whose title there is the page's own.
pub(super) fn find_own(extraction: &mut Extraction<'_>) {
    let (None, Some(title)) = (&extraction.code, &extraction.title) else { return };
    let is_own = |listed: &&Found<'_, ListedCode<'_>>| {
        listed.value.title.as_ref().is_some_and(|(listed, _)| says_same(listed, &title.value))
    };
    let mut own = extraction.diagnosis_codes.iter().filter(is_own);
    if let (Some(only), None) = (own.next(), own.next()) {
        extraction.code = Some(Found { value: only.value.code.clone(), rule: only.rule, span: only.span });
    }
}

/// Whether a title has all words of a listed one and hardly more; `ovarian` is `ovary`, and what is in brackets or
/// only tells that nothing more is known does not count.
fn says_same(listed: &str, title: &str) -> bool {
    let telling = |text: &str| {
        let folded = fold(text.split_once(" (").map_or(text, |(name, _)| name));
        let words = words(&folded).filter(|word| word.chars().count() >= MIN_STEM && *word != "unspecified");
        words.map(|word| word.chars().take(MIN_STEM).collect::<String>()).collect::<Vec<_>>()
    };
    let (listed, title) = (telling(listed), telling(title));
    !listed.is_empty() && title.len() <= listed.len() + 1 && listed.iter().all(|word| title.contains(word))
}

/// Letters by which a word is the same as another one.
const MIN_STEM: usize = 4;

type Listed<'a> = (DiagnosisCodesStatus, Vec<Found<'a, ListedCode<'a>>>);

/// Lines of codes, or a word that there are none, directly under a heading.
fn under<'a>(finder: &mut Finder<'a>, rule: &'a Rule, headings: Wordings) -> Option<Listed<'a>> {
    let headings: Vec<usize> = finder.headings_under(headings).collect();
    for heading in headings {
        let mut codes = Vec::new();
        // The lines of the list, each with the number of its first code.
        let mut taken = Vec::new();
        let mut status = None;
        let mut at = heading;
        while let Some(next) = finder.next_free(at) {
            at = next;
            if is_none(finder, rule, at) && codes.is_empty() && status.is_none() {
                taken.push((at, None));
                status = Some(DiagnosisCodesStatus::NotAvailable);
                // Codes below it say more: `None of these is billable`.
                continue;
            }
            let header = is_header(finder, rule, at, taken.is_empty());
            let (listed, title) = if header { (Vec::new(), None) } else { entry(finder, rule, at) };
            if listed.is_empty() && !header {
                // A line that leads to the list: `For your insurance:`, `These codes are covered.`
                let leads = || taken.is_empty() && leads_to_codes(finder, rule, at);
                if codes.is_empty() && leads() {
                    taken.push((at, None));
                    continue;
                }
                let Some(next) = behind_terms(finder, rule, at).filter(|_| !codes.is_empty()) else { break };
                at = next;
                continue;
            }
            taken.push((at, (!header).then_some(codes.len())));
            if let Some(title) = title {
                taken.push((title, Some(codes.len())));
                at = title;
            }
            codes.extend(listed);
        }
        if !codes.is_empty() {
            status = Some(DiagnosisCodesStatus::Listed);
        }
        if !codes.is_empty()
            && !names_diagnoses(finder, heading)
            && !codes.iter().any(|code| is_known(finder, code))
        {
            continue;
        }
        if let Some(status) = status {
            finder.assign(heading, FieldPath::Field("diagnosis_codes"), &rule.id);
            for (at, code) in taken {
                let path = code.map_or(FieldPath::Field("diagnosis_codes"), FieldPath::Listed);
                finder.assign(at, path, &rule.id);
            }
            return Some((status, codes));
        }
    }
    None
}

/// The last of the terms from a line on that a code includes, if the next of the list stands behind them.
fn behind_terms(finder: &Finder<'_>, rule: &Rule, at: usize) -> Option<usize> {
    let blocks = finder.blocks();
    let is_term = |&at: &usize| !finder.is_heading(at) && !finder.is_running(at) && !blocks[at].gap_before;
    let mut terms = std::iter::successors(Some(at), |&at| finder.next_free(at)).take(MAX_TERMS);
    let last = terms.find(|at| {
        !is_term(at) || finder.next_free(*at).is_some_and(|next| !read_line(finder, rule, next).is_empty())
    })?;
    let goes_on = |next: usize| !blocks[next].gap_before && blocks[next].kind == BlockKind::Paragraph;
    (is_term(&last) && finder.next_free(last).is_some_and(goes_on)).then_some(last)
}

/// Whether a line without a code stands between a heading and items or rows that start with one.
fn leads_to_codes(finder: &Finder<'_>, rule: &Rule, at: usize) -> bool {
    let is_list = |kind: &BlockKind<'_>| matches!(kind, BlockKind::ListItem(_) | BlockKind::TableRow(_));
    let starts = |next: usize| {
        is_header(finder, rule, next, true)
            || find_codes(&finder.blocks()[next].text).any(|code| code.start == 0)
    };
    let blocks = finder.blocks();
    blocks[at].kind == BlockKind::Paragraph
        && find_codes(&blocks[at].text).next().is_none()
        && finder.next_free(at).is_some_and(|next| is_list(&blocks[next].kind) && starts(next))
}

/// Whether a row only heads the columns of a list: it is marked so, or is its first and the next has a code.
fn is_header(finder: &Finder<'_>, rule: &Rule, at: usize, first: bool) -> bool {
    let BlockKind::TableRow(row) = &finder.blocks()[at].kind else { return false };
    let heads_codes = |next: usize| !read_line(finder, rule, next).is_empty();
    row.header
        || (first && read_line(finder, rule, at).is_empty() && finder.next_free(at).is_some_and(heads_codes))
}

/// The codes of a line, and the block of the title where that stands beside it as a definition or on the line below.
fn entry<'a>(finder: &Finder<'a>, rule: &'a Rule, at: usize) -> Entry<'a> {
    let blocks = finder.blocks();
    let mut codes = read_line(finder, rule, at);
    let title = finder.next_free(at).filter(|&next| match blocks[at].kind {
        BlockKind::Term => blocks[next].kind == BlockKind::Definition,
        BlockKind::Paragraph => {
            let is_bare = codes.first().is_some_and(|code| code.value.title.is_none());
            is_bare && is_title_below(finder, next, !blocks[next].gap_before || in_one_row(finder, at, next))
        }
        _ => false,
    });
    if let (Some(next), [code]) = (title, &mut codes[..]) {
        let hit = finder.whole_block(next);
        code.value.title = code.value.title.take().or(Some((hit.text, hit.span)));
    }
    (codes, title)
}

/// Whether two blocks of an HTML page are all of one element that holds other elements.
fn in_one_row(finder: &Finder<'_>, one: usize, other: usize) -> bool {
    let containers = &finder.document.containers;
    let of = |at: usize| finder.blocks()[at].container;
    let parent = |at: usize| containers.get(of(at)? as usize)?.parent;
    of(one) != of(other) && parent(one).is_some() && parent(one) == parent(other)
}

/// Whether a line that stands close below a code alone says what the code stands for: no code, and no sentence.
fn is_title_below(finder: &Finder<'_>, at: usize, is_close: bool) -> bool {
    let block = &finder.blocks()[at];
    is_close
        && block.kind == BlockKind::Paragraph
        && block.text.len() <= MAX_LINE_BYTES
        && block.text.starts_with(char::is_uppercase)
        && !block.text.ends_with(['.', ':'])
        && find_codes(&block.text).next().is_none_or(|code| code.start > 0)
}

type Entry<'a> = (Vec<Found<'a, ListedCode<'a>>>, Option<usize>);

/// Lines in a row behind the first running text that start with codes of the page's category, with their titles;
/// and the line right above, if it announces them. Those that only lead down to the page's code are a path.
fn code_lines<'a>(
    finder: &mut Finder<'a>,
    extraction: &Extraction<'a>,
    rule: &'a Rule,
) -> Option<Listed<'a>> {
    let code = extraction.code.as_ref()?;
    let own = code.value.read.as_ref()?.code;
    let code_line = finder.block_at(code.span);
    let category = own.category();
    let category = category.as_str();
    let blocks = finder.blocks();
    let in_column = columns_of_codes(blocks, category);
    let is_line = |at: usize| {
        let block = &blocks[at];
        finder.is_free(at)
            && block.heading().is_none_or(|(level, _)| level.is_none())
            && (!finder.in_opening(at) || code_line.is_some_and(|line| line <= at))
            && block.text.len() <= MAX_LINE_BYTES
            && (strip_start(without_use(&block.text), category).is_some() || in_column[at])
    };
    let mut at = 0;
    while at < blocks.len() {
        if !is_line(at) {
            at += 1;
            continue;
        }
        let start = at;
        let (mut codes, mut taken) = (Vec::new(), Vec::new());
        let mut reached = at;
        while at < blocks.len() && at <= reached + MAX_TERMS {
            if !is_line(at) {
                // Between the codes of a tabular list stand the terms that each includes.
                let is_term = finder.is_free(at) && !finder.is_heading(at) && !finder.is_running(at);
                if !is_term {
                    break;
                }
                at += 1;
                continue;
            }
            let (listed, title) = entry(finder, rule, at);
            if !matches!(&listed[..], [code] if code.value.title.is_some() && is_known(finder, code)) {
                break;
            }
            taken.push((at, codes.len()));
            taken.extend(title.map(|title| (title, codes.len())));
            codes.extend(listed);
            at = title.unwrap_or(at) + 1;
            reached = at;
        }
        at = reached.max(start + 1);
        let read = |code: &Found<'_, ListedCode<'_>>| code.value.code.read.as_ref().map(|read| read.code);
        let beside = codes.iter().filter_map(read).filter(|code| !own.is_within(code)).count();
        let right_above =
            |at: usize| (0..at).rev().find(|&at| !finder.is_chrome(at)).filter(|&at| finder.is_free(at));
        let header = right_above(start).filter(|&at| is_header(finder, rule, at, true));
        // Codes of other categories may stand first: what is above all of them says what they are.
        let starts_with_code = |at: &usize| find_codes(&blocks[*at].text).any(|code| code.start == 0);
        let above = std::iter::successors(right_above(header.unwrap_or(start)), |&at| {
            right_above(at).filter(|_| starts_with_code(&at))
        });
        let above = above.take(MAX_TERMS).last();
        let says = above.map(|at| fold(&blocks[at].text)).unwrap_or_default();
        if beside < MIN_LINES || OTHER_CODES.iter().any(|word| says.contains(word)) {
            continue;
        }
        let announces = |&at: &usize| {
            finder.is_heading(at)
                || blocks[at].text.ends_with(':')
                || (!finder.is_running(at) && header.is_some())
        };
        for at in above.filter(announces).into_iter().chain(header) {
            finder.assign(at, FieldPath::Field("diagnosis_codes"), &rule.id);
        }
        for (at, code) in taken {
            finder.assign(at, FieldPath::Listed(code), &rule.id);
        }
        return Some((DiagnosisCodesStatus::Listed, codes));
    }
    None
}

/// Whether each block is a row whose first cell has a head above that says it is a code; or the last one, if it is of
/// the page's category.
fn columns_of_codes(blocks: &[Block<'_>], category: &str) -> Vec<bool> {
    // Of each table whose rows stand in a row with this one.
    let mut heads_codes = HashMap::new();
    let in_column = blocks.iter().map(|block| {
        let BlockKind::TableRow(row) = &block.kind else {
            heads_codes.clear();
            return false;
        };
        if row.header {
            let head = fold(&block.text);
            let (first, last) = (head.split('\t').next(), head.rsplit('\t').next());
            let says_code = |head: &str| head.contains("icd") && head.contains("code");
            let starts = first.is_some_and(|head| head == "code" || says_code(head));
            heads_codes.insert(row.table, (starts, last.is_some_and(says_code)));
        }
        let last =
            || block.text.rsplit('\t').next().is_some_and(|cell| strip_start(cell, category).is_some());
        match heads_codes.get(&row.table) {
            _ if row.header => false,
            Some((true, _)) => true,
            Some((_, true)) => last(),
            _ => false,
        }
    });
    in_column.collect()
}

/// Bytes of a line with a code and its title at most.
const MAX_LINE_BYTES: usize = 300;
/// Lines with further terms behind one with a code at most.
const MAX_TERMS: usize = 12;
/// Lines that make a list.
const MIN_LINES: usize = 2;
/// Words above codes that are not those of the page's disease, and of which none is part of a word for one.
const OTHER_CODES: [&str; 9] = [
    "exclud",
    "adjacent",
    "neighbo",
    "differential",
    "code first",
    "use additional",
    "code also",
    "replace",
    "previous",
];

/// Whether a heading itself says which codes stand below it; others stand above procedures as well.
fn names_diagnoses(finder: &Finder<'_>, heading: usize) -> bool {
    finder.facts.folded(heading).is_some_and(|words| words.contains("icd") || words.contains("diagnos"))
}

fn is_known(finder: &Finder<'_>, listed: &Found<'_, ListedCode<'_>>) -> bool {
    let read = listed.value.code.read.as_ref();
    read.is_some_and(|read| finder.reference.entry(&read.code).is_some())
}

fn labelled<'a>(finder: &mut Finder<'a>, rule: &'a Rule) -> Option<Listed<'a>> {
    let (hit, listed) = finder.first(rule, |finder, hit| {
        if hit.block.is_some_and(|at| finder.path(at).is_some()) {
            return None;
        }
        if rule.none.is_some_and(|none| finder.profile.lexicon.has(none, &hit.text)) {
            return Some((hit, (DiagnosisCodesStatus::NotAvailable, Vec::new())));
        }
        let codes = read(finder, rule, &hit);
        (!codes.is_empty()).then_some((hit, (DiagnosisCodesStatus::Listed, codes)))
    })?;
    finder.assign_hit(&hit, "diagnosis_codes", &rule.id);
    Some(listed)
}

fn is_none(finder: &Finder<'_>, rule: &Rule, at: usize) -> bool {
    rule.none.is_some_and(|none| finder.facts.is_one_of(at, none))
}

fn read_line<'a>(finder: &Finder<'a>, rule: &'a Rule, at: usize) -> Vec<Found<'a, ListedCode<'a>>> {
    read(finder, rule, &finder.whole_block(at))
}

/// `A00.0 - Title`, `A00.0`, `Title (A00.0)`, `A00.0, A00.1`, or cells with a code and a title.
fn read<'a>(finder: &Finder<'a>, rule: &'a Rule, hit: &Hit<'a>) -> Vec<Found<'a, ListedCode<'a>>> {
    let text: &str = &hit.text;
    if let Some(codes) = cells_of_codes(finder, rule, hit) {
        return codes;
    }
    let are_codes = |parts: &Vec<&str>| {
        parts.len() > 1 && parts.iter().all(|part| read_code(finder, part.trim()).is_some())
    };
    let split = |marks: &[char]| Some(text.split(marks).collect::<Vec<_>>()).filter(are_codes);
    if let Some(parts) = split(&[',', ';']).or_else(|| split(&[' '])) {
        let mut start = 0;
        return parts
            .iter()
            .filter_map(|part| {
                let place = finder.part(hit, Span::new(start, start + part.len()));
                start += part.len() + 1;
                one(finder, rule, &place, None)
            })
            .collect();
    }
    // `K29.0 (acute), K29.5 (chronic)`
    let parts: Vec<&str> = text.split_inclusive([',', ';']).collect();
    let starts = |part: &&str| {
        let (code, rest) = part.trim_start().split_once(' ').unwrap_or((part, ""));
        rest.starts_with(['(', '[']) && read_code(finder, code).is_some()
    };
    if parts.len() > 1 && parts.iter().all(starts) {
        let mut start = 0;
        let listed = parts.iter().filter_map(|part| {
            let from = start + part.len() - part.trim_start().len();
            start += part.len();
            let code = from + text[from..].find(' ')?;
            let inner = |c: char| matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | ' ');
            let title = text[code..start].trim_start_matches(inner);
            let title_start = start - title.len();
            let title_end = title_start + title.trim_end_matches(inner).len();
            let title = finder.part(hit, Span::new(title_start, title_end));
            one(finder, rule, &finder.part(hit, Span::new(from, code)), Some(title))
        });
        return listed.collect();
    }
    let used = text.len() - without_use(text).len();
    if used > 0
        && let Some((code, title)) = text[used..].split_once(" for ")
        && read_code(finder, code).is_some()
    {
        let title = finder.part(hit, Span::new(text.len() - title.len(), text.len()));
        let code = finder.part(hit, Span::new(used, used + code.len()));
        return one(finder, rule, &code, Some(title)).into_iter().collect();
    }
    let mark =
        |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | '.' | ',' | '=' | '…');
    let first = text[used..].split([' ', '\t', ':', '|', ',']).next().unwrap_or_default();
    let first = glued_code(finder, first).unwrap_or(first);
    if read_code(finder, first).is_some() {
        let title = text[used + first.len()..].trim_start_matches(mark);
        let title =
            (!title.is_empty()).then(|| finder.part(hit, Span::new(text.len() - title.len(), text.len())));
        let code = finder.part(hit, Span::new(used, used + first.len()));
        return one(finder, rule, &code, title).into_iter().collect();
    }
    let body = text.trim_end_matches([')', ']', '.', ' ']);
    let at = body.rfind([' ', '(', '[', '\t']).map_or(0, |at| at + 1);
    if at > 0 && read_code(finder, &body[at..]).is_some() {
        let title = text[..at].trim_end_matches(|c: char| mark(c) || matches!(c, '(' | '['));
        let title = (!title.is_empty()).then(|| finder.part(hit, Span::new(0, title.len())));
        let code = finder.part(hit, Span::new(at, body.len()));
        return one(finder, rule, &code, title).into_iter().collect();
    }
    Vec::new()
}

/// The codes of a row that says one thing of several: `Mild\tJ45.20\tJ45.21`.
fn cells_of_codes<'a>(
    finder: &Finder<'a>,
    rule: &'a Rule,
    hit: &Hit<'a>,
) -> Option<Vec<Found<'a, ListedCode<'a>>>> {
    let BlockKind::TableRow(row) = &finder.blocks()[hit.block?].kind else { return None };
    let [_, rest @ ..] = &row.cells[..] else { return None };
    let all_codes = rest.len() > 1
        && rest.iter().all(|cell| {
            hit.text.get(cell.text.range()).is_some_and(|text| read_code(finder, text.trim()).is_some())
        });
    let codes = || rest.iter().filter_map(|cell| one(finder, rule, &finder.part(hit, cell.text), None));
    all_codes.then(|| codes().collect())
}

/// A line without the word that says what to do with its code, or what it is of: `Use K29.0 for acute gastritis`,
/// `ICD-10-CM K29.0: Acute gastritis`.
fn without_use(line: &str) -> &str {
    let system = || {
        let (_, rest) = strip_start(line, "icd")?.split_once(' ')?;
        Some(strip_start(rest, "code ").unwrap_or(rest))
    };
    strip_start(line, "use ").or_else(system).unwrap_or(line)
}

/// The code at the start of a word to which the title is glued, as where elements stand side by side with nothing
/// between: `J44.0Chronic`.
fn glued_code<'t>(finder: &Finder<'_>, word: &'t str) -> Option<&'t str> {
    let bytes = word.as_bytes();
    let starts_word = |pair: &[u8]| matches!(pair, [upper, lower] if upper.is_ascii_uppercase() && lower.is_ascii_lowercase());
    let title = bytes.windows(2).position(starts_word).filter(|&at| at >= 3)?;
    word.get(..title).filter(|code| read_code(finder, code).is_some())
}

/// A word as a code, if it has the shape of one and a figure in it: `Any` and `Other` are words.
fn read_code(finder: &Finder<'_>, word: &str) -> Option<crate::icd::ReadCode> {
    let shaped = word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_digit());
    shaped.then(|| finder.reference.read_code(word)).flatten()
}

fn one<'a>(
    finder: &Finder<'a>,
    rule: &'a Rule,
    code: &Hit<'a>,
    title: Option<Hit<'a>>,
) -> Option<Found<'a, ListedCode<'a>>> {
    let read = read_code(finder, &code.text)?;
    let printed = PrintedCode { printed: code.text.clone(), read: Some(read) };
    let title = title.map(|title| (title.text, title.span));
    Some(code.found(ListedCode { code: printed, title }, rule))
}
