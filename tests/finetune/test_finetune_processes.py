"""Two processes get the loss of one, and a training that is stopped by a signal goes on bit for bit."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
TIMEOUT_S = 900


def _file(folder: Path, export: Path, student: Path, name: str, **keys: Any) -> Path:
    section = {
        "preset": "laptop", "student": str(student), "export": str(export), "out": str(folder / name),
        "max_steps": 6, "eval_steps": 3, "batch_size": 4, "batching": "in-order", **keys,
    }  # fmt: skip
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({"finetune": section}), encoding="utf-8")
    return path


def _train(file: Path, *launcher: str) -> dict[str, Any]:
    command = [sys.executable, *(launcher or ("-m", "tracemill")), "finetune", "train", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("validation loss") == 1  # one table, however many processes
    found: dict[str, Any] = json.loads((file.with_suffix("") / "manifest.json").read_text())
    return found


def test_two_processes_get_the_loss_of_one(export: Path, student: Path, tmp_path: Path) -> None:
    keys = {"validation_share": 0.15}  # 6 rows, which two processes with batches of 2 cannot fill: fillers do
    one = _train(_file(tmp_path, export, student, "one", **keys))
    launcher = ("-m", "torch.distributed.run", "--nproc_per_node", "2", "-m", "tracemill")
    two = _train(_file(tmp_path, export, student, "two", **keys), *launcher)
    assert (one["n_processes"], two["n_processes"]) == (1, 2)
    ours, theirs = two["results"][0], one["results"][0]
    assert ours["train_loss"] == pytest.approx(theirs["train_loss"], rel=1e-5)
    assert ours["validation_loss"] == pytest.approx(theirs["validation_loss"], rel=1e-6)


def test_a_training_stopped_by_a_signal_goes_on_bit_for_bit(
    export: Path, student: Path, tmp_path: Path
) -> None:
    import safetensors.torch

    whole = _file(tmp_path, export, student, "whole", max_steps=40, eval_steps=20)
    broken = _file(tmp_path, export, student, "broken", max_steps=40, eval_steps=20)
    _train(whole)
    command = [sys.executable, "-m", "tracemill", "finetune", "train", str(broken)]
    metrics = tmp_path / "broken" / "seed-0" / "metrics.jsonl"
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        while not (metrics.is_file() and metrics.stat().st_size):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
                break
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=TIMEOUT_S)[1]
    assert process.returncode == 4, said
    assert "the same command goes on from there" in said
    assert _train(broken)["results"][0]["resumed_from"] > 0
    ours, theirs = (
        safetensors.torch.load_file(tmp_path / name / "seed-0" / "model" / "model.safetensors")
        for name in ("broken", "whole")
    )
    assert max(float((ours[name] - theirs[name]).abs().max()) for name in theirs) == 0.0
