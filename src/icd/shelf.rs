//! A run of codes with their titles, packed until it is first asked for.
//!
//! In: rows in the order of their codes, or the packed form of whole categories. Out: rows by code. A
//! release has 98,186 codes and a page asks for a handful: titles are packed by some tens of KB, each run
//! on its own, and unpacked once (0.5 to 1.5 ms), so that start-up costs nothing and a look-up is a binary
//! search. Knows nothing of chapters and blocks.
//!
//! Packed form: deflate (RFC 1951) over lines of UTF-8. First the 7th characters in use, a line each:
//! `+`, then character and text by turns, tab-separated. Then a line for each code: how many characters it
//! shares with the code before, the other characters, tab, 1-based number of its 7th characters or
//! nothing, tab, title, then a tab and an inclusion term each. Half of ICD-10-CM is such 7th characters
//! (`A`, initial encounter), and is not stored: code and title follow from the code above.

use super::Code;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::fmt::Write;
use std::sync::OnceLock;

/// A run of codes.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The first code of the run.
    pub first: Code,
    packed: &'static [u8],
    rows: OnceLock<Rows>,
}

impl Shelf {
    /// A run that is still packed.
    pub(super) fn packed(first: Code, packed: &'static [u8]) -> Self {
        Self { first, packed, rows: OnceLock::new() }
    }

    /// A run that needs no unpacking; `None` if it has no code.
    pub(super) fn unpacked(rows: Rows) -> Option<Self> {
        let &first = rows.codes.first()?;
        Some(Self { first, packed: &[], rows: OnceLock::from(rows) })
    }

    /// Its rows.
    pub(super) fn rows(&self) -> &Rows {
        // Only what `build` wrote is ever packed, and a test compares that with its source: a damaged run
        // cannot reach a user, so it needs no error here.
        self.rows.get_or_init(|| unpack(self.packed).unwrap_or_default())
    }
}

/// Rows sorted by code, their texts in one string.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Apart from all else, since a search among them jumps: eight share a line of the processor's cache.
    codes: Vec<Code>,
    rows: Vec<Row>,
    text: String,
}

#[derive(Debug)]
struct Row {
    /// The row of the longest other code that this one begins with.
    parent: Option<u32>,
    /// Bytes of `Rows::text`: the title, then a tab before each inclusion term up to `end`.
    title: std::ops::Range<u32>,
    end: u32,
}

impl Rows {
    /// Adds a code that sorts behind all there are. Tabs and line ends in texts become spaces.
    pub(super) fn push<'t>(&mut self, code: Code, title: &str, terms: impl IntoIterator<Item = &'t str>) {
        let parent = self.nearest_above(code);
        let start = self.text.len() as u32;
        self.push_text(title);
        let title_end = self.text.len() as u32;
        for term in terms {
            self.text.push('\t');
            self.push_text(term);
        }
        let end = self.text.len() as u32;
        self.codes.push(code);
        self.rows.push(Row { parent, title: start..title_end, end });
    }

    fn push_text(&mut self, text: &str) {
        if text.bytes().fold(false, |any, byte| any | byte.is_ascii_control()) {
            self.text.extend(text.chars().map(|char| if char.is_ascii_control() { ' ' } else { char }));
        } else {
            self.text.push_str(text);
        }
    }

    /// Walks up from the last row: in sorted order every code above a new one is the last row or above it.
    fn nearest_above(&self, code: Code) -> Option<u32> {
        let mut at = self.rows.len().checked_sub(1);
        while let Some(row) = at {
            if code.is_within(&self.codes[row]) {
                return Some(row as u32);
            }
            at = self.rows[row].parent.map(|parent| parent as usize);
        }
        None
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of `code`.
    pub(super) fn find(&self, code: Code) -> Option<usize> {
        self.codes.binary_search(&code).ok()
    }

    pub(super) fn code(&self, row: usize) -> Code {
        self.codes[row]
    }

    pub(super) fn title(&self, row: usize) -> &str {
        let Row { title, .. } = &self.rows[row];
        &self.text[title.start as usize..title.end as usize]
    }

    /// The inclusion terms of `row`.
    pub(super) fn terms(&self, row: usize) -> impl Iterator<Item = &str> {
        let Row { title, end, .. } = &self.rows[row];
        self.text[title.end as usize..*end as usize].split('\t').skip(1)
    }

    pub(super) fn parent(&self, row: usize) -> Option<usize> {
        self.rows[row].parent.map(|parent| parent as usize)
    }

    pub(super) fn has_children(&self, row: usize) -> bool {
        self.rows.get(row + 1).is_some_and(|next| next.parent == Some(row as u32))
    }

    /// The rows directly below `row`, in order.
    pub(super) fn children(&self, row: usize) -> impl Iterator<Item = usize> {
        let code = self.codes[row];
        let below = (row + 1..self.rows.len()).take_while(move |&at| self.codes[at].is_within(&code));
        below.filter(move |&at| self.rows[at].parent == Some(row as u32))
    }
}

/// Packs the rows of a range of `rows` that holds whole categories.
pub(super) fn pack(rows: &Rows, range: std::ops::Range<usize>) -> Vec<u8> {
    let mut sets: Vec<String> = Vec::new();
    let mut lines = String::new();
    let mut before = String::new();
    let mut at = range.start;
    while at < range.end {
        let code = rows.code(at);
        let shared =
            code.as_str().bytes().zip(before.bytes()).take_while(|(one, other)| one == other).count();
        let sevenths = sevenths(rows, at);
        let set = sevenths.as_ref().map_or(String::new(), |set| (number_of(set, &mut sets) + 1).to_string());
        let _ = write!(lines, "{shared}{}\t{set}\t{}", &code.as_str()[shared..], rows.title(at));
        for term in rows.terms(at) {
            let _ = write!(lines, "\t{term}");
        }
        lines.push('\n');
        before = code.as_str().to_owned();
        at += 1 + if sevenths.is_some() { rows.children(at).count() } else { 0 };
    }
    let sets: String = sets.iter().map(|set| format!("+{set}\n")).collect();
    compress_to_vec((sets + &lines).as_bytes(), 10)
}

/// The 7th characters of the code at `row` with their texts, if codes below it are formed in no other way.
fn sevenths(rows: &Rows, row: usize) -> Option<String> {
    let mut set = String::new();
    for child in rows.children(row) {
        let seventh = rows.code(child).as_bytes().get(6).copied()?;
        let text = rows.title(child).strip_prefix(rows.title(row))?.strip_prefix(", ")?;
        let is_formed = rows.code(row).with_seventh(seventh) == Some(rows.code(child))
            && rows.terms(child).next().is_none();
        if !is_formed {
            return None;
        }
        let tab = if set.is_empty() { "" } else { "\t" };
        let _ = write!(set, "{tab}{}\t{text}", char::from(seventh));
    }
    (!set.is_empty()).then_some(set)
}

fn number_of(set: &str, sets: &mut Vec<String>) -> usize {
    sets.iter().position(|known| known == set).unwrap_or_else(|| {
        sets.push(set.to_owned());
        sets.len() - 1
    })
}

/// Most bytes that a packed run may hold; those of `build` hold about 60 KB.
const MAX_UNPACKED: usize = 1 << 20;

/// Reads the packed form; `None` if it is damaged.
fn unpack(packed: &[u8]) -> Option<Rows> {
    let text = String::from_utf8(decompress_to_vec_with_limit(packed, MAX_UNPACKED).ok()?).ok()?;
    let mut sets: Vec<Vec<&str>> = Vec::new();
    let mut rows = Rows { text: String::with_capacity(text.len()), ..Rows::default() };
    let mut title_below = String::new();
    let mut before: Option<Code> = None;
    let mut left = text.as_str();
    while let Some((line, behind)) = cut(left, b'\n') {
        left = behind;
        if let Some(set) = line.strip_prefix('+') {
            sets.push(set.split('\t').collect());
            continue;
        }
        let (code, line) = cut(line, b'\t')?;
        let (set, line) = cut(line, b'\t')?;
        let (title, terms) = cut(line, b'\t').map_or((line, None), |(title, terms)| (title, Some(terms)));
        let code = unfront(code, before)?;
        rows.push(code, title, terms.into_iter().flat_map(|terms| terms.split('\t')));
        before = Some(code);
        if let Some(set) = set.parse().ok().and_then(|number: usize| sets.get(number.checked_sub(1)?)) {
            for pair in set.chunks_exact(2) {
                title_below.clear();
                title_below.extend([title, ", ", pair[1]]);
                let seventh = pair[0].bytes().next()?;
                rows.push(code.with_seventh(seventh)?, &title_below, []);
            }
        }
    }
    Some(rows)
}

/// What stands before the first `mark` and behind it.
fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(mark, text.as_bytes())?;
    Some((&text[..at], &text[at + 1..]))
}

/// The code of which `front` gives the number of characters shared with the one before, and the rest.
fn unfront(front: &str, before: Option<Code>) -> Option<Code> {
    let (shared, rest) = front.split_at_checked(1)?;
    let shared: usize = shared.parse().ok()?;
    let before = before.as_ref().map_or("", Code::as_str);
    let mut buffer = [0_u8; 8];
    let chars = before.get(..shared)?.bytes().chain(rest.bytes());
    let mut len = 0;
    for (slot, char) in buffer.iter_mut().zip(chars) {
        *slot = char;
        len += 1;
    }
    Code::parse(std::str::from_utf8(&buffer[..len]).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(of: &[(&str, &str, &[&str])]) -> Rows {
        let mut rows = Rows::default();
        for (code, title, terms) in of {
            rows.push(Code::parse(code).unwrap(), title, terms.iter().copied());
        }
        rows
    }

    fn shown(rows: &Rows) -> Vec<String> {
        (0..rows.len())
            .map(|at| {
                let terms: Vec<&str> = rows.terms(at).collect();
                format!("{} {:?} {} {terms:?}", rows.code(at), rows.parent(at), rows.title(at))
            })
            .collect()
    }

    #[test]
    fn what_was_packed_unpacks_the_same() {
        let check = |of: &[(&str, &str, &[&str])]| {
            let rows = rows(of);
            let unpacked = unpack(&pack(&rows, 0..rows.len())).unwrap();
            assert_eq!(shown(&unpacked), shown(&rows));
        };
        check(&[]);
        check(&[("A00", "Cholera", &[]), ("A000", "Classical", &["one", "two"]), ("A01", "Typhoid", &[])]);
        let sevenths: &[(&str, &str, &[&str])] = &[
            ("S30", "Injury", &[]),
            ("S301", "Contusion", &[]),
            ("S301XXA", "Contusion, initial encounter", &[]),
            ("S301XXD", "Contusion, subsequent encounter", &[]),
            ("S302", "Other", &[]),
            ("S302XXA", "Other, initial encounter", &["with a term"]),
        ];
        check(sevenths);
    }

    #[test]
    fn placeholders_do_not_come_between_parent_and_child() {
        let rows = rows(&[("S30", "Injury", &[]), ("S301", "Contusion", &[]), ("S301XXA", "Seventh", &[])]);
        assert_eq!(rows.parent(2), Some(1));
        assert_eq!(rows.children(0).collect::<Vec<_>>(), [1]);
        assert!(rows.has_children(1) && !rows.has_children(2));
    }

    #[test]
    fn a_damaged_run_is_no_rows() {
        assert!(unpack(&[]).is_none());
        assert!(unpack(b"not deflate").is_none());
        assert!(unpack(&compress_to_vec(b"9M61\t\tx\n", 1)).is_none());
        assert!(unpack(&compress_to_vec(b"0M61\t\n", 1)).is_none());
    }
}
