"""Compare equations and inequalities: the same up to a factor that keeps what they say."""

from __future__ import annotations

from fractions import Fraction

from curate.answers import algebra
from curate.answers.algebra import Poly, Ratio
from curate.answers.numbers import Number
from curate.answers.outcome import Match, Outcome, differ, equal, unknown
from curate.answers.values import Assignment, Equation, Expression, Group, Inequality, Infinity, Union, Value

_PATH = "typed:relation"


def match_assignments(gold: Value, answer: Value, match: Match) -> Outcome:
    """Compare ``x = 5`` with its like or with a bare 5; another variable is another answer."""
    if isinstance(gold, Assignment) and isinstance(answer, Assignment):
        if gold.name != answer.name and len(gold.name) == len(answer.name) == 1:
            return differ("different_value", _PATH)
        return _named(match(gold.value, answer.value))
    if isinstance(gold, Assignment) and isinstance(answer, Equation):
        return _as_equations(gold, answer)
    if isinstance(gold, Equation) and isinstance(answer, Assignment):
        return _as_equations(answer, gold)
    if isinstance(gold, Assignment):
        return _named(match(gold.value, answer))
    if isinstance(answer, Assignment):
        return _named(match(gold, answer.value))
    return unknown("different_kind")


def match_equations(gold: Value, answer: Value) -> Outcome:
    """Compare two equations up to a non-zero factor."""
    assert isinstance(gold, Equation) and isinstance(answer, Equation)
    factor = _factor(gold.ratio, answer.ratio)
    if factor is not None:
        return equal("same_relation", _PATH)
    if gold.ratio.is_opaque or answer.ratio.is_opaque or not _is_plain(gold.ratio, answer.ratio):
        return unknown("unparsed")
    return differ("different_value", _PATH)


def match_inequalities(gold: Value, answer: Value) -> Outcome:
    """Compare two inequalities part by part, in any order, up to a positive factor."""
    assert isinstance(gold, Inequality) and isinstance(answer, Inequality)
    if any(not _is_plain(ratio) or ratio.is_opaque for ratio, _ in (*gold.parts, *answer.parts)):
        return unknown("unparsed")
    left = list(answer.parts)
    for ratio, is_strict in gold.parts:
        for at, (other, other_strict) in enumerate(left):
            factor = _factor(ratio, other)
            if factor is not None and factor > 0 and is_strict == other_strict:
                left.pop(at)
                break
        else:
            is_same_count = len(gold.parts) == len(answer.parts)
            return differ("different_value", _PATH) if is_same_count else unknown("different_kind")
    return equal("same_relation", _PATH) if not left else unknown("different_kind")


def match_interval(interval: Group | Union, inequality: Inequality, match: Match) -> Outcome:
    """Compare an interval with an inequality in one variable."""
    found = interval_of(inequality)
    if found is None or isinstance(interval, Union) or interval.left not in ("(", "["):
        return unknown("different_kind")
    return match(interval, found[1])


def _named(outcome: Outcome) -> Outcome:
    return outcome if outcome.status != "equal" else equal(outcome.reason, _PATH)


def _as_equations(assigned: Assignment, other: Equation) -> Outcome:
    value = assigned.value
    if len(assigned.name) != 1 or not isinstance(value, Number | Expression):
        return unknown("different_kind")
    ratio = algebra.rational(value.value) if isinstance(value, Number) else value.ratio
    moved = algebra.add(algebra.symbol(assigned.name), algebra.negate(ratio))
    return match_equations(Equation(moved), other)


def _factor(left: Ratio, right: Ratio) -> Fraction | None:
    """Give f with right = f * left for two polynomials, None without one; zero sides have none."""
    if not left.over or len(left.over) != len(right.over) or left.over.keys() != right.over.keys():
        return None
    scale_left, scale_right = _divisor(left.under), _divisor(right.under)
    if scale_left is None or scale_right is None:
        return None
    mono = next(iter(left.over))
    factor = (right.over[mono] / scale_right) / (left.over[mono] / scale_left)
    same = all(right.over[key] * scale_left == factor * left.over[key] * scale_right for key in left.over)
    return factor if same else None


def _divisor(under: Poly) -> Fraction | None:
    return under.get(()) if len(under) == 1 else None


def _is_plain(*ratios: Ratio) -> bool:
    """Say whether all coefficients are rational, so that proportion is decided by them."""
    return all(
        _divisor(ratio.under) is not None
        and not any(name[0] == "√" or name in ("π", "i") for mono in ratio.over for name, _ in mono)
        for ratio in ratios
    )


def interval_of(inequality: Inequality) -> tuple[str, Group] | None:
    """Give the variable of an inequality and the interval that it says, None when it is no such one."""
    low: tuple[Value, bool] = (Infinity(True), True)
    high: tuple[Value, bool] = (Infinity(), True)
    names = {name for ratio, _ in inequality.parts for name in ratio.symbols}
    if len(names) != 1 or len(inequality.parts) > 2:
        return None
    name = names.pop()
    seen = set[bool]()
    for ratio, is_strict in inequality.parts:
        found = _bound(ratio, name)
        if found is None or found[1] in seen:
            return None
        seen.add(found[1])
        if found[1]:
            low = (found[0], is_strict)
        else:
            high = (found[0], is_strict)
    return name, Group("(" if low[1] else "[", ")" if high[1] else "]", (low[0], high[0]))


def _bound(ratio: Ratio, name: str) -> tuple[Value, bool] | None:
    """Give the bound that ``ratio > 0`` sets on a variable, and whether it is the lower one."""
    divisor, slope = _divisor(ratio.under), ratio.over.get(((name, 1),))
    rest = {mono: factor for mono, factor in ratio.over.items() if mono != ((name, 1),)}
    if divisor is None or not slope or any(part == name for mono in rest for part, _ in mono):
        return None
    bound = Ratio(
        {mono: -factor / slope for mono, factor in rest.items()}, {(): Fraction(1)}, ratio.is_opaque
    )
    constant = bound.constant
    return (Number(constant) if constant is not None else Expression(bound)), slope / divisor > 0
