"""kill -9 during verification, of one process or of a shard: nothing is lost, nothing is judged twice."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from curate.stages.importing import import_paths
from curate.stages.verification import verify_store
from curate.store import Store

N_PROBLEMS = 150
PER_PROBLEM = 4
N_TRACES = N_PROBLEMS * PER_PROBLEM
KILLS = 4
TABLE = "SELECT * EXCLUDE (run_id, created_at, segment, position, cpu_ms) FROM verdicts ORDER BY ALL"


def _traces() -> list[dict[str, str]]:
    rows = []
    for number in range(N_PROBLEMS):
        question, gold = f"What is {number} plus seven?", str(number + 7)
        texts = (
            ("cot", f"{number} + 7 = {gold}. The answer is {gold}."),
            ("cot", f"Say it is \\boxed{{\\sqrt{{{number + 2}}}}}."),
            ("pot", f"```python\nans = {number} + 7\n```"),
            ("eot", f"x = {number} + 7\nans = x"),
        )
        for form, text in texts:
            rows.append(
                {"question": question, "gold": gold, "format": form, "response": text, "teacher": "t"}
            )
    return rows


@pytest.fixture
def store(tmp_path: Path) -> Store:
    lines = tmp_path / "own.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in _traces()))
    store = Store.open(tmp_path / "store", create=True)
    import_paths(store, [lines])
    return store


def _judged(store: Store) -> Counter[str]:
    """Count the whole verdict records of the journal by trace."""
    found: Counter[str] = Counter()
    for segment in (store.path / "journal").iterdir():
        for line in segment.read_bytes().split(b"\n")[:-1]:
            if b'"verdicts"' in line[:60]:
                found[json.loads(line)["trace_id"]] += 1
    return found


def _start(store: Store, shard: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path), "--workers", "1"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*command, "--shard", shard], stdout=quiet, stderr=quiet)


def _kill_after(running: subprocess.Popen[bytes], store: Store, n_bytes: int) -> bool:
    """Kill a verification once the journal has grown by so many bytes; False: it was done before."""
    journal = store.path / "journal"
    goal = n_bytes + sum(segment.stat().st_size for segment in journal.iterdir())
    while running.poll() is None and sum(segment.stat().st_size for segment in journal.iterdir()) < goal:
        pass
    running.send_signal(signal.SIGKILL)
    return running.wait() == -signal.SIGKILL


def _table(store: Store) -> list[tuple[object, ...]]:
    store.project()
    with store.read() as reader:
        return reader.rows(TABLE)


def _expected(store: Store) -> list[tuple[object, ...]]:
    whole = Store.open(shutil.copytree(store.path, store.path.parent / "whole"))
    assert verify_store(whole, workers=1).n_traces == N_TRACES
    return _table(whole)


@pytest.mark.slow
def test_kills_of_one_process_lose_nothing_and_judge_nothing_twice(store: Store) -> None:
    expected = _expected(store)
    draw = random.Random(20261121)
    n_killed = 0
    for _ in range(KILLS):
        n_killed += _kill_after(_start(store, "1/1"), store, draw.randrange(1, 100_000))
    judged = _judged(store)
    assert n_killed > 0
    assert judged
    report = verify_store(store, workers=1)
    assert report.is_complete
    assert report.n_traces == N_TRACES - len(judged)
    assert set(_judged(store).values()) == {1}
    assert _table(store) == expected


@pytest.mark.slow
def test_kills_of_a_shard_do_not_disturb_the_others(store: Store) -> None:
    expected = _expected(store)
    draw = random.Random(7)
    other = _start(store, "2/2")
    n_killed = 0
    for _ in range(KILLS):
        n_killed += _kill_after(_start(store, "1/2"), store, draw.randrange(1, 60_000))
    assert n_killed > 0
    assert other.wait(timeout=120) == 0
    assert _start(store, "1/2").wait(timeout=120) == 0
    judged = _judged(store)
    assert len(judged) == N_TRACES
    assert set(judged.values()) == {1}
    assert _table(store) == expected
