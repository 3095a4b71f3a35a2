"""Snapshots of a run for people: how far, how fast, how dear, how long, and why something stands still.

Rates are means over the last half minute. The forecast of money needs 50 answers. Answers count as done once
they are on the disk.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from curate.stages.engine.lane import Lane
from curate.stages.engine.outcome import Tally, tally
from curate.stages.units import BatchOutcome
from curate.teachers.budget import ZERO, Money

INTERVAL_S = 0.5
_RATE_WINDOW_S = 30.0
_ANSWERS_FOR_FORECAST = 50


@dataclass(frozen=True, slots=True)
class LaneProgress:
    """One teacher now. `note` is empty while all is well, else for example `paused, overloaded x 20, ...`."""

    alias: str
    n_on_wire: int
    limit: int
    n_waiting: int
    n_answered: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class GenerationProgress:
    """A run now. `total` is None until the plan is counted; done counts answers of earlier runs too.

    In rounds, `done` and `total` are those of the round; money, rates and requests are the run's.
    """

    done: int
    total: int | None
    n_asked: int
    n_answered: int
    requests_per_s: float
    tokens_per_s: float
    faults: Tally
    money: Money
    projected_usd: Decimal | None
    seconds_left: float | None
    lanes: tuple[LaneProgress, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """The sums behind one snapshot."""

    done: int
    total: int | None
    n_asked: int
    n_answered: int
    n_tokens: int
    faults: Tally
    money: Money
    lanes: tuple[LaneProgress, ...]


class Gauge:
    """Turns counts into rates and forecasts; `now` is any steady clock."""

    def __init__(self, now: float) -> None:
        self._seen: deque[tuple[float, int, int]] = deque([(now, 0, 0)])

    def read(self, now: float, counted: Counted) -> GenerationProgress:
        """Make a snapshot."""
        self._seen.append((now, counted.n_answered, counted.n_tokens))
        while len(self._seen) > 2 and self._seen[1][0] < now - _RATE_WINDOW_S:
            self._seen.popleft()
        then, n_answered, n_tokens = self._seen[0]
        seconds = max(now - then, 1e-9)
        rate = (counted.n_answered - n_answered) / seconds
        left = None if counted.total is None else max(0, counted.total - counted.done)
        return GenerationProgress(
            counted.done,
            counted.total,
            counted.n_asked,
            counted.n_answered,
            rate,
            (counted.n_tokens - n_tokens) / seconds,
            counted.faults,
            counted.money,
            forecast_usd(counted, left),
            None if left is None else 0.0 if left == 0 else left / rate if rate > 0 else None,
            counted.lanes,
        )


def forecast_usd(counted: Counted, left: int | None) -> Decimal | None:
    """Forecast what the whole run costs, from the mean of its answers; None while too little is known."""
    money = counted.money
    if left == 0:
        return money.spent_usd + money.maybe_billed_usd
    if left is None or counted.n_answered < _ANSWERS_FOR_FORECAST or money.spent_usd == ZERO:
        return None
    return money.spent_usd + money.maybe_billed_usd + left * money.spent_usd / counted.n_answered


def count_lanes(
    lanes: Sequence[Lane], batches: Sequence[tuple[str, BatchOutcome]], now: float
) -> tuple[tuple[LaneProgress, ...], Tally]:
    """Look at all lanes and batches: their lines, and all faults so far."""
    faults: Counter[str] = Counter()
    lines = []
    for lane in lanes:
        faults.update(lane.counts.faults)
        faults.update(lane.counts.finals)
        note = lane.breaker.describe(now) or lane.ended_because
        lines.append(
            LaneProgress(
                lane.teacher.alias,
                lane.n_on_wire,
                lane.concurrency.limit,
                lane.n_waiting,
                lane.counts.n_answered,
                note,
            )
        )
    for alias, batch in batches:
        faults.update(dict(batch.faults))
        lines.append(LaneProgress(alias, batch.n_left, 0, 0, batch.n_answered, batch.note))
    return tuple(lines), tally(faults)
