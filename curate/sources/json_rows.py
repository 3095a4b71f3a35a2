"""Objects of a JSON lines file, with a complaint for each line that is none.

In: a path. Out: line number and object. NaN and infinities, which JSON does not know, are read as null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import orjson

from curate.sources.row_complaint import RowComplaint
from curate.sources.streams import Line, ReadLimits, read_lines

_BOM = b"\xef\xbb\xbf"


def read_json_rows(path: Path, limits: ReadLimits) -> Iterator[tuple[int, dict[str, object]] | RowComplaint]:
    """Read one object per line; blank lines are passed over."""
    for line in read_lines(path, limits):
        if isinstance(line, RowComplaint):
            yield line
            continue
        data = line.data.removeprefix(_BOM) if line.number == 1 else line.data
        if data.strip():
            yield _read_object(str(path), line, data)


def _read_object(path: str, line: Line, data: bytes) -> tuple[int, dict[str, object]] | RowComplaint:
    try:
        value = _loads(data)
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} of the line is not UTF-8"
        return RowComplaint(path, line.number, "not_utf8", message)
    except (ValueError, RecursionError) as error:
        if not line.is_ended:
            return RowComplaint(path, line.number, "torn_line", "the last line ends in the middle of a row")
        return RowComplaint(path, line.number, "not_json", f"the line is not JSON: {str(error)[:200]}")
    if not isinstance(value, dict):
        message = f"the line holds a JSON {type(value).__name__}, not an object"
        return RowComplaint(path, line.number, "not_an_object", message)
    return line.number, value


def _loads(data: bytes) -> object:
    """Parse fast; what the strict parser refuses (lone surrogates, raw NUL, NaN) gets a second reading."""
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = json.loads(data.decode("utf-8"), strict=False, parse_constant=lambda _: None)
    return value
