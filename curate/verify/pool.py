"""Persistent worker processes with a deadline, a memory bound and no way to hang the caller.

In: numbered tasks. Out: numbered replies, in the order in which they end. Each worker is an exec'd
interpreter in its own session, fed one batch at a time and killed by process id when a task outlives its
deadline, its memory or its silence; the rest of its batch goes to the next worker and the lost task is
tried at most once more. No threads, no alarms, no fork. One caller at a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, cast

from curate.verify.processes import cpu_seconds, resident_bytes
from curate.verify.task import Fate, Reply, Task

CPU_S = {"compare": 2.0, "solve": 2.0}
DEADLINE_S = {"compare": 5.0, "solve": 5.0}
"""Wall time; CPU time decides first, so that a busy machine gives the verdicts of an idle one."""
START_DEADLINE_S = 60.0
MEMORY_BYTES = {"compare": 512 << 20, "solve": 1 << 30}
ADDRESS_BYTES = 2 * 1024 * 1024 * 1024
BATCH = 64
RECYCLE_AFTER = 5_000
_BATCH_CHARS = 60_000
_POLL_S = 0.05
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "TMPDIR", "PYTHONHOME", "LD_LIBRARY_PATH")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def default_workers() -> int:
    """Give the number of cores that this process may use."""
    return max(1, len(os.sched_getaffinity(0)))


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What one task may take."""

    cpu_s: dict[str, float] = field(default_factory=lambda: dict(CPU_S))
    deadline_s: dict[str, float] = field(default_factory=lambda: dict(DEADLINE_S))
    memory_bytes: dict[str, int] = field(default_factory=lambda: dict(MEMORY_BYTES))
    max_tries: int = 2


@dataclass(slots=True)
class _Job:
    number: int
    task: Task
    n_tries: int = 0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    batch: deque[_Job] = field(default_factory=deque)
    is_ready: bool = False
    since: float = 0.0
    cpu_since_s: float | None = None
    """CPU time when the current task was first seen at work; None until then."""
    n_done: int = 0
    buffer: bytes = b""

    @property
    def stdout(self) -> IO[bytes]:
        return cast("IO[bytes]", self.process.stdout)

    @property
    def stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self.process.stdin)


class WorkerPool:
    """Runs tasks in other processes; a context manager that leaves none behind."""

    def __init__(
        self,
        n_workers: int,
        limits: PoolLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
        command: tuple[str, ...] = ("-m", "curate.verify.worker"),
    ) -> None:
        self._n_workers = max(1, n_workers)
        self._limits = limits or PoolLimits()
        self._clock = clock
        self._command = command
        self._workers: list[_Worker] = []
        self._waiting: deque[_Job] = deque()
        self._replies: list[tuple[int, Reply]] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def n_open(self) -> int:
        """Count the tasks that have no reply yet."""
        return len(self._waiting) + sum(len(worker.batch) for worker in self._workers)

    @property
    def worker_ids(self) -> tuple[int, ...]:
        """Give the process ids of the living workers."""
        return tuple(worker.process.pid for worker in self._workers)

    def submit(self, number: int, task: Task) -> None:
        """Queue a task; `number` comes back with its reply."""
        self._waiting.append(_Job(number, task))

    def poll(self, *, wait: bool = True) -> list[tuple[int, Reply]]:
        """Hand out work, with `wait` wait at most 50 ms for replies, and give those that came."""
        self._hand_out()
        for key, _ in self._selector.select(_POLL_S if wait and self.n_open else 0):
            self._read(cast(_Worker, key.data))
        self._enforce()
        self._hand_out()
        replies, self._replies = self._replies, []
        return replies

    def close(self) -> None:
        """End every worker at once."""
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()

    def _hand_out(self) -> None:
        if not self._waiting:
            return
        wanted = min(self._n_workers, len(self._workers) + (len(self._waiting) + BATCH - 1) // BATCH)
        while len(self._workers) < max(1, wanted):
            self._start()
        for worker in list(self._workers):
            if self._waiting and worker.is_ready and not worker.batch:
                self._feed(worker)

    def _start(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-P", *self._command, str(ADDRESS_BYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            close_fds=True,
            env=_environment(),
        )
        worker = _Worker(process, since=self._clock())
        os.set_blocking(worker.stdout.fileno(), False)
        self._selector.register(worker.stdout, selectors.EVENT_READ, worker)
        self._workers.append(worker)

    def _feed(self, worker: _Worker) -> None:
        share = max(1, min(BATCH, (len(self._waiting) + self._n_workers - 1) // self._n_workers))
        n_chars = 0
        while self._waiting and len(worker.batch) < share and (n_chars < _BATCH_CHARS or not worker.batch):
            job = self._waiting.popleft()
            n_chars += len(job.task.gold) + len(job.task.text)
            job.n_tries += 1
            worker.batch.append(job)
        line = json.dumps([[job.task.kind, job.task.gold, job.task.text] for job in worker.batch])
        worker.since, worker.cpu_since_s = self._clock(), None
        try:
            worker.stdin.write(line.encode() + b"\n")
            worker.stdin.flush()
        except OSError:
            self._lose(worker, "worker_lost")

    def _read(self, worker: _Worker) -> None:
        try:
            data = os.read(worker.stdout.fileno(), 1 << 20)
        except BlockingIOError:
            return
        if not data:
            self._lose(worker, "worker_lost")
            return
        *lines, worker.buffer = (worker.buffer + data).split(b"\n")
        for line in lines:
            self._take(worker, line)
        if worker.n_done >= RECYCLE_AFTER and not worker.batch:
            self._end(worker)

    def _take(self, worker: _Worker, line: bytes) -> None:
        values = json.loads(line)
        worker.since, worker.cpu_since_s = self._clock(), None
        if values == ["ready"]:
            worker.is_ready = True
            return
        fate, strings, cpu_ms = values
        job = worker.batch.popleft()
        worker.n_done += 1
        if fate == "memory" and job.n_tries < self._limits.max_tries:
            self._waiting.appendleft(job)
            return
        self._replies.append((job.number, Reply(fate, tuple(strings), cpu_ms)))

    def _enforce(self) -> None:
        """Kill workers whose current task is over its deadline or its memory."""
        now = self._clock()
        for worker in list(self._workers):
            if not worker.is_ready:
                if now - worker.since > START_DEADLINE_S:
                    self._lose(worker, "worker_lost")
                continue
            if not worker.batch:
                continue
            fate = self._fate(worker, now)
            if fate is not None:
                self._lose(worker, fate)

    def _fate(self, worker: _Worker, now: float) -> Fate | None:
        """Say what a worker at work is killed for, None while it is within its limits."""
        kind, limits, pid = worker.batch[0].task.kind, self._limits, worker.process.pid
        cpu_s = cpu_seconds(pid)
        if worker.cpu_since_s is None:
            worker.cpu_since_s = cpu_s
        if now - worker.since > limits.deadline_s[kind] or cpu_s - worker.cpu_since_s > limits.cpu_s[kind]:
            return "timeout"
        return "memory" if resident_bytes(pid) > limits.memory_bytes[kind] else None

    def _lose(self, worker: _Worker, fate: Fate) -> None:
        """End a worker; its current task is answered or tried again, the rest of its batch waits in front."""
        jobs = list(worker.batch)
        worker.batch.clear()
        spent_ms = _spent_ms(worker)
        self._end(worker)
        if not jobs and not worker.is_ready:
            self._give_up_start()
            return
        for job in reversed(jobs[1:]):
            job.n_tries -= 1
            self._waiting.appendleft(job)
        if not jobs:
            return
        if fate != "timeout" and jobs[0].n_tries < self._limits.max_tries:
            self._waiting.appendleft(jobs[0])
        else:
            self._replies.append((jobs[0].number, Reply(fate, (), spent_ms)))

    def _give_up_start(self) -> None:
        """Answer one task when a worker could not even start, so that a broken machine ends in verdicts."""
        if self._waiting:
            job = self._waiting.popleft()
            self._replies.append((job.number, Reply("worker_lost", ("no worker could be started",))))

    def _end(self, worker: _Worker) -> None:
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        self._selector.unregister(worker.stdout)
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.process.pid, signal.SIGKILL)
        worker.process.wait()
        worker.stdout.close()
        with contextlib.suppress(OSError):
            worker.stdin.close()


def _environment() -> dict[str, str]:
    """Give workers what an interpreter needs, this process's import path, one thread each, and no secret."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)  # noqa: PTH109  sys.path holds strings
    return kept | _ONE_THREAD | {"PYTHONPATH": path}


def _spent_ms(worker: _Worker) -> float:
    if worker.cpu_since_s is None:
        return 0.0
    return 1000 * max(0.0, cpu_seconds(worker.process.pid) - worker.cpu_since_s)
