r"""Exact values of circular functions at multiples of pi/12, and of logarithms of rationals.

In: a function's name and its exact argument. Out: a Ratio, None where it has no such form. Logarithms of
primes stay opaque symbols: what is a multiple of them is found equal, what is not says nothing.
"""

from __future__ import annotations

from fractions import Fraction

from curate.answers import algebra
from curate.answers.algebra import Ratio, TooHard

_MAX_PRIME = 2_000
_MAX_LOG = 10**12


def exact_circular(name: str, angle: Ratio) -> Ratio | None:
    """Give sin, cos, tan, cot, sec or csc of a multiple of pi/12.

    Raises:
        TooHard: at a pole.
    """
    twelfths = _twelfths(angle)
    if twelfths is None or name not in ("sin", "cos", "tan", "cot", "sec", "csc"):
        return None
    sine, cosine = _sine(twelfths), _sine(twelfths + 6)
    if name in ("sin", "csc"):
        return sine if name == "sin" else algebra.invert(sine)
    if name in ("cos", "sec"):
        return cosine if name == "cos" else algebra.invert(cosine)
    over, under = (sine, cosine) if name == "tan" else (cosine, sine)
    return algebra.multiply(over, algebra.invert(under))


def exact_turn(exponent: Ratio) -> Ratio | None:
    """Give e to an imaginary multiple of pi/12."""
    angle = algebra.multiply(exponent, algebra.negate(algebra.symbol("i")))
    twelfths = _twelfths(angle)
    if not twelfths:
        return None
    return algebra.add(_sine(twelfths + 6), algebra.multiply(algebra.symbol("i"), _sine(twelfths)))


def natural_log(value: Ratio) -> Ratio | None:
    """Give the logarithm of a positive rational as a sum over its primes, None for other values.

    Raises:
        TooHard: when the number has a prime factor that is not found cheaply.
    """
    number = value.constant
    if number is None or number <= 0 or max(number.numerator, number.denominator) > _MAX_LOG:
        return None
    total = algebra.rational(0)
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        for prime, count in _factors(part):
            log = algebra.symbol(f"ln({prime})", is_opaque=True)
            total = algebra.add(total, algebra.multiply(algebra.rational(sign * count), log))
    return total


def _twelfths(angle: Ratio) -> int | None:
    if not angle.over:
        return 0
    if len(angle.over) != 1 or set(angle.under) != {()}:
        return None
    [(mono, factor)] = angle.over.items()
    twelfths = factor / angle.under[()] * 12
    return int(twelfths) if mono == (("π", 1),) and twelfths.denominator == 1 else None


def _sine(twelfths: int) -> Ratio:
    twelfths %= 24
    if twelfths > 12:
        return algebra.negate(_sine(twelfths - 12))
    if twelfths > 6:
        return _sine(12 - twelfths)
    six, two = algebra.square_root(Fraction(6, 16)), algebra.square_root(Fraction(2, 16))
    return (
        algebra.rational(0),
        algebra.add(six, algebra.negate(two)),
        algebra.rational(Fraction(1, 2)),
        algebra.square_root(Fraction(1, 2)),
        algebra.square_root(Fraction(3, 4)),
        algebra.add(six, two),
        algebra.rational(1),
    )[twelfths]


def _factors(number: int) -> list[tuple[int, int]]:
    found, prime = [], 2
    while prime * prime <= number:
        if prime > _MAX_PRIME:
            raise TooHard("log")
        count = 0
        while number % prime == 0:
            number //= prime
            count += 1
        if count:
            found.append((prime, count))
        prime += 1 if prime == 2 else 2
    return [*found, (number, 1)] if number > 1 else found
