"""Where rows are loaded to: the projection's own tables, or a reader's tables of the journal's tail.

A table's own name is all that stands now, `into` names what takes new rows, and `hide` takes away rows that a
better one replaces. In the file hiding is deleting. A reader cannot change the file, so it notes the keys and
leaves those rows out of its views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from curate.store.tables import BY_NAME, DERIVED, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection


_UNCHANGED = ("meta", "journal_offsets")
_MAY_GROW = BY_NAME | {each.table.name: each.table for each in DERIVED}


class Home(Protocol):
    """A place for rows."""

    con: Connection

    def into(self, table: Table) -> str:
        """Name what new rows are inserted into."""

    def hide(self, table: Table, gone: str) -> None:
        """Take away the rows whose keys stand in the relation `gone`."""


class FileHome:
    """Tables under their own names in the current schema: the projection's file, or memory."""

    def __init__(self, con: Connection) -> None:
        self.con = con

    def into(self, table: Table) -> str:
        """Name the table itself."""
        return table.name

    def hide(self, table: Table, gone: str) -> None:
        """Delete the rows."""
        self.con.execute(f"DELETE FROM {table.name} AS t USING {gone} AS g WHERE {same_key(table, 't', 'g')}")


class TailHome:
    """Tables of a reader's memory beside an attached file; views under the users' names join the two."""

    def __init__(self, con: Connection, file: str) -> None:
        self.con, self._file = con, file
        self._made: set[str] = set()
        con.execute("CREATE SCHEMA tail")
        for name in (*_MAY_GROW, *_UNCHANGED):
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM {file}.{name}")

    def into(self, table: Table) -> str:
        """Name the tail's table; it and its view come to be when the first row needs them."""
        self._make(table)
        return f"tail.{table.name}"

    def hide(self, table: Table, gone: str) -> None:
        """Note the keys against the file, delete the rows from the tail."""
        self._make(table)
        keys = ", ".join(table.key)
        self.con.execute(f"INSERT INTO tail.{table.name}_gone SELECT {keys} FROM {gone}")
        self.con.execute(
            f"DELETE FROM tail.{table.name} AS t USING {gone} AS g WHERE {same_key(table, 't', 'g')}"
        )

    def finish(self) -> None:
        """Drop the test for replaced rows from the views of tables that have none."""
        for name in self._made:
            table = _MAY_GROW[name]
            if table.key and self.con.execute(f"SELECT count(*) FROM tail.{name}_gone").fetchall() == [(0,)]:
                self._view(table, "")

    def _make(self, table: Table) -> None:
        if table.name in self._made:
            return
        self._made.add(table.name)
        name = table.name
        self.con.execute(f"CREATE TABLE tail.{name} AS SELECT * FROM {self._file}.{name} LIMIT 0")
        if table.key:
            keys = ", ".join(table.key)
            self.con.execute(f"CREATE TABLE tail.{name}_gone AS SELECT {keys} FROM tail.{name}")
        self._view(
            table, f"ANTI JOIN tail.{name}_gone AS g ON {same_key(table, 'f', 'g')}" if table.key else ""
        )

    def _view(self, table: Table, without: str) -> None:
        self.con.execute(
            f"CREATE OR REPLACE VIEW {table.name} AS SELECT f.* FROM {self._file}.{table.name} AS f {without}"
            f" UNION ALL SELECT * FROM tail.{table.name}"
        )


def same_key(table: Table, one: str, other: str) -> str:
    """Give the condition that two rows of a table are about the same thing."""
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in table.key)
