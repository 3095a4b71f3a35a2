"""The loss curve of a training: raw and smoothed, with validation, as a picture and as data.

In: the folder of a seed with its `metrics.jsonl`. Out: `loss.png` and `loss.csv` beside it. The smoothed line
is the mean of the last six steps, the window of study A.
"""

from __future__ import annotations

import csv
from pathlib import Path

from finetune.training.metrics import read_metrics

WINDOW = 6


def write_curve(folder: Path) -> Path | None:
    """Write picture and data; nothing where nothing was logged."""
    entries = read_metrics(folder)
    steps = [(int(e["step"]), float(e["loss"])) for e in entries if "loss" in e]
    checks = [(int(e["step"]), float(e["eval_loss"])) for e in entries if "eval_loss" in e]
    if not steps:
        return None
    smooth = smoothed([loss for _, loss in steps])
    validation = dict(checks)
    with (folder / "loss.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("step", "loss", "smoothed", "validation_loss"))
        for (step, loss), mean in zip(steps, smooth, strict=True):
            writer.writerow((step, loss, mean, validation.get(step, "")))
    _draw(folder / "loss.png", steps, smooth, checks)
    return folder / "loss.png"


def smoothed(values: list[float], window: int = WINDOW) -> list[float]:
    """Give the running mean over the last `window` values.

    >>> smoothed([1.0, 2.0, 3.0], window=2)
    [1.0, 1.5, 2.5]
    """
    parts = (values[max(0, at + 1 - window) : at + 1] for at in range(len(values)))
    return [sum(part) / len(part) for part in parts]


def _draw(
    path: Path, steps: list[tuple[int, float]], smooth: list[float], checks: list[tuple[int, float]]
) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    places = [step for step, _ in steps]
    axes.plot(
        places, [loss for _, loss in steps], color="#9bb7d4", linewidth=0.8, label="training, each step"
    )
    axes.plot(places, smooth, color="#1f4e79", linewidth=1.6, label=f"training, mean of {WINDOW} steps")
    if checks:
        axes.plot(*zip(*checks, strict=True), color="#c0504d", marker="o", markersize=3, label="validation")
    axes.set_xlabel("optimiser step")
    axes.set_ylabel("loss (nats per trained token)")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)
