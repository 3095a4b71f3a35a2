"""Rows have the exact fields that trainers read, and hold the texts unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.export import ExportRow, ReasoningMode
from curate.export.shapes import RENDER, Example
from curate.export.texts import answer_text, prompt_text
from curate.types import TraceFormat

EXAMPLE = Example("2 + 2?", "The answer is 4.", "The answer is 5.")
ROW = ExportRow("t", "p", "2 + 2?", "The answer is 4.", TraceFormat.COT, "src", reasoning="Two and two.")


@pytest.mark.parametrize("name", ["messages", "openai", "llamafactory", "axolotl"])
def test_chat_rows(name: str) -> None:
    assert RENDER[name](EXAMPLE) == {
        "messages": [
            {"role": "user", "content": "2 + 2?"},
            {"role": "assistant", "content": "The answer is 4."},
        ]
    }


def test_prompt_completion_rows_are_strings_with_the_break_in_the_completion() -> None:
    assert RENDER["prompt-completion"](EXAMPLE) == {"prompt": "2 + 2?", "completion": "\nThe answer is 4."}


def test_alpaca_rows() -> None:
    assert RENDER["alpaca"](EXAMPLE) == {"instruction": "2 + 2?", "input": "", "output": "The answer is 4."}


def test_sharegpt_rows() -> None:
    assert RENDER["sharegpt"](EXAMPLE) == {
        "conversations": [{"from": "human", "value": "2 + 2?"}, {"from": "gpt", "value": "The answer is 4."}]
    }


def test_preference_rows() -> None:
    assert RENDER["dpo"](EXAMPLE) == {
        "prompt": [{"role": "user", "content": "2 + 2?"}],
        "chosen": [{"role": "assistant", "content": "The answer is 4."}],
        "rejected": [{"role": "assistant", "content": "The answer is 5."}],
    }


def test_preference_rows_of_llamafactory_have_its_columns() -> None:
    assert RENDER["llamafactory-dpo"](EXAMPLE) == {
        "instruction": "2 + 2?", "input": "", "chosen": "The answer is 4.", "rejected": "The answer is 5.",
    }  # fmt: skip
    assert RENDER["llamafactory-kto"](Example("2 + 2?", "4", label=False)) == {
        "instruction": "2 + 2?", "input": "", "output": "4", "kto_tag": False,
    }  # fmt: skip


def test_preference_rows_of_fine_tuning_services() -> None:
    assert RENDER["openai-dpo"](EXAMPLE) == {
        "input": {
            "messages": [{"role": "user", "content": "2 + 2?"}], "tools": [], "parallel_tool_calls": True
        },
        "preferred_output": [{"role": "assistant", "content": "The answer is 4."}],
        "non_preferred_output": [{"role": "assistant", "content": "The answer is 5."}],
    }  # fmt: skip


@pytest.mark.parametrize("label", [True, False])
def test_unpaired_rows_carry_a_label(label: bool) -> None:
    assert RENDER["kto"](Example("2 + 2?", "4", label=label)) == {
        "prompt": [{"role": "user", "content": "2 + 2?"}],
        "completion": [{"role": "assistant", "content": "4"}],
        "label": label,
    }


def test_rows_of_an_encoder_decoder_end_their_input_with_the_task_of_the_form() -> None:
    told = {task: RENDER["seq2seq"](Example("2 + 2?", "4", task=task)) for task in ("cot", "eot", "other")}
    assert told["cot"] == {"input": "2 + 2?\nLet's think step by step.", "target": "4", "task": "cot"}
    assert told["eot"]["input"] == "2 + 2?\nSystem of linear equations: (Do not simplify)"
    assert told["other"]["input"] == "2 + 2?"


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("inline", "Two and two.\n\nThe answer is 4."),
        ("think", "<think>\nTwo and two.\n</think>\n\nThe answer is 4."),
        ("drop", "The answer is 4."),
    ],
)
def test_captured_reasoning_obeys_the_setting(mode: ReasoningMode, text: str) -> None:
    assert answer_text(ROW, mode) == text


@pytest.mark.parametrize("mode", ["inline", "think", "drop"])
def test_think_tags_inside_the_text_are_treated_like_captured_reasoning(mode: ReasoningMode) -> None:
    inside = ExportRow("t", "p", "q", "<think>Two and two.</think>The answer is 4.", TraceFormat.COT, "s")
    assert answer_text(inside, mode) == answer_text(ROW, mode)


@pytest.mark.parametrize(
    ("mode", "text"), [("inline", "Two."), ("think", "<think>\nTwo.\n</think>\n\n"), ("drop", "")]
)
def test_reasoning_alone_remains_only_where_reasoning_does(mode: ReasoningMode, text: str) -> None:
    alone = ExportRow("t", "p", "q", "", TraceFormat.COT, "s", reasoning="Two.")
    assert answer_text(alone, mode) == text


def test_the_prompt_is_the_plain_question_with_its_options() -> None:
    row = ExportRow("t", "p", "Which?", "x", TraceFormat.COT, "s", choices=("one", "two"))
    assert prompt_text(row) == "Which?\n(A) one\n(B) two"
    assert prompt_text(ROW) == "2 + 2?"


def test_options_beyond_the_alphabet_are_numbered() -> None:
    row = ExportRow("t", "p", "Which?", "x", TraceFormat.COT, "s", choices=tuple("o" * 28))
    assert prompt_text(row).endswith("(Z) o\n(27) o\n(28) o")


@given(st.text(), st.sampled_from(["inline", "think", "drop"]))
def test_a_text_without_think_tags_keeps_every_character(text: str, mode: ReasoningMode) -> None:
    row = ExportRow("t", "p", "q", text, TraceFormat.COT, "s")
    assert "hink" in text or answer_text(row, mode) == text.strip()
