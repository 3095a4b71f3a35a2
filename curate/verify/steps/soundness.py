"""Is a text a solution at all? Error texts, refusals, cut texts and loops, whatever answer they seem to hold.

In: a trace as parsed, and why it ended. Out: a reason and evidence, or None. Parsing has tested for most of
them first, because the digits of an error message can match a gold; loops are found here.
"""

from __future__ import annotations

import re
from collections import Counter

from curate.types import FinishReason, Json, ParseState
from curate.verify.item import TraceToVerify

MIN_REPEATS = 6
"""So often the same sentence stands one after the other before it is a loop."""
MIN_SENTENCE = 20
MAX_CHARS = 100_000

_STATES = {
    ParseState.API_ERROR: "api_error",
    ParseState.REFUSED: "refusal",
    ParseState.TRUNCATED: "truncated",
    ParseState.EMPTY: "empty",
}
MIN_LOOP = 200
"""Fewest characters of a looping end."""
MIN_PERIOD = 4
SEED = 20
_SENTENCE = re.compile(r"[^.!?\n]{20,400}[.!?\n]")
_TAIL = 4_000


def find_unsound(item: TraceToVerify) -> tuple[str, dict[str, Json]] | None:
    """Say why a text is no solution, with what shows it."""
    reason = _STATES.get(item.parsed.state)
    if reason is None and item.finish_reason is FinishReason.LENGTH:
        reason = "truncated"
    if reason is not None:
        return reason, {"state": item.parsed.state.value, "finish_reason": item.finish_reason.value}
    loop = find_loop(item.text)
    return None if loop is None else ("loop", loop)


def find_loop(text: str) -> dict[str, Json] | None:
    """Find a sentence that is said over and over, or an end that repeats itself.

    >>> find_loop("It is still not right, so we go on. " * 9)["repeats"]
    9
    """
    sentences = [match[0].strip() for match in _SENTENCE.finditer(text, 0, MAX_CHARS)]
    if len(sentences) >= MIN_REPEATS:
        sentence, repeats = Counter(sentences).most_common(1)[0]
        if repeats >= MIN_REPEATS and repeats * 3 >= len(sentences) and len(set(sentence)) > 5:
            return {"sentence": sentence[:200], "repeats": repeats}
    period = _tail_period(text[-_TAIL:])
    if period:
        return {"sentence": text[-period:][:200], "repeats": len(text[-_TAIL:]) // period}
    return None


def _tail_period(tail: str) -> int:
    """Give the length of the shortest piece that the end repeats `MIN_REPEATS` times or more, 0 for none.

    What repeats has its last characters once more, one period before: only such places are tried.
    """
    n = len(tail)
    if n < MIN_LOOP:
        return 0
    seed = tail[-SEED:]
    at = tail.rfind(seed, 0, n - 1)
    while at >= 0:
        period = n - SEED - at
        looped = max(MIN_REPEATS * period, MIN_LOOP)
        if looped > n:
            return 0
        if tail[n - looped : n - period] == tail[n - looped + period :]:
            return period if period >= MIN_PERIOD and _is_text(tail[n - period :]) else 0
        at = tail.rfind(seed, 0, at + SEED - 1)
    return 0


def _is_text(piece: str) -> bool:
    """Say whether a repeated piece is words or figures and no ruling line."""
    return sum(char.isalnum() for char in piece) * 3 >= len(piece)
