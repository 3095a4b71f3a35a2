"""The kinds of value that an answer can be read as; plain frozen data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from curate.answers.algebra import Ratio
from curate.answers.numbers import Number
from curate.answers.units import Unit


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that is no rational number: roots, pi, symbols, functions."""

    ratio: Ratio
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or yes, False or no."""

    value: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Text without articles, case and punctuation; the order of words is kept."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Based:
    """Digits in a stated base."""

    digits: str
    base: int


@dataclass(frozen=True, slots=True)
class Proportion:
    """A ratio a:b or a:b:c; `is_clock_like` when it may be a time of day, `is_worded` for "3 to 4"."""

    parts: tuple[Fraction, ...]
    is_clock_like: bool = False
    is_worded: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """The (year, month, day) that a date may mean, likelier first; year 0 and day 0 are not said."""

    readings: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `half` is "am", "pm" or empty when not said."""

    hour: int
    minute: int
    half: Literal["", "am", "pm"]


@dataclass(frozen=True, slots=True)
class Infinity:
    """Plus or minus infinity."""

    is_negative: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Values in brackets, or a bare list when both brackets are empty; a set has ``{``."""

    left: Literal["", "(", "[", "{"]
    right: Literal["", ")", "]", "}"]
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """A union of intervals and sets, in any order."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name = value``."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Equation:
    """``ratio = 0``, every term on one side."""

    ratio: Ratio


@dataclass(frozen=True, slots=True)
class Inequality:
    """``ratio > 0``, or ``ratio >= 0`` when not strict; a chain is several of them."""

    parts: tuple[tuple[Ratio, bool], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of values, all of one length; `is_list` when it is written as nested lists."""

    rows: tuple[tuple[Value, ...], ...]
    is_list: bool = False


Value = (
    Number | Expression | Boolean | Words | Based | Proportion | Clock | Date | Infinity | Group | Union
    | Assignment | Equation | Inequality | Matrix
)  # fmt: skip
