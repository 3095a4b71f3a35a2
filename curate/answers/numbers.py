r"""Read one number exactly: integers, groups, decimals, fractions, mixed numbers, money, units.

In: a folded answer. Out: a Number with a Fraction, or None when the text is not wholly a number. No float
is made: ``0.1`` is one tenth. Digits, exponents and lengths are bounded before anything is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from curate.answers.units import Unit, is_unit_word, read_unit

MAX_NUMBER = 400
_MAX_EXPONENT = 400
_INT = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d+)"
_DECIMAL = rf"(?:{_INT}(?:\.\d*)?|\.\d+)"
_PART = r"(?:\{\s?([-+]?\d+)\s?\}|(\d))"
_HEAD = r"(?P<sign>[-+]?)\s?(?P<money>US\s?\$|(?:USD|EUR|GBP)(?![A-Za-z])|[$€£¥₹]?)\s?(?P<inner>[-+]?)"
_NUMBER = re.compile(
    _HEAD + r"(?:"
    rf"(?P<whole>{_INT})?\s?\\frac\s?"
    rf"(?:\{{\s?(?P<n1>[-+]?\d+)\s?\}}|(?P<n2>\d))\s?(?:\{{\s?(?P<d1>\d+)\s?\}}|(?P<d2>\d))"
    rf"|(?P<mixed>{_INT})(?:\s| and )(?P<mn>\d+)\s?/\s?(?P<md>\d+)"
    rf"|(?P<over>{_DECIMAL})\s?/\s?(?P<under>{_DECIMAL})"
    rf"|(?P<decimal>{_DECIMAL})(?:(?:[eE](?P<e1>[-+]?\d{{1,4}}))(?![\w.])"
    r"|\s?[*xX]\s?10\s?\^\s?(?:\{\s?(?P<e2>[-+]?\d{1,4})\s?\}|(?P<e3>[-+]?\d{1,4})))?"
    r")(?![\d.])",
    re.ASCII,
)
_PLAIN = re.compile(r"-?\d{1,300}", re.ASCII)
_TAIL = re.compile(r"[A-Za-z°¢$€£¥₹%][A-Za-z°./'’^{}\d -]{0,80}|°\s?[CF]?")
_NO_UNIT = re.compile(
    r"(?:[ap]\.?\s?m\.?|o['’]?clock|noon|midday|midnight)$|(?:(?:st|nd|rd|th)?\s?(?:of\s)?(?:jan(?:uary)?|feb(?:ruary)?|"
    r"mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![A-Za-z]))",
    re.IGNORECASE,
)
"""A time of day or the name of a month behind digits."""
_STOP = frozenset(
    [
        "or",
        "and",
        "not",
        "than",
        "if",
        "but",
        "to",
        "of-or",
        "unless",
        "more-than",
        "times",
        "plus",
        "minus",
        "is",
        "are",
        "maybe",
        "perhaps",
        "wrong",
        "incorrect",
        "over",
        "mod",
        "except",
        "between",
        "versus",
        "vs",
        "out",
        "import",
        "print",
        "exec",
        "eval",
        "return",
        "lambda",
        "while",
        "def",
    ]
)
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
_NO_UNIT_STARTS = frozenset("aApPoOnNmMjJfFsSdDtTrR")
WEAK_UNITS = frozenset(["m", "g", "s", "h", "l", "in"])


@dataclass(frozen=True, slots=True)
class Number:
    """An exact value and how it was written.

    `n_places` counts decimals shown and is -1 for fractions; `n_digits` counts significant digits.
    `is_weak` marks a single letter glued to the digits, which may be a unit or a variable.
    """

    value: Fraction
    n_places: int = -1
    n_digits: int = 0
    is_percent: bool = False
    unit: Unit | None = None
    is_weak: bool = False


def read_number(text: str) -> Number | None:
    r"""Read a folded text that is wholly one number.

    >>> read_number(r"2\frac{1}{2} cm").value
    Fraction(5, 2)
    """
    if len(text) > MAX_NUMBER:
        return None
    if _PLAIN.fullmatch(text):
        return Number(Fraction(int(text)), 0, len(text))
    match = _NUMBER.match(text)
    if match is None or (match["sign"] and match["inner"]):
        return None
    value = _magnitude(match)
    if value is None:
        return None
    if "-" in (match["sign"], match["inner"]):
        value = -value
    n_places, n_digits = _shown(match)
    number = Number(value, n_places, n_digits, unit=read_unit(match["money"]) if match["money"] else None)
    tail = text[match.end() :]
    return _with_tail(number, tail) if tail else number


def _magnitude(match: re.Match[str]) -> Fraction | None:
    if match["decimal"] is not None:
        value = Fraction(_digits(match["decimal"]))
        exponent: str | None = match["e1"] or match["e2"] or match["e3"]
        if exponent is None:
            return value
        power = int(exponent)
        return value * Fraction(10) ** power if abs(power) <= _MAX_EXPONENT else None
    if match["over"] is not None:
        divisor = Fraction(_digits(match["under"]))
        return Fraction(_digits(match["over"])) / divisor if divisor else None
    if match["mixed"] is not None:
        whole, top, bottom = match["mixed"], int(match["mn"]), int(match["md"])
    else:
        whole = match["whole"] or "0"
        top, bottom = int(match["n1"] or match["n2"]), int(match["d1"] or match["d2"])
    if not bottom or (whole != "0" and not top >= 0):
        return None
    return int(_digits(whole)) + Fraction(top, bottom)


def _digits(text: str) -> str:
    text = text.replace(",", "").replace(" ", "")
    return text + "0" if text.endswith(".") else text


def _shown(match: re.Match[str]) -> tuple[int, int]:
    if match["decimal"] is None:
        return -1, 0
    digits = _digits(match["decimal"])
    n_digits = len(digits.replace(".", "").lstrip("0"))
    places = len(match["decimal"].partition(".")[2])
    exponent = match["e1"] or match["e2"] or match["e3"]
    return places - int(exponent or 0), n_digits


def _with_tail(number: Number, tail: str) -> Number | None:
    """Read percent sign, scale word and unit behind the digits; None when the rest is something else."""
    if tail.strip(" ^{}").lower() in ("st", "nd", "rd", "th"):
        return number
    is_glued = tail[0] not in " -"
    words = tail.strip(" -")
    if not words:
        return None if tail.strip() else number
    value, is_percent = number.value, False
    if words[0] == "%":
        is_percent, words, is_glued = True, words[1:].strip(), False
    elif words.lower().startswith(("percent", "per cent", "pct")):
        words = words.lower().removeprefix("pct").removeprefix("per").lstrip().removeprefix("cent").strip()
        is_percent = True
        words = words.removeprefix("age").strip()
    first, _, rest = words.partition(" ")
    scale = _SCALES.get(first.lower().rstrip("s") if not is_percent else "")
    if scale is not None and not is_glued:
        return _with_unit(Number(value * scale, -1, 0, False, number.unit), rest, False)
    return _with_unit(
        Number(value, number.n_places, number.n_digits, is_percent, number.unit), words, is_glued
    )


def _with_unit(number: Number, words: str, is_glued: bool) -> Number | None:
    words = words.strip()
    if not words:
        return number
    if words[0] in _NO_UNIT_STARTS and _NO_UNIT.match(words):
        return None
    if _TAIL.fullmatch(words) is None:
        return None
    parts = words.lower().split()
    if len(parts) > 7 or any(part.strip(".,") in _STOP for part in parts):
        return None
    head = words.split("^", 1)[0].split("/", 1)[0].strip(" .")
    if is_glued and not is_unit_word(head):
        return None
    if len(head) == 1 and head.isalpha() and not is_unit_word(head):
        return None
    if any(
        char.isdigit()
        for char in words.replace("^2", "").replace("^3", "").replace("^{2}", "").replace("^{3}", "")
    ):
        return None
    unit = read_unit(words)
    if number.unit is not None and number.unit != unit:
        unit = number.unit if not unit.is_known or unit.kind == number.unit.kind else unit
    is_weak = is_glued and head.lower() in WEAK_UNITS
    return Number(number.value, number.n_places, number.n_digits, number.is_percent, unit, is_weak)


def read_unit_tail(words: str) -> Unit | None:
    """Read the words behind an expression as a unit; None when they are none or a lone variable."""
    if len(words.strip()) == 1 and words.strip() != "°":
        return None
    number = _with_unit(Number(Fraction(0)), words, False)
    return number.unit if number is not None else None
