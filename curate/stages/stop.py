"""The wish to stop, told from outside: once to drain, twice to stop at once.

A command installs signal handlers that call `request`; a notebook may call it from another thread. The engine
subscribes and is woken. The first request lets what is on the wire arrive and ends with exit 4, the second
abandons it and ends with 130.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum


class StopLevel(IntEnum):
    """How urgently to stop."""

    RUN = 0
    DRAIN = 1
    AT_ONCE = 2


class StopSignal:
    """Counts requests to stop and wakes whoever listens. Safe in signal handlers: it takes no lock."""

    def __init__(self) -> None:
        self._level = StopLevel.RUN
        self._listeners: list[Callable[[StopLevel], None]] = []

    @property
    def level(self) -> StopLevel:
        return self._level

    def request(self) -> StopLevel:
        """Ask to stop, more urgently each time; give the level that now holds."""
        self._level = StopLevel(min(self._level + 1, StopLevel.AT_ONCE))
        for listener in tuple(self._listeners):
            listener(self._level)
        return self._level

    def subscribe(self, listener: Callable[[StopLevel], None]) -> Callable[[], None]:
        """Call `listener` at each request from now on; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
