"""Read one side of an equation into a tree of allowed nodes; the text is parsed and never evaluated.

Percent signs, ``^``, ``$``, group commas and decimals are rewritten first: a decimal becomes a private name
that stands for the exact Fraction of its digits, so no float is ever made. Then ``ast.parse`` and a walk
that admits the grammar's nodes only. Lengths, brackets, depth, node counts and integers are bounded before
anything is built.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from fractions import Fraction

from curate.verify.equations.nodes import FUNCTIONS, Binary, Call, Name, Neg, Node, Num, Operator, Pi
from curate.verify.equations.rejects import Reject

MAX_SIDE = 1_000
MAX_OPEN = 40
MAX_DEPTH = 50
MAX_NODES = 4_000
MAX_BITS = 140
MAX_NAME = 64
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+|\.)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*)|(?P<operator>\*\*|//|.))",
    re.ASCII | re.DOTALL,
)
_UNGROUPED = re.compile(r"\s*(?P<number>\d+(?:\.\d+|\.)?(?:[eE][-+]?\d+)?)", re.ASCII)
_OPERATORS: dict[type[ast.operator], Operator] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
_OPERAND_STARTS = "($"


@dataclass(slots=True)
class _Rewritten:
    text: str
    constants: dict[str, Fraction] = field(default_factory=dict)


def read_expression(text: str) -> Node:
    """Parse one side.

    Raises:
        Reject: with a code for everything that the grammar does not admit.
    """
    if len(text) > MAX_SIDE:
        raise Reject("too_long", f"a side has more than {MAX_SIDE} characters")
    if sum(text.count(mark) for mark in "([{") > MAX_OPEN:
        raise Reject("too_deep", f"a side opens more than {MAX_OPEN} brackets")
    rewritten = _rewrite(text)
    try:
        tree = ast.parse(rewritten.text, mode="eval")
    except (SyntaxError, MemoryError, RecursionError, ValueError):
        raise Reject("syntax", f"cannot read {text.strip()[:80]!r}") from None
    return _Walk(rewritten.constants).node(tree.body, 0)


def _rewrite(text: str) -> _Rewritten:
    """Turn EoT spelling into Python's, with every decimal and percentage behind a private name."""
    result = _Rewritten("")
    parts: list[str] = []
    calls: list[bool] = []
    at = 0
    tokens = 0
    while at < len(text):
        is_in_call = bool(calls) and calls[-1]
        match = _TOKEN.match(text, at)
        if match is None or not match[0].strip():
            break
        if is_in_call and match["number"] and "," in match["number"]:
            match = _UNGROUPED.match(text, at) or match
        at = match.end()
        tokens += 1
        groups = match.groupdict()
        if groups.get("number"):
            at = _number(groups["number"], text, at, parts, result)
        elif groups.get("name"):
            parts.append(_name(groups["name"]))
        else:
            _operator(groups["operator"], text, at, parts, calls)
    if tokens > MAX_NODES:
        raise Reject("too_big", f"more than {MAX_NODES} parts")
    result.text = " ".join(parts)
    return result


def _number(digits: str, text: str, at: int, parts: list[str], result: _Rewritten) -> int:
    plain = digits.replace(",", "")
    rest = text[at:].lstrip()
    is_percent = rest.startswith("%") and not _starts_operand(rest[1:])
    if plain.isdigit() and not is_percent:
        if len(plain.lstrip("0")) > MAX_BITS // 3:
            raise Reject("too_big", f"an integer of {len(plain)} digits")
        parts.append(plain.lstrip("0") or "0")
        return at
    mantissa, _, exponent = plain.lower().partition("e")
    if len(mantissa) > MAX_BITS // 3 or len(exponent) > 4 or abs(int(exponent or 0)) > 300:
        raise Reject("not_finite" if exponent else "too_big", f"the number {plain[:40]}")
    value = Fraction(mantissa + "0" if mantissa.endswith(".") else mantissa) * Fraction(10) ** int(
        exponent or 0
    )
    name = f"_{len(result.constants)}"
    result.constants[name] = value / 100 if is_percent else value
    parts.append(name)
    return at + (len(text[at:]) - len(rest) + 1 if is_percent else 0)


def _name(name: str) -> str:
    if name.startswith("_") or "__" in name:
        raise Reject("node_not_allowed", f"the name {name[:40]!r}")
    if len(name) > MAX_NAME:
        raise Reject("too_long", f"a name of {len(name)} characters")
    return name


def _operator(mark: str, text: str, at: int, parts: list[str], calls: list[bool]) -> None:
    if mark == "(":
        calls.append(bool(parts) and parts[-1] in FUNCTIONS)
    elif mark == ")" and calls:
        calls.pop()
    if mark == "^":
        parts.append("**")
    elif mark == "%" and not _starts_operand(text[at:]):
        parts.append("/ 100")
    elif mark == "$" and text[at:].lstrip()[:1].isdigit():
        return
    else:
        parts.append(mark)


def _starts_operand(rest: str) -> bool:
    first = rest.lstrip()[:1]
    return bool(first) and (first.isalnum() or first in _OPERAND_STARTS or first == ".")


class _Walk:
    """Turn Python's tree into ours, refusing every node that the grammar does not have."""

    def __init__(self, constants: dict[str, Fraction]) -> None:
        self.constants = constants
        self.count = 0

    def node(self, tree: ast.expr, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH:
            raise Reject("too_deep", f"nested more than {MAX_DEPTH} deep")
        if self.count > MAX_NODES:
            raise Reject("too_big", f"more than {MAX_NODES} parts")
        if isinstance(tree, ast.Constant):
            if type(tree.value) is not int:
                raise Reject("node_not_allowed", f"the constant {str(tree.value)[:40]!r}")
            if tree.value.bit_length() > MAX_BITS:
                raise Reject("too_big", "an integer")
            return Num(Fraction(tree.value))
        if isinstance(tree, ast.Name):
            return self.name(tree.id)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
            inner = self.node(tree.operand, depth + 1)
            return Neg(inner) if isinstance(tree.op, ast.USub) else inner
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
            left = self.node(tree.left, depth + 1)
            return Binary(_OPERATORS[type(tree.op)], left, self.node(tree.right, depth + 1))
        if isinstance(tree, ast.Call):
            return self.call(tree, depth)
        raise Reject("node_not_allowed", type(tree).__name__)

    def name(self, name: str) -> Node:
        if name in self.constants:
            return Num(self.constants[name])
        if name == "pi":
            return Pi()
        if name in FUNCTIONS:
            raise Reject("bad_call", f"{name} without arguments")
        return Name(name)

    def call(self, tree: ast.Call, depth: int) -> Node:
        function = tree.func
        if not isinstance(function, ast.Name) or tree.keywords or function.id not in FUNCTIONS:
            raise Reject("node_not_allowed", "a call of something that is no listed function")
        arguments = tuple(self.node(argument, depth + 1) for argument in tree.args)
        if not _fits(function.id, len(arguments)):
            raise Reject("bad_call", f"{function.id} of {len(arguments)} arguments")
        return Call(function.id, arguments)


def _fits(function: str, count: int) -> bool:
    if function in ("min", "max", "gcd", "lcm"):
        return 1 <= count <= 64
    if function in ("mod", "binomial"):
        return count == 2
    return count == 1 or (function == "round" and count == 2)
