"""The expression tree of EoT/1 and the system that is built of it; plain frozen data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Operator = Literal["+", "-", "*", "/", "//", "%", "**"]
Relation = Literal["<", "<=", ">", ">=", "!="]
Domain = Literal["real", "int", "nat"]

FUNCTIONS = frozenset(
    {"sqrt", "abs", "floor", "ceil", "round", "min", "max", "gcd", "lcm", "mod", "factorial", "binomial"}
)


@dataclass(frozen=True, slots=True)
class Num:
    """An exact constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Pi:
    """The number pi."""


@dataclass(frozen=True, slots=True)
class Name:
    """An unknown."""

    name: str


@dataclass(frozen=True, slots=True)
class Neg:
    """The negative of a node."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two nodes joined by an operator."""

    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A listed function of one or more nodes."""

    function: str
    arguments: tuple[Node, ...]


Node = Num | Pi | Name | Neg | Binary | Call


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sides that are equal; `line` counts from 1."""

    left: Node
    right: Node
    line: int


@dataclass(frozen=True, slots=True)
class Constraint:
    """Two sides in an order relation."""

    left: Node
    relation: Relation
    right: Node
    line: int


@dataclass(frozen=True, slots=True)
class System:
    """Everything that one text says."""

    domains: dict[str, Domain]
    equations: tuple[Equation, ...]
    constraints: tuple[Constraint, ...]
    answer: Node
    reassigned: tuple[str, ...] = ()


def names_in(node: Node) -> set[str]:
    """Give the unknowns of a tree."""
    return {part.name for part in walk(node) if isinstance(part, Name)}


def walk(node: Node) -> Iterator[Node]:
    """Visit every node of a tree, without recursion."""
    stack: list[Node] = [node]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, Neg):
            stack.append(part.inner)
        elif isinstance(part, Binary):
            stack.extend((part.left, part.right))
        elif isinstance(part, Call):
            stack.extend(part.arguments)
