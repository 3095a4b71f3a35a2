"""Writes what happens to rows and batches, and keeps the money and the counts that go with it.

Each method is one event: a record in the journal, a movement in the budget, a number in the outcome.
Decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from curate.stages.batching.jobs import Job, Row
from curate.stages.units import BatchOutcome, BatchWork
from curate.store.records import AnswerRecord, BatchRecord, FaultRecord, SentRecord
from curate.teachers.batch_rows import BatchRow
from curate.teachers.pricing import cost_of, most_usage
from curate.types import Usage

State = Literal[
    "preparing", "uploaded", "submitted", "completed", "failed", "expired", "cancelled", "collected"
]


@dataclass(slots=True)
class Ledger:
    """The books of one teacher's batches in one run."""

    work: BatchWork
    clock: Callable[[], float]
    n_asked: int = 0
    n_answered: int = 0
    n_tokens_in: int = 0
    n_tokens_out: int = 0
    finals: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def reserve(self, row: Row) -> bool:
        """Set a row's worst case aside at the price of batches; False when the cap leaves no room."""
        assert row.unit is not None
        request = row.unit.request
        worst = cost_of(most_usage(request), request.teacher.price, is_batch=True)
        if not self.work.budget.reserve(request.teacher.alias, worst):
            return False
        row.reserved_usd, row.is_booked_here = worst, True
        return True

    def write_sent(self, row: Row) -> None:
        """Record that a row is about to leave."""
        assert row.unit is not None
        self.work.append_lineage(row.unit)
        self.work.journal.append(
            SentRecord(
                row.unit.request,
                row.attempt,
                self.work.run_id,
                self.clock(),
                row.reserved_usd,
                row.unit.wave,
                has_body=not row.has_been_sent,
            )
        )
        self.n_asked += not row.has_been_sent
        row.has_been_sent = True

    def write_state(self, job: Job, state: State, message: str = "") -> None:
        """Record a step of a batch and wait until the disk has it: the next step may spend money."""
        self.work.journal.append(
            BatchRecord(
                job.content_hash,
                state,
                self.work.run_id,
                self.clock(),
                self.work.teacher.teacher_id,
                job.file_id,
                job.batch_id,
                tuple(job.rows) if state == "preparing" else (),
                message,
                job.attempt,
            )
        )
        self.work.journal.sync()

    def note_answer(self, row: Row, result: BatchRow, usage: Usage, batch_id: str) -> None:
        """Record an answer and settle what was reserved for it."""
        teacher = self.work.teacher
        cost = cost_of(usage, teacher.price, is_batch=True)
        headers = {"x-request-id": result.vendor_request_id, "x-batch-id": batch_id}
        self.work.journal.append(
            AnswerRecord(
                row.request_id,
                row.attempt,
                self.work.run_id,
                self.clock(),
                200,
                result.body,
                {name: value for name, value in headers.items() if value},
                0.0,
                usage,
                cost,
            )
        )
        if row.is_booked_here:
            self.work.budget.settle(teacher.alias, row.reserved_usd, cost)
        row.is_done = True
        self.n_answered += 1
        self.n_tokens_in += usage.n_tokens_in
        self.n_tokens_out += usage.n_tokens_out

    def note_fault(
        self,
        row: Row,
        error_class: str,
        message: str,
        *,
        http_status: int | None = None,
        is_maybe_billed: bool = False,
        is_final: bool = False,
    ) -> None:
        """Record a row without an answer; its reservation comes back unless it may be billed."""
        self.work.journal.append(
            FaultRecord(
                row.request_id,
                row.attempt,
                self.work.run_id,
                self.clock(),
                error_class,
                http_status,
                message,
                is_maybe_billed,
                is_final,
            )
        )
        if row.is_booked_here:
            move = self.work.budget.hold if is_maybe_billed else self.work.budget.release
            move(self.work.teacher.alias, row.reserved_usd)
        row.reserved_usd = None
        row.is_done = is_final
        (self.finals if is_final else self.faults)[error_class] += 1

    def outcome(self, n_left: int, note: str) -> BatchOutcome:
        """Sum up."""
        return BatchOutcome(
            n_asked=self.n_asked,
            n_answered=self.n_answered,
            n_tokens_in=self.n_tokens_in,
            n_tokens_out=self.n_tokens_out,
            finals=tuple(sorted(self.finals.items())),
            faults=tuple(sorted(self.faults.items())),
            n_left=n_left,
            note=note,
        )
