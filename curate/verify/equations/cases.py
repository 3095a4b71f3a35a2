"""Solve a part of integers and real unknowns: one case for each value that the bounded integers may take.

In: a `Part` whose integers have bounds. Out: the distinct values of ``ans`` over all cases. In each case the
rest is propagated, and solved by its zeros where that does not settle it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from curate.verify.equations.fields import Algebraic
from curate.verify.equations.parts import Part
from curate.verify.equations.propagation import Propagation
from curate.verify.equations.rejects import Reject
from curate.verify.equations.search import Bounds, n_points
from curate.verify.equations.zeros import answers_by_zeros

MAX_CASES = 2_000
_NO_CASE = frozenset(
    {"inconsistent", "no_solution", "not_real", "constraints_leave_no_solution", "division_by_zero"}
)


def answers_by_cases(part: Part, bounds: Bounds) -> list[Algebraic]:
    """Try every value of the bounded integers.

    Raises:
        Reject: when there are too many cases, none with a solution, or one that cannot be solved.
    """
    count = n_points(bounds, bounds)
    if count > MAX_CASES:
        raise Reject("search_too_big", f"{count} cases to try, at most {MAX_CASES}")
    answers: list[Algebraic] = []
    for case in _cases(part, bounds):
        try:
            found = answers_by_zeros(_settled(case))
        except Reject as reject:
            if reject.code not in _NO_CASE:
                raise
            continue
        answers += [one for one in found if not any(one.is_same(other) for other in answers)]
        if len(answers) > 1:
            break
    if not answers:
        raise Reject("constraints_leave_no_solution", "no integers within the bounds satisfy all lines")
    return answers


def _cases(part: Part, bounds: Bounds) -> Iterator[Part]:
    names = list(bounds)
    for values in itertools.product(*(range(low, high + 1) for low, high in bounds.values())):
        yield replace(part, known={**part.known, **dict(zip(names, map(Fraction, values), strict=True))})


def _settled(case: Part) -> Part:
    """Propagate within a case; the equations stay, and are checked at the values found."""
    state = Propagation(case.equations, case.known)
    state.run()
    return replace(case, known=state.known)
