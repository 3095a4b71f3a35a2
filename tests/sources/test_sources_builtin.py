"""Every problem that ships is checked by program: its steps, its program and its equations give its gold."""

from __future__ import annotations

import ast
import json
import operator
import subprocess
import sys
from fractions import Fraction

import pytest

from curate.ids import text_key
from curate.sources import BuiltinProblem, builtin_problems
from curate.verify import solve_many

PROBLEMS = builtin_problems()
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def exact(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Fraction(str(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -exact(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](exact(left), exact(right))
    raise ValueError(ast.dump(node))


def wanted(builtin: BuiltinProblem) -> Fraction:
    problem = builtin.problem
    text = problem.choices["ABCDEFGH".index(problem.gold or "")] if problem.choices else problem.gold or ""
    return Fraction(text.split()[0])


@pytest.mark.parametrize("builtin", PROBLEMS, ids=lambda b: b.problem.origin_id)
def test_the_steps_are_true_and_lead_to_the_gold(builtin: BuiltinProblem) -> None:
    assert builtin.steps
    for step in builtin.steps:
        if step.expression:
            assert exact(ast.parse(step.expression, mode="eval").body) == Fraction(step.value), step
    assert Fraction(builtin.steps[-1].value) == wanted(builtin)


def test_all_programs_give_the_gold() -> None:
    programs = json.dumps([builtin.program for builtin in PROBLEMS])
    run = (
        "import json, sys\n"
        "for text in json.load(sys.stdin):\n"
        "    names = {}\n"
        "    exec(text, names)\n"
        "    print(names['ans'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", run], input=programs, capture_output=True, text=True, check=True
    )
    for builtin, answer in zip(PROBLEMS, done.stdout.split(), strict=True):
        assert abs(float(Fraction(answer)) - float(wanted(builtin))) < 1e-9, builtin.problem.origin_id


def test_all_equations_are_solved_to_the_gold() -> None:
    for builtin, result in zip(PROBLEMS, solve_many([b.equations for b in PROBLEMS], workers=1), strict=True):
        assert result.solution.status == "ok", (builtin.problem.origin_id, result.solution)
        assert Fraction(result.solution.answer) == wanted(builtin), builtin.problem.origin_id


def test_the_collection_is_varied() -> None:
    assert len(PROBLEMS) >= 100
    assert len({text_key(b.problem.question) for b in PROBLEMS}) == len(PROBLEMS)
    assert len({b.problem.origin_id for b in PROBLEMS}) == len(PROBLEMS)
    assert {b.problem.level for b in PROBLEMS} == {"1", "2", "3", "4", "5", "6"}
    assert len({b.problem.subject for b in PROBLEMS}) >= 15
    assert all(len(b.problem.gold or "") <= 3 for b in PROBLEMS if b.problem.level == "6")
