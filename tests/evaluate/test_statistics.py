"""Known values: of scipy and statsmodels as measured once, and of the studies that the project reruns."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from evaluate.statistics import (
    average_at,
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
    sign_flip,
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
    found = mcnemar(gained, lost)
    assert found.mid_p == pytest.approx(2 * tail - math.comb(33, 9) / 2**33, rel=1e-12)
    assert (found.gained, found.lost) == (24, 9)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_as_many_gained_as_lost_is_no_difference_at_all(n: int) -> None:
    assert mcnemar(n, n).p == 1.0
    assert (mcnemar(n, n).gained, mcnemar(n, n).lost) == (n, n)
    assert mcnemar(n, n).mid_p == pytest.approx(1.0)


def test_one_flip_is_a_coin() -> None:
    assert (mcnemar(1, 0).p, mcnemar(1, 0).mid_p) == pytest.approx((1.0, 0.5))


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


def newcombe_by_hand(a: int, b: int, c: int, d: int, z: float) -> tuple[float, float]:
    """Method 10 in the letters of the paper; a and d are both right and both wrong."""
    n = a + b + c + d

    def score(x: int) -> tuple[float, float]:
        middle, half = 2 * x + z * z, z * math.sqrt(z * z + 4 * x * (n - x) / n)
        return (middle - half) / (2 * (n + z * z)), (middle + half) / (2 * (n + z * z))

    (l1, u1), (l2, u2) = score(a + c), score(a + b)
    p1, p2 = (a + c) / n, (a + b) / n
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    area = a * d - b * c
    area = area - n / 2 if area > n / 2 else min(area, 0)
    phi = area / math.sqrt(margins) if margins else 0
    down = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
    up = (p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2
    return p1 - p2 - math.sqrt(down), p1 - p2 + math.sqrt(up)


@pytest.mark.parametrize(
    "table", [(40, 5, 12, 43), (30, 0, 0, 30), (5, 3, 4, 8), (3, 3, 4, 4), (0, 20, 25, 0), (90, 2, 7, 1)]
)
@pytest.mark.parametrize(("confidence", "z"), [(0.95, 1.959963984540054), (0.9, 1.6448536269514722)])
def test_paired_difference_follows_the_paper_letter_by_letter(
    table: tuple[int, int, int, int], confidence: float, z: float
) -> None:
    assert newcombe_paired(*table, confidence) == pytest.approx(newcombe_by_hand(*table, z), abs=1e-9)


def test_paired_difference_stays_within_minus_one_and_one() -> None:
    assert newcombe_paired(0, 0, 5, 0).high == 1
    assert newcombe_paired(0, 5, 0, 0).low == -1


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


def test_losses_and_a_stricter_level_need_their_problems() -> None:
    assert needed_problems(0.03, 0.10) == needed_problems(0.10, 0.03)
    assert needed_problems(0.10, 0.0) < needed_problems(0.10, 0.03) < needed_problems(0.10, 0.03, level=0.01)
    assert needed_problems(0.0, 0.0) is None


def test_a_level_must_be_undercut() -> None:
    assert fewest_gains(0.5) == 3
    assert fewest_gains(0.03) == 7


def test_needed_problems_reach_the_power_that_was_asked_for() -> None:
    n = needed_problems(0.10, 0.03)
    assert n is not None
    assert power(n, 0.10, 0.03) >= 0.8
    assert power(n - n // 10, 0.10, 0.03) < 0.8
    assert needed_problems(0.1, 0.1) is None


def test_pass_at_k_is_unbiased_and_not_the_plug_in() -> None:
    assert round(pass_at(4, 64, 8), 4) == 0.4219
    assert round(1 - (1 - 4 / 64) ** 8, 4) == 0.4033
    assert pass_at(3, 3, 1) == pass_at(1, 4, 4) == 1
    with pytest.raises(ValueError, match="pass@5"):
        pass_at(1, 4, 5)


def test_tied_majority_counts_by_its_chance() -> None:
    votes = [("5", True), ("6", False), ("7", False), ("5", True), ("6", False)]
    assert majority_at(votes) == 0.5
    assert majority_at(list(reversed(votes))) == 0.5
    assert majority_at([]) == 0


def test_a_value_is_right_once_one_of_its_answers_is() -> None:
    assert majority_at([("5", True), ("5", False), ("6", False)]) == 1
    assert majority_at([("5", False), ("5", True)]) == 1


def test_average_is_the_share_of_right_answers() -> None:
    assert (average_at(3, 4), average_at(0, 4), average_at(0, 0)) == (0.75, 0, 0)


def test_holm_keeps_order_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.6, 0.9]) == (1, 1)
    assert holm([]) == ()


def test_answers_of_one_problem_do_not_narrow_the_interval() -> None:
    """30 problems of 8 answers, as measured: the naive standard error is half of the clustered one."""
    draw = random.Random(5)
    chances = [draw.random() for _ in range(30)]
    counts = [sum(draw.random() < chance for _ in range(8)) for chance in chances]
    low, high = cluster_interval([count / 8 for count in counts], seed=1)
    naive_low, naive_high = wilson(sum(counts), 240)
    assert high - low > 1.4 * (naive_high - naive_low)


def test_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    draw = random.Random(2)
    values = [draw.random() for _ in range(40)]
    assert cluster_interval(values, seed=3) == cluster_interval(values, seed=3)
    assert cluster_interval(values, seed=3) != cluster_interval(values, seed=4)
    assert cluster_interval(values, seed=3, n_draws=500) != cluster_interval(values, seed=3)
    low, high = cluster_interval(values, confidence=0.8)
    assert cluster_interval(values).low < low < high < cluster_interval(values).high


@pytest.mark.parametrize("confidence", [0.95, 0.9])
def test_problems_of_one_value_are_not_certain_of_it(confidence: float) -> None:
    assert cluster_interval([0.0] * 20, confidence=confidence) == clopper_pearson(0, 20, confidence)
    assert cluster_interval([1.0] * 20, confidence=confidence) == clopper_pearson(20, 20, confidence)
    assert cluster_interval([0.5] * 20, confidence=confidence) == clopper_pearson(10, 20, confidence)
    low, high = clopper_pearson(20, 20, confidence)
    assert cluster_interval([-1.0] * 20, confidence=confidence) == (-high, -low)
    low, high = cluster_interval([0.5], confidence=confidence)
    assert low < 0.1 < 0.9 < high


@pytest.mark.parametrize("n", [1, 2, 7, 16])
def test_few_differences_are_flipped_in_every_way(n: int) -> None:
    draw = random.Random(n)
    values = [round(draw.uniform(-0.4, 1), 3) for _ in range(n)]
    seen = abs(sum(values))
    ways = [
        abs(sum(sign * value for sign, value in zip(signs, values, strict=True)))
        for signs in itertools.product((1, -1), repeat=n)
    ]
    exact = sum(way >= seen - 1e-9 for way in ways) / len(ways)
    assert sign_flip([*values, 0.0, 0.0]) == exact


def test_many_differences_are_flipped_by_drawing() -> None:
    """Of 20 ones all signs must fall alike, once in half a million: no draw does, and p is still not 0."""
    assert sign_flip([1.0] * 20) == 1 / 20_001
    assert sign_flip([1.0] * 20, n_draws=999) == 1 / 1000
    assert sign_flip([1.0] * 13 + [-1.0] * 7) == pytest.approx(mcnemar(13, 7).p, abs=0.01)
    assert sign_flip([1.0] * 10 + [-1.0] * 10) == 1
    assert sign_flip([]) == 1
    values = [0.1 * place - 0.7 for place in range(20)]
    assert sign_flip(values, seed=1) == sign_flip(values, seed=1) != sign_flip(values, seed=2)
