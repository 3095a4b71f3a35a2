"""Problems of one section of a run file: our own collection, a file, a local folder, or a hub data set.

In: a `ProblemsSection`. Out: problems and complaints, in the source's order.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curate.curation_sections import ProblemsSection
from curate.errors import MissingError
from curate.sources.problem_rows import read_problem_rows
from curate.sources.row_complaint import RowComplaint
from curate.types import Problem

_FILE_ENDINGS = (".jsonl", ".ndjson", ".csv", ".parquet", ".gz", ".zst", ".json", ".txt")


def read_problems(section: ProblemsSection) -> Iterator[Problem | RowComplaint]:
    """Read the problems of a section, at most `limit` of them.

    Raises:
        MissingError: for a file that is not there or a hub that cannot be reached.
        ConfigError: for an unknown hub id without columns, or a column that is not there.
        InputError: for a file that cannot be used at all.
    """
    rows = _rows_of(section)
    return rows if section.limit is None else _first(rows, section.limit)


def _rows_of(section: ProblemsSection) -> Iterator[Problem | RowComplaint]:
    if section.source == "builtin":
        from curate.sources.builtin import builtin_problems

        return iter([builtin.problem for builtin in builtin_problems()])
    path = Path(section.source)
    if path.is_file():
        return read_problem_rows(path, section.columns, source=section.name, licence=section.licence or "")
    if not path.is_dir() and (path.is_absolute() or section.source.lower().endswith(_FILE_ENDINGS)):
        raise MissingError(f"problems.source: there is no file {section.source}", "check the path")
    from curate.sources.hub import read_folder, read_hub

    return read_folder(section, path) if path.is_dir() else read_hub(section)


def _first(rows: Iterator[Problem | RowComplaint], limit: int) -> Iterator[Problem | RowComplaint]:
    """Cut after the last wanted problem, without reading one row more."""
    n_problems = 0
    while n_problems < limit and (row := next(rows, None)) is not None:
        n_problems += isinstance(row, Problem)
        yield row
