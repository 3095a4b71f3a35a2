"""What a comparison could have found: power of the exact McNemar test, and the problems that it needs."""

from __future__ import annotations

from functools import lru_cache

from evaluate.statistics.paired import mcnemar

_MOST = 200_000


def fewest_gains(level: float = 0.05) -> int:
    """Give the fewest gained problems that are significant when none is lost.

    >>> fewest_gains()
    6
    """
    gained = 1
    while mcnemar(gained, 0).p >= level:
        gained += 1
    return gained


@lru_cache(maxsize=4096)
def power(n: int, gain: float, loss: float = 0.0, level: float = 0.05) -> float:
    """Give the chance to find a difference on `n` problems.

    `gain` and `loss` are the true shares of problems that the second run gains and loses.
    """
    from scipy.stats import binom

    flips = gain + loss
    if n == 0 or flips <= 0:
        return 0.0
    total = 0.0
    low, high = (int(bound) for bound in binom.interval(1 - 1e-9, n, min(1.0, flips)))
    for flipped in range(max(low, 1), high + 1):
        limit = _largest_minority(flipped, level)
        if limit < 0:
            continue
        share = gain / flips
        found = binom.cdf(limit, flipped, share) + binom.sf(flipped - limit - 1, flipped, share)
        total += float(binom.pmf(flipped, n, min(1.0, flips)) * min(1.0, found))
    return min(1.0, total)


@lru_cache(maxsize=65536)
def _largest_minority(flipped: int, level: float) -> int:
    """Give the most problems on the smaller side that are still significant; -1 when none is."""
    from scipy.stats import binom

    # the largest k with 2 * P(X <= k) < level; ppf gives the first k that is at least level / 2
    candidate = int(binom.ppf(level / 2, flipped, 0.5))
    while candidate >= 0 and 2 * float(binom.cdf(candidate, flipped, 0.5)) >= level:
        candidate -= 1
    return candidate if 2 * candidate < flipped else -1


def needed_problems(
    gain: float, loss: float = 0.0, *, wanted: float = 0.8, level: float = 0.05
) -> int | None:
    """Give how many problems find such a difference with the wanted chance; None when none do.

    The power of an exact test saws up and down a little with n; what is given is the first n that reaches it
    in a search by doubling and halving.
    """
    if gain == loss or gain + loss <= 0:
        return None
    high = 8
    while power(high, gain, loss, level) < wanted:
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > max(1, high // 200):
        middle = (low + high) // 2
        if power(middle, gain, loss, level) >= wanted:
            high = middle
        else:
            low = middle
    return high
