"""The scripts that cannot be run here parse in their dialects, every statement as what it is meant to be."""

import tempfile
import unittest
from collections import Counter
from pathlib import Path

import sqlglot

import runs


class Dialects(unittest.TestCase):
    def statements(self, name: str, formats: str) -> Counter:
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            runs.write_pages(root / "pages", {"a.txt": "Cholera\n\nICD-10 code: A00\n\nText\n"})
            output = runs.run(root / "pages", root / "output", formats=formats)
            sql = (output / f"load/{name}.sql").read_text()
        return Counter(type(statement).__name__ for statement in sqlglot.parse(sql, dialect=name) if statement)

    def test_bigquery(self):
        for formats in ("csv", "parquet"):
            found = self.statements("bigquery", formats)
            self.assertEqual((found["Create"], found["Merge"], found["Drop"]), (6, 5, 5), found)

    def test_snowflake(self):
        for formats in ("csv", "parquet"):
            found = self.statements("snowflake", formats)
            self.assertEqual((found["Create"], found["Copy"], found["Delete"], found["Merge"]), (11, 5, 5, 5), found)


if __name__ == "__main__":
    unittest.main()
