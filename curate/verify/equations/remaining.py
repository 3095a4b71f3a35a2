"""Solve what elimination left: the part tied to ``ans``, by a search of integers or by all its zeros."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from curate.verify.equations.cases import answers_by_cases
from curate.verify.equations.exact import NotLinear, linear_form
from curate.verify.equations.nodes import Binary, Call, Equation, System, names_in, walk
from curate.verify.equations.parts import Part, part_of
from curate.verify.equations.propagation import Propagation
from curate.verify.equations.rejects import Reject
from curate.verify.equations.search import answers_by_search, bounds_of
from curate.verify.equations.solution import Solution, exact_solution
from curate.verify.equations.written import algebraic_solution, text_of
from curate.verify.equations.zeros import answers_by_zeros

_ONLY_BY_SEARCH = frozenset({"gcd", "lcm", "mod", "factorial", "binomial"})
_NOT_SETTLED = frozenset({"underdetermined", "not_solvable", "integers_without_bounds", "search_too_big"})


def solve_remaining(system: System, state: Propagation) -> Solution:
    """Solve the part tied to ``ans``; unknowns that only constraints tie to it are used where needed.

    Raises:
        Reject: with the code of what is missing.
    """
    part = part_of(system, state.known, state.pending, tie_constraints=False)
    try:
        return _solve(part, state)
    except Reject as reject:
        if reject.code != "several_solutions":
            raise
        wider = part_of(system, state.known, state.pending, tie_constraints=True)
        if wider.unknown == part.unknown:
            raise
        try:
            return _solve(wider, state)
        except Reject as other:
            raise (reject if other.code in _NOT_SETTLED else other) from None


def _solve(part: Part, state: Propagation) -> Solution:
    unknown = part.unknown
    integers = {name for tree, _ in part.domains for name in names_in(tree)} & unknown
    bounds = bounds_of(part, integers) if integers else {}
    if unknown and bounds.keys() == unknown:
        try:
            return _one_rational(answers_by_search(part, bounds, state.echelon.rows))
        except Reject as reject:
            if reject.code != "search_too_big":
                raise
            return _by_zeros_or(part, reject)
    if unknown and _is_linear(part):
        if bounds:
            return _by_cases(part, bounds)
        raise _free(part, state.echelon.rows, integers)
    if not _needs_search(part.equations, part.known):
        nothing = Reject("integers_without_bounds", f"give bounds for {_listed(unknown)}")
        if not bounds:
            return _by_zeros_or(part, nothing if unknown and integers == unknown else None)
        try:
            return _by_zeros_or(part, None)
        except Reject as reject:
            if reject.code not in _NOT_SETTLED:
                raise
    elif not bounds:
        raise Reject("integers_without_bounds", f"declare int and bounds for {_listed(unknown)}")
    return _by_cases(part, bounds)


def _by_zeros_or(part: Part, otherwise: Reject | None) -> Solution:
    """Solve by zeros; where that leaves ``ans`` open, refuse with the code that helps more."""
    try:
        answers = answers_by_zeros(part)
    except Reject as reject:
        if otherwise is None or reject.code not in _NOT_SETTLED:
            raise
        raise otherwise from None
    if len(answers) > 1:
        raise Reject("several_solutions", f"ans may be {' or '.join(map(text_of, answers))}"[:200])
    return algebraic_solution(answers[0])


def _by_cases(part: Part, bounds: dict[str, tuple[int, int]]) -> Solution:
    answers = answers_by_cases(part, bounds)
    if len(answers) > 1:
        raise Reject("several_solutions", f"ans may be {' or '.join(map(text_of, answers))}"[:200])
    return algebraic_solution(answers[0], "enumerated")


def _one_rational(answers: list[Fraction]) -> Solution:
    if len(answers) > 1:
        raise Reject("several_solutions", f"ans may be {', '.join(map(str, sorted(answers)))}")
    return exact_solution(answers[0], "enumerated")


def _free(part: Part, rows: Iterable[str], integers: set[str]) -> Reject:
    """Say what leaves a linear part open."""
    unknown = part.unknown
    if integers == unknown:
        return Reject("integers_without_bounds", f"give bounds for {_listed(unknown)}")
    loose = sorted(unknown - set(rows)) or sorted(unknown)
    return Reject("underdetermined", f"no equation determines {loose[0]}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _needs_search(equations: Iterable[Equation], known: Mapping[str, Fraction]) -> bool:
    """Say whether a function of integers stands around an unknown that only a search can find."""
    return any(
        ((isinstance(part, Call) and part.function in _ONLY_BY_SEARCH) or _is_remainder(part))
        and names_in(part) - known.keys()
        for equation in equations
        for side in (equation.left, equation.right)
        for part in walk(side)
    )


def _is_remainder(node: object) -> bool:
    return isinstance(node, Binary) and node.operator == "%"


def _is_linear(part: Part) -> bool:
    """Say whether elimination has said all there is to say."""
    try:
        for equation in part.equations:
            linear_form(equation.left, part.known)
            linear_form(equation.right, part.known)
        linear_form(part.answer, part.known)
    except NotLinear:
        return False
    return True
