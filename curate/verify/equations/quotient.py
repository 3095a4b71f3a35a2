"""The finite set of common zeros of polynomials, each as an element of a number field, without any rounding.

In: polynomials. Out: `Zeros`: a polynomial in one variable u whose roots number the common zeros one by one,
and each generator as a polynomial in u (a rational univariate representation). Method: Groebner basis, the
finite vector space of remainders, minimal polynomials in it, Seidenberg's radical, a separating form. It is
complete: no common zero is missing, which is what makes "exactly one answer" a proof.
Source: Cox, Little and O'Shea, Using Algebraic Geometry, chapter 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curate.verify.equations.rejects import Reject

if TYPE_CHECKING:
    from sympy.polys.rings import PolyElement, PolyRing

MAX_ZEROS = 64
_MAX_FORMS = 12
_MAX_VANISHING = 8


Vector = dict[int, object]
"""Coefficients by place, without zeros."""
Form = dict[int, object]
"""A sum of generators: weights by their place."""


class NotFinite(Exception):
    """There are infinitely many common zeros; `loose` are places of generators that nothing bounds."""

    def __init__(self, loose: Sequence[int]) -> None:
        super().__init__(loose)
        self.loose = tuple(loose)


@dataclass(frozen=True, slots=True)
class Zeros:
    """All common zeros: the roots u of `minimal`, and each generator as a polynomial in u."""

    minimal: PolyElement
    coordinates: tuple[PolyElement, ...]


def reduced_basis(polynomials: Sequence[PolyElement], ring: PolyRing) -> list[PolyElement]:
    """Give the Groebner basis; one constant where there is no common zero, not even a complex one."""
    from sympy.polys.groebnertools import groebner

    return list(groebner([one for one in polynomials if one], ring))


def find_zeros(basis: list[PolyElement], ring: PolyRing) -> Zeros:
    """Describe the common zeros of a basis that has some.

    Raises:
        NotFinite: when there are infinitely many.
        Reject: `not_solvable` when there are more than 64.
    """
    space = _Space(basis, ring)
    one = ring.domain.one
    minimals = [relation(space.powers({index: one})[1], space.line) for index in range(ring.ngens)]
    for index, minimal in enumerate(minimals):
        if minimal.degree() == space.size:
            return Zeros(minimal, tuple(space.coordinates(space.powers({index: one})[0])))
    extra = [
        _in_ring(minimal.sqf_part(), place, ring)
        for place, minimal in enumerate(minimals)
        if minimal.sqf_part().degree() < minimal.degree()
    ]
    if extra:
        space = _Space(reduced_basis([*basis, *extra], ring), ring)
    for form in _forms(ring):
        span, combination = space.powers(form)
        if len(combination) == space.size:
            return Zeros(relation(combination, space.line), tuple(space.coordinates(span)))
    raise Reject("not_solvable", "no form tells the solutions apart")


def vanishing(basis: list[PolyElement], form: PolyElement, ring: PolyRing) -> PolyElement | None:
    """Give the polynomial of least degree, up to 8, that vanishes at a form on all zeros; None without one.

    The basis may have infinitely many zeros; the form is then constant on each piece of them.
    """
    from sympy.polys.rings import ring as make_ring

    line = make_ring("u", ring.domain)[0]
    powers = [ring.one]
    for _ in range(_MAX_VANISHING):
        powers.append((powers[-1] * form).rem(basis))
    found = sorted({monomial for power in powers for monomial in power})
    monomials = {monomial: place for place, monomial in enumerate(found)}
    span = Span(ring.domain)
    for power in powers:
        combination = span.add({monomials[monomial]: factor for monomial, factor in power.terms() if factor})
        if combination is not None:
            return relation(combination, line)
    return None


def relation(combination: list[object], line: PolyRing) -> PolyElement:
    """Give u^n minus the combination of lower powers that it equals."""
    terms = {(place,): -factor for place, factor in enumerate(combination) if factor}  # type: ignore[operator]
    terms[(len(combination),)] = line.domain.one
    return line.from_dict(terms)


def _in_ring(polynomial: PolyElement, place: int, ring: PolyRing) -> PolyElement:
    """Write a polynomial of one variable in the generator of that place."""
    result = ring.zero
    for (exponent,), factor in polynomial.terms():
        result += ring.gens[place] ** exponent * factor
    return result


def _forms(ring: PolyRing) -> Iterator[Form]:
    """Give generators and then sums of them with growing weights; one of them tells the points apart."""
    one = ring.domain.one
    for index in range(ring.ngens):
        yield {index: one}
    for step in range(1, _MAX_FORMS):
        yield {index: one * (step + 1) ** index for index in range(ring.ngens)}


class _Space:
    """The vector space of remainders modulo a basis, with what each generator makes of each base vector."""

    def __init__(self, basis: list[PolyElement], ring: PolyRing) -> None:
        from sympy.polys.rings import ring as make_ring

        self.basis, self.ring = basis, ring
        self.line = make_ring("u", ring.domain)[0]
        leads = [polynomial.LM for polynomial in basis]
        bounded = {index for lead in leads for index in range(ring.ngens) if _is_pure(lead, index)}
        if len(bounded) < ring.ngens:
            raise NotFinite([index for index in range(ring.ngens) if index not in bounded])
        self.monomials = {monomial: place for place, monomial in enumerate(_standard(leads, ring.ngens))}
        self.tables: dict[int, list[Vector]] = {}

    @property
    def size(self) -> int:
        """Count the common zeros, with their multiplicities."""
        return len(self.monomials)

    def table(self, index: int) -> list[Vector]:
        """Give the remainder of a generator times each standard monomial."""
        if index not in self.tables:
            self.tables[index] = [self._grown(monomial, index) for monomial in self.monomials]
        return self.tables[index]

    def _grown(self, monomial: tuple[int, ...], index: int) -> Vector:
        grown = (*monomial[:index], monomial[index] + 1, *monomial[index + 1 :])
        if grown in self.monomials:
            return {self.monomials[grown]: self.ring.domain.one}
        rest = self.ring.term_new(grown, self.ring.domain.one).rem(self.basis)
        return {self.monomials[one]: factor for one, factor in rest.terms() if factor}

    def times(self, form: Form, vector: Vector) -> Vector:
        """Multiply a remainder by a form."""
        result: Vector = {}
        for index, weight in form.items():
            table = self.table(index)
            for place, factor in vector.items():
                scaled = factor * weight  # type: ignore[operator]
                for target, part in table[place].items():
                    result[target] = result[target] + scaled * part if target in result else scaled * part
        return {place: factor for place, factor in result.items() if factor}

    def powers(self, form: Form) -> tuple[Span, list[object]]:
        """Span the powers of a form up to the first that depends on the others; give its combination."""
        span = Span(self.ring.domain)
        power: Vector = {0: self.ring.domain.one}
        while True:
            combination = span.add(power)
            if combination is not None:
                return span, combination
            power = self.times(form, power)

    def coordinates(self, span: Span) -> list[PolyElement]:
        """Write every generator in the powers of a form that tells the zeros apart."""
        found = []
        for index in range(self.ring.ngens):
            combination = span.express(self.table(index)[0]) or []
            terms = {(place,): value for place, value in enumerate(combination) if value}
            found.append(self.line.from_dict(terms))
        return found


class Span:
    """Vectors in echelon form; each row remembers how it is made of the vectors that were added."""

    def __init__(self, domain: object) -> None:
        self.domain = domain
        self.rows: list[tuple[int, Vector, Vector]] = []

    def add(self, vector: Vector) -> list[object] | None:
        """Add a vector; where it depends on the others, give its combination of them instead."""
        rest, combination = self._reduced(vector)
        if not rest:
            return combination
        pivot = next(iter(rest))
        scale = rest[pivot]
        made = {place: -value / scale for place, value in enumerate(combination) if value}  # type: ignore[operator]
        made[len(self.rows)] = self.domain.one / scale  # type: ignore[attr-defined]
        self.rows.append((pivot, {place: value / scale for place, value in rest.items()}, made))  # type: ignore[operator]
        return None

    def express(self, vector: Vector) -> list[object] | None:
        """Give the combination that makes a vector, None where there is none."""
        rest, combination = self._reduced(vector)
        return None if rest else combination

    def _reduced(self, vector: Vector) -> tuple[Vector, list[object]]:
        rest, combination = dict(vector), [self.domain.zero] * len(self.rows)  # type: ignore[attr-defined]
        for pivot, row, made in self.rows:
            factor = rest.get(pivot)
            if factor:
                for place, part in row.items():
                    left = rest.get(place, self.domain.zero) - factor * part  # type: ignore[attr-defined,operator]
                    if left:
                        rest[place] = left
                    else:
                        rest.pop(place, None)
                for place, part in made.items():
                    combination[place] += factor * part  # type: ignore[operator]
        return rest, combination


def _is_pure(monomial: tuple[int, ...], index: int) -> bool:
    return all(exponent == 0 for place, exponent in enumerate(monomial) if place != index)


def _standard(leads: list[tuple[int, ...]], size: int) -> list[tuple[int, ...]]:
    """List the monomials that no leading monomial divides."""
    start = (0,) * size
    found = [start]
    seen = {start}
    for monomial in found:
        for index in range(size):
            grown = (*monomial[:index], monomial[index] + 1, *monomial[index + 1 :])
            if grown in seen or any(all(a <= b for a, b in zip(lead, grown, strict=True)) for lead in leads):
                continue
            if len(found) >= MAX_ZEROS:
                raise Reject("not_solvable", f"more than {MAX_ZEROS} roots to tell apart")
            seen.add(grown)
            found.append(grown)
    return found
