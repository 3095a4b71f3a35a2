"""Exports: verified traces in the shapes that trainers read, with a manifest and the lineage of each row."""

from curate.callable_package import make_callable
from curate.curation_sections import AnyFormat, ExportFormat, ReasoningMode
from curate.export.manifest import ExportCheck, ManifestBase, read_export, verify_export
from curate.export.rows import (
    LABELLED,
    PAIRS,
    ExportResult,
    ExportRow,
    FileEntry,
)
from curate.export.segments import segments_id, write_segments
from curate.export.write import ExportSettings, write_export

__all__ = [
    "LABELLED",
    "PAIRS",
    "AnyFormat",
    "ExportCheck",
    "ExportFormat",
    "ExportResult",
    "ExportRow",
    "ExportSettings",
    "FileEntry",
    "ManifestBase",
    "ReasoningMode",
    "read_export",
    "segments_id",
    "verify_export",
    "write_export",
    "write_segments",
]

make_callable(__name__)
