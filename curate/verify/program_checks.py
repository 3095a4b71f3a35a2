"""Run a trace's program in the sandbox and compare its answer with the gold.

A program is accepted only when a second run on another fork server gives the same answer. What the text
states beside the program (a boxed answer) is compared with the program's own answer, and a conflict is
recorded. A program that could not be run is never called wrong; one that raised or gave nothing has no
answer.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from curate.answers import Comparison, compare_answers
from curate.sandbox.result import ProgramResult
from curate.types import Json, VerdictStatus
from curate.verify.answer_checks import comparison_verdict, plan_comparison
from curate.verify.item import TraceToVerify
from curate.verify.plans import Outcome, ProgramPlan, ProgramRun, VerdictMaker
from curate.verify.versions import VERIFIER_VERSION

_MAX_SHOWN = 400
_STATUS = {
    "timeout": VerdictStatus.TIMEOUT,
    "crash": VerdictStatus.ERROR,
}


def plan_program(item: TraceToVerify, make: VerdictMaker, *, run_twice: bool) -> Outcome:
    """Check the program of a trace."""
    program = item.parsed.program
    if program is None:
        return make(VerdictStatus.NO_ANSWER, item.parsed.answer_note or "no_program")
    return ProgramPlan(
        ProgramRun(program),
        ("run", program, VERIFIER_VERSION),
        partial(_from_first_run, item, make, run_twice),
    )


def _from_first_run(
    item: TraceToVerify, make: VerdictMaker, run_twice: bool, result: ProgramResult
) -> Outcome:
    detail = _detail(item, result)
    made = replace(make, base=detail, path=f"program:{result.answer_from or result.status}")
    made = replace(made, spent_ms=result.cpu_s * 1000)
    if result.backend == "unsafe":
        made = replace(made, version=f"{made.version}+unsafe")
    if result.status != "ok":
        status = _STATUS.get(result.status, VerdictStatus.NO_ANSWER)
        return made(status, "timeout" if result.status == "timeout" else f"program_{result.status}")
    accept = partial(_run_again, item, made, result) if run_twice else None
    return plan_comparison(item, result.answer, made, accept)


def _run_again(
    item: TraceToVerify, make: VerdictMaker, first: ProgramResult, comparison: Comparison, cpu_ms: float
) -> Outcome:
    """Ask for a second run elsewhere before a program is accepted."""
    program = item.parsed.program or ""
    made = replace(make, spent_ms=make.spent_ms + cpu_ms)
    return ProgramPlan(
        ProgramRun(program, first.server),
        ("again", program, VERIFIER_VERSION),
        partial(_from_second_run, made, first, comparison),
    )


def _from_second_run(
    make: VerdictMaker, first: ProgramResult, comparison: Comparison, second: ProgramResult
) -> Outcome:
    made = replace(make, spent_ms=make.spent_ms + second.cpu_s * 1000)
    if second.status == "crash":
        return made(VerdictStatus.ERROR, "program_crash")
    if second.status != "ok" or second.answer != first.answer:
        said = second.answer if second.status == "ok" else second.status
        made = replace(made, base={**made.base, "second_answer": said[:_MAX_SHOWN]})
        return made(VerdictStatus.UNDECIDED, "nondeterministic")
    return comparison_verdict(comparison, made)


def _detail(item: TraceToVerify, result: ProgramResult) -> dict[str, Json]:
    detail: dict[str, Json] = {"backend": result.backend}
    if result.status == "ok":
        detail |= {"answer": result.answer[:_MAX_SHOWN], "answer_from": result.answer_from}
    if result.error:
        detail["message"] = result.error[:_MAX_SHOWN]
    if result.conflicts:
        detail["conflicts"] = {one.answer_from: one.answer[:_MAX_SHOWN] for one in result.conflicts}
    stated = item.parsed.stated_answer
    if stated is not None and result.status == "ok":
        detail["stated_answer"] = stated[:_MAX_SHOWN]
        compared = compare_answers(gold=result.answer, answer=stated, choices=item.choices)
        detail["stated_agrees"] = {"equal": True, "not_equal": False}.get(compared.status)
    return detail
