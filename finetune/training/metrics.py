"""What a training logs, one JSON line per event in `metrics.jsonl`, and the progress that people see.

Kinds of lines: {"step", "loss", "learning_rate", "grad_norm", ...} and {"step", "eval_loss", ...}. After a
resume the lines behind the checkpoint are cut, so that the file reads as one uninterrupted training.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.training.checkpoints import mark_complete

METRICS = "metrics.jsonl"
_LEFT_OUT = ("total_flos", "eval_num_tokens")


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """A moment of a training; `seconds_left` is an estimate from the mean step of this process."""

    step: int
    n_steps: int
    loss: float | None
    validation_loss: float | None
    seconds_left: float | None


OnTrainProgress = Callable[[TrainProgress], None]


def make_stop_callback(should_stop: Callable[[], bool]) -> Any:
    """Make the trainer callback that ends a training after a step, with a checkpoint of that step."""
    from transformers import TrainerCallback

    class StopCallback(TrainerCallback):  # type: ignore[misc]
        was_asked = False

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if should_stop() and state.global_step < state.max_steps:
                self.was_asked = control.should_save = control.should_training_stop = True

    return StopCallback()


def make_metrics_callback(folder: Path, on_progress: OnTrainProgress | None) -> Any:
    """Make the trainer callback that writes `metrics.jsonl` in a folder and reports progress."""
    from transformers import TrainerCallback

    class MetricsCallback(TrainerCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            self._path = folder / METRICS
            self._loss: float | None = None
            self._validation: float | None = None
            self._begun: tuple[float, int] | None = None
            self._n_tokens_before = 0.0

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                cut_after(self._path, state.global_step)
                self._n_tokens_before = tokens_seen(folder)
            self._begun = (time.monotonic(), state.global_step)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if not state.is_world_process_zero or not logs or "train_runtime" in logs:
                return
            entry = {"step": state.global_step, **{k: v for k, v in logs.items() if k not in _LEFT_OUT}}
            if "num_tokens" in entry:  # the trainer counts from its own start, which may be a resume
                entry["num_tokens"] += self._n_tokens_before
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
            self._loss = logs.get("loss", self._loss)
            self._validation = logs.get("eval_loss", self._validation)
            if on_progress is not None:
                on_progress(self._now(state))

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")

        def _now(self, state: Any) -> TrainProgress:
            left = None
            if self._begun is not None and state.global_step > self._begun[1]:
                per_step = (time.monotonic() - self._begun[0]) / (state.global_step - self._begun[1])
                left = per_step * (state.max_steps - state.global_step)
            return TrainProgress(state.global_step, state.max_steps, self._loss, self._validation, left)

    return MetricsCallback()


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Read the log of a training; a torn last line is passed over, a missing file is empty."""
    try:
        lines = (folder / METRICS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def tokens_seen(folder: Path) -> int:
    """Give the tokens of the rows that a training was shown, before a resume too; 0 where none was logged."""
    return int(max((entry.get("num_tokens", 0) for entry in read_metrics(folder)), default=0))


def mean_loss(folder: Path) -> float | None:
    """Give the mean training loss over all logged steps, those before a resume too; None where none was."""
    losses = [float(entry["loss"]) for entry in read_metrics(folder) if "loss" in entry]
    return sum(losses) / len(losses) if losses else None


def cut_after(path: Path, step: int) -> None:
    """Drop lines behind a step, those of work that a resume does again."""
    kept = [entry for entry in read_metrics(path.parent) if entry.get("step", 0) <= step] if step else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")
