"""The progress of a stage as a bar in a notebook's cell, drawn by the notebook itself: no widgets needed.

The last state stays in the cell, so that a saved notebook shows what was done.
"""

from __future__ import annotations

import html
import sys
import time
from typing import Any

REDRAWN_EVERY_S = 0.2


def is_notebook() -> bool:
    """Say whether this process is the kernel of a notebook (Jupyter, VS Code, Colab).

    A notebook has imported IPython before us; it is never imported here to find out.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class NotebookBar:
    """A bar with figures beside it. A display is made at once and replaced in place afterwards."""

    def __init__(self, name: str) -> None:
        from IPython.display import HTML, display

        self._name = name
        self._html = HTML
        self._state = _bar(name, 0, None, "")
        self._drawn_s = time.monotonic()
        self._handle: Any = display(HTML(self._state), display_id=True)

    def update(self, done: int, total: int | None, figures: str) -> None:
        """Keep a state, and draw it if the last drawing is old enough."""
        self._state = _bar(self._name, done, total, figures)
        now = time.monotonic()
        if now - self._drawn_s >= REDRAWN_EVERY_S:
            self._drawn_s = now
            self._handle.update(self._html(self._state))

    def close(self) -> None:
        """Draw the last state."""
        self._handle.update(self._html(self._state))


def _bar(name: str, done: int, total: int | None, figures: str) -> str:
    share = f"{done:,} of {total:,}" if total else f"{done:,}"
    known = f' value="{done}" max="{total}"' if total else ""
    return (
        f'<div style="font-family: monospace">{html.escape(name)} '
        f"<progress{known}></progress> {share} {html.escape(figures)}</div>"
    )
