"""Solve a trace's equations in a worker and compare the exact solution with the gold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from curate.types import Json, VerdictStatus
from curate.verify.answer_checks import fate_status, plan_comparison
from curate.verify.item import TraceToVerify
from curate.verify.plans import Outcome, SymbolPlan, VerdictMaker
from curate.verify.task import Reply, Task
from curate.verify.versions import VERIFIER_VERSION


def plan_equations(item: TraceToVerify, make: VerdictMaker) -> Outcome:
    """Check the equations of a trace; a refused system is undecided with the solver's code."""
    equations = item.parsed.equations
    if equations is None:
        return make(VerdictStatus.NO_ANSWER, item.parsed.answer_note or "no_equations")
    key = ("solve", equations, VERIFIER_VERSION)
    return SymbolPlan(Task("solve", "", equations), key, partial(_from_solution, item, make))


def _from_solution(item: TraceToVerify, make: VerdictMaker, reply: Reply) -> Outcome:
    failed = fate_status(reply)
    if failed is not None:
        return make(failed, reply.fate, "equations", {}, reply.cpu_ms)
    status, answer, decimal, reason, message, path = reply.values
    detail: dict[str, Json] = {"answer": answer, "decimal": decimal, "path": path, "message": message}
    if status != "ok":
        found = VerdictStatus.NO_ANSWER if reason == "no_answer" else VerdictStatus.UNDECIDED
        return make(found, reason, "equations", detail, reply.cpu_ms)
    solved = replace(make, base=detail, path=f"equations:{path}", spent_ms=reply.cpu_ms)
    # A numbered root of a polynomial has no closed form that a gold could be written in.
    return plan_comparison(item, decimal if answer.startswith("CRootOf") else answer, solved)
