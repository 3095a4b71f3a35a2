"""Stop asking a teacher that only fails: pause, send one probe, pause twice as long.

Opens after 20 faults in a row without an answer between them, and as many as are still on the wire: faults
come in a millisecond and answers in a minute, so the first few of a crowd say little. While it is open
nothing leaves but one probe per pause; an answer closes it. Time is passed in. It also counts faults that
no waiting cures (wrong key, unknown model, no money): three in a row stop the teacher for this run, with
one message.
"""

from __future__ import annotations

from curate.teachers.retry import MOST_RETRY_AFTER_S

FAULTS_TO_OPEN = 20
FATAL_TO_STOP = 3
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 64.0


class Breaker:
    """The state of one teacher: closed, open until a time, or stopped for good."""

    def __init__(self) -> None:
        self._n_faults = 0
        self._n_fatal = 0
        self._last_class = ""
        self._pause_s = FIRST_PAUSE_S
        self._until: float | None = None
        self._is_probing = False
        self.failing_since: float | None = None
        """When the first fault after the last answer came; None while answers come."""
        self.stopped_because = ""

    @property
    def is_open(self) -> bool:
        return self._until is not None

    def wait_s(self, now: float) -> float | None:
        """Give the seconds until something may leave; None: not before the probe is back."""
        if self._until is None:
            return 0.0
        return None if self._is_probing else max(0.0, self._until - now)

    def note_sent(self) -> None:
        """An attempt left; while the breaker is open that is the probe."""
        self._is_probing = self.is_open

    def note_answer(self) -> bool:
        """An answer came; say whether that closed the breaker."""
        was_open = self.is_open
        self._n_faults = self._n_fatal = 0
        self._pause_s, self._until, self._is_probing = FIRST_PAUSE_S, None, False
        self.failing_since = None
        return was_open

    def note_fault(
        self,
        now: float,
        error_class: str,
        *,
        message: str = "",
        is_fatal: bool = False,
        n_on_wire: int = 0,
        retry_after_s: float | None = None,
    ) -> None:
        """A fault came of network, server or account; `n_on_wire` are out beside it.

        What the server asks to wait is the least pause, because nothing else comes through either.
        """
        self._n_faults += 1
        self._n_fatal = self._n_fatal + 1 if is_fatal else 0
        self._last_class = error_class
        if self.failing_since is None:
            self.failing_since = now
        if self._n_fatal >= FATAL_TO_STOP:
            self.stopped_because = self.stopped_because or f"{error_class}: {message}"
        asked = min(retry_after_s or 0.0, MOST_RETRY_AFTER_S)
        if self.is_open:
            if self._is_probing:
                self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2)
                self._until, self._is_probing = now + max(self._pause_s, asked), False
        elif self._n_faults >= max(FAULTS_TO_OPEN, n_on_wire):
            self._until = now + max(self._pause_s, asked)

    def describe(self, now: float) -> str:
        """Say for people why nothing moves; empty while it does.

        For example: `paused, overloaded x 20, next try in 32 s`.
        """
        if self.stopped_because:
            return f"stopped, {self.stopped_because}"
        if self._until is None:
            return ""
        left = "trying now" if self._is_probing else f"next try in {max(0.0, self._until - now):.0f} s"
        return f"paused, {self._last_class} x {self._n_faults}, {left}"
