"""The shape of a problem of our own collection: with a true solution in every form."""

from __future__ import annotations

from dataclasses import dataclass

from curate.types import Problem


@dataclass(frozen=True, slots=True)
class Step:
    """One true step: a sentence, the quantity it names, the arithmetic, and what it comes to.

    `expression` holds numbers and + - * / ( ) only, or is empty for a step in words; `value` is its value as
    it would be written. `question` is the sub-question that the step answers.
    """

    text: str
    name: str
    expression: str
    value: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class BuiltinProblem:
    """A problem with its steps, a Python program that ends in `ans = ...`, and an EoT/1 system."""

    problem: Problem
    steps: tuple[Step, ...]
    program: str
    equations: str
