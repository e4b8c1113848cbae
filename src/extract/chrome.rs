//! Site furniture: what the page would show whatever its subject.
//!
//! Told by whole lines the profile lists, by selectors, and by the surroundings: on an HTML page with running
//! text by the weight of [`content`]'s evidence, else by landmarks and hints alone. What a rule of the profile
//! can want is not furniture for being short or full of links; only a landmark or hint tells that. A label cut
//! off the end of a title is `title`'s work.

use super::content::{self, Judgment};
use super::finder::Finder;
use super::marks::Marks;
use super::name::Names;
use crate::count::count;
use crate::document::{Block, BlockKind, Document, Label, Place};
use crate::extraction::Extraction;
use crate::icd::find_codes;
use crate::page::Format;
use crate::profile::{ChromeFind, ChromeRule, Find, Wordings, fold};
use crate::record::FieldPath;
use crate::span::Span;
use std::cmp::Ordering;
use std::ops::Range;

/// Landmarks and hints whose content is never the article's.
const OUTSIDE: Place = Place::NAVIGATION
    .union(Place::FOOTER)
    .union(Place::ASIDE)
    .union(Place::DIALOG)
    .union(Place::HINT_MENU)
    .union(Place::HINT_COMMENTS)
    .union(Place::HINT_SHARE)
    .union(Place::HINT_RELATED)
    .union(Place::HINT_PROMOTION)
    .union(Place::HINT_CONSENT)
    .union(Place::HINT_SIDEBAR)
    .union(Place::HINT_FOOTER);

/// Bytes of a block that can be a code with its title.
const MAX_CODE_LINE_BYTES: usize = 200;

/// Marks the chrome of a page, and finds where its running text starts.
pub(super) fn mark(finder: &mut Finder<'_>) {
    let profile = finder.profile;
    for at in 0..finder.blocks().len() {
        match finder.blocks()[at].kind {
            BlockKind::Separator => finder.mark_chrome(at, "separator"),
            // What shows nothing is in no rule's way; labels look there all the same.
            BlockKind::FrontMatter => finder.mark_chrome(at, FRONT_MATTER),
            _ => {}
        }
    }
    for rule in &profile.chrome {
        finder.tried(rule.number, false);
        match &rule.find {
            ChromeFind::Surroundings => {
                surroundings(finder, rule);
                heads_chrome(finder, rule);
                contents(finder, rule);
                menus(finder, rule);
            }
            ChromeFind::Line(lines) => {
                for at in finder.facts.blocks_of(*lines) {
                    let block = &finder.blocks()[at];
                    // A path may end in the code of its page.
                    let leads = || {
                        [" > ", " / ", " » ", " › "].iter().any(|mark| block.text.matches(mark).count() >= 2)
                    };
                    if finder.is_free(at)
                        && block.units == 1
                        && (!starts_with_code(finder, at) || leads())
                        && !heads_text(finder, at, *lines)
                    {
                        mark_by(finder, at, rule);
                    }
                }
            }
            ChromeFind::Below(headings) => below(finder, rule, *headings),
            ChromeFind::Selector(selector) => {
                for at in finder.selected_blocks(selector) {
                    mark_by(finder, at, rule);
                }
            }
            ChromeFind::Trailing(_) => {}
        }
    }
    finder.find_opening();
}

/// Whether a line is a heading inside the article with text or items right below, and those no `lines` of furniture:
/// `Contact` names a part of the page then.
fn heads_text(finder: &Finder<'_>, at: usize, lines: Wordings) -> bool {
    let blocks = finder.blocks();
    let is_part = || {
        finder.is_heading(at)
            && blocks[at].link_bytes == 0
            && finder.facts.first_running().is_some_and(|first| first < at)
    };
    let is_text = |at: usize| {
        let block = &blocks[at];
        matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem(_))
            && finder.is_free(at)
            && !leads_away(block)
            && !finder.facts.is_one_of(at, lines)
            && count(block.text.as_bytes(), |byte| byte == b' ') >= MIN_SPACES
    };
    at + 1 < blocks.len() && is_part() && is_text(at + 1)
}

/// Spaces in a text or an item at least: the names of menus have fewer.
const MIN_SPACES: usize = 5;

/// Marks headings that name other pages, comments or invitations, with all up to the next heading that is no deeper:
/// titles and first lines of other pages read like an article. As many links or controls as paragraphs have to stand there; and where most
/// of the page's text is still to come, only those right below go with the heading.
fn below<'a>(finder: &mut Finder<'a>, rule: &'a ChromeRule, headings: Wordings) {
    let blocks = finder.blocks();
    let depth = |at: usize| blocks[at].heading().map(|(level, _)| level.unwrap_or(u8::MAX));
    let text = |range: Range<usize>, finder: &Finder<'_>| -> usize {
        let running = range.filter(|&at| finder.is_free(at) && finder.is_running(at));
        running.map(|at| blocks[at].text.len()).sum()
    };
    let is_text = |&at: &usize| finder.is_free(at) && finder.is_running(at);
    let last = if finder.page.format == Format::Text { (0..blocks.len()).rev().find(is_text) } else { None };
    let mut done = 0;
    for at in finder.facts.blocks_of(headings) {
        // Below all text of a page without links the titles of other pages are short lines to its end.
        if last.is_some_and(|last| last < at) {
            for inside in done.max(at)..blocks.len() {
                if is_kept(finder, inside) {
                    break;
                }
                if finder.is_free(inside) {
                    mark_by(finder, inside, rule);
                }
                done = inside + 1;
            }
            continue;
        }
        let Some(own) = depth(at) else { continue };
        let end = (at + 1..blocks.len()).find(|&next| depth(next).is_some_and(|level| level <= own));
        let mut part = at..end.unwrap_or(blocks.len());
        let is_furniture = |at: usize| finder.is_chrome(at) || leads_away(&blocks[at]);
        if text(0..at, finder) * 2 < text(0..blocks.len(), finder) {
            part.end = (at + 1..part.end).find(|&next| !is_furniture(next)).unwrap_or(part.end);
        }
        let links = (at + 1..part.end).filter(|&at| is_furniture(at)).count();
        let texts = part.clone().filter(|&at| finder.is_free(at) && finder.is_running(at)).count();
        if links == 0 || links < texts {
            continue;
        }
        for inside in part {
            if finder.is_free(inside) {
                mark_by(finder, inside, rule);
            }
        }
    }
}

/// Whether a line below a heading that names other pages is none of those: a point, a code, or what heads them.
fn is_kept(finder: &Finder<'_>, at: usize) -> bool {
    let number = finder.blocks()[at].list_item().and_then(|item| item.number);
    number.is_some() || starts_with_code(finder, at) || heads_field(finder, at)
}

/// Whether a block is a heading under which a rule of the profile looks.
fn heads_field(finder: &Finder<'_>, at: usize) -> bool {
    finder.profile.rules.iter().any(|rule| match &rule.find {
        Find::Under(headings) => finder.facts.is_one_of(at, *headings),
        _ => false,
    })
}

/// Whether a block is a link or a control.
fn leads_away(block: &Block<'_>) -> bool {
    block.link_bytes as usize * 2 > block.text.len()
        || block.kind == BlockKind::Control
        || block.place.any(Place::FORM)
}

const FRONT_MATTER: &str = "front-matter";

/// Gives front matter that no rule took free again: it is data and no furniture. The line with the page's title is
/// the title's, where that was found on the page too, and the one that gave the code is the code's.
pub(super) fn release_front_matter<'a>(finder: &mut Finder<'a>, extraction: &Extraction<'a>) {
    let is_left = |at: &usize| finder.blocks()[*at].kind == BlockKind::FrontMatter && finder.is_chrome(*at);
    let left: Vec<usize> =
        (0..finder.blocks().len()).take_while(|&at| is_head(finder, at)).filter(is_left).collect();
    let says_title =
        finder.document.metadata.iter().find(|of| of.key == "title").zip(extraction.title.as_ref());
    let title = says_title.filter(|(said, title)| fold(&said.value) == fold(&title.value));
    for at in left {
        let holds = |span: Span| finder.blocks()[at].span.contains(span);
        let said_title = title.filter(|(said, _)| holds(said.span)).map(|(_, title)| ("title", title.rule));
        let said_code =
            || extraction.code.as_ref().filter(|code| holds(code.span)).map(|code| ("code", code.rule));
        match said_title.or_else(said_code) {
            Some((field, rule)) => finder.assign(at, FieldPath::Field(field), rule),
            None => finder.release(at),
        }
    }
}

/// Whether a block belongs to the head of a Markdown page.
fn is_head(finder: &Finder<'_>, at: usize) -> bool {
    matches!(finder.blocks()[at].kind, BlockKind::FrontMatter | BlockKind::Separator)
}

fn mark_by<'a>(finder: &mut Finder<'a>, at: usize, rule: &'a ChromeRule) {
    finder.mark_chrome(at, &rule.id);
    finder.won(rule.number);
}

/// Marks what stands outside the article.
fn surroundings<'a>(finder: &mut Finder<'a>, rule: &'a ChromeRule) {
    let document = finder.document;
    let article = Place::MAIN.union(Place::ARTICLE);
    let has_article = document.blocks.iter().any(|block| block.place.any(article));
    let is_outside = |block: &Block<'_>| {
        block.place.any(OUTSIDE)
            || (has_article
                && !block.place.any(article)
                && block.heading().is_none_or(|(level, _)| level != Some(1)))
    };
    let weighed = content::judge(document, finder.page.format);
    let wanted = weighed.as_ref().map(|judged| wanted(finder, judged));
    let is_judged_content = |at: usize| weighed.as_ref().is_none_or(|judged| judged[at] == Judgment::Content);
    let name = Names::of(document).heading(finder, is_judged_content);
    for (at, block) in document.blocks.iter().enumerate() {
        let is_content = match (&weighed, &wanted) {
            _ if name == Some(at) => true,
            (Some(judged), Some(wanted)) => match judged[at] {
                Judgment::Content => true,
                Judgment::Chrome if !wanted[at] => false,
                Judgment::Open | Judgment::Chrome => !is_outside(block),
            },
            _ => !is_outside(block),
        };
        if (!is_content || block.kind == BlockKind::Control) && finder.is_free(at) {
            mark_by(finder, at, rule);
        }
    }
}

/// Lines of a table of contents from which on it is one.
const MIN_CONTENTS: usize = 3;

/// Marks tables of contents: lines in a row that are the words of headings further down.
fn contents<'a>(finder: &mut Finder<'a>, rule: &'a ChromeRule) {
    let blocks = finder.blocks();
    let words = |at: usize| finder.facts.unnumbered(at);
    // Where each heading stands last.
    let mut last: Vec<(&str, usize)> =
        finder.facts.headings().filter_map(|at| Some((words(at)?, at))).collect();
    if last.len() < MIN_CONTENTS {
        return;
    }
    last.retain(|(words, _)| !words.is_empty());
    last.sort_unstable_by(|(one, at), (other, other_at)| {
        by_length(one, other).then_with(|| other_at.cmp(at))
    });
    last.dedup_by_key(|(words, _)| *words);
    // Most lines are told from all headings by their length and their first letter.
    let shape =
        |words: &[u8]| (words.len() * 37 + words.first().map_or(0, |&first| usize::from(first))) % 1024;
    let mut has_shape = [false; 1024];
    last.iter().for_each(|(words, _)| has_shape[shape(words.as_bytes())] = true);
    let heading = |at: usize| {
        finder.facts.unnumbered_bytes(at).filter(|words| has_shape[shape(words)])?;
        let words = words(at)?;
        let found = last.binary_search_by(|(of, _)| by_length(of, words)).ok()?;
        Some(last[found].1)
    };
    let mut found = Vec::new();
    let mut run = 0..0;
    for at in 0..=blocks.len() {
        if at < blocks.len() && heading(at).is_some_and(|heading| heading > at) {
            run.end = at + 1;
            continue;
        }
        let names_later = |at: usize| heading(at).is_some_and(|heading| heading >= run.end);
        if run.len() >= MIN_CONTENTS && run.clone().all(names_later) {
            found.extend(run);
        }
        run = at + 1..at + 1;
    }
    for at in found {
        if finder.is_free(at) {
            mark_by(finder, at, rule);
        }
    }
}

/// An order of texts that hardly ever looks at their letters.
fn by_length(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// Marks lines of a text page that are menus: short words between bars or wide spaces, before or after the article.
fn menus<'a>(finder: &mut Finder<'a>, rule: &'a ChromeRule) {
    if finder.page.format != Format::Text {
        return;
    }
    let blocks = finder.blocks();
    let mut running = (0..blocks.len()).filter(|&at| finder.is_running(at));
    let Some(first) = running.next() else { return };
    let last = running.next_back().unwrap_or(first);
    let is_title = |block: &Block<'_>| matches!(block.heading(), Some((Some(_), _))) && !block.is_link();
    let has_title = blocks[..first].iter().any(is_title);
    for at in (0..first).chain(last.saturating_add(1)..blocks.len()) {
        let block = &blocks[at];
        let is_line = matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading { .. });
        let leads_on = || {
            is_menu(&block.text)
                || block.is_row_of_links(finder.document.markup)
                || block.place.any(Place::ROW)
        };
        // Above the text, what is all link is a menu, and a heading the name of the site.
        let is_link = || at < first && block.is_link() && !starts_with_code(finder, at);
        let is_furniture = match block.kind {
            BlockKind::ListItem(_) => is_link(),
            BlockKind::Heading { level: Some(1), .. } if has_title => is_link() || leads_on(),
            _ => is_line && leads_on(),
        };
        if is_furniture && finder.is_free(at) {
            mark_by(finder, at, rule);
        }
    }
}

/// Three parts or more with bars between, each of a few words and none a code or a value behind a label.
fn is_menu(text: &str) -> bool {
    // Most lines have no bar: those outside ASCII start with C2 and E2.
    let may_have_bars = memchr::memchr3(b'|', 0xC2, 0xE2, text.as_bytes()).is_some();
    let parts = text.split(['|', '·', '»', '›']).map(str::trim);
    text.len() <= MAX_CODE_LINE_BYTES
        && may_have_bars
        && parts.clone().count() >= 3
        && parts.enumerate().all(|(index, part)| {
            let label = Label::split(part).is_some_and(|label| !label.value.is_empty());
            part.split(' ').count() <= 5 && (index == 0 || !label) && find_codes(part).next().is_none()
        })
}

/// Marks headings of an HTML page with only furniture below them in the same place.
fn heads_chrome<'a>(finder: &mut Finder<'a>, rule: &'a ChromeRule) {
    if finder.page.format != Format::Html {
        return;
    }
    let document = finder.document;
    let headings: Vec<usize> = finder.facts.headings().filter(|&at| finder.is_free(at)).collect();
    for at in headings {
        let block = &document.blocks[at];
        let is_part = block.heading().is_some_and(|(level, _)| level != Some(1));
        let Some(next) = document.blocks.get(at + 1).filter(|_| is_part) else { continue };
        let parent = next.container.and_then(|own| document.containers.get(own as usize)?.parent);
        let below = next.container == block.container || parent == block.container;
        // Behind the end of a box with a form the article goes on.
        let mut own = (at + 1..document.blocks.len()).take_while(|&at| {
            let other = &document.blocks[at];
            other.heading().is_none() && is_inside(document, other.container, block.container)
        });
        if below && next.heading().is_none() && own.all(|at| finder.is_chrome(at)) {
            mark_by(finder, at, rule);
        }
    }
}

/// Whether a container is another one, or lies in it.
fn is_inside(document: &Document<'_>, inner: Option<u32>, outer: Option<u32>) -> bool {
    let parent =
        |of: &Option<u32>| of.map(|of| document.containers.get(of as usize).and_then(|of| of.parent));
    // A container stands before those in it.
    std::iter::successors(Some(inner), parent).take_while(|of| *of >= outer).any(|of| of == outer)
}

/// The blocks that rules of the profile can want: headings of the first level, labels with their values, headings that name a field with the
/// list of codes below them, and the line of the code.
fn wanted(finder: &Finder<'_>, judged: &[Judgment]) -> Vec<bool> {
    let mut wanted = vec![false; finder.blocks().len()];
    let mut announced = false;
    let mut named = finder.facts.named_blocks().iter().peekable();
    for (at, block) in finder.blocks().iter().enumerate() {
        let names = named.next_if_eq(&&at).is_some() && heads_field(finder, at);
        let is_title = matches!(block.heading(), Some((Some(1), _)));
        announced = names || (announced && starts_with_code(finder, at));
        // Only of furniture does anyone ask whether it is wanted, and most of a page is none.
        wanted[at] = announced
            || is_title
            || (judged[at] == Judgment::Chrome && block.link_bytes == 0 && starts_with_code(finder, at));
    }
    for (label, value) in finder.wanted_labels() {
        wanted[label] = true;
        wanted[value] = true;
    }
    wanted
}

/// Whether a line starts or ends with a code.
fn starts_with_code(finder: &Finder<'_>, at: usize) -> bool {
    let text: &str = &finder.blocks()[at].text;
    finder.facts.may_have(at, Marks::DIGIT)
        && text.len() <= MAX_CODE_LINE_BYTES
        && text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_uppercase() && pair[1].is_ascii_digit())
        && find_codes(text).any(|code| {
            let has_digit = text.as_bytes().get(code.start + 1).is_some_and(u8::is_ascii_digit);
            has_digit && (code.start == 0 || text.len() - code.end <= 1)
        })
}
