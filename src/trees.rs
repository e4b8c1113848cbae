//! Small decision trees whose answers add up to a score (gradient boosting: Friedman, Annals of Statistics 29,
//! 2001).
//!
//! In: a row of numbers, an entry for each piece of evidence `E`. Out: log-odds, and what each piece added to
//! them. The trees are tables that a tool in `tools/` writes from labelled pages.

/// Names the pieces of evidence of a scorer: an enum whose variants are places in a row of numbers, each with the
/// words by which people are told of it.
macro_rules! evidence {
    ($about:literal $($name:ident $words:literal)*) => {
        #[doc = $about]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Evidence { $(#[doc = $words] $name),* }

        impl Evidence {
            /// All of them, in the order of a [`Row`].
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What it is called before people.
            pub const fn name(self) -> &'static str {
                [$($words),*][self as usize]
            }
        }

        impl From<Evidence> for usize {
            fn from(evidence: Evidence) -> Self {
                evidence as Self
            }
        }
    };
}

pub(crate) use evidence;

/// A decision tree of three questions.
pub(crate) struct Tree<E: 'static> {
    /// The questions, root first, then level by level: is the evidence over the number?
    pub(crate) splits: [(E, f32); 7],
    /// What reaching each node adds to the log-odds, root first; the last eight are the leaves.
    pub(crate) values: [f32; 15],
}

impl<E: Copy + Into<usize>> Tree<E> {
    /// The node below `node`: its second child where the answer is yes.
    fn child(&self, node: usize, row: &[f32]) -> usize {
        let (evidence, over) = self.splits[node];
        2 * node + 1 + usize::from(row[evidence.into()] > over)
    }

    /// What the tree adds to the log-odds of a row.
    pub(crate) fn score(&self, row: &[f32]) -> f32 {
        let leaf = self.child(self.child(self.child(0, row), row), row);
        self.values[leaf]
    }

    /// Tells what the answer to each question adds.
    pub(crate) fn explain(&self, row: &[f32], mut add: impl FnMut(E, f32)) {
        let mut node = 0;
        while node < self.splits.len() {
            let next = self.child(node, row);
            add(self.splits[node].0, self.values[next] - self.values[node]);
            node = next;
        }
    }
}

/// Rows that are scored side by side: as many numbers as a vector of AVX2 holds, and two of any x86-64 or ARM.
const LANES: usize = 8;

/// What all trees add to the log-odds of each row: the sums of [`Tree::score`]. The rows stand side by side, so
/// that one instruction asks a question of four or eight of them; that takes a quarter of the instructions, a twelfth with AVX2.
pub(crate) fn scores<E: Copy + Into<usize>, const N: usize>(
    trees: &[Tree<E>],
    rows: impl Iterator<Item = [f32; N]>,
) -> Vec<f32> {
    let mut scores = Vec::new();
    let mut columns = [[0.0; LANES]; N];
    let mut filled = 0;
    for row in rows {
        for (column, number) in columns.iter_mut().zip(row) {
            column[filled] = number;
        }
        filled += 1;
        if filled == LANES {
            scores.extend(sums(trees, &columns));
            filled = 0;
        }
    }
    if filled > 0 {
        scores.extend_from_slice(&sums(trees, &columns)[..filled]);
    }
    scores
}

/// All questions are asked and the answers chosen by bits: no branch waits.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn sums<E: Copy + Into<usize>>(trees: &[Tree<E>], columns: &[[f32; LANES]]) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for tree in trees {
        let mut answers = [[0; LANES]; 7];
        for (answer, &(evidence, over)) in answers.iter_mut().zip(&tree.splits) {
            for (answer, &number) in answer.iter_mut().zip(&columns[evidence.into()]) {
                *answer = if number > over { u32::MAX } else { 0 };
            }
        }
        let values = tree.values.map(f32::to_bits);
        for (lane, sum) in sums.iter_mut().enumerate() {
            let choose = |node: usize, no: u32, yes: u32| no ^ (answers[node][lane] & (yes ^ no));
            let lower = choose(1, choose(3, values[7], values[8]), choose(4, values[9], values[10]));
            let upper = choose(2, choose(5, values[11], values[12]), choose(6, values[13], values[14]));
            *sum += f32::from_bits(choose(0, lower, upper));
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_side_by_side_score_as_each_alone() {
        let tree = |seed: usize| Tree {
            splits: std::array::from_fn(|node| ((seed + node) % 3, ((seed * 7 + node * 5) % 11) as f32)),
            values: std::array::from_fn(|node| (seed * 31 + node * 17) as f32 / 64.0 - 3.0),
        };
        let trees: Vec<Tree<usize>> = (0..20).map(tree).collect();
        let rows = (0..LANES * 2 + 3).map(|row| [row as f32, (row * 5 % 12) as f32, -1.0]);
        let alone = rows.clone().map(|row| trees.iter().map(|tree| tree.score(&row)).sum());
        assert_eq!(scores(&trees, rows), alone.collect::<Vec<f32>>());
        assert!(scores(&trees, std::iter::empty::<[f32; 3]>()).is_empty());
    }
}
