"""Progress of long work: a live line on a terminal, one plain line every few seconds elsewhere.

In: snapshots of a stage as text. Out: standard error only. Nothing is computed here.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PLAIN_INTERVAL_S = 5.0


class ProgressLine:
    """Shows how far a stage is. On a terminal the line is redrawn; elsewhere it is repeated now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_terminal = sys.stderr.isatty()
        self._last_plain_s = time.monotonic()
        self._text = ""
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressLine:
        if self._is_terminal:
            self._progress = _make_bar()
            self._progress.start()
            self._task = self._progress.add_task(self._name, total=None, figures="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def update(self, done: int, total: int | None, figures: str = "") -> None:
        """Show `done` of `total` and the stage's own figures; None as total means not known yet."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total, figures=figures)
            return
        now = time.monotonic()
        if now - self._last_plain_s >= PLAIN_INTERVAL_S:
            self._last_plain_s = now
            share = f"{done:,} of {total:,}" if total else f"{done:,}"
            print(f"{self._name}: {share}  {figures}".rstrip(), file=sys.stderr, flush=True)


def _make_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=14),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}", markup=False),
        console=Console(stderr=True, highlight=False),
        transient=True,
        refresh_per_second=5,
    )
