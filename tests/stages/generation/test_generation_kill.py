"""The promises about kills and faults, with real processes, sockets and a disk, at a small size."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow


def measure(part: str) -> dict[str, list[dict[str, float]]]:
    command = [sys.executable, "-m", "benchmarks.generation", "--quick", "--only", part]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_no_row_is_lost_or_doubled_and_only_what_was_on_the_wire_is_bought_again() -> None:
    kills = {row["how"]: row for row in measure("kills")["kills"]}
    for row in kills.values():
        assert row["rows"] == row["n"]
        assert row["doubled"] == 0
    assert kills["sigkill"]["billed_again"] <= kills["sigkill"]["maybe_billed"]
    assert kills["sigkill"]["maybe_billed"] <= 256 * kills["sigkill"]["times"]
    assert kills["quiet sigkill"]["billed_again"] == 0
    assert kills["sigterm"]["billed_again"] == kills["sigterm"]["maybe_billed"] == 0
    assert kills["half a last line"]["billed_again"] == 1
    assert kills["half a last line"]["torn"] == 1


def test_under_faults_every_row_arrives_and_none_is_billed_again_but_what_the_server_dropped() -> None:
    ours = next(row for row in measure("faults")["faults"] if row["name"] == "tracemill")
    assert ours["rows"] == ours["n"]
    assert ours["billed_again"] <= ours["dropped"]
