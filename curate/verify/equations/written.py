"""Write an exact real number: a fraction, a closed form with roots and pi, or a root of its polynomial.

In: an `Algebraic`. Out: its text and 15 digits. A polynomial that becomes a power of one variable after a
shift, or a quadratic in such a power, has a closed form; every other number is ``CRootOf(polynomial,
place)``, as sympy writes it: the real roots counted from 0 in rising order.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from curate.verify.equations.fields import Algebraic, coefficient_value, real_roots
from curate.verify.equations.solution import Solution, SolvePath, decimal_text, exact_solution

if TYPE_CHECKING:
    from sympy import Expr
    from sympy.polys.rings import PolyElement

_DIGITS = 40


def algebraic_solution(number: Algebraic, path: SolvePath = "nonlinear") -> Solution:
    """Give the solution with this answer."""
    rational = number.rational
    if rational is not None:
        return exact_solution(rational, path)
    return Solution("ok", text_of(number), decimal_text(_near(number)), "", "", path)


def text_of(number: Algebraic) -> str:
    """Write a number exactly."""
    import mpmath

    rational = number.rational
    if rational is not None:
        return str(rational)
    with mpmath.workdps(2 * _DIGITS):
        closed = _closed_form(number)
    if closed is not None:
        return str(closed)
    roots = real_roots(number.minimal)
    place = min(range(len(roots)), key=lambda index: abs(roots[index] - number.value))
    return f"CRootOf({number.minimal.as_expr()}, {place})".replace("u", "x")


def _near(number: Algebraic) -> Fraction:
    import mpmath

    with mpmath.workdps(_DIGITS):
        sign, mantissa, exponent, _ = (+number.value)._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def _closed_form(number: Algebraic) -> Expr | None:
    """Solve ``((u + shift)^step)^2 + half*(u + shift)^step + last = 0`` and its simpler kin."""
    import sympy

    minimal = number.minimal
    degree = minimal.degree()
    shift = minimal.get((degree - 1,), minimal.ring.domain.zero) / degree
    if degree == 1:
        return -_expr(minimal, shift)
    moved = minimal.compose(minimal.ring.gens[0], minimal.ring.gens[0] - shift)
    places = sorted(place for (place,) in moved if place)
    step = places[0]
    if any(place not in (step, 2 * step) for place in places):
        return None
    value = number.value + _value(minimal, shift)
    candidates = [_expr(minimal, -moved.get((0,), minimal.ring.domain.zero))]
    if degree == 2 * step:
        half, last = (
            _expr(minimal, moved.get((place,), minimal.ring.domain.zero)) / 2 for place in (step, 0)
        )
        root = sympy.sqrt(half**2 - 2 * last)
        candidates = [-half + root, -half - root]
    powers = [candidate for candidate in candidates if _is_near(candidate, value**step)]
    if len(powers) != 1:
        return None
    size = sympy.sqrtdenest(sympy.sqrt(powers[0])) if step == 2 else abs(powers[0]) ** sympy.Rational(1, step)
    return sympy.expand((size if value > 0 else -size) - _expr(minimal, shift))


def _is_near(candidate: Expr, value: object) -> bool:
    import sympy

    gap = candidate.evalf(_DIGITS) - sympy.Float(value, _DIGITS)
    return bool(abs(gap) <= abs(candidate.evalf(_DIGITS)) * sympy.Float("1e-25", _DIGITS))


def _expr(minimal: PolyElement, factor: object) -> Expr:
    import sympy

    return minimal.ring.domain.to_sympy(factor).subs(sympy.Symbol("pi"), sympy.pi)


def _value(minimal: PolyElement, factor: object) -> object:
    return coefficient_value(factor, minimal.ring.domain)
