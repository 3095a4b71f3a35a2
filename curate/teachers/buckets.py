"""Requests and tokens per minute as a continuous bucket with a computed wake-up: nobody polls.

A bucket fills at a steady rate up to one second's worth, so no minute ever sees much more than its limit, not
even the first one. A request larger than the bucket may leave when it is full and puts it into debt. Time is
passed in; None as limit makes a bucket that never holds anything back.
"""

from __future__ import annotations


class Bucket:
    """A rate limit for amounts: `wait_s` says how long until something may be taken."""

    def __init__(self, per_minute: int | None, now: float) -> None:
        self._rate = None if per_minute is None else per_minute / 60
        self._capacity = max(1.0, self._rate or 0.0)
        self._level = self._capacity
        self._at = now

    def wait_s(self, now: float, amount: float = 1.0) -> float:
        """Give the seconds until `amount` may be taken, 0 when it may be now."""
        if self._rate is None:
            return 0.0
        self._fill(now)
        missing = min(amount, self._capacity) - self._level
        # A remainder below a millionth is rounding: waiting for it would wake up again and again.
        return missing / self._rate if missing > 1e-6 else 0.0

    def take(self, now: float, amount: float = 1.0) -> None:
        """Take an amount that `wait_s` allowed; the level may fall below zero."""
        if self._rate is not None:
            self._fill(now)
            self._level -= amount

    def give_back(self, now: float, amount: float) -> None:
        """Settle an estimate: give back what was not used, or take (a negative amount) what was used more."""
        if self._rate is not None:
            self._fill(now)
            self._level = min(self._capacity, self._level + amount)

    def _fill(self, now: float) -> None:
        if self._rate is not None:
            self._level = min(self._capacity, self._level + (now - self._at) * self._rate)
            self._at = now
