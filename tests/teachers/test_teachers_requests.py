"""What a request is made of, and what decides its identity."""

from __future__ import annotations

import dataclasses
import json

from curate.teachers.bodies import build_request
from curate.types import Limits, Message, Price, Request, Role, Sampling, Teacher, TraceFormat

MESSAGES = (Message("system", "Be brief."), Message("user", "2+2?"))


def teacher(**changes: object) -> Teacher:
    given: dict[str, object] = {
        "alias": "a",
        "model": "m",
        "base_url": "http://h/v1",
        "sampling": Sampling(temperature=0.5),
    }
    return Teacher.of(**{**given, **changes})  # type: ignore[arg-type]


def ask(one: Teacher, messages=MESSAGES, sample_index: int = 0, **lineage: object) -> Request:
    given: dict[str, object] = {"problem_id": "p", "template_id": "t", "format": TraceFormat.COT}
    return build_request(one, messages, sample_index=sample_index, **{**given, **lineage})  # type: ignore[arg-type]


def test_the_body_holds_the_model_the_messages_and_the_sampling_and_no_more() -> None:
    assert json.loads(ask(teacher()).body) == {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}],
        "model": "m",
        "temperature": 0.5,
    }


def test_extra_fields_are_sent_as_they_are() -> None:
    extra = {"max_completion_tokens": 5, "reasoning": {"effort": "low"}}
    sent = json.loads(ask(teacher(sampling=Sampling(extra=extra))).body)
    assert sent["reasoning"] == {"effort": "low"}
    assert sent["max_completion_tokens"] == 5


def test_what_changes_the_answer_makes_a_new_request() -> None:
    changed = [
        ask(teacher()),
        ask(teacher(base_url="http://other/v1")),
        ask(teacher(model="m2")),
        ask(teacher(sampling=Sampling(temperature=0.6))),
        ask(teacher(), (Message("system", "Be long."), MESSAGES[1])),
        ask(teacher(), sample_index=1),
        ask(teacher(system="Own.")),
    ]
    assert len({request.request_id for request in changed}) == len(changed)


def test_what_changes_no_answer_makes_none() -> None:
    from decimal import Decimal

    same = [
        ask(teacher()),
        ask(teacher(alias="b")),
        ask(teacher(price=Price(Decimal(1), Decimal(2)))),
        ask(teacher(api_key_env="KEY")),
        ask(teacher(limits=Limits(concurrency=1))),
        ask(teacher(transport="batch")),
        ask(teacher(), problem_id="p2", template_id="t2", format=TraceFormat.POT),
    ]
    assert len({request.request_id for request in same}) == 1


def test_a_seed_follows_the_sample() -> None:
    seeded = teacher(sampling=Sampling(seed=40))
    assert [json.loads(ask(seeded, sample_index=i).body)["seed"] for i in range(3)] == [40, 41, 42]
    assert "seed" not in json.loads(ask(teacher(), sample_index=3).body)


def test_a_teachers_own_system_text_replaces_the_prompts_for_a_solver_only() -> None:
    own, none = teacher(system="Own."), teacher(system="")
    assert json.loads(ask(own).body)["messages"][0] == {"role": "system", "content": "Own."}
    assert [m["role"] for m in json.loads(ask(none).body)["messages"]] == ["user"]
    critic = json.loads(ask(own, role=Role.CRITIC).body)["messages"][0]
    assert critic == {"role": "system", "content": "Be brief."}


def test_a_lone_surrogate_is_replaced_and_a_pair_of_them_is_mended() -> None:
    sent = json.loads(ask(teacher(), [Message("user", "a\ud800b \ud83d\ude00")]).body)
    assert sent["messages"][0]["content"] == "a\ufffdb \U0001f600"


def test_requests_can_be_copied_to_another_sample_without_their_body_changing() -> None:
    first = ask(teacher())
    again = dataclasses.replace(first, request_id=Request.identity(first.url, first.body, 1), sample_index=1)
    assert again == ask(teacher(), sample_index=1)
