"""A closed expression as a tree, and its exact value under each reading of a percent sign.

Values are exact numbers of the text; sizes are bounded before anything is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from curate.answers.units import Unit

MAX_EXPONENT = 64
MAX_BITS = 2_048

Exact = int | Fraction
"""Whole numbers as int, which computes many times faster than a Fraction; a quotient is always a Fraction."""


@dataclass(slots=True)
class Expression:
    """A closed expression. `node` is a tree of tuples; `n_ops` counts its operators."""

    node: tuple[object, ...]
    start: int
    end: int
    n_ops: int = 0
    doubts: set[str] = field(default_factory=set)
    units: list[Unit] = field(default_factory=list)
    decimals: int = 0
    """Most places shown by one of its numbers."""
    has_percent: bool = False
    last_op: str = ""
    first_value: Exact | None = None

    @property
    def is_lone_number(self) -> bool:
        """Say whether it is one number, with or without a unit or a percent sign."""
        return self.n_ops == 0

    def values(self) -> list[Exact]:
        """Give the value under each reading: n% as n/100, and as n. Empty where it has none."""
        readings: tuple[Exact, ...] = (Fraction(1, 100), 1) if self.has_percent else (1,)
        found: list[Exact] = []
        for percent in readings:
            value = evaluate(self.node, percent)
            if value is not None and value not in found:
                found.append(value)
        return found


def evaluate(node: tuple[object, ...], percent: Exact) -> Exact | None:
    """Compute a tree exactly; None for a division by zero or a value beyond the bounds."""
    kind = node[0]
    if kind == "number":
        return node[1]  # type: ignore[return-value]
    parts = [evaluate(part, percent) for part in node[1:]]  # type: ignore[arg-type]
    if any(part is None for part in parts):
        return None
    left: Exact = parts[0]  # type: ignore[assignment]
    if kind == "percent":
        return left * percent
    if kind == "negate":
        return -left
    right: Exact = parts[1]  # type: ignore[assignment]
    return _apply(str(kind), left, right)


def _apply(op: str, left: Exact, right: Exact) -> Exact | None:
    if op in ("/", "//"):
        if right == 0:
            return None
        return Fraction(left) / right if op == "/" else left // right
    if op == "^":
        return _power(left, right)
    value = left + right if op == "+" else left - right if op == "-" else left * right
    return value if _is_small(value) else None


def _power(base: Exact, exponent: Exact) -> Exact | None:
    if exponent.denominator != 1 or magnitude(exponent) > MAX_EXPONENT or (base == 0 and exponent < 0):
        return None
    n_bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    return Fraction(base) ** exponent.numerator if n_bits * abs(exponent.numerator) <= MAX_BITS else None


def _is_small(value: Exact) -> bool:
    return value.numerator.bit_length() <= MAX_BITS and value.denominator.bit_length() <= MAX_BITS


def magnitude(value: Exact) -> Exact:
    """Give the absolute value."""
    return -value if value < 0 else value
