"""A reader: SQL over everything the journal holds, with nothing else in reach.

Its connection is in memory; tables of the file and of the journal's tail are joined by views under the users'
names. Access to files, extensions and settings is locked before the first statement. One statement at a time,
and only one that reads.
"""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb

from curate.errors import IncompleteError, StoreError, UsageError
from curate.store.duck import first_line, is_full
from curate.store.laid import Pieces, Spool
from queries import load_query

if TYPE_CHECKING:
    import pandas
    import pyarrow
    from duckdb import DuckDBPyConnection as Connection

_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_TABLES = """
    SELECT view_name FROM duckdb_views()
    WHERE NOT internal AND schema_name = 'main' AND database_name = 'memory'
    UNION
    SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND database_name = 'memory'
    ORDER BY 1
"""
_UNKNOWN_TABLE = re.compile(r"Table with name \\?\"?(\w+)")
_HINT_DAMAGED = (
    "delete traces.duckdb in the store: it is built again from the journal, which holds everything"
)


_HINT_ROOM = "free some space there, about as much as the texts take, then run the same command"
_HEAD_BATCH = 64
_TEXT_BATCH = 2_048
TextQuery = Literal["texts_of", "parsed_texts_of"]
"""Which columns: text and reasoning; or program and equations too."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of a result; `is_cut` when there are more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    is_cut: bool


class Reader:
    """Runs read-only SQL. Made by `Store.read`, closed by it; for one thread at a time."""

    def __init__(self, con: Connection, tmp: Path | None = None) -> None:
        """Take over a connection; `tmp` is a folder for rows that wait (the system's when None)."""
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        self._con = con
        self._tmp = tmp

    def rows(self, query: str, params: Mapping[str, object] | None = None) -> list[tuple[object, ...]]:
        """Give all rows of one statement; `$name` in it is bound from `params`.

        Raises:
            UsageError: for a statement that is wrong, is not read-only, or misses a parameter.
        """
        with _Translated(self):
            return self._run(self._con, query, params).fetchall()

    def frame(self, query: str, params: Mapping[str, object] | None = None) -> pandas.DataFrame:
        """Give the result as a pandas frame. Money becomes float there.

        Raises:
            UsageError: as `rows`.
        """
        with _Translated(self):
            return self._run(self._con, query, params).fetchdf()

    def columns(self, query: str, params: Mapping[str, object] | None = None) -> list[str]:
        """Give the names of the columns that a statement would return; its rows are not computed.

        Raises:
            UsageError: as `rows`.
        """
        with _Translated(self):
            self._check(query)
            found = self._con.execute(f"DESCRIBE {query.strip().rstrip(';')}", params or {}).fetchall()
            return [str(row[0]) for row in found]

    def batches(
        self, query: str, params: Mapping[str, object] | None = None, size: int = 2000
    ) -> Iterator[pyarrow.RecordBatch]:
        """Stream the result in Arrow batches of about `size` rows; other statements may run meanwhile.

        Raises:
            UsageError: as `rows`.
        """
        cursor = self._con.cursor()
        try:
            with _Translated(self):
                self._check(query)
                yield from cursor.sql(query, params=dict(params or {})).to_arrow_reader(size)
        finally:
            cursor.close()

    @contextmanager
    def spooled(self, query: str, params: Mapping[str, object] | None = None) -> Iterator[Spool]:
        """Keep the rows of a statement on the disk, so that more can be asked before they are used.

        Raises:
            UsageError: as `rows`.
        """
        spool = Spool(self._tmp)
        try:
            with _room(self._tmp):
                for batch in self.batches(query, params):
                    spool.add(batch)
            yield spool
        finally:
            spool.close()

    @contextmanager
    def texts_in_order(
        self, trace_ids: Sequence[str], sizes: Sequence[int], query: TextQuery = "texts_of"
    ) -> Iterator[Pieces]:
        """Give the texts of traces in the order of `trace_ids`, each named once; `sizes` in characters.

        Memory holds some 30 MB of text, whatever their number: see `laid`.
        """
        sql = load_query(query, "stages").sql
        params = {"trace_ids": list(trace_ids)}
        pieces = Pieces(trace_ids, sizes, self.columns(sql, {"trace_ids": []})[1:], self._tmp)
        try:
            with _room(self._tmp):
                pieces.lay(self.batches(sql, params, size=_TEXT_BATCH))
            yield pieces
        finally:
            pieces.close()

    def head(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        most_rows: int,
        most_chars: int,
        timeout_s: float,
    ) -> Head:
        """Give the first rows of a statement that a person typed: bounded in rows, size and time.

        Raises:
            UsageError: as `rows`, and when it was stopped because it took too long.
        """
        cursor = self._con.cursor()
        timer = threading.Timer(timeout_s, cursor.interrupt)
        timer.daemon = True
        timer.start()
        rows: list[tuple[object, ...]] = []
        n_chars, is_cut = 0, False
        try:
            with _Translated(self):
                self._check(query)
                reader = cursor.sql(query, params=dict(params or {})).to_arrow_reader(_HEAD_BATCH)
                columns = tuple(map(str, reader.schema.names))
                for batch in reader:
                    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        n_chars += sum(len(cell) for cell in row if isinstance(cell, str))
                        is_cut = len(rows) == most_rows or n_chars > most_chars
                        if is_cut:
                            return Head(columns, tuple(rows), is_cut)
                        rows.append(row)
                return Head(columns, tuple(rows), is_cut)
        except (UsageError, StoreError, OSError, ValueError) as error:
            if "INTERRUPT Error" not in f"{error} {error.__cause__}":
                raise
            raise UsageError(
                f"the query was stopped: it took longer than {timeout_s:g} s",
                "select fewer rows, or run it with `tracemill sql`, which has no such limit",
            ) from error
        finally:
            timer.cancel()
            cursor.close()

    def tables(self) -> list[str]:
        """Give the names of all tables and views that SQL can name, sorted."""
        return [str(row[0]) for row in self._con.execute(_TABLES).fetchall()]

    def close(self) -> None:
        """Close the connection; the file is free for writers again."""
        self._con.close()

    def _run(self, con: Connection, query: str, params: Mapping[str, object] | None) -> Connection:
        self._check(query)
        return con.execute(query, dict(params or {}))

    def _check(self, query: str) -> None:
        statements = self._con.extract_statements(query)
        if len(statements) != 1:
            found = "nothing" if not statements else f"{len(statements)} statements"
            raise UsageError(f"expected one SQL statement, found {found}", "run them one by one")
        if statements[0].type not in _READING:
            raise UsageError(
                f"this statement does not only read: {statements[0].type.name}",
                "a store is changed by tracemill's commands; SQL takes SELECT, WITH, FROM, DESCRIBE and SHOW",
            )


@contextmanager
def _room(tmp: Path | None) -> Iterator[None]:
    """Say which disk is full when rows that wait do not fit."""
    try:
        yield
    except OSError as error:
        raise IncompleteError(
            f"no room left to put texts in order in {tmp or 'the temporary folder'}: {error}", _HINT_ROOM
        ) from error


class _Translated:
    """Turns duckdb's errors into ours, with a hint for people."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, duckdb.Error):
            raise self._translate(error) from error

    def _translate(self, error: duckdb.Error) -> Exception:
        if isinstance(
            error, (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
        ):
            return StoreError(f"traces.duckdb cannot be read: {first_line(error)}", _HINT_DAMAGED)
        if isinstance(error, duckdb.OutOfMemoryException):
            return StoreError(
                f"the query needs too much memory: {first_line(error)}", "select fewer columns or rows"
            )
        if isinstance(error, duckdb.IOException) and is_full(error):
            return IncompleteError(f"no room left to work in: {first_line(error)}", _HINT_ROOM)
        if isinstance(error, duckdb.IOException):
            return StoreError(f"traces.duckdb cannot be read: {first_line(error)}", _HINT_DAMAGED)
        return UsageError(f"SQL: {_without_place(error)}", self._hint(error))

    def _hint(self, error: duckdb.Error) -> str:
        text = str(error)
        if "Values were not provided" in text:
            return "give every $name of the statement a value"
        if isinstance(error, duckdb.PermissionException):
            return "SQL over a store reads the store only, no files and no settings"
        found = _UNKNOWN_TABLE.search(text)
        known = self._reader.tables()
        if found:
            near = difflib.get_close_matches(found[1], known, n=3, cutoff=0.4)
            return f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
        return "`SHOW TABLES` lists tables and views, `DESCRIBE traces_v` the columns of one"


def _without_place(error: duckdb.Error) -> str:
    """Give the message without duckdb's guess at a table of its catalog and its picture of the line."""
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("Did you mean")]
    kept = [line for line in lines if not line.startswith("LINE ") and line.strip(" ^")]
    first = re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", kept[0]) if kept else "error"
    return " ".join([first, *kept[1:]])
