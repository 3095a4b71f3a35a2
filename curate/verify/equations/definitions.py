"""Replace names by what defines them, where that has no polynomial: ``n = floor(x)`` makes n a floor of x.

So a name behind floor, round, mod or gcd costs no method: its tree is computed at each solution of the rest.
"""

from __future__ import annotations

from dataclasses import replace

from curate.verify.equations.nodes import Binary, Call, Constraint, Equation, Name, Neg, Node, names_in, walk
from curate.verify.equations.parts import Part
from curate.verify.equations.rejects import Reject
from curate.verify.equations.translation import is_polynomial

_MAX_PARTS = 4_000


def without_definitions(part: Part) -> Part:
    """Replace every name that an equation defines by a tree without a polynomial."""
    while True:
        found = _definition(part)
        if found is None:
            return part
        equation, name, tree = found
        part = replace(
            part,
            equations=tuple(
                replace(one, left=_put(one.left, name, tree), right=_put(one.right, name, tree))
                for one in part.equations
                if one is not equation
            ),
            constraints=tuple(_put_in(one, name, tree) for one in part.constraints),
            domains=tuple((_put(place, name, tree), domain) for place, domain in part.domains),
            answer=_put(part.answer, name, tree),
        )


def _definition(part: Part) -> tuple[Equation, str, Node] | None:
    for equation in part.equations:
        for side, tree in ((equation.left, equation.right), (equation.right, equation.left)):
            if not isinstance(side, Name) or side.name in part.known or side.name in names_in(tree):
                continue
            if not is_polynomial(tree, part.known):
                return equation, side.name, tree
    return None


def _put_in(constraint: Constraint, name: str, tree: Node) -> Constraint:
    return replace(
        constraint, left=_put(constraint.left, name, tree), right=_put(constraint.right, name, tree)
    )


def _put(node: Node, name: str, tree: Node) -> Node:
    if name not in names_in(node):
        return node
    new = _replaced(node, name, tree)
    if sum(1 for _ in walk(new)) > _MAX_PARTS:
        raise Reject("too_big", f"more than {_MAX_PARTS} parts once names are replaced by what they are")
    return new


def _replaced(node: Node, name: str, tree: Node) -> Node:
    if isinstance(node, Name):
        return tree if node.name == name else node
    if isinstance(node, Neg):
        return Neg(_replaced(node.inner, name, tree))
    if isinstance(node, Binary):
        return Binary(node.operator, _replaced(node.left, name, tree), _replaced(node.right, name, tree))
    if isinstance(node, Call):
        return Call(node.function, tuple(_replaced(part, name, tree) for part in node.arguments))
    return node
