"""Compare two runs on the same problems: exact McNemar, Newcombe's interval, and which problems flipped.

In: two references (evaluate.runs). Out: a `Comparison`, a row per benchmark and view, p values held together
by Holm. Runs on other problems, or asked in other words, are refused with what differs: their difference
would not be the model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from curate.errors import UsageError
from evaluate.comparable import differing_notes, require_same_problems, require_same_prompt
from evaluate.runs import Run, fall_back_order, open_run
from evaluate.statistics import (
    Interval,
    clopper_pearson,
    cluster_interval,
    holm,
    mcnemar,
    needed_problems,
    newcombe_paired,
    sign_flip,
)
from evaluate.types import Item, Outcome, View
from evaluate.views import outcomes_by_view

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Flip:
    """A problem that the runs answer differently; `gained` is wrong in the first and right in the second."""

    item: Item
    kind: str
    statuses_a: tuple[str, ...]
    statuses_b: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """One benchmark and view of both runs. Shares; `difference` is second minus first.

    `p` is exact McNemar's where each problem has one answer, else that of a sign-flip test on the problems'
    means; `adjusted_p` is Holm's over all rows. `needed` is the number of problems at which a difference like
    this one is found in 80 of 100 tries, None where there is no difference.
    """

    benchmark: str
    view_a: View
    view_b: View
    n: int
    share_a: float
    share_b: float
    both: int
    gained: int
    lost: int
    neither: int
    difference: float
    interval: Interval
    p: float
    mid_p: float | None
    adjusted_p: float
    needed: int | None
    n_open_flips: int
    test: str
    flips: tuple[Flip, ...]

    @property
    def is_distinguishable(self) -> bool:
        """Say whether the runs differ at the 5 % level, over all comparisons made."""
        return self.adjusted_p < LEVEL

    @property
    def words(self) -> str:
        """Say the outcome in words."""
        if not self.is_distinguishable:
            return "not distinguishable"
        return "the second is better" if self.difference > 0 else "the first is better"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side; `notes` say what else differs between them."""

    a: Run
    b: Run
    rows: tuple[PairRow, ...]
    notes: tuple[str, ...] = ()


def compare(
    a: str | Path | Run,
    b: str | Path | Run,
    *,
    budget: int | None = None,
    is_forced: bool = False,
    seed: int = 0,
) -> Comparison:
    """Compare two runs; of an evaluation with several models name one, as in `folder:seed-0`.

    Raises:
        UsageError: when problems, golds or prompts differ, or nothing is common; it says what differs.
        InputError: when a folder holds no finished evaluation.
    """
    run_a, run_b = (one if isinstance(one, Run) else open_run(one) for one in (a, b))
    shared = [name for name in run_a.benchmarks() if name in run_b.benchmarks()]
    if not shared:
        raise UsageError(
            f"the runs share no benchmark: {run_a.name} has {', '.join(run_a.benchmarks())}, "
            f"{run_b.name} has {', '.join(run_b.benchmarks())}",
            "evaluate both on the same benchmarks",
        )
    for name in shared:
        require_same_problems(run_a, run_b, name)
    rows = []
    for name in shared:
        views_a, views_b = (_views(run, name, budget, is_forced) for run in (run_a, run_b))
        for view_a, view_b in _pairs(run_a, run_b, views_a.keys(), views_b.keys()):
            require_same_prompt(run_a, run_b, view_a, view_b)
            rows.append(_row(name, view_a, view_b, views_a[view_a], views_b[view_b], seed))
    if not rows:
        raise UsageError(
            f"the runs have no form in common on {', '.join(shared)}"
            + (f" at a budget of {budget}" if budget is not None else ""),
            "name the two views to compare: FOLDER:MODEL:VIEW",
        )
    adjusted = holm([row.p for row in rows])
    rows = [replace(row, adjusted_p=p) for row, p in zip(rows, adjusted, strict=True)]
    return Comparison(run_a, run_b, tuple(rows), tuple(differing_notes(run_a, run_b)))


def compare_all(
    runs: Sequence[Run], *, budget: int | None = None, is_forced: bool = False, seed: int = 0
) -> tuple[Comparison, ...]:
    """Compare every run with the first; p values are adjusted over all of it."""
    comparisons = [
        compare(runs[0], other, budget=budget, is_forced=is_forced, seed=seed) for other in runs[1:]
    ]
    adjusted = iter(holm([row.p for comparison in comparisons for row in comparison.rows]))
    return tuple(
        replace(one, rows=tuple(replace(row, adjusted_p=next(adjusted)) for row in one.rows))
        for one in comparisons
    )


def _views(run: Run, benchmark: str, budget: int | None, is_forced: bool) -> dict[View, tuple[Outcome, ...]]:
    own = [score for score in run.scores if score.reading.item.benchmark == benchmark]
    return outcomes_by_view(own, fall_back_order(run)).get((budget, is_forced), {})


def _pairs(a: Run, b: Run, views_a: object, views_b: object) -> list[tuple[View, View]]:
    """Give the views to compare: those that were named, else all that both have; `any` is no result."""
    have_a, have_b = list(views_a), list(views_b)  # type: ignore[call-overload]
    for run, have in ((a, have_a), (b, have_b)):
        if run.view is not None and run.view not in have:
            raise UsageError(f"{run.name}: there is no {run.view!r}", f"it has {', '.join(have)}")
    if a.view is not None or b.view is not None:
        first, second = a.view or b.view, b.view or a.view
        if first is None or second is None:
            return []
        return [(first, second)] if first in have_a and second in have_b else []
    return [(view, view) for view in have_a if view in have_b and view != "any"]


def _row(
    benchmark: str,
    view_a: View,
    view_b: View,
    outcomes_a: Sequence[Outcome],
    outcomes_b: Sequence[Outcome],
    seed: int,
) -> PairRow:
    by_item = {outcome.item.item_id: outcome for outcome in outcomes_b}
    pairs = [(one, by_item[one.item.item_id]) for one in outcomes_a if one.item.item_id in by_item]
    n = len(pairs)
    differences = [b.share - a.share for a, b in pairs]
    flips = tuple(
        Flip(a.item, "gained" if b.share > a.share else "lost", a.statuses, b.statuses)
        for a, b in pairs
        if a.share != b.share
    )
    gained = sum(flip.kind == "gained" for flip in flips)
    lost = len(flips) - gained
    both = sum(a.share == b.share and a.share > 0.5 for a, b in pairs)
    is_single = all(len(one.statuses) == 1 for pair in pairs for one in pair)
    if is_single:
        found = mcnemar(gained, lost)
        interval = newcombe_paired(both, lost, gained, n - both - gained - lost)
        p, mid_p, test = found.p, found.mid_p, "exact McNemar"
    else:
        p, mid_p, test = sign_flip(differences, seed=seed), None, "sign flips of the problems' means"
        interval = _interval_of(differences, seed)
    difference = sum(differences) / n if n else 0.0
    return PairRow(
        benchmark,
        view_a,
        view_b,
        n,
        sum(a.share for a, _ in pairs) / n if n else 0.0,
        sum(b.share for _, b in pairs) / n if n else 0.0,
        both,
        gained,
        lost,
        n - both - gained - lost,
        difference,
        interval,
        p,
        mid_p,
        p,
        needed_problems(max(gained, lost) / n, min(gained, lost) / n) if n and gained != lost else None,
        sum(_is_open(flip) for flip in flips),
        test,
        flips,
    )


def _interval_of(differences: Sequence[float], seed: int) -> Interval:
    """Give the interval of a mean difference; where no problem differs, the exact bound of none of n."""
    if any(differences):
        return cluster_interval(differences, seed=seed)
    most = clopper_pearson(0, len(differences)).high
    return Interval(-most, most)


def _is_open(flip: Flip) -> bool:
    return any(status in ("undecided", "error", "timeout") for status in (*flip.statuses_a, *flip.statuses_b))
