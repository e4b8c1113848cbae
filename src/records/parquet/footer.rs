//! The footer of a Parquet file, if it can be read without harm: a file in, the footer's bytes out.
//!
//! The `parquet` crate takes the number of children of a group on trust, and nests calls as deep as groups
//! are nested: a few bytes could ask for gigabytes, or for more stack than there is. The footer is a struct
//! in Thrift's compact protocol (`FileMetaData` of parquet.thrift); only its outline and its schema are
//! looked at here.

use crate::limits::{MAX_PARQUET_DEPTH, MAX_PARQUET_FOOTER_BYTES};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Length of the footer and the magic bytes, at the end of the file.
const TAIL_BYTES: u64 = 8;

/// Structs, lists and maps in each other: `FileMetaData` has six.
const MAX_NESTING: u8 = 16;

/// `FileMetaData.schema` and `SchemaElement.num_children`.
const SCHEMA: i64 = 2;
const CHILDREN: i64 = 5;

const STRUCT: u8 = 12;
const LIST: u8 = 9;
const I32: u8 = 5;

/// The footer of a file, if it can be read without harm; what keeps it from that in words for people.
///
/// # Errors
/// Those of the file.
pub(super) fn read(file: &mut File) -> io::Result<Result<Vec<u8>, String>> {
    let length = file.metadata()?.len();
    let mut tail = [0; TAIL_BYTES as usize];
    if length >= 2 * TAIL_BYTES {
        file.seek(SeekFrom::Start(length - TAIL_BYTES))?;
        file.read_exact(&mut tail)?;
    }
    let size = match footer_bytes(length, tail) {
        Ok(size) => size,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut footer = vec![0; size as usize];
    file.seek(SeekFrom::Start(length - TAIL_BYTES - size))?;
    file.read_exact(&mut footer)?;
    let is_sound = Compact { bytes: &footer }.file_metadata().is_some();
    let fault = "its footer is damaged, or has a schema of too many levels; write it anew";
    Ok(is_sound.then_some(footer).ok_or_else(|| fault.to_owned()))
}

fn footer_bytes(length: u64, tail: [u8; TAIL_BYTES as usize]) -> Result<u64, String> {
    let [size @ .., _, _, _, _] = tail;
    let size = u64::from(u32::from_le_bytes(size));
    if length < 2 * TAIL_BYTES {
        return Err(format!("the file has {length} bytes, too few for Parquet; write it anew"));
    }
    if tail.ends_with(b"PARE") {
        return Err("the file is encrypted; write it without encryption".to_owned());
    }
    if !tail.ends_with(b"PAR1") {
        return Err("the end of a Parquet file is missing: it was cut off; write it anew".to_owned());
    }
    if size > MAX_PARQUET_FOOTER_BYTES {
        return Err(format!(
            "its footer has {size} bytes, the limit is {MAX_PARQUET_FOOTER_BYTES}; write it with larger row groups"
        ));
    }
    if size > length - TAIL_BYTES {
        return Err("its footer is longer than the file: it was cut off; write it anew".to_owned());
    }
    Ok(size)
}

/// What is left of a text in the compact protocol; `None` from any method means that it is damaged.
struct Compact<'b> {
    bytes: &'b [u8],
}

impl Compact<'_> {
    fn file_metadata(&mut self) -> Option<()> {
        self.fields(0, &mut |this, id, kind| match (id, kind) {
            (SCHEMA, LIST) => this.schema(),
            _ => this.skip(kind, 1),
        })
    }

    /// The elements of the schema, each before its children: a tree, and none too deep.
    fn schema(&mut self) -> Option<()> {
        let (elements, kind) = self.list()?;
        if kind != STRUCT {
            return None;
        }
        // How many children each open group still has to come.
        let mut open: Vec<u64> = Vec::new();
        for at in 0..elements {
            if at > 0 {
                *open.last_mut()? -= 1;
            }
            let mut children = 0;
            self.fields(2, &mut |this, id, kind| match (id, kind) {
                (CHILDREN, I32) => {
                    children = u64::try_from(this.signed()?).ok()?;
                    Some(())
                }
                _ => this.skip(kind, 3),
            })?;
            if children > elements {
                return None;
            }
            open.push(children);
            if open.len() > MAX_PARQUET_DEPTH {
                return None;
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        open.is_empty().then_some(())
    }

    /// Calls `visit` with number and kind of each field of a struct; it takes the value.
    fn fields(&mut self, depth: u8, visit: &mut dyn FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        if depth > MAX_NESTING {
            return None;
        }
        let mut id = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let step = i64::from(head >> 4);
            id = if step == 0 { self.signed()? } else { id.checked_add(step)? };
            visit(self, id, head & 0x0F)?;
        }
    }

    fn skip(&mut self, kind: u8, depth: u8) -> Option<()> {
        match kind {
            // A truth value of a field is told by its kind.
            1 | 2 => Some(()),
            3 => self.take(1),
            4..=6 => self.unsigned().map(drop),
            7 => self.take(8),
            8 => {
                let length = self.unsigned()?;
                self.take(length)
            }
            LIST | 10 => self.skip_elements(depth),
            11 => self.skip_entries(depth),
            STRUCT => self.fields(depth, &mut |this, _, kind| this.skip(kind, depth + 1)),
            13 => self.take(16),
            _ => None,
        }
    }

    fn skip_elements(&mut self, depth: u8) -> Option<()> {
        let (elements, kind) = self.list()?;
        self.nested(depth)?;
        (0..elements).try_for_each(|_| self.skip_element(kind, depth + 1))
    }

    fn skip_entries(&mut self, depth: u8) -> Option<()> {
        let entries = self.unsigned()?;
        if entries == 0 {
            return Some(());
        }
        self.nested(depth)?;
        let kinds = self.byte()?;
        (0..entries).try_for_each(|_| {
            self.skip_element(kinds >> 4, depth + 1)?;
            self.skip_element(kinds & 0x0F, depth + 1)
        })
    }

    fn nested(&self, depth: u8) -> Option<()> {
        (depth <= MAX_NESTING).then_some(())
    }

    /// In a list a truth value has a byte.
    fn skip_element(&mut self, kind: u8, depth: u8) -> Option<()> {
        if matches!(kind, 1 | 2) { self.take(1) } else { self.skip(kind, depth) }
    }

    /// Number and kind of the elements of a list; each has a byte at least.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let short = u64::from(head >> 4);
        let elements = if short == 15 { self.unsigned()? } else { short };
        (elements <= self.bytes.len() as u64).then_some((elements, head & 0x0F))
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn take(&mut self, length: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(length).ok()?..)?;
        Some(())
    }

    fn unsigned(&mut self) -> Option<u64> {
        let (number, length) = varint(self.bytes)?;
        self.take(length as u64)?;
        Some(number)
    }

    fn signed(&mut self) -> Option<i64> {
        self.unsigned().map(zigzag)
    }
}

/// A number of seven bits a byte, the lowest first, and how many bytes it has.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0;
    for (at, &byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, at + 1));
        }
    }
    None
}

fn zigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// The size of a page as it is written into its header, without compression: the header's first three fields
/// are its kind, this size, and the size in the file.
pub(super) fn page_bytes(header: &[u8]) -> Option<u64> {
    // The next field, of kind I32.
    const NEXT_I32: u8 = 0x15;
    let mut sizes = [0; 2];
    let mut rest = header;
    for size in &mut sizes {
        rest = rest.strip_prefix(&[NEXT_I32])?;
        let (number, length) = varint(rest)?;
        *size = zigzag(number);
        rest = &rest[length..];
    }
    u64::try_from(sizes[1]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of schema elements with these numbers of children.
    fn schema(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x29, 0xFC, children.len() as u8];
        for &children in children {
            bytes.extend([0x55, children << 1, 0]);
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn only_a_tree_of_few_levels_is_sound() {
        let is_sound = |bytes: &[u8]| Compact { bytes }.file_metadata().is_some();
        assert!(is_sound(&schema(&[2, 0, 1, 0])));
        assert!(!is_sound(&schema(&[2, 0])), "a child is missing");
        assert!(!is_sound(&schema(&[1, 0, 0])), "a child too many");
        assert!(!is_sound(&schema(&[63, 0])), "more children than elements");
        let mut deep = vec![1; MAX_PARQUET_DEPTH];
        deep.push(0);
        assert!(!is_sound(&schema(&deep)));
        assert!(is_sound(&schema(&deep[1..])));
        // A list of a million elements in two bytes, and structs without end.
        assert!(!is_sound(&[0x49, 0xFC, 0xC0, 0x84, 0x3D]));
        assert!(!is_sound(&[0x1C; 1000]));
        assert!(!is_sound(&[]));
    }

    #[test]
    fn a_page_tells_its_size_first() {
        assert_eq!(page_bytes(&[0x15, 0x00, 0x15, 0xC8, 0x01, 0x15, 0x10]), Some(100));
        assert_eq!(page_bytes(&[0x15, 0x00, 0x15, 0x01]), None, "a negative size");
        assert_eq!(page_bytes(&[0x25, 0x00]), None);
    }
}
