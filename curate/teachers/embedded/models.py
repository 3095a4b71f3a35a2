"""The models that the embedded teacher pretends to be, and how often and how each of them errs.

They differ so that cascades, pass rates and reasoning capture have something to show: the weak one fails more
the longer a problem is, the strong one seldom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from curate.types import TraceFormat

Thinking = Literal["none", "tags", "field"]


class Fault(StrEnum):
    """What may be wrong with an answer."""

    NONE = "none"
    WRONG_ARITHMETIC = "wrong_arithmetic"
    RIGHT_BY_WRONG_STEPS = "right_by_wrong_steps"
    WRONG_ANSWER = "wrong_answer"
    LEAKED_ANSWER = "leaked_answer"
    BROKEN_SYNTAX = "broken_syntax"
    UNKNOWN_NAME = "unknown_name"
    ENDLESS_LOOP = "endless_loop"
    READS_FILES = "reads_files"
    USES_NETWORK = "uses_network"
    READS_ENVIRONMENT = "reads_environment"
    RUN_ON = "run_on"
    UNDERDETERMINED = "underdetermined"
    UNSOLVABLE = "unsolvable"
    REASSIGNED = "reassigned"
    REFUSAL = "refusal"
    TRUNCATION = "truncation"
    API_ERROR = "api_error"
    EMPTY = "empty"
    UNCLOSED_THINKING = "unclosed_thinking"


_ANY = {
    Fault.REFUSAL: 4, Fault.TRUNCATION: 8, Fault.API_ERROR: 4, Fault.EMPTY: 4, Fault.UNCLOSED_THINKING: 4,
}  # fmt: skip
WEIGHTS: Mapping[TraceFormat, Mapping[Fault, int]] = {
    TraceFormat.COT: {
        Fault.WRONG_ARITHMETIC: 30, Fault.RIGHT_BY_WRONG_STEPS: 14, Fault.WRONG_ANSWER: 20,
        Fault.LEAKED_ANSWER: 12, **_ANY,
    },
    TraceFormat.POT: {
        Fault.WRONG_ANSWER: 24, Fault.BROKEN_SYNTAX: 12, Fault.UNKNOWN_NAME: 12, Fault.ENDLESS_LOOP: 5,
        Fault.READS_FILES: 4, Fault.USES_NETWORK: 4, Fault.READS_ENVIRONMENT: 4, Fault.RUN_ON: 12, **_ANY,
    },
    TraceFormat.EOT: {
        Fault.WRONG_ANSWER: 24, Fault.UNDERDETERMINED: 22, Fault.UNSOLVABLE: 12, Fault.REASSIGNED: 20, **_ANY,
    },
}  # fmt: skip
"""How faults share among the faulty answers of a form."""


@dataclass(frozen=True, slots=True)
class Model:
    """A pretended model. The share of faulty answers is `faults` + `faults_per_step` for each step."""

    name: str
    thinking: Thinking
    faults: float
    faults_per_step: float = 0.0
    repairs: float = 0.8
    """Share of repairs that succeed."""

    def fault_share(self, n_steps: int) -> float:
        """Give the share of faulty answers to a problem, at most 0.95."""
        return min(0.95, self.faults + self.faults_per_step * n_steps)


MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (
        Model("embedded", "none", 0.25),
        Model("embedded-think", "tags", 0.25),
        Model("embedded-reasoner", "field", 0.2),
        Model("embedded-weak", "none", 0.2, 0.09, 0.6),
        Model("embedded-strong", "field", 0.05, 0.0, 0.95),
    )
}
MODEL_NAMES = tuple(MODELS)


def find_model(name: str) -> Model:
    """Give a model by name; an unknown name behaves like `embedded`."""
    return MODELS.get(name, MODELS["embedded"])
