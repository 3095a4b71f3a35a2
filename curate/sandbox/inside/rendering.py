"""Write a value as one canonical line of text, inside the child, without trusting the value.

Known kinds only, by the methods of the base classes, so that an object that lies in its own `__repr__` is
not asked. What is no answer (None, NaN, infinities, functions, unknown objects) gives None. Sets and the
items of dicts come in a fixed order. Numbers read back as themselves: `Fraction` as 1/3, floats by repr.
"""

from __future__ import annotations

import cmath
import datetime
import enum
import math
import sys
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Number

MAX_DEPTH = 12
MAX_ITEMS = 2_000
_BASICS = (bool, int, float, complex, str, Fraction, Decimal, list, tuple, set, frozenset, dict, range)
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()))
_MOMENTS = (datetime.date, datetime.time, datetime.timedelta)


def render(value: object, depth: int = 0) -> str | None:
    """Give the text of a value, None when it is no usable answer.

    >>> from fractions import Fraction
    >>> render([Fraction(1, 3), True, float("nan")]), render({"b": 2, "a": 1}), render(None)
    (None, "{'a': 1, 'b': 2}", None)
    """
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, enum.Enum):
        return render(value.value, depth + 1)
    if isinstance(value, _BASICS):
        return _basic(value, depth)
    if isinstance(value, _VIEWS):
        return _sequence([*value], "[]", depth)  # type: ignore[misc]
    if isinstance(value, _MOMENTS):
        return str(value)
    return _foreign(value, depth)


def _basic(value: object, depth: int) -> str | None:
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, str):
        return str.__str__(value) if depth == 0 else str.__repr__(value)
    if isinstance(value, int | float | complex | Fraction | Decimal):
        return _number(value)
    if isinstance(value, dict):
        return _mapping(value, depth)
    if isinstance(value, set | frozenset):
        return _sequence(list(value), "{}", depth, is_sorted=True)
    assert isinstance(value, list | tuple | range)
    if len(value) > MAX_ITEMS:
        return None
    return _sequence(list(value), "()" if isinstance(value, tuple) else "[]", depth)


def _number(value: complex | Fraction | Decimal) -> str | None:
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value) if math.isfinite(value) else None
    if isinstance(value, Fraction):
        return Fraction.__str__(value)
    if isinstance(value, Decimal):
        return Decimal.__str__(value) if value.is_finite() else None
    return complex.__repr__(value) if cmath.isfinite(value) else None


def _sequence(items: list[object], brackets: str, depth: int, *, is_sorted: bool = False) -> str | None:
    if len(items) > MAX_ITEMS:
        return None
    texts = _all(items, depth)
    if texts is None:
        return None
    if is_sorted:
        texts = [text for _, text in sorted(zip(map(_rank, items), texts, strict=True))]
        if not texts:
            return "set()"
    trailing = "," if brackets == "()" and len(texts) == 1 else ""
    return brackets[0] + ", ".join(texts) + trailing + brackets[1]


def _mapping(value: dict[object, object], depth: int) -> str | None:
    if len(value) > MAX_ITEMS:
        return None
    keys, values = _all(value.keys(), depth), _all(value.values(), depth)
    if keys is None or values is None:
        return None
    pairs = sorted(zip(map(_rank, value.keys()), keys, values, strict=True))
    return "{" + ", ".join(f"{key}: {text}" for _, key, text in pairs) + "}"


def _all(items: Iterable[object], depth: int) -> list[str] | None:
    texts: list[str] = []
    for item in items:
        text = render(item, depth + 1)
        if text is None:
            return None
        texts.append(text)
    return texts


def _rank(item: object) -> tuple[int, float, str]:
    if isinstance(item, int | float) and not isinstance(item, bool):
        try:
            return (0, float(item), "")
        except OverflowError:
            return (0, math.inf if item > 0 else -math.inf, int.__repr__(int(item)))
    return (1, 0.0, render(item, 1) or "")


def _foreign(value: object, depth: int) -> str | None:
    """Render numpy and sympy values, when those are what the value's class comes from."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic | numpy.ndarray):
        plain = value.item() if isinstance(value, numpy.generic) else value.tolist()
        return render(plain, depth + 1) if not isinstance(plain, numpy.generic) else None
    sympy = sys.modules.get("sympy")
    if sympy is None:
        return None
    if isinstance(value, sympy.Basic | sympy.MatrixBase):
        return _symbolic(sympy, value)
    if isinstance(value, Number) and type(value).__module__.startswith(("mpmath", "sympy")):
        return _finite_text(str(value))
    return _finite_text(str(value)) if type(value).__module__.startswith("mpmath.") else None


def _symbolic(sympy: object, value: object) -> str | None:
    has = getattr(value, "has", None)
    bad = [getattr(sympy, name) for name in ("nan", "zoo", "oo")]
    if type(value).__name__ not in ("Interval", "Union", "And", "Or") and has is not None and has(*bad):
        return None
    return str(value)


def _finite_text(text: str) -> str | None:
    return None if any(word in text.lower() for word in ("nan", "inf")) else text
