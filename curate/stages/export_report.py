"""What an export tells its caller: how far it has come, and what stands in the folder at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curate.export import AnyFormat, ExportResult, FileEntry


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export has come; `total` is the most rows there can be."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What stands in the folder, and what people should know about it.

    `n_without_decision` traces are newer than the pass; `is_stale` says that verdicts, texts or
    marks changed since.
    Both are mended by another `tracemill filter`. `is_new` is False when the folder held this export already.
    """

    export_id: str
    out: Path
    format: AnyFormat
    policy: str
    policy_id: str
    benchmarks: tuple[str, ...]
    n_rows: int
    n_problems: int
    n_kept: int
    n_contaminated: int
    n_empty: int
    n_without_decision: int
    is_stale: bool
    is_new: bool
    files: tuple[FileEntry, ...]
    sha256: str
    seconds: float


def report_of(result: ExportResult, *, is_new: bool, seconds: float) -> ExportReport:
    """Report a folder of which no policy is known: all its rows count as kept."""
    return ExportReport(
        export_id=result.export_id,
        out=result.out,
        format=result.format,
        policy="",
        policy_id="",
        benchmarks=(),
        n_rows=result.n_rows,
        n_problems=result.n_problems,
        n_kept=result.n_rows,
        n_contaminated=0,
        n_empty=result.n_empty,
        n_without_decision=0,
        is_stale=False,
        is_new=is_new,
        files=result.files,
        sha256=result.sha256,
        seconds=seconds,
    )
