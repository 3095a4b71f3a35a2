"""Turn one side of EoT/1 into Python's spelling, with names and decimals behind private names.

In: folded text. Out: text that ``ast.parse`` can read, and what its private names stand for. A decimal or a
percentage becomes the exact Fraction of its digits, so no float is ever made; a name may be a word of
Python (``class``, ``in``) or in another script. A percent sign that no operand follows belongs to the
number, name or bracket right before it: ``a / b%`` divides by a hundredth of b.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from curate.verify.equations.nodes import FUNCTIONS
from curate.verify.equations.rejects import Reject

MAX_TOKENS = 4_000
MAX_BITS = 140
MAX_NAME = 64
_DIGITS = MAX_BITS * 3 // 10
_EXPONENT = r"(?:[eE][-+]?[0-9]+)?"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+|\.)?"
    + _EXPONENT
    + r"|\.[0-9]+"
    + _EXPONENT
    + r")|(?P<name>[^\W\d]\w*)|(?P<operator>\*\*|//|.))",
    re.DOTALL,
)
_UNGROUPED = re.compile(r"\s*(?P<number>[0-9]+(?:\.[0-9]+|\.)?" + _EXPONENT + ")")
_NO_LETTERS = str.maketrans(dict.fromkeys("0123456789_"))
_NO_NAMES = frozenset({"True", "False", "None"})


@dataclass(slots=True)
class Spelled:
    """Python's spelling; `constants` and `names` say what the private names stand for."""

    text: str = ""
    constants: dict[str, Fraction] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def spell(text: str) -> Spelled:
    """Rewrite one side.

    Raises:
        Reject: for numbers and names that are too long or not finite, and for too many parts.
    """
    return _Speller(text).run()


class _Speller:
    """Goes over the tokens once; `opens` holds where each open bracket began and whether it is a call's."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.parts: list[str] = []
        self.opens: list[tuple[int, bool]] = []
        self.operand_start = -1
        self.is_percent = False
        self.result = Spelled()

    def run(self) -> Spelled:
        for _ in range(MAX_TOKENS):
            match = _TOKEN.match(self.text, self.at)
            if match is None or not match[0].strip():
                self.result.text = " ".join(self.parts)
                return self.result
            if self.opens and self.opens[-1][1] and match["number"] and "," in match["number"]:
                match = _UNGROUPED.match(self.text, self.at) or match
            self.at = match.end()
            groups = match.groupdict()
            if groups.get("number"):
                self.number(groups["number"])
            elif groups.get("name"):
                self.name(groups["name"])
            else:
                self.operator(groups["operator"])
        raise Reject("too_big", f"more than {MAX_TOKENS} parts")

    def operand(self, part: str) -> None:
        self.operand_start, self.is_percent = len(self.parts), False
        self.parts.append(part)

    def number(self, digits: str) -> None:
        plain = digits.replace(",", "")
        if plain.isdigit():
            if len(plain.lstrip("0")) > _DIGITS:
                raise Reject("too_big", f"an integer of {len(plain)} digits")
            self.operand(plain.lstrip("0") or "0")
            return
        mantissa, _, exponent = plain.lower().partition("e")
        if len(mantissa) > _DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > 300:
            raise Reject("not_finite" if exponent else "too_big", f"the number {plain[:40]}")
        value = Fraction(mantissa + "0" if mantissa.endswith(".") else mantissa)
        name = f"c{len(self.result.constants)}"
        self.result.constants[name] = value * Fraction(10) ** int(exponent or 0)
        self.operand(name)

    def name(self, name: str) -> None:
        if name.startswith("_") or "__" in name or name in _NO_NAMES:
            raise Reject("node_not_allowed", f"{name[:40]!r} is no name of an unknown")
        if len(name) > MAX_NAME:
            raise Reject("too_long", f"a name of {len(name)} characters, at most {MAX_NAME}")
        if not name.translate(_NO_LETTERS).isalpha():
            raise Reject("syntax", f"{name[:40]!r} is no name")
        if name in FUNCTIONS:
            self.operand(name)
            return
        private = f"n{len(self.result.names)}"
        self.result.names[private] = name
        self.operand(private)

    def operator(self, mark: str) -> None:
        if mark == "(":
            is_call = bool(self.parts) and self.parts[-1] in FUNCTIONS
            self.opens.append((len(self.parts) - is_call, is_call))
        elif mark == ")" and self.opens:
            start, _ = self.opens.pop()
            self.parts.append(mark)
            self.operand_start, self.is_percent = start, False
            return
        elif mark == "%" and not _starts_operand(self.text[self.at :]):
            self.percent()
            return
        elif mark == "$" and re.match(r"\s*\.?[0-9]", self.text[self.at :]):
            return
        self.operand_start = -1
        self.parts.append("**" if mark == "^" else mark)

    def percent(self) -> None:
        """Divide what stands right before the sign by 100, and nothing else."""
        if self.operand_start < 0 or self.is_percent:
            raise Reject("syntax", "a percent sign after nothing that it could belong to")
        self.parts.insert(self.operand_start, "(")
        self.parts.extend(("/", "100", ")"))
        self.is_percent = True


def _starts_operand(rest: str) -> bool:
    first = rest.lstrip()[:1]
    return bool(first) and (first.isalnum() or first in "($._")
