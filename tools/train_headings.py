#!/usr/bin/env python3
"""Makes the trees of the heading scorer from labelled pages.

    cargo run --release --example heading_features -- PAGES.jsonl > features.tsv
    python3 tools/train_headings.py features.tsv src/parse/headings/trees.rs

PAGES.jsonl has a page a line: id, domain, title, text, headings, ambiguous. The features come from the Rust code
that runs later, so the two cannot differ. Pages of a domain stay together: the part `tune` is what the trees
learn from (cross-validated by domain), the part `held` only measures them. Needs numpy and scikit-learn 1.4 or later.
"""

import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

DEPTH = 3
TREES = 120
FOLDS = 5


def main(features_path, trees_path):
    table = read(features_path)
    tune = table["part"] == "tune"
    scores = np.zeros(len(tune))
    for learn, test in GroupKFold(FOLDS).split(scores[tune], groups=table["domain"][tune]):
        learn, test = np.flatnonzero(tune)[learn], np.flatnonzero(tune)[test]
        scores[test] = fit(table, learn).decision_function(table["rows"][test])
    print("tune, cross-validated", f1(table, scores, "tune"))
    model = fit(table, np.flatnonzero(tune))
    scores = model.decision_function(table["rows"])
    print("held out", f1(table, scores, "held"))
    with open(trees_path, "w", encoding="utf-8") as out:
        out.write(rust(model, table["names"]))


def read(path):
    """The features; a heading that can be none for the scorer has no row and is only counted."""
    with open(path, encoding="utf-8") as lines:
        names = next(lines).rstrip("\n").split("\t")[4:]
        rows = [line.rstrip("\n").split("\t") for line in lines]
    missed = [row[1] for row in rows if len(row) == 4]
    rows = [row for row in rows if len(row) > 4]
    return {
        "names": names,
        "missed": {part: missed.count(part) for part in ("tune", "held")},
        "domain": np.array([row[0] for row in rows]),
        "part": np.array([row[1] for row in rows]),
        "label": np.array([int(row[2]) for row in rows]),
        "rows": np.array([row[4:] for row in rows], dtype=np.float32),
    }


def fit(table, among):
    """Learns from the lines `among`; a label of -1 is a line that people could not agree on."""
    among = among[table["label"][among] >= 0]
    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_depth=DEPTH, learning_rate=0.1, max_features=0.3, l2_regularization=5, random_state=1
    )
    return model.fit(table["rows"][among], table["label"][among])


def f1(table, scores, part):
    judged = (table["part"] == part) & (table["label"] >= 0)
    taken, wanted = scores[judged] > 0, table["label"][judged] == 1
    hits = (taken & wanted).sum()
    total = taken.sum() + wanted.sum() + table["missed"][part]
    missed = wanted.sum() + table["missed"][part] - hits
    return f"F1 {2 * hits / total:.4f}, {taken.sum() - hits} false, {missed} missed, of {wanted.sum() + table['missed'][part]}"


def rust(model, names):
    """The model as the Rust table."""
    base = float(np.ravel(model._baseline_prediction)[0])
    trees = []
    for (predictor,) in model._predictors:
        splits, values = complete(predictor.nodes, names)
        # What every line gets is part of the base, so that a tree's values are what its answers add.
        base += values[0]
        values = [value - values[0] for value in values]
        questions = ", ".join(f"({name}, {number(over, 3)})" for name, over in splits)
        added = ", ".join(number(value, 3) for value in values)
        trees.append(f"    Tree {{ splits: [{questions}], values: [{added}] }},\n")
    return HEAD + f"pub(super) const BASE: f32 = {number(base, 3)};\n\n" + TABLE + "".join(trees) + "];\n"


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
    """The value of a leaf; of another node the mean of what its lines get."""
    if nodes[at]["is_leaf"]:
        return float(nodes[at]["value"])
    below = children(nodes[at], at)
    return float(np.average([mean(nodes, node) for node in below], weights=[nodes[node]["count"] for node in below]))


def number(value, digits):
    """Rust's shortest form of a float."""
    text = f"{value:.{digits}f}".rstrip("0")
    return (text + "0" if text.endswith(".") else text).replace("-0.0,", "0.0,")


HEAD = """//! The trees of the heading scorer: made by `tools/train_headings.py`, not written by hand.
//!
//! A row is a tree: seven questions, root first and level by level, each a piece of evidence and the number it has
//! to be over; then what reaching each of the fifteen nodes adds to the log-odds.

use super::Tree;
use super::evidence::Evidence::*;

/// Log-odds of a line before any evidence.
"""
TABLE = """/// What each adds comes on top of the others.
#[rustfmt::skip]
pub(super) static TREES: &[Tree] = &[
"""


if __name__ == "__main__":
    main(*sys.argv[1:])
