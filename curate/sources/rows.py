"""Rows of JSONL (.gz, .zst), CSV and Parquet files as plain values, in bounded memory.

In: a path. Out: a `Row` per good row and a complaint per bad one; a bad row never ends the file. What the
fields mean is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curate.errors import InputError
from curate.sources.cleaning import clean_value
from curate.sources.row_complaint import RowComplaint
from curate.sources.streams import ReadLimits

_SUFFIXES = {".jsonl": "json", ".ndjson": "json", ".csv": "csv", ".parquet": "parquet"}
_PACKED = (".gz", ".zst")
_NAMES = ".jsonl, .jsonl.gz, .jsonl.zst, .csv or .parquet"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line (or row number) from 1, and its values by column."""

    line: int
    values: dict[str, object]


def read_plain_rows(path: Path, limits: ReadLimits | None = None) -> Iterator[Row | RowComplaint]:
    """Read a file by its suffix.

    Raises:
        InputError: at once, for a file that is missing, empty or of an unknown kind.
    """
    kind = _kind_of(path)
    if not path.is_file():
        raise InputError(f"there is no file {path}", "check the path")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty", "check how it was written")
    return _checked(path, _read(path, kind, limits or ReadLimits()))


def file_stem(path: Path) -> str:
    """Give the name of a file without its suffixes: `traces.jsonl.gz` is `traces`."""
    name = path.name
    for suffix in (*_PACKED, *_SUFFIXES):
        name = name.removesuffix(suffix)
    return name


def _kind_of(path: Path) -> str:
    inner = Path(path.stem) if path.suffix in _PACKED else path
    kind = _SUFFIXES.get(inner.suffix.lower())
    if kind is None or (kind == "parquet" and inner is not path):
        raise InputError(f"{path} is of no known kind: the name must end in {_NAMES}", "rename or convert it")
    return kind


def _read(path: Path, kind: str, limits: ReadLimits) -> Iterator[Row | RowComplaint]:
    if kind == "json":
        from curate.sources.json_rows import read_json_rows

        return (
            found if isinstance(found, RowComplaint) else Row(*found)
            for found in read_json_rows(path, limits)
        )
    if kind == "csv":
        from curate.sources.csv_rows import read_csv_rows

        return (
            found if isinstance(found, RowComplaint) else Row(*found) for found in read_csv_rows(path, limits)
        )
    from curate.sources.parquet_rows import read_parquet_rows

    return (found if isinstance(found, RowComplaint) else Row(*found) for found in read_parquet_rows(path))


def _checked(path: Path, found: Iterator[Row | RowComplaint]) -> Iterator[Row | RowComplaint]:
    """Clean the text of rows, say so, and refuse a file without any row."""
    is_empty = True
    for row in found:
        is_empty = False
        if isinstance(row, RowComplaint):
            yield row
            continue
        try:
            values, is_cleaned = clean_value(row.values)
        except RecursionError:
            yield RowComplaint(str(path), row.line, "not_json", "the row is nested too deeply")
            continue
        if is_cleaned and isinstance(values, dict):
            message = "NUL characters or lone surrogates were replaced by U+FFFD"
            yield RowComplaint(str(path), row.line, "cleaned", message)
            yield Row(row.line, values)
        else:
            yield row
    if is_empty:
        raise InputError(f"{path} holds no row", "check how it was written")
