"""What is left to solve: the open equations, constraints and domains that are tied to ``ans``.

A `Part` leaves out what cannot matter: equations that share no unknown with ``ans``, and equations that can
always be satisfied because an unknown of theirs stands nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from curate.verify.equations.exact import NotLinear, linear_form
from curate.verify.equations.nodes import Constraint, Domain, Equation, Name, Node, System, names_in


@dataclass(frozen=True, slots=True)
class Part:
    """Open equations with their unknowns; `domains` are those of trees, so that a name can be replaced."""

    known: Mapping[str, Fraction]
    equations: tuple[Equation, ...]
    constraints: tuple[Constraint, ...]
    domains: tuple[tuple[Node, Domain], ...]
    answer: Node

    @property
    def unknown(self) -> set[str]:
        """Name the unknowns of the equations and of ``ans``."""
        names = set(names_in(self.answer))
        for equation in self.equations:
            names |= names_of(equation)
        return names - self.known.keys()


def names_of(statement: Equation | Constraint) -> set[str]:
    """Give the names of both sides."""
    return names_in(statement.left) | names_in(statement.right)


def part_of(
    system: System, known: Mapping[str, Fraction], pending: Iterable[Equation], *, tie_constraints: bool
) -> Part:
    """Cut out what is tied to ``ans`` through equations; with `tie_constraints` also through constraints."""
    pending = list(pending)
    statements: list[Equation | Constraint] = [*pending]
    if tie_constraints:
        statements += system.constraints
    unknown = _tied(system.answer, [names_of(one) - known.keys() for one in statements], known)
    equations = [one for one in pending if names_of(one) <= known.keys() or names_of(one) & unknown]
    constraints = [one for one in system.constraints if names_of(one) - known.keys() <= unknown]
    equations = _without_slack(equations, constraints, system, known)
    domains = [
        (Name(name), domain)
        for name, domain in system.domains.items()
        if domain != "real" and name in unknown
    ]
    return Part(dict(known), tuple(equations), tuple(constraints), tuple(domains), system.answer)


def _tied(answer: Node, groups: list[set[str]], known: Mapping[str, Fraction]) -> set[str]:
    tied = names_in(answer) - known.keys()
    has_grown = True
    while has_grown:
        has_grown = False
        for group in groups:
            if group & tied and not group <= tied:
                tied |= group
                has_grown = True
    return tied


def _without_slack(
    equations: list[Equation], constraints: list[Constraint], system: System, known: Mapping[str, Fraction]
) -> list[Equation]:
    """Leave out equations that a real unknown of their own, of degree one, can always satisfy."""
    held = names_in(system.answer) | {name for name, domain in system.domains.items() if domain != "real"}
    for constraint in constraints:
        held |= names_of(constraint)
    while True:
        counts = Counter(name for equation in equations for name in names_of(equation) - known.keys())
        private = {name for name, count in counts.items() if count == 1} - held
        kept = [one for one in equations if not _is_slack(one, names_of(one) & private, known)]
        if len(kept) == len(equations):
            return kept
        equations = kept


def _is_slack(equation: Equation, private: set[str], known: Mapping[str, Fraction]) -> bool:
    """Say whether one of these names takes up whatever the rest of the equation is."""
    return any(
        isinstance(side, Name) and side.name in private and side.name not in names_in(other)
        for side, other in ((equation.left, equation.right), (equation.right, equation.left))
    ) and _has_value_everywhere(equation, known)


def _has_value_everywhere(equation: Equation, known: Mapping[str, Fraction]) -> bool:
    """Say whether both sides have a value whatever the unknowns are; roots and divisions may have none."""
    try:
        linear_form(equation.left, known)
        linear_form(equation.right, known)
    except NotLinear:
        return False
    return True
