"""What a report shows, as plain rows: figures of every model, and the comparisons with the first one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curate.errors import UsageError
from evaluate.comparison import Comparison, compare_all
from evaluate.runs import Run
from evaluate.seeds import SeedFigure, seed_figures

FORMS = ("cot", "pot", "eot", "answer-only", "vote", "fall-back", "any")


@dataclass(frozen=True, slots=True)
class Figure:
    """One accuracy with its interval; all shares. `group` is empty for a whole benchmark."""

    run: str
    benchmark: str
    title: str
    view: str
    n: int
    n_answers: int
    right: int
    accuracy: float
    low: float
    high: float
    lenient: float
    no_answer: float
    cut: float
    open_share: float
    mean_tokens: float
    budget: int | None
    is_forced: bool
    group: str
    samples: tuple[tuple[str, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that a report is made of."""

    runs: tuple[Run, ...]
    names: Mapping[int, str]
    figures: tuple[Figure, ...]
    comparisons: tuple[Comparison, ...]
    refusals: tuple[str, ...]
    """Why runs could not be compared."""

    @property
    def seeds(self) -> tuple[SeedFigure, ...]:
        """Give mean and deviation over the seeds of a training, where there are several."""
        seeded = {self.names[place] for place, run in enumerate(self.runs) if run.model["seed"] is not None}
        return seed_figures(
            (f.benchmark, f.title, f.view, f.budget, f.is_forced, f.accuracy)
            for f in self.figures
            if f.run in seeded and not f.group
        )

    def whole(self, benchmark: str) -> list[Figure]:
        """Give the figures of whole answers on a whole benchmark."""
        return [f for f in self.figures if f.benchmark == benchmark and f.budget is None and not f.group]

    def benchmarks(self) -> list[str]:
        """Give the benchmarks, in order."""
        return list(dict.fromkeys(figure.benchmark for figure in self.figures))


def read_report(runs: Sequence[Run]) -> ReportData:
    """Gather the figures of all runs, and compare each with the first where that is fair."""
    names = _names(runs)
    figures = [figure for place, run in enumerate(runs) for figure in _figures(run, names[place])]
    comparisons: tuple[Comparison, ...] = ()
    refusals: list[str] = []
    if len(runs) > 1:
        try:
            comparisons = compare_all(runs)
        except UsageError as error:
            refusals.append(f"{error.message}. {error.hint}.")
    return ReportData(tuple(runs), names, tuple(figures), comparisons, tuple(refusals))


def _names(runs: Sequence[Run]) -> dict[int, str]:
    """Name runs by their model alone where that is enough."""
    labels = [run.label for run in runs]
    is_clear = len(set(labels)) == len(labels)
    return {place: run.label if is_clear else run.name for place, run in enumerate(runs)}


def _figures(run: Run, name: str) -> Iterator[Figure]:
    for suite in run.model["suites"]:
        for cell in (*suite["cells"], *suite["groups"]):
            yield _figure(name, suite, cell)


def _figure(name: str, suite: Mapping[str, Any], cell: Mapping[str, Any]) -> Figure:
    return Figure(
        name,
        suite["benchmark"],
        suite["title"],
        cell["view"],
        cell["n"],
        cell["n_answers"],
        cell["right"],
        cell["accuracy"],
        cell["interval"][0],
        cell["interval"][1],
        cell["lenient"],
        cell["no_answer"],
        cell["cut"],
        cell["open_share"],
        cell["mean_tokens"],
        cell["budget"],
        cell["is_forced"],
        cell["group"],
        tuple((s["name"], s["value"], s["interval"][0], s["interval"][1]) for s in cell["samples"]),
    )
