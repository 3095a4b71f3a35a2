"""Money and progress from the journal alone: what `status` shows and what a resumed budget starts from.

Every `sent` is matched with the answer or fault of the same attempt. One without an outcome is *reserved*
while its run lives or its batch is open; otherwise it *may have been billed*, and its worst case counts as
spent against a cap. A batch may be collected by a later run, so an outcome without a `sent` of its own run
closes the latest open one of the same attempt.
Opens no DuckDB file, asks no teacher.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from curate.store.outcomes import Damage, TornTail
from curate.store.records import BatchRecord

ZERO = Decimal(0)
_CLOSED_BATCHES = ("failed", "expired", "cancelled", "collected")


@dataclass(frozen=True, slots=True)
class SpendCell:
    """What one run spent at one teacher."""

    run_id: str
    teacher_id: str
    teacher: str
    n_sent: int = 0
    n_answers: int = 0
    n_faults: int = 0
    n_final_faults: int = 0
    n_unpriced: int = 0
    n_tokens_in: int = 0
    n_tokens_cached: int = 0
    n_tokens_out: int = 0
    n_tokens_reasoning: int = 0
    spent_usd: Decimal = ZERO
    n_reserved: int = 0
    reserved_usd: Decimal = ZERO
    n_maybe_billed: int = 0
    maybe_billed_usd: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OpenSend:
    """An attempt that left and has no outcome."""

    request_id: str
    attempt: int
    run_id: str
    teacher_id: str
    teacher: str
    at: float
    reserved_usd: Decimal | None
    is_answered_by_another: bool = False
    """The same request was answered by another attempt: if this one was billed, it was billed twice."""


@dataclass(frozen=True, slots=True)
class RunState:
    """A run and how it ended; `event` is empty while it has not said so."""

    run_id: str
    command: str
    started_at: float
    stopped_at: float | None = None
    event: str = ""
    reason: str = ""
    config_hash: str = ""
    max_usd: Decimal | None = None
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class JournalTotals:
    """All sums over a journal. Money is Decimal USD; answers without a price are in `n_unpriced`."""

    cells: tuple[SpendCell, ...] = ()
    runs: tuple[RunState, ...] = ()
    maybe_billed: tuple[OpenSend, ...] = ()
    batches: tuple[BatchRecord, ...] = ()
    n_records: Mapping[str, int] = field(default_factory=dict)
    size_bytes: int = 0
    torn: tuple[TornTail, ...] = ()
    damaged: tuple[Damage, ...] = ()

    @property
    def n_sent(self) -> int:
        """Give the number of attempts that left."""
        return sum(cell.n_sent for cell in self.cells)

    @property
    def n_answers(self) -> int:
        """Give the number of answers."""
        return sum(cell.n_answers for cell in self.cells)

    @property
    def n_faults(self) -> int:
        """Give the number of attempts that failed."""
        return sum(cell.n_faults for cell in self.cells)

    @property
    def n_final_faults(self) -> int:
        """Give the number of faults after which a request was given up."""
        return sum(cell.n_final_faults for cell in self.cells)

    @property
    def n_maybe_billed(self) -> int:
        """Give the number of attempts that may have been billed without an answer."""
        return sum(cell.n_maybe_billed for cell in self.cells)

    @property
    def spent_usd(self) -> Decimal:
        """Give what answers cost."""
        return sum((cell.spent_usd for cell in self.cells), ZERO)

    @property
    def reserved_usd(self) -> Decimal:
        """Give the worst case of what is on the wire now, or in open batches."""
        return sum((cell.reserved_usd for cell in self.cells), ZERO)

    @property
    def maybe_billed_usd(self) -> Decimal:
        """Give the worst case of what may have been billed without an answer."""
        return sum((cell.maybe_billed_usd for cell in self.cells), ZERO)

    @property
    def n_tokens_out(self) -> int:
        """Give the tokens that teachers wrote."""
        return sum(cell.n_tokens_out for cell in self.cells)

    @property
    def open_batches(self) -> tuple[BatchRecord, ...]:
        """Give the batches that still have something to fetch or to decide."""
        return tuple(batch for batch in self.batches if batch.state not in _CLOSED_BATCHES)

    def of_run(self, run_id: str) -> JournalTotals:
        """Give the money of one run only."""
        return JournalTotals(cells=tuple(c for c in self.cells if c.run_id == run_id))

    def of_teacher(self, teacher_id: str) -> JournalTotals:
        """Give the money of one teacher only, over all runs."""
        return JournalTotals(cells=tuple(c for c in self.cells if c.teacher_id == teacher_id))
