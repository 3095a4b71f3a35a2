"""A folded scalar answer as tokens: numbers, LaTeX commands, names, signs.

Two letters side by side are two symbols; a longer word that is no function is no mathematics.
"""

from __future__ import annotations

import re

MAX_SCALAR = 400
"""Most characters, and most tokens, of an answer that is read."""
FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "log",
        "ln",
        "exp",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "lg",
        "asin",
        "acos",
        "atan",
    ]
)
_TOKEN = re.compile(
    r"\s*(?:(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)|(\\[A-Za-z]+|\\[{}&])|([A-Za-z]+)|([-+*/^_(){}\[\]|!°]))",
    re.ASCII,
)


def scalar_tokens(text: str) -> list[str] | None:
    """Cut a text into tokens; None where something is no part of an expression.

    >>> scalar_tokens("2xy + 1"), scalar_tokens("two apples")
    (['2', 'x', 'y', '+', '1'], None)
    """
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None if text[at:].strip() else tokens
        word = match[3]
        if word and len(word) > 1 and word not in FUNCTIONS and word not in ("sqrt", "pi", "binom"):
            if len(word) > 2:
                return None
            tokens.extend(word)
        else:
            tokens.append(match[0].strip())
        at = match.end()
        if len(tokens) > MAX_SCALAR:
            return None
    return tokens
