"""What the embedded teacher must know of a problem to answer it in every form.

The problems themselves come from outside: a stage hands them in, because a teacher knows no source.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmbeddedStep:
    """One true step of a solution.

    `value` is what `expression` comes to, as it would be written; either may be empty for a step in words.
    `question` is the sub-question that the step answers.
    """

    text: str
    name: str = ""
    expression: str = ""
    value: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedProblem:
    """A question with a true solution in all three forms. `gold` is a letter when there are choices."""

    question: str
    gold: str
    steps: tuple[EmbeddedStep, ...]
    program: str
    equations: str
    choices: tuple[str, ...] = ()
