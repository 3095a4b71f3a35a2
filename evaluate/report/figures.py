"""A picture per question, as PNG and SVG: how accurate, at which length, on which problems, and what flipped.

Every accuracy is drawn with its 95 % interval. In: `ReportData`. Out: paths of pictures, none where there is
nothing to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluate.comparison import Comparison, PairRow
from evaluate.report.rows import FORMS, Figure, ReportData

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d", "#bab0ac")
_ASKED = ("cot", "pot", "eot", "answer-only")
MOST_GROUPS = 12
"""Kinds of problems in one panel; a picture with more cannot be read."""


def draw_all(data: ReportData, folder: Path) -> list[tuple[str, Path]]:
    """Draw every picture there is something for; gives title and path of the PNG."""
    drawn = []
    for title, name, draw in (
        ("Accuracy, with 95 % intervals", "accuracy", draw_accuracy),
        ("Accuracy against the token limit", "budgets", draw_budgets),
        ("Accuracy by kind of problem", "groups", draw_groups),
        ("Problems gained and lost", "flips", draw_flips),
    ):
        canvas = draw(data)
        if canvas is not None:
            canvas.savefig(folder / f"{name}.png", dpi=150)
            canvas.savefig(folder / f"{name}.svg", metadata={"Date": None})
            drawn.append((title, folder / f"{name}.png"))
    return drawn


def draw_accuracy(data: ReportData) -> Canvas | None:
    """Draw a panel per benchmark: a bar per model and form."""
    names = data.benchmarks()
    if not names:
        return None
    canvas, panels = _panels(len(names), width=5.5, height=3.4)
    for axes, name in zip(panels, names, strict=True):
        figures = data.whole(name)
        views = [view for view in FORMS if any(figure.view == view for figure in figures)]
        _bars(axes, figures, views, key=lambda figure: figure.view)
        axes.set_title(f"{figures[0].title} (n = {figures[0].n})", fontsize=10)
    _legend(canvas, panels)
    return canvas


def draw_budgets(data: ReportData) -> Canvas | None:
    """Draw a panel per benchmark and form: accuracy against the token limit, cut and forced to answer."""
    found = [f for f in data.figures if f.budget is not None and not f.group and f.view in _ASKED]
    wanted = list(dict.fromkeys((figure.benchmark, figure.view) for figure in found))
    if not wanted:
        return None
    colours = {run: COLOURS[place % len(COLOURS)] for place, run in enumerate(data.names.values())}
    canvas, panels = _panels(len(wanted), width=5.5, height=3.6)
    for axes, (name, view) in zip(panels, wanted, strict=True):
        own = [figure for figure in found if (figure.benchmark, figure.view) == (name, view)]
        for run, is_forced in dict.fromkeys((figure.run, figure.is_forced) for figure in own):
            line = sorted(
                (f for f in own if (f.run, f.is_forced) == (run, is_forced)), key=lambda f: f.budget or 0
            )
            label = f"{run}, {'forced to answer' if is_forced else 'cut'}"
            _line(axes, line, colours[run], label, is_dashed=is_forced)
        axes.set_xlabel("token limit")
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("{x:.0f}")
        axes.set_ylim(0, min(100, _top(own)))
        axes.set_title(f"{own[0].title}, {view} (n = {own[0].n})", fontsize=10)
    _legend(canvas, panels)
    return canvas


def draw_groups(data: ReportData) -> Canvas | None:
    """Draw a panel per benchmark and kind (level, subject, year ...), of each model's first form."""
    panels_wanted = []
    for name in data.benchmarks():
        figures = [f for f in data.figures if f.benchmark == name and f.group]
        if not figures:
            continue
        view = figures[0].view
        for kind in dict.fromkeys(f.group.partition("=")[0] for f in figures):
            own = [f for f in figures if f.group.startswith(f"{kind}=") and f.view == view]
            if 1 < len({f.group for f in own}) <= MOST_GROUPS:
                panels_wanted.append((f"{own[0].title}, {view}, by {kind}", own))
    if not panels_wanted:
        return None
    canvas, panels = _panels(len(panels_wanted), width=5.5, height=3.4)
    for axes, (title, own) in zip(panels, panels_wanted, strict=True):
        groups = list(dict.fromkeys(f.group for f in own))
        _bars(axes, own, groups, key=lambda figure: figure.group)
        counts = {f.group: f.n for f in own}
        labels = [f"{_short(group)}\nn={counts[group]}" for group in groups]
        axes.set_xticks(range(len(groups)), labels, fontsize=7, rotation=0 if len(groups) < 7 else 60)
        axes.set_title(title, fontsize=10)
    _legend(canvas, panels)
    return canvas


def draw_flips(data: ReportData) -> Canvas | None:
    """Draw, for each comparison, how many problems were gained and lost against the first model."""
    rows = [(c, row) for c in data.comparisons for row in c.rows]
    if not rows:
        return None
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(8, 1.2 + 0.45 * len(rows)), layout="constrained")
    axes = canvas.subplots()
    labels = []
    for place, (comparison, row) in enumerate(rows):
        axes.barh(place, row.gained, color=COLOURS[2], height=0.6, label="gained" if place == 0 else None)
        axes.barh(place, -row.lost, color=COLOURS[4], height=0.6, label="lost" if place == 0 else None)
        labels.append(f"{comparison.b.label} against {comparison.a.label}\n{row.benchmark}, {row.view_b}")
        axes.annotate(
            f"  p = {row.adjusted_p:.2g}, {_words(comparison, row)}",
            (row.gained, place),
            fontsize=8,
            va="center",
        )
    most = max(max(row.gained, row.lost) for _, row in rows) or 1
    axes.set_xlim(-1.15 * most, 2.2 * most)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("problems lost and gained (p: exact, adjusted after Holm)")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return canvas


def _words(comparison: Comparison, row: PairRow) -> str:
    if not row.is_distinguishable:
        return row.words
    return f"{(comparison.b if row.difference > 0 else comparison.a).label} is better"


def _bars(axes: Axes, figures: Sequence[Figure], slots: Sequence[str], key: object) -> None:
    """Draw grouped bars with intervals: slots along the axis, a bar per model in each."""
    assert callable(key)
    runs = list(dict.fromkeys(figure.run for figure in figures))
    width = 0.8 / len(runs)
    for number, run in enumerate(runs):
        own = {key(figure): figure for figure in figures if figure.run == run}
        places = [
            place + (number - (len(runs) - 1) / 2) * width for place, slot in enumerate(slots) if slot in own
        ]
        found = [own[slot] for slot in slots if slot in own]
        values = [100 * figure.accuracy for figure in found]
        below = [100 * (figure.accuracy - figure.low) for figure in found]
        above = [100 * (figure.high - figure.accuracy) for figure in found]
        axes.bar(
            places,
            values,
            width * 0.92,
            yerr=[[max(0, one) for one in below], [max(0, one) for one in above]],
            color=COLOURS[number % len(COLOURS)],
            ecolor="#333333",
            capsize=2,
            error_kw={"linewidth": 0.9},
            label=run,
        )
    axes.set_xticks(range(len(slots)), [_short(slot) for slot in slots], fontsize=8)
    axes.set_ylabel("right, %")
    axes.set_ylim(0, min(100, _top(figures)))
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def _line(axes: Axes, line: Sequence[Figure], colour: str, label: str, *, is_dashed: bool) -> None:
    """Draw one model's accuracy at each limit, its interval as a band."""
    places = [figure.budget or 0 for figure in line]
    values = [100 * figure.accuracy for figure in line]
    style = "--" if is_dashed else "-"
    axes.plot(places, values, color=colour, marker="o", markersize=4, linestyle=style, label=label)
    low, high = [100 * figure.low for figure in line], [100 * figure.high for figure in line]
    axes.fill_between(places, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.set_ylabel("right, %")
    axes.grid(alpha=0.3)


def _top(figures: Sequence[Figure]) -> float:
    return max(5.0, 108 * max(figure.high for figure in figures))


def _panels(count: int, *, width: float, height: float) -> tuple[Canvas, list[Axes]]:
    """Give a canvas with `count` panels, at most two beside each other."""
    from matplotlib.figure import Figure as Canvas

    n_columns = min(2, count)
    n_rows = -(-count // n_columns)
    canvas = Canvas(figsize=(width * n_columns, height * n_rows + 0.4), layout="constrained")
    panels = list(canvas.subplots(n_rows, n_columns, squeeze=False).flat)
    for spare in panels[count:]:
        spare.set_visible(False)
    return canvas, panels[:count]


def _legend(canvas: Canvas, panels: Sequence[Axes]) -> None:
    handles: dict[str, Artist] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    if len(handles) > 1:
        canvas.legend(
            list(handles.values()),
            list(handles),
            loc="outside lower center",
            ncols=3,
            frameon=False,
            fontsize=8,
        )


def _short(text: str) -> str:
    value = text.partition("=")[2] or text
    return value if len(value) <= 18 else value[:17] + "…"
