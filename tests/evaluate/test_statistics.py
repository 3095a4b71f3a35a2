"""Known values: of scipy and statsmodels as measured once, and of the studies that the project reruns."""

from __future__ import annotations

import math
import random

import pytest

from evaluate.statistics import (
    clopper_pearson,
    cluster_interval,
    fewest_gains,
    holm,
    majority_at,
    mcnemar,
    needed_problems,
    newcombe_paired,
    pass_at,
    power,
    wilson,
)


@pytest.mark.parametrize(
    ("right", "n", "exact", "score"),
    [
        (0, 20, (0, 16.8), (0, 16.1)),
        (2, 20, (1.2, 31.7), (2.8, 30.1)),
        (9, 90, (4.7, 18.1), (5.4, 17.9)),
        (0, 90, (0, 4.0), (0, 4.1)),
        (137, 1319, (8.8, 12.2), (8.9, 12.1)),
    ],
)
def test_intervals_of_shares_have_their_known_bounds(
    right: int, n: int, exact: tuple[float, float], score: tuple[float, float]
) -> None:
    assert [round(100 * bound, 1) for bound in clopper_pearson(right, n)] == list(exact)
    assert [round(100 * bound, 1) for bound in wilson(right, n)] == list(score)


def test_interval_of_no_problem_says_nothing() -> None:
    assert clopper_pearson(0, 0) == (0, 1)
    assert newcombe_paired(0, 0, 0, 0) == (-1, 1)
    assert cluster_interval([]) == (0, 1)


def test_two_of_twenty_against_none_is_not_significant() -> None:
    found = mcnemar(gained=2, lost=0)
    assert (found.p, found.mid_p) == (0.5, 0.25)


@pytest.mark.parametrize(
    ("gained", "lost", "p"), [(30, 30, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (0, 0, 1.0)]
)
def test_mcnemar_is_the_exact_binomial_test(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost).p == pytest.approx(p, abs=1e-12)


def test_mcnemar_agrees_with_a_sum_over_coins() -> None:
    gained, lost = 24, 9
    tail = sum(math.comb(33, k) for k in range(10)) / 2**33
    assert mcnemar(gained, lost).p == pytest.approx(2 * tail, rel=1e-12)
    assert mcnemar(lost, gained).p == mcnemar(gained, lost).p


def test_six_gains_without_a_loss_are_the_fewest_that_count() -> None:
    assert fewest_gains() == 6


def test_difference_of_two_and_none_of_twenty_is_as_wide_as_it_is() -> None:
    low, high = newcombe_paired(both=0, only_a=0, only_b=2, neither=18)
    assert low < 0 < 0.1 < high
    assert (round(100 * low, 1), round(100 * high, 1)) == (-7.7, 30.1)


def test_paired_difference_has_the_published_example_of_newcombe() -> None:
    """Newcombe 1998 (Statistics in Medicine 17: 2635), table II: 36 + 12 + 2 + 0 pairs, method 10."""
    low, high = newcombe_paired(both=36, only_a=2, only_b=12, neither=0)
    assert (round(low, 4), round(high, 4)) == (0.0569, 0.3404)


def test_paired_difference_turns_its_sign_with_the_runs() -> None:
    low, high = newcombe_paired(40, 5, 12, 43)
    assert newcombe_paired(40, 12, 5, 43) == pytest.approx((-high, -low))


@pytest.mark.parametrize(("n", "percent"), [(20, 1), (30, 7), (60, 56), (90, 90)])
def test_power_of_ten_points_without_losses(n: int, percent: int) -> None:
    assert round(100 * power(n, 0.10)) == percent


@pytest.mark.parametrize(("n", "percent"), [(90, 35), (250, 85), (500, 99)])
def test_losses_cost_power(n: int, percent: int) -> None:
    assert round(100 * power(n, 0.10, 0.03)) == percent


def test_power_agrees_with_a_sum_over_all_outcomes() -> None:
    n, gain, loss, found = 25, 0.3, 0.1, 0.0
    for gained in range(n + 1):
        for lost in range(n + 1 - gained):
            if mcnemar(gained, lost).p < 0.05:
                ways = math.comb(n, gained) * math.comb(n - gained, lost)
                found += ways * gain**gained * loss**lost * (1 - gain - loss) ** (n - gained - lost)
    assert power(n, gain, loss) == pytest.approx(found, abs=1e-7)


def test_needed_problems_reach_the_power_that_was_asked_for() -> None:
    n = needed_problems(0.10, 0.03)
    assert n is not None
    assert power(n, 0.10, 0.03) >= 0.8
    assert power(n - n // 10, 0.10, 0.03) < 0.8
    assert needed_problems(0.1, 0.1) is None


def test_pass_at_k_is_unbiased_and_not_the_plug_in() -> None:
    assert round(pass_at(4, 64, 8), 4) == 0.4219
    assert round(1 - (1 - 4 / 64) ** 8, 4) == 0.4033
    assert pass_at(3, 3, 1) == 1
    with pytest.raises(ValueError, match="pass@5"):
        pass_at(1, 4, 5)


def test_tied_majority_counts_by_its_chance() -> None:
    votes = [("5", True), ("6", False), ("7", False), ("5", True), ("6", False)]
    assert majority_at(votes) == 0.5
    assert majority_at(list(reversed(votes))) == 0.5
    assert majority_at([]) == 0


def test_holm_keeps_order_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()


def test_answers_of_one_problem_do_not_narrow_the_interval() -> None:
    """30 problems of 8 answers, as measured: the naive standard error is half of the clustered one."""
    draw = random.Random(5)
    chances = [draw.random() for _ in range(30)]
    counts = [sum(draw.random() < chance for _ in range(8)) for chance in chances]
    low, high = cluster_interval([count / 8 for count in counts], seed=1)
    naive_low, naive_high = wilson(sum(counts), 240)
    assert high - low > 1.4 * (naive_high - naive_low)


def test_same_seed_gives_the_same_interval() -> None:
    values = [0.25, 0.5, 1.0, 0.0, 0.75]
    assert cluster_interval(values, seed=3) == cluster_interval(values, seed=3)


def test_all_wrong_is_not_certainly_zero() -> None:
    assert cluster_interval([0.0] * 20) == clopper_pearson(0, 20)
