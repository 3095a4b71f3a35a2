"""Selection leaves out what its steps say, the same in every order of the traces, and names why."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from curate.filters.policy import Policy
from curate.filters.rules import RULES
from curate.filters.select import Selection, run_selection
from curate.filters.selection import STEPS, Candidate

BASE = Candidate("t", "p", "cot", "a", "s", "algebra", "1", 3, 50, 100, 0.5, ())
POOL = [
    replace(
        BASE, trace_id=f"t{n}", problem_id=f"p{n % 7}", format="cot" if n % 3 else "pot", teacher="ab"[n % 2],
        level=str(n % 4), n_words=20 + n, n_tokens=10 * n, pass_rate=(n % 7) / 6,
    )
    for n in range(60)
]  # fmt: skip


def policy(*steps: tuple[str, dict[str, object]]) -> Policy:
    made = tuple(STEPS[name].model_validate(params) for name, params in steps)
    return Policy("p", (RULES["exact_duplicate"](),), made)


def select(*steps: tuple[str, dict[str, object]], pool: list[Candidate] = POOL) -> Selection:
    return run_selection(policy(*steps), pool)


def kept(selection: Selection, pool: list[Candidate] = POOL) -> list[Candidate]:
    return [candidate for candidate in pool if candidate.trace_id not in selection.left_out]


def test_a_cap_holds_for_every_group_and_takes_no_more_than_it_must() -> None:
    left = kept(select(("diversity_cap", {"per": ["problem", "format"], "most": 2})))
    groups = Counter((c.problem_id, c.format) for c in left)
    assert set(groups.values()) == {2} and len(groups) == 14


def test_a_cap_may_prefer_short_reasoning() -> None:
    left = kept(select(("diversity_cap", {"per": ["problem"], "most": 1, "prefer": "short"})))
    assert {c.trace_id for c in left} == {f"t{n}" for n in range(7)}


def test_balance_cuts_all_groups_to_the_smallest() -> None:
    left = kept(select(("balance", {"by": ["format"]})))
    assert set(Counter(c.format for c in left).values()) == {20}


def test_a_stray_group_does_not_shrink_the_corpus() -> None:
    pool = [*POOL, replace(BASE, trace_id="stray", level="9")]
    assert len(kept(select(("balance", {"by": ["level"]}), pool=pool), pool)) == 61


def test_a_larger_sample_holds_the_smaller_and_another_seed_draws_others() -> None:
    small, large, other = (
        {c.trace_id for c in kept(select(("sample", {"most": most, "seed": seed})))}
        for most, seed in ((10, 0), (20, 0), (10, 1))
    )
    assert len(small) == 10 and small < large and small != other


def test_a_sample_of_problems_takes_all_their_traces() -> None:
    left = kept(select(("sample", {"most": 2, "unit": "problems"})))
    assert len({c.problem_id for c in left}) == 2
    assert len(left) == sum(c.problem_id in {k.problem_id for k in left} for c in POOL)


def test_lengths_and_difficulty_keep_their_bands() -> None:
    left = kept(
        select(
            ("length_band", {"max_tokens": 300, "overhead": 10, "chars_per_token": 3}),
            ("difficulty", {"min": 0.1, "max": 0.9}),
        )
    )
    assert left and all(
        c.n_tokens is not None and c.n_tokens <= 290 and 0.1 <= (c.pass_rate or 0) <= 0.9 for c in left
    )


def test_distinct_keeps_no_two_similar_traces_of_a_problem() -> None:
    near = {"t0": (("t7", 0.6),), "t7": (("t0", 0.6), ("t14", 0.5)), "t14": (("t7", 0.5),)}
    pool = [replace(c, near=near.get(c.trace_id, ())) for c in POOL]
    left = {c.trace_id for c in kept(select(("distinct", {"max_similarity": 0.5}), pool=pool), pool)}
    assert not {"t0", "t7"} <= left and not {"t7", "t14"} <= left
    assert {"t0", "t7", "t14"} & left and len(left) >= 58


def test_a_curriculum_goes_from_easy_to_hard_and_leaves_nothing_out() -> None:
    found = select(("order", {"by": "curriculum"}))
    ranked = sorted(POOL, key=lambda c: found.places[c.trace_id])
    assert not found.left_out and sorted(found.places.values()) == list(range(60))
    assert [c.pass_rate for c in ranked] == sorted((c.pass_rate for c in POOL), reverse=True)


@settings(max_examples=25, deadline=None)
@given(st.permutations(POOL))
def test_the_order_of_the_traces_changes_nothing(pool: list[Candidate]) -> None:
    steps: tuple[tuple[str, dict[str, object]], ...] = (
        ("difficulty", {"max": 0.9}),
        ("diversity_cap", {"per": ["problem"], "most": 3}),
        ("balance", {"by": ["format"], "at_least": 2}),
        ("sample", {"most": 9}),
        ("order", {}),
    )
    assert select(*steps, pool=pool) == select(*steps)


def test_each_drop_names_its_step_value_and_threshold() -> None:
    for decision in select(("sample", {"most": 10})).left_out.values():
        assert decision.rule == "sample" and decision.is_dropped
        assert decision.value is not None and decision.value > (decision.threshold or 0) == 10
