"""Turn equations into polynomials over the rationals: roots, absolute values, maxima become new unknowns.

In: trees and the names that are known. Out: polynomials whose common zeros hold every solution, and more:
``sqrt(e)`` is an r with r^2 = e, also the negative one; a quotient is multiplied out, also where its divisor
is zero. Whoever uses them puts each zero back into the trees. pi is a generic element of the ground field.
What has no polynomial (floor, mod, factorial, a power with an unknown exponent) raises `NoPolynomial`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from curate.verify.equations.exact import MAX_EXPONENT, MAX_SYMBOLIC_EXPONENT, NotLinear, value_of
from curate.verify.equations.nodes import Binary, Call, Equation, Name, Neg, Node, Num, Pi, names_in, walk
from curate.verify.equations.rejects import Reject

if TYPE_CHECKING:
    from sympy.polys.domains.domain import Domain as Ground
    from sympy.polys.rings import PolyElement

MAX_GENERATORS = 24
MAX_DEGREE = 48
_MAX_PRODUCT = 50_000
_ROOTS = frozenset({"sqrt", "abs", "min", "max"})


class NoPolynomial(Exception):
    """A function stands in the tree that no polynomial describes."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of two polynomials."""

    over: PolyElement
    under: PolyElement


class Translation:
    """A ring for some trees: one generator for each unknown name and for each root, modulus or maximum."""

    def __init__(
        self, trees: Iterable[Node], known: Mapping[str, Fraction], extra: Iterable[str] = ()
    ) -> None:
        from sympy import QQ
        from sympy.polys.orderings import grevlex
        from sympy.polys.rings import ring

        self.known = known
        self.names: list[str] = []
        self.specials: dict[Node, str] = {}
        has_pi = self._collect(trees)
        self.ground: Ground = QQ.frac_field("pi") if has_pi else QQ
        labels = [f"x{number}" for number in range(len(self.names) + len(self.specials))] + list(extra)
        if len(labels) > MAX_GENERATORS:
            raise Reject("not_solvable", f"{len(labels)} unknowns and roots in equations that are not linear")
        self.ring, *generators = ring(labels or ["x0"], self.ground, grevlex)
        self.unused = [] if labels else generators
        keys: list[Node | str] = [*self.names, *self.specials, *extra]
        self.generators: dict[Node | str, PolyElement] = dict(zip(keys, generators, strict=False))
        self.places: dict[Node | str, int] = {key: place for place, key in enumerate(keys)}
        self.divisors: list[PolyElement] = []

    def _collect(self, trees: Iterable[Node]) -> bool:
        """Find names, roots and whether pi occurs; inner roots come before the outer ones."""
        names: dict[str, None] = {}
        has_pi = False
        for tree in trees:
            for part in reversed(list(walk(tree))):
                if isinstance(part, Name) and part.name not in self.known:
                    names[part.name] = None
                has_pi = has_pi or isinstance(part, Pi)
                if _needs_unknown(part, self.known) and self.rational(part) is None:
                    self.specials.setdefault(part, "")
        self.names = sorted(names)
        return has_pi

    def rational(self, node: Node) -> Fraction | None:
        """Give the value of a tree that is a known rational number."""
        return _rational_value(node, self.known)

    def number(self, value: Fraction) -> PolyElement:
        """Give a constant of the ring."""
        return self.ring.ground_new(self.ground.from_sympy(_rational(value)))

    def relations(self) -> list[PolyElement]:
        """Give the polynomials that say what the generators of roots and maxima are."""
        return [*self.unused, *(self._defining(node) for node in self.specials)]

    def equation(self, equation: Equation) -> PolyElement:
        """Give the polynomial of ``left - right``, multiplied out."""
        left, right = self.ratio(equation.left), self.ratio(equation.right)
        return self._product(left.over, right.under) - self._product(right.over, left.under)

    def nonzero(self, inverse: str) -> PolyElement:
        """Give the polynomial that keeps all divisors from being zero; `inverse` names its extra unknown."""
        product = self.ring.one
        for divisor in self.divisors:
            product = self._product(product, divisor)
        return self._product(product, self.generators[inverse]) - self.ring.one

    def equals(self, extra: str, node: Node) -> PolyElement:
        """Give the polynomial that makes an extra unknown the value of a tree."""
        ratio = self.ratio(node)
        return self._product(self.generators[extra], ratio.under) - ratio.over

    def ratio(self, node: Node) -> Ratio:
        """Translate a tree.

        Raises:
            NoPolynomial: for functions that have none.
            Reject: for powers and products that are too big, and a divisor that is zero.
        """
        one = self.ring.one
        if node in self.specials:
            return Ratio(self.generators[node], one)
        if isinstance(node, Num):
            return Ratio(self.number(node.value), one)
        if isinstance(node, Pi):
            return Ratio(self.ring.ground_new(self.ground.gens[0]), one)
        if isinstance(node, Name):
            value = self.known.get(node.name)
            return Ratio(self.generators[node.name] if value is None else self.number(value), one)
        if isinstance(node, Neg):
            inner = self.ratio(node.inner)
            return Ratio(-inner.over, inner.under)
        value = self.rational(node) if isinstance(node, Call) or node.operator in ("%", "//", "**") else None
        if value is not None:
            return Ratio(self.number(value), one)
        if isinstance(node, Binary):
            return self._binary(node)
        raise NoPolynomial(node.function)

    def _binary(self, node: Binary) -> Ratio:
        if node.operator == "**":
            exponent = self.rational(node.right)
            if exponent is None or exponent.denominator > 1:
                raise NoPolynomial("a power")
            return self._power(self.ratio(node.left), int(exponent))
        if node.operator in ("%", "//"):
            raise NoPolynomial(node.operator)
        left, right = self.ratio(node.left), self.ratio(node.right)
        if node.operator == "*":
            return Ratio(self._product(left.over, right.over), self._product(left.under, right.under))
        if node.operator == "/":
            return self._quotient(left, right)
        sign = 1 if node.operator == "+" else -1
        if left.under == right.under:
            return Ratio(left.over + sign * right.over, left.under)
        over = self._product(left.over, right.under) + sign * self._product(right.over, left.under)
        return Ratio(over, self._product(left.under, right.under))

    def _quotient(self, left: Ratio, right: Ratio) -> Ratio:
        if not right.over:
            raise Reject("division_by_zero", "a divisor is zero")
        if not right.over.is_ground:
            self.divisors.append(right.over)
        return Ratio(self._product(left.over, right.under), self._product(left.under, right.over))

    def _power(self, base: Ratio, exponent: int) -> Ratio:
        limit = MAX_EXPONENT if base.over.is_ground and base.under.is_ground else MAX_SYMBOLIC_EXPONENT
        if abs(exponent) > limit:
            raise Reject("bad_power", f"the exponent {exponent}; with an unknown base at most {limit}")
        result = Ratio(self.ring.one, self.ring.one)
        for _ in range(abs(exponent)):
            result = Ratio(self._product(result.over, base.over), self._product(result.under, base.under))
        return self._quotient(Ratio(self.ring.one, self.ring.one), result) if exponent < 0 else result

    def _product(self, left: PolyElement, right: PolyElement) -> PolyElement:
        if len(left) * len(right) > _MAX_PRODUCT or _degree(left) + _degree(right) > MAX_DEGREE:
            raise Reject("too_big", "products of unknowns of too high a degree")
        return left * right

    def _defining(self, node: Node) -> PolyElement:
        root = self.generators[node]
        if isinstance(node, Binary):
            exponent = self.rational(node.right) or Fraction(0)
            if (
                abs(exponent.numerator) > MAX_SYMBOLIC_EXPONENT
                or exponent.denominator > MAX_SYMBOLIC_EXPONENT
            ):
                raise Reject("bad_power", f"the exponent {exponent}")
            inner = self._power(self.ratio(node.left), exponent.numerator)
            return self._product(root**exponent.denominator, inner.under) - inner.over
        if not isinstance(node, Call):
            raise NoPolynomial("a tree that is no root")
        arguments = [self.ratio(argument) for argument in node.arguments]
        if node.function in ("sqrt", "abs"):
            inner = arguments[0] if node.function == "sqrt" else self._power(arguments[0], 2)
            return self._product(root * root, inner.under) - inner.over
        total = self.ring.one
        for argument in arguments:
            total = self._product(total, self._product(root, argument.under) - argument.over)
        return total


def is_root(node: Node, known: Mapping[str, Fraction]) -> bool:
    """Say whether a node is a root or a power with a rational exponent that is no integer."""
    if isinstance(node, Call):
        return node.function == "sqrt"
    if isinstance(node, Binary) and node.operator == "**":
        exponent = _rational_value(node.right, known)
        return exponent is not None and exponent.denominator > 1
    return False


def is_polynomial(node: Node, known: Mapping[str, Fraction]) -> bool:
    """Say whether polynomials describe a tree; what has a known rational value always is one."""
    if isinstance(node, Neg):
        return is_polynomial(node.inner, known)
    if isinstance(node, Binary):
        if node.operator in ("%", "//"):
            return _rational_value(node, known) is not None
        if node.operator == "**":
            exponent = _rational_value(node.right, known)
            return exponent is not None and is_polynomial(node.left, known)
        return is_polynomial(node.left, known) and is_polynomial(node.right, known)
    if isinstance(node, Call):
        if node.function in _ROOTS:
            return all(is_polynomial(argument, known) for argument in node.arguments)
        return _rational_value(node, known) is not None
    return True


def _needs_unknown(node: Node, known: Mapping[str, Fraction]) -> bool:
    return is_root(node, known) or (isinstance(node, Call) and node.function in _ROOTS)


def _rational_value(node: Node, known: Mapping[str, Fraction]) -> Fraction | None:
    if names_in(node) - known.keys():
        return None
    try:
        return value_of(node, known)
    except NotLinear:
        return None


def _degree(polynomial: PolyElement) -> int:
    return max((sum(monomial) for monomial in polynomial), default=0)


def _rational(value: Fraction) -> object:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)
