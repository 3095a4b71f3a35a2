"""Solve what elimination left: the component of unknowns tied to ``ans``, by search or by roots."""

from __future__ import annotations

from fractions import Fraction

from curate.verify.equations.elimination import Echelon
from curate.verify.equations.exact import NotLinear, linear_form
from curate.verify.equations.nodes import Binary, Call, Equation, Node, System, names_in, walk
from curate.verify.equations.rejects import Reject
from curate.verify.equations.search import bounds_of, search
from curate.verify.equations.solution import Solution

_ONLY_BY_SEARCH = frozenset({"gcd", "lcm", "mod", "factorial", "binomial"})
_NO_ROOTS = frozenset({"floor", "ceil", "round", "min", "max"})


def solve_remaining(
    system: System, known: dict[str, Fraction], pending: list[Equation], echelon: Echelon
) -> Solution:
    """Solve the component tied to ``ans``.

    Raises:
        Reject: with the code of what is missing.
    """
    unknown = tied_names(system.answer, pending, known)
    equations = [equation for equation in pending if (_names(equation) - known.keys()) & unknown]
    if unknown and all(system.domains.get(name, "real") != "real" for name in unknown):
        bounds = bounds_of(system, unknown, known, equations)
        if bounds is not None:
            return search(system, known, equations, bounds, echelon)
        if _needs_search(equations, known) or _is_short(equations, unknown, known, echelon):
            raise Reject("integers_without_bounds", f"give bounds for {', '.join(sorted(unknown))}")
    if _needs_search(equations, known):
        raise Reject("integers_without_bounds", f"declare int and bounds for {', '.join(sorted(unknown))}")
    free = _free_name(equations, unknown, known, echelon)
    if free:
        raise Reject("underdetermined", f"no equation determines {free}")
    if any(_calls(equation, known) & _NO_ROOTS for equation in equations):
        raise Reject("not_solvable", "floor, ceil, round, min or max of an unknown")
    from curate.verify.equations.roots import solve_by_roots

    return solve_by_roots(system, known, equations, sorted(unknown))


def tied_names(answer: Node, pending: list[Equation], known: dict[str, Fraction]) -> set[str]:
    """Give the unknowns that ``ans`` depends on through the open equations."""
    tied = names_in(answer) - known.keys()
    groups = [_names(equation) - known.keys() for equation in pending]
    has_grown = True
    while has_grown:
        has_grown = False
        for group in groups:
            if group & tied and not group <= tied:
                tied |= group
                has_grown = True
    return tied


def _names(equation: Equation) -> set[str]:
    return names_in(equation.left) | names_in(equation.right)


def _calls(equation: Equation, known: dict[str, Fraction]) -> set[str]:
    """Give the functions that stand around an unknown; ``%`` and ``//`` count as mod and floor."""
    found: set[str] = set()
    for side in (equation.left, equation.right):
        for part in walk(side):
            if isinstance(part, Call) and names_in(part) - known.keys():
                found.add(part.function)
            elif isinstance(part, Binary) and part.operator in ("%", "//") and names_in(part) - known.keys():
                found.add("mod" if part.operator == "%" else "floor")
    return found


def _needs_search(equations: list[Equation], known: dict[str, Fraction]) -> bool:
    return any(_calls(equation, known) & _ONLY_BY_SEARCH for equation in equations)


def _is_short(
    equations: list[Equation], unknown: set[str], known: dict[str, Fraction], echelon: Echelon
) -> bool:
    return bool(_free_name(equations, unknown, known, echelon))


def _free_name(
    equations: list[Equation], unknown: set[str], known: dict[str, Fraction], echelon: Echelon
) -> str:
    """Name an unknown that the equations leave free, by counting; empty when none is seen."""
    pivots = len(echelon.rows.keys() & unknown)
    curved = sum(1 for equation in equations if not _is_linear(equation, known))
    if pivots + curved >= len(unknown):
        return ""
    held = {name for equation in equations for name in _names(equation)}
    loose = sorted(unknown - held) or sorted(unknown - echelon.rows.keys()) or sorted(unknown)
    return loose[0]


def _is_linear(equation: Equation, known: dict[str, Fraction]) -> bool:
    try:
        linear_form(equation.left, known)
        linear_form(equation.right, known)
    except NotLinear:
        return False
    return True
