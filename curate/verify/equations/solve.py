"""Solve an EoT/1 system: propagate, eliminate, then roots or a bounded search; prove the one answer.

In: untrusted text. Out: a Solution, also for everything that is refused. Order: propagate where one unknown
is left, exact linear elimination, polynomial roots of the component tied to ``ans``, enumeration of bounded
integers. What breaks a domain or a constraint is dropped, the distinct values of **ans** must be exactly
one, and it is put back into every equation. Time is bounded by the caller's process; this module bounds
sizes.
"""

from __future__ import annotations

from fractions import Fraction

from curate.verify.equations.checking import constraints_hold, domains_hold, residuals_vanish
from curate.verify.equations.nodes import System
from curate.verify.equations.propagation import Propagation
from curate.verify.equations.reader import read_system
from curate.verify.equations.rejects import Reject
from curate.verify.equations.remaining import solve_remaining
from curate.verify.equations.solution import Solution, exact_solution


def solve_text(text: str) -> Solution:
    """Solve one trace; every refusal is a Solution with its code.

    >>> solve_text("int hens, rabbits\\nhens + rabbits = 35\\n2*hens + 4*rabbits = 94\\nans = rabbits").answer
    '12'
    """
    try:
        return solve_system(read_system(text))
    except Reject as reject:
        return Solution("rejected", reason=reject.code, detail=reject.detail)
    except RecursionError:
        return Solution("rejected", reason="too_deep")


def solve_system(system: System) -> Solution:
    """Solve a system that was read.

    Raises:
        Reject: when it has not exactly one answer.
    """
    state = Propagation(system.equations)
    try:
        state.run()
    except Reject as reject:
        if reject.code == "inconsistent" and system.reassigned:
            detail = f"reassigned_name: {system.reassigned[0]} is given a second value; use a new name"
            raise Reject("inconsistent", detail) from None
        raise
    is_clear = _check_known(system, state.known)
    answer = state.value(system.answer)
    if answer is None or not is_clear:
        return solve_remaining(system, state)
    return exact_solution(answer, state.path)


def _check_known(system: System, known: dict[str, Fraction]) -> bool:
    """Refuse values that break a line; False where irrational values must be compared to know.

    Raises:
        Reject: `constraints_leave_no_solution`, or `residual` for an equation.
    """
    if not domains_hold(known, system.domains):
        raise Reject("constraints_leave_no_solution", "a value is not in its domain")
    are_kept = constraints_hold(known, system.constraints)
    if are_kept is False:
        raise Reject("constraints_leave_no_solution", "a value breaks a constraint")
    are_equal = residuals_vanish(known, system.equations)
    if are_equal is False:
        raise Reject("residual", "the values do not satisfy every equation")
    return are_kept is True and are_equal is True
