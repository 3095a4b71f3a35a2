"""kill -9 during verification, of one process or of one shard beside others: nothing lost, nothing judged twice."""

from __future__ import annotations

import json
import random
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
TABLE = "SELECT * EXCLUDE (run_id, segment, position, cpu_ms, created_at) FROM verdicts ORDER BY ALL"


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
            rows.append({"question": question, "gold": gold, "format": form, "text": text, "teacher": "t"})
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
