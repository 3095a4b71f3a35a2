"""One batch teacher's thread: it waits for hours, beside the event loop of those that are asked one by one.

A daemon thread, so that it falls with the process after a second Ctrl-C; what it has submitted stands in the
journal and is collected by a later run.
"""

from __future__ import annotations

import asyncio
import threading

from curate.stages.engine.attempts import Desk
from curate.stages.engine.known import FreshUnits
from curate.stages.stop import StopSignal
from curate.stages.units import BatchOutcome, BatchWork
from curate.store import Store
from curate.types import Teacher


class BatchLane:
    """A batch teacher, its stream of units and its last word."""

    def __init__(
        self, store: Store, desk: Desk, teacher: Teacher, units: FreshUnits, stop: StopSignal
    ) -> None:
        self.teacher = teacher
        self.units = units
        self.outcome = BatchOutcome()
        self._work = BatchWork(
            store,
            teacher,
            units,
            desk.journal,
            desk.lineage.append_lineage,
            desk.run_id,
            desk.budget,
            stop,
            desk.world.environ,
            self._note,
        )

    async def run(self) -> None:
        """Run the batches to their end and keep what became of them.

        Raises:
            JournalError, TracemillError: whatever ended the thread.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        failures: list[BaseException] = []

        def work() -> None:
            from curate.stages.batching import generate_batches

            try:
                self.outcome = generate_batches(self._work)
            except BaseException as error:  # noqa: BLE001 - the border of the thread: raised again below
                failures.append(error)
            loop.call_soon_threadsafe(_finish, done)

        threading.Thread(target=work, name=f"batch-{self.teacher.alias}", daemon=True).start()
        await done
        if failures:
            raise failures[0]

    def _note(self, outcome: BatchOutcome) -> None:
        self.outcome = outcome


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
