"""Wide rows in an order of the caller's without sorting them, and narrow rows that wait for them.

A database sort of 200,000 texts takes 2 GB and fails below 1 GB. Here the texts are read once, in the order
in which they are stored, and laid down in pieces: each piece holds the texts of one stretch of the wanted
order, about 16 MB of them, and is put in order in memory when its turn comes. Pieces are unnamed files of the
store's own folder, so a killed process leaves none behind; what fits into one piece never leaves memory.
It knows Arrow and files and opens no store.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    import pyarrow

PIECE_BYTES = 16 * 1024 * 1024
MAX_PIECES = 256
"""Files open at once; beyond 4 GB of text the pieces grow instead."""


class Spool:
    """Batches kept in a file until they are asked for again, from the front, in stretches of any length."""

    def __init__(self, tmp: Path | None) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=tmp)  # noqa: SIM115 - closed by `close`
        self._writer: pyarrow.ipc.RecordBatchStreamWriter | None = None
        self._batches: Iterator[pyarrow.RecordBatch] | None = None
        self._left: pyarrow.Table | None = None
        self.n_rows = 0

    def add(self, batch: pyarrow.RecordBatch) -> None:
        """Keep a batch; all have one schema."""
        import pyarrow

        if self._writer is None:
            options = pyarrow.ipc.IpcWriteOptions(compression="lz4")
            self._writer = pyarrow.ipc.new_stream(self._file, batch.schema, options=options)
        self._writer.write_batch(batch)
        self.n_rows += batch.num_rows

    def __iter__(self) -> Iterator[pyarrow.RecordBatch]:
        """Give all batches from the first one on; nothing can be added after."""
        import pyarrow

        if self._writer is None:
            return
        self._writer.close()
        self._file.seek(0)
        yield from pyarrow.ipc.open_stream(self._file)

    def take(self, n_rows: int) -> pyarrow.Table:
        """Give the next rows, fewer at the end."""
        import pyarrow

        self._batches = iter(self) if self._batches is None else self._batches
        found, missing = [], n_rows
        while missing > 0:
            if self._left is None or self._left.num_rows == 0:
                batch = next(self._batches, None)
                if batch is None:
                    break
                self._left = pyarrow.Table.from_batches([batch])
            found.append(self._left.slice(0, missing))
            self._left = self._left.slice(missing)
            missing -= found[-1].num_rows
        return pyarrow.concat_tables(found) if found else pyarrow.table({})

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


class Pieces:
    """Rows laid down by the place of their key in an order; `sizes` are bytes of the rows, roughly.

    `columns` are the names of the columns behind the key.
    """

    def __init__(
        self, order: Sequence[str], sizes: Sequence[int], columns: Sequence[str], tmp: Path | None
    ) -> None:
        self._columns = columns
        self._places = {key: place for place, key in enumerate(order)}
        self._starts = _cut(sizes)
        self._n_rows = len(order)
        is_small = len(self._starts) == 1
        self._kept: list[pyarrow.RecordBatch] | None = [] if is_small else None
        self._spools = [] if is_small else [Spool(tmp) for _ in self._starts]

    def lay(self, batches: Iterable[pyarrow.RecordBatch]) -> None:
        """Take rows; the first column is their key, and a row with another key is left out."""
        import numpy as np
        import pyarrow

        starts = np.array(self._starts)
        for batch in batches:
            keys = batch.column(0).to_pylist()
            places = np.fromiter((self._places.get(key, -1) for key in keys), np.int64, len(keys))
            batch = batch.append_column("_place", pyarrow.array(places))
            if self._kept is not None:
                self._kept.append(batch.filter(pyarrow.array(places >= 0)))
                continue
            owners = np.where(places < 0, -1, np.searchsorted(starts, places, "right") - 1)
            for owner in np.unique(owners[owners >= 0]).tolist():
                self._spools[owner].add(batch.take(pyarrow.array(np.flatnonzero(owners == owner))))

    def __iter__(self) -> Iterator[pyarrow.Table]:
        """Give the rows in order, a table for each piece; a key without a row has nulls.

        It may be asked again, and gives the same.
        """
        if not self._n_rows:
            return
        ends = [*self._starts[1:], self._n_rows]
        for piece, (start, end) in enumerate(zip(self._starts, ends, strict=True)):
            batches = self._kept if self._kept is not None else list(self._spools[piece])
            yield _in_order(batches, start, end) if batches else self._nothing(end - start)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Give the rows in order."""
        for table in self:
            yield from zip(*(column.to_pylist() for column in table.columns), strict=True)

    def _nothing(self, n_rows: int) -> pyarrow.Table:
        import pyarrow

        return pyarrow.table({name: pyarrow.nulls(n_rows, pyarrow.string()) for name in self._columns})

    def close(self) -> None:
        """Give the files back."""
        for spool in self._spools:
            spool.close()


def _cut(sizes: Sequence[int]) -> list[int]:
    """Say where each piece starts: after so many bytes, in at most 256 pieces."""
    most = max(PIECE_BYTES, -(-sum(sizes) // (MAX_PIECES - 1)))
    starts, owner = [0], 0
    for place, total in enumerate(accumulate(sizes)):
        if total // most > owner and place:
            owner = total // most
            starts.append(place)
    return starts


def _in_order(batches: Sequence[pyarrow.RecordBatch], start: int, end: int) -> pyarrow.Table:
    import numpy as np
    import pyarrow

    table = pyarrow.Table.from_batches(batches).combine_chunks()
    where: numpy.ndarray = np.full(end - start, -1, dtype=np.int64)
    where[table["_place"].to_numpy() - start] = np.arange(table.num_rows)
    return table.select(range(1, table.num_columns - 1)).take(pyarrow.array(where, mask=where < 0))
