"""Find all points of a component of bounded integers that satisfy its equations and constraints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from curate.verify.equations.checking import constraints_hold, domains_hold, residuals_vanish
from curate.verify.equations.elimination import Echelon
from curate.verify.equations.exact import CONSTANT, Linear, NotLinear, linear_form, value_of
from curate.verify.equations.nodes import Equation, Node, System
from curate.verify.equations.rejects import Reject
from curate.verify.equations.solution import Solution, exact_solution

MAX_POINTS = 100_000
_ROUNDS = 8

Bounds = dict[str, tuple[int, int]]


def bounds_of(
    system: System, unknown: set[str], known: dict[str, Fraction], equations: list[Equation]
) -> Bounds | None:
    """Give finite bounds for every unknown from constraints, `nat` and linear equations, else None."""
    low: dict[str, Fraction] = {name: Fraction(0) for name in unknown if system.domains.get(name) == "nat"}
    high: dict[str, Fraction] = {}
    forms = _inequalities(system, known) + _equalities(equations, known)
    for _ in range(_ROUNDS):
        for form in forms:
            _tighten(form, low, high)
    if not all(name in low and name in high for name in unknown):
        return None
    return {name: (math.ceil(low[name]), math.floor(high[name])) for name in unknown}


def search(
    system: System, known: dict[str, Fraction], equations: list[Equation], bounds: Bounds, echelon: Echelon
) -> Solution:
    """Try every point within the bounds; linear rows give the names that depend on others.

    Raises:
        Reject: when there are too many points, none, or several answers.
    """
    dependent = {name: row for name, row in echelon.rows.items() if name in bounds}
    free = [name for name in bounds if name not in dependent]
    count = math.prod(max(0, high - low + 1) for low, high in (bounds[name] for name in free))
    if count > MAX_POINTS:
        raise Reject("search_too_big", f"{count} points to try, at most {MAX_POINTS}")
    answers: set[Fraction] = set()
    for point in _points(free, bounds, dependent, known):
        if not domains_hold(point, system.domains) or not _is_solution(point, system, equations):
            continue
        answers.add(_value(system.answer, point))
        if len(answers) > 1:
            raise Reject("several_solutions", f"ans may be {', '.join(map(str, sorted(answers)))}")
    if not answers:
        raise Reject("constraints_leave_no_solution", "no integers within the bounds satisfy all lines")
    return exact_solution(answers.pop(), "enumerated")


def _points(
    free: list[str], bounds: Bounds, dependent: dict[str, Linear], known: dict[str, Fraction]
) -> Iterator[dict[str, Fraction]]:
    for values in itertools.product(*(range(bounds[name][0], bounds[name][1] + 1) for name in free)):
        point = dict(known)
        point.update(zip(free, map(Fraction, values), strict=True))
        for name, row in dependent.items():
            point[name] = -sum(
                (factor * (point[other] if other else 1) for other, factor in row.items() if other != name),
                Fraction(0),
            )
        yield point


def _is_solution(point: dict[str, Fraction], system: System, equations: list[Equation]) -> bool:
    try:
        if constraints_hold(point, system.constraints) is False:
            return False
        return residuals_vanish(point, equations)
    except Reject:  # a division by zero at this point only
        return False


def _value(answer: Node, point: dict[str, Fraction]) -> Fraction:
    try:
        return value_of(answer, point)
    except NotLinear:
        raise Reject("not_solvable", "ans is no rational number") from None


def _inequalities(system: System, known: dict[str, Fraction]) -> list[tuple[Linear, bool]]:
    """Give every linear constraint as ``form >= 0``, strict or not."""
    found: list[tuple[Linear, bool]] = []
    for constraint in system.constraints:
        if constraint.relation == "!=":
            continue
        try:
            left, right = linear_form(constraint.left, known), linear_form(constraint.right, known)
        except NotLinear:
            continue
        is_more = constraint.relation in (">", ">=")
        form = _minus(left, right) if is_more else _minus(right, left)
        found.append((form, constraint.relation in ("<", ">")))
    return found


def _equalities(equations: list[Equation], known: dict[str, Fraction]) -> list[tuple[Linear, bool]]:
    found: list[tuple[Linear, bool]] = []
    for equation in equations:
        try:
            form = _minus(linear_form(equation.left, known), linear_form(equation.right, known))
        except NotLinear:
            continue
        found.extend(((form, False), ({name: -factor for name, factor in form.items()}, False)))
    return found


def _minus(left: Linear, right: Linear) -> Linear:
    total = dict(left)
    for name, factor in right.items():
        total[name] = total.get(name, Fraction(0)) - factor
    return {name: factor for name, factor in total.items() if factor}


def _tighten(constraint: tuple[Linear, bool], low: dict[str, Fraction], high: dict[str, Fraction]) -> None:
    """Bound each name of ``form >= 0`` by the bounds of the others; a strict bound moves by one."""
    form, is_strict = constraint
    for name, factor in form.items():
        if not name:
            continue
        rest = form.get(CONSTANT, Fraction(0))
        for other, weight in form.items():
            if other in (name, CONSTANT):
                continue
            best = (high if weight > 0 else low).get(other)
            if best is None:
                break
            rest += weight * best
        else:
            bound = -rest / factor
            if factor > 0:
                least = Fraction(math.floor(bound) + 1) if is_strict else Fraction(math.ceil(bound))
                low[name] = max(low.get(name, least), least)
            else:
                most = Fraction(math.ceil(bound) - 1) if is_strict else Fraction(math.floor(bound))
                high[name] = min(high.get(name, most), most)
