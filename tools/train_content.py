#!/usr/bin/env python3
"""Makes the trees that tell an HTML page's article from its site, from pages with a known main content.

    cargo run --release --example content_features -- HTML_FOLDER > features.tsv
    python3 tools/train_content.py features.tsv GROUND_TRUTH_FOLDER src/extract/content/trees.rs

HTML_FOLDER has PAGE.html, GROUND_TRUTH_FOLDER PAGE.json with url, title, main_content (the form of WCXB). The
features come from the Rust code that runs later, so the two cannot differ. A block is content if most of its words
are aligned with the main content. Pages of a domain stay together: the part `tune` is what the trees learn from
(cross-validated by domain), the part `held` only measures them. Needs numpy and scikit-learn 1.4 or later.
"""

import collections
import difflib
import hashlib
import json
import os
import re
import sys
import urllib.parse

import numpy as np

import boosted_trees


def main(features_path, truth_path, trees_path):
    table = read(features_path, truth_path)
    tune = np.flatnonzero(table["part"] == "tune")
    scores = boosted_trees.cross_validated(table["rows"], table["domain"], tune, lambda among: fit(table, among))
    report(table, scores, "tune", "cross-validated")
    model = fit(table, tune)
    report(table, model.decision_function(table["rows"]), "held", "never learned from")
    with open(trees_path, "w", encoding="utf-8") as out:
        out.write(boosted_trees.rust(model, table["names"], "content", "train_content.py", "block"))


def read(features_path, truth_path):
    """The blocks of all pages, with the share of their words that is content."""
    with open(features_path, encoding="utf-8") as lines:
        names = next(lines).rstrip("\n").split("\t")[3:]
        blocks = [line.rstrip("\n").split("\t") for line in lines]
    table = {"names": names, "page": np.array([block[0] for block in blocks])}
    table["rows"] = np.array([block[3:] for block in blocks], dtype=np.float32)
    table["words"] = [words(block[2]) for block in blocks]
    table["size"] = np.array([len(found) for found in table["words"]])
    table["share"] = np.zeros(len(blocks))
    table["domain"] = np.empty(len(blocks), dtype=object)
    table["part"] = np.empty(len(blocks), dtype=object)
    table["truth"] = {}
    for page in sorted(set(table["page"])):
        with open(os.path.join(truth_path, page + ".json"), encoding="utf-8") as file:
            truth = json.load(file)
        wanted = words((truth["title"] or "") + "\n" + truth["main_content"])
        at = np.flatnonzero(table["page"] == page)
        table["truth"][page] = wanted
        table["share"][at] = aligned([table["words"][block] for block in at], words(truth["main_content"]))
        domain = re.sub(r"^www\.", "", urllib.parse.urlparse(truth["url"]).netloc)
        table["domain"][at] = domain
        table["part"][at] = "tune" if hashlib.sha256(domain.encode()).digest()[0] % 10 < 6 else "held"
    return table


def words(text):
    return re.findall(r"\w+", text.lower())


def aligned(blocks, wanted):
    """For each block the share of its words that stand at the same place of the main content."""
    owner = [at for at, block in enumerate(blocks) for _ in block]
    shown = [word for block in blocks for word in block]
    hits = np.zeros(len(blocks))
    for match in difflib.SequenceMatcher(None, shown, wanted, autojunk=False).get_matching_blocks():
        # A word or two in a row come together by chance.
        whole = match.size == len(blocks[owner[match.a]]) if match.size else False
        if match.size >= 3 or whole:
            for at in range(match.a, match.a + match.size):
                hits[owner[at]] += 1
    return hits / np.maximum(1, [len(block) for block in blocks])


def fit(table, among):
    """Learns from the blocks `among`; a block weighs as its words do, and each page the same."""
    among = among[table["size"][among] > 0]
    size = table["size"][among] ** 0.7
    pages = collections.Counter()
    for page, weight in zip(table["page"][among], size):
        pages[page] += weight
    weights = np.array([weight / pages[page] for page, weight in zip(table["page"][among], size)])
    weights *= len(among) / weights.sum()
    settings = {"max_iter": 80, "learning_rate": 0.08, "l2_regularization": 1}
    return boosted_trees.fit(table["rows"][among], table["share"][among] > 0.5, weights, **settings)


def report(table, scores, part, how):
    """The mean over pages of the F1 between the words of the blocks kept and the main content."""
    for what, keep in [("kept by score", scores > 0), ("if every block were right", table["share"] > 0.5)]:
        found = []
        for page in sorted(set(table["page"][table["part"] == part])):
            blocks = np.flatnonzero((table["page"] == page) & keep)
            got = collections.Counter(word for block in blocks for word in table["words"][block])
            wanted = collections.Counter(table["truth"][page])
            shared = sum((got & wanted).values())
            found.append((2 * shared / max(1, sum(got.values()) + sum(wanted.values())), page))
        mean = np.mean([f1 for f1, _ in found])
        worst = ", ".join(f"{page} {f1:.2f}" for f1, page in sorted(found)[:12])
        print(f"{part}, {how}, {what}: word F1 {mean:.4f} on {len(found)} pages" + (f"; least {worst}" if part == "tune" else ""))


if __name__ == "__main__":
    main(*sys.argv[1:])
