"""Read equations, assignments and inequalities of folded text as exact relations."""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.answers import algebra
from curate.answers.algebra import Ratio, TooHard
from curate.answers.numbers import Number
from curate.answers.scalars import read_scalar
from curate.answers.values import Assignment, Equation, Expression, Group, Inequality, Value

_OPERATOR = re.compile(r"<=|>=|!=|==|=|<|>")
_NAME = re.compile(r"[A-Za-zα-ω]|\\[a-z]+")
_NAMES = re.compile(r"\(\s?((?:[A-Za-z]\s?,\s?){1,4}[A-Za-z])\s?\)")
_CALLED = re.compile(r"([A-Za-z])\s?\(\s?[A-Za-z]\s?\)")
_WORDED = re.compile(r"[A-Za-z][A-Za-z_ ]{1,60}")
_MAX_SIDES = 6


def read_relation(text: str, read_side: Callable[[str], Value | None]) -> Value | None:
    """Read a relation; `read_side` reads the value behind ``name =``."""
    operators = _OPERATOR.findall(text)
    sides = [side.strip() for side in _OPERATOR.split(text)]
    if not operators or len(sides) > _MAX_SIDES or not all(sides):
        return None
    if set(operators) <= {"=", "=="}:
        return _equal_sides(sides, read_side)
    if set(operators) <= {"<", "<=", ">", ">="}:
        return _inequality(sides, operators)
    return None


def _equal_sides(sides: list[str], read_side: Callable[[str], Value | None]) -> Value | None:
    named = _NAMES.fullmatch(sides[0])
    if named is not None and len(sides) == 2:
        return _point(named[1].split(","), read_side(sides[1]))
    name = _name_of(sides[0])
    if name is None and len(sides) == 2 and _NAME.fullmatch(sides[1]):
        name, sides = sides[1], sides[::-1]
    if name is not None:
        values = [read_side(side) for side in sides[1:]]
        if all(value is not None and not isinstance(value, Equation | Inequality) for value in values):
            last = values[-1]
            assert last is not None
            # A chain whose sides disagree states its last value all the same: "x = 5 + 5 = 7 = 11" says 11.
            if not _mentions(last, name) and (len(values) == 1 or all(map(_is_closed, values))):
                return Assignment(name, last)
    ratios = [read_scalar(side) for side in sides]
    if any(ratio is None for ratio in ratios):
        return None
    known = [ratio for ratio in ratios if ratio is not None]
    constants = [ratio.constant for ratio in known]
    if all(constant is not None for constant in constants):
        return Number(constants[0]) if len(set(constants)) == 1 and constants[0] is not None else None
    if len(known) != 2:
        return None
    return _equation(known[0], known[1])


def _point(names: list[str], value: Value | None) -> Value | None:
    """Read ``(x, y) = (1, 2)`` as its coordinates by name."""
    if not isinstance(value, Group) or len(value.items) != len(names):
        return None
    return Group(
        "", "", tuple(Assignment(name.strip(), item) for name, item in zip(names, value.items, strict=True))
    )


def _equation(left: Ratio, right: Ratio) -> Value | None:
    try:
        return Equation(algebra.add(left, algebra.negate(right)))
    except TooHard:
        return None


def _name_of(side: str) -> str | None:
    if _NAME.fullmatch(side):
        return side
    called = _CALLED.fullmatch(side)
    if called:
        return called[1]
    worded = _WORDED.fullmatch(side)
    return side.lower() if worded and len(side) > 1 else None


def _is_closed(value: Value | None) -> bool:
    """Say whether a side of ``x = 2 + 3 = 5`` is a value without unknowns."""
    return isinstance(value, Number) or (isinstance(value, Expression) and not value.ratio.symbols)


def _mentions(value: Value, name: str) -> bool:
    if isinstance(value, Expression):
        return name in value.ratio.symbols
    return isinstance(value, Group) and any(_mentions(item, name) for item in value.items)


def _inequality(sides: list[str], operators: list[str]) -> Value | None:
    ratios = [read_scalar(side) for side in sides]
    if any(ratio is None for ratio in ratios):
        return None
    known = [ratio for ratio in ratios if ratio is not None]
    parts = []
    try:
        for at, operator in enumerate(operators):
            less, more = (known[at], known[at + 1]) if operator[0] == "<" else (known[at + 1], known[at])
            parts.append((algebra.add(more, algebra.negate(less)), operator in ("<", ">")))
    except TooHard:
        return None
    return Inequality(tuple(parts))
