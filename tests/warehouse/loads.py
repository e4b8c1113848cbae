"""The load scripts of a run directory, run for real."""

import json
import os
import subprocess
from pathlib import Path

import duckdb

import runs


def into_duckdb(database: duckdb.DuckDBPyConnection, output: Path) -> None:
    database.execute(f"SET file_search_path = '{output}'")
    database.execute((output / "load/duckdb.sql").read_text())


def rows_of_duckdb(database: duckdb.DuckDBPyConnection) -> dict[str, list[dict]]:
    found = {}
    for table in runs.tables():
        rows = database.sql(f"SELECT to_json(t) FROM nosograph.{table['name']} AS t").fetchall()
        found[table["name"]] = [json.loads(text) for (text,) in rows]
    return found


def psql(database: str, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess:
    command = [os.environ["PSQL"], "--no-psqlrc", "--quiet", "--dbname", database, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def query(database: str, sql: str) -> list[str]:
    ended = psql(database, "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", sql)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def new_postgres(name: str) -> str:
    query("postgres", f"CREATE DATABASE {name}")
    return name


def into_postgres(database: str, output: Path) -> None:
    ended = psql(database, "--file", "load/postgres.sql", folder=output)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", ""), ended


def rows_of_postgres(database: str) -> dict[str, list[dict]]:
    found = {}
    for table in runs.tables():
        # An array of JSON has no line end in it, whatever the texts have.
        (text,) = query(database, f"SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM nosograph.{table['name']} AS t")
        found[table["name"]] = json.loads(text)
    return found
