"""Run attacks one after another, each followed by a program that must not notice, and say what went wrong.

In: attacks and a way to run programs. Out: an Outcome for each attack; without faults it was stopped.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import get_args

from attack_files import Attack
from attack_world import World

from curate.sandbox import ExecLimits, ProgramResult, SandboxPool
from curate.sandbox.result import Status
from curate.sandbox.scan import choose_kind

LIMITS = ExecLimits(timeout_s=0.5, memory_mb=256)
_ALLOWED_DELAY_S = 2.0
_N_MORE_TRIES = 3
_FULL_MARK = "  # for a worker with sympy"
_MAX_FIELD = 70_000
_MAX_ERROR = 2_200
_MAX_ANSWER = 4_096


@dataclass(frozen=True)
class Outcome:
    """What became of one attack; `faults` is empty when it was stopped."""

    name: str
    faults: tuple[str, ...]
    status: str
    answer: str
    error: str
    seconds: float


class AttackRun:
    """One pool and one world for many attacks."""

    def __init__(self, pool: SandboxPool, world: World) -> None:
        self.pool, self.world = pool, world
        self._n_sent = 0

    def run_all(self, attacks: Iterable[Attack], say: Callable[[Outcome], None]) -> None:
        """Warm both kinds of worker, then run every attack."""
        for mark in ("", _FULL_MARK):
            self._run("ans = 1" + mark)
        for attack in attacks:
            say(self.run(attack))

    def run(self, attack: Attack) -> Outcome:
        """Run an attack and the program after it, then look around."""
        servers = set(self.pool.worker_ids)
        source = self.world.fill(attack.source)
        result, waited_s = self._run(source)
        for _ in range(_N_MORE_TRIES):  # late on a loaded machine is not yet stopped, nor let through
            if attack.statuses and result.status == "timeout" and "timeout" not in attack.statuses:
                result, waited_s = self._run(source)
        faults = _look_at(result, attack, self.world.canaries)
        if waited_s > LIMITS.timeout_s + _ALLOWED_DELAY_S:
            faults.append(f"it held the pool for {waited_s:.1f} s")
        faults += self._try_next(attack, source)
        if servers - set(self.pool.worker_ids):
            faults.append("it ended a fork server")
        faults += self.world.faults()
        faults += _survivors(set(self.pool.worker_ids), self.pool.backend)
        return Outcome(
            attack.name, tuple(faults), result.status, result.answer[:200], result.error[:200], waited_s
        )

    def _try_next(self, attack: Attack, source: str) -> list[str]:
        """Run the next program on the server that ran the attack."""
        following = self.world.fill(attack.next_source)
        if choose_kind(source) == "full" and choose_kind(following) == "core":
            following += _FULL_MARK
        result, _ = self._run(following)
        for _ in range(_N_MORE_TRIES):  # a poisoned server stays wrong
            if result.status == "timeout":
                result, _ = self._run(following)
        expected = replace(attack, statuses=frozenset({"ok"}), answer=attack.next_answer)
        return [f"next program: {fault}" for fault in _look_at(result, expected, self.world.canaries)]

    def _run(self, source: str) -> tuple[ProgramResult, float]:
        self._n_sent += 1
        started = time.monotonic()
        self.pool.submit(self._n_sent, source)
        done: list[tuple[int, ProgramResult]] = []
        while not done:
            done = self.pool.poll()
        assert [number for number, _ in done] == [self._n_sent]
        return done[0][1], time.monotonic() - started


def _look_at(result: ProgramResult, attack: Attack, canaries: list[str]) -> list[str]:
    """Judge one record: its shape, its status and what it must not hold."""
    faults = list(_shape_faults(result))
    if result.status == "crash":
        faults.append(f"crash: {result.error[:200]}")
    if attack.statuses and result.status not in attack.statuses:
        faults.append(f"status {result.status} ({result.error[:100]} {result.answer[:100]})")
    if attack.answer and result.status == "ok" and result.answer != attack.answer:
        faults.append(f"the answer is {result.answer[:100]!r} instead of {attack.answer}")
    said = [result.answer, *result.stdout.splitlines(), *result.stderr.splitlines()]
    said += [other.answer for other in result.conflicts]
    faults += [f"it says {line[:300]}" for line in said if line.startswith("PWNED")][:1]
    if any(canary in repr(asdict(result)) for canary in canaries):
        faults.append("a canary is in the record")
    return faults


def _shape_faults(result: ProgramResult) -> Iterable[str]:
    """A record is bounded text that any file and any terminal can take."""
    if result.status not in get_args(Status):
        yield f"no such status: {result.status!r}"
    if (result.status == "ok") != bool(result.answer) or bool(result.answer) != bool(result.answer_from):
        yield "an answer without `ok`, or the other way round"
    bounds = (("answer", _MAX_ANSWER), ("stdout", _MAX_FIELD), ("stderr", _MAX_FIELD), ("error", _MAX_ERROR))
    for name, bound in bounds:
        text = getattr(result, name)
        if not isinstance(text, str) or len(text) > bound:
            yield f"{name} is out of bounds"
        elif any("\ud800" <= character <= "\udfff" for character in text):
            yield f"{name} is no text for a file"
    if any(
        (character < " " and character not in "\n\t") or character in "\x7f\x9b\u202e"
        for character in result.error
    ):
        yield "the error could drive a terminal"
    if not 0 <= result.seconds < LIMITS.timeout_s + _ALLOWED_DELAY_S:
        yield f"seconds is {result.seconds}"


def _survivors(servers: set[int], backend: str) -> list[str]:
    """Find processes that are neither a fork server nor the process 1 behind one; the dying get a moment."""
    deadline = time.monotonic() + 1.0
    while True:
        left = _unexpected(servers, backend)
        if not left or time.monotonic() > deadline:
            return [f"a process survived: {' '.join(left)}"] if left else []


def _unexpected(servers: set[int], backend: str) -> list[str]:
    parents = process_parents()
    ours, seen = {os.getpid()}, 0
    while len(ours) != seen:
        seen = len(ours)
        ours |= {pid for pid, parent in parents.items() if parent in ours}
    behind: set[int] = set()
    if backend == "namespaces":
        for server in servers:
            behind |= set(sorted(pid for pid, parent in parents.items() if parent == server)[:1])
    return [str(pid) for pid in sorted(ours - servers - behind - {os.getpid()})]


def process_parents() -> dict[int, int]:
    """Give the parent of every living process of this machine."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state not in "ZX":
                parents[int(folder.name)] = int(parent)
    return parents
