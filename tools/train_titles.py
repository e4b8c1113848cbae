#!/usr/bin/env python3
"""Makes the trees that tell the title among the lines before the text, from labelled pages.

    cargo run --release --example title_features -- tests/pages ../shared/corpus > features.tsv
    python3 tools/train_titles.py features.tsv src/extract/title/trees.rs

The features come from the Rust code that runs later, so the two cannot differ. A set of pages stays together: the figures
are those of trees that saw no page of the set. Needs numpy and scikit-learn 1.4 or later.
"""

import collections
import sys

import numpy as np

import boosted_trees

# The sets that were written without a look at the rules; all other pages are one set.
BLIND = ["own", "new", "eye", "site", "page6", "page7"]
# How much a page in another shape weighs in learning.
VARIANT_WEIGHT = 0.1
# The rules that ask the trees.
ASKED = {"title-likely", "title-first"}
# How much more a page weighs where one of them tells the title.
WEIGHED = 2.0
# How much the other lines of a page weigh in learning, all together; its title weighs 1.
OTHERS_WEIGHT = 3.0


def main(features_path, trees_path):
    table = read(features_path)
    scores = np.zeros(len(table["rows"]))
    for unseen in sorted(set(table["set"])):
        model = fit(table, np.flatnonzero(table["set"] != unseen))
        among = np.flatnonzero(table["set"] == unseen)
        scores[among] = model.decision_function(table["rows"][among])
    report(table, scores, "sets never learned from")
    model = fit(table, np.arange(len(table["rows"])))
    report(table, model.decision_function(table["rows"]), "learned from")
    with open(trees_path, "w", encoding="utf-8") as out:
        out.write(boosted_trees.rust(model, table["names"], "title", "train_titles.py", "line"))


def read(path):
    """The features; a page without a line that is its title has none to learn from."""
    with open(path, encoding="utf-8") as lines:
        names = next(lines).rstrip("\n").split("\t")[6:]
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {
        "names": names,
        "set": np.array([row[0] if row[0] in BLIND else "other" for row in rows]),
        "page": np.array([row[1] + " " + row[2] for row in rows]),
        "weighed": np.array([row[3] in ASKED for row in rows]),
        "whole": np.array([row[2] == "whole" for row in rows]),
        "label": np.array([int(row[4]) for row in rows]),
        "line": [row[5] for row in rows],
        "rows": np.array([row[6:] for row in rows], dtype=np.float32),
    }


def fit(table, among):
    """Learns from the lines `among` of pages that have their title there; each page weighs the same."""
    titles, others = collections.Counter(), collections.Counter()
    for page, label in zip(table["page"][among], table["label"][among]):
        (titles if label else others)[page] += 1
    among = np.array([at for at in among if titles[table["page"][at]]])
    weights = []
    for at in among:
        page, label = table["page"][at], table["label"][at]
        weight = 1 / titles[page] if label else OTHERS_WEIGHT / others[page]
        weight *= 1 if table["whole"][at] else VARIANT_WEIGHT
        weights.append(weight * (WEIGHED if table["weighed"][at] else 1))
    weights = np.array(weights) * len(weights) / sum(weights)
    settings = {"max_iter": 80, "learning_rate": 0.15, "l2_regularization": 2, "min_samples_leaf": 5}
    return boosted_trees.fit(table["rows"][among], table["label"][among], weights, **settings)


def report(table, scores, how):
    """How often the line with the highest score is the title."""
    for whole, what in [(True, "as they are"), (False, "in other shapes")]:
        right, wrong = collections.Counter(), []
        for page in sorted(set(table["page"][(table["whole"] == whole) & table["weighed"]])):
            lines = np.flatnonzero(table["page"] == page)
            best = lines[np.argmax(scores[lines])]
            if table["label"][lines].any():
                right[bool(table["label"][best])] += 1
                if not table["label"][best] and whole:
                    wrong.append(f"{page}: {table['line'][best]}")
        print(f"{how}, pages {what}: {right[True]} of {right.total()} titles right")
        for line in wrong:
            print("   ", line)


if __name__ == "__main__":
    main(*sys.argv[1:])
