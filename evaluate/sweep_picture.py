"""The picture of a sweep: accuracy against granularity, a line for each form, teacher and student."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluate.report.figures import COLOURS
from evaluate.sweep import SweepRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_sweep(rows: Sequence[SweepRow], folder: Path) -> Path:
    """Write `sweep.png` and `sweep.svg`; cells without a level stand at the left, apart."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(row.benchmark for row in rows))
    canvas = Figure(figsize=(5.5 * len(names) + 1, 4), layout="constrained")
    FigureCanvasAgg(canvas)
    panels = canvas.subplots(1, len(names), squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        _draw_panel(axes, [row for row in rows if row.benchmark == name])
    canvas.savefig(folder / "sweep.png", dpi=150, metadata={"Software": None})
    canvas.savefig(folder / "sweep.svg", metadata={"Date": None})
    return folder / "sweep.png"


def _draw_panel(axes: Axes, rows: Sequence[SweepRow]) -> None:
    lines = list(dict.fromkeys(row.line for row in rows))
    levels = sorted({row.granularity or 0 for row in rows})
    for place, line in enumerate(lines):
        points = sorted((row for row in rows if row.line == line), key=lambda row: row.granularity or 0)
        # a little apart, so that intervals of equal levels can be told from one another
        shift = 0.08 * (place - (len(lines) - 1) / 2)
        at = [levels.index(row.granularity or 0) + shift for row in points]
        heights = [100 * row.accuracy for row in points]
        below = [max(0.0, 100 * (row.accuracy - row.interval.low)) for row in points]
        above = [max(0.0, 100 * (row.interval.high - row.accuracy)) for row in points]
        axes.errorbar(
            at, heights, [below, above], marker="o", capsize=3, lw=1.3, label=line,
            color=COLOURS[place % len(COLOURS)],
        )  # fmt: skip
    axes.set_xticks(range(len(levels)), [str(level) if level else "no level" for level in levels])
    axes.set_xlabel("granularity, 1 shortest to 6 longest")
    axes.set_ylabel("right, %")
    axes.set_ylim(0, 100)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{rows[0].benchmark} (n = {rows[0].n}), 95 % intervals", fontsize=10, loc="left")
    axes.legend(fontsize=8, frameon=False)
