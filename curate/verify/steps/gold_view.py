"""Signs that a trace was written with the answer in view.

In: the visible text. Out: the phrase that gives it away, or None. The phrases speak of an answer that was
given to the writer ("matches the provided answer", "since the correct answer is stated to be"); "the given
answer choices" and "check the answer" speak of the problem, and are none.
"""

from __future__ import annotations

import re

MAX_CHARS = 100_000

_GIVEN = r"(?:given|provided|expected|reference|stated|known|target|gold|official|supplied|intended|desired)"
_ANSWER = r"(?:final |correct |right )?(?:answer|solution|result)"
_NOT_CHOICES = r"(?!\s*(?:choice|option|key\b|format|box|sheet|space|is\s+(?:incorrect|wrong)\s+among)s?)"
_PHRASES = re.compile(
    rf"\b(?:match(?:es|ing)?|agree(?:s|ing)?\s+with|consistent\s+with|inconsistent\s+with"
    r"|align(?:s|ed|ing)?\s+with"
    rf"|correspond(?:s|ing)?\s+to|contradict(?:s|ing)?|differs?\s+from|leads?\s+to|arrive\s+at|get\s+to"
    r"|reach(?:es)?"
    rf"|equals?|confirm(?:s|ed|ing)?|not\s+(?:match|equal))\s+(?:with\s+)?(?:the|our|this|your)\s+{_GIVEN}\s+"
    rf"{_ANSWER}\b{_NOT_CHOICES}"
    rf"|\b(?:the|your|this)\s+{_GIVEN}\s+(?:final |correct |right )?(?:answer|solution)\s+"
    r"(?:is|was|of|seems|appears"
    rf"|must|should|may|might|does|doesn't|states|contains|to\s+(?:this|the)\s+(?:problem|question)\s+is)\b"
    rf"{_NOT_CHOICES}"
    r"|\b(?:since|as|because)\s+(?:the|we\s+know\s+(?:that\s+)?the)\s+(?:final |correct |right )?answer"
    r"\s+is\s+(?:given|stated|known|said|provided)\b"
    r"|\b(?:answer|solution)\s+(?:provided|given|supplied)\s+(?:is|was|seems|appears|does|must|may)\b"
    r"|\baccording\s+to\s+the\s+answer\s+key\b|\bthe\s+reference\s+(?:answer|solution)\s+(?:says|gives|states|shows)\b"
    r"|\bto\s+(?:get|obtain|reach|match|arrive\s+at)\s+the\s+(?:given|provided|expected|stated)\s+(?:final\s+)?answer\b"
    r"|\bwork(?:ing)?\s+backwards?\s+from\s+the\s+(?:\w+\s+)?answer\b"
    r"|\b(?:final|correct)\s+answer\s+is\s+supposed\s+to\s+be\b"
    r"|\b(?:mistake|error|typo|discrepancy|inconsistency)\s+in\s+the\s+"
    r"(?:problem(?:\s+statement)?\s+or\s+(?:the\s+)?)?"
    rf"(?:{_GIVEN}\s+)?(?:answer|solution)\b{_NOT_CHOICES}",
    re.IGNORECASE,
)


def find_gold_in_view(text: str) -> re.Match[str] | None:
    """Find the first phrase that speaks of an answer the writer was given.

    >>> find_gold_in_view("This matches the given answer.") is not None
    True
    >>> find_gold_in_view("We compare it with the given answer choices.") is None
    True
    """
    if "answer" not in text and "solution" not in text:
        return None
    return _PHRASES.search(text, 0, MAX_CHARS)
