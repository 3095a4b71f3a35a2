"""A solver that fails on purpose: `python -m benchmarks.distill.failing [--out DIR]`.

The ablation that study B (arXiv 2401.11864) leaves open. In: the measured answers of the student of all three
forms. For each rate that share of its equations is taken as not solvable, chosen by a hash of the problem, so
that what fails at a low rate also fails at every higher one. Out: accuracy of the equations alone and of the
three put together. No student is trained or asked again, and no answer is changed but to `no answer`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.distill.plan import Layout
from curate.errors import TracemillError
from evaluate.runs import Run, open_run
from evaluate.statistics import Interval, clopper_pearson
from evaluate.types import Score
from evaluate.views import outcomes_by_view

RATES = (0.0, 0.25, 0.5, 0.75, 1.0)
VIEWS = ("eot", "vote", "fall-back")
ORDER = ("eot", "pot", "cot")


@dataclass(frozen=True, slots=True)
class FailingFigure:
    """Accuracy of one view while the solver fails at a rate."""

    rate: float
    view: str
    right: int
    n: int
    interval: Interval


def fail_at(scores: Sequence[Score], rate: float) -> list[Score]:
    """Take a share of the equations as not solvable."""
    return [
        replace(score, status="no_answer", reason="made_to_fail", answer="")
        if score.reading.form == "eot" and _point(score.reading.item.item_id) < rate
        else score
        for score in scores
    ]


def measure_failing(run: Run, rates: Sequence[float] = RATES) -> list[FailingFigure]:
    """Give every view at every rate; a run without equations gives none."""
    figures = []
    for rate in rates:
        views = outcomes_by_view(fail_at(run.scores, rate), ORDER).get((None, False), {})
        for view in VIEWS:
            outcomes = views.get(view, ())  # type: ignore[call-overload]
            if outcomes:
                right = sum(outcome.share == 1 for outcome in outcomes)
                figures.append(
                    FailingFigure(rate, view, right, len(outcomes), clopper_pearson(right, len(outcomes)))
                )
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.distill.failing", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/distill"), help="folder of `make distill`")
    folder = Layout(parser.parse_args().out).evaluation("together")
    try:
        run = open_run(f"{folder}:seed-0")
    except TracemillError as error:
        print(f"error: {error}; run `make distill` first", file=sys.stderr)
        return error.exit_code
    table = Table(title="a solver that fails on purpose", title_justify="left")
    for column in ("solver fails", "asked for", "right", "%", "95 % interval"):
        table.add_column(column, justify="right")
    for cells in failing_cells(measure_failing(run)):
        table.add_row(*cells)
    Console(width=80).print(table)
    return 0


def failing_cells(figures: Sequence[FailingFigure]) -> list[tuple[str, ...]]:
    """Give the figures as text."""
    return [
        (
            f"{100 * figure.rate:.0f} %",
            figure.view,
            f"{figure.right}/{figure.n}",
            f"{100 * figure.right / figure.n:.1f}",
            f"{100 * figure.interval.low:.1f} to {100 * figure.interval.high:.1f}",
        )
        for figure in figures
    ]


def _point(item_id: str) -> float:
    digest = hashlib.blake2b(item_id.encode(), digest_size=8, key=b"made to fail").digest()
    return int.from_bytes(digest, "big") / 2**64


if __name__ == "__main__":
    sys.exit(main())
