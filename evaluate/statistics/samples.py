"""Several answers to one problem as one figure per problem; the mean over problems is the benchmark's.

pass@k is the unbiased estimator of Chen et al. 2021 (arXiv 2107.03374): the chance that k of the n answers,
drawn without replacement, hold a right one. maj@k takes all answers given; where several values tie for the
most votes each has an equal chance, so that the order of answers decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def average_at(right: int, n: int) -> float:
    """Give the share of right answers to one problem."""
    return right / n if n else 0.0


def pass_at(right: int, n: int, k: int) -> float:
    """Estimate the chance that at least one of k answers is right.

    Raises:
        ValueError: when k is not between 1 and n.

    >>> round(pass_at(4, 64, 8), 4)
    0.4219
    """
    if not 1 <= k <= n:
        raise ValueError(f"pass@{k} needs at least {k} answers, and there are {n}")
    return 1.0 - math.comb(n - right, k) / math.comb(n, k)


def majority_at(votes: Sequence[tuple[str, bool]]) -> float:
    """Give the chance that the most frequent value is right; each vote is a value and whether it is right.

    Answers without a value do not vote; no vote at all is 0.

    >>> majority_at([("5", True), ("6", False), ("6", False), ("5", True)])
    0.5
    """
    counts: dict[str, int] = {}
    is_right: dict[str, bool] = {}
    for value, right in votes:
        counts[value] = counts.get(value, 0) + 1
        is_right[value] = is_right.get(value, False) or right
    if not counts:
        return 0.0
    most = max(counts.values())
    winners = [value for value, count in counts.items() if count == most]
    return sum(is_right[value] for value in winners) / len(winners)
