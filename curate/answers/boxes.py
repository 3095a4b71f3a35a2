r"""Find the last ``\boxed{}`` or ``\fbox{}`` of a text and read what stands in it, braces balanced.

In: a bounded text. Out: where the box starts, its content, a code. Boxes joined by commas or "and" are one
list; joined by "or" they are no answer. Nothing here knows what a value is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|[+-]?\d[\d,.]*\d|\w)")
_BETWEEN = re.compile(
    r"[\s$*]*(?:\\[\])]|\s|\$)*\s*(,|;|and|or|,\s{0,3}and|,\s{0,3}or)[\s$*]*(?:\\[\[(])?\s*(?:[A-Za-z]\s?=\s?)?\\?"
)
_SPACING = re.compile(r"\\q?quad(?![A-Za-z])|\\[,;: !]|\\text\s?\{([^{}]*)\}")
_MAX_BETWEEN = 60
_MAX_BOXES = 20
_MAX_LOOKS = 50


@dataclass(frozen=True, slots=True)
class Box:
    """One box, or several that were joined; `content` is None when `note` says why there is no answer."""

    start: int
    content: str | None
    note: str


@dataclass(frozen=True, slots=True)
class _Single:
    start: int
    end: int
    content: str | None


def find_last_box(text: str) -> Box | None:
    """Give the last box by position, or None when the text has none."""
    last = _box_before(text, len(text))
    if last is None:
        return None
    if last.content is None:
        return Box(last.start, None, "unclosed_box")
    contents, start, words = [last.content], last.start, set[str]()
    while len(contents) < _MAX_BOXES:
        earlier = _box_before(text, start)
        if earlier is None or earlier.content is None or start - earlier.end > _MAX_BETWEEN:
            break
        between = _SPACING.sub(r" \1 ", text[earlier.end : start])
        joint = _BETWEEN.fullmatch(between)
        if joint is not None:
            words.add(joint[1].split()[-1].lstrip(","))
        elif between.strip("$ \t") or "\n" in between:
            break
        contents.insert(0, earlier.content)
        start = earlier.start
    return _joined(start, contents, words)


def _joined(start: int, contents: list[str], words: set[str]) -> Box:
    distinct = list(dict.fromkeys(content.strip() for content in contents))
    if not all(distinct):
        return Box(start, None, "empty_box")
    if len(distinct) == 1:
        return Box(start, distinct[0], "boxed")
    if "or" in words:
        return Box(start, None, "ambiguous_answer")
    return Box(start, ", ".join(content.strip() for content in contents), "boxed_list")


def _box_before(text: str, end: int) -> _Single | None:
    has_fbox = "fbox" in text
    for _ in range(_MAX_LOOKS):
        at = text.rfind("boxed", 0, end)
        if has_fbox:
            at = max(at, text.rfind("fbox", 0, end))
        if at < 0:
            return None
        box = _read_box(text, at, at + (5 if text.startswith("boxed", at) else 4))
        if box is not None:
            return box
        end = at
    return None


def _read_box(text: str, at: int, after: int) -> _Single | None:
    has_slash = at > 0 and text[at - 1] == "\\"
    start = at - 1 if has_slash else at
    opening = after
    while opening < len(text) and text[opening] in " \t":
        opening += 1
    if opening < len(text) and text[opening] == "{":
        end = closing_brace(text, opening)
        return (
            _Single(start, end + 1, text[opening + 1 : end]) if end >= 0 else _Single(start, len(text), None)
        )
    token = _TOKEN.match(text, after) if has_slash else None
    return _Single(start, token.end(), token[1]) if token else None


def closing_brace(text: str, opening: int) -> int:
    r"""Give the index of the brace that closes the one at `opening`, -1 without one; ``\{`` is no brace."""
    depth = 0
    for mark in _BRACE.finditer(text, opening):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                return mark.start()
    return -1
