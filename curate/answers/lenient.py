r"""The last value of a text that announces none: its last formula, or its last number.

Only for callers that ask for it: the digits of an error page or a refusal make such a reading look right.
Its notes say so: `last_formula`, `last_number`. A formula is what stands between ``$``, ``\(`` or ``\[``
marks or in an ``aligned`` environment; of several joined by "or", "and" or commas the last one counts.
"""

from __future__ import annotations

import re

from curate.answers.anchors import MAX_ANSWER, MAX_TAIL, Found
from curate.answers.dressing import undress

_FORMULA = re.compile(
    r"\$\$(?P<display>[^$]{1,2000})\$\$|(?<!\\)\$(?P<inline>(?:[^$\n\\]|\\[^\n]){1,2000})\$"
    r"|\\\((?P<round>.{1,2000}?)\\\)|\\\[(?P<square>.{1,2000}?)\\\]",
    re.DOTALL,
)
_NUMBER = re.compile(
    r"(?<![\w.])[-+−]?[$€£]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?/\s?\d+)?(?:\s?(?:%|percent|pct)(?!\w))?"
)
_MAX_BARE = 300
_PROSE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
_PERCENT_BEHIND = re.compile(r"\s{0,2}(?:\\?%|percent\b|pct\b)")


def find_last_value(text: str) -> Found:
    """Give the last formula or number of the end of a text, whichever stands later.

    >>> find_last_value("It had 12, and now $x = 5$ are left.").answer
    'x = 5'
    """
    tail = text.strip()[-MAX_TAIL:]
    if len(tail) <= _MAX_BARE and tail.startswith(("\\", "-\\")) and not _PROSE.search(tail):
        return _checked(tail, "last_formula")
    formula = _last(_FORMULA, tail)
    number = _last(_NUMBER, tail)
    if formula is not None and (
        number is None or number.end() <= formula.end() + 2 or not number[0].strip("+-")
    ):
        inner = next(part for part in formula.groups() if part is not None)
        percent = _PERCENT_BEHIND.match(tail, formula.end())
        return _checked(inner + ("%" if percent else ""), "last_formula")
    if number is not None:
        return _checked(number[0].rstrip(",.") or number[0], "last_number")
    return Found(None, "no_anchor")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _checked(text: str, note: str) -> Found:
    plain = undress(text)
    if not plain or len(plain) > MAX_ANSWER:
        return Found(None, "too_long" if plain else "no_anchor")
    return Found(plain, note)
