"""Generated word problems: true in every form, all different, and the same for the same seed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from curate import solve
from curate.ids import text_key


@pytest.fixture(scope="module")
def problems() -> Any:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from benchmarks.distill import problems

    return problems


def test_every_solution_comes_to_the_gold(problems: Any) -> None:
    for number, problem in enumerate(problems.make_problems(30, seed=5, n_changes=4)):
        row = problem.as_row(number, "train")
        value = problem.values[0]
        for step in row["steps"]:
            first, sign, second = step["expression"].split()
            assert int(first) == value
            value = {"+": value + int(second), "-": value - int(second), "*": value * int(second)}[sign]
            assert step["value"] == str(value)
        assert row["gold"] == str(value)


def test_equations_solve_to_the_gold(problems: Any) -> None:
    for problem in problems.make_problems(6, seed=6, n_changes=3):
        assert str(solve(problem.as_row(0, "train")["equations"]).solution.answer) == problem.gold


def test_a_seed_gives_the_same_problems_and_no_held_out_one_is_among_them(problems: Any) -> None:
    train = problems.make_problems(300, seed=1, n_changes=2)
    assert train == problems.make_problems(300, seed=1, n_changes=2)
    keys = frozenset(text_key(problem.question) for problem in train)
    assert len(keys) == 300
    held_out = problems.make_problems(300, seed=2, n_changes=2, unlike=keys)
    assert not keys & {text_key(problem.question) for problem in held_out}
