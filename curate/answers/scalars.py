r"""Parse one scalar expression, LaTeX or Python-like, straight into exact algebra; text is never evaluated.

In: a folded answer. Out: a Ratio, or None when the text is no expression that this grammar reads without
doubt. Refused as doubtful: stacked signs, ``1/2x``, two numbers side by side, words. LaTeX reads as LaTeX:
an exponent of several digits must be braced when the text has LaTeX commands.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from curate.answers import algebra
from curate.answers.algebra import Ratio, TooHard
from curate.answers.scalar_functions import (
    binomial_of,
    factorial_of,
    raise_to,
    root_of,
    value_of_function,
)
from curate.answers.scalar_tokens import FUNCTIONS, MAX_SCALAR, scalar_tokens

_MAX_DEPTH = 24
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "theta": "θ", "lambda": "λ", "mu": "μ", "phi": "φ",
    "varphi": "φ", "omega": "ω", "sigma": "σ", "rho": "ρ", "epsilon": "ε", "varepsilon": "ε", "tau": "τ",
    "xi": "ξ",
}  # fmt: skip
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_STARTS = frozenset("([{|")


@lru_cache(maxsize=8192)
def read_scalar(text: str) -> Ratio | None:
    r"""Parse a folded text into exact algebra.

    >>> read_scalar(r"\frac{1}{2} + 1/3").over, read_scalar("1 +")
    ({(): Fraction(5, 1)}, None)
    """
    if not text or len(text) > MAX_SCALAR:
        return None
    tokens = scalar_tokens(text)
    if tokens is None:
        return None
    try:
        parser = _Parser(tokens, is_latex="\\" in text)
        value = parser.expression(0)
        return value if parser.at == len(tokens) else None
    except (TooHard, _Malformed):
        return None


class _Malformed(Exception):
    """The text is no expression of this grammar."""


class _Parser:
    """Recursive descent over tokens; depth and sizes are bounded."""

    def __init__(self, tokens: list[str], *, is_latex: bool) -> None:
        self.tokens = tokens
        self.is_latex = is_latex
        self.at = 0
        self.n_functions = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise _Malformed
        self.at += 1
        return token

    def expression(self, depth: int) -> Ratio:
        if depth > _MAX_DEPTH:
            raise TooHard("depth")
        sign = self.take() if self.peek() in ("+", "-") else "+"
        total = self.term(depth)
        if sign == "-":
            total = algebra.negate(total)
        while self.peek() in ("+", "-"):
            operator = self.take()
            right = self.term(depth)
            total = algebra.add(total, right if operator == "+" else algebra.negate(right))
        return total

    def term(self, depth: int) -> Ratio:
        value = self.factor(depth)
        is_divided = False
        while True:
            token = self.peek()
            if token == "*":
                self.take()
                value = algebra.multiply(value, self.signed(depth))
            elif token == "/":
                self.take()
                value = algebra.multiply(value, algebra.invert(self.signed(depth)))
                is_divided = True
            elif self.starts_factor(token):
                if is_divided or (token[0].isdigit() or token[0] == "."):
                    raise _Malformed  # 1/2x and "2 3" are read in two ways
                value = algebra.multiply(value, self.factor(depth))
            else:
                return value

    def signed(self, depth: int) -> Ratio:
        if self.peek() == "-":
            self.take()
            return algebra.negate(self.factor(depth))
        return self.factor(depth)

    def starts_factor(self, token: str) -> bool:
        if not token or token in (")", "]", "}", "|", "^", "_", "+", "-", "!", r"\}"):
            return False
        return token[0].isalnum() or token[0] in "([{." or token[0] == "\\"

    def factor(self, depth: int) -> Ratio:
        is_number = self.peek()[:1].isdigit()
        number = self.peek()
        value = self.atom(depth)
        while self.peek() == "!":
            self.take()
            value = factorial_of(value)
        if self.peek() == "^":
            self.take()
            value = raise_to(value, self.exponent(depth))
        elif is_number and self.peek() == r"\frac":
            value = self.mixed(number, value, depth)
        if self.n_functions and self.peek() == "°":
            self.take()
            value = algebra.multiply(
                value, algebra.multiply(algebra.rational(Fraction(1, 180)), algebra.symbol("π"))
            )
        return value

    def mixed(self, number: str, whole: Ratio, depth: int) -> Ratio:
        """Read a number before a fraction: mixed when both of its parts are digits, else unclear."""
        part = self.atom(depth)
        fraction = part.constant
        if "." in number or fraction is None or not fraction > 0:
            return algebra.multiply(whole, part)
        return algebra.add(whole, part)

    def exponent(self, depth: int) -> Ratio:
        token = self.peek()
        if token in ("(", "{"):
            return self.group(depth)
        if token == "-":
            if self.is_latex:
                raise _Malformed
            self.take()
            return algebra.negate(self.atom(depth))
        if self.is_latex and token[:1].isdigit() and len(token) > 1:
            raise _Malformed  # LaTeX would raise to the first digit only
        return self.atom(depth)

    def group(self, depth: int) -> Ratio:
        closer = _CLOSERS[self.take()]
        value = self.expression(depth + 1)
        self.take(closer)
        return value

    def token_or_group(self, depth: int) -> Ratio:
        token = self.peek()
        if token == "{":
            return self.group(depth)
        if token[:1].isdigit() and len(token) > 1:
            if "." in token or "," in token:
                raise _Malformed
            self.tokens[self.at] = token[1:]
            return algebra.rational(int(token[0]))
        return self.atom(depth)

    def atom(self, depth: int) -> Ratio:
        if depth > _MAX_DEPTH:
            raise TooHard("depth")
        token = self.peek()
        if not token:
            raise _Malformed
        if token[0].isdigit() or token[0] == ".":
            self.take()
            return algebra.rational(Fraction(token.replace(",", "") + ("0" if token.endswith(".") else "")))
        if token in _STARTS:
            return self.bars(depth) if token == "|" else self.group(depth)
        if token[0].isalpha():
            self.take()
            return self.word(token, depth)
        if token[0] == "\\" and len(token) > 2:
            self.take()
            return self.word(token[1:], depth)
        raise _Malformed

    def word(self, name: str, depth: int) -> Ratio:
        if name == "pi":
            return algebra.symbol("π")
        if name == "frac":
            over = self.token_or_group(depth + 1)
            return algebra.multiply(over, algebra.invert(self.token_or_group(depth + 1)))
        if name == "sqrt":
            return self.root(depth)
        if name == "binom":
            upper = self.token_or_group(depth + 1)
            return binomial_of(upper, self.token_or_group(depth + 1))
        if name in FUNCTIONS:
            return self.function(name, depth)
        if name in _GREEK:
            return algebra.symbol(_GREEK[name])
        if len(name) == 1:
            letter = "i" if name in ("i", "I", "j") else name
            if self.peek() == "_":
                raise TooHard("index")
            return algebra.symbol(letter)
        raise _Malformed

    def root(self, depth: int) -> Ratio:
        if self.peek() == "[":
            degree = self.group(depth).constant
            inner = self.token_or_group(depth + 1)
            return root_of(inner, degree)
        inner = self.group(depth + 1) if self.peek() == "(" else self.token_or_group(depth + 1)
        return root_of(inner, Fraction(2))

    def function(self, name: str, depth: int) -> Ratio:
        base, exponent = self.base_of_log(name, depth), None
        if self.peek() == "^":
            self.take()
            exponent = self.exponent(depth).constant
            if exponent is None or exponent.denominator != 1 or exponent < 2:
                raise TooHard("power of a function")  # sin^-1 may be the inverse function
        self.n_functions += 1
        inner = self.group(depth + 1) if self.peek() in _CLOSERS else self.argument(depth + 1)
        self.n_functions -= 1
        value = value_of_function(name, inner, base)
        return value if exponent is None else algebra.power(value, int(exponent))

    def base_of_log(self, name: str, depth: int) -> Ratio | None:
        """Read the index of ``\\log_2``."""
        if self.peek() != "_":
            return algebra.rational(10) if name == "lg" else None
        if name != "log":
            raise TooHard("index of a function")
        self.take()
        return self.token_or_group(depth + 1)

    def argument(self, depth: int) -> Ratio:
        value = self.factor(depth)
        while self.peek() and self.peek()[0].isalpha() and self.peek() not in FUNCTIONS:
            value = algebra.multiply(value, self.factor(depth))
        return value

    def bars(self, depth: int) -> Ratio:
        self.take("|")
        inner = self.expression(depth + 1)
        self.take("|")
        value = inner.constant
        if value is None:
            return algebra.symbol(f"abs({algebra.canonical(inner)})", is_opaque=True)
        return algebra.rational(abs(value))
