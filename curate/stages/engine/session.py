"""One run from its start record to its stop record: locks, keys, known ids, journal, money, its passes.

`open_session` checks everything that can be wrong before anything is sent or written. `Session.ask` runs one
pass and can be called again: rounds and agents ask in several. Also works where an event loop already runs
(a notebook): the pass then gets a thread of its own.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from curate.errors import IncompleteError
from curate.stages.engine.attempts import Desk
from curate.stages.engine.dispatcher import CAP
from curate.stages.engine.known import Known
from curate.stages.engine.lineage import Lineage
from curate.stages.engine.loops import run_in_loop
from curate.stages.engine.onepass import OnePass
from curate.stages.engine.order import RunOrder, check_caps
from curate.stages.engine.outcome import PassOutcome
from curate.stages.engine.progress import Counted, Gauge, GenerationProgress
from curate.stages.engine.world import World
from curate.stages.stop import StopLevel, StopSignal
from curate.stages.units import Work
from curate.store import JournalWriter, Store
from curate.store.records import RunRecord
from curate.teachers.budget import Budget
from curate.teachers.factory import read_key

__all__ = ["OnProgress", "RunOrder", "Session", "open_session"]

OnProgress = Callable[[GenerationProgress], None]


class Session:
    """An open run. Made by `open_session`."""

    def __init__(
        self,
        store: Store,
        order: RunOrder,
        desk: Desk,
        known: Known,
        stop: StopSignal,
        on_progress: OnProgress,
    ) -> None:
        self.store, self.order, self.desk, self.known, self.stop = store, order, desk, known, stop
        self.passes: list[PassOutcome] = []
        self._on_progress = on_progress
        self._gauge = Gauge(time.monotonic())
        self._before = Counted(0, 0, 0, 0, 0, (), desk.budget.money(), ())
        self._last = self._before

    def ask(self, work: Work) -> PassOutcome:
        """Ask everything in `work` that lacks an answer or a final reason; what was asked before is skipped.

        Raises:
            JournalError: when a record could not be written; nothing was sent after it.
            InputError: when a source of problems cannot be read.
        """

        async def run() -> PassOutcome:
            return await OnePass(self.store, self.desk, work, self.known, self.stop, self._tell).run()

        outcome = run_in_loop(run, self.desk.world)
        self.passes.append(outcome)
        self._before = self._last
        return outcome

    @property
    def is_stopped(self) -> bool:
        """Say whether somebody asked to stop."""
        return self.stop.level is not StopLevel.RUN

    def end_event(self) -> RunRecord:
        """Make the record that ends the run as it stands now."""
        lanes = [lane for one in self.passes for lane in one.lanes]
        reasons = sorted({lane.ended_because for lane in lanes if lane.ended_because})
        event: Literal["stop", "cap", "interrupt"] = (
            "cap" if any(reason.startswith(CAP) for reason in reasons) else "stop"
        )
        return RunRecord(
            self.order.run_id,
            "interrupt" if self.is_stopped else event,
            self.desk.world.clock(),
            self.order.command,
            reason="; ".join(reasons)[:500],
        )

    def _tell(self, counted: Counted) -> None:
        """Add what earlier passes asked, and pass a snapshot on; done and total are this pass's own."""
        before = self._before
        self._last = Counted(
            counted.done,
            counted.total,
            before.n_asked + counted.n_asked,
            before.n_answered + counted.n_answered,
            before.n_tokens + counted.n_tokens,
            counted.faults,
            counted.money,
            counted.lanes,
        )
        self._on_progress(self._gauge.read(time.monotonic(), self._last))


@contextmanager
def open_session(
    store: Store, order: RunOrder, *, world: World, stop: StopSignal, on_progress: OnProgress
) -> Iterator[Session]:
    """Start a run: check caps and keys, lock the teachers, read what is answered, open the journal.

    Raises:
        ConfigError: when a cap is set for a teacher without price or max_tokens.
        MissingError: when a key's variable is not set.
        StoreBusyError: when another run asks one of the teachers for this store.
        JournalError: when the disk refuses.
    """
    check_caps(order)
    for teacher in order.teachers:
        read_key(teacher, world.environ)
    with ExitStack() as stack:
        for teacher_id in sorted({teacher.teacher_id for teacher in order.teachers}):
            stack.enter_context(store.lock_teacher(teacher_id))
        known = Known.of_store(store)
        journal = stack.enter_context(store.write_journal(order.run_id))
        journal.append(_start_record(order, world.clock()))
        desk = _make_desk(order, journal, world)
        session = Session(store, order, desk, known, stop, on_progress)
        try:
            yield session
        except IncompleteError:
            raise  # the journal refuses records: there is no place for a last one
        except Exception as error:
            what = f"{type(error).__name__}: {error}"[:500]
            journal.append(RunRecord(order.run_id, "stop", world.clock(), order.command, reason=what))
            raise
        journal.append(session.end_event())


def _make_desk(order: RunOrder, journal: JournalWriter, world: World) -> Desk:
    budget = Budget(order.max_usd, order.max_usd_per_teacher)
    return Desk(order.run_id, journal, Lineage(journal), budget, world)


def _start_record(order: RunOrder, at: float) -> RunRecord:
    versions = {"python": platform.python_version()}
    for package in ("tracemill", "aiohttp", "openai"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return RunRecord(
        order.run_id, "start", at, order.command, order.config_hash, versions, max_usd=order.max_usd
    )
