"""Rows of a file to import: a trace where there is a response, else a problem.

In: a file and a mapping of columns. Out: trace rows, problems and complaints, in the file's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from curate.sources.columns import rename_rows
from curate.sources.problem_rows import PROBLEM_FIELDS, problem_of
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import Row, file_stem, read_plain_rows
from curate.sources.trace_rows import TRACE_FIELDS, TraceRow, trace_of
from curate.types import Problem

_FIELDS = tuple(dict.fromkeys((*TRACE_FIELDS, *PROBLEM_FIELDS)))


def read_rows(path: Path, columns: Mapping[str, str]) -> Iterator[TraceRow | Problem | RowComplaint]:
    """Read a file of traces, of problems, or of both.

    Raises:
        InputError: for a file that cannot be used at all.
        ConfigError: for a mapping to a column that the file does not have.
    """
    return _sorted_out(rename_rows(read_plain_rows(path), columns, _FIELDS, str(path)), path)


def _sorted_out(
    rows: Iterator[Row | RowComplaint], path: Path
) -> Iterator[TraceRow | Problem | RowComplaint]:
    stem = file_stem(path)
    for row in rows:
        if isinstance(row, RowComplaint):
            yield row
        elif "response" in row.values:
            yield trace_of(row, path)
        else:
            yield problem_of(row, str(path), fallback=stem)
