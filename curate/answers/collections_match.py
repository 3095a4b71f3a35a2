"""Compare lists, tuples, sets, intervals, unions and matrices item by item.

A bare list is a multiset, a set ignores order and repeats, a tuple is ordered, the brackets of an interval
count on both ends. Square brackets without an interval's partner are a program's list.
"""

from __future__ import annotations

from curate.answers.outcome import Match, Outcome, all_of, differ, equal, unknown
from curate.answers.values import Assignment, Group, Infinity, Matrix, Union, Value


def match_groups(gold: Group, answer: Group, match: Match, *, is_ordered: bool = False) -> Outcome:
    """Compare two bracketed or bare groups; `is_ordered` counts the order of bare lists."""
    if _is_nested(gold) != _is_nested(answer):
        gold, answer = _with_points(gold), _with_points(answer)
    named = _by_name(gold), _by_name(answer)
    if named[0] is not None or named[1] is not None:
        return _match_named(gold, answer, named, match)
    kinds = {gold.left, answer.left}
    if gold.left == answer.left == "{" or kinds == {"{", ""} or kinds == {"{", "["}:
        return _as_sets(gold.items, answer.items, match, is_set=gold.left == answer.left)
    if gold.left == answer.left == "" and is_ordered:
        return _in_given_order(gold, answer, match)
    if gold.left == answer.left == "":
        return _as_sets(gold.items, answer.items, match, is_set=False, path="typed:list")
    if is_ordered and kinds == {"", "["}:
        return _in_given_order(gold, answer, match)
    if "" in kinds and "[" in kinds and {gold.right, answer.right} <= {"", "]"}:
        return _as_sets(gold.items, answer.items, match, is_set=False, path="typed:list")
    if (gold.left, gold.right) == (answer.left, answer.right):
        return _in_order(gold, answer, match)
    return _other_brackets(gold, answer, match)


def _is_nested(group: Group) -> bool:
    return group.left == "[" and all(isinstance(item, Group) and item.left == "[" for item in group.items)


def _with_points(group: Group) -> Group:
    """Read the inner lists of a program's ``[[1, 2], [3, 4]]`` as points."""
    if not _is_nested(group):
        return group
    items = tuple(Group("(", ")", item.items) for item in group.items if isinstance(item, Group))
    return Group(group.left, group.right, items)


def match_unions(gold: Value, answer: Value, match: Match) -> Outcome:
    """Compare two unions in any order."""
    assert isinstance(gold, Union) and isinstance(answer, Union)
    return _as_sets(
        gold.items, answer.items, match, is_set=True, path="typed:interval", reason="same_interval"
    )


def match_matrices(gold: Value, answer: Value, match: Match) -> Outcome:
    """Compare shape first, then entry by entry."""
    assert isinstance(gold, Matrix) and isinstance(answer, Matrix)
    if len(gold.rows) != len(answer.rows) or len(gold.rows[0]) != len(answer.rows[0]):
        return differ("different_kind", "typed:matrix")
    pairs = [
        pair
        for ours, theirs in zip(gold.rows, answer.rows, strict=True)
        for pair in zip(ours, theirs, strict=True)
    ]
    return all_of((match(left, right) for left, right in pairs), "same_matrix", "typed:matrix")


def _in_given_order(gold: Group, answer: Group, match: Match) -> Outcome:
    if len(gold.items) != len(answer.items):
        return differ("different_kind", "typed:list")
    pairs = zip(gold.items, answer.items, strict=True)
    outcome = all_of((match(left, right) for left, right in pairs), "same_list", "typed:list")
    return differ("different_order", "typed:list") if outcome.status == "not_equal" else outcome


def _in_order(gold: Group, answer: Group, match: Match) -> Outcome:
    is_interval = gold.left != "(" or gold.right != ")" or _has_infinity(gold) or _has_infinity(answer)
    path = "typed:interval" if is_interval else "typed:tuple"
    if len(gold.items) != len(answer.items):
        return differ("different_kind", path)
    reason = "same_interval" if is_interval else "same_list"
    pairs = zip(gold.items, answer.items, strict=True)
    return all_of((match(left, right) for left, right in pairs), reason, path)


def _other_brackets(gold: Group, answer: Group, match: Match) -> Outcome:
    """Compare groups of different brackets: intervals differ, a tuple against a bare list is unclear."""
    if len(gold.items) == len(answer.items) == 2 and "" not in (gold.left, answer.left) and "{" not in (
        gold.left, answer.left
    ):  # fmt: skip
        return differ("different_bracket", "typed:interval")
    if len(gold.items) != len(answer.items):
        return differ("different_kind", "typed:list")
    outcome = _as_sets(gold.items, answer.items, match, is_set=False, path="typed:list")
    return outcome if outcome.status == "not_equal" else unknown("different_bracket")


def _as_sets(
    gold: tuple[Value, ...], answer: tuple[Value, ...], match: Match, *, is_set: bool,
    path: str = "typed:set",
    reason: str = "",
) -> Outcome:  # fmt: skip
    """Pair each item with an equal one; repeats count unless it is a set."""
    if is_set:
        gold, answer = _distinct(gold, match), _distinct(answer, match)
    if len(gold) != len(answer):
        return differ("different_kind" if not is_set else "different_value", path)
    left = list(answer)
    has_doubt = False
    for item in gold:
        outcomes = [match(item, other) for other in left]
        at = next((at for at, outcome in enumerate(outcomes) if outcome.status == "equal"), -1)
        if at >= 0:
            left.pop(at)
        elif any(outcome.status == "undecided" for outcome in outcomes):
            has_doubt = True
        else:
            return differ("different_value", path)
    if has_doubt:
        return unknown("unparsed")
    return equal(reason or ("same_set" if path == "typed:set" else "same_list"), path)


def _distinct(items: tuple[Value, ...], match: Match) -> tuple[Value, ...]:
    kept: list[Value] = []
    for item in items:
        if not any(match(other, item).status == "equal" for other in kept):
            kept.append(item)
    return tuple(kept)


def _by_name(group: Group) -> list[tuple[str, Value]] | None:
    """Give names and values in name order when every item is ``name = value``."""
    if not all(isinstance(item, Assignment) for item in group.items):
        return None
    return sorted(
        ((item.name, item.value) for item in group.items if isinstance(item, Assignment)), key=_name
    )


def _name(pair: tuple[str, Value]) -> str:
    return pair[0]


def _match_named(
    gold: Group,
    answer: Group,
    named: tuple[list[tuple[str, Value]] | None, list[tuple[str, Value]] | None],
    match: Match,
) -> Outcome:
    """Compare ``x = 1, y = 2``: by name with its like, in name order with a tuple."""
    ours, theirs = named
    if len(gold.items) != len(answer.items):
        return differ("different_kind", "typed:list")
    if ours is not None and theirs is not None and [name for name, _ in ours] != [name for name, _ in theirs]:
        return differ("different_value", "typed:list")
    left = tuple(value for _, value in ours) if ours is not None else gold.items
    right = tuple(value for _, value in theirs) if theirs is not None else answer.items
    if _is_one_name(ours) or _is_one_name(theirs):
        return _as_sets(left, right, match, is_set=False, path="typed:list")
    outcome = all_of((match(a, b) for a, b in zip(left, right, strict=True)), "same_list", "typed:list")
    if (
        outcome.status == "not_equal"
        and (gold.left == "" and answer.left == "")
        and (ours is None or theirs is None)
    ):
        return unknown("different_order")
    return outcome


def _is_one_name(named: list[tuple[str, Value]] | None) -> bool:
    return named is not None and len({name for name, _ in named}) == 1


def _has_infinity(group: Group) -> bool:
    return any(isinstance(item, Infinity) for item in group.items)
