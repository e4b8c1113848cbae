#!/usr/bin/env python3
"""Makes the trees of the heading scorer from labelled pages.

    cargo run --release --example heading_features -- PAGES.jsonl > features.tsv
    python3 tools/train_headings.py features.tsv src/parse/headings/trees.rs

PAGES.jsonl has a page a line: id, domain, title, text, headings, ambiguous. The features come from the Rust code
that runs later, so the two cannot differ. Pages of a domain stay together: the part `tune` is what the trees
learn from (cross-validated by domain), the part `held` only measures them. Needs numpy and scikit-learn 1.4 or later.
"""

import collections
import sys

import numpy as np

import boosted_trees

# How much a line weighs in learning: the variants of a page repeat most of it.
WEIGHTS = {"whole": 1.0, "marked": 0.5, "excerpt": 0.25}


def main(features_path, trees_path):
    table = read(features_path)
    tune = np.flatnonzero(table["part"] == "tune")
    scores = boosted_trees.cross_validated(table["rows"], table["domain"], tune, lambda among: fit(table, among))
    report(table, scores, "tune", "cross-validated")
    model = fit(table, tune)
    report(table, model.decision_function(table["rows"]), "held", "never learned from")
    with open(trees_path, "w", encoding="utf-8") as out:
        out.write(boosted_trees.rust(model, table["names"], "heading", "train_headings.py", "line"))


def read(path):
    """The features; a heading that can be none for the scorer has no row and is only counted as missed."""
    with open(path, encoding="utf-8") as lines:
        names = next(lines).rstrip("\n").split("\t")[5:]
        rows = [line.rstrip("\n").split("\t") for line in lines]
    missed = collections.Counter((row[0], row[2]) for row in rows if len(row) == 5)
    rows = [row for row in rows if len(row) > 5]
    return {
        "names": names,
        "missed": missed,
        "variant": np.array([row[0] for row in rows]),
        "domain": np.array([row[1] for row in rows]),
        "part": np.array([row[2] for row in rows]),
        "label": np.array([int(row[3]) for row in rows]),
        "rows": np.array([row[5:] for row in rows], dtype=np.float32),
    }


def fit(table, among):
    """Learns from the lines `among`; a label of -1 is a line that is not judged."""
    among = among[table["label"][among] >= 0]
    weights = [WEIGHTS[variant] for variant in table["variant"][among]]
    settings = {"max_iter": 120, "learning_rate": 0.1, "l2_regularization": 5}
    return boosted_trees.fit(table["rows"][among], table["label"][among], weights, **settings)


def report(table, scores, part, how):
    for variant in WEIGHTS:
        judged = (table["part"] == part) & (table["variant"] == variant) & (table["label"] >= 0)
        taken, wanted = scores[judged] > 0, table["label"][judged] == 1
        hits, out_of_reach = (taken & wanted).sum(), table["missed"][variant, part]
        headings = wanted.sum() + out_of_reach
        print(
            f"{part}, {how}, {variant}: F1 {2 * hits / (taken.sum() + headings):.4f}, "
            f"{taken.sum() - hits} false, {headings - hits} missed, of {headings}"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
