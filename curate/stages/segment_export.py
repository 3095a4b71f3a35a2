"""Export the store itself: problems, traces with their texts, verdicts and decisions as plain Parquet.

Store in, folder out. No policy is needed and nothing is left out: what a policy dropped is marked, not gone.
It is a copy for other engines, no training set, so the journal does not record it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from curate.export import ExportResult, read_export, segments_id, verify_export, write_segments
from curate.export.folder import check_target
from queries import load_query

if TYPE_CHECKING:
    import pyarrow

    from curate.store.reader import Reader

TABLES = ("problems", "traces", "verdicts", "decisions")


def export_segments(reader: Reader, out: Path, n_parts: int) -> tuple[ExportResult, bool]:
    """Write all tables, unless this very export stands in the folder; say whether it is new.

    Raises:
        UsageError: when the folder is not empty.
        IncompleteError: when the disk is full; nothing stands under the final name then.
    """
    [(fingerprint,)] = reader.rows(load_query("segment_inputs", "stages").sql)
    standing = read_export(out)
    is_same = standing is not None and standing.export_id == segments_id(str(fingerprint), n_parts)
    if standing is not None and is_same and verify_export(out).is_whole:
        return standing, False
    check_target(out)
    result = write_segments(
        {name: _with_texts(reader) if name == "traces" else _read(reader, name) for name in TABLES},
        out=out,
        n_parts=n_parts,
        fingerprint=str(fingerprint),
        versions={"tracemill": version("tracemill")},
    )
    return result, True


def _read(reader: Reader, table: str) -> Iterator[pyarrow.RecordBatch]:
    yield from reader.batches(load_query(f"segment_{table}", "stages").sql)


def _with_texts(reader: Reader) -> Iterator[pyarrow.RecordBatch]:
    """Give the traces with their texts behind the other columns."""
    with reader.spooled(load_query("segment_traces", "stages").sql) as rows:
        ids: list[str] = []
        sizes: list[int] = []
        for batch in rows:
            ids += batch.column("trace_id").to_pylist()
            sizes += batch.column("n_text_chars").to_pylist()
        with reader.texts_in_order(ids, sizes, "parsed_texts_of") as pieces:
            for texts in pieces:
                table = rows.take(texts.num_rows).drop_columns(["n_text_chars"])
                for name in texts.column_names:
                    table = table.append_column(name, texts[name])
                yield from table.to_batches()
