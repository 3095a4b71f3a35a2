"""Does a trace state what it reasoned to? Signs that it reaches one value and states another.

In: the visible text, its claims, the stated answer. Out: a reason and evidence, or None.
Two findings, both for plain numbers only: `states_another`, when the last computation gives one value, the
statement another, and the stated value occurs nowhere before it; and `boxes_disagree`, when two statements of
the final answer give different numbers. A value that is a rounding of the last one, or the same in another
unit (a factor of 60, 12, 100 ...), is no other value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from curate.answers import compare_answers
from curate.types import Json
from curate.verify.steps.claims import Claim

Exact = int | Fraction
"""A number of a text as it stands; whole ones as int, which computes many times faster than a Fraction."""
_FACTORS = (7, 10, 12, 16, 24, 30, 36, 52, 60, 100, 365, 1000, 1440, 3600)
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+")
_PLAIN = re.compile(r"[-−]?[$€£]?[0-9]{1,3}(?:,?[0-9]{3})*(?:\.[0-9]+)?")
_MAX_STATED = 24
_NEAR = 10
"""So many numbers before the statement may be combined to reach it."""
_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_BOX = re.compile(r"\\boxed\s?\{([^{}]{1,40})\}")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What disagrees, with the two values."""

    reason: str
    evidence: dict[str, Json]


def find_contradiction(text: str, claims: Sequence[Claim], stated: str | None) -> Contradiction | None:
    """Look for a stated number that the reasoning does not reach."""
    if stated is None or len(stated) > _MAX_STATED or not _PLAIN.fullmatch(stated.strip()):
        return None
    value = _read(stated)
    if value is None:
        return None
    boxes = _other_boxes(text, stated)
    if boxes is not None:
        return Contradiction("boxes_disagree", {"boxed": boxes, "stated": stated})
    settled = [claim for claim in claims if claim.finding in ("holds", "rounded_said", "rounded_unsaid")]
    if not settled:
        return None
    last = settled[-1]
    if _is_derived(text, value, last):
        return None
    return Contradiction("states_another", {"computed": last.text[:200], "stated": stated})


def _read(text: str) -> Exact | None:
    digits = text.strip().lstrip("$€£-−").replace(",", "")
    return _exact(digits) if digits else None


def _exact(digits: str) -> Exact:
    return int(digits) if digits.isdigit() else Fraction(digits)


def _other_boxes(text: str, stated: str) -> str | None:
    """Give the content of the last box where it holds another number than the one stated after it."""
    boxes = list(_BOX.finditer(text))
    if not boxes or not _PLAIN.fullmatch(boxes[-1][1].strip()):
        return None
    found = compare_answers(gold=boxes[-1][1], answer=stated)
    return boxes[-1][1] if found.status == "not_equal" else None


def _is_derived(text: str, value: Exact, last: Claim) -> bool:
    """Say whether a value occurs before its statement, or follows from the last computation by a unit."""
    numbers = [
        _exact(match[0].replace(",", "")) for match in _NUMBER.finditer(text[:50_000]) if len(match[0]) < 40
    ]
    if numbers.count(value) > 1:
        return True
    if value.denominator == 1 and value < len(_WORDS) and _WORDS[int(value)] in text.lower():
        return True
    near = numbers[-_NEAR - 1 : -1] if numbers and numbers[-1] == value else numbers[-_NEAR:]
    if any(_is_conversion(number, value) for number in near) or _is_combination(near, value):
        return True
    shown = Fraction(last.value) if last.value else None
    return shown is not None and abs(shown - value) * 100 <= abs(shown)


def _is_conversion(number: Exact, value: Exact) -> bool:
    """Say whether a value is a number in another unit, or rounded to a whole."""
    if not number:
        return False
    if any(number * factor == value or (value and value * factor == number) for factor in _FACTORS):
        return True
    return number != value and value in (math.floor(number), math.ceil(number))


def _is_combination(near: Sequence[Exact], value: Exact) -> bool:
    """Say whether one operation on numbers close by gives the value: it was left to the reader."""
    if any(sum(near[-count:]) == value for count in (3, 4, 5)):
        return True
    for number in near:
        for other in near:
            if value in (number + other, abs(number - other), number * other):
                return True
            if other and number == value * other:
                return True
    return False
