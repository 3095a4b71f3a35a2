"""Several seeds of one training: mean and standard deviation of their accuracies.

The deviation says how much a figure moves when only the seed of the training changes; it is no interval for
problems that were not measured, which each seed's own interval is.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluate.results import ModelResult


@dataclass(frozen=True, slots=True)
class SeedFigure:
    """Mean and deviation over seeds of one view of one benchmark; shares."""

    benchmark: str
    title: str
    view: str
    budget: int | None
    is_forced: bool
    n_seeds: int
    mean: float
    deviation: float


def over_seeds(models: Sequence[ModelResult]) -> tuple[SeedFigure, ...]:
    """Summarise the models that are seeds of one training; nothing for fewer than two."""
    return seed_figures(
        [
            (suite.benchmark, suite.title, cell.view, cell.budget, cell.is_forced, cell.accuracy)
            for model in models
            if model.seed is not None
            for suite in model.suites
            for cell in suite.cells
        ]
    )


def seed_figures(
    accuracies: Iterable[tuple[str, str, str, int | None, bool, float]],
) -> tuple[SeedFigure, ...]:
    """Summarise accuracies of seeds: benchmark, title, view, budget, whether forced, and the share."""
    found: dict[tuple[str, str, str, int | None, bool], list[float]] = defaultdict(list)
    for benchmark, title, view, budget, is_forced, share in accuracies:
        found[benchmark, title, view, budget, is_forced].append(share)
    return tuple(
        SeedFigure(*key, len(values), statistics.mean(values), statistics.stdev(values))
        for key, values in found.items()
        if len(values) > 1
    )
