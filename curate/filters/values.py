"""A reached answer as one written form, so that traces of a problem can be counted as agreeing.

Plain and cheap on purpose: money signs, thousands commas, trailing zeros, plain fractions and case. Two forms
that this does not see as one value merely count as two answers; whether an answer is right is decided by
`curate.answers` and never here.
"""

from __future__ import annotations

import re
from fractions import Fraction

_COMMAS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LATEX_FRACTION = re.compile(r"(-?)\\[dt]?frac\{(\d{1,15})\}\{(\d{1,15})\}")
_NUMBER = re.compile(r"[-+]?\d{1,30}(?:\.\d{1,30})?|[-+]?\d{1,15}/\d{1,15}")
MAX_CHARS = 200


def answer_key(answer: str) -> str:
    """Give the written form that stands for an answer; empty when there is none to compare.

    >>> [answer_key(text) for text in ("$1,250", "1250.0", r"\\frac{2500}{2}", "(B)", "  ")]
    ['1250', '1250', '1250', 'b', '']
    """
    text = " ".join(answer[:MAX_CHARS].lower().replace("\\$", "").replace("$", "").split()).rstrip(".")
    if _COMMAS.fullmatch(text):
        text = text.replace(",", "")
    text = _LATEX_FRACTION.sub(r"\1\2/\3", text)
    if _NUMBER.fullmatch(text):
        try:
            return str(Fraction(text))
        except ZeroDivisionError:
            return text
    return text.strip("()[] ") if re.fullmatch(r"[(\[]?[a-z][)\]]?", text) else text
