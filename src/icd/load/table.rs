//! Reads a table of codes and titles.
//!
//! In: CSV (RFC 4180), separated by comma, semicolon or tab. The columns are `code` and `title`, by a header
//! row with these names (or `description`), otherwise the first two. A row whose code is a range is a block;
//! one whose code is a number, 1 to 22 or I to XXII, is a chapter with its range behind the title. Both may
//! be left out. Out: a [`Reference`]. Other columns are passed over.

use super::draft::{self, Draft};
use super::{quote, stem};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::icd::{Code, CodeRange, IcdChapter, Reference};
use csv::{ReaderBuilder, StringRecord};

pub(super) fn read(text: &str, name: &str) -> Result<Reference> {
    let mut draft = Draft::new(name);
    let mut columns = None;
    let mut last = (0, Position { line: 1, column: 1 });
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    for row in rows.records() {
        let row = row.map_err(|error| Error::new(ErrorKind::Reference, "not CSV").at(name).source(error))?;
        let line = row.position().map_or(1, |position| position.line());
        let at = Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
        last = (row.position().map_or(0, |position| position.byte() as usize), at);
        if columns.is_none() {
            columns = header(&row);
            if columns.is_some() {
                continue;
            }
        }
        let (code, title) = *columns.get_or_insert((0, 1));
        let cell = |column| row.get(column).unwrap_or_default().trim();
        add(&mut draft, name, cell(code), cell(title)).map_err(|error| error.position(at))?;
    }
    // A quote that nothing closes takes the rest of the file into its cell.
    let last_row = text.get(last.0..).unwrap_or_default();
    if last_row.trim_end().contains('\n') && last_row.bytes().filter(|&byte| byte == b'"').count() % 2 == 1 {
        let message = "a quote is opened in this row and never closed";
        let hint = "close it, or write a quote inside a cell twice";
        return Err(Error::new(ErrorKind::Reference, message).at(name).position(last.1).hint(hint));
    }
    draft.place_by_range();
    draft.finish("ICD-10", &stem(name))
}

/// The separator that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| first.bytes().filter(|&byte| byte == wanted).count();
    // Of equals the last is taken, so the comma stands last.
    [b';', b'\t', b','].into_iter().max_by_key(|&byte| count(byte)).unwrap_or(b',')
}

/// The columns of code and title if `row` names them.
fn header(row: &StringRecord) -> Option<(usize, usize)> {
    let named = |names: &[&str]| {
        row.iter().position(|cell| names.iter().any(|name| cell.trim().eq_ignore_ascii_case(name)))
    };
    Some((named(&["code"])?, named(&["title", "description", "name"])?))
}

fn add(draft: &mut Draft<'_>, name: &str, code: &str, title: &str) -> Result<()> {
    if code.is_empty() && title.is_empty() {
        return Ok(());
    }
    if title.is_empty() {
        let message = format!("`{}` has no title", quote(code));
        let hint = "give it its title, or remove the row; the columns are `code` and `title`";
        return Err(Error::new(ErrorKind::Reference, message).at(name).hint(hint));
    }
    if let Some(code) = Code::parse(code) {
        return draft.code(code, title, Vec::new());
    }
    if CodeRange::parse(code).is_some() {
        let block = draft.reserve_block()?;
        draft.block(block, 0, code, title);
        return Ok(());
    }
    if let Some(number) = IcdChapter::parse_number(code) {
        if !draft::has_range(title) {
            let message = format!("the chapter `{}` has no range behind its title", quote(code));
            let hint = "write it in brackets, such as `Certain infectious and parasitic diseases (A00-B99)`";
            return Err(Error::new(ErrorKind::Reference, message).at(name).hint(hint));
        }
        return draft.chapter(number, title);
    }
    let message =
        format!("`{}` is not a code, expected the shape of `M61`, `M61.0` or `M60-M63`", quote(code));
    let hint = "the columns are `code` and `title`, or a header row names them";
    Err(Error::new(ErrorKind::Reference, message).at(name).hint(hint))
}
