"""Export the store itself: problems, traces with their texts, verdicts and decisions as plain Parquet.

Store in, folder out. No policy is needed and nothing is left out: what a policy dropped is marked, not gone.
It is a copy for other engines, no training set, so the journal does not record it.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from curate.export import ExportResult, read_export, segments_id, verify_export, write_segments
from curate.export.folder import check_target
from queries import load_query

if TYPE_CHECKING:
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
        {name: reader.batches(load_query(f"segment_{name}", "stages").sql) for name in TABLES},
        out=out,
        n_parts=n_parts,
        fingerprint=str(fingerprint),
        versions={"tracemill": version("tracemill")},
    )
    return result, True
