"""A paired test for figures that are not yes or no: means over several answers, tied votes by their chance.

Under "no difference" each problem's difference is as likely with either sign (Fisher 1935). All signs are
tried where there are few problems that differ, else a seeded draw of them.
"""

from __future__ import annotations

from collections.abc import Sequence

_MOST_EXACT = 16


def sign_flip(differences: Sequence[float], *, seed: int = 0, n_draws: int = 20_000) -> float:
    """Give the two-sided p of the mean of paired differences.

    >>> sign_flip([1.0, 1.0, 0.0])
    0.5
    """
    import numpy

    values = numpy.asarray([one for one in differences if one], dtype=float)
    n = len(values)
    if n == 0:
        return 1.0
    if n <= _MOST_EXACT:
        signs = 1 - 2 * ((numpy.arange(2**n)[:, None] >> numpy.arange(n)) & 1)
    else:
        signs = numpy.random.default_rng(seed).choice((-1, 1), size=(n_draws, n))
    sums = numpy.abs(signs @ values)
    as_extreme = int((sums >= abs(values.sum()) - 1e-9).sum())
    if n <= _MOST_EXACT:
        return as_extreme / len(sums)
    return (as_extreme + 1) / (len(sums) + 1)  # a drawn p is never 0
