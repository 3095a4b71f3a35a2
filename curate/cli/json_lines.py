"""Lines of JSON in and out of the filters: whatever a line holds, it costs itself only.

`read_line` takes what the fast reader takes, and with the slower one what that refuses (lone surrogates) or
shortens (long numbers);
`write_line` writes any row, also with an id that only JSON's escapes can carry.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping

import orjson

_LONG_NUMBER = re.compile(rb"[0-9][0-9.]{15}")
"""A number that a float would shorten; the fast reader makes floats of integers beyond 64 bits."""


def read_line(line: bytes) -> dict[str, object] | None:
    """Read one line; None when it is no JSON object."""
    try:
        row = _read_exactly(line) if _LONG_NUMBER.search(line) else orjson.loads(line)
    except orjson.JSONDecodeError:
        row = _read_exactly(line)
    return row if isinstance(row, dict) else None


def _read_exactly(line: bytes) -> object:
    """Read with the slower reader; numbers keep all their digits, decimals as text."""
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"), parse_float=str)
    except (ValueError, RecursionError):
        return None


def write_line(row: Mapping[str, object]) -> None:
    """Write one line to standard output."""
    try:
        data = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a lone surrogate, or an integer of more than 64 bits
        data = json.dumps(row).encode("ascii") + b"\n"
    sys.stdout.buffer.write(data)
