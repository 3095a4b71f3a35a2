"""The fork server: preloads, locks itself in, then forks one child per program and says how each ended.

Started by `curate.sandbox.server` as a fresh interpreter with an empty environment; never imported by it. A
header of fixed size and what it announces in, a header line and what it announces out. It is
single-threaded until its last fork and ends when its input does. It never looks into a record: what a
child wrote goes out as it came.
"""

from __future__ import annotations

import errno
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

from curate.sandbox.inside import kernel, namespaces
from curate.sandbox.inside.child import (
    HEADER_BYTES,
    KEPT_OUTPUT,
    MAX_RECORD,
    ChildLimits,
    ChildPipes,
    live_and_die,
)
from curate.sandbox.inside.helpers import HiddenPackages, offer_helpers
from curate.sandbox.inside.landlock import landlock_abi, restrict_to
from curate.sandbox.inside.preload import preload
from curate.sandbox.inside.privileges import drop_privileges, unused_id
from curate.sandbox.inside.seccomp import ProgramFilter
from curate.sandbox.inside.syscalls import machine_index

_FIRST_FREE_FD = 10
_KEPT_TAIL = 8 * 1024
_FORK_PAUSES_S = (0.01, 0.1, 0.5)
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
    requests, replies = _move_up(0), _move_up(1)
    n_setup = int(_read_exactly(requests, HEADER_BYTES))
    setup = SetUp(**json.loads(_read_exactly(requests, n_setup)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the caller's affair
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
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # a child of the same user must not look into /proc of this one
    if abi:
        restrict_to(setup.readable, setup.import_path, abi)
    sys.meta_path.insert(0, HiddenPackages(setup.readable))
    return abi, ProgramFilter(machine)


class _Server:
    """Runs programs one after another.

    It never holds a program's text, output or record: a child inherits this process's memory and would find
    what earlier programs left there. The child reads its own source from the request, output goes into files
    in memory that are new for each program, and the kernel copies them into the reply.
    """

    def __init__(
        self, requests: int, replies: int, base_bytes: int, program_filter: ProgramFilter | None, user: int
    ) -> None:
        self.requests, self.replies = requests, replies
        self.base_bytes, self.filter, self.user = base_bytes, program_filter, user

    def serve(self) -> None:
        """Answer each request with a header line and the bytes that it announces."""
        while header := _read_exactly(self.requests, HEADER_BYTES):
            self.run(json.loads(header))

    def run(self, request: dict[str, object]) -> None:
        """Fork a child for one program, wait for its end or its deadline, and report."""
        names = ("stdin", "stdout", "stderr", "record")
        files = [_move_up(os.memfd_create(name, os.MFD_CLOEXEC)) for name in names]
        timeout_s = float(str(request["timeout_s"]))
        started = time.monotonic()
        child = _fork()
        if child == 0:
            source = _read_exactly(self.requests, int(str(request["n_source"])))
            limits = self._limits(request, timeout_s)
            live_and_die(source, str(request["nonce"]), ChildPipes(*files), limits, self.filter)
        is_late = self._await(child, started + timeout_s)
        _, status, usage = os.wait4(child, 0)
        self._report(files, is_late, status, usage, time.monotonic() - started)
        for file in files:
            os.close(file)

    def _limits(self, request: dict[str, object], timeout_s: float) -> ChildLimits:
        memory_bytes = int(str(request["memory_mb"])) << 20
        flood_bytes = int(str(request["flood_bytes"]))
        cpu_s = int(timeout_s) + 2
        return ChildLimits(self.base_bytes + memory_bytes, flood_bytes, cpu_s, bool(self.user))

    def _await(self, child: int, deadline: float) -> bool:
        """Wait until the child ends; kill it at the deadline (True then) or when the caller is gone."""
        process = os.pidfd_open(child)
        watch = select.poll()
        watch.register(process, select.POLLIN)
        watch.register(self.requests, 0)  # only its end is reported
        left_ms = max(0.0, (deadline - time.monotonic()) * 1000)
        ready = dict(watch.poll(left_ms + 0.5))
        if process not in ready:
            os.kill(child, signal.SIGKILL)
        os.close(process)
        return not ready

    def _report(
        self, files: list[int], is_late: bool, status: int, usage: resource.struct_rusage, seconds: float
    ) -> None:
        _, stdout, stderr, record = files
        n_out, n_err, n_record = (os.fstat(file).st_size for file in (stdout, stderr, record))
        n_tail = min(_KEPT_TAIL, n_out) if n_out > KEPT_OUTPUT else 0
        parts = [
            (record, 0, min(n_record, MAX_RECORD + 2)),
            (stdout, 0, min(n_out, KEPT_OUTPUT)),
            (stdout, n_out - n_tail, n_tail),
            (stderr, 0, min(n_err, KEPT_OUTPUT)),
        ]
        header = {
            "exit": os.waitstatus_to_exitcode(status),
            "is_late": is_late,
            "n_stdout": n_out,
            "n_stderr": n_err,
            "seconds": seconds,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "sizes": [size for _, _, size in parts],
        }
        _send(self.replies, header)
        for file, start, size in parts:
            _copy(self.replies, file, start, size)


def _fork() -> int:
    """Fork; where the host has no room for one more process, wait a moment for some.

    Raises:
        OSError: when there is still none.
    """
    for pause_s in _FORK_PAUSES_S:
        try:
            return os.fork()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ENOMEM):
                raise
            time.sleep(pause_s)
    return os.fork()


def _read_exactly(pipe: int, size: int) -> bytes:
    """Read so many bytes and not one more; fewer only at the end of the input."""
    held = b""
    while len(held) < size:
        part = os.read(pipe, size - len(held))
        if not part:
            break
        held += part
    return held


def _copy(out: int, file: int, start: int, size: int) -> None:
    """Let the kernel copy a part of a file in memory into the reply."""
    while size > 0:
        sent = os.sendfile(out, file, start, size)
        if sent == 0:
            return
        start, size = start + sent, size - sent


def _look_again() -> None:
    """List the import folders anew, once, so that no child has to: their times changed with the root."""
    importlib.invalidate_caches()
    importlib.util.find_spec("_no_such_module_")


def _move_up(fd: int) -> int:
    """Give a copy of a descriptor above those that children use, closing the old one."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD)
    os.close(fd)
    return moved


def _address_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  pathlib would import more
        return int(statm.read().split()[0]) * _PAGE


def _send(replies: int, message: dict[str, object]) -> None:
    line = json.dumps(message).encode("ascii") + b"\n"
    while line:
        line = line[os.write(replies, line) :]
