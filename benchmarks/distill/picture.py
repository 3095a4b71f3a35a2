"""The picture: a bar per student and view with its 95 % interval, PNG and SVG."""

from __future__ import annotations

from pathlib import Path

from benchmarks.distill.measures import Figure
from benchmarks.distill.run import Report

COLOURS = {"start": "#9aa0a6", "answers": "#9aa0a6", "raw": "#d98c3f", "curated": "#2f7d5b"}
OTHER = "#4c6fa5"
SHORT = {
    "answer-only": "answer",
    "cot": "CoT",
    "pot": "PoT",
    "eot": "EoT",
    "vote": "vote",
    "fall-back": "fall-back",
}


def draw(report: Report, folder: Path) -> None:
    """Write `distill.png` and `distill.svg`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(9, 4.6), layout="constrained")
    FigureCanvasAgg(canvas)
    axes = canvas.add_subplot()
    figures = report.figures
    heights = [100 * figure.accuracy for figure in figures]
    below = [100 * (figure.accuracy - figure.low) for figure in figures]
    above = [100 * (figure.high - figure.accuracy) for figure in figures]
    colours = [COLOURS.get(figure.arm, OTHER) for figure in figures]
    axes.bar(range(len(figures)), heights, color=colours, width=0.7)
    axes.errorbar(
        range(len(figures)), heights, [below, above], fmt="none", ecolor="#222222", capsize=4, lw=1.2
    )
    for place in range(len(figures)):
        axes.annotate(
            f"{heights[place]:.1f}", (place, heights[place] + above[place]), (0, 3),
            textcoords="offset points", ha="center", fontsize=9,
        )  # fmt: skip
    axes.set_xticks(range(len(figures)), [_label(figure) for figure in figures], fontsize=9)
    axes.set_ylabel("right, %")
    axes.set_ylim(0, 108)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(
        f"{report.sizes.n_test} held-out problems; bars with exact 95 % intervals", fontsize=11, loc="left"
    )
    canvas.savefig(folder / "distill.png", dpi=140, metadata={"Software": None})
    canvas.savefig(folder / "distill.svg", metadata={"Date": None})


def _label(figure: Figure) -> str:
    if figure.arm == "together":
        return f"together:\n{SHORT[figure.view]}"
    return figure.title.replace(" ", "\n", 1)
