//! Which bytes a short text has that questions about it wait for: most texts have none, and need not be asked.
//!
//! In: a text. Out: its [`Marks`], all found in one pass.

use crate::count::all_of_pairs;

/// Bytes of the longest text that is looked at; longer ones may have anything.
const MAX_BYTES: usize = 160;

/// A set of what a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// An ASCII digit.
    pub(super) const DIGIT: Self = Self(1);
    /// A colon.
    pub(super) const COLON: Self = Self(1 << 1);
    /// Two full stops side by side.
    pub(super) const LEADER: Self = Self(1 << 2);
    /// A space before a hyphen, or before what may be a dash.
    pub(super) const DASH: Self = Self(1 << 3);
    /// Two spaces side by side, or what is no printable ASCII.
    pub(super) const UNUSUAL: Self = Self(1 << 4);

    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        let text = text.as_bytes();
        if text.len() > MAX_BYTES {
            return Self(u8::MAX);
        }
        Self(all_of_pairs(text, b'a', Self::at))
    }

    /// What a byte is, before another one. Without a branch, so that vector instructions come of it.
    #[inline(always)]
    fn at(byte: u8, next: u8) -> u8 {
        let is = |what: bool, mark: Self| if what { mark.0 } else { 0 };
        let is_space = byte == b' ';
        is(byte.wrapping_sub(b'0') < 10, Self::DIGIT)
            | is(byte == b':', Self::COLON)
            | is((byte == b'.') & (next == b'.'), Self::LEADER)
            | is(is_space & ((next == b'-') | (next == 0xE2)), Self::DASH)
            | is((is_space & (next == b' ')) | (byte.wrapping_sub(b' ') > b'~' - b' '), Self::UNUSUAL)
    }

    /// Whether it has any of them.
    pub(super) fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// Both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_stand() {
        let marks = [
            ("7", Marks::DIGIT),
            (":", Marks::COLON),
            ("..", Marks::LEADER),
            (" -", Marks::DASH),
            (" –", Marks::DASH.and(Marks::UNUSUAL)),
            ("  ", Marks::UNUSUAL),
            ("\t", Marks::UNUSUAL),
            ("é", Marks::UNUSUAL),
            (" .-", Marks(0)),
        ];
        for (mark, expected) in marks {
            for (before, behind) in (0..40).flat_map(|before| (0..40).map(move |behind| (before, behind))) {
                let text = format!("{}{mark}{}", "b".repeat(before), "c".repeat(behind));
                assert_eq!(Marks::of(&text), expected, "{text:?}");
            }
        }
        assert_eq!(Marks::of(""), Marks(0));
        assert!(Marks::of(&"a".repeat(MAX_BYTES + 1)).any(Marks::DASH));
    }
}
