"""Read what a Python program prints: calls, dicts and nested lists, as the values that they name.

In: a folded text such as ``Matrix([[1, 2], [3, 4]])``, ``{x: 1, y: 2}``, ``Decimal('0.5')``. Out: a value or
None. The names form a closed list and their arguments are read by the same grammar as all other answers;
nothing is looked up or called.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from curate.answers.numbers import Number
from curate.answers.splitting import split_top
from curate.answers.values import Assignment, Expression, Group, Infinity, Matrix, Union, Value

Read = Callable[[str], Value | None]
_MODULE = re.compile(r"\b(?:math|cmath|np|numpy|sympy|sp)\.(?=[A-Za-z])")
_CALL = re.compile(r"([A-Za-z][A-Za-z0-9]{0,24}(?:\.(?:open|Lopen|Ropen))?)\((.*)\)", re.DOTALL | re.ASCII)
_KEY = re.compile(r"""(?:'([A-Za-z_][\w ]{0,40})'|"([A-Za-z_][\w ]{0,40})"|([A-Za-z]\w{0,40}))""", re.ASCII)
_QUOTED = re.compile(r"""(['"])([^'"]{1,400})\1""")
_SCALARS = frozenset(
    [
        "Integer",
        "Float",
        "Decimal",
        "float",
        "float64",
        "float32",
        "int",
        "int64",
        "int32",
        "mpf",
        "Rational",
        "Fraction",
        "complex",
        "complex128",
    ]
)
_MATRICES = frozenset(["Matrix", "ImmutableMatrix", "ImmutableDenseMatrix", "MutableDenseMatrix", "array"])
_OPEN_ENDS = {
    "Interval": ("[", "]"),
    "Interval.open": ("(", ")"),
    "Interval.Lopen": ("(", "]"),
    "Interval.Ropen": ("[", ")"),
}


def without_modules(text: str) -> str:
    """Take off the names of modules: ``math.sqrt(2)`` is ``sqrt(2)``."""
    return _MODULE.sub("", text) if "." in text else text


def read_printed(text: str, read: Read) -> Value | None:
    """Read a folded text as a printed Python value; `read` reads its parts."""
    if text[0] in "[(" and text[-1] in "])":
        return _nested(text, read)
    if text[0] == "{" and text[-1] == "}" and ":" in text:
        return _mapping(text[1:-1], read)
    call = _CALL.fullmatch(text) if text[-1] == ")" else None
    if call is None:
        return None
    return _called(call[1], call[2].strip(), read)


def _called(name: str, inside: str, read: Read) -> Value | None:
    if name in _MATRICES:
        rows = read_rows(inside, read)
        return replace(rows, is_list=False) if rows is not None else None
    parts = split_top(inside, ",")
    if parts is None:
        return None
    if name in _SCALARS:
        return _scalar_call(name, parts, read)
    if name in ("FiniteSet", "set", "frozenset", "Tuple", "tuple", "list"):
        return _collection(name, parts, read)
    if name in _OPEN_ENDS:
        return _interval(name, parts, read)
    if name == "Union":
        items = [read(part) for part in parts]
        groups = tuple(item for item in items if isinstance(item, Group))
        return Union(groups) if len(groups) == len(items) else None
    if name == "Eq" and len(parts) == 2:
        return read(f"{parts[0]}={parts[1]}")
    return None


def _scalar_call(name: str, parts: list[str], read: Read) -> Value | None:
    if name in ("Rational", "Fraction") and len(parts) == 2:
        values = [read(part) for part in parts]
        over, under = values
        if isinstance(over, Number) and isinstance(under, Number) and under.value:
            return Number(over.value / under.value)
        return None
    quoted = _QUOTED.fullmatch(parts[0])
    value = read(quoted[2] if quoted else parts[0])
    if name == "Float" and len(parts) == 2:
        parts.pop()  # the precision
    return value if len(parts) == 1 and isinstance(value, Number | Expression) else None


def _collection(name: str, parts: list[str], read: Read) -> Value | None:
    if name in ("set", "frozenset", "tuple", "list"):
        return read(parts[0]) if len(parts) == 1 else None
    items = [read(part) for part in parts]
    known = tuple(item for item in items if item is not None)
    if len(known) != len(items):
        return None
    return Group("{", "}", known) if name == "FiniteSet" else Group("(", ")", known)


def _interval(name: str, parts: list[str], read: Read) -> Value | None:
    left, right = _OPEN_ENDS[name]
    if name == "Interval" and len(parts) in (3, 4) and all(part in ("True", "False") for part in parts[2:]):
        left = "(" if parts[2] == "True" else left
        right = ")" if parts[-1] == "True" and len(parts) == 4 else right
        parts = parts[:2]
    ends = [read(part) for part in parts]
    if len(ends) != 2 or not all(isinstance(end, Number | Expression | Infinity) for end in ends):
        return None
    low, high = ends
    assert low is not None and high is not None
    # sympy writes the side of an infinity closed, where it is always open
    left = "(" if isinstance(low, Infinity) else left
    right = ")" if isinstance(high, Infinity) else right
    return Group(left, right, (low, high))  # type: ignore[arg-type]


def _mapping(inside: str, read: Read) -> Value | None:
    parts = split_top(inside, ",")
    if parts is None:
        return None
    items: list[Value] = []
    for part in parts:
        key, colon, value_text = part.partition(":")
        name = _KEY.fullmatch(key.strip())
        value = read(value_text.strip()) if colon and value_text.strip() else None
        if name is None or value is None:
            return None
        items.append(Assignment((name[1] or name[2] or name[3]), value))
    return items[0] if len(items) == 1 else Group("", "", tuple(items))


def _nested(text: str, read: Read) -> Value | None:
    """Read ``[{x: 5}]``, ``(5,)`` and nested lists; other brackets are read elsewhere."""
    if text[0] == "(" and text[-2:] == ",)":
        return read(text[1:-2].strip()) if split_top(text[1:-2], ",;") == [text[1:-2].strip()] else None
    if text[:2] == "[[" and text[-2:] == "]]":
        rows = read_rows(text, read)
        return rows if rows is not None and (len(rows.rows[0]) == 1 or len(rows.rows) == 1) else None
    return None


def read_rows(text: str, read: Read) -> Matrix | None:
    """Read a list of lists as a matrix that a list was written for; a flat list is a column."""
    if text[:1] != "[" or text[-1:] != "]":
        return None
    parts = split_top(text[1:-1], ",")
    if parts is None or len(parts) > 64:
        return None
    rows: list[tuple[Value, ...]] = []
    for part in parts:
        cells = split_top(part[1:-1], ",") if part[0] == "[" and part[-1] == "]" else [part]
        values = [read(cell) for cell in cells or []]
        known = tuple(value for value in values if value is not None)
        if (
            not known
            or len(known) != len(values)
            or any(isinstance(value, Group | Matrix) for value in known)
        ):
            return None
        rows.append(known)
    return Matrix(tuple(rows), is_list=True) if len({len(row) for row in rows}) == 1 else None
