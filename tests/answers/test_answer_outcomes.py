"""What decides a pair, with its reason and the rule that found it: each boundary from both sides.

The golden rows hold verdicts; here a verdict may not be right by another rule than the one that is meant.
"""

from __future__ import annotations

import pytest

from curate.answer_settings import parse_settings
from curate.answers import compare_answers


@pytest.mark.parametrize(
    ("gold", "answer", "settings", "status", "reason", "decided_by"),
    [
        ('1/3', '0.333333', '', 'equal', 'rounded_decimal', 'rational'),
        ('1/3', '0.33333', '', 'not_equal', 'different_value', 'rational'),
        ('1/3', '0.333334', '', 'equal', 'rounded_decimal', 'rational'),
        ('1/3', '0.333335', '', 'not_equal', 'different_value', 'rational'),
        ('2.5', '2.500001', '', 'not_equal', 'different_value', 'rational'),
        ('0.1', '0.1000000000000000055', '', 'equal', 'rounded_decimal', 'rational'),
        ('0.3', '0.30000000000000004', '', 'equal', 'rounded_decimal', 'rational'),
        ('0.3', '0.3000000000004', '', 'not_equal', 'different_value', 'rational'),
        ('0.30000000000000004', '0.3', '', 'not_equal', 'different_value', 'rational'),
        ('100000000000000000', '100000000000000001.0', '', 'not_equal', 'different_value', 'rational'),
        ('2/3', '66.666667%', '', 'not_equal', 'different_value', 'rational'),
        ('1/3', '33%', '', 'not_equal', 'different_value', 'rational'),
        ('60%', '0.6', '', 'equal', 'same_rational', 'rational'),
        ('60%', '60', '', 'equal', 'same_rational', 'rational'),
        ('60%', '0.6', 'percent=hundredth', 'equal', 'same_rational', 'rational'),
        ('60%', '60', 'percent=hundredth', 'not_equal', 'different_value', 'rational'),
        ('0.6', '60%', '', 'equal', 'same_rational', 'rational'),
        ('3.14', '3.1416', 'rounding=gold_places', 'equal', 'rounded_gold', 'rational'),
        ('3.14', '3.15', 'rounding=gold_places', 'not_equal', 'different_value', 'rational'),
        ('3.14', '3.1499', 'rounding=gold_places', 'equal', 'rounded_gold', 'rational'),
        ('3', '3.2', 'rounding=gold_places', 'not_equal', 'different_value', 'rational'),
        ('3.14', '314%', 'rounding=gold_places', 'equal', 'same_rational', 'rational'),
        ('\\sqrt{2}', '1.414214', '', 'equal', 'rounded_decimal', 'typed:algebra'),
        ('\\sqrt{2}', '1.41421', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('\\sqrt{2}', '1.414213', '', 'equal', 'rounded_decimal', 'typed:algebra'),
        ('\\sqrt{2}', '1.414215', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('\\sqrt{2}', '1.41421356237310', '', 'equal', 'rounded_decimal', 'typed:algebra'),
        ('\\sqrt{2}', '1.4142135623731', '', 'equal', 'rounded_decimal', 'typed:algebra'),
        ('1.41', '\\sqrt{2}', 'rounding=gold_places', 'equal', 'rounded_gold', 'typed:algebra'),
        ('1.41', '\\sqrt{2}', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('\\sqrt{12}', '2\\sqrt{3}', '', 'equal', 'symbolic', 'typed:algebra'),
        ('\\sqrt{12}', '2\\sqrt{5}', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('4\\pi', '4\\pi m', '', 'undecided', 'different_unit', ''),
        ('4\\pi m', '4\\pi', '', 'undecided', 'different_unit', ''),
        ('4\\pi', '4\\pi q', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('4\\pi', '8\\pi m', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('4\\pi', 'x+1', '', 'not_equal', 'different_value', 'typed:algebra'),
        ('4\\pi\\text{ cm}', '4\\pi\\text{ kg}', '', 'not_equal', 'different_unit', 'typed:algebra'),
        ('4\\pi\\text{ cm}', '4\\pi\\text{ apples}', '', 'undecided', 'different_unit', ''),
        ('5 km', '5000 m', '', 'equal', 'same_rational', 'rational'),
        ('5 km', '5001 m', '', 'not_equal', 'different_value', 'rational'),
        ('5 km', '5 kg', '', 'not_equal', 'different_unit', 'rational'),
        ('5 km', '5', '', 'equal', 'same_rational', 'rational'),
        ('5 km', '5', 'units=required', 'undecided', 'different_unit', ''),
        ('5 eggs', '5 eggs per day', '', 'equal', 'same_rational', 'rational'),
        ('5 eggs', '5 apples', '', 'undecided', 'different_unit', ''),
        ('5 eggs', '6 eggs per day', '', 'undecided', 'different_unit', ''),
        ('5 eggs', '5 km', '', 'undecided', 'different_unit', ''),
        ('£5', '5 pounds', '', 'equal', 'same_rational', 'rational'),
        ('£5', '6 pounds', '', 'not_equal', 'different_value', 'rational'),
        ('5 pounds', '£5', '', 'equal', 'same_rational', 'rational'),
        ('$5', '500 cents', '', 'equal', 'same_rational', 'rational'),
        ('500 cents', '5', '', 'undecided', 'different_unit', ''),
        ('5', '500 cents', '', 'undecided', 'different_unit', ''),
        ('500 cents', '6', '', 'not_equal', 'different_value', 'rational'),
        ('$5', '5', '', 'equal', 'same_rational', 'rational'),
        ('50%', '50 degrees', '', 'undecided', 'different_unit', ''),
        ('5m', '5', '', 'undecided', 'different_unit', ''),
        ('5 m', '5m', '', 'equal', 'same_rational', 'rational'),
        ('B', '(B)', '', 'equal', 'same_choice', 'typed:choice'),
        ('B', 'C', '', 'not_equal', 'different_value', 'typed:choice'),
        ('B', 'b', '', 'equal', 'same_choice', 'typed:choice'),
        ('A', 'A and B', '', 'not_equal', 'different_value', 'typed:choice'),
        ('C. x = 42', 'C', '', 'equal', 'same_choice', 'typed:choice'),
        ('C. x = 42', 'B', '', 'not_equal', 'different_value', 'typed:choice'),
        ('x y', 'xy', '', 'equal', 'symbolic', 'typed:algebra'),
        ('no way', 'noway', '', 'not_equal', 'different_text', 'typed:text'),
        ('a', 'A', '', 'undecided', 'ambiguous_answer', ''),
        ('hello', 'world', '', 'not_equal', 'different_text', 'typed:text'),
        ('', '5', '', 'undecided', 'gold_unparsed', ''),
        ('5', '', '', 'undecided', 'no_answer', ''),
        ('none', '5', '', 'undecided', 'gold_unparsed', ''),
        ('1,234', '1, 234', '', 'undecided', 'ambiguous_answer', ''),
        ('12', '13', '', 'not_equal', 'different_value', 'rational'),
        ('12', '012', '', 'equal', 'same_rational', 'rational'),
    ],
)  # fmt: skip
def test_a_pair_is_decided_by_the_rule_that_is_meant(
    gold: str, answer: str, settings: str, status: str, reason: str, decided_by: str
) -> None:
    found = compare_answers(gold=gold, answer=answer, settings=parse_settings(settings))
    assert (found.status, found.reason, found.decided_by) == (status, reason, decided_by)


@pytest.mark.parametrize(
    ("gold", "answer", "choices", "status", "reason", "decided_by"),
    [
        ('B', '42', ('41', '42'), 'equal', 'same_choice', 'typed:choice'),
        ('B', '41', ('41', '42'), 'not_equal', 'different_value', 'typed:choice'),
        ('B', '43', ('41', '42'), 'not_equal', 'different_value', 'typed:choice'),
        ('A', 'B) 41', ('41', '42'), 'undecided', 'ambiguous_answer', ''),
        ('A', 'A) 41', ('41', '42'), 'equal', 'same_choice', 'typed:choice'),
        ('42', 'B', ('41', '42'), 'equal', 'same_choice', 'typed:choice'),
        ('42', 'A', ('41', '42'), 'not_equal', 'different_value', 'typed:choice'),
        ('42', 'C', ('41', '42'), 'not_equal', 'different_value', 'typed:algebra'),
        ('C', '42', ('41', '42'), 'undecided', 'gold_unparsed', ''),
        ('A', '41', ('41', '41'), 'undecided', 'ambiguous_answer', ''),
        ('A', 'A) B) 41', (), 'undecided', 'ambiguous_answer', ''),
        ('B', '(B) 42', (), 'equal', 'same_choice', 'typed:choice'),
        ('A', 'x', ('41', '42'), 'not_equal', 'different_value', 'typed:choice'),
    ],
)  # fmt: skip
def test_options_are_told_apart_by_letter_and_by_text(
    gold: str, answer: str, choices: tuple[str, ...], status: str, reason: str, decided_by: str
) -> None:
    found = compare_answers(gold=gold, answer=answer, choices=choices)
    assert (found.status, found.reason, found.decided_by) == (status, reason, decided_by)
