"""Intervals of shares. Every bound is a share between 0 and 1, or between -1 and 1 for a difference.

Clopper-Pearson (1934) is exact: it covers at least as often as it says, also at 0 of n. Wilson (1927) is
shorter and covers as often on average. Newcombe (1998, method 10) is for the difference of two shares that
were measured on the same problems. The textbook interval (Wald) is not here: at 0 of 20 it says 0 to 0.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Interval(NamedTuple):
    """A lower and an upper bound."""

    low: float
    high: float


def clopper_pearson(right: int, n: int, confidence: float = 0.95) -> Interval:
    """Give the exact interval of `right` of `n`; no problem at all says nothing: 0 to 1.

    >>> [round(bound, 3) for bound in clopper_pearson(2, 20)]
    [0.012, 0.317]
    """
    return exact_bounds(right, n, confidence)


def wilson(right: int, n: int, confidence: float = 0.95) -> Interval:
    """Give the score interval of `right` of `n`; no problem at all says nothing: 0 to 1.

    >>> [round(bound, 3) for bound in wilson(2, 20)]
    [0.028, 0.301]
    """
    if n == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import binomtest

    found = binomtest(right, n).proportion_ci(confidence, method="wilson")
    return Interval(float(found.low), float(found.high))


def exact_bounds(right: float, n: int, confidence: float = 0.95) -> Interval:
    """Give Clopper and Pearson's bounds by the beta distribution, which also has them between two counts."""
    if n == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, right, n - right + 1)) if right > 0 else 0.0
    high = float(beta.ppf(1 - tail, right + 1, n - right)) if right < n else 1.0
    return Interval(low, high)


def newcombe_paired(both: int, only_a: int, only_b: int, neither: int, confidence: float = 0.95) -> Interval:
    """Give the interval of (share right of b) - (share right of a) on the same problems.

    Built from the two Wilson intervals and the correlation of the pairs, which is shrunk by a continuity
    correction where it is positive.
    """
    n = both + only_a + only_b + neither
    if n == 0:
        return Interval(-1.0, 1.0)
    right_a, right_b = both + only_a, both + only_b
    share_a, share_b = right_a / n, right_b / n
    low_a, high_a = wilson(right_a, n, confidence)
    low_b, high_b = wilson(right_b, n, confidence)
    correlation = _phi(both, only_a, only_b, neither)
    below_b, above_b = share_b - low_b, high_b - share_b
    below_a, above_a = share_a - low_a, high_a - share_a
    down = math.sqrt(max(0.0, below_b**2 - 2 * correlation * below_b * above_a + above_a**2))
    up = math.sqrt(max(0.0, above_b**2 - 2 * correlation * above_b * below_a + below_a**2))
    difference = share_b - share_a
    return Interval(max(-1.0, difference - down), min(1.0, difference + up))


def _phi(both: int, only_a: int, only_b: int, neither: int) -> float:
    """Correlation of two yes/no columns, with Newcombe's correction; 0 where one column never varies."""
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if margins == 0:
        return 0.0
    cross = float(both * neither - only_a * only_b)
    if cross > 0:
        cross = max(cross - (both + only_a + only_b + neither) / 2, 0.0)
    return cross / math.sqrt(margins)
