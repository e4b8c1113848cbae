"""A peer's job: every page of a folder to one line of JSON: title, code, sections with text and items.

python blocks.py (str|selectolax|turbohtml|read) FOLDER OUTPUT
"""

import json
import os
import re
import sys

CODE = re.compile(r"ICD-10 code:\s*([A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?)")
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


def of_blocks(blocks):
    """The record of (tag, text) pairs in page order."""
    record = {"title": None, "code": None, "sections": []}
    section = None
    for tag, text in blocks:
        if tag in HEADINGS:
            record["title"] = record["title"] or text
            section = {"heading": text, "text": [], "items": []}
            record["sections"].append(section)
            continue
        found = CODE.match(text)
        if found:
            record["code"] = record["code"] or found[1]
        elif section is not None:
            section["items" if tag == "li" else "text"].append(text)
    return record


def of_text(page):
    """The record of a text page by a walk over its lines."""
    record = {"title": None, "code": None, "sections": [], "key_points": []}
    section = None
    for line in page.splitlines():
        line = line.strip()
        if not line:
            continue
        if record["title"] is None:
            record["title"] = line
        elif line.startswith("ICD-10 code:"):
            record["code"] = line[12:].strip()
        elif line[0].isdigit() and ". " in line[:5]:
            number, _, point = line.partition(". ")
            record["key_points"].append({"number": int(number), "text": point})
        elif len(line) < 80 and not line.endswith("."):
            section = {"heading": line, "text": [], "items": []}
            record["sections"].append(section)
        elif section is not None:
            section["text"].append(line)
    return record


def with_selectolax():
    from selectolax.lexbor import LexborHTMLParser

    def record(page):
        tree = LexborHTMLParser(page)
        nodes = tree.css("h1,h2,h3,h4,h5,h6,p,li")
        return of_blocks((node.tag, node.text(deep=True, strip=True)) for node in nodes)

    return record


def with_turbohtml():
    import turbohtml

    def record(page):
        tree = turbohtml.parse(page)
        nodes = tree.select("h1,h2,h3,h4,h5,h6,p,li")
        return of_blocks((node.tag, node.text.strip()) for node in nodes)

    return record


def main():
    how, folder, output = sys.argv[1:]
    record = {"str": lambda: of_text, "selectolax": with_selectolax, "turbohtml": with_turbohtml,
              "read": lambda: None}[how]()
    with open(output, "w", encoding="utf-8") as out:
        for below, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(below, name)
                with open(path, encoding="utf-8") as file:
                    page = file.read()
                if record is None:
                    continue
                line = record(page)
                line["uri"] = os.path.relpath(path, folder)
                out.write(json.dumps(line, ensure_ascii=False))
                out.write("\n")


main()
