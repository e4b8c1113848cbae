//! Which parts of two sequences are the same: the longest common subsequence, and words by it.

use serde::Serialize;

/// Cells of the table of comparisons at most: 4 MiB. Longer stretches count as replaced.
const MAX_CELLS: usize = 1 << 22;

/// A stretch of two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Words of both.
    Same(String),
    /// Words of the old text only.
    Removed(String),
    /// Words of the new text only.
    Added(String),
}

/// Pairs of indices at which two sequences are the same, ascending in both.
pub(super) fn common<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (rows, columns) = (old_rest.len() - tail, new_rest.len() - tail);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    if let Some(cells) = rows.checked_mul(columns).filter(|&cells| cells > 0 && cells <= MAX_CELLS) {
        // Row by row: the length of the longest common subsequence of what is left from here on.
        let width = columns + 1;
        let mut left = vec![0u16; cells + rows + width];
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                left[row * width + column] = if old_rest[row] == new_rest[column] {
                    left[(row + 1) * width + column + 1].saturating_add(1)
                } else {
                    left[(row + 1) * width + column].max(left[row * width + column + 1])
                };
            }
        }
        let (mut row, mut column) = (0, 0);
        while row < rows && column < columns {
            if old_rest[row] == new_rest[column] {
                pairs.push((head + row, head + column));
                (row, column) = (row + 1, column + 1);
            } else if left[(row + 1) * width + column] >= left[row * width + column + 1] {
                row += 1;
            } else {
                column += 1;
            }
        }
    }
    pairs.extend((0..tail).map(|at| (head + rows + at, head + columns + at)));
    pairs
}

/// Both sequences side by side: equal elements beside each other, and between them what changed, in pairs as
/// long as both have some.
pub(super) fn side_by_side<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut rows = Vec::with_capacity(old.len().max(new.len()));
    let (mut left, mut right) = (0, 0);
    for (a, b) in common(old, new).into_iter().chain([(old.len(), new.len())]) {
        while left < a || right < b {
            let of = |at: &mut usize, end: usize| (*at < end).then(|| std::mem::replace(at, *at + 1));
            rows.push((of(&mut left, a), of(&mut right, b)));
        }
        if a < old.len() {
            rows.push((Some(a), Some(b)));
        }
        (left, right) = (a + 1, b + 1);
    }
    rows
}

/// The words of two texts with what became of them; white space counts as one space.
pub fn words(old: &str, new: &str) -> Vec<Word> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_whitespace().collect(), new.split_whitespace().collect());
    let mut words = Vec::new();
    let (mut left, mut right) = (0, 0);
    let mut same: Vec<&str> = Vec::new();
    for (a, b) in common(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        if left < a || right < b {
            if !same.is_empty() {
                words.push(Word::Same(same.join(" ")));
                same.clear();
            }
            if left < a {
                words.push(Word::Removed(old[left..a].join(" ")));
            }
            if right < b {
                words.push(Word::Added(new[right..b].join(" ")));
            }
        }
        same.extend(old.get(a));
        (left, right) = (a + 1, b + 1);
    }
    if !same.is_empty() {
        words.push(Word::Same(same.join(" ")));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(old: &str, new: &str) -> String {
        let show = |word: &Word| match word {
            Word::Same(text) => text.clone(),
            Word::Removed(text) => format!("[-{text}-]"),
            Word::Added(text) => format!("{{+{text}+}}"),
        };
        words(old, new).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn changed_words_stand_between_those_that_stayed() {
        let check = |old: &str, new: &str, expected: &str| assert_eq!(shown(old, new), expected);
        check("a b c", "a b c", "a b c");
        check("a b c", "a x c", "a [-b-] {+x+} c");
        check("a b", "a b c d", "a b {+c d+}");
        check("", "a", "{+a+}");
        check("a", "", "[-a-]");
        check("", "", "");
        check("a b c d e", "b d x e", "[-a-] b [-c-] d {+x+} e");
    }

    #[test]
    fn rows_pair_what_changed() {
        let rows = |old: &str, new: &str| side_by_side(old.as_bytes(), new.as_bytes());
        assert_eq!(rows("abc", "axc"), [(Some(0), Some(0)), (Some(1), Some(1)), (Some(2), Some(2))]);
        assert_eq!(rows("ac", "abc"), [(Some(0), Some(0)), (None, Some(1)), (Some(1), Some(2))]);
        assert_eq!(rows("", "a"), [(None, Some(0))]);
    }

    proptest! {
        #[test]
        fn both_texts_come_back(old in "[abc ]{0,30}", new in "[abc ]{0,30}") {
            let side = |keep: fn(&Word) -> Option<&String>| {
                words(&old, &new).iter().filter_map(keep).cloned().collect::<Vec<_>>().join(" ")
            };
            let of = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let old_side = side(|word| match word { Word::Added(_) => None, Word::Same(text) | Word::Removed(text) => Some(text) });
            let new_side = side(|word| match word { Word::Removed(_) => None, Word::Same(text) | Word::Added(text) => Some(text) });
            prop_assert_eq!(old_side, of(&old));
            prop_assert_eq!(new_side, of(&new));
        }
    }
}
