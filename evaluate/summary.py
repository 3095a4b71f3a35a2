"""Outcomes as figures: accuracy with its intervals, and the shares of what was not an answer.

In: the outcomes of one view of one benchmark. Out: a `Cell`, and the same by group (level, subject, section,
year, length). With one answer per problem the interval is Clopper-Pearson's; with several the problem is the
unit and the interval is drawn over problems.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluate.statistics import (
    Interval,
    average_at,
    clopper_pearson,
    cluster_interval,
    majority_at,
    pass_at,
    wilson,
)
from evaluate.types import Item, Outcome, View

GROUPS = ("level", "subject", "section", "year", "length")
_OPEN = frozenset({"undecided", "error", "timeout"})
MAX_GROUPS = 40


@dataclass(frozen=True, slots=True)
class SampleFigure:
    """A figure of several answers: `name` as avg@8, pass@4, maj@8; a mean over problems with its interval."""

    name: str
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Cell:
    """One view of one benchmark, or of one group of its problems.

    `right` and `n_answers` count answers, `n` problems; shares are of answers. `open_share` is what nobody
    can tell (undecided, failed or timed-out checks): accuracy would be at most `accuracy + open_share`.
    """

    view: View
    n: int
    n_answers: int
    right: int
    accuracy: float
    interval: Interval
    wilson: Interval | None
    lenient: float
    no_answer: float
    cut: float
    open_share: float
    mean_tokens: float
    budget: int | None = None
    is_forced: bool = False
    group: str = ""
    """`level=5` and the like; "" for the whole benchmark."""
    samples: tuple[SampleFigure, ...] = ()


def summarise(
    view: View,
    outcomes: Sequence[Outcome],
    *,
    seed: int = 0,
    budget: int | None = None,
    is_forced: bool = False,
    group: str = "",
) -> Cell:
    """Count the outcomes of one view."""
    statuses = [status for outcome in outcomes for status in outcome.statuses]
    n, n_answers = len(outcomes), len(statuses)
    right = statuses.count("correct")
    accuracy = _mean([outcome.share for outcome in outcomes])
    is_single = n_answers == n
    return Cell(
        view,
        n,
        n_answers,
        right,
        accuracy,
        clopper_pearson(right, n) if is_single else cluster_interval([o.share for o in outcomes], seed=seed),
        wilson(right, n) if is_single else None,
        _mean([outcome.lenient_share for outcome in outcomes]),
        _share(statuses.count("no_answer"), n_answers),
        _share(sum(outcome.n_cut for outcome in outcomes), n_answers),
        _share(sum(status in _OPEN for status in statuses), n_answers),
        _mean([outcome.n_tokens for outcome in outcomes]),
        budget,
        is_forced,
        group,
        () if is_single else _sample_figures(outcomes, seed),
    )


def summarise_groups(view: View, outcomes: Sequence[Outcome], *, seed: int = 0) -> tuple[Cell, ...]:
    """Count by level, subject, section, year and length, where a benchmark says them."""
    cells = []
    edges = _length_edges(outcomes)
    for name in GROUPS:
        groups: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            value = _length_group(outcome, edges) if name == "length" else _GROUP[name](outcome.item)
            if value:
                groups[value].append(outcome)
        if 1 < len(groups) <= MAX_GROUPS:
            cells += [
                summarise(view, groups[value], seed=seed, group=f"{name}={value}")
                for value in sorted(groups, key=_natural)
            ]
    return tuple(cells)


def _sample_figures(outcomes: Sequence[Outcome], seed: int) -> tuple[SampleFigure, ...]:
    """Give avg@k, maj@k and pass@1, 2, 4 ... up to the number of answers that every problem has."""
    k = min(len(outcome.statuses) for outcome in outcomes)
    counts = [(outcome.statuses.count("correct"), len(outcome.statuses)) for outcome in outcomes]
    series = {f"avg@{k}": [average_at(right, n) for right, n in counts]}
    steps = sorted({2**power for power in range(int(math.log2(k)) + 1)} | {k})
    for step in steps:
        series[f"pass@{step}"] = [pass_at(right, n, step) for right, n in counts]
    series[f"maj@{k}"] = [majority_at(outcome.values) for outcome in outcomes]
    return tuple(
        SampleFigure(name, _mean(values), cluster_interval(values, seed=seed))
        for name, values in series.items()
    )


_GROUP: dict[str, Callable[[Item], str]] = {
    "level": lambda item: item.problem.level,
    "subject": lambda item: item.problem.subject,
    "section": lambda item: item.section,
    "year": lambda item: item.year,
}


def _length_edges(outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    """Give the quartiles of the questions' lengths in words."""
    lengths = sorted(len(outcome.item.problem.question.split()) for outcome in outcomes)
    if len(lengths) < 20:
        return ()
    return tuple(sorted({lengths[len(lengths) * part // 4] for part in (1, 2, 3)}))


def _length_group(outcome: Outcome, edges: tuple[int, ...]) -> str:
    if not edges:
        return ""
    n_words = len(outcome.item.problem.question.split())
    below = [edge for edge in edges if edge <= n_words]
    above = [edge for edge in edges if edge > n_words]
    low, high = (below[-1] if below else 0), (above[0] if above else None)
    return f"{low}-{high - 1} words" if high is not None else f"{low}+ words"


def _natural(text: str) -> tuple[float, str]:
    digits = "".join(char if char.isdigit() or char == "." else " " for char in text).split()
    try:
        return (float(digits[0]), text) if digits else (math.inf, text)
    except ValueError:
        return math.inf, text


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _share(count: int, n: int) -> float:
    return count / n if n else 0.0
