"""How many requests one teacher may have on the wire: fewer when the server is saturated, slowly more again.

Saturation is a share of 429 and 503 above a fifth in a sliding window of 5 s with at least 20 outcomes; then
the limit is cut to 0.7, at most once per window. What is on the wire counts as not saturated until it is
back, because a 429 comes in a millisecond and an answer in a minute: the first few of a crowd would always
look like all. Each window without a cut adds 1, up to the configured number. Scattered 429s change nothing:
vendors send them for reasons of their own. Self-hosted servers show overload as latency instead; with
`adapt_to_latency` a median over 3 times its floor counts as saturation.
"""

from __future__ import annotations

from collections import deque
from statistics import median

WINDOW_S = 5.0
LEAST_OUTCOMES = 20
SATURATED_SHARE = 0.2
CUT = 0.7
SLOW_FACTOR = 3.0
_SLICES = 20
_SLICE_S = WINDOW_S / _SLICES
_LATENCIES = 101


class AdaptiveConcurrency:
    """The current limit of one teacher. Time is passed in."""

    def __init__(self, configured: int, now: float, *, adapt_to_latency: bool = False) -> None:
        self._configured = configured
        self._limit = configured
        self._slices: deque[tuple[int, int, int]] = deque()  # slice number, outcomes, saturated ones
        self._n_outcomes = self._n_saturated = 0
        self._last_cut = float("-inf")
        self._last_change = now
        self._latencies: deque[float] | None = deque(maxlen=_LATENCIES) if adapt_to_latency else None
        self._floor_ms = float("inf")

    @property
    def limit(self) -> int:
        return self._limit

    def note(
        self, now: float, *, is_saturated: bool, n_on_wire: int = 0, latency_ms: float | None = None
    ) -> None:
        """Count the outcome of an attempt and adapt; `n_on_wire` are out beside it."""
        self._count(now, is_saturated)
        if self._latencies is not None and latency_ms is not None:
            self._latencies.append(latency_ms)
        if self._is_full() and (self._is_saturated(n_on_wire) or self._is_slow()):
            if now - self._last_cut >= WINDOW_S:
                self._cut(now)
        elif now - self._last_change >= WINDOW_S:
            self._limit = min(self._configured, self._limit + 1)
            self._last_change = now

    def restore(self, limit: int) -> None:
        """Take back the cuts of an outage: a server that answers nothing says nothing of its capacity."""
        self._limit = min(self._configured, max(self._limit, limit))
        self._forget()

    def _cut(self, now: float) -> None:
        self._limit = max(1, int(self._limit * CUT))
        self._last_cut = self._last_change = now
        self._forget()

    def _forget(self) -> None:
        self._slices.clear()
        self._n_outcomes = self._n_saturated = 0
        if self._latencies is not None:
            self._latencies.clear()

    def _is_full(self) -> bool:
        return self._n_outcomes >= LEAST_OUTCOMES

    def _is_saturated(self, n_on_wire: int) -> bool:
        return self._n_saturated > SATURATED_SHARE * (self._n_outcomes + n_on_wire)

    def _is_slow(self) -> bool:
        if self._latencies is None or len(self._latencies) < LEAST_OUTCOMES:
            return False
        middle = median(self._latencies)
        self._floor_ms = min(self._floor_ms, middle)
        return middle > SLOW_FACTOR * self._floor_ms

    def _count(self, now: float, is_saturated: bool) -> None:
        number = int(now / _SLICE_S)
        while self._slices and self._slices[0][0] <= number - _SLICES:
            _, outcomes, saturated = self._slices.popleft()
            self._n_outcomes -= outcomes
            self._n_saturated -= saturated
        _, outcomes, saturated = (
            self._slices.pop() if self._slices and self._slices[-1][0] == number else (number, 0, 0)
        )
        self._slices.append((number, outcomes + 1, saturated + is_saturated))
        self._n_outcomes += 1
        self._n_saturated += is_saturated
