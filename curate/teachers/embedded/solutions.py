"""A solution on its way into words: true steps or damaged ones, and the answer they state."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from curate.teachers.embedded.arithmetic import evaluate, read_number, replace_number, show
from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.models import Fault
from curate.teachers.embedded.problems import EmbeddedProblem, EmbeddedStep


@dataclass(frozen=True, slots=True)
class Solution:
    """Steps and the answer that is stated at the end."""

    steps: tuple[EmbeddedStep, ...]
    answer: str
    remark: str = ""
    """A sentence between the steps and the answer."""


def solve(problem: EmbeddedProblem, fault: Fault, draws: Draws) -> Solution:
    """Give the steps with the wanted damage; faults that do not touch steps leave them true."""
    if fault is Fault.WRONG_ARITHMETIC:
        return _miscalculate(problem, draws)
    if fault is Fault.RIGHT_BY_WRONG_STEPS:
        return Solution(_spoil_one(problem.steps, draws)[0], problem.gold)
    if fault is Fault.WRONG_ANSWER:
        return Solution(problem.steps, other_answer(problem, draws))
    if fault is Fault.LEAKED_ANSWER:
        steps = problem.steps[: max(1, len(problem.steps) // 2)]
        return Solution(steps, problem.gold, f"This is consistent with the given answer, {problem.gold}.")
    return Solution(problem.steps, problem.gold)


def other_answer(problem: EmbeddedProblem, draws: Draws) -> str:
    """Give an answer that is not the gold one but of its kind."""
    if problem.choices:
        letters = [chr(65 + n) for n in range(len(problem.choices)) if chr(65 + n) != problem.gold]
        return draws.pick("letter", letters) if letters else "none of these"
    swapped = {"yes": "no", "no": "yes", "true": "false", "false": "true"}.get(problem.gold.lower())
    if swapped:
        return swapped.capitalize() if problem.gold[0].isupper() else swapped
    number = read_number(problem.gold)
    if number is None:
        return f"{problem.gold} + 1"
    return show(number + draws.pick("off", (1, 2, 10, -1)) if number > 1 else number + 1)


def _miscalculate(problem: EmbeddedProblem, draws: Draws) -> Solution:
    """Spoil one step and carry the wrong value through all that follow from it."""
    steps, old, new = _spoil_one(problem.steps, draws)
    at = next((n for n, step in enumerate(steps) if step is not problem.steps[n]), len(steps))
    changed = {old: new}
    carried = list(steps[: at + 1])
    for step in steps[at + 1 :]:
        expression = step.expression
        for before, after in changed.items():
            expression = replace_number(expression, before, after)
        value = evaluate(expression) if expression != step.expression else None
        if value is None:
            carried.append(step)
            continue
        changed[step.value] = show(value)
        carried.append(dataclasses.replace(step, expression=expression, value=show(value)))
    answer = changed.get(problem.gold, problem.gold)
    return Solution(tuple(carried), other_answer(problem, draws) if answer == problem.gold else answer)


def _spoil_one(steps: tuple[EmbeddedStep, ...], draws: Draws) -> tuple[tuple[EmbeddedStep, ...], str, str]:
    """Make one calculated value wrong; gives the steps, the true and the wrong value."""
    places = [n for n, step in enumerate(steps) if step.expression and read_number(step.value) is not None]
    if not places:
        return steps, "", ""
    at = draws.pick("step", places)
    true = read_number(steps[at].value)
    assert true is not None
    by = draws.pick("slip", (1, 2, -1, 10))
    wrong = show(true + by if true + by > 0 else true + abs(by))
    spoiled = dataclasses.replace(steps[at], value=wrong)
    return (*steps[:at], spoiled, *steps[at + 1 :]), steps[at].value, wrong
