"""Decide whether two values are equal, kind by kind; the first argument is the gold.

In: two values. Out: an Outcome: status, reason and the path that settled it. `not_equal` needs two values
whose kinds are both known; kinds that may name the same thing in two notations stay undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.answers import algebra
from curate.answers.collections_match import match_groups, match_matrices, match_unions
from curate.answers.number_match import match_expression, match_numbers
from curate.answers.numbers import Number
from curate.answers.outcome import Match, Outcome, differ, equal, unknown
from curate.answers.relation_match import (
    match_assignments,
    match_equations,
    match_inequalities,
    match_interval,
)
from curate.answers.values import (
    Assignment,
    Based,
    Boolean,
    Clock,
    Date,
    Equation,
    Expression,
    Group,
    Inequality,
    Infinity,
    Matrix,
    Proportion,
    Union,
    Value,
    Words,
)

__all__ = ["Outcome", "match_values"]


def match_values(gold: Value, answer: Value, settings: AnswerSettings = DEFAULT_SETTINGS) -> Outcome:
    """Compare two values under the settings of their source."""
    if isinstance(gold, Number) and isinstance(answer, Number):
        return match_numbers(gold, answer, settings)
    try:
        return _match(gold, answer, settings)
    except algebra.TooHard:
        return unknown("unparsed")


def _match(gold: Value, answer: Value, settings: AnswerSettings) -> Outcome:
    match = partial(match_values, settings=settings)
    if isinstance(gold, Number | Expression) and isinstance(answer, Number | Expression):
        return match_expression(gold, answer, settings)
    if isinstance(gold, Assignment) or isinstance(answer, Assignment):
        return match_assignments(gold, answer, match)
    if isinstance(gold, Group) and isinstance(answer, Group):
        return match_groups(gold, answer, match, is_ordered=settings.list_order == "given")
    if isinstance(gold, Group | Union) and isinstance(answer, Inequality):
        return match_interval(gold, answer, match)
    if isinstance(gold, Inequality) and isinstance(answer, Group | Union):
        return match_interval(answer, gold, match)
    if isinstance(gold, Union) and isinstance(answer, Union):
        return match_unions(gold, answer, match)
    if isinstance(gold, Matrix) and isinstance(answer, Matrix):
        return match_matrices(gold, answer, match)
    same_kind = _SAME_KIND.get(type(gold))
    if same_kind is not None and type(answer) is type(gold):
        return same_kind(gold, answer)
    return _different_kinds(gold, answer, match)


def _match_simple(gold: Value, answer: Value) -> Outcome:
    path = "typed:" + type(gold).__name__.lower()
    return equal("same_text", path) if gold == answer else differ("different_value", path)


def _match_words(gold: Value, answer: Value) -> Outcome:
    """Compare texts; two that share a word may say the same thing, so only disjoint short ones differ."""
    assert isinstance(gold, Words) and isinstance(answer, Words)
    if gold.words == answer.words:
        return equal("same_text", "typed:text")
    if max(len(gold.words), len(answer.words)) <= 3 and not set(gold.words) & set(answer.words):
        return differ("different_text", "typed:text")
    return unknown("different_text")


def _match_clocks(gold: Value, answer: Value) -> Outcome:
    assert isinstance(gold, Clock) and isinstance(answer, Clock)
    is_same = (gold.hour % 12, gold.minute) == (answer.hour % 12, answer.minute)
    if gold.half and answer.half and gold.half != answer.half:
        is_same = False
    return equal("same_text", "typed:time") if is_same else differ("different_value", "typed:time")


def _match_dates(gold: Value, answer: Value) -> Outcome:
    """Compare two dates; "3/5/2024" may be two days, a date may leave out its year or day."""
    assert isinstance(gold, Date) and isinstance(answer, Date)
    if gold == answer:
        return equal("same_text", "typed:date")
    pairs = [(ours, theirs) for ours in gold.readings for theirs in answer.readings]
    may_agree = any(all(a == b or not a or not b for a, b in zip(*pair, strict=True)) for pair in pairs)
    return unknown("ambiguous_answer") if may_agree else differ("different_value", "typed:date")


def _match_proportions(gold: Value, answer: Value) -> Outcome:
    assert isinstance(gold, Proportion) and isinstance(answer, Proportion)
    if gold.parts == answer.parts:
        return equal("same_text", "typed:ratio")
    if len(gold.parts) != len(answer.parts):
        return differ("different_value", "typed:ratio")
    if gold.is_worded and answer.is_worded:
        return unknown("different_kind")  # "3 to 4" and "6 to 8" are one ratio and two ranges
    first = (gold.parts[0], answer.parts[0])
    if not all(
        left * first[1] == right * first[0] for left, right in zip(gold.parts, answer.parts, strict=True)
    ):
        return differ("different_value", "typed:ratio")
    if gold.is_clock_like and answer.is_clock_like:
        return unknown("different_kind")  # 2:30 and 4:60 are one ratio and two times
    return equal("same_rational", "typed:ratio") if all(first) else unknown("different_kind")


def _match_based(gold: Value, answer: Value) -> Outcome:
    assert isinstance(gold, Based) and isinstance(answer, Based)
    try:
        numbers = int(gold.digits, gold.base), int(answer.digits, answer.base)
    except ValueError:
        return unknown("unparsed")
    if numbers[0] != numbers[1]:
        return differ("different_value", "typed:base")
    if gold.base != answer.base:
        return differ("different_unit", "typed:base")
    return equal("same_rational", "typed:base")


def _different_kinds(gold: Value, answer: Value, match: Match) -> Outcome:
    """Settle the few pairs of kinds that have one meaning; all others are unknown."""
    for one, other in ((gold, answer), (answer, gold)):
        if isinstance(one, Clock) and isinstance(other, Proportion) and other.is_clock_like and not one.half:
            break
        if isinstance(one, Clock) and isinstance(other, Proportion) and len(other.parts) == 2:
            return _clock_or_ratio(one, other)
        if isinstance(one, Based) and isinstance(other, Number):
            return _based_or_plain(one, other)
        if (
            isinstance(one, Group)
            and not isinstance(other, Words)
            and len(one.items) == 1
            and one.left in ("{", "[")
        ):
            return match(one.items[0], other) if one is gold else match(other, one.items[0])
        if isinstance(one, Group) and isinstance(other, Number | Expression) and len(one.items) > 1:
            return differ("different_kind", "typed:list")
        if isinstance(one, Clock) and isinstance(other, Number) and other.value == one.hour:
            return unknown("different_kind")
        if isinstance(one, Matrix) and one.is_list and isinstance(other, Group):
            return _rows_or_list(one, other, match, is_gold=one is gold)
        if isinstance(one, Matrix) and isinstance(other, Group):
            rows = _as_rows(other)
            if rows is not None:
                return match(one, rows) if one is gold else match(rows, one)
        if isinstance(one, Matrix) and one.is_list and len(one.rows) == len(one.rows[0]) == 1:
            return match(one.rows[0][0], other) if one is gold else match(other, one.rows[0][0])
        if isinstance(one, Date) and isinstance(other, Number | Expression | Group | Clock | Proportion):
            return unknown("different_kind")
        if isinstance(one, Boolean | Clock | Matrix) and isinstance(other, Number | Expression | Group):
            return (
                differ("different_kind", "typed:kind") if not isinstance(one, Matrix) else unknown("unparsed")
            )
        if isinstance(one, Infinity) and isinstance(other, Number):
            return differ("different_value", "typed:infinity")
    return unknown("different_kind")


def _rows_or_list(matrix: Matrix, group: Group, match: Match, *, is_gold: bool) -> Outcome:
    """Compare nested lists with a list: rows of one cell are its items, longer rows are tuples."""
    items = tuple(row[0] if len(row) == 1 else Group("(", ")", row) for row in matrix.rows)
    if len(matrix.rows) == 1:
        items = matrix.rows[0]
    listed = Group("[", "]", items)
    return match(listed, group) if is_gold else match(group, listed)


def _as_rows(group: Group) -> Matrix | None:
    """Read the nested list of a program as the matrix that the other side has."""
    if group.left != "[" or not all(isinstance(item, Group) and item.left == "[" for item in group.items):
        return None
    rows = tuple(item.items for item in group.items if isinstance(item, Group))
    return Matrix(rows) if len({len(row) for row in rows}) == 1 else None


def _clock_or_ratio(clock: Clock, shown: Proportion) -> Outcome:
    """Compare "4:30 p.m." with "4:30": the half of the day only counts when both say it, as "16:30" does."""
    if shown.is_clock_like and shown.parts[1] == clock.minute and shown.parts[0] % 12 == clock.hour % 12:
        says = "pm" if shown.parts[0] > 12 else "am" if shown.parts[0] == 0 else ""
        if not (says and clock.half) or says == clock.half:
            return equal("same_text", "typed:time")
    return differ("different_value", "typed:time") if shown.is_clock_like else unknown("different_kind")


def _based_or_plain(based: Based, plain: Number) -> Outcome:
    """Compare ``52_8`` with a bare 52, which may be the same digits with the base left out."""
    if plain.value == int(plain.value) and str(int(plain.value)) == based.digits:
        return unknown("different_unit")
    return differ("different_value", "typed:base")


_SAME_KIND: dict[type, Callable[[Value, Value], Outcome]] = {
    Boolean: _match_simple,
    Infinity: _match_simple,
    Words: _match_words,
    Clock: _match_clocks,
    Date: _match_dates,
    Proportion: _match_proportions,
    Based: _match_based,
    Equation: match_equations,
    Inequality: match_inequalities,
}
