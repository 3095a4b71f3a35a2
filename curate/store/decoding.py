"""Sealed lines back into plain members; bodies are cut out unread, so that they are parsed once or never.

Members come as JSON values. A record that lacks a member is a `KeyError`, which the caller counts as damage.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from operator import index
from typing import Any, NamedTuple

import orjson

from curate.types import Json

# Quotes inside strings are escaped, so these bytes can only be the member's own name.
_BODY = re.compile(rb',"(?:response|body)(_text|_base64)?":')
_MAX_INT = 2**63 - 1
_KIND_AT = len(b'{"kind":"')


class Members(NamedTuple):
    """What stands in a line: its members and, of requests and answers, the body's exact bytes."""

    values: Mapping[str, Json]
    body: bytes | None = None

    def text(self, name: str) -> str:
        """Give a member that is a string, empty when it is null."""
        value = self.values[name]
        return value if isinstance(value, str) else "" if value is None else str(value)

    def optional(self, name: str) -> str | None:
        """Give a member that is a string or null."""
        value = self.values[name]
        return None if value is None else str(value)

    def parts(self, name: str) -> Iterator[Members]:
        """Give the objects in a member that is a list of them; KeyError when it is not."""
        value = self.values[name]
        if not isinstance(value, list):
            raise KeyError(name)
        for each in value:
            if not isinstance(each, dict):
                raise KeyError(name)
            yield Members(each)

    def integer(self, name: str) -> int:
        """Give a member that is a whole number of 63 bits; KeyError when it is not."""
        value = self.values[name]
        if not isinstance(value, int) or abs(value) > _MAX_INT:
            raise KeyError(name)
        return value

    def texts(self, take: Callable[[Mapping[str, Json]], Any]) -> tuple[str, ...]:
        """Give several members at once; TypeError when one is no string."""
        values: tuple[str, ...] = take(self.values)
        "".join(values)
        return values

    def integers(self, take: Callable[[Mapping[str, Json]], Any]) -> tuple[int, ...]:
        """Give several members at once; TypeError or OverflowError when one is no whole number of 63 bits."""
        values: tuple[int, ...] = take(self.values)
        if max(map(index, values)) > _MAX_INT or min(values) < -_MAX_INT:
            raise OverflowError(values)
        return values

    def number(self, name: str) -> float:
        """Give a member that is a number; KeyError when it is not."""
        value = self.values[name]
        if not isinstance(value, (int, float)):
            raise KeyError(name)
        return value

    def money(self, name: str) -> Decimal | None:
        """Give an amount of USD; None when there is none."""
        value = self.values.get(name)
        try:
            return None if value is None else Decimal(str(value))
        except InvalidOperation:
            raise KeyError(name) from None


def kind_of(data: bytes) -> str:
    """Read a line's kind from its first bytes; empty when it has none."""
    return data[_KIND_AT : data.find(b'"', _KIND_AT)].decode("ascii", "replace")


def decode_members(data: bytes, *, has_body: bool) -> Members:
    """Decode a line; with `has_body` the members before the body, and the body as it was given to the writer.

    Raises:
        ValueError: when it is not a JSON object (orjson.JSONDecodeError is one).
    """
    found = _BODY.search(data) if has_body else None
    values = orjson.loads((data[: found.start()] if found else data) + b"}")
    if not isinstance(values, dict):
        raise ValueError("not an object")
    if found is None:
        return Members(values)
    raw = data[found.end() :]
    if found[1] == b"_text":
        raw = orjson.loads(raw).encode("utf-8")
    elif found[1] == b"_base64":
        raw = base64.b64decode(raw[1:-1])
    return Members(values, raw)
