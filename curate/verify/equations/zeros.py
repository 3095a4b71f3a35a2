"""Solve a part exactly by all its common zeros: every real solution is found, tested, and none is missed.

In: a `Part`. Out: the distinct values of ``ans``. The equations become polynomials (`translation`), their
common zeros points of number fields (`quotient`, `fields`), and each real point is put back into every
equation, domain and constraint (`evaluation`). Where there are infinitely many zeros, ``ans`` may still have
one value on all of them: then one real point is looked for, to prove that there is a solution at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from curate.verify.equations.definitions import without_definitions
from curate.verify.equations.evaluation import Evaluator, NoValue
from curate.verify.equations.fields import Algebraic, Point, real_points
from curate.verify.equations.nodes import Equation, Name, Node, Num, Pi, walk
from curate.verify.equations.parts import Part
from curate.verify.equations.quotient import NotFinite, Zeros, find_zeros, reduced_basis, vanishing
from curate.verify.equations.rejects import Reject, RejectCode
from curate.verify.equations.squares import with_sums_split
from curate.verify.equations.translation import Translation, is_polynomial, is_root

_OF_THE_POINT = frozenset({"division_by_zero", "not_real"})
_TRIALS = ("1", "2", "0", "3", "-1", "1/2", "5", "10")
_MAX_TRIALS = 40


def answers_by_zeros(part: Part) -> list[Algebraic]:
    """Give the distinct values of ``ans``, at least one.

    Raises:
        Reject: when there is no solution, when ``ans`` is free, or where no method is known.
    """
    part = with_sums_split(without_definitions(part))
    try:
        translation, zeros = _zeros(part)
    except NotFinite as loose:
        for equation in part.equations:
            if not (is_polynomial(equation.left, part.known) and is_polynomial(equation.right, part.known)):
                raise Reject("not_solvable", f"no exact method for line {equation.line}") from None
        return [_only_value(part, loose)]
    return _tested(part, translation, real_points(zeros))


def _zeros(part: Part) -> tuple[Translation, Zeros]:
    """Find all common zeros; divisors are required not to be zero only where that is needed."""
    translation = _translated(part)
    polynomials = _polynomials(part, translation)
    try:
        return translation, _found(polynomials, translation)
    except NotFinite:
        if not translation.divisors:
            raise
    translation = _translated(part, ("inverse",))
    polynomials = _polynomials(part, translation)
    return translation, _found([*polynomials, translation.nonzero("inverse")], translation)


def _found(polynomials: list[object], translation: Translation) -> Zeros:
    basis = reduced_basis(polynomials, translation.ring)
    if any(one.is_ground for one in basis):
        raise Reject("no_solution", "no value satisfies all lines")
    return find_zeros(basis, translation.ring)


def _translated(part: Part, extra: tuple[str, ...] = (), more: tuple[Node, ...] = ()) -> Translation:
    """Make the ring: everything in the polynomial equations, and from the rest only names and roots."""
    trees: list[Node] = list(more)
    for equation in part.equations:
        sides = (equation.left, equation.right)
        if all(is_polynomial(side, part.known) for side in sides):
            trees += sides
        else:
            trees += _names_and_roots(sides, part)
    for constraint in part.constraints:
        trees += _names_and_roots((constraint.left, constraint.right), part)
    trees += _names_and_roots((part.answer, *(tree for tree, _ in part.domains)), part)
    return Translation(trees, part.known, extra)


def _names_and_roots(trees: tuple[Node, ...], part: Part) -> Iterator[Node]:
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Name | Pi) or (is_root(node, part.known) and is_polynomial(node, part.known)):
                yield node


def _polynomials(part: Part, translation: Translation) -> list[object]:
    equations = [
        translation.equation(equation)
        for equation in part.equations
        if is_polynomial(equation.left, part.known) and is_polynomial(equation.right, part.known)
    ]
    return [*translation.relations(), *equations]


def _tested(part: Part, translation: Translation, points: Iterator[Point]) -> list[Algebraic]:
    """Put each real point back into every line, and give the distinct values of ``ans`` where all hold."""
    values: list[Algebraic] = []
    code: RejectCode = "not_real"
    for point in points:
        evaluator = Evaluator(point, translation.places, part.known)
        try:
            if not all(evaluator.is_solved(equation) for equation in part.equations):
                code = "no_solution" if code == "not_real" else code
                continue
            if not _is_allowed(part, evaluator):
                code = "constraints_leave_no_solution"
                continue
            value = point.algebraic(evaluator.value(part.answer))
        except NoValue:
            code = "no_solution" if code == "not_real" else code
            continue
        except Reject as reject:
            if reject.code not in _OF_THE_POINT:
                raise
            code = "no_solution" if code == "not_real" else code
            continue
        if not any(value.is_same(other) for other in values):
            values.append(value)
    if not values:
        raise Reject(code, _WHY_NONE[code])
    return values


_WHY_NONE: dict[str, str] = {
    "not_real": "only complex values satisfy the equations",
    "no_solution": "no value satisfies all lines",
    "constraints_leave_no_solution": "every value breaks a domain or a constraint",
}


def _is_allowed(part: Part, evaluator: Evaluator) -> bool:
    return all(evaluator.lies_in(tree, domain) for tree, domain in part.domains) and all(
        evaluator.holds(constraint) for constraint in part.constraints
    )


def _only_value(part: Part, loose: NotFinite) -> Algebraic:
    """Give the value that ``ans`` has on infinitely many zeros, with one real solution as its proof."""
    free = _free_name(part, loose)
    nothing = Reject("underdetermined", f"no equation determines {free}")
    if not is_polynomial(part.answer, part.known):
        raise nothing
    translation = _translated(part, ("inverse", "answer"), (part.answer,))
    polynomials = _polynomials(part, translation)
    polynomials.append(translation.equals("answer", part.answer))
    polynomials.append(translation.nonzero("inverse"))
    basis = reduced_basis(polynomials, translation.ring)
    if any(one.is_ground for one in basis):
        raise Reject("no_solution", "no value satisfies all lines")
    minimal = vanishing(basis, translation.generators["answer"], translation.ring)
    if minimal is None:
        raise nothing
    gens = minimal.ring.gens
    values = [point.algebraic(point.coordinates[0]) for point in real_points(Zeros(minimal, (gens[0],)))]
    if not values:
        raise Reject("not_real", _WHY_NONE["not_real"])
    if len(values) > 1 or not _has_solution(part, free):
        raise nothing
    return values[0]


def _free_name(part: Part, loose: NotFinite) -> str:
    names = sorted(part.unknown)
    return next((names[place] for place in loose.loose if place < len(names)), names[0] if names else "ans")


def _has_solution(part: Part, free: str, budget: Iterator[int] | None = None) -> bool:
    """Look for one real solution, by giving free names values of their own."""
    budget = budget or iter(range(_MAX_TRIALS))
    for value in _trials(part):
        if next(budget, None) is None:
            return False
        fixed = replace(part, equations=(*part.equations, Equation(Name(free), Num(value), 0)))
        try:
            translation, zeros = _zeros(fixed)
            _tested(fixed, translation, real_points(zeros))
        except NotFinite as loose:
            if not _has_solution(fixed, _free_name(fixed, loose), budget):
                continue
        except Reject:
            continue
        return True
    return False


def _trials(part: Part) -> list[Fraction]:
    """Give values to try: small ones, and those beside the numbers of the constraints."""
    bounds = [
        node.value
        for constraint in part.constraints
        for side in (constraint.left, constraint.right)
        for node in walk(side)
        if isinstance(node, Num)
    ]
    beside = [bound + step for bound in bounds for step in (1, -1)]
    return list(dict.fromkeys([*(Fraction(trial) for trial in _TRIALS), *beside]))
