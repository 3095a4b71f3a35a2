"""Decide what leaves next, over all teachers, and when the pass is over.

Everything is driven by events: an outcome, a flush of the journal, a computed wake-up, a wish to stop. Work
on the wire is bounded by each lane's limit, and new work is pulled from its lazy stream only when it can
leave, so memory does not grow with the plan.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence

from curate.errors import JournalError
from curate.stages.engine.attempts import Attempts, Desk
from curate.stages.engine.lane import Job, Lane
from curate.stages.stop import StopLevel, StopSignal
from curate.stages.turns import Turns
from curate.teachers.transport import Transport

CAP = "cap"
_RECHECK_MONEY_S = 1.0
"""A batch thread settles money without waking the loop."""


class Dispatcher:
    """Runs lanes until all are idle, or until it is told to stop. Lives in one event loop."""

    def __init__(
        self, desk: Desk, lanes: Sequence[Lane], transports: Mapping[str, Transport], stop: StopSignal
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._desk = desk
        self._lanes = lanes
        self._stop = stop
        self._attempts = Attempts(desk, transports, self._on_acknowledged)
        self._turns = Turns([lane.teacher.weight for lane in lanes])
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_feeding = True
        self._done: asyncio.Future[None] = self._loop.create_future()
        self.has_begun = asyncio.Event()
        """Set once something was sent, or nothing was left to send."""

    async def run(self) -> None:
        """Send all that may be sent; gives back once nothing is on the wire.

        Raises:
            JournalError: when a record could not be written; nothing more was sent after it.
        """
        unsubscribe = self._stop.subscribe(self._wake_to_stop)
        try:
            self._on_stop(self._stop.level)
            await self._done
        except JournalError:
            self._attempts.is_closed = True
            raise
        finally:
            unsubscribe()
            self.has_begun.set()
            if self._timer is not None:
                self._timer.cancel()
            await self._abandon_tasks()
        self._desk.journal.sync()
        self._attempts.is_closed = True
        self._attempts.settle_durable()

    def stop_feeding(self) -> None:
        """Send nothing more; what is on the wire may arrive."""
        self._is_feeding = False
        self._pump()

    def _pump(self) -> None:
        """Send while anything may leave; then see whether the pass is over, or when to look again."""
        if self._done.done():
            return
        try:
            soonest = self._send_all()
        except Exception as error:  # noqa: BLE001 - whatever breaks here must end the pass, not vanish in a task
            self._done.set_exception(error)
            return
        self._end_hopeless(self._loop.time())
        if self._is_over():
            self._done.set_result(None)
        else:
            self._wake_in(soonest)

    def _send_all(self) -> float:
        """Send all that may leave now; give the seconds until more may."""
        while True:
            now, ready, soonest = self._loop.time(), [], math.inf
            for number, lane in enumerate(self._lanes):
                wait_s = lane.wait_s(now, is_feeding=self._is_feeding)
                if wait_s <= 0:
                    ready.append(number)
                elif wait_s < soonest:
                    soonest = wait_s
            if not ready:
                return min(soonest, self._other_wake(now))
            if not self._send_one(self._lanes[self._turns.choose(ready)], now):
                return 0.0

    def _send_one(self, lane: Lane, now: float) -> bool:
        """Send one lane's next job; False when its turn only skipped answered units."""
        job = lane.take(now)
        if job is None:
            return False
        if self._reserve(lane, job):
            self._attempts.append_sent(lane, job)
            task = self._loop.create_task(self._carry_out(lane, job))
            self._tasks.add(task)
            self.has_begun.set()
            task.add_done_callback(self._tasks.discard)
        return True

    def _reserve(self, lane: Lane, job: Job) -> bool:
        alias = lane.teacher.alias
        if self._desk.budget.reserve(alias, job.worst_usd):
            job.reserved_usd = job.worst_usd
            return True
        lane.put_back(job)
        if job.worst_usd is not None and self._desk.budget.could_fit(alias, job.worst_usd):
            lane.is_short = True
        else:
            lane.end(self._describe_cap(alias, job))
        return False

    def _describe_cap(self, alias: str, job: Job) -> str:
        """Say why nothing more fits: with a cap below one request's worst case nothing was sent at all."""
        room = [
            money.cap_usd - money.spent_usd - money.maybe_billed_usd
            for money in (self._desk.budget.money(), self._desk.budget.money(alias))
            if money.cap_usd is not None
        ]
        return f"{CAP}: the next request may cost {job.worst_usd:.6f} USD, and {min(room):.6f} USD are left"

    async def _carry_out(self, lane: Lane, job: Job) -> None:
        try:
            await self._attempts.carry_out(lane, job)
        except JournalError as error:
            if not self._done.done():
                self._done.set_exception(error)
        self._pump()

    def _other_wake(self, now: float) -> float:
        """Give the seconds until something else than a lane's own wait must be looked at."""
        if any(lane.is_short for lane in self._lanes):
            return _RECHECK_MONEY_S
        return max(0.0, self._gives_up_at() - now)

    def _gives_up_at(self) -> float:
        """Give the time when the last of the lanes that still have work has failed for its `give_up_s`."""
        return max((lane.gives_up_at() for lane in self._lanes if not lane.is_idle), default=math.inf)

    def _end_hopeless(self, now: float) -> None:
        """End the lanes once every one that still has work got nothing but faults for its `give_up_s`."""
        if self._gives_up_at() > now:
            return
        for lane in self._lanes:
            if not lane.is_idle:
                limit = lane.teacher.limits.give_up_s
                lane.end(f"no answer for {limit:g} s ({lane.breaker.describe(now)})")

    def _is_over(self) -> bool:
        if self._is_feeding:
            return all(lane.is_idle for lane in self._lanes)
        return all(lane.n_on_wire == 0 for lane in self._lanes)

    def _wake_in(self, seconds: float) -> None:
        """Look again then; a timer that is due earlier is left as it is."""
        if seconds == math.inf:
            return
        due = self._loop.time() + seconds
        if self._timer is not None:
            if not self._timer.cancelled() and self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._loosen_money()
        self._pump()

    def _on_acknowledged(self) -> None:
        self._attempts.settle_durable()
        if self._loosen_money():
            self._pump()

    def _loosen_money(self) -> bool:
        was_short = False
        for lane in self._lanes:
            was_short |= lane.is_short
            lane.is_short = False
        return was_short

    def _wake_to_stop(self, level: StopLevel) -> None:
        self._loop.call_soon_threadsafe(self._on_stop, level)

    def _on_stop(self, level: StopLevel) -> None:
        if level is StopLevel.AT_ONCE and not self._done.done():
            self._done.set_result(None)
        elif level is StopLevel.DRAIN:
            self.stop_feeding()
        else:
            self._pump()

    async def _abandon_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
