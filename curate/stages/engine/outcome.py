"""What became of a pass: frozen counts per teacher, for reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from curate.stages.engine.known import FreshUnits
from curate.stages.engine.lane import Lane
from curate.stages.engine.survey import Survey
from curate.stages.units import BatchOutcome
from curate.teachers.budget import Money

Tally = tuple[tuple[str, int], ...]
"""Counts by name, most frequent first."""


@dataclass(frozen=True, slots=True)
class LaneOutcome:
    """What became of one teacher's units. `left` says why units have neither an answer nor a final reason."""

    alias: str
    n_planned: int | None
    n_already: int
    n_sent: int
    n_answered: int
    n_tokens_in: int
    n_tokens_out: int
    n_usage_estimated: int
    n_over_reserved: int
    finals: Tally
    left: Tally
    faults: Tally
    money: Money
    ended_because: str = ""

    @property
    def n_final(self) -> int:
        """Give the number of units that ended with a reason of their own."""
        return sum(n for _, n in self.finals)

    @property
    def n_left(self) -> int:
        """Give the number of units that another run must ask."""
        return sum(n for _, n in self.left)


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """What became of a pass. `is_counted` is False when it was stopped before its plan was counted."""

    lanes: tuple[LaneOutcome, ...]
    n_complaints: int
    is_counted: bool


def tally(counts: Counter[str]) -> Tally:
    """Freeze counts, most frequent first."""
    return tuple(sorted(((name, n) for name, n in counts.items() if n), key=lambda item: (-item[1], item[0])))


def add_tallies(tallies: Sequence[Tally]) -> Tally:
    """Add counts of several lanes or passes."""
    total: Counter[str] = Counter()
    for one in tallies:
        total.update(dict(one))
    return tally(total)


def unseen_units(lanes: Sequence[Lane], n_units: Sequence[int]) -> list[int]:
    """Give how many units of each lane nobody took up.

    Two aliases of one teacher (two keys, one endpoint) share their units: what one did not reach the other
    did, so the smaller rest is booked, at the first of them.
    """
    rest: dict[str, int] = {}
    for lane, n in zip(lanes, n_units, strict=True):
        unseen = max(0, n - lane.counts.n_seen)
        key = lane.teacher.teacher_id
        rest[key] = min(rest.get(key, unseen), unseen)
    return [rest.pop(lane.teacher.teacher_id, 0) for lane in lanes]


def lane_outcome(lane: Lane, survey: Survey, number: int, unseen: int, money: Money) -> LaneOutcome:
    """Freeze one lane."""
    counts = lane.counts
    left = Counter({f"gave up: {name}": n for name, n in counts.given_up.items()})
    left[lane.ended_because.partition(":")[0] or "stopped"] += lane.n_waiting + unseen
    return LaneOutcome(
        lane.teacher.alias,
        survey.n_units[number] if survey.is_counted else None,
        counts.n_skipped,
        counts.n_sent,
        counts.n_answered,
        counts.n_tokens_in,
        counts.n_tokens_out,
        counts.n_usage_estimated,
        counts.n_over_reserved,
        tally(counts.finals),
        tally(left),
        tally(counts.faults),
        money,
        lane.ended_because,
    )


def batch_outcome(
    alias: str, batch: BatchOutcome, units: FreshUnits, n_planned: int | None, money: Money
) -> LaneOutcome:
    """Put the outcome of a batch teacher into the same form."""
    unseen = max(0, n_planned - units.n_seen) if n_planned is not None else 0
    return LaneOutcome(
        alias,
        n_planned,
        units.n_skipped,
        batch.n_asked,
        batch.n_answered,
        batch.n_tokens_in,
        batch.n_tokens_out,
        0,
        0,
        batch.finals,
        tally(Counter({batch.note or "batch not finished": batch.n_left + unseen})),
        batch.faults,
        money,
        batch.note if batch.n_left else "",
    )
