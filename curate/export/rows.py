"""What an export is made of: a kept trace with its problem, and what came of the export. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curate.curation_sections import AnyFormat
from curate.types import TraceFormat

PAIRS = frozenset({"dpo", "llamafactory-dpo", "openai-dpo"})
"""Formats whose rows set a right trace against a wrong one."""
LABELLED = frozenset({"kto", "llamafactory-kto"})
"""Formats whose rows are right and wrong traces, told apart by a label."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One trace that leaves the store.

    `rejected` is the trace of the same problem that a preference pair sets against it; `label` says of an
    unpaired row whether it is to be learned (kept and right) or avoided (wrong).
    """

    trace_id: str
    problem_id: str
    question: str
    text: str
    format: TraceFormat
    source: str
    choices: tuple[str, ...] = ()
    reasoning: str = ""
    gold: str | None = None
    licence: str = ""
    teacher: str = ""
    granularity: int | None = None
    style: str = ""
    origin: str = "generated"
    imported_from: str = ""
    origin_id: str = ""
    request_id: str | None = None
    rejected: ExportRow | None = None
    label: bool = True


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of an export, by its path inside the folder."""

    path: str
    n_bytes: int
    sha256: str
    n_rows: int | None = None


@dataclass(frozen=True, slots=True)
class ExportResult:
    """A folder that stands complete under its final name. `sha256` is that of its manifest."""

    export_id: str
    out: Path
    format: AnyFormat
    n_rows: int
    n_problems: int
    n_empty: int
    """Rows left out because nothing remained of the text, for example reasoning alone under `drop`."""
    files: tuple[FileEntry, ...]
    sha256: str
    trace_ids: tuple[str, ...]
