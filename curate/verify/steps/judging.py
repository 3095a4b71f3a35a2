"""Judge one claim: two closed expressions and the relation between them.

In: `Sides`. Out: a finding, or None where there is nothing to claim (a number equated with another one that
is no conversion). A failing claim must fail under every reading, beyond any rounding, and without a doubt
about how it was read; everything else is `not_checkable`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from curate.verify.steps.tree import Exact, Expression, magnitude

Finding = Literal["holds", "rounded_said", "rounded_unsaid", "withdrawn", "fails", "not_checkable"]

SAID_TOLERANCE = Fraction(1, 10)
"""How far off a value may be that is said to be approximate."""
CARRIED_TOLERANCE = Fraction(1, 200)
"""How far off a value may be whose operands were themselves rounded to two or more places."""
CONVERSION_TOLERANCE = Fraction(1, 20)
"""How far off a conversion of units may be ("1 mile is 1.6 km")."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a relation; `remainder` is what was said behind a quotient."""

    left: Expression
    relation: str
    right: Expression
    remainder: int | None = None


def judge(sides: Sides, *, is_said_rounded: bool, is_doubted: Callable[[], bool]) -> Finding | None:
    """Judge a claim; `is_doubted` is asked only for one that would fail."""
    left, right = sides.left.values(), sides.right.values()
    if not left or not right:
        return "not_checkable"
    if _is_no_claim(sides):
        return _judge_conversion(sides, left[0], right[0])
    pairs = [(a, b) for a in left for b in right]
    if sides.relation in ("=", "≈"):
        finding = _judge_equality(sides, pairs, is_said_rounded=is_said_rounded)
    else:
        finding = "holds" if any(_compare(sides.relation, a, b) for a, b in pairs) else "fails"
    if finding != "fails":
        return finding
    if sides.left.doubts or sides.right.doubts or _units_differ(sides):
        return "not_checkable"
    return "withdrawn" if is_doubted() else "fails"


def _is_no_claim(sides: Sides) -> bool:
    """Recognise "3 eggs = 12": a number beside a number says nothing about arithmetic."""
    if not (sides.left.is_lone_number and sides.right.is_lone_number):
        return False
    return sides.relation in ("=", "≈") and sides.left.has_percent == sides.right.has_percent


def _judge_conversion(sides: Sides, left: Exact, right: Exact) -> Finding | None:
    """Check a plain conversion such as "3 feet = 36 inches"."""
    if len(sides.left.units) != 1 or len(sides.right.units) != 1:
        return None
    ours, theirs = sides.left.units[0], sides.right.units[0]
    if (
        ours.kind != theirs.kind
        or ours.factor == theirs.factor
        or (sides.left.doubts | sides.right.doubts) - {"label"}
    ):
        return None
    if left * ours.factor == right * theirs.factor:
        return "holds"
    is_near = _is_within(left * ours.factor, right * theirs.factor, CONVERSION_TOLERANCE)
    return "rounded_unsaid" if is_near else "not_checkable"


def _judge_equality(sides: Sides, pairs: list[tuple[Exact, Exact]], *, is_said_rounded: bool) -> Finding:
    if any(a == b for a, b in pairs):
        return "holds"
    if sides.remainder is not None and any(_divides(sides, b) for _, b in pairs):
        return "holds"
    is_said = sides.relation == "≈" or is_said_rounded
    if is_said and any(_is_within(a, b, SAID_TOLERANCE) or _is_whole_neighbour(a, b) for a, b in pairs):
        return "rounded_said"
    if any(_is_rounding(sides, a, b) for a, b in pairs):
        return "rounded_unsaid"
    return "fails"


def _divides(sides: Sides, quotient: Exact) -> bool:
    """Check a quotient with its remainder against the division on the left."""
    node = sides.left.node
    if node[0] != "/" or sides.remainder is None:
        return False
    parts = [part[1] for part in node[1:] if isinstance(part, tuple) and part[0] == "number"]
    if len(parts) != 2:
        return False
    return bool(parts[0] == parts[1] * quotient + sides.remainder)


def _is_rounding(sides: Sides, exact: Exact, shown: Exact) -> bool:
    """Say whether a value is right to the digits it shows, either way it may have been rounded or cut."""
    if sides.right.is_lone_number or sides.left.is_lone_number:
        lone = sides.right if sides.right.is_lone_number else sides.left
        value, other = (shown, exact) if lone is sides.right else (exact, shown)
        unit = Fraction(1, 10**lone.decimals)
        if lone.has_percent and magnitude(value) < 1:
            unit /= 100
        if other.denominator != 1 and magnitude(value - other) < unit:
            return True
    decimals = max(sides.left.decimals, sides.right.decimals)
    return decimals >= 2 and _is_within(exact, shown, CARRIED_TOLERANCE)


def _is_whole_neighbour(exact: Exact, shown: Exact) -> bool:
    return shown in (math.floor(exact), math.ceil(exact))


def _is_within(exact: Exact, shown: Exact, tolerance: Exact) -> bool:
    return magnitude(exact - shown) <= tolerance * max(magnitude(exact), magnitude(shown))


def _compare(relation: str, left: Exact, right: Exact) -> bool:
    if relation == "<":
        return left < right
    if relation == ">":
        return left > right
    return left <= right if relation == "<=" else left >= right


def _units_differ(sides: Sides) -> bool:
    """Say whether known units of one kind but of different size meet: 2 hours + 30 minutes = 2.5 hours."""
    seen: dict[str, Exact] = {}
    for unit in (*sides.left.units, *sides.right.units):
        kind = "time" if unit.kind == "month" else unit.kind
        factor = unit.factor if kind == unit.kind else unit.factor * 2_629_800
        if seen.setdefault(kind, factor) != factor:
            return True
    return False
