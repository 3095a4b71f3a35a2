"""Laws of content identities."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from curate.ids import canonical_json, content_id, id_shard, normalise_text, text_key
from curate.types import Problem, Request, Sampling, Teacher

parts = st.lists(st.one_of(st.text(), st.binary(), st.integers(), st.none()), max_size=4)


@given(parts, parts)
def test_different_parts_have_different_ids(one: list, other: list) -> None:
    def seen(values: list) -> list:
        return [
            None if v is None else v if isinstance(v, bytes) else str(v).encode("utf-8", "surrogatepass")
            for v in values
        ]

    assert (content_id("k", *one) == content_id("k", *other)) == (seen(one) == seen(other))


@given(st.text())
def test_an_id_fits_where_batch_endpoints_want_it(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", content_id("request", text))


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-(2**53), 2**53)))
def test_canonical_json_ignores_the_order_of_keys(value: dict) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(list(value.items()))))


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)
    assert text_key(text_key(text)) == text_key(text)


@given(st.text(), st.integers(1, 64))
def test_every_id_has_one_shard(text: str, count: int) -> None:
    assert 0 <= id_shard(content_id("problem", text), count) < count


def test_white_space_and_case_do_not_make_another_problem_but_a_sign_does() -> None:
    def problem_id(question: str) -> str:
        return Problem.of(source="s", question=question, gold="1").problem_id

    assert problem_id("What is 2 + 3?") == problem_id("what is  2 + 3?\n")
    assert problem_id("What is 2 + 3?") != problem_id("What is 2 - 3?")


def test_an_alias_or_a_price_makes_no_other_teacher_but_a_parameter_does() -> None:
    def teacher_id(alias: str = "a", temperature: float = 0.5) -> str:
        sampling = Sampling(temperature=temperature)
        return Teacher.of(alias=alias, model="m", base_url="http://h/v1", sampling=sampling).teacher_id

    assert teacher_id() == teacher_id(alias="b")
    assert teacher_id() != teacher_id(temperature=0.6)


def test_a_request_is_its_bytes_its_address_and_its_sample() -> None:
    base = Request.identity("u", b"{}", 0)
    assert base == Request.identity("u", b"{}", 0)
    assert (
        len(
            {
                base,
                Request.identity("v", b"{}", 0),
                Request.identity("u", b"{ }", 0),
                Request.identity("u", b"{}", 1),
            }
        )
        == 4
    )
