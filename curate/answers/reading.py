r"""Read a folded answer as a value of a known kind, or say that no kind is certain.

In: a folded text. Out: a Value or None. The order of trials is fixed: numbers first, free words last. A
text that two kinds would read differently is None, so that nothing is decided on it here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from curate.answers import algebra
from curate.answers.numbers import Number, read_number, read_unit_tail
from curate.answers.python_values import read_printed, without_modules
from curate.answers.relation_match import interval_of
from curate.answers.relations import read_relation
from curate.answers.scalars import read_scalar
from curate.answers.small_kinds import is_span, read_small_kind
from curate.answers.splitting import split_top
from curate.answers.values import (
    Assignment,
    Expression,
    Group,
    Inequality,
    Matrix,
    Union,
    Value,
    Words,
)

MAX_VALUE = 1_000
_MAX_ITEMS = 64
_MAX_DEPTH = 6
_WORDS = re.compile(
    r"(?=.*[A-Za-z]{2})[^\W\d_][^\W\d_'.,&;!?\" -]*(?:[\s,;.!?\"&'-]+[^\W\d_]+)*[\s,.;!?\"']*"
)
_ARTICLES = frozenset({"a", "an", "the"})
_IN = re.compile(r"\\in(?![A-Za-z])")
_EITHER = re.compile(r"\s+or\s+|\s*\\(?:lor|vee)(?![A-Za-z])\s*")
_SIGN_WORD = re.compile(r"(?:minus|negative)\s+(?=[\d.$\\])", re.IGNORECASE)
_APPROXIMATELY = re.compile(r"\\approx(?![A-Za-z])|≈")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_MATRIX = re.compile(
    r"[(\[]?\s?\\begin\s?\{([pbB]?matrix|array)\}(?:\{[lcr| ]*\})?(.*)\\end\s?\{\1\}\s?[)\]]?", re.DOTALL
)
_UNIT_TAIL = re.compile(r"(.*(?:[\d)}\]]|\\pi))\s?([A-Za-z°][A-Za-z°./^{} \d]{0,60})")


@lru_cache(maxsize=16384)
def read_value(text: str) -> Value | None:
    r"""Read a folded text.

    >>> read_value("(3, 4]")
    Group(left='(', right=']', items=(Number(value=Fraction(3, 1), ...), ...))
    """
    return _read(text, 0)


def _read(text: str, depth: int) -> Value | None:
    text = text.strip()
    if not text or len(text) > MAX_VALUE or depth > _MAX_DEPTH:
        return None
    if "\\approx" in text or "≈" in text:
        text = _without_decimal(text)
    number = read_number(text)
    if number is not None:
        return number
    small = read_small_kind(text)
    if small is not None or is_span(text):
        return small
    signed = _SIGN_WORD.match(text)
    if signed is not None:
        return _read("-" + text[signed.end() :], depth + 1)
    if text[-1] in ")]}":
        text = without_modules(text)
        printed = read_printed(text, lambda part: _read(part, depth + 1))
        if printed is not None:
            return printed
    if "matrix" in text or r"\begin" in text:
        return _matrix(text, depth)
    if r"\cup" in text or " U " in text:
        return _union(text, depth)
    if any(mark in text for mark in "=<>"):
        return _related(text, depth)
    return _bracketed(text, depth) or _listed(text, depth) or _scalar(text) or _words(text)


def _without_decimal(text: str) -> str:
    """Keep the exact value of "1/3 ≈ 0.33"; "x ≈ 0.33" has no other, so there the sign is an equals sign."""
    head, tail = (_APPROXIMATELY.split(text, 1)[part].strip() for part in (0, 1))
    if head and (any(char.isdigit() for char in head) or "\\" in head):
        return head
    return f"{head}={tail}" if head else tail


def _related(text: str, depth: int) -> Value | None:
    """Read a relation, a choice of inequalities, or a list of relations when there are several signs."""
    ways = _EITHER.split(text)
    if len(ways) > 1:
        return _either(ways, depth)
    relation = read_relation(text, lambda side: _read(side, depth + 1))
    return relation if relation is not None else _listed(text, depth)


def _either(ways: list[str], depth: int) -> Value | None:
    """Read "x < -1 or x > 1" as the union of its intervals."""
    relations = [_read(way, depth + 1) for way in ways]
    bounds = [interval_of(each) for each in relations if isinstance(each, Inequality)]
    if len(bounds) != len(ways) or len({bound[0] for bound in bounds if bound}) != 1:
        return None
    intervals = tuple(bound[1] for bound in bounds if bound is not None)
    return Union(intervals) if len(intervals) == len(ways) else None


def _matrix(text: str, depth: int) -> Value | None:
    match = _MATRIX.fullmatch(text)
    if match is None:
        return None
    lines = [line for line in re.split(r"\\\\", match[2]) if line.strip()]
    rows: list[tuple[Value, ...]] = []
    for line in lines[:_MAX_ITEMS]:
        cells = [_read(cell, depth + 1) for cell in re.split(r"\\?&", line)]
        if any(cell is None for cell in cells):
            return None
        rows.append(tuple(cell for cell in cells if cell is not None))
    if not rows or len({len(row) for row in rows}) != 1:
        return None
    return Matrix(tuple(rows))


def _union(text: str, depth: int) -> Value | None:
    parts = [_read(part, depth + 1) for part in re.split(r"\\cup| U ", _IN.split(text, 1)[-1])]
    if any(not isinstance(part, Group) or not part.left for part in parts):
        return None
    return Union(tuple(part for part in parts if part is not None))


def _bracketed(text: str, depth: int) -> Value | None:
    body = _IN.split(text, 1)[-1].strip() if r"\in" in text else text
    body = body.replace(r"\{", "{").replace(r"\}", "}")
    if len(body) < 3 or body[0] not in "([{" or body[-1] not in ")]}":
        return None
    if (body[0] == "{") != (body[-1] == "}"):
        return None
    parts = split_top(body[1:-1], ",;")
    if parts is None or len(parts) > _MAX_ITEMS or (len(parts) == 1 and body[0] != "{" and body[0] != "["):
        return None
    if len(parts) == 1 and body[0] != "[" and r"\{" not in text:
        return None  # braces of LaTeX that only group
    items = [_read(part, depth + 1) for part in parts]
    if any(item is None for item in items):
        return None
    found = tuple(item for item in items if item is not None)
    if len(found) == 1 and body[0] == "[":
        return found[0]
    return Group(body[0], body[-1], found)  # type: ignore[arg-type]


def _listed(text: str, depth: int) -> Value | None:
    if r"\pm" in text and text.count(r"\pm") == 1:
        return _plus_minus(text, depth)
    if "," not in text and ";" not in text and " and " not in text:
        return None
    parts = split_top(text.replace(", and ", ",").replace(" and ", ","), ",;")
    if parts is None or not 2 <= len(parts) <= _MAX_ITEMS:
        return None
    items = [_read(part, depth + 1) for part in parts]
    if any(item is None or (isinstance(item, Words) and len(item.words) > 3) for item in items):
        return None
    return Group("", "", tuple(item for item in items if item is not None))


def _plus_minus(text: str, depth: int) -> Value | None:
    both = [_read(text.replace(r"\pm", sign), depth + 1) for sign in ("+", "-")]
    if both[0] is None or both[1] is None or "," in text:
        return None
    return Group("", "", (both[0], both[1]))


def _scalar(text: str) -> Value | None:
    tail = _UNIT_TAIL.fullmatch(text)
    unit = read_unit_tail(tail[2]) if tail is not None else None
    # "4\pi cm" is a length; read as a product it would be 4 pi times c times m
    is_measured = tail is not None and unit is not None and unit.is_known and len(tail[2].strip()) > 1
    ratio = read_scalar(text) if not is_measured else None
    if ratio is None:
        ratio = read_scalar(tail[1].strip()) if tail is not None and unit is not None else None
        if ratio is None:
            return None
        return Number(ratio.constant, unit=unit) if ratio.constant is not None else Expression(ratio, unit)
    constant = ratio.constant
    return Number(constant) if constant is not None else Expression(ratio)


def _words(text: str) -> Value | None:
    if len(text) > 200 or _WORDS.fullmatch(text) is None or text.lower() in ("nan", "none", "null"):
        return None
    words = tuple(word for word in _WORD.findall(text.casefold()) if word not in _ARTICLES)
    return Words(words) if words else None


def is_constant(value: Value) -> bool:
    """Say whether a value is a number or an expression without free symbols."""
    return isinstance(value, Number) or (isinstance(value, Expression) and not value.ratio.symbols)


def as_ratio(value: Value) -> algebra.Ratio | None:
    """Give a scalar as a ratio, None for other kinds."""
    if isinstance(value, Number):
        return algebra.rational(value.value)
    return value.ratio if isinstance(value, Expression) else None


__all__ = ["Assignment", "as_ratio", "is_constant", "read_value"]
