"""Answer as a verifier, critic, repairer or compressor of somebody's solution to a known problem.

The judgement is honest: it compares with the true solution. A small share of it is not, because second models
err too.
"""

from __future__ import annotations

import dataclasses
import re

from curate.ids import text_key
from curate.teachers.embedded.arithmetic import evaluate, read_number, shift_number, show
from curate.teachers.embedded.asked import Asked
from curate.teachers.embedded.completion_json import Spoken
from curate.teachers.embedded.cot import write_cot
from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.material import (
    guess_format,
    read_conclusion,
    read_solution,
    read_stated_answer,
)
from curate.teachers.embedded.models import Fault, find_model
from curate.teachers.embedded.problems import EmbeddedProblem
from curate.teachers.embedded.solutions import solve
from curate.teachers.embedded.solver import draw_fault, write_answer
from curate.teachers.embedded.wording import Wanted, read_n_words
from curate.types import Role, Style, TraceFormat

_CLAIM = re.compile(r"(\d[\d\s.,+\-*/×÷()]*[+\-*/×÷][\d\s.,+\-*/×÷()]*?)\s*=\s*(-?\d[\d,]*(?:\.\d+)?)")
_JUDGE_ERRS = 0.03
_JUDGE_RAMBLES = 0.03
_REWRITE_COPIES = 0.04
_REWRITE_INVENTS = 0.08
_DEFAULT_WORDS = 60


def answer_agent(asked: Asked, wanted: Wanted, problem: EmbeddedProblem, draws: Draws) -> Spoken:
    """Answer in the role that the prompt gives."""
    if wanted.role is Role.VERIFIER:
        return Spoken(_judge(problem, read_stated_answer(asked.user, problem), draws))
    solution = read_solution(asked.user, problem)
    if wanted.role is Role.CRITIC:
        return Spoken(_criticise(problem, solution))
    if wanted.role is Role.COMPRESSOR:
        return Spoken(_compress(problem, solution, read_n_words(asked.user) or _DEFAULT_WORDS, draws))
    return _repair(asked, dataclasses.replace(wanted, format=guess_format(solution, problem)), problem, draws)


def is_same(stated: str, gold: str) -> bool:
    """Compare a stated answer with the true one: equal numbers, or equal letters and digits."""
    left, right = read_number(stated.strip().rstrip(".")), read_number(gold)
    if left is not None and right is not None:
        return left == right
    return text_key(stated) == text_key(gold)


def _judge(problem: EmbeddedProblem, stated: str | None, draws: Draws) -> str:
    """Say CORRECT or INCORRECT and why; now and then wrongly, or in a form that nobody can read."""
    if draws.point("judge rambles") < _JUDGE_RAMBLES:
        return "The solution looks plausible to me, although I would want to see more of the working."
    is_right = stated is not None and is_same(stated, problem.gold)
    if is_right is not (draws.point("judge errs") < _JUDGE_ERRS):
        return f"CORRECT\nThe stated answer, {stated}, is what the problem comes to."
    return f"INCORRECT\nWhat is stated, {stated or 'nothing'}, is not what the problem comes to."


def _criticise(problem: EmbeddedProblem, solution: str) -> str:
    """Name the first claim that does not hold, the first line of code that is odd, or a wrong last step."""
    if guess_format(solution, problem) is not TraceFormat.COT:
        return _criticise_lines(problem, solution)
    for claim in _CLAIM.finditer(solution):
        value, said = evaluate(claim[1].strip().replace(",", "")), read_number(claim[2])
        if value is not None and said is not None and value != said:
            n_step = solution.count("\n", 0, claim.start()) + 1
            return f"Step {n_step}: {claim[1].strip()} is {show(value)}, not {claim[2]}."
    stated = read_conclusion(solution)
    if stated is not None and not is_same(stated, problem.gold):
        return "Last step: the stated answer does not follow from the steps before it."
    return "none"


def _criticise_lines(problem: EmbeddedProblem, solution: str) -> str:
    """Name the first line that is neither in the true program nor in the true equations."""
    known = {line.strip() for text in (problem.program, problem.equations) for line in text.splitlines()}
    for line in solution.splitlines():
        if "=" in line and line.strip() not in known:
            return f"The line `{line.strip()}` does not say what the problem says."
    return "none"


def _repair(asked: Asked, wanted: Wanted, problem: EmbeddedProblem, draws: Draws) -> Spoken:
    """Give a sound solution most of the time, else one with another fault."""
    if draws.point("repair") < find_model(asked.model).repairs:
        return write_answer(asked, wanted, problem, Fault.NONE, draws)
    return write_answer(asked, wanted, problem, draw_fault(asked, wanted, problem, draws), draws)


def _compress(problem: EmbeddedProblem, solution: str, n_words: int, draws: Draws) -> str:
    """Write the longest version that keeps to the words asked for and is shorter than what was given."""
    point = draws.point("rewrite")
    if point < _REWRITE_COPIES:
        return solution
    most = min(n_words, max(1, len(solution.split()) - 1))
    true = solve(problem, Fault.NONE, draws)
    for level in (6, 5, 4, 3, 2, 1):
        text = write_cot(problem, true, level, Style.PLAIN, draws)
        if len(text.split()) <= most:
            break
    steps = text.rpartition("\n")[0]
    if point < _REWRITE_INVENTS:
        steps = shift_number(steps, draws.below("number", 4), 990)
    return f"{steps}\nAnswer: {problem.gold}"
