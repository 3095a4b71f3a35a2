"""Answer as a verifier, critic, repairer or compressor of somebody's solution to a known problem.

What is to be judged stands behind the question in the prompt. The judgement is honest: it compares with the
true solution. A small share of it is not, because judges err too.
"""

from __future__ import annotations

import re

from curate.ids import text_key
from curate.teachers.embedded.arithmetic import evaluate, read_number, show
from curate.teachers.embedded.asked import Asked
from curate.teachers.embedded.completion_json import Spoken
from curate.teachers.embedded.cot import write_cot
from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.models import Fault, find_model
from curate.teachers.embedded.problems import EmbeddedProblem
from curate.teachers.embedded.solutions import solve
from curate.teachers.embedded.solver import draw_fault, write_answer
from curate.teachers.embedded.wording import read_n_words
from curate.types import Role, Style

_CLAIM = re.compile(r"(\d[\d\s.,+\-*/×÷()]*[+\-*/×÷][\d\s.,+\-*/×÷()]*?)\s*=\s*(-?\d[\d,]*(?:\.\d+)?)")
_STATED = re.compile(r"\banswer\b[^:\n]{0,40}(?::|\bis\b)[ \t]*([^\n]+)", re.IGNORECASE)
_JUDGE_ERRS = 0.03
_JUDGE_RAMBLES = 0.03


def answer_agent(asked: Asked, problem: EmbeddedProblem, draws: Draws) -> Spoken:
    """Answer in the role that the prompt gives."""
    material = _behind_question(asked.user, problem)
    if asked.role is Role.VERIFIER:
        return Spoken(_judge(problem, material, draws))
    if asked.role is Role.CRITIC:
        return Spoken(_criticise(problem, material))
    if asked.role is Role.COMPRESSOR:
        return Spoken(_compress(problem, material, read_n_words(asked.user) or 60, draws))
    return _repair(asked, problem, draws)


def _behind_question(user: str, problem: EmbeddedProblem) -> str:
    at = user.rfind(problem.question)
    return user[at + len(problem.question) :] if at >= 0 else user


def _judge(problem: EmbeddedProblem, material: str, draws: Draws) -> str:
    """Say CORRECT or INCORRECT and why; now and then wrongly, or in a form that nobody can read."""
    stated = _STATED.findall(material)
    is_right = bool(stated) and is_same(stated[-1], problem.gold)
    if draws.point("judge rambles") < _JUDGE_RAMBLES:
        return "The solution looks plausible to me, although I would want to see more of the working."
    if draws.point("judge errs") < _JUDGE_ERRS:
        is_right = not is_right
    if is_right:
        return f"CORRECT\nThe stated answer agrees with {problem.gold}."
    shown = stated[-1].strip() if stated else "nothing"
    return f"INCORRECT\nThe answer should be {problem.gold}, but {shown} is stated."


def _criticise(problem: EmbeddedProblem, material: str) -> str:
    """Name the first claim that does not hold, else a final answer that is not the true one."""
    for claim in _CLAIM.finditer(material):
        value, said = evaluate(claim[1].strip().replace(",", "")), read_number(claim[2])
        if value is not None and said is not None and value != said:
            n_step = material.count("\n", 0, claim.start()) + 1
            return f"Step {n_step}: {claim[1].strip()} is {show(value)}, not {claim[2]}."
    stated = _STATED.findall(material)
    if stated and not is_same(stated[-1], problem.gold):
        return "Last step: the stated answer does not follow from the steps before it."
    return "none"


def _repair(asked: Asked, problem: EmbeddedProblem, draws: Draws) -> Spoken:
    """Give a sound solution most of the time, else one with another fault."""
    if draws.point("repair") < find_model(asked.model).repairs:
        return write_answer(asked, problem, Fault.NONE, draws)
    return write_answer(asked, problem, draw_fault(asked, problem, draws), draws)


def _compress(problem: EmbeddedProblem, material: str, n_words: int, draws: Draws) -> str:
    """Write the longest version that keeps to the words asked for and is shorter than what was given."""
    most = min(n_words, max(1, len(material.split()) - 1))
    solution = solve(problem, Fault.NONE, draws)
    for level in (6, 5, 4, 3, 2, 1):
        text = write_cot(problem, solution, level, Style.PLAIN, draws)
        if len(text.split()) <= most:
            return text
    return write_cot(problem, solution, 1, Style.PLAIN, draws)


def is_same(stated: str, gold: str) -> bool:
    """Compare a stated answer with the true one: equal numbers, or equal letters and digits."""
    left, right = read_number(stated.strip().rstrip(".")), read_number(gold)
    if left is not None and right is not None:
        return left == right
    return text_key(stated) == text_key(gold)
