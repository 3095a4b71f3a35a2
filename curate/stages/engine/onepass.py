"""Run one pass over some work: lanes for teachers that are asked one by one, threads for batch teachers.

Opens the transports, runs the dispatcher, the survey and the batches side by side, calls for progress twice a
second, and gives back what became of everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar

from curate.stages.engine.attempts import Desk
from curate.stages.engine.batch_lane import BatchLane
from curate.stages.engine.dispatcher import Dispatcher
from curate.stages.engine.known import FreshUnits, Known
from curate.stages.engine.lane import Lane
from curate.stages.engine.outcome import LaneOutcome, PassOutcome, batch_outcome, lane_outcome, unseen_units
from curate.stages.engine.progress import INTERVAL_S, Counted, count_lanes
from curate.stages.engine.survey import Survey
from curate.stages.stop import StopLevel, StopSignal
from curate.stages.units import Work
from curate.store import Store
from curate.teachers.transport import Transport

OnCounted = Callable[[Counted], None]
T = TypeVar("T")


class OnePass:
    """One pass; made and run inside an event loop."""

    def __init__(
        self, store: Store, desk: Desk, work: Work, known: Known, stop: StopSignal, on_counted: OnCounted
    ) -> None:
        self._desk, self._stop, self._on_counted = desk, stop, on_counted
        self._loop = asyncio.get_running_loop()
        self._survey = Survey(work, desk.run_id, desk.journal)
        self._numbers = {teacher.alias: number for number, teacher in enumerate(work.teachers)}
        now = self._loop.time()
        self._lanes = [Lane(t, work.units(t), known, now) for t in work.teachers if t.transport != "batch"]
        self._batches = [
            BatchLane(store, desk, t, FreshUnits(work.units(t), known), stop)
            for t in work.teachers
            if t.transport == "batch"
        ]

    async def run(self) -> PassOutcome:
        """Ask everything that may be asked.

        Raises:
            JournalError: when a record could not be written.
            InputError: when a source of problems cannot be read.
        """
        async with AsyncExitStack() as stack:
            transports = self._open_transports(stack)
            dispatcher = Dispatcher(self._desk, self._lanes, transports, self._stop)
            counting = asyncio.create_task(self._count(dispatcher))
            batches = [asyncio.create_task(batch.run()) for batch in self._batches]
            beside = [asyncio.create_task(self._report()), counting, *batches]
            stack.push_async_callback(_cancel, beside)
            await dispatcher.run()
            await self._finish_batches(batches)
            if self._stop.level is StopLevel.RUN:
                await counting
            elif counting.done():
                counting.result()
        self._tell()
        return self._outcome()

    def _open_transports(self, stack: AsyncExitStack) -> dict[str, Transport]:
        world, opened = self._desk.world, {}
        for lane in self._lanes:
            transport = world.make_transport(lane.teacher, world.environ, world.clock)
            stack.push_async_callback(transport.close)
            opened[lane.teacher.alias] = transport
        return opened

    async def _count(self, dispatcher: Dispatcher) -> None:
        """Count once something is on the wire: after a restart the first new request must not wait for it."""
        await dispatcher.has_begun.wait()
        await self._survey.count()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL_S)
            self._tell()

    def _tell(self) -> None:
        batches = [(batch.teacher.alias, batch.outcome) for batch in self._batches]
        lines, faults = count_lanes(self._lanes, batches, self._loop.time())
        counts = [lane.counts for lane in self._lanes]
        outcomes = [batch.outcome for batch in self._batches]
        n_answered = sum(c.n_acknowledged for c in counts) + sum(o.n_answered for o in outcomes)
        n_final = sum(c.finals.total() for c in counts) + sum(n for o in outcomes for _, n in o.finals)
        n_already = sum(c.n_skipped for c in counts) + sum(b.units.n_skipped for b in self._batches)
        self._on_counted(
            Counted(
                n_answered + n_final + n_already,
                sum(self._survey.n_units) if self._survey.is_counted else None,
                sum(c.n_sent for c in counts) + sum(o.n_asked for o in outcomes),
                n_answered,
                sum(c.n_tokens_out for c in counts) + sum(o.n_tokens_out for o in outcomes),
                faults,
                self._desk.budget.money(),
                lines,
            )
        )

    async def _finish_batches(self, batches: Sequence[asyncio.Future[None]]) -> None:
        """Wait for the batch teachers, unless told to stop at once."""
        abandoned: asyncio.Future[None] = self._loop.create_future()

        def note(level: StopLevel) -> None:
            if level is StopLevel.AT_ONCE:
                self._loop.call_soon_threadsafe(_give_up_waiting, abandoned)

        unsubscribe = self._stop.subscribe(note)
        note(self._stop.level)
        pending = {abandoned, *batches}
        try:
            while not abandoned.done() and len(pending) > 1:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    each.result()
        finally:
            unsubscribe()
            abandoned.cancel()

    def _outcome(self) -> PassOutcome:
        survey, budget = self._survey, self._desk.budget
        numbers = [self._numbers[lane.teacher.alias] for lane in self._lanes]
        unseen = unseen_units(self._lanes, [survey.n_units[number] for number in numbers])
        found: list[LaneOutcome] = [
            lane_outcome(lane, survey, number, rest, budget.money(lane.teacher.alias))
            for lane, number, rest in zip(self._lanes, numbers, unseen, strict=True)
        ]
        for batch in self._batches:
            alias = batch.teacher.alias
            n = survey.n_units[self._numbers[alias]] if survey.is_counted else None
            found.append(batch_outcome(alias, batch.outcome, batch.units, n, budget.money(alias)))
        return PassOutcome(tuple(found), survey.n_complaints, survey.is_counted)


async def _cancel(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _give_up_waiting(abandoned: asyncio.Future[None]) -> None:
    if not abandoned.done():
        abandoned.set_result(None)
