"""Powers, roots, factorials, binomials and named functions of exact values, each within bounds.

Raises `TooHard` for all that is outside them; the parser turns that into "not read here".
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

from curate.answers import algebra
from curate.answers.algebra import Ratio, TooHard
from curate.answers.trigonometry import exact_circular, exact_turn, natural_log


def raise_to(base: Ratio, exponent: Ratio) -> Ratio:
    """Raise to a constant power exactly; a power with symbols in it is opaque."""
    number = exponent.constant
    if number is not None and number.denominator == 1:
        return algebra.power(base, int(number)) if abs(number) <= algebra.MAX_EXPONENT else _too_hard()
    if number is not None and number.denominator <= 12 and abs(number.numerator) <= 12:
        return algebra.power(root_of(base, Fraction(number.denominator)), number.numerator)
    turn = exact_turn(exponent) if base == algebra.symbol("e") else None
    if turn is not None:
        return turn
    key = f"pow({algebra.canonical(base)},{algebra.canonical(exponent)})"
    return algebra.symbol(key, is_opaque=True)


def root_of(value: Ratio, degree: Fraction | None) -> Ratio:
    """Take a root exactly where it is a rational or a square root, else as an opaque symbol."""
    if degree is None or degree.denominator != 1 or not 2 <= degree <= 12:
        raise TooHard("root")
    number = value.constant
    if degree == 2 and number is not None:
        return algebra.square_root(number)
    if number is not None and number > 0:
        over, under = _exact_root(number.numerator, int(degree)), _exact_root(number.denominator, int(degree))
        if over is not None and under is not None:
            return algebra.rational(Fraction(over, under))
    return algebra.symbol(f"root{degree}({algebra.canonical(value)})", is_opaque=True)


def _exact_root(number: int, degree: int) -> int | None:
    if number.bit_length() > 600:
        raise TooHard("root")
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**degree < number:
            low = middle + 1
        else:
            high = middle
    return low if low**degree == number else None


def factorial_of(value: Ratio) -> Ratio:
    """Give the factorial of an integer of at most 200."""
    number = value.constant
    if number is None or number.denominator != 1 or not 0 <= number <= 200:
        raise TooHard("factorial")
    return algebra.rational(factorial(int(number)))


def binomial_of(upper: Ratio, lower: Ratio) -> Ratio:
    """Give a binomial coefficient of numbers of at most 200."""
    n, k = upper.constant, lower.constant
    if n is None or k is None or n.denominator != 1 or k.denominator != 1 or not 0 <= k <= n <= 200:
        raise TooHard("binomial")
    return algebra.rational(comb(int(n), int(k)))


def _too_hard() -> Ratio:
    raise TooHard("exponent")


def value_of_function(name: str, inner: Ratio, base: Ratio | None) -> Ratio:
    """Give the exact value of a function, or an opaque symbol that names it."""
    if name == "exp":
        return raise_to(algebra.symbol("e"), inner)
    if base is not None and base != algebra.symbol("e"):
        over, under = natural_log(inner), natural_log(base)
        if over is not None and under is not None:
            return algebra.multiply(over, algebra.invert(under))
        return algebra.symbol(f"log{algebra.canonical(base)}({algebra.canonical(inner)})", is_opaque=True)
    if name == "ln" or base is not None:
        log = natural_log(inner)
        return log if log is not None else algebra.symbol(f"ln({algebra.canonical(inner)})", is_opaque=True)
    exact = exact_circular(name, inner)
    return (
        exact if exact is not None else algebra.symbol(f"{name}({algebra.canonical(inner)})", is_opaque=True)
    )
