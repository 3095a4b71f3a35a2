"""Ctrl-C and SIGTERM while a student trains: the first ends after the step with a checkpoint, the second now.

Only a lone process stops politely: several would have to agree on the step, so there a signal ends them at
once and the last checkpoint stands.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from curate.cli.common import say
from finetune.processes import n_processes


@contextmanager
def stop_after_step() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether to stop."""
    if n_processes() > 1:
        yield lambda: False
        return
    asked: list[int] = []

    def on_signal(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        say("stopping after this step, with a checkpoint; once more to stop at once")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
