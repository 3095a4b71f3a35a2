"""Rows of a CSV file with a header line, all values text; an empty cell is absent.

In: a path (also .gz or .zst). Out: line number and values by column. Cells may span lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from curate.errors import InputError
from curate.sources.row_complaint import RowComplaint
from curate.sources.streams import ReadLimits, read_lines


def read_csv_rows(path: Path, limits: ReadLimits) -> Iterator[tuple[int, dict[str, object]] | RowComplaint]:
    """Read the rows under the header.

    Raises:
        InputError: for a header that cannot be read or names a column twice.
    """
    csv.field_size_limit(limits.max_line_bytes)
    texts = _Texts(path, limits)
    reader = csv.reader(texts, strict=True)
    header = _read_header(path, reader, texts)
    while True:
        first = texts.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield from texts.take_complaints()
            reason = "torn_line" if "end of data" in str(error) else "not_an_object"
            yield RowComplaint(str(path), first, reason, f"the row is not CSV: {error}")
            continue
        complaints = texts.take_complaints()
        yield from complaints
        if cells and not any(found.reason == "not_utf8" for found in complaints):
            yield _as_row(str(path), first, header, cells)
    yield from texts.take_complaints()


def _as_row(
    path: str, line: int, header: list[str], cells: list[str]
) -> tuple[int, dict[str, object]] | RowComplaint:
    if len(cells) != len(header):
        message = f"the row has {len(cells)} cells and the header {len(header)}"
        return RowComplaint(path, line, "not_an_object", message)
    return line, {name: cell for name, cell in zip(header, cells, strict=True) if cell != ""}


def _read_header(path: Path, reader: Iterator[list[str]], texts: _Texts) -> list[str]:
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise InputError(f"{path}: the header is not CSV: {error}", "check the file") from None
    if texts.take_complaints() or not header:
        raise InputError(f"{path}: the header cannot be read", "check that the file is UTF-8 text")
    if len(set(header)) < len(header):
        raise InputError(f"{path}: the header names a column twice", "give each column its own name")
    return [name.strip() for name in header]


class _Texts:
    """Decoded lines for the CSV reader; what goes wrong on the way is kept for the row it belongs to."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        self._path = str(path)
        self._lines = read_lines(path, limits)
        self._complaints: list[RowComplaint] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.number += 1
            if isinstance(line, RowComplaint):
                self._complaints.append(line)
                continue
            try:
                return line.data.decode("utf-8-sig" if line.number == 1 else "utf-8") + "\n"
            except UnicodeDecodeError as error:
                message = f"byte {error.start + 1} of the line is not UTF-8"
                self._complaints.append(RowComplaint(self._path, line.number, "not_utf8", message))
                return line.data.decode("utf-8", errors="replace") + "\n"
        raise StopIteration

    def take_complaints(self) -> list[RowComplaint]:
        """Hand over the complaints since the last call."""
        taken, self._complaints = self._complaints, []
        return taken
