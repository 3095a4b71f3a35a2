"""Exports: verified traces in the shapes that trainers read, with a manifest and the lineage of each row."""

from curate.export.manifest import ExportCheck, FileEntry, ManifestBase, read_export_id, verify_export
from curate.export.rows import ExportFormat, ExportResult, ExportRow, ReasoningMode
from curate.export.write import write_export

__all__ = [
    "ExportCheck",
    "ExportFormat",
    "ExportResult",
    "ExportRow",
    "FileEntry",
    "ManifestBase",
    "ReasoningMode",
    "read_export_id",
    "verify_export",
    "write_export",
]
