"""Recursive descent over the tokens of one closed expression.

Words behind a number are its unit and are read over ("16 eggs - 3 eggs"). What makes a reading uncertain is
collected as doubts: a doubtful claim may hold, but it never fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from curate.answers.units import read_unit
from curate.verify.steps.tokens import Token
from curate.verify.steps.tree import Exact, Expression

MAX_DEPTH = 12
MAX_DIGITS = 40
MAX_UNIT_WORDS = 4

_STOPPING = (
    "and so then which because therefore thus if but or to since when while where that than as we he "
    "she they it you i is are was were be has have had for from in on at by the of with gives give "
    "makes make equals equal this these those not no also now hence there their his her our each "
    "every total "
)
STOP_WORDS = frozenset(_STOPPING.split())
_SCALING = (
    "dime dimes nickel nickels penny pennies coin coins hundred hundreds thousand thousands million "
    "millions billion billions trillion dozen dozens pair pairs half halves third thirds quarter "
    "quarters k m bn mod factorial squared cubed st nd rd th base remainder r percentage points point "
    "choose "
)
_SCALES = frozenset(_SCALING.split())
_SUPERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class NotClosedError(Exception):
    """The tokens at this place are no closed arithmetic."""


class ExpressionReader:
    """Recursive descent over tokens; `at` is the next one. Depth is bounded by `MAX_DEPTH`."""

    def __init__(self, tokens: Sequence[Token], at: int = 0) -> None:
        self.tokens, self.at, self.depth = tokens, at, 0
        self.out = Expression((), tokens[at].start if at < len(tokens) else 0, 0)

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def is_op(self, *ops: str) -> bool:
        token = self.peek()
        return token is not None and token.kind == "op" and token.text in ops

    def begins_operand(self, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        if token is not None and token.kind == "op" and token.text in "+-":
            token = self.peek(ahead + 1)
        if token is not None and token.kind == "money":
            token = self.peek(ahead + 1)
        return token is not None and token.kind in ("number", "open", "frac", "money")

    def read_sum(self) -> tuple[object, ...]:
        node = self.read_product()
        while self.is_op("+", "-") and self.begins_operand(1):
            op = self.tokens[self.at].text
            self.at += 1
            right = self.read_product()
            if self.out.has_percent and ("percent" in (node[0], right[0])) and node[0] != right[0]:
                self.out.doubts.add("percent_sum")  # "100 + 20%" is 120 to a calculator
            node = self._join(op, node, right)
        return node

    def read_product(self) -> tuple[object, ...]:
        node = self.read_signed()
        is_divided = False
        while True:
            if self.is_op("*", "/", "//") and self.begins_operand(1):
                op = self.tokens[self.at].text
                self.at += 1
                is_divided = is_divided or op == "/"
                if op == "/" and node[0] == "/":
                    self.out.doubts.add("division_chain")  # "2/4 / 5/8" is meant as a quotient of fractions
                node = self._join(op, node, self.read_signed())
            elif self._is_of(node):
                self.at += 1
                node = self._join("*", node, self.read_signed())
            elif self._is_implicit():
                if is_divided:
                    self.out.doubts.add("division_chain")  # "6/2(1+2)" is read in two ways
                node = self._join("*", node, self.read_power())
            else:
                return node

    def read_signed(self) -> tuple[object, ...]:
        if self.is_op("-", "+"):
            sign = self.tokens[self.at].text
            self.at += 1
            is_first = self.out.first_value is None
            inner = self.read_signed()
            if sign == "+":
                return inner
            if is_first and self.out.first_value is not None:
                self.out.first_value = -self.out.first_value
            return ("negate", inner)
        return self.read_power()

    def read_power(self) -> tuple[object, ...]:
        node = self.read_atom()
        token = self.peek()
        if token is not None and token.kind == "super":
            self.at += 1
            exponent = int(token.text.translate(_SUPERS))
            node = self._join("^", node, ("number", exponent))
            self._read_units()
        elif self.is_op("^") and self.begins_operand(1):
            self.at += 1
            node = self._join("^", node, self.read_signed())
        return node

    def read_atom(self) -> tuple[object, ...]:
        self._skip_money()
        token = self.peek()
        if token is None:
            raise NotClosedError
        if token.kind == "open":
            node = self._read_group()
        elif token.kind == "frac":
            self.at += 1
            node = self._join("/", self._read_group_or_digit(), self._read_group_or_digit())
        elif token.kind == "number":
            node = self._read_number(token)
        else:
            raise NotClosedError
        token = self.peek()
        if token is not None and token.kind == "frac" and not token.has_gap and node[0] == "number":
            node = self._read_mixed_latex(node)
            token = self.peek()
        if token is not None and token.kind == "percent":
            self.at += 1
            self.out.has_percent = True
            node = ("percent", node)
        self._skip_money()
        self._read_units()
        return node

    def _read_number(self, token: Token) -> tuple[object, ...]:
        if len(token.text) > MAX_DIGITS:
            raise NotClosedError
        self.at += 1
        _, _, places = token.text.partition(".")
        self.out.decimals = max(self.out.decimals, len(places))
        value: Exact = int(token.text) if token.text.isdigit() else Fraction(token.text)
        if self.out.first_value is None:
            self.out.first_value = value
        whole = self._mixed_part()
        if whole is not None:
            self.out.doubts.add("mixed_number")
            value += whole
        return ("number", value)

    def _mixed_part(self) -> Fraction | None:
        """Read the fraction of a mixed number such as 1 1/2."""
        over, slash, under = self.peek(), self.peek(1), self.peek(2)
        if over is None or slash is None or under is None or not over.has_gap:
            return None
        if over.kind != "number" or under.kind != "number" or (slash.kind, slash.text) != ("op", "/"):
            return None
        if not over.text.isdigit() or not under.text.isdigit() or int(over.text) >= int(under.text):
            return None
        self.at += 3
        return Fraction(int(over.text), int(under.text))

    def _read_mixed_latex(self, whole: tuple[object, ...]) -> tuple[object, ...]:
        r"""Read 3\frac{4}{5}: a mixed number where the fraction is proper, else a product."""
        self.at += 1
        over, under = self._read_group_or_digit(), self._read_group_or_digit()
        self.out.doubts.add("mixed_number")
        fraction: tuple[object, ...] = ("/", over, under)
        is_proper = over[0] == under[0] == "number" and over[1] < under[1]  # type: ignore[operator]
        return self._join("+" if is_proper else "*", whole, fraction)

    def _read_group(self) -> tuple[object, ...]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotClosedError
        self.at += 1
        node = self.read_sum()
        token = self.peek()
        if token is None or token.kind != "close":
            raise NotClosedError
        self.at += 1
        self.depth -= 1
        return node

    def _read_group_or_digit(self) -> tuple[object, ...]:
        token = self.peek()
        if token is None or token.kind != "open":
            raise NotClosedError  # \frac12 and the like: rare in reasoning, and easily misread
        return self._read_group()

    def _skip_money(self) -> None:
        while (token := self.peek()) is not None and token.kind == "money":
            self.at += 1

    def _read_units(self) -> None:
        """Pass over the words behind an operand, up to a stop word; note units that are known."""
        words: list[str] = []
        while (token := self.peek()) is not None and len(words) < MAX_UNIT_WORDS:
            after_slash = self.peek(1)
            if token.kind == "word" and token.text.lower() not in STOP_WORDS:
                words.append(token.text)
                self.at += 1
                if (mark := self.peek()) is not None and mark.kind == "super":
                    self.at += 1
                    self.out.doubts.add("unit_power")
                self._weigh_unit(token)
            elif token.text == "/" and after_slash is not None and after_slash.kind == "word":
                if len(after_slash.text) == 1:
                    break  # a variable below the bar
                words += ["per", after_slash.text]
                self.at += 2
            else:
                break
        if words:
            self._note_unit(words)

    def _weigh_unit(self, token: Token) -> None:
        lower = token.text.lower()
        if lower in _SCALES:
            self.out.doubts.add("scale_word")
        elif len(token.text) == 1:
            self.out.doubts.add("single_letter")
        elif not token.has_gap and not read_unit(lower).is_known:
            self.out.doubts.add("glued_word")

    def _note_unit(self, words: list[str]) -> None:
        unit = read_unit(words[0])
        if unit.is_known:
            self.out.units.append(unit)

    def _is_of(self, node: tuple[object, ...]) -> bool:
        """Say whether "of" means times here: behind a percent or a fraction, before a number."""
        token = self.peek()
        if token is None or token.kind != "word" or token.text.lower() != "of":
            return False
        return node[0] in ("percent", "/") and self.begins_operand(1)

    def _is_implicit(self) -> bool:
        token, before = self.peek(), self.tokens[self.at - 1]
        if token is None or before.kind not in ("number", "close") or token.kind not in ("open", "frac"):
            return False
        if token.text in "[{":
            return False
        if token.has_gap:
            self.out.doubts.add("bracket_after_gap")
            return before.kind == "close" and token.kind == "open"
        return True

    def _join(self, op: str, left: tuple[object, ...], right: tuple[object, ...]) -> tuple[object, ...]:
        self.out.n_ops += 1
        self.out.last_op = op
        return (op, left, right)
