"""Carry out attempts: journal first, then the wire, then the outcome into journal, money and lane.

The order is the promise: `sent` is written before the bytes leave, the answer before anything is made of it,
and money moves from reserved to spent only once the answer is on the disk.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from curate.stages.engine.lane import Job, Lane
from curate.stages.engine.lineage import Lineage
from curate.stages.engine.world import World
from curate.store import JournalWriter
from curate.store.records import AnswerRecord, FaultRecord, SentRecord
from curate.teachers.budget import Budget
from curate.teachers.faults import kind_of, read_answer
from curate.teachers.pricing import cost_of
from curate.teachers.retry import wait_before_retry
from curate.teachers.transport import TeacherFault, TeacherReply, Transport
from curate.types import Completion, Usage


@dataclass(frozen=True, slots=True)
class Desk:
    """What all attempts of a run share."""

    run_id: str
    journal: JournalWriter
    lineage: Lineage
    budget: Budget
    world: World


@dataclass(frozen=True, slots=True)
class _Acknowledged:
    lane: Lane
    reserved_usd: Decimal | None
    cost_usd: Decimal | None


class Attempts:
    """Sends jobs and books what comes of them. Lives in one event loop."""

    def __init__(
        self, desk: Desk, transports: Mapping[str, Transport], on_acknowledged: Callable[[], None]
    ) -> None:
        self._desk = desk
        self._transports = transports
        self._on_acknowledged = on_acknowledged
        self._loop = asyncio.get_running_loop()
        self._durable: deque[_Acknowledged] = deque()
        self._is_woken = False
        self.is_closed = False
        """Once true, nothing is written any more: the journal failed or the run is over."""

    def append_sent(self, lane: Lane, job: Job) -> None:
        """Write that a job leaves. Its money must be reserved.

        Raises:
            JournalError: when the disk refuses; then the job must not leave.
        """
        desk, unit = self._desk, job.unit
        if job.n_tries == 0:
            desk.lineage.append_lineage(unit)
        desk.journal.append(
            SentRecord(
                unit.request,
                job.n_tries + 1,
                desk.run_id,
                desk.world.clock(),
                job.reserved_usd,
                unit.wave,
                job.n_tries == 0,
            )
        )
        lane.note_sent(self._loop.time(), job)

    async def carry_out(self, lane: Lane, job: Job) -> None:
        """Send a job and book its outcome.

        Raises:
            JournalError: when the outcome cannot be written.
        """
        try:
            reply = await self._transports[lane.teacher.alias].call_teacher(job.unit.request)
            completion = read_answer(reply)
        except TeacherFault as fault:
            self._book_fault(lane, job, fault)
        except asyncio.CancelledError:
            self._book_interrupted(lane, job)
            raise
        except Exception as error:  # noqa: BLE001 - the border of an attempt: a client's bug costs one attempt
            what = f"{type(error).__name__}: {error}"
            self._book_fault(lane, job, TeacherFault("client_error", what, is_maybe_billed=True))
        else:
            self._book_answer(lane, job, reply, completion)
        finally:
            lane.n_on_wire -= 1

    def settle_durable(self) -> None:
        """Book the money of all answers that have reached the disk."""
        self._is_woken = False
        while self._durable:
            done = self._durable.popleft()
            lane = done.lane
            lane.counts.n_acknowledged += 1
            self._desk.budget.settle(lane.teacher.alias, done.reserved_usd, done.cost_usd)
            if done.cost_usd and done.reserved_usd and done.cost_usd > done.reserved_usd:
                lane.note_over_reserved(done.cost_usd / done.reserved_usd)

    def _book_answer(self, lane: Lane, job: Job, reply: TeacherReply, completion: Completion) -> None:
        request = job.unit.request
        usage = completion.usage
        if usage.is_estimated:
            usage = Usage(request.n_prompt_tokens_estimated, 0, usage.n_tokens_out, 0, True)
        cost = cost_of(usage, lane.teacher.price)
        self._desk.journal.append(
            AnswerRecord(
                request.request_id,
                job.n_tries,
                self._desk.run_id,
                self._desk.world.clock(),
                reply.http_status,
                reply.body,
                reply.headers,
                reply.latency_ms,
                usage,
                cost,
            ),
            partial(self._note_durable, _Acknowledged(lane, job.reserved_usd, cost)),
        )
        lane.note_answer(self._loop.time(), job, usage, reply.latency_ms)

    def _book_fault(self, lane: Lane, job: Job, fault: TeacherFault) -> None:
        now, kind = self._loop.time(), kind_of(fault.error_class)
        is_final = kind in ("result", "row")
        self._append_fault(job, fault, is_final=is_final)
        self._free_money(lane, job, is_maybe_billed=fault.is_maybe_billed)
        if is_final:
            lane.note_final(now, job, fault.error_class)
            return
        lane.note_fault(now, job, fault)
        job.n_attempts += kind != "throttled"
        self._retry(lane, job, fault, now)

    def _retry(self, lane: Lane, job: Job, fault: TeacherFault, now: float) -> None:
        """Queue another try, or leave the row to another run once its tries or its time are used up."""
        limits = lane.teacher.limits
        wait_s = wait_before_retry(job.n_tries, fault.retry_after_s, self._desk.world.uniform)
        is_over = now + wait_s - job.first_sent_at > limits.retry_wall_s
        if job.n_attempts >= limits.max_attempts or is_over:
            lane.give_up(fault.error_class)
        else:
            lane.retry_at(now + wait_s, job)

    def _book_interrupted(self, lane: Lane, job: Job) -> None:
        if not self.is_closed:
            self._append_fault(job, TeacherFault("interrupted", "stopped at once", is_maybe_billed=True))
        self._free_money(lane, job, is_maybe_billed=True)
        lane.give_up("interrupted")

    def _append_fault(self, job: Job, fault: TeacherFault, *, is_final: bool = False) -> None:
        self._desk.journal.append(
            FaultRecord(
                job.unit.request.request_id,
                job.n_tries,
                self._desk.run_id,
                self._desk.world.clock(),
                fault.error_class,
                fault.http_status,
                fault.message,
                fault.is_maybe_billed,
                is_final,
            )
        )

    def _free_money(self, lane: Lane, job: Job, *, is_maybe_billed: bool) -> None:
        free = self._desk.budget.hold if is_maybe_billed else self._desk.budget.release
        free(lane.teacher.alias, job.reserved_usd)
        job.reserved_usd = None

    def _note_durable(self, done: _Acknowledged) -> None:
        """Take note on the journal's thread; the loop is woken once per flush, not once per answer."""
        self._durable.append(done)
        if not self._is_woken and not self.is_closed:
            self._is_woken = True
            with suppress(RuntimeError):  # the loop has ended; the end of the run settles what is left
                self._loop.call_soon_threadsafe(self._on_acknowledged)
