"""Runs of the real binary over pages made here, and what their NDJSON says each table must hold."""

import json
import os
import subprocess
from pathlib import Path

BINARY = os.environ["NOSOGRAPH"]

# Each title and text is one that some step of a load could get wrong.
AWKWARD = {
    "formula.txt": "=1+1 cmd|' /C calc'!A0\n\nICD-10 code: A00\n\n@SUM(A1:A9)\n\n-2+3\n\n'quoted' from the start\n",
    "escaped.txt": "'=1+1\n\nICD-10 code: A01\n\n''=2\n\n\u2003+3\n\n＝full width\n",
    "quotes.txt": 'He said "no", twice\n\nICD-10 code: A02\n\nA "quoted, comma" and a \\ and a \\N and \\. alone\n\n\\.\n',
    "emoji.txt": "Fever 🤒🏽 and 👩‍👩‍👧\n\nICD-10 code: A03\n\nZero\u200bwidth, combining e\u0301, 𝔘𝔫𝔦𝔠𝔬𝔡𝔢\n",
    "rtl.txt": "كوليرا\n\nICD-10 code: A00.9\n\nالكوليرا عدوى حادة.\n\nחולירע היא מחלה. \u202eabc\u202c\n",
    "null.txt": "NULL\n\nICD-10 code: A04\n\nNULL\n\nnull\n\nN/A\n",
    "sql.txt": "'); DROP TABLE nosograph.records; --\n\nICD-10 code: A05\n\n$$; {{ x }} ${y} %s :name @var\n",
    "empty.txt": "A06\n",
    "control.txt": "Bell \x07 and escape \x1b[31m\n\nICD-10 code: A07\n\nVertical\x0btab, form\x0cfeed, next\x85line, \u2028 line\n",
    "nul.txt": "Nul inside\n\nICD-10 code: A08\n\nBefore\x00after\n",
    "replaced.html": "<h1>Nul &#0; inside</h1><p>ICD-10 code: A09</p><p>a&#0;b\x00c</p><p>&#xD800; &#128;</p>",
    "list.html": "<h1>List</h1><p>ICD-10 code: B00</p><h2>Signs</h2><p>Text</p><ul><li>=one<ul><li>-two</li></ul></li><li></li></ul>",
    "table.html": "<h1>Table</h1><p>ICD-10 code: B01</p><h2>=Head\"ing</h2><table><tr><td>a</td><td>b</td></tr></table>",
    "folder/naïve name 100%.txt": "Percent\n\nICD-10 code: B02\n\nText.\n",
    "listed.txt": "Listed\n\nICD-10 code: M61\n\nDiagnosis codes\n\nM61.0 Myositis ossificans traumatica\nM61.1 Myositis ossificans progressiva\n",
    "points.txt": "# Points\n\nICD-10 code: B04\n\n## Key Points\n\n1. =first, \"quoted\"\n2. -second\n3. 'third\n",
    "crlf.txt": "Carriage\r\n\r\nICD-10 code: B03\r\n\r\nOne\r\nTwo\r\n\r\nThree\rFour\r\n",
}


def many_items() -> str:
    items = "".join(f"<li>Item {number}, with a \"quote\" and a comma</li>" for number in range(10_000))
    return f"<h1>Many</h1><p>ICD-10 code: B05</p><h2>Items</h2><ul>{items}</ul>"


def long_text() -> str:
    return "Long\n\nICD-10 code: B06\n\n" + "A sentence that goes on, and on. " * 100_000 + "\n"


def write_pages(folder: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def run(*pages_and_output: Path, formats: str = "ndjson,csv") -> Path:
    """Makes a run directory; the pages may have errors, since that is what some of them are for."""
    *pages, output = pages_and_output
    command = [BINARY, "run", *pages, "-o", output, "--formats", formats, "--fail-on", "never", "-q"]
    subprocess.run(command, check=True)
    return output


def call(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=False)


def tables() -> list[dict]:
    return json.loads(call("schema", "tables").stdout)


def records(output: Path) -> list[dict]:
    with (output / "records.ndjson").open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def flat(value: dict, prefix: str = "") -> dict:
    """The values of a record by the names of their columns."""
    values = {}
    for name, part in value.items():
        values[prefix + name] = part
        if isinstance(part, dict):
            values |= flat(part, f"{prefix}{name}_")
    return values


def expected_rows(output: Path) -> dict[str, list[dict]]:
    """What the NDJSON says that each table holds, in order of the records and of what is in them."""
    rows_of = {
        "records": lambda record: [flat(record)],
        "sections": lambda record: record["sections"],
        "key_points": lambda record: record["key_points"],
        "diagnosis_codes": lambda record: record["diagnosis_codes"]["codes"],
        "diagnostics": lambda record: record["diagnostics"],
    }
    expected = {}
    for table in tables():
        fields = table["fields"]
        rows = expected[table["name"]] = []
        for record in records(output):
            for position, row in enumerate(rows_of[table["name"]](record), start=1):
                row = {"record_id": record["record_id"], "position": position} | row
                rows.append({field["name"]: cell(row, field) for field in fields})
    return expected


def cell(row: dict, field: dict):
    """The value in a row; where part of a path is missing the value is. An empty list or map has no cell."""
    value = row.get(field["name"])
    return None if field["type"] in ("array", "object") and not value else value


def by_key(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: (row["record_id"], row.get("position", 0)))
