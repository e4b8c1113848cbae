"""A second load of a later run adds, updates and removes exactly what changed; a load that fails changes nothing."""

import shutil
import tempfile
import unittest
from pathlib import Path

import duckdb

import loads
import runs


class Loads(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        root = Path(cls.scratch.name)
        runs.write_pages(root / "pages", runs.AWKWARD)
        cls.first = runs.run(root / "pages", root / "first")
        (root / "pages/rtl.txt").unlink()
        changed = {
            "quotes.txt": "Another title\n\nICD-10 code: A02\n\nOther words.\n",
            "list.html": "<h1>List</h1><p>ICD-10 code: B00</p><h2>Signs</h2><p>Text</p><h2>More</h2><p>Text</p>",
            "new.txt": "=New\n\nICD-10 code: B07\n\nText\n",
        }
        runs.write_pages(root / "pages", changed)
        cls.second = runs.run(root / "pages", root / "second")
        before, after = (
            {record["source"]["uri"]: record for record in runs.records(output)} for output in (cls.first, cls.second)
        )
        cls.same = [after[uri]["record_id"] for uri in after if after[uri] == before.get(uri)]
        cls.changed = [after[uri]["record_id"] for uri in after if uri in before and after[uri] != before[uri]]
        cls.empty = runs.run(root / "nothing", root / "empty") if (root / "nothing").mkdir() is None else None

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def check_tables(self, found: dict[str, list[dict]], output: Path):
        for name, rows in runs.expected_rows(output).items():
            self.assertEqual(runs.by_key(found[name]), runs.by_key(rows), name)

    def test_the_second_run_differs_in_what_it_is_meant_to(self):
        self.assertEqual(len(self.changed), 2)
        self.assertGreater(len(self.same), 10)

    def test_duckdb_holds_the_run_that_was_loaded_last(self):
        database = duckdb.connect()
        for output in (self.first, self.first, self.second, self.first, self.empty, self.second):
            loads.into_duckdb(database, output)
            self.check_tables(loads.rows_of_duckdb(database), output)
        self.assertEqual(database.sql("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchall(), [(0,)])

    def test_duckdb_loads_parquet_as_it_does_csv(self):
        root = Path(self.scratch.name)
        first, second = (root / f"{name}_columns" for name in ("first", "second"))
        # The pages are those of the second run by now.
        runs.run(root / "pages", second, formats="ndjson,parquet")
        runs.write_pages(root / "first_pages", runs.AWKWARD)
        runs.run(root / "first_pages", first, formats="ndjson,parquet")
        self.assertFalse((first / "load/postgres.sql").exists())
        database = duckdb.connect()
        for output in (first, first, second, self.second, self.first, second, first):
            loads.into_duckdb(database, output)
            self.check_tables(loads.rows_of_duckdb(database), output)

    def test_postgres_holds_the_run_that_was_loaded_last(self):
        database = loads.new_postgres("later_runs")
        for output in (self.first, self.first, self.second, self.first, self.empty, self.second):
            loads.into_postgres(database, output)
            self.check_tables(loads.rows_of_postgres(database), output)

    def test_postgres_touches_only_rows_that_changed(self):
        database = loads.new_postgres("only_changes")
        loads.into_postgres(database, self.first)
        versions = "SELECT record_id, xmin FROM nosograph.records"
        before = dict(line.split("|") for line in loads.query(database, versions))
        loads.into_postgres(database, self.second)
        after = dict(line.split("|") for line in loads.query(database, versions))
        self.assertEqual({key for key in after if before.get(key) == after[key]}, set(self.same))

    def test_tables_and_columns_say_what_they_hold(self):
        database = duckdb.connect()
        loads.into_duckdb(database, self.first)
        sql = "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'nosograph' AND comment IS NULL"
        self.assertEqual(database.sql(sql).fetchall(), [(0,)])
        postgres = loads.new_postgres("comments")
        loads.into_postgres(postgres, self.first)
        sql = (
            "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' AND attnum > 0 "
            "AND relnamespace = 'nosograph'::regnamespace AND col_description(attrelid, attnum) IS NULL"
        )
        self.assertEqual(loads.query(postgres, sql), ["0"])

    def test_other_tables_of_the_same_names_stop_a_load(self):
        wrong = "CREATE SCHEMA nosograph; CREATE TABLE nosograph.sections (record_id text, mine int)"
        database = duckdb.connect()
        database.execute(wrong)
        with self.assertRaisesRegex(duckdb.Error, r"other columns than this run: .*sections\.mine \(INTEGER\) is there"):
            loads.into_duckdb(database, self.first)
        database.execute("ROLLBACK")
        self.assertEqual(database.sql("SELECT count(*) FROM duckdb_tables()").fetchall(), [(1,)])
        postgres = loads.new_postgres("wrong_tables")
        loads.query(postgres, wrong)
        ended = loads.psql(postgres, "--file", "load/postgres.sql", folder=self.first)
        self.assertEqual(ended.returncode, 3)
        self.assertRegex(ended.stderr, r"other columns than this run: .*sections\.mine \(integer\) is there")
        self.assertIn("HINT:", ended.stderr)
        self.assertEqual(loads.query(postgres, "SELECT count(*) FROM pg_tables WHERE schemaname = 'nosograph'"), ["1"])

    def test_a_run_that_was_cut_leaves_what_was_held(self):
        broken = Path(self.scratch.name) / "broken"
        shutil.copytree(self.second, broken, dirs_exist_ok=True)
        text = (broken / "diagnostics.csv").read_bytes()
        (broken / "diagnostics.csv").write_bytes(text + text.splitlines(keepends=True)[1])
        database = duckdb.connect()
        loads.into_duckdb(database, self.first)
        with self.assertRaises(duckdb.Error):
            loads.into_duckdb(database, broken)
        database.execute("ROLLBACK")
        self.check_tables(loads.rows_of_duckdb(database), self.first)
        postgres = loads.new_postgres("broken_run")
        loads.into_postgres(postgres, self.first)
        ended = loads.psql(postgres, "--file", "load/postgres.sql", folder=broken)
        self.assertEqual(ended.returncode, 3)
        self.check_tables(loads.rows_of_postgres(postgres), self.first)


if __name__ == "__main__":
    unittest.main()
