"""Lines of JSON in and out of the filters: whatever a line holds, it costs itself only.

`read_line` takes what the fast reader takes, and with the slower one what that refuses (lone surrogates);
`write_line` writes any row, also with an id that only JSON's escapes can carry.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import orjson


def read_line(line: bytes) -> dict[str, object] | None:
    """Read one line; None when it is no JSON object."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            row = json.loads(line.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            return None
    return row if isinstance(row, dict) else None


def write_line(row: Mapping[str, object]) -> None:
    """Write one line to standard output."""
    try:
        data = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a lone surrogate, or an integer of more than 64 bits
        data = json.dumps(row).encode("ascii") + b"\n"
    sys.stdout.buffer.write(data)
