"""The child that runs one program: closes itself in, runs it, writes one record, and is gone.

Between the fork and the program's first line it gives up every descriptor but its output and the result
pipe, sets hard limits, and installs the seccomp filter as its last act.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
from dataclasses import dataclass

from curate.sandbox.inside import kernel
from curate.sandbox.inside.runner import run_program
from curate.sandbox.inside.seccomp import ProgramFilter

RESULT_FD = 3
SETUP_FAILED = 97
MAX_RECORD = 64 * 1024
HEADER_BYTES = 512
KEPT_OUTPUT = 64 * 1024
_MAX_FILES = 64
_MAX_THREADS = 256
_RECURSION = 5_000
_STACK_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Hard limits of one child, in bytes and seconds."""

    address_bytes: int
    output_bytes: int
    cpu_s: int
    are_threads_counted: bool


@dataclass(frozen=True, slots=True)
class ChildPipes:
    """The descriptors that become the child's standard streams and its way to answer."""

    stdin: int
    stdout: int
    stderr: int
    result: int


def live_and_die(
    source: bytes, nonce: str, pipes: ChildPipes, limits: ChildLimits, program_filter: ProgramFilter | None
) -> None:
    """Run a program in this process, which never returns from here."""
    exit_now, dumps, write = os._exit, json.dumps, os.write
    try:
        _close_in(pipes, limits, program_filter)
    except BaseException as error:  # noqa: BLE001  without its layers the program must not start
        write(pipes.result, f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace"))
        exit_now(SETUP_FAILED)
    record = run_program(source)
    record["nonce"] = nonce
    try:
        _flush()
    finally:
        write(RESULT_FD, dumps(record).encode()[: MAX_RECORD + 1] + b"\n")
        exit_now(0)


def _close_in(pipes: ChildPipes, limits: ChildLimits, program_filter: ProgramFilter | None) -> None:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    _place(pipes)
    os.closerange(RESULT_FD + 1, 1 << 20)
    _limit(limits)
    sys.setrecursionlimit(_RECURSION)
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if program_filter is not None:
        program_filter.install(os.getpid())


def _place(pipes: ChildPipes) -> None:
    """Put the four descriptors in their places; sources lie above them, so none is overwritten."""
    for place, source in enumerate((pipes.stdin, pipes.stdout, pipes.stderr, pipes.result)):
        os.dup2(source, place)


def _limit(limits: ChildLimits) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a flood must look like one, not like a crash
    pairs = [
        (resource.RLIMIT_AS, limits.address_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, _MAX_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_STACK, _STACK_BYTES),
    ]
    if limits.are_threads_counted:
        pairs.append((resource.RLIMIT_NPROC, _MAX_THREADS))
    for name, value in pairs:
        _, hard = resource.getrlimit(name)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (bound, bound))


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
