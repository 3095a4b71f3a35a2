"""The plan: what it streams, in which order, and that it reads no further than it must."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from curate.stages.plan import GenerationPlan, PlannedPrompt
from curate.stages.turns import take_turns
from curate.types import Problem, PromptTemplate, Sampling, Style, Teacher, TraceFormat


def template(name: str, format: TraceFormat = TraceFormat.COT) -> PromptTemplate:
    return PromptTemplate.of(
        name=name,
        format=format,
        granularity=None,
        style=Style.PLAIN,
        system="",
        user=f"{name}: {{{{question}}}}",
    )


@pytest.fixture
def reads() -> list[int]:
    return []


@pytest.fixture
def make(reads):
    """Make a plan over numbered problems that notes how far it was read."""

    def make(weights: dict[str, int], *, samples: int = 1, n: int = 50, seed: int | None = None):
        def rows():
            for number in range(n):
                reads.append(number)
                yield Problem.of(source="s", question=f"What is {number}?", gold="1")

        prompts = tuple(
            PlannedPrompt(template(name), weight, number)
            for number, (name, weight) in enumerate(weights.items())
        )
        teacher = Teacher.of(alias="a", model="m", base_url="http://h/v1", sampling=Sampling(seed=seed))
        return GenerationPlan((teacher,), prompts, samples, rows), teacher

    return make


def names(units) -> str:
    return "".join(unit.template.name for unit in units)


def test_each_problem_is_asked_with_each_prompt_before_the_next(make, reads) -> None:
    plan, teacher = make({"c": 1, "p": 1}, samples=2)
    assert names(islice(plan.units(teacher), 8)) == "cpcpcpcp"
    assert reads == [0, 1], "nothing is read ahead"


def test_weights_give_each_prompt_its_share_from_the_start_and_all_get_everything(make) -> None:
    plan, teacher = make({"c": 3, "p": 1})
    order = names(plan.units(teacher))
    assert Counter(order[:40]) == {"c": 30, "p": 10}
    assert Counter(order) == {"c": 50, "p": 50}


def test_the_same_plan_gives_the_same_stream(make) -> None:
    plan, teacher = make({"c": 2, "p": 1}, samples=3)
    ids = [unit.request.request_id for unit in plan.units(teacher)]
    assert ids == [unit.request.request_id for unit in plan.units(teacher)]
    assert len(set(ids)) == len(ids) == 300


def test_samples_share_a_body_unless_there_is_a_seed(make) -> None:
    plan, teacher = make({"c": 1}, samples=3, n=1)
    assert len({unit.request.body for unit in plan.units(teacher)}) == 1
    plan, teacher = make({"c": 1}, samples=3, n=1, seed=5)
    assert len({unit.request.body for unit in plan.units(teacher)}) == 3


def test_a_quota_asks_the_first_samples_only(make) -> None:
    import dataclasses

    plan, teacher = make({"c": 1, "p": 1}, samples=8, n=2)
    plan = dataclasses.replace(
        plan, quota=lambda teacher, problem, prompt: 2 if prompt.template.name == "c" else 0, wave=3
    )
    units = list(plan.units(teacher))
    assert [unit.request.sample_index for unit in units] == [0, 1, 0, 1]
    assert {unit.wave for unit in units} == {3}
    assert list(plan.count_rows()) == [(2,), (2,)]


def test_turns_are_spread_and_end_with_the_last_stream() -> None:
    assert "".join(take_turns([iter("a" * 5), iter("b"), iter("c")], [5, 1, 1])) == "aabacaa"
    assert "".join(take_turns([iter(""), iter("bb")], [5, 1])) == "bb"
