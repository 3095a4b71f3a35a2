"""Compare an answer with a gold by strings and exact rationals."""

from __future__ import annotations

import re
from fractions import Fraction

from curate.answers.comparison import Comparison
from curate.answers.dressing import undress

_PLAIN = re.compile(r"[-+]?\d{1,300}(?:\.\d{1,300})?", re.ASCII)


def compare_answers(*, gold: str, answer: str, choices: tuple[str, ...] = ()) -> Comparison:
    """Say whether an answer equals the gold; `choices` are the options' texts where the problem has some."""
    left, right = undress(gold), undress(answer)
    if left == right:
        return Comparison("equal", "same_text", "string", left, right)
    ours, theirs = left.replace(",", ""), right.replace(",", "").lstrip("$")
    if _PLAIN.fullmatch(ours) and _PLAIN.fullmatch(theirs):
        if Fraction(ours) == Fraction(theirs):
            return Comparison("equal", "same_rational", "rational", left, right)
        return Comparison("not_equal", "different_value", "rational", left, right)
    return Comparison("undecided", "unparsed", "", left, right)
