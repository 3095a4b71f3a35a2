"""What a second model is shown, cut out of its prompt: a stated answer, an earlier solution.

The marks are those of the agents' templates that ship; where they are missing, all that stands behind the
question is taken.
"""

from __future__ import annotations

import re

from curate.teachers.embedded.problems import EmbeddedProblem
from curate.types import TraceFormat

_STATED = re.compile(r"Stated answer:[ \t]*([^\n]*)")
_SECTION = re.compile(
    r"(?:Somebody's reasoning|An earlier attempt|Reasoning):\n(.*?)"
    r"\n\n(?:Name the first wrong step|What is wrong with it:|Rewrite this reasoning)",
    re.DOTALL,
)
_CONCLUSION = re.compile(r"\banswer\b[^:\n]{0,40}(?::|\bis\b)[ \t]*([^\n]+)", re.IGNORECASE)


def read_stated_answer(user: str, problem: EmbeddedProblem) -> str | None:
    """Give the answer that a verifier is to judge."""
    found = _STATED.findall(user)
    return found[-1].strip() if found else read_conclusion(behind_question(user, problem))


def read_solution(user: str, problem: EmbeddedProblem) -> str:
    """Give the solution that is to be criticised, repaired or rewritten."""
    found = _SECTION.search(user)
    return found[1] if found else behind_question(user, problem)


def read_conclusion(solution: str) -> str | None:
    """Give the answer that a solution in words ends with."""
    found = _CONCLUSION.findall(solution)
    return found[-1].strip().rstrip(".") if found else None


def guess_format(solution: str, problem: EmbeddedProblem) -> TraceFormat:
    """Say which form an earlier attempt has: by its fence, else by whose lines it shares."""
    if "```" in solution:
        return TraceFormat.POT
    lines = {line.strip() for line in solution.splitlines()}
    n_equations = len(lines & {line.strip() for line in problem.equations.splitlines()})
    n_program = len(lines & {line.strip() for line in problem.program.splitlines()})
    if max(n_equations, n_program) == 0 and "ans =" not in solution:
        return TraceFormat.COT
    return TraceFormat.POT if n_program > n_equations else TraceFormat.EOT


def behind_question(user: str, problem: EmbeddedProblem) -> str:
    """Give what stands behind the question, or all where the question is dressed differently."""
    at = user.rfind(problem.question)
    return user[at + len(problem.question) :] if at >= 0 else user
