"""What is measured: speed, faults, kills, a torn tail, memory, a restart. Each gives frozen rows."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generation.harness import (
    IDEAL_PER_S,
    WARM,
    Figures,
    Server,
    engine_command,
    measure,
    peer_command,
    running,
    wait_for_arrivals,
    write_problems,
)
from curate.store import Store


@dataclass(frozen=True)
class Speed:
    """One client at N requests; CPU without start-up."""

    name: str
    n: int
    rows: int
    cpu_s_per_1000: float
    share_of_ideal: float
    rss_mb: float


@dataclass(frozen=True)
class FaultMix:
    """One client under 10 % 429, 2 % 500 and 1 % drops, beside its own run without."""

    name: str
    n: int
    rows: int
    window_s: float
    calm_window_s: float
    billed_again: int
    dropped: int

    @property
    def ratio(self) -> float:
        return self.window_s / self.calm_window_s


@dataclass(frozen=True)
class Kills:
    """A run that was ended again and again and started again until it was done."""

    how: str
    n: int
    times: int
    rows: int
    doubled: int
    billed_again: int
    maybe_billed: int
    torn: int


@dataclass(frozen=True)
class Restart:
    """How long after its start a run over N answered ids sends its first new request."""

    n_answered: int
    seconds: float


def run_speed(server: Server, folder: Path, n: int, peers: dict[str, str]) -> list[Speed]:
    """Measure every client at N and at 8 requests; `peers` maps a name to the Python that runs it."""
    found = []
    for transport in ("chat", "openai"):
        runs = [measure_engine(server, folder / f"speed-{transport}-{k}", k, transport) for k in (WARM, n)]
        found.append(_speed(f"tracemill ({transport})", *runs))
    for name, python in peers.items():
        few, many = (measure(name, peer_command(name, server, k, python), server) for k in (WARM, n))
        found.append(_speed(name, few, many))
    return found


def measure_engine(server: Server, folder: Path, n: int, transport: str = "chat") -> Figures:
    """Run the engine once over n new problems in a new store."""
    folder.mkdir()
    problems = write_problems(folder / "problems.jsonl", n)
    return measure("tracemill", engine_command(folder / "store", problems, server, transport), server)


def _speed(name: str, few: Figures, many: Figures) -> Speed:
    cpu = (many.cpu_s - few.cpu_s) / (many.n - few.n) * 1000
    return Speed(name, many.n, many.rows, cpu, many.n / many.window_s / IDEAL_PER_S, many.rss_mb)


def run_faults(calm: Server, stormy: Server, folder: Path, n: int, peers: Sequence[str]) -> list[FaultMix]:
    """Measure clients with and without faults."""
    pairs = [
        (measure_engine(calm, folder / "calm", n), measure_engine(stormy, folder / "stormy", n)),
        *(
            (
                measure(name, peer_command(name, calm, n), calm),
                measure(name, peer_command(name, stormy, n), stormy),
            )
            for name in peers
        ),
    ]
    return [FaultMix(s.name, n, s.rows, s.window_s, c.window_s, s.billed_again, s.dropped) for c, s in pairs]


def run_kills(server: Server, folder: Path, n: int, times: int, how: str, seed: int = 0) -> Kills:
    """End a run `times` times at random moments, then let it finish, and count.

    `how` is `sigkill`, `quiet sigkill` (the server falls silent 2 s before, so that what was delivered has
    reached the process) or `sigterm`.
    """
    draw = random.Random(seed)
    folder.mkdir()
    problems = write_problems(folder / "problems.jsonl", n)
    command = engine_command(folder / "store", problems, server)
    server.tell("reset")
    for number in range(times):
        with running(command) as process:
            wait_for_arrivals(
                server, int(server.stats()["arrivals"]) + draw.randint(1, max(2, n // times // 2))
            )
            if how == "quiet sigkill":
                server.tell("quiet")
                time.sleep(2.0)
            process.send_signal(signal.SIGTERM if how == "sigterm" else signal.SIGKILL)
            process.wait(60)
            if how == "sigterm" and process.returncode not in (0, 4):
                raise SystemExit(f"SIGTERM {number} ended with {process.returncode}")
        server.tell("loud")
    last = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if last.returncode != 0:
        raise SystemExit(f"the last run ended with {last.returncode}: {last.stdout}")
    return _count(server, folder / "store", n, times, how)


def _count(server: Server, path: Path, n: int, times: int, how: str) -> Kills:
    store = Store.open(path)
    totals = store.totals()
    [(rows, answers)] = _answers(path)
    stats = server.stats()
    return Kills(
        how,
        n,
        times,
        rows,
        answers - rows,
        int(stats["billed_again"]),
        totals.n_maybe_billed,
        len(totals.torn),
    )


def _answers(path: Path) -> list[tuple[int, int]]:
    """Count distinct and all answers straight from the journal."""
    ids = []
    for segment in (path / "journal").glob("*.jsonl"):
        with segment.open("rb") as file:
            ids += [json.loads(line)["request_id"] for line in file if line.startswith(b'{"kind":"answer"')]
    return [(len(set(ids)), len(ids))]


def run_torn(server: Server, folder: Path, n: int) -> Kills:
    """Cut the journal in the middle of its last answer and run again."""
    measure_engine(server, folder, n)
    segment = max((folder / "store" / "journal").glob("*.jsonl"))
    data = segment.read_bytes()
    start = data.rfind(b'{"kind":"answer"')
    segment.write_bytes(data[: start + (data.find(b"\n", start) - start) // 2])
    command = engine_command(folder / "store", folder / "problems.jsonl", server)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return _count(server, folder / "store", n, 1, "half a last line")


def run_memory(server: Server, folder: Path, few: int, many: int) -> tuple[list[Speed], Restart]:
    """Measure resident memory at two sizes, then restart over the larger store with new problems behind."""
    warm = measure_engine(server, folder / "memory-warm", WARM)
    small = measure_engine(server, folder / "memory-few", few)
    large = measure_engine(server, folder / "memory-many", many)
    problems = write_problems(folder / "more.jsonl", many + 256)
    store = folder / "memory-many" / "store"
    again = measure("tracemill", engine_command(store, problems, server), server)
    speeds = [_speed("tracemill (chat)", warm, small), _speed("tracemill (chat)", warm, large)]
    return speeds, Restart(many, again.first_at - again.started_at)
