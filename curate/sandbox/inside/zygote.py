"""The fork server: preloads, locks itself in, then forks one child per program and says how each ended.

Started by `curate.sandbox.server` as a fresh interpreter with an empty environment; never imported by it. One
JSON line in for the set-up and for each program, one JSON line out. It is single-threaded until its last
fork and ends when its input does. It never looks into a record: what a child wrote goes out as it came.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import resource
import select
import signal
import sys
import time
from dataclasses import dataclass
from typing import IO

from curate.sandbox.inside import kernel, namespaces
from curate.sandbox.inside.child import MAX_RECORD, ChildLimits, ChildPipes, live_and_die
from curate.sandbox.inside.helpers import offer_helpers
from curate.sandbox.inside.landlock import landlock_abi, restrict_to
from curate.sandbox.inside.preload import preload
from curate.sandbox.inside.privileges import drop_privileges, unused_id
from curate.sandbox.inside.seccomp import ProgramFilter
from curate.sandbox.inside.syscalls import machine_index

_FIRST_FREE_FD = 10
_KEPT_OUTPUT = 64 * 1024
_KEPT_TAIL = 8 * 1024
_KILL_WAIT_S = 60
_PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the caller asks for: a backend, a kind of preload, and what programs may read."""

    backend: str
    kind: str
    readable: list[str]
    import_path: list[str]
    seed: int


def main() -> None:
    """Serve until the input ends."""
    requests = os.fdopen(_move_up(0), "r", encoding="ascii")
    replies = os.fdopen(_move_up(1), "w", encoding="ascii")
    setup = SetUp(**json.loads(requests.readline()))
    layer = "start"
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        os.close(null)
        user = unused_id(setup.seed)
        layer = "namespaces"
        if setup.backend == "namespaces":
            namespaces.enter_namespaces()
        layer = "preload"
        sys.path[:] = setup.import_path
        preload(setup.kind)
        offer_helpers(setup.kind)
        base_bytes = _address_bytes()
        layer = "lock-in"
        abi, program_filter = _lock_in(setup, user)
    except Exception as error:  # noqa: BLE001  the caller must hear which layer failed
        _send(replies, {"failed": layer, "error": f"{type(error).__name__}: {error}"})
        return
    _look_again()
    _send(replies, {"ready": True, "landlock_abi": abi})
    _Server(requests, replies, base_bytes, program_filter, user if os.getuid() == user else 0).serve()


def _lock_in(setup: SetUp, user: int) -> tuple[int, ProgramFilter | None]:
    machine = machine_index()
    if setup.backend == "unsafe" or machine is None:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        return 0, None
    abi = landlock_abi()
    if setup.backend == "namespaces":
        namespaces.shrink_root(setup.readable)
    elif abi == 0:
        raise OSError("Landlock: this kernel has none, or it is switched off")
    drop_privileges(setup.readable, user)
    if setup.backend == "namespaces":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it
    if abi:
        restrict_to(setup.readable, setup.import_path, abi)
    return abi, ProgramFilter(machine)


class _Server:
    """Runs programs one after another; the descriptors that last are made once."""

    def __init__(
        self,
        requests: IO[str],
        replies: IO[str],
        base_bytes: int,
        program_filter: ProgramFilter | None,
        user: int,
    ) -> None:
        self.requests, self.replies = requests, replies
        self.base_bytes, self.filter, self.user = base_bytes, program_filter, user
        self.stdin = _empty_input()
        self.stdout, self.stderr = (_move_up(os.memfd_create(name)) for name in ("stdout", "stderr"))

    def serve(self) -> None:
        """Answer each request with one line."""
        for line in self.requests:
            _send(self.replies, self.run(json.loads(line)))

    def run(self, request: dict[str, object]) -> dict[str, object]:
        """Fork a child for one program and wait for its end or its deadline."""
        for output in (self.stdout, self.stderr):
            os.ftruncate(output, 0)
            os.lseek(output, 0, os.SEEK_SET)
        timeout_s = float(str(request["timeout_s"]))
        source = str(request["source"]).encode("utf-8", "surrogatepass")
        result_in, result_out = os.pipe2(os.O_CLOEXEC)
        result_in, result_out = _move_up(result_in), _move_up(result_out)
        pipes = ChildPipes(self.stdin, self.stdout, self.stderr, result_out)
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            live_and_die(source, str(request["nonce"]), pipes, self._limits(request, timeout_s), self.filter)
        os.close(result_out)
        try:
            record, is_late = self._await(child, result_in, started + timeout_s)
        finally:
            os.close(result_in)
        _, status, usage = os.wait4(child, 0)
        return self._report(record, is_late, status, usage, time.monotonic() - started)

    def _limits(self, request: dict[str, object], timeout_s: float) -> ChildLimits:
        memory_bytes = int(str(request["memory_mb"])) << 20
        flood_bytes = int(str(request["flood_bytes"]))
        cpu_s = int(timeout_s) + 2
        return ChildLimits(self.base_bytes + memory_bytes, flood_bytes, cpu_s, bool(self.user))

    def _await(self, child: int, result_in: int, deadline: float) -> tuple[bytes, bool]:
        """Collect the record until the child ends; kill it at the deadline or when the caller is gone."""
        process = os.pidfd_open(child)
        caller = self.requests.fileno()
        watch = select.poll()
        watch.register(process, select.POLLIN)
        watch.register(result_in, select.POLLIN)
        watch.register(caller, 0)  # only its end is reported
        os.set_blocking(result_in, False)
        record, is_late = bytearray(), False
        while True:
            left_ms = max(0.0, (deadline - time.monotonic()) * 1000)
            ready = dict(watch.poll(left_ms + 0.5))
            if result_in in ready and not _drain(result_in, record):
                watch.unregister(result_in)
            if process in ready:
                break
            if not ready or len(record) > MAX_RECORD or caller in ready:
                is_late = is_late or not ready
                os.kill(child, signal.SIGKILL)
                watch.unregister(caller)
                deadline = time.monotonic() + _KILL_WAIT_S
        os.close(process)
        _drain(result_in, record)
        return bytes(record), is_late

    def _report(
        self, record: bytes, is_late: bool, status: int, usage: resource.struct_rusage, seconds: float
    ) -> dict[str, object]:
        n_out, n_err = os.fstat(self.stdout).st_size, os.fstat(self.stderr).st_size
        return {
            "exit": os.waitstatus_to_exitcode(status),
            "is_late": is_late,
            "record": record[: MAX_RECORD + 2].decode("utf-8", "replace"),
            "n_stdout": n_out,
            "stdout": _read(self.stdout, 0, _KEPT_OUTPUT),
            "tail": _read(self.stdout, max(0, n_out - _KEPT_TAIL), _KEPT_TAIL)
            if n_out > _KEPT_OUTPUT
            else "",
            "n_stderr": n_err,
            "stderr": _read(self.stderr, 0, _KEPT_OUTPUT),
            "seconds": seconds,
            "cpu_s": usage.ru_utime + usage.ru_stime,
        }


def _look_again() -> None:
    """List the import folders anew, once, so that no child has to: their times changed with the root."""
    importlib.invalidate_caches()
    importlib.util.find_spec("_no_such_module_")


def _drain(pipe: int, into: bytearray) -> bool:
    """Read what is there; False at the end of the pipe."""
    while len(into) <= MAX_RECORD:
        try:
            part = os.read(pipe, MAX_RECORD)
        except BlockingIOError:
            return True
        if not part:
            return False
        into += part
    return True


def _read(file: int, start: int, size: int) -> str:
    return os.pread(file, size, start).decode("utf-8", "replace")


def _empty_input() -> int:
    reading, writing = os.pipe2(os.O_CLOEXEC)
    os.close(writing)
    return _move_up(reading)


def _move_up(fd: int) -> int:
    """Give a copy of a descriptor above those that children use, closing the old one."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD)
    os.close(fd)
    return moved


def _address_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  pathlib would import more
        return int(statm.read().split()[0]) * _PAGE


def _send(replies: IO[str], message: dict[str, object]) -> None:
    replies.write(json.dumps(message) + "\n")
    replies.flush()
