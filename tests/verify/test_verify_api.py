"""Checking and solving for people: one pair, one text, streams with bad items in them."""

from __future__ import annotations

import time

import pytest

from curate.answer_settings import AnswerSettings
from curate.verify import Question, check, check_many, solve, solve_many
from curate.verify.guard import is_safe_for_symbols


def test_check_reads_a_bare_answer_or_a_whole_response() -> None:
    assert check(gold="1/2", answer="0.5").status == "equal"
    found = check(gold="18", response="So 9 + 9 = 18.\n#### 18")
    assert (found.status, found.extracted) == ("equal", "18")
    assert found.seconds > 0


def test_check_without_an_answer_says_why() -> None:
    assert check(gold="18", response="I do not know.").reason == "no_anchor"
    assert check(gold="18", answer=" ").reason == "no_answer"
    assert check(gold="18").status == "undecided"


def test_one_bad_pair_does_not_disturb_the_others() -> None:
    bad = ["9^9^9^9", "(" * 5_000, "\0", "\ud800", "1" * 100_000, r"\frac{" * 300, "__import__('os')"]
    questions = [Question("18", answer) for answer in bad for answer in (answer, "18")]
    found = list(check_many(questions, workers=2))
    assert [result.status for result in found[1::2]] == ["equal"] * len(bad)
    assert "equal" not in {result.status for result in found[0::2]}


def test_a_huge_value_is_compared_without_writing_it_out() -> None:
    questions = [Question("5", answer) for answer in ("(10^8)!", r"\binom{10^9}{10^8}", "1e999999999", "--5")]
    found = list(check_many(questions, workers=1))
    assert "equal" not in {result.status for result in found}
    assert max(result.seconds for result in found) < 2.5


def test_decimals_of_symbolic_values_follow_the_rounding_policy() -> None:
    rounded = AnswerSettings(rounding="gold_places")
    questions = [
        Question(r"\sqrt[3]{2}", "1.259921"),
        Question(r"\sqrt[3]{2}", "1.26"),
        Question(r"\ln 8", "2.0794415416798357"),
        Question("1.26", r"\sqrt[3]{2}", settings=rounded),
        Question("1.27", r"\sqrt[3]{2}", settings=rounded),
    ]
    found = [result.status for result in check_many(questions, workers=1)]
    assert found == ["equal", "not_equal", "equal", "equal", "not_equal"]


def test_solve_gives_an_exact_answer_and_a_decimal() -> None:
    solution = solve("x^2 = 2\nx > 0\nans = x").solution
    assert (solution.status, solution.answer, solution.decimal[:10]) == ("ok", "sqrt(2)", "1.41421356")


def test_solve_many_keeps_order_over_refusals() -> None:
    systems = [f"ans = {number}" if number % 3 else "ans = " for number in range(200)]
    answers = [result.solution.answer for result in solve_many(systems, workers=2)]
    assert answers == [str(number) if number % 3 else "" for number in range(200)]


@pytest.mark.parametrize(
    "text",
    ["9^9^9^9", "2^{3^{4^5}}", "10^{10^{10}}", "x^{99999}", "99999!", r"\int_0^1 x",
     r"\sum_{i=1}^{9} i", "1" * 2_000,
     "(" * 30, "a.b(c)", "lambda: 1", "18 dollars or so", "$18$", "eval(1)", "24>", "5; 6"],
)  # fmt: skip
def test_guard_stops(text: str) -> None:
    assert not is_safe_for_symbols(text)


@pytest.mark.parametrize(
    "text", [r"\frac{\sqrt{3}}{2}", r"\log_2 8", r"\sin(\pi/6)", "x^2+1", r"\cot x", "2^{1/3}"]
)
def test_guard_lets_pass(text: str) -> None:
    assert is_safe_for_symbols(text)


def test_a_number_of_a_billion_digits_costs_no_time_here() -> None:
    """The engine knows it as a decimal with a huge exponent, which nobody may write out."""
    started = time.process_time()
    result = check(gold="5", answer=r"\binom{10^9}{10^8}")
    assert result.status in ("not_equal", "undecided")
    assert time.process_time() - started < 5
