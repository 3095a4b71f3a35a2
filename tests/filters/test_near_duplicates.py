"""Near-duplicates: what counts as one, that order changes nothing, that numbers are never folded."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.filters.facts import TraceFacts
from curate.filters.near import find_pairs, shingle
from curate.filters.near.pairs import WHOLE_GROUP
from curate.filters.rules.near_duplicate import NearDuplicate
from curate.types import TraceFormat, VerdictStatus

WORDS = [f"word{number}" for number in range(400)]


def _text(seed: int, n_words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=n_words))


def _edited(text: str, n_edits: int, seed: int) -> str:
    words, source = text.split(), random.Random(seed)
    for place in source.sample(range(len(words)), n_edits):
        words[place] = f"edit{place}"
    return " ".join(words)


def _scores(texts: list[str], threshold: float = 0.5) -> dict[tuple[int, int], float]:
    return {pair[:2]: pair.score for pair in find_pairs([shingle(text) for text in texts], threshold)}


def test_case_and_white_space_make_no_difference() -> None:
    text = _text(1)
    assert _scores([text, text.upper().replace(" ", "\n  ")]) == {(0, 1): 1.0}


def test_light_edits_are_found_and_other_texts_are_not() -> None:
    assert set(_scores([_text(1), _edited(_text(1), 6, 0), _text(2)])) == {(0, 1)}


def test_numbers_are_never_folded() -> None:
    texts = [
        " ".join(f"{number} plus {number} is {2 * number}" for number in range(at, at + 20)) for at in (0, 50)
    ]
    assert _scores(texts, 0.3) == {}


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["one"], ["\x00", "\ud800"], ["a" * 3_000_000, "b"]])
def test_odd_texts_are_no_pairs(texts: list[str]) -> None:
    assert _scores(texts) == {}


def test_short_equal_texts_are_pairs() -> None:
    assert _scores(["The answer is 7.", "the answer is 7."]) == {(0, 1): 1.0}


def test_a_large_group_gives_the_pairs_of_the_whole_comparison() -> None:
    originals = [_text(seed) for seed in range(WHOLE_GROUP)]
    copies = [_edited(text, 5, seed) for seed, text in enumerate(originals[:20])]
    found = _scores(originals + copies)
    assert set(found) == {(at, WHOLE_GROUP + at) for at in range(20)}


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(range(8))))
def test_the_order_of_the_traces_changes_nothing(order: list[int]) -> None:
    texts = [
        _text(0),
        _edited(_text(0), 4, 1),
        _edited(_text(0), 8, 2),
        _text(3),
        _edited(_text(3), 4, 4),
        *map(_text, (5, 6, 7)),
    ]
    assert _dropped(texts, list(range(8))) == _dropped(texts, order)


def _dropped(texts: list[str], order: list[int]) -> set[str]:
    pairs = find_pairs([shingle(texts[at]) for at in order], 0.3)
    near: dict[int, list[tuple[str, float]]] = {at: [] for at in order}
    for pair in pairs:
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            near[order[one]].append((f"t{order[other]}", pair.score))
    facts = [
        TraceFacts(
            f"t{at}",
            "p",
            TraceFormat.COT,
            status=VerdictStatus.CORRECT if at == 1 else None,
            near=tuple(near[at]),
        )
        for at in order
    ]
    return {trace_id for trace_id, _ in NearDuplicate().judge(facts)}


def test_the_verified_member_of_a_cluster_stays() -> None:
    texts = [_text(0), _edited(_text(0), 4, 1), _edited(_text(0), 4, 2)]
    assert _dropped(texts, [0, 1, 2]) == {"t0", "t2"}


def test_a_chain_is_one_cluster() -> None:
    facts = [
        TraceFacts("a", "p", TraceFormat.COT, near=(("b", 0.6),)),
        TraceFacts("b", "p", TraceFormat.COT, near=(("a", 0.6), ("c", 0.6))),
        TraceFacts("c", "p", TraceFormat.COT, near=(("b", 0.6),)),
    ]
    found = dict(NearDuplicate().judge(facts))
    assert set(found) == {"b", "c"}
    assert found["c"].evidence == {"kept": "a", "cluster_size": 3}
    assert not list(NearDuplicate(min_similarity=0.7).judge(facts))


def test_scores_are_exact() -> None:
    texts = [_text(0, 40), _edited(_text(0, 40), 3, 1)]
    left, right = (set(map(int, shingle(text))) for text in texts)
    expected = len(left & right) / len(left | right)
    for (_, score), (a, b) in zip(_scores(texts, 0.01).items(), combinations(range(2), 2), strict=True):
        assert (a, b) == (0, 1)
        assert score == expected
