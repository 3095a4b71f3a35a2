"""The closed arithmetic that tokens begin or end with.

In: tokens between two relations. Out: `Expression`, or None where the tokens are not closed arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from curate.verify.steps.reader import STOP_WORDS, ExpressionReader, NotClosedError
from curate.verify.steps.tokens import Token
from curate.verify.steps.tree import Expression

MAX_TOKENS = 80


def read_prefix(tokens: Sequence[Token]) -> tuple[Expression, int] | None:
    """Read the longest expression that tokens begin with; gives it and the number of tokens it takes."""
    tokens = tokens[:MAX_TOKENS]
    reader = ExpressionReader(tokens)
    try:
        node = reader.read_sum()
    except NotClosedError:
        return None
    return _finish(reader, node), reader.at


def read_suffix(tokens: Sequence[Token]) -> tuple[Expression, int] | None:
    """Read the longest expression that tokens end with; gives it and the place where it begins.

    The longest one counts, because half a left side is another claim: "2x + 3 = 7" is not "3 = 7".
    """
    first = max(0, len(tokens) - MAX_TOKENS)
    begin = _earliest(tokens, first)
    for start in range(begin, len(tokens)):
        if not _may_begin(tokens, start):
            continue
        reader = ExpressionReader(tokens, start)
        try:
            node = reader.read_sum()
        except NotClosedError:
            continue
        if reader.at == len(tokens):
            return _finish(reader, node), start
    return None


def _earliest(tokens: Sequence[Token], first: int) -> int:
    """Walk left over what an expression can hold."""
    place = len(tokens)
    while place > first:
        token = tokens[place - 1]
        if token.kind in ("other", "rel", "newline"):
            break
        if token.kind == "word" and token.text.lower() in STOP_WORDS and token.text.lower() != "of":
            break
        place -= 1
    return place


def _may_begin(tokens: Sequence[Token], start: int) -> bool:
    token = tokens[start]
    return token.kind in ("number", "open", "frac", "money") or (token.kind == "op" and token.text == "-")


def _finish(reader: ExpressionReader, node: tuple[object, ...]) -> Expression:
    out = reader.out
    out.node = node
    out.end = reader.tokens[reader.at - 1].end
    kinds: dict[str, set[Fraction]] = {}
    for unit in out.units:
        kinds.setdefault(unit.kind, set()).add(unit.factor)
    if any(len(factors) > 1 for factors in kinds.values()):
        out.doubts.add("mixed_units")
    return out
