r"""Take off what surrounds an answer and is no part of it: ``$ $``, ``\( \)``, emphasis, a full stop."""

from __future__ import annotations

import re

_PAIRS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), ("**", "**"), ("__", "__"), ("*", "*"),
          ("`", "`"), ('"', '"'), ('\\"', '\\"'), ("'", "'"), ("“", "”"), ("‘", "’"))  # fmt: skip
_OPENINGS = frozenset(left[0] for left, _ in _PAIRS)
_ENDS = " \t\r\n\u200b\u200c\u200d\u2060\ufeff"
_STOPS = ".,;:。"
_MATH_MARK = re.compile(r"\\[()\[\]]|(?<!\\)\$\$?")
_MAX_ROUNDS = 8


def undress(text: str) -> str:
    """Strip paired marks, white space and sentence ends from both sides, at most eight layers.

    >>> undress(r"**$\\frac{1}{2}$**.")
    '\\\\frac{1}{2}'
    """
    for _ in range(_MAX_ROUNDS):
        before = text
        text = text.strip(_ENDS)
        if text and text[-1] in _STOPS:
            text = _drop_stop(text)
        text = _unpaired(text)
        if text == before:
            break
    return text


def drop_math_marks(text: str) -> str:
    r"""Remove inline math marks inside a sentence; a lone ``$`` is money and stays.

    >>> drop_math_marks("$3$ apples and \\(4\\) pears")
    '3 apples and 4 pears'
    """
    if "$" not in text and "\\" not in text:
        return text
    dollars = [mark.start() for mark in _MATH_MARK.finditer(text) if mark[0] == "$"]
    if len(dollars) % 2:
        return re.sub(r"\\[()\[\]]|\$\$", "", text)
    return _MATH_MARK.sub("", text)


def _drop_stop(text: str) -> str:
    cut = text.rstrip(_STOPS + _ENDS)
    if cut.endswith("\\"):  # the comma of the spacing command "\,"
        return text[: len(cut) + 1] if len(text) > len(cut) + 1 else text
    return cut


def _unpaired(text: str) -> str:
    if text[:1] not in _OPENINGS:
        return text
    for left, right in _PAIRS:
        size = len(left) + len(right)
        if len(text) > size and text.startswith(left) and text.endswith(right):
            inner = text[len(left) : -len(right)]
            if left not in inner and right not in inner and not inner.endswith("\\"):
                return inner
    return text
