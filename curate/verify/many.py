"""Verify a stream of traces: fast checks here, slow ones in other processes, results in the traces' order.

In: an iterable, read lazily. Out: an iterator of tuples, one verdict per check, the one that counts first.
Memory is bounded by a window of open traces, not by the stream. Equal work of one call is done once
(samples of one problem repeat their answers and programs). A worker that dies costs one trace.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from curate.types import Verdict
from curate.verify.checks import failed_verdict, plan_checks
from curate.verify.desks import ProgramDesk, SymbolDesk
from curate.verify.item import TraceToVerify
from curate.verify.plans import Outcome, ProgramPlan, SymbolPlan
from curate.verify.pool import WorkerPool
from curate.verify.programs import ProgramSettings

MAX_WINDOW = 2_000
MAX_OPEN = 512
_TAKEN_BETWEEN_LOOKS = 16

PoolMaker = Callable[[int], WorkerPool]


@dataclass(slots=True)
class _Slot:
    """A trace and the verdicts of its checks, None where one is still at work."""

    item: TraceToVerify
    verdicts: list[Verdict | None] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return all(verdict is not None for verdict in self.verdicts)


def verify_trace(item: TraceToVerify, programs: ProgramSettings | None = None) -> tuple[Verdict, ...]:
    """Verify one trace; another process is only started when the fast checks do not settle it."""
    return next(iter(verify_many([item], workers=1, programs=programs)))


def verify_many(
    items: Iterable[TraceToVerify],
    *,
    workers: int,
    programs: ProgramSettings | None = None,
    make_pool: PoolMaker = WorkerPool,
) -> Iterator[tuple[Verdict, ...]]:
    """Verify traces; one tuple of verdicts for each, in order, the verdict that counts first.

    `workers` counts the processes for symbolic checks, and as many run programs. On a machine that cannot
    shut programs in, their verdicts are `undecided` (`sandbox_missing`); nothing is run unprotected.
    """
    settings = programs or ProgramSettings()
    with make_pool(workers) as pool, ProgramDesk(workers, settings) as program_desk:
        stream = _Stream(SymbolDesk(pool), program_desk, settings)
        for number, item in enumerate(items):
            stream.take(item)
            if number % _TAKEN_BETWEEN_LOOKS == 0:
                stream.collect(wait=False)
            yield from stream.finished()
            while stream.is_full:
                stream.collect()
                yield from stream.finished()
        while stream.slots:
            stream.collect()
            yield from stream.finished()


class _Stream:
    """Open traces in order; their plans go to the two desks and come back as verdicts or further plans."""

    def __init__(self, symbols: SymbolDesk, programs: ProgramDesk, settings: ProgramSettings) -> None:
        self.symbols, self.programs, self.settings = symbols, programs, settings
        self.slots: deque[_Slot] = deque()

    @property
    def is_full(self) -> bool:
        """Say whether replies must come before more traces are taken."""
        return max(self.symbols.n_open, self.programs.n_open) >= MAX_OPEN or len(self.slots) >= MAX_WINDOW

    def take(self, item: TraceToVerify) -> None:
        """Decide a trace or hand its work out."""
        slot = _Slot(item)
        self.slots.append(slot)
        try:
            outcomes = plan_checks(item, run_twice=self.settings.run_twice)
        except Exception as error:  # noqa: BLE001  one trace must never end a run of a million
            slot.verdicts = [failed_verdict(item, error)]
            return
        slot.verdicts = [None] * len(outcomes)
        for place, outcome in enumerate(outcomes):
            self._put(slot, place, outcome)

    def collect(self, *, wait: bool = True) -> None:
        """Take the replies that came; with `wait`, wait a little for some."""
        self.programs.collect(wait=wait)
        self.symbols.collect(wait=wait and not self.programs.n_open)

    def finished(self) -> Iterator[tuple[Verdict, ...]]:
        """Give the verdicts of the traces at the front that are done."""
        while self.slots and self.slots[0].is_done:
            yield tuple(verdict for verdict in self.slots.popleft().verdicts if verdict is not None)

    def _put(self, slot: _Slot, place: int, outcome: Outcome) -> None:
        """Store a verdict, or hand a plan to its desk, which calls back with what it led to."""
        if isinstance(outcome, Verdict):
            slot.verdicts[place] = outcome
            return

        def go_on(make_next: Callable[[], Outcome]) -> None:
            try:
                following = make_next()
            except Exception as error:  # noqa: BLE001  see take
                following = failed_verdict(slot.item, error)
            self._put(slot, place, following)

        if isinstance(outcome, SymbolPlan):
            self.symbols.ask(outcome, go_on)
        elif isinstance(outcome, ProgramPlan):
            self.programs.ask(outcome, slot.item, go_on)
