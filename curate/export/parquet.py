"""A Hugging Face data set folder: Parquet files under `data/`, one per split, split by problem.

The side of a problem is drawn from its question's letters and digits and the seed, so copies of one question
under two sources fall on the same side; so do near-copies, where the caller names their group. About one
problem in twenty goes to `test`; a small corpus may have none. The first problem is always in `train`, so
that there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from curate.export.rows import ExportRow
from curate.export.shapes import RENDER, Example
from curate.ids import content_id, id_shard, text_key

if TYPE_CHECKING:
    import pyarrow

_TEST_ONE_IN = 20
_ROWS_PER_GROUP = 1000
COLUMNS = ("messages", "trace_id", "problem_id", "source", "licence", "format", "granularity", "style",
           "teacher", "gold")  # fmt: skip


def split_of(key: str, seed: int) -> str:
    """Say on which side a group of questions falls, the same in every export with this seed."""
    return "test" if id_shard(content_id("split", seed, key), _TEST_ONE_IN) == 0 else "train"


def split_path(split: str) -> str:
    """Name the file of a split the way data set folders do."""
    return f"data/{split}-00000-of-00001.parquet"


class SplitWriter:
    """Writes rows to the Parquet file of their split, a group at a time."""

    def __init__(self, folder: Path, seed: int, groups: Mapping[str, str]) -> None:
        self._folder = folder
        self._seed = seed
        self._groups = groups
        self._first: str | None = None
        self._waiting: dict[str, list[dict[str, object]]] = {}
        self._writers: dict[str, pyarrow.parquet.ParquetWriter] = {}
        self.n_rows: dict[str, int] = {}

    def add(self, row: ExportRow, example: Example) -> tuple[str, int]:
        """Take a row; gives its split and its place in it, from 0."""
        key = text_key(row.question)
        key = self._groups.get(key, key)
        self._first = key if self._first is None else self._first
        split = "train" if key == self._first else split_of(key, self._seed)
        place = self.n_rows.get(split, 0)
        self.n_rows[split] = place + 1
        waiting = self._waiting.setdefault(split, [])
        waiting.append(_record(row, example))
        if len(waiting) >= _ROWS_PER_GROUP:
            self._write(split)
        return split, place

    def close(self) -> None:
        """Write what waits and end the files."""
        for split in list(self._waiting):
            self._write(split)
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _write(self, split: str) -> None:
        import pyarrow
        import pyarrow.parquet

        rows, self._waiting[split] = self._waiting[split], []
        if not rows:
            return
        if split not in self._writers:
            path = self._folder / split_path(split)
            path.parent.mkdir(exist_ok=True)
            self._writers[split] = pyarrow.parquet.ParquetWriter(path, _schema(), compression="zstd")
        self._writers[split].write_table(pyarrow.Table.from_pylist(rows, schema=_schema()))


def _record(row: ExportRow, example: Example) -> dict[str, object]:
    return {
        **RENDER["messages"](example),
        "trace_id": row.trace_id,
        "problem_id": row.problem_id,
        "source": row.source,
        "licence": row.licence,
        "format": str(row.format),
        "granularity": row.granularity,
        "style": row.style,
        "teacher": row.teacher,
        "gold": row.gold,
    }


def _schema() -> pyarrow.Schema:
    import pyarrow as pa

    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    types = {"messages": pa.list_(message), "granularity": pa.int32()}
    return pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
