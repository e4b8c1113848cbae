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

/// Rows that are scored side by side: two vectors of AVX2 and four of any x86-64 or ARM, as what a tree asks and
/// says is loaded once for all of them.
pub(crate) const LANES: usize = 16;

/// Scores rows by what all trees add to the log-odds: the sums of [`Tree::score`]. The rows stand side by side, so
/// that one instruction asks a question of four or eight of them.
pub(crate) struct Scorer<E: 'static, const N: usize> {
    trees: &'static [Tree<E>],
    /// For each piece of evidence its numbers in the rows.
    columns: [[f32; LANES]; N],
    /// How many rows are filled.
    filled: usize,
    scores: Vec<f32>,
}

impl<E: Copy + Into<usize>, const N: usize> Scorer<E, N> {
    /// Without rows.
    pub(crate) const fn new(trees: &'static [Tree<E>]) -> Self {
        Self { trees, columns: [[0.0; LANES]; N], filled: 0, scores: Vec::new() }
    }

    /// Forgets all rows, as if it were new, and makes room for the scores of so many.
    pub(crate) fn clear(&mut self, rows: usize) {
        self.filled = 0;
        self.scores.clear();
        self.scores.reserve(rows);
    }

    /// Has the next row filled, each number of which is to be set.
    pub(crate) fn add(&mut self, fill: impl FnOnce(&mut Lane<'_, N>)) {
        fill(&mut Lane { columns: &mut self.columns, lane: self.filled % LANES });
        self.filled += 1;
        if self.filled == LANES {
            self.scores.extend(scores_of(self.trees, &self.columns));
            self.filled = 0;
        }
    }

    /// The scores of all rows.
    pub(crate) fn finish(&mut self) -> &[f32] {
        if self.filled > 0 {
            self.scores.extend_from_slice(&scores_of(self.trees, &self.columns)[..self.filled]);
            self.filled = 0;
        }
        &self.scores
    }
}

/// A row among those that are scored side by side.
pub(crate) struct Lane<'c, const N: usize> {
    columns: &'c mut [[f32; LANES]; N],
    lane: usize,
}

impl<const N: usize> Lane<'_, N> {
    /// Sets a number.
    pub(crate) fn set(&mut self, evidence: usize, number: f32) {
        self.columns[evidence][self.lane] = number;
    }
}

/// What all trees add to the log-odds of rows side by side, each column with the numbers of a piece of evidence. All
/// questions are asked and the answers chosen by bits: no branch waits.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub(crate) fn scores_of<E: Copy + Into<usize>, const N: usize>(
    trees: &[Tree<E>],
    columns: &[[f32; LANES]; N],
) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for tree in trees {
        let values = tree.values.map(f32::to_bits);
        // From the leaves up, or the answers of all questions would not have room in registers.
        let choose = |node: usize, no: [u32; LANES], yes: [u32; LANES]| -> [u32; LANES] {
            let (evidence, over) = tree.splits[node];
            let column = &columns[evidence.into()];
            std::array::from_fn(|lane| {
                let answer = if column[lane] > over { u32::MAX } else { 0 };
                no[lane] ^ (answer & (yes[lane] ^ no[lane]))
            })
        };
        let leaf = |node| choose(node, [values[2 * node + 1]; LANES], [values[2 * node + 2]; LANES]);
        let chosen = choose(0, choose(1, leaf(3), leaf(4)), choose(2, leaf(5), leaf(6)));
        for (sum, value) in sums.iter_mut().zip(chosen) {
            *sum += f32::from_bits(value);
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
        let trees: &[Tree<usize>] = Vec::leak((0..20).map(tree).collect());
        let mut scorer = Scorer::<usize, 3>::new(trees);
        let mut alone = Vec::new();
        for at in 0..LANES * 2 + 3 {
            let row = [at as f32, (at * 5 % 12) as f32, (at / 7) as f32];
            alone.push(trees.iter().map(|tree| tree.score(&row)).sum::<f32>());
            scorer.add(|lane| {
                lane.set(0, row[0]);
                lane.set(1, row[1]);
                lane.set(2, row[2]);
            });
        }
        assert_eq!(scorer.finish(), alone);
        scorer.clear(0);
        assert!(scorer.finish().is_empty());
    }
}
