"""Units of measure: which words are units, what they measure, and exact factors between them.

In: the words behind a number. Out: a Unit. Words that are no known unit are kept as they are, singular and in
lower case: the two sides of a comparison may still name the same thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

_TABLE: tuple[tuple[str, str, str], ...] = (
    ("length", "1", "m meter metre"), ("length", "1/100", "cm centimeter centimetre"),
    ("length", "1/1000", "mm millimeter millimetre"), ("length", "1000", "km kilometer kilometre"),
    ("length", "127/5000", "inch inche in"), ("length", "381/1250", "ft foot feet"), ("length",
    "1143/1250", "yd yard"),
    ("length", "201168/125", "mi mile"), ("time", "1", "s sec second"), ("time", "60", "min minute"),
    ("time", "3600", "h hr hour"), ("time", "86400", "day"), ("time", "604800", "week"), ("mass", "1",
    "g gram"),
    ("mass", "1000", "kg kilogram"), ("mass", "1/1000", "mg milligram"), ("mass", "1000000", "tonne"),
    ("pound", "16", "lb pound"), ("pound", "1", "oz ounce"), ("volume", "1", "l liter litre"),
    ("volume", "1/1000", "ml milliliter millilitre"), ("capacity", "1", "cup"), ("capacity", "2", "pint"),
    ("capacity", "4", "quart"), ("capacity", "16", "gallon"), ("degree", "1", "° degree deg"),
    ("radian", "1", "rad radian"), ("celsius", "1", "°c celsiu celsius"), ("fahrenheit", "1",
    "°f fahrenheit"),
    ("month", "1", "month"), ("month", "12", "year yr"), ("USD", "1", "$ dollar usd buck"), ("USD",
    "1/100", "cent ¢ penny"),
    ("EUR", "1", "€ euro eur"), ("GBP", "1", "£ gbp"), ("GBP", "1/100", "pence"), ("INR", "1", "₹ rupee inr"),
    ("JPY", "1", "¥ yen jpy"), ("CNY", "1", "yuan rmb"), ("speed", "1", "kph kmph"),
)  # fmt: skip
_KNOWN = {word: (kind, Fraction(factor)) for kind, factor, words in _TABLE for word in words.split()}
_MONEY = frozenset({"USD", "EUR", "GBP", "INR", "JPY", "CNY"})
_PER = re.compile(r"\s*/\s*|\s+per\s+")
_POWER = re.compile(r"(.+?)\s?\^\s?\{?([23])\}?")
_SPEEDS = {"mph": "mile/hour", "kph": "km/hour", "kmph": "km/hour", "kmh": "km/hour"}
_PREFIX = re.compile(r"(square|sq\.?|cubic|cu\.?)\s+(.+)")
_US_DOLLAR = re.compile(r"us ?(?=\$|dollar)")
_SUFFIX = re.compile(r"(.+?)\s+(squared|cubed)")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is measured and the exact factor to its base; `kind` starts with "?" for unknown words.

    `word` is the word as it stood, where one word names two things (a pound is a weight or a currency).
    """

    kind: str
    factor: Fraction = Fraction(1)
    word: str = field(default="", compare=False)

    @property
    def is_known(self) -> bool:
        """Say whether the words were units of the table."""
        return not self.kind.startswith("?")

    @property
    def is_money(self) -> bool:
        """Say whether the unit is a currency."""
        return self.kind in _MONEY


def read_unit(words: str) -> Unit:
    """Read a unit phrase, such as "cm^2", "square feet", "miles per hour", "eggs".

    >>> read_unit("square cm") == read_unit("cm^2")
    True
    """
    words = " ".join(words.lower().replace(".", " ").split())
    if words.startswith("us"):
        words = _US_DOLLAR.sub("", words)
    words = _SPEEDS.get(words, words)
    if words in ("pound", "pounds"):
        return Unit("pound", Fraction(16), "pound")
    over, *under = _PER.split(words)
    parts = [_simple(part) for part in (over, *under)]
    if any(part is None for part in parts) or len(parts) > 3:
        return Unit("?" + " ".join(_singular(word) for word in words.split()))
    kind, factor = "", Fraction(1)
    for at, part in enumerate(parts):
        assert part is not None
        kind += ("/" if at else "") + part.kind
        factor = factor / part.factor if at else part.factor
    return Unit(kind, factor)


def is_unit_word(word: str) -> bool:
    """Say whether one word is a unit of the table."""
    return _known(word.lower()) is not None


def _simple(words: str) -> Unit | None:
    words = words.strip()
    power = 1
    prefix, suffix, raised = _PREFIX.fullmatch(words), _SUFFIX.fullmatch(words), _POWER.fullmatch(words)
    if prefix:
        power, words = (2 if prefix[1][0] == "s" else 3), prefix[2]
    elif suffix:
        power, words = (2 if suffix[2] == "squared" else 3), suffix[1]
    elif raised:
        power, words = int(raised[2]), raised[1]
    found = _known(words.strip())
    if found is None:
        return None
    kind, factor = found
    return Unit(kind if power == 1 else f"{kind}^{power}", factor**power)


def _known(word: str) -> tuple[str, Fraction] | None:
    return _KNOWN.get(word) or _KNOWN.get(_singular(word))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word
