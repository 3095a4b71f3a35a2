"""Rows of the projection's tables, gathered from a stretch of the journal before they are loaded.

Of rows with one key only that is kept which can stand against the others of the stretch.
"""

from __future__ import annotations

from operator import itemgetter

from curate.store.lines import Line
from curate.store.outcomes import Damage
from curate.store.tables import TABLES
from curate.store.trace_rows import TraceReader

Row = tuple[object, ...]
_GOLD = 4  # the place of `gold` in a row of problems


class Rows:
    """Rows gathered from a stretch of the journal, at most one per key; lines must come in journal order."""

    def __init__(self, reader: TraceReader) -> None:
        self.reader = reader
        self.by_table: dict[str, list[Row] | dict[object, Row]] = {
            table.name: [] if table.stands == "all" else {} for table in TABLES
        }
        self.n_records = 0
        self._place: Row = ("", 0)

    def begin(self, line: Line) -> None:
        """Say which line the next rows come from."""
        self._place = (line.segment, line.offset)

    def put(self, table: str, *values: object) -> None:
        """Keep a row if it can stand against one with the same key that came before."""
        row = values + self._place
        rows = self.by_table[table]
        if isinstance(rows, list):
            rows.append(row)
            return
        key = _KEYS[table](row)
        stands = _STANDS[table]
        if stands == "last" or key not in rows or (stands == "gold" and _says_more(row, rows[key])):
            rows[key] = row

    def add_damage(self, damage: Damage) -> None:
        """Keep where bytes were lost."""
        self._place = (damage.segment, damage.offset)
        self.put("journal_damage", damage.n_bytes, damage.reason)


def _says_more(row: Row, before: Row) -> bool:
    return row[_GOLD] is not None or before[_GOLD] is None


_KEYS = {
    table.name: itemgetter(*(table.names.index(name) for name in table.key)) for table in TABLES if table.key
}
_STANDS = {table.name: table.stands for table in TABLES}
