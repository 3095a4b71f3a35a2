"""Start servers and clients as processes and read their figures. Knows no scenario."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generation.peers import question

CONCURRENCY = 256
LATENCY_S = 0.2
IDEAL_PER_S = CONCURRENCY / LATENCY_S
WARM = 8
"""Requests of the run that measures start-up, which is taken off."""


class Server:
    """The mock teacher in a process of its own."""

    def __init__(self, *, has_faults: bool = False) -> None:
        command = [sys.executable, "-m", "benchmarks.generation.mock_server"]
        command += ["--latency-ms", str(LATENCY_S * 1000)] + (["--faults"] if has_faults else [])
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._root = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.url = self._root + "/v1"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def stats(self) -> dict[str, float]:
        figures: dict[str, float] = json.loads(self._call("/stats"))
        return figures

    def tell(self, what: str) -> None:
        """Tell it `quiet`, `loud` or `reset`."""
        self._call(f"/{what}")

    def _call(self, path: str) -> bytes:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self._root + path, data=b"{}"), timeout=30) as answer:
            body: bytes = answer.read()
            return body


@dataclass(frozen=True)
class Figures:
    """One client's run: `window_s` from the first arrival to the last answer, as the server saw it."""

    name: str
    n: int
    rows: int
    wall_s: float
    cpu_s: float
    rss_mb: float
    window_s: float
    billed: int
    billed_again: int
    dropped: int
    arrivals: int
    distinct: int
    exit_code: int
    started_at: float
    first_at: float


def write_problems(path: Path, n: int) -> Path:
    """Write n problems as a JSONL file."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(n):
            row = {"id": str(number), "question": question(number), "answer": str(2 * number)}
            file.write(json.dumps({**row, "gold": row["answer"]}) + "\n")
    return path


def engine_command(store: Path, problems: Path, server: Server, transport: str = "chat") -> list[str]:
    """Give the command of the engine's process."""
    module = [sys.executable, "-m", "benchmarks.generation.engine"]
    return [*module, str(store), str(problems), server.url, str(CONCURRENCY), transport]


def peer_command(name: str, server: Server, n: int, python: str = sys.executable) -> list[str]:
    """Give the command of a peer's process; another Python takes the file, as it lacks this package."""
    start = ["-m", "benchmarks.generation.peers"] if python == sys.executable else [str(_PEERS)]
    return [python, *start, name, server.url, str(n), str(CONCURRENCY)]


_PEERS = Path(__file__).with_name("peers.py")


def measure(name: str, command: list[str], server: Server) -> Figures:
    """Run a client to its end against a server that has forgotten everything."""
    server.tell("reset")
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"{name} gave no figures (exit {done.returncode}):\n{done.stderr[-2000:]}")
    said, stats = json.loads(lines[-1]), server.stats()
    return Figures(
        name,
        int(said["n"] or 0),
        int(said["rows"]),
        said["wall_s"],
        said["cpu_s"],
        said["rss_mb"],
        stats["window_s"],
        int(stats["billed"]),
        int(stats["billed_again"]),
        int(stats["dropped"]),
        int(stats["arrivals"]),
        int(stats["distinct"]),
        done.returncode,
        started,
        stats["first_at"],
    )


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a client that will be killed or stopped."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def wait_for_arrivals(server: Server, n: int, limit_s: float = 60.0) -> None:
    """Wait until the server has seen n requests."""
    deadline = time.monotonic() + limit_s
    while server.stats()["arrivals"] < n:
        if time.monotonic() > deadline:
            raise SystemExit(f"no {n} requests came within {limit_s:g} s")
        time.sleep(0.02)
