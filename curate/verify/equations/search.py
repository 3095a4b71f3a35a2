"""Find all points of a component of bounded integers that satisfy its equations and constraints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from curate.verify.equations.checking import holds, in_domain
from curate.verify.equations.exact import CONSTANT, Linear, NotLinear, linear_form, value_of
from curate.verify.equations.nodes import Constraint, Equation, Name, Node
from curate.verify.equations.parts import Part
from curate.verify.equations.rejects import Reject

MAX_POINTS = 100_000
_ROUNDS = 8
_OF_THE_POINT = frozenset({"division_by_zero", "not_real"})

Bounds = dict[str, tuple[int, int]]


def bounds_of(part: Part, integers: Iterable[str]) -> Bounds:
    """Give finite bounds of integers from constraints, `nat` and linear equations, where there are some."""
    integers = set(integers)
    low = {name: Fraction(0) for name in integers if _domain(part, name) == "nat"}
    high: dict[str, Fraction] = {}
    forms = _inequalities(part) + _equalities(part)
    for _ in range(_ROUNDS):
        for form in forms:
            _tighten(form, low, high, integers)
    return {
        name: (math.ceil(low[name]), math.floor(high[name]))
        for name in sorted(integers)
        if name in low and name in high
    }


def _domain(part: Part, name: str) -> str:
    return next((domain for tree, domain in part.domains if tree == Name(name)), "real")


def answers_by_search(part: Part, bounds: Bounds, rows: Mapping[str, Linear]) -> list[Fraction]:
    """Try every point within the bounds; linear rows give the names that depend on others.

    Raises:
        Reject: when there are too many points or none.
    """
    dependent = {name: row for name, row in rows.items() if name in bounds}
    free = [name for name in bounds if name not in dependent]
    count = n_points(bounds, free)
    if count > MAX_POINTS:
        raise Reject("search_too_big", f"{count} points to try, at most {MAX_POINTS}")
    answers: dict[Fraction, None] = {}
    for point in _points(free, bounds, dependent, part.known):
        if not _is_solution(point, part):
            continue
        answers[_value(part.answer, point)] = None
        if len(answers) > 1:
            break
    if not answers:
        raise Reject("constraints_leave_no_solution", "no integers within the bounds satisfy all lines")
    return list(answers)


def n_points(bounds: Bounds, names: Iterable[str]) -> int:
    """Count the points of a grid."""
    return math.prod(max(0, high - low + 1) for low, high in (bounds[name] for name in names))


def _points(
    free: list[str], bounds: Bounds, dependent: Mapping[str, Linear], known: Mapping[str, Fraction]
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


def _is_solution(point: dict[str, Fraction], part: Part) -> bool:
    for tree, domain in part.domains:
        if isinstance(tree, Name) and not in_domain(point[tree.name], domain):
            return False
    try:
        if not all(_is_equal(equation, point) for equation in part.equations):
            return False
        return all(_holds(constraint, point) for constraint in part.constraints)
    except Reject as reject:
        if reject.code not in _OF_THE_POINT:
            raise
        return False


def _is_equal(equation: Equation, point: dict[str, Fraction]) -> bool:
    """Compare both sides; an irrational one is equal to no rational, two of them cannot be told here."""
    sides = [_rational(tree, point) for tree in (equation.left, equation.right)]
    if sides == [None, None]:
        raise Reject("not_solvable", f"line {equation.line} has irrational values on both sides")
    return sides[0] == sides[1]


def _holds(constraint: Constraint, point: dict[str, Fraction]) -> bool:
    left, right = (_rational(tree, point) for tree in (constraint.left, constraint.right))
    if left is None or right is None:
        raise Reject("not_solvable", f"line {constraint.line} compares irrational values")
    return holds(left, constraint.relation, right)


def _rational(tree: Node, point: dict[str, Fraction]) -> Fraction | None:
    try:
        return value_of(tree, point)
    except NotLinear:
        return None


def _value(answer: Node, point: dict[str, Fraction]) -> Fraction:
    try:
        return value_of(answer, point)
    except NotLinear:
        raise Reject("not_solvable", "ans is no rational number") from None


def _inequalities(part: Part) -> list[tuple[Linear, bool]]:
    """Give every linear constraint as ``form >= 0``, strict or not."""
    found: list[tuple[Linear, bool]] = []
    for constraint in part.constraints:
        if constraint.relation == "!=":
            continue
        form = _gap(constraint, part.known)
        if form is not None:
            is_more = constraint.relation in (">", ">=")
            found.append((form if is_more else _minus({}, form), constraint.relation in ("<", ">")))
    return found


def _equalities(part: Part) -> list[tuple[Linear, bool]]:
    forms = [form for equation in part.equations if (form := _gap(equation, part.known)) is not None]
    return [(one, False) for form in forms for one in (form, _minus({}, form))]


def _gap(statement: Equation | Constraint, known: Mapping[str, Fraction]) -> Linear | None:
    """Give ``left - right`` where that is linear."""
    try:
        return _minus(linear_form(statement.left, known), linear_form(statement.right, known))
    except NotLinear:
        return None


def _minus(left: Linear, right: Linear) -> Linear:
    total = dict(left)
    for name, factor in right.items():
        total[name] = total.get(name, Fraction(0)) - factor
    return {name: factor for name, factor in total.items() if factor}


def _tighten(
    constraint: tuple[Linear, bool],
    low: dict[str, Fraction],
    high: dict[str, Fraction],
    integers: set[str],
) -> None:
    """Bound each name of ``form >= 0`` by those of the others; a strict bound of an integer moves by one."""
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
                least = _whole_least(bound, is_strict) if name in integers else bound
                low[name] = max(low.get(name, least), least)
            else:
                most = -_whole_least(-bound, is_strict) if name in integers else bound
                high[name] = min(high.get(name, most), most)


def _whole_least(bound: Fraction, is_strict: bool) -> Fraction:
    return Fraction(math.floor(bound) + 1 if is_strict else math.ceil(bound))
