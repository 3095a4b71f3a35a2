"""What scores say of an item: each form by itself, and the forms put together.

vote        the value that most forms give; a tie goes to the form that stands first in the order
fall-back   the first form in the order that gives an answer at all (study B: what cannot be solved or run
            hands over to the next form)
any         right if any form is: what a perfect choice among them would reach, never a result by itself

The tokens of a view are what it costs: all forms for a vote, those that were tried for a fall-back. Values
are one when curate's rules find them equal, not when they are written alike. The gold plays no part in a
vote. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from curate.answers import compare_answers
from curate.evaluation_section import Form
from curate.types import FinishReason
from evaluate.scoring import settings_of
from evaluate.types import Item, Outcome, Score, View

Cell = tuple[int | None, bool]
"""A budget, and whether answers were forced there."""


def outcomes_by_view(
    scores: Iterable[Score], fall_back: Sequence[Form]
) -> dict[Cell, dict[View, tuple[Outcome, ...]]]:
    """Give, for each budget, the outcomes of each view, items in their order."""
    groups: dict[Cell, dict[str, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        reading = score.reading
        groups[reading.budget, reading.is_forced][reading.item.item_id].append(score)
    found: dict[Cell, dict[View, tuple[Outcome, ...]]] = {}
    for cell, items in groups.items():
        views: dict[View, list[Outcome]] = defaultdict(list)
        for of_item in items.values():
            for view, outcome in _views_of(of_item, fall_back).items():
                views[view].append(outcome)
        found[cell] = {view: tuple(outcomes) for view, outcomes in views.items()}
    return found


def _views_of(scores: list[Score], fall_back: Sequence[Form]) -> dict[View, Outcome]:
    forms: dict[Form, list[Score]] = defaultdict(list)
    for score in sorted(scores, key=lambda one: one.reading.sample):
        forms[score.reading.form].append(score)
    item = scores[0].reading.item
    values = class_values(item, scores)
    found: dict[View, Outcome] = {form: _outcome(item, own, values) for form, own in forms.items()}
    if len(forms) > 1:
        order = [form for form in fall_back if form in forms] + [f for f in forms if f not in fall_back]
        rounds = [[own[place] for own in forms.values() if place < len(own)] for place in _places(forms)]
        all_tokens = [sum(score.reading.n_tokens for score in of_one) for of_one in rounds]
        voted = [_vote(of_one, order, values) for of_one in rounds]
        fallen = [_fall_back(of_one, order) for of_one in rounds]
        tried = [_tried(of_one, order, one) for of_one, one in zip(rounds, fallen, strict=True)]
        found["vote"] = _outcome(item, voted, values, all_tokens)
        found["fall-back"] = _outcome(item, fallen, values, tried)
        found["any"] = _outcome(item, [_any(of_one) for of_one in rounds], values, all_tokens)
    return found


def _tried(scores: list[Score], order: Sequence[Form], taken: Score) -> int:
    """Count the tokens of the forms that were tried before and with the one that was taken."""
    if not taken.answer:
        return sum(score.reading.n_tokens for score in scores)
    last = order.index(taken.reading.form)
    return sum(score.reading.n_tokens for score in scores if order.index(score.reading.form) <= last)


def _places(forms: Mapping[Form, list[Score]]) -> range:
    return range(max(len(own) for own in forms.values()))


def _outcome(
    item: Item, scores: Sequence[Score], values: Mapping[int, str], n_tokens: Sequence[int] | None = None
) -> Outcome:
    """Sum up one view; `n_tokens` is what its answers cost where that is more than their own length."""
    n = len(scores)
    cost = n_tokens if n_tokens is not None else [score.reading.n_tokens for score in scores]
    return Outcome(
        item,
        sum(score.is_right for score in scores) / n,
        tuple(score.status for score in scores),
        sum(score.lenient == "correct" for score in scores) / n,
        sum(cost) / n,
        sum(score.reading.finish_reason is FinishReason.LENGTH for score in scores),
        tuple((values[id(score)], score.is_right) for score in scores if id(score) in values),
    )


def class_values(item: Item, scores: Sequence[Score]) -> dict[int, str]:
    """Give each score with an answer the name of its value; equal values have one name."""
    classes: list[str] = []
    named: dict[int, str] = {}
    for score in scores:
        if score.answer:
            named[id(score)] = _class_of(item, score.answer, classes)
    return named


def _class_of(item: Item, answer: str, classes: list[str]) -> str:
    for known in classes:
        if known == answer:
            return known
    for known in classes:
        compared = compare_answers(
            gold=known, answer=answer, choices=item.problem.choices, settings=settings_of(item)
        )
        if compared.status == "equal":
            return known
    classes.append(answer)
    return answer


def _vote(scores: list[Score], order: Sequence[Form], values: Mapping[int, str]) -> Score:
    counts: dict[str, int] = defaultdict(int)
    for score in scores:
        if id(score) in values:
            counts[values[id(score)]] += 1
    ranked = sorted(scores, key=lambda score: order.index(score.reading.form))
    if not counts:
        return _fall_back(scores, order)
    most = max(counts.values())
    return next(score for score in ranked if id(score) in values and counts[values[id(score)]] == most)


def _fall_back(scores: list[Score], order: Sequence[Form]) -> Score:
    ranked = sorted(scores, key=lambda score: order.index(score.reading.form))
    return next((score for score in ranked if score.answer), ranked[0])


def _any(scores: list[Score]) -> Score:
    return next((score for score in scores if score.is_right), scores[0])
