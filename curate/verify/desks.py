"""The two places where plans wait: symbolic workers and the program sandbox; equal work is done once.

A desk takes a plan with a callback and calls it when the reply is there, at once when it is remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Generic, TypeVar

from curate.errors import MissingError
from curate.sandbox import ProgramResult, SandboxPool
from curate.verify.checks import without_sandbox
from curate.verify.item import TraceToVerify
from curate.verify.plans import Outcome, ProgramPlan, SymbolPlan
from curate.verify.pool import WorkerPool
from curate.verify.programs import ProgramSettings
from curate.verify.task import Reply

CACHE_SIZE = 50_000
_KEPT_OUTPUT = 400

Key = tuple[str, ...]
GoOn = Callable[[Callable[[], Outcome]], None]
Found = TypeVar("Found")


class _Memory(Generic[Found]):
    """Replies by key, and who waits for those that are on their way."""

    def __init__(self) -> None:
        self.known: OrderedDict[Key, Found] = OrderedDict()
        self.waiting: dict[Key, list[Callable[[Found], None]]] = {}
        self.keys: dict[int, Key] = {}
        self.n_asked = 0

    def ask(self, key: Key, then: Callable[[Found], None]) -> int | None:
        """Call back at once or later; gives a number when the work must be handed out now."""
        found = self.known.get(key)
        if found is not None:
            then(found)
            return None
        waiting = self.waiting.get(key)
        if waiting is not None:
            waiting.append(then)
            return None
        self.waiting[key] = [then]
        number = self.n_asked
        self.n_asked += 1
        self.keys[number] = key
        return number

    def answer(self, number: int, found: Found) -> None:
        """Remember a reply and call everybody who waits for it."""
        key = self.keys.pop(number)
        self.known[key] = found
        if len(self.known) > CACHE_SIZE:
            self.known.popitem(last=False)
        for then in self.waiting.pop(key):
            then(found)


class SymbolDesk:
    """Symbolic comparisons and equation systems."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._memory: _Memory[Reply] = _Memory()

    @property
    def n_open(self) -> int:
        """Count the tasks without a reply."""
        return self._pool.n_open

    def ask(self, plan: SymbolPlan, go_on: GoOn) -> None:
        """Hand a plan's task out, unless its reply is known or on its way."""
        number = self._memory.ask(plan.key, lambda reply: go_on(partial(plan.finish, reply)))
        if number is not None:
            self._pool.submit(number, plan.task)

    def collect(self, *, wait: bool) -> None:
        """Take the replies that came."""
        if self._pool.n_open:
            for number, reply in self._pool.poll(wait=wait):
                self._memory.answer(number, reply)


class ProgramDesk:
    """Programs; the pool is made for the first one, so that traces without any cost nothing."""

    def __init__(
        self, n_workers: int, settings: ProgramSettings, make_pool: type[SandboxPool] = SandboxPool
    ) -> None:
        self._n_workers, self._settings, self._make_pool = n_workers, settings, make_pool
        self._pool: SandboxPool | None = None
        self._memory: _Memory[ProgramResult | None] = _Memory()
        self.missing = ""

    def __enter__(self) -> ProgramDesk:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.close()

    @property
    def n_open(self) -> int:
        """Count the programs without a result."""
        return self._pool.n_open if self._pool is not None else 0

    def ask(self, plan: ProgramPlan, item: TraceToVerify, go_on: GoOn) -> None:
        """Hand a program out, unless its result is known or on its way, or nothing can shut it in."""
        pool = self._ready_pool()
        if pool is None:
            go_on(partial(self._finish, plan, item, None))
            return
        number = self._memory.ask(plan.key, lambda result: go_on(partial(self._finish, plan, item, result)))
        if number is not None:
            pool.submit(number, plan.run.source, not_on=plan.run.not_on)

    def collect(self, *, wait: bool) -> None:
        """Take the results that came."""
        if self._pool is None or not self._pool.n_open:
            return
        try:
            done = self._pool.poll(wait=wait)
        except MissingError as error:  # no room for even one worker: what waits for it is left open
            self._pool.close()
            self._pool, self.missing = None, _sentence(error)
            for number in list(self._memory.keys):
                self._memory.answer(number, None)
            return
        for number, result in done:
            self._memory.answer(number, replace(result, stdout=result.stdout[-_KEPT_OUTPUT:], stderr=""))

    def _finish(self, plan: ProgramPlan, item: TraceToVerify, result: ProgramResult | None) -> Outcome:
        return without_sandbox(item, "program", self.missing) if result is None else plan.finish(result)

    def _ready_pool(self) -> SandboxPool | None:
        if self._pool is None and not self.missing:
            try:
                self._pool = self._make_pool(self._n_workers, self._settings.limits, self._settings.backend)
            except MissingError as error:
                self.missing = _sentence(error)
        return self._pool


def _sentence(error: MissingError) -> str:
    return f"{error.message} Remedy: {error.hint}."
