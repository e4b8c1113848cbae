"""Small boosted trees, and the Rust tables that they become: what the training tools share.

`fit` learns, `cross_validated` scores each row by trees that have not seen its domain, `rust` writes the table that
`src/trees.rs` reads. Needs numpy and scikit-learn 1.4 or later.
"""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

DEPTH = 3
FOLDS = 5


def fit(rows, labels, weights, **settings):
    """Learns trees of three questions."""
    model = HistGradientBoostingClassifier(max_depth=DEPTH, max_features=0.3, random_state=1, **settings)
    return model.fit(rows, labels, sample_weight=weights)


def cross_validated(rows, domains, among, learn):
    """The score of each of the rows `among` by the model that `learn` makes of those of other domains."""
    scores = np.zeros(len(rows))
    for known, unseen in GroupKFold(FOLDS, shuffle=True, random_state=7).split(among, groups=domains[among]):
        scores[among[unseen]] = learn(among[known]).decision_function(rows[among[unseen]])
    return scores


def rust(model, names, scorer, tool, unit):
    """The model as a Rust file: the trees of the `scorer` that `tool` makes, which score a `unit`."""
    base = float(np.ravel(model._baseline_prediction)[0])
    trees = []
    for (predictor,) in model._predictors:
        splits, values = complete(predictor.nodes, names)
        # What every row gets is part of the base, so that a tree's values are what its answers add.
        base += values[0]
        values = [value - values[0] for value in values]
        questions = ", ".join(f"({name}, {number(over, 4)})" for name, over in splits)
        added = ", ".join(number(value, 3) for value in values)
        trees.append(f"    Tree {{ splits: [{questions}], values: [{added}] }},\n")
    head = HEAD.format(scorer=scorer, tool=tool, unit=unit)
    return head + f"pub(super) const BASE: f32 = {number(base, 3)};\n\n" + TABLE + "".join(trees) + "];\n"


def complete(nodes, names):
    """Questions and values of a tree, level by level; a leaf above the last level is its own two children."""
    splits, values, level = [], [], [0]
    for depth in range(DEPTH + 1):
        values += [mean(nodes, at) for at in level]
        if depth < DEPTH:
            splits += [(names[nodes[at]["feature_idx"]], nodes[at]["num_threshold"]) for at in level]
        level = [child for at in level for child in children(nodes[at], at)]
    return splits, values


def children(node, at):
    return (at, at) if node["is_leaf"] else (node["left"], node["right"])


def mean(nodes, at):
    """The value of a leaf; of another node the mean of what its rows get."""
    if nodes[at]["is_leaf"]:
        return float(nodes[at]["value"])
    below = children(nodes[at], at)
    return float(np.average([mean(nodes, node) for node in below], weights=[nodes[node]["count"] for node in below]))


def number(value, digits):
    """Rust's shortest form of a float."""
    text = f"{value:.{digits}f}".rstrip("0")
    return (text + "0" if text.endswith(".") else text).replace("-0.0,", "0.0,")


HEAD = """//! The trees of the {scorer} scorer: made by `tools/{tool}`, not written by hand.
//!
//! A row is a tree: seven questions, root first and level by level, each a piece of evidence and the number it has
//! to be over; then what reaching each of the fifteen nodes adds to the log-odds.

use super::Tree;
use super::evidence::Evidence::*;

/// Log-odds of a {unit} before any evidence.
"""
TABLE = """/// What each adds comes on top of the others.
// A learned number may come near pi by chance.
#[allow(clippy::approx_constant)]
#[rustfmt::skip]
pub(super) static TREES: &[Tree] = &[
"""
