//! Numbers and texts as bytes, one after the other, for what is kept between runs.
//!
//! In: a `Vec` to add to, or the bytes to read. Out: the bytes, or the parts in the order in which they were
//! added; `None` where there are too few. Numbers are little-endian, a text has its length before it.

/// Adds bytes with their length before them.
pub(crate) fn put(bytes: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    into.extend_from_slice(bytes);
}

/// Adds the bytes that `write` adds, with their length before them; how many those are.
pub(crate) fn put_written(into: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> usize {
    let start = into.len();
    into.extend_from_slice(&[0; 4]);
    write(into);
    let len = into.len() - start - 4;
    into[start..start + 4].copy_from_slice(&(len as u32).to_le_bytes());
    len
}

/// The parts that are still to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a>(pub(crate) &'a [u8]);

impl<'a> Parts<'a> {
    /// So many bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// What [`put`] added.
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.u32()? as usize;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_and_missing_ones_are_none() {
        let mut bytes = vec![7];
        put(b"abc", &mut bytes);
        assert_eq!(put_written(&mut bytes, |into| into.extend_from_slice(b"de")), 2);
        bytes.extend(9u64.to_le_bytes());
        let mut parts = Parts(&bytes);
        assert_eq!((parts.byte(), parts.text(), parts.bytes()), (Some(7), Some("abc"), Some(&b"de"[..])));
        assert_eq!((parts.u64(), parts.byte(), parts.u32()), (Some(9), None, None));
        for end in 1..8 {
            assert_eq!(Parts(&bytes[1..end]).bytes(), None);
        }
    }
}
