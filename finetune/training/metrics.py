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

METRICS = "metrics.jsonl"


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

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                cut_after(self._path, state.global_step)
            self._begun = (time.monotonic(), state.global_step)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if not state.is_world_process_zero or not logs or "train_runtime" in logs:
                return
            entry = {"step": state.global_step, **{k: v for k, v in logs.items() if k != "total_flos"}}
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


def cut_after(path: Path, step: int) -> None:
    """Drop lines behind a step, those of work that a resume does again."""
    kept = [entry for entry in read_metrics(path.parent) if entry.get("step", 0) <= step] if step else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")


COMPLETE = "complete.json"


def mark_complete(checkpoint: Path) -> None:
    """Write the sizes of a checkpoint's files: the marker comes last, so it says that they all stand."""
    if checkpoint.is_dir():
        sizes = {path.name: path.stat().st_size for path in checkpoint.iterdir() if path.is_file()}
        (checkpoint / COMPLETE).write_text(json.dumps(sizes) + "\n", encoding="utf-8")


def last_checkpoint(folder: Path) -> Path | None:
    """Find the newest checkpoint whose files all stand as they were written."""
    found = [path.parent for path in folder.glob(f"checkpoint-*/{COMPLETE}") if _is_whole(path.parent)]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _is_whole(checkpoint: Path) -> bool:
    try:
        sizes = json.loads((checkpoint / COMPLETE).read_text(encoding="utf-8"))
        return all((checkpoint / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False
