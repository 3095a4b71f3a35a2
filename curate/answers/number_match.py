"""Compare numbers and exact expressions: value, percent, money, units, rounding.

The rules are decisions of this project, written at each function; none of them scales a number to make it
fit.
"""

from __future__ import annotations

from fractions import Fraction

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.answers import algebra
from curate.answers.numbers import WEAK_UNITS, Number
from curate.answers.outcome import Outcome, differ, equal, unknown
from curate.answers.units import Unit
from curate.answers.values import Expression

_FLOAT_DIGITS = 15
_FLOAT_GAP = Fraction(1, 10**14)
_SHOWN_PLACES = 6


def match_numbers(gold: Number, answer: Number, settings: AnswerSettings = DEFAULT_SETTINGS) -> Outcome:
    """Compare two rationals under their units.

    A bare number equals the number with any unit. Two known units must convert exactly. A letter glued to
    digits may be a variable, so it decides nothing unless both sides have it.
    """
    if gold.unit is None and answer.unit is None:
        return _by_value(gold, answer, settings)
    if settings.units == "required" and (gold.unit is None) != (answer.unit is None):
        return unknown("different_unit")
    if gold.is_weak != answer.is_weak and (gold.unit is None or answer.unit is None):
        return unknown("different_unit")
    if gold.unit is None or answer.unit is None:
        if gold.is_percent != answer.is_percent and (gold if gold.is_percent else answer).unit is None:
            return unknown("different_unit")  # 50% against 50 degrees
        return _with_one_unit(gold, answer, settings)
    return _with_both_units(gold, answer, gold.unit, answer.unit, settings)


def match_expression(
    gold: Number | Expression, answer: Number | Expression, settings: AnswerSettings = DEFAULT_SETTINGS
) -> Outcome:
    """Compare two exact values of which at least one is no rational number."""
    left, right = _ratio(gold), _ratio(answer)
    unit = _units_agree(gold.unit, answer.unit)
    if unit is not None:
        return unit
    if algebra.same(left, right):
        return equal("symbolic", "typed:algebra")
    if left.is_opaque or right.is_opaque:
        return unknown("unparsed")
    if settings.rounding == "gold_places" and isinstance(gold, Number) and not right.symbols:
        exact = algebra.approximate(right)
        if exact is not None and _is_rounded_gold(gold, exact):
            return equal("rounded_gold", "typed:algebra")
    if _is_letter_of_unit(left, right):
        return unknown("different_unit")
    if isinstance(answer, Number) and answer.n_places >= 0 and not left.symbols:
        return _rounded_root(left, answer)
    return differ("different_value", "typed:algebra")


def _is_letter_of_unit(left: algebra.Ratio, right: algebra.Ratio) -> bool:
    """Say whether one side only has one more letter, and that letter names a unit: ``4\\pi m``."""
    extra = left.symbols ^ right.symbols
    if len(extra) != 1 or not extra <= WEAK_UNITS:
        return False
    letter = algebra.symbol(next(iter(extra)))
    bare, measured = (left, right) if extra <= right.symbols else (right, left)
    return algebra.same(algebra.multiply(bare, letter), measured)


def _rounded_root(gold: algebra.Ratio, answer: Number) -> Outcome:
    """Accept a decimal for an irrational gold: six places shown, less than one unit of the last away."""
    exact = algebra.approximate(gold)
    if exact is not None and _is_decimal_of(exact, answer):
        return equal("rounded_decimal", "typed:algebra")
    return differ("different_value", "typed:algebra")


def match_by_value(
    gold: Number | None,
    exact_gold: Fraction,
    answer: Number | None,
    exact_answer: Fraction,
    settings: AnswerSettings,
) -> str:
    """Say by which rule of rounding two values that differ are equal all the same, "" by none.

    The sides are given as numbers where they are written as such; their values to 40 digits or more.
    """
    if answer is not None and gold is None and answer.n_places >= 0 and _is_decimal_of(exact_gold, answer):
        return "rounded_decimal"
    if settings.rounding == "gold_places" and gold is not None and _is_rounded_gold(gold, exact_answer):
        return "rounded_gold"
    return ""


def _is_decimal_of(exact: Fraction, answer: Number) -> bool:
    """Say whether a decimal shows an irrational value: six places or more, or 15 digits of a float."""
    gap = abs(exact - answer.value)
    if answer.n_places >= _SHOWN_PLACES and gap < Fraction(1, 10**answer.n_places):
        return True
    is_float = answer.n_places > 0 and answer.n_digits >= _FLOAT_DIGITS
    return is_float and gap < Fraction(1, 2) and gap <= abs(exact) * _FLOAT_GAP


def _by_value(gold: Number, answer: Number, settings: AnswerSettings) -> Outcome:
    if gold.value == answer.value:
        if gold.is_percent == answer.is_percent or settings.percent == "either":
            return equal("same_rational", "rational")
    elif gold.is_percent != answer.is_percent:
        bare, percent = (answer, gold) if gold.is_percent else (gold, answer)
        if percent.value == 100 * bare.value:
            return equal("same_rational", "rational")
    if _is_rounding(gold, answer):
        return equal("rounded_decimal", "rational")
    is_rounded = settings.rounding == "gold_places" and gold.is_percent == answer.is_percent
    if is_rounded and _is_rounded_gold(gold, answer.value):
        return equal("rounded_gold", "rational")
    return differ("different_value", "rational")


def _is_rounded_gold(gold: Number, exact: Fraction) -> bool:
    """Say whether a value is less than one unit of the gold's last place away; whole golds are exact."""
    return gold.n_places > 0 and abs(gold.value - exact) < Fraction(1, 10**gold.n_places)


def _is_rounding(gold: Number, answer: Number) -> bool:
    """Accept float noise (15 digits, relative 1e-14), and six or more shown places of a gold that has more.

    A third is 0.333333 and not 0.33; a gold of 2.5 is not 2.500001.
    """
    if gold.is_percent != answer.is_percent or max(gold.n_places, answer.n_places) < 0:
        return False
    gap = abs(gold.value - answer.value)
    shown = answer if answer.n_places >= 0 else gold  # a gold may be the float of an exact answer
    is_float = shown.n_places > 0 and shown.n_digits >= _FLOAT_DIGITS
    if is_float and gap < Fraction(1, 2) and gap <= abs(gold.value) * _FLOAT_GAP:
        return True
    if answer.n_places < _SHOWN_PLACES or gap >= Fraction(1, 10**answer.n_places):
        return False
    scaled: Fraction = gold.value * 10**answer.n_places
    return scaled.denominator != 1


def _with_one_unit(gold: Number, answer: Number, settings: AnswerSettings) -> Outcome:
    outcome = _by_value(gold, answer, settings)
    unit = gold.unit or answer.unit
    if outcome.status == "not_equal" and unit is not None and unit.is_money and unit.factor != 1:
        bare, small = (answer, gold) if gold.unit else (gold, answer)
        if small.value * unit.factor == bare.value:
            return unknown("different_unit")  # 500 cents against a bare 5
    return outcome


def _with_both_units(
    gold: Number, answer: Number, ours: Unit, theirs: Unit, settings: AnswerSettings
) -> Outcome:
    if ours == theirs or _is_sterling(ours, theirs):
        return _by_value(gold, answer, settings)
    if not (ours.is_known and theirs.is_known):
        outcome = _by_value(gold, answer, settings)
        return outcome if outcome.status == "equal" and _is_part(ours, theirs) else unknown("different_unit")
    if ours.kind != theirs.kind:
        return differ("different_unit", "rational")
    if gold.value * ours.factor == answer.value * theirs.factor:
        return equal("same_rational", "rational")
    return differ("different_value", "rational")


def _is_sterling(ours: Unit, theirs: Unit) -> bool:
    """Say whether one side has the sign and the other the word "pounds", which is a weight elsewhere."""
    sterling = Unit("GBP")
    return (ours == sterling and theirs.word == "pound") or (theirs == sterling and ours.word == "pound")


def _is_part(ours: Unit, theirs: Unit) -> bool:
    """Say whether one unknown phrase holds the other, as "eggs" and "eggs per day" or "more eggs"."""
    if ours.is_known or theirs.is_known:
        return False
    left, right = set(ours.kind[1:].split()), set(theirs.kind[1:].split())
    return left <= right or right <= left


def _units_agree(ours: Unit | None, theirs: Unit | None) -> Outcome | None:
    if ours is None or theirs is None or ours == theirs:
        return None
    if ours.is_known and theirs.is_known and ours.kind != theirs.kind:
        return differ("different_unit", "typed:algebra")
    return unknown("different_unit")


def _ratio(value: Number | Expression) -> algebra.Ratio:
    return algebra.rational(value.value) if isinstance(value, Number) else value.ratio
