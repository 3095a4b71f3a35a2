"""Texts made to hang, crash or fool: each ends with a code, in time that a checker never notices."""

from __future__ import annotations

import time

import pytest

from curate.answers import compare_answers, parse_trace
from curate.types import TraceFormat

MEGABYTE = 1_000_000
BUDGET_S = 2.0

REPEATED = [
    "9", "word ", " ", ",", "\\", "$", "\\boxed{", "\\boxed{1}", "\\boxed{1}, ", "the answer is ", "answer: ",
    "answer", "####", "<think>", "<think></think>", "```", "```\n", "```python\n",
    '{"answer":', '"answer": "',
    "[", '{"a":', "{", "(", "\n", "\nA: ", "\0", "\ud800", "\u202e", "٣", "½", "²", "x = 1\n", "=",
    "%\n", "ans = \n",
    "system of equations:", "`", "*", "_", "5 or ", "\\boxed{5} and ", "correct option ", "-",
    "<answer>", "İ",
    "the answer is 1. ", "\\frac", "\\sqrt{", "1,", "(1,2),",
]  # fmt: skip
EXPLOSIVE = [
    "9^9^9^9", "2^{2^{2^{2^2}}}", "(1+x)^{64}(1+y)^{64}(1+z)^{64}", "(a+b+c+d+e+f+g)^{60}",
    "((200!)^{10})^{10}",
    r"\sqrt{99999999999999999977}", "200!" * 40, "(" * 60 + "5" + ")" * 60, "1" + "+1" * 190, "5!!", "1e9999",
    r"\binom{200}{100}^{60}", "x^{64}" * 30, "=".join("x" * 50), "<".join("1" * 50), r"\pm" * 50, "²" * 300,
]  # fmt: skip
INJECTIONS = [
    "__import__('os').system('id')", "().__class__.__bases__", "[x for x in (1,)]", "(lambda: 18)()",
    "eval('9+9')",
    "f'{18}'", "ｅｖａｌ('18')", r"\text{__import__}(os)", "exec('18')", "getattr(1, 'real')",
]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_a_megabyte_of_anything_is_read_in_linear_time(piece: str) -> None:
    text = (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]
    started = time.process_time()
    for format in TraceFormat:
        parse_trace(text, format)
        parse_trace(text[:100_000] + "\nans", format)
    for length in (19_999, 1_999, 899, 399):
        compare_answers(gold="18", answer=text[:length])
        compare_answers(gold=text[:length], answer=text[: length - 1])
    assert time.process_time() - started < BUDGET_S


@pytest.mark.parametrize("text", EXPLOSIVE)
def test_what_would_explode_is_bounded(text: str) -> None:
    started = time.process_time()
    for gold in ("18", "x", text + "+1"):
        assert compare_answers(gold=gold, answer=text).status != "equal"
    assert time.process_time() - started < BUDGET_S


@pytest.mark.parametrize("text", INJECTIONS)
def test_code_in_an_answer_is_never_a_value(text: str) -> None:
    assert compare_answers(gold="18", answer=text).status != "equal"


@pytest.mark.parametrize("text", ["nan", "NaN", "None", "null", "", "{", "\\boxed{", "?", "N/A"])
def test_nothing_equals_no_value(text: str) -> None:
    assert compare_answers(gold="18", answer=text).status == "undecided"
    assert compare_answers(gold=text, answer=text).status != "not_equal"


def test_an_answer_that_is_too_long_has_its_own_code() -> None:
    assert compare_answers(gold="1", answer="1" * 5_000).reason == "too_long"


def test_the_whole_option_list_is_no_answer() -> None:
    for gold in "ABC":
        for choices in ((), ("1", "2", "3")):
            found = compare_answers(gold=gold, answer="A) 1 B) 2 C) 3", choices=choices)
            assert found.status == "undecided"


def test_look_alike_letters_stay_different() -> None:
    assert compare_answers(gold="A", answer="А").status != "equal"
