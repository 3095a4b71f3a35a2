"""One line of progress: redrawn on a terminal, a bar in a notebook, a plain line every few seconds elsewhere.

In: snapshots of a stage as text. Out: standard error, or the notebook's cell. Nothing is computed here.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from curate.progress.notebook import NotebookBar, is_notebook

if TYPE_CHECKING:
    from rich.progress import Progress

PLAIN_INTERVAL_S = 5.0


class ProgressLine:
    """Shows how far a stage is, from `with` to its end; a quiet one shows nothing.

    The calls may come from another thread than the one that opened it.
    """

    def __init__(self, name: str, *, is_quiet: bool = False) -> None:
        self._name = name
        self._is_quiet = is_quiet
        self._surface: TerminalBar | NotebookBar | PlainLines | None = None

    def __enter__(self) -> ProgressLine:
        if not self._is_quiet:
            self._surface = _make_surface(self._name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._surface is not None:
            self._surface.close()

    def update(self, done: int, total: int | None, figures: str = "") -> None:
        """Show `done` of `total` and the stage's own figures; None as total means not known yet."""
        if self._surface is not None:
            self._surface.update(done, total, figures)


class TerminalBar:
    """A line at the bottom of a terminal, gone when the work ends."""

    def __init__(self, name: str) -> None:
        self._progress = _make_bar()
        self._progress.start()
        self._task = self._progress.add_task(name, total=None, figures="starting")

    def update(self, done: int, total: int | None, figures: str) -> None:
        """Show a state; rich draws it when it is time."""
        self._progress.update(self._task, completed=done, total=total, figures=figures)

    def close(self) -> None:
        """Take the line away."""
        self._progress.stop()


class PlainLines:
    """For logs and pipes: one line every few seconds, the first after as many."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said_s = time.monotonic()

    def update(self, done: int, total: int | None, figures: str) -> None:
        """Write a line if the last one is old enough."""
        now = time.monotonic()
        if now - self._said_s >= PLAIN_INTERVAL_S:
            self._said_s = now
            share = f"{done:,} of {total:,}" if total else f"{done:,}"
            print(f"{self._name}: {share}  {figures}".rstrip(), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave what was written."""


def _make_surface(name: str) -> TerminalBar | NotebookBar | PlainLines:
    if is_notebook():
        return NotebookBar(name)
    return TerminalBar(name) if sys.stderr.isatty() else PlainLines(name)


def _make_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    # Where the terminal is narrow the figures are cut, never the count.
    return Progress(
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=10),
        MofNCompleteColumn(table_column=Column(no_wrap=True, min_width=7)),
        TextColumn("{task.fields[figures]}", markup=False, table_column=Column(no_wrap=True, ratio=1)),
        console=Console(stderr=True, highlight=False),
        transient=True,
        refresh_per_second=5,
        expand=True,
    )
