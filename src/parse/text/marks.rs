//! Marks on one line: Markdown, wikis, underlines, printed pages.
//!
//! In: a line. Out: whether it is what the mark says, and what stands inside.

use super::line::{PageBytes, TextLine};
use crate::parse::markdown;
use crate::span::Span;

/// Whether the marks of a page are Markdown: a head, a fence, a table, or two marks of other kinds.
pub(super) fn has_markdown(bytes: PageBytes, lines: &[TextLine<'_>]) -> bool {
    if !bytes.may_be_markdown() {
        return false;
    }
    let mut weight = 0;
    for line in lines {
        weight += match line.text.as_bytes()[0] {
            b'#' if atx(line.text).is_some() => 2,
            b'`' | b'~' if is_fence(line.text) => 2,
            b'|' if is_delimiter_row(line.text) => 2,
            _ if line.text.contains("](") => 1,
            _ => 0,
        };
        if line.text.contains("**") && markdown::strip(line.text).text.len() < line.text.len() {
            weight += 1;
        }
        if weight >= 2 {
            return true;
        }
    }
    false
}

/// The value without the quotes of YAML around it.
pub(super) fn unquoted(text: &str, value: Span) -> Span {
    let inside = &text[value.range()];
    let quoted = |quote: char| inside.len() > 1 && inside.starts_with(quote) && inside.ends_with(quote);
    if quoted('"') || quoted('\'') { Span { start: value.start + 1, end: value.end - 1 } } else { value }
}

/// Level and inner text of `## heading ##`.
pub(super) fn atx(line: &str) -> Option<(u8, Span)> {
    let level = line.bytes().take_while(|&byte| byte == b'#').count();
    let inner = &line[level..];
    if !(1..=6).contains(&level) || !inner.starts_with([' ', '\t']) {
        return None;
    }
    let closed = inner.trim_end_matches('#');
    let inner = if closed.ends_with([' ', '\t']) { closed } else { inner };
    let start = level + inner.len() - inner.trim_start().len();
    let text = inner.trim();
    (!text.is_empty()).then(|| (level as u8, Span::new(start, start + text.len())))
}

/// Level and inner text of `== heading ==`, as wikis write it.
pub(super) fn wiki_heading(line: &str) -> Option<(u8, Span)> {
    if !line.starts_with("==") {
        return None;
    }
    let level = line.bytes().take_while(|&byte| byte == b'=').count();
    let inner = line.get(level..line.len().checked_sub(level)?)?;
    let closes = line.ends_with(&line[..level]) && !inner.starts_with('=') && !inner.ends_with('=');
    let text = inner.trim();
    if level > 6 || !closes || !text.contains(char::is_alphabetic) {
        return None;
    }
    let start = level + inner.len() - inner.trim_start().len();
    Some((level as u8, Span::new(start, start + text.len())))
}

pub(super) fn is_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

/// Three or more marks and nothing else: `---`, `* * *`, `=====`, a delimiter row.
pub(super) fn is_marks_only(line: &str) -> bool {
    let mark = |byte: u8| matches!(byte, b'-' | b'=' | b'_' | b'*' | b'~' | b'+' | b'|' | b':' | b'.');
    line.len() >= 3
        && line.bytes().all(|byte| mark(byte) || byte == b' ')
        && line.bytes().filter(|&byte| mark(byte)).count() >= 3
        && line != "..."
}

/// `|---|:--:|`
pub(super) fn is_delimiter_row(line: &str) -> bool {
    is_marks_only(line)
        && line.contains('|')
        && line.contains('-')
        && line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' '))
}

/// Four or more of one mark that underlines headings.
pub(super) fn is_uniform(line: &str) -> bool {
    let mark = line.as_bytes()[0];
    line.len() >= 4 && matches!(mark, b'^' | b'#' | b'"') && line.bytes().all(|byte| byte == mark)
}

/// The number of a printed page: `- 2 -`, `Page 2 of 3`, the same at the margin behind the words that head each page
/// from the second on.
pub(super) fn is_page_number(line: &str) -> bool {
    // Most lines do not end in a figure.
    let counted = line.ends_with(|c: char| c.is_ascii_digit()).then(|| line.rsplit_once("   ")).flatten();
    match counted.filter(|(_, number)| is_counted(number)) {
        Some((_, number)) => number.contains(" of ") && !number.contains(" 1 of "),
        None => is_counted(line),
    }
}

fn is_counted(line: &str) -> bool {
    // The first bytes of the words and dashes: most lines start with none.
    if !matches!(line.as_bytes(), [b'P' | b'p' | b'-' | 0xE2, ..]) {
        return false;
    }
    let is_number =
        |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = line.strip_prefix("Page ").or_else(|| line.strip_prefix("page ")) {
        return rest.split(" of ").all(is_number);
    }
    let dashes = ['-', '–', '—'];
    line.starts_with(dashes)
        && line.ends_with(dashes)
        && is_number(line.trim_matches(|c| dashes.contains(&c) || c == ' '))
}

/// A line that is a template of a wiki, or opens or closes one: `{{Reflist}}`, `{{Infobox disease`, `}}`. A variable
/// that was never filled, `{{ treatment_text }}`, is none.
pub(super) fn is_template(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("{{") else { return line == "}}" };
    match rest.find("}}") {
        None => true,
        Some(at) => at + 2 == rest.len() && !is_variable(&rest[..at]),
    }
}

/// Whether what stands between braces names a variable: `{{ name }}`, `{{page.title}}`, `{{treatment_text}}`.
fn is_variable(inside: &str) -> bool {
    let name = inside.trim_matches(' ');
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let is_apart = inside.starts_with(' ') && inside.ends_with(' ');
    is_word && name.starts_with(|c: char| c.is_ascii_lowercase()) && (is_apart || name.contains(['_', '.']))
}
