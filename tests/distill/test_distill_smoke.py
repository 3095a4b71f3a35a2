"""The distillation in small: every set is made, every student learns something, every arm is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARMS = {"start", "answers", "raw", "curated", "pot", "eot", "together"}


def _distil(out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.distill", "--smoke", "--jobs", "1", "--out", str(out)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.long
@pytest.mark.slow
def test_every_arm_learns_and_is_measured_and_a_second_run_does_nothing_again(tmp_path: Path) -> None:
    first = _distil(tmp_path)
    assert first.returncode == 0, first.stderr
    report = json.loads((tmp_path / "distill.json").read_text())
    assert report["trainings"].keys() == ARMS
    assert all(one["last_loss"] < one["first_loss"] for one in report["trainings"].values())
    assert {figure["arm"] for figure in report["figures"]} == ARMS
    views = {figure["view"] for figure in report["figures"] if figure["arm"] == "together"}
    assert views == {"cot", "pot", "eot", "vote", "fall-back"}
    rows = {corpus["name"]: corpus["rows"] for corpus in report["corpora"]}
    assert all(0 < rows["curated"][form] < rows["raw"][form] for form in ("cot", "pot", "eot"))
    assert (tmp_path / "distill.png").stat().st_size > 10_000
    assert "exact McNemar" in first.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80

    again = _distil(tmp_path)
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "distill.json").read_text())["figures"] == report["figures"]
    assert json.loads((tmp_path / "distill.json").read_text())["trainings"] == report["trainings"]
