"""Exact arithmetic on the small expressions of steps: enough to carry an error through to the end."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction

_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_MOST_CHARS = 200
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def evaluate(expression: str) -> Fraction | None:
    """Give the value of + - * / over numbers; None for anything else."""
    if len(expression) > _MOST_CHARS:
        return None
    try:
        return _value(ast.parse(expression.replace("×", "*").replace("÷", "/"), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None


def read_number(text: str) -> Fraction | None:
    """Read a number as it would be written in a solution: 1,200 or 7/3 or 0.5."""
    try:
        return Fraction(text.replace(",", "").replace("$", "").strip())
    except (ValueError, ZeroDivisionError):
        return None


def show(value: Fraction) -> str:
    """Write a number: whole, decimal where it ends soon, else a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    decimal = f"{float(value):.6g}"
    return decimal if Fraction(decimal) == value else f"{value.numerator}/{value.denominator}"


def replace_number(text: str, old: str, new: str) -> str:
    """Replace a number where it stands alone.

    >>> replace_number("24 + 240", "24", "25")
    '25 + 240'
    """
    return re.sub(rf"(?<![\d.,]){re.escape(old)}(?![\d]|[.,]\d)", lambda _: new, text)


def shift_number(text: str, nth: int, by: int) -> str:
    """Change one number of a text, counted from 0 and around; a text without numbers stays."""
    found = [match for match in _NUMBER.finditer(text) if not text[: match.start()][-1:].isalpha()]
    if not found:
        return text
    match = found[nth % len(found)]
    return text[: match.start()] + show(Fraction(match[0]) + by) + text[match.end() :]


def _value(node: ast.expr) -> Fraction | None:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left), _value(node.right)
        return None if left is None or right is None else _OPERATORS[type(node.op)](left, right)
    return None
