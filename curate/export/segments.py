"""The store's tables as plain Parquet: `TABLE/part-00000-of-00004.parquet`, cut by problem.

In: for each table a stream of Arrow batches whose column `problem_id` says where a row belongs. Out: a folder
that is complete or absent, with a manifest. A problem falls into the same part of every table, by the hex
digits of its id, so engines join part by part (Spark, Ray Data, Polars, DuckLake) and machines need no
coordinator. It opens no store; memory holds one group of rows per part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from curate.export.folder import HashedFile, hash_file, new_folder
from curate.export.manifest import MANIFEST, MANIFEST_VERSION, write_json
from curate.export.rows import ExportResult, FileEntry
from curate.ids import content_id, id_shard

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

_ROWS_PER_GROUP = 5_000


def segments_id(fingerprint: str, n_parts: int) -> str:
    """Identify the files by what stood in the store and how it is cut."""
    return content_id("segments", fingerprint, n_parts)


def write_segments(
    tables: Mapping[str, Iterable[pyarrow.RecordBatch]],
    *,
    out: Path,
    n_parts: int,
    fingerprint: str,
    versions: Mapping[str, str],
) -> ExportResult:
    """Write all tables and give the result.

    Raises:
        UsageError: when `out` is not empty or cannot be written.
        IncompleteError: when the disk is full; nothing stands under the final name then.
    """
    export_id = segments_id(fingerprint, n_parts)
    with new_folder(out) as folder:
        files: list[FileEntry] = []
        for name, batches in tables.items():
            files += _write_table(folder, name, batches, n_parts)
        counts = {name: sum(f.n_rows or 0 for f in files if f.path.startswith(f"{name}/")) for name in tables}
        n_rows, n_problems = counts.get("traces", 0), counts.get("problems", 0)
        manifest = write_json(
            {
                "manifest_version": MANIFEST_VERSION,
                "export_id": export_id,
                "inputs_id": fingerprint,
                "settings": {"format": "parquet", "parts": n_parts},
                "counts": {"rows": n_rows, "problems": n_problems, "left_out_empty": 0, **counts},
                "versions": dict(versions),
                "files": [asdict(entry) for entry in files],
            }
        )
        with HashedFile(folder / MANIFEST) as written:
            written.write(manifest)
    return ExportResult(export_id, out, "parquet", n_rows, n_problems, 0, tuple(files), written.sha256, ())


def _write_table(
    folder: Path, name: str, batches: Iterable[pyarrow.RecordBatch], n_parts: int
) -> list[FileEntry]:
    parts = _Parts(folder, name, n_parts)
    try:
        for batch in batches:
            parts.add(batch)
    finally:
        parts.close()
    return parts.entries()


class _Parts:
    """The files of one table; a part without rows has no file."""

    def __init__(self, folder: Path, name: str, n_parts: int) -> None:
        self._folder, self._name, self._n_parts = folder, name, n_parts
        self._waiting: defaultdict[int, list[pyarrow.RecordBatch]] = defaultdict(list)
        self._writers: dict[int, pyarrow.parquet.ParquetWriter] = {}
        self._n_rows: defaultdict[int, int] = defaultdict(int)

    def add(self, batch: pyarrow.RecordBatch) -> None:
        """Take rows, each to the part of its problem."""
        if self._n_parts == 1:
            self._keep(0, batch)
            return
        places = defaultdict(list)
        for place, problem_id in enumerate(batch.column("problem_id").to_pylist()):
            places[id_shard(str(problem_id), self._n_parts) if problem_id else 0].append(place)
        for part, found in places.items():
            self._keep(part, batch.take(found))

    def close(self) -> None:
        """Write what waits and end the files."""
        for part in list(self._waiting):
            self._write(part, is_last=True)
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def entries(self) -> list[FileEntry]:
        """List the files."""
        found = []
        for part in sorted(self._n_rows):
            path = self._folder / self._path(part)
            found.append(
                FileEntry(self._path(part), path.stat().st_size, hash_file(path), self._n_rows[part])
            )
        return found

    def _path(self, part: int) -> str:
        return f"{self._name}/part-{part:05}-of-{self._n_parts:05}.parquet"

    def _keep(self, part: int, batch: pyarrow.RecordBatch) -> None:
        self._waiting[part].append(batch)
        if sum(one.num_rows for one in self._waiting[part]) >= _ROWS_PER_GROUP:
            self._write(part)

    def _write(self, part: int, *, is_last: bool = False) -> None:
        """Write groups of exactly one size, however the batches came, so that equal rows are equal bytes."""
        import pyarrow

        waiting = pyarrow.Table.from_batches(self._waiting.pop(part))
        n_written = waiting.num_rows if is_last else waiting.num_rows // _ROWS_PER_GROUP * _ROWS_PER_GROUP
        for start in range(0, n_written, _ROWS_PER_GROUP):
            self._write_group(part, waiting.slice(start, _ROWS_PER_GROUP))
        if n_written < waiting.num_rows:
            self._waiting[part] = waiting.slice(n_written).to_batches()

    def _write_group(self, part: int, table: pyarrow.Table) -> None:
        import pyarrow.parquet

        if part not in self._writers:
            path = self._folder / self._path(part)
            path.parent.mkdir(exist_ok=True)
            self._writers[part] = pyarrow.parquet.ParquetWriter(path, table.schema, compression="zstd")
        self._writers[part].write_table(table)
        self._n_rows[part] += table.num_rows
