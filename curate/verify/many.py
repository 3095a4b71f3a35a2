"""Verify a stream of traces: fast checks here, slow ones in workers, results in the order of the traces.

In: an iterable, read lazily. Out: an iterator. Memory is bounded by a window of open traces, not by the
stream. Equal work of one call is done once (samples of one problem repeat their answers). A worker that
dies costs one trace.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from curate.types import Verdict
from curate.verify.checks import Plan, TraceToVerify, failed_verdict, plan_check
from curate.verify.pool import WorkerPool
from curate.verify.task import Reply

MAX_WINDOW = 2_000
MAX_OPEN = 512
CACHE_SIZE = 50_000

PoolMaker = Callable[[int], WorkerPool]


@dataclass(slots=True)
class _Slot:
    item: TraceToVerify
    verdict: Verdict | None = None


def verify_trace(item: TraceToVerify) -> tuple[Verdict, ...]:
    """Verify one trace; a worker is only started when the fast checks do not settle it."""
    return next(iter(verify_many([item], workers=1)))


def verify_many(
    items: Iterable[TraceToVerify], *, workers: int, make_pool: PoolMaker = WorkerPool
) -> Iterator[tuple[Verdict, ...]]:
    """Verify traces; one tuple of verdicts for each, in order. `workers` counts processes for slow checks."""
    with make_pool(workers) as pool:
        stream = _Stream(pool)
        for item in items:
            stream.take(item)
            yield from stream.finished()
            while stream.is_full:
                stream.collect()
                yield from stream.finished()
        while stream.slots:
            stream.collect()
            yield from stream.finished()


class _Stream:
    """Open traces in order, the tasks they wait for, and the replies seen so far."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self.slots: deque[_Slot] = deque()
        self.cache: OrderedDict[tuple[str, ...], Reply] = OrderedDict()
        self.asked: dict[tuple[str, ...], int] = {}
        self.waiting: dict[int, tuple[tuple[str, ...], list[tuple[_Slot, Plan]]]] = {}
        self.n_asked = 0

    @property
    def is_full(self) -> bool:
        """Say whether replies must come before more traces are taken."""
        return self.pool.n_open >= MAX_OPEN or len(self.slots) >= MAX_WINDOW

    def take(self, item: TraceToVerify) -> None:
        """Decide a trace or hand its work out."""
        slot = _Slot(item)
        self.slots.append(slot)
        try:
            planned = plan_check(item)
        except Exception as error:  # noqa: BLE001  one trace must never end a run of a million
            slot.verdict = failed_verdict(item, error)
            return
        if isinstance(planned, Verdict):
            slot.verdict = planned
            return
        reply = self.cache.get(planned.key)
        if reply is not None:
            self._finish(slot, planned, reply)
            return
        number = self.asked.get(planned.key)
        if number is None:
            number = self.n_asked
            self.n_asked += 1
            self.asked[planned.key] = number
            self.waiting[number] = (planned.key, [])
            self.pool.submit(number, planned.task)
        self.waiting[number][1].append((slot, planned))

    def collect(self) -> None:
        """Wait a little for replies and write their verdicts."""
        for number, reply in self.pool.poll():
            key, waiting = self.waiting.pop(number)
            del self.asked[key]
            self.cache[key] = reply
            if len(self.cache) > CACHE_SIZE:
                self.cache.popitem(last=False)
            for slot, plan in waiting:
                self._finish(slot, plan, reply)

    def finished(self) -> Iterator[tuple[Verdict, ...]]:
        """Give the verdicts of the traces at the front that are done."""
        while self.slots and self.slots[0].verdict is not None:
            verdict = self.slots.popleft().verdict
            assert verdict is not None
            yield (verdict,)

    def _finish(self, slot: _Slot, plan: Plan, reply: Reply) -> None:
        try:
            slot.verdict = plan.finish(reply)
        except Exception as error:  # noqa: BLE001  see take
            slot.verdict = failed_verdict(slot.item, error)
