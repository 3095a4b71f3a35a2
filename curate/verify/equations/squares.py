"""Split a sum of parts that are never negative: it is zero only where each of them is.

In real numbers ``(x - 1)^2 + abs(y) = 0`` says x = 1 and y = 0. A method that looks at all complex zeros
finds infinitely many and cannot see that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from curate.verify.equations.exact import NotLinear, value_of
from curate.verify.equations.nodes import Binary, Call, Equation, Node, Num, names_in
from curate.verify.equations.parts import Part

_ZERO = Num(Fraction(0))


def with_sums_split(part: Part) -> Part:
    """Replace each ``square + square + ... = 0`` by one equation for each square."""
    equations: list[Equation] = []
    for equation in part.equations:
        sides = ((equation.left, equation.right), (equation.right, equation.left))
        sums = [_roots_of_terms(side, part.known) for side, other in sides if _known(other, part.known) == 0]
        terms = next((one for one in sums if one and len(one) > 1), None)
        equations += [replace(equation, left=term, right=_ZERO) for term in terms] if terms else [equation]
    return replace(part, equations=tuple(equations))


def _roots_of_terms(node: Node, known: Mapping[str, Fraction]) -> list[Node] | None:
    """Give what must be zero for a sum of squares, moduli and roots to be; None where it is no such sum."""
    if isinstance(node, Call) and node.function in ("abs", "sqrt"):
        return [node.arguments[0] if node.function == "abs" else node]
    if not isinstance(node, Binary):
        return None
    if node.operator == "+":
        left, right = _roots_of_terms(node.left, known), _roots_of_terms(node.right, known)
        return None if left is None or right is None else left + right
    if node.operator == "**":
        exponent = _known(node.right, known)
        is_even = exponent is not None and exponent > 0 and exponent % 2 == 0
        return [node.left] if is_even and names_in(node.left) - known.keys() else None
    for factor, other in ((node.left, node.right), (node.right, node.left)):
        value = _known(factor, known)
        if value is not None and value > 0 and (node.operator == "*" or factor is node.right):
            return _roots_of_terms(other, known) if node.operator in ("*", "/") else None
    return None


def _known(node: Node, known: Mapping[str, Fraction]) -> Fraction | None:
    if names_in(node) - known.keys():
        return None
    try:
        return value_of(node, known)
    except NotLinear:
        return None
