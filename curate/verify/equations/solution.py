"""What solving one system gave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal

SolveStatus = Literal["ok", "rejected", "timeout", "error"]
SolvePath = Literal["", "propagated", "linear", "nonlinear", "enumerated"]
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Solution:
    """One exact answer with a decimal beside it, or the code of why there is none."""

    status: SolveStatus
    answer: str = ""
    decimal: str = ""
    reason: str = ""
    detail: str = ""
    path: SolvePath = ""


def exact_solution(value: Fraction, path: SolvePath) -> Solution:
    """Write a rational answer."""
    return Solution("ok", str(value), decimal_text(value), "", "", path)


def decimal_text(value: Fraction) -> str:
    """Give 15 significant digits, without an exponent where that is readable.

    >>> decimal_text(Fraction(1, 3))
    '0.333333333333333'
    """
    context = Context(prec=_DIGITS)
    number = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    if number == number.to_integral_value() and abs(number) < 10**_DIGITS:
        return str(int(number))
    return format(number.normalize(context), "f" if abs(number.adjusted()) < _DIGITS else "E")
