"""Query results as a table, JSON, CSV or Parquet.

CSV cells of text that a spreadsheet would take for a formula are prefixed with an apostrophe. Parquet goes to
a file only. Nothing is cut but the cells of a table.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from curate.cli.common import say, write_json, write_table
from curate.errors import UsageError

if TYPE_CHECKING:
    import pandas


class ResultFormat(StrEnum):
    """What `--format` takes."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Output:
    """Where a result goes, and how."""

    format: ResultFormat
    file: Path | None

    def check(self) -> None:
        """Refuse what cannot be written before any work is done."""
        if self.format is ResultFormat.PARQUET and self.file is None:
            raise UsageError("Parquet cannot be shown on a terminal", "name a file with --out result.parquet")
        if self.file is not None and not self.file.parent.is_dir():
            raise UsageError(f"there is no folder {self.file.parent}", "make it first, or name another file")


def write_frame(frame: pandas.DataFrame, output: Output) -> None:
    """Write the rows of a frame to standard output, or to the file that was named."""
    columns = [str(name) for name in frame.columns]
    if output.format is ResultFormat.PARQUET:
        assert output.file is not None
        frame.to_parquet(output.file, index=False)
    elif output.format is ResultFormat.CSV:
        _write_csv(columns, _rows(frame), output.file)
    elif output.format is ResultFormat.JSON:
        rows = [dict(zip(columns, row, strict=True)) for row in _rows(frame)]
        _redirected(output.file, lambda: write_json(rows))
    else:
        _redirected(output.file, lambda: write_table(columns, _rows(frame)))
    if output.file is not None:
        say(f"wrote {len(frame):,} rows to {output.file}")


def _rows(frame: pandas.DataFrame) -> list[Sequence[object]]:
    """Give plain Python rows; missing values of any kind become None."""
    import pandas

    plain = frame.astype(object).where(frame.notna(), None)
    return [
        tuple(None if value is pandas.NaT else value for value in row)
        for row in plain.itertuples(index=False)
    ]


def _write_csv(columns: Sequence[str], rows: Sequence[Sequence[object]], file: Path | None) -> None:
    target = file.open("w", newline="", encoding="utf-8") if file else sys.stdout
    try:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_safe_cell(cell) for cell in row] for row in rows)
    finally:
        if file:
            target.close()


def _safe_cell(cell: object) -> object:
    is_formula = (
        isinstance(cell, str) and cell.lstrip("\t\r\n ")[:1] in ("=", "+", "-", "@") and not _is_number(cell)
    )
    return f"'{cell}" if is_formula else cell


def _is_number(text: object) -> bool:
    try:
        float(str(text))
    except ValueError:
        return False
    return True


def _redirected(file: Path | None, write: object) -> None:
    import contextlib

    assert callable(write)
    if file is None:
        write()
        return
    with file.open("w", encoding="utf-8") as target, contextlib.redirect_stdout(target):
        write()
