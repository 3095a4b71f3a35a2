"""Exact real numbers in a number field: zero by division, sign by the value of what is known not to be zero.

A `Point` is one real common zero: an irreducible polynomial and one of its real roots; its elements are
polynomials in that root. An element that is not the zero polynomial is not zero, so the sign of its value is
its sign, once the value is larger than what its 120 digits may be wrong by. What cannot be told apart so is
refused, never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from curate.verify.equations.quotient import Span, Zeros, relation
from curate.verify.equations.rejects import Reject

if TYPE_CHECKING:
    from mpmath import mpf
    from sympy.polys.rings import PolyElement

DIGITS = 120
_ERROR = "1e-90"
"""Relative error that a root of 120 digits is granted; its true one is near 1e-115."""
_APART = "1e-60"
"""Roots of one polynomial that are relatively nearer than this are refused: complex pairs hide there."""


@dataclass(frozen=True, slots=True)
class Algebraic:
    """A real number: the monic irreducible polynomial that it is a root of, and its value."""

    minimal: PolyElement
    value: mpf

    @property
    def rational(self) -> Fraction | None:
        """Give the number where it is rational."""
        if self.minimal.degree() != 1:
            return None
        factor = self.minimal.get((0,), 0)
        number = self.minimal.ring.domain.to_sympy(factor) if factor else None
        if number is None:
            return Fraction(0)
        return -Fraction(int(number.p), int(number.q)) if number.is_Rational else None

    def is_same(self, other: Algebraic) -> bool:
        """Say whether two numbers are equal: one polynomial and the same one of its separate roots."""
        if self.minimal.as_expr() != other.minimal.as_expr():
            return False
        return self.minimal.degree() == 1 or _is_near(self.value, other.value, _APART)


@dataclass(frozen=True, slots=True)
class Point:
    """A real root of an irreducible polynomial, and the generators' values as polynomials in it."""

    minimal: PolyElement
    root: mpf
    coordinates: tuple[PolyElement, ...]

    def element(self, value: Fraction) -> PolyElement:
        """Give a rational number as an element."""
        ring = self.minimal.ring
        return ring.ground_new(ring.domain.from_sympy(_sympy(value)))

    def product(self, left: PolyElement, right: PolyElement) -> PolyElement:
        """Multiply two elements."""
        return (left * right).rem(self.minimal)

    def inverse(self, element: PolyElement) -> PolyElement:
        """Give one over an element that is not zero."""
        factor, _, divisor = element.gcdex(self.minimal)
        return factor.quo_ground(divisor.LC).rem(self.minimal)

    def sign(self, element: PolyElement) -> int:
        """Give -1, 0 or 1."""
        rational = self.rational(element)
        if rational is not None:
            return (rational > 0) - (rational < 0)
        value, error = value_at(element, self.root)
        if abs(value) <= error:
            raise Reject("not_solvable", "two values are too near to each other to tell them apart")
        return 1 if value > 0 else -1

    def floor(self, element: PolyElement) -> int:
        """Give the greatest integer that is not above an element."""
        rational = self.rational(element)
        if rational is not None:
            return math.floor(rational)
        import mpmath

        value, error = value_at(element, self.root)
        if error > 1:
            raise Reject("not_solvable", "a value is too big to round it")
        with mpmath.workdps(DIGITS):
            guess = int(mpmath.nint(value))
        return guess if self.sign(element - self.element(Fraction(guess))) > 0 else guess - 1

    def rational(self, element: PolyElement) -> Fraction | None:
        """Give the value where it is a rational number."""
        if not element:
            return Fraction(0)
        number = element.ring.domain.to_sympy(element.LC) if element.is_ground else None
        return Fraction(int(number.p), int(number.q)) if number is not None and number.is_Rational else None

    def algebraic(self, element: PolyElement) -> Algebraic:
        """Describe an element without this field."""
        ring = self.minimal.ring
        span = Span(ring.domain)
        power, combination = ring.one, None
        while combination is None:
            combination = span.add({place: factor for (place,), factor in power.terms() if factor})
            power = self.product(power, element)
        return Algebraic(relation(combination, ring), value_at(element, self.root)[0])


def real_points(zeros: Zeros) -> Iterator[Point]:
    """Give every real common zero.

    Raises:
        Reject: `not_solvable` when roots are too near to each other to say which are real.
    """
    import mpmath

    with mpmath.workdps(DIGITS):
        for factor, _ in zeros.minimal.factor_list()[1]:
            minimal = factor.monic()
            coordinates = tuple(coordinate.rem(minimal) for coordinate in zeros.coordinates)
            for root in real_roots(minimal):
                yield Point(minimal, root, coordinates)


def real_roots(polynomial: PolyElement) -> list[mpf]:
    """Give the real roots of an irreducible polynomial, rising, to 120 digits.

    Raises:
        Reject: `not_solvable` when roots are too near to each other to say which are real.
    """
    import mpmath

    with mpmath.workdps(DIGITS):
        return _roots(polynomial)


def _roots(polynomial: PolyElement) -> list[mpf]:
    import mpmath

    ground = polynomial.ring.domain
    degree = polynomial.degree()
    factors = [coefficient_value(polynomial.get((place,), 0), ground) for place in range(degree, -1, -1)]
    if degree == 1:
        return [-factors[1]]
    if degree == 2:
        return _quadratic_roots(factors[1], factors[2])
    # Roots of size one: without the scale, coefficients of a million make the iteration wander.
    scale = max(abs(factor) ** (mpmath.mpf(1) / place) for place, factor in enumerate(factors) if place)
    scaled = [factor / scale**place for place, factor in enumerate(factors)]
    try:
        found = mpmath.polyroots(scaled, maxsteps=200, extraprec=2 * DIGITS)
    except mpmath.libmp.NoConvergence:
        raise Reject("not_solvable", "roots that are too near to each other") from None
    if any(_is_near(one, other, _APART) for place, one in enumerate(found) for other in found[:place]):
        raise Reject("not_solvable", "roots that are too near to each other")
    return sorted(root.real * scale for root in found if abs(root.imag) < mpmath.mpf(_APART))


def _quadratic_roots(half: mpf, last: mpf) -> list[mpf]:
    """Give the real roots of u^2 + half*u + last, which is irreducible and so has no double root."""
    import mpmath

    square = half * half - 4 * last
    if square < 0:
        return []
    far = (-half - mpmath.sqrt(square)) / 2 if half > 0 else (-half + mpmath.sqrt(square)) / 2
    return sorted((far, last / far))


def value_at(element: PolyElement, root: mpf) -> tuple[mpf, mpf]:
    """Give the value of a polynomial at a root, and what that value may be wrong by."""
    import mpmath

    with mpmath.workdps(DIGITS):
        total, size = mpmath.mpf(0), mpmath.mpf(0)
        for place in range(element.degree() if element else -1, -1, -1):
            factor = coefficient_value(element.get((place,), 0), element.ring.domain)
            total = total * root + factor
            size = size * abs(root) + abs(factor) * (place + 1)
        return total, size * mpmath.mpf(_ERROR)


def coefficient_value(factor: object, domain: object) -> mpf:
    """Give the numeric value of a coefficient, which may be a fraction in pi."""
    import mpmath
    import sympy

    if not factor:
        return mpmath.mpf(0)
    value = domain.to_sympy(factor)  # type: ignore[attr-defined]
    if value.is_Rational:
        return mpmath.mpf(int(value.p)) / int(value.q)
    exact = value.subs(sympy.Symbol("pi"), sympy.pi)
    return mpmath.mpf(str(exact.evalf(DIGITS + 10)))


def _is_near(one: mpf, other: mpf, relative: str) -> bool:
    import mpmath

    return bool(abs(one - other) <= (abs(one) + abs(other)) * mpmath.mpf(relative))


def _sympy(value: Fraction) -> object:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)
