"""Check values against domains, constraints and equations, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from curate.verify.equations.exact import NotLinear, value_of
from curate.verify.equations.nodes import Constraint, Domain, Equation, Relation, names_in


def in_domain(value: Fraction, domain: Domain) -> bool:
    """Say whether a rational lies in a domain; `nat` starts at 0."""
    return domain == "real" or (value.denominator == 1 and (domain == "int" or value >= 0))


def holds(left: Fraction, relation: Relation, right: Fraction) -> bool:
    """Say whether an order relation holds."""
    if relation == "<":
        return left < right
    if relation == "<=":
        return left <= right
    if relation == ">":
        return left > right
    return left >= right if relation == ">=" else left != right


def domains_hold(known: Mapping[str, Fraction], domains: Mapping[str, Domain]) -> bool:
    """Say whether every known value lies in its declared domain."""
    return all(in_domain(known[name], domain) for name, domain in domains.items() if name in known)


def constraints_hold(known: Mapping[str, Fraction], constraints: Iterable[Constraint]) -> bool | None:
    """Say whether all constraints over known names hold; None when one has no rational value to compare."""
    is_unclear = False
    for constraint in constraints:
        if not (names_in(constraint.left) | names_in(constraint.right)) <= known.keys():
            continue
        try:
            left, right = value_of(constraint.left, known), value_of(constraint.right, known)
        except NotLinear:
            is_unclear = True
            continue
        if not holds(left, constraint.relation, right):
            return False
    return None if is_unclear else True


def residuals_vanish(known: Mapping[str, Fraction], equations: Iterable[Equation]) -> bool | None:
    """Say whether every equation over known names is exactly satisfied; None when that needs irrationals."""
    is_unclear = False
    for equation in equations:
        if not (names_in(equation.left) | names_in(equation.right)) <= known.keys():
            continue
        try:
            if value_of(equation.left, known) != value_of(equation.right, known):
                return False
        except NotLinear:
            is_unclear = True
    return None if is_unclear else True
