"""Exact algebra: sums of rational multiples of products of symbols, square roots of primes, pi and i.

In: Fractions and symbols. Out: a Ratio of two polynomials; two of them are equal exactly when the cross
product vanishes, because square roots of distinct primes, i, pi and symbols are independent. Functions and
other roots are opaque symbols: equal forms are equal, different forms say nothing (`is_opaque`). Every size
is bounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

Monomial = tuple[tuple[str, int], ...]
Poly = dict[Monomial, Fraction]

MAX_TERMS = 200
MAX_BITS = 4096
MAX_EXPONENT = 64
_MAX_RADICAND = 10**10
_ONE: Monomial = ()


class TooHard(Exception):
    """The value is outside what is computed exactly here; another path may know it."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A fraction of two polynomials; `is_opaque` when a function or a higher root is a symbol in it."""

    over: Poly
    under: Poly
    is_opaque: bool = False

    @property
    def constant(self) -> Fraction | None:
        """Give the rational value, None when the ratio is not a rational number."""
        if len(self.under) != 1 or len(self.over) > 1:
            return None
        [(below, divisor)] = self.under.items()
        if not self.over:
            return Fraction(0)
        [(above, factor)] = self.over.items()
        return factor / divisor if above == below else None

    @property
    def symbols(self) -> frozenset[str]:
        """Give the free symbols, without pi, e, i, roots and functions."""
        names = {name for poly in (self.over, self.under) for mono in poly for name, _ in mono}
        return frozenset(name for name in names if len(name) == 1 and name not in "πie")


def rational(value: Fraction | int) -> Ratio:
    """Make a constant."""
    number = Fraction(value)
    return Ratio({_ONE: number} if number else {}, {_ONE: Fraction(1)})


def symbol(name: str, *, is_opaque: bool = False) -> Ratio:
    """Make a symbol: one letter, "π", "i", or the canonical text of a function."""
    return Ratio({((name, 1),): Fraction(1)}, {_ONE: Fraction(1)}, is_opaque)


def add(left: Ratio, right: Ratio) -> Ratio:
    """Add two ratios."""
    opaque = left.is_opaque or right.is_opaque
    if left.under == right.under:
        return Ratio(_plus(left.over, right.over), left.under, opaque)
    over = _plus(_times(left.over, right.under), _times(right.over, left.under))
    return Ratio(over, _times(left.under, right.under), opaque)


def multiply(left: Ratio, right: Ratio) -> Ratio:
    """Multiply two ratios."""
    opaque = left.is_opaque or right.is_opaque
    return Ratio(_times(left.over, right.over), _times(left.under, right.under), opaque)


def invert(value: Ratio) -> Ratio:
    """Give one over a ratio.

    Raises:
        TooHard: for zero.
    """
    if not value.over:
        raise TooHard("division by zero")
    return Ratio(value.under, value.over, value.is_opaque)


def negate(value: Ratio) -> Ratio:
    """Change the sign."""
    return Ratio({mono: -factor for mono, factor in value.over.items()}, value.under, value.is_opaque)


def power(base: Ratio, exponent: int) -> Ratio:
    """Raise to an integer power of at most 64 in size.

    Raises:
        TooHard: when the exponent or the result is too big, or for zero to a power that is not positive.
    """
    if abs(exponent) > MAX_EXPONENT:
        raise TooHard("exponent")
    if exponent < 0:
        base, exponent = invert(base), -exponent
    if exponent == 0 and not base.over:
        raise TooHard("0^0")
    result = rational(1)
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        exponent >>= 1
        if exponent:
            base = multiply(base, base)
    return result


def square_root(value: Fraction) -> Ratio:
    """Give the square root of a rational as a multiple of roots of primes and i.

    Raises:
        TooHard: when the radicand cannot be factored cheaply.
    """
    if value < 0:
        return multiply(symbol("i"), square_root(-value))
    outside, primes = _split_square(value.numerator * value.denominator)
    mono = tuple((f"√{prime:012d}", 1) for prime in primes)
    return Ratio({mono: Fraction(outside, value.denominator)} if value else {}, {_ONE: Fraction(1)})


def is_zero(value: Ratio) -> bool:
    """Say whether the ratio is zero as written."""
    return not value.over


def same(left: Ratio, right: Ratio) -> bool:
    """Say whether the cross product vanishes; the caller minds opaque parts."""
    return _times(left.over, right.under) == _times(right.over, left.under)


def canonical(value: Ratio) -> str:
    """Write the ratio in a fixed order, for use as the name of a function's argument.

    Raises:
        TooHard: when the denominator is no constant, where the form would not be unique.
    """
    if len(value.under) != 1 or _ONE not in value.under:
        raise TooHard("denominator")
    divisor = value.under[_ONE]
    return " ".join(f"{factor / divisor}{mono}" for mono, factor in sorted(value.over.items())) or "0"


def approximate(value: Ratio, n_digits: int = 60) -> Fraction | None:
    """Give a rational within about 10^-n_digits of a real value; None with symbols, i or functions in it."""
    over, under = _approximate(value.over, n_digits), _approximate(value.under, n_digits)
    return over / under if over is not None and under else None


def _approximate(poly: Poly, n_digits: int) -> Fraction | None:
    total = Fraction(0)
    for mono, factor in poly.items():
        for name, exponent in mono:
            if name == "π":
                factor *= _PI**exponent
            elif name == "e":
                factor *= _E**exponent
            elif name[0] == "√":
                scale = 10**n_digits
                factor *= Fraction(math.isqrt(int(name[1:]) * scale * scale), scale)
            else:
                return None
        total += factor
    return total


_PI = Fraction(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798"
)
_E = Fraction(
    "2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138217852516642742746"
)


def _plus(left: Poly, right: Poly) -> Poly:
    total = dict(left)
    for mono, factor in right.items():
        new = total.get(mono, Fraction(0)) + factor
        if new:
            total[mono] = new
        else:
            total.pop(mono, None)
    return _bounded(total)


def _times(left: Poly, right: Poly) -> Poly:
    if len(left) * len(right) > MAX_TERMS * 10:
        raise TooHard("terms")
    product: Poly = {}
    for mono, factor in left.items():
        for other, second in right.items():
            joined, extra = _join(mono, other)
            new = product.get(joined, Fraction(0)) + factor * second * extra
            if new:
                product[joined] = new
            else:
                product.pop(joined, None)
    return _bounded(product)


def _join(left: Monomial, right: Monomial) -> tuple[Monomial, int]:
    if not left:
        return right, 1
    if not right:
        return left, 1
    exponents = dict(left)
    extra = 1
    for name, exponent in right:
        total = exponents.get(name, 0) + exponent
        if name[0] == "√" and total > 1:
            extra *= int(name[1:]) ** (total // 2)
            total %= 2
        elif name == "i" and total > 1:
            extra *= (-1) ** (total // 2)
            total %= 2
        if total > 1000:
            raise TooHard("degree")
        if total:
            exponents[name] = total
        else:
            exponents.pop(name, None)
    return tuple(sorted(exponents.items())), extra


def _bounded(poly: Poly) -> Poly:
    if len(poly) > MAX_TERMS:
        raise TooHard("terms")
    for factor in poly.values():
        if factor.numerator.bit_length() > MAX_BITS or factor.denominator.bit_length() > MAX_BITS:
            raise TooHard("size")
    return poly


def _split_square(number: int) -> tuple[int, list[int]]:
    """Write a non-negative integer as outside^2 times a product of distinct primes."""
    if number == 0:
        return 0, []
    root = math.isqrt(number)
    if root * root == number:
        return root, []
    if number > _MAX_RADICAND:
        raise TooHard("radicand")
    outside, primes, divisor = 1, [], 2
    while divisor * divisor <= number:
        count = 0
        while number % divisor == 0:
            number //= divisor
            count += 1
        outside *= divisor ** (count // 2)
        if count % 2:
            primes.append(divisor)
        divisor += 1 if divisor == 2 else 2
    if number > 1:
        primes.append(number)
    return outside, primes
