"""What is read out of a response body, over the shapes of vendors."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.teachers.completion import MalformedAnswer, read_completion
from curate.types import Completion, FinishReason, Usage


def body(message: object, finish: object = "stop", **more: object) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": finish}], **more}).encode()


def read(message: object, finish: object = "stop", **more: object) -> Completion:
    return read_completion(body(message, finish, **more))


@pytest.mark.parametrize(
    ("message", "text", "reasoning", "source"),
    [
        ({"content": "4", "reasoning_content": "2+2"}, "4", "2+2", "reasoning_content"),
        ({"content": "4", "reasoning": "2+2"}, "4", "2+2", "reasoning"),
        ({"content": "4", "reasoning_content": "", "reasoning": "2+2"}, "4", "2+2", "reasoning"),
        ({"content": "4", "reasoning_content": None}, "4", "", ""),
        ({"content": [{"type": "text", "text": "4"}]}, "4", "", ""),
        (
            {"content": [{"type": "thinking", "thinking": "2+2"}, {"type": "text", "text": "4"}]},
            "4",
            "2+2",
            "parts",
        ),
        (
            {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "2+2"}]}, "4"]},
            "4",
            "2+2",
            "parts",
        ),
        ({"content": "<think>2+2</think>\n4"}, "4", "2+2", "tags"),
        ({"content": "\n<Thinking>2+2</Thinking>4"}, "4", "2+2", "tags"),
        ({"content": "<reasoning>2+2</reasoning>4"}, "4", "2+2", "tags"),
        ({"content": "2+2</think>4"}, "4", "2+2", "tags"),
        ({"content": "Say <think>x</think> aloud. 4"}, "Say <think>x</think> aloud. 4", "", ""),
        ({"content": "<think>a</think>4 </think>"}, "4 </think>", "a", "tags"),
        ({"content": "1 < 2"}, "1 < 2", "", ""),
        ({"content": None}, "", "", ""),
        ({"content": None, "reasoning_content": "2+2"}, "", "2+2", "reasoning_content"),
        ({}, "", "", ""),
    ],
)
def test_reasoning_is_kept_apart_from_the_answer(message, text, reasoning, source) -> None:
    found = read(message)
    assert (found.text, found.reasoning, found.reasoning_source) == (text, reasoning, source)


def test_a_thinking_tag_that_is_never_closed_leaves_no_answer_and_counts_as_cut_off() -> None:
    found = read({"content": "<think>2+2 is"})
    assert (found.text, found.reasoning, found.is_reasoning_open) == ("", "2+2 is", True)
    assert found.finish_reason is FinishReason.LENGTH


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", FinishReason.STOP),
        ("end_turn", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("content_filter", FinishReason.REFUSED),
        ("SAFETY", FinishReason.REFUSED),
        ("tool_calls", FinishReason.OTHER),
        (None, FinishReason.OTHER),
        (7, FinishReason.OTHER),
    ],
)
def test_vendors_spell_the_end_of_an_answer_differently(said, meant) -> None:
    assert read({"content": "4"}, said).finish_reason is meant


def test_a_refusal_field_is_a_refusal_with_its_words() -> None:
    found = read({"content": None, "refusal": "I cannot help."})
    assert (found.finish_reason, found.text) == (FinishReason.REFUSED, "I cannot help.")


@pytest.mark.parametrize(
    ("usage", "read_as"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 5}, Usage(9, 0, 5, 0)),
        (
            {
                "prompt_tokens": 9,
                "completion_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 3},
            },
            Usage(9, 4, 5, 3),
        ),
        ({"prompt_tokens": 9, "completion_tokens": 5, "prompt_cache_hit_tokens": 6}, Usage(9, 6, 5, 0)),
        ({"input_tokens": 9, "output_tokens": 5}, Usage(9, 0, 5, 0)),
        (
            {"prompt_tokens": 9, "completion_tokens": 5, "reasoning_tokens": 7, "total_tokens": 21},
            Usage(9, 0, 12, 7),
        ),
        ({"prompt_tokens": -9, "completion_tokens": "5"}, Usage(0, 0, 4, 0, True)),
        (None, Usage(0, 0, 4, 0, True)),
        ([], Usage(0, 0, 4, 0, True)),
    ],
)
def test_usage_is_read_or_marked_as_estimated(usage, read_as) -> None:
    assert read({"content": "x" * 14}, usage=usage).usage == read_as


def test_the_model_that_really_answered_is_kept() -> None:
    found = read({"content": "4"}, model="m-0613", system_fingerprint="fp_1")
    assert (found.model_reported, found.system_fingerprint) == ("m-0613", "fp_1")


def test_the_shape_of_plain_completions_is_read_too() -> None:
    assert read_completion(b'{"choices":[{"text":"4","finish_reason":"stop"}]}').text == "4"


@pytest.mark.parametrize(
    ("response", "error_class"),
    [
        (b"<!DOCTYPE html><html>gateway</html>", "html"),
        (b"  <html>", "html"),
        (b'{"choices":[{"message":{"content":"4', "not_json"),
        (b"", "not_json"),
        (b"[]", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b'{"error":{"message":"overloaded"}}', "error_object"),
        (b'{"choices":[{"error":{"code":502},"message":{"content":""}}]}', "error_object"),
        (b"{}", "no_choices"),
        (b'{"choices":[]}', "no_choices"),
        (b'{"choices":null}', "no_choices"),
        (b'{"choices":[null]}', "no_choices"),
        (b'{"choices":[{}]}', "no_message"),
        (b"[" * 100_000, "not_json"),
    ],
)
def test_a_body_that_is_no_completion_has_a_class(response, error_class) -> None:
    with pytest.raises(MalformedAnswer) as caught:
        read_completion(response)
    assert caught.value.error_class == error_class
    assert len(caught.value.message) < 500


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "text", "type", "usage", "reasoning", "error", "thinking"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_json_comes_it_is_a_completion_or_malformed(value) -> None:
    response = json.dumps(value).encode()
    try:
        assert isinstance(read_completion(response), Completion)
    except MalformedAnswer as error:
        assert error.error_class


@given(st.text(st.sampled_from("<>/think abc\n"), max_size=60))
def test_no_visible_character_is_lost_or_made_by_splitting(text) -> None:
    found = read({"content": text})
    assert len(found.text) + len(found.reasoning) <= len(text)
