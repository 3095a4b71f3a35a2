"""One fork server as the caller sees it: started, asked, read, and killed when it is silent too long.

The process is exec'd with an environment that holds no key and with no descriptor but its two pipes.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from curate.sandbox.inside.child import HEADER_BYTES
from curate.sandbox.judging import RunContext, RunReport, judge_run
from curate.sandbox.refusals import one_line
from curate.sandbox.result import ExecLimits, ProgramResult
from curate.sandbox.roots import Roots
from curate.sandbox.scan import Kind

START_DEADLINE_S = 60.0
FLOOD_BYTES = 1 << 20
_GRACE_S = 2.0
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "LC_CTYPE": "C.UTF-8",
}
_PROJECT = str(Path(__file__).resolve().parents[2])
# An interpreter that lacks a piece (ctypes, a shared library) says so in the manner of a failed start.
_BOOT = """
import sys
sys.path.insert(0, sys.argv.pop())
try:
    from curate.sandbox.inside.zygote import main
except Exception as error:
    import json, os
    said = {"failed": "import", "error": f"{type(error).__name__}: {error}"}
    os.write(1, json.dumps(said).encode() + b"\\n")
    sys.exit(1)
main()
"""


@dataclass(slots=True)
class _Run:
    number: int
    source: str
    nonce: str
    deadline: float


class ForkServer:
    """A fork server of one kind under one backend; runs one program at a time."""

    def __init__(self, backend: str, kind: Kind, roots: Roots, limits: ExecLimits, identity: int) -> None:
        self.backend, self.kind, self.identity, self.limits = backend, kind, identity, limits
        self.landlock_abi = 0
        self.is_ready = False
        self.n_done = 0
        self.run: _Run | None = None
        self._buffer = b""
        self.deadline = time.monotonic() + START_DEADLINE_S
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-S", "-X", "utf8", "-c", _BOOT, _PROJECT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
        setup = {
            "backend": backend, "kind": kind, "readable": roots.readable, "import_path": roots.import_path,
            "seed": self.process.pid,
        }  # fmt: skip
        text = json.dumps(setup).encode("ascii")
        self._write(str(len(text)).encode("ascii").ljust(HEADER_BYTES) + text)

    @property
    def stdout(self) -> IO[bytes]:
        """Give the pipe on which replies come."""
        return cast("IO[bytes]", self.process.stdout)

    @property
    def is_idle(self) -> bool:
        """Say whether it can take a program now."""
        return self.is_ready and self.run is None

    def send(self, number: int, source: str) -> None:
        """Hand it a program; its result is said to be of `number`."""
        nonce = secrets.token_hex(8)
        self.run = _Run(number, source, nonce, time.monotonic() + self.limits.timeout_s + _GRACE_S)
        text = source.encode("utf-8", "surrogatepass")
        header = {
            "n_source": len(text), "nonce": nonce, "timeout_s": self.limits.timeout_s,
            "memory_mb": self.limits.memory_mb, "flood_bytes": FLOOD_BYTES,
        }  # fmt: skip
        self._write(json.dumps(header).encode("ascii").ljust(HEADER_BYTES) + text)

    def read(self) -> ProgramResult | str | None:
        """Take what came: a result, the sentence of a failed start, or None when no line is complete.

        Raises:
            EOFError: when the server is gone.
        """
        part = os.read(self.stdout.fileno(), 1 << 20)
        if not part:
            raise EOFError
        self._buffer += part
        line, newline, rest = self._buffer.partition(b"\n")
        if not newline:
            return None
        message = json.loads(line)
        if self.run is None:
            self._buffer = rest
            return self._started(message)
        sizes: list[int] = message.pop("sizes")
        if len(rest) < sum(sizes):
            return None
        parts = []
        for size in sizes:
            parts.append(rest[:size].decode("utf-8", "replace"))
            rest = rest[size:]
        self._buffer = rest
        context = RunContext(
            nonce=self.run.nonce,
            backend=self.backend,
            landlock_abi=self.landlock_abi,
            flood_bytes=FLOOD_BYTES,
            cpu_limit_s=self.limits.timeout_s + 1,
            server=self.identity,
        )
        self.run = None
        self.n_done += 1
        record, stdout, tail, stderr = parts
        report = RunReport(**message, record=record, stdout=stdout, tail=tail, stderr=stderr)
        return judge_run(report, context)

    def is_silent(self, now: float) -> bool:
        """Say whether it should have answered by now."""
        if self.run is not None:
            return now > self.run.deadline
        return not self.is_ready and now > self.deadline

    def end(self) -> None:
        """Kill it; its namespaces and its child go with it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()

    def _started(self, message: dict[str, object]) -> str | None:
        if "failed" in message:
            return f"{message['failed']}: {one_line(str(message['error']))}"
        self.is_ready = True
        self.landlock_abi = int(str(message["landlock_abi"]))
        return None

    def _write(self, data: bytes) -> None:
        stdin = cast("IO[bytes]", self.process.stdin)
        with contextlib.suppress(BrokenPipeError):  # its end is noticed when its output is read
            stdin.write(data)
            stdin.flush()


def _environment() -> dict[str, str]:
    """Give the whole environment of a fork server; the loader's path only where the interpreter needs it."""
    found = os.environ.get("LD_LIBRARY_PATH")
    return {**_ENVIRONMENT, "LD_LIBRARY_PATH": found} if found else dict(_ENVIRONMENT)
