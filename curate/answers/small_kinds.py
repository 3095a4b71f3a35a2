"""Read the kinds that a single pattern knows: yes and no, times, dates, ratios, digits in a base, infinity.

In: a folded text. Out: a value or None. A text with the shape of a date or a time is never arithmetic:
"2024-03-05" is no subtraction and "3/5/2024" no fraction.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from curate.answers.values import Based, Boolean, Clock, Date, Infinity, Proportion, Value

_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_BASED = re.compile(
    r"\(?([0-9A-Fa-f]{1,60})\)?_\s?(?:\{\s?\(?\s?(\d{1,2})\s?\)?\s?\}|\(?(\d{1,2})\)?)", re.ASCII
)
_CLOCK = re.compile(
    r"(?:at\s)?(\d{1,2})(?:\s?[:.]\s?(\d{2}))?\s?(?:([AaPp])\.?\s?[Mm]\.?|([Oo]['’]?clock))", re.ASCII
)
_MIDDAY = re.compile(r"(?:(?:at|12|12:00)\s)?(noon|midday|midnight)", re.IGNORECASE)
_PROPORTION = re.compile(r"\d{1,30}(?:\.\d{1,30})?(?:\s?:\s?\d{1,30}(?:\.\d{1,30})?){1,4}", re.ASCII)
_WORDED = re.compile(r"(\d{1,30}(?:\.\d{1,30})?) to (\d{1,30}(?:\.\d{1,30})?)", re.ASCII)
_CLOCK_LIKE = re.compile(r"(?:[01]?\d|2[0-4])\s?:\s?[0-5]\d(?:\s?:\s?[0-5]\d)?", re.ASCII)
_SPAN = re.compile(r"(\d{1,15})[-–—](\d{1,15})", re.ASCII)
_INFINITY = re.compile(r"([-+]?)\s?(?:\\infty|infinity|oo|inf)", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (\d{4}))?"
_MONTH_FIRST = re.compile(rf"(?:on )?{_MONTH} (?:the )?{_DAY}{_YEAR}", re.IGNORECASE | re.ASCII)
_DAY_FIRST = re.compile(rf"(?:on )?(?:the )?{_DAY} (?:of )?{_MONTH}{_YEAR}", re.IGNORECASE | re.ASCII)
_MONTH_YEAR = re.compile(rf"{_MONTH},? (\d{{4}})", re.IGNORECASE | re.ASCII)
_ISO = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)


def read_small_kind(text: str) -> Value | None:
    """Read a folded text as one of these kinds."""
    flag = _BOOLEANS.get(text.lower())
    if flag is not None:
        return Boolean(flag)
    if ":" in text or text[-1] in "mMtTkKyY." or " to " in text:
        timed = _time_or_ratio(text)
        if timed is not None:
            return timed
    if "_" in text:
        based = _BASED.fullmatch(text)
        base = int(based[2] or based[3]) if based else 0
        if based and 2 <= base <= 36:
            return Based(based[1].lstrip("0").upper() or "0", base)
    infinite = _INFINITY.fullmatch(text)
    if infinite:
        return Infinity(infinite[1] == "-")
    return read_date(text) if len(text) <= 40 else None


def is_span(text: str) -> bool:
    """Say whether a text such as "10-15" reads as a range, which is no subtraction."""
    span = _SPAN.fullmatch(text)
    return span is not None and int(span[1]) < int(span[2])


def _time_or_ratio(text: str) -> Value | None:
    clock = _CLOCK.fullmatch(text)
    if clock:
        hour, minute = int(clock[1]), int(clock[2] or 0)
        half: Literal["", "am", "pm"] = "" if clock[4] else "am" if clock[3] in "aA" else "pm"
        return Clock(hour, minute, half) if 1 <= hour <= 12 and minute <= 59 else None
    midday = _MIDDAY.fullmatch(text)
    if midday:
        return Clock(12, 0, "am" if midday[1].lower() == "midnight" else "pm")
    if _PROPORTION.fullmatch(text):
        parts = tuple(Fraction(part.strip()) for part in text.split(":"))
        return Proportion(parts, _CLOCK_LIKE.fullmatch(text) is not None)
    worded = _WORDED.fullmatch(text)
    return Proportion((Fraction(worded[1]), Fraction(worded[2])), is_worded=True) if worded else None


def read_date(text: str) -> Date | None:
    """Read a date; "3/5/2024" has two readings, a date without a year has year 0.

    >>> read_date("5th of March 2024") == read_date("2024-03-05")
    True
    """
    found = _MONTH_FIRST.fullmatch(text)
    if found:
        return _date((int(found[3] or 0), _month(found[1]), int(found[2])))
    found = _DAY_FIRST.fullmatch(text)
    if found:
        return _date((int(found[3] or 0), _month(found[2]), int(found[1])))
    found = _MONTH_YEAR.fullmatch(text)
    if found:
        return Date(((int(found[2]), _month(found[1]), 0),))
    found = _ISO.fullmatch(text)
    if found:
        return _date((int(found[1]), int(found[3]), int(found[4])))
    found = _SLASHED.fullmatch(text)
    if found:
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        return _date((year, one, other), (year, other, one))
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _date(*readings: tuple[int, int, int]) -> Date | None:
    real = tuple(reading for reading in readings if 1 <= reading[1] <= 12 and 1 <= reading[2] <= 31)
    return Date(real) if real else None
