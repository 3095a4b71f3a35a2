"""What stands around a claim: said to be rounded, supposed, asked, or taken back.

In: the text and a claim's place. Out: yes or no. A claim that its own text doubts is not held against it; the
window is small, so that a word far away excuses nothing.
"""

from __future__ import annotations

import re

WINDOW_BEFORE = 60
WINDOW_AFTER = 100

_ROUNDED = re.compile(
    r"≈|approx|about|roughly|nearly|almost|around|round|estimat|close to|full\b|whole\b|integer|floor|ceil"
    r"|complete\b|at least|at most|up to|truncat",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|suppose|assum\w*|whether|check\w*|test|try|trying|let|should|would|could|must|need|want|not|cannot"
    r"|can't|isn't|doesn't|don't|wrong|incorrect|mistake\w*|error|instead|rather|guess\w*|unless|mod)\b|≠|\?|\\neq?",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:wait|hmm+|oops|actually|no[,.]|not|isn't|doesn't|don't|wrong|incorrect\w*|impossible|contradict\w*"
    r"|mistake\w*|error|instead|re-?check\w*|re-?calculat\w*|re-?comput\w*|correction|correct(?:ed|ing)"
    r"|let me|but|however|false|invalid|mod)\b|≠|\?|\\neq?|[✗✘❌]",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?;]\s|\n")


def is_said_rounded(text: str, start: int, end: int, relation: str) -> bool:
    """Say whether the claim, or the words beside it, call the value approximate."""
    if relation == "≈":
        return True
    return _ROUNDED.search(text, max(0, start - 40), min(len(text), end + 40)) is not None


def is_doubted(text: str, start: int, end: int) -> bool:
    """Say whether the claim is supposed, asked or taken back by what stands beside it."""
    before = text[max(0, start - WINDOW_BEFORE) : start]
    stops = list(_STOP.finditer(before))
    if stops:
        before = before[stops[-1].end() :]
    if _SUPPOSED.search(before):
        return True
    return _TAKEN_BACK.search(text, end, min(len(text), end + WINDOW_AFTER)) is not None
