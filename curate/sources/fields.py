"""Values of rows as typed fields; a value of another type is a `FieldFault`, which becomes a complaint.

In: values as JSON, CSV or Parquet give them. Out: text, numbers as text, flags, options without letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

from curate.types import Json

_LETTER = re.compile(r"\s*\(?([A-Z])[.):]\s*", re.ASCII)
_TRUE, _FALSE = ("true", "1"), ("false", "0")
# Beyond this a float no longer holds every whole number, so it is written as it is.
_MOST_EXACT = 2.0**53


class FieldFault(Exception):
    """A field is missing or of a wrong type; only the reader of a row sees it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def need_text(values: Mapping[str, object], name: str) -> str:
    """Give a text that must be there; it may be empty."""
    value = values.get(name)
    if value is None:
        raise FieldFault("missing_field", f"the row has no {name!r}")
    if not isinstance(value, str):
        raise FieldFault("wrong_type", f"{name!r} is {_kind(value)}, not text")
    return value


def scalar_text(values: Mapping[str, object], name: str, default: str = "") -> str:
    """Give text, a number or a flag as text; null is the default."""
    value = values.get(name)
    return default if value is None else as_text(value, name)


def as_text(value: object, name: str) -> str:
    """Write a scalar: whole floats without their fraction, flags as True and False."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_EXACT:
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise FieldFault("wrong_type", f"{name!r} is {_kind(value)}, not text or a number")


def gold_text(values: Mapping[str, object]) -> str | None:
    """Give the gold answer as text; `answer` is another name of it, and empty text is none."""
    name = "gold" if values.get("gold") is not None else "answer"
    return scalar_text(values, name).strip() or None


def flag(values: Mapping[str, object], name: str) -> bool | None:
    """Give a flag, also from text as CSV has it."""
    value = values.get(name)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise FieldFault("wrong_type", f"{name!r} is {_kind(value)}, not true or false")


def table(values: Mapping[str, object], name: str) -> dict[str, Json]:
    """Give an object; text, as CSV has it, is read as JSON."""
    value = _unpacked(values.get(name), "{")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FieldFault("wrong_type", f"{name!r} is {_kind(value)}, not an object")
    return {str(key): _as_json(item) for key, item in value.items()}


def _as_json(value: object) -> Json:
    """Keep what JSON knows; dates, bytes and the like from Parquet become text."""
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def options(values: Mapping[str, object], name: str = "choices") -> tuple[str, ...]:
    """Give the options' texts; letters in front go when every option has its own, in order."""
    value = _unpacked(values.get(name), "[")
    if value is None:
        return ()
    if isinstance(value, dict):
        value = value.get("text")
    if not isinstance(value, list):
        raise FieldFault("wrong_type", f"{name!r} is {_kind(value)}, not a list")
    items = [item.get("text") if isinstance(item, dict) else item for item in value]
    return strip_letters([as_text(item, name) for item in items])


def strip_letters(texts: Sequence[str]) -> tuple[str, ...]:
    """Turn "A. bank", "B) pond" into the bare texts; texts without letters stay as they are."""
    return _strip_once(_strip_once(texts))  # some sets write the letter twice: "A)A)59"


def _strip_once(texts: Sequence[str]) -> tuple[str, ...]:
    found = [_LETTER.match(text) for text in texts]
    letters = [match.group(1) if match else "" for match in found]
    if letters != [chr(ord("A") + number) for number in range(len(texts))]:
        return tuple(text.strip() for text in texts)
    return tuple(text[match.end() :].strip() for text, match in zip(texts, found, strict=True) if match)


def _unpacked(value: object, opening: str) -> object:
    if isinstance(value, str) and value.lstrip().startswith(opening):
        try:
            parsed: object = orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
        return parsed
    return value


def _kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        bool: "a flag",
        int: "a number",
        float: "a number",
        str: "text",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)
