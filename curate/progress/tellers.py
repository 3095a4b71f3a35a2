"""What each stage shows of itself: from its snapshot to figures on a line.

Each function gives what the stage takes as `on_progress` (or `on_measured`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from curate.amounts import duration, usd
from curate.progress.line import ProgressLine

if TYPE_CHECKING:
    from curate.stages.engine.progress import GenerationProgress
    from curate.stages.export_report import ExportProgress
    from curate.stages.filter_tally import FilterProgress
    from curate.stages.importing import ImportProgress
    from curate.stages.verification import VerifyProgress


def generation_teller(line: ProgressLine) -> Callable[[GenerationProgress], None]:
    """Show time left, money, speed, faults, and what a teacher waits for: what is cut first comes last."""

    def tell(now: GenerationProgress) -> None:
        parts = []
        if now.seconds_left is not None:
            parts.append(f"{duration(now.seconds_left)} left")
        if now.money.spent_usd:
            projected = f" of ~{usd(now.projected_usd)}" if now.projected_usd is not None else ""
            parts.append(f"{usd(now.money.spent_usd)}{projected}")
        parts += [f"{now.requests_per_s:.0f} req/s", f"{now.tokens_per_s:,.0f} tok/s"]
        faults = sum(count for _, count in now.faults)
        if faults:
            parts.append(f"{faults} faults")
        parts += [f"{lane.alias}: {lane.note}" for lane in now.lanes if lane.note]
        line.update(now.done, now.total, "  ".join(parts))

    return tell


def import_teller(line: ProgressLine) -> Callable[[ImportProgress], None]:
    """Show the rows read, and which file is being read."""

    def tell(now: ImportProgress) -> None:
        line.update(now.n_rows, None, f"file {now.n_files_done + 1} of {now.n_files}: {now.file}")

    return tell


def verification_teller(line: ProgressLine) -> Callable[[VerifyProgress], None]:
    """Show time left, how many were right so far, speed."""

    def tell(now: VerifyProgress) -> None:
        rate = now.done / now.seconds if now.seconds else 0.0
        left = f"{duration((now.total - now.done) / rate)} left  " if rate else ""
        line.update(now.done, now.total, f"{left}{now.n_correct:,} correct  {rate:,.0f}/s")

    return tell


def measuring_teller(line: ProgressLine) -> Callable[[int, int], None]:
    """Show the texts that a filter has measured before it decides."""

    def tell(done: int, total: int) -> None:
        line.update(done, total, "texts measured")

    return tell


def filter_teller(line: ProgressLine) -> Callable[[FilterProgress], None]:
    """Show how many traces are kept so far."""

    def tell(now: FilterProgress) -> None:
        line.update(now.done, now.total, f"{now.n_kept:,} kept")

    return tell


def export_teller(line: ProgressLine) -> Callable[[ExportProgress], None]:
    """Show the rows written."""

    def tell(now: ExportProgress) -> None:
        line.update(now.done, now.total)

    return tell
