//! What was told of the attribute values met last.
//!
//! In: a value as the page writes it. Out: what the caller tells of it, asked once for each of a few dozen values:
//! the elements of a page share their classes and styles, and reading their words anew took a quarter of the time
//! of parsing real pages.

const SLOTS: usize = 64;

/// Answers for values, of which each new one takes the place of an old one.
#[derive(Debug)]
pub(super) struct Memo<'p, T> {
    slots: [(&'p str, T); SLOTS],
}

impl<'p, T: Copy> Memo<'p, T> {
    /// A memo that knows only the empty value.
    pub(super) fn new(of_empty: T) -> Self {
        Self { slots: [("", of_empty); SLOTS] }
    }

    /// What `tell` tells of `value`, now or before.
    pub(super) fn of(&mut self, value: &'p str, tell: impl FnOnce(&'p str) -> T) -> T {
        let slot = &mut self.slots[slot(value.as_bytes())];
        if slot.0 != value {
            *slot = (value, tell(value));
        }
        slot.1
    }
}

/// A slot by the length and both ends, which tell most values of a page apart.
fn slot(value: &[u8]) -> usize {
    let (first, last) = match (value.first_chunk(), value.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (value.iter().fold(0, |key, &byte| key << 8 | u64::from(byte)), 0),
    };
    let key = first ^ last.rotate_left(29) ^ value.len() as u64;
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_its_own_answer() {
        let values: Vec<String> = (0..1000).map(|at| format!("item-{}", at % 300)).collect();
        let mut memo = Memo::new(0);
        let mut asked = 0;
        for value in &values {
            for _ in 0..2 {
                let answer = memo.of(value, |value| {
                    asked += 1;
                    value[5..].parse::<usize>().unwrap()
                });
                assert_eq!(answer.to_string(), value[5..]);
            }
        }
        assert!(asked <= values.len());
        assert_eq!(Memo::new(0).of("", |_| 1), 0);
    }
}
