//! Equal keys in a row of values.
//!
//! In: how many values there are and the key of each. Out: each value whose key stood before, with the
//! first that had it. The keys are sorted, or each is compared with each in the short rows that pages have.

/// Up to this many values comparing each with each is cheaper than sorting: about 120 comparisons.
const FEW: usize = 16;

/// Calls `found(first, again)` for each index `again` whose key equals that of `first`, the first that had
/// it; values without a key are passed over.
pub(super) fn repeats<K: Ord>(
    len: usize,
    key: impl Fn(usize) -> Option<K>,
    mut found: impl FnMut(usize, usize),
) {
    if len <= FEW {
        let keys: [Option<K>; FEW] = std::array::from_fn(|at| if at < len { key(at) } else { None });
        for again in (1..len).filter(|&again| keys[again].is_some()) {
            if let Some(first) = keys[..again].iter().position(|before| *before == keys[again]) {
                found(first, again);
            }
        }
        return;
    }
    let mut keys: Vec<(K, usize)> = Vec::with_capacity(len);
    keys.extend((0..len).filter_map(|at| Some((key(at)?, at))));
    keys.sort_unstable();
    let mut repeats: Vec<(usize, usize)> = Vec::new();
    for same in keys.chunk_by(|(one, _), (other, _)| one == other) {
        repeats.extend(same[1..].iter().map(|&(_, again)| (again, same[0].1)));
    }
    repeats.sort_unstable();
    repeats.into_iter().for_each(|(again, first)| found(first, again));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &str, expected: &[(usize, usize)]) {
        let key = |at: usize| keys.as_bytes().get(at).filter(|&&byte| byte != b' ');
        let mut got = Vec::new();
        repeats(keys.len(), key, |first, again| got.push((first, again)));
        assert_eq!(got, expected, "{keys:?}");
    }

    #[test]
    fn each_repeat_is_told_with_its_first() {
        check("", &[]);
        check("abc", &[]);
        check("  ", &[]);
        check("abab", &[(0, 2), (1, 3)]);
        check("aaa", &[(0, 1), (0, 2)]);
        check("abcdefghijklmnopqrstb", &[(1, 20)]);
        check("a bcdefghijklmnopqrst aa", &[(0, 22), (0, 23)]);
    }
}
