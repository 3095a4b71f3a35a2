"""Which checks a trace gets, and what can be said of it without a worker.

In: a TraceToVerify. Out: a Verdict at once, or a Plan: a task for a worker and how its reply becomes a
verdict. The verifier that counts is `answer` for cot and other, `program` for pot, `equations` for eot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from curate.answers import Comparison, compare_answers, is_readable
from curate.types import FinishReason, Json, ParsedTrace, ParseState, TraceFormat, Verdict, VerdictStatus
from curate.verify.guard import is_safe_for_symbols
from curate.verify.task import Reply, Task
from curate.verify.versions import VERIFIER_VERSION

_STATUS = {
    "equal": VerdictStatus.CORRECT,
    "not_equal": VerdictStatus.INCORRECT,
    "undecided": VerdictStatus.UNDECIDED,
}
_UNANSWERED = frozenset(
    {ParseState.EMPTY, ParseState.NO_ANSWER, ParseState.TRUNCATED, ParseState.REFUSED, ParseState.API_ERROR}
)
_SANDBOX_MISSING = (
    "Programs are run in a sandbox only, and this version has none, so nothing is known of this one."
)


@dataclass(frozen=True, slots=True)
class TraceToVerify:
    """What the checks need of one trace; `gold` is None where the problem has none."""

    trace_id: str
    format: TraceFormat
    gold: str | None
    choices: tuple[str, ...]
    text: str
    parsed: ParsedTrace
    finish_reason: FinishReason = FinishReason.STOP
    with_gold: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Work for a worker; `key` names it for the cache, `finish` turns the reply into the verdict."""

    task: Task
    key: tuple[str, ...]
    finish: Callable[[Reply], Verdict]


def plan_check(item: TraceToVerify) -> Verdict | Plan:
    """Decide a trace at once where that is possible, else say what a worker must do."""
    verifier = _VERIFIERS[item.format]
    make = partial(_verdict, item.trace_id, verifier)
    if item.parsed.state in _UNANSWERED:
        return make(VerdictStatus.NO_ANSWER, _unanswered_reason(item.parsed))
    if verifier == "program":
        return _program(item, make)
    if verifier == "equations":
        return _equations(item, make)
    return _answer(item, make)


Make = Callable[..., Verdict]


def _answer(item: TraceToVerify, make: Make) -> Verdict | Plan:
    answer = item.parsed.stated_answer
    if answer is None:
        return make(VerdictStatus.NO_ANSWER, item.parsed.answer_note or "no_anchor")
    if item.gold is None or not item.gold.strip():
        return make(VerdictStatus.UNDECIDED, "no_gold")
    comparison = compare_answers(gold=item.gold, answer=answer, choices=item.choices)
    if not may_be_settled_by_symbols(comparison):
        return _from_comparison(with_gold_named(comparison), make)
    task = Task("compare", comparison.gold_normalised, comparison.answer_normalised)
    key = ("compare", item.gold, answer, *item.choices, VERIFIER_VERSION)
    return Plan(task, key, partial(_from_symbols, comparison, make))


def may_be_settled_by_symbols(comparison: Comparison) -> bool:
    """Say whether a symbolic engine may look at an undecided pair."""
    return comparison.reason == "unparsed" and all(
        is_safe_for_symbols(text) for text in (comparison.gold_normalised, comparison.answer_normalised)
    )


def symbolic_comparison(comparison: Comparison, reply: Reply) -> Comparison:
    """Join what the engine said with the normalised forms."""
    forms = comparison.gold_normalised, comparison.answer_normalised
    if reply.fate != "done":
        return Comparison("undecided", reply.fate, "math_verify", *forms)
    status, reason = reply.values
    if status == "equal":
        return Comparison("equal", reason, "math_verify", *forms)
    if status == "not_equal":
        return Comparison("not_equal", reason, "math_verify", *forms)
    return with_gold_named(Comparison("undecided", reason, "math_verify", *forms))


def with_gold_named(comparison: Comparison) -> Comparison:
    """Say `gold_unparsed` where no rule can read the gold, and only there; other reasons stay."""
    if comparison.reason not in ("unparsed", "gold_unparsed"):
        return comparison
    is_known = is_readable(comparison.gold_normalised)
    return replace(comparison, reason="unparsed" if is_known else "gold_unparsed")


def _from_symbols(comparison: Comparison, make: Make, reply: Reply) -> Verdict:
    joined = symbolic_comparison(comparison, reply)
    status = _fate_status(reply) or _STATUS[joined.status]
    return make(status, joined.reason, "math_verify", _forms(joined), reply.cpu_ms)


def _from_comparison(comparison: Comparison, make: Make) -> Verdict:
    return make(_STATUS[comparison.status], comparison.reason, comparison.decided_by, _forms(comparison))


def _forms(comparison: Comparison) -> dict[str, Json]:
    return {"gold": comparison.gold_normalised[:400], "answer": comparison.answer_normalised[:400]}


def _program(item: TraceToVerify, make: Make) -> Verdict:
    if item.parsed.program is None:
        return make(VerdictStatus.NO_ANSWER, item.parsed.answer_note or "no_program")
    return make(VerdictStatus.UNDECIDED, "sandbox_missing", "", {"message": _SANDBOX_MISSING})


def _equations(item: TraceToVerify, make: Make) -> Verdict | Plan:
    equations = item.parsed.equations
    if equations is None:
        return make(VerdictStatus.NO_ANSWER, item.parsed.answer_note or "no_equations")
    key = ("solve", equations, item.gold or "", *item.choices, VERIFIER_VERSION)
    return Plan(Task("solve", "", equations), key, partial(_from_solution, item, make))


def _from_solution(item: TraceToVerify, make: Make, reply: Reply) -> Verdict:
    """Compare the exact solution with the gold; a refused system is undecided with the solver's code."""
    failed = _fate_status(reply)
    if failed is not None:
        return make(failed, reply.fate, "equations", {}, reply.cpu_ms)
    status, answer, decimal, reason, message, path = reply.values
    detail: dict[str, Json] = {"answer": answer, "decimal": decimal, "path": path, "message": message}
    if status != "ok":
        is_silent = reason == "no_answer"
        found = VerdictStatus.NO_ANSWER if is_silent else VerdictStatus.UNDECIDED
        return make(found, reason, "equations", detail, reply.cpu_ms)
    if item.gold is None or not item.gold.strip():
        return make(VerdictStatus.UNDECIDED, "no_gold", "equations", detail, reply.cpu_ms)
    comparison = compare_answers(gold=item.gold, answer=answer, choices=item.choices)
    return make(_STATUS[comparison.status], comparison.reason, f"equations:{path}", detail, reply.cpu_ms)


def _fate_status(reply: Reply) -> VerdictStatus | None:
    """Map a task that did not end by itself: killed on time is `timeout`, our own failure is `error`."""
    if reply.fate == "done":
        return None
    return VerdictStatus.TIMEOUT if reply.fate == "timeout" else VerdictStatus.ERROR


def _unanswered_reason(parsed: ParsedTrace) -> str:
    if parsed.state in (ParseState.NO_ANSWER, ParseState.EMPTY) and parsed.answer_note:
        return parsed.answer_note
    return parsed.state.value


def failed_verdict(item: TraceToVerify, error: Exception) -> Verdict:
    """Make the verdict for a check that raised: our own failure, with its class."""
    detail: dict[str, Json] = {"error": type(error).__name__}
    return _verdict(item.trace_id, _VERIFIERS[item.format], VerdictStatus.ERROR, "backend_error", "", detail)


def _verdict(
    trace_id: str,
    verifier: str,
    status: VerdictStatus,
    reason: str,
    decided_by: str = "",
    detail: dict[str, Json] | None = None,
    cpu_ms: float = 0.0,
) -> Verdict:
    return Verdict(trace_id, verifier, VERIFIER_VERSION, status, reason, decided_by, detail or {}, cpu_ms)


_VERIFIERS = {
    TraceFormat.COT: "answer",
    TraceFormat.OTHER: "answer",
    TraceFormat.POT: "program",
    TraceFormat.EOT: "equations",
}
