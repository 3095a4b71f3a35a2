"""The interval of a mean over problems, by drawing problems anew: answers to one problem hang together.

On 30 problems with 8 answers each an interval that takes the answers as independent is half as wide as the
true one. Bias-corrected and accelerated (Efron 1987); where all problems have one value, BCa has no
correction to compute and the interval is that of the share's exact bounds or the value itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluate.statistics.intervals import Interval, clopper_pearson


def cluster_interval(
    per_problem: Sequence[float], *, seed: int = 0, n_draws: int = 4000, confidence: float = 0.95
) -> Interval:
    """Give the interval of the mean of `per_problem`: shares, or differences of shares, one a problem."""
    n = len(per_problem)
    if n == 0:
        return Interval(0.0, 1.0)
    if min(per_problem) == max(per_problem):
        value = per_problem[0]
        # nothing varies, so drawing says "no doubt"; for all wrong or all right the exact bound says how much
        return (
            clopper_pearson(round(value * n), n, confidence)
            if value in (0.0, 1.0)
            else Interval(value, value)
        )
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
