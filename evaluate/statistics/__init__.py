"""Statistics of evaluation: exact where a count is small, and never a bare percentage.

    intervals   Clopper-Pearson and Wilson for one share, Newcombe for a paired difference
    paired      McNemar, exact and mid-p, on the problems that two runs answer differently; Holm
    samples     avg@k, pass@k (unbiased), maj@k with ties averaged, over several answers per problem
    permutation the same question for means of several answers
    bootstrap   intervals of such means; the problem is the unit, not the answer
    planning    power of the exact McNemar test, and how many problems a difference would need

Pure functions of counts. scipy does the distributions and is loaded when a function needs it.
"""

from evaluate.statistics.bootstrap import cluster_interval
from evaluate.statistics.intervals import Interval, clopper_pearson, newcombe_paired, wilson
from evaluate.statistics.paired import Paired, holm, mcnemar
from evaluate.statistics.permutation import sign_flip
from evaluate.statistics.planning import fewest_gains, needed_problems, power
from evaluate.statistics.samples import average_at, majority_at, pass_at

__all__ = [
    "Interval",
    "Paired",
    "average_at",
    "clopper_pearson",
    "cluster_interval",
    "fewest_gains",
    "holm",
    "majority_at",
    "mcnemar",
    "needed_problems",
    "newcombe_paired",
    "pass_at",
    "power",
    "sign_flip",
    "wilson",
]
