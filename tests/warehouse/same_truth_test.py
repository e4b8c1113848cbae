"""The NDJSON, JSON, CSV, Parquet and both warehouses of one run over awkward pages say the same."""

import csv
import json
import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

import duckdb
import frictionless
import jsonschema
import pyarrow.parquet

import loads
import runs

ALL_FORMATS = "json,ndjson,csv,parquet"


class SameTruth:
    """What holds of every run; `make_run` of a subclass makes one."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.output = cls.make_run(Path(cls.scratch.name))
        cls.records = runs.records(cls.output)
        cls.expected = runs.expected_rows(cls.output)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def described(self) -> Path:
        """A run directory of which the descriptions are checked."""
        return self.output

    def check_tables(self, found: dict[str, list[dict]]):
        self.assertEqual(found.keys(), self.expected.keys())
        for name, rows in self.expected.items():
            self.assertEqual(len(found[name]), len(rows), name)
            for got, wanted in zip(runs.by_key(found[name]), runs.by_key(rows)):
                self.assertEqual(got, wanted, name)

    def test_every_record_and_reject_is_valid_by_its_schema(self):
        schemas = Path(__file__).parents[2] / "schemas/v1"
        for name, of in (("records", "record"), ("rejects", "reject")):
            schema = json.loads((schemas / f"{of}.json").read_text())
            validator = jsonschema.Draft202012Validator(schema)
            jsonschema.Draft202012Validator.check_schema(schema)
            for line in (self.output / f"{name}.ndjson").read_bytes().splitlines():
                validator.validate(json.loads(line))

    def test_json_is_the_ndjson_as_an_array(self):
        self.assertEqual(json.loads((self.output / "records.json").read_bytes()), self.records)

    def test_csv_by_the_words_of_the_datapackage(self):
        package = json.loads((self.output / "datapackage.json").read_text())
        escaped = re.compile(package["escape"]["pattern"])
        csv.field_size_limit(1 << 30)
        found = {}
        for resource in package["resources"]:
            fields = {field["name"]: field for field in resource["schema"]["fields"]}
            missing = resource["schema"]["missingValues"]

            def value(name, text):
                field = fields[name]
                if text in field.get("missingValues", missing):
                    return None
                match field["type"]:
                    case "string":
                        return escaped.sub(r"\1", text)
                    case "integer":
                        return int(text)
                    case "boolean":
                        return {"true": True, "false": False}[text]
                    case _:
                        return json.loads(text)

            with (self.output / resource["path"]).open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(file)
                found[resource["name"]] = [{name: value(name, text) for name, text in row.items()} for row in rows]
        self.check_tables(found)

    def test_no_cell_of_the_csv_starts_a_formula(self):
        csv.field_size_limit(1 << 30)
        for path in self.output.glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.reader(file):
                    for text in row:
                        self.assertNotRegex(text, r"""^[\s"]*[=+\-@\t\r＝＋－＠]""", path.name)

    def test_the_datapackage_is_valid(self):
        report = frictionless.validate(str(self.described() / "datapackage.json"))
        self.assertTrue(report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:5])

    def test_parquet_through_pyarrow(self):
        for record, wanted in zip(pyarrow.parquet.read_table(self.output / "records.parquet").to_pylist(), self.records, strict=True):
            self.assertEqual(as_json(record), wanted)
        found = {"records": self.expected["records"]}
        for name in self.expected.keys() - {"records"}:
            rows = pyarrow.parquet.read_table(self.output / f"{name}.parquet").to_pylist()
            found[name] = [without_json_text(name, row) for row in rows]
        self.check_tables(found)

    def test_parquet_through_duckdb(self):
        rows = duckdb.sql(f"SELECT to_json(r) FROM read_parquet('{self.output}/records.parquet') AS r").fetchall()
        for (text,), wanted in zip(rows, self.records, strict=True):
            self.assertEqual(as_json(json.loads(text)), wanted)

    def test_parquet_says_with_what_it_was_made(self):
        run = json.loads((self.output / "run.json").read_text())
        for path in sorted(self.output.glob("*.parquet")):
            metadata = pyarrow.parquet.read_metadata(path)
            facts = {key.decode(): value.decode() for key, value in metadata.metadata.items()}
            self.assertEqual(facts["nosograph.reference"], run["reference"])
            self.assertEqual(facts["nosograph.profile"], run["profile"]["label"])
            self.assertEqual(facts["nosograph.profile_hash"], run["profile"]["hash"])
            self.assertEqual(facts["nosograph.version"], run["nosograph"])
            self.assertRegex(facts["nosograph.schema"], r"^1\.\d+\.\d+$")

    def test_duckdb(self):
        database = duckdb.connect()
        loads.into_duckdb(database, self.output)
        self.check_tables(loads.rows_of_duckdb(database))

    def test_postgres(self):
        database = loads.new_postgres(type(self).__name__.lower())
        loads.into_postgres(database, self.output)
        self.check_tables(loads.rows_of_postgres(database))


class AwkwardPages(SameTruth, unittest.TestCase):
    @classmethod
    def make_run(cls, root: Path) -> Path:
        pages = runs.AWKWARD | {"many.html": runs.many_items(), "long.txt": runs.long_text()}
        runs.write_pages(root / "pages", pages)
        return runs.run(root / "pages", root / "output", formats=ALL_FORMATS)

    def described(self) -> Path:
        # Without the largest pages: frictionless reads 80 KB a second.
        root = Path(self.scratch.name)
        runs.write_pages(root / "small", runs.AWKWARD)
        return runs.run(root / "small", root / "described")

    def test_the_pages_are_as_awkward_as_they_are_meant_to_be(self):
        by_uri = {record["source"]["uri"]: record for record in self.records}
        self.assertGreater(len(by_uri), 15)
        self.assertTrue(by_uri["formula.txt"]["title"].startswith("=1+1"))
        self.assertTrue(by_uri["escaped.txt"]["sections"][0]["text"].startswith("'=1+1"))
        self.assertEqual(sum(len(section["items"]) for section in by_uri["many.html"]["sections"]), 10_000)
        self.assertGreater(max(len(section["text"]) for section in by_uri["long.txt"]["sections"]), 3_000_000)
        self.assertIn("\n\n", by_uri["quotes.txt"]["sections"][-1]["text"])
        self.assertTrue(all(rows for rows in self.expected.values()), "a table has no row")


class RealPages(SameTruth, unittest.TestCase):
    """The pages of the repository, and of the shared corpus where it is found."""

    @classmethod
    def make_run(cls, root: Path) -> Path:
        repository = Path(__file__).parents[2]
        shared = Path(os.environ.get("NOSOGRAPH_SHARED", repository.parent / "shared")) / "corpus"
        if not shared.is_dir():
            print(f"{shared} is not there: only the pages of the repository are read", file=sys.stderr)
        pages = [repository / "input"] + [shared] * shared.is_dir()
        return runs.run(*pages, root / "output", formats=ALL_FORMATS)


def as_json(record: dict) -> dict:
    """A record of Parquet as JSON has it: maps are objects, what only some origins have is left out elsewhere."""
    record["extra"] = json.loads(record["extra"]) if isinstance(record["extra"], str) else record["extra"]
    provenance = dict(record["provenance"])
    record["provenance"] = {
        path: {name: value for name, value in origin.items() if value is not None} for path, origin in provenance.items()
    }
    return record


def without_json_text(table: str, row: dict) -> dict:
    json_columns = {field["name"] for of in runs.tables() if of["name"] == table for field in of["fields"] if field["type"] == "array"}
    return {name: json.loads(value) if name in json_columns and value is not None else value for name, value in row.items()}


if __name__ == "__main__":
    unittest.main()
