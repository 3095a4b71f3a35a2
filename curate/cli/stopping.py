"""Ctrl-C and SIGTERM as a wish to stop: the first drains, the second stops at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from curate.cli.common import say
from curate.stages.stop import StopSignal


@contextmanager
def stoppable() -> Iterator[StopSignal]:
    """Turn SIGINT and SIGTERM into a wish to stop: once drains, twice stops at once."""
    stop = StopSignal()

    def on_signal(number: int, frame: FrameType | None) -> None:
        level = stop.request()
        say(
            "stopping: waiting for what is on the wire; once more to stop at once"
            if level == 1
            else "stopping at once"
        )

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
