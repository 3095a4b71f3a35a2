"""Compare an answer with the gold: by rules at once, by symbols in a worker where rules leave it open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.answers import Comparison, compare_answers, is_readable, rounded_reason
from curate.types import Json, VerdictStatus
from curate.verify.guard import is_safe_for_symbols
from curate.verify.item import TraceToVerify
from curate.verify.plans import Outcome, SymbolPlan, VerdictMaker
from curate.verify.task import Reply, Task
from curate.verify.versions import VERIFIER_VERSION

_STATUS = {
    "equal": VerdictStatus.CORRECT,
    "not_equal": VerdictStatus.INCORRECT,
    "undecided": VerdictStatus.UNDECIDED,
}
Accept = Callable[[Comparison, float], Outcome]


def plan_answer(item: TraceToVerify, make: VerdictMaker) -> Outcome:
    """Check the stated answer of a trace against its gold."""
    answer = item.parsed.stated_answer
    if answer is None:
        return make(VerdictStatus.NO_ANSWER, item.parsed.answer_note or "no_anchor")
    return plan_comparison(item, answer, make)


def plan_comparison(
    item: TraceToVerify, answer: str, make: VerdictMaker, accept: Accept | None = None
) -> Outcome:
    """Compare any answer of a trace with its gold.

    `accept` takes an equal comparison and the CPU milliseconds it took, and may ask for more than a verdict.
    """
    if item.gold is None or not item.gold.strip():
        return make(VerdictStatus.UNDECIDED, "no_gold")
    comparison = compare_answers(gold=item.gold, answer=answer, choices=item.choices, settings=item.settings)
    if not may_be_settled_by_symbols(comparison):
        return _conclude(with_gold_named(comparison), make, accept, 0.0)
    task = Task("compare", comparison.gold_normalised, comparison.answer_normalised)
    key = ("compare", item.gold, answer, *item.choices, VERIFIER_VERSION)
    return SymbolPlan(task, key, partial(_from_symbols, comparison, make, accept, item.settings))


def may_be_settled_by_symbols(comparison: Comparison) -> bool:
    """Say whether a symbolic engine may look at an undecided pair."""
    return comparison.reason == "unparsed" and all(
        is_safe_for_symbols(text) for text in (comparison.gold_normalised, comparison.answer_normalised)
    )


def symbolic_comparison(
    comparison: Comparison, reply: Reply, settings: AnswerSettings = DEFAULT_SETTINGS
) -> Comparison:
    """Join what the engine said with the normalised forms, under the source's policy of rounding."""
    forms = comparison.gold_normalised, comparison.answer_normalised
    if reply.fate != "done":
        return Comparison("undecided", reply.fate, "math_verify", *forms)
    status, reason, *values = reply.values
    if status == "equal":
        return Comparison("equal", reason, "math_verify", *forms)
    if status == "not_equal" and len(values) == 2 and not any(map(_HUGE.search, values)):
        rounded = rounded_reason(
            gold=forms[0],
            gold_value=Fraction(values[0]),
            answer=forms[1],
            answer_value=Fraction(values[1]),
            settings=settings,
        )
        if rounded:
            return Comparison("equal", rounded, "math_verify", *forms)
    if status == "not_equal":
        return Comparison("not_equal", reason, "math_verify", *forms)
    return with_gold_named(Comparison("undecided", reason, "math_verify", *forms))


_HUGE = re.compile(r"[eE][-+]?[0-9]{4,}")
"""Exponents that no rounding policy is about; written out as a fraction such a number fills all memory."""


def with_gold_named(comparison: Comparison) -> Comparison:
    """Say `gold_unparsed` where no rule can read the gold, and only there; other reasons stay."""
    if comparison.reason not in ("unparsed", "gold_unparsed"):
        return comparison
    is_known = is_readable(comparison.gold_normalised)
    return replace(comparison, reason="unparsed" if is_known else "gold_unparsed")


def _from_symbols(
    comparison: Comparison, make: VerdictMaker, accept: Accept | None, settings: AnswerSettings, reply: Reply
) -> Outcome:
    joined = symbolic_comparison(comparison, reply, settings)
    failed = fate_status(reply)
    if failed is not None:
        return make(failed, joined.reason, "math_verify", _forms(joined), reply.cpu_ms)
    return _conclude(joined, make, accept, reply.cpu_ms)


def _conclude(comparison: Comparison, make: VerdictMaker, accept: Accept | None, cpu_ms: float) -> Outcome:
    if comparison.status == "equal" and accept is not None:
        return accept(comparison, cpu_ms)
    return comparison_verdict(comparison, make, cpu_ms)


def comparison_verdict(comparison: Comparison, make: VerdictMaker, cpu_ms: float = 0.0) -> Outcome:
    """Make the verdict that a comparison amounts to."""
    status = _STATUS[comparison.status]
    return make(status, comparison.reason, comparison.decided_by, _forms(comparison), cpu_ms)


def fate_status(reply: Reply) -> VerdictStatus | None:
    """Map a task that did not end by itself: killed on time is `timeout`, our own failure is `error`."""
    if reply.fate == "done":
        return None
    return VerdictStatus.TIMEOUT if reply.fate == "timeout" else VerdictStatus.ERROR


def _forms(comparison: Comparison) -> dict[str, Json]:
    return {"gold": comparison.gold_normalised[:400], "answer": comparison.answer_normalised[:400]}
