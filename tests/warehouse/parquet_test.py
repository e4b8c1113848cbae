"""Parquet that others wrote is read as NDJSON is: by `check`, `diff`, `verify` and `export`."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import duckdb
import polars
import pyarrow.parquet

import runs

# What this program never writes: other compressions, encodings, versions of pages, names of lists, sizes of pages and
# row groups.
PYARROW = {
    "snappy": {},
    "gzip": {"compression": "gzip", "data_page_version": "2.0", "row_group_size": 5},
    "lz4": {"compression": "lz4", "use_dictionary": False, "data_page_size": 64, "write_batch_size": 2},
    "old_names": {"use_compliant_nested_type": False, "version": "1.0", "compression": "none"},
    "deltas": {"use_dictionary": False, "column_encoding": None, "data_page_version": "2.0"},
}


class Parquet(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.root = Path(cls.scratch.name)
        cls.pages = cls.root / "pages"
        runs.write_pages(cls.pages, runs.AWKWARD | {"many.html": runs.many_items()})
        cls.all = runs.run(cls.pages, cls.root / "all", formats="ndjson,csv,parquet")
        cls.alone = runs.run(cls.pages, cls.root / "alone", formats="parquet")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def findings(self, path: Path) -> list[dict]:
        """What `check` says, without where."""
        ended = runs.call("check", str(path), "--fail-on", "never", "--output-format", "json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return [{key: of for key, of in found.items() if key not in ("path", "line")} for found in json.loads(ended.stdout)]

    def written_by_others(self):
        table = pyarrow.parquet.read_table(self.all / "records.parquet")
        for name, options in PYARROW.items():
            path = self.root / f"{name}.parquet"
            pyarrow.parquet.write_table(table, path, **options)
            yield path
        for version in ("v1", "v2"):
            path = self.root / f"duckdb_{version}.parquet"
            source = f"read_parquet('{self.all}/records.parquet')"
            duckdb.sql(f"COPY (FROM {source}) TO '{path}' (PARQUET_VERSION {version})")
            yield path
        # Without maps: they become lists of keys and values.
        path = self.root / "polars.parquet"
        polars.read_parquet(self.all / "records.parquet").write_parquet(path)
        yield path

    def test_check_finds_the_same_in_every_form(self):
        wanted = self.findings(self.all / "records.ndjson")
        self.assertGreater(len(wanted), 15)
        self.assertEqual(self.findings(self.all / "records.parquet"), wanted)
        self.assertEqual(self.findings(self.alone), wanted)
        for path in self.written_by_others():
            self.assertEqual(self.findings(path), wanted, path.name)

    def test_check_finds_the_same_in_tables_of_csv_and_parquet(self):
        for table in runs.tables():
            name = table["name"]
            if name != "records":
                self.assertEqual(self.findings(self.all / f"{name}.parquet"), self.findings(self.all / f"{name}.csv"))
        flat = self.root / "flat.parquet"
        types = {"integer": "BIGINT", "boolean": "BOOLEAN"}
        columns = {field["name"]: types.get(field["type"], "VARCHAR") for field in runs.tables()[0]["fields"]}
        duckdb.sql(f"COPY (FROM read_csv('{self.all}/records.csv', columns = {columns})) TO '{flat}'")
        # Beside the other tables it would be read with them.
        (self.root / "by_itself").mkdir()
        table = shutil.copy(self.all / "records.csv", self.root / "by_itself")
        # The escape of CSV stands in their titles.
        escaped = {"formula.txt", "escaped.txt"}
        wanted = [found for found in self.findings(table) if found["page"]["uri"] not in escaped]
        found = [found for found in self.findings(flat) if found["page"]["uri"] not in escaped]
        self.assertEqual(found, wanted)
        self.assertGreater(len(found), 10)

    def test_each_command_reads_a_run_of_parquet_alone(self):
        ended = runs.call("diff", str(self.all), str(self.alone))
        self.assertEqual((ended.returncode, "0 changed, 0 added, 0 removed" in ended.stdout), (0, True), ended)
        ended = runs.call("verify", str(self.alone), "--input", str(self.pages))
        self.assertEqual(ended.returncode, 0, ended)
        for target in ("fhir", "schema-org"):
            of_parquet, of_ndjson = (
                runs.call("export", str(run), "--to", target) for run in (self.alone, self.all)
            )
            self.assertEqual((of_parquet.returncode, of_parquet.stdout), (0, of_ndjson.stdout), of_parquet.stderr)
        for path in self.written_by_others():
            ended = runs.call("diff", str(self.all / "records.ndjson"), str(path))
            self.assertEqual((ended.returncode, "0 changed, 0 added, 0 removed" in ended.stdout), (0, True), ended)

    def test_columns_that_are_missing_or_of_another_type_are_told_once(self):
        path = self.root / "part.parquet"
        duckdb.sql(f"""
            COPY (
                SELECT record_id::UUID AS record_id, source, title, 3 AS billable, 1 AS mine,
                    list_transform(sections, lambda s: {{'position': s.position, 'text': s.text, 'items': s.items}}) AS sections
                FROM read_parquet('{self.all}/records.parquet'))
            TO '{path}'""")
        told, *rest = self.findings(path)
        self.assertEqual(told["id"], "N152")
        for part in (
            "`billable` holds INT32",
            "`mine` is no field of a record",
            "`key_points`",
            "`sections[].level`",
        ):
            self.assertIn(part, told["message"])
        self.assertNotIn("`title`", told["message"])
        self.assertFalse([found for found in rest if found["id"] in ("N151", "N152")], rest)

    def test_a_row_that_is_wrong_costs_only_itself(self):
        path = self.root / "wrong.parquet"
        table = pyarrow.parquet.read_table(self.all / "records.parquet")
        codes = table.column("code_status").to_pylist()
        codes[2] = "sometimes"
        at = table.schema.get_field_index("code_status")
        table = table.set_column(at, "code_status", pyarrow.array(codes))
        pyarrow.parquet.write_table(table, path)
        wrong = [found for found in self.findings(path) if found["id"] == "N152"]
        self.assertEqual(len(wrong), 1, wrong)
        self.assertIn("sometimes", wrong[0]["message"])
        text = table.column("title").cast(pyarrow.binary()).to_pylist()
        text[3] = b"\xff\xfe"
        at = table.schema.get_field_index("title")
        pyarrow.parquet.write_table(table.set_column(at, "title", pyarrow.array(text)), path)
        wrong = [found for found in self.findings(path) if found["id"] == "N151"]
        self.assertEqual(len(wrong), 1, wrong)
        self.assertIn("`title` is not UTF-8", wrong[0]["message"])

    def test_what_cannot_be_read_is_named_with_the_cure(self):
        table = pyarrow.table({"mine": [1]})
        other = self.root / "other.parquet"
        pyarrow.parquet.write_table(table, other)
        brotli = self.root / "brotli.parquet"
        pyarrow.parquet.write_table(pyarrow.parquet.read_table(self.all / "records.parquet"), brotli, compression="brotli")
        cut = self.root / "cut.parquet"
        cut.write_bytes((self.all / "records.parquet").read_bytes()[:-100])
        for path, words in ((other, "no columns of records"), (brotli, "compressed as brotli"), (cut, "cut off")):
            ended = runs.call("check", str(path))
            self.assertEqual((ended.returncode, ended.stdout), (2, ""), ended)
            self.assertIn(path.name, ended.stderr)
            self.assertIn(words, ended.stderr)


if __name__ == "__main__":
    unittest.main()
