"""The value of a tree at one exact real point: what proves a solution, and what drops the false ones.

In: a tree, a point and where each generator belongs. Out: an element of the point's field. Roots must not be
negative, absolute values neither, a maximum must be one: a point where they are not is no solution. Functions
without a polynomial (floor, mod, gcd ...) are computed here, from exact values.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from curate.verify.equations.checking import in_domain
from curate.verify.equations.exact import Irrational, apply_function, power
from curate.verify.equations.fields import Point
from curate.verify.equations.nodes import (
    Binary,
    Call,
    Constraint,
    Domain,
    Equation,
    Name,
    Neg,
    Node,
    Num,
    Relation,
)
from curate.verify.equations.rejects import Reject

if TYPE_CHECKING:
    from sympy.polys.rings import PolyElement

_INTEGER_OF = frozenset({"floor", "ceil", "round"})


class NoValue(Exception):
    """The tree has no real value at this point: a zero divisor, or a false branch of a root."""


class Evaluator:
    """Evaluates trees at one point."""

    def __init__(self, point: Point, places: Mapping[Node | str, int], known: Mapping[str, Fraction]) -> None:
        self.point, self.places, self.known = point, places, known

    def value(self, node: Node) -> PolyElement:
        """Give the value of a tree.

        Raises:
            NoValue: when it has none here.
            Reject: `not_solvable` for a function of an irrational value that cannot be computed.
        """
        if isinstance(node, Num):
            return self.point.element(node.value)
        if isinstance(node, Name):
            if node.name in self.known:
                return self.point.element(self.known[node.name])
            if node.name not in self.places:
                raise Reject("underdetermined", f"no equation determines {node.name}")
            return self.point.coordinates[self.places[node.name]]
        if isinstance(node, Neg):
            return -self.value(node.inner)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._call(node)
        ring = self.point.minimal.ring
        return ring.ground_new(ring.domain.gens[0])

    def is_solved(self, equation: Equation) -> bool:
        """Say whether both sides are exactly equal here."""
        return not self.value(equation.left) - self.value(equation.right)

    def lies_in(self, tree: Node, domain: Domain) -> bool:
        """Say whether the value of a tree lies in a domain."""
        value = self.point.rational(self.value(tree))
        return domain == "real" or (value is not None and in_domain(value, domain))

    def holds(self, constraint: Constraint) -> bool:
        """Say whether a constraint holds here."""
        gap = self.value(constraint.left) - self.value(constraint.right)
        sign = self.point.sign(gap)
        signs: dict[Relation, bool] = {
            "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "!=": sign != 0,
        }  # fmt: skip
        return signs[constraint.relation]

    def _binary(self, node: Binary) -> PolyElement:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator == "+":
            return left + right
        if node.operator == "-":
            return left - right
        if node.operator == "*":
            return self.point.product(left, right)
        if node.operator == "**":
            return self._power(node, left, right)
        if not right:
            raise NoValue
        quotient = self.point.product(left, self.point.inverse(right))
        if node.operator == "/":
            return quotient
        whole = self.point.element(Fraction(self.point.floor(quotient)))
        return whole if node.operator == "//" else left - self.point.product(whole, right)

    def _power(self, node: Binary, base: PolyElement, exponent: PolyElement) -> PolyElement:
        degree = self.point.rational(exponent)
        if degree is None:
            raise Reject("not_solvable", "an exponent that is no rational number")
        if degree.denominator > 1:
            return self._root(node, [base], degree)
        if not base and degree <= 0:
            raise NoValue
        if abs(degree) > 64:
            raise Reject("bad_power", f"the exponent {str(degree)[:40]}")
        result = self.point.element(Fraction(1))
        for _ in range(abs(int(degree))):
            result = self.point.product(result, base)
        return self.point.inverse(result) if degree < 0 else result

    def _call(self, node: Call) -> PolyElement:
        arguments = [self.value(argument) for argument in node.arguments]
        if node.function in ("min", "max"):
            return self._extreme(node.function == "max", arguments)
        if node.function == "abs":
            return arguments[0] if self.point.sign(arguments[0]) >= 0 else -arguments[0]
        if node.function == "sqrt":
            return self._root(node, arguments, Fraction(1, 2))
        rationals = [self.point.rational(argument) for argument in arguments]
        numbers = [number for number in rationals if number is not None]
        if len(numbers) == len(rationals):
            return self.point.element(apply_function(node.function, numbers))
        if node.function in _INTEGER_OF:
            places = (
                numbers[-1] if node.function == "round" and len(arguments) > 1 and numbers else Fraction(0)
            )
            return self._whole(node.function, arguments[0], places)
        if node.function == "mod":
            return self._binary(Binary("%", *node.arguments))
        raise Reject("not_solvable", f"{node.function} of a value that is no rational number")

    def _extreme(self, is_max: bool, arguments: list[PolyElement]) -> PolyElement:
        best = arguments[0]
        for other in arguments[1:]:
            if (self.point.sign(other - best) > 0) == is_max:
                best = other
        return best

    def _whole(self, function: str, value: PolyElement, places: Fraction) -> PolyElement:
        """Give floor, ceil or round of an irrational value, which lies on no border."""
        if places.denominator != 1 or abs(places) > 12:
            raise Reject("bad_call", "round to a number of places that is no small integer")
        scale = Fraction(10) ** int(places)
        moved = value * self.point.element(scale).LC
        if function == "round":
            moved = moved + self.point.element(Fraction(1, 2))
        floor = self.point.floor(moved)
        return self.point.element((floor + (function == "ceil")) / scale)

    def _root(self, node: Node, base: list[PolyElement], exponent: Fraction) -> PolyElement:
        """Give a root: the generator that stands for it, if that is the one that is not negative."""
        rational = self.point.rational(base[0])
        if node not in self.places:
            return self._plain_root(rational, exponent)
        if self.point.sign(base[0]) < 0:
            raise NoValue
        value = self.point.coordinates[self.places[node]]
        if self.point.sign(value) < 0:
            raise NoValue
        return value

    def _plain_root(self, base: Fraction | None, exponent: Fraction) -> PolyElement:
        if base is not None and base < 0:
            raise NoValue
        try:
            if base is not None:
                return self.point.element(power(base, exponent))
        except Irrational:
            pass
        raise Reject("not_solvable", "a root of a value that is no rational number")
