"""kill -9 of every stage at random moments, through the real command: in the end nothing has happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curate.store import Store

RUN = """
store: store/
problems: [{source: builtin, limit: 20}]
teachers: [{alias: small, model: small, base_url: embedded}]
prompts: [{format: cot}, {format: pot}, {format: eot}]
generate: {samples: 2}
filter: {policy: verified}
export: [{format: messages, out: corpus/}]
"""
STAGES = (
    ("generate", "tracemill.yaml"),
    ("verify", "--store", "store", "--workers", "1"),
    ("filter", "--store", "store"),
    ("export", "--store", "store", "--format", "messages", "--out", "corpus"),
)
TABLES = {
    "traces": "SELECT trace_id, format, stated_answer FROM traces ORDER BY ALL",
    "verdicts": "SELECT trace_id, verifier, status, reason FROM verdicts ORDER BY ALL",
    "decisions": "SELECT trace_id, is_dropped, first_rule FROM traces_v ORDER BY ALL",
}
SAID = "said.txt"
_TICKS = os.sysconf("SC_CLK_TCK")


def _start(folder: Path, stage: tuple[str, ...]) -> subprocess.Popen[bytes]:
    with (folder / SAID).open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "tracemill", *stage], cwd=folder, stdout=subprocess.DEVNULL, stderr=said
        )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _kill_after(running: subprocess.Popen[bytes], cpu_s: float) -> bool:
    """Kill a process once it has used so much CPU; False: it had ended before."""
    while True:
        try:
            running.wait(timeout=0.005)
            return False
        except subprocess.TimeoutExpired:
            if _cpu_s(running.pid) >= cpu_s:
                running.send_signal(signal.SIGKILL)
                return running.wait() == -signal.SIGKILL


def _tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    store = Store.open(folder / "store")
    store.project()
    with store.read() as reader:
        return {name: reader.rows(query) for name, query in TABLES.items()}


def _corpus(folder: Path) -> bytes:
    return (folder / "corpus" / "train.jsonl").read_bytes()


@pytest.mark.slow
def test_kills_of_every_stage_at_random_moments_change_nothing_in_the_end(tmp_path: Path) -> None:
    quiet, abused = tmp_path / "quiet", tmp_path / "abused"
    for folder in (quiet, abused):
        folder.mkdir()
        (folder / "tracemill.yaml").write_text(RUN)
    for stage in STAGES:
        assert _start(quiet, stage).wait() == 0
    draw = random.Random(20261128)
    n_killed = 0
    for stage in STAGES:
        for _ in range(3):
            n_killed += _kill_after(_start(abused, stage), draw.uniform(0.3, 1.6))
        assert _start(abused, stage).wait() == 0, (abused / SAID).read_text()
    assert n_killed >= 4
    assert _tables(abused) == _tables(quiet)
    assert _corpus(abused) == _corpus(quiet)
    assert not [path for path in abused.iterdir() if path.name.startswith((".corpus", "corpus."))]
