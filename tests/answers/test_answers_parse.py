"""What a parsed trace says beyond the stated answer: states, programs, equations, steps."""

from __future__ import annotations

import pytest

from curate.answers import parse_trace
from curate.types import FinishReason, ParseState, TraceFormat

COT, POT, EOT = TraceFormat.COT, TraceFormat.POT, TraceFormat.EOT


def test_truncated_answer_is_no_answer_even_with_a_box() -> None:
    parsed = parse_trace("So \\boxed{3}. Let us check: 3 *", COT, FinishReason.LENGTH)
    assert (parsed.state, parsed.stated_answer) == (ParseState.TRUNCATED, "3")


def test_vendor_refusal_is_refused() -> None:
    assert parse_trace("No.", COT, FinishReason.REFUSED).state is ParseState.REFUSED


def test_refusal_text_with_an_answer_is_an_answer() -> None:
    parsed = parse_trace("I'm sorry, I miscounted before. The answer is 5.", COT)
    assert parsed.state is ParseState.OK


def test_open_thinking_is_truncated() -> None:
    assert parse_trace("<think>12 + 4 is", COT).state is ParseState.TRUNCATED


def test_empty_text_that_was_cut_is_truncated() -> None:
    assert parse_trace("", COT, FinishReason.LENGTH).state is ParseState.TRUNCATED


def test_error_page_with_a_matching_number_has_no_answer() -> None:
    parsed = parse_trace("Error code: 429 - The answer is 5", COT)
    assert (parsed.state, parsed.stated_answer) == (ParseState.API_ERROR, None)


def test_steps_are_lines_or_sentences() -> None:
    assert parse_trace("One.\n\nTwo.\nThree.", COT).n_steps == 3
    assert parse_trace("One. Two. The answer is 3.", COT).n_steps == 3


@pytest.mark.parametrize(
    ("text", "program", "note"),
    [
        ("x = 1\nans = x", "x = 1\nans = x", "bare"),
        ("```python\nans = 3\n```", "ans = 3\n", "fence"),
        ("Sure:\n```\nans = 3\n```\nThe answer is 3.", "ans = 3\n", "fence"),
        ("```python\nx = 1\n```\nthen\n```python\nans = x\n```", "x = 1\n\nans = x\n", "fences"),
        ("Here it is.\n\nx = 1\nprint(x)", "x = 1\nprint(x)", "bare_after_text"),
        (
            "def solution():\n    return 4\n\n\nQuestion: A man can row",
            "def solution():\n    return 4",
            "bare_cut",
        ),
    ],
)
def test_program_is_taken_out(text: str, program: str, note: str) -> None:
    parsed = parse_trace(text, POT)
    assert (parsed.state, parsed.answer_note) == (ParseState.OK, note)
    assert parsed.program is not None and parsed.program.strip() == program.strip()


@pytest.mark.parametrize("text", ["No idea", "I", "5", "import math", "def f(:\n  x", "(" * 5000, "x = 1\0"])
def test_text_without_a_program_says_so(text: str) -> None:
    parsed = parse_trace(text, POT)
    assert parsed.program is None
    assert parsed.state is ParseState.NO_PROGRAM


def test_answer_beside_a_program_is_kept_for_a_later_look() -> None:
    assert parse_trace("```python\nans = 3\n```\nThe answer is 4.", POT).stated_answer == "4"


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\nans = x",
        "```\nx = 1\nans = x\n```\nDone.",
        "System of linear equations: (Do not simplify)\nx = 1\nans = x",
        "Let me write this as equations for you now.\n\nx = 1\nans = x",
    ],
)
def test_equations_are_taken_out(text: str) -> None:
    assert parse_trace(text, EOT).equations == "x = 1\nans = x"


def test_comments_belong_to_the_equations() -> None:
    parsed = parse_trace("% the eggs\neggs = 16 # a day\nint n\nans = eggs", EOT)
    assert parsed.equations is not None and "eggs = 16 # a day\nint n\nans = eggs" in parsed.equations
    assert parsed.n_steps == 3


def test_text_without_equations_says_so() -> None:
    assert parse_trace("I do not know how to write this.", EOT).state is ParseState.NO_EQUATIONS
