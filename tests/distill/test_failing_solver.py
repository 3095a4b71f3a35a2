"""A solver that is made to fail takes equations away, and the fall-back hands over to the next form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from curate.types import FinishReason, Problem
from evaluate.runs import Run
from evaluate.types import Item, Reading, Score


@pytest.fixture(scope="module")
def failing() -> Any:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from benchmarks.distill import failing

    return failing


def _score(number: int, form: str, status: str) -> Score:
    item = Item(f"i{number}", "own", Problem.of(source="own", question=f"q{number}", gold="1"))
    answer = {"correct": "1", "incorrect": "2"}.get(status, "")
    reading = Reading(f"{number}{form}", item, form, 0, answer, 3, FinishReason.STOP)  # type: ignore[arg-type]
    return Score(reading, status, "", "", answer, status, answer)


def _run(forms: dict[str, str]) -> Run:
    scores = tuple(_score(number, form, status) for number in range(40) for form, status in forms.items())
    return Run("r", Path(), "seed-0", None, {}, {}, {}, {}, scores)


def test_equations_fail_at_about_the_rate_and_more_at_a_higher_one(failing: Any) -> None:
    figures = [one for one in failing.measure_failing(_run({"eot": "correct"})) if one.view == "eot"]
    right = [one.right for one in figures]
    assert right[0] == 40 and right[-1] == 0
    assert right == sorted(right, reverse=True)
    assert 10 <= right[2] <= 30


def test_the_fall_back_hands_over_to_a_form_that_holds(failing: Any) -> None:
    run = _run({"eot": "correct", "pot": "correct", "cot": "incorrect"})
    assert {one.right for one in failing.measure_failing(run) if one.view == "fall-back"} == {40}


def test_what_is_left_alone_where_the_others_are_wrong_falls_with_the_solver(failing: Any) -> None:
    run = _run({"eot": "correct", "pot": "no_answer", "cot": "incorrect"})
    by_rate = {one.rate: one.right for one in failing.measure_failing(run) if one.view == "fall-back"}
    assert by_rate[0.0] == 40 and by_rate[1.0] == 0
