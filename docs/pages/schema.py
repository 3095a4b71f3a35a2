"""The page of the store's tables and views, read from an empty store and the comments of its SQL."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from curate.store import Store

SCHEMA = Path(__file__).parents[2] / "queries" / "schema"
HEAD = """# Tables and views

What `tracemill sql`, `query`, `Store.sql()` and a plain DuckDB shell see. Names that end in `_v`, and
`trace_decisions`, are made for people. `judged` holds what most questions about traces need, in one narrow
row each. A column `..._key` is the 128 bits of the id of that name (`id_key(trace_id)`): a join on it takes a
third of the CPU of one on the id. Money is USD, times are UTC, units stand in the names. This page is written
by `python docs/build.py`.
"""
_MADE = re.compile(
    r"((?:^--[^\n]*\n)+)CREATE (?:OR REPLACE )?(?:TABLE|VIEW)(?: IF NOT EXISTS)? (\w+)", re.MULTILINE
)
_COLUMNS = """
SELECT table_name, column_name, data_type FROM duckdb_columns()
WHERE NOT internal AND database_name = 'memory' AND schema_name = 'main' ORDER BY table_name, column_index
"""


def schema_page() -> str:
    """Describe every table and view with its columns."""
    comments = _comments()
    lines = [HEAD]
    columns: dict[str, list[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store", create=True)
        with store.read() as reader:
            for table, column, kind in reader.rows(_COLUMNS):
                columns.setdefault(str(table), []).append((str(column), str(kind)))
    for table in sorted(columns):
        lines += [f"## `{table}`", "", comments.get(table, ""), "", "| column | type |", "| --- | --- |"]
        lines += [f"| `{column}` | {kind} |" for column, kind in columns[table]]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _comments() -> dict[str, str]:
    """Give the comment that stands right before each table or view is made."""
    found = {}
    for path in sorted(SCHEMA.glob("*.sql")):
        for comment, name in _MADE.findall(path.read_text(encoding="utf-8")):
            words = [line.removeprefix("--").strip() for line in comment.strip().splitlines()]
            found[name] = " ".join(words)
    return found
