"""Lines of a file, plain or compressed, read in bounded memory.

In: a path. Out: numbered lines as bytes, or a complaint for a line that is too long, a damaged archive or one
that unpacks to far more than it should. It knows nothing of JSON or CSV.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from curate.sources.row_complaint import RowComplaint


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """A longer line is skipped; an archive beyond both bomb limits is not read further."""

    max_line_bytes: int = 8 * 1024 * 1024
    bomb_factor: int = 200
    bomb_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its line end. `is_ended` is false for a last line without a line feed."""

    number: int
    data: bytes
    is_ended: bool


def read_lines(path: Path, limits: ReadLimits) -> Iterator[Line | RowComplaint]:
    """Read the lines of a plain, .gz or .zst file; what was read before a damage stays."""
    reader = _LineReader(path, limits)
    with _open(path) as stream:
        try:
            yield from reader.lines(stream)
        except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
            message = f"the file cannot be read beyond line {reader.number}: {error}"
            yield RowComplaint(str(path), reader.number + 1, "damaged_archive", message)


def _open(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    if path.suffix == ".zst":
        import io

        import pyarrow

        return io.BufferedReader(pyarrow.input_stream(str(path), compression="zstd"))
    return path.open("rb")


class _LineReader:
    """Counts lines and unpacked bytes while it reads one stream."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        self._path = str(path)
        self._limits = limits
        packed = path.suffix in (".gz", ".zst")
        self._most = max(limits.bomb_bytes, limits.bomb_factor * path.stat().st_size) if packed else None
        self._n_bytes = 0
        self.number = 0

    def lines(self, stream: BinaryIO) -> Iterator[Line | RowComplaint]:
        while data := self._next(stream):
            is_ended, is_long = data.endswith(b"\n"), len(data) > self._limits.max_line_bytes
            while is_long and not is_ended and not self._is_bomb() and (more := self._next(stream)):
                is_ended = more.endswith(b"\n")
            if self._is_bomb():
                yield self._complain("bomb", f"unpacks to over {self._n_bytes} bytes; the rest is not read")
                return
            if is_long:
                most = self._limits.max_line_bytes
                yield self._complain("too_long", f"the line is longer than {most} bytes and was skipped")
            else:
                yield Line(self.number + 1, data.rstrip(b"\r\n"), is_ended)
            self.number += 1

    def _next(self, stream: BinaryIO) -> bytes:
        data = stream.readline(self._limits.max_line_bytes + 1)
        self._n_bytes += len(data)
        return data

    def _is_bomb(self) -> bool:
        return self._most is not None and self._n_bytes > self._most

    def _complain(self, reason: str, message: str) -> RowComplaint:
        return RowComplaint(self._path, self.number + 1, reason, message)
