"""When asking stops: decisions over outcomes in canonical order, never over what came later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.stages.rounds_rules import (
    Cell,
    Standing,
    StopRule,
    agree_against_gold,
    allow,
    largest_agreement,
    wilson_upper,
)


def same(one: str, other: str) -> bool:
    return one == other


def decide(outcomes: str, target: int | None = 2, below: float = 0.33, **more) -> tuple[int, Standing]:
    found = allow(Cell(outcomes, **more), StopRule(target, below), same)
    return found.n_places, found.standing


@pytest.mark.parametrize(
    ("outcomes", "n", "standing"),
    [
        ("........", 2, Standing.OPEN),
        ("cc......", 2, Standing.SOLVED),
        ("cw......", 3, Standing.OPEN),
        ("cwc.....", 3, Standing.SOLVED),
        ("ww......", 4, Standing.OPEN),
        ("wwwwwwww", 8, Standing.HOPELESS),
        ("uuuuuuuu", 8, Standing.EXHAUSTED),
        ("wcwwwwww", 8, Standing.EXHAUSTED),
        ("c.......", 2, Standing.OPEN),
        (".ccccccc", 2, Standing.OPEN),
    ],
)
def test_as_many_are_asked_as_are_needed_then_it_is_looked_again(outcomes, n, standing) -> None:
    assert decide(outcomes) == (n, standing)


def test_a_problem_is_given_up_when_its_pass_rate_is_surely_too_low() -> None:
    assert decide("w" * 8 + "." * 8) == (8, Standing.HOPELESS)
    assert decide("w" * 7 + "c" + "w" * 8)[1] is not Standing.HOPELESS or wilson_upper(1, 16) < 0.33
    assert decide("w" * 8 + "." * 8, below=0.30) == (10, Standing.OPEN)


def test_what_nobody_can_tell_is_neither_success_nor_failure() -> None:
    assert decide("u" * 8 + "." * 8) == (10, Standing.OPEN)


def test_zero_of_eight_has_an_upper_bound_of_a_third() -> None:
    assert wilson_upper(0, 8) == pytest.approx(0.324, abs=0.001)
    assert wilson_upper(0, 0) == 1
    assert wilson_upper(8, 8) == 1


def test_answers_without_a_gold_are_settled_by_agreement_and_never_called_solved() -> None:
    answers = ["7", "7", "9", None, None, None, None, None]
    assert decide("uu......", answers=answers, has_gold=False) == (2, Standing.MAJORITY)
    answers = ["7", "9", "7", None, None, None, None, None]
    assert decide("uuu.....", answers=answers, has_gold=False)[0] == 4
    assert decide("uuuu....", answers=answers, has_gold=False) == (4, Standing.MAJORITY)


def test_one_answer_agrees_with_nobody() -> None:
    assert decide("u...", target=1, answers=["7", None, None, None], has_gold=False)[1] is Standing.OPEN
    assert largest_agreement([None, None], same) == 0
    assert largest_agreement(["a", "b", "a", None], same) == 2


def test_verified_traces_of_cheaper_teachers_count() -> None:
    assert decide("....", n_verified_before=2) == (0, Standing.SOLVED)
    assert decide("....", n_verified_before=1) == (1, Standing.OPEN)


def test_without_a_target_all_samples_are_asked_and_one_verified_trace_solves() -> None:
    assert decide("....", target=None) == (4, Standing.OPEN)
    assert decide("wwcw", target=None) == (4, Standing.SOLVED)
    assert decide("wwww", target=None) == (4, Standing.EXHAUSTED)


def test_two_teachers_that_agree_on_another_value_than_the_gold_make_the_gold_suspect() -> None:
    assert agree_against_gold([("a", "7"), ("b", "7")], same)
    assert not agree_against_gold([("a", "7"), ("a", "7"), ("b", "9")], same)
    assert not agree_against_gold([], same)


@given(st.text("cwu", min_size=1, max_size=30), st.integers(1, 4))
def test_a_decision_does_not_change_when_more_becomes_known(outcomes, target) -> None:
    """Resume: what was allowed with a part of the outcomes is allowed with all of them."""
    final = decide(outcomes, target)
    n = 0
    for _ in range(len(outcomes) + 1):
        known = outcomes[:n] + "." * (len(outcomes) - n)
        now = decide(known, target)
        if now[0] == n:
            break
        n = now[0]
    assert (n, now[1]) == final
