"""Read one side of an equation into a tree of allowed nodes; the text is parsed and never evaluated.

The text is respelled first (see `spelling`), then ``ast.parse`` and a walk that admits the grammar's nodes
only. Lengths, brackets, depth, node counts and integers are bounded before anything is built.
"""

from __future__ import annotations

import ast
import re
import warnings
from fractions import Fraction

from curate.verify.equations.nodes import FUNCTIONS, Binary, Call, Name, Neg, Node, Num, Operator, Pi
from curate.verify.equations.rejects import Reject
from curate.verify.equations.spelling import MAX_BITS, MAX_TOKENS, Spelled, spell

MAX_SIDE = 1_000
MAX_OPEN = 40
MAX_DEPTH = 50
MAX_NODES = MAX_TOKENS
_OPERATORS: dict[type[ast.operator], Operator] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
_PLAIN_WORDS = {
    "Tuple": "a comma that neither groups three digits nor stands in a function",
    "List": "a list", "Set": "a set", "Dict": "a dictionary", "Lambda": "a lambda", "IfExp": "if ... else",
    "Attribute": "a dot behind a name", "Subscript": "an index in square brackets", "Compare": "a comparison",
    "BoolOp": "and, or", "JoinedStr": "a text in quotes", "Not": "not", "Invert": "~",
    "UnaryOp": "not or ~", "BinOp": "an operator of bits or matrices",
    "Starred": "a star before a name", "ListComp": "a loop", "GeneratorExp": "a loop", "Await": "await",
    "NamedExpr": ":=",
}  # fmt: skip
_IMPLICIT = re.compile(r"[0-9)]\s*[A-Za-z(]|\)\s*[0-9]")


def read_expression(text: str) -> Node:
    """Parse one side.

    Raises:
        Reject: with a code for everything that the grammar does not admit.
    """
    if len(text) > MAX_SIDE:
        raise Reject("too_long", f"a side has more than {MAX_SIDE} characters")
    if sum(text.count(mark) for mark in "([{") > MAX_OPEN:
        raise Reject("too_deep", f"a side opens more than {MAX_OPEN} brackets")
    spelled = spell(text)
    tree = _parse(spelled.text)
    if tree is None:
        raise _why_unread(text)
    return _Walk(spelled).node(tree.body, 0)


def _parse(text: str) -> ast.Expression | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            return ast.parse(text, mode="eval")
        except (SyntaxError, MemoryError, RecursionError, ValueError):
            return None


def _why_unread(text: str) -> Reject:
    """Tell Python that is no formula (a condition, a lambda) from what cannot be read at all."""
    tree = _parse(text.strip())
    parts = ast.walk(tree) if tree else ()
    strange = [part for part in parts if type(part).__name__ in _PLAIN_WORDS.keys() - {"UnaryOp", "BinOp"}]
    if strange:
        return Reject("node_not_allowed", f"{_plain_word(strange[0])}: {text.strip()[:60]!r}")
    hint = "; write every product with *" if _IMPLICIT.search(text) else ""
    return Reject("syntax", f"cannot read {text.strip()[:80]!r}{hint}")


def _plain_word(tree: ast.AST) -> str:
    kind = type(tree).__name__
    return f"{_PLAIN_WORDS.get(kind, kind)} is not part of an equation"


class _Walk:
    """Turn Python's tree into ours, refusing every node that the grammar does not have."""

    def __init__(self, spelled: Spelled) -> None:
        self.constants, self.names = spelled.constants, spelled.names
        self.count = 0

    def node(self, tree: ast.expr, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH:
            raise Reject("too_deep", f"nested more than {MAX_DEPTH} deep")
        if self.count > MAX_NODES:
            raise Reject("too_big", f"more than {MAX_NODES} parts")
        if isinstance(tree, ast.Constant):
            if type(tree.value) is not int:
                raise Reject("node_not_allowed", f"the constant {str(tree.value)[:40]!r} is no number")
            if tree.value.bit_length() > MAX_BITS:
                raise Reject("too_big", f"an integer of more than {MAX_BITS} bits")
            return Num(Fraction(tree.value))
        if isinstance(tree, ast.Name):
            return self.name(tree.id)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
            inner = self.node(tree.operand, depth + 1)
            return Neg(inner) if isinstance(tree.op, ast.USub) else inner
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
            # The left side of a chain is no deeper than the chain: a sum of sixty terms is flat.
            left = self.node(tree.left, depth if isinstance(tree.left, ast.BinOp) else depth + 1)
            return Binary(_OPERATORS[type(tree.op)], left, self.node(tree.right, depth + 1))
        if isinstance(tree, ast.Call):
            return self.call(tree, depth)
        raise Reject("node_not_allowed", _plain_word(tree))

    def name(self, private: str) -> Node:
        if private in self.constants:
            return Num(self.constants[private])
        name = self.names.get(private, private)
        if name == "pi":
            return Pi()
        if name in FUNCTIONS:
            raise Reject("bad_call", f"{name} is a function and needs arguments in brackets")
        return Name(name)

    def call(self, tree: ast.Call, depth: int) -> Node:
        function = tree.func
        if not isinstance(function, ast.Name) or tree.keywords or function.id not in FUNCTIONS:
            written = self.names.get(function.id, "") if isinstance(function, ast.Name) else ""
            said = f"{written[:40]}(...) is no listed function" if written else "a call of something unlisted"
            raise Reject("node_not_allowed", f"{said}; write every product with *, functions are {_LISTED}")
        arguments = tuple(self.node(argument, depth + 1) for argument in tree.args)
        if not _fits(function.id, len(arguments)):
            raise Reject("bad_call", f"{function.id} of {len(arguments)} arguments")
        return Call(function.id, arguments)


_LISTED = ", ".join(sorted(FUNCTIONS))


def _fits(function: str, count: int) -> bool:
    if function in ("min", "max", "gcd", "lcm"):
        return 1 <= count <= 64
    if function in ("mod", "binomial"):
        return count == 2
    return count == 1 or (function == "round" and count == 2)
