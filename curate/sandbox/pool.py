"""A pool of fork servers: programs in, results out, never more at work than there are workers.

In: numbered programs. Out: numbered results, in the order in which they end. Idle servers take the next
program of their kind from one queue. A server that dies or falls silent costs the program in flight one
try; after two it is a `crash`, which is never counted as a wrong program. A machine without room for more
servers (memory, processes, descriptors) does the work with those it holds. One caller at a time, no threads.
"""

from __future__ import annotations

import os
import selectors
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import cast

from curate.errors import MissingError
from curate.sandbox.refusals import remedy_for
from curate.sandbox.result import ExecLimits, ProgramResult
from curate.sandbox.roots import Roots, find_roots
from curate.sandbox.scan import Kind, choose_kind
from curate.sandbox.server import ForkServer

MAX_SOURCE_CHARS = 1_000_000
RECYCLE_AFTER = 10_000
_MAX_TRIES = 2
_MAX_STARTS = 5
_POLL_S = 0.05
_PAUSE_S = 0.1


@dataclass(slots=True)
class _Job:
    number: int
    source: str
    kind: Kind
    not_on: int
    n_tries: int = 0


class SandboxPool:
    """Runs programs under one backend; a context manager that leaves no process behind."""

    def __init__(
        self,
        n_workers: int | None = None,
        limits: ExecLimits | None = None,
        backend: str | None = None,
        roots: Roots | None = None,
    ) -> None:
        from curate.sandbox.backends import choose_backend

        self.limits = limits or ExecLimits()
        self.backend = choose_backend(backend)
        self._n_workers = max(1, n_workers or len(os.sched_getaffinity(0)))
        self._roots = roots or find_roots()
        self._servers: list[ForkServer] = []
        self._waiting: deque[_Job] = deque()
        self._running: dict[int, _Job] = {}
        self._done: list[tuple[int, ProgramResult]] = []
        self._selector = selectors.DefaultSelector()
        self._n_started = 0
        self._n_failed_starts: Counter[Kind] = Counter()
        self._start_error = ""

    def __enter__(self) -> SandboxPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def n_open(self) -> int:
        """Count the programs that have no result yet."""
        return len(self._waiting) + len(self._running) + len(self._done)

    @property
    def worker_ids(self) -> tuple[int, ...]:
        """Give the process ids of the living fork servers."""
        return tuple(server.process.pid for server in self._servers)

    def submit(self, number: int, source: str, *, not_on: int = 0) -> None:
        """Queue a program; not on the server `not_on`, as a result's `server` named it."""
        if len(source) > MAX_SOURCE_CHARS:
            message = f"The program has {len(source):,} characters; the limit is {MAX_SOURCE_CHARS:,}."
            self._done.append((number, ProgramResult("error", error=message, backend=self.backend)))
            return
        self._waiting.append(_Job(number, source, choose_kind(source), not_on))

    def poll(self, *, wait: bool = True) -> list[tuple[int, ProgramResult]]:
        """Hand out work, with `wait` wait at most 50 ms for results, and give those that came.

        Raises:
            MissingError: when no fork server can be started.
        """
        self._hand_out()
        if not self._done:
            is_waiting = wait and (self._running or self._starting())
            for key, _ in self._selector.select(_POLL_S if is_waiting else 0):
                self._read(cast(ForkServer, key.data))
        self._enforce()
        self._hand_out()
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """End every fork server at once."""
        for server in list(self._servers):
            self._remove(server)
        self._selector.close()

    def _starting(self) -> bool:
        return any(not server.is_ready for server in self._servers)

    def _hand_out(self) -> None:
        passed_over: deque[_Job] = deque()
        while self._waiting and len(self._running) < self._n_workers:
            job = self._waiting.popleft()
            server = self._idle_server(job)
            if server is None:
                passed_over.append(job)
                self._start_for(job, len(passed_over))
                if len(passed_over) >= 2 * self._n_workers:
                    break
                continue
            job.n_tries += 1
            self._running[job.number] = job
            server.send(job.number, job.source)
        self._waiting.extendleft(reversed(passed_over))

    def _idle_server(self, job: _Job) -> ForkServer | None:
        for server in self._servers:
            if server.is_idle and server.kind == job.kind and server.identity != job.not_on:
                return server
        return None

    def _start_for(self, job: _Job, n_passed: int) -> None:
        """Start a server for a job unless enough that could take it are there or starting."""
        of_kind = [one for one in self._servers if one.kind == job.kind and one.identity != job.not_on]
        n_starting = sum(not one.is_ready for one in of_kind)
        if n_starting >= n_passed or len(of_kind) >= self._n_workers:
            return
        if self._n_failed_starts[job.kind] >= _MAX_TRIES and not self._make_room():
            return
        self._n_started += 1
        try:
            server = ForkServer(self.backend, job.kind, self._roots, self.limits, self._n_started)
        except OSError as error:  # no room for one more process, pipe or page
            self._note_failed_start(job.kind, str(error))
            return
        self._servers.append(server)
        self._selector.register(server.stdout, selectors.EVENT_READ, server)

    def _note_failed_start(self, kind: Kind, message: str) -> None:
        self._n_failed_starts[kind] += 1
        self._start_error = message

    def _make_room(self) -> bool:
        """After failed starts wait for what runs, then end an idle server; with none left, give up.

        Raises:
            MissingError: when not even one server can be held.
        """
        if self._running or self._starting():
            return False
        if self._servers:
            self._remove(self._servers[0])
        elif sum(self._n_failed_starts.values()) >= _MAX_STARTS:
            raise MissingError(
                f"No worker of the program sandbox could be started ({self.backend}): {self._start_error}",
                remedy_for(self._start_error),
            )
        time.sleep(_PAUSE_S)  # the processes behind a server that was just ended take a moment to go
        return True

    def _read(self, server: ForkServer) -> None:
        run = server.run
        try:
            reply = server.read()
        except (EOFError, ValueError, TypeError):
            self._lose(server, "The fork server ended.")
            return
        if isinstance(reply, str):
            self._lose(server, reply)
        elif reply is not None and run is not None:
            del self._running[run.number]
            self._done.append((run.number, reply))
            if server.n_done >= RECYCLE_AFTER:
                self._remove(server)
        elif server.is_ready:
            self._n_failed_starts[server.kind] = 0

    def _enforce(self) -> None:
        now = time.monotonic()
        for server in [one for one in self._servers if one.is_silent(now)]:
            self._lose(server, "The fork server did not answer.")

    def _lose(self, server: ForkServer, message: str) -> None:
        """Give a lost server's program one more try; a server that never started is not tried for ever."""
        run = server.run
        self._remove(server)
        if run is None:
            self._note_failed_start(server.kind, message)
            return
        job = self._running.pop(run.number)
        if job.n_tries < _MAX_TRIES:
            self._waiting.appendleft(job)
        else:
            self._done.append((job.number, ProgramResult("crash", error=message, backend=self.backend)))

    def _remove(self, server: ForkServer) -> None:
        self._servers.remove(server)
        self._selector.unregister(server.stdout)
        server.end()
