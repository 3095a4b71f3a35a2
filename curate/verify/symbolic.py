"""The last resort: math-verify, on folded text that passed the guard, inside a worker that can be killed.

In: a gold and an answer. Out: status and reason. Its timeouts are off (they are alarms that other code
swallows); its errors are raised and mean undecided, never wrong. Both argument orders must agree. A
positive is put to a numeric veto: both sides at 50 digits at three rational points per symbol. A negative
is only believed when both sides are numbers that differ.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sympy import Basic

MATH_VERIFY_VERSION = "0.9.0"
_PRECISION = 50
_POINTS = (Fraction(7, 11), Fraction(19, 13), Fraction(23, 29))
_SAME = 1e-30
_APART = 1e-9
_MAX_SYMBOLS = 6
_NAMED = re.compile(r"[A-Za-z]\s?=\s?([^=<>]+)")


def compare_symbolically(gold: str, answer: str) -> tuple[str, ...]:
    """Give status and reason for two folded texts; two numbers that differ also give both their values.

    Any exception of the engine reaches the caller.
    """
    from math_verify.grader import verify

    ours, theirs = _parse(_value_of(gold, answer)), _parse(_value_of(answer, gold))
    if not ours or not theirs:
        return "undecided", "gold_unparsed" if not ours else "unparsed"
    gap = _largest_gap(ours[0], theirs[0])
    if gap is not None and gap > _APART and not ours[0].free_symbols:
        # before the engine, which takes a tenth of a second to see it
        return "not_equal", "different_value", *_decimals(ours[0], theirs[0])
    is_equal = verify(ours, theirs, timeout_seconds=None, raise_on_error=True) and verify(
        theirs, ours, timeout_seconds=None, raise_on_error=True
    )
    if is_equal:
        if gap is None:
            return ("equal", "symbolic") if ours[0] == theirs[0] else ("undecided", "vetoed")
        return (
            ("equal", "symbolic") if gap <= _SAME else ("not_equal", "vetoed", *_decimals(ours[0], theirs[0]))
        )
    return "undecided", "unparsed"


def _decimals(*values: Basic) -> tuple[str, ...]:
    """Give the decimals of real constants, nothing when one is none: rounding is the caller's policy."""
    from sympy import Expr

    shown = [
        value.evalf(_PRECISION) for value in values if isinstance(value, Expr) and not value.free_symbols
    ]
    is_real = len(shown) == len(values) and all(value.is_Float or value.is_Integer for value in shown)
    return tuple(str(value) for value in shown) if is_real else ()


def _value_of(text: str, other: str) -> str:
    """Take the value of "x = value" where the other side is no equation."""
    named = _NAMED.fullmatch(text)
    return named[1] if named and "=" not in other else text


def _parse(text: str) -> list[Basic]:
    """Parse with math-verify; a bare answer is wrapped, which it reads far better."""
    from math_verify.parser import ExprExtractionConfig, LatexExtractionConfig, parse

    found = parse(
        f"${text}$",
        extraction_config=(LatexExtractionConfig(), ExprExtractionConfig()),
        fallback_mode="no_fallback",
        extraction_mode="first_match",
        parsing_timeout=None,
        raise_on_error=True,
    )
    return [value for value in found if not isinstance(value, str)]


def _largest_gap(left: Basic, right: Basic) -> float | None:
    """Give the largest relative gap over the points; None where a side has no number there."""
    from sympy import Expr, Rational

    if _is_matrix(left) or _is_matrix(right):
        return _matrix_gap(left, right)
    if not isinstance(left, Expr) or not isinstance(right, Expr):
        return None
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    if len(symbols) > _MAX_SYMBOLS:
        return None
    if left.free_symbols != right.free_symbols:
        return None
    largest = 0.0
    for at, point in enumerate(_POINTS if symbols else _POINTS[:1]):
        values = {
            symbol: Rational(point.numerator + place + at, point.denominator + 2 * place)
            for place, symbol in enumerate(symbols)
        }
        gap = _gap(left.subs(values), right.subs(values))
        if gap is None:
            return None
        largest = max(largest, gap)
    return largest


def _is_matrix(value: Basic) -> bool:
    return hasattr(value, "shape")


def _matrix_gap(left: Basic, right: Basic) -> float | None:
    """Compare matrices entry by entry; sums and products of matrices are carried out first."""
    sides = [side.doit() if hasattr(side, "doit") else side for side in (left, right)]
    if not all(_is_matrix(side) and hasattr(side, "tolist") for side in sides):
        return None
    if sides[0].shape != sides[1].shape:
        return None
    rows = zip(sides[0].tolist(), sides[1].tolist(), strict=True)
    gaps = [_largest_gap(a, b) for ours, theirs in rows for a, b in zip(ours, theirs, strict=True)]
    known = [gap for gap in gaps if gap is not None]
    return max(known, default=0.0) if len(known) == len(gaps) else None


def _gap(left: Basic, right: Basic) -> float | None:
    first, second = left.evalf(_PRECISION), right.evalf(_PRECISION)
    if not (first.is_number and second.is_number and first.is_finite and second.is_finite):
        return None
    size = max(abs(first), abs(second))
    if size == 0:
        return 0.0
    return float(abs(first - second) / size)
