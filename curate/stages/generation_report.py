"""What a run of teacher calls came to, and whether anything is left.

Complete means: every planned unit has an answer or a final reason of its own. Everything else is exit 4 with
counts by reason, and the same command goes on from there; 130 after a second Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from curate.stages.engine.outcome import LaneOutcome, PassOutcome, Tally, add_tallies
from curate.stages.engine.session import Session
from curate.stages.stop import StopLevel
from curate.teachers.budget import Money


@dataclass(frozen=True, slots=True)
class TeacherOutcome:
    """What one teacher came to in this run."""

    alias: str
    n_sent: int
    n_answered: int
    n_final: int
    n_left: int
    n_tokens_in: int
    n_tokens_out: int
    money: Money
    ended_because: str


@dataclass(frozen=True, slots=True)
class RoundsReport:
    """What asking in rounds did: cells are (problem, form). USD only where teachers have prices."""

    n_rounds: int
    n_cells: int
    n_solved: int
    n_hopeless: int
    n_majority: int
    """Cells without a gold that were settled by agreement; never `correct`."""
    n_gold_suspect: int
    saved_requests: int
    saved_usd: Decimal | None
    gold_suspects: tuple[str, ...] = ()
    """Problems whose teachers agree on a value that is not the gold."""


@dataclass(frozen=True, slots=True)
class GenerationReport:
    """The end of a run. `n_planned` and `n_left` are None when it was stopped before its plan was counted."""

    run_id: str
    seconds: float
    n_planned: int | None
    n_already: int
    n_sent: int
    n_answered: int
    finals: Tally
    left: Tally
    faults: Tally
    n_left: int | None
    n_complaints: int
    n_usage_estimated: int
    n_over_reserved: int
    money: Money
    needed_usd: Decimal | None
    """What finishing would cost at this run's mean price per answer; None when that is not known."""
    teachers: tuple[TeacherOutcome, ...]
    stop_level: StopLevel = StopLevel.RUN
    rounds: RoundsReport | None = None

    @property
    def is_complete(self) -> bool:
        """Say whether every planned unit has an answer or a final reason.

        A wish to stop that came when all was done changes nothing; in rounds more might have been planned.
        """
        may_be_whole = self.stop_level is StopLevel.RUN or (
            self.stop_level is StopLevel.DRAIN and self.rounds is None
        )
        return self.n_left == 0 and may_be_whole

    @property
    def exit_code(self) -> int:
        """Give the exit code of the command."""
        if self.stop_level is StopLevel.AT_ONCE:
            return 130
        return 0 if self.is_complete else 4


def make_report(session: Session, seconds: float, rounds: RoundsReport | None = None) -> GenerationReport:
    """Sum up the passes of a run."""
    passes = session.passes
    lanes = [lane for one in passes for lane in one.lanes]
    left = _sum_left(passes)
    money, n_answered = session.desk.budget.money(), sum(lane.n_answered for lane in lanes)
    is_counted = all(one.is_counted for one in passes)
    n_left = sum(n for _, n in left) if is_counted else None
    n_planned = _sum_planned(lanes, is_last=rounds is not None) if is_counted else None
    n_ended = n_answered + sum(lane.n_final for lane in lanes)
    return GenerationReport(
        session.order.run_id,
        seconds,
        n_planned,
        sum(lane.n_already for lane in lanes) if n_planned is None else n_planned - n_ended - (n_left or 0),
        sum(lane.n_sent for lane in lanes),
        n_answered,
        add_tallies([lane.finals for lane in lanes]),
        left,
        add_tallies([lane.faults for lane in lanes]),
        n_left,
        sum(one.n_complaints for one in passes),
        sum(lane.n_usage_estimated for lane in lanes),
        sum(lane.n_over_reserved for lane in lanes),
        money,
        money.spent_usd / n_answered * n_left if n_answered and n_left and money.spent_usd else None,
        tuple(_teacher(session, alias, lanes) for alias in dict.fromkeys(lane.alias for lane in lanes)),
        session.stop.level,
        rounds,
    )


def _sum_planned(lanes: Sequence[LaneOutcome], *, is_last: bool) -> int:
    """Sum up plans; in rounds each plan holds the one before it, so a teacher's last one counts."""
    if not is_last:
        return sum(lane.n_planned or 0 for lane in lanes)
    return sum({lane.alias: lane.n_planned or 0 for lane in lanes}.values())


def _sum_left(passes: Sequence[PassOutcome]) -> Tally:
    return add_tallies([lane.left for one in passes for lane in one.lanes])


def _teacher(session: Session, alias: str, lanes: Sequence[LaneOutcome]) -> TeacherOutcome:
    own = [lane for lane in lanes if lane.alias == alias]
    return TeacherOutcome(
        alias,
        sum(lane.n_sent for lane in own),
        sum(lane.n_answered for lane in own),
        sum(lane.n_final for lane in own),
        sum(lane.n_left for lane in own),
        sum(lane.n_tokens_in for lane in own),
        sum(lane.n_tokens_out for lane in own),
        session.desk.budget.money(alias),
        next((lane.ended_because for lane in reversed(own) if lane.ended_because), ""),
    )
