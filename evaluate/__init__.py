"""Evaluation of students on benchmarks, every figure with its uncertainty. Uses curate, never finetune.

    from curate.evaluation_section import EvaluateSection
    from evaluate import compare, run_evaluation
    result = run_evaluation(EvaluateSection(benchmarks=("test.jsonl",), student="student", out="evaluation"))
    result.models[0].suite("test").cell("cot").accuracy

Names are looked up when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluate.backend import Candidate
    from evaluate.comparison import Comparison, compare
    from evaluate.results import EvaluationResult
    from evaluate.run import run_evaluation

_HOMES = {
    "Candidate": "backend",
    "Comparison": "comparison",
    "EvaluationResult": "results",
    "compare": "comparison",
    "run_evaluation": "run",
}
__all__ = ["Candidate", "Comparison", "EvaluationResult", "compare", "run_evaluation"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
