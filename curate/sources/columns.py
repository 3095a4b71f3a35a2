"""The renaming of columns: our field -> the file's column, checked against what the file has.

In: rows and a mapping from a run file. Out: rows under our names.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from curate.errors import ConfigError
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import Row

# Optional fields may be missing in the first row, so a column counts as unknown only after some rows.
_N_LOOKED_AT = 50


def rename_rows(
    rows: Iterator[Row | RowComplaint], columns: Mapping[str, str], fields: Sequence[str], where: str
) -> Iterator[Row | RowComplaint]:
    """Put the named columns under our names; a renamed column no longer stands under its own.

    Raises:
        ConfigError: for a field we do not have (at once), or a column the file does not have.
    """
    for ours in columns:
        if ours not in fields:
            raise ConfigError(f"columns: {ours!r} is no field of ours{_nearest(ours, fields)}", _list(fields))
    return _rename(rows, columns, where) if columns else rows


def _rename(
    rows: Iterator[Row | RowComplaint], columns: Mapping[str, str], where: str
) -> Iterator[Row | RowComplaint]:
    first = list(islice(rows, _N_LOOKED_AT))
    known = sorted({name for row in first if isinstance(row, Row) for name in row.values})
    for ours, theirs in columns.items():
        if known and theirs not in known:
            message = f"columns.{ours}: {where} has no column {theirs!r}{_nearest(theirs, known)}"
            raise ConfigError(message, _list(known))
    for row in chain(first, rows):
        yield row if isinstance(row, RowComplaint) else Row(row.line, rename_values(row.values, columns))


def rename_values(values: Mapping[str, object], columns: Mapping[str, str]) -> dict[str, object]:
    """Rename the columns of one row."""
    taken = set(columns.values())
    kept = {name: value for name, value in values.items() if name not in taken and name not in columns}
    return kept | {ours: values[theirs] for ours, theirs in columns.items() if theirs in values}


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else ""


def _list(known: Sequence[str]) -> str:
    return f"known are: {', '.join(known)}"
