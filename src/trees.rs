//! Small decision trees whose answers add up to a score (gradient boosting: Friedman, Annals of Statistics 29,
//! 2001).
//!
//! In: a row of numbers, an entry for each piece of evidence `E`. Out: log-odds, and what each piece added to
//! them. The trees are tables that a tool in `tools/` writes from labelled pages.

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
