"""Which checks a trace gets: the one that counts first, then those that say more about it.

The verifier that counts is `answer` for cot and other, `program` for pot, `equations` for eot. A trace of
text interleaved with code gets a `program` verdict beside its answer's. The step checks come last; they look
at the reasoning and never decide about the answer.
"""

from __future__ import annotations

from curate.types import Json, ParsedTrace, ParseState, TraceFormat, Verdict, VerdictStatus
from curate.verify.answer_checks import plan_answer
from curate.verify.equation_checks import plan_equations
from curate.verify.item import TraceToVerify
from curate.verify.plans import Outcome, VerdictMaker
from curate.verify.program_checks import plan_program
from curate.verify.steps import check_steps
from curate.verify.versions import VERIFIER_VERSION, version_under

_UNANSWERED = frozenset(
    {ParseState.EMPTY, ParseState.NO_ANSWER, ParseState.TRUNCATED, ParseState.REFUSED, ParseState.API_ERROR}
)
_VERIFIERS = {
    TraceFormat.COT: "answer",
    TraceFormat.OTHER: "answer",
    TraceFormat.POT: "program",
    TraceFormat.EOT: "equations",
}


def plan_checks(item: TraceToVerify, *, run_twice: bool) -> list[Outcome]:
    """Decide what can be decided at once and plan the rest; the verdict that counts comes first."""
    outcomes = [_plan_main(item, run_twice)]
    if item.format is TraceFormat.OTHER and item.parsed.program is not None:
        outcomes.append(plan_program(item, _make(item, "program"), run_twice=run_twice))
    outcomes += check_steps(item)
    return outcomes


def _make(item: TraceToVerify, verifier: str) -> VerdictMaker:
    return VerdictMaker(item.trace_id, verifier, version=version_under(item.settings))


def _plan_main(item: TraceToVerify, run_twice: bool) -> Outcome:
    make = _make(item, _VERIFIERS[item.format])
    if item.parsed.state in _UNANSWERED:
        return make(VerdictStatus.NO_ANSWER, _unanswered_reason(item.parsed))
    if item.format is TraceFormat.POT:
        return plan_program(item, make, run_twice=run_twice)
    if item.format is TraceFormat.EOT:
        return plan_equations(item, make)
    return plan_answer(item, make)


def _unanswered_reason(parsed: ParsedTrace) -> str:
    if parsed.state in (ParseState.NO_ANSWER, ParseState.EMPTY) and parsed.answer_note:
        return parsed.answer_note
    return parsed.state.value


def failed_verdict(item: TraceToVerify, error: Exception) -> Verdict:
    """Make the verdict for a check that raised: our own failure, with its class."""
    detail: dict[str, Json] = {"error": type(error).__name__}
    make = _make(item, _VERIFIERS[item.format])
    return make(VerdictStatus.ERROR, "backend_error", "", detail)


def without_sandbox(item: TraceToVerify, verifier: str, message: str) -> Verdict:
    """Make the verdict for a program on a machine that cannot shut it in.

    Its version is not the verifier's, so the trace counts as lacking a verdict on a machine that can.
    """
    make = VerdictMaker(item.trace_id, verifier, version=f"{VERIFIER_VERSION}+nosandbox")
    return make(VerdictStatus.UNDECIDED, "sandbox_missing", "", {"message": message})
