"""The self-test of a backend: real programs that must fail, and one that must not.

A planted file, the caller's environment, a socket, a child process, a signal to the caller and too much
memory: a backend that lets one of them through is not used.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curate.sandbox.result import ExecLimits, ProgramResult
from curate.sandbox.roots import find_roots
from curate.sandbox.server import START_DEADLINE_S, ForkServer

_LIMITS = ExecLimits(timeout_s=5.0, memory_mb=256)
_REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the self-test: what was tried, whether it went as it must, and what was seen."""

    name: str
    is_good: bool
    detail: str


@dataclass(frozen=True, slots=True)
class _Probe:
    name: str
    program: str
    must_be: str = ""


def run_self_test(backend: str) -> tuple[Finding, ...]:
    """Start one fork server under a backend and try to get out of it.

    Returns one finding per probe; a single failed finding when the server does not start.
    """
    with _planted() as (planted, word):
        try:
            server = ForkServer(backend, "core", find_roots(), _LIMITS, 0)
        except OSError as error:
            return (Finding("start", False, str(error)),)
        try:
            failure = _await_start(server)
            if failure:
                return (Finding("start", False, failure),)
            return tuple(_try(server, probe, word) for probe in _probes(planted))
        except EOFError:
            return (Finding("start", False, "the fork server ended"),)
        finally:
            server.end()


@contextlib.contextmanager
def _planted() -> Iterator[tuple[str, str]]:
    """Plant a file that anyone may read; gives its path and its word.

    A machine without any writable folder has none to plant in: this source file stands for it then.
    """
    word = secrets.token_hex(12)
    with contextlib.ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.chmod(0o755)
            planted = folder / "planted"
            planted.write_text(word, encoding="ascii")
            planted.chmod(0o644)
        except OSError:
            planted, word = Path(__file__).resolve(), "_planted"
        yield str(planted), word


def _probes(planted: str) -> list[_Probe]:
    caller = os.getpid()
    tried = f"try:\n    ans = {{}}\nexcept BaseException as error:\n    ans = type(error).__name__\n"  # noqa: F541
    return [
        _Probe("read a file", tried.format(f"open({planted!r}).read()")),
        _Probe("read the caller's environment", tried.format(f"open('/proc/{caller}/environ').read() or 1")),
        _Probe("open a socket", tried.format(f"__import__('socket').socket() and {_REACHED!r}")),
        _Probe("start a process", tried.format(f"(__import__('os').fork() or 1) and {_REACHED!r}")),
        _Probe("signal the caller", tried.format(f"__import__('os').kill({caller}, 0) or {_REACHED!r}")),
        _Probe("write a file", tried.format(f"open('/tmp/{secrets.token_hex(8)}', 'w') and {_REACHED!r}")),
        _Probe("take too much memory", tried.format(f"len(bytearray(2 << 30)) and {_REACHED!r}")),
        _Probe("compute 2 + 2", "ans = 2 + 2", must_be="4"),
    ]


def _try(server: ForkServer, probe: _Probe, word: str) -> Finding:
    server.send(0, probe.program)
    result = None
    while result is None:
        result = server.read()
    assert isinstance(result, ProgramResult)
    said = result.answer or result.error or result.status
    if probe.must_be:
        return Finding(probe.name, result.answer == probe.must_be, said)
    if result.status == "ok" and said.endswith("Error") and word not in said:
        return Finding(probe.name, True, f"refused ({said})")
    if result.status in ("error", "memory", "killed"):
        return Finding(probe.name, True, f"refused ({result.status})")
    # What a probe got hold of is not repeated: it may be the caller's environment.
    not_shown = f"the probe ended with `{result.status}`, which shows nothing"
    return Finding(probe.name, False, "it was not refused" if result.status == "ok" else not_shown)


def _await_start(server: ForkServer) -> str:
    """Wait for the first line; gives the sentence of a failed start."""
    started = time.monotonic()
    while time.monotonic() - started < START_DEADLINE_S:
        failure = server.read()
        if isinstance(failure, str):
            return failure
        if server.is_ready:
            return ""
    return "the fork server did not start in time"
