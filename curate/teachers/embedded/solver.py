"""Answer as a solver: choose the fault, write the form asked for, put the thinking where the model does."""

from __future__ import annotations

from typing import Literal

from curate.teachers.embedded.asked import Asked
from curate.teachers.embedded.completion_json import Spoken
from curate.teachers.embedded.cot import DEFAULT_LEVEL, write_cot, write_thoughts
from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.models import WEIGHTS, Fault, find_model
from curate.teachers.embedded.problems import EmbeddedProblem
from curate.teachers.embedded.programs import write_equations, write_program
from curate.teachers.embedded.solutions import solve
from curate.teachers.embedded.wording import Wanted
from curate.types import TraceFormat

_REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "I cannot assist with this request.",
    "I'm sorry, but I am unable to solve this problem.",
)
_API_ERRORS = (
    "Error: Rate limit reached for requests. Please try again in 20s.",
    "Error code: 503 - {'error': {'message': 'The server is overloaded', 'type': 'server_error'}}",
    "502 Bad Gateway",
)
_CLOSED, _CLOSING_ONLY = 0.8, 0.95
"""Bounds of how thinking tags come: both tags, only the closing one (the template opened it), none."""


def answer_solver(asked: Asked, wanted: Wanted, problem: EmbeddedProblem, draws: Draws) -> Spoken:
    """Answer a question, rightly or with a drawn fault."""
    return write_answer(asked, wanted, problem, draw_fault(asked, wanted, problem, draws), draws)


def draw_fault(asked: Asked, wanted: Wanted, problem: EmbeddedProblem, draws: Draws) -> Fault:
    """Draw what will be wrong: the request's own shares, else those of its model."""
    if asked.fault_shares is not None:
        return _fitting(draws.weigh("fault", asked.fault_shares), wanted.format)
    share = asked.fault_share
    if share is None:
        share = find_model(asked.model).fault_share(len(problem.steps))
    if draws.point("is faulty") >= share:
        return Fault.NONE
    fault = draws.weigh("kind of fault", WEIGHTS[wanted.format])
    if fault is Fault.UNCLOSED_THINKING and find_model(asked.model).thinking == "field":
        return Fault.TRUNCATION
    return fault


def _fitting(fault: Fault, format: TraceFormat) -> Fault:
    """Give a fault that the form can show: a step of words cannot loop, a program cannot slip in a sum."""
    if fault in (Fault.NONE, Fault.RUN_ON) or fault in WEIGHTS[format]:
        return fault
    return Fault.WRONG_ANSWER


def write_answer(
    asked: Asked, wanted: Wanted, problem: EmbeddedProblem, fault: Fault, draws: Draws
) -> Spoken:
    """Write an answer with one fault."""
    if fault is Fault.REFUSAL:
        return Spoken(draws.pick("refusal", _REFUSALS))
    if fault is Fault.API_ERROR:
        return Spoken(draws.pick("error", _API_ERRORS))
    text, thoughts = _write(wanted, problem, fault, draws)
    thinking = find_model(asked.model).thinking
    if fault is Fault.UNCLOSED_THINKING:
        return Spoken("<think>\n" + thoughts[: max(20, int(len(thoughts) * 0.7))], finish="length")
    if fault is Fault.EMPTY:
        return Spoken("", thoughts if thinking == "field" else "")
    if fault is Fault.TRUNCATION:
        text = text[: max(1, int(len(text) * (0.3 + 0.4 * draws.point("cut"))))]
    finish: Literal["stop", "length"] = "length" if fault is Fault.TRUNCATION else "stop"
    if thinking == "field":
        return Spoken(text, thoughts, finish)
    return Spoken(_tag(text, thoughts, draws) if thinking == "tags" else text, finish=finish)


def _write(wanted: Wanted, problem: EmbeddedProblem, fault: Fault, draws: Draws) -> tuple[str, str]:
    """Give the text and the thoughts before it."""
    solution = solve(problem, fault, draws)
    thoughts = write_thoughts(solution, draws)
    if wanted.format is TraceFormat.POT:
        return write_program(problem, fault, draws), thoughts
    if wanted.format is TraceFormat.EOT:
        return write_equations(problem, fault, draws), thoughts
    level = wanted.granularity or DEFAULT_LEVEL
    return write_cot(problem, solution, level, wanted.style, draws), thoughts


def _tag(text: str, thoughts: str, draws: Draws) -> str:
    point = draws.point("tags")
    if point < _CLOSED:
        return f"<think>\n{thoughts}\n</think>\n\n{text}"
    return f"{thoughts}\n</think>\n\n{text}" if point < _CLOSING_ONLY else text
