//! Rows of tables in text: cells between bars, tabs or wide spaces, and lines of infoboxes.
//!
//! In: a line. Out: its cells with their places, or that it has none.

use super::list::Marker;
use crate::count::has_double_space;

/// Cells with tabs between them, as browsers copy tables. Runs of tabs are one.
pub(super) fn is_tabbed(line: &str) -> bool {
    line.contains('\t') && Marker::read(line).is_none()
}

/// The cells of a row: by tabs, else by bars, else by a run of spaces.
pub(super) fn row_cells(line: &str) -> Vec<(usize, &str)> {
    if let Some(cells) = wiki_parameter(line) {
        return cells.into();
    }
    if is_tabbed(line) {
        return split_cells(line, '\t');
    }
    match spaced_cells(line) {
        Some((first, second)) => vec![(0, &line[..first]), (second, &line[second..])],
        None => split_cells(line, '|'),
    }
}

/// Name and value of a line of an infobox: `| ICD10 = {{ICD10|K90.0}}`, `| name = [[Gout]]`.
pub(super) fn wiki_parameter(line: &str) -> Option<[(usize, &str); 2]> {
    let (name, value) = line.strip_prefix('|')?.split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-'));
    let (name, value) = (name.trim(), value.trim());
    let pairs = [("{{", "}}"), ("[[", "]]")];
    let inside =
        |(open, close)| value.strip_prefix(open)?.strip_suffix(close).filter(|rest| !rest.contains(open));
    let value = match pairs.into_iter().find_map(inside) {
        Some(inside) => inside.rsplit('|').next().unwrap_or(inside).trim(),
        // Bars part cells.
        None if value.contains('|') => return None,
        None => value,
    };
    let usable = is_name && (1..=MAX_FIRST_CELL).contains(&name.len()) && !value.is_empty();
    let place = |part: &str| part.as_ptr() as usize - line.as_ptr() as usize;
    usable.then(|| [(place(name), name), (place(value), value)])
}

/// Where the first of two cells with two spaces or more between them ends, and where the second starts.
pub(super) fn spaced_cells(line: &str) -> Option<(usize, usize)> {
    let head = &line.as_bytes()[..line.len().min(MAX_FIRST_CELL + 2)];
    let first = head.windows(2).position(|pair| pair == b"  ")?;
    let rest = line[first..].trim_start();
    let usable = !line[..first].ends_with(['.', '!', '?'])
        && !rest.contains("  ")
        && !line.contains(['|', '\t'])
        && Marker::read(line).is_none();
    usable.then_some((first, line.len() - rest.len()))
}

/// Whether a line is three names or more with wide spaces between, as menus are left by what takes tags away: each of a
/// few words that start with a capital, without figures and marks of sentences.
pub(super) fn is_row_of_names(line: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(char::is_uppercase)
            && name.len() > 1
            && name.split(' ').count() <= MAX_NAME_WORDS
            && !name.contains(|c: char| c.is_ascii_digit() || ".,;:!?|\t_=".contains(c))
    };
    let mut names = line.split("  ").map(str::trim).filter(|name| !name.is_empty());
    line.len() <= MAX_ROW_OF_NAMES
        && has_wide_space(line)
        && Marker::read(line).is_none()
        && names.clone().count() >= MIN_NAMES
        && names.all(is_name)
}

/// Whether two spaces stand side by side in a line.
pub(super) fn has_wide_space(line: &str) -> bool {
    has_double_space(line.as_bytes())
}

/// Bytes of a row of names at most, names of one at least, and words of each at most.
const MAX_ROW_OF_NAMES: usize = 160;
const MIN_NAMES: usize = 3;
const MAX_NAME_WORDS: usize = 4;

/// Bytes of the first of two cells with spaces between them at most: it names what the second holds.
pub(super) const MAX_FIRST_CELL: usize = 40;

/// The cells of a row, trimmed, with the byte at which each starts.
pub(super) fn split_cells(line: &str, separator: char) -> Vec<(usize, &str)> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in line.char_indices().chain([(line.len(), separator)]) {
        if c == separator && (!escaped || at == line.len()) && (separator == '\t' || at > 0) {
            let cell = &line[start..at];
            let inner = cell.trim_start();
            let from = at - inner.len();
            let inner = inner.trim_end();
            let outside = (at == line.len() || start == 0) && inner.is_empty();
            if !(outside || separator == '\t' && inner.is_empty()) {
                cells.push((from, inner));
            }
            start = at + 1;
        } else if c == separator && at == 0 {
            start = 1;
        }
        escaped = c == '\\' && !escaped;
    }
    cells
}
