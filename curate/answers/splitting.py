"""Split a text at marks that stand outside all brackets, in one pass."""

from __future__ import annotations

_OPEN, _CLOSE = "([{", ")]}"


def split_top(text: str, marks: str) -> list[str] | None:
    """Split at any of the marks at depth zero; None when brackets do not balance or a part is empty.

    >>> split_top("(1,2), 3", ",")
    ['(1,2)', '3']
    """
    parts: list[str] = []
    depth = start = 0
    for at, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and char in marks:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return parts if depth == 0 and all(parts) else None
