"""Tables that are made from other tables, so that questions need not join these again each time.

`queries/derived` holds one SELECT for each. When rows come into a table that one is made from, the rows of
the same ids are made again, in the same transaction: building anew and catching up give equal rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from curate.store.tables import BY_NAME, DERIVED, Table
from queries import load_query

if TYPE_CHECKING:
    from curate.store.home import Home
    from curate.store.rows import Rows


@dataclass(slots=True)
class Touched:
    """For each derived table the ids of which something new came in."""

    ids: dict[str, set[object]] = field(default_factory=lambda: {each.table.name: set() for each in DERIVED})

    def add(self, rows: Rows, again: Iterable[str]) -> None:
        """Note the ids of a stretch's rows, and the traces that were read again for it."""
        self.ids["judged"].update(again)
        for each in DERIVED:
            for source in each.sources:
                place = BY_NAME[source].names.index(each.id)
                found = rows.by_table[source]
                lines = found.values() if isinstance(found, dict) else found
                self.ids[each.table.name].update(row[place] for row in lines)


def derive(home: Home, touched: Touched) -> None:
    """Make the rows of touched ids again; belongs in the transaction that loaded what touched them."""
    import pyarrow

    for each in DERIVED:
        ids = touched.ids[each.table.name]
        if not ids:
            continue
        home.con.register("touched", pyarrow.table({each.id: pyarrow.array(sorted(map(str, ids)))}))
        home.hide(each.table, "touched")
        _insert(home, each.table)
        home.con.unregister("touched")


def derive_all(home: Home) -> None:
    """Make all rows of tables that are still empty."""
    for each in DERIVED:
        home.con.execute(f"CREATE TEMP VIEW touched AS SELECT DISTINCT {each.id} FROM {each.sources[0]}")
        _insert(home, each.table)
        home.con.execute("DROP VIEW temp.touched")


def _insert(home: Home, table: Table) -> None:
    home.con.execute(f"INSERT INTO {home.into(table)} BY NAME {load_query(table.name, 'derived').sql}")
