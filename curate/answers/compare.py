"""Compare an answer with a gold: strings, exact rationals, typed rules. No symbolic engine, no evaluation.

In: two texts and the options of the question. Out: a Comparison. `unparsed` is the one reason that a
symbolic engine may still settle; every other undecided reason is final.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.answers.choices import compare_choices, is_choice, names_same_option, verdict
from curate.answers.comparison import Comparison
from curate.answers.matching import Outcome, match_values
from curate.answers.normal import fold
from curate.answers.number_match import match_by_value
from curate.answers.numbers import Number
from curate.answers.reading import read_value
from curate.answers.values import Group, Value

MAX_ANSWER = 2_000
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+", re.ASCII)
_NOTHING = frozenset({"nan", "none", "null", "n/a", ""})


def compare_answers(
    *,
    gold: str,
    answer: str,
    choices: tuple[str, ...] = (),
    settings: AnswerSettings = DEFAULT_SETTINGS,
) -> Comparison:
    r"""Say whether an answer equals the gold; `choices` are the options' texts where the question has some.

    `settings` are the policies of the source where they differ from the defaults.

    >>> compare_answers(gold="1/2", answer=r"\\frac{1}{2}").reason
    'same_rational'
    >>> compare_answers(gold="60%", answer="0.6").status
    'equal'
    """
    if len(gold) > MAX_ANSWER or len(answer) > MAX_ANSWER:
        return Comparison("undecided", "too_long")
    if gold.isdigit() and answer.isdigit() and gold.isascii() and answer.isascii():
        # two plain integers: most pairs of most corpora
        if gold == answer:
            return Comparison("equal", "same_text", "string", gold, answer)
        if not choices and gold.lstrip("0") != answer.lstrip("0"):
            return Comparison("not_equal", "different_value", "rational", gold, answer)
    left, right = fold(gold), fold(answer)
    outcome = _compare(left, right, choices, partial(_compare_plain, settings=settings))
    return Comparison(outcome.status, outcome.reason, outcome.path, left, right)


def rounded_reason(
    *, gold: str, gold_value: Fraction, answer: str, answer_value: Fraction, settings: AnswerSettings
) -> str:
    """Say by which rule of rounding two folded texts of known, differing values are equal, "" by none."""
    ours, theirs = read_value(gold), read_value(answer)
    return match_by_value(
        ours if isinstance(ours, Number) else None,
        gold_value,
        theirs if isinstance(theirs, Number) else None,
        answer_value,
        settings,
    )


def is_readable(folded: str) -> bool:
    """Say whether a folded text is a value of a kind that the rules know."""
    return read_value(folded) is not None


def _compare(
    gold: str, answer: str, choices: tuple[str, ...], compare: Callable[[str, str], Outcome]
) -> Outcome:
    if not answer:
        return Outcome("undecided", "no_answer")
    if gold.lower() in _NOTHING or answer.lower() in _NOTHING:
        return Outcome("undecided", "unparsed" if gold.lower() not in _NOTHING else "gold_unparsed")
    if gold == answer:
        return Outcome("equal", "same_text", "string")
    if choices or is_choice(gold):
        return compare_choices(gold, answer, choices, compare)
    is_same_option = names_same_option(gold, answer) if gold[0] in "(ABCDEFGHIJ" else None
    if is_same_option is not None:
        return verdict(is_same_option)
    return compare(gold, answer)


def _compare_plain(gold: str, answer: str, settings: AnswerSettings = DEFAULT_SETTINGS) -> Outcome:
    if gold == answer:
        return Outcome("equal", "same_text", "string")
    if len(gold) == len(answer) == 1 and gold.lower() == answer.lower() and gold.lower() in "abcdefghij":
        return Outcome("undecided", "ambiguous_answer")  # "a" and "A": two variables, or one choice
    ours, theirs = read_value(gold), read_value(answer)
    if ours is None or theirs is None:
        return _by_spelling(gold, answer)
    if _is_list_or_grouped(ours, answer) or _is_list_or_grouped(theirs, gold):
        return Outcome("undecided", "ambiguous_answer")
    return match_values(ours, theirs, settings)


def _by_spelling(gold: str, answer: str) -> Outcome:
    if gold.replace(" ", "") == answer.replace(" ", "") and not any(char.isdigit() for char in gold):
        return Outcome("equal", "same_text", "string")
    return Outcome("undecided", "unparsed")


def _is_list_or_grouped(value: Value, other: str) -> bool:
    """Say whether "1,234" could be the very list 1, 234 that the other side has."""
    if not isinstance(value, Group) or value.left:
        return False
    if other.isdigit() and len(other) > 3:
        other = f"{int(other[:30]):,}"
    if _GROUPED.fullmatch(other) is None:
        return False
    parts = sorted(Fraction(part) for part in other.split(","))
    return parts == sorted(item.value for item in value.items if isinstance(item, Number))
