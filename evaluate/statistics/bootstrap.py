"""The interval of a mean over problems when each has several answers: problems are drawn, not answers.

On 30 problems with 8 answers each an interval that takes the answers as independent is half as wide as the
true one. Bias-corrected and accelerated (Efron 1987). Where all problems have one value, drawing says "no
doubt"; the exact bounds of a share that large are given instead. They are too wide, never too narrow: no
values between 0 and 1 vary more around their mean than right and wrong do.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluate.statistics.intervals import Interval, exact_bounds


def cluster_interval(
    per_problem: Sequence[float], *, seed: int = 0, n_draws: int = 4000, confidence: float = 0.95
) -> Interval:
    """Give the interval of the mean of `per_problem`: shares, or differences of shares, one a problem."""
    n = len(per_problem)
    if n == 0:
        return Interval(0.0, 1.0)
    if min(per_problem) == max(per_problem):
        low, high = exact_bounds(abs(per_problem[0]) * n, n, confidence)
        return Interval(low, high) if per_problem[0] >= 0 else Interval(-high, -low)
    import numpy
    from scipy.stats import bootstrap

    found = bootstrap(
        (numpy.asarray(per_problem, dtype=float),),
        numpy.mean,
        n_resamples=n_draws,
        confidence_level=confidence,
        method="BCa",
        rng=numpy.random.default_rng(seed),
        batch=256,
    ).confidence_interval
    return Interval(float(found.low), float(found.high))
