"""Text that every later part can store: NUL and lone surrogates become U+FFFD.

In: a value as read from a file. Out: the same value with clean text, and whether anything changed.
"""

from __future__ import annotations

import re

_BAD = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Replace NUL and lone surrogates by U+FFFD."""
    return _BAD.sub("\ufffd", text)


def clean_value(value: object) -> tuple[object, bool]:
    """Clean all text in nested lists and objects; the given value itself comes back when it is clean."""
    if isinstance(value, str):
        cleaned = clean_text(value)
        return (cleaned, True) if cleaned != value else (value, False)
    if isinstance(value, list):
        pairs = [clean_value(item) for item in value]
        return ([item for item, _ in pairs], True) if any(dirty for _, dirty in pairs) else (value, False)
    if isinstance(value, dict):
        pairs = [clean_value(item) for item in value.values()]
        is_dirty = any(dirty for _, dirty in pairs) or any(_BAD.search(str(key)) for key in value)
        keys = (clean_text(str(key)) for key in value)
        return (
            (dict(zip(keys, (item for item, _ in pairs), strict=True)), True) if is_dirty else (value, False)
        )
    return value, False
