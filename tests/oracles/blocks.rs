//! Blocks of HTML: the scanner against a real tree, and each block against its own bytes.

use super::Verdict;
use super::page::page;
use nosograph::document::BlockKind;
use nosograph::page::{Format, Page};
use nosograph::parse::html::{self, fragment_text, source_span};
use nosograph::parse::tree::{self, FORMATTING, Mended, kind_name};
use nosograph::parse::{Reading, shown};

/// That the scanner gives the blocks of the tree, or differs for a reason.
pub(crate) fn same_as_tree(html: &str) -> Verdict {
    // Without a document type tables stand in paragraphs, which matters for hidden ones alone.
    match compare(&format!("<!DOCTYPE html>{html}")) {
        Comparison::Wrong(what) => Err(what),
        Comparison::Same | Comparison::Different(_) => Ok(()),
    }
}

/// Why the blocks may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// The tree has text in front of a table that the page has inside it; blocks ascend in the page.
    Fostered,
    /// The tree has formatting elements misnested with blocks taken apart, so that one text has moved.
    Adopted,
    /// The tree opens a formatting element again, whose end tag then closes what stands inside it, or which
    /// hides its content.
    Reopened,
    /// The tree would be too large: there is nothing to compare with.
    NoTree,
}

/// How the two stand to each other.
#[derive(Debug)]
pub(crate) enum Comparison {
    Same,
    Different(Difference),
    Wrong(String),
}

type Blocks = Vec<(String, String)>;

/// The blocks of the scanner: kind and text.
pub(crate) fn scanned(page: &Page) -> Blocks {
    let blocks = html::parse(page).blocks.into_iter();
    blocks.map(|block| (kind_name(&block.kind), block.text.into_owned())).collect()
}

/// Holds the blocks of the scanner against those of the tree.
pub(crate) fn compare(html: &str) -> Comparison {
    let page = page(Format::Html, html);
    let scanned = scanned(&page);
    let Ok(reference) = tree::blocks(page.text()) else { return Comparison::Different(Difference::NoTree) };
    if scanned == reference.blocks {
        return Comparison::Same;
    }
    match cause(html, &scanned, &reference.blocks, reference.mended) {
        Some(difference) => Comparison::Different(difference),
        None => Comparison::Wrong(first_difference(&scanned, &reference.blocks)),
    }
}

/// The start tags of formatting elements, as far as that can be told without a tree.
fn formatting_tags(html: &str) -> usize {
    let html = html.to_ascii_lowercase();
    let mut count = 0;
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            continue;
        }
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let Some(end) = tag_end(&rest[name.len()..]) else { return count };
        rest = &rest[name.len() + end..];
        count += usize::from(FORMATTING.contains(&name));
        if name == "plaintext" {
            return count;
        }
        if RAW.contains(&name) {
            let close = format!("</{name}");
            let closes = |at: &usize| rest[at + close.len()..].starts_with(ends);
            rest = rest.match_indices(&close).map(|(at, _)| at).find(closes).map_or("", |at| &rest[at..]);
        }
    }
    count
}

/// Elements in which tags are text.
const RAW: [&str; 8] = ["title", "textarea", "script", "style", "xmp", "iframe", "noembed", "noframes"];

/// Where a tag ends behind its name: at a `>` outside the quotes of a value.
fn tag_end(attributes: &str) -> Option<usize> {
    let mut quote = None;
    let mut last = ' ';
    for (at, letter) in attributes.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '>' => return Some(at),
            None if matches!(letter, '"' | '\'') && last == '=' => quote = Some(letter),
            None => {}
        }
        if !letter.is_ascii_whitespace() {
            last = letter;
        }
    }
    None
}

fn cause(html: &str, scanned: &Blocks, tree: &Blocks, mended: Mended) -> Option<Difference> {
    let letters = |blocks: &Blocks| {
        let mut letters: Vec<char> = blocks
            .iter()
            .flat_map(|block| block.1.chars())
            .filter(|letter| !letter.is_whitespace())
            .collect();
        letters.sort_unstable();
        letters
    };
    let same_letters = letters(scanned) == letters(tree);
    // In front of its table text of a hidden row is seen.
    let lower = html.to_ascii_lowercase();
    let hides = ["hidden", "display", "visibility"].iter().any(|word| lower.contains(word));
    if mended.fostered > 0 && (same_letters || hides) {
        Some(Difference::Fostered)
    } else if mended.adopted > 0 && same_letters {
        Some(Difference::Adopted)
    } else if mended.formatting > formatting_tags(html) {
        Some(Difference::Reopened)
    } else {
        None
    }
}

fn first_difference(scanned: &Blocks, tree: &Blocks) -> String {
    let at = scanned.iter().zip(tree).take_while(|(one, other)| one == other).count();
    format!("block {at}: scanner {:?}, tree {:?}", scanned.get(at), tree.get(at))
}

/// Reads every block back from its bytes, and a part of it; returns how many there were.
pub(crate) fn read_back(page: &Page) -> Result<usize, String> {
    let document = html::parse(page);
    let text = page.text();
    let mut end = 0;
    for block in &document.blocks {
        let source = &text[block.span.range()];
        if block.outer.start < end || !block.outer.contains(block.span) {
            return Err(format!("{block:?} does not stand after the one before"));
        }
        end = block.outer.end;
        // The tag that makes `<` text in a text area is not part of its text.
        let raw = matches!(block.kind, BlockKind::Control | BlockKind::Preformatted);
        if raw && source.contains(['<', '&', '\0']) {
            continue;
        }
        let read = fragment_text(source);
        // Tags that were passed over because of what is open round them mean something in a slice.
        // So do the cells of a row, whose table is not in the slice.
        let tags = source.to_ascii_lowercase();
        let stray =
            STRAY.iter().any(|tag| tags.contains(tag)) || matches!(block.kind, BlockKind::TableRow(_));
        let is_seen = |read: &str| visible(read) == visible(&block.text);
        let same = if raw || stray {
            is_seen(&read) || is_seen(&shown(Format::Html, Reading::StrayCells, source))
        } else {
            read == block.text
        };
        if !same {
            return Err(format!("{source:?} reads {read:?}, not {:?}", block.text));
        }
        let part = last_word(&block.text);
        let source = &text[source_span(text, block, part.clone()).range()];
        let is_seen = |read: &str| visible(read) == visible(&block.text[part.clone()]);
        if !is_seen(&fragment_text(source)) && !is_seen(&shown(Format::Html, Reading::StrayCells, source)) {
            return Err(format!("{part:?} of {:?} is not {source:?}", block.text));
        }
    }
    Ok(document.blocks.len())
}

/// A cell without its table, a form in a form, a part of a list box.
const STRAY: [&str; 6] = ["<t", "</t", "<form", "</form", "<select", "<c"];

fn last_word(text: &str) -> std::ops::Range<usize> {
    let start = text.rfind(|letter: char| letter.is_ascii_whitespace()).map_or(0, |space| space + 1);
    start..text.len()
}

/// Without what a block never has: white space, characters that are not seen.
pub(crate) fn visible(text: &str) -> String {
    let unseen =
        |letter: char| letter.is_whitespace() || matches!(letter, '\0' | '\u{ad}' | '\u{200b}' | '\u{feff}');
    text.chars().filter(|&letter| !unseen(letter)).collect()
}
