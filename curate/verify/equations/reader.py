"""Read the text of an EoT/1 trace into a System; see the grammar in docs and in the solver's notes.

In: untrusted text of at most 20,000 characters. Out: a System. Nothing is computed here. Comment lines
(``%``) and comments (``#``) are dropped, semicolons end lines, Unicode is folded before names are looked
at.
"""

from __future__ import annotations

import itertools
import re
from typing import cast

from curate.verify.equations.expressions import read_expression
from curate.verify.equations.folding import fold
from curate.verify.equations.nodes import (
    FUNCTIONS,
    Constraint,
    Domain,
    Equation,
    Name,
    Node,
    Relation,
    System,
    names_in,
)
from curate.verify.equations.rejects import Reject

MAX_TEXT = 20_000
MAX_LINES = 96
MAX_NAMES = 64
_DOMAIN = re.compile(r"(real|int|nat)\s+([^\W\d_]\w*(?:\s*,\s*[^\W\d_]\w*)*)")
_RELATION = re.compile(r"(<=|>=|!=|==|=|<|>)")
_MAX_CHAIN = 4


def read_system(text: str) -> System:
    """Parse a whole trace.

    Raises:
        Reject: with the code and the line of the first thing that is not EoT/1.
    """
    if len(text) > MAX_TEXT:
        raise Reject("too_long", f"more than {MAX_TEXT} characters")
    statements = _statements(text)
    builder = _Builder()
    for number, statement in statements:
        builder.add(number, statement)
    return builder.build()


def _statements(text: str) -> list[tuple[int, str]]:
    folded = fold(text).replace("\r", "\n")
    lines = folded.split("\n")
    statements: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("%"):
            continue
        code = line.split("#", 1)[0]
        statements.extend((number, part.strip()) for part in code.split(";") if part.strip())
    if len(statements) > MAX_LINES:
        raise Reject("too_big", f"more than {MAX_LINES} lines")
    return statements


class _Builder:
    """Collects statements and checks what concerns the whole text."""

    def __init__(self) -> None:
        self.domains: dict[str, Domain] = {}
        self.equations: list[Equation] = []
        self.constraints: list[Constraint] = []
        self.answer: Node | None = None
        self.assigned: set[str] = set()
        self.reassigned: list[str] = []

    def add(self, number: int, statement: str) -> None:
        if self.answer is not None:
            raise Reject("line_after_answer", f"line {number}: {statement[:60]!r}")
        domain = _DOMAIN.fullmatch(statement)
        if domain:
            for name in domain[2].split(","):
                if name.strip() in FUNCTIONS or name.strip() in ("pi", "ans"):
                    raise Reject("syntax", f"line {number}: {name.strip()!r} is no name of an unknown")
                self.domains[name.strip()] = cast(Domain, domain[1])
            return
        parts = [part.strip() for part in _RELATION.split(statement)]
        sides, marks = parts[::2], parts[1::2]
        if not marks or not all(sides) or len(sides) > _MAX_CHAIN:
            raise Reject("syntax", f"line {number}: {statement[:80]!r}")
        if set(marks) == {"="}:
            self.equation(number, sides)
        elif "=" in marks or "==" in marks or len(sides) > 3:
            raise Reject("syntax", f"line {number}: {statement[:80]!r}")
        else:
            self.constraint(number, sides, marks)

    def equation(self, number: int, sides: list[str]) -> None:
        if sides[0] == "ans":
            if len(sides) != 2:
                raise Reject("syntax", f"line {number}: ans takes one expression")
            self.answer = read_expression(sides[1])
            if "ans" in names_in(self.answer):
                raise Reject("syntax", f"line {number}: ans stands on both sides")
            return
        nodes = [read_expression(side) for side in sides]
        first = nodes[0]
        if isinstance(first, Name):
            if first.name in self.assigned or any(first.name in names_in(node) for node in nodes[1:]):
                self.reassigned.append(first.name)
            self.assigned.add(first.name)
        for left, right in itertools.pairwise(nodes):
            self.equations.append(Equation(left, right, number))

    def constraint(self, number: int, sides: list[str], marks: list[str]) -> None:
        nodes = [read_expression(side) for side in sides]
        for left, mark, right in zip(nodes, marks, nodes[1:], strict=False):
            self.constraints.append(Constraint(left, cast(Relation, mark), right, number))

    def build(self) -> System:
        if self.answer is None:
            raise Reject("no_answer", "no line 'ans = ...' at the end")
        names = names_in(self.answer) | set(self.domains)
        statements: list[Equation | Constraint] = [*self.equations, *self.constraints]
        for statement in statements:
            names |= names_in(statement.left) | names_in(statement.right)
        if "ans" in names:
            raise Reject("syntax", "ans stands in another line than the last")
        if len(names) > MAX_NAMES:
            raise Reject("too_big", f"more than {MAX_NAMES} names")
        return System(
            self.domains, tuple(self.equations), tuple(self.constraints), self.answer, tuple(self.reassigned)
        )
