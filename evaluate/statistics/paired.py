"""Two runs on the same problems: only the problems on which they differ carry information.

McNemar's test in its exact form: under "no difference" each problem that flips is a fair coin. Mid-p counts
the observed outcome by half and is less conservative. Holm (1979) keeps the error of several comparisons
together below the level of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paired:
    """What the flipped problems say: `gained` went from wrong to right, `lost` the other way; two-sided p."""

    gained: int
    lost: int
    p: float
    mid_p: float


def mcnemar(gained: int, lost: int) -> Paired:
    """Test whether two runs differ, exactly.

    >>> mcnemar(2, 0)
    Paired(gained=2, lost=0, p=0.5, mid_p=0.25)
    """
    n, fewer = gained + lost, min(gained, lost)
    if n == 0:
        return Paired(gained, lost, 1.0, 1.0)
    from scipy.stats import binom

    tail, point = float(binom.cdf(fewer, n, 0.5)), float(binom.pmf(fewer, n, 0.5))
    return Paired(gained, lost, min(1.0, 2 * tail), min(1.0, 2 * tail - point))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p values of several comparisons, in their order; each can be held against the usual level.

    >>> [round(p, 6) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)
